"""Containers of a Compose file's services, with podman and the file's settings.

`deploy/compose config` reads the file, and `podman run` gets what it says.
"""

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PODMAN = ROOT / "deploy/podman"


def podman(*arguments: str, check: bool = True, timeout: float = 120) -> str:
    """What podman prints; with check=False also its errors, whatever the exit code."""
    result = subprocess.run(
        [PODMAN, *arguments],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if check else subprocess.STDOUT,
        # conmon leaves a file there when a container exceeds its memory.
        cwd=ROOT / ".tools",
        timeout=timeout,
        check=False,
    )
    if check and result.returncode != 0:
        raise RuntimeError(f"podman {' '.join(arguments)}: {result.stderr}")
    return result.stdout


@dataclass(frozen=True)
class Container:
    name: str
    service: str

    def inspect(self) -> dict[str, Any]:
        [description] = json.loads(podman("inspect", self.name))
        return description

    @property
    def state(self) -> dict[str, Any]:
        return self.inspect()["State"]

    @property
    def restarts(self) -> int:
        return self.inspect()["RestartCount"]

    def run(self, script: str, check: bool = True) -> str:
        """Runs a bash script in the container."""
        return podman("exec", self.name, "bash", "-c", script, check=check)

    def is_healthy(self) -> bool:
        """By the image's own check; without systemd podman has no timer for it."""
        command = [PODMAN, "healthcheck", "run", self.name]
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0

    def metric(self, port: int, name: str) -> float:
        """The sum over a metric's labels."""
        script = (
            f"exec 3<>/dev/tcp/127.0.0.1/{port}; "
            r"printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3; cat <&3"
        )
        lines = self.run(script).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def control(self, *files: str) -> str:
        """A file of its control group, by its names in versions 1 and 2."""
        return self.run(f"cd /sys/fs/cgroup; cat {' '.join(files)} 2>/dev/null || true")

    def log(self) -> str:
        return podman("logs", self.name, check=False)


@dataclass(frozen=True)
class Project:
    """The services of docker-compose.yml in a network of their own."""

    network: str
    environment: dict[str, str]

    @cached_property
    def services(self) -> dict[str, Any]:
        config = subprocess.run(
            [ROOT / "deploy/compose", "--profile", "cpu", "config", "--format", "json"],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            timeout=600,
            check=True,
        )
        return json.loads(config.stdout)["services"]

    def start(self, service: str, name: str, *more: str) -> Container:
        config = self.services[service]
        aliases = {service, *((config["networks"]["default"] or {}).get("aliases") or [])}
        podman(
            *("run", "--detach", "--name", name, "--network", self.network),
            *(f"--network-alias={alias}" for alias in sorted(aliases)),
            *settings(config),
            *more,
            config["image"],
        )
        return Container(name, service)


def settings(config: dict[str, Any]) -> list[str]:
    """The flags of `podman run` for what a service's part of a Compose file says."""
    limits = config["deploy"]["resources"]["limits"]
    flags = [f"--restart={config['restart']}", f"--memory={limits['memory']}b"]
    flags += [f"--pids-limit={limits['pids']}"]
    if float(limits.get("cpus", 0)) > 0:
        flags += [f"--cpus={limits['cpus']}"]
    if config.get("read_only"):
        flags += ["--read-only", "--read-only-tmpfs=false"]
    flags += [f"--tmpfs={tmpfs}" for tmpfs in config.get("tmpfs", [])]
    flags += [f"--cap-drop={capability}" for capability in config.get("cap_drop", [])]
    flags += [f"--security-opt={option.replace(':true', '')}" for option in config["security_opt"]]
    flags += [f"--env={name}={value}" for name, value in config.get("environment", {}).items()]
    flags += [
        f"--publish={port['host_ip']}:{port['published']}:{port['target']}"
        for port in config.get("ports", [])
    ]
    flags += [
        f"--volume={volume['source']}:{volume['target']}:{'ro' if volume['read_only'] else 'rw'}"
        for volume in config.get("volumes", [])
    ]
    return flags

"""Both services as processes on free ports, for one command."""

import os
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def at_ports(feature: int, head: int) -> dict[str, str]:
    """The environment of services at these ports."""
    return {
        "FEATURE_SERVICE_PORT": str(feature),
        "FEATURE_SERVICE_MANAGEMENT_PORT": "0",
        "FEATURE_SERVICE_HTTP_PORT": "0",
        "HEAD_SERVICE_PORT": str(head),
        "HEAD_SERVICE_MANAGEMENT_PORT": "0",
    }


def with_services(
    *command: str | Path,
    ports: tuple[int, int] | None = None,
    environment: dict[str, str] | None = None,
    timeout: int = 300,
) -> subprocess.CompletedProcess[str]:
    """Runs a command while both serve. Ports: of the feature service, of the head service."""
    feature, head = ports or tuple(free_ports(2))
    return subprocess.run(
        [ROOT / "bin/with-services", *command],
        env=os.environ | at_ports(feature, head) | (environment or {}),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )

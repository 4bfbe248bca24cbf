"""What has to hold of the images and of docker-compose.yml, beyond their syntax.

    check_images.py DEFAULT.json GPU.json

takes what `docker compose config --format json` prints without a profile and with `gpu`.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SERVICES = ("feature-service", "head-service")
GRACE_S = 30.0
"""The services' default of --grace-ms."""

SUMMARY = """\
deploy/check.sh: as it is, one feature service on the CPU; with --profile gpu, one on a reserved GPU
deploy/check.sh: head-service has no host port and no name, so --scale works; all replicas are used
deploy/check.sh: each service is read-only, without capabilities, bounded, and has time to stop
deploy/check.sh: each image is pinned, runs as a number, and checks its health by grpc.health.v1"""


def compose_findings(name: str, model: dict[str, Any], feature: str) -> Iterator[str]:
    services = model["services"]
    if set(services) != {feature, "head-service"}:
        yield f"{name}: runs {sorted(services)}, not {feature} and head-service"
        return
    for service, config in services.items():
        where = f"{name}: {service}"
        if not config.get("read_only"):
            yield f"{where} can write to its root file system"
        if config.get("cap_drop") != ["ALL"]:
            yield f"{where} keeps capabilities"
        if "no-new-privileges:true" not in config.get("security_opt", []):
            yield f"{where} can gain privileges"
        if not config.get("restart"):
            yield f"{where} is not restarted"
        if not config.get("deploy", {}).get("resources", {}).get("limits", {}).get("memory"):
            yield f"{where} has no memory limit"
        if not Path(config["build"]["context"], config["build"]["dockerfile"]).is_file():
            yield f"{where} is built from a Dockerfile that is not there"
        drain_ms = sum(int(v) for k, v in environment(config) if k.endswith("_DRAIN_DELAY_MS"))
        if drain_ms == 0:
            yield f"{where} has no drain delay"
        if seconds(config.get("stop_grace_period", "10s")) <= GRACE_S + drain_ms / 1000:
            yield f"{where} is killed before its own grace is over"

    head = services["head-service"]
    if head.get("ports") or head.get("container_name"):
        yield f"{name}: head-service can't have replicas: it claims a host port or a name"
    claims = [p["target"] for s in services.values() for p in s.get("ports", [])]
    if sorted(claims) != [9091, 50051]:
        yield f"{name}: the ports open on the host are {sorted(claims)}"
    if dict(environment(services[feature])).get("FEATURE_SERVICE_HEAD_TARGET") != (
        "dns:///head-service:50052"
    ):
        yield f"{name}: {feature} does not look for all head replicas"
    if services[feature]["depends_on"]["head-service"]["condition"] != "service_healthy":
        yield f"{name}: {feature} does not wait for the heads"


def gpu_findings(default: dict[str, Any], gpu: dict[str, Any]) -> Iterator[str]:
    if reservations(default["services"]["feature-service"]):
        yield "default: feature-service reserves a device"
    service = gpu["services"]["feature-service-gpu"]
    devices = reservations(service)
    if not any(d["driver"] == "nvidia" and d["capabilities"] == ["gpu"] for d in devices):
        yield "gpu: feature-service-gpu reserves no GPU"
    if service["build"].get("args", {}).get("VARIANT") != "gpu":
        yield "gpu: feature-service-gpu is not built as VARIANT=gpu"
    if dict(environment(service)).get("FEATURE_SERVICE_DEVICE") != "cuda":
        yield "gpu: feature-service-gpu may run on the CPU"


def image_findings(service: str) -> Iterator[str]:
    path = Path(service, "Dockerfile")
    text = path.read_text().replace("\\\n", " ")
    instructions = re.findall(r"^([A-Z]+) +(.*)$", text, re.MULTILINE)
    last = dict(instructions)
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", last.get("USER", "")):
        yield f"{path}: USER is not a number other than 0"
    if "grpc-health-probe" not in last.get("HEALTHCHECK", ""):
        yield f"{path}: no health check by grpc.health.v1"
    if last.get("STOPSIGNAL") != "SIGTERM":
        yield f"{path}: STOPSIGNAL is not SIGTERM"
    if last.get("ENTRYPOINT") != f'["/opt/vgg16/bin/{service}"]':
        yield f"{path}: ENTRYPOINT is not the launcher"
    for image in re.findall(r"^ARG \w+_IMAGE=(.*)$", text, re.MULTILINE):
        if not re.search(r":.*\d+\.\d+", image):
            yield f"{path}: {image} is not pinned"

    copied = []
    for instruction, words in instructions:
        if instruction == "COPY" and not words.startswith("--from"):
            copied += words.split()[:-1]
    yield from (f"{path}: copies {c}, which is not there" for c in copied if not Path(c).exists())
    for module in re.findall(r"<module>(.*)</module>", Path("pom.xml").read_text()):
        if module not in copied and f"{module}/pom.xml" not in copied:
            yield f"{path}: Maven will miss {module}/pom.xml"
    context = Path(".dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in context if line.startswith("!")]
    for source in copied:
        if not any(within(a, source) or within(source, a) for a in allowed):
            yield f"{path}: .dockerignore leaves out {source}"


def version_findings() -> Iterator[str]:
    files = [Path(s, "Dockerfile") for s in SERVICES] + [Path("bench/tools.sh")]
    pattern = r"(?:GRPC_HEALTH_PROBE_VERSION=|grpc-health-probe@)(v[\d.]+)"
    versions = {v for f in files for v in re.findall(pattern, f.read_text())}
    if len(versions) != 1:
        yield f"grpc-health-probe is pinned to {sorted(versions)}"


def within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def environment(config: dict[str, Any]) -> list[tuple[str, str]]:
    return list(config.get("environment", {}).items())


def reservations(config: dict[str, Any]) -> list[dict[str, Any]]:
    return config["deploy"]["resources"].get("reservations", {}).get("devices", [])


def seconds(duration: str) -> float:
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    parts = re.findall(r"([\d.]+)(ms|h|m|s)", duration)
    return sum(float(number) * units[unit] for number, unit in parts)


def main(default_path: str, gpu_path: str) -> int:
    default = json.loads(Path(default_path).read_text())
    gpu = json.loads(Path(gpu_path).read_text())
    findings = [
        *compose_findings("default", default, "feature-service"),
        *compose_findings("gpu", gpu, "feature-service-gpu"),
        *(finding for service in SERVICES for finding in image_findings(service)),
        *version_findings(),
    ]
    if not findings:
        findings += gpu_findings(default, gpu)
    for finding in findings:
        print(f"deploy/check.sh: {finding}", file=sys.stderr)
    if not findings:
        print(SUMMARY)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

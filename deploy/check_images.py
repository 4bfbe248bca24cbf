"""What has to hold of the images and of docker-compose.yml, beyond their syntax.

    check_images.py DEFAULT.json GPU.json

takes what `docker compose config --format json` prints without a profile and with `gpu`.
A base image without a digest is told of, and no failure: deploy/pin-images writes digests where a
registry can be reached.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SERVICES = ("feature-service", "head-service")
PROGRAMS = (*SERVICES, "cli")
HEADS = "/opt/vgg16/models/heads"
GRACE_S = 30.0
"""The services' default of --grace-ms."""

SUMMARY = """\
deploy/check.sh: as it is, one feature service on the CPU; with --profile gpu, one on a reserved GPU
deploy/check.sh: head-replica has no host port and no name, so --scale works; all replicas are used
deploy/check.sh: the ports are on loopback, and heads come from a folder of the host
deploy/check.sh: each service is read-only, without capabilities, bounded, and has time to stop
deploy/check.sh: each image is pinned and runs as a number; services have a health check"""


def compose_findings(name: str, model: dict[str, Any], feature: str) -> Iterator[str]:
    services = model["services"]
    if set(services) != {feature, "head-service", "head-replica"}:
        yield f"{name}: runs {sorted(services)}, not {feature}, head-service and head-replica"
        return
    for service, config in services.items():
        where = f"{name}: {service}"
        if not config.get("read_only"):
            yield f"{where} can write to its root file system"
        if config.get("cap_drop") != ["ALL"]:
            yield f"{where} keeps capabilities"
        if "no-new-privileges:true" not in config.get("security_opt", []):
            yield f"{where} can gain privileges"
        if dict(environment(config)).get(f"{prefix(service)}_PLAINTEXT") != "true":
            yield f"{where} is not plaintext on loopback as it is"
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

    yield from head_findings(name, services)
    ports = [p for s in services.values() for p in s.get("ports", [])]
    if sorted(p["target"] for p in ports) != [8080, 9091, 9092, 50051, 50052]:
        yield f"{name}: the ports open on the host are {sorted(p['target'] for p in ports)}"
    if any(p.get("host_ip") != "127.0.0.1" for p in ports):
        yield f"{name}: not all ports are on loopback"
    if dict(environment(services[feature])).get("FEATURE_SERVICE_HEAD_TARGET") != (
        "dns:///head-service:50052"
    ):
        yield f"{name}: {feature} does not look for all head replicas"
    if services[feature]["depends_on"]["head-service"]["condition"] != "service_healthy":
        yield f"{name}: {feature} does not wait for the heads"


def head_findings(name: str, services: dict[str, Any]) -> Iterator[str]:
    replica = services["head-replica"]
    if replica.get("ports") or replica.get("container_name"):
        yield f"{name}: head-replica can't be scaled: it claims a host port or a name"
    if replica.get("scale", 1) != 0:
        yield f"{name}: head-replica runs without being asked for"
    aliases = (replica.get("networks", {}).get("default") or {}).get("aliases", [])
    if aliases != ["head-service"]:
        yield f"{name}: {replica} is not found by the name head-service"
    for service in ("head-service", "head-replica"):
        mounts = services[service].get("volumes", [])
        if [(m["target"], m.get("read_only")) for m in mounts] != [(HEADS, True)]:
            yield f"{name}: {service} does not take its heads from a folder of the host, read-only"


def gpu_findings(default: dict[str, Any], gpu: dict[str, Any]) -> Iterator[str]:
    if reservations(default["services"]["feature-service"]):
        yield "default: feature-service reserves a device"
    service = gpu["services"]["feature-service-gpu"]
    devices = reservations(service)
    if not any(d["driver"] == "nvidia" and d["capabilities"] == ["gpu"] for d in devices):
        yield "gpu: feature-service-gpu reserves no GPU"
    if service["build"].get("args", {}).get("VARIANT") != "gpu":
        yield "gpu: feature-service-gpu is not built as VARIANT=gpu"
    if dict(environment(service)).get("FEATURE_SERVICE_EXECUTION_PROVIDER") != "cuda":
        yield "gpu: feature-service-gpu may run on the CPU"


def service_findings(service: str) -> Iterator[str]:
    path, _, last = dockerfile(service)
    if f'["bin/check-ready", "{service}"]' not in last.get("HEALTHCHECK", ""):
        yield f"{path}: no health check by the management port"
    if last.get("STOPSIGNAL") != "SIGTERM":
        yield f"{path}: STOPSIGNAL is not SIGTERM"
    if last.get("ENTRYPOINT") != f'["/opt/vgg16/bin/{service}"]':
        yield f"{path}: ENTRYPOINT is not the launcher"


def image_findings(program: str) -> Iterator[str]:
    path, instructions, last = dockerfile(program)
    text = path.read_text()
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", last.get("USER", "")):
        yield f"{path}: USER is not a number other than 0"
    for image in re.findall(r"^ARG \w+_IMAGE=(.*)$", text, re.MULTILINE):
        if not re.search(r":.*\d+\.\d+", image):
            yield f"{path}: {image} is not pinned"
    yield from digest_findings(path, text)

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


def dockerfile(program: str) -> tuple[Path, list[tuple[str, str]], dict[str, str]]:
    """The file, its instructions, and the last of each kind."""
    path = Path(program, "Dockerfile")
    text = path.read_text().replace("\\\n", " ")
    instructions = re.findall(r"^([A-Z]+) +(.*)$", text, re.MULTILINE)
    return path, instructions, dict(instructions)


def digest_findings(path: Path, text: str) -> Iterator[str]:
    for name in re.findall(r"^ARG (\w+)_IMAGE=", text, re.MULTILINE):
        digest = re.search(rf"^ARG {name}_DIGEST=(.*)$", text, re.MULTILINE)
        if not digest or not re.fullmatch(r"(sha256:[0-9a-f]{64})?", digest[1]):
            yield f"{path}: {name}_DIGEST is not sha256: and 64 digits, or empty"
        if f" ${{{name}_IMAGE}}${{{name}_DIGEST:+@${{{name}_DIGEST}}}}" not in text:
            yield f"{path}: {name}_DIGEST is not used"


def unpinned() -> Iterator[str]:
    """Base images that are named by a tag alone."""
    for program in PROGRAMS:
        text = Path(program, "Dockerfile").read_text()
        for name in re.findall(r"^ARG (\w+)_DIGEST=$", text, re.MULTILINE):
            yield f"{program}/Dockerfile: {name}_IMAGE has no digest"


def within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def prefix(service: str) -> str:
    return "FEATURE_SERVICE" if service.startswith("feature") else "HEAD_SERVICE"


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
        *(finding for service in SERVICES for finding in service_findings(service)),
        *(finding for program in PROGRAMS for finding in image_findings(program)),
    ]
    if not findings:
        findings += gpu_findings(default, gpu)
    for finding in findings:
        print(f"deploy/check.sh: {finding}", file=sys.stderr)
    if not findings:
        print(SUMMARY)
        for image in unpinned():
            print(f"deploy/check.sh: not fixed: {image}; deploy/pin-images writes it")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""What has to hold of the objects that the chart makes, beyond their schemas.

    check_chart.py RENDERED.yaml...

Each file is what `helm template` prints for one set of values. Needs PyYAML.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("feature-service", "head-service")

ALLOWED_VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
    "projected", "secret",
}  # fmt: skip
LAST_EXPORT_MS = 5000
"""How long a service may wait, after its grace, for a collector that takes its last metrics."""
ENDPOINTS_MS = 6000
"""A DNS answer is used for 5 s (CoreDNS), and feature-service asks again each second."""

Object = dict[str, Any]


@cache
def documented_options(service: str) -> dict[str, str]:
    """The options of a service with their defaults."""
    page = (ROOT / "docs/configuration.md").read_text()
    section = page.split(f"<!-- options: {service} -->")[1].split("<!-- /options -->")[0]
    return dict(
        re.findall(r"^\| `--([a-z0-9-]+)[^`]*` \| `[A-Z0-9_]+` \| ([^|]*) \|", section, re.M)
    )


@cache
def documented_metrics() -> set[str]:
    return set(re.findall(r"^\| `(vgg16_\w+)`", (ROOT / "docs/operations.md").read_text(), re.M))


def port_of(service: str, option: str) -> int:
    """9091 of feature-service, 9092 of head-service: the default may be told for each."""
    default = documented_options(service)[option]
    own = re.search(rf"(\d+) of {service}", default)
    return int(own[1] if own else default)


def pod_template(thing: Object) -> Object | None:
    """The metadata and the specification of the pods that an object makes."""
    if thing["kind"] == "Pod":
        return thing
    return thing["spec"]["template"] if thing["kind"] == "Deployment" else None


def containers(spec: Object) -> list[Object]:
    return spec.get("initContainers", []) + spec["containers"]


def variables(container: Object) -> dict[str, str]:
    return {v["name"]: v.get("value", "") for v in container.get("env", [])}


def restricted_pod(spec: Object) -> Iterator[str]:
    """The restricted Pod Security Standard, and what we ask beyond it."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"has {field}"
    context = spec.get("securityContext", {})
    if not context.get("runAsNonRoot") or not context.get("runAsUser"):
        yield "may run as root"
    if context.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "has no seccomp profile"
    for field in ("sysctls", "seLinuxOptions", "windowsOptions", "appArmorProfile"):
        if context.get(field):
            yield f"has {field}"
    for volume in spec.get("volumes", []):
        if kinds := volume.keys() - {"name"} - ALLOWED_VOLUMES:
            yield f"has a volume of {', '.join(kinds)}"
    if spec.get("automountServiceAccountToken") is not False:
        yield "has a token of the API server"
    for container in containers(spec):
        yield from (f"{container['name']} {f}" for f in restricted_container(container))


def restricted_container(container: Object) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("allowPrivilegeEscalation") is not False:
        yield "can gain privileges"
    if context.get("privileged"):
        yield "is privileged"
    if context.get("capabilities") != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    if context.get("readOnlyRootFilesystem") is not True:
        yield "can write to its root file system"
    if context.get("runAsNonRoot") is False or context.get("runAsUser") == 0:
        yield "runs as root"
    if context.get("seccompProfile", {}).get("type", "RuntimeDefault") != "RuntimeDefault":
        yield "has no seccomp profile"
    if context.get("procMount", "Default") != "Default":
        yield "has a procMount"
    if any("hostPort" in p for p in container.get("ports", [])):
        yield "has a port of the host"
    if not container.get("resources", {}).get("limits", {}).get("memory"):
        yield "has no memory limit"


def mounts(spec: Object) -> Iterator[str]:
    volumes = {v["name"] for v in spec.get("volumes", [])}
    used = {m["name"] for c in containers(spec) for m in c.get("volumeMounts", [])}
    if volumes != used:
        yield f"has the volumes {sorted(volumes)} and mounts {sorted(used)}"
    for container in containers(spec):
        mounted = [m["mountPath"] for m in container.get("volumeMounts", [])]
        for name, value in variables(container).items():
            if value.startswith("/etc/") and not any(value.startswith(m + "/") for m in mounted):
                yield f"has {name}={value}, and nothing is mounted there"


def service_container(deployment: Object) -> tuple[str, Object]:
    spec = deployment["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    return container["name"], container


def stopping(deployment: Object) -> Iterator[str]:
    service, container = service_container(deployment)
    prefix = service.upper().replace("-", "_")
    env = variables(container)
    drain, grace = (int(env[f"{prefix}_{name}"]) for name in ("DRAIN_DELAY_MS", "GRACE_MS"))
    if drain < ENDPOINTS_MS:
        yield f"stops to serve after {drain} ms, when others may still have its address"
    seconds = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    if seconds * 1000 < drain + grace + LAST_EXPORT_MS:
        yield f"is killed after {seconds} s, before its own grace is over"


def options(deployment: Object) -> Iterator[str]:
    service, container = service_container(deployment)
    prefix = service.upper().replace("-", "_") + "_"
    known = {prefix + o.upper().replace("-", "_") for o in documented_options(service)}
    for name in variables(container):
        if name.startswith(("FEATURE_SERVICE_", "HEAD_SERVICE_")) and name not in known:
            yield f"sets {name}, which is no option of {service}"


def ports(deployment: Object) -> Iterator[str]:
    service, container = service_container(deployment)
    actual = {p["name"]: p["containerPort"] for p in container["ports"]}
    expected = {
        "grpc": port_of(service, "port"),
        "management": port_of(service, "management-port"),
    }
    if (
        service == "feature-service"
        and variables(container).get("FEATURE_SERVICE_HTTP_PORT") != "0"
    ):
        expected["http"] = port_of(service, "http-port")
    if actual != expected:
        yield f"has the ports {actual}, and the service's are {expected}"
    for probe, path in (("startup", "readyz"), ("liveness", "livez"), ("readiness", "readyz")):
        get = container.get(f"{probe}Probe", {}).get("httpGet")
        if get != {"path": f"/{path}", "port": "management"}:
            yield f"has the {probe} probe {get}"


def memory(deployment: Object) -> Iterator[str]:
    """The limit has room for the heap, direct memory and what is native beside them."""
    _, container = service_container(deployment)
    resources = container["resources"]
    limit = resources["limits"]["memory"]
    flags = variables(container)["JAVA_OPTS"]
    heap = re.search(r"-Xmx(\d+)m", flags)
    direct = re.search(r"-XX:MaxDirectMemorySize=(\d+)m", flags)
    if not heap or not direct:
        yield f"does not bound the JVM's memory: {flags}"
    elif int(limit.removesuffix("Mi")) < int(heap[1]) + int(direct[1]) + 128:
        yield f"has {limit} for a JVM with {flags}"
    if resources["requests"]["memory"] != limit:
        yield "may use memory that was not set aside for it"


def head_target(things: list[Object]) -> Iterator[str]:
    services = {t["metadata"]["name"]: t["spec"] for t in things if t["kind"] == "Service"}
    for thing in things:
        if thing["kind"] != "Deployment":
            continue
        service, container = service_container(thing)
        if service != "feature-service":
            continue
        target = variables(container).get("FEATURE_SERVICE_HEAD_TARGET", "")
        name, _, port = target.removeprefix("dns:///").rpartition(":")
        spec = services.get(name, {})
        if spec.get("clusterIP") != "None":
            yield f"{service} looks for heads at {target}, which is no headless Service"
        elif int(port) not in [p["port"] for p in spec["ports"]]:
            yield f"{service} looks for heads at {target}, which has no such port"
        elif spec["selector"]["app.kubernetes.io/component"] != "head-service":
            yield f"{service} looks for heads at {target}, which are none"


def selectors(things: list[Object]) -> Iterator[str]:
    """Whatever selects pods selects those of one Deployment, or of the test."""
    templates = [t for thing in things if (t := pod_template(thing))]
    labels = [t["metadata"]["labels"] for t in templates]
    names = {t["metadata"]["name"] for t in things if t["kind"] == "Deployment"}
    for thing in things:
        name = f"{thing['kind']} {thing['metadata']['name']}"
        spec = thing.get("spec", {})
        if thing["kind"] in ("HorizontalPodAutoscaler", "ScaledObject"):
            if spec["scaleTargetRef"]["name"] not in names:
                yield f"{name} scales {spec['scaleTargetRef']['name']}, which is not there"
            continue
        selected = {
            "Service": lambda s: s.get("selector"),
            "Deployment": lambda s: s["selector"]["matchLabels"],
            "PodDisruptionBudget": lambda s: s["selector"]["matchLabels"],
            "NetworkPolicy": lambda s: s["podSelector"]["matchLabels"],
        }.get(thing["kind"], lambda _: None)(spec)
        if selected and sum(selected.items() <= pod.items() for pod in labels) != 1:
            yield f"{name} selects {selected}, which are not the pods of one Deployment"


def queries(things: list[Object]) -> Iterator[str]:
    known = documented_metrics()
    for thing in things:
        if thing["kind"] == "ScaledObject":
            asked = " ".join(t["metadata"]["query"] for t in thing["spec"]["triggers"])
            for metric in sorted(set(re.findall(r"vgg16_\w+", asked))):
                if re.sub(r"_(sum|count|bucket)$", "", metric) not in known:
                    yield f"ScaledObject asks for {metric}, which is no metric of the services"


def jobs(things: list[Object]) -> Iterator[str]:
    """The alerts ask for the jobs feature-service and head-service."""
    for thing in things:
        if thing["kind"] == "ServiceMonitor":
            label = thing["spec"].get("jobLabel")
            scraped = [t for t in things if t["kind"] == "Service"]
            names = {service["metadata"]["labels"].get(label) for service in scraped}
            if names != set(SERVICES):
                yield f"ServiceMonitor {thing['metadata']['name']} makes the jobs {names}"


def findings(things: list[Object]) -> Iterator[str]:
    for thing in things:
        name = f"{thing['kind']} {thing['metadata']['name']}"
        if len(thing["metadata"]["name"]) > 63:
            yield f"{name} has a name of more than 63 characters"
        if template := pod_template(thing):
            for check in (restricted_pod, mounts):
                yield from (f"{name} {f}" for f in check(template["spec"]))
        if thing["kind"] == "Deployment":
            for check in (stopping, options, ports, memory):
                yield from (f"{name} {f}" for f in check(thing))
    for check in (head_target, selectors, queries, jobs):
        yield from check(things)
    deployed = {service_container(t)[0] for t in things if t["kind"] == "Deployment"}
    if deployed != set(SERVICES):
        yield f"deploys {sorted(deployed)}"


def load(path: str) -> list[Object]:
    return [thing for thing in yaml.safe_load_all(Path(path).read_text()) if thing]


def main(paths: list[str]) -> int:
    found = [f"{Path(path).stem}: {f}" for path in paths for f in findings(load(path))]
    for finding in found:
        print(f"check_chart.py: {finding}", file=sys.stderr)
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

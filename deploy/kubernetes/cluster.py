"""The release on the cluster: kubectl, helm, pods, their metrics."""

import json
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/vgg16-serving"
VALUES = Path(__file__).parent / "values.yaml"
NAMESPACE = RELEASE = "vgg16"

FEATURES = "feature-service"
HEADS = "head-service"

PATIENCE_S = 900
"""For what must come, on a slow machine too."""

TIMEOUT = f"--timeout={PATIENCE_S}s"

KEEP_ALL = "--history-max=0"
"""Else the first revision would be forgotten before the rollback to it."""


class ScenarioError(Exception):
    """Ends the test; the message says what was seen."""


def attempt(*command: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)


def run(*command: str | Path, stdin: str | None = None) -> str:
    done = attempt(*command, stdin=stdin)
    if done.returncode:
        raise ScenarioError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def kubectl(*arguments: str, stdin: str | None = None) -> str:
    return run("kubectl", "--namespace", NAMESPACE, *arguments, stdin=stdin)


def helm(*arguments: str | Path) -> str:
    return run("helm", "--namespace", NAMESPACE, *arguments)


def say(text: str) -> None:
    print(f"kubernetes: {text}", flush=True)


def until(what: str, holds: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            raise ScenarioError(f"{what}: has not come in {PATIENCE_S} s")
        time.sleep(1)


def install() -> None:
    helm("install", RELEASE, CHART, "--values", VALUES, "--wait", TIMEOUT)


def upgrade(*values: str) -> None:
    settings = [argument for value in values for argument in ("--set", value)]
    helm("upgrade", RELEASE, CHART, "--reuse-values", *settings, KEEP_ALL, "--wait", TIMEOUT)


def service(component: str) -> str:
    return f"{RELEASE}-{component}"


def pods(component: str) -> list[dict[str, Any]]:
    """Those that are not being deleted."""
    selector = f"app.kubernetes.io/component={component}"
    found = json.loads(kubectl("get", "pods", "--selector", selector, "--output", "json"))
    return [pod for pod in found["items"] if "deletionTimestamp" not in pod["metadata"]]


def names(component: str) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods(component)}


def identities(component: str) -> set[tuple[str, int]]:
    """Pods and how often each was restarted."""
    return {
        (pod["metadata"]["uid"], pod["status"]["containerStatuses"][0]["restartCount"])
        for pod in pods(component)
    }


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def all_ready(component: str, count: int) -> bool:
    found = pods(component)
    return len(found) == count and all(is_ready(pod) for pod in found)


def metric(pod: str, port: int, name: str) -> float:
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}:{port}/proxy/metrics"
    lines = kubectl("get", "--raw", path).splitlines()
    return sum(float(li.rpartition(" ")[2]) for li in lines if re.match(rf"{name}[ {{]", li))


def each_works(component: str) -> bool:
    """Whether each pod has answered something."""
    port, name = {
        FEATURES: (9091, "vgg16_items_total"),
        HEADS: (9092, "vgg16_head_maps_total"),
    }[component]
    return all(metric(pod, port, name) > 0 for pod in names(component))


def scale(component: str, replicas: int) -> None:
    value = {FEATURES: "featureService", HEADS: "headService"}[component]
    upgrade(f"{value}.replicas={replicas}")
    until(f"{replicas} of {component}", lambda: all_ready(component, replicas))
    until(f"work for each {component}", lambda: each_works(component))


def evict(pod: str) -> str:
    """What the API server says against it, or ''."""
    metadata = {"name": pod, "namespace": NAMESPACE}
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
    done = attempt("kubectl", "create", "--raw", path, "-f", "-", stdin=json.dumps(body))
    return done.stderr if done.returncode else ""

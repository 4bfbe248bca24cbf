"""Tries the chart on a running cluster, and prints what was sent and what failed.

    scenario.py WORK

WORK is a folder that pods can mount (hostPath), with the program ghz in it; the images are on the
node. kubectl and helm are taken from PATH, and find the cluster by KUBECONFIG. Nothing is judged by
time: what must come is waited for, and only a call that fails, or something that never comes, fails
the test.
"""

import base64
import json
import re
import shlex
import sys
from pathlib import Path

import calls
from calls import IN_CLIENT, Load
from cluster import (
    CHART,
    FEATURES,
    HEADS,
    KEEP_ALL,
    NAMESPACE,
    RELEASE,
    ROOT,
    TIMEOUT,
    ScenarioError,
    all_ready,
    evict,
    helm,
    identities,
    install,
    kubectl,
    names,
    pods,
    run,
    say,
    scale,
    until,
    upgrade,
)


def prepare(work: Path) -> None:
    for name in (NAMESPACE, "client"):
        kubectl("create", "namespace", name)
    # From here on the API server itself refuses pods that are not restricted.
    kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    (work / "secrets").mkdir()
    calls.make_secrets(work / "secrets")
    (version,) = re.findall(r"^appVersion: (.*)$", (CHART / "Chart.yaml").read_text(), re.MULTILINE)
    calls.start(work, version)


def installation() -> None:
    install()
    helm("test", RELEASE, TIMEOUT)
    say("installed with TLS, certificates of both sides and tokens; helm test passes")


def classification() -> None:
    done = calls.classify(*calls.TOKEN)
    answers = []
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        # cat-tabby.jpg shows a cat.
        shown = answer["file"].rpartition("/")[2].partition("-")[0]
        answers.append(shown == answer["heads"][0]["scores"][0]["label"])
    say(f"classified through the Service: {sum(answers)} of {len(answers)} right")
    if done.returncode or not answers or not all(answers):
        raise ScenarioError(done.stdout + done.stderr)
    refused = calls.classify()
    if refused.returncode == 0 or "UNAUTHENTICATED" not in refused.stdout + refused.stderr:
        raise ScenarioError(f"a call without a token: {refused.stdout}{refused.stderr}")
    say("calls without a token are refused")


def scaling(load: Load) -> None:
    with load.during("heads 1 -> 4 -> 1"):
        scale(HEADS, 4)
        scale(HEADS, 1)
    with load.during("features 1 -> 3 -> 1"):
        scale(FEATURES, 3)
        scale(FEATURES, 1)


def rolling_upgrade(load: Load) -> None:
    before = names(FEATURES) | names(HEADS)
    with load.during("rolling upgrade of both"):
        upgrade("featureService.podAnnotations.turn=b", "headService.podAnnotations.turn=b")
        until("new pods", lambda: not before & (names(FEATURES) | names(HEADS)))


def head_in_config_map(load: Load, work: Path) -> None:
    """It is released and then changed, by the ConfigMap alone."""
    before = identities(HEADS)
    command = calls.vgg16("extract", *calls.TOKEN, "--output", "/tmp/features.npz")
    run(*IN_CLIENT, "bash", "-c", f"{shlex.join(command)} samples/*.jpg")
    features, model = work / "features.npz", work / "nearest-mean.onnx"
    features.write_bytes(base64.b64decode(run(*IN_CLIENT, "base64", "/tmp/features.npz")))
    run(ROOT / ".venv/bin/python", ROOT / "examples/second_head.py", features, model)
    with load.during("a head released and changed in a ConfigMap"):
        release_head(model, work / "released", "cat,dog")
        release_head(model, work / "changed", "Katze,Hund")
    if identities(HEADS) != before:
        raise ScenarioError("head-service was restarted")


def release_head(model: Path, folder: Path, labels: str) -> None:
    run(
        ROOT / "bin/vgg16-models", "adopt", model, "--name", "nearest-mean", "--version", "1",
        "--labels", labels, "--softmax", "--out", folder,
        "--backbone", ROOT / "models/backbones/vgg16-160",
    )  # fmt: skip
    config_map = kubectl(
        "create", "configmap", "nearest-mean", f"--from-file={folder}/nearest-mean/1",
        "--dry-run=client", "--output=yaml",
    )  # fmt: skip
    kubectl("apply", "--server-side", "-f", "-", stdin=config_map)
    until(f"a head with the labels {labels}", lambda: served_labels() == set(labels.split(",")))


def served_labels() -> set[str]:
    """None before the kubelet has brought the files, and the service has read them."""
    done = calls.classify(*calls.TOKEN, "--head", "nearest-mean")
    return set() if done.returncode else set(re.findall(r'"label":"([^"]*)"', done.stdout))


def eviction(load: Load) -> None:
    with load.during("an eviction"):
        scale(HEADS, 2)
        first, second = sorted(names(HEADS))
        if said := evict(first):
            raise ScenarioError(f"the first eviction: {said}")
        said = evict(second)
        if "disruption budget" not in said:
            raise ScenarioError(f"the second eviction: {said or 'was allowed'}")
        until("two heads again", lambda: all_ready(HEADS, 2))
    if second not in names(HEADS):
        raise ScenarioError(f"{second} is gone")
    say("one head was evicted, and the PodDisruptionBudget kept the other meanwhile")


def autoscaling(load: Load) -> None:
    scaler = "headService.autoscaling"
    before = identities(HEADS)
    upgrade(
        f"{scaler}.enabled=true", f"{scaler}.minReplicas=2", f"{scaler}.maxReplicas=3",
        f"{scaler}.cpuUtilization=100", f"{scaler}.scaleDownStabilizationSeconds=15",
    )  # fmt: skip
    if identities(HEADS) != before:
        raise ScenarioError("heads were stopped when autoscaling was turned on")
    upgrade(f"{scaler}.minReplicas=1")
    until("one head", lambda: all_ready(HEADS, 1))
    with load.during("heads scaled up by their CPU"):
        until("three heads", lambda: all_ready(HEADS, 3))
    until("one head again", lambda: all_ready(HEADS, 1))
    say("heads 1 -> 3 -> 1 by the HorizontalPodAutoscaler")


def rollback(load: Load) -> None:
    """To the first revision: one head, no autoscaling, no annotation."""
    before = names(FEATURES)
    upgrade("headService.autoscaling.minReplicas=2")
    until("two heads", lambda: all_ready(HEADS, 2))
    # Without the flag it is refused, since the autoscaler has set another number of heads.
    with load.during("helm rollback"):
        helm("rollback", RELEASE, "1", KEEP_ALL, "--force-conflicts", "--wait", TIMEOUT)
        until("the old pods", lambda: not before & names(FEATURES))
    if any("turn" in pod["metadata"]["annotations"] for pod in pods(FEATURES) + pods(HEADS)):
        raise ScenarioError("pods still have the annotation")
    if kubectl("get", "horizontalpodautoscalers", "--output=name"):
        raise ScenarioError("the HorizontalPodAutoscaler is still there")


def uninstallation() -> None:
    helm("uninstall", RELEASE, "--wait", TIMEOUT)
    kinds = kubectl("api-resources", "--namespaced", "--verbs=list", "--output=name").split()
    # Events and measurements are not the chart's, and go by themselves.
    of_the_chart = ",".join(k for k in kinds if not k.startswith(("events", "pods.metrics")))
    selector = f"--selector=app.kubernetes.io/instance={RELEASE}"
    until("an end of all objects", lambda: not kubectl("get", of_the_chart, selector, "-oname"))
    say("uninstalled, nothing is left")


def main(work: Path) -> None:
    prepare(work)
    classifying, scoring = Load(work, FEATURES), Load(work, HEADS)
    installation()
    classification()
    scaling(classifying)
    rolling_upgrade(classifying)
    head_in_config_map(classifying, work)
    eviction(classifying)
    autoscaling(scoring)
    rollback(classifying)
    uninstallation()
    say("all passed")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except ScenarioError as failure:
        say(f"failed: {failure}")
        sys.exit(1)

"""The images, run with podman as docker-compose.yml says: `make test-containers`."""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from podman import PODMAN, ROOT, Container, Project, podman

NETWORK = "vgg16-test-containers"
HEAD_PORT, FEATURE_PORT = 9092, 9091
REPLICAS = 4

pytestmark = pytest.mark.skipif(
    shutil.which("podman") is None,
    reason="there is no podman: install it (on Debian: podman runc aardvark-dns iptables)",
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def await_that(condition: Callable[[], bool], what: str, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.5)


def remove(*names: str) -> None:
    podman("rm", "--force", "--time=1", *names, check=False)


class Pair:
    """feature-service and replicas of head-service."""

    def __init__(self, project: Project, port: int) -> None:
        self.target = f"127.0.0.1:{port}"
        self.heads = [project.start("head-service", f"{NETWORK}-head-1")]
        await_that(self.heads[0].is_healthy, "the heads are healthy")
        self.feature = project.start("feature-service", f"{NETWORK}-feature")
        await_that(self.feature.is_healthy, "feature-service is healthy")

    def classify(self, *photos: str) -> list[dict]:
        """The answers about the samples, with as many calls in flight as bin/vgg16 makes."""
        result = subprocess.run(
            [ROOT / "bin/vgg16", "classify", "--json", "--target", self.target, *photos],
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    @property
    def all(self) -> list[Container]:
        return [self.feature, *self.heads]


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    for image in ("vgg16/feature-service", "vgg16/head-service"):
        present = subprocess.run([PODMAN, "image", "exists", image], check=False).returncode == 0
        assert present, f"there is no image {image}: run `make images` first"
    names = [*(f"{NETWORK}-head-{i + 1}" for i in range(REPLICAS)), f"{NETWORK}-feature"]
    remove(*names, f"{NETWORK}-small")
    podman("network", "rm", "--force", NETWORK, check=False)
    podman("network", "create", NETWORK)
    ports = {
        name: str(free_port())
        for name in (
            "FEATURE_PORT",
            "HTTP_PORT",
            "FEATURE_MANAGEMENT_PORT",
            "HEAD_PORT",
            "HEAD_MANAGEMENT_PORT",
        )
    }
    yield Project(NETWORK, ports | {"FEATURE_CPUS": "0.5"})
    remove(*names, f"{NETWORK}-small")
    podman("network", "rm", "--force", NETWORK, check=False)


@pytest.fixture(scope="module")
def pair(project: Project) -> Pair:
    return Pair(project, int(project.environment["FEATURE_PORT"]))


def test_photos_are_classified_through_the_published_port(pair: Pair) -> None:
    answers = pair.classify("samples")
    assert len(answers) == len([p for p in (ROOT / "samples").iterdir() if p.suffix != ".md"])
    for answer in answers:
        [head] = answer["heads"]
        best = max(head["scores"], key=lambda c: c["score"])["label"]
        assert best == answer["file"].rpartition("/")[2].partition("-")[0], answer


def test_processes_have_no_privileges(pair: Pair) -> None:
    for container in pair.all:
        status = container.run("cat /proc/1/status; id -u")
        assert re.findall(r"^Cap(?:Prm|Eff|Bnd):\t(\w+)$", status, re.M) == ["0" * 16] * 3, status
        assert "NoNewPrivs:\t1" in status
        assert re.search(r"^Uid:\t10001\t10001\t10001\t10001$", status, re.M), status
        for path in ("/x", "/opt/vgg16/x", "/var/x"):
            assert "Read-only file system" in container.run(f"echo > {path}", check=False)
        script = "cp /usr/bin/true /tmp/x && /tmp/x"
        assert "Permission denied" in container.run(script, check=False)


def test_the_log_is_readable(pair: Pair) -> None:
    for container in pair.all:
        lines = container.log().splitlines()
        assert any(" serving on 0.0.0.0:" in line for line in lines), lines
        for line in lines:
            assert re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (INFO|WARN) +\w+: ", line), line


def test_the_jvm_answers_its_tools(pair: Pair) -> None:
    for container in pair.all:
        threads = container.run("/opt/java/bin/jcmd 1 Thread.print")
        assert '"grpc-' in threads, threads


def test_the_bill_of_materials_is_in_the_image(pair: Pair) -> None:
    for container in pair.all:
        program = "head-service" if container in pair.heads else "feature-service"
        bom = json.loads(container.run(f"cat /usr/share/sbom/{program}.cdx.json"))
        assert bom["bomFormat"] == "CycloneDX"
        assert bom["metadata"]["component"]["name"] == program
        parts = {component["name"] for component in bom["components"]}
        jars = container.run(f"ls /opt/vgg16/{program}/target/lib").split()
        # The name of a jar begins with that of its artifact.
        unknown = [jar for jar in jars if not any(jar.startswith(f"{part}-") for part in parts)]
        assert not unknown, unknown
        assert ("onnxruntime-ep-openvino" in parts) == (program == "feature-service")


def test_a_killed_container_is_restarted(pair: Pair) -> None:
    for container in (pair.heads[0], pair.feature):
        before = container.restarts
        # Not podman's own kill, which it takes for a stop.
        subprocess.run(["kill", "-KILL", str(container.state["Pid"])], check=True)
        await_that(lambda c=container, b=before: c.restarts > b, f"{container.name} is restarted")
        await_that(container.is_healthy, f"{container.name} is healthy again")
    assert pair.classify("samples/cat-tabby.jpg")[0]["heads"]


def test_each_of_four_replicas_gets_maps(pair: Pair, project: Project) -> None:
    for i in range(len(pair.heads) + 1, REPLICAS + 1):
        pair.heads.append(project.start("head-replica", f"{NETWORK}-head-{i}"))
    for head in pair.heads:
        await_that(head.is_healthy, f"{head.name} is healthy")

    def all_have_maps() -> bool:
        pair.classify("samples")
        return all(head.metric(HEAD_PORT, "vgg16_head_maps_total") > 0 for head in pair.heads)

    await_that(all_have_maps, "all replicas have maps")


def test_limits_hold_under_load(pair: Pair) -> None:
    restarts = [container.restarts for container in pair.all]
    for _ in range(5):
        pair.classify("samples")
    throttled = pair.feature.control("cpu.stat", "cpu/cpu.stat")
    assert int(re.search(r"nr_throttled (\d+)", throttled)[1]) > 0, throttled
    limit = pair.feature.control("memory.max", "memory/memory.limit_in_bytes")
    assert int(limit) == 4 << 30
    assert [container.restarts for container in pair.all] == restarts


def test_a_container_that_exceeds_its_memory_is_killed_and_restarted(project: Project) -> None:
    name = f"{NETWORK}-small"
    once = project.start("head-replica", name, "--memory=64m", "--restart=no")
    try:
        await_that(lambda: once.state["Status"] == "exited", "it is killed")
        # By SIGKILL: not what the JVM says of a full heap.
        assert once.state["ExitCode"] == 137, once.log()
    finally:
        remove(name)
    again = project.start("head-replica", name, "--memory=64m")
    try:
        await_that(lambda: again.restarts >= 2, "it is restarted twice")
    finally:
        remove(name)


def test_sigterm_ends_each_with_exit_code_0(pair: Pair) -> None:
    for container in (pair.feature, *pair.heads):
        podman("stop", "--time=45", container.name)
        state = container.state
        assert (state["Status"], state["ExitCode"]) == ("exited", 0), container.log()

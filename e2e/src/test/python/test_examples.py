"""The documents' examples, run as written but for the ports."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from documents import example, examples
from services import ROOT, free_ports, with_services

TOOLS = ROOT / ".tools/bin"

# Each has a test below, but for `distribution` (test_distribution.py) and those of docs/tutorial.md
# (test_tutorial_page.py).
RUN = {
    "classify",
    "ghz",
    "ghz-classify",
    "go",
    "grpcurl",
    "grpcurl-classify",
    "java",
    "java-maven",
    "javascript",
    "python",
    "python-client",
    "python-generated",
    "python-table",
    "python-traceparent",
    "http",
    "curl",
    "distribution",
    "release",
    "second-head",
    "tls",
    "triton",
    "tutorial-base",
    "tutorial-base-summary",
    "tutorial-batch",
    "tutorial-flatten",
    "tutorial-format",
    "tutorial-grid",
    "tutorial-head",
    "tutorial-load",
    "tutorial-model",
    "tutorial-photos",
    "tutorial-preview",
    "tutorial-serve",
    "tutorial-split",
    "tutorial-summary",
    "tutorial-train",
    "vgg16",
}


def at_ports(script: str, ports: dict[int, int]) -> str:
    for written, port in ports.items():
        script = script.replace(str(written), str(port))
    return script


def run(
    script: str,
    tools: list[Path] | None = None,
    environment: dict[str, str] | None = None,
) -> str:
    """Runs an example; returns what it printed, and fails the test if it failed."""
    feature, head = free_ports(2)
    path = [*map(str, tools or []), os.environ["PATH"]]
    result = with_services(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        at_ports(script, {50051: feature, 50052: head}),
        ports=(feature, head),
        environment={"PATH": os.pathsep.join(path)} | (environment or {}),
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def need(tool: str, how: str = "run bench/tools.sh, which needs Go") -> None:
    if not shutil.which(tool, path=os.pathsep.join([str(TOOLS), os.environ["PATH"]])):
        message = f"{tool} is not installed: {how}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


def need_go() -> None:
    need("go", "install Go 1.26 or later")


def need_node() -> None:
    need("npm", "install Node 20 or later")


def test_every_example_is_run_or_says_why_not() -> None:
    unmarked = [f"{e.document.name}: {e.code}" for e in examples() if not e.mark]
    assert not unmarked, "neither <!-- run: NAME --> nor <!-- not run: REASON --> before it"
    assert {e.text for e in examples() if e.mark == "run"} == RUN


def test_vgg16() -> None:
    printed = run(example("vgg16"))
    assert "Total params: 14,978,370" in printed
    assert printed.count("SERVING") == 2


def test_classify() -> None:
    assert re.search(r"cat-chelsea.png +cat +0\.9", run(example("classify")))


def run_http(script: str) -> str:
    need("curl", "install curl")
    (port,) = free_ports(1)
    return run(at_ports(script, {8080: port}), environment={"FEATURE_SERVICE_HTTP_PORT": str(port)})


def test_curl() -> None:
    assert '"label":"cat","index":0,"score":0.99' in run_http(example("curl"))


def test_http() -> None:
    printed = run_http(example("http"))
    assert printed.count('"name":"cat-chelsea.png","heads":[{"head":"cats-vs-dogs"') == 1
    assert printed.count('"label":"cat","index":0,"score":0.99') == 4
    assert '"novelty":{"distance":' in printed
    assert re.search(r'"name":"README.md","error":{.*"code":"INVALID_ARGUMENT"', printed), printed
    assert '"defaultHead":"cats-vs-dogs"' in printed


def test_grpcurl() -> None:
    need("grpcurl")
    printed = run(example("grpcurl"), [TOOLS])
    assert "vgg16.v1.FeatureService" in printed
    assert "rpc Classify" in printed
    assert '"name": "cats-vs-dogs"' in printed
    assert '"label": "cat"' in printed
    assert '"status": "SERVING"' in printed


def test_grpcurl_classify() -> None:
    need("grpcurl")
    assert '"label": "cat"' in run(example("grpcurl-classify"), [TOOLS])


def assert_ghz_answered(printed: str) -> None:
    assert re.search(r"\[OK\]\s+[1-9]\d* responses", printed), printed
    assert "Error distribution" not in printed


def test_ghz() -> None:
    need("ghz")
    assert example("ghz-classify") == example("ghz")
    assert_ghz_answered(run(example("ghz"), [TOOLS]))


def assert_photos_have_their_labels(printed: str, times: int = 1) -> None:
    photos = sorted(p.name for p in (ROOT / "samples").glob("*.jpg"))
    assert photos
    for photo in photos:
        label = photo.split("-")[0]
        found = re.findall(rf"samples/{photo}: {label} [01]\.\d+", printed)
        assert len(found) == times, printed


def test_python() -> None:
    blocks = [in_python("python-client"), in_python("python-table"), example("python-generated")]
    printed = run(example("python") + "".join(blocks) + in_python("python-traceparent"))
    assert_photos_have_their_labels(printed)
    assert re.search(r"^samples/cat-playing.webp cat$", printed, re.M)
    assert re.search(r"^\d +samples/dog-forest.jpg +dog +0\.\d+", printed, re.M)
    assert printed.endswith("chelsea cat\n")


def in_python(name: str) -> str:
    return f"PYTHONPATH=target/python python - <<'PY'\n{example(name)}PY\n"


def test_triton() -> None:
    printed = run_http(example("triton"))
    # By gRPC, and by HTTP.
    assert_photos_have_their_labels(printed, times=2)
    assert re.search(r"^models: cats-vs-dogs 1 READY, .*, vgg16-160 1 READY$", printed, re.M)
    assert re.search(r"^classification: 0\.\d+:0:cat$", printed, re.M)
    assert len(re.findall(r"^features: \(\d, 5, 5, 512\)$", printed, re.M)) == 2


def test_java() -> None:
    printed = run(example("java"))
    assert re.search(r"samples/cat-chelsea.png: cat [01]\.\d+", printed), printed
    # On a stream, and by calls that don't block.
    assert_photos_have_their_labels(printed, times=2)


def test_java_maven(tmp_path: Path) -> None:
    """With an empty local repository, but for what other projects have in the user's."""
    users = Path.home() / ".m2/repository"
    (tmp_path / "dev").mkdir()
    for cached in [*users.glob("*"), *users.glob("dev/*")]:
        own = tmp_path / cached.relative_to(users)
        if not own.exists() and cached != users / "dev/vgg16":
            own.symlink_to(cached)
    printed = run(
        example("java-maven"), environment={"MAVEN_OPTS": f"-Dmaven.repo.local={tmp_path}"}
    )
    assert re.search(r"samples/cat-chelsea.png: cat [01]\.\d+", printed), printed
    assert "SLF4J" not in printed
    assert (tmp_path / "dev/vgg16/client").is_dir()


def test_go() -> None:
    need_go()
    printed = run(example("go"))
    assert_photos_have_their_labels(printed)
    assert re.search(r"samples/cat-chelsea.png: cat [01]\.\d+", printed), printed


def test_javascript() -> None:
    need_node()
    printed = run(example("javascript"))
    assert_photos_have_their_labels(printed)
    assert re.search(r"samples/cat-chelsea.png: cat [01]\.\d+", printed), printed


def test_second_head(tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    shutil.copytree(ROOT / "models/heads", heads)
    # As long as it takes until the head is loaded, which is what the page tells.
    wait = "bin/vgg16 heads load nearest-mean\n"
    *before, classify = example("second-head").splitlines(keepends=True)
    assert classify.startswith("bin/vgg16 classify")
    (admin,) = free_ports(1)
    printed = run(
        "".join(before) + wait + classify,
        environment={
            "HEAD_SERVICE_HEADS": str(heads),
            "HEAD_SERVICE_DEFAULT_HEAD": "cats-vs-dogs",
            "HEAD_SERVICE_ADMIN_PORT": str(admin),
        },
    )
    for photo in ("cat-", "dog-"):
        assert re.search(rf"{photo}\S+ +nearest-mean@1 +{photo[:-1]} ", printed), printed


def test_release(tmp_path: Path) -> None:
    first = ROOT / "models/heads/cats-vs-dogs/1"
    for version in ("1", "2"):
        copy = shutil.copytree(first, tmp_path / "cats-vs-dogs" / version)
        manifest = json.loads((first / "head.json").read_text())
        (copy / "head.json").write_text(json.dumps(manifest | {"version": int(version)}))
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example("release")],
        cwd=ROOT,
        env=os.environ | {"HEAD_SERVICE_HEADS": str(tmp_path)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    page = (ROOT / "docs/heads.md").read_text()
    *changes, status = result.stdout.splitlines()
    assert "\n".join(changes) in page
    assert status.startswith("cats-vs-dogs: versions [1, 2]; default 1, canary = 2; changed 20")
    assert json.loads((tmp_path / "cats-vs-dogs/versions.json").read_text()) == {
        "default": 1,
        "labels": {"canary": 2},
    }


def test_tls() -> None:
    feature, head, http = free_ports(3)
    script = at_ports(example("tls"), {50061: feature, 50062: head, 8090: http})
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    assert f"localhost:{feature} SERVING" in result.stdout
    assert "0 errors" in result.stdout
    assert '"label":"cat","index":0,"score":0.99' in result.stdout

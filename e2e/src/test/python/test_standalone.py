"""Both services in one process, from one jar that needs Java alone."""

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from services import ROOT, free_ports

JAR = ROOT / "standalone/target/vgg16-serving.jar"
TRY = "What to try next"
STOP_SECONDS = 60


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A PATH with only java, and a home folder of its own."""
    java = shutil.which("java")
    assert java
    for folder in ("bin", "home", "empty"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bin/java").symlink_to(Path(java).resolve())
    features, heads = free_ports(2)
    return {
        "PATH": str(tmp_path / "bin"),
        "HOME": str(tmp_path / "home"),
        "FEATURE_SERVICE_EXECUTION_PROVIDER": "cpu",
        "FEATURE_SERVICE_MANAGEMENT_PORT": str(features),
        "HEAD_SERVICE_MANAGEMENT_PORT": str(heads),
    }


@contextmanager
def standalone(environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen[str]]:
    """Runs the jar from an empty folder; it serves when its process is yielded."""
    home = Path(environment["HOME"])
    with (home.parent / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            ["java", "-jar", JAR, *options],
            cwd=home.parent / "empty",
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith(TRY), first + log_of(environment)
        yield process
    finally:
        # Whichever of its processes are left.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout
        process.stdout.close()


def log_of(environment: dict[str, str]) -> str:
    return (Path(environment["HOME"]).parent / "log").read_text(encoding="utf-8")


def get(port: str, path: str, body: bytes | None = None) -> str:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", body, timeout=60) as answer:
        return answer.read().decode()


def ports() -> list[str]:
    return [str(port) for port in free_ports(3)]


def options(feature: str, head: str, http: str) -> list[str]:
    return ["--port", feature, "--head-port", head, "--http-port", http]


def test_it_classifies_a_photo_and_stops(environment: dict[str, str]) -> None:
    feature, head, http = ports()
    with standalone(environment, *options(feature, head, http)) as process:
        photo = (ROOT / "samples/cat-chelsea.png").read_bytes()
        scores = json.loads(get(http, "/v1/classify", photo))["heads"][0]["scores"]
        assert scores[0]["label"] == "cat"
        assert "<title>" in get(http, "/")
        for service in ("FEATURE", "HEAD"):
            management = environment[f"{service}_SERVICE_MANAGEMENT_PORT"]
            assert "vgg16_build_info" in get(management, "/metrics")
            assert get(management, "/readyz").strip() == "ready"
        process.terminate()
        assert process.wait(STOP_SECONDS) == 0
        assert process.stdout
        printed = process.stdout.read()
    assert f"http://localhost:{http}/ " in printed
    log = log_of(environment)
    assert f"HeadServer: serving on 127.0.0.1:{head}, 1 head(s)" in log
    assert f"FeatureServer: serving on 127.0.0.1:{feature}, heads at localhost:{head}" in log
    assert log.endswith("Lifecycle: stopped\n")
    assert " ERROR " not in log
    assert " WARN " not in log
    home = Path(environment["HOME"])
    assert list((home.parent / "empty").iterdir()) == []
    assert [path.name for path in home.iterdir()] == [".cache"]


def test_ctrl_c_stops_it_with_exit_code_0(environment: dict[str, str]) -> None:
    # Background jobs may ignore SIGINT, and child processes inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with standalone(environment, *options(*ports())) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0
    assert log_of(environment).endswith("Lifecycle: stopped\n")


def test_the_services_do_not_outlive_a_launcher_that_was_killed(
    environment: dict[str, str],
) -> None:
    with standalone(environment, *options(*ports())) as process:
        process.kill()
        process.wait()
        # Until the process that has it open ends.
        process.communicate(timeout=STOP_SECONDS)
    assert log_of(environment).endswith("Lifecycle: stopped\n")


@pytest.mark.parametrize(
    ("variables", "arguments", "error"),
    [
        (
            {"FEATURE_SERVICE_QUEUE_CAPACITY": "much"},
            [],
            "vgg16-serving: FEATURE_SERVICE_QUEUE_CAPACITY: ",
        ),
        ({}, ["--head-port", "99999"], "vgg16-serving: head-service: --port must be "),
        ({}, ["--headport", "1"], "vgg16-serving: Unknown option: '--headport'"),
    ],
)
def test_a_wrong_option_is_an_error_of_one_line(
    environment: dict[str, str], variables: dict[str, str], arguments: list[str], error: str
) -> None:
    result = subprocess.run(
        ["java", "-jar", JAR, *arguments],
        env=environment | {"HEAD_SERVICE_PORT": "0"} | variables,
        text=True,
        capture_output=True,
        timeout=STOP_SECONDS,
        check=False,
    )
    assert result.returncode == 2, result.stderr
    *_, told, hint = [line for line in result.stderr.splitlines() if " INFO " not in line]
    assert told.startswith(error), result.stderr
    assert hint == "Try 'vgg16-serving --help'."

"""`bin/with-services`, which `make run` and the README's examples start the services by."""

import os
import re
import signal
import socket
import subprocess

from services import ROOT, at_ports, free_ports, with_services


def test_a_management_port_in_use_is_an_error_before_the_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = with_services(
            "bin/vgg16", "heads", environment={"FEATURE_SERVICE_MANAGEMENT_PORT": str(port)}
        )
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        f"with-services: something listens on port {port} already, which feature-service needs:"
        " stop it, or set FEATURE_SERVICE_MANAGEMENT_PORT to another"
    ]


def test_each_log_line_has_the_name_of_its_service() -> None:
    """Including the last one; a second Ctrl-C leaves no service running."""
    feature, head = free_ports(2)
    # Background jobs may ignore SIGINT, and child processes inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    services = subprocess.Popen(
        [ROOT / "bin/with-services"],
        env=os.environ | at_ports(feature, head),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        assert services.stdout
        lines = []
        serving = 0
        while serving < 2:
            line = services.stdout.readline()
            assert line, lines
            lines.append(line)
            serving += " serving on " in line
        for _ in range(2):
            os.killpg(services.pid, signal.SIGINT)
        lines += services.stdout.readlines()
        assert services.wait(timeout=120) == 130
    finally:
        if services.poll() is None:
            os.killpg(services.pid, signal.SIGKILL)
    for line in lines:
        assert re.match(r"(head-service   |feature-service) \| ", line), line
    for service in ("head-service", "feature-service"):
        assert any(re.match(rf"{service} .* stopped$", line) for line in lines), lines

"""docs/operations.md names the metrics that the services export, with their labels."""

import re
import sys

import pytest
from services import ROOT, free_ports, with_services

# The others are gRPC's.
OURS = r"(?:vgg16|jvm|process)_\w+"

ROW = re.compile(rf"^\| `({OURS})` \|(.*?)\|(.*?)\|.*\|$", re.MULTILINE)
SAMPLE = re.compile(rf"^({OURS}?)(?:\{{(.*?)\}})? ", re.MULTILINE)
TYPE = re.compile(rf"^# TYPE ({OURS}) (\w+)$", re.MULTILINE)

# Of the exporter, and of histograms.
EXPORTERS_LABELS = {"otel_scope_name", "le"}

# Seen by ManagementIT: these services have no certificate.
WITH_TLS = {"vgg16_tls_certificate_expiry_seconds"}

# Seen by ArmMetricsTest: these services have no version in the shadow.
WITH_SHADOW = {"vgg16_head_shadow_duration_seconds", "vgg16_head_shadow_dropped_total"}

# Enough maps for the drift of a head to be told.
ROUNDS = 16

SCRIPT = """
import subprocess, sys, urllib.request
photos = ["samples"] * int(sys.argv[1])
subprocess.run(["bin/vgg16", "classify", "--json", *photos], check=True, stdout=subprocess.DEVNULL)
for port in sys.argv[2:]:
    print(urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())
    print("=== end of a service")
"""


def documented(service: str) -> dict[str, set[str]]:
    """The labels of each metric of a service."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = ROW.findall(page)
    assert rows
    return {
        metric: set(re.findall(r"`(\w+)`(?=[,:]|$)", labels.split(":")[0].strip()))
        for metric, labels, of in rows
        if of.strip().startswith((service, "both")) and metric not in WITH_TLS | WITH_SHADOW
    }


def exported(exposition: str) -> dict[str, set[str]]:
    """The same, of what a service tells."""
    metrics = {name: set() for name, _ in TYPE.findall(exposition)}
    for name, labels in SAMPLE.findall(exposition):
        metric = name if name in metrics else re.sub(r"_(bucket|count|sum)$", "", name)
        metrics[metric] |= set(re.findall(r"(\w+)=\"", labels)) - EXPORTERS_LABELS
    return metrics


# A metric in a query, and the labels that it is asked for.
ASKED = re.compile(r"(?<![\w:])((?:vgg16|jvm|process|grpc)_\w+)(?![\w:])(?:\{(.*?)\})?")

# Of Prometheus itself.
TARGETS_LABELS = {"namespace", "job", "instance"}


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """What both services tell once they have had work: first feature-service."""
    ports = free_ports(2)
    result = with_services(
        sys.executable,
        "-c",
        SCRIPT,
        str(ROUNDS),
        *map(str, ports),
        environment={
            "FEATURE_SERVICE_MANAGEMENT_PORT": str(ports[0]),
            "FEATURE_SERVICE_CACHE_BYTES": "1000000",
            "HEAD_SERVICE_MANAGEMENT_PORT": str(ports[1]),
            "HEAD_SERVICE_DRIFT_SAMPLE": "1",
            # Space for so few new objects that there are garbage collections.
            "JAVA_OPTS": "-Xmn1m",
        },
    )
    assert result.returncode == 0, result.stdout
    return result.stdout.split("=== end of a service")[:2]


def test_the_page_has_the_metrics_that_there_are(pages: list[str]) -> None:
    feature, head = pages
    assert exported(feature) == documented("feature-service")
    assert exported(head) == documented("head-service")


@pytest.mark.parametrize("file", ["deploy/prometheus/rules.yml", "deploy/grafana/vgg16.json"])
def test_rules_and_dashboard_ask_for_what_is_exported(pages: list[str], file: str) -> None:
    there = exported(pages[0]) | exported(pages[1])
    # "targets" of the dashboard are JSON: quotes are escaped there.
    text = (ROOT / file).read_text(encoding="utf-8").replace('\\"', '"')
    labels = {label for of in there.values() for label in of}
    asked = [(name, matchers) for name, matchers in ASKED.findall(text) if name not in labels]
    assert asked
    for name, matchers in asked:
        metric = re.sub(r"_(bucket|count|sum)$", "", name)
        known = there.get(name, there.get(metric))
        assert known is not None or name in WITH_TLS, f"{file} asks for {name}"
        matched = set(re.findall(r"(\w+)(?==|!=)", matchers)) - TARGETS_LABELS
        assert matched <= (known or set()), f"{file} asks for {name} with {matched}"

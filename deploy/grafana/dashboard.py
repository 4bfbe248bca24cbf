"""Writes vgg16.json, the dashboard, for Grafana 10 and later.

dashboard.py            writes it
dashboard.py --check    fails if it is not what this would write
"""

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "vgg16.json"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 3
WIDTH = 24 // COLUMNS
HEIGHT = 8

# Of the variables at the top of the dashboard.
JOB = 'namespace=~"$namespace",job=~"$job"'
WHERE = JOB + ',instance=~"$instance"'
RATE = "$__rate_interval"

Json = dict[str, Any]


def rate(metric: str, matchers: str = "") -> str:
    return f"rate({metric}{{{matchers and matchers + ','}{WHERE}}}[{RATE}])"


def gauge(metric: str, matchers: str = "") -> str:
    return f"{metric}{{{matchers and matchers + ','}{WHERE}}}"


def quantile(q: float, histogram: str, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, sum by ({labels}) ({rate(histogram + '_bucket')}))"


def mean(histogram: str, by: str) -> str:
    """For histograms, whose sum and count Prometheus keeps."""
    return (
        f"sum by ({by}) ({rate(histogram + '_sum')}) / sum by ({by}) ({rate(histogram + '_count')})"
    )


def panel(title: str, unit: str, *queries: tuple[str, str], **options: Any) -> Json:
    """A panel with lines: pairs of a query and the legend of its lines."""
    custom = {"fillOpacity": 10, "showPoints": "never"}
    if options.get("stacked"):
        custom |= {"fillOpacity": 50, "stacking": {"mode": "normal"}}
    return {
        "type": "timeseries",
        "title": title,
        "description": options.get("description", ""),
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0, "custom": custom}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom"},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": [
            {"refId": chr(ord("A") + i), "datasource": DATASOURCE, "expr": expr, "legendFormat": of}
            for i, (expr, of) in enumerate(queries)
        ],
    }


ITEMS = "vgg16_items_total"
FAILED = 'outcome!="OK"'
IMAGE = "vgg16_image_duration_seconds"
STAGE = "vgg16_image_stage_duration_seconds"
HEAD = "vgg16_head_duration_seconds"
HEAP = 'jvm_memory_type="heap"'

ROWS = {
    "Traffic": [
        panel(
            "Items by method",
            "ops",
            (f"sum by (job, method) ({rate(ITEMS)})", "{{job}} {{method}}"),
        ),
        panel(
            "Failed items by outcome",
            "ops",
            (f"sum by (job, outcome) ({rate(ITEMS, FAILED)})", "{{job}} {{outcome}}"),
        ),
        panel(
            "Failed items",
            "percentunit",
            (f"job:vgg16_items_failed:ratio5m{{{JOB}}}", "{{job}} failed"),
            (f"job:vgg16_items_overload:ratio5m{{{JOB}}}", "{{job}} refused for overload"),
            description="Without failures that are the caller's. By the recording rules.",
        ),
    ],
    "Latency of images": [
        panel(
            "Whole time",
            "s",
            (quantile(0.5, IMAGE, "method"), "{{method}} p50"),
            (quantile(0.99, IMAGE, "method"), "{{method}} p99"),
        ),
        panel("Mean of each stage", "s", (mean(STAGE, "stage"), "{{stage}}"), stacked=True),
        panel("p99 of each stage", "s", (quantile(0.99, STAGE, "stage"), "{{stage}}")),
    ],
    "Queue and batches": [
        panel(
            "Queue",
            "short",
            (f"sum({gauge('vgg16_batch_queued')})", "queued"),
            (f"sum({gauge('vgg16_batch_parked')})", "parked"),
            (f"sum({gauge('vgg16_batch_queue_limit')})", "limit"),
        ),
        panel(
            "Refused and abandoned",
            "ops",
            (f"sum by (reason) ({rate('vgg16_batch_refused_total')})", "{{reason}}"),
            (f"sum({rate('vgg16_batch_abandoned_total')})", "abandoned"),
        ),
        panel(
            "Images in a batch",
            "short",
            (
                f"sum({rate('vgg16_batch_size_sum')}) / sum({rate('vgg16_batch_size_count')})",
                "mean",
            ),
            (quantile(0.99, "vgg16_batch_size"), "p99"),
        ),
    ],
    "Backbone and replicas": [
        panel(
            "Backbone busy",
            "percentunit",
            (gauge("instance:vgg16_backbone_busy:ratio5m"), "{{instance}}"),
            description="1: each worker is busy all the time. By a recording rule.",
        ),
        panel(
            "Head replicas",
            "short",
            (
                f"sum by (instance, state) ({gauge('vgg16_relay_replicas')})",
                "{{instance}} {{state}}",
            ),
        ),
        panel(
            "Maps on the way to heads",
            "short",
            (f"sum({gauge('vgg16_relay_maps_in_flight')})", "in flight"),
            (f"sum({gauge('vgg16_relay_maps_waiting')})", "waiting"),
        ),
    ],
    "Heads": [
        panel(
            "Maps scored",
            "ops",
            (
                f"sum by (head, version) ({rate('vgg16_head_maps_total')})",
                "{{head}} {{version}}",
            ),
        ),
        panel("A run, p99", "s", (quantile(0.99, HEAD, "head, version"), "{{head}} {{version}}")),
        panel(
            "Drift",
            "short",
            (
                f"max by (head, version) ({gauge('vgg16_head_drift')})",
                "{{head}} {{version}} drift",
            ),
            (
                f"sum by (head, version) ({rate('vgg16_head_maps_novel_total')})"
                f" / sum by (head, version) ({rate('vgg16_head_maps_sampled_total')})",
                "{{head}} {{version}} novel",
            ),
        ),
    ],
    "Processes": [
        panel(
            "Memory",
            "bytes",
            (gauge("process_resident_memory_bytes"), "{{job}} {{instance}} resident"),
            (
                f"sum by (job, instance) ({gauge('jvm_memory_used_bytes', HEAP)})",
                "{{job}} {{instance}} heap",
            ),
        ),
        panel(
            "Processors in use",
            "short",
            (rate("process_cpu_seconds_total"), "{{job}} {{instance}}"),
        ),
        panel(
            "Time in garbage collections",
            "percentunit",
            (
                f"sum by (job, instance) ({rate('jvm_gc_duration_seconds_sum')})",
                "{{job}} {{instance}}",
            ),
        ),
    ],
    "Builds and threads": [
        panel(
            "Builds",
            "short",
            (
                f"count by (job, version, revision) ({gauge('vgg16_build_info')})",
                "{{job}} {{version}} {{revision}}",
            ),
        ),
        panel(
            "Threads",
            "short",
            (f"sum by (job, instance) ({gauge('jvm_thread_count')})", "{{job}} {{instance}}"),
        ),
        panel(
            "Log lines dropped",
            "ops",
            (rate("vgg16_log_dropped_total"), "{{job}} {{instance}}"),
        ),
    ],
}


def laid_out() -> list[Json]:
    panels: list[Json] = []
    y = 0
    for title, row in ROWS.items():
        place = {"x": 0, "y": y, "w": 24, "h": 1}
        panels.append({"type": "row", "title": title, "gridPos": place, "panels": []})
        for column, each in enumerate(row):
            place = {"x": column * WIDTH, "y": y + 1, "w": WIDTH, "h": HEIGHT}
            panels.append(each | {"gridPos": place})
        y += 1 + HEIGHT
    return [each | {"id": number} for number, each in enumerate(panels, 1)]


def variable(name: str, of: str) -> Json:
    return {
        "type": "query",
        "name": name,
        "label": name,
        "datasource": DATASOURCE,
        "query": {"query": f"label_values({of}, {name})", "refId": name},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        # Also where the label is missing, such as the namespace outside of Kubernetes.
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def dashboard() -> Json:
    narrowed = 'vgg16_build_info{namespace=~"$namespace"'
    return {
        "title": "VGG16 serving",
        "uid": "vgg16-serving",
        "tags": ["vgg16"],
        "schemaVersion": 39,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {
            "list": [
                {"type": "datasource", "name": "datasource", "query": "prometheus"},
                variable("namespace", "vgg16_build_info"),
                variable("job", narrowed + "}"),
                variable("instance", narrowed + ',job=~"$job"}'),
            ]
        },
        "panels": laid_out(),
    }


def main() -> int:
    text = json.dumps(dashboard(), indent=2) + "\n"
    if sys.argv[1:] == ["--check"]:
        if FILE.read_text(encoding="utf-8") != text:
            print(f"{FILE.name} is not what dashboard.py writes: run it", file=sys.stderr)
            return 1
        return 0
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

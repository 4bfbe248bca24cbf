"""What has to hold between rules.yml, rules_test.yml, docs/runbook.md and the dashboard.

Prints the dashboard's queries as recording rules, so that promtool can check them. Needs PyYAML.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SEVERITIES = {"critical", "warning"}


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def alerts() -> dict[str, dict[str, Any]]:
    groups = read("rules.yml")["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


def tested() -> tuple[set[str], set[str]]:
    """The alerts that a test sees firing, and those that it sees quiet."""
    cases = [case for test in read("rules_test.yml")["tests"] for case in test["alert_rule_test"]]
    return (
        {case["alertname"] for case in cases if case["exp_alerts"]},
        {case["alertname"] for case in cases if not case["exp_alerts"]},
    )


def findings() -> list[str]:
    named = alerts()
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (\w+)$", runbook, re.M)
    firing, quiet = tested()
    found = [
        f"{name}: {what}"
        for name, rule in named.items()
        for what, holds in {
            "no severity that is known": rule["labels"]["severity"] in SEVERITIES,
            "no summary": rule["annotations"].get("summary"),
            "runbook_url leads elsewhere": rule["annotations"]["runbook_url"]
            == f"docs/runbook.md#{name.lower()}",
        }.items()
        if not holds
    ]
    if sections != list(named):
        found.append(f"docs/runbook.md has {sections}, rules.yml {list(named)}")
    found += [f"{name}: no test sees it firing" for name in named if name not in firing]
    found += [f"{name}: no test sees it quiet" for name in named if name not in quiet]
    return found


def queries() -> list[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/vgg16.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def main() -> int:
    found = findings()
    print(*found, sep="\n", file=sys.stderr)
    # Grafana replaces its variables before it asks.
    rules = [
        {"record": f"query:{i}", "expr": query.replace("$__rate_interval", "5m")}
        for i, query in enumerate(queries())
    ]
    print(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

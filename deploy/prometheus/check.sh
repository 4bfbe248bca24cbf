#!/usr/bin/env bash
# Checks the rules and their unit tests with promtool, the queries of the dashboard too, and that each
# alert has a test and a section in the runbook. Installs into .tools alone.
#
#   deploy/prometheus/check.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tools=$(cd ../.. && pwd)/.tools

pyyaml_version=6.0.3

say() { echo "deploy/prometheus/check.sh: $*"; }

promtool=$(./install-promtool)

[[ -d $tools/pyyaml-$pyyaml_version ]] ||
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
    --target "$tools/pyyaml-$pyyaml_version" "pyyaml==$pyyaml_version"

"$promtool" check rules rules.yml
"$promtool" test rules rules_test.yml

queries=$(mktemp)
trap 'rm -f "$queries"' EXIT
PYTHONPATH=$tools/pyyaml-$pyyaml_version PYTHONDONTWRITEBYTECODE=1 python3 check_rules.py >"$queries"
"$promtool" check rules "$queries" >/dev/null
python3 ../grafana/dashboard.py --check
say "promtool accepts rules, tests and the dashboard's queries; each alert has a test and a section in docs/runbook.md"

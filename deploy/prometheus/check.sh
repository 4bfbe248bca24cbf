#!/usr/bin/env bash
# Checks the rules and their unit tests with promtool, the queries of the dashboard too, and that each
# alert has a test and a section in the runbook. Installs into .tools alone: promtool from Debian's
# package where there is none on the path.
#
#   deploy/prometheus/check.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tools=$(cd ../.. && pwd)/.tools

pyyaml_version=6.0.3

say() { echo "deploy/prometheus/check.sh: $*"; }

fail() {
  say "$*" >&2
  exit 1
}

fetch_promtool() {
  local folder=$1 download
  command -v apt-get >/dev/null || fail "there is no promtool: install Prometheus 2.42 or later"
  download=$(mktemp -d)
  apt-cache show prometheus >/dev/null 2>&1 || apt-get update -qq
  (cd "$download" && apt-get -qq -o APT::Sandbox::User=root download prometheus)
  mkdir -p "$folder"
  dpkg-deb --fsys-tarfile "$download"/prometheus_*.deb | tar -x -C "$folder" ./usr/bin/promtool
  rm -r "$download"
}

promtool=$(command -v promtool || echo "$tools/promtool/usr/bin/promtool")
[[ -x $promtool ]] || fetch_promtool "$tools/promtool"

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

#!/usr/bin/env bash
# Checks the Helm chart without a cluster: lint, each set of values of ci/ against the kinds' schemas,
# the restricted Pod Security Standard and what has to hold between the objects; the values of
# ci/refused/ are refused with the message of their first line. Installs into .tools alone.
#
#   deploy/helm/check.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
tools=$root/.tools

pyyaml_version=6.0.3
kubeconform_version=v0.8.0

say() { echo "deploy/helm/check.sh: $*"; }

fail() {
  say "$*" >&2
  exit 1
}

command -v go >/dev/null || fail "there is no go: install Go 1.26 or later"

pip_install() {
  local folder=$1
  shift
  [[ -d $folder ]] || python3 -m pip install --quiet --disable-pip-version-check \
    --root-user-action=ignore --no-deps --target "$folder" "$@"
}

pip_install "$tools/pyyaml-$pyyaml_version" "pyyaml==$pyyaml_version"
export PYTHONPATH=$tools/pyyaml-$pyyaml_version PYTHONDONTWRITEBYTECODE=1

helm=$("$root/deploy/helm/install-helm")
# Nothing of the user's own configuration.
HELM_CONFIG_HOME=$(mktemp -d)
export HELM_CONFIG_HOME HELM_CACHE_HOME=$HELM_CONFIG_HOME HELM_DATA_HOME=$HELM_CONFIG_HOME
rendered=$HELM_CONFIG_HOME/rendered
mkdir "$rendered"
trap 'rm -rf "$HELM_CONFIG_HOME"' EXIT

kubeconform=$tools/kubeconform-$kubeconform_version/kubeconform
if [[ ! -x $kubeconform ]]; then
  GOBIN=$(dirname "$kubeconform") go install -trimpath -ldflags=-s \
    "github.com/yannh/kubeconform/cmd/kubeconform@$kubeconform_version"
fi

python3 describe_values.py
say "values.schema.json and README.md say of each value what values.yaml says"

# A chart can't read files beside its folder, so it has copies.
for file in prometheus/rules.yml grafana/vgg16.json; do
  cmp -s "../$file" "vgg16-serving/files/$(basename "$file")" ||
    fail "vgg16-serving/files/$(basename "$file") is not deploy/$file any more: copy it"
done
say "the chart has the rules of deploy/prometheus and the dashboard of deploy/grafana"

variants=(ci/*.yaml)
for values in "${variants[@]}"; do
  "$helm" lint --strict --quiet vgg16-serving --values "$values"
  "$helm" template vgg16 vgg16-serving --values "$values" >"$rendered/$(basename "$values")"
done
sed -n '/^## GPUs/,/^## Scaling/s/^    //p' ../../docs/kubernetes.md >"$HELM_CONFIG_HOME/gpus.yaml"
[[ -s $HELM_CONFIG_HOME/gpus.yaml ]] || fail "docs/kubernetes.md has no example of values for GPUs"
"$helm" template vgg16 vgg16-serving --set plaintext=true --values "$HELM_CONFIG_HOME/gpus.yaml" >"$rendered/docs-gpus.yaml"
"$kubeconform" -strict -summary -schema-location 'schemas/{{.ResourceKind}}{{.KindSuffix}}.json' "$rendered"
python3 check_chart.py "$rendered"/*.yaml
say "${#variants[@]} sets of values: restricted pods; ports, times, options and memory agree"

refused=(ci/refused/*.yaml)
for values in "${refused[@]}"; do
  message=$(sed -n '1s/^# //p' "$values")
  if "$helm" template vgg16 vgg16-serving --values "$values" >/dev/null 2>"$rendered/refusal"; then
    fail "$values is accepted"
  fi
  grep -qF "$message" "$rendered/refusal" || fail "$values is refused without '$message': $(<"$rendered/refusal")"
done
say "${#refused[@]} sets of values are refused, and the message says why"

"$helm" template vgg16 vgg16-serving --values ci/tls.yaml --values ci/autoscaling.yaml \
  --set plaintext=false >"$rendered/both"
promtool=$(../prometheus/install-promtool)
RENDERED=$rendered/both PROMTOOL=$promtool python3 -m unittest --quiet test_check_chart test_autoscaling

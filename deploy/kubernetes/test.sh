#!/usr/bin/env bash
# Tries the Helm chart on a real cluster of one node, which it starts and stops:
#
#   deploy/kubernetes/test.sh FOLDER
#
# FOLDER has the scripts that do that: install.sh, up.sh, addons.sh, down.sh and their settings,
# env.sh. What they install is kept in the folder K (env.sh), so that a second run takes minutes less.
# scenario.py says what is tried. It needs root, .venv (`make venv`), and the images that
# `deploy/build-images feature-service head-service cli` makes with podman.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { echo "kubernetes: $*"; }

skip() {
  say "skipped: $*"
  exit 0
}

folder=${1:?which folder has install.sh, up.sh and down.sh of a cluster}
[[ -f $folder/env.sh ]] || skip "$folder has no env.sh of a cluster"
[[ $EUID -eq 0 ]] || skip "a cluster needs root"
[[ $(uname -sm) == "Linux x86_64" ]] || skip "the cluster is for Linux on x86-64"

# Its addresses are fixed, so there can be one on a machine.
exec 8>"${TMPDIR:-/tmp}/vgg16-kubernetes.lock"
flock --nonblock 8 || skip "another cluster runs on this machine"

# up.sh gives it to all that the cluster runs, our pods too.
export NICENESS=${NICENESS:-0}
# shellcheck source=/dev/null
. "$folder/env.sh"

work=$(mktemp -d)
chmod 755 "$work"
finish() {
  local code=$?
  if [[ $code -ne 0 && -d $S ]]; then
    deploy/kubernetes/describe.sh || true
  fi
  "$folder/down.sh" >/dev/null || true
  rm -rf "$work"
  exit "$code"
}

version=$(sed -n 's/^appVersion: //p' deploy/helm/vgg16-serving/Chart.yaml)
images=()
for name in feature-service head-service cli; do
  podman image exists "vgg16/$name" || skip "there is no image vgg16/$name: run \`deploy/build-images $name\`"
  podman tag "vgg16/$name" "localhost/vgg16/$name:$version"
  images+=("localhost/vgg16/$name:$version")
done

say "installing the cluster, which takes half an hour the first time"
"$folder/install.sh" >"$work/install.log" 2>&1 || {
  tail -20 "$work/install.log" >&2
  exit 1
}
bench/tools.sh ghz
cp .tools/bin/ghz "$work/ghz"

trap finish EXIT
trap 'exit 130' INT TERM
"$folder/up.sh" 8>&-
"$folder/addons.sh"
podman save --quiet --multi-image-archive --format docker-archive "${images[@]}" |
  ctr --address "$S/containerd.sock" --namespace k8s.io images import --all-platforms - >/dev/null
say "the cluster runs, with our images"
export HELM_CACHE_HOME=$work/helm HELM_CONFIG_HOME=$work/helm HELM_DATA_HOME=$work/helm
PYTHONDONTWRITEBYTECODE=1 python3 deploy/kubernetes/scenario.py "$work"

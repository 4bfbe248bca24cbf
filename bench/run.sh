#!/usr/bin/env bash
# Runs the benchmark harness; `bench/run.sh --help` lists its parts.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/launcher.sh"
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

export ORT_DISABLE_TELEMETRY=1

# As the feature service runs: what is measured here stands beside it.
flags=(
  -Xms512m -Xmx1g
  -XX:MaxDirectMemorySize=1g
  -XX:+UseSerialGC
  -Dorg.bytedeco.javacpp.nopointergc=true
  -Dorg.bytedeco.javacpp.maxPhysicalBytes=0
)
run_jar bench "${flags[@]}" -- "$@"

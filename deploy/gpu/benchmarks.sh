#!/usr/bin/env bash
# Measures the services of this bundle on the host's GPU, as `make bench-gpu` does: benchmarks.sh RESULTS [OPTION...]
#
# JSON files and performance.md with the tables go to the folder RESULTS. OPTIONs go to each part, such as
# --rounds 3; see bench/run.sh throughput --help.
set -euo pipefail
results=$(mkdir -p "${1:?a folder for the results}" && cd "$1" && pwd)
shift
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cp docs/performance.md "$results"
gpu=(--execution-provider cuda --precision fp16 --images photos --results "$results" --document "$results/performance.md")
for part in throughput latency; do
  bench/run.sh "$part" "${gpu[@]}" --batch 64 --in-flight 256 --connections 16 "$@"
done
bench/run.sh batch-sizes "${gpu[@]}" --rounds 1 --seconds 1

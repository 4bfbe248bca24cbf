#!/usr/bin/env bash
# Compares numbers of instances and batch sizes on the host's GPU, and shows where the time of an
# image that is alone goes: layouts.sh RESULTS [SECONDS]
#
# SECONDS: length of each load, 5. PROVIDER=cpu tries the script itself. LAYOUTS: pairs of
# --instances and --max-batch, such as "1x64 2x64".
set -uo pipefail
results=$(mkdir -p "${1:?a folder for the results}" && cd "$1" && pwd)
seconds=${2:-5}
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
provider=${PROVIDER:-cuda}
read -ra layouts <<<"${LAYOUTS:-1x64 2x64 3x64 2x32 3x32 2x128}"
feature=localhost:50051 head=localhost:50052
failed=0

fail() {
  echo "FAILED: $*"
  failed=1
}

# start OPTION...: sets feature_pid.
start() {
  bin/feature-service --head-target "$head" --execution-provider "$provider" --http-port 0 "$@" >>"$results/feature.log" 2>&1 &
  feature_pid=$!
  bin/vgg16 health --wait 120 "$feature" >/dev/null || fail "feature-service $*: $(tail -1 "$results/feature.log")"
}

stop() {
  kill "$1" && wait "$1"
}

# load IN-FLIGHT SECONDS NAME: an empty name warms up.
load() {
  (sleep $(($2 / 2)); nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader >"$results/gpu.txt" 2>/dev/null) &
  local sampler=$!
  .tools/bin/ghz --insecure --call vgg16.v1.FeatureService.Classify -B "$results/classify.bin" -c "$1" \
    --connections $(($1 < 16 ? $1 : 16)) -z "$2s" --duration-stop wait -t 20s -O json "$feature" >"$results/ghz.json" ||
    fail "ghz with $1 in flight"
  wait $sampler
  [[ -z $3 ]] || python3 - "$results/ghz.json" "$3, $1 in flight" "$(cat "$results/gpu.txt")" <<'P' || fail "not every call was answered"
import json, sys
r = json.load(open(sys.argv[1]))
q = {d["percentage"]: d["latency"] / 1e6 for d in r["latencyDistribution"]}
print(f'{sys.argv[2]}: {r["rps"]:.0f} images/s, p50 {q[50]:.2f} ms, p99 {q[99]:.2f} ms; GPU {sys.argv[3]}', flush=True)
sys.exit(set(r["statusCodeDistribution"]) != {"OK"})
P
}

# Mean milliseconds of each stage between two copies of the metrics.
stages() {
  python3 - "$1" "$2" <<'P'
import sys

def read(name):
    return dict(line.rsplit(" ", 1) for line in open(name) if line.startswith("vgg16_") and "_seconds_" in line)

before, after = (read(name) for name in sys.argv[1:])
for name in sorted(n for n in after if "_seconds_sum" in n):
    count = name.replace("_sum", "_count")
    n = float(after[count]) - float(before.get(count, 0))
    if n:
        print(f"  {name.replace('_seconds_sum', '')}: {1e3 * (float(after[name]) - float(before.get(name, 0))) / n:.3f} ms, {n:.0f} times")
P
}

bin/head-service --port 50052 >>"$results/head.log" 2>&1 &
head_pid=$!
bin/vgg16 health --wait 60 "$head" >/dev/null || fail "head-service: $(tail -1 "$results/head.log")"
python3 bench/ghz/make-data.py --message classify --images photos --out "$results/classify.bin" >/dev/null

echo "--- an image that is alone"
start
load 64 "$seconds" ""
load 1 "$seconds" ""
curl -s localhost:9091/metrics >"$results/before.txt"
load 1 "$seconds" alone
curl -s localhost:9091/metrics >"$results/after.txt"
stages "$results/before.txt" "$results/after.txt"
stop "$feature_pid"

echo "--- instances x largest batch"
for layout in "${layouts[@]}"; do
  start --instances "${layout%x*}" --max-batch "${layout#*x}"
  load 256 "$seconds" ""
  load 256 "$seconds" "$layout"
  stop "$feature_pid"
done
stop "$head_pid"
exit $failed

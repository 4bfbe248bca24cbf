# Sourced by check.sh and layouts.sh: starts, loads and stops the services. They set $results, the
# folder of the results.
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
provider=${PROVIDER:-cuda}
feature=localhost:50051 head=localhost:50052
failed=0

say() { echo "--- $*"; }
fail() {
  echo "FAILED: $*"
  failed=1
}

start_head() {
  bin/head-service --port 50052 >>"$results/head.log" 2>&1 &
  head_pid=$!
  bin/vgg16 health --wait 60 "$head" >/dev/null || fail "head-service does not serve: $(tail -1 "$results/head.log")"
}

# start_feature OPTION...: sets feature_pid.
start_feature() {
  echo "# $*" >>"$results/feature.log"
  bin/feature-service --head-target "$head" --execution-provider "$provider" "$@" >>"$results/feature.log" 2>&1 &
  feature_pid=$!
  local begin=$SECONDS
  bin/vgg16 health --wait 120 "$feature" >/dev/null || fail "feature-service $*: $(tail -1 "$results/feature.log")"
  echo "feature-service $* ready after $((SECONDS - begin)) s: $(grep -h ' backbone ' "$results/feature.log" | tail -1 | sed 's/.* backbone /backbone /')"
}

# Stops the service of pid $1 by SIGTERM, which must end it well.
stop() {
  kill "$1" && wait "$1"
  local code=$?
  [[ $code == 0 ]] || fail "ended with $code after SIGTERM"
}

gpu() { nvidia-smi --query-gpu="$1" --format=csv,noheader 2>/dev/null || echo "no GPU"; }

# load IN-FLIGHT SECONDS NAME: reports images/s, latency, GPU and processor use.
load() {
  (sleep $(($2 / 2)); gpu utilization.gpu,memory.used,power.draw >"$results/gpu.txt") &
  local sampler=$!
  python3 threads.py "$feature_pid" $(($2 > 1 ? $2 - 1 : 1)) >"$results/threads-$3-$1.txt" &
  .tools/bin/ghz --insecure --call vgg16.v1.FeatureService.Classify -B "$results/classify.bin" -c "$1" \
    --connections $(($1 < 16 ? $1 : 16)) -z "$2s" --duration-stop wait -t 20s -O json "$feature" >"$results/ghz-$3-$1.json" ||
    fail "ghz with $1 in flight"
  wait $sampler
  python3 - "$results/ghz-$3-$1.json" "$1 in flight" "$(cat "$results/gpu.txt")" <<'P' || fail "not every call was answered"
import json, sys
r = json.load(open(sys.argv[1]))
q = {d["percentage"]: d["latency"] / 1e6 for d in r["latencyDistribution"]}
print(f'{sys.argv[2]}: {r["rps"]:.0f} images/s, p50 {q[50]:.2f} ms, p99 {q[99]:.2f} ms, {r["statusCodeDistribution"]}; GPU {sys.argv[3]}')
sys.exit(set(r["statusCodeDistribution"]) != {"OK"})
P
}

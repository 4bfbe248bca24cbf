#!/usr/bin/env bash
# Tries the services of this bundle on the host's GPU: check.sh RESULTS [SECONDS]
#
# Prints each check and its figures, and "FAILED: ..." where one fails; ends with 1 if one did. Logs and
# reports go to the folder RESULTS. SECONDS: length of each load, 6. PROVIDER=cpu tries the script itself.
set -uo pipefail
results=$(mkdir -p "${1:?a folder for the results}" && cd "$1" && pwd)
seconds=${2:-6}
. "$(dirname "${BASH_SOURCE[0]}")/services.sh"

describe() {
  say "the host"
  gpu name,driver_version,memory.total
  echo "$(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'), $(nproc) processors, $(free -g | awk '/Mem/ {print $2}') GiB; bundle $(cat REVISION)"
  python3 -m pip list 2>/dev/null | grep -iE '^nvidia-(cudnn|cublas|cuda-runtime)' | tr -s ' ' | paste -sd' ' | tee "$results/libraries.txt"
}

# parity PRECISION LOWEST-COSINE LARGEST-DIFFERENCE
parity() {
  say "feature maps in $1 beside those of a CPU in float32"
  start_feature --precision "$1"
  rm -f "$results/$1.npz"
  bin/vgg16 extract -o "$results/$1.npz" samples >/dev/null 2>>"$results/cli.log" || fail "extract: $(tail -1 "$results/cli.log")"
  python3 compare.py expected.npz "$results/$1.npz" "$2" "$3" | tee "$results/parity-$1.txt" || fail "the maps in $1 differ"
}

classify() {
  say "classify"
  bin/vgg16 classify samples | tee "$results/classify.txt"
  [[ $(awk '$1 ~ "/" $2 "-"' "$results/classify.txt" | wc -l) == 7 ]] || fail "not every sample is what its name says"
}

loads() {
  say "Classify by ghz on this host"
  python3 bench/ghz/make-data.py --message classify --images photos --out "$results/classify.bin" >/dev/null
  load 64 10 warm-up >/dev/null
  local in_flight
  for in_flight in 1 16 64 256; do load "$in_flight" "$seconds" load; done
  cat "$results/threads-load-256.txt"
  load 512 "$seconds" load
  curl -s localhost:9091/metrics >"$results/metrics.txt"
}

# What the host can decode, move and score: the most that it can feed a GPU.
host_limit() {
  say "the same with a backbone that computes nothing"
  stop "$feature_pid"
  bin/feature-service --head-target "$head" --execution-provider cpu --backbone models/backbones/stub --instances 2 \
    --max-batch 64 >>"$results/feature.log" 2>&1 &
  feature_pid=$!
  bin/vgg16 health --wait 60 "$feature" >/dev/null || fail "no stub: $(tail -1 "$results/feature.log")"
  load 256 8 warm-up >/dev/null
  load 256 "$seconds" host-limit
  cat "$results/threads-host-limit-256.txt"
  stop "$feature_pid"
  start_feature
}

too_little_memory() {
  say "with too little GPU memory"
  bin/feature-service --execution-provider "$provider" --head-target "$head" --port 50053 --management-port 0 --http-port 0 \
    --cuda-memory-limit 60000000 >"$results/little-memory.log" 2>&1 &
  local pid=$! answered
  if bin/vgg16 health --wait 60 localhost:50053 >/dev/null 2>&1; then
    answered=$(bin/vgg16 classify --target localhost:50053 samples/cat-tabby.jpg 2>&1 | tail -1)
    echo "it serves: $answered"
    stop $pid
  else
    wait $pid
    echo "ended with $?: $(tail -1 "$results/little-memory.log")"
  fi
}

killed() {
  say "kill -9 and a start again"
  kill -9 "$feature_pid"
  wait "$feature_pid" 2>/dev/null
  start_feature
  bin/vgg16 classify samples/dog-forest.jpg || fail "no answer after the restart"
}

two_on_one_card() {
  say "two services on one card"
  bin/feature-service --execution-provider "$provider" --head-target "$head" --port 50054 --management-port 0 --http-port 0 >"$results/second.log" 2>&1 &
  local second=$!
  bin/vgg16 health --wait 60 localhost:50054 >/dev/null || fail "the second does not serve: $(tail -1 "$results/second.log")"
  .tools/bin/ghz --insecure --call vgg16.v1.FeatureService.Classify -B "$results/classify.bin" -c 64 --connections 8 \
    -z "${seconds}s" --duration-stop wait -t 20s -O json localhost:50054 >"$results/ghz-second.json" &
  load 64 "$seconds" two
  wait $!
  echo "the second: $(python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print("%.0f images/s, %s" % (r["rps"], r["statusCodeDistribution"]))' "$results/ghz-second.json")"
  stop $second
}

describe
start_head
if [[ $provider == cuda ]]; then
  parity fp32 0.99999 2e-3
  stop "$feature_pid"
  parity fp16 0.9999 1
else
  parity fp32 0.99999 1e-3
fi
classify
loads
host_limit
too_little_memory
killed
two_on_one_card
say "SIGTERM"
stop "$feature_pid"
stop "$head_pid"
[[ $failed == 0 ]] && say "all checks passed" || say "SOME CHECKS FAILED"
exit $failed

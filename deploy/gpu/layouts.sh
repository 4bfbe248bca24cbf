#!/usr/bin/env bash
# Compares numbers of instances and batch sizes on the host's GPU, and shows where the time of an
# image that is alone goes: layouts.sh RESULTS [SECONDS]
#
# SECONDS: length of each load, 5. PROVIDER=cpu tries the script itself. LAYOUTS: pairs of
# --instances and --max-batch, such as "1x64 2x64".
set -uo pipefail
results=$(mkdir -p "${1:?a folder for the results}" && cd "$1" && pwd)
seconds=${2:-5}
. "$(dirname "${BASH_SOURCE[0]}")/services.sh"
read -ra layouts <<<"${LAYOUTS:-1x64 2x64 3x64 2x32 3x32 2x128}"

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

start_head
python3 bench/ghz/make-data.py --message classify --images photos --out "$results/classify.bin" >/dev/null

say "an image that is alone"
start_feature
load 64 "$seconds" warm-up >/dev/null
load 1 "$seconds" warm-up >/dev/null
curl -s localhost:9091/metrics >"$results/before.txt"
load 1 "$seconds" alone
curl -s localhost:9091/metrics >"$results/after.txt"
stages "$results/before.txt" "$results/after.txt"
stop "$feature_pid"

for layout in "${layouts[@]}"; do
  say "instances x largest batch: $layout"
  start_feature --instances "${layout%x*}" --max-batch "${layout#*x}"
  load 256 "$seconds" warm-up >/dev/null
  load 256 "$seconds" "$layout"
  stop "$feature_pid"
done
stop "$head_pid"
exit $failed

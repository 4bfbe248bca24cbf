#!/usr/bin/env bash
# Memory and start of a head service with many heads: one alone, and copies of it under other names.
#
#     bench/many-heads.sh [HEADS]     200 when not given; needs `make build`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

heads=${1:-200}
head=models/heads/cats-vs-dogs/1
folder=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill "$service" 2>/dev/null || true; rm -rf "$folder"' EXIT

copies() { # COUNT
  rm -rf "$folder/heads"
  for number in $(seq "$1"); do
    name=head-$number
    mkdir -p "$folder/heads/$name/1"
    # Links: what counts is the service's memory, not the disk.
    ln "$head"/*.onnx "$folder/heads/$name/1/" 2>/dev/null || cp "$head"/*.onnx "$folder/heads/$name/1/"
    sed "s/\"name\": \"cats-vs-dogs\"/\"name\": \"$name\"/" "$head/head.json" > "$folder/heads/$name/1/head.json"
  done
}

resident() { # COUNT: MiB once it serves, and the milliseconds of the start
  copies "$1"
  bin/head-service --heads "$folder/heads" --port 0 --management-port 0 2> "$folder/log" &
  service=$!
  until grep -q 'HeadServer: serving' "$folder/log"; do
    kill -0 "$service" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
  done
  # What the start left behind is collected by the time of the first looks at the folder.
  sleep 3
  awk '/^VmRSS/ {printf "%d", $2 / 1024}' "/proc/$service/status"
  sed -n 's/.*ready after \([0-9]*\) ms.*/ \1/p' "$folder/log"
  kill "$service" && wait "$service" || true
  service=
}

read -r one start_one < <(resident 1)
read -r many start_many < <(resident "$heads")
echo "heads  resident, MiB  ready after, ms"
printf '%5d  %13d  %15d\n' 1 "$one" "$start_one" "$heads" "$many" "$start_many"
awk -v one="$one" -v many="$many" -v n="$heads" 'BEGIN {printf "%.2f MiB a further head\n", (many - one) / (n - 1)}'

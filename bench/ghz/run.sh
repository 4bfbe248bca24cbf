#!/usr/bin/env bash
# Runs ghz with one of the configurations beside this script against running services:
#
#   bench/ghz/run.sh classify|extract|classify-stream|score [GHZ-OPTION...]
#
# VGG16_TARGET and VGG16_HEAD_TARGET say where the services are; `bin/with-services` sets them. The
# data is made of samples/, or of the folder in IMAGES, at each run; HEAD names a head other than the
# default one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
  sed -n 's/^#   //p' "bench/ghz/run.sh" >&2
  exit 2
}

[[ $# -ge 1 ]] || usage
kind=$1
shift
data=(--message "$kind" --out "bench/ghz/target/$kind.bin")
host=${VGG16_TARGET:-127.0.0.1:50051}
case $kind in
  classify | extract) data+=(--images "${IMAGES:-samples}") ;;
  classify-stream) data+=(--images "${IMAGES:-samples}" --count 64) ;;
  score) host=${VGG16_HEAD_TARGET:-127.0.0.1:50052} ;;
  *) usage ;;
esac
[[ -z ${HEAD:-} ]] || data+=(--head "$HEAD")

bench/tools.sh ghz
python3 bench/ghz/make-data.py "${data[@]}" >&2
# Without --proto, ghz asks the service what it serves (server reflection). The first requests after a
# start are slow, so a short run goes before.
.tools/bin/ghz --config "bench/ghz/$kind.json" --duration 2s "$host" >/dev/null
exec .tools/bin/ghz --config "bench/ghz/$kind.json" "$@" "$host"

#!/usr/bin/env bash
# Installs the load and debug tools that are written in Go, and the plugins that generate Go code,
# pinned, into .tools/bin. Those that are there in the right version are left alone.
#
#   bench/tools.sh [ghz|grpcurl|grpc-health-probe|toxiproxy|protoc-gen-go|protoc-gen-go-grpc|osv-scanner]...
#
# Without a name: all but osv-scanner.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=$PWD/.tools/bin
all=(ghz grpcurl grpc-health-probe toxiproxy protoc-gen-go protoc-gen-go-grpc)

fail() {
  echo "bench/tools.sh: $*" >&2
  exit 1
}

package() {
  case $1 in
    ghz) echo github.com/bojand/ghz/cmd/ghz@v0.121.0 ;;
    grpcurl) echo github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4 ;;
    toxiproxy) echo github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0 ;;
    # The images have the same one: GRPC_HEALTH_PROBE_VERSION in the Dockerfiles.
    grpc-health-probe) echo github.com/grpc-ecosystem/grpc-health-probe@v0.4.61 ;;
    # That of the module in examples/go/go.mod, which the generated code is made for.
    protoc-gen-go) echo google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12 ;;
    protoc-gen-go-grpc) echo google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2 ;;
    # For `make audit` alone: it takes a minute to build.
    osv-scanner) echo github.com/google/osv-scanner/cmd/osv-scanner@v1.9.2 ;;
    *) fail "there is no tool $1: ${all[*]} and osv-scanner" ;;
  esac
}

# Each binary carries its module's version.
has_version() {
  [[ -x $1 ]] && go version -m "$1" | grep -q $'^\tmod\t.*\t'"$2"$'\t'
}

command -v go >/dev/null || fail "there is no go: install Go 1.26 or later"

[[ $# -gt 0 ]] || set -- "${all[@]}"
for tool in "$@"; do
  package=$(package "$tool")
  has_version "$bin/$tool" "${package##*@}" && continue
  echo "bench/tools.sh: installing $tool ${package##*@}" >&2
  GOBIN=$bin go install -trimpath -ldflags=-s "$package"
  # Go names a program after its folder.
  built=$bin/$(basename "${package%@*}")
  [[ $built == "$bin/$tool" ]] || mv "$built" "$bin/$tool"
done

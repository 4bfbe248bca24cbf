# Sourced by the launchers: run_jar MODULE JVM-FLAG... -- ARG... replaces the shell by that module's jar.

run_jar() {
  local module=$1 root jar java archive
  shift
  root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
  jar=$root/$module/target/$module.jar
  if [[ ! -f $jar ]]; then
    echo "${0##*/}: $jar is missing: run \`make build\` first" >&2
    exit 1
  fi
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  if ! command -v "$java" >/dev/null; then
    echo "${0##*/}: there is no $java: install a JDK (17 or later) or set JAVA_HOME" >&2
    exit 1
  fi
  local flags=()
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  shift
  # `bin/archive-classes` makes it. Without one, or with another JVM's, the start takes longer.
  archive=$root/$module/target/$module.jsa
  if [[ -n ${ARCHIVE_CLASSES:-} ]]; then
    flags+=(-XX:ArchiveClassesAtExit="$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  elif [[ -f $archive ]]; then
    flags+=(-XX:SharedArchiveFile="$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  fi
  # Netty must not resume TLS sessions: in a resumed one no certificate is checked, so that a client
  # whose root was replaced would still be let in.
  flags+=(
    -Djdk.tls.server.enableSessionTicketExtension=false
    -Dio.grpc.netty.shaded.io.netty.handler.ssl.openssl.sessionCacheServer=false
  )
  # From 24 on, the JVM warns of what gRPC and protobuf do with sun.misc.Unsafe unless it is allowed.
  if [[ $(jvm_release "$java") -ge 24 ]]; then
    flags+=(--sun-misc-unsafe-memory-access=allow)
  fi
  # shellcheck disable=SC2086 # JAVA_OPTS is a list of words.
  exec "$java" "${flags[@]}" ${JAVA_OPTS:-} -jar "$jar" "$@"
}

# The major version, from the file that every JDK has beside its bin; asking the JVM takes longer.
jvm_release() {
  local home
  home=$(dirname "$(dirname "$(readlink -f "$(command -v "$1")")")")
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || echo 0
}

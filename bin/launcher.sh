# Sourced by the launchers: run_jar MODULE JVM-FLAG... -- ARG... replaces the shell by that module's jar.
# A launcher of another class of the jar sets `main_class`.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# With the locale C, or one that is not installed, the JVM could not open a file whose name is not ASCII.
case $(locale charmap 2>/dev/null || echo unknown)-${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  ANSI_X3.4-1968-* | US-ASCII-* | *- | *-C | *-POSIX) export LC_ALL=C.UTF-8 ;;
esac

# Where a module's jar, its lib/ and what is made of them are: in its build folder, or, in an archive
# of a release, at the root.
home_of() {
  local built=$root/$1/target
  if [[ ! -f $built/$1.jar && -f $root/$1.jar ]]; then
    built=$root
  fi
  echo "$built"
}

# For services: gives a copy of standard error in the place of standard input, which they do not
# read. They log there and take standard error itself from native libraries, which write to it what
# any client can cause, and would wait for whoever reads it.
log_to_copy() {
  if exec 0>&2; then
    flags+=(-Dvgg16.stderr.copy=stdin)
  fi
}

# gRPC makes spans only if this says so, and they cost time: where nobody receives them, it makes none.
trace_calls() {
  [[ ${OTEL_TRACES_EXPORTER:-none} == none ]] ||
    export GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING=${GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING:-true}
}

run_jar() {
  local module=$1 home archive natives
  shift
  home=$(home_of "$module")
  need_built "$module"
  local flags=()
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  shift
  need_files
  find_natives "$module"
  # In an empty one the jars unpack their own libraries, at each start.
  if [[ -n $natives ]]; then
    flags+=(
      -Djava.library.path="$natives" -Donnxruntime.native.path="$natives"
      -Dorg.bytedeco.javacpp.cacheLibraries=false
    )
    # On Linux JavaCPP need not search all jars for what is there.
    if [[ $OSTYPE == linux* ]]; then
      flags+=(-Dorg.bytedeco.javacpp.findLibraries=false)
    else
      flags+=(-Dorg.bytedeco.javacpp.pathsFirst=true)
    fi
  fi
  # `bin/archive-classes` makes it. Without one, or with another JVM's, the start takes longer.
  archive=$home/$module.jsa
  if [[ -n ${ARCHIVE_CLASSES:-} ]]; then
    flags+=(-XX:ArchiveClassesAtExit="$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  elif [[ -f $archive ]]; then
    flags+=(-XX:SharedArchiveFile="$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  fi
  # Netty would record a stack trace for one of 128 buffers, to report those that were not released:
  # 1.5% of head-service's time.
  flags+=(-Dio.netty.leakDetection.level=disabled)
  # Netty must not resume TLS sessions: in a resumed one no certificate is checked, so that a client
  # whose root was replaced would still be let in.
  flags+=(
    -Djdk.tls.server.enableSessionTicketExtension=false
    -Dio.netty.handler.ssl.openssl.sessionCacheServer=false
  )
  # From 24 on, the JVM warns of what gRPC and protobuf do with sun.misc.Unsafe unless it is allowed.
  if [[ $(jvm_release) -ge 24 ]]; then
    flags+=(--sun-misc-unsafe-memory-access=allow)
  fi
  local jar=$home/$module.jar
  local program=(-jar "$jar")
  [[ -z ${main_class:-} ]] || program=(-cp "$jar" "$main_class")
  # shellcheck disable=SC2086 # JAVA_OPTS is a list of words.
  exec "$java" "${flags[@]}" ${JAVA_OPTS:-} "${program[@]}" "$@"
}

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

need_built() {
  local file home
  need_java
  home=$(home_of "$1")
  for file in "$1.jar" native-jars; do
    [[ -f $home/$file ]] || fail "$home/$file is missing: run \`make build\` first"
  done
}

need_java() {
  local release install='install a JDK (17 or later; on Debian and Ubuntu openjdk-17-jdk or openjdk-21-jdk), or set JAVA_HOME to one'
  command -v "$java" >/dev/null || fail "there is no $java: $install"
  release=$(jvm_release)
  [[ $release -eq 0 || $release -ge 17 ]] || fail "$java is of Java $release: $install"
}

# A service has some 80 files open before the first connection; with too few, the JVM itself breaks, in
# ways that say nothing of it. (It raises the soft limit to the hard one.)
need_files() {
  local limit
  limit=$(ulimit -Hn)
  [[ $limit == unlimited || $limit -ge 128 ]] ||
    fail "at most $limit files and connections may be open here, and at least 128 are needed: raise it by \`ulimit -n\`"
}

# The heap to begin with, where JAVA_OPTS has no smaller one in mind.
initial_heap() {
  [[ ${JAVA_OPTS:-} == *-Xmx* ]] || echo "-Xms$1"
}

# Sets `natives` to the folder of a module's native libraries, and unpacks them where that was not done
# yet: beside the jars, or in a cache of the user's own. The folder's name tells which jars they are of;
# its number changes when NativeLinks creates other links.
# Further arguments go to UnpackNatives.
find_natives() {
  local module=$1 target cache checksum name
  shift
  target=$(home_of "$module")
  read -r checksum _ < <(cksum <"$target/native-jars")
  name=$HOSTTYPE-2-$checksum
  cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  cache=${cache:+$cache/vgg16-serving}
  natives=$target/native/$name
  if [[ -d $natives ]]; then
    return
  fi
  natives=$cache/$name
  if [[ -z $cache || ! -d $natives ]]; then
    natives=$("$java" -Xshare:auto -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$target/$module.jar" \
      dev.vgg16.commandline.natives.UnpackNatives "$@" "$name" "$target" ${cache:+"$cache"} 2>&1) ||
      fail "${natives##*$'\n'}"
    natives=${natives##*$'\n'}
  fi
  if [[ $natives == "$cache"/* ]]; then
    need_own "$cache" "$natives"
  fi
}

# Code is loaded from these folders: nobody else may write to them.
need_own() {
  local folder
  for folder; do
    [[ -O $folder && -z $(find "$folder" -prune \( -perm -020 -o -perm -002 \)) ]] ||
      fail "$folder belongs to another user, or can be written by others: set XDG_CACHE_HOME to a folder of your own"
  done
}

# The major version, from the file that every JDK has beside its bin; asking the JVM takes longer.
# 0: not known.
jvm_release() {
  local home version
  home=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null) || true
  echo "${version:-0}"
}

#!/usr/bin/env bash
# Runs the benchmark harness; `bench/run.sh --help` lists its parts.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/launcher.sh"
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

export ORT_DISABLE_TELEMETRY=1

# The JVM does without an archive that is not of these very jars, and says nothing.
for service in feature-service head-service; do
  home=$(home_of "$service")
  if [[ ! -f $home/$service.jsa || -n $(find "$home/$service.jar" "$home/lib" -newer "$home/$service.jsa" -print -quit 2>&1) ]]; then
    echo "bench: $service has no class archive of its jars, and takes longer to start: bin/archive-classes $service" >&2
  fi
done

# As the feature service runs: what is measured here stands beside it.
flags=(
  -Xms512m -Xmx1g
  -XX:MaxDirectMemorySize=1g
  -XX:+UseSerialGC
  -Dorg.bytedeco.javacpp.nopointergc=true
  -Dorg.bytedeco.javacpp.maxPhysicalBytes=0
)
run_jar bench "${flags[@]}" -- "$@"

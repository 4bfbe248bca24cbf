# Sourced by the scripts here: the Java runtime and the host's CUDA libraries.
bundle=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$bundle" || exit 1
export JAVA_HOME=$bundle/jre ORT_DISABLE_TELEMETRY=1 JIT_LEVEL=4

# CUDA and cuDNN where the loader finds them, or else in Python's packages nvidia-*.
python_libraries() {
  python3 - <<'P'
import glob, os, site, sysconfig
roots = {sysconfig.get_paths()["purelib"], *site.getsitepackages()}
found = {os.path.dirname(f) for root in roots for f in glob.glob(root + "/nvidia/**/lib*.so*", recursive=True)}
print(":".join(sorted(found)))
P
}
LD_LIBRARY_PATH=$bundle/jre/lib:${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$(python_libraries)
export LD_LIBRARY_PATH

"""The models of the Java services: the VGG16 backbone, and heads for it.

Start reading in `commands`: each command is a module.
"""

import os

# Must be set before the libraries are imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Without oneDNN, whose order of additions varies, training is reproducible.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

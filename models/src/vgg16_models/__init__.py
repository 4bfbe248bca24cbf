"""Makes and checks what the Java services serve: the VGG16 backbone and the heads beside it.

Start reading in `commands`, which names the commands; each one is a module here.
"""

import os

# These must be set before the library they speak to is loaded.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# oneDNN adds in an order of its own: without it the same photos train the same head.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

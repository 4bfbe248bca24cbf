"""Makes the tiny backbone of the tests: each map is the mean of its image's pixels.

Input `pixels` float32 [N, 4, 4, 3], output `features` float32 [N, 1, 1, 3].
Needs onnx: python make_tiny.py
"""

import hashlib
import json
from pathlib import Path

import onnx
from onnx import TensorProto, helper

FOLDER = Path(__file__).parent / "tiny"

graph = helper.make_graph(
    [helper.make_node("ReduceMean", ["pixels"], ["features"], axes=[1, 2], keepdims=1)],
    "tiny",
    [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", 4, 4, 3])],
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 1, 1, 3])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
data = model.SerializeToString(deterministic=True)
(FOLDER / "fp32.onnx").write_bytes(data)
digest = hashlib.sha256(data).hexdigest()
manifest = {
    "id": "tiny-4-tf-000000000000",
    "name": "tiny-4",
    "preprocessing": "tf",
    "weights_sha256": "0" * 64,
    "input": {"name": "pixels", "shape": [4, 4, 3]},
    "output": {"name": "features", "shape": [1, 1, 3]},
    "parameters": 1,
    "layers": [{"name": "mean", "type": "Mean", "output_shape": [1, 1, 3], "parameters": 1}],
    "files": {"fp32": {"file": "fp32.onnx", "sha256": digest, "bytes": len(data)}},
}
(FOLDER / "backbone.json").write_text(json.dumps(manifest, indent=2) + "\n")
onnx.checker.check_model(model)

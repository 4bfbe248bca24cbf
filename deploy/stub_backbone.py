"""A backbone that computes nothing: its maps are the first numbers of each image.

usage: stub_backbone.py BACKBONE-FOLDER OUT-FOLDER

With it in the place of the real one, the services show what a host can decode, move and score: the
most that any GPU there can be given.
"""

import hashlib
import json
import sys
from math import prod
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def model(manifest):
    """[n, height, width, 3] to [n, height, width, channels] by a slice."""
    image, maps = manifest["input"], manifest["output"]

    def constant(name, numbers):
        return numpy_helper.from_array(np.array(numbers, dtype=np.int64), name)

    graph = helper.make_graph(
        [
            helper.make_node("Reshape", [image["name"], "flat"], ["numbers"]),
            helper.make_node("Slice", ["numbers", "start", "end", "axis"], ["first"]),
            helper.make_node("Reshape", ["first", "shape"], [maps["name"]]),
        ],
        "stub",
        [helper.make_tensor_value_info(image["name"], TensorProto.FLOAT, ["n", *image["shape"]])],
        [helper.make_tensor_value_info(maps["name"], TensorProto.FLOAT, ["n", *maps["shape"]])],
        [
            constant("flat", [-1, prod(image["shape"])]),
            constant("start", [0]),
            constant("end", [prod(maps["shape"])]),
            constant("axis", [1]),
            constant("shape", [-1, *maps["shape"]]),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main(backbone, out):
    manifest = json.loads((Path(backbone) / "backbone.json").read_text())
    content = model(manifest).SerializeToString()
    onnx.checker.check_model(content)
    manifest["files"] = {
        "fp32": {
            "file": "fp32.onnx",
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
    }
    Path(out).mkdir(parents=True)
    (Path(out) / "fp32.onnx").write_bytes(content)
    (Path(out) / "backbone.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

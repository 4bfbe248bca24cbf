from collections import Counter

import numpy as np
import onnx
import pytest
from vgg16_models.backbone.image_loading import load_pixels
from vgg16_models.backbone.inference import Backbone
from vgg16_models.backbone.keras_comparison import compare
from vgg16_models.backbone.manifest import BackboneManifest
from vgg16_models.backbone.quantize import quantize
from vgg16_models.data.photos import interleave_labels, scan
from vgg16_models.errors import ModelsError
from vgg16_models.manifest_entries import ModelFile


def test_the_qdq_model_is_close_to_fp32(own_backbone, make_photos):
    images = make_photos({"red": 3, "green": 3})
    (images / "red" / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    skipped = quantize(own_backbone, images, count=16)
    assert [(file.path.name, file.reason) for file in skipped] == [
        ("broken.jpg", "is a damaged JPEG: its header has no width and height")
    ]

    path = own_backbone / "int8.onnx"
    assert BackboneManifest.read(own_backbone).files["int8"] == ModelFile.of(path)
    model = onnx.load(path)
    operators = Counter(node.op_type for node in model.graph.node)
    assert operators["Conv"] == 13
    assert operators["QuantizeLinear"] > 13
    scales = {tensor.name: tensor for tensor in model.graph.initializer}
    assert list(scales["block1_conv1/kernel_scale"].dims) == [64], "one scale a channel"

    pixels, _ = load_pixels(interleave_labels(scan(images).photos), 6)
    fp32 = Backbone.load(own_backbone, "fp32")(pixels)
    int8 = Backbone.load(own_backbone, "int8")(pixels)
    assert int8.dtype == np.float32
    assert compare("int8", fp32, int8).cosine_min > 0.99

    before = path.read_bytes()
    quantize(own_backbone, images, count=16)
    assert path.read_bytes() == before, "the same photos give the same file"


def test_without_fp32_the_error_names_the_export_command(own_backbone, make_photos):
    (own_backbone / "fp32.onnx").unlink()
    with pytest.raises(ModelsError, match=r"has no fp32\.onnx: run `vgg16-models export` first"):
        quantize(own_backbone, make_photos({"red": 1}))


def test_an_fp32_file_that_does_not_match_the_manifest(own_backbone, make_photos):
    (own_backbone / "fp32.onnx").unlink()
    (own_backbone / "fp32.onnx").write_bytes(b"another")
    with pytest.raises(ModelsError, match="does not match its manifest"):
        quantize(own_backbone, make_photos({"red": 1}))


def test_without_readable_photos(own_backbone, tmp_path):
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    (tmp_path / "photos" / "cat" / "a.jpg").write_text("no")
    with pytest.raises(ModelsError, match="none of the photos can be read"):
        quantize(own_backbone, tmp_path / "photos")

"""The exported backbone and the committed head match their manifests."""

import hashlib
import json

import numpy as np
import onnx
import pytest
from checkout import MODELS
from PIL import Image
from vgg16_models.backbone.export import manifest_without_files
from vgg16_models.backbone.inference import Backbone, verified_file
from vgg16_models.backbone.keras_comparison import compare
from vgg16_models.backbone.keras_reference import keras_backbone
from vgg16_models.backbone.manifest import BackboneManifest
from vgg16_models.backbone.onnx_weights import conv_weights
from vgg16_models.backbone.weights import IMAGENET_SHA256, require_digest
from vgg16_models.graph.builder import serialize
from vgg16_models.graph.session import create_session
from vgg16_models.heads.keras_model import head_model
from vgg16_models.heads.onnx_export import head_onnx

HEAD = MODELS / "heads" / "cats-vs-dogs" / "1"
DENSE_WEIGHTS = [(dense, part) for dense in ("dense", "dense_1") for part in ("kernel", "bias")]
"""In Keras's order."""


@pytest.fixture(scope="module")
def weights(real_backbone):
    return conv_weights(onnx.load(real_backbone / "fp32.onnx"), "fp32.onnx")


@pytest.fixture(scope="module")
def pixels():
    """Smooth patches: more similar to photos than noise."""
    random = np.random.default_rng(7)
    patches = [
        np.asarray(Image.fromarray(coarse).resize((160, 160), Image.Resampling.BICUBIC))
        for coarse in random.integers(0, 256, (4, 9, 9, 3), dtype=np.uint8)
    ]
    return np.stack(patches).astype(np.float32) / np.float32(127.5) - np.float32(1)


def test_the_weights_are_imagenets(weights):
    require_digest(weights, "fp32.onnx", IMAGENET_SHA256)


def test_the_weights_have_the_published_statistics(weights):
    kernel, bias = weights[0].kernel, weights[-1].bias
    np.testing.assert_allclose(
        [kernel.mean(), kernel.std(), kernel.min(), kernel.max()],
        [-0.0024379, 0.20669945, -0.67140007, 0.6085159],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        [bias.mean(), bias.std(), bias.min(), bias.max()],
        [0.14986369, 0.4928213, -0.50036746, 9.431553],
        rtol=1e-5,
    )


def test_the_manifest_describes_them(real_backbone, weights):
    manifest = BackboneManifest.read(real_backbone)
    files = manifest.files
    assert manifest == manifest_without_files(weights).with_file("fp32", files["fp32"]).with_file(
        "fp16", files["fp16"]
    ).with_file("int8", files["int8"])
    for precision in ("fp32", "fp16", "int8"):
        verified_file(real_backbone, manifest, precision)


def test_each_precision_is_close_to_keras(real_backbone, weights, pixels):
    reference = keras_backbone(weights).predict(pixels, verbose=0)
    results = {
        precision: compare(precision, reference, Backbone.load(real_backbone, precision)(pixels))
        for precision in ("fp32", "fp16", "int8")
    }
    assert results["fp32"].max_abs <= 1e-4
    assert results["fp16"].cosine_min >= 0.9999
    assert results["int8"].cosine_min >= 0.99, "these are no photos: the report asks for 0.999"


def test_the_committed_head_is_the_one_of_its_manifest(real_backbone):
    manifest = json.loads((HEAD / "head.json").read_text())
    content = (HEAD / manifest["file"]).read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["backbone"] == BackboneManifest.read(real_backbone).id
    assert manifest["parameters"] == 263_682
    assert manifest["labels"] == ["cat", "dog"]
    assert manifest["input"] == {"name": "features", "shape": [5, 5, 512]}
    assert manifest["pooling"] == "average"
    assert manifest["training"]["test_accuracy"] >= 0.93


def test_the_committed_head_scores_features(real_backbone, pixels):
    features = Backbone.load(real_backbone, "int8")(pixels)
    (scores,) = create_session(HEAD / "head.onnx").run(None, {"features": features})
    assert scores.shape == (4, 2)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_exporting_the_weights_gives_the_committed_head():
    content = (HEAD / "head.onnx").read_bytes()
    weights = {
        each.name: onnx.numpy_helper.to_array(each)
        for each in onnx.load_from_string(content).graph.initializer
    }
    model = head_model(2)
    model.set_weights([weights[f"{dense}/{part}"] for dense, part in DENSE_WEIGHTS])
    assert serialize(head_onnx(model)) == content

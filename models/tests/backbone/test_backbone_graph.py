import numpy as np
import onnx
import pytest
from vgg16_models.backbone.graph import backbone_onnx
from vgg16_models.backbone.inference import Backbone
from vgg16_models.backbone.keras_comparison import compare
from vgg16_models.backbone.keras_reference import keras_backbone
from vgg16_models.backbone.onnx_weights import conv_weights
from vgg16_models.backbone.weights import digest
from vgg16_models.graph.builder import serialize


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(3).uniform(-1, 1, (3, 160, 160, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def keras_features(weights, pixels):
    return keras_backbone(weights).predict(pixels, verbose=0)


def test_fp32_is_keras(backbone, pixels, keras_features):
    features = Backbone.load(backbone, "fp32")(pixels)
    assert features.shape == (3, 5, 5, 512)
    assert keras_features.max() > 0.5, "the comparison must be of something"
    np.testing.assert_allclose(features, keras_features, rtol=0, atol=1e-4)


def test_fp16_has_the_direction_of_keras(backbone, pixels, keras_features):
    features = Backbone.load(backbone, "fp16")(pixels)
    assert features.dtype == np.float32
    assert compare("fp16", keras_features, features).cosine_min > 0.9999


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_input_and_output_are_float32_nhwc_of_any_batch(weights, precision):
    graph = backbone_onnx(weights, precision).graph
    shapes = {}
    for value in (*graph.input, *graph.output):
        assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
        shapes[value.name] = [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
    assert shapes == {"pixels": ["N", 160, 160, 3], "features": ["N", 5, 5, 512]}


def test_a_batch_is_its_images_one_by_one(backbone, pixels):
    model = Backbone.load(backbone, "fp32")
    singly = np.concatenate([model(pixels[at : at + 1]) for at in range(len(pixels))])
    np.testing.assert_allclose(model(pixels), singly, rtol=0, atol=1e-5)


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_building_twice_gives_the_same_bytes(weights, precision):
    assert serialize(backbone_onnx(weights, precision)) == serialize(
        backbone_onnx(weights, precision)
    )


def test_the_exported_weights_are_read_back(weights, backbone):
    assert digest(conv_weights(onnx.load(backbone / "fp32.onnx"), "it")) == digest(weights)

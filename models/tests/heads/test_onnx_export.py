import keras
import numpy as np
import pytest
from vgg16_models.errors import ModelsError
from vgg16_models.graph.builder import serialize
from vgg16_models.graph.session import create_session
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.heads.keras_model import head_model, layer_rows, logits
from vgg16_models.heads.onnx_export import head_onnx, pooling
from vgg16_models.training.temperature import scores


def test_two_labels_make_the_published_head():
    model = head_model(2)
    assert model.count_params() == 263_682
    assert [
        (row.name, row.type, row.output_shape, row.parameters) for row in layer_rows(model)
    ] == [
        ("global_average_pooling2d", "GlobalAveragePooling2D", (512,), 0),
        ("dense", "Dense", (512,), 262_656),
        ("dense_1", "Dense", (2,), 1_026),
    ]


@pytest.mark.parametrize("classes", [2, 7])
@pytest.mark.parametrize(
    "architecture",
    [
        HeadArchitecture(),
        HeadArchitecture("flatten", 32, 0.5),
        HeadArchitecture(units=0),
        HeadArchitecture("flatten", 0),
    ],
    ids=["gap", "flatten", "linear", "flatten-linear"],
)
def test_onnx_scores_as_keras_does(classes, architecture):
    model = head_model(classes, architecture)
    features = np.random.default_rng(6).gamma(1, 2, (5, 5, 5, 512)).astype(np.float32)
    (scores,) = create_session(serialize(head_onnx(model))).run(["scores"], {"features": features})
    assert scores.shape == (5, classes)
    np.testing.assert_allclose(scores, model.predict(features, verbose=0), rtol=0, atol=1e-5)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("units", [0, 8])
@pytest.mark.parametrize("multi_label", [False, True])
def test_a_temperature_divides_the_logits(units, multi_label):
    model = head_model(3, HeadArchitecture(units=units), multi_label=multi_label)
    features = np.random.default_rng(6).gamma(1, 2, (5, 5, 5, 512)).astype(np.float32)
    graph = head_onnx(model, 2.5)
    assert [node.name for node in graph.graph.node].count("temperature") == 1
    (result,) = create_session(serialize(graph)).run(["scores"], {"features": features})
    expected = scores(logits(model, features), 2.5, multi_label=multi_label)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-5)
    (plain,) = create_session(serialize(head_onnx(model))).run(["scores"], {"features": features})
    np.testing.assert_array_equal(plain.argmax(axis=1), result.argmax(axis=1))
    assert np.abs(plain - result).max() > 1e-3


def test_several_labels_have_a_score_each():
    model = head_model(3, multi_label=True)
    features = np.random.default_rng(6).gamma(1, 2, (5, 5, 5, 512)).astype(np.float32)
    (result,) = create_session(serialize(head_onnx(model))).run(["scores"], {"features": features})
    np.testing.assert_allclose(result, model.predict(features, verbose=0), rtol=0, atol=1e-5)
    assert np.abs(result.sum(axis=1) - 1).max() > 0.01


def test_a_head_that_pools_first_scores_pooled_maps_equally():
    model = head_model(3)
    assert pooling(model) == "average"
    exported = create_session(serialize(head_onnx(model)))
    assert exported.get_inputs()[0].shape == ["N", "height", "width", 512]
    features = np.random.default_rng(6).gamma(1, 2, (5, 5, 5, 512)).astype(np.float32)
    (whole,) = exported.run(["scores"], {"features": features})
    pooled = features.mean(axis=(1, 2), keepdims=True)
    (scores,) = exported.run(["scores"], {"features": pooled})
    np.testing.assert_allclose(scores, whole, rtol=0, atol=1e-5)


def test_a_head_that_pools_later_needs_whole_maps():
    model = keras.Sequential(
        [
            keras.Input((5, 5, 512)),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
        ]
    )
    assert pooling(model) is None


def test_a_flatten_head_needs_whole_maps_and_has_no_dropout():
    model = head_model(2, HeadArchitecture("flatten", 4, 0.5))
    assert pooling(model) is None
    exported = head_onnx(model)
    assert [node.op_type for node in exported.graph.node] == [
        "Flatten",
        "Gemm",
        "Relu",
        "Gemm",
        "Softmax",
    ]
    assert create_session(serialize(exported)).get_inputs()[0].shape == ["N", 5, 5, 512]


def test_an_unsupported_layer_is_named():
    model = keras.Sequential(
        [keras.Input((5, 5, 512)), keras.layers.UpSampling2D(name="up")], name="head"
    )
    with pytest.raises(ModelsError, match=r"layer up \(UpSampling2D\) is not supported"):
        head_onnx(model)

import json

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf
from exported_models import KERNEL, constant, only_ml_domain, trees
from vgg16_models.cli import main
from vgg16_models.errors import ModelsError
from vgg16_models.graph.builder import serialize
from vgg16_models.graph.session import create_session
from vgg16_models.heads.adapter_graph import LAYOUTS, adapt
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.heads.difference_cam import difference_cam_onnx
from vgg16_models.heads.explain import explanation_onnx
from vgg16_models.heads.grad_cam import grad_cam_onnx
from vgg16_models.heads.keras_model import head_model
from vgg16_models.heads.onnx_export import head_onnx

MAPS = np.random.default_rng(8).gamma(0.5, 1, (6, 5, 5, 512)).astype(np.float32)


def grad_cam(model: keras.Model, maps: np.ndarray, label: int) -> np.ndarray:
    """As Selvaraju et al. define it, with TensorFlow's gradients before the softmax."""
    *_, last = model.layers
    logits = keras.Sequential(
        [
            keras.Input(maps.shape[1:]),
            *model.layers[:-1],
            keras.layers.Dense(last.units, name="logits"),
        ]
    )
    logits.layers[-1].set_weights(last.get_weights())
    values = tf.constant(maps)
    with tf.GradientTape() as tape:
        tape.watch(values)
        score = logits(values)[:, label]
    weights = tf.reduce_mean(tape.gradient(score, values), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * values, axis=3)).numpy()
    most = heat.max(axis=(1, 2), keepdims=True)
    return np.divide(heat, most, out=np.zeros_like(heat), where=most > 0)


@pytest.mark.parametrize("classes", [2, 5])
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
def test_the_graph_is_grad_cam(classes, architecture):
    keras.utils.set_random_seed(3)
    model = head_model(classes, architecture)
    explain = create_session(serialize(grad_cam_onnx(head_onnx(model))))
    (heat_maps,) = explain.run(["heat_maps"], {"features": MAPS})
    assert heat_maps.shape == (6, classes, 5, 5)
    expected = np.stack([grad_cam(model, MAPS, label) for label in range(classes)], axis=1)
    assert np.count_nonzero(expected.max(axis=(2, 3))) > classes
    np.testing.assert_allclose(heat_maps, expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("units", [0, 8])
@pytest.mark.parametrize("multi_label", [False, True])
def test_temperature_and_sigmoid_change_no_heat_map(units, multi_label):
    model = head_model(3, HeadArchitecture(units=units))
    expected = create_session(serialize(grad_cam_onnx(head_onnx(model))))
    other = head_model(3, HeadArchitecture(units=units), multi_label=multi_label)
    other.set_weights(model.get_weights())
    explain = create_session(serialize(grad_cam_onnx(head_onnx(other, 3.5))))
    np.testing.assert_array_equal(
        explain.run(None, {"features": MAPS})[0], expected.run(None, {"features": MAPS})[0]
    )


def test_zeros_have_a_heat_map_of_zeros():
    explain = create_session(serialize(grad_cam_onnx(head_onnx(head_model(2)))))
    (heat_maps,) = explain.run(None, {"features": np.zeros((1, 5, 5, 512), np.float32)})
    assert not heat_maps.any()


def linear_head(classes):
    model = keras.Sequential([keras.Input((5, 5, 512)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(classes, activation="softmax"))
    return model


def heat_maps_of(graph, maps=MAPS):
    (heat_maps,) = create_session(serialize(graph)).run(["heat_maps"], {"features": maps})
    return heat_maps


@pytest.mark.parametrize("classes", [2, 5])
def test_differences_give_the_gradients_of_a_linear_head(classes):
    model = linear_head(classes)
    head = head_onnx(model)
    expected = np.stack([grad_cam(model, MAPS, label) for label in range(classes)], axis=1)
    heat_maps = heat_maps_of(difference_cam_onnx(head, classes, pooled=False))
    np.testing.assert_allclose(heat_maps, expected, rtol=0, atol=2e-3)


@pytest.mark.parametrize("pooled", [True, False])
def test_differences_are_near_the_closed_form_where_relus_bend(pooled):
    keras.utils.set_random_seed(3)
    head = head_onnx(head_model(3))
    exact, near = (
        heat_maps_of(graph)
        for graph in (grad_cam_onnx(head), difference_cam_onnx(head, 3, pooled=pooled))
    )
    assert np.abs(exact - near).mean() < 0.005
    assert np.corrcoef(exact.ravel(), near.ravel())[0, 1] > 0.999


def test_scores_without_a_softmax_are_explained_by_their_odds():
    """For two labels the odds have the gradient of the difference of the logits."""
    exported = only_ml_domain()
    graph = adapt(exported, LAYOUTS[0], 2, None, softmax=False)
    heat_maps = heat_maps_of(explanation_onnx(graph, 2, pooled=True))
    slopes = (KERNEL[:, 0] - KERNEL[:, 1])[:, np.newaxis] * [1, -1]
    expected = np.maximum(MAPS.reshape(len(MAPS), 25, 512) @ slopes, 0).transpose(0, 2, 1)
    most = expected.max(axis=2, keepdims=True)
    expected = np.divide(expected, most, out=np.zeros_like(expected), where=most > 0)
    assert np.count_nonzero(most) >= len(MAPS)
    np.testing.assert_allclose(heat_maps.reshape(expected.shape), expected, rtol=0, atol=5e-3)


def test_a_head_without_a_gradient_can_not_be_explained():
    graph = adapt(trees(), LAYOUTS[0], 2, None, softmax=False)
    with pytest.raises(ModelsError, match="its TreeEnsembleClassifier has no gradient"):
        explanation_onnx(graph, 2, pooled=True)
    graph = adapt(constant(), LAYOUTS[0], 2, None, softmax=False)
    with pytest.raises(ModelsError, match="do not change with small changes of a map"):
        explanation_onnx(graph, 2, pooled=True)


def test_explain_adds_the_graph_to_a_head(tmp_path):
    head = head_onnx(head_model(2))
    onnx.save(head, tmp_path / "head.onnx")
    manifest = {"file": "head.onnx", "labels": ["a", "b"], "training": {}}
    (tmp_path / "head.json").write_text(json.dumps(manifest))
    assert main(["explain", "--head", str(tmp_path)]) == 0
    amended = json.loads((tmp_path / "head.json").read_text())
    assert list(amended) == ["file", "labels", "explain", "training"]
    assert amended["explain"]["file"] == "explain.onnx"
    (heat_maps,) = create_session((tmp_path / "explain.onnx").read_bytes()).run(
        None, {"features": MAPS}
    )
    assert heat_maps.shape == (6, 2, 5, 5)


def test_explain_without_a_head(tmp_path, capsys):
    assert main(["explain", "--head", str(tmp_path)]) != 0
    assert "head.json is not a head's manifest" in capsys.readouterr().err

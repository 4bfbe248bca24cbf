import json

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf
from vgg16_models.cli import main
from vgg16_models.errors import ModelsError
from vgg16_models.graph.builder import serialize
from vgg16_models.graph.session import create_session
from vgg16_models.heads.architecture import HeadArchitecture
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
    [HeadArchitecture(), HeadArchitecture("flatten", 32, 0.5)],
    ids=["gap", "flatten"],
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


def test_zeros_have_a_heat_map_of_zeros():
    explain = create_session(serialize(grad_cam_onnx(head_onnx(head_model(2)))))
    (heat_maps,) = explain.run(None, {"features": np.zeros((1, 5, 5, 512), np.float32)})
    assert not heat_maps.any()


def test_unsupported_heads():
    model = keras.Sequential([keras.Input((5, 5, 512)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(2, activation="softmax"))
    with pytest.raises(ModelsError, match="two dense layers or more"):
        grad_cam_onnx(head_onnx(model))


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

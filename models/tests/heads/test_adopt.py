import json
import re

import numpy as np
import onnx
import pytest
from exported_models import (
    ADOPTED,
    REFUSED,
    REFUSED_WITH_SOFTMAX,
    external,
    gemm,
    probabilities,
    trees,
    with_metadata,
)
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from vgg16_models.backbone.manifest import BackboneManifest
from vgg16_models.cli import main
from vgg16_models.errors import ModelsError
from vgg16_models.graph.opset import MAX_IR_VERSION, MAX_OPSET
from vgg16_models.graph.session import create_session
from vgg16_models.heads.adopt import adopt
from vgg16_models.heads.name import HeadName

RANDOM = np.random.default_rng(4)
MAPS = RANDOM.gamma(0.5, 1, (40, 5, 5, 512)).astype(np.float32)
TARGETS = (MAPS[..., 0].mean(axis=(1, 2)) > 0.5).astype(int)


def scores_of(folder, maps=MAPS):
    (scores,) = create_session(folder / "head.onnx").run(None, {"features": maps})
    return scores


def adopted(model, backbone, tmp_path, **more):
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    return adopt(
        path, HeadName("other", 1), ("no", "yes"), backbone=backbone, out=tmp_path / "heads", **more
    )


def scikit_learn(features, **options):
    skl2onnx = pytest.importorskip("skl2onnx", reason="needs the extra `dev`")
    model = LogisticRegression(max_iter=500).fit(features, TARGETS)
    initial = [("X", skl2onnx.common.data_types.FloatTensorType([None, features.shape[1]]))]
    return model, skl2onnx.convert_sklearn(model, initial_types=initial, options=options)


def pytorch(*, logits=True):
    """As torch.onnx.export leaves flatten and a linear layer: channels first, logits last."""
    weight = RANDOM.normal(0, 0.01, (2, 12800)).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", ["features"], ["/flatten/Flatten_output_0"], axis=1),
        helper.make_node(
            "Gemm", ["/flatten/Flatten_output_0", "fc.weight", "fc.bias"], ["scores"], transB=1
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", 512, 5, 5])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 2])],
        [
            numpy_helper.from_array(weight, "fc.weight"),
            numpy_helper.from_array(np.zeros(2, np.float32), "fc.bias"),
        ],
    )
    opset = helper.make_opsetid("", 18)
    return weight, helper.make_model(graph, opset_imports=[opset], ir_version=9)


def test_scikit_learn_on_pooled_maps(backbone, tmp_path):
    pooled = MAPS.mean(axis=(1, 2))
    model, exported = scikit_learn(pooled, zipmap=False)
    folder = adopted(exported, backbone, tmp_path)
    np.testing.assert_allclose(scores_of(folder), model.predict_proba(pooled), atol=1e-5)
    np.testing.assert_allclose(
        scores_of(folder, pooled[:, np.newaxis, np.newaxis]), model.predict_proba(pooled), atol=1e-5
    )
    manifest = json.loads((folder / "head.json").read_text())
    assert manifest["pooling"] == "average"
    assert manifest["labels"] == ["no", "yes"]
    assert manifest["backbone"] == BackboneManifest.read(backbone).id
    assert manifest["features"] is None
    assert manifest["explain"]["file"] == "explain.onnx"


def test_scikit_learn_on_flattened_maps(backbone, tmp_path):
    unrolled = MAPS.reshape(len(MAPS), -1)
    model, exported = scikit_learn(unrolled, zipmap=False)
    folder = adopted(exported, backbone, tmp_path)
    np.testing.assert_allclose(scores_of(folder), model.predict_proba(unrolled), atol=1e-5)
    assert json.loads((folder / "head.json").read_text())["pooling"] is None


def test_pytorch_with_channels_first_and_logits(backbone, tmp_path):
    weight, exported = pytorch()
    folder = adopted(exported, backbone, tmp_path, softmax=True)
    logits = MAPS.transpose(0, 3, 1, 2).reshape(len(MAPS), -1) @ weight.T
    wanted = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(scores_of(folder), wanted, atol=1e-5)
    assert json.loads((folder / "head.json").read_text())["parameters"] == 25_602


def test_logits_without_softmax_are_an_error(backbone, tmp_path):
    with pytest.raises(ModelsError, match="not to 1: if they are logits, use --softmax"):
        adopted(pytorch()[1], backbone, tmp_path)
    assert not list(tmp_path.glob("heads/*/*"))


def test_unsupported_models(backbone, tmp_path):
    _, zipped = scikit_learn(MAPS.mean(axis=(1, 2)), zipmap=True)
    with pytest.raises(ModelsError, match="zipmap"):
        adopted(zipped, backbone, tmp_path)
    _, narrow = scikit_learn(MAPS.mean(axis=(1, 2))[:, :7], zipmap=False)
    with pytest.raises(ModelsError, match=r"is \[N, 7\]; it must be maps \[N, 5, 5, 512\]"):
        adopted(narrow, backbone, tmp_path)
    _, fixed = pytorch()
    fixed.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    with pytest.raises(ModelsError, match="must have a dynamic first dimension, the batch"):
        adopted(fixed, backbone, tmp_path)


@pytest.mark.parametrize("name", ADOPTED)
def test_scores_equal_those_of_the_model(backbone, tmp_path, name):
    folder = adopted(ADOPTED[name](), backbone, tmp_path)
    np.testing.assert_allclose(scores_of(folder), probabilities(MAPS), atol=1e-5)


@pytest.mark.parametrize("name", REFUSED)
def test_errors_are_one_line(backbone, tmp_path, capsys, name):
    make, said = REFUSED[name]
    onnx.save(make(), tmp_path / "model.onnx")
    options = ["--backbone", str(backbone), "--name", "other", "--out", str(tmp_path / "heads")]
    assert main(["adopt", str(tmp_path / "model.onnx"), *options, "--labels", "no,yes"]) == 1
    line = capsys.readouterr().err
    assert re.search(said, line)
    assert line.count("\n") == 1
    assert "unexpected" not in line
    assert not (tmp_path / "heads").exists()


@pytest.mark.parametrize("name", REFUSED_WITH_SOFTMAX)
def test_what_is_no_logit_is_refused_with_softmax(backbone, tmp_path, capsys, name):
    make, labels, said = REFUSED_WITH_SOFTMAX[name]
    onnx.save(make(), tmp_path / "model.onnx")
    options = ["--backbone", str(backbone), "--name", "other", "--out", str(tmp_path / "heads")]
    options += ["--labels", labels, "--softmax"]
    assert main(["adopt", str(tmp_path / "model.onnx"), *options]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "heads").exists()


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0])
def test_logits_of_any_size_are_logits(backbone, tmp_path, scale):
    """Also those that are all between 0 and 1 for ordinary maps."""
    exported = pytorch()[1]
    weights = exported.graph.initializer[0]
    scaled = numpy_helper.to_array(weights) * np.float32(scale)
    weights.CopyFrom(numpy_helper.from_array(scaled, weights.name))
    exported.graph.initializer[1].CopyFrom(
        numpy_helper.from_array(np.array([0.5, 0.4], np.float32), "fc.bias")
    )
    assert adopted(exported, backbone, tmp_path, softmax=True).is_dir()


def test_trees_are_adopted_without_explanations(backbone, tmp_path, caplog):
    folder = adopted(trees(), backbone, tmp_path)
    first = MAPS.mean(axis=(1, 2))[:, 7] < 0.5
    expected = 1 / (1 + np.exp(np.where(first, 1, -1)))
    np.testing.assert_allclose(scores_of(folder)[:, 1], expected, atol=1e-6)
    assert json.loads((folder / "head.json").read_text())["explain"] is None
    assert not (folder / "explain.onnx").exists()
    assert "without explanations: its TreeEnsembleClassifier has no gradient" in caplog.text


@pytest.mark.parametrize(
    "make",
    [
        lambda: trees(("nein", "ja")),
        lambda: trees(("0", "1")),
        lambda: with_metadata("names", "none of these"),
        lambda: with_metadata("id2label", '{"0": "no", "1": "yes"}'),
    ],
    ids=["another language", "numbers", "no list", "the same"],
)
def test_class_names_that_do_not_contradict_the_labels(backbone, tmp_path, make):
    assert adopted(make(), backbone, tmp_path).is_dir()


def test_a_new_version_of_a_name_does_not_serve_by_itself(backbone, tmp_path):
    """Nothing is known of how good it is."""
    first = adopted(gemm(), backbone, tmp_path)
    assert not (first.parent / "versions.json").exists()
    path, heads = tmp_path / "model.onnx", tmp_path / "heads"
    adopt(path, HeadName("other", 2), ("no", "yes"), backbone=backbone, out=heads)
    assert json.loads((first.parent / "versions.json").read_text()) == {"default": 1}


def test_external_weights_are_embedded(backbone, tmp_path):
    folder = adopt(
        external(tmp_path),
        HeadName("other", 1),
        ("no", "yes"),
        backbone=backbone,
        out=tmp_path / "heads",
    )
    (tmp_path / "external.data").unlink()
    np.testing.assert_allclose(scores_of(folder), probabilities(MAPS), atol=1e-5)


def test_missing_external_weights(backbone, tmp_path, capsys):
    path = str(external(tmp_path, missing=True))
    options = ["--backbone", str(backbone), "--name", "other", "--out", str(tmp_path / "heads")]
    assert main(["adopt", path, *options, "--labels", "no,yes"]) == 1
    line = capsys.readouterr().err
    assert "external.data" in line
    assert line.count("\n") == 1


def test_newer_versions_are_lowered(backbone, tmp_path):
    folder = adopted(ADOPTED["opset 28, IR 14"](), backbone, tmp_path)
    made = onnx.load(folder / "head.onnx")
    assert (made.opset_import[0].version, made.ir_version) == (MAX_OPSET, MAX_IR_VERSION)


def test_the_newest_versions_are_those_of_the_runtime():
    def loads(opset, ir):
        return create_session(gemm(opsets=(("", opset),), ir=ir).SerializeToString())

    assert loads(MAX_OPSET, MAX_IR_VERSION)
    with pytest.raises(Exception, match="opset"):
        loads(MAX_OPSET + 1, MAX_IR_VERSION)
    with pytest.raises(Exception, match="IR version"):
        loads(MAX_OPSET, MAX_IR_VERSION + 1)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("cat,cat", "the label cat occurs 2 times"),
        ("cat,", "the label '' must not be empty"),
        ("", "the label '' must not be empty"),
        ("cat, dog", "the label ' dog' must not be empty, nor begin or end with a space"),
        ("cat,d\x1b[31mog", r"the label 'd\\x1b\[31mog' has non-printable characters"),
        ("cat,d\nog", "non-printable"),
        ("cat,d\u202eog", "non-printable"),
        ("cat,d\udce9g", "is not UTF-8"),
        ("cat," + "d" * 257, "has 257 characters: at most 256 are allowed"),
    ],
)
def test_labels_that_services_could_not_send_are_refused(backbone, tmp_path, labels, said):
    onnx.save(gemm(), tmp_path / "model.onnx")
    with pytest.raises(ModelsError, match=said) as refused:
        adopt(
            tmp_path / "model.onnx",
            HeadName("other", 1),
            labels.split(","),
            backbone=backbone,
            out=tmp_path / "heads",
        )
    assert str(refused.value).isprintable()
    assert not (tmp_path / "heads").exists()


def test_labels_of_any_language_are_kept(backbone, tmp_path):
    labels = ("猫 😀", "d" * 256)
    onnx.save(gemm(), tmp_path / "model.onnx")
    head = HeadName("other", 1)
    folder = adopt(tmp_path / "model.onnx", head, labels, backbone=backbone, out=tmp_path / "heads")
    assert json.loads((folder / "head.json").read_text())["labels"] == list(labels)


def test_the_command(backbone, tmp_path, capsys):
    onnx.save(pytorch()[1], tmp_path / "torch.onnx")
    options = ["--backbone", str(backbone), "--name", "torch", "--out", str(tmp_path / "heads")]
    model = str(tmp_path / "torch.onnx")
    assert main(["adopt", model, *options, "--labels", "a,b", "--softmax"]) == 0
    assert (tmp_path / "heads/torch/1/head.onnx").is_file()
    assert main(["adopt", model, *options, "--labels", "a,b,c", "--softmax"]) == 1
    assert "output per map is [2], and --labels has 3 labels" in capsys.readouterr().err

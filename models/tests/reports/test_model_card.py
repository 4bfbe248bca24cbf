import json

import pytest
from vgg16_models.cli import main
from vgg16_models.reports.model_card import model_card

MANIFEST = {
    "name": "pets",
    "version": 2,
    "backbone": "vgg16-160-tf-d9a27cc1fc7f",
    "labels": ["cat", "<b>dog|"],
    "sha256": "ab" * 32,
    "parameters": 263682,
    "layers": [{"name": "dense", "type": "Dense", "output_shape": [2], "parameters": 1026}],
    "features": None,
    "explain": {"file": "explain.onnx"},
    "training": {
        "test": 200,
        "test_accuracy": 0.965,
        "test_accuracy_interval": [0.9295, 0.9829],
        "test_accuracy_int8": 0.96,
        "precision": "fp32",
        "recipe": {"architecture": {"pool": "gap"}, "seed": 7},
        "data": {
            "sha256": "cd" * 32,
            "labels": {
                "<b>dog|": {"train": 3, "test": 1},
                "cat": {"train": 4, "test": 2},
            },
        },
        "libraries": {"python": "3.11.7", "keras": "3.15.1"},
        "revision": "0123456789ab",
        "intended_use": "Sorting photos of pets.",
    },
}


def test_the_card_says_what_the_manifest_says():
    card = model_card(MANIFEST)["model-card.md"]
    for line in (
        "# Model card: pets@2",
        "Sorting photos of pets.",
        "| all | 7 | 3 |",
        "| accuracy | 0.965 | 0.9295 to 0.9829 |",
        "| accuracy int8 | 0.96 |  |",
        "| precision of the features | fp32 |",
        "| seed | 7 |",
        "| libraries | python 3.11.7, keras 3.15.1 |",
        "| revision | 0123456789ab |",
        "## Licence\n\nNot stated.",
    ):
        assert line in card
    assert "cd" * 32 in card


def test_labels_are_no_markup():
    card = model_card(MANIFEST)
    assert "| \\<b\\>dog\\| | 3 | 1 |" in card["model-card.md"]
    assert "&lt;b&gt;dog|" in card["model-card.html"]
    assert "<b>" not in card["model-card.html"]


@pytest.mark.parametrize("training", [{}, {"adopted": "model.onnx"}, None])
def test_a_manifest_with_little_in_it_has_a_card(training):
    manifest = {**MANIFEST, "layers": [], "training": training}
    assert "## Intended use\n\nNot stated." in model_card(manifest)["model-card.md"]


def test_the_command(tmp_path, capsys):
    (tmp_path / "head.json").write_text(json.dumps(MANIFEST))
    assert main(["card", "--head", str(tmp_path), "--out", str(tmp_path / "card")]) == 0
    assert "pets@2" in (tmp_path / "card/model-card.html").read_text()
    assert main(["card", "--head", str(tmp_path / "none")]) == 1
    assert "is not a head's manifest" in capsys.readouterr().err

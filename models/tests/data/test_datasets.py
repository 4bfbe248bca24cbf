import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from vgg16_models import cli
from vgg16_models.data.datasets import tutorial_manifest, unpack_dataset
from vgg16_models.data.photos import group_by_label, scan
from vgg16_models.data.split import split
from vgg16_models.errors import ModelsError

tfds = pytest.importorskip("tensorflow_datasets", reason="needs the extra `datasets`")

LABELS = ("cat", "dog")
EACH = 10


def jpeg(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 255, (24, 32, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A data set as tensorflow_datasets keeps it on disk, with two parts, a copy and a bad file."""
    folder = tmp_path_factory.mktemp("tfds")

    class TinyPets(tfds.core.GeneratorBasedBuilder):
        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            features = tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(),
                    "label": tfds.features.ClassLabel(names=LABELS),
                }
            )
            return tfds.core.DatasetInfo(builder=self, features=features)

        def _split_generators(self, manager):
            return {"train": self._examples(0), "test": self._examples(1)}

        def _generate_examples(self):
            yield from ()

        def _examples(self, part):
            for number in range(EACH):
                # The two parts share one photo.
                data = jpeg(0 if number == 0 else 100 * part + number)
                yield number, {"image": io.BytesIO(data), "label": LABELS[number % 2]}

    TinyPets(data_dir=folder).download_and_prepare()
    return folder


def test_a_data_set_is_unpacked_to_a_folder(data_dir, tmp_path):
    folder = unpack_dataset("tiny_pets", data_dir, tmp_path)
    photos = scan(folder).photos
    assert {label: len(group) for label, group in group_by_label(photos).items()} == {
        "cat": EACH - 1,  # the shared one counts once
        "dog": EACH,
    }
    assert jpeg(1) in {photo.path.read_bytes() for photo in photos}, "as the data set holds it"
    assert all(photo.path.stem == photo.sha256 for photo in photos)


def test_a_data_set_is_unpacked_once(data_dir, tmp_path):
    folder = unpack_dataset("tiny_pets", data_dir, tmp_path)
    assert unpack_dataset("tiny_pets", tmp_path / "gone", tmp_path) == folder


def test_the_tutorials_split_goes_by_position(data_dir, tmp_path):
    """80% of the part `train`, then 10% and 10%, as tensorflow_datasets itself cuts it."""
    manifest = tutorial_manifest("tiny_pets", data_dir, tmp_path)
    parts = split(scan(manifest).photos)
    assert [len(part) for part in vars(parts).values()] == [8, 1, 1]
    slices = ("train[:80%]", "train[80%:90%]", "train[90%:]")
    for part, name in zip(vars(parts).values(), slices, strict=True):
        examples = tfds.load(
            "tiny_pets",
            split=name,
            data_dir=data_dir,
            decoders={"image": tfds.decode.SkipDecoding()},
        )
        expected = {(each["image"], LABELS[each["label"]]) for each in examples.as_numpy_iterator()}
        assert {(photo.path.read_bytes(), photo.label) for photo in part} == expected
    assert tutorial_manifest("tiny_pets", tmp_path / "gone", tmp_path) == manifest


def test_a_folder_has_no_split_of_a_data_set(tmp_path, capsys):
    options = ["--images", str(tmp_path), "--split", "tfds", "--out", str(tmp_path / "a.png")]
    assert cli.main(["preview", *options]) == 1
    assert "--split tfds is a split of --dataset, not of --images" in capsys.readouterr().err


def test_an_unknown_data_set(tmp_path):
    with pytest.raises(ModelsError, match="the data set no_such_set can't be loaded"):
        unpack_dataset("no_such_set", tmp_path, tmp_path)
    assert not list(tmp_path.glob("datasets/*"))


def test_preview_draws_a_data_set(data_dir, tmp_path, capsys):
    out = tmp_path / "preview.png"
    options = ["--dataset", "tiny_pets", "--data-dir", str(data_dir), "--cache", str(tmp_path)]
    assert cli.main(["preview", *options, "--out", str(out)]) == 0
    assert f"wrote {out}" in capsys.readouterr().out
    with Image.open(out) as picture:
        assert picture.width > 2 * picture.height / 2 > 400


@pytest.mark.skipif(
    importlib.util.find_spec("importlib_resources") is None,
    reason="this environment is older than the extra `datasets`: run `make venv`",
)
def test_a_data_set_of_the_library_loads_with_the_declared_packages_alone(tmp_path):
    """Those that are made above are read from disk, and need less."""
    here = Path(__file__).parent
    result = subprocess.run(
        [sys.executable, here / "declared_dependencies.py", tmp_path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "image_classification/cats_vs_dogs" in result.stdout

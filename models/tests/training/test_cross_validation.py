from dataclasses import replace

import numpy as np
import pytest
from vgg16_models.commands.cross_validate import _recipes
from vgg16_models.commands.recipe_options import add_recipe
from vgg16_models.data.photos import PhotoSource
from vgg16_models.errors import ModelsError
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.reports.cross_validation_table import markdown
from vgg16_models.training.cross_validation import cross_validate
from vgg16_models.training.recipe import Recipe

RECIPE = Recipe(HeadArchitecture(units=8), epochs=3)


class ColourExtractor:
    """Maps that tell the label of a photo by its file's folder."""

    backbone_id = "colours"
    precision = "fp32"
    digest = "1"

    def extract(self, photos):
        for photo, data in photos:
            random = np.random.default_rng(len(data))
            values = random.normal(0, 1, (5, 5, 512)).astype(np.float32)
            values[..., 0 if photo.path.parent.name == "red" else 1] += 3
            yield photo, values


@pytest.fixture
def validated(make_photos, tmp_path):
    images = make_photos({"red": 20, "green": 15})

    def run(recipes=(RECIPE,), folds=5, source=None):
        return cross_validate(
            source or images,
            recipes,
            folds,
            extractor=ColourExtractor(),
            cache=tmp_path / "cache",
        )

    run.images = images
    return run


def test_each_photo_is_held_out_once(validated):
    (result,) = validated()
    tested = [photo.sha256 for fold in result.folds for photo in fold.photos]
    assert len(tested) == len(set(tested)) == 35
    assert len(result.folds) == len(result.epochs) == 5
    assert result.correct.shape == result.losses.shape == (35,)


def test_recipes_are_judged_on_the_same_photos(validated):
    results = validated((RECIPE, replace(RECIPE, epochs=30, learning_rate=0.01)))
    first, second = ([f.photos for f in each.folds] for each in results)
    assert first == second
    rows = markdown(dict(zip(("short", "long"), results, strict=True))).splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| long", "| short"]
    assert "+" in rows[3]


def test_given_test_photos_take_no_part(validated, tmp_path):
    test = tmp_path / "test.csv"
    first = sorted((validated.images / "red").iterdir())[0]
    test.write_text(f"file,label\n{first},red\n")
    (result,) = validated(source=PhotoSource(validated.images, test=test))
    assert sum(len(fold.photos) for fold in result.folds) == 15 + 15, "19 of red are left"
    assert first not in {photo.path for fold in result.folds for photo in fold.photos}


def test_two_folds_are_too_few(validated):
    with pytest.raises(ModelsError, match="3 folds or more, not 2"):
        validated(folds=2)


@pytest.fixture
def recipes():
    import argparse

    def of(*arguments):
        parser = argparse.ArgumentParser()
        add_recipe(parser)
        parser.add_argument("--try", action="append", default=[], dest="tried")
        return _recipes(parser.parse_args(arguments))

    return of


def test_all_combinations_are_tried(recipes):
    found = recipes("--epochs", "7", "--try", "units=0,64", "--try", "l2=0,0.01")
    assert list(found) == [
        "units 0, l2 0",
        "units 0, l2 0.01",
        "units 64, l2 0",
        "units 64, l2 0.01",
    ]
    assert found["units 64, l2 0.01"] == Recipe(HeadArchitecture(units=64), epochs=7, l2=0.01)


def test_without_values_to_try_there_is_one_recipe(recipes):
    assert recipes("--units", "3") == {"as given": Recipe(HeadArchitecture(units=3))}


def test_an_unknown_option_to_try(recipes):
    with pytest.raises(ModelsError, match=r"--try depth=3 must be OPTION=VALUE,\.\.\. with an"):
        recipes("--try", "depth=3")

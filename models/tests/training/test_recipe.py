import argparse

import pytest
from vgg16_models.commands.recipe_options import add_recipe, recipe
from vgg16_models.errors import ModelsError
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.training.recipe import Recipe


def parsed(*arguments):
    parser = argparse.ArgumentParser()
    add_recipe(parser)
    return recipe(parser.parse_args(arguments))


def test_defaults():
    assert parsed() == Recipe()


def test_each_option_reaches_the_recipe():
    head = ("--pool", "flatten", "--units", "64", "--dropout", "0.5")
    stop = ("--epochs", "5", "--patience", "2", "--learning-rate", "0.01", "--seed", "3")
    more = ("--l2", "0.001", "--label-smoothing", "0.1", "--schedule", "cosine")
    switches = ("--class-weights", "--flip", "--no-temperature")
    assert parsed(*head, *stop, *more, *switches) == Recipe(
        HeadArchitecture("flatten", 64, 0.5),
        seed=3,
        epochs=5,
        patience=2,
        learning_rate=0.01,
        class_weights=True,
        flip=True,
        l2=0.001,
        label_smoothing=0.1,
        schedule="cosine",
        temperature=False,
    )


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--units", "-1", "units must be 0 or more, not -1"),
        ("--l2", "-1", "L2 must be 0 or more"),
        ("--l2", "nan", "L2 must be 0 or more"),
        ("--label-smoothing", "1", "label smoothing must be at least 0 and below 1"),
        ("--dropout", "1", "dropout must be at least 0 and below 1, not 1.0"),
        ("--dropout", "nan", "dropout must be"),
        ("--epochs", "0", "epochs must be 1 or more"),
        ("--patience", "0", "patience must be 1 or more"),
        ("--learning-rate", "0", "learning rate must be above 0"),
        ("--learning-rate", "nan", "learning rate must be above 0"),
        ("--seed", "-1", "seed must be between 0 and"),
    ],
)
def test_the_error_has_the_valid_range(option, value, expected):
    with pytest.raises(ModelsError, match=expected):
        parsed(option, value)


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ModelsError, match="must be one of constant, cosine, plateau, not steps"):
        Recipe(schedule="steps")


def test_an_unknown_pool_is_refused():
    with pytest.raises(ModelsError, match="pool must be one of gap, flatten, not max"):
        HeadArchitecture("max")

import pytest
from vgg16_models.cli import main


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], ["14,978,370", "263,682", "14,714,688", "global_average_pooling2d"]),
        (["--pool", "flatten"], ["21,269,826", "6,555,138", "14,714,688", "(None, 12800)"]),
        (["--classes", "5", "--dropout", "0.2"], ["(None, 5)", "dropout"]),
    ],
)
def test_the_whole_model_as_keras_prints_it(options, wanted, capsys):
    assert main(["summary", *options]) == 0
    said = capsys.readouterr().out
    assert "Total params: 14,714,688" in said, "of the backbone alone"
    for each in wanted:
        assert each in said

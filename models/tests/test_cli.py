import pytest
from vgg16_models.cli import main
from vgg16_models.errors import ModelsError


def test_an_error_is_one_line_and_exit_code_1(tmp_path, capsys):
    assert main(["export", "--weights-file", str(tmp_path / "none.h5"), "--out", "x"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("vgg16-models export: no weights file")
    assert said.count("\n") == 1


def test_debug_shows_the_whole_error(tmp_path):
    with pytest.raises(ModelsError):
        main(["--debug", "export", "--weights-file", str(tmp_path / "none.h5")])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bake"],
        ["train"],
        ["quantize", "--images", "x", "--count", "0"],
        ["quantize", "--images", "x", "--count", "many"],
        ["export", "--source", "elsewhere"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2(arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2


def test_a_backbone_that_is_not_there_names_the_command_that_makes_it(tmp_path, capsys):
    arguments = ["quantize", "--images", str(tmp_path), "--backbone", str(tmp_path)]
    assert main(arguments) == 1
    assert "run `vgg16-models export --out" in capsys.readouterr().err


def test_a_report_out_of_limits_is_written_and_fails(backbone, make_photos, tmp_path, monkeypatch):
    monkeypatch.setattr("vgg16_models.report.FP32_MAX_ABS", -1.0)
    images = make_photos({"red": 1})
    out = tmp_path / "reports"
    arguments = ["--images", str(images), "--backbone", str(backbone), "--out", str(out)]
    assert main(["report", *arguments]) == 1
    assert (out / "precision.md").is_file()

import os
import subprocess
import sys

import onnx
import pytest
from exported_models import gemm
from vgg16_models.backbone import quantize
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


def test_a_missing_backbone_names_the_export_command(tmp_path, capsys):
    arguments = ["quantize", "--images", str(tmp_path), "--backbone", str(tmp_path)]
    assert main(arguments) == 1
    assert "run `vgg16-models export --out" in capsys.readouterr().err


def test_a_report_out_of_limits_is_written_and_fails(backbone, make_photos, tmp_path, monkeypatch):
    monkeypatch.setattr("vgg16_models.backbone.keras_comparison.FP32_MAX_ABS", -1.0)
    images = make_photos({"red": 1})
    out = tmp_path / "reports"
    arguments = ["--images", str(images), "--backbone", str(backbone), "--out", str(out)]
    assert main(["report", *arguments]) == 1
    assert (out / "precision.md").is_file()


def fail_with(monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(quantize, "quantize", fail)
    return ["quantize", "--images", "x"]


def test_unexpected_errors_are_one_line_too(monkeypatch, capsys):
    command = fail_with(monkeypatch, ValueError("bad\nvalue \x1b[31m"))
    assert main(command) == 1
    assert capsys.readouterr().err == (
        "vgg16-models quantize: ValueError: bad value \\x1b[31m (unexpected: `vgg16-models --debug"
        " COMMAND` shows where it happened)\n"
    )
    with pytest.raises(ValueError, match="bad"):
        main(["--debug", *command])


def test_ctrl_c_is_exit_code_130(monkeypatch, capsys):
    assert main(fail_with(monkeypatch, KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("localhost", "the target 'localhost' has no port: the default is localhost:50051"),
        ("55051", "the target '55051' is a port without a host: use localhost:55051"),
        ("", "has no host"),
    ],
)
@pytest.mark.parametrize("command", [["evaluate"], ["train", "--name", "pets"]])
def test_a_target_is_checked_before_anything_else(tmp_path, capsys, command, target, said):
    out = ["--out", str(tmp_path / "out")]
    assert main([*command, "--images", str(tmp_path), "--target", target, *out]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def vgg16_models(*arguments, locale="C.UTF-8", **streams):
    """In a subprocess."""
    environment = {
        **os.environ,
        "LC_ALL": locale,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "vgg16_models", *map(str, arguments)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
        **streams,
    )


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_file_names_in_any_locale(make_photos, tmp_path, locale):
    images = make_photos({"猫": 2, "犬": 2})
    broken = images / "猫" / os.fsdecode(b"caf\xe9 \xe7\x8a\xac \x1b[31m.jpg")
    broken.write_text("not an image")
    out = tmp_path / "見本.png"
    with vgg16_models(
        "preview", "--images", images, "--out", out, locale=locale, stdout=subprocess.PIPE
    ) as run:
        printed, told = run.communicate(timeout=300)
    assert run.returncode == 0, told
    assert out.is_file()
    assert "\x1b" not in told + printed
    assert r"caf\xe9" in told
    assert "Traceback" not in told


def test_a_closed_pipe(backbone, tmp_path):
    onnx.save(gemm(), tmp_path / "model.onnx")
    read, write = os.pipe()
    os.close(read)
    options = ["--name", "other", "--labels", "a,b", "--out", tmp_path, "--backbone", backbone]
    with vgg16_models("adopt", tmp_path / "model.onnx", *options, stdout=write) as run:
        os.close(write)
        _, told = run.communicate(timeout=300)
    assert run.returncode == 141
    assert "pipe" not in told.lower()
    assert "Traceback" not in told

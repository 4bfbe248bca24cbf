"""The decoder agrees with feature-service, TensorFlow and Pillow."""

import csv
import io
import os
import signal
import stat
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from vgg16_models.backbone.keras_reference import reference_decode, upright
from vgg16_models.data.decoder import Decoder, shared_decoder
from vgg16_models.errors import ModelsError, UndecodableError

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "feature-service/src/test/resources/images/cases"
SAMPLES = sorted(p for p in (ROOT / "samples").iterdir() if p.suffix in {".jpg", ".png", ".webp"})

with (CASES / "cases.tsv").open(newline="") as table:
    ROWS = list(csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
REJECTED = [(row[0], row[2]) for row in ROWS if row[1] == "refused"]
READ = [row for row in ROWS if row[1] != "refused"]


def pixels_by(reference: str, data: bytes) -> np.ndarray:
    """Before the EXIF orientation is applied."""
    if reference == "tensorflow":
        if data.startswith(b"\xff\xd8"):
            return tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE").numpy()
        return tf.io.decode_png(data, channels=3).numpy()
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize(
    ("name", "size", "orientation", "reference", "difference"), READ, ids=[row[0] for row in READ]
)
def test_each_kind_of_file_equals_the_reference(name, size, orientation, reference, difference):
    data = (CASES / name).read_bytes()
    pixels = shared_decoder().decode(data)
    assert f"{pixels.shape[1]}x{pixels.shape[0]}" == size
    expected = upright(pixels_by(reference, data), int(orientation))
    assert np.abs(pixels.astype(int) - expected).max() <= int(difference)


@pytest.mark.parametrize(("name", "reason"), REJECTED, ids=[name for name, _ in REJECTED])
def test_rejected_files_have_the_services_reason(name, reason):
    with pytest.raises(UndecodableError) as refusal:
        shared_decoder().decode((CASES / name).read_bytes())
    assert str(refusal.value) == reason


@pytest.mark.parametrize("photo", SAMPLES, ids=lambda photo: photo.name)
def test_photos_equal_the_reference_exactly(photo):
    data = photo.read_bytes()
    np.testing.assert_array_equal(shared_decoder().decode(data), reference_decode(data))


def script(folder: Path, text: str) -> Path:
    command = folder / "decode-images"
    command.write_text(f"#!/bin/sh\n{text}\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


def test_a_decoder_that_can_not_start(tmp_path):
    command = script(tmp_path, "echo 'no jar: run make build' >&2; exit 1")
    with pytest.raises(ModelsError, match=r"^no jar: run make build$"):
        Decoder(command).decode(b"")
    with pytest.raises(ModelsError, match="exited with code 7"):
        Decoder(script(tmp_path, "exit 7")).decode(b"")
    with pytest.raises(ModelsError, match="can't be run"):
        Decoder(tmp_path / "missing").decode(b"")


def test_an_image_that_crashes_the_decoder(tmp_path):
    # The first process reads ten bytes of the file, and exits as if it had crashed.
    real = ROOT / "bin/decode-images"
    first = f"mkdir {tmp_path}/tried 2>/dev/null || exec {real}"
    decoder = Decoder(script(tmp_path, f"{first}; printf R; head -c 18 >/dev/null; exit 134"))
    data = (SAMPLES[0]).read_bytes()
    with pytest.raises(UndecodableError, match="crashed the decoder"):
        decoder.decode(data)
    np.testing.assert_array_equal(decoder.decode(data), shared_decoder().decode(data))
    decoder.close()


def test_an_interrupt_does_not_shift_responses(tmp_path):
    # The interrupted request leaves half a response in the pipe; the next must not read it.
    # Python ignores the interrupt where the tests run in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    real = ROOT / "bin/decode-images"
    half = f"mkdir {tmp_path}/tried 2>/dev/null || exec {real}; printf RD; kill -INT {os.getpid()}"
    decoder = Decoder(script(tmp_path, f"{half}; sleep 60"))
    data = (SAMPLES[0]).read_bytes()
    with pytest.raises(KeyboardInterrupt):
        decoder.decode(data)
    np.testing.assert_array_equal(decoder.decode(data), shared_decoder().decode(data))
    decoder.close()

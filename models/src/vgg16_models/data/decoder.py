"""Pictures decoded by the feature service's own code, in a process beside this one.

A head must be trained on the pixels that it is served with, so there is one decoder, not two that
are meant to be alike: see docs/adr/0019.
"""

from __future__ import annotations

import struct
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np

from ..errors import ModelsError, UndecodableError

COMMAND = Path(__file__).resolve().parents[4] / "bin/decode-images"
# What it says first, and before each answer.
READY, DECODED, REFUSED = b"R", b"D", b"X"


class Decoder:
    """A process of `bin/decode-images`, started by the first picture. Thread-safe."""

    def __init__(self, command: Path = COMMAND):
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def decode(self, data: bytes) -> np.ndarray:
        """A JPEG, PNG or WebP file to [height,width,3] uint8 RGB, upright as its EXIF says.

        Raises UndecodableError where the service would refuse it, and ModelsError when there is
        no decoder.
        """
        with self._lock:
            process = self._process or self._started()
            try:
                return _asked(process, data)
            except UndecodableError:
                raise
            except (EOFError, OSError):
                self._stop()
                raise UndecodableError("ended the decoder, which is started anew") from None
            except BaseException:
                # What it still has to say would be taken for the next picture.
                self._stop()
                raise

    def close(self) -> None:
        """Ends the process, if there is one; the next picture starts another."""
        with self._lock:
            self._stop()

    def _started(self) -> subprocess.Popen[bytes]:
        # libjpeg warns of each mended file: that is read only where nothing else comes.
        with tempfile.TemporaryFile() as complaints:
            try:
                process = subprocess.Popen(
                    [self._command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=complaints,
                )
            except OSError as error:
                raise ModelsError(
                    f"{self._command} can't be run ({error.strerror}): pictures are decoded by the"
                    " feature service's code, so install vgg16-models from a checkout, with `-e`"
                ) from None
            if process.stdout.read(1) != READY:
                process.kill()
                process.communicate()
                complaints.seek(0)
                said = complaints.readline().decode(errors="replace").strip()
                raise ModelsError(said or f"{self._command} ended with {process.returncode}")
        self._process = process
        return process

    def _stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


@cache
def decoder() -> Decoder:
    """The one of this process. It ends with it: the end of its input ends the other."""
    return Decoder()


def _asked(process: subprocess.Popen[bytes], data: bytes) -> np.ndarray:
    process.stdin.write(struct.pack(">q", len(data)) + data)
    process.stdin.flush()
    answer = process.stdout
    kind = _read(answer, 1)
    if kind == DECODED:
        width, height = struct.unpack(">ii", _read(answer, 8))
        pixels = _read(answer, height * width * 3)
        return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    if kind == REFUSED:
        (length,) = struct.unpack(">i", _read(answer, 4))
        raise UndecodableError(_read(answer, length).decode())
    raise EOFError


def _read(stream: IO[bytes], count: int) -> bytearray:
    data = bytearray(count)
    if stream.readinto(data) < count:
        raise EOFError
    return data

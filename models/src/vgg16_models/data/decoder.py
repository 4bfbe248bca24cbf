"""Image decoding by the feature service's own code, in a subprocess.

A head must be trained on the pixels that it is served with, so there is one decoder, not two that
should agree: see docs/adr/0019.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np

from ..errors import ModelsError, UndecodableError

CHECKOUT_COMMAND = Path(__file__).resolve().parents[4] / "bin/decode-images"
# The first byte of the process's output, and of each response.
READY, DECODED, REJECTED = b"R", b"D", b"X"


def decode_image(data: bytes) -> np.ndarray:
    """`Decoder.decode` by the process that all callers share."""
    return shared_decoder().decode(data)


class Decoder:
    """A process of `bin/decode-images`, started by the first image. Thread-safe."""

    def __init__(self, command: Path | None = None):
        self._command = command or _installed_command()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def decode(self, data: bytes) -> np.ndarray:
        """A JPEG, PNG or WebP file to [height,width,3] uint8 RGB, its EXIF orientation applied.

        Raises UndecodableError where the service would reject it, with the same reason, and
        ModelsError when the decoder can't be started.
        """
        with self._lock:
            process = self._process or self._start()
            try:
                return _decode_by(process, data)
            except UndecodableError:
                raise
            except (EOFError, OSError):
                self._stop()
                raise UndecodableError("crashed the decoder, which is restarted") from None
            except BaseException:
                # The rest of the response would be read as that of the next image.
                self._stop()
                raise

    def close(self) -> None:
        """Stops the process, if it runs; the next image starts another."""
        with self._lock:
            self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        # libjpeg warns of each damaged file: standard error is read only if the start fails.
        with tempfile.TemporaryFile() as errors:
            try:
                process = subprocess.Popen(
                    [self._command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
                )
            except OSError as error:
                raise ModelsError(
                    f"{self._command} can't be run ({error.strerror}): images are decoded by the"
                    " feature service's code, so install vgg16-models from a checkout, with `-e`,"
                    " or put the bin/ of an unpacked feature-service into PATH"
                ) from None
            if process.stdout.read(1) != READY:
                process.kill()
                process.communicate()
                errors.seek(0)
                message = errors.readline().decode(errors="replace").strip()
                raise ModelsError(
                    message or f"{self._command} exited with code {process.returncode}"
                )
        self._process = process
        return process

    def _stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


@cache
def shared_decoder() -> Decoder:
    """The decoder of this process. Its subprocess exits with this one, when its input is closed."""
    return Decoder()


def _installed_command() -> Path:
    """The checkout's own, or, where vgg16-models is installed without one, that in PATH."""
    found = None if CHECKOUT_COMMAND.exists() else shutil.which(CHECKOUT_COMMAND.name)
    return Path(found) if found else CHECKOUT_COMMAND


def _decode_by(process: subprocess.Popen[bytes], data: bytes) -> np.ndarray:
    process.stdin.write(struct.pack(">q", len(data)) + data)
    process.stdin.flush()
    output = process.stdout
    kind = _read(output, 1)
    if kind == DECODED:
        width, height = struct.unpack(">ii", _read(output, 8))
        pixels = _read(output, height * width * 3)
        return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    if kind == REJECTED:
        (length,) = struct.unpack(">i", _read(output, 4))
        raise UndecodableError(_read(output, length).decode())
    raise EOFError


def _read(stream: IO[bytes], count: int) -> bytearray:
    data = bytearray(count)
    if stream.readinto(data) < count:
        raise EOFError
    return data

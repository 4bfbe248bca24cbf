"""The command line: runs a command, and reports errors in one line and by the exit code."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence

from . import commands
from .errors import ModelsError
from .printable import printable


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command. Exit codes: 0 success, 1 failure, 2 invalid command line, 128 plus the number
    of the signal that ended it."""
    _prepare_streams()
    options = _parser().parse_args(argv)
    try:
        status = _run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # the reader closed the pipe
        _discard_output()
        return 128 + signal.SIGPIPE


def _run(options: argparse.Namespace) -> int:
    try:
        options.run(options)
        return 0
    except BrokenPipeError:
        raise
    except Exception as error:
        if options.debug:
            raise
        print(f"vgg16-models {options.command}: {_message(error)}", file=sys.stderr)
        return 1


def _message(error: Exception) -> str:
    """The error in one line."""
    if isinstance(error, ModuleNotFoundError):
        extras = "pip install clients/python 'models[keras,service,datasets,distribution,tracking]'"
        return f"{printable(error)}: this command needs an extra ({extras})"
    text = printable(" ".join(str(error).split()))
    if isinstance(error, (ModelsError, OSError)):
        return text
    kind = type(error).__name__
    return f"{kind}: {text} (unexpected: `vgg16-models --debug COMMAND` shows where it happened)"


class _Parser(argparse.ArgumentParser):
    """Escapes control characters in its messages."""

    def error(self, message: str):
        super().error(printable(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vgg16-models",
        description="Exports the VGG16 backbone, and trains and evaluates heads for it.",
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands.register(parser)
    return parser


class _OneLine(logging.Formatter):
    """Escapes line breaks and control characters, which file names and labels may have."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


class _StderrHandler(logging.StreamHandler):
    """Raises BrokenPipeError when standard error is closed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        if isinstance(sys.exc_info()[1], BrokenPipeError):
            raise
        super().handleError(record)


def _prepare_streams() -> None:
    """Configures logging; characters that the terminal can't encode are escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    handler = _StderrHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.ERROR, force=True)
    logging.getLogger(__package__).setLevel(logging.INFO)


def _discard_output() -> None:
    """Prevents another message about the closed pipe when Python exits."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())

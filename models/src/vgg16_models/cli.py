"""The command line: runs one command, and turns whatever ends it into one line and an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence

from . import commands
from .errors import ModelsError
from .printable import shown


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 1 when not, 2 for a wrong command line, and
    128 and the number of the signal that ended it."""
    _prepare_streams()
    options = _parser().parse_args(argv)
    try:
        status = _run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever read has read enough
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
        print(f"vgg16-models {options.command}: {_told(error)}", file=sys.stderr)
        return 1


def _told(error: Exception) -> str:
    """One line, for whoever typed the command."""
    if isinstance(error, ModuleNotFoundError):
        extras = "pip install 'models[keras,service,datasets]'"
        return f"{shown(error)}: this command needs an extra ({extras})"
    text = shown(" ".join(str(error).split()))
    if isinstance(error, (ModelsError, OSError)):
        return text
    kind = type(error).__name__
    return f"{kind}: {text} (unexpected: `vgg16-models --debug COMMAND` shows where it happened)"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line without what a terminal would obey."""

    def error(self, message: str):
        super().error(shown(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vgg16-models", description="Makes what the services serve.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands.register(parser)
    return parser


class _OneLine(logging.Formatter):
    """A record is a line: names of files and labels can't write others."""

    def format(self, record: logging.LogRecord) -> str:
        return shown(super().format(record))


class _Log(logging.StreamHandler):
    """Ends the command when nobody reads its log any more."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        if isinstance(sys.exc_info()[1], BrokenPipeError):
            raise
        super().handleError(record)


def _prepare_streams() -> None:
    """A character that the terminal's encoding lacks is escaped and ends nothing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    log = _Log(sys.stderr)
    log.setFormatter(_OneLine("%(message)s"))
    logging.basicConfig(handlers=[log], level=logging.ERROR, force=True)
    logging.getLogger(__package__).setLevel(logging.INFO)


def _discard_output() -> None:
    """Else Python's end would tell of the closed pipe once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())

"""Escaping of untrusted text, such as file names and labels, for terminals and reports."""

from __future__ import annotations

import os
from pathlib import PurePath


def printable(value: object) -> str:
    """The text on one line, with every non-printable character escaped: control characters,
    bidirectional marks, and bytes that are not UTF-8."""
    text = _decode_path(value) if isinstance(value, PurePath) else str(value)
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _decode_path(path: PurePath) -> str:
    """The name as stored on disk, whatever encoding the locale has."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # an undecodable byte, by surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")

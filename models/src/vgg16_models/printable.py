"""Text from elsewhere, such as names of files and labels, made safe for a terminal and a page."""

from __future__ import annotations

import os
from pathlib import PurePath


def shown(value: object) -> str:
    """The text on one line, with all that is not printable escaped: control characters, which a
    terminal would obey, marks that turn the direction of writing, and bytes that are not UTF-8."""
    text = _decoded(os.fspath(value)) if isinstance(value, PurePath) else str(value)
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _decoded(path: str) -> str:
    """A name as it stands on the disk, whatever encoding the locale asks for."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte that can't be decoded
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")

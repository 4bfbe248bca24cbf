"""Names and versions of heads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelsError

MAX_LENGTH = 100
"""Characters of a name; the limit of the services' contract."""

MAX_VERSION = 2**31 - 1
"""The limit of the services' contract."""


@dataclass(frozen=True)
class HeadName:
    """A name and a version, and their folder."""

    name: str
    version: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", self.name):
            raise ModelsError(f"the name {self.name!r} must be lower-case words joined by '-'")
        if len(self.name) > MAX_LENGTH:
            raise ModelsError(f"the name {self.name} is longer than {MAX_LENGTH} characters")
        if not 1 <= self.version <= MAX_VERSION:
            raise ModelsError(f"the version {self.version} must be from 1 to {MAX_VERSION}")

    @classmethod
    def parse(cls, text: str) -> HeadName:
        """Of NAME@VERSION. Raises ModelsError when `text` is something else."""
        name, _, version = text.partition("@")
        if not re.fullmatch("[0-9]{1,10}", version):
            raise ModelsError(f"{text!r} must be NAME@VERSION, such as pets@3")
        return cls(name, int(version))

    @classmethod
    def next(cls, name: str, heads: Path) -> HeadName:
        """The next free version in the folder `heads`."""
        versions = [int(each.name) for each in (heads / name).glob("*") if each.name.isdecimal()]
        return cls(name, max(versions, default=0) + 1)

    def folder(self, heads: Path) -> Path:
        return heads / self.name / str(self.version)

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"

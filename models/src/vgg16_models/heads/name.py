"""What a head is called, and which versions of it there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelsError

LONGEST = 100
"""Characters of a name; the services' contract has no room for more."""

MOST = 2**31 - 1
"""The highest version."""


@dataclass(frozen=True)
class HeadName:
    """A name and a version, and the folder that follows from them."""

    name: str
    version: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", self.name):
            raise ModelsError(f"the name {self.name!r} must be lower-case words joined by '-'")
        if len(self.name) > LONGEST:
            raise ModelsError(f"the name {self.name} is longer than {LONGEST} characters")
        if not 1 <= self.version <= MOST:
            raise ModelsError(f"the version {self.version} must be from 1 to {MOST}")

    @classmethod
    def next(cls, name: str, heads: Path) -> HeadName:
        """The version after the last one under the folder `heads`."""
        versions = [int(each.name) for each in (heads / name).glob("*") if each.name.isdecimal()]
        return cls(name, max(versions, default=0) + 1)

    def folder(self, heads: Path) -> Path:
        return heads / self.name / str(self.version)

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"

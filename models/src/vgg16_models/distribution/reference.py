"""`oci://REGISTRY/REPOSITORY[:TAG|@sha256:DIGEST]`: where an artifact is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import ModelsError
from ..heads.name import HeadName

SCHEME = "oci://"
FORM = "oci://REGISTRY/REPOSITORY[:TAG|@sha256:DIGEST]"

# The host with a port, and the grammar of the OCI distribution specification.
_REFERENCE = re.compile(
    r"(?P<registry>(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?)"
    r"/(?P<repository>[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True)
class Reference:
    """A repository of a registry, and the artifact in it that a tag or a digest names, if any."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None
    """`sha256:` and 64 hexadecimal digits; it wins over the tag."""

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Raises ModelsError when `text` is not of the form above."""
        match = _REFERENCE.fullmatch(text.removeprefix(SCHEME))
        if not text.startswith(SCHEME) or not match:
            raise ModelsError(f"{text} must be {FORM}, all of REPOSITORY in lower case")
        return cls(**match.groupdict())

    def tagged(self, tag: str) -> Reference:
        return replace(self, tag=tag, digest=None)

    def pinned(self, digest: str) -> Reference:
        return replace(self, tag=None, digest=digest)

    def require_tag_of(self, head: HeadName) -> None:
        """Raises ModelsError when the tag means another version.

        A tag of the form NAME-VERSION means that one: whoever can write to the registry must not
        bring in another that was signed.
        """
        named = re.fullmatch(r"(.+)-([0-9]+)", self.tag or "")
        if named and not self.digest and (named[1], named[2]) != (head.name, str(head.version)):
            raise ModelsError(f"it is {head}, and the tag {self.tag} means {named[1]}@{named[2]}")

    def __str__(self) -> str:
        name = f"{SCHEME}{self.registry}/{self.repository}"
        if self.digest:
            return f"{name}@{self.digest}"
        return f"{name}:{self.tag}" if self.tag else name

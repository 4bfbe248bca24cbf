"""From a folder of heads to a registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import ModelsError
from ..heads.name import HeadName
from .artifact import EMPTY, digest_of, empty_config, layer, parse_manifest, to_manifest
from .packaged_head import SIGNATURE_FILE, PackagedHead, copy_files
from .reference import Reference
from .registry import Registry


@dataclass(frozen=True)
class Pushed:
    """Where a version is, by tag and by digest."""

    tagged: Reference
    pinned: Reference
    already_there: bool


def push(
    head: HeadName,
    heads: Path,
    reference: Reference,
    *,
    sign_key: Path | None = None,
    plain_http: bool = False,
) -> Pushed:
    """Sends `head` of the folder `heads`; with `sign_key` with a new signature.

    Without a tag the version has the tag NAME-VERSION, which never changes its content: raises
    ModelsError when it has another there. Raises ModelsError when the version is not whole, or
    its signature, which goes with it, is of other files.
    """
    if reference.digest:
        raise ModelsError(f"{reference}: push takes a tag, and prints the digest")
    default_tag = reference.tag is None
    tagged = reference.tagged(reference.tag or f"{head.name}-{head.version}")
    tagged.require_tag_of(head)
    # Of a copy: what is checked and signed is what is sent, though the folder may change.
    with TemporaryDirectory(prefix="vgg16-push-") as temporary:
        folder = Path(temporary)
        packaged = _collect(head, heads, folder, sign_key)
        manifest = to_manifest(packaged)
        _require_pullable(head, manifest)
        registry = Registry(tagged, plain_http=plain_http)
        there = registry.manifest() if default_tag else None
        if there is not None and not _changes(packaged, there, tagged, sign=sign_key is not None):
            return Pushed(tagged, tagged.pinned(digest_of(there)), already_there=True)
        for file in packaged.files:
            registry.upload(folder / file.file, layer(file))
        config = folder / ".config"
        config.write_bytes(EMPTY)
        registry.upload(config, empty_config())
        digest = registry.put_manifest(manifest)
        return Pushed(tagged, tagged.pinned(digest), already_there=False)


def _collect(head: HeadName, heads: Path, folder: Path, sign_key: Path | None) -> PackagedHead:
    """Copies the version into `folder`, and signs it there."""
    source = head.folder(heads)
    if not source.is_dir():
        raise ModelsError(f"{source} is missing: --heads must be the folder that has {head}")
    try:
        copy_files(source, folder)
        packaged = PackagedHead.read(folder)
    except ModelsError as error:
        raise ModelsError(f"{source} is not a head: {error}") from error
    if packaged.head != head:
        raise ModelsError(f"{source} is not {head}: its manifest says {packaged.head}")
    from .signature import require_signature_of, sign

    if sign_key is None:
        try:
            require_signature_of(packaged, folder)
        except ModelsError as error:
            raise ModelsError(f"{source}: {error}") from error
        return packaged
    (folder / SIGNATURE_FILE).unlink(missing_ok=True)
    sign(folder, sign_key)
    return PackagedHead.read(folder)


def _require_pullable(head: HeadName, manifest: bytes) -> None:
    try:
        parse_manifest(manifest)
    except ModelsError as error:
        raise ModelsError(f"{head} can't be pulled again: {error}") from error


def _changes(packaged: PackagedHead, manifest: bytes, tagged: Reference, *, sign: bool) -> bool:
    """Whether a push would change what the tag means, which it may by the signature alone.

    Raises ModelsError when the tag has other content.
    """
    try:
        there = {each.file: each.sha256 for each in parse_manifest(manifest)}
    except ModelsError as error:
        raise ModelsError(f"{tagged} is there and is not a head: {error}") from error
    signature = there.pop(SIGNATURE_FILE, None)
    if there != packaged.content:
        raise ModelsError(
            f"{tagged} is there with other content ({digest_of(manifest)}):"
            " push another version, or name a tag, which moves"
        )
    own = packaged.signature
    return sign or (own is not None and own != signature)

"""From a registry into a folder of heads, which services may follow while it happens."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import ModelsError
from ..files import new_folder, require_writable
from ..heads.name import HeadName
from ..heads.versions import default_version, keep_serving, pinned_version
from .artifact import digest_of, parse_manifest
from .packaged_head import SIGNATURE_FILE, PackagedHead, copy_files
from .reference import Reference
from .registry import Registry


@dataclass(frozen=True)
class Pulled:
    """A version that is in a folder of heads now."""

    head: HeadName
    backbone: str
    folder: Path
    pinned: Reference
    """Where it came from, by digest."""
    already_there: bool
    signature_replaced: bool
    """Whether a version that was there has this signature now, in the place of another or none."""
    default: int
    """The version that the head's name alone means."""


def pull(
    reference: Reference,
    heads: Path,
    *,
    verify_key: Path | None = None,
    stage: bool = False,
    plain_http: bool = False,
) -> Pulled:
    """Puts the version that `reference` names into the folder `heads`, all its files at once.

    Raises ModelsError, and leaves `heads` as it was, when the artifact is not a whole head, was
    changed, is there with other content, or, with `verify_key`, was not signed with the key that
    belongs to it; with `stage` also when no version could serve in its place.
    """
    if not (reference.tag or reference.digest):
        raise ModelsError(
            f"{reference} names no version: add :TAG, such as :pets-3, or @sha256:..."
        )
    require_writable(heads)
    with TemporaryDirectory(prefix="vgg16-pull-") as temporary:
        folder = Path(temporary)
        pinned = _download(reference, folder, plain_http)
        try:
            packaged = PackagedHead.read(folder)
            reference.require_tag_of(packaged.head)
            if verify_key is not None:
                from .signature import verify

                verify(folder, verify_key)
        except ModelsError as error:
            raise ModelsError(f"{reference} is refused: {error}") from error
        already_there = _is_there(packaged, heads)
        replaced = False
        if not already_there:
            _install(folder, packaged.head, heads, stage=stage)
        elif verify_key is not None:
            replaced = _replace_signature(folder, packaged.head.folder(heads))
    head = packaged.head
    default = default_version(heads, head.name)
    return Pulled(
        head, packaged.backbone, head.folder(heads), pinned, already_there, replaced, default
    )


def _replace_signature(source: Path, target: Path) -> bool:
    """Gives a version that is there the verified signature, unless it has that one."""
    new, old = source / SIGNATURE_FILE, target / SIGNATURE_FILE
    if old.is_file() and old.read_bytes() == new.read_bytes():
        return False
    partial = target / f".{SIGNATURE_FILE}.part"
    shutil.copyfile(new, partial)
    partial.replace(old)
    return True


def _download(reference: Reference, folder: Path, plain_http: bool) -> Reference:
    """Writes the files into `folder`, their digests checked."""
    registry = Registry(reference, plain_http=plain_http)
    manifest = registry.manifest()
    if manifest is None:
        raise ModelsError(f"{reference} is not in the registry: `vgg16-models push` prints the tag")
    try:
        files = parse_manifest(manifest)
    except ModelsError as error:
        raise ModelsError(f"{reference} is not a head: {error}") from error
    for file in files:
        registry.download(file, folder)
    return reference.pinned(digest_of(manifest))


def _is_there(packaged: PackagedHead, heads: Path) -> bool:
    """Raises ModelsError when the version is there with other content."""
    target = packaged.head.folder(heads)
    if not target.exists():
        return False
    try:
        there = PackagedHead.read(target).content
    except ModelsError as error:
        raise ModelsError(f"{target} exists, and is not a whole head: {error}") from error
    if there != packaged.content:
        names = sorted(name for name, _ in there.items() ^ packaged.content.items())
        raise ModelsError(
            f"{target} exists with other content ({', '.join(dict.fromkeys(names))}):"
            " a version is not overwritten; pull into another folder, or delete it first"
        )
    return True


def _install(folder: Path, head: HeadName, heads: Path, *, stage: bool) -> None:
    serving = default_version(heads, head.name)
    if stage and serving is None:
        raise ModelsError(
            f"{head} would be the first version of {head.name}, which serves as soon as it is"
            " there: leave out --stage"
        )
    pinned = pinned_version(heads, head.name)
    with ExitStack() as stack:
        if stage and pinned is None and head.version > serving:
            stack.enter_context(keep_serving(heads, head.name, serving, "pull --stage"))
        copy_files(folder, stack.enter_context(new_folder(head.folder(heads))))

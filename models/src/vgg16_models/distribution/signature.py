"""Signatures of a head's files, by the library model-signing and keys of elliptic curves."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from model_signing import hashing, signing, verifying

from ..errors import ModelsError
from .packaged_head import SIGNATURE_FILE, PackagedHead

_CREATE = "openssl ecparam -name prime256v1 -genkey -noout -out KEY.pem"


def sign(folder: Path, key: Path) -> None:
    """Writes model.sig, which covers every other file in `folder`.

    Raises ModelsError when `key` is not an unencrypted private key of a curve P-256, P-384 or
    P-521.
    """
    try:
        config = signing.Config().use_elliptic_key_signer(private_key=key)
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise ModelsError(
            f"{key} is not a private key for signatures, PEM without a password: {error};"
            f" `{_CREATE}` makes one"
        ) from error
    config.set_hashing_config(_hashing()).sign(folder, folder / SIGNATURE_FILE)


def verify(folder: Path, key: Path) -> None:
    """Raises ModelsError when model.sig is missing, is not of the private key that belongs to
    `key`, or the files are not those that were signed."""
    signature = folder / SIGNATURE_FILE
    try:
        config = verifying.Config().use_elliptic_key_verifier(public_key=key)
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise ModelsError(
            f"{key} is not a public key for signatures, PEM: {error};"
            " `openssl ec -in KEY.pem -pubout -out PUB.pem` makes it of the private key"
        ) from error
    if not signature.is_file():
        raise ModelsError(f"it has no signature, {SIGNATURE_FILE}: push it with --sign-key")
    try:
        config.set_hashing_config(_hashing()).verify(folder, signature)
        signed = _signed_digests(signature)
    except InvalidSignature as error:
        raise ModelsError(f"its signature is not of the key that belongs to {key}") from error
    # What is signed is read with a parser of Protocol Buffers and by keys: a file that is no
    # signature fails in many ways.
    except Exception as error:
        raise ModelsError(f"its signature does not hold for {key}: {error}") from error
    # A signature may name files that it leaves out.
    left_out = {each.name for each in folder.iterdir()} - signed.keys() - {SIGNATURE_FILE}
    if left_out:
        raise ModelsError(f"its signature does not cover {', '.join(sorted(left_out))}")


def require_signature_of(packaged: PackagedHead, folder: Path) -> None:
    """Raises ModelsError when the head has a signature of other files. Whose it is, is not known
    without a key, and digests other than SHA-256 are not compared."""
    if packaged.signature is None:
        return
    try:
        signed = _signed_digests(folder / SIGNATURE_FILE)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ModelsError(f"{SIGNATURE_FILE} is not a signature") from error
    for name in packaged.content.keys() & signed.keys():
        if signed[name] is None:
            signed[name] = packaged.content[name]
    if signed != packaged.content:
        names = sorted(name for name, _ in signed.items() ^ packaged.content.items())
        raise ModelsError(
            f"{SIGNATURE_FILE} is a signature of other files ({', '.join(dict.fromkeys(names))}):"
            " sign these with --sign-key, or delete it"
        )


def _signed_digests(signature: Path) -> dict[str, str | None]:
    """The SHA-256 of each file that it covers; None where it has another digest."""
    envelope = json.loads(signature.read_bytes())["dsseEnvelope"]
    statement = json.loads(base64.b64decode(envelope["payload"]))
    return {
        str(each["name"]): str(each["digest"]) if each["algorithm"] == "sha256" else None
        for each in statement["predicate"]["resources"]
    }


def _hashing() -> hashing.Config:
    """Every file by SHA-256, those of Git too, but for the signature."""
    return hashing.Config().set_ignored_paths(paths=[SIGNATURE_FILE], ignore_git_paths=False)

"""A repository of an OCI registry: blobs and manifests, their digests checked, by the library oras.

Credentials are those that `docker login` left in ~/.docker/config.json, and go to the registry
alone, and to the server of tokens that it names.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from oras.container import Container
from oras.provider import Registry as OrasRegistry
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from ..errors import ModelsError
from ..manifest_entries import ModelFile
from .artifact import MANIFEST_TYPE, MAX_MANIFEST_BYTES, digest_of
from .reference import Reference

TIMEOUTS = (10, 60)
"""Seconds to connect, and between two packets of a response."""

_CHUNK = 1 << 16

_MAX_ANSWER = 4 << 20
"""Bytes of an answer that is no blob: the token of a registry, the text of an error."""


class _Adapter(HTTPAdapter):
    """Adds what oras leaves out: a limit of time, and few, short retries."""

    def __init__(self, origin: str) -> None:
        retries = Retry(
            total=2, backoff_factor=0.2, status_forcelist=(502, 503, 504), raise_on_status=False
        )
        super().__init__(max_retries=retries)
        self._origin = origin

    def send(self, request, **options):
        options["timeout"] = options.get("timeout") or TIMEOUTS
        # An upload goes wherever the registry's `Location` says.
        if request.method != "GET" and _origin(request.url) != self._origin:
            request.headers.pop("Authorization", None)
        return super().send(request, **options)


class _Oras(OrasRegistry):
    """Without oras's retries, which take two minutes before they tell of an error."""

    def do_request(self, *request, **options) -> requests.Response:
        send = OrasRegistry.do_request.__wrapped__
        had_token = getattr(self.auth, "token", None) is not None
        response = send(self, *request, **options)
        if response.status_code != 401 or not had_token:
            return response
        # The token allows less than this asks for, as one for pulling does when something is
        # pushed; oras would keep it.
        response.close()
        self.auth.token = None
        return send(self, *request, **options)


class Registry:
    """The repository that a reference names. Every method raises ModelsError when the registry
    can't be reached or refuses."""

    def __init__(self, reference: Reference, *, plain_http: bool = False) -> None:
        self._reference = reference
        self._host = reference.registry
        # Its lines would come beside the one that tells of the error.
        logging.getLogger("oras").setLevel(logging.CRITICAL)
        self._origin = _origin(f"{'http' if plain_http else 'https'}://{self._host}")
        with self._reported():
            self._oras = self._connect(plain_http)

    def manifest(self) -> bytes | None:
        """The manifest that the reference names, None where there is none.

        Raises ModelsError when it is not what the reference's digest, or the registry's, says.
        """
        reference = self._reference
        url = self._url(f"manifests/{reference.digest or reference.tag}")
        with (
            self._reported(),
            self._oras.do_request(
                url, "GET", headers={"Accept": MANIFEST_TYPE}, stream=True
            ) as response,
        ):
            if response.status_code == 404:
                return None
            self._require_success(response, "pull")
            content = self._read(response)
            said = response.headers.get("Docker-Content-Digest")
        digest = digest_of(content)
        for expected in (reference.digest, said):
            if expected and expected.startswith("sha256:") and digest != expected:
                raise ModelsError(
                    f"{reference}: the manifest's digest is {digest}, not {expected}:"
                    " it was changed on the way or in the registry"
                )
        return content

    def download(self, file: ModelFile, folder: Path) -> None:
        """Writes a blob to the file of its name in `folder`.

        Raises ModelsError when its size or digest is not that of `file`.
        """
        digest, size = hashlib.sha256(), 0
        with (
            self._reported(),
            self._oras.get_blob(
                self._container(), f"sha256:{file.sha256}", stream=True
            ) as response,
            (folder / file.file).open("xb") as out,
        ):
            self._require_success(response, "pull")
            for chunk in response.iter_content(_CHUNK):
                size += len(chunk)
                if size > file.bytes:
                    break
                digest.update(chunk)
                out.write(chunk)
        if size != file.bytes:
            count = f"more than {file.bytes:,}" if size > file.bytes else f"{size:,}"
            raise ModelsError(
                f"{self._reference}: {file.file} has {count} bytes,"
                f" and its manifest says {file.bytes:,}"
            )
        if digest.hexdigest() != file.sha256:
            raise ModelsError(
                f"{self._reference}: the digest of {file.file} is sha256:{digest.hexdigest()},"
                f" not sha256:{file.sha256}: it was changed on the way or in the registry"
            )

    def upload(self, path: Path, descriptor: dict[str, Any]) -> None:
        """Sends a file as a blob, unless the registry has it."""
        with self._reported():
            response = self._oras.upload_blob(str(path), self._container(), descriptor)
            self._require_success(response, "push")

    def put_manifest(self, content: bytes) -> str:
        """Makes the reference's tag mean this manifest, and returns its digest."""
        with self._reported():
            response = self._oras.do_request(
                self._url(f"manifests/{self._reference.tag}"),
                "PUT",
                data=content,
                headers={"Content-Type": MANIFEST_TYPE},
            )
            self._require_success(response, "push")
        return digest_of(content)

    def _connect(self, plain_http: bool) -> OrasRegistry:
        """Asks first which kind of credentials the registry takes: oras does not find out."""
        options = {"hostname": self._host, "insecure": plain_http}
        probe = _Oras(**options)
        self._limit(probe.session)
        response = probe.session.get(f"{probe.prefix}://{self._host}/v2/")
        asked = response.headers.get("Www-Authenticate", "").lower()
        basic = response.status_code == 401 and asked.startswith("basic")
        oras = _Oras(**options, auth_backend="basic" if basic else "token")
        self._limit(oras.session)
        # Not those of oras's own environment variables, which would go to any registry.
        oras.auth._basic_auth = None
        self._load_accounts(oras)
        if basic and not getattr(oras.auth, "_basic_auth", None):
            raise self._denied()
        return oras

    def _load_accounts(self, oras: OrasRegistry) -> None:
        try:
            oras.auth.load_configs(self._container())
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise ModelsError(
                f"~/.docker/config.json is not what `docker login` writes: {error}"
            ) from error

    def _limit(self, session: requests.Session) -> None:
        adapter = _Adapter(self._origin)
        for prefix in ("http://", "https://"):
            session.mount(prefix, adapter)
        session.hooks["response"].append(self._check)

    def _check(self, response: requests.Response, *_, stream: bool = False, **__) -> None:
        """Before oras sees an answer, or follows what it says about accounts."""
        if response.status_code == 401:
            self._require_own(response)
        if not stream or not response.ok:
            content = bytearray()
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                if len(content) > _MAX_ANSWER:
                    response.close()
                    raise ModelsError(
                        f"{self._host} answers with more than {_MAX_ANSWER:,} bytes to"
                        f" {response.request.method} {urlsplit(response.url).path}"
                    )
            response._content = bytes(content)

    def _require_own(self, response: requests.Response) -> None:
        """Raises ModelsError when the account of the registry would go to another host, or to a
        server of tokens without TLS."""
        if _origin(response.url) != self._origin:
            raise ModelsError(
                f"{self._host} redirects to {urlsplit(response.url).netloc}, which asks for an"
                " account: it does not get that of the registry"
            )
        asked = response.headers.get("Www-Authenticate", "")
        if not asked.lower().startswith("bearer"):
            return
        realm = re.search(r'realm="([^"]*)"', asked)
        if realm is None:
            raise ModelsError(f"{self._host} asks for a token and does not say where one is had")
        if self._origin.startswith("https:") and not realm[1].startswith("https:"):
            raise ModelsError(f"{self._host} asks for a token from {realm[1][:100]}, without TLS")

    def _container(self) -> Container:
        """The repository, without oras's guess of which part of a name is the registry."""
        container = Container("repository", registry=self._host)
        container.repository = self._reference.repository
        return container

    def _url(self, path: str) -> str:
        return f"{self._oras.prefix}://{self._host}/v2/{self._reference.repository}/{path}"

    def _read(self, response: requests.Response) -> bytes:
        content = bytearray()
        for chunk in response.iter_content(_CHUNK):
            content += chunk
            if len(content) > MAX_MANIFEST_BYTES:
                raise ModelsError(
                    f"{self._reference}: its manifest is larger than {MAX_MANIFEST_BYTES:,} bytes"
                )
        return bytes(content)

    def _require_success(self, response: requests.Response, action: str) -> None:
        if response.status_code in (401, 403):
            raise self._denied()
        if not response.ok:
            raise ModelsError(
                f"{self._reference}: the registry refuses the {action}:"
                f" {response.status_code} {response.reason}{_told(response)}"
            )

    def _denied(self) -> ModelsError:
        return ModelsError(
            f"{self._reference}: the registry asks for an account that may do this:"
            f" `docker login {self._host}` first"
        )

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Raises ModelsError for what requests and oras raise."""
        try:
            yield
        except requests.exceptions.SSLError as error:
            raise ModelsError(
                f"{self._host} can't be reached by TLS: {error};"
                " a registry without TLS needs --plain-http"
            ) from error
        except requests.exceptions.JSONDecodeError as error:
            raise ModelsError(
                f"{self._host}: an answer is not JSON: is that the address of a registry?"
            ) from error
        except requests.RequestException as error:
            raise ModelsError(f"{self._host} can't be reached: {error}") from error
        except ValueError as error:
            if "authentication" in str(error):
                raise self._denied() from error
            raise ModelsError(f"{self._reference}: {error}") from error
        except (AttributeError, TypeError, LookupError) as error:
            raise ModelsError(
                f"{self._host}: an answer is not that of a registry: {error}"
            ) from error


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _told(response: requests.Response) -> str:
    """The first message of the registry's own, if it has any."""
    try:
        return f": {response.json()['errors'][0]['message']}"
    except (ValueError, LookupError, TypeError):
        return ""

"""A container registry in memory: the routes of the OCI distribution specification that heads
need. It checks the digests that it is sent, and that a manifest's blobs are there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

ROUTE = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>blobs|manifests)/(?P<name>[^/]+|uploads/.*)")


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class ContainerRegistry:
    """What it holds, which a test may change as one who has broken into it."""

    def __init__(self, address: str, account: str | None, scheme: str) -> None:
        self.address = address
        self.account = account
        """USER:PASSWORD that it asks for, if any, by `Basic` or, with `Bearer`, by a token
        that is for pulling or for both."""
        self.scheme = scheme
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, bytes] = {}
        """By tag, and by digest."""
        self.uploads = 0
        """Blobs that were sent."""

    def at(self, name: str) -> str:
        return f"oci://{self.address}/{name}"

    def manifest(self, tag: str) -> dict:
        return json.loads(self.manifests[tag])

    def put(self, tag: str, manifest: dict) -> str:
        """Returns the digest."""
        content = json.dumps(manifest).encode()
        self.manifests[tag] = self.manifests[digest_of(content)] = content
        return digest_of(content)

    def layer(self, tag: str, file: str) -> dict:
        return next(
            each
            for each in self.manifest(tag)["layers"]
            if each["annotations"]["org.opencontainers.image.title"] == file
        )

    def replace(self, tag: str, file: str, content: bytes) -> None:
        """Puts other content in the place of a file, with all digests right."""
        manifest = self.manifest(tag)
        for each in manifest["layers"]:
            if each["annotations"]["org.opencontainers.image.title"] == file:
                each |= {"digest": digest_of(content), "size": len(content)}
        self.blobs[digest_of(content)] = content
        self.put(tag, manifest)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    registry: ContainerRegistry

    def do_GET(self) -> None:
        if self.path.startswith("/token"):
            self._token()
        elif self._admitted():
            if self.path == "/v2/":
                self._answer(200, b"{}")
            elif (match := self._route()) and (content := self._held(match)) is not None:
                kind = "application/vnd.oci.image.manifest.v1+json"
                self._answer(200, content, {"Content-Type": kind})
            else:
                self._refuse(404, "NAME_UNKNOWN")

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        self._body()
        if self._admitted():
            self._answer(202, b"", {"Location": self.path + "1"})

    def do_PUT(self) -> None:
        body = self._body()
        if not self._admitted():
            return
        match = self._route()
        if match["kind"] == "manifests":
            self._put_manifest(match["name"], body)
            return
        (expected,) = parse_qs(urlsplit(self.path).query)["digest"]
        if digest_of(body) != expected:
            self._refuse(400, "DIGEST_INVALID")
            return
        self.registry.blobs[expected] = body
        self.registry.uploads += 1
        self._answer(201)

    def _put_manifest(self, name: str, body: bytes) -> None:
        manifest = json.loads(body)
        blobs = [manifest["config"], *manifest["layers"]]
        if any(each["digest"] not in self.registry.blobs for each in blobs):
            self._refuse(400, "MANIFEST_BLOB_UNKNOWN")
            return
        self.registry.manifests[name] = self.registry.manifests[digest_of(body)] = body
        self._answer(201, b"", {"Docker-Content-Digest": digest_of(body)})

    def _route(self) -> re.Match[str] | None:
        return ROUTE.fullmatch(urlsplit(self.path).path)

    def _held(self, match: re.Match[str]) -> bytes | None:
        held = self.registry.blobs if match["kind"] == "blobs" else self.registry.manifests
        return held.get(match["name"])

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _has_account(self) -> bool:
        basic = base64.b64encode((self.registry.account or "").encode()).decode()
        return self.headers.get("Authorization") == f"Basic {basic}"

    def _token(self) -> None:
        if self._has_account():
            scope = parse_qs(urlsplit(self.path).query).get("scope", ["none"])[0]
            self._answer(200, json.dumps({"token": f"for-{scope}"}).encode())
        else:
            self._refuse(401, "UNAUTHORIZED")

    def _admitted(self) -> bool:
        """Answers 401 when the request lacks the account."""
        registry = self.registry
        if registry.account is None:
            return True
        if registry.scheme == "Basic":
            admitted, asked = self._has_account(), 'Basic realm="heads"'
        else:
            action = "pull" if self.command in ("GET", "HEAD") else "pull,push"
            scope = f"repository:heads:{action}"
            allowed = f"Bearer for-{scope}", "Bearer for-repository:heads:pull,push"
            admitted = self.headers.get("Authorization") in allowed
            realm = f"http://{registry.address}/token"
            asked = f'Bearer realm="{realm}",service="heads",scope="{scope}"'
        if not admitted:
            self._refuse(401, "UNAUTHORIZED", {"Www-Authenticate": asked})
        return admitted

    def _refuse(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        error = {"errors": [{"code": code, "message": f"refused: {code}"}]}
        self._answer(status, json.dumps(error).encode(), headers)

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """Clients may leave a connection that they have not read to the end."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def container_registry(
    account: str | None = None, scheme: str = "Basic"
) -> Iterator[ContainerRegistry]:
    """One on a free port of this machine, without TLS."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    handler.registry = ContainerRegistry(f"127.0.0.1:{server.server_port}", account, scheme)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield handler.registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

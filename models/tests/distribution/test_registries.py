"""Registries that ask for an account, answer wrongly or not at all."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from container_registry import ContainerRegistry, container_registry
from published_heads import Capture, contents, pull, push, require_refused, write_head
from vgg16_models.cli import main


def log_in(home: Path, registry: ContainerRegistry, account: str) -> None:
    """Writes what `docker login` does."""
    (home / ".docker").mkdir(parents=True, exist_ok=True)
    auth = base64.b64encode(account.encode()).decode()
    config = {"auths": {registry.address: {"auth": auth}}}
    (home / ".docker/config.json").write_text(json.dumps(config))


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_a_registry_that_asks_for_an_account(tmp_path: Path, capsys: Capture, scheme: str):
    write_head(tmp_path / "from")
    with container_registry("ann:secret", scheme) as registry:
        told = f"`docker login {registry.address}` first"
        require_refused(push(registry, tmp_path / "from"), tmp_path / "to", capsys, told)
        log_in(tmp_path / "home", registry, "ann:wrong")
        require_refused(push(registry, tmp_path / "from"), tmp_path / "to", capsys, told)
        log_in(tmp_path / "home", registry, "ann:secret")
        assert push(registry, tmp_path / "from") == 0
        assert pull(registry, tmp_path / "to") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "from")


@pytest.mark.parametrize("content", ["[]", '{"auths": null}', "no JSON"])
def test_accounts_that_docker_login_did_not_write(pushed, tmp_path: Path, capsys: Capture, content):
    config = tmp_path / "home/.docker/config.json"
    config.parent.mkdir(parents=True)
    config.write_text(content)
    status = pull(pushed, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "~/.docker/config.json")


class _Answers(BaseHTTPRequestHandler):
    """Answers each request with the status, the headers and the body of its server."""

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def answering(status: int, headers: dict[str, str], body: bytes = b""):
    """A server with one answer to everything, and `asked` with the headers of its requests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.answer, server.asked = (status, headers, body), []
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def pull_from(server: ThreadingHTTPServer, heads: Path) -> int:
    reference = f"oci://127.0.0.1:{server.server_port}/team/heads:pets-3"
    return main(["pull", reference, "--heads", str(heads), "--plain-http"])


def test_another_host_does_not_get_the_account(tmp_path: Path, capsys: Capture):
    home = tmp_path / "home/.docker"
    home.mkdir(parents=True)
    with answering(401, {"Www-Authenticate": 'Bearer realm="http://127.0.0.1:9/t"'}) as other:
        elsewhere = f"http://127.0.0.1:{other.server_port}/v2/"
        with answering(307, {"Location": elsewhere}) as redirecting:
            account = base64.b64encode(b"someone:password").decode()
            host = f"127.0.0.1:{redirecting.server_port}"
            (home / "config.json").write_text(json.dumps({"auths": {host: {"auth": account}}}))
            status = pull_from(redirecting, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "does not get that of the registry")
    assert other.asked
    assert not [each for each in other.asked if "Authorization" in each]


@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (400, {}, b"x" * (5 << 20), "more than 4,194,304 bytes"),
        (401, {"Www-Authenticate": "Bearer"}, b"", "does not say where one is had"),
    ],
)
def test_an_answer_that_is_not_a_registrys(
    tmp_path: Path, capsys: Capture, status: int, headers, body: bytes, told: str
):
    with answering(status, headers, body) as server:
        require_refused(pull_from(server, tmp_path / "to"), tmp_path / "to", capsys, told)


def test_a_registry_that_does_not_respond(tmp_path: Path, capsys: Capture):
    with container_registry() as stopped:
        pass
    require_refused(pull(stopped, tmp_path / "to"), tmp_path / "to", capsys, "can't be reached")

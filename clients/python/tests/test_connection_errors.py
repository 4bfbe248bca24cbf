"""Errors of calls that no service answered, from real connections."""

import contextlib
import socket
import socketserver
import threading

import pytest
from fake_service import FakeService, serving
from vgg16_client import (
    Client,
    DeadlineExceededError,
    Security,
    UnavailableError,
    UnimplementedError,
)


@contextlib.contextmanager
def listening(response):
    """A server that writes these bytes on every connection, and collects what it reads."""
    read = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            read.append(self.request.recv(4096))
            self.request.sendall(response)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", read
        server.shutdown()


def error_of(target, kind=UnavailableError, **more):
    with Client(target, **more) as client, pytest.raises(kind) as raised:
        client.backbone()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_connection_refused():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{bound.getsockname()[1]}"
        # Without waiting for the deadline.
        message = error_of(target, timeout=600)
    assert message.startswith(f"no service answers at {target}: connection refused")


def test_deadline_exceeded():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        message = error_of(target, DeadlineExceededError, timeout=0.3)
    assert message == f"no service answers in time at {target}: is it the right address?"


def test_server_without_grpc():
    page = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listening(page) as (target, _):
        message = error_of(target, timeout=60)
    assert message.endswith("perhaps the metrics port: the default port is 50051")


def test_unknown_host():
    message = error_of("nowhere.invalid:50051", timeout=60)
    assert message.endswith("unknown host name")


def test_tls_to_a_plaintext_server():
    with serving() as target:
        message = error_of(target, security=Security(tls=True), timeout=60)
    assert message.endswith("the server does not use TLS: remove tls and the certificates")


def test_another_service():
    with serving() as target:
        message = error_of(target, UnimplementedError)
    assert message == f"the server at {target} does not serve this: the default port is 50051"


@pytest.fixture
def proxy_requests(monkeypatch):
    """The requests to a proxy, which refuses them."""
    with listening(b"HTTP/1.1 403 Forbidden\r\n\r\n") as (target, read):
        for name in ("no_proxy", "no_grpc_proxy", "grpc_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", f"http://{target}")
        yield read


def test_no_proxy_for_this_machine(proxy_requests):
    with serving(FakeService()) as target:
        port = target.rpartition(":")[2]
        for here in (target, f"localhost:{port}", f"dns:///localhost:{port}"):
            with Client(here) as client:
                assert client.classify(b"cat").label == "cat"
    assert proxy_requests == []


def test_the_proxy_is_named_in_the_error(proxy_requests):
    message = error_of("elsewhere.invalid:50051", timeout=60)
    assert proxy_requests[0].startswith(b"CONNECT elsewhere.invalid:50051 ")
    assert "the proxy refused the connection (through the proxy of http_proxy;" in message


def test_no_proxy_variable(proxy_requests, monkeypatch):
    monkeypatch.setenv("no_proxy", ".invalid")
    error_of("elsewhere.invalid:50051", timeout=60)
    assert proxy_requests == []

import contextlib
import socket
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from vgg16_models.client import photo_stream
from vgg16_models.client.contract import contract
from vgg16_models.client.feature_service import FeatureServiceClient
from vgg16_models.client.photo_stream import MAX_IN_FLIGHT, MAX_RETRIES
from vgg16_models.client.security import Security
from vgg16_models.data.photos import Photo
from vgg16_models.errors import ModelsError

HEAD = "pets"


@pytest.fixture(autouse=True)
def short_backoff(monkeypatch):
    monkeypatch.setattr(photo_stream, "INITIAL_BACKOFF_SECONDS", 0.001)


class ScriptedService(grpc.GenericRpcHandler):
    """Each stream follows the next script: it responds to so many photos, then does what the script
    says; further streams follow the last script."""

    def __init__(self, *scripts):
        self.scripts = list(scripts)
        self.streams = 0

    def service(self, call):
        assert call.method.endswith("FeatureService/ClassifyStream")
        return grpc.stream_stream_rpc_method_handler(
            self._respond,
            contract().message("ClassifyStreamRequest").FromString,
            contract().message("ClassifyStreamResponse").SerializeToString,
        )

    def _respond(self, requests, context):
        remaining, then = self.scripts[min(self.streams, len(self.scripts) - 1)]
        self.streams += 1
        for request in requests:
            response = contract().message("ClassifyStreamResponse")(id=request.id)
            if remaining > 0:
                remaining -= 1
                response.response.heads.add(
                    head=HEAD, version=request.request.image.encoded.decode()
                )
            elif then == "overload":
                response.error.code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
                response.error.message = "overloaded"
            elif then == "overload once":
                then, remaining = "break", 1_000_000
                response.error.code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
            elif then == "end":
                return
            else:
                context.abort(grpc.StatusCode.UNAVAILABLE, "stopping")
            yield response


def _image(request):
    return request.request.image.encoded.decode()


@contextlib.contextmanager
def serving(*handlers):
    server = grpc.server(ThreadPoolExecutor(4), handlers=handlers)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield target
    finally:
        server.stop(None)


def classify(service, photos=3 * MAX_IN_FLIGHT):
    """Each photo with the response it got."""
    with serving(service) as target:
        responses = FeatureServiceClient(target).classify(
            ((number, str(number).encode()) for number in range(photos)), HEAD
        )
        return sorted((number, int(scored.version)) for number, scored in responses)


def all_of(photos=3 * MAX_IN_FLIGHT):
    return [(number, number) for number in range(photos)]


ALL = (1_000_000, "")


def test_every_photo_gets_its_response():
    service = ScriptedService(ALL)
    assert classify(service) == all_of()
    assert service.streams == 1


@pytest.mark.parametrize("then", ["break", "end"])
def test_photos_of_broken_streams_are_sent_again(then):
    """Also those that a stream had not read when it broke."""
    service = ScriptedService((40, then), (0, then), (0, then), (7, then), ALL)
    assert classify(service) == all_of()
    assert service.streams == 5


def test_rejected_photos_are_sent_again():
    assert classify(ScriptedService((5, "overload once"))) == all_of()


@pytest.mark.parametrize("then", ["break", "end", "overload"])
def test_retries_are_limited(then):
    service = ScriptedService((5, then))
    service.scripts.append((0, then))
    with pytest.raises(ModelsError, match=r"stopping|closes its streams|overloaded"):
        classify(service)
    assert service.streams <= MAX_RETRIES + 2


def test_rejections_and_broken_streams_count_together():
    service = ScriptedService(*[(0, "overload")], (0, "break"))
    with pytest.raises(ModelsError):
        classify(service)


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


def error_of(target, **more):
    with pytest.raises(ModelsError) as raised:
        FeatureServiceClient(target, **more).get_backbone()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_connection_refused():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{bound.getsockname()[1]}"
        # Without waiting for the deadline.
        message = error_of(target, timeout=600)
    assert message.startswith(f"no feature service responds at {target}: connection refused")


def test_deadline_exceeded():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        message = error_of(target, timeout=0.3)
    assert message == f"no feature service responds at {target}: is it the right address?"


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
    assert message.endswith("the server uses plaintext: remove --tls and the certificates")


@pytest.fixture
def proxy_requests(monkeypatch):
    """The requests to a proxy, which refuses them."""
    with listening(b"HTTP/1.1 403 Forbidden\r\n\r\n") as (target, read):
        for name in ("no_proxy", "no_grpc_proxy", "grpc_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", f"http://{target}")
        yield read


def test_no_proxy_for_this_machine(proxy_requests):
    with serving(ScriptedService(ALL)) as target:
        port = target.rpartition(":")[2]
        for here in (target, f"localhost:{port}", f"dns:///localhost:{port}"):
            responses = FeatureServiceClient(here).classify([("photo", b"1")], HEAD)
            assert [photo for photo, _ in responses] == ["photo"]
    assert proxy_requests == []


def test_the_proxy_is_named_in_the_error(proxy_requests):
    message = error_of("elsewhere.invalid:50051", timeout=60)
    assert proxy_requests[0].startswith(b"CONNECT elsewhere.invalid:50051 ")
    assert "the proxy refused the connection (through the proxy of http_proxy;" in message


def test_no_proxy_variable(proxy_requests, monkeypatch):
    monkeypatch.setenv("no_proxy", ".invalid")
    error_of("elsewhere.invalid:50051", timeout=60)
    assert proxy_requests == []


def test_a_photo_over_the_message_limit_is_named():
    class Limited(ScriptedService):
        def _respond(self, requests, context):
            next(requests)
            context.abort(
                grpc.StatusCode.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 1000: 2000"
            )

    photo = Photo(Path("large.jpg"), "cat", "0")
    with (
        serving(Limited(ALL)) as target,
        pytest.raises(ModelsError, match=r"^large.jpg has 2,000 bytes, more than the feature"),
    ):
        list(FeatureServiceClient(target).classify([(photo, bytes(2000))], HEAD))


def test_another_service():
    with (
        serving() as target,
        pytest.raises(ModelsError, match=f"^the server at {target} is not a feature service"),
    ):
        FeatureServiceClient(target).get_backbone()

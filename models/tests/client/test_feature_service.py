import contextlib
import socket
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from vgg16_models.client import feature_service as service
from vgg16_models.client.contract import contract
from vgg16_models.client.feature_service import ATTEMPTS, UNDER_WAY, FeatureService
from vgg16_models.client.security import Security
from vgg16_models.data.photos import Photo
from vgg16_models.errors import ModelsError

HEAD = "pets"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(service, "FIRST_PAUSE", 0.001)


class Planned(grpc.GenericRpcHandler):
    """Each stream goes by the next plan: answers so many photos, then does what it says; the last
    plan goes for all further streams."""

    def __init__(self, *plans):
        self.plans = list(plans)
        self.streams = 0

    def service(self, call):
        assert call.method.endswith("FeatureService/ClassifyStream")
        return grpc.stream_stream_rpc_method_handler(
            self._answers,
            contract().message("ClassifyStreamRequest").FromString,
            contract().message("ClassifyStreamResponse").SerializeToString,
        )

    def _answers(self, requests, context):
        answered, then = self.plans[min(self.streams, len(self.plans) - 1)]
        self.streams += 1
        for request in requests:
            answer = contract().message("ClassifyStreamResponse")(id=request.id)
            if answered > 0:
                answered -= 1
                answer.response.heads.add(head=HEAD, version=request.request.image.encoded.decode())
            elif then == "refuse":
                answer.error.code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
                answer.error.message = "no place"
            elif then == "refuse one":
                then, answered = "break", 1_000_000
                answer.error.code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
            elif then == "end":
                return
            else:
                context.abort(grpc.StatusCode.UNAVAILABLE, "stopping")
            yield answer


@contextlib.contextmanager
def serving(*handlers):
    server = grpc.server(ThreadPoolExecutor(4), handlers=handlers)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield target
    finally:
        server.stop(None)


def classify(planned, photos=3 * UNDER_WAY):
    """The photos that have an answer, each with the one it got."""
    with serving(planned) as target:
        answers = FeatureService(target).classify(
            ((number, str(number).encode()) for number in range(photos)), HEAD
        )
        return sorted((number, int(scored.version)) for number, scored in answers)


def all_of(photos=3 * UNDER_WAY):
    return [(number, number) for number in range(photos)]


ALL = (1_000_000, "")


def test_every_photo_gets_its_answer():
    planned = Planned(ALL)
    assert classify(planned) == all_of()
    assert planned.streams == 1


@pytest.mark.parametrize("then", ["break", "end"])
def test_sends_again_what_broken_streams_left(then):
    """Also what a stream had not even taken when it broke."""
    planned = Planned((40, then), (0, then), (0, then), (7, then), ALL)
    assert classify(planned) == all_of()
    assert planned.streams == 5


def test_sends_again_what_there_was_no_place_for():
    assert classify(Planned((5, "refuse one"))) == all_of()


@pytest.mark.parametrize("then", ["break", "end", "refuse"])
def test_gives_up_when_nothing_is_answered(then):
    planned = Planned((5, then))
    planned.plans.append((0, then))
    with pytest.raises(ModelsError, match=r"stopping|ends its streams|no place"):
        classify(planned)
    assert planned.streams <= ATTEMPTS + 2


def test_refusals_and_breaks_count_together():
    planned = Planned(*[(0, "refuse")], (0, "break"))
    with pytest.raises(ModelsError):
        classify(planned)


@contextlib.contextmanager
def listening(answer):
    """A server that writes these bytes to whoever connects; what it read comes into a list."""
    read = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            read.append(self.request.recv(4096))
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", read
        server.shutdown()


def refusal(target, **more):
    with pytest.raises(ModelsError) as refused:
        FeatureService(target, **more).backbone()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_says_that_nothing_listens():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{bound.getsockname()[1]}"
        # It does not wait for one either: the timeout is none of the test's.
        said = refusal(target, timeout=600)
    assert said.startswith(f"no feature service answers at {target}: nothing listens there")


def test_says_that_nothing_answers():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        said = refusal(target, timeout=0.3)
    assert said == f"no feature service answers at {target}: is it the right address?"


def test_says_that_a_port_is_no_grpc_servers():
    page = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listening(page) as (target, _):
        said = refusal(target, timeout=60)
    assert said.endswith("no gRPC server, perhaps metrics: the usual port is 50051")


def test_says_that_a_host_is_not_known():
    said = refusal("nowhere.invalid:50051", timeout=60)
    assert said.endswith("there is no host of that name")


def test_says_that_it_speaks_tls_to_plaintext():
    with serving() as target:
        said = refusal(target, security=Security(tls=True), timeout=60)
    assert said.endswith("it speaks plaintext: leave out --tls and the certificates")


@pytest.fixture
def through_a_proxy(monkeypatch):
    """A proxy that refuses, and what was asked of it."""
    with listening(b"HTTP/1.1 403 Forbidden\r\n\r\n") as (target, read):
        for name in ("no_proxy", "no_grpc_proxy", "grpc_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", f"http://{target}")
        yield read


def test_this_machine_is_reached_without_a_proxy(through_a_proxy):
    with serving(Planned(ALL)) as target:
        port = target.rpartition(":")[2]
        for here in (target, f"localhost:{port}", f"dns:///localhost:{port}"):
            answers = FeatureService(here).classify([("photo", b"1")], HEAD)
            assert [photo for photo, _ in answers] == ["photo"]
    assert through_a_proxy == []


def test_others_are_reached_by_the_proxy_and_that_is_told(through_a_proxy):
    said = refusal("elsewhere.invalid:50051", timeout=60)
    assert through_a_proxy[0].startswith(b"CONNECT elsewhere.invalid:50051 ")
    assert "the proxy refuses (by the proxy of http_proxy; no_proxy lists" in said


def test_no_proxy_is_heeded(through_a_proxy, monkeypatch):
    monkeypatch.setenv("no_proxy", ".invalid")
    refusal("elsewhere.invalid:50051", timeout=60)
    assert through_a_proxy == []


def test_a_photo_that_is_more_than_the_service_takes_is_named():
    class Limited(Planned):
        def _answers(self, requests, context):
            next(requests)
            context.abort(
                grpc.StatusCode.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 1000: 2000"
            )

    photo = Photo(Path("large.jpg"), "cat", "0")
    with (
        serving(Limited(ALL)) as target,
        pytest.raises(ModelsError, match=r"^large.jpg, 2,000 bytes, is more than the feature"),
    ):
        list(FeatureService(target).classify([(photo, bytes(2000))], HEAD))


def test_says_that_another_service_answers():
    with (
        serving() as target,
        pytest.raises(ModelsError, match=f"^what answers at {target} is no feature service"),
    ):
        FeatureService(target).backbone()

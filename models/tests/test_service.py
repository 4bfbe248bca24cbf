import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from vgg16_models import service
from vgg16_models.contract import contract
from vgg16_models.errors import ModelsError
from vgg16_models.service import ATTEMPTS, UNDER_WAY, FeatureService

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


def test_says_that_nothing_answers():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(ModelsError, match=f"^no feature service answers at {target}"):
            FeatureService(target, timeout=0.3).backbone()


def test_says_that_another_service_answers():
    with (
        serving() as target,
        pytest.raises(ModelsError, match=f"^what answers at {target} is no feature service"),
    ):
        FeatureService(target).backbone()

import socket
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from vgg16_models.contract import contract
from vgg16_models.errors import ModelsError
from vgg16_models.service import FeatureService


class Busy(grpc.GenericRpcHandler):
    """Has no place for a photo that it sees for the first time."""

    def __init__(self):
        self.seen = []

    def service(self, call):
        assert call.method.endswith("FeatureService/ClassifyStream")
        messages = contract()
        return grpc.stream_stream_rpc_method_handler(
            self._answer,
            messages.message("ClassifyStreamRequest").FromString,
            messages.message("ClassifyStreamResponse").SerializeToString,
        )

    def _answer(self, requests, _):
        for request in requests:
            photo = request.request.image.encoded
            answer = contract().message("ClassifyStreamResponse")(id=request.id)
            if photo in self.seen:
                answer.response.heads.add(head="pets", version="1")
            else:
                answer.error.code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
            self.seen.append(photo)
            yield answer


def test_says_that_nothing_answers():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(ModelsError, match=f"^no feature service answers at {target}"):
            FeatureService(target, timeout=0.3).backbone()


def test_says_that_another_service_answers():
    server = grpc.server(ThreadPoolExecutor(1))
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        with pytest.raises(ModelsError, match=f"^what answers at {target} is no feature service"):
            FeatureService(target).backbone()
    finally:
        server.stop(None)


def test_sends_again_what_there_was_no_place_for():
    busy = Busy()
    server = grpc.server(ThreadPoolExecutor(1), handlers=[busy])
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        photos = [("a", b"photo a"), ("b", b"photo b")]
        answers = list(FeatureService(target).classify(photos, "pets"))
    finally:
        server.stop(None)
    assert sorted((photo, scored.head) for photo, scored in answers) == [
        ("a", "pets"),
        ("b", "pets"),
    ]
    assert sorted(busy.seen) == [b"photo a", b"photo a", b"photo b", b"photo b"]

import numpy as np
import pytest
from fake_service import SHAPE, FakeService, bad_request, overloaded, serving
from vgg16_client import (
    Backbone,
    Client,
    ConfigurationError,
    Drift,
    FailedPreconditionError,
    ImageError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    Security,
    ServiceError,
    UnauthenticatedError,
)
from vgg16_client.answers import classification
from vgg16_client.contract.feature_service_pb2 import ClassifyRequest, ClassifyResponse
from vgg16_client.contract.scores_pb2 import HeadScores
from vgg16_client.contract.status_pb2 import Status


def test_an_image_file_is_sent_as_it_is(tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"cat")
    service = FakeService()
    with serving(service) as target, Client(target) as client:
        for image in (file, str(file), b"cat", bytearray(b"cat"), memoryview(b"cat")):
            assert client.classify(image).label == "cat"
    assert [request.image.encoded for request in service.requests] == [b"cat"] * 5


def test_the_options_are_in_the_request():
    service = FakeService()
    with serving(service) as target, Client(target) as client:
        client.classify(b"cat", heads=["pets", "birds@2"], top_k=3, explain="dog", novelty=True)
        client.classify(b"cat", routing_key="ann")
        client.classify(b"cat", heads="pets", explain=True)
        client.classify(b"cat")
    every, keyed, one, none = service.requests
    assert list(every.heads) == ["pets", "birds@2"]
    assert (every.top_k, every.explain.label, every.novelty) == (3, "dog", True)
    assert keyed.routing_key == "ann"
    assert (list(one.heads), one.HasField("explain"), one.explain.label) == (["pets"], True, "")
    none.ClearField("image")
    assert none == ClassifyRequest()


@pytest.mark.parametrize("options", [{"top_k": -1}, {"top_k": 2**32}, {"topk": 1}])
def test_an_option_out_of_range_is_refused(options):
    with Client() as client, pytest.raises(ConfigurationError, match=r"top_?k"):
        client.classify(b"cat", **options)


def test_the_result_has_what_the_service_answered():
    with serving(FakeService()) as target, Client(target) as client:
        answer = client.classify(b"cat")
    assert (answer.label, answer.score) == ("cat", 0.75)
    assert (answer.heads[0].head, answer.heads[0].version) == ("pets", "2")
    assert (answer.timing.decode_us, answer.timing.cached) == (7, True)
    assert answer.heads[0].heat_map is None


def test_a_feature_map_has_the_backbones_shape():
    with serving(FakeService()) as target, Client(target) as client:
        answer = client.extract(np.float32([1, 2]).tobytes())
    assert answer.values.shape == SHAPE
    assert answer.values.ravel()[:3].tolist() == [1, 2, 0]
    assert answer.backbone == "fake-1"


def test_what_is_known_of_the_backbone_and_the_heads():
    with serving(FakeService()) as target, Client(target, head_target=target) as client:
        backbone, heads = client.backbone(), client.heads()
    assert isinstance(backbone, Backbone)
    assert (backbone.input_shape, backbone.layers[0].output_shape) == ((4, 4, 3), (4, 4, 8))
    assert (heads.default, heads.heads[0].labels) == ("pets", ("cat", "dog"))
    assert heads.heads[0].drift == Drift(maps=9, novel_maps=0, distance=None)


def test_a_head_of_several_labels_has_those_above_their_thresholds():
    scores = HeadScores(head="scenes", version="1")
    for index, (label, score, threshold) in enumerate(
        (("cat", 0.9, 0.5), ("indoor", 0.4, 0.3), ("dog", 0.35, 0.6))
    ):
        scores.scores.add(label=label, index=index, score=score, threshold=threshold)
    (head,) = classification(ClassifyResponse(heads=[scores])).heads
    assert head.labels == ("cat", "indoor")
    assert head.best.threshold == 0.5


def test_the_head_service_of_another_machine_must_be_named():
    with Client("features:50051") as client, pytest.raises(ConfigurationError, match="head_target"):
        client.heads()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (5, NotFoundError),
        (7, PermissionDeniedError),
        (9, FailedPreconditionError),
        (13, InternalError),
        (15, ServiceError),
        (16, UnauthenticatedError),
    ],
)
def test_each_kind_of_failure_has_its_class(code, kind):
    service = FakeService(failure=Status(code=code, message="no\nsuch thing"))
    with serving(service) as target, Client(target) as client, pytest.raises(kind) as raised:
        client.classify(b"cat")
    assert type(raised.value) is kind
    assert str(raised.value) == "no such thing"


def test_the_field_at_fault_is_named():
    service = FakeService(failure=bad_request("image.encoded", "is empty"))
    with (
        serving(service) as target,
        Client(target) as client,
        pytest.raises(InvalidArgumentError) as raised,
    ):
        client.classify(b"")
    assert raised.value.field == "image.encoded"
    assert str(raised.value) == "image.encoded: is empty"


def test_the_time_of_a_retry_is_told():
    service = FakeService(failure=overloaded(retry_after=0.25))
    with (
        serving(service) as target,
        Client(target) as client,
        pytest.raises(OverloadedError, match="queue is full") as raised,
    ):
        client.classify(b"cat")
    assert raised.value.retry_after == 0.25


def test_the_token_is_sent_with_each_call(tmp_path):
    service = FakeService()
    file = tmp_path / "token"
    file.write_text("caller-0123\n")
    for security in (Security(token="caller-0123"), Security(token_file=file)):
        with serving(service) as target, Client(target, security=security) as client:
            list(client.classify_stream([b"cat"]))
    assert {m["authorization"] for m in service.metadata} == {"Bearer caller-0123"}


def test_a_client_by_the_environment(monkeypatch):
    with serving(FakeService()) as target:
        monkeypatch.setenv("VGG16_TARGET", target)
        with Client.from_environment() as client:
            assert client.classify(b"cat").label == "cat"


def test_a_folder_is_no_image(tmp_path):
    with Client() as client, pytest.raises(ImageError, match="is a folder: use classify_many"):
        client.classify(tmp_path)


@pytest.mark.parametrize("arguments", [{"timeout": 0}, {"timeout": float("nan")}, {"in_flight": 0}])
def test_a_limit_out_of_range_is_refused(arguments):
    (name,) = arguments
    with pytest.raises(ConfigurationError, match=name):
        Client(**arguments)

"""Streams over gRPC, to a service that breaks them."""

from dataclasses import replace

import grpc
import pytest
from fake_service import (
    FakeService,
    Gate,
    answer_all,
    answer_to,
    bad_request,
    error_to,
    fail,
    overloaded,
    serving,
)
from vgg16_client import (
    Client,
    ConfigurationError,
    DeadlineExceededError,
    ImageError,
    InvalidArgumentError,
    PermissionDeniedError,
    UnavailableError,
)
from vgg16_client.contract.status_pb2 import Status

COUNT = 50
IMAGES = [str(number).encode() for number in range(COUNT)]


def quick(target, **arguments):
    """A client that does not pause between attempts."""
    client = Client(target, **arguments)
    client._limits = replace(client._limits, first_pause=0)
    return client


def breaks_after(count, code=grpc.StatusCode.UNAVAILABLE):
    def script(requests, context):
        for _, request in zip(range(count), requests, strict=False):
            yield answer_to(request)
        next(requests, None)
        context.abort(code, "stopping")

    return script


def ends_after(count):
    def script(requests, context):
        for _, request in zip(range(count), requests, strict=False):
            yield answer_to(request)

    return script


def labels(service, images=IMAGES, **options):
    with serving(service) as target, quick(target) as client:
        return [answer.label for answer in client.classify_many(images, **options)]


def test_each_image_gets_its_answer_in_the_order_of_the_images():
    service = FakeService()
    assert labels(service) == [str(number) for number in range(COUNT)]
    assert service.streams == 1


@pytest.mark.parametrize("stops", [breaks_after, ends_after])
def test_images_without_an_answer_are_sent_again(stops):
    service = FakeService(scripts=[stops(20), stops(1), stops(7)])
    assert labels(service) == [str(number) for number in range(COUNT)]
    assert service.streams == 4


def test_refused_images_are_sent_again():
    def refuse_some(requests, context):
        refused = set()
        for request in requests:
            if int(request.id) % 3 == 0 and request.id not in refused:
                refused.add(request.id)
                yield error_to(request, overloaded())
            else:
                yield answer_to(request)

    assert labels(FakeService(scripts=[refuse_some])) == [str(n) for n in range(COUNT)]


def test_attempts_without_an_answer_are_limited():
    service = FakeService(scripts=[breaks_after(3)] + [breaks_after(0)] * 100)
    with pytest.raises(UnavailableError, match="stopping"):
        labels(service)
    assert service.streams == 9


def test_a_stream_that_may_not_be_opened_fails_at_once():
    def forbid(requests, context):
        fail(context, Status(code=7, message="this caller may not stream"))
        yield

    service = FakeService(scripts=[forbid])
    with pytest.raises(PermissionDeniedError, match="this caller"):
        labels(service)
    assert service.streams == 1


def test_a_missing_service_fails_at_once():
    with serving() as target:
        pass
    with Client(target, timeout=600) as client, pytest.raises(UnavailableError, match="refused"):
        client.classify_many(IMAGES)


def test_so_many_and_no_more_are_in_flight():
    taken = []
    gate = Gate()

    def hold(requests, context):
        for _, request in zip(range(4), requests, strict=False):
            taken.append(request)
        gate.open()
        yield from map(answer_to, taken)
        yield from answer_all(requests, context)

    def images():
        for image in IMAGES:
            read.append(image)
            yield image

    read = []
    with serving(FakeService(scripts=[hold])) as target, quick(target) as client:
        results = client.classify_stream(images(), in_flight=4)
        first = next(results)
        gate.wait()
        assert (first.index, len(read)) == (0, 4)
        assert len(list(results)) == COUNT - 1


def one_bad(requests, context):
    for request in requests:
        bad = request.id == "1"
        yield error_to(request, bad_request("image", "is bad")) if bad else answer_to(request)


def test_an_image_that_fails_raises():
    with pytest.raises(InvalidArgumentError, match="image: is bad"):
        labels(FakeService(scripts=[one_bad]))


def test_an_image_that_fails_can_be_a_value(tmp_path):
    images = [b"cat", b"bad", tmp_path / "none.jpg", b"dog"]
    with serving(FakeService(scripts=[one_bad])) as target, Client(target) as client:
        photos = client.classify_many(images, errors="return")
    assert [type(item.error) for item in photos.items] == [
        type(None),
        InvalidArgumentError,
        ImageError,
        type(None),
    ]
    assert [item.index for item in photos.failed] == [1, 2]
    assert photos[3].label == "dog"
    with pytest.raises(InvalidArgumentError):
        list(photos)


def test_a_file_over_the_message_limit_is_not_sent(tmp_path):
    """The server's gRPC would end the stream for all."""
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes((1 << 20) + 1001))
    with serving(FakeService()) as target, Client(target) as client:
        photos = client.classify_many([large, large.read_bytes(), b"cat"], errors="return")
    for item in photos.items[:2]:
        assert str(item.error) == ("image.encoded: has 1,049,577 bytes; at most 1,000 are allowed")
        assert item.error.field == "image.encoded"
    assert photos[2].label == "cat"


def test_progress_is_told_for_each_image():
    told = []
    labels(FakeService(), IMAGES[:3], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    told.clear()
    labels(FakeService(), iter(IMAGES[:2]), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, None), (2, None)]


def test_a_silent_service_fails_each_image_at_its_timeout():
    gate = Gate()

    def silent(requests, context):
        context.add_callback(gate.open)
        gate.wait()
        yield

    with serving(FakeService(scripts=[silent])) as target, quick(target) as client:
        (item,) = client.classify_many([b"cat"], timeout=0.05, errors="return").items
        assert isinstance(item.error, DeadlineExceededError)
        gate.wait()


def test_feature_maps_of_many():
    with serving(FakeService(scripts=[ends_after(1)])) as target, quick(target) as client:
        maps = client.extract_many([b"0123", b"4567"])
    assert maps.to_numpy().shape == (2, 2, 2, 4)
    assert maps[1].values.tobytes()[:4] == b"4567"


def test_results_that_nobody_wants_end_the_stream():
    ended = Gate()

    def until_cancelled(requests, context):
        context.add_callback(ended.open)
        yield from answer_all(requests, context)

    with serving(FakeService(scripts=[until_cancelled])) as target, Client(target) as client:
        results = client.classify_stream(IMAGES)
        next(results)
        results.close()
        ended.wait()


@pytest.mark.parametrize("options", [{"errors": "ignore"}, {"in_flight": 0}, {"flight": 1}])
def test_an_option_out_of_range_is_refused(options):
    (name,) = options
    with Client() as client, pytest.raises(ConfigurationError, match=name):
        client.classify_many(IMAGES, **options)

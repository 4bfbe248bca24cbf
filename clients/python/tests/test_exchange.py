"""Streams by a clock of the test's own."""

import pytest
from fake_service import answer_to, bad_request, error_to, overloaded
from vgg16_client import DeadlineExceededError, InvalidArgumentError, OverloadedError
from vgg16_client.contract.feature_service_pb2 import ClassifyRequest
from vgg16_client.errors import ImageError, PermissionDeniedError, UnavailableError
from vgg16_client.exchange import Exchange, Limits
from vgg16_client.methods import Classify
from vgg16_client.results import Backbone

BACKBONE = Backbone("", "", "tf", "", (4, 4, 3), (2, 2, 4), 0, (), "fp32", "cpu", "cpu", 1000, 8)
LIMITS = Limits(in_flight=2, timeout=30, attempts=3, first_pause=1)
STOPPING = UnavailableError("stopping", "UNAVAILABLE")


def exchange_of(*images, limits=LIMITS):
    return Exchange(iter(images), Classify(ClassifyRequest()), BACKBONE, limits)


def request_of(exchange, now=0.0):
    sent = exchange.next(lambda: now)
    return None if sent is None else exchange.request(sent)


def label(item):
    return item.value.label


def test_only_so_many_are_in_flight():
    exchange = exchange_of(b"0", b"1", b"2")
    first, second = request_of(exchange), request_of(exchange)
    assert request_of(exchange) is None
    assert label(exchange.answered(answer_to(second), 0)) == "1"
    third = request_of(exchange)
    assert third.id == "2"
    assert label(exchange.answered(answer_to(first), 0)) == "0"
    assert request_of(exchange) is None
    assert not exchange.is_done
    exchange.answered(answer_to(third), 0)
    assert exchange.is_done


def test_images_are_read_only_when_they_are_sent():
    read = []
    exchange = Exchange(
        (read.append(n) or b"x" for n in range(5)), Classify(ClassifyRequest()), BACKBONE, LIMITS
    )
    while request_of(exchange) is not None:
        pass
    assert read == [0, 1]


def test_the_time_of_an_image_starts_when_it_is_there():
    now = [0.0]

    def images():
        now[0] = 40.0
        yield b"0"

    exchange = Exchange(images(), Classify(ClassifyRequest()), BACKBONE, LIMITS)
    assert exchange.next(lambda: now[0]).since == 40
    assert exchange.wait(40) == 30


def test_what_had_no_answer_is_sent_again_first_and_in_its_order():
    exchange = exchange_of(b"0", b"1", b"2")
    request_of(exchange)
    request_of(exchange)
    exchange.broken(STOPPING, now=5)
    assert request_of(exchange, now=5.5) is None, "the pause is not over"
    assert exchange.wait(5.5) == 0.5
    assert [request_of(exchange, now=6).id for _ in range(2)] == ["0", "1"]


def test_pauses_double_and_an_answer_ends_the_count():
    exchange = exchange_of(b"0", b"1")
    now = 0.0
    for pause in (1, 2, 4):
        request = request_of(exchange, now)
        exchange.broken(STOPPING, now)
        assert exchange.wait(now) == pause
        now += pause
    request = request_of(exchange, now)
    exchange.answered(answer_to(request), now)
    exchange.broken(STOPPING, now)
    assert exchange.wait(now) == 1


def test_after_the_last_attempt_the_streams_error_is_raised():
    exchange = exchange_of(b"0")
    for now in (0, 10, 20):
        request_of(exchange, now)
        exchange.broken(STOPPING, now)
    with pytest.raises(UnavailableError, match="stopping"):
        exchange.broken(STOPPING, 30)


def test_an_error_that_another_stream_would_have_too_is_raised_at_once():
    exchange = exchange_of(b"0")
    request_of(exchange)
    with pytest.raises(PermissionDeniedError):
        exchange.broken(PermissionDeniedError("no", "PERMISSION_DENIED"), 0)


def test_a_refused_image_is_sent_again_after_the_pause_that_the_service_names():
    exchange = exchange_of(b"0")
    request = request_of(exchange)
    assert exchange.answered(error_to(request, overloaded(retry_after=0.5)), 2) is None
    assert request_of(exchange, now=2.9) is None, "at least the first pause"
    request = request_of(exchange, now=3)
    exchange.answered(error_to(request, overloaded(retry_after=0.9)), 3)
    assert exchange.wait(3) == 1
    assert label(exchange.answered(answer_to(request_of(exchange, now=4)), 4)) == "0"


def test_a_refused_image_fails_at_its_timeout():
    exchange = exchange_of(b"0")
    request = request_of(exchange)
    item = exchange.answered(error_to(request, overloaded()), 30)
    assert isinstance(item.error, OverloadedError)
    assert exchange.next(lambda: 30) is None
    assert exchange.is_done


def test_an_image_that_waits_too_long_fails_alone():
    exchange = exchange_of(b"0", b"1")
    request_of(exchange, now=0)
    second = request_of(exchange, now=10)
    assert exchange.wait(10) == 20
    exchange.answered(answer_to(second), 15)
    items, error = exchange.expired(30)
    assert [(item.index, type(item.error)) for item in items] == [(0, DeadlineExceededError)]
    assert str(items[0].error) == "no answer within 30 s"
    assert error is None, "the stream has answered meanwhile"


def test_a_silent_stream_is_given_up():
    exchange = exchange_of(b"0", b"1")
    request_of(exchange, now=0)
    request_of(exchange, now=10)
    items, error = exchange.expired(30)
    assert [item.index for item in items] == [0]
    exchange.broken(error, 30)
    assert request_of(exchange, now=31).id == "1"


def test_a_late_answer_is_dropped():
    exchange = exchange_of(b"0")
    request = request_of(exchange)
    exchange.expired(30)
    assert exchange.answered(answer_to(request), 31) is None


def test_the_error_of_one_image_is_its_result():
    exchange = exchange_of(b"0")
    item = exchange.answered(error_to(request_of(exchange), bad_request("image", "is bad")), 0)
    assert isinstance(item.error, InvalidArgumentError)
    assert item.error.field == "image"
    with pytest.raises(InvalidArgumentError):
        _ = item.value


def test_an_image_that_cannot_be_read_is_not_sent(tmp_path):
    exchange = exchange_of(tmp_path / "none.jpg")
    sent = exchange.next(lambda: 0)
    error = exchange.request(sent)
    assert isinstance(error, ImageError)
    item = exchange.unsendable(sent, error)
    assert (item.index, item.source) == (0, str(tmp_path / "none.jpg"))
    assert exchange.next(lambda: 0) is None
    assert exchange.is_done

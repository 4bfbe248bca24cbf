"""Images that come slowly: results are handed out before the next image is asked for."""

import asyncio
import threading

import pytest
from fake_service import FakeService, answer_to, serving
from test_exchange import BACKBONE
from vgg16_client import Client, DeadlineExceededError
from vgg16_client.async_stream import AsyncStreamRun
from vgg16_client.contract.feature_service_pb2 import ClassifyRequest
from vgg16_client.exchange import Exchange, Limits
from vgg16_client.methods import Classify
from vgg16_client.stream import StreamRun

COUNT = 8
WIDE = Limits(in_flight=16, timeout=30, first_pause=0)


class Call:
    """A stream that answers at once. `taken` is released when the client has put away an answer."""

    def __init__(self, requests, taken, held=0):
        self._requests = requests
        self._taken = taken
        self._held = held

    def __iter__(self):
        first = [next(self._requests) for _ in range(self._held)]
        for request in first:
            yield answer_to(request)
            self._taken.release()
        for request in self._requests:
            yield answer_to(request)
            self._taken.release()

    async def __aiter__(self):
        async for request in self._requests:
            yield answer_to(request)
            self._taken.release()

    def cancel(self):
        pass


@pytest.fixture
def taken():
    return threading.Semaphore(0)


def acquire(taken):
    assert taken.acquire(timeout=60)


def exchange_from(images, kind=Exchange):
    return kind(images, Classify(ClassifyRequest()), BACKBONE, WIDE)


def test_results_do_not_wait_for_more_images(taken):
    results = []
    seen = []

    def images():
        for number in range(COUNT):
            yield b"%d" % number
            acquire(taken)
            seen.append(len(results))

    exchange = exchange_from(images())
    for item in StreamRun("host:1", lambda requests: Call(requests, taken), exchange):
        results.append(item)
    assert all(count >= number for number, count in enumerate(seen)), seen
    assert len(results) == COUNT


def test_results_of_asyncio_do_not_wait_for_more_images(taken):
    results = []
    seen = []

    class SlowReading(Exchange):
        def request(self, sent):
            """Runs beside the event loop."""
            if sent.index > 0:
                acquire(taken)
            return super().request(sent)

    def images():
        for number in range(COUNT):
            seen.append(len(results))
            yield b"%d" % number

    async def main():
        exchange = exchange_from(images(), SlowReading)
        run = AsyncStreamRun("host:1", lambda requests: Call(requests, taken), exchange)
        async for item in run.results():
            results.append(item)

    asyncio.run(main())
    assert all(count >= number - 1 for number, count in enumerate(seen)), seen
    assert len(results) == COUNT


def test_results_that_have_piled_up_become_fewer(taken):
    """After a service that was slow for a while."""
    held = 4
    results = []
    seen = []

    def images():
        for number in range(held):
            yield b"%d" % number
        for _ in range(held):
            acquire(taken)
        for number in range(COUNT):
            yield b"%d" % number
            acquire(taken)
            seen.append(len(results))

    exchange = exchange_from(images())
    for item in StreamRun("host:1", lambda requests: Call(requests, taken, held), exchange):
        results.append(item)
    assert seen[-1] >= held + COUNT - 1, seen


class Unanswered:
    """A stream that gives no answer until it is cancelled."""

    def __init__(self, _):
        self._cancelled = threading.Event()

    def __iter__(self):
        self._cancelled.wait(60)
        yield from ()

    async def __aiter__(self):
        await asyncio.to_thread(self._cancelled.wait, 60)
        for answer in ():
            yield answer

    def cancel(self):
        self._cancelled.set()


class Timed:
    """Images of which each takes 20 seconds, by a clock of their own."""

    def __init__(self):
        self.now = 0.0

    def clock(self):
        return self.now

    def __iter__(self):
        while True:
            self.now += 20
            yield b"x"


def check_late(item, images):
    assert item.index == 0
    assert isinstance(item.error, DeadlineExceededError)
    assert images.now == 60, "the first was sent at 20 and may take 30"


def test_an_image_that_waits_too_long_fails_before_more_are_sent():
    images = Timed()
    run = iter(StreamRun("host:1", Unanswered, exchange_from(iter(images)), images.clock))
    check_late(next(run), images)
    run.close()


def test_an_image_of_asyncio_that_waits_too_long_fails_before_more_are_sent():
    async def main():
        images = Timed()
        exchange = exchange_from(iter(images))
        run = AsyncStreamRun("host:1", Unanswered, exchange, images.clock).results()
        check_late(await anext(run), images)
        await run.aclose()

    asyncio.run(main())


def test_an_image_can_depend_on_the_result_of_the_one_before():
    results = [None]

    def images():
        for number in range(COUNT):
            assert len(results) == number + 1
            yield b"%d" % number

    with serving(FakeService()) as target, Client(target) as client:
        for item in client.classify_stream(images(), in_flight=1):
            results.append(item)
    assert len(results) == COUNT + 1

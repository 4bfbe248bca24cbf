"""The client for asyncio, to the same service; what both share is tested with the other one."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from fake_service import FakeService, Gate, answer_all, bad_request, serving
from test_stream import COUNT, IMAGES, breaks_after, ends_after, one_bad
from vgg16_client import (
    AsyncClient,
    ConfigurationError,
    DeadlineExceededError,
    ImageError,
    InvalidArgumentError,
    UnavailableError,
)


def run(service, use, **arguments):
    """The result of `use`, a coroutine function of a client."""

    async def main(target):
        async with AsyncClient(target, head_target=target, **arguments) as client:
            client._limits = replace(client._limits, first_pause=0)
            return await use(client)

    with serving(service) as target:
        return asyncio.run(main(target))


def test_one_image(tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"cat")

    async def use(client):
        return [(await client.classify(image, top_k=1)).label for image in (file, b"dog")]

    service = FakeService()
    assert run(service, use) == ["cat", "dog"]
    assert [request.top_k for request in service.requests] == [1, 1]


def test_pixels_and_feature_maps():
    async def use(client):
        label = (await client.classify(np.zeros((9, 7, 3), np.uint8))).label
        return label, (await client.extract(b"0123")).values.shape

    assert run(FakeService(), use) == ("pixels", (2, 2, 4))


def test_backbone_and_heads():
    async def use(client):
        return (await client.backbone()).name, (await client.heads()).default

    assert run(FakeService(), use) == ("fake", "pets")


def test_an_error_has_its_class_and_field():
    async def use(client):
        await client.classify(b"")

    service = FakeService(failure=bad_request("image.encoded", "is empty"))
    with pytest.raises(InvalidArgumentError, match="is empty") as raised:
        run(service, use)
    assert raised.value.field == "image.encoded"


@pytest.mark.parametrize("stops", [breaks_after, ends_after])
def test_images_without_an_answer_are_sent_again(stops):
    async def use(client):
        return [answer.label for answer in await client.classify_many(IMAGES)]

    service = FakeService(scripts=[stops(20), stops(1), stops(7)])
    assert run(service, use) == [str(number) for number in range(COUNT)]
    assert service.streams == 4


def test_attempts_are_limited():
    async def use(client):
        await client.classify_many(IMAGES)

    service = FakeService(scripts=[breaks_after(0)] * 100)
    # gRPC loses the status of a stream that ends while a request is being written.
    with pytest.raises(UnavailableError, match=r"stopping|ends its streams"):
        run(service, use)
    assert service.streams == 9


def test_an_image_that_fails_is_a_value_or_raises(tmp_path):
    images = [b"cat", b"bad", tmp_path / "none.jpg"]

    async def use(client, **options):
        return await client.classify_many(images, **options)

    found = run(FakeService(scripts=[one_bad]), lambda client: use(client, errors="return"))
    assert [type(item.error) for item in found.failed] == [InvalidArgumentError, ImageError]
    with pytest.raises((InvalidArgumentError, ImageError)):
        run(FakeService(scripts=[one_bad]), use)


def test_feature_maps_of_many():
    async def use(client):
        return await client.extract_many([b"0123", b"4567"])

    maps = run(FakeService(scripts=[ends_after(1)]), use)
    assert maps.to_numpy().shape == (2, 2, 2, 4)
    assert maps[1].values.tobytes()[:4] == b"4567"


def test_a_silent_service_fails_each_image_at_its_timeout():
    gate = Gate()

    def silent(requests, context):
        context.add_callback(gate.open)
        gate.wait()
        yield

    async def use(client):
        return await client.classify_many([b"cat"], timeout=0.05, errors="return")

    (item,) = run(FakeService(scripts=[silent]), use).items
    assert isinstance(item.error, DeadlineExceededError)


def test_results_that_nobody_wants_end_the_stream():
    ended = Gate()

    def until_cancelled(requests, context):
        context.add_callback(ended.open)
        yield from answer_all(requests, context)

    async def use(client):
        results = client.classify_stream(IMAGES)
        await anext(results)
        await results.aclose()
        await asyncio.to_thread(ended.wait)

    run(FakeService(scripts=[until_cancelled]), use)


def test_progress_is_told():
    told = []

    async def use(client):
        progress = lambda done, total: told.append((done, total))  # noqa: E731
        await client.classify_many(IMAGES[:2], progress=progress)

    run(FakeService(), use)
    assert told == [(1, 2), (2, 2)]


def test_an_option_out_of_range_is_refused():
    async def use(client):
        await client.classify_many(IMAGES, in_flight=0)

    with pytest.raises(ConfigurationError, match="in_flight"):
        run(FakeService(), use)

"""What calls get when their client is closed, while they run and afterwards."""

import asyncio
import threading

import pytest
from fake_service import FakeService, Gate, serving
from test_exchange import exchange_of
from vgg16_client import AsyncClient, CallCancelledError, Client, ImageError, InternalError
from vgg16_client.async_stream import AsyncStreamRun
from vgg16_client.stream import StreamRun


class Silent(FakeService):
    """Answers nothing until its calls end."""

    def __init__(self):
        super().__init__(scripts=[self.hold])
        self.called, self.released = Gate(), Gate()

    def hold(self, requests, context):
        context.add_callback(self.released.open)
        next(requests)
        self.called.open()
        self.released.wait()
        yield

    def _Classify(self, request):  # noqa: N802
        self.called.open()
        self.released.wait()
        return super()._Classify(request)


async def label(client):
    return (await client.classify(b"cat")).label


async def labels(client):
    return [item.value.label async for item in client.classify_stream([b"cat"])]


BLOCKING = [lambda c: c.classify(b"cat"), lambda c: list(c.classify_stream([b"cat"]))]


@pytest.mark.parametrize("call", BLOCKING, ids=["call", "stream"])
def test_a_running_call_ends(call):
    service = Silent()
    with serving(service) as target, Client(target, timeout=60) as client:

        def close():
            service.called.wait()
            client.close()
            service.released.open()

        closing = threading.Thread(target=close)
        closing.start()
        with pytest.raises(CallCancelledError, match="the client is closed"):
            call(client)
        closing.join()


async def while_running(service, client, call, end):
    """Does `end`, with the task of the call, while the service has the call."""
    task = asyncio.create_task(call(client))
    await asyncio.to_thread(service.called.wait)
    await end(task)
    service.released.open()
    return await task


@pytest.mark.parametrize("call", [label, labels])
def test_a_running_call_of_asyncio_ends(call):
    service = Silent()

    async def main(target):
        client = AsyncClient(target, timeout=60)
        with pytest.raises(CallCancelledError, match="the client is closed"):
            await while_running(service, client, call, lambda _: client.close())

    with serving(service) as target:
        asyncio.run(main(target))


@pytest.mark.parametrize("call", [label, labels])
def test_a_task_that_is_cancelled_too_stays_cancelled(call):
    service = Silent()

    async def main(target):
        client = AsyncClient(target, timeout=60)

        async def cancel_and_close(task):
            task.cancel()
            await client.close()

        with pytest.raises(asyncio.CancelledError):
            await while_running(service, client, call, cancel_and_close)

    with serving(service) as target:
        asyncio.run(main(target))


@pytest.mark.parametrize("used", [True, False])
@pytest.mark.parametrize("name", ["backbone", "heads"])
def test_a_closed_client_refuses_calls(name, used):
    with serving(FakeService()) as target:
        client = Client(target, head_target=target)
        if used:
            getattr(client, name)()
        client.close()
        with pytest.raises(CallCancelledError, match="the client is closed"):
            getattr(client, name)()


@pytest.mark.parametrize("used", [True, False])
@pytest.mark.parametrize("name", ["backbone", "heads"])
def test_a_closed_client_of_asyncio_refuses_calls(name, used):
    async def main(target):
        client = AsyncClient(target, head_target=target)
        if used:
            await getattr(client, name)()
        await client.close()
        with pytest.raises(CallCancelledError, match="the client is closed"):
            await getattr(client, name)()

    with serving(FakeService()) as target:
        asyncio.run(main(target))


def test_no_stream_is_opened_after_the_close(tmp_path):
    with serving(FakeService()) as target:
        client = Client(target)
        results = client.classify_stream([tmp_path / "none.jpg", b"cat"], errors="return")
        assert isinstance(next(results).error, ImageError)
        client.close()
        with pytest.raises(CallCancelledError, match="the client is closed"):
            next(results)


def test_no_stream_of_asyncio_is_opened_after_the_close(tmp_path):
    async def main(target):
        client = AsyncClient(target)
        results = client.classify_stream([tmp_path / "none.jpg", b"cat"], errors="return")
        assert isinstance((await anext(results)).error, ImageError)
        await client.close()
        with pytest.raises(CallCancelledError, match="the client is closed"):
            await anext(results)

    with serving(FakeService()) as target:
        asyncio.run(main(target))


class Defective:
    """A call that fails with something that is no error of gRPC's."""

    def __init__(self, _):
        pass

    def cancel(self):
        pass

    def __iter__(self):
        raise RuntimeError("a defect\nof gRPC")

    __aiter__ = __iter__


def test_an_unexpected_failure_ends_the_stream():
    with pytest.raises(InternalError, match=r"^reading from host:1 failed: a defect of gRPC$"):
        list(StreamRun("host:1", Defective, exchange_of(b"0")))


def test_an_unexpected_failure_ends_the_stream_of_asyncio():
    async def main():
        return [
            item async for item in AsyncStreamRun("host:1", Defective, exchange_of(b"0")).results()
        ]

    with pytest.raises(InternalError, match=r"^reading from host:1 failed: a defect of gRPC$"):
        asyncio.run(main())

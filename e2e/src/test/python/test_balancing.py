"""Clients over feature services, and a feature service over head services, by a name's addresses.

`RoundRobinIT` has the same for grpc-java, `SpreadIT` with a hosts file in the place of DNS.
"""

import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from name_server import ADDRESS, NameServer, why_not
from services import ROOT, free_ports
from unary import unary
from vgg16_client.contract.feature_service_pb2 import (
    ClassifyRequest,
    ClassifyResponse,
    ExtractRequest,
    ExtractResponse,
)

NAME = "replicas.test"
HOSTS = [f"127.0.0.{number}" for number in range(61, 65)]
UNEVEN = 0.3
"""Maps go by what each head has unanswered, and so by its momentary speed: they differ by 0.1."""

PHOTO = (ROOT / "samples/cat-tabby.jpg").read_bytes()

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


class Replica:
    """A service's process at one address; those of a service have the same ports."""

    def __init__(self, command: list[str | Path], host: str, management: int, log: Path) -> None:
        self.url = f"http://{host}:{management}"
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(command, stderr=out, cwd=ROOT)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return urllib.request.urlopen(f"{self.url}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def sum_of(self, metric: str) -> int:
        """Over its labels; 0 where it is absent."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return int(sum(map(float, re.findall(rf"(?m)^{metric}(?:{{.*}})? (\S+)", text))))

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def await_that(condition: Callable[[], bool], what: str, pause: float = 0.05) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, f"not within 120 s: {what}"
        time.sleep(pause)


@pytest.fixture
def names(tmp_path: Path) -> Iterator[NameServer]:
    server = NameServer(tmp_path, NAME, HOSTS[:2])
    yield server
    server.close()


@contextmanager
def running(
    program: str, hosts: Sequence[str], arguments: Sequence[str], logs: Path, names: NameServer
) -> Iterator[tuple[int, list[Replica]]]:
    """The replicas of a service, ready, and their port."""
    port, management = free_ports(2)
    replicas = []
    for host in hosts:
        command = [ROOT / "bin" / program, "--host", host, "--port", str(port)]
        command += ["--management-host", host, "--management-port", str(management), *arguments]
        log = logs / f"{program}-{host}.log"
        replicas.append(Replica(names.asked_by(*command), host, management, log))
    try:
        for replica in replicas:
            await_that(replica.is_ready, f"{program} is ready")
        yield port, replicas
    finally:
        for replica in replicas:
            replica.close()


class Load:
    """Calls from eight threads, as fast as they are answered."""

    def __init__(self, target: str) -> None:
        self.channel = grpc.insecure_channel(target)
        self.classify = unary(self.channel, "FeatureService/Classify", ClassifyResponse)
        self.request = ClassifyRequest()
        self.request.image.encoded = PHOTO
        self.outcomes: Counter[str] = Counter()
        self.on = True

    def __enter__(self) -> "Load":
        self.threads = [threading.Thread(target=self.call) for _ in range(8)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.on = False
        for thread in self.threads:
            thread.join()
        self.channel.close()

    def call(self) -> None:
        while self.on:
            try:
                self.classify(self.request, timeout=60)
                self.outcomes["OK"] += 1
            except grpc.RpcError as e:
                self.outcomes[f"{e.code().name}: {e.details()}"] += 1


def maps(heads: list[Replica]) -> list[int]:
    return [head.sum_of("vgg16_head_maps_total") for head in heads]


def shares(heads: list[Replica], each: int = 500) -> list[int]:
    """The maps that each gets, until these are so many on average."""
    before = maps(heads)

    def now() -> list[int]:
        return [after - start for after, start in zip(maps(heads), before, strict=True)]

    await_that(lambda: sum(now()) >= each * len(heads), "the heads get maps")
    return now()


def furthest_from_even(numbers: list[int]) -> float:
    even = sum(numbers) / len(numbers)
    return max(abs(number - even) for number in numbers) / even


def test_a_feature_service_follows_the_answers_of_dns(names: NameServer, tmp_path: Path) -> None:
    with running("head-service", HOSTS, [], tmp_path, names) as (head_port, heads):
        # With the cache, for more maps than the backbone makes.
        arguments = ["--head-target", f"dns:///{NAME}:{head_port}", "--cache-bytes", "10000000"]
        with running("feature-service", ["127.0.0.1"], arguments, tmp_path, names) as (port, _):
            with Load(f"127.0.0.1:{port}") as load:
                follow(names, heads)
            assert set(load.outcomes) == {"OK"}, load.outcomes


def follow(names: NameServer, heads: list[Replica]) -> None:
    two = shares(heads[:2])
    print("two:", two)
    assert furthest_from_even(two) < UNEVEN, two
    assert maps(heads[2:]) == [0, 0]

    began = time.monotonic()
    names.answer(HOSTS)
    await_that(lambda: min(maps(heads[2:])) > 0, "the new ones get maps", 0.01)
    print(f"the new ones have maps after {time.monotonic() - began:.2f} s")
    four = shares(heads)
    print(f"four: {four}, measured until {time.monotonic() - began:.2f} s after the answer")
    assert furthest_from_even(four) < UNEVEN, four

    began = time.monotonic()
    names.answer(HOSTS[1:])
    print(f"one that is named no more had its last map after {last_map(heads) - began:.2f} s")
    three = shares(heads[1:])
    print("three:", three)
    assert furthest_from_even(three) < UNEVEN, three


def last_map(heads: list[Replica]) -> float:
    """When the first had its last map; the others go on."""
    count, last = maps(heads[:1]), time.monotonic()
    others = sum(maps(heads[1:]))
    while sum(maps(heads[1:])) < others + 1000:
        if (now := maps(heads[:1])) != count:
            count, last = now, time.monotonic()
            others = sum(maps(heads[1:]))
    return last


def test_the_documented_service_config_balances_in_grpcio(
    names: NameServer, tmp_path: Path
) -> None:
    page = (ROOT / "docs/clients.md").read_text()
    config = re.search(r'`({"loadBalancingConfig".*?round_robin.*?})`', page)
    assert config
    arguments = ["--head-target", "ipv4:127.0.0.1:1"]
    with running("feature-service", HOSTS[:2], arguments, tmp_path, names) as (port, features):
        target = f"dns://{ADDRESS}:53/{NAME}:{port}"
        with grpc.insecure_channel(target, [("grpc.service_config", config[1])]) as channel:
            got = images_of_100_calls(channel, features)
    print("round robin:", got)
    assert sum(got) == 100
    assert furthest_from_even(got) < 0.1, got


def images_of_100_calls(channel: grpc.Channel, features: list[Replica]) -> list[int]:
    """How many each replica computes, once both do."""
    extract = unary(channel, "FeatureService/Extract", ExtractResponse)
    request = ExtractRequest()
    request.image.encoded = PHOTO

    def images() -> list[int]:
        return [each.sum_of("vgg16_batch_size_sum") for each in features]

    while min(images()) == 0:
        extract(request, timeout=60)
    before = images()
    for _ in range(100):
        extract(request, timeout=60)
    return [after - start for after, start in zip(images(), before, strict=True)]

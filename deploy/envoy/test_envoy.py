"""envoy.yaml before three feature services, named by a DNS server: `make test-envoy`."""

import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest

ROOT = Path(__file__).resolve().parents[2]
HOSTS = ("127.0.0.11", "127.0.0.12", "127.0.0.13")
CARES = "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig"
WEIGHTED = "load_balancing_policies.client_side_weighted_round_robin"
WEIGHTED_CONFIG = "ClientSideWeightedRoundRobin"
POLICIES = {
    "least request": "lb_policy: LEAST_REQUEST",
    "round robin": "lb_policy: ROUND_ROBIN",
    "by load": f"""\
load_balancing_policy:
        policies:
          - typed_extension_config:
              name: envoy.{WEIGHTED}
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.{WEIGHTED}.v3.{WEIGHTED_CONFIG}
                blackout_period: 1s
                weight_update_period: 1s""",
}
ENVOY = os.environ.get("ENVOY", "envoy")

pytestmark = [
    pytest.mark.skipif(shutil.which(ENVOY) is None, reason="there is no envoy: name it by ENVOY"),
    pytest.mark.skipif(
        shutil.which("dnsmasq") is None,
        reason="there is no dnsmasq: install it (on Debian: dnsmasq-base)",
    ),
]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def await_that(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def field(number: int, value: bytes) -> bytes:
    """A field of bytes in protobuf's encoding."""
    length, size = bytearray(), len(value)
    while size > 127:
        length.append(size & 127 | 128)
        size >>= 7
    length.append(size)
    return bytes([number << 3 | 2]) + bytes(length) + value


class Replica:
    """A feature service; it has no heads, which Extract does not need."""

    def __init__(self, host: str, port: int, management: int, folder: Path) -> None:
        self.arguments = [ROOT / "bin/feature-service", "--host", host, "--port", str(port)]
        self.arguments += ["--management-host", host, "--management-port", str(management)]
        self.arguments += ["--http-port", "0"]
        self.arguments += ["--drain-delay-ms", "3000", "--head-target", "ipv4:127.0.0.1:1"]
        self.arguments += ["--load-reports"]
        self.url = f"http://{host}:{management}"
        self.log = folder / f"{host}.log"
        self.start()

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(self.arguments, stderr=log, cwd=ROOT)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return urllib.request.urlopen(f"{self.url}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def images(self) -> float:
        """How many it has computed; before the first the metric is absent."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return sum(map(float, re.findall(r"(?m)^vgg16_batch_size_sum(?:{.*})? (\S+)", text)))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Dns:
    """A DNS server with one name, whose addresses change."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.hosts = folder / "hosts"
        self.name(HOSTS[:2])
        command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv"]
        command += ["--no-hosts", f"--addn-hosts={self.hosts}", f"--port={self.port}"]
        command += ["--listen-address=127.0.0.1", "--bind-interfaces", "--user=root"]
        command += ["--pid-file="]
        self.process = subprocess.Popen(command)
        # Before it answers, SIGHUP would end it.
        await_that(self.answers, "dnsmasq answers")

    def answers(self) -> bool:
        query = b"\0\1\1\0\0\1" + bytes(6) + b"\x0ffeature-service\0\0\1\0\1"
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(1)
            client.connect(("127.0.0.1", self.port))
            try:
                client.send(query)
                return bool(client.recv(512))
            except OSError:
                return False

    def name(self, addresses: tuple[str, ...]) -> None:
        self.hosts.write_text("".join(f"{address} feature-service\n" for address in addresses))

    def rename(self, addresses: tuple[str, ...]) -> None:
        self.name(addresses)
        self.process.send_signal(signal.SIGHUP)


class Envoy:
    """The addresses of a running Envoy."""

    def __init__(self, port: int, admin: int) -> None:
        self.target = f"127.0.0.1:{port}"
        self.admin = f"http://127.0.0.1:{admin}"

    def clusters(self) -> str:
        with urllib.request.urlopen(f"{self.admin}/clusters", timeout=5) as answer:
            return answer.read().decode()

    def calls(self) -> list[int]:
        """That it has sent to each of the first two replicas."""
        text = self.clusters()
        found = (re.search(rf"::{host}:\d+::rq_total::(\d+)", text) for host in HOSTS[:2])
        return [int(each[1]) if each else 0 for each in found]


class Load:
    """Unary calls from so many threads, each of one connection."""

    def __init__(self, target: str, threads: int = 4) -> None:
        photo = (ROOT / "samples/cat-tabby.jpg").read_bytes()
        self.request = field(1, field(1, photo))
        self.target = target
        self.codes: Counter[str] = Counter()
        self.count = threads
        self.on = True

    def __enter__(self) -> "Load":
        self.threads = [threading.Thread(target=self.call) for _ in range(self.count)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.on = False
        for thread in self.threads:
            thread.join()

    def call(self) -> None:
        with grpc.insecure_channel(self.target) as channel:
            extract = channel.unary_unary("/vgg16.v1.FeatureService/Extract")
            while self.on:
                try:
                    answer = extract(self.request, timeout=60)
                    self.codes["OK" if len(answer) > 51_200 else "too short"] += 1
                except grpc.RpcError as e:
                    self.codes[f"{e.code().name}: {e.details()}"] += 1


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Replica]]:
    folder = tmp_path_factory.mktemp("replicas")
    port, management = free_port(), free_port()
    started = [Replica(host, port, management, folder) for host in HOSTS]
    try:
        for replica in started:
            await_that(replica.is_ready, "feature-service is ready")
        yield started
    finally:
        for replica in started:
            replica.process.kill()


@pytest.fixture(scope="module")
def dns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dns]:
    server = Dns(tmp_path_factory.mktemp("dns"))
    yield server
    server.process.kill()


@pytest.fixture(scope="module", params=POLICIES)
def envoy(
    request: pytest.FixtureRequest,
    replicas: list[Replica],
    dns: Dns,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Envoy]:
    dns.rename(HOSTS[:2])
    listen, admin = free_port(), free_port()
    text = (ROOT / "deploy/envoy/envoy.yaml").read_text()
    resolver = f"""\
dns_refresh_rate: 1s
          typed_dns_resolver_config:
            name: envoy.network.dns_resolver.cares
            typed_config:
              "@type": type.googleapis.com/{CARES}
              resolvers: [{{ socket_address: {{ address: 127.0.0.1, port_value: {dns.port} }} }}]
"""
    for old, new in {
        "port_value: 50050": f"port_value: {listen}",
        "port_value: 50051": f"port_value: {replicas[0].arguments[4]}",
        "port_value: 9901": f"port_value: {admin}",
        "lb_policy: LEAST_REQUEST": POLICIES[request.param],
        "dns_refresh_rate: 1s\n": resolver,
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    folder = tmp_path_factory.mktemp("envoy")
    (folder / "envoy.yaml").write_text(text)
    command = [ENVOY, "--config-path", folder / "envoy.yaml", "--concurrency", "1"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, "--use-dynamic-base-id"], stderr=log)

    started = Envoy(listen, admin)

    def serves() -> bool:
        assert process.poll() is None, (folder / "log").read_text()
        try:
            return started.clusters().count("health_flags::healthy") == 2
        except OSError:
            return False

    try:
        await_that(serves, "Envoy finds two healthy replicas")
        yield started
    finally:
        process.kill()
        process.wait()


def test_replicas_come_and_restart_and_no_call_fails(
    envoy: Envoy, replicas: list[Replica], dns: Dns
) -> None:
    with Load(envoy.target) as load:
        started = [replica.images() for replica in replicas]
        await_that(
            lambda: all(
                replica.images() > before
                for replica, before in zip(replicas[:2], started[:2], strict=True)
            ),
            "both get images",
        )
        dns.rename(HOSTS)
        await_that(lambda: replicas[2].images() > started[2], "a third gets images, once named")
        for replica in replicas:
            assert replica.stop() == 0, replica.log.read_text()
            replica.start()
            await_that(replica.is_ready, "feature-service is ready again")
            warm = replica.images()
            await_that(lambda r=replica, w=warm: r.images() > w, "it gets images again")
    print(dict(load.codes))
    assert set(load.codes) == {"OK"}, load.codes


def share(envoy: Envoy) -> float:
    """Of the first replica, in the next calls."""
    before = envoy.calls()

    def sent() -> list[int]:
        return [now - then for now, then in zip(envoy.calls(), before, strict=True)]

    await_that(lambda: sum(sent()) >= 200, "calls through Envoy")
    first, second = sent()
    return first / (first + second)


@pytest.mark.parametrize("envoy", ["by load"], indirect=True)
def test_calls_follow_the_load(envoy: Envoy, replicas: list[Replica]) -> None:
    busy = ":".join(str(replicas[0].arguments[n]) for n in (2, 4))
    with Load(envoy.target) as load:
        await_that(lambda: 0.4 < share(envoy) < 0.6, "both have the same share")
        with Load(busy, threads=64):
            await_that(lambda: share(envoy) < 0.35, "the busy one has less")
        await_that(lambda: share(envoy) > 0.4, "it has its share again")
    assert set(load.codes) == {"OK"}, load.codes

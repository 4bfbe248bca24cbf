"""Where the services are, and how channels to them are made."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from .errors import ConfigurationError
from .security import PLAINTEXT, Security
from .target import HEAD_PORT, PORT, is_loopback, validate_target

ChannelOptions = tuple[tuple[str, str | int], ...]

_OPTIONS: ChannelOptions = (
    ("grpc.max_receive_message_length", 64 << 20),
    # The services allow a ping every 10 s.
    ("grpc.keepalive_time_ms", 30_000),
)


@dataclass(frozen=True)
class Target:
    """One service. Raises ConfigurationError for an address that gRPC would misunderstand, and
    where a token would be sent to another machine without TLS."""

    address: str
    security: Security = PLAINTEXT
    options: ChannelOptions = ()

    def __post_init__(self) -> None:
        validate_target(self.address)
        self.security.check_reaches(self.address)

    @property
    def channel_options(self) -> list[tuple[str, str | int]]:
        """Connections to this machine use no proxy; others follow `http_proxy` and `no_proxy`."""
        local = (("grpc.enable_http_proxy", 0),) if is_loopback(self.address) else ()
        return [*_OPTIONS, *local, *self.options]

    def channel(self) -> grpc.Channel:
        credentials = self.security.credentials()
        if credentials is None:
            return grpc.insecure_channel(self.address, self.channel_options)
        return grpc.secure_channel(self.address, credentials, self.channel_options)

    def aio_channel(self) -> grpc.aio.Channel:
        credentials = self.security.credentials()
        if credentials is None:
            return grpc.aio.insecure_channel(self.address, self.channel_options)
        return grpc.aio.secure_channel(self.address, credentials, self.channel_options)


def head_address(target: str, head_target: str | None) -> str:
    """The head service's. Without one, that of this machine if the feature service is here."""
    if head_target is not None:
        return head_target
    if is_loopback(target):
        return f"localhost:{HEAD_PORT}"
    raise ConfigurationError(
        f"heads() asks the head service: set head_target, such as HOST:{HEAD_PORT}"
    )


DEFAULT_TARGET = f"localhost:{PORT}"

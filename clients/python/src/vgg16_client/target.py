"""Target addresses of gRPC, HOST:PORT."""

from __future__ import annotations

import ipaddress
import re

from .errors import ConfigurationError

PORT = 50051
"""The default port of the feature service."""

HEAD_PORT = 50052
"""The default port of the head service."""


def validate_target(target: str) -> None:
    """Raises ConfigurationError unless the target has host and port: gRPC would take port 443.

    Targets with a scheme other than `dns:` are left to gRPC.

    >>> validate_target("localhost:50051")
    >>> validate_target("localhost")
    Traceback (most recent call last):
    vgg16_client.errors.ConfigurationError: the target 'localhost' has no port: the default is \
localhost:50051
    """
    if re.match(r"https?://", target):
        raise _invalid(target, f"is a URL: it must be HOST:PORT, such as {_example()}")
    if re.match(r"(?!dns:)[a-z][a-z0-9+.-]*:/|(unix|unix-abstract|ipv4|ipv6|vsock):", target):
        return
    host, port = _split(_without_scheme(target))
    if not host:
        raise _invalid(target, f"has no host: it must be HOST:PORT, such as {_example()}")
    if port is None and host.isdecimal():
        raise _invalid(target, f"is a port without a host: use {_example(port=host)}")
    if port is None:
        raise _invalid(target, f"has no port: the default is {_example(host)}")
    if not (port.isdecimal() and port.isascii() and 1 <= int(port) <= 65535):
        raise _invalid(target, f"has the port {port!r}: it must be 1 to 65535")


def is_loopback(target: str) -> bool:
    """By the address alone, without a DNS lookup."""
    if target.startswith(("unix:", "unix-abstract:")):
        return True
    host, _ = _split(_without_scheme(target))
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_scheme(target: str) -> str:
    return re.sub(r"^(dns|ipv4|ipv6):(//[^/]*/)?", "", target)


def _split(address: str) -> tuple[str, str | None]:
    """Host and port; an IPv6 address without brackets has no port."""
    if bracketed := re.fullmatch(r"\[(.*)\](?::(.*))?", address):
        return bracketed[1], bracketed[2]
    if address.count(":") == 1:
        host, port = address.split(":")
        return host, port
    return address, None


def _example(host: str = "localhost", port: str | int = PORT) -> str:
    printable = repr(host)[1:-1]
    return f"[{printable}]:{port}" if ":" in host else f"{printable}:{port}"


def _invalid(target: str, problem: str) -> ConfigurationError:
    return ConfigurationError(f"the target {target!r} {problem}")

"""Where a service is, HOST:PORT as gRPC understands it."""

from __future__ import annotations

import ipaddress
import re

from ..errors import ModelsError
from ..printable import shown

PORT = 50051
"""The feature service's, where nothing else was chosen."""


def require_address(target: str) -> None:
    """Raises ModelsError unless the host has a port: gRPC would take the one of https.

    What begins with a scheme other than `dns:` is left to gRPC.
    """
    if re.match(r"https?://", target):
        raise _wrong(target, f"is a web page's address: HOST:PORT is wanted, as in {_example()}")
    if re.match(r"(?!dns:)[a-z][a-z0-9+.-]*:/|(unix|unix-abstract|ipv4|ipv6|vsock):", target):
        return
    host, port = _split(_without_scheme(target))
    if not host:
        raise _wrong(target, f"names no host: HOST:PORT is wanted, as in {_example()}")
    if port is None and host.isdecimal():
        raise _wrong(target, f"is a port without a host: as in {_example(port=host)}")
    if port is None:
        raise _wrong(target, f"names no port: the usual one is {_example(host)}")
    if not (port.isdecimal() and port.isascii() and 1 <= int(port) <= 65535):
        raise _wrong(target, f"has the port {shown(repr(port))}: it must be from 1 to 65535")


def is_loopback(target: str) -> bool:
    """By its form alone: whatever a name leads to may change."""
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
    """Host and port; an IPv6 address without brackets is a host alone."""
    if bracketed := re.fullmatch(r"\[(.*)\](?::(.*))?", address):
        return bracketed[1], bracketed[2]
    if address.count(":") == 1:
        host, port = address.split(":")
        return host, port
    return address, None


def _example(host: str = "localhost", port: str | int = PORT) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{shown(host)}:{port}"


def _wrong(target: str, problem: str) -> ModelsError:
    return ModelsError(f"the target {shown(repr(target))} {problem}")

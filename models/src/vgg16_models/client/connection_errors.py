"""Why a service can't be reached, in one line: what is wrong, and what would be right."""

from __future__ import annotations

import os

import grpc

from ..errors import ModelsError
from .address import PORT, is_loopback

PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")
"""Variables that gRPC heeds, in its order."""

_KNOWN = (
    (
        "Failed parsing HTTP/2",
        f"no gRPC server, perhaps metrics: the usual port is {PORT}",
    ),
    ("WRONG_VERSION_NUMBER", "it speaks plaintext: leave out --tls and the certificates"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is of another root: --tls-ca names its own"),
    ("Hostname Verification", "its certificate is for another name: call it by that"),
    ("Socket closed", "it may speak TLS, or ask for a certificate: see --tls-ca and --tls-cert"),
    ("lookup failed", "there is no host of that name"),
    ("proxy returned", "the proxy refuses"),
)
"""What stands in gRPC's words, and what it means."""


def unreachable(target: str, error: grpc.RpcError) -> ModelsError:
    """What to say of a call to `target` that ended with `error`."""
    match error.code():
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            problem = f"no feature service answers at {target}: is it the right address?"
        case grpc.StatusCode.UNIMPLEMENTED:
            problem = f"what answers at {target} is no feature service: the usual port is {PORT}"
        case grpc.StatusCode.UNAVAILABLE:
            problem = f"no feature service answers at {target}: {_reason(str(error.details()))}"
        case code:
            problem = f"the feature service at {target} says {code.name}: {error.details()}"
    return ModelsError(problem + _by_proxy(target, error))


def _reason(details: str) -> str:
    for words, meaning in _KNOWN:
        if words in details:
            return meaning
    if "refused" in details:
        return "nothing listens there; `make run` starts the services"
    return details.rpartition("last error: ")[2]


def _by_proxy(target: str, error: grpc.RpcError) -> str:
    """A hint, where a proxy may stand between."""
    if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return ""
    variable = next((name for name in PROXIES if os.environ.get(name)), None)
    if variable is None or is_loopback(target):
        return ""
    return f" (by the proxy of {variable}; no_proxy lists the hosts that need none)"

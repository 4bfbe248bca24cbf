"""Why a service is unavailable, in one line: the likely cause, and what to change."""

from __future__ import annotations

import os

import grpc

from ..errors import ModelsError
from .address import PORT, is_loopback

PROXY_VARIABLES = ("grpc_proxy", "https_proxy", "http_proxy")
"""The environment variables that gRPC reads, in its order."""

_CAUSES = (
    (
        "Failed parsing HTTP/2",
        f"not a gRPC server, perhaps the metrics port: the default port is {PORT}",
    ),
    ("WRONG_VERSION_NUMBER", "the server uses plaintext: remove --tls and the certificates"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted: set its root with --tls-ca"),
    ("Hostname Verification", "its certificate is for another host name: use that in --target"),
    (
        "Socket closed",
        "it may require TLS, or a client certificate: see --tls-ca and --tls-cert",
    ),
    ("lookup failed", "unknown host name"),
    ("proxy returned", "the proxy refused the connection"),
)
"""Parts of gRPC's messages, and their likely cause."""


def connection_error(target: str, error: grpc.RpcError) -> ModelsError:
    """The error to report for a call to `target` that failed with `error`."""
    match error.code():
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            problem = f"no feature service responds at {target}: is it the right address?"
        case grpc.StatusCode.UNIMPLEMENTED:
            problem = f"the server at {target} is not a feature service: the default port is {PORT}"
        case grpc.StatusCode.UNAVAILABLE:
            problem = f"no feature service responds at {target}: {_cause(str(error.details()))}"
        case code:
            problem = f"the feature service at {target} reports {code.name}: {error.details()}"
    return ModelsError(problem + _proxy_hint(target, error))


def _cause(details: str) -> str:
    for text, cause in _CAUSES:
        if text in details:
            return cause
    if "refused" in details:
        return "connection refused; `make run` starts the services"
    return details.rpartition("last error: ")[2]


def _proxy_hint(target: str, error: grpc.RpcError) -> str:
    """Names the proxy that the connection went through, if any."""
    if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return ""
    variable = next((name for name in PROXY_VARIABLES if os.environ.get(name)), None)
    if variable is None or is_loopback(target):
        return ""
    return f" (through the proxy of {variable}; list hosts without a proxy in no_proxy)"

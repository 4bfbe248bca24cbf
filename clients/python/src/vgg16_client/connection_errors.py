"""Why no service answered, in one line: the likely cause, and what to change."""

from __future__ import annotations

import os

from .target import PORT, is_loopback

PROXY_VARIABLES = ("grpc_proxy", "https_proxy", "http_proxy")
"""The environment variables that gRPC reads, in its order."""

CLIENT_CLOSED = "the client is closed"

_NO_GRPC = f"not a gRPC server, perhaps the metrics port: the default port is {PORT}"

_CAUSES = (
    ("Failed parsing HTTP/2", _NO_GRPC),
    ("an http1.x server", _NO_GRPC),
    ("WRONG_VERSION_NUMBER", "the server does not use TLS: remove tls and the certificates"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted: set its root with tls_ca"),
    ("Hostname Verification", "its certificate is for another host name: use that in the target"),
    ("Socket closed", "it may require TLS, or a client certificate: see tls_ca and tls_cert"),
    ("Unwrap failed", "it may require a client certificate: see tls_cert and tls_key"),
    ("lookup failed", "unknown host name"),
    ("Domain name not found", "unknown host name"),
    ("proxy returned", "the proxy refused the connection"),
)
"""Parts of gRPC's messages, and their likely cause."""


def connection_problem(target: str, code: str, details: str) -> str | None:
    """What to report where it may be that no service answered at all, else None."""
    match code:
        case "DEADLINE_EXCEEDED":
            problem = f"no service answers in time at {target}: is it the right address?"
        case "UNAVAILABLE":
            problem = f"no service answers at {target}: {_cause(details)}"
        case "UNIMPLEMENTED":
            return f"the server at {target} does not serve this: the default port is {PORT}"
        case "CANCELLED" if details == "Channel closed!":
            return CLIENT_CLOSED
        case _:
            return None
    return problem + _proxy_hint(target)


def _cause(details: str) -> str:
    for text, cause in _CAUSES:
        if text in details:
            return cause
    if "refused" in details:
        return "connection refused; is it running?"
    return details.rpartition("last error: ")[2]


def _proxy_hint(target: str) -> str:
    """Names the proxy that the connection went through, if any."""
    variable = next((name for name in PROXY_VARIABLES if os.environ.get(name)), None)
    if variable is None or is_loopback(target):
        return ""
    return f" (through the proxy of {variable}; list hosts without a proxy in no_proxy)"

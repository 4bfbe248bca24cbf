"""TLS, a client certificate and a bearer token, by the names of `bin/vgg16`'s options."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import grpc

from .errors import ConfigurationError
from .target import is_loopback

File = str | os.PathLike[str]


@dataclass(frozen=True)
class Security:
    """How to reach a service. Files are PEM; each is read when a client is made.

    Attributes:
        tls: use TLS; without `tls_ca`, gRPC's default roots are trusted.
        tls_ca: the trusted roots of the service's certificate; implies TLS.
        tls_cert: the client's certificate, for a service that requires one; implies TLS.
        tls_key: its private key.
        token: the token to send.
        token_file: a file with the token, in the place of `token`.
        plaintext: allow the token to be sent to another machine without TLS.

    >>> security = Security(tls_ca="ca.pem", token_file="token")
    >>> security.uses_tls
    True
    """

    tls: bool = False
    tls_ca: File | None = None
    tls_cert: File | None = None
    tls_key: File | None = None
    token: str | None = None
    token_file: File | None = None
    plaintext: bool = False

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ConfigurationError("tls_cert and tls_key must be given together")
        if self.token is not None and self.token_file is not None:
            raise ConfigurationError("token and token_file can't both be given")

    def __repr__(self) -> str:
        """Without the token."""
        return f"Security(tls={self.uses_tls}, token={'***' if self._has_token else None})"

    @property
    def uses_tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.tls or self.tls_ca is not None or self.tls_cert is not None

    @property
    def _has_token(self) -> bool:
        return self.token is not None or self.token_file is not None

    def check_reaches(self, target: str) -> None:
        """Raises ConfigurationError when the token would be sent to another machine without TLS."""
        if not self._has_token or self.uses_tls or self.plaintext or is_loopback(target):
            return
        name = "token" if self.token is not None else "token_file"
        raise ConfigurationError(
            f"{name} would send the token to {target} without TLS, where others can read it:"
            " set tls_ca or tls, or plaintext if the network is trusted"
        )

    def credentials(self) -> grpc.ChannelCredentials | None:
        """None: plaintext. Raises ConfigurationError when a file can't be read."""
        if not self.uses_tls:
            return None
        return grpc.ssl_channel_credentials(
            _read(self.tls_ca), _read(self.tls_key), _read(self.tls_cert)
        )

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of each call."""
        token = self._token()
        return (("authorization", f"Bearer {token}"),) if token else ()

    def _token(self) -> str | None:
        if not self._has_token:
            return None
        text = (_read(self.token_file) or b"").decode("utf-8", "replace")
        token = (text if self.token is None else self.token).strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            source = "token" if self.token is not None else f"token_file {self.token_file}"
            raise ConfigurationError(f"{source} must hold one token, of printable ASCII characters")
        return token


PLAINTEXT = Security()


def _read(file: File | None) -> bytes | None:
    try:
        return None if file is None else Path(file).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read: {error.strerror}") from error

"""How a service is reached: over TLS or not, with a certificate and a token or without."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import grpc

from ..errors import ModelsError
from .address import is_loopback


@dataclass(frozen=True)
class Security:
    """Files, all optional: the roots of the service's certificate, the certificate to show and its
    key (PEM), and a token. A root or a certificate means TLS, as does `tls`, by gRPC's own roots;
    with `plaintext` the token may go to another machine without."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    token: Path | None = None
    tls: bool = False
    plaintext: bool = False

    def channel(self, target: str, options: list[tuple[str, int]]) -> grpc.Channel:
        """Raises ModelsError when a file can't be used, or others could read the token.

        Nothing goes to this machine by way of a proxy; elsewhere gRPC heeds `http_proxy` and
        `no_proxy`.
        """
        if is_loopback(target):
            options = [*options, ("grpc.enable_http_proxy", 0)]
        if (self.certificate is None) != (self.key is None):
            raise ModelsError("--tls-cert and --tls-key go together, and only one of them is given")
        if not self.tls and self.ca is None and self.certificate is None:
            if self.token and not self.plaintext and not is_loopback(target):
                raise ModelsError(
                    f"--token-file would go to {target} without TLS, where others can read it:"
                    " give --tls-ca or --tls, or say --plaintext where the network is safe"
                )
            return grpc.insecure_channel(target, options)
        credentials = grpc.ssl_channel_credentials(
            _read(self.ca), _read(self.key), _read(self.certificate)
        )
        return grpc.secure_channel(target, credentials, options)

    def metadata(self) -> list[tuple[str, str]]:
        """What each call brings along."""
        token = _read(self.token)
        return [("authorization", f"Bearer {token.decode().strip()}")] if token else []


PLAIN = Security()


def _read(file: Path | None) -> bytes | None:
    try:
        return file.read_bytes() if file else None
    except OSError as error:
        raise ModelsError(f"{file} can't be read: {error.strerror}") from error

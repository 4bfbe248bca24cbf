"""Channel security: TLS or plaintext, a client certificate, a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import grpc

from ..errors import ModelsError
from .address import is_loopback


@dataclass(frozen=True)
class Security:
    """Root certificates, client certificate with its key (PEM), and token: files, all optional.

    Roots or a certificate imply TLS; `tls` alone uses gRPC's default roots. `plaintext` allows a
    token without TLS to another machine.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    token: Path | None = None
    tls: bool = False
    plaintext: bool = False

    def channel(self, target: str, options: list[tuple[str, int]]) -> grpc.Channel:
        """Raises ModelsError when a file can't be read, or the token would be sent unencrypted.

        Connections to this machine use no proxy; for others gRPC reads `http_proxy` and `no_proxy`.
        """
        if is_loopback(target):
            options = [*options, ("grpc.enable_http_proxy", 0)]
        if (self.certificate is None) != (self.key is None):
            raise ModelsError("--tls-cert and --tls-key must be given together")
        if not self.tls and self.ca is None and self.certificate is None:
            if self.token and not self.plaintext and not is_loopback(target):
                raise ModelsError(
                    f"--token-file would send the token to {target} without TLS, where others can"
                    " read it: set --tls-ca or --tls, or --plaintext if the network is trusted"
                )
            return grpc.insecure_channel(target, options)
        credentials = grpc.ssl_channel_credentials(
            _read(self.ca), _read(self.key), _read(self.certificate)
        )
        return grpc.secure_channel(target, credentials, options)

    def metadata(self) -> list[tuple[str, str]]:
        """The metadata of each call."""
        token = _read(self.token)
        return [("authorization", f"Bearer {token.decode().strip()}")] if token else []


PLAINTEXT = Security()


def _read(file: Path | None) -> bytes | None:
    try:
        return file.read_bytes() if file else None
    except OSError as error:
        raise ModelsError(f"{file} can't be read: {error.strerror}") from error

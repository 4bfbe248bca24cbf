"""The arguments of a client from the variables that `bin/vgg16` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .connection import DEFAULT_TARGET
from .errors import ConfigurationError
from .security import Security


@dataclass(frozen=True)
class Environment:
    """VGG16_TARGET, VGG16_HEAD_TARGET, VGG16_TIMEOUT, VGG16_IN_FLIGHT and those of Security.

    Empty variables count as missing.

    >>> Environment({"VGG16_TARGET": "features:50051", "VGG16_TLS": "true"}).security.uses_tls
    True
    """

    variables: Mapping[str, str]

    @property
    def target(self) -> str:
        return self._text("TARGET") or DEFAULT_TARGET

    @property
    def head_target(self) -> str | None:
        return self._text("HEAD_TARGET")

    @property
    def timeout(self) -> float:
        return self._number("TIMEOUT", 30.0)

    @property
    def in_flight(self) -> int:
        number = self._number("IN_FLIGHT", 16)
        if not number.is_integer():
            raise ConfigurationError(f"VGG16_IN_FLIGHT must be a whole number, not {number}")
        return int(number)

    @property
    def security(self) -> Security:
        return Security(
            tls=self._flag("TLS"),
            tls_ca=self._text("TLS_CA"),
            tls_cert=self._text("TLS_CERT"),
            tls_key=self._text("TLS_KEY"),
            token_file=self._text("TOKEN_FILE"),
            plaintext=self._flag("PLAINTEXT"),
        )

    def _text(self, name: str) -> str | None:
        return self.variables.get(f"VGG16_{name}") or None

    def _flag(self, name: str) -> bool:
        text = (self._text(name) or "false").lower()
        if text not in ("true", "false"):
            raise ConfigurationError(f"VGG16_{name} must be true or false, not {text!r}")
        return text == "true"

    def _number(self, name: str, default: float) -> float:
        text = self._text(name)
        try:
            return float(default if text is None else text)
        except ValueError:
            raise ConfigurationError(f"VGG16_{name} must be a number, not {text!r}") from None

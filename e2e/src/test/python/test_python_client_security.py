"""The Python client to services that ask for TLS, a client certificate and a token."""

import subprocess
import sys
from pathlib import Path

import pytest
from services import free_ports, with_services

TOKEN = "0123456789abcdef0123456789abcdef"

CALLS = """
import asyncio
import sys
from dataclasses import replace
from vgg16_client import AsyncClient, Client, Security, Vgg16Error

target, folder = sys.argv[1:]
certificate, key = f"{folder}/service.pem", f"{folder}/service.key"
PHOTO = "samples/cat-tabby.jpg"
full = Security(
    tls_ca=certificate, tls_cert=certificate, tls_key=key, token_file=f"{folder}/token"
)


async def classified(client):
    async with client:
        return [item.value.label async for item in client.classify_stream([PHOTO])]


def told(name, security, address=target):
    try:
        with Client(address, security=security, timeout=30) as client:
            print(name, client.classify_many([PHOTO])[0].label)
    except Vgg16Error as error:
        print(name, type(error).__name__, error)


told("full", full)
told("value", replace(full, token_file=None, token=open(f"{folder}/token").read()))
with Client.from_environment() as client:
    print("environment", client.classify(PHOTO).label, client.heads().default)
print("asyncio", asyncio.run(classified(AsyncClient(target, security=full))))
told("no token", replace(full, token_file=None))
told("wrong token", replace(full, token_file=None, token="f" * 32))
told("no certificate", replace(full, tls_cert=None, tls_key=None))
told("unknown root", replace(full, tls_ca=None, tls=True))
told("plaintext", Security(token_file=f"{folder}/token"))
told("other name", full, target.replace("localhost", "127.0.0.1"))
"""


@pytest.fixture
def secured(tmp_path: Path) -> dict[str, str]:
    """The environment of services with one certificate, which is also that of their clients."""
    certificate, key = str(tmp_path / "service.pem"), str(tmp_path / "service.key")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    request += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (tmp_path / "tokens").write_text(f"call {TOKEN}\n", encoding="utf-8")
    environment = {"VGG16_TOKEN_FILE": str(tmp_path / "token")}
    for prefix in ("FEATURE_SERVICE", "HEAD_SERVICE", "FEATURE_SERVICE_HEAD", "VGG16"):
        environment |= {f"{prefix}_TLS_CERT": certificate, f"{prefix}_TLS_KEY": key}
    for trusting in ("FEATURE_SERVICE_TLS_CLIENT_CA", "HEAD_SERVICE_TLS_CLIENT_CA"):
        environment[trusting] = certificate
    environment |= {"FEATURE_SERVICE_HEAD_TLS_CA": certificate, "VGG16_TLS_CA": certificate}
    return environment | {"FEATURE_SERVICE_AUTH_TOKENS": str(tmp_path / "tokens")}


def test_who_is_let_in_and_what_others_are_told(secured: dict[str, str], tmp_path: Path) -> None:
    feature, head = free_ports(2)
    target = f"localhost:{feature}"
    result = with_services(
        sys.executable,
        "-c",
        CALLS,
        target,
        str(tmp_path),
        ports=(feature, head),
        environment=secured,
    )
    assert result.returncode == 0, result.stdout
    for line in (
        "full cat",
        "value cat",
        "environment cat cats-vs-dogs",
        "asyncio ['cat']",
        "no token UnauthenticatedError ",
        "wrong token UnauthenticatedError ",
        f"no certificate UnavailableError no service answers at {target}: it may require",
        f"unknown root UnavailableError no service answers at {target}: its certificate is not",
        f"plaintext UnavailableError no service answers at {target}: it may require TLS",
        "other name UnavailableError no service answers at 127.0.0.1:",
    ):
        assert f"\n{line}" in f"\n{result.stdout}", result.stdout

"""The clients in examples/ that have options: TLS, a token, and what they say of failed items."""

import re
import subprocess
from pathlib import Path

import pytest
from documents import example
from services import free_ports, with_services
from test_examples import need_go, need_node

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def secured(tmp_path: Path) -> dict[str, str]:
    """The environment of services that speak TLS and ask for a token; the files are in a folder."""
    certificate, key = str(tmp_path / "service.pem"), str(tmp_path / "service.key")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    request += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (tmp_path / "tokens").write_text(f"call {TOKEN}\n", encoding="utf-8")
    environment = {"VGG16_TLS_CA": certificate, "FEATURE_SERVICE_HEAD_TLS_CA": certificate}
    for service in ("FEATURE_SERVICE", "HEAD_SERVICE"):
        environment |= {f"{service}_TLS_CERT": certificate, f"{service}_TLS_KEY": key}
    return environment | {"FEATURE_SERVICE_AUTH_TOKENS": str(tmp_path / "tokens")}


def build_commands(name: str) -> str:
    """Those of a documented example, without the calls."""
    lines = example(name).splitlines(keepends=True)
    return "".join(line for line in lines if "localhost" not in line)


def check_client(name: str, client: str, dash: str, secured: dict[str, str], folder: Path) -> None:
    (folder / "text.jpg").write_text("text", encoding="utf-8")
    feature, head = free_ports(2)
    tls = f"{client} {dash}tls-ca {folder}/service.pem"
    files = f"localhost:{feature} samples/cat-tabby.jpg {folder}/text.jpg {folder}/missing.jpg"
    script = f"""{build_commands(name)}
        set +e
        {tls} {dash}token-file {folder}/token {files}; echo "stream: $?"
        {tls} {dash}token-file {folder}/token {dash}unary {files}; echo "unary: $?"
        {tls} {files}; echo "no token: $?"
        {client} {dash}token-file {folder}/token {files}; echo "no TLS: $?"
        true
    """
    result = with_services(
        "bash", "-euo", "pipefail", "-c", script, ports=(feature, head), environment=secured
    )
    assert result.returncode == 0, result.stdout
    printed = result.stdout
    stream, unary, no_token, no_tls = re.split(
        r"^(?:stream|unary|no token|no TLS): 1$", printed, flags=re.M
    )[:4]
    for part in (stream, unary):
        assert re.search(r"samples/cat-tabby.jpg: cat [01]\.\d+", part), printed
        assert re.search(r"text.jpg: .*(?i:invalid_?argument).* not an image of a known", part), (
            printed
        )
        assert re.search(r"missing.jpg.*no such file", part), printed
    assert re.search(r"(?i)unauthenticated", no_token), printed
    assert re.search(r"--token-file needs --tls-ca|transport level security", no_tls), printed


def test_go(secured: dict[str, str], tmp_path: Path) -> None:
    need_go()
    check_client("go", "target/classify", "-", secured, tmp_path)


def test_javascript(secured: dict[str, str], tmp_path: Path) -> None:
    need_node()
    check_client("javascript", "node examples/javascript/classify.js", "--", secured, tmp_path)

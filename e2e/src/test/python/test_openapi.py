"""The OpenAPI description that feature-service serves, against what it answers."""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from services import ROOT, free_ports, with_services

JSON = dict[str, Any]
PHOTO = ROOT / "samples/cat-tabby.jpg"


def fetch(
    path: str, body: bytes | None = None, content_type: str = "", accept: str = "*/*"
) -> tuple[int, str, bytes]:
    """Status, media type and body of a response."""
    request = urllib.request.Request(
        f"http://localhost:{os.environ['FEATURE_SERVICE_HTTP_PORT']}{path}",
        data=body,
        headers={"Accept": accept} | ({"Content-Type": content_type} if content_type else {}),
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers.get_content_type(), response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


def form(*files: Path) -> bytes:
    parts = b""
    for file in files:
        head = f'Content-Disposition: form-data; name="image"; filename="{file.name}"'
        parts += b"--B\r\n" + head.encode() + b"\r\n\r\n" + file.read_bytes() + b"\r\n"
    return parts + b"--B--\r\n"


def schema(document: JSON, path: str, method: str, status: int, media: str) -> JSON:
    responses = document["paths"][path][method]["responses"]
    response = responses.get(str(status), responses["default"])
    return {
        "components": document["components"],
        **response["content"][media]["schema"],
    }


def exchanges(document: JSON) -> None:
    """Each path as it should be, and some that fail; each response fits its schema."""
    photo = PHOTO.read_bytes()
    multipart = "multipart/form-data; boundary=B"
    infer = json.dumps(
        {"inputs": [{"name": "image", "datatype": "BYTES", "shape": [1], "data": ["AAAA"]}]}
    ).encode()
    calls: list[tuple[str, str, str, bytes | None, str]] = [
        ("/v1/classify", "post", "?explain=&novelty=true", photo, "image/jpeg"),
        ("/v1/classify", "post", "", form(PHOTO, ROOT / "README.md"), multipart),
        ("/v1/classify", "post", "?head=nope", photo, "image/jpeg"),
        ("/v1/heads", "get", "", None, ""),
        ("/v1/backbone", "get", "", None, ""),
        ("/v1/load", "get", "", None, ""),
        ("/v2", "get", "", None, ""),
        ("/v2/health/live", "get", "", None, ""),
        ("/v2/health/ready", "get", "", None, ""),
        ("/v2/models/{model}", "get", "", None, ""),
        ("/v2/models/{model}/ready", "get", "", None, ""),
        ("/v2/models/{model}/stats", "get", "", None, ""),
        ("/v2/models/{model}/infer", "post", "", infer, "application/json"),
        ("/v2/repository/index", "post", "", b"", "application/json"),
    ]
    for path, method, query, body, content_type in calls:
        url = path.replace("{model}", "cats-vs-dogs") + query
        status, media, answer = fetch(url, body, content_type)
        found = json.loads(answer)
        Draft202012Validator(schema(document, path, method, status, media)).validate(found)
        print(f"{method} {url} {status}")


def lines(document: JSON) -> None:
    accept = "application/x-ndjson"
    body = form(PHOTO, ROOT / "README.md")
    status, media, answer = fetch("/v1/classify", body, "multipart/form-data; boundary=B", accept)
    fits = Draft202012Validator(schema(document, "/v1/classify", "post", status, media))
    results = [json.loads(line) for line in answer.splitlines()]
    for result in results:
        fits.validate(result)
    print("lines", sorted(result["name"] for result in results))


def check() -> None:
    status, media, text = fetch("/openapi.json")
    assert (status, media) == (200, "application/json")
    document = json.loads(text)
    validate(document)
    exchanges(document)
    lines(document)


def test_what_is_answered_is_what_is_described() -> None:
    (port,) = free_ports(1)
    environment = {"FEATURE_SERVICE_HTTP_PORT": str(port), "PYTHONPATH": str(Path(__file__).parent)}
    result = with_services(sys.executable, __file__, environment=environment)
    assert result.returncode == 0, result.stdout
    assert "post /v1/classify?explain=&novelty=true 200" in result.stdout
    assert "post /v1/classify?head=nope 404" in result.stdout
    assert "post /v2/models/cats-vs-dogs/infer 400" in result.stdout
    assert "lines ['README.md', 'cat-tabby.jpg']" in result.stdout


if __name__ == "__main__":
    check()

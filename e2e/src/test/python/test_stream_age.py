"""The Python client over streams that end at --max-stream-age-ms."""

import re
import sys
from pathlib import Path

from services import with_services

PHOTOS = 300

UPLOAD = f"""
import os
import time
from pathlib import Path

import grpc
from vgg16_client import Client

data = Path("samples/cat-tabby.jpg").read_bytes()
streams = []


class Counting(grpc.StreamStreamClientInterceptor):
    def intercept_stream_stream(self, continuation, details, requests):
        streams.append(details.method)
        return continuation(details, requests)


def photos():
    for _ in range({PHOTOS}):
        time.sleep(0.01)  # Three times the age in all, however fast the machine is.
        yield data


with Client("localhost:" + os.environ["FEATURE_SERVICE_PORT"]) as client:
    client._channel = grpc.intercept_channel(client._channel, Counting())
    answered = [item.index for item in client.extract_stream(photos())]
print(f"answered {{len(answered)}}, distinct {{len(set(answered))}}, streams {{len(streams)}}")
"""


def test_no_photo_is_lost_or_answered_twice(tmp_path: Path) -> None:
    script = tmp_path / "upload.py"
    script.write_text(UPLOAD)
    result = with_services(
        sys.executable, script, environment={"FEATURE_SERVICE_MAX_STREAM_AGE_MS": "1000"}
    )
    assert result.returncode == 0, result.stdout
    found = re.search(r"answered (\d+), distinct (\d+), streams (\d+)", result.stdout)
    assert found, result.stdout
    answered, distinct, streams = map(int, found.groups())
    assert answered == distinct == PHOTOS, result.stdout
    assert streams >= 2, result.stdout

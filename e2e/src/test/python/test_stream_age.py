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
from vgg16_models.client.contract import contract
from vgg16_models.client.photo_stream import PhotoStream
from vgg16_models.data.photos import Photo

data = Path("samples/cat-tabby.jpg").read_bytes()
target = "localhost:" + os.environ["FEATURE_SERVICE_PORT"]
method = contract().method(grpc.insecure_channel(target), "FeatureService", "ExtractStream")
streams = []


def photos():
    for number in range({PHOTOS}):
        time.sleep(0.01)  # Three times the age in all, however fast the machine is.
        yield Photo(Path(str(number)), "cat", ""), data


def request(item_id, image):
    item = contract().message("ExtractStreamRequest")(id=item_id)
    item.request.image.encoded = image
    return item


def open_call(requests):
    streams.append(method(requests))
    return streams[-1]


answered = [photo.path for photo, answer in PhotoStream(target, open_call).send(photos(), request)]
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

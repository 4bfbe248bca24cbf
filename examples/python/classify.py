"""Classifies image files over one stream: python classify.py HOST:PORT FILE|FOLDER..."""

import sys

from vgg16_client import Client


def main(target: str, *images: str) -> int:
    failed = 0
    with Client(target) as client:
        # Files are read only as fast as the service takes them. Answers come in any order.
        for photo in client.classify_stream(images, errors="return"):
            if photo.error:
                print(f"{photo.source}: {photo.error}", file=sys.stderr)
                failed += 1
            else:
                print(f"{photo.source}: {photo.value.label} {photo.value.score:.3f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Classifies image files over one stream: python classify.py HOST:PORT FILE..."""

import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
from vgg16.v1 import feature_service_pb2 as pb
from vgg16.v1 import feature_service_pb2_grpc as pb_grpc
from vgg16.v1 import tensors_pb2 as tensors


def requests(paths: list[str]) -> Iterator[pb.ClassifyStreamRequest]:
    for path in paths:
        image = tensors.Image(encoded=Path(path).read_bytes())
        yield pb.ClassifyStreamRequest(id=path, request=pb.ClassifyRequest(image=image))


def main(target: str, *paths: str) -> int:
    failed = 0
    with grpc.insecure_channel(target) as channel:
        stub = pb_grpc.FeatureServiceStub(channel)
        # gRPC reads the iterator only as fast as the service takes items. Answers come in any order
        # and name the request by its id.
        for answer in stub.ClassifyStream(requests(list(paths))):
            if answer.HasField("error"):
                print(f"{answer.id}: {answer.error.message}", file=sys.stderr)
                failed += 1
            else:
                best = answer.response.heads[0].scores[0]
                print(f"{answer.id}: {best.label} {best.score:.3f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

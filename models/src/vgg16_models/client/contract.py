"""The services' contract: messages and methods, read from the project's own .proto files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import google.rpc
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from ..errors import ModelsError

PROTOS = Path(__file__).resolve().parents[4] / "proto/src/main/proto"
PACKAGE = "vgg16.v1"


@dataclass(frozen=True, eq=False)
class Contract:
    """Message classes by name, such as `message("Image")`, and calls of methods."""

    pool: descriptor_pool.DescriptorPool

    def message(self, name: str) -> type[Message]:
        descriptor = self.pool.FindMessageTypeByName(f"{PACKAGE}.{name}")
        return message_factory.GetMessageClass(descriptor)

    def call(self, channel: grpc.Channel, service: str, method: str):
        """The method as a callable of `channel`: unary, or a stream both ways."""
        described = self.pool.FindServiceByName(f"{PACKAGE}.{service}").methods_by_name[method]
        answer = message_factory.GetMessageClass(described.output_type)
        open_call = channel.stream_stream if described.client_streaming else channel.unary_unary
        return open_call(
            f"/{PACKAGE}.{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )


@cache
def contract() -> Contract:
    """Compiled once a process. Raises ModelsError when the .proto files are not there."""
    files = sorted(PROTOS.glob("**/*.proto"))
    if not files:
        raise ModelsError(f"no .proto files in {PROTOS}: the services' contract is read from there")
    google_protos = Path(next(iter(google.rpc.__path__))).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "contract"
        options = [f"-I{PROTOS}", f"-I{google_protos}", "--include_imports"]
        # In a process of its own: in one with TensorFlow, whose protobuf is another, it crashes.
        protoc = [sys.executable, "-m", "grpc_tools.protoc", *options]
        run = subprocess.run(
            [*protoc, f"--descriptor_set_out={made}", *map(str, files)],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if run.returncode:
            raise ModelsError(f"the .proto files in {PROTOS} can't be compiled: {run.stderr}")
        described = descriptor_pb2.FileDescriptorSet.FromString(made.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in described.file:
        pool.Add(file)
    return Contract(pool)

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

PROTOS = Path(__file__).resolve().parent / "protos"
"""A link to the contract's folder in a checkout, its files in a wheel."""
PACKAGE = "vgg16.v1"


@dataclass(frozen=True, eq=False)
class Contract:
    """Message classes by name, such as `message("Image")`, and stubs of methods."""

    pool: descriptor_pool.DescriptorPool

    def message(self, name: str) -> type[Message]:
        descriptor = self.pool.FindMessageTypeByName(f"{PACKAGE}.{name}")
        return message_factory.GetMessageClass(descriptor)

    def method(self, channel: grpc.Channel, service: str, method: str):
        """The stub of a method: unary, or bidirectional streaming."""
        descriptor = self.pool.FindServiceByName(f"{PACKAGE}.{service}").methods_by_name[method]
        response = message_factory.GetMessageClass(descriptor.output_type)
        stub = channel.stream_stream if descriptor.client_streaming else channel.unary_unary
        return stub(
            f"/{PACKAGE}.{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )


@cache
def contract() -> Contract:
    """Compiled once per process. Raises ModelsError when the .proto files are missing."""
    files = sorted(PROTOS.glob("**/*.proto"))
    if not files:
        raise ModelsError(f"no .proto files in {PROTOS}, which define the services' contract")
    google_protos = Path(next(iter(google.rpc.__path__))).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "contract"
        options = [f"-I{PROTOS}", f"-I{google_protos}", "--include_imports"]
        # In a subprocess: TensorFlow brings another protobuf, with which it crashes.
        protoc = [sys.executable, "-m", "grpc_tools.protoc", *options]
        run = subprocess.run(
            [*protoc, f"--descriptor_set_out={output}", *map(str, files)],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if run.returncode:
            raise ModelsError(f"the .proto files in {PROTOS} can't be compiled: {run.stderr}")
        descriptors = descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.Add(file)
    return Contract(pool)

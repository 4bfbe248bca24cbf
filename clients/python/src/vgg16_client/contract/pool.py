"""The descriptors of the contract, in a pool of their own.

Python's default pool takes a file name once. Another package that brings the same files in another
version, such as googleapis-common-protos or code that was generated from the contract, could not be
imported in the same process.
"""

from __future__ import annotations

from importlib import resources

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


def _load() -> descriptor_pool.DescriptorPool:
    data = resources.files(__package__).joinpath("contract.binpb").read_bytes()
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(data).file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


POOL = _load()


def messages(file: str) -> dict[str, object]:
    """The message classes and enumeration values of a .proto file, by name."""
    descriptor = POOL.FindFileByName(file)
    classes: dict[str, object] = {
        name: message_factory.GetMessageClass(message)
        for name, message in descriptor.message_types_by_name.items()
    }
    for enum in descriptor.enum_types_by_name.values():
        classes.update({value.name: value.number for value in enum.values})
    return classes

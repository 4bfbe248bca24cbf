"""Overwrites the code for other GPU architectures in a CUDA library with zeros: it packs smaller.

usage: keep_architectures.py LIBRARY SM[,SM...]

The offsets stay as they are, and the CUDA driver never reads code of another architecture. The
layout of a fat binary is that of NVIDIA's fatBinaryCtl: a header of 16 bytes, then entries of code,
each with its kind (1 PTX, 2 machine code), header size, size and architecture.
"""

import struct
import sys
from collections import Counter
from pathlib import Path

MAGIC = b"\x50\xed\x55\xba"
HEADER = struct.Struct("<IHHQ")  # magic, version, header size, size of what follows
MACHINE_CODE = 2


def entries(library, start, end):
    """The code of the fat binary between these offsets: (kind, architecture, begin, end)."""
    at = start
    while at < end:
        kind, _, header_size = struct.unpack_from("<HHI", library, at)
        (size,) = struct.unpack_from("<Q", library, at + 8)
        (architecture,) = struct.unpack_from("<I", library, at + 28)
        yield kind, architecture, at + header_size, at + header_size + size
        at += header_size + size


def blank(library, keep):
    """Overwrites in place; returns the bytes of each architecture before."""
    sizes = Counter()
    at = library.find(MAGIC)
    while at >= 0:
        _, version, header_size, size = HEADER.unpack_from(library, at)
        end = at + header_size + size
        if version != 1 or header_size != HEADER.size or end > len(library):
            at = library.find(MAGIC, at + len(MAGIC))
            continue
        for kind, architecture, begin, stop in entries(library, at + header_size, end):
            sizes[architecture] += stop - begin
            if kind != MACHINE_CODE or architecture not in keep:
                library[begin:stop] = bytes(stop - begin)
        at = library.find(MAGIC, end)
    return sizes


def main(path, architectures):
    keep = {int(architecture) for architecture in architectures.split(",")}
    library = bytearray(Path(path).read_bytes())
    sizes = blank(library, keep)
    missing = keep - sizes.keys()
    if missing:
        has = ", ".join(str(architecture) for architecture in sorted(sizes))
        sys.exit(f"{path} has no code for sm_{min(missing)}; it has {has}")
    Path(path).write_bytes(library)


if __name__ == "__main__":
    main(*sys.argv[1:])

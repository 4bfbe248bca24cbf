"""Makes files of the same content one file with several names, so that an archive has it once.

usage: link_duplicates.py FOLDER
"""

import hashlib
import os
import sys
from pathlib import Path

SMALLEST = 4096


def main(folder):
    first = {}
    for file in sorted(Path(folder).rglob("*")):
        if file.is_symlink() or not file.is_file() or file.stat().st_size < SMALLEST:
            continue
        key = (file.stat().st_mode, hashlib.sha256(file.read_bytes()).digest())
        if key in first:
            file.unlink()
            os.link(first[key], file)
        else:
            first[key] = file


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A line on the terminal that says how far long work is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Passes `items` on; rewrites one line on a terminal, prints a line every 10 s elsewhere."""
    if total is None and isinstance(items, Sized):
        total = len(items)
    live = sys.stderr.isatty()
    started = said = time.monotonic()
    done = 0

    def say(end: str) -> None:
        of = f"/{total}" if total else ""
        rate = done / max(time.monotonic() - started, 1e-9)
        start = "\r" if live else ""
        print(f"{start}{what}: {done}{of} ({rate:.0f}/s)", end=end, file=sys.stderr, flush=True)

    for item in items:
        yield item
        done += 1
        now = time.monotonic()
        if now - said >= (0.2 if live else 10):
            said = now
            say("" if live else "\n")
    if done:
        say("\n")

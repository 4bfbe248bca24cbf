"""Progress of long work, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Yields `items`; updates one line on a terminal, prints a line every 10 s elsewhere."""
    if total is None and isinstance(items, Sized):
        total = len(items)
    is_terminal = sys.stderr.isatty()
    started = reported = time.monotonic()
    done = 0

    def report(end: str) -> None:
        of = f"/{total}" if total else ""
        rate = done / max(time.monotonic() - started, 1e-9)
        line = f"{description}: {done}{of} ({rate:.0f}/s)"
        print(("\r" if is_terminal else "") + line, end=end, file=sys.stderr, flush=True)

    for item in items:
        yield item
        done += 1
        now = time.monotonic()
        if now - reported >= (0.2 if is_terminal else 10):
            reported = now
            report("" if is_terminal else "\n")
    if done:
        report("\n")

"""A bar on stderr with the time that is left, and times and sizes for a person."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from symopt.cli.terminal import cut, width
from symopt.errors import pad
from symopt.language import told

FILLED = 30
WIDTH = 72


@contextmanager
def progress(quiet: bool, what: str = "") -> Iterator[Callable[[int, int], None] | None]:
    """Called with what is done and all there is; nothing where stderr is no terminal. It leaves no trace."""
    columns = width(sys.stderr)
    if quiet or columns is None:
        yield None
        return
    room = min(WIDTH, columns) - 2
    filling = min(FILLED, room // 3)
    begun, first = time.monotonic(), -1

    def advance(done: int, total: int) -> None:
        nonlocal first
        first = done if first < 0 else first
        spent = time.monotonic() - begun
        left = spent / (done - first) * (total - done) if done > first else 0.0
        filled = filling * done // max(total, 1)
        after = f", {clock(left)} left" if left >= 1 else ""
        count = told(f"{done:,}/{total:,} {what}".rstrip())
        text = cut(f"{'█' * filled}{'·' * (filling - filled)} {count}{told(after)}", room)
        print(f"\r{pad(text, room)}", end="", file=sys.stderr, flush=True)

    try:
        yield advance
    finally:
        print("\r" + " " * room + "\r", end="", file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """`2 min 05 s`."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def size(count: int) -> str:
    """Bytes."""
    if count < 10_000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 10_000_000 else f"{count / 1e6:.0f} MB"

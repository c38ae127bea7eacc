"""Room on the interpreter's stack for expressions as deep as may be typed."""

from __future__ import annotations

import sys
import threading


class _Room:
    """The interpreter's limits, lifted while anybody in any thread needs it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.before = (0, 0)

    def __enter__(self) -> None:
        with self.lock:
            if not self.inside:
                self.before = sys.getrecursionlimit(), sys.get_int_max_str_digits()
                sys.setrecursionlimit(max(self.before[0], RECURSION))
                sys.set_int_max_str_digits(0)
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                sys.setrecursionlimit(self.before[0])
                sys.set_int_max_str_digits(self.before[1])

    def keep(self) -> None:
        """Leaves room from now on: sympy's str of an expression so deep, or of such numbers, is the user's to call."""
        with self.lock:
            self.before = max(self.before[0], RECURSION), self.before[1] and max(self.before[1], DIGITS)


RECURSION = 20_000
DIGITS = 100_000
PRINTED = 50  # parts in one another that sympy writes within Python's own limit, wherever it is asked to
room = _Room()


def deep() -> _Room:
    """Room for sympy's own recursion over expressions as deep as may be typed, and for numbers of any length."""
    return room

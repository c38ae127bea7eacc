"""What functions of a file return, as expressions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy
from sympy import Expr, Symbol

from symopt.checking.source.arrays import Exact, array
from symopt.checking.source.doubles import bare
from symopt.checking.source.reading import SourceError, Unreadable
from symopt.checking.source.streams import Stream
from symopt.checking.source.values import number, size

LARGE = 60_000
ONE_NUMBER = "must return one number"
Entry = tuple[str, tuple[int, ...], Expr]


def single(value: Any, message: str) -> Expr:
    if isinstance(value, (list, tuple, Exact)):
        flat = flat_of(value)
        if len(flat) == 1:
            return flat[0]
        raise SourceError(f"{message}, not {len(flat)}", "the loss is a number")
    if value is None:
        raise SourceError(message, "end it with return")
    return flat_of(value)[0]


def flat_of(value: Any) -> list[Expr]:
    try:
        return [bare(number(entry)) for entry in array(value).plain.ravel()]
    except (Unreadable, ValueError, TypeError):
        word = "generator" if isinstance(value, Stream) else type(value).__name__
        raise SourceError(f"a result that is no array of numbers: {word}", "return np.array([...])") from None


def complete(parts: Iterable[Expr], symbols: Iterable[Symbol], lost: SourceError | None) -> None:
    """Raises SourceError if an expression has no real value, holds what is no variable, or is too large."""
    known = set(symbols)
    for part in parts:
        if part.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I) or part.free_symbols - known:
            raise lost or SourceError(
                "an entry is never given a value, or is not a real number", "fill every entry of the array"
            )
        if size(part) > LARGE:
            raise SourceError(f"more than {LARGE} operations when written out", "check smaller functions one by one")

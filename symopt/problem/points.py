"""Windows, starts and numbers of steps as people give them: numbers, sequences, mappings or text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from symopt.errors import StartError, named
from symopt.expression import exact_number, number, point, split
from symopt.loss import Loss

ENDLESS = re.compile(r"\s*,\s*(?:…|\.\.\.)\s*$")
MOST_STARTS, MOST_STEPS = 10_000, 10_000_000


class End(float):
    """The end of a range in floating point, and exactly: a number is the decimal that it prints as."""

    exact: sympy.Expr

    def __new__(cls, typed: Any) -> End:
        """Raises TypeError for what is no number, ExpressionError for a text that is none."""
        if isinstance(typed, End):
            return typed
        made = super().__new__(cls, _value(typed))
        if isinstance(typed, str):
            made.exact = exact_number(typed)
        elif isinstance(typed, int | Fraction | sympy.Expr):
            made.exact = sympy.sympify(typed)
        else:
            made.exact = sympy.Rational(repr(float(made))) if math.isfinite(made) else sympy.nan
        return made


def read_ends(name: str, pair: Any) -> tuple[End, End]:
    """The two ends of a range of a variable or letter, low < high, both finite."""
    example = f"for example {name}=(-2, 2)"
    try:
        if isinstance(pair, str):
            point(pair)  # an error shows its place in the whole text
            ends = tuple(End(piece) for _, piece in split(pair))
        else:
            ends = tuple(End(end) for end in pair)
    except TypeError:
        raise StartError(f"{name} needs a low and a high end, not {named(pair)}", example) from None
    if len(ends) != 2:
        raise StartError(f"{name} needs a low and a high end, {named(pair)} has {len(ends)}", example,
                         shell=f"for example {name}=-2,2")  # fmt: skip
    low, high = ends
    if not (abs(low) <= 1e300 and abs(high) <= 1e300 and low < high):
        raise StartError(f"the low end of {name} must lie below its high end, both finite", example,
                         shell=f"for example {name}=-2,2")  # fmt: skip
    return low, high


def _value(what: Any) -> float:
    """A number, or a text such as `pi/2`. Raises TypeError for anything else."""
    if isinstance(what, str):
        return number(what)
    if isinstance(what, bool | complex | bytes | bytearray) or getattr(what, "ndim", False):
        raise TypeError("no real number")  # older numpy makes a number of [1]
    try:
        return float(what)
    except (ValueError, OverflowError):
        raise TypeError("no number of double precision") from None


def read_window(window: Any, loss: Loss) -> dict[str, tuple[End, End]]:
    """The sides of a window by the variables' names; raises StartError where they do not fit.

    (low, high) is every variable's, (n, 2) each one's, {"x": (low, high)} some of them; a text is `low,high` or
    `x=low,high`, a list of texts several of these, a variable's own winning over that of all.
    """
    names = loss.names
    if isinstance(window, Mapping):
        items = [(str(name).strip(), ends) for name, ends in window.items()]
    elif isinstance(window, str):
        items = [_named(window)]
    elif isinstance(window, list | tuple) and window and all(isinstance(part, str) for part in window):
        pair = len(window) == 2 and not any("," in part or "=" in part for part in window)
        items = [("", window)] if pair else [_named(part) for part in window]
    else:
        items = [("", window)]
    sides: dict[str, tuple[End, End]] = {}
    for name, count in Counter(name for name, _ in items).items():
        if count > 1:
            each = {other: (-2 - k, 2 + k) for k, other in enumerate(names[:3])}
            raise StartError(
                f"{name or 'the window of all variables'} is given twice",
                f"one for each variable is window={each}",
                shell="one for each variable is " + " ".join(f"-w {n}={lo},{hi}" for n, (lo, hi) in each.items()),
            )
    for name, ends in sorted(items, key=lambda item: item[0] != ""):
        if name and name not in names:
            raise StartError(
                f"the window names {name!r}; the variables are {', '.join(loss.arguments)}",
                f'for example window={{"{names[0]}": (-2, 2)}}',
                shell=f"for example -w {names[0]}=-2,2",
            )
        if name:
            sides[name] = _side(name, ends)
        elif isinstance(ends, str):
            sides.update(dict.fromkeys(names, _side("the window", ends)))
        else:
            sides.update(_box(ends, names))
    return sides


def _named(text: str) -> tuple[str, str]:
    """`x=-2,2` as ("x", "-2,2"), `-2,2` as ("", "-2,2")."""
    name, equals, ends = text.partition("=")
    return (name.strip(), ends) if equals else ("", text)


def _side(name: str, ends: Any) -> tuple[End, End]:
    try:
        return read_ends(name, ends)
    except StartError as error:
        error.hint = "for example window=(-2, 2)"
        error.shell = "for example -w -2,2 or -w x=-2,2"
        raise


def _box(ends: Any, names: tuple[str, ...]) -> dict[str, tuple[End, End]]:
    """(low, high) for all, or a row (low, high) for each of the variables."""
    try:
        rows = list(ends)
    except TypeError:
        rows = []
    flat = len(rows) == 2 and not any(isinstance(end, list | tuple | np.ndarray) for end in rows)
    if flat:
        return dict.fromkeys(names, _side("the window", rows))
    if len(rows) != len(names):
        raise StartError(
            f"the window {named(ends)} does not have a low and a high end for "
            + (f"each of {len(names)} variables" if len(names) > 1 else names[0]),
            "for example window=(-2, 2) for all, or " + repr([(-2, 2)] * min(len(names), 3)),
            shell="for example -w -2,2 or -w x=-2,2 -w y=-1,3",
        )
    return {name: _side(name, row) for name, row in zip(names, rows, strict=True)}


def read_point(start: Any, loss: Loss) -> np.ndarray:
    """A start as (n,) floats; raises StartError if its length does not fit or it is not finite.

    A text that ends in `,…` or `,...` goes on as it began: `-1.2,1,…` is (−1.2, 1, −1.2, 1, …).
    """
    some = min(loss.n, 12)
    example, shell = repr([1] * some) if loss.n > 1 else "1", ",".join(["1"] * some)
    if some < loss.n:
        example, shell = "'1,…'", "1,…"
    if isinstance(start, Mapping):
        if sorted(map(str, start)) != sorted(loss.names):
            raise StartError(f"the start names {', '.join(map(str, start))}; "
                             f"the variables are {', '.join(loss.arguments)}", "give each one a value")  # fmt: skip
        start = [start[name] for name in loss.names]
    try:
        begun = ENDLESS.sub("", start) if isinstance(start, str) else start
        listed = np.atleast_1d(np.asarray(point(begun) if isinstance(begun, str) else begun, object))
        if isinstance(begun, str) and begun != start and len(listed) < loss.n:
            listed = np.resize(listed, loss.n)
        values = tuple(map(_value, listed))
    except TypeError:
        raise StartError(f"the start is no point: {named(start)}", f"for example start={example}") from None
    if len(values) != loss.n:
        if some < loss.n and 0 < len(values) <= some:
            typed = start.strip() if isinstance(start, str) else ",".join(f"{v!r}".removesuffix(".0") for v in values)
            example, shell = f"'{typed},…'", f"{typed},…"
        raise StartError(
            f"the start has {len(values)} coordinate{'s' * (len(values) != 1)}, "
            f"the loss has {loss.n:,}: {', '.join(loss.arguments)}",
            f"for example start={example}",
            shell=f"for example -s {shell}",
        )
    x = np.array(values, dtype=float)
    if not np.isfinite(x).all():
        raise StartError("the start is not finite", "give finite numbers")
    return x


def read_points(starts: Any, loss: Loss) -> list[np.ndarray]:
    """Several starts, each a point or a text; `-2:2:9` is nine on a line, `-2:2:3,-1:1:3` a grid of nine."""
    found: list[np.ndarray] = []
    if not isinstance(starts, Iterable) or isinstance(starts, bytes | Mapping):
        raise StartError(f"starts are a list of points, not {named(starts)}", "for example starts=[-1, 1]")
    for each in [starts] if isinstance(starts, str) else starts:
        found += _range(each, loss) if isinstance(each, str) else [read_point(each, loss)]
        if len(found) > MOST_STARTS:
            raise StartError(f"more than {MOST_STARTS:,} starts", "take fewer of them")
    return found


def _range(text: str, loss: Loss) -> list[np.ndarray]:
    """The points of `1,pi/2`, of a line `FIRST:LAST:HOWMANY`, or of a grid with such a line in some coordinates."""
    pieces = [piece for _, piece in split(text, ":")]
    if len(pieces) == 1:
        return [read_point(text, loss)]
    coordinates = [piece for _, piece in split(text)]
    if len(coordinates) == loss.n:
        axes = [_line(text, [piece for _, piece in split(each, ":")]) for each in coordinates]
        many = int(np.prod([len(axis) for axis in axes], dtype=float))
        if many > MOST_STARTS:
            raise StartError(f"{text!r} is {many:,} starts, at most {MOST_STARTS:,} are walked", "take fewer of them")
        return list(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, loss.n))
    if len(pieces) != 3:
        raise _no_range(text)
    first, last = (read_point(piece, loss) for piece in pieces[:2])
    return list(np.linspace(first, last, _many(pieces[2])))


def _line(text: str, pieces: list[str]) -> np.ndarray:
    if len(pieces) == 1:
        return np.array([number(pieces[0])])
    if len(pieces) != 3:
        raise _no_range(text)
    return np.linspace(number(pieces[0]), number(pieces[1]), _many(pieces[2]))


def _no_range(text: str) -> StartError:
    return StartError(f"{text!r} is not FIRST:LAST:HOWMANY", "for example -2:2:9, or a grid -2:2:9,-1:1:5")


def _many(text: str) -> int:
    many = number(text)
    if many != int(many) or not 1 <= many <= MOST_STARTS:
        raise StartError(f"{text.strip()} is not a number of starts from 1 to {MOST_STARTS:,}", "for example -2:2:9")
    return int(many)


def read_number(name: str, value: Any, low: float = 0.0, high: float = np.inf, *, example: str) -> float:
    """A finite number from low to high, or a text such as `pi/2`; raises StartError."""
    try:
        read = _value(value)
    except TypeError:
        raise StartError(f"{name} is a number, not {named(value)}", example) from None
    if not (np.isfinite(read) and low <= read <= high):
        ends = f"from {low:g}" if np.isinf(high) else f"from {low:g} to {high:g}"
        raise StartError(f"{name} is a number {ends}, not {named(value)}", example)
    return read


def whole(name: str, value: Any, low: int = 0, high: float = 2**63) -> int:
    """A whole number from low to high; raises StartError."""
    example = f"for example {name}={max(low, 1)}"
    read = read_number(name, value, low, high, example=example)
    if read != int(read):
        raise StartError(f"{name} is a whole number, not {named(value)}", example)
    return int(read)


def read_steps(steps: Any) -> int:
    """The most steps of a walk: a whole number, or a text that is one; raises StartError."""
    try:
        value = _value(steps)
    except TypeError:
        value = -1.0
    if value != value or not 0 <= value <= MOST_STEPS or value != int(value):
        raise StartError(f"{named(steps)} is not a number of steps from 0 to {MOST_STEPS:,}", "for example steps=50",
                         shell="for example -n 50")  # fmt: skip
    return int(value)

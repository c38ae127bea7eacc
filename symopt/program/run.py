"""Programs run over columns: operation by operation at first, then by their text, which Python has to compile.

Most outputs that are made ready are asked for once or never, and compiling a text takes longer than computing it.
Both ways do the same operations in the same order, so that no digit depends on how often a program was called.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import Any

import numpy as np

from symopt.program.graph import Graph
from symopt.program.namespace import namespace, raised
from symopt.program.numpy import LONGEST, template, written


def compiled(program: Graph, outputs: Sequence[int]) -> Callable[[Any], tuple[Any, ...]]:
    """The outputs of a program: (columns) → their values."""
    text: Callable[[Any], tuple[Any, ...]] | None = None
    called = False

    def values(columns: Any) -> tuple[Any, ...]:
        nonlocal text, called
        if text is None:
            if not called:
                called = True
                return stepwise(program, outputs, columns)
            text = written(program, outputs)
        return text(columns)

    return values


def stepwise(program: Graph, outputs: Sequence[int], columns: Any) -> tuple[Any, ...]:
    """The outputs' values, one operation after the other; what is no longer read is given back."""
    needed, nodes = sorted(program.reachable(outputs)), program.nodes
    left: dict[int, int] = dict.fromkeys(outputs, 1)
    for place in needed:
        for part in nodes[place].parts:
            left[part] = left.get(part, 0) + 1
    values: dict[int, Any] = {}
    for place in needed:
        kind, parts, datum = nodes[place]
        if kind == "input":
            values[place] = columns[datum]
        elif kind in ("constant", "truth"):
            values[place] = datum
        else:
            values[place] = STEPS[kind](datum, *[values[part] for part in parts])
            for part in parts:
                left[part] -= 1
                if not left[part]:
                    del values[part]
    return tuple([values[output] for output in outputs])


def _folded(operation: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Any number of operands from left to right, many in groups, as the text has them."""

    def fold(_datum: Any, *parts: Any) -> Any:
        if len(parts) == 2:
            return operation(*parts)
        while len(parts) > LONGEST:
            parts = tuple(reduce(operation, parts[k : k + LONGEST]) for k in range(0, len(parts), LONGEST))
        return reduce(operation, parts)

    return fold


def _power(exponent: float, base: Any) -> Any:
    if exponent == 0.5:
        return np.sqrt(base)
    if exponent == 1.5:
        return base * np.sqrt(base)
    if exponent == 2:
        return base * base
    if exponent == 3:
        return base * base * base
    return np.square(base * base) if exponent == 4 else np.power(base, exponent)


def _choose(count: int, *parts: Any) -> Any:
    found = parts[-1]
    for condition, value in zip(parts[:count][::-1], parts[count:-1][::-1], strict=True):
        found = np.where(condition, value, found)
    return found


@cache
def _function(datum: str, count: int) -> Callable[..., Any]:
    """What a call does, by the text that programs have of it."""
    name, _, order = datum.partition(":")
    arguments = [f"u{k}" for k in range(count)]
    text = f"{name}({order}, u0)" if order else template(name).format(*arguments)
    made: Callable[..., Any] = eval(f"lambda {', '.join(arguments)}: {text}", namespace((name,)))  # our own text
    return made


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
STEPS: dict[str, Callable[..., Any]] = {
    "add": _folded(operator.add),
    "negative": lambda _, u: -u,
    "multiply": _folded(operator.mul),
    "divide": lambda _, u, v: u / v,
    "power": _power,
    "raise": lambda _, base, exponent: raised(base, exponent),
    "compare": lambda sign, u, v: COMPARISONS[sign](u, v),
    "both": _folded(operator.and_),
    "either": _folded(operator.or_),
    "opposite": lambda _, u: np.logical_not(u),
    "choose": _choose,
    "call": lambda datum, *parts: _function(datum, len(parts))(*parts),
}

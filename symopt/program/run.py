"""Programs run over columns: operation by operation at first, then by their text, which Python has to compile.

Most outputs that are made ready are asked for once or never, and compiling a text takes longer than computing it.
Both ways do the same operations in the same order, so that no digit depends on how often a program was called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from symopt.program.graph import Graph
from symopt.program.namespace import namespace
from symopt.program.nodes import Operation
from symopt.program.numpy import ATOM, Words, words_of, written


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
            values[place] = _step(kind, datum, len(parts))(*[values[part] for part in parts])
            for part in parts:
                left[part] -= 1
                if not left[part]:
                    del values[part]
    return tuple([values[output] for output in outputs])


@lru_cache(maxsize=4096)
def _step(kind: str, datum: Any, count: int) -> Callable[..., Any]:
    """What an operation does with so many parts, by the text that programs have of it."""
    names = [f"u{k}" for k in range(count)]
    text = words_of(Operation(kind, (), datum), [Words(name, ATOM) for name in names]).source
    scope = namespace([datum.partition(":")[0]] if kind == "call" else [])
    made: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {text}", scope)  # our own text
    return made

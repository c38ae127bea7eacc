"""Programs as numpy functions: the text of each operation, compiled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sympy import Expr

from symopt.expression import deep
from symopt.functions import FUNCTIONS
from symopt.program.graph import Graph, Operation
from symopt.program.lower import Program
from symopt.program.namespace import namespace


def compiled(
    program: Graph, outputs: Sequence[int], names: Sequence[str] | None = None
) -> Callable[..., tuple[Any, ...]]:
    """A function of one sequence of columns (or of named arguments) that returns the outputs' values."""
    needed = sorted(program.reachable(outputs))
    uses: dict[int, int] = {}
    for place in needed:
        for part in program.nodes[place].parts:
            uses[part] = uses.get(part, 0) + 1
    inline = {p for p in needed if program.nodes[p].kind in ("constant", "truth")}
    inline |= {p for p in needed if program.nodes[p].kind == "negative" and uses.get(p, 0) == 1}
    words: dict[int, str] = {}
    lines = []
    for place in needed:
        node = program.nodes[place]
        if node.kind == "input":
            source = names[node.datum] if names is not None else f"columns[{node.datum}]"
        else:
            source = text_of(node, [words[part] for part in node.parts])
        if place in inline:
            words[place] = source if node.kind != "negative" else f"({source})"
        else:
            words[place] = f"v{place}"
            lines.append(f"    v{place} = {source}")
    arguments = ", ".join(names) if names is not None else "columns"
    returned = "".join(f"{words[output]}, " for output in outputs)
    source = "\n".join([f"def program({arguments}):", *lines, f"    return ({returned})"])
    functions = {
        program.nodes[place].datum.partition(":")[0] for place in needed if program.nodes[place].kind == "call"
    }
    scope = namespace(functions)
    exec(compile(source, "<symopt program>", "exec"), scope)  # our own text: numbers and v-names only
    return scope["program"]


def compile_symbols(expr: Expr) -> tuple[tuple[str, ...], Callable[..., tuple[Any, ...]]]:
    """The names that an expression reads, sorted, and a function of their values in that order."""
    inputs = sorted(expr.free_symbols, key=str)
    program = Program(inputs)
    with deep():
        place = program.lower(expr)
    return tuple(s.name for s in inputs), compiled(program, [place], names=[f"a{k}" for k in range(len(inputs))])


def text_of(node: Operation, words: list[str]) -> str:
    kind, datum = node.kind, node.datum
    if kind == "constant":
        if datum != datum or abs(datum) == math.inf:
            return "nan" if datum != datum else "inf" if datum > 0 else "(-inf)"
        return repr(datum) if datum >= 0 else f"({datum!r})"
    if kind == "truth":
        return repr(datum)
    if kind == "add":
        return _chain([f"- {w[2:-1]}" if w.startswith("(-v") else f"+ {w}" for w in words], " ").removeprefix("+ ")
    if kind == "negative":
        return f"-{words[0]}"
    if kind == "multiply":
        return _chain(words, " * ")
    if kind == "divide":
        return f"{words[0]} / {words[1]}"
    if kind == "power":
        return _power_text(words[0], datum)
    if kind == "raise":
        return f"raised({words[0]}, {words[1]})"
    if kind == "choose":
        source = words[-1]
        for condition, value in zip(words[:datum][::-1], words[datum:-1][::-1], strict=True):
            source = f"where({condition}, {value}, {source})"
        return source
    if kind == "compare":
        return f"({words[0]} {datum} {words[1]})"
    if kind in ("both", "either"):
        return "(" + (" & " if kind == "both" else " | ").join(words) + ")"
    if kind == "opposite":
        return f"logical_not({words[0]})"
    name, _, order = datum.partition(":")
    if order:
        return f"{name}({order}, {words[0]})"
    return _template(name).format(*words)


@cache
def _template(name: str) -> str:
    """The text of a function: numpy's own without `np.`, else its name, which `namespace` explains."""
    known = FUNCTIONS.get(name)
    template = known.text("numpy") if known is not None and known.array is None else None
    if template and "np." in template:
        return template.replace("np.", "")
    two = known.most == 2 if known is not None else name == "dot"
    return f"{name}({{0}}, {{1}})" if two else f"{name}({{0}})"


def _chain(words: list[str], operator: str) -> str:
    """The words joined, in groups where they are many: Python's own compiler recurses along a chain."""
    while len(words) > 64:
        groups = [operator.join(words[k : k + 64]) for k in range(0, len(words), 64)]
        words = [f"+ ({group.removeprefix('+ ')})" if operator == " " else f"({group})" for group in groups]
    return operator.join(words)


def _power_text(word: str, exponent: float) -> str:
    if exponent == 0.5:
        return f"sqrt({word})"
    if exponent == 1.5:
        return f"{word} * sqrt({word})"
    if exponent in (2, 3, 4):
        return " * ".join([word] * int(exponent)) if exponent < 4 else f"square({word} * {word})"
    return f"power({word}, {exponent!r})"

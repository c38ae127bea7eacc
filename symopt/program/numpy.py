"""Programs as numpy functions: the text of each operation, compiled.

What is used once stands where it is used: an array that has no name is given back as soon as it is read, so that what
a program keeps of a part of its points fits the cache.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sympy import Expr

from symopt.expression import deep
from symopt.functions import FUNCTIONS
from symopt.program.graph import Graph
from symopt.program.lower import Program
from symopt.program.namespace import namespace
from symopt.program.nodes import Operation

DEEPEST = 64  # operations in one another in a line: Python's own compiler recurses
LONGEST = 64  # words of a chain, for the same reason
TWICE = (1.5, 2, 3, 4)  # powers that are written as products, their base more than once


class Words(NamedTuple):
    """The text of a node: how tight it binds, how deep it is, and whether a minus belongs before it."""

    text: str
    level: int
    depth: int = 1
    minus: bool = False

    def at(self, level: int) -> str:
        """The text where something binds as tight as this."""
        if self.minus:
            return f"({self.source})"
        return self.text if self.level >= level else f"({self.text})"

    @property
    def source(self) -> str:
        """The text of a line of its own."""
        return f"-{self._replace(minus=False).at(PRODUCT)}" if self.minus else self.text


SUM, PRODUCT, ATOM = 0, 1, 2


def written(
    program: Graph, outputs: Sequence[int], names: Sequence[str] | None = None
) -> Callable[..., tuple[Any, ...]]:
    """A function of one sequence of columns (or of named arguments) that returns the outputs' values."""
    needed, nodes = sorted(program.reachable(outputs)), program.nodes
    if names is None and all(nodes[place].kind in ("input", "constant") for place in needed):
        return _picked([nodes[output] for output in outputs])
    uses: dict[int, int] = {}
    twice: set[int] = set()
    for output in outputs:
        uses[output] = uses.get(output, 0) + 1
    for place in needed:
        node = nodes[place]
        for part in node.parts:
            uses[part] = uses.get(part, 0) + 1
        if node.kind in ("power", "call") and _repeats(node):
            twice.update(node.parts)
    words: dict[int, Words] = {}
    lines = []
    for place in needed:
        node = nodes[place]
        if node.kind == "input":
            made = Words(names[node.datum] if names is not None else f"columns[{node.datum}]", ATOM)
        else:
            made = words_of(node, [words[part] for part in node.parts])
        alone = uses[place] == 1 and place not in twice and made.depth <= DEEPEST
        if not (alone or node.kind in ("constant", "truth") or (node.kind == "input" and names is not None)):
            lines.append(f"    v{place} = {made.source}")
            made = Words(f"v{place}", ATOM)
        words[place] = made
    arguments = ", ".join(names) if names is not None else "columns"
    returned = "".join(f"{words[output].source}, " for output in outputs)
    source = "\n".join([f"def program({arguments}):", *lines, f"    return ({returned})"])
    functions = {nodes[place].datum.partition(":")[0] for place in needed if nodes[place].kind == "call"}
    scope = namespace(functions)
    exec(compile(source, "<symopt program>", "exec"), scope)  # our own text: numbers and v-names only
    return scope.pop("program")  # which holds the scope: nothing is left to be found by the collector of garbage


def _picked(outputs: Sequence[Operation]) -> Callable[[Any], tuple[Any, ...]]:
    """The function of a program that has no operation: its outputs are inputs and constants."""
    if all(node.kind == "constant" for node in outputs):
        numbers = tuple(node.datum for node in outputs)
        return lambda columns: numbers
    return lambda columns: tuple(columns[node.datum] if node.kind == "input" else node.datum for node in outputs)


def compile_symbols(expr: Expr) -> tuple[tuple[str, ...], Callable[..., tuple[Any, ...]]]:
    """The names that an expression reads, sorted, and a function of their values in that order."""
    inputs = sorted(expr.free_symbols, key=str)
    program = Program(inputs)
    with deep():
        place = program.lower(expr)
    return tuple(s.name for s in inputs), written(program, [place], names=[f"a{k}" for k in range(len(inputs))])


def words_of(node: Operation, parts: Sequence[Words]) -> Words:
    """The text of an operation by those of its parts."""
    kind, datum = node.kind, node.datum
    if kind == "constant":
        return _constant(datum)
    depth = 0
    for part in parts:
        if part.depth > depth:
            depth = part.depth
    depth += len(parts) or 1
    if kind == "add":
        return Words(_sum(parts), SUM, depth)
    if kind == "negative":
        (part,) = parts
        return Words(part.at(ATOM) if part.minus else part.text, ATOM if part.minus else part.level, depth, True)
    if kind == "multiply":
        return Words(_chain([parts[0].at(PRODUCT), *(part.at(ATOM) for part in parts[1:])], " * "), PRODUCT, depth)
    if kind == "divide":
        top, bottom = parts
        reciprocal = _exact_reciprocal(bottom)
        by = f"/ {bottom.at(ATOM)}" if reciprocal is None else f"* {reciprocal!r}"
        return Words(f"{top.at(PRODUCT)} {by}", PRODUCT, depth)
    if kind == "power":
        return _power(parts[0], datum, depth)
    if kind == "compare":
        return Words(f"({parts[0].at(SUM)} {datum} {parts[1].at(SUM)})", ATOM, depth)
    if kind in ("both", "either"):
        joined = (" & " if kind == "both" else " | ").join(part.at(ATOM) for part in parts)
        return Words(f"({joined})", ATOM, depth)
    words = [part.at(SUM) for part in parts]
    if kind == "truth":
        return Words(repr(datum), ATOM)
    if kind == "raise":
        return Words(f"raised({words[0]}, {words[1]})", ATOM, depth)
    if kind == "choose":
        source = words[-1]
        for condition, value in zip(words[:datum][::-1], words[datum:-1][::-1], strict=True):
            source = f"where({condition}, {value}, {source})"
        return Words(source, ATOM, depth)
    if kind == "opposite":
        return Words(f"logical_not({words[0]})", ATOM, depth)
    name, _, order = datum.partition(":")
    if order:
        return Words(f"{name}({order}, {words[0]})", ATOM, depth)
    return Words(template(name).format(*(part.at(ATOM) for part in parts)), ATOM, depth)


@lru_cache(maxsize=4096, typed=True)
def _constant(value: float) -> Words:
    if value != value or abs(value) == math.inf:
        return Words("nan" if value != value else "inf", ATOM, minus=value == -math.inf)
    return Words(repr(abs(value)), ATOM, minus=math.copysign(1.0, value) < 0)


def _sum(parts: Sequence[Words]) -> str:
    """A chain of + and −; of negative terms before the first positive one the sum is subtracted from it."""
    terms = [part.text if part.level >= PRODUCT else f"({part.text})" for part in parts]
    signs = [part.minus for part in parts]
    if not any(signs) and len(parts) <= LONGEST:
        return " + ".join(terms)
    first = signs.index(False) if signs[0] and False in signs else 0
    if first and len(parts) <= LONGEST:
        before = terms[0] if first == 1 else f"({' + '.join(terms[:first])})"
        terms, signs = [terms[first], before, *terms[first + 1 :]], [False, True, *signs[first + 1 :]]
    signed = [f"{'-' if minus else '+'} {term}" for minus, term in zip(signs, terms, strict=True)]
    return _chain(signed, " ").removeprefix("+ ")


def _exact_reciprocal(words: Words) -> float | None:
    """1/c of a constant that is a power of two, by which to multiply is the same and faster."""
    if words.minus or not NUMBER.fullmatch(words.text):
        return None
    value = float(words.text)
    return 1 / value if math.frexp(value)[0] == 0.5 and 2.0**-1000 < value < 2.0**1000 else None


NUMBER = re.compile(r"[\d.]+(?:e[+-]?\d+)?")


def _repeats(node: Operation) -> bool:
    """Whether the text of a power or a call holds that of a part more than once."""
    if node.kind == "power":
        return node.datum in TWICE
    return ":" not in node.datum and any(template(node.datum).count(f"{{{k}}}") > 1 for k in range(len(node.parts)))


@cache
def template(name: str) -> str:
    """The text of a function: numpy's own without `np.`, else its name, which `namespace` explains."""
    known = FUNCTIONS.get(name)
    found = known.text("numpy") if known is not None and known.array is None else None
    if found and "np." in found:
        return found.replace("np.", "")
    two = known.most == 2 if known is not None else name == "dot"
    return f"{name}({{0}}, {{1}})" if two else f"{name}({{0}})"


def _chain(words: Iterable[str], operator: str) -> str:
    """The words joined, in groups where they are many."""
    words = words if isinstance(words, list) else list(words)
    while len(words) > LONGEST:
        groups = [operator.join(words[k : k + LONGEST]) for k in range(0, len(words), LONGEST)]
        words = [f"+ ({group.removeprefix('+ ')})" if operator == " " else f"({group})" for group in groups]
    return operator.join(words)


def _power(base: Words, exponent: float, depth: int) -> Words:
    word = base.at(ATOM)
    if exponent == 0.5:
        return Words(f"sqrt({word})", ATOM, depth)
    if exponent == 1.5:
        return Words(f"{word} * sqrt({word})", PRODUCT, depth)
    if exponent in (2, 3):
        return Words(" * ".join([word] * int(exponent)), PRODUCT, depth)
    if exponent == 4:
        return Words(f"square({word} * {word})", ATOM, depth)
    return Words(f"power({word}, {exponent!r})", ATOM, depth)

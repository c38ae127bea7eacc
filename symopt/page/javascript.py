"""Straight-line programs as JavaScript: the same nodes, in the same order, as the numpy functions."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Symbol

from symopt.errors import MethodError, RenderError
from symopt.expression import Formula, deep
from symopt.expression.formulas import dot, norm
from symopt.functions import FUNCTIONS
from symopt.methods import Method, Rule
from symopt.page.bundle import optional
from symopt.program import Operation, Program

Words = tuple[str, ...]  # one word for a number per lane, n words for a vector

NEGATIVE = re.compile(
    r"\(-(?:[\w.]+(?:\[\d+\])?(?:\([^()]*\))?|\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\))\)"
)
CALL = re.compile(r"[a-z]\w*\([^()]*(?:\([^()]*\)[^()]*)*\)")
INLINE = 80  # a node used once stands where it is used, unless the line grew too long


class Script:
    """Lines of JavaScript that compute nodes; a vector's coordinates stand side by side."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.lines: list[str] = []
        self.programs = 0

    def write(
        self, program: Program, outputs: Sequence[int], inputs: Sequence[Words], named: Sequence[int] = ()
    ) -> list[Words]:
        """Appends the lines; returns the words of the outputs.

        inputs: the words of each of the program's inputs. named: nodes that get a line, for they are read again.
        """
        needed = sorted(program.reachable(outputs))
        uses = Counter(outputs)
        for place in needed:
            node = program.nodes[place]
            uses.update(node.parts * (2 if node.kind == "power" else 1))  # their text repeats it
        self.programs += 1
        letter = "vwuzabcde"[(self.programs - 1) % 9] * (1 + (self.programs - 1) // 9)
        found: dict[int, Words] = {}
        for place in needed:
            node = program.nodes[place]
            if node.kind == "input":
                found[place] = tuple(inputs[node.datum])
                continue
            parts = [found[part] for part in node.parts]
            if node.kind == "call" and node.datum in ("norm", "dot"):
                sources: Words = (self.reduce(node.datum, parts),)
            else:
                width = max((len(part) for part in parts), default=1)
                sources = tuple(text(node, [part[k % len(part)] for part in parts]) for k in range(width))
            if node.kind in ("constant", "truth"):
                found[place] = sources
            elif uses[place] == 1 and len(sources[0]) <= INLINE and place not in named:
                whole = CALL.fullmatch(sources[0]) is not None
                found[place] = tuple(source if whole else f"({source})" for source in sources)
            else:
                names = [f"{letter}{place}" + ("" if len(sources) == 1 else f"_{k}") for k in range(len(sources))]
                self.lines.extend(f"let {name}={source};" for name, source in zip(names, sources, strict=True))
                found[place] = tuple(names)
        return [found[output] for output in outputs]

    def reduce(self, name: str, parts: Sequence[Words]) -> str:
        """norm and dot over the coordinates."""
        left, right = parts[0], parts[-1]
        if name == "norm":
            return f"hypot({','.join(left)})"  # whatever its scale
        width = max(len(left), len(right))
        return "+".join(f"{left[k % len(left)]}*{right[k % len(right)]}" for k in range(width))


def text(node: Operation, words: Sequence[str]) -> str:
    """One operation. Raises RenderError for a function that JavaScript does not have."""
    kind, datum = node.kind, node.datum
    if kind == "constant":
        if not math.isfinite(datum):
            return "NaN" if math.isnan(datum) else "Infinity" if datum > 0 else "(-Infinity)"
        return number(datum) if datum >= 0 else f"({number(datum)})"
    if kind == "truth":
        return "true" if datum else "false"
    if kind == "add":
        return "".join(f"-{w[2:-1]}" if NEGATIVE.fullmatch(w) else f"+{w}" for w in words).removeprefix("+")
    if kind == "negative":
        return f"-{words[0]}"
    if kind in ("multiply", "divide"):
        return ("*" if kind == "multiply" else "/").join(words)
    if kind == "power":
        return _power(words[0], datum)
    if kind == "raise":
        return f"raise({words[0]},{words[1]})"
    if kind == "choose":
        pairs = zip(words[:datum], words[datum:-1], strict=True)
        return "".join(f"{condition}?{value}:" for condition, value in pairs) + words[-1]
    if kind == "compare":
        return f"({words[0]}{ {'==': '===', '!=': '!=='}.get(datum, datum) }{words[1]})"
    if kind in ("both", "either"):
        return "(" + ("&&" if kind == "both" else "||").join(words) + ")"
    if kind == "opposite":
        return f"!{words[0]}"
    name, _, order = datum.partition(":")
    template = FUNCTIONS[name].text("js") if name in FUNCTIONS else None
    if template is None:
        shown = f"{name}({order}, …)" if order else name
        raise RenderError(
            f"{shown} has no JavaScript counterpart, so that a page cannot compute it",
            "animate draws this loss",
            shell="symopt animate draws this loss",
        )
    return template.replace("Math.", "").replace(", ", ",").format(*([order] if order else []), *words)


def number(value: float) -> str:
    return repr(value).removesuffix(".0")


def _power(word: str, exponent: float) -> str:
    if exponent == 0.5:
        return f"sqrt({word})"
    if exponent == 1.5:
        return f"{word}*sqrt({word})"
    if exponent in (2, 3):
        return "*".join([word] * int(exponent))
    if exponent == 4:
        return f"square({word}*{word})"
    return f"raise({word},{number(exponent)})"


def loss(
    program: Program, value: int, gradient: Mapping[int, int], hessian: Mapping[tuple[int, int], int], n: int,
    searched: bool = False, residuals: Sequence[int] = (),
) -> str:  # fmt: skip
    """An object of two functions of the coordinates and letters C: g(C, O) and h(C, O), which fill O.

    O holds f, then the gradient, then the lower half of the Hessian row by row; g leaves the last part alone. kinks is
    there if the derivatives jump somewhere. searched: whether there is also e(C), how far a unit of rounding moves f.
    residuals: their nodes, of which r(C) gives a row [∂r/∂x, r] each, one behind the other.
    """
    zero = program.constant(0)
    slopes = [gradient.get(i, zero) for i in range(n)]
    bends = [hessian.get((i, j), zero) for i in range(n) for j in range(i + 1)]
    inputs = [(f"C[{k}]",) for k in range(len(program.inputs))]

    def body(outputs: list[int]) -> tuple[str, list[str]]:
        script = Script(n)
        words = script.write(program, outputs, inputs)
        return "".join(script.lines), [word for (word,) in words]

    functions = []
    for name, outputs in (("g", [value, *slopes]), ("h", [value, *slopes, *bends])):
        lines, words = body(outputs)
        functions.append(f"{name}(C,O){{{lines}{''.join(f'O[{k}]={word};' for k, word in enumerate(words))}}}")
    if searched:
        lines, (word,) = body([program.rounding(value)])
        functions.append(f"e(C){{{lines}return {word}}}")
    if residuals:
        rows = [(program.gradient(node, upto=n - 1), node) for node in residuals]
        lines, words = body([place for slopes, r in rows for place in (*(slopes.get(i, zero) for i in range(n)), r)])
        functions.append(f"r(C){{{lines}return[{','.join(words)}]}}")
    if program.kinks:
        functions.append("kinks:1")
    return "{" + ",\n".join(functions) + "}"


BENT = ("line-search-newton", "modified-newton", "newton-cg", "trust-region", "cubic-newton")
"""Methods that are code and know the curvature."""


def method(method: Method, n: int) -> str:
    """A rule as `rule` says, of any method; raises MethodError for one that a page cannot walk."""
    if isinstance(method, Rule):
        return rule(method.read, n, bool(method.batch))
    name = re.sub(r"-(\w)", lambda part: part[1].upper(), method.name)
    if name not in optional():
        raise MethodError(f"{method.name} is code that a page does not have", "animate draws it",
                          shell="symopt animate walks it")  # fmt: skip
    flags = ["states:0"] + ["bends:1"] * (method.name in BENT)
    flags += ["free:1"] * method.memoryless + ["falls:1"] * method.descends
    return "{" + ",".join([*flags, f"code:coded({name})"]) + "}"


def rule(formula: Formula, n: int, batches: bool = False) -> str:
    """An object that makes one step of a formula in n variables; raises MethodError where that has no meaning.

    go(P, X, F, G, H, t, S, E, e): parameters, point, value, gradient, curvatures, step number, state, noise, epoch; X
    and S are replaced. shift(P, X, F, G, t, e) in its place: c, where the step is −g/(h + c) and has to be solved for.
    states: how many vectors S holds. bends: whether h is read. free: whether the next point depends on the point alone.
    noise: what draws it, from the last parameter. batch: what lets a step see some terms alone, by the last two.
    """
    if n > 1:
        formula.require_linear()
    alone = n == 1 or any(expr.has(norm, dot) for _, expr in formula.statements)  # else all do the same
    places: Sequence[Any] = range(n) if alone else ("i",)
    parameters = {name: (f"P[{k}]",) for k, name in enumerate(formula.parameters)}
    vectors = {
        name: tuple(f"{array}[{i}]" for i in places)
        for name, array in (*zip("xgh", "XGH", strict=True), ("noise", "E"))
    }
    state = {
        name: tuple(f"S[{k * n + i if alone else f'{k * n}+{i}'}]" for i in places)
        for k, name in enumerate(formula.state)
    }
    known: dict[str, Words] = {**parameters, **vectors, "f": ("F",), "t": ("t",), "epoch": ("e",), **state}
    try:
        script = Script(n)
        for name, expr in formula.statements:
            (words,) = _statement(script, expr, known, name in state)
            known[name] = tuple(words[k % len(words)] for k in range(len(places)))
        results = [*zip(vectors["x"], known["x"], strict=True)]
        for name in formula.state:
            results += zip(state[name], known[name], strict=True)
        if len(results) > 1:  # every word is read before the first is written
            script.lines += [f"let r{k}={word};" for k, (_, word) in enumerate(results)]
            results = [(place, f"r{k}") for k, (place, _) in enumerate(results)]
        script.lines += [f"{place}={word};" for place, word in results]
        body = "".join(script.lines)
        parts = [f"go(P,X,F,G,H,t,S,E,e){{{body if alone else f'for(let i=0;i<{n};i++){{{body}}}'}}}"]
        if n > 1 and formula.shift is not None:
            script = Script(n)
            ((word, *_),) = _statement(
                script, formula.shift, {**parameters, **vectors, "f": ("F",), "t": ("t",), "epoch": ("e",)}, False
            )
            parts = [f"shift(P,X,F,G,t,e){{{''.join(script.lines)}return {word}}}"]
    except RenderError as error:
        raise MethodError(error.message, "animate draws it", shell="symopt animate walks it") from None  # fmt: skip
    flags = [f"states:{len(formula.state)}"] + ["bends:1"] * ("h" in formula.names)
    flags += ["free:1"] * (formula.memoryless and not batches) + ["batch:batched"] * batches
    flags += ["noise:normals"] * ("noise" in formula.names)
    return "{" + ",".join([*flags, *parts]) + "}"


def _statement(script: Script, expr: Any, known: Mapping[str, Words], named: bool) -> list[Words]:
    inputs: list[Symbol] = sorted(expr.free_symbols, key=str)
    program = Program(inputs)
    with deep():
        place = program.lower(expr)
    return script.write(program, [place], [known[symbol.name] for symbol in inputs], [place] * named)

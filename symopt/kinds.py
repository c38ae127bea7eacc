"""The kinds of operations: each one's text for numpy, and the partial derivatives of each function."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, Symbol

from symopt.expression import cbrt

if TYPE_CHECKING:
    from symopt.derivative import Node, Program

TEXT = {
    "sin": "sin({0})", "cos": "cos({0})", "tan": "tan({0})",
    "sec": "(1.0 / cos({0}))", "csc": "(1.0 / sin({0}))", "cot": "(cos({0}) / sin({0}))",
    "asin": "arcsin({0})", "acos": "arccos({0})", "atan": "arctan({0})", "atan2": "arctan2({0}, {1})",
    "sinh": "sinh({0})", "cosh": "cosh({0})", "tanh": "tanh({0})",
    "sech": "(1.0 / cosh({0}))", "csch": "(1.0 / sinh({0}))", "coth": "(1.0 / tanh({0}))",
    "asinh": "arcsinh({0})", "acosh": "arccosh({0})", "atanh": "arctanh({0})",
    "exp": "exp({0})", "expm1": "expm1({0})", "log": "log({0})", "log1p": "log1p({0})",
    "Abs": "absolute({0})", "sign": "sign({0})", "Heaviside": "heaviside({0}, 0.5)", "cbrt": "cbrt({0})",
    "sigmoid": "sigmoid({0})", "logaddexp": "logaddexp({0}, {1})",
    "erf": "erf({0})", "erfc": "erfc({0})", "gamma": "gamma({0})",
    "loggamma": "loggamma({0})", "log_gamma": "log_gamma({0})",
    "norm": "norm({0})", "dot": "dot({0}, {1})",
}  # fmt: skip


def text_of(node: Node, words: list[str]) -> str:
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
        return f"power({words[0]}, {words[1]})"
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
    return TEXT[name].format(*words)


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


@cache
def partial(kind: str, count: int, k: int) -> tuple[tuple[Symbol, ...], Expr]:
    """The derivative of a kind of function by its argument k, from sympy, once."""
    arguments = tuple(Symbol(f"u{j}", real=True) for j in range(count))
    if kind.startswith("polygamma:"):
        return arguments, sympy.polygamma(int(kind.split(":")[1]) + 1, *arguments)
    function = cbrt if kind == "cbrt" else getattr(sympy, kind)
    return arguments, sympy.diff(function(*arguments), arguments[k])


def _sigmoid_partial(program: Program, _kind: str, parts: tuple[int, ...], _k: int) -> int:
    """σ′(u) = σ(u)·σ(−u)."""
    return program.multiply(program.call("sigmoid", parts), program.call("sigmoid", [program.negative(parts[0])]))


def _logaddexp_partial(program: Program, _kind: str, parts: tuple[int, ...], k: int) -> int:
    """∂ log(exp a + exp b)/∂a = σ(a − b)."""
    return program.call("sigmoid", [program.add([parts[k], program.negative(parts[1 - k])])])


def _reciprocal_partial(program: Program, _kind: str, parts: tuple[int, ...], _k: int) -> int:
    """log1p′(u) = 1/(1 + u)."""
    return program.divide(program.constant(1), program.add([parts[0], program.constant(1)]))


def _sinc_partial(program: Program, kind: str, parts: tuple[int, ...], _k: int) -> int:
    return program.call(f"sinc:{int(kind.split(':')[1]) + 1}", parts)


OWN_PARTIALS: dict[str, Callable[[Program, str, tuple[int, ...], int], int]] = {
    "sigmoid": _sigmoid_partial,
    "logaddexp": _logaddexp_partial,
    "log1p": _reciprocal_partial,
    "expm1": lambda program, _kind, parts, _k: program.call("exp", parts),
    "log_gamma": lambda program, _kind, parts, _k: program.call("polygamma:0", parts),
    "Abs": lambda program, _kind, parts, _k: program.call("sign", parts),
    "tanh": lambda program, _kind, parts, _k: program.power(program.call("sech", parts), 2),  # 1 − tanh² cancels
    "sinc": _sinc_partial,
}

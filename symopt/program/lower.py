"""From sympy to single operations: which parts an expression's node has, and how it is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from sympy import Expr, S, Symbol
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom

from symopt.errors import DerivativeError
from symopt.functions import FORMS, FUNCTIONS, Function, row
from symopt.program.graph import Graph
from symopt.program.stable import SQUARES as SQUARED
from symopt.program.stable import is_constant, stable

DIGITS = 340
"""Digits of a constant that is no fraction, such as pi."""
LARGEST = 10**400
SQUARES = {row_of.name: FORMS[other].name for form, other in SQUARED.items() if (row_of := FORMS[form])}


class Program(Graph):
    """The operations of expressions of some inputs.

    kinks: the functions met whose derivatives jump somewhere.
    """

    def __init__(self, inputs: Sequence[Symbol]) -> None:
        super().__init__()
        self.inputs = tuple(inputs)
        self.lowered: dict[sympy.Basic, int] = {}
        self.kinks: set[str] = set()
        for place, symbol in enumerate(inputs):
            self.lowered[symbol] = self.node("input", datum=place)

    @property
    def kind(self) -> Callable[..., Program]:
        """What makes programs like this one, for those of derivatives."""
        return type(self)

    def lower(self, expr: sympy.Basic) -> int:
        """The node of an expression in its stable form; nothing here recurses, however deep the expression."""
        top, lowered = stable(expr), self.lowered
        stack: list[tuple[sympy.Basic, tuple[sympy.Basic, ...] | None]] = [(top, None)]
        while stack:
            current, ready = stack.pop()
            if current in lowered:
                continue
            parts = parts_of(current) if ready is None else ready
            if ready is not None or not parts:
                lowered[current] = self.operation(current, [lowered[part] for part in parts])
            else:
                stack.append((current, parts))
                stack.extend([(part, None) for part in parts if part not in lowered])
        return lowered[top]

    def operation(self, expr: sympy.Basic, parts: list[int]) -> int:
        if is_constant(expr):
            return self.number(expr)
        if isinstance(expr, BooleanAtom):
            return self.node("truth", datum=bool(expr))
        rule = RULES.get(expr.func)
        if rule is not None:
            return rule(self, expr, parts)
        if isinstance(expr, sympy.Symbol):
            raise DerivativeError(
                f"the variable {expr} is not among those declared",
                "declare it, as in variables=['x', 'y']",
                shell="declare it with --vars",
            )
        if isinstance(expr, AppliedUndef):
            return self.node("call", *parts, datum=expr.func.__name__)
        known = row(expr)
        if known is None:
            raise DerivativeError(
                f"{expr.func.__name__} has no numerical version here", "write it with other functions"
            )
        datum = f"{known.name}:{expr.args[0]}" if known.ordered else known.name
        if not known.folds:
            return self.node("call", *parts, datum=datum)
        total = parts[0]
        for part in parts[1:]:
            total = self.node("call", total, part, datum=datum)
        return total

    def number(self, expr: Expr) -> int:
        """The node of a constant expression."""
        value = float_of(expr)
        return self.constant(value, exact_of(expr, value))

    def partial(self, kind: str, parts: tuple[int, ...], k: int) -> int:
        name, _, order = kind.partition(":")
        inner, top, kink = slope(self.kind, FUNCTIONS[name], order, len(parts), k)
        if kink:
            self.kinks.add(name)
        return self.graft(inner, top, parts)

    def beside(self, constant: float, part: int) -> int | None:
        """c + k·g(u) by the row of g, c − c·g(u)² by the other square, c − c·a/(a + v) as c·v/(a + v)."""
        k, g = self.split(part)
        node = self.nodes[g]
        ratio = k / constant
        if node.kind == "call":
            name = node.datum.partition(":")[0]
            if name in FUNCTIONS and ratio in FUNCTIONS[name].beside:
                inner, top = beside(self.kind, FUNCTIONS[name], ratio)
                return self.multiply(self.constant(constant), self.graft(inner, top, node.parts))
        elif ratio == -1 and node.kind == "power" and node.datum == 2:
            base = self.nodes[node.parts[0]]
            if base.kind == "call" and base.datum in SQUARES:
                other = self.node("call", *base.parts, datum=SQUARES[base.datum])
                return self.multiply(self.constant(constant), self.power(other, 2))
            if base.kind == "divide" and (sides := self.sides(*base.parts)) is not None and abs(sides[0]) == 1:
                other = self.divide(sides[2], self.split(base.parts[1])[1])
                return self.multiply(self.constant(constant), self.power(other, 2))
        elif node.kind == "divide" and self.known(node.parts[0]) is not None:
            k *= self.nodes[node.parts[0]].datum
            below = self.nodes[node.parts[1]]
            if below.kind == "power" and below.datum == 2 and self.nodes[below.parts[0]].datum == "hypot":
                u, v = self.nodes[below.parts[0]].parts
                if (c := self.known(v)) is not None and k == -constant * c * c:
                    return self.multiply(self.constant(constant), self.power(self.divide(u, below.parts[0]), 2))
            if below.kind == "add" and (a := self.known(below.parts[-1])) and k == -a * constant:
                return self.multiply(self.constant(constant), self.divide(self.add(below.parts[:-1]), node.parts[1]))
        return None

    def sides(self, top: int, bottom: int) -> tuple[float, int, int] | None:
        """(k, u, v) if top/bottom is k·u/√(u² + v²) with a constant k."""
        q, root = self.split(bottom)
        node = self.nodes[root]
        if node.kind == "call" and node.datum == "hypot":
            p, g = self.split(top)
            for u, v in (node.parts, node.parts[::-1]):
                k, same = self.split(u)
                if same == g and self.known(g) is None:
                    return p / q / k, u, v
        return None

    def ratio(self, top: int, bottom: int) -> list[tuple[int, int]] | None:
        """Of u/r, r = √(u² + v²): (v/r)²/r and −(u/r)(v/r)/r; a/(u + a)² of u/(u + a); of sin(u)/u the next of sinc."""
        if (sides := self.sides(top, bottom)) is not None:
            k, u, v = sides
            root = (self.split(bottom)[1],) * 3
            slopes = ((u, self.quotient((v, v), root)), (v, self.negative(self.quotient((u, v), root))))
            return [(part, self.multiply(self.constant(k), slope)) for part, slope in slopes]
        below = self.nodes[bottom]
        if below.kind == "add" and below.parts[0] == top and self.known(below.parts[1]) is not None:
            return [(top, self.quotient(below.parts[1:], (bottom, bottom)))]
        p, sine = self.split(top)
        node = self.nodes[sine]
        if node.kind == "call" and node.datum == "sin":
            (k, g), (q, same) = self.split(node.parts[0]), self.split(bottom)
            if g == same:
                slope = self.node("call", node.parts[0], datum="sinc:1")
                return [(node.parts[0], self.multiply(self.constant(p * k / q), slope))]
        return None


@cache
def beside(kind: Callable[..., Program], known: Function, ratio: float) -> tuple[Program, int]:
    """1 + k·g(u) as a program of u, once."""
    u = Symbol("u", real=True)
    program = kind((u,))
    return program, program.lower(known.beside[int(ratio)](u))


@cache
def slope(kind: Callable[..., Program], known: Function, order: str, count: int, k: int) -> tuple[Program, int, bool]:
    """The derivative of a function by its argument k as a program of its arguments, once."""
    arguments = tuple(Symbol(f"u{j}", real=True) for j in range(count))
    if known.partial is not None:
        formula = known.partial(*arguments, k)
    else:
        leading = (sympy.Integer(int(order)),) if known.ordered else ()
        formula = sympy.diff(known.forms[-1](*leading, *arguments), arguments[k])
    program = kind(arguments)
    return program, program.lower(formula), known.kink


def float_of(expr: Expr) -> float:
    if expr.is_Rational:
        try:
            return expr.p / expr.q
        except OverflowError:
            return math.inf if expr.p > 0 else -math.inf
    value = expr.evalf(25)
    return float(value) if value.is_Number else math.nan


def exact_of(expr: Expr, value: float) -> Fraction | None:
    """A constant that a float holds rounded: exactly, or to as many digits as are ever asked for."""
    if not math.isfinite(value) or not value or value == int(value):
        return None
    if not expr.is_Rational:
        expr = expr.evalf(DIGITS)
        if not expr.is_Float:
            return None
        sign, mantissa, power, _ = expr._mpf_
        whole = Fraction(int(mantissa)) * Fraction(2) ** int(power)
        return -whole if sign else whole
    return Fraction(int(expr.p), int(expr.q)) if max(abs(expr.p), expr.q) < LARGEST else None


def parts_of(expr: sympy.Basic) -> tuple[sympy.Basic, ...]:
    """What an expression's node is made of; the exponent of a power and the like are data, not parts."""
    if not expr.args or is_constant(expr):
        return ()
    if isinstance(expr, sympy.Pow):
        if expr.exp.is_Rational:
            return (expr.base,)
        return (expr.exp,) if expr.base is S.Exp1 else (expr.base, expr.exp)
    if isinstance(expr, sympy.Mul):
        return tuple(p for factor in expr.args for p in _factor(factor))
    if isinstance(expr, sympy.Piecewise):
        return tuple(condition for _, condition in expr.args[:-1]) + tuple(value for value, _ in expr.args)
    known = row(expr)
    if known is None:
        return expr.args
    return known.given(expr)[1:] if known.ordered else known.given(expr)


def _factor(factor: Expr) -> tuple[Expr, ...]:
    """A factor of a product: a negative power stands by its positive one, which is divided by."""
    if is_constant(factor):
        return ()
    return (factor.base ** (-factor.exp),) if _divides(factor) else (factor,)


def _divides(factor: Expr) -> bool:
    return isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp.is_negative


# one rule per sympy class: how its node is made from its parts


def _multiply(program: Program, expr: Expr, parts: list[int]) -> int:
    coefficient: Expr = S.One
    rest = iter(parts)
    top: list[int] = []
    bottom: list[int] = []
    for factor in expr.args:
        if is_constant(factor):
            coefficient = factor if coefficient is S.One else sympy.Mul(coefficient, factor)
        else:
            (bottom if _divides(factor) else top).append(next(rest))
    if coefficient.is_Rational and abs(coefficient.p) == 1 and 1 < coefficient.q < 2**53:
        bottom.append(program.constant(coefficient.q))
        coefficient = sympy.Integer(coefficient.p)
    numerator = program.multiply(*top) if coefficient is S.One else program.multiply(program.number(coefficient), *top)
    return program.divide(numerator, program.multiply(*bottom)) if bottom else numerator


def _power(program: Program, expr: Expr, parts: list[int]) -> int:
    if expr.exp.is_Rational:
        return program.power(parts[0], float_of(expr.exp))
    if expr.base is S.Exp1:
        return program.node("call", *parts, datum="exp")
    return program.node("raise", *parts)


def _piecewise(program: Program, expr: Expr, parts: list[int]) -> int:
    count = len(expr.args) - 1
    if expr.args[-1][1] is not S.true:  # pragma: no cover - the parser demands it
        raise DerivativeError("Piecewise without a last branch True")
    program.kinks.add("Piecewise")
    return program.choose(parts[:count], parts[count:])


def _extreme(operator: str) -> Callable[[Program, Expr, list[int]], int]:
    def rule(program: Program, expr: Expr, parts: list[int]) -> int:
        program.kinks.add(expr.func.__name__)
        best = parts[0]
        for part in parts[1:]:
            best = program.choose([program.node("compare", best, part, datum=operator)], [best, part])
        return best

    return rule


def _compare(operator: str) -> Callable[[Program, Expr, list[int]], int]:
    return lambda program, _expr, parts: program.node("compare", *parts, datum=operator)


RULES: dict[Any, Callable[[Program, Any, list[int]], int]] = {
    sympy.Add: lambda program, _expr, parts: program.add(parts),
    sympy.Mul: _multiply,
    sympy.Pow: _power,
    sympy.Piecewise: _piecewise,
    sympy.Max: _extreme(">="),
    sympy.Min: _extreme("<="),
    sympy.StrictLessThan: _compare("<"),
    sympy.LessThan: _compare("<="),
    sympy.StrictGreaterThan: _compare(">"),
    sympy.GreaterThan: _compare(">="),
    sympy.Unequality: _compare("!="),
    sympy.Equality: _compare("=="),
    sympy.And: lambda program, _expr, parts: program.node("both", *parts),
    sympy.Or: lambda program, _expr, parts: program.node("either", *parts),
    sympy.Not: lambda program, _expr, parts: program.node("opposite", *parts),
    sympy.ITE: lambda program, _expr, parts: program.node(
        "either",
        program.node("both", parts[0], parts[1]),
        program.node("both", program.node("opposite", parts[0]), parts[2]),
    ),
}

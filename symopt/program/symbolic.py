"""Programs as formulas: the operations that the numbers of a loss come from, written as sympy expressions.

Nothing is simplified or put in another order on the way, so that what is printed overflows and cancels where the
program does, and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, S, Symbol

from symopt.functions import FUNCTIONS
from symopt.program.graph import Graph
from symopt.program.lower import Program, float_of
from symopt.program.nodes import Operation
from symopt.program.stable import is_constant


class Symbolic(Program):
    """A program whose constants keep their names: π, √2 and their like are inputs behind the variables.

    named: those constants.
    """

    def __init__(self, inputs: Sequence[Symbol]) -> None:
        super().__init__(inputs)
        self.named: list[Expr] = []

    def number(self, expr: Expr) -> int:
        coefficient, rest = expr.as_coeff_Mul()
        if rest is S.One or not coefficient.is_Rational or not math.isfinite(float_of(rest)):
            return super().number(expr)
        return self.multiply(super().number(coefficient), self.name(rest))

    def name(self, constant: Expr) -> int:
        """The node of a constant by name."""
        if constant not in self.named:
            self.named.append(constant)
        return self.node("input", datum=len(self.inputs) + self.named.index(constant))

    def graft(self, other: Graph, top: int, inputs: Sequence[int]) -> int:
        assert isinstance(other, Symbolic)
        return super().graft(other, top, [*inputs, *map(self.name, other.named)])

    def formulas(self, places: Sequence[int]) -> list[Expr]:
        """The expressions of nodes."""
        made: dict[int, Any] = {}
        for here in sorted(self.reachable(places)):
            node = self.nodes[here]
            if node.kind == "constant":
                exact = self.exactly(here)
                made[here] = sympy.Rational(exact.numerator, exact.denominator) if exact else _special(node.datum)
            elif node.kind == "input":
                made[here] = [*self.inputs, *self.named][node.datum]
            elif node.kind == "call":
                made[here] = _call(node, [made[part] for part in node.parts])
            elif node.kind == "choose":
                made[here] = self.choice(node, [made[part] for part in node.parts])
            else:
                made[here] = FORMULAS[node.kind](node.datum, *(made[part] for part in node.parts))
        return [made[place] for place in places]

    def choice(self, node: Operation, parts: Sequence[Any]) -> Expr:
        """Max or Min where the choice is one of them."""
        condition = self.nodes[node.parts[0]]
        if node.datum == 1 and condition.kind == "compare" and condition.parts == node.parts[1:]:
            extreme = {">=": sympy.Max, "<=": sympy.Min}.get(condition.datum)
            if extreme is not None:
                return extreme(*parts[1:], evaluate=False)
        pairs = [*zip(parts[node.datum : -1], parts[: node.datum], strict=True), (parts[-1], S.true)]
        return sympy.Piecewise(*pairs, evaluate=False)


def _special(value: float) -> Expr:
    return S.Zero if value == 0 else S.NaN if value != value else S.Infinity if value > 0 else S.NegativeInfinity


def _call(node: Operation, parts: Sequence[Any]) -> Expr:
    name, _, order = node.datum.partition(":")
    leading = [sympy.Integer(int(order))] if order else []
    made: Expr = FUNCTIONS[name].forms[-1](*leading, *parts, evaluate=False)
    return made


def _times(coefficient: Expr, expr: Expr) -> Expr:
    """A multiple, its number in front."""
    number, rest = expr.as_coeff_Mul()
    number *= coefficient
    factors = rest.args if rest.is_Mul else () if rest is S.One else (rest,)
    if number is S.One:
        return rest
    return sympy.Mul(number, *factors, evaluate=False) if factors else number


def _divides(factor: Expr) -> bool:
    return isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp.is_negative


def _factors(expr: Expr) -> tuple[Expr, ...]:
    """The factors of a product without divisors; what is divided stays together, as it is computed."""
    return expr.args if expr.is_Mul and not any(map(_has_divisor, expr.args)) else (expr,)


def _has_divisor(factor: Expr) -> bool:
    return _divides(factor) or (factor.is_Mul and any(map(_has_divisor, factor.args)))


def _product(_datum: Any, *parts: Expr) -> Expr:
    coefficient: Expr = S.One
    factors: list[Expr] = []
    for part in parts:
        number, rest = part.as_coeff_Mul()
        coefficient *= number
        factors += [] if rest is S.One else _factors(rest)
    return _times(coefficient, _joined(factors))


def product(*parts: Expr) -> Expr:
    """A product as people write it, nothing simplified."""
    return _product(None, *parts)


def _quotient(_datum: Any, top: Expr, bottom: Expr) -> Expr:
    (p, above), (q, below) = top.as_coeff_Mul(), bottom.as_coeff_Mul()
    over = [] if above is S.One else _factors(above)
    under = [] if below is S.One else _factors(below)
    return _times(p / q, _joined([*over, *(_power(-1.0, factor) for factor in under)]))


def _joined(factors: Sequence[Expr]) -> Expr:
    """Factors as people write them: constants in front, u·u as u²."""
    powers: dict[Expr, Expr] = {}
    for factor in sorted(factors, key=lambda factor: (_divides(factor), not is_constant(factor))):
        whole = isinstance(factor, sympy.Pow) and factor.exp.is_Integer
        base, exponent = (factor.base, factor.exp) if whole else (factor, S.One)
        if base in powers and (powers[base].is_negative is not exponent.is_negative):
            base, exponent = factor, S.One
        powers[base] = powers.get(base, S.Zero) + exponent
    made = [base if k is S.One else sympy.Pow(base, k, evaluate=False) for base, k in powers.items()]
    return made[0] if len(made) == 1 else sympy.Mul(*made, evaluate=False) if made else S.One


def _power(exponent: float, base: Expr) -> Expr:
    near = Fraction(exponent).limit_denominator(10**6)
    rational = sympy.Rational(near.numerator, near.denominator) if float(near) == exponent else sympy.Float(exponent)
    if rational == -1 and isinstance(base, sympy.Pow) and base.exp.is_Rational:
        return sympy.Pow(base.base, -base.exp, evaluate=False)
    return sympy.Pow(base, rational, evaluate=False)


def _compare(operator: str, left: Expr, right: Expr) -> Any:
    return COMPARISONS[operator](left, right, evaluate=False)


COMPARISONS: dict[str, Any] = {
    "<": sympy.StrictLessThan, "<=": sympy.LessThan, ">": sympy.StrictGreaterThan, ">=": sympy.GreaterThan,
    "==": sympy.Equality, "!=": sympy.Unequality,
}  # fmt: skip

FORMULAS: dict[str, Callable[..., Any]] = {
    "truth": lambda datum: S.true if datum else S.false,
    "add": lambda _, *parts: sympy.Add(*parts, evaluate=False),
    "negative": lambda _, u: _times(S.NegativeOne, u),
    "multiply": _product,
    "divide": _quotient,
    "power": _power,
    "raise": lambda _, base, exponent: sympy.Pow(base, exponent, evaluate=False),
    "compare": _compare,
    "both": lambda _, *parts: sympy.And(*parts, evaluate=False),
    "either": lambda _, *parts: sympy.Or(*parts, evaluate=False),
    "opposite": lambda _, u: sympy.Not(u, evaluate=False),
}

"""What sympy would take long over: kept as typed, or refused with what to write instead."""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy
from sympy import Add, Expr, Mul, Rational, S

from symopt.expression.builder.core import Core
from symopt.expression.builder.values import MANY, MAX_BITS, Value
from symopt.expression.syntax import Node
from symopt.functions import traits

MAX_FACTORIAL = 1_000
MAX_NESTED = 10  # functions in functions of a constant: more digits are asked of each one, and all below it
SHALLOW = 30  # deeper functions and powers are kept as typed: sympy's rewriting of nested ones takes exponential time


class Costs(Core):
    """What a constant, a function or a power costs sympy before it is built."""

    def nested(self, node: Node, number: float | None, parts: Sequence[Value]) -> int:
        """How deep functions stand in functions of a constant; sympy asks each for digits until all agree."""
        if number is None:
            return 0
        depth = 1 + max(part.nested for part in parts)
        if depth > MAX_NESTED:
            self.dear(node, number, f"has more than {MAX_NESTED} functions in one another")
        return depth

    def affordable(self, node: Node, name: str, arguments: Sequence[Value], number: float | None) -> None:
        """Refuses a call whose constant arguments sympy or mpmath would multiply or sum up to."""
        last = arguments[-1].number
        if "long" in traits(name) and last is not None and abs(last) > MAX_FACTORIAL:
            self.dear(node, number, f"is too far out: {name} is taken up to {MAX_FACTORIAL:,} of numbers")
        if "exponential" in traits(name):
            self.unwound(node, arguments[-1].expr)
        if name == "log" and len(arguments) == 2 and last is not None and (last <= 0 or math.log(last) == 0):
            self.fail(node.parts[1], "a logarithm has a positive base other than 1", "for example log(x, 2)")

    def unwound(self, node: Node, exponent: Expr) -> None:
        """Refuses an exponent n·log(r) that would be written out as the power rⁿ with more digits than can be kept."""
        for term in Add.make_args(exponent):
            coefficient, rest = term.as_coeff_Mul()
            for factor in Mul.make_args(rest):
                if isinstance(factor, sympy.log) and not rest.free_symbols:
                    numbers = factor.atoms(Rational)
                    bits = max((max(r.p.bit_length(), r.q.bit_length()) for r in numbers), default=0)
                    if bits * abs(coefficient) > MAX_BITS:
                        value = float(sympy.exp(term.evalf(25)))
                        self.dear(node, None if exponent.free_symbols else value)

    def side(self, node: Node, constant: Expr) -> Expr:
        """1 or −1, the side of 0 on which a constant lies; many digits may not tell."""
        try:
            value = constant.evalf(25)
        except (ZeroDivisionError, ValueError, OverflowError):
            value = None
        if getattr(value, "_prec", 1) == 1:
            self.fail(node.parts[0], f"{self.typed(node.parts[0])} cannot be told from 0", "write 0 if that is meant")
        return S.One if value > 0 else S.NegativeOne

    def as_typed(self, node: Node, *parts: Expr) -> bool:
        """Whether sympy would look too long at a function or power of these parts."""
        return node.depth > SHALLOW or self.many or any(len(part.args) > MANY for part in parts)

"""What a text is built of: a piece's expression with its number, and what holds for pieces of any kind."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import sympy
from sympy import Expr, Rational, S, Symbol

from symopt.errors import ExpressionError
from symopt.expression.syntax import Node
from symopt.forms import holds

MAX_NODES = 20_000
MAX_BITS = 4_096
MANY = 200  # terms from which on functions in or of a sum are kept as typed: sympy looks at each for a millisecond
TINIEST = "numbers reach down to 5e-324"
INFINITE = frozenset(map(type, (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity)))  # of one value each
UNREAL = INFINITE | {type(S.ImaginaryUnit)}


class Unfit(ExpressionError):
    """Known names that make no number here."""


class TooMany(Unfit):
    """More parts than anything that is written out may have."""


class Value(NamedTuple):
    """A built piece: its sympy form, and its value in floating point if it is a constant."""

    expr: Expr
    number: float | None = None
    nested: int = 0  # functions and powers in functions and powers, of a constant


@lru_cache(maxsize=4_096)
def letter(name: str) -> Symbol:
    """The symbol of a real variable."""
    return Symbol(name, real=True)


def moves(expr: sympy.Basic) -> bool:
    """Whether an expression has a symbol."""
    waiting: list[Any] = [expr]
    while waiting:
        part = waiting.pop()
        if part.is_Symbol:
            return True
        waiting.extend(part.args)
    return False


def unreal(expr: sympy.Basic) -> bool:
    """Whether an infinity or the imaginary unit stands anywhere in an expression."""
    return holds(expr, UNREAL)


def total(terms: list[Expr]) -> Expr:
    """The sum, many terms in groups: fractions without a common divisor grow with each one added."""
    while len(terms) > MANY:
        terms = [sympy.Add(*terms[k : k + 32]) for k in range(0, len(terms), 32)]
    return sympy.Add(*terms)


def size(node: Node) -> int:
    """How many parts a tree has; an inner sum counts once."""
    return 1 + sum(size(part) for part in node.parts)


def bits(number: Rational) -> int:
    return int(number.p.bit_length() + number.q.bit_length())


def exponent_of(value: Expr) -> float:
    """log₂ |p/q|, however long p and q are."""
    return math.log2(abs(value.p)) - math.log2(value.q)

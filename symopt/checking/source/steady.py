"""Whether what a file means hangs on the rounding of its decimals.

Decimals are read as the numbers that they are written as, and Python rounds them: `t += 0.1` comes to 1 after eleven
turns, int(0.29*100) is 28. A file is read again with its decimals moved a little, each by another amount, up and down;
where a decision falls otherwise, the formulas that are read differ by more than that.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from sympy import Expr, Symbol

from symopt.balls.points import enclosure
from symopt.balls.tape import UNDEFINED, Refused
from symopt.checking.source.reading import Source, SourceError

SHIFT = 1e-13
SAME = 1e-8
POINTS = 4
DIGITS = 15
MESSAGE = "the rounding of decimals decides what is computed, as in int(0.29*100), which is 28"
HINT = "write numbers that are compared, counted or rounded as integers or fractions of powers of 2, such as 29 or 0.5"


class _Moved(ast.NodeTransformer):
    def __init__(self, up: int) -> None:
        self.up, self.count = up, 0

    def factor(self) -> float:
        self.count += 1
        return 1 + self.up * SHIFT * (1 + self.count % 97 / 97)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, float) or not _rounded(node.value):
            return node
        return ast.copy_location(ast.Constant(node.value * self.factor()), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        match node:
            case ast.BinOp(ast.Constant(int(a)), ast.Div(), ast.Constant(int(b))) if b and not _binary(Fraction(a, b)):
                return ast.copy_location(ast.Constant(a / b * self.factor()), node)
        return self.generic_visit(node)


def _binary(value: Fraction) -> bool:
    return value.denominator & (value.denominator - 1) == 0


def _rounded(value: float) -> bool:
    """Whether a decimal is another number as a double; one with all its digits means the double itself."""
    text = repr(value)
    digits = text.partition("e")[0].replace(".", "").strip("-0")
    return math.isfinite(value) and len(digits) < DIGITS and Fraction(text) != Fraction(value)


def moved(source: Source) -> Iterator[Source]:
    """The source with its decimals a little larger, and a little smaller; nothing if all are exact as doubles."""
    for up in (1, -1):
        mover = _Moved(up)
        statements = [mover.visit(copy.deepcopy(statement)) for statement in source.statements]
        if mover.count:
            yield replace(source, statements=statements)


def steady(
    first: Sequence[Expr], second: Sequence[Expr], variables: Sequence[Symbol], others: Sequence[Symbol]
) -> bool:
    """Whether two readings are the same but for what moved decimals change in numbers."""
    return len(first) == len(second) and all(
        a == b or _near(a, b.xreplace(dict(zip(others, variables, strict=True))), variables)
        for a, b in zip(first, second, strict=True)
    )


def _near(a: Expr, b: Expr, variables: Sequence[Symbol]) -> bool:
    try:
        one, other = enclosure(a, variables), enclosure(b, variables)
    except Refused:
        return True
    for k in range(POINTS):
        point = [
            Fraction(1 + (7 * i + 5 * k + 3 * i * k) % 31, 17) * (-1) ** (k * (i + 1)) for i in range(len(variables))
        ]
        u, v = one(point, 128), other(point, 128)
        if u is UNDEFINED or v is UNDEFINED:
            if u is not v:
                return False
        elif u.is_finite() and v.is_finite() and abs(u - v) > SAME * (1 + abs(u)):
            return False
    return True


def refusal() -> SourceError:
    return SourceError(MESSAGE, HINT)

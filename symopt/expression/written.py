"""Expressions to text and to LaTeX, where a person could read them: the one way out.

sympy's printers recurse and look at the sign of everything that they print, so that what is nested deep fails or takes
minutes. Here it is measured first.
"""

from __future__ import annotations

import re
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from symopt.expression.general.tree import Sigma
from symopt.expression.parser import deep

LONG = 20_000  # parts of an expression
DEEP = 80  # parts in one another


def measured(expr: sympy.Basic) -> tuple[int, int]:
    """How many parts an expression has, written out, and how deep they stand in one another; nothing recurses."""
    found: dict[sympy.Basic, tuple[int, int]] = {}
    stack = [expr]
    while stack:
        current = stack[-1]
        missing = [part for part in current.args if part not in found]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        parts = [found[part] for part in current.args]
        size = 1 + sum(size for size, _ in parts)
        found[current] = min(size, 10**18), 1 + max((depth for _, depth in parts), default=0)
    return found[expr]


def readable(expr: sympy.Basic) -> bool:
    """Whether an expression is short and flat enough to be written."""
    size, depth = measured(expr)
    return size <= LONG and depth <= DEEP


def text(expr: sympy.Basic) -> str | None:
    """An expression as it is typed, or None if it is too long or too deep to be written."""
    if not readable(expr):
        return None
    with deep():
        return str(expr)


def latex(expr: sympy.Basic) -> str | None:
    """An expression in LaTeX, or None if it is too long or too deep to be written."""
    if not readable(expr):
        return None
    with deep():
        return str(_Latex().doprint(expr.replace(_falling, lambda power: exp(power.args[0]))))


def _falling(expr: sympy.Basic) -> bool:
    return isinstance(expr, sympy.exp) and bool(expr.free_symbols) and bool(expr.args[0].is_negative)


class exp(sympy.Function):
    """An exponential with a negative exponent, for print: of sympy's own its printer asks whether it is constant,
    which simplifies the exponent and takes minutes.
    """

    def _latex(self, printer: Any, exp: Any = None) -> str:
        power = f"e^{{{printer._print(self.args[0])}}}"
        return power if exp is None else rf"\left({power}\right)^{{{exp}}}"


class _Latex(LatexPrinter):
    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        """Names in other scripts as words: the fonts of formulas lack their letters."""
        if expr.name.isascii():
            return str(super()._print_Symbol(expr, style))
        name, index = re.fullmatch(r"(.*?)_?(\d*)", expr.name).groups()  # type: ignore[union-attr]
        word = r"\text{" + name.replace("_", r"\_") + "}"
        return f"{word}_{{{index}}}" if index else word

    def parenthesize(self, item: Any, level: int, is_neg: bool = False, strict: bool = False) -> str:
        """Sums in parentheses where they are multiplied or raised to a power."""
        if isinstance(item, Sigma) and level >= PRECEDENCE["Mul"]:
            return rf"\left({self._print(item)}\right)"
        return str(super().parenthesize(item, level, is_neg=is_neg, strict=strict))

    def _needs_mul_brackets(self, expr: Any, first: bool = False, last: bool = False) -> bool:
        return (isinstance(expr, Sigma) and not last) or bool(super()._needs_mul_brackets(expr, first, last))

    def _print_Piecewise(self, expr: Any, exp: Any = None) -> str:
        """The cases; sympy's printer hands every function its exponent, and its own cases take none."""
        cases = str(super()._print_Piecewise(expr))
        return cases if exp is None else rf"\left({cases}\right)^{{{exp}}}"

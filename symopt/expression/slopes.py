"""First derivatives of one expression by symbols, in real numbers and without the spikes at kinks."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, Symbol

from symopt.forms import real


class _Size(sympy.Function):
    """|u| of a u that sympy does not know to be real, though every part of a loss is."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return _Side(self.args[0])


class _Side(sympy.Function):
    """sign u of a u that sympy does not know to be real."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.S.Zero


def _unsure(expr: sympy.Basic) -> bool:
    return isinstance(expr, (sympy.Abs, sympy.sign)) and not expr.args[0].is_extended_real


def slopes(expr: Expr, variables: Sequence[Symbol]) -> tuple[Expr, ...]:
    """The derivatives by all variables; of a sum each term by its own."""
    terms: dict[Symbol, list[Expr]] = {x: [] for x in variables}
    for term in sympy.Add.make_args(expr):
        for x in term.free_symbols & terms.keys():
            terms[x].append(_slope(term, x))
    return tuple(sympy.Add(*terms[x]) for x in variables)


def _slope(expr: Expr, x: Symbol) -> Expr:
    """The derivative, without the spikes at kinks (DiracDelta is 0 away from them) and in real numbers."""
    unsure = any(map(_unsure, expr.atoms(sympy.Abs, sympy.sign)))
    if unsure:
        expr = expr.replace(_unsure, lambda call: (_Size if isinstance(call, sympy.Abs) else _Side)(*call.args))
    derived = sympy.diff(expr, x)
    if unsure:
        derived = real(derived.replace(_Size, sympy.Abs).replace(_Side, sympy.sign))
    if derived.has(sympy.DiracDelta):
        derived = derived.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    return derived

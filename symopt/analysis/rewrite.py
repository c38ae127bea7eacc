"""The same loss in a form that has enclosures where the typed one has none."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, S

from symopt.expression import deep
from symopt.forms import reciprocal_gamma
from symopt.functions import ASKED, NO_POLE, NONZERO, row


def simpler(part: Any) -> Expr | None:
    """A function that is not defined everywhere by others, such as tan as sin/cos."""
    known = row(part)
    return known.definition(*part.args) if known is not None and known.definition and known.domain else None


def reflected(expr: Expr) -> tuple[Expr, Expr]:
    """Γ(u)·sin(πu) as π/Γ(1 − u), which is smooth, and what is 0 where all that was so written has a value."""
    asked: Expr = S.Zero

    def written(node: Expr) -> Expr:
        nonlocal asked
        for part in node.args:
            base, power = part.as_base_exp()
            if not isinstance(base, sympy.gamma) or not power.is_Integer or power < 1:
                continue
            (u,) = base.args
            rest = node / base / sympy.sin(sympy.expand(sympy.pi * u))
            if rest.count_ops() < (node / base).count_ops():
                asked += ASKED[NO_POLE](u)
                return sympy.pi * rest * reciprocal_gamma(1 - u)
        return node

    with deep():
        return expr.replace(lambda node: node.is_Mul and node.has(sympy.gamma), written), asked


def prepared(expr: Expr) -> Expr:
    """An expression with functions that have poles as quotients."""
    with deep():
        for node in sympy.preorder_traversal(expr):
            made = simpler(node)
            if made is not None and row(node).domain[1] == NONZERO:  # type: ignore[union-attr, index]
                expr = expr.xreplace({node: made})
    return expr

"""The same loss in a form that has enclosures where the typed one has none."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr

from symopt.expression import deep
from symopt.functions import NONZERO, row


def simpler(part: Any) -> Expr | None:
    """A function that is not defined everywhere by others, such as tan as sin/cos."""
    known = row(part)
    return known.definition(*part.args) if known is not None and known.definition and known.domain else None


def prepared(expr: Expr) -> Expr:
    """An expression with functions that have poles as quotients."""
    with deep():
        for node in sympy.preorder_traversal(expr):
            made = simpler(node)
            if made is not None and row(node).domain[1] == NONZERO:  # type: ignore[union-attr, index]
                expr = expr.xreplace({node: made})
    return expr

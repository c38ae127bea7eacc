"""The same loss in a form that has enclosures where the typed one has none."""

from __future__ import annotations

import sympy
from sympy import Expr

from symopt.expression import deep
from symopt.functions import NONZERO, row


def prepared(expr: Expr) -> Expr:
    """The loss with functions that have poles as quotients, such as tan as sin/cos."""
    with deep():
        for node in sympy.preorder_traversal(expr):
            known = row(node)
            if known is not None and known.definition and known.domain and known.domain[1] == NONZERO:
                expr = expr.xreplace({node: known.definition(*node.args)})
    return expr

"""The same loss in a form that has enclosures where the typed one has none: Γ left of zero, sin(u)/u."""

from __future__ import annotations

import math

import sympy
from sympy import Expr, Symbol

from symopt.analysis.interval import Jets
from symopt.balls.series import below, hull
from symopt.balls.tape import Refused
from symopt.expression import deep
from symopt.functions import NONZERO, row

MOST_POLES = 40


def prepared(expr: Expr, x: Symbol, low: float, high: float) -> Expr:
    """The loss with Γ(u) as Γ(u + m)/(u(u + 1)…(u + m − 1)) where u reaches below zero, and tan as sin/cos."""
    with deep():
        for node in sympy.preorder_traversal(expr):
            known = row(node)
            if known is not None and known.definition and known.domain and known.domain[1] == NONZERO:
                expr = expr.xreplace({node: known.definition(*node.args)})
        for node in sympy.postorder_traversal(expr):
            known = row(node)
            if known is not None and known.shifted is not None:
                u = node.args[-1]
                try:
                    found = Jets(u, x).series(hull(low, high), 1)
                except Refused:
                    continue
                least = -math.inf if found is None else below(found[0])
                if -MOST_POLES < least <= 0:
                    m = math.floor(-least) + 1
                    expr = expr.xreplace({node: known.shifted(*node.args, m)})
    return expr

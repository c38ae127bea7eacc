"""The same loss in a form that has enclosures where the typed one has none: Γ left of zero, sin(u)/u."""

from __future__ import annotations

import math

import sympy
from sympy import Expr, Symbol

from symopt.analysis.interval import Jets, Refused
from symopt.analysis.series import below, hull
from symopt.expression import deep

MOST_POLES = 40
QUOTIENTS = {sympy.cot: (sympy.cos, sympy.sin), sympy.coth: (sympy.cosh, sympy.sinh)}


def prepared(expr: Expr, x: Symbol, low: float, high: float) -> Expr:
    """The loss with Γ(u) as Γ(u + m)/(u(u + 1)…(u + m − 1)) where u reaches below zero, and cot as cos/sin."""
    with deep():
        for node in expr.atoms(*QUOTIENTS):
            top, bottom = QUOTIENTS[node.func]
            expr = expr.xreplace({node: top(node.args[0]) / bottom(node.args[0])})
        if not expr.has(sympy.gamma, sympy.polygamma):
            return expr
        for node in sympy.postorder_traversal(expr):
            if isinstance(node, (sympy.gamma, sympy.polygamma)):
                u = node.args[-1]
                try:
                    found = Jets(u, x).series(hull(low, high), 1)
                except Refused:
                    continue
                least = -math.inf if found is None else below(found[0])
                if -MOST_POLES < least <= 0:
                    m = math.floor(-least) + 1
                    expr = expr.xreplace({node: _shifted(node, u, m)})
    return expr


def _shifted(node: Expr, u: Expr, m: int) -> Expr:
    """Γ(u) as Γ(u + m)/(u…(u + m − 1)), ψₙ(u) as ψₙ(u + m) − (−1)ⁿ·n!·Σ (u + k)⁻ⁿ⁻¹."""
    if isinstance(node, sympy.gamma):
        return sympy.gamma(u + m, evaluate=False) * sympy.Mul(*(1 / (u + k) for k in range(m)))
    n = int(node.args[0])
    poles = sympy.Add(*((u + k) ** -(n + 1) for k in range(m)))
    return sympy.polygamma(n, u + m, evaluate=False) - (-1) ** n * math.factorial(n) * poles

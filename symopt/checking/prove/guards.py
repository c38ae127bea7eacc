"""What is shown of the guards of an expression, and what it asks for in order to be smooth."""

from __future__ import annotations

import sympy
from sympy import Expr
from sympy.core.relational import Relational

from symopt.balls.points import sign_everywhere
from symopt.expression.guards import Guard, guards, parts
from symopt.functions import NO_POLE, NONZERO, POSITIVE, WITHIN, row


def switches(expr: Expr) -> list[Expr]:
    """What changes its sign where an expression goes from one formula to another."""
    found: dict[Expr, None] = {}
    for part, _ in parts(expr):
        known = row(part)
        if known is not None and known.kink:
            ends = [a - b for k, a in enumerate(part.args) for b in part.args[:k]] if known.folds else [part.args[0]]
            found.update(dict.fromkeys(ends))
        elif isinstance(part, Relational):
            found[part.lhs - part.rhs] = None
    return [gap for gap in found if gap.free_symbols]


def holds(guard: Guard, strictly: bool = False) -> bool:
    """Whether a guard is shown to hold for all real numbers; `strictly`: as > 0 or < 0."""
    gap, relation, _ = guard
    if relation == NO_POLE:
        return bool(gap.is_positive) or sign_everywhere(gap) > 0
    if gap.is_positive or (relation == NONZERO and gap.is_negative):
        return True
    if not strictly and ((relation == WITHIN and gap.is_nonnegative) or (relation == NONZERO and gap.is_nonzero)):
        return True
    sign = sign_everywhere(gap)
    return sign > 0 or (sign < 0 and relation == NONZERO)


def fails(guard: Guard) -> bool:
    """Whether a guard is shown to hold for no real numbers."""
    gap, relation, _ = guard
    if relation == NONZERO:
        return bool(gap.is_zero)
    if relation == NO_POLE:
        return False
    if gap.is_negative or (relation != WITHIN and gap.is_nonpositive):
        return True
    return sign_everywhere(gap) < 0


def smooth(expr: Expr) -> bool:
    """Whether an expression is shown to be analytic for all real numbers."""
    return not switches(expr) and all(holds(guard, strictly=True) for guard in guards(expr))


def connected(expr: Expr) -> bool:
    """Whether an expression is shown to be analytic inside of where it has a value, and that to be a convex set."""
    return not switches(expr) and all(
        holds(guard, strictly=True) or (guard[1] in (POSITIVE, WITHIN) and _concave(guard[0])) for guard in guards(expr)
    )


def _concave(gap: Expr) -> bool:
    """Whether an expression is shown to be a concave polynomial of degree two at most."""
    letters = sorted(gap.free_symbols, key=str)
    if not gap.is_polynomial(*letters) or sympy.Poly(gap, *letters).total_degree() > 2:
        return False
    return bool(sympy.hessian(gap, letters).is_negative_semidefinite)

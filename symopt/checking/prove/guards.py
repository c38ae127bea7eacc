"""What an expression asks of its parts in order to be defined, and to be smooth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Expr, S
from sympy.core.relational import Relational

from symopt.balls.points import sign_everywhere
from symopt.functions import NO_POLE, NONZERO, POSITIVE, WITHIN, row

Path = tuple[Any, ...]
Guard = tuple[Expr, str, Path]
"""(an expression, what it must be: > 0, ≥ 0, ≠ 0 or no pole of Γ, the conditions of the branches it stands in)."""


def parts(expr: sympy.Basic) -> Iterator[tuple[Any, Path]]:
    """An expression and all that it is made of, with the branches that it stands in, each once."""
    stack: list[tuple[Any, Path]] = [(expr, ())]
    seen = set(stack)
    while stack:
        current, path = stack.pop()
        yield current, path
        inner: list[tuple[Any, Path]] = [(part, path) for part in current.args]
        if isinstance(current, sympy.Piecewise):
            conditions = tuple(condition for _, condition in current.args)
            inner = [(value, (*path, conditions[: k + 1])) for k, (value, _) in enumerate(current.args)]
            inner += [(c, (*path, conditions[:k]) if k else path) for k, c in enumerate(conditions)]
        for part in inner:
            if part not in seen:
                seen.add(part)
                stack.append(part)


def guards(expr: Expr) -> list[Guard]:
    """All guards of an expression, those of its numbers left out."""
    found: dict[Guard, None] = {}
    for part, path in parts(expr):
        if isinstance(part, sympy.Pow):
            base, exponent = part.args
            if exponent.is_Integer:
                relation = NONZERO if exponent < 0 else ""
            elif base is S.Exp1:
                relation = ""
            else:
                relation = WITHIN if exponent.is_Rational and exponent > 0 else POSITIVE
            if relation and base.free_symbols:
                found[base, relation, path] = None
            continue
        known = row(part)
        if known is not None and known.domain is not None:
            gap, relation = known.domain[0](*part.args), known.domain[1]
            if gap.free_symbols:
                found[gap, relation, path] = None
    return list(found)


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


def smooth(expr: Expr) -> bool:
    """Whether an expression is shown to be analytic for all real numbers."""
    return not switches(expr) and all(holds(guard, strictly=True) for guard in guards(expr))

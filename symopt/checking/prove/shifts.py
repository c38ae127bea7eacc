"""A largest entry M = max z that is subtracted and does not count: log Σ exp(zₖ − M) + M, exp(zₖ − M)/Σ exp(zⱼ − M).

With exp(u + c·M) = exp(u)·Tᶜ and M = log T the terms that hold M are compared with those at T = 1. If they are equal
for all T > 0, M is left out of them.
"""

from __future__ import annotations

from sympy import Add, Dummy, Expr, Integer, Max, Min, Pow, S, exp, log

from symopt.checking.prove.equal import KINKS, equal
from symopt.forms import subexpressions
from symopt.work import spend, within

WORK = 60_000
MOST = 12
LEFT_OUT = 5  # units for an operation


def unshifted(expr: Expr) -> Expr:
    """An equal expression, wherever both are defined, without the extremes that are shown not to count."""
    largest = sorted(dict.fromkeys(m for m in subexpressions(expr) if isinstance(m, (Max, Min)) and m.free_symbols),
                     key=lambda m: -m.count_ops())  # fmt: skip
    for m in largest[:MOST]:
        spend(LEFT_OUT * expr.count_ops())
        if expr.has(m):
            expr = _without(expr, m)
    return expr


def _without(expr: Expr, m: Expr) -> Expr:
    terms = Add.make_args(expr)
    touched = [term for term in terms if term.has(m)]
    rest = [term for term in terms if not term.has(m)]
    found = [_left_out(term, m) for term in touched]
    if None not in found:
        return Add(*rest, *(term for term in found if term is not None))
    whole = _left_out(Add(*touched), m)
    return expr if whole is None else Add(*rest, whole)


def _left_out(term: Expr, m: Expr) -> Expr | None:
    """A term at T = 1, if it is the same for all T."""
    turn = Dummy("T", positive=True)
    inside: dict[Expr, Expr] = {}
    for part in term.atoms(Pow, exp):
        if part.has(m) and (isinstance(part, exp) or part.base is S.Exp1):
            u = part.exp if isinstance(part, Pow) else part.args[0]
            power = Add(*(t for t in Add.make_args(u) if not t.has(m)))
            factor = (u - power) / m
            if not isinstance(factor, Integer):
                return None
            inside[part] = exp(power) * turn**factor
    if not inside:
        return None
    opened = term.xreplace(inside).xreplace({m: log(turn)})
    if any(turn in part.free_symbols for part in opened.atoms(*KINKS)):
        return None
    fixed = opened.xreplace({turn: S.One})
    return fixed if equal(opened, fixed, (), within(WORK)) else None

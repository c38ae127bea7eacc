"""Whether two expressions are the same function, by reasoning alone: `algebra` and `normal`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Heaviside,
    Max,
    Min,
    Piecewise,
    Pow,
    S,
    sign,
)
from sympy.core.relational import Relational

from symopt.checking.prove.algebra import Algebra
from symopt.checking.prove.normal import Normal
from symopt.checking.prove.ring import Unknown
from symopt.expression import deep
from symopt.forms import subexpressions
from symopt.work import TooLarge, Work, within

WORK = 150_000
KINKS = (Abs, sign, Max, Min, Heaviside, Piecewise, Relational)
LONG = 150
QUICK = 40_000
SEEN = 3  # units for an operation that is counted
SHORTER = 6  # units for one of what is made shorter


def equal(first: Expr, second: Expr, domain: Iterable[Expr] = (), work: Work | None = None) -> bool:
    """Whether two expressions are shown to be equal wherever both, and all of `domain`, are defined.

    work: for all ways together, WORK if it is not told.
    """
    if first == second:
        return True
    work = within(WORK) if work is None else work
    with deep():
        try:
            size = int(first.count_ops()) + int(second.count_ops())
            work.spend(SEEN * size)
            for shorter in (_abstracted, inner_sums) if size > LONG else ():
                with suppress(TooLarge, Unknown, RecursionError):
                    work.part(work.left // 3).spend(SHORTER * size)
                    pair = shorter(first, second)
                    if pair is not None and _vanishes(Algebra(work.part(work.left // 3)), *pair, ()):
                        return True
            algebra = Algebra(work)
            return _vanishes(algebra, first, second, ()) or _vanishes(algebra, first, second, domain)
        except (TooLarge, Unknown, RecursionError):
            return False


def _vanishes(algebra: Algebra, first: Expr, second: Expr, domain: Iterable[Expr]) -> bool:
    algebra.known.clear()
    normal = Normal(algebra)
    difference = algebra.subtract(normal.of(first), normal.of(second))
    for expr in domain:
        with suppress(Unknown):
            normal.of(expr)
    return algebra.vanishes(difference)


def _abstracted(first: Expr, second: Expr) -> tuple[Expr, Expr] | None:
    """Both with the sums that stand in both as symbols: if these are equal, so are those."""
    sums = [dict.fromkeys(part for part in subexpressions(expr) if part.is_Add and part.free_symbols)
            for expr in (first, second)]  # fmt: skip
    shared = [part for part in sums[0] if part in sums[1] and part not in (first, second)]
    names = {part: Dummy(f"s{k}", real=True) for k, part in enumerate(shared)}
    pair = first.xreplace(names), second.xreplace(names)
    return pair if _allowed(pair, names) else None


def inner_sums(first: Expr, second: Expr) -> tuple[Expr, Expr] | None:
    """Both with the sums inside of functions as letters, −u as the letter of u with a minus; None if that may not be.

    What holds for all values of letters holds for those of the sums. The one rule of the algebra that asks more, that
    what stands in a sign, a size or a root is zero on no open set, is kept: such sums must be analytic and no zero.
    """
    letters: dict[Expr, Dummy] = {}
    inside: dict[Expr, Expr] = {}
    for expr in (first, second):
        for part in subexpressions(expr):
            if isinstance(part, Function) or (isinstance(part, Pow) and part.base is S.Exp1):
                for u in part.args:
                    if isinstance(u, Add) and u.free_symbols:
                        main = -u if u.could_extract_minus_sign() else u
                        letter = letters.setdefault(main, Dummy(f"u{len(letters)}", real=True))
                        inside[u] = letter if main == u else -letter
    if not inside:
        return None
    pair = first.xreplace(inside), second.xreplace(inside)
    return pair if _allowed(pair, letters) else None


def _allowed(pair: tuple[Expr, Expr], letters: Mapping[Expr, Dummy]) -> bool:
    """Whether letters may stand for sums: those that stand in a sign, a size or a root are zero on no open set."""
    signs = set[Any]()
    for expr in pair:
        for part in expr.atoms(*KINKS, Pow):
            if not isinstance(part, Pow) or (part.base is not S.Exp1 and not part.exp.is_Integer):
                signs |= part.free_symbols
    return all(never_flat(u) for u, letter in letters.items() if letter in signs)


def never_flat(u: Expr) -> bool:
    """Whether an expression is shown to be zero on no open set: analytic everywhere, and no zero at a point."""
    return Normal(Algebra(within(WORK))).isolated(u)

"""Whether two expressions are the same function, by reasoning alone: `algebra` and `normal`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sympy import Dummy, Expr, preorder_traversal

from symopt.checking.prove.algebra import Algebra
from symopt.checking.prove.normal import Normal
from symopt.checking.prove.ring import TooLarge, Unknown
from symopt.checking.prove.signs import patterns
from symopt.expression import deep

WORK = 150_000
CASES = 4
LONG = 150
QUICK = 20_000


def equal(first: Expr, second: Expr, domain: Iterable[Expr] = (), work: int = WORK) -> bool:
    """Whether two expressions are shown to be equal wherever both, and all of `domain`, are defined."""
    if first == second:
        return True
    with deep():
        if _size(first) + _size(second) > LONG:
            try:
                if _vanishes(Algebra(work), *_abstracted(first, second), ()):
                    return True
            except (TooLarge, Unknown, RecursionError):
                pass
        try:
            algebra = Algebra(work)
            if _vanishes(algebra, first, second, ()):
                return True
            domain = tuple(domain)
            return _vanishes(algebra, first, second, domain) or _case_by_case(algebra, first, second, domain)
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


def _size(expr: Expr) -> int:
    return int(expr.count_ops())


def _abstracted(first: Expr, second: Expr) -> tuple[Expr, Expr]:
    """Both with the sums that stand in both as symbols: if these are equal, so are those."""
    sums = [{part for part in preorder_traversal(expr) if part.is_Add and part.free_symbols} - {first, second}
            for expr in (first, second)]  # fmt: skip
    names = {part: Dummy(f"s{k}", real=True) for k, part in enumerate(sorted(sums[0] & sums[1], key=str))}
    return first.xreplace(names), second.xreplace(names)


def _case_by_case(algebra: Algebra, first: Expr, second: Expr, domain: Iterable[Expr]) -> bool:
    """The same with the signs that stand inside of other functions chosen one way and the other."""
    switches = sorted(algebra.buried())
    if not 1 <= len(switches) <= CASES:
        return False
    possible = patterns(algebra, [-base for base in switches])
    before = dict(algebra.signs)
    for choice in range(2 ** len(switches)):
        values = tuple(1 - 2 * ((choice >> k) & 1) for k in range(len(switches)))
        if possible is not None and values not in possible:
            continue
        algebra.assumed = dict(zip(switches, values, strict=True))
        algebra.signs = before | algebra.assumed
        algebra.factored.clear()
        if not _vanishes(algebra, first, second, domain):
            return False
    return True

"""Slips of backward passes: the slope of a layer taken at the wrong place or left out, rows that are not summed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy
from sympy import Add, Expr, S, tanh

from symopt.checking.explain.case import Case, Slip

SLOPES: dict[str, Callable[[Expr], Expr]] = {
    "the slope of tanh is taken at tanh(u) in place of u": lambda u: 1 - tanh(tanh(u)) ** 2,
    "the slope of tanh is 1 - tanh(u)**2; 1 - u**2 stands here, of the pre-activation u": lambda u: 1 - u**2,
    "missing factor 1 - tanh(u)**2, the slope of tanh": lambda _: S.One,
    "missing square in 1 - tanh(u)**2, the slope of tanh": lambda u: 1 - tanh(u),
    "wrong sign in 1 - tanh(u)**2, the slope of tanh": lambda u: 1 + tanh(u) ** 2,
}


def layers(case: Case) -> Iterator[Slip]:
    """What is wrong in all rows at once; only where there are arrays."""
    if not any("[" in v.name for v in case.variables):
        return
    terms = Add.make_args(case.expected)
    kept = [term for term in terms if term.free_symbols <= case.given.free_symbols]
    if 0 < len(kept) < len(terms):
        yield Add(*kept), f"{len(kept)} of {len(terms)} terms of a sum: it is not summed over all rows"
    slopes = {}
    for part in case.expected.atoms(Add):
        inner = [u.args[0] for u in part.atoms(tanh)]
        found = next((u for u in inner if part == 1 - tanh(u) ** 2), None)
        if found is not None:
            slopes[part] = found
    for words, slope in SLOPES.items() if slopes else ():
        yield case.expected.xreplace({part: slope(u) for part, u in slopes.items()}), words
    if steps := case.expected.atoms(sympy.Heaviside):
        words = "missing factor: the slope of the rectifier, 1 where its argument is positive, else 0"
        yield case.expected.xreplace(dict.fromkeys(steps, S.One)), words

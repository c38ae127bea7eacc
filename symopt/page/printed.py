"""A loss as the page's program: its formula printed whole, or its sums term by term."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sympy

from symopt.data.cluster import Far
from symopt.errors import MethodError, RenderError
from symopt.expression import deep
from symopt.expression.squares import Squares, squares
from symopt.expression.sums import Sums
from symopt.loss import Loss
from symopt.methods import Method, Rule
from symopt.methods.gauss_newton import NO_SQUARES
from symopt.page import javascript, sums
from symopt.program import Program
from symopt.program.sums import Items, Rows
from symopt.program.sums.domain import Domain

FEW = 20
"""Terms of a sum that are printed one by one where there is no data."""
SQUARES = ("gauss-newton", "levenberg-marquardt")
"""Methods that know the residuals of a sum of squares."""


def program(free: Loss, here: Loss, letters: Collection[str], methods: Collection[Method] = ()) -> str:
    """The object of a loss that is walked by methods; `free` has the letters open that have values in `here`.

    A loss over data, and sums of many terms, are gone through term by term; any other is printed whole. Raises
    RenderError for what a page cannot compute, MethodError where a method does not fit the loss.
    """
    searched = any(not isinstance(each, Rule) for each in methods)
    sampled = _sampled(here, letters, methods)
    if (read := _sums(free, letters, sampled)) is not None:
        found = _squares(free, here, letters, methods, free.read)
        names = free._names.followed([(name, None) for name in letters])
        return sums.program(read, names, here.n, free.data, searched, found.residuals if found else (), sampled)
    made, value, gradient, hessian = derived(free, letters)
    residuals = []
    if (found := _squares(free, here, letters, methods, free.expr)) is not None:
        with deep():
            residuals = [made.lower(total.term) for total in found.residuals]
    return javascript.loss(made, value, gradient, hessian, here.n, searched, residuals)


def _sums(free: Loss, letters: Collection[str], sampled: Rows | Items | None) -> Sums | None:
    """The sums of a loss that stay sums in the page; None where it is printed whole."""
    read = sampled.numbers.sums if isinstance(sampled, Items) else free.read
    if not isinstance(read, Sums):
        return None
    rows = free.data.rows if free.data is not None else 0
    if isinstance(free.data, Far):
        raise RenderError("a page holds its data, and these are on a cluster", "without the cluster it works")
    sums.require_few(read, rows)
    size = max((Domain(total.indices, rows).size for total in read.totals), default=0)
    if not sums.readable(read, letters) or (free.data is None and sampled is None and size <= FEW):
        return None
    return read


def _sampled(here: Loss, letters: Collection[str], methods: Collection[Method]) -> Rows | Items | None:
    """What batches are drawn from, where a method draws them."""
    batches = [each for each in methods if isinstance(each, Rule) and each.batch]
    if not batches:
        return None
    found = here.sampling
    totals = found.numbers.sums.totals
    if (isinstance(found, Items) and letters) or any(len(total.indices) > 1 for total in totals):
        raise MethodError(f"{batches[0].name}: a page draws batches of rows of data, and of sums over one index "
                          "without open letters", "animate draws it", shell="symopt animate walks it")  # fmt: skip
    return found


def derived(free: Loss, letters: Collection[str]) -> tuple[Program, int, dict[int, int], dict[tuple[int, int], int]]:
    """A program of variables and letters, differentiated by the variables alone."""
    made = Program([*free.variables, *(sympy.Symbol(name, real=True) for name in letters)])
    last = free.n - 1
    with deep():
        value = made.lower(free.expr)
    gradient = made.gradient(value, upto=last)
    hessian = {(i, j): node for i, g in gradient.items() for j, node in made.gradient(g, upto=i).items()}
    return made, value, gradient, hessian


def _squares(
    free: Loss, here: Loss, letters: Collection[str], methods: Collection[Method], read: Any
) -> Squares | None:
    """The residuals of a loss that one of the methods asks for."""
    asking = [each.name for each in methods if each.name in SQUARES]
    if not asking:
        return None
    known: Any = here.residuals
    if known is None:
        if "gauss-newton" in asking:
            raise MethodError(*NO_SQUARES)
        return None
    return squares(read, free.variables, letters)

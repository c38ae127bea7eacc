"""A loss as the page's program: its formula printed whole."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sympy

from symopt.errors import MethodError
from symopt.expression import deep
from symopt.expression.squares import Squares, squares
from symopt.loss import Loss
from symopt.methods import Method, Rule
from symopt.methods.gauss_newton import NO_SQUARES
from symopt.page import javascript
from symopt.program import Program

SQUARES = ("gauss-newton", "levenberg-marquardt")
"""Methods that know the residuals of a sum of squares."""


def program(free: Loss, here: Loss, letters: Collection[str], methods: Collection[Method] = ()) -> str:
    """The object of a loss that is walked by methods; `free` has the letters open that have values in `here`.

    Raises RenderError for what JavaScript does not have, MethodError where a method does not fit the loss.
    """
    made, value, gradient, hessian = derived(free, letters)
    residuals = []
    if (found := _squares(free, here, letters, methods)) is not None:
        with deep():
            residuals = [made.lower(total.term) for total in found.residuals]
    searched = any(not isinstance(each, Rule) for each in methods)
    return javascript.loss(made, value, gradient, hessian, here.n, searched, residuals)


def derived(free: Loss, letters: Collection[str]) -> tuple[Program, int, dict[int, int], dict[tuple[int, int], int]]:
    """A program of variables and letters, differentiated by the variables alone."""
    made = Program([*free.variables, *(sympy.Symbol(name, real=True) for name in letters)])
    last = free.n - 1
    with deep():
        value = made.lower(free.expr)
    gradient = made.gradient(value, upto=last)
    hessian = {(i, j): node for i, g in gradient.items() for j, node in made.gradient(g, upto=i).items()}
    return made, value, gradient, hessian


def _squares(free: Loss, here: Loss, letters: Collection[str], methods: Collection[Method]) -> Squares | None:
    """The residuals of a loss that one of the methods asks for."""
    asking = [each.name for each in methods if each.name in SQUARES]
    if not asking:
        return None
    known: Any = here.residuals
    if known is None:
        if "gauss-newton" in asking:
            raise MethodError(*NO_SQUARES)
        return None
    return squares(free.expr, free.variables, letters)

"""Words that are no rows of the table of functions: special calls, constants, and names from elsewhere."""

from __future__ import annotations

import math

import sympy
from sympy import Expr

from symopt.functions import FUNCTIONS

# These take conditions or bind an index, so the builder deals with them by name.
SPECIAL = {
    "Piecewise": "Piecewise((x**2, x < 0), (x, True))",
    "where": "where(x < 0, x**2, x)",
    "sum": "sum(x[i]**2, i, 0, 9)",
    "prod": "prod(x[i], i, 0, 9)",
}
CONSTANTS: dict[str, tuple[Expr, float]] = {
    "pi": (sympy.pi, math.pi),
    "e": (sympy.E, math.e),
    "E": (sympy.E, math.e),
}
NO_DERIVATIVE = "{} has no useful derivative, so it is no part of a loss"
MEANT = {function.name: function.meant for function in FUNCTIONS.values() if function.meant}
ELSEWHERE = {
    **{name: f"did you mean {function}?" for function, names in MEANT.items() for name in names.split()},
    **{name: NO_DERIVATIVE.format(name) for name in "floor ceil ceiling round trunc".split()},
    **dict.fromkeys("diff Derivative grad gradient".split(), "write the loss only: symopt derives it"),
    **dict.fromkeys("integrate Integral integral".split(), "integrals are not supported: write the loss itself"),
    **dict.fromkeys(("mod", "Mod"), "there is no modulo here: it has no useful derivative"),
    "int": "neither whole parts nor integrals are supported: write the loss itself",
    "limit": "limits are not supported: write the loss itself",
    "sqr": "did you mean sqrt? The square of x is x**2",
    "square": "the square of x is x**2",
    "squared": "the square of x is x**2",
    "cube": "the cube of x is x**3; the cube root is cbrt(x)",
    "cubed": "the cube of x is x**3",
    "root": "the third root of x is x^(1/3), or cbrt(x), which is real below 0 too",
    "nthroot": "the third root of x is x^(1/3), or cbrt(x), which is real below 0 too",
    "power": "a power is x**2",
    "Sum": "write sum(x[i]**2, i, 0, 9)",
    "Product": "write prod(x[i], i, 0, 9)",
    "product": "write prod(x[i], i, 0, 9)",
    "softmax": "write it out: exp(x)/(exp(x) + exp(y))",
    "logsumexp": "write it out: log(exp(x) + exp(y))",
    "norm": "write it out: sqrt(x^2 + y^2)",
    "dot": "write it out: sum(x[i]*y[i], i, 0, 9)",
    "len": "write the number itself: len is not known here",
    "plus": "write +: x + 1",
    "minus": "write -: x - 1",
    "times": "write *: x*y",
    "over": "write /: x/y",
    "by": "write /: x/y",
    "to": "a power is written x^2",
    "the": "a power is written x^2",
}

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
    "mean": "mean(x[i]**2, i, 0, 9)",
    "prod": "prod(x[i], i, 0, 9)",
}
CONSTANTS: dict[str, tuple[Expr, float]] = {
    "pi": (sympy.pi, math.pi),
    "e": (sympy.E, math.e),
    "E": (sympy.E, math.e),
}
SCIPY = [each.name for each in dict.fromkeys(FUNCTIONS.values()) if (each.numpy or "").startswith("special.")]
MEANT = {function.typed: function.meant for function in FUNCTIONS.values() if function.meant}
SUMS = "write sums as sum(x[i]**2, i, 0, 9)"
INTEGRALS = "integrals are not supported: write the loss itself"
ABSENT = (  # names that have a meaning elsewhere and none here, and what to do about them
    (
        "diff D Dt Derivative derivative Diff deriv gradient grad Grad nabla laplacian Laplacian jacobian hessian",
        "write the loss only: symopt derives it",
    ),
    ("integrate Integral integral Integrate NIntegrate quad trapz", INTEGRALS),
    ("int", "neither whole parts nor integrals are supported: write the loss itself"),
    ("limit Limit lim", "limits are not supported: write the loss itself"),
    ("avg average Mean AVERAGE", "write mean(x[i], i, 0, 9)"),
    (
        "var std mse rmse mae cov Variance STDEV SUMSQ sumsq Total",
        "write it out with sum, for example sum((x[i] - i)^2, i, 0, 9)/10",
    ),
    ("norm Norm", "write it out: sqrt(x^2 + y^2)"),
    ("dot Dot inner", "write it out: sum(x[i]*y[i], i, 0, 9)"),
    (
        "inv det trace transpose matrix Matrix vec vector cross matmul eye outer",
        "matrices are not supported: write the numbers out, as in 2*x^2 + 2*x*y + 3*y^2",
    ),
    (
        "y_hat yhat y_pred ypred pred predicted prediction predictions model y_model",
        "write the model in its place, as in mean((y - a*x - b)^2)",
    ),
    ("floor ceil ceiling round trunc", "whole parts have no useful derivative, so they are no part of a loss"),
    ("mod Mod fmod rem remainder gcd lcm", "there is no modulo here: it has no useful derivative"),
    (
        "median mode quantile sort sorted argmax argmin cumsum",
        "it has no useful derivative; sums are sum(x[i]**2, i, 0, 9)",
    ),
    (
        "rand randn random uniform normal gauss RAND noise_",
        "a loss has no chance in it; noise belongs to a method, as in x - lr*g + 0.1*noise",
    ),
    ("DiracDelta dirac diracdelta delta_", "a spike has no value to walk on; a smooth one is exp(-(x/0.1)^2)"),
    ("gaussian Gaussian normpdf pdf", "write it out: exp(-x^2/2)"),
    (
        "besselj bessely besseli besselk bessel airy airyai lambertw LambertW Ei Si Ci li erfinv zeta_ betainc hyp2f1 "
        "ellipk legendre chebyt hermite",
        f"it is not known here; the special functions are {', '.join(SCIPY[:-1])} and {SCIPY[-1]}",
    ),
    ("deg degree degrees deg2rad radians", "angles are in radians: 30 degrees are pi/6"),
    ("kg km cm mm ms kHz Hz", "units are left out: write the number alone"),
    ("switch cases case", "write where(x < 0, -x, x)"),
    ("sum_ reduce_sum", SUMS),
    ("Module Plot Table Solve Minimize NMinimize fminsearch linspace", "write the loss only, for example x**2"),
)
ELSEWHERE = {
    **{name: f"did you mean {function}?" for function, names in MEANT.items() for name in names.split()},
    **{name: words for names, words in ABSENT for name in names.split()},
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
    "len": "write the number itself: len is not known here",
    "plus": "write +: x + 1",
    "minus": "write -: x - 1",
    "times": "write *: x*y",
    "over": "write /: x/y",
    "by": "write /: x/y",
    "to": "a power is written x^2",
    "the": "a power is written x^2",
}

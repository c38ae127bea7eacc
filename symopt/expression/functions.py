"""The functions that may be called: what each needs, what it builds, and its value for a plain number."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, S


class cbrt(sympy.Function):
    """The real cube root: cbrt(x)³ = x for every real x, unlike x**(1/3), which has no value below 0."""

    nargs = 1

    @classmethod
    def eval(cls, x: Expr) -> Expr | None:
        if x.is_Rational:
            p, exact_p = sympy.integer_nthroot(abs(x.p), 3)
            q, exact_q = sympy.integer_nthroot(x.q, 3)
            if exact_p and exact_q:
                return Rational(p if x.p > 0 else -p, q)
        if x.as_coeff_Mul()[0].is_negative:
            return -cls(-x)
        if x.is_Pow and x.exp == 3 and x.base.is_extended_real:
            return x.base
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (3 * cbrt(self.args[0]) ** 2)

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[0].is_extended_real

    def _eval_is_finite(self) -> bool | None:
        return self.args[0].is_finite

    def _eval_evalf(self, prec: int) -> Expr:
        x = self.args[0]._eval_evalf(prec)
        return sympy.sign(x) * abs(x) ** Rational(1, 3)

    def _eval_rewrite_as_Pow(self, x: Expr, **_: Any) -> Expr:
        return sympy.sign(x) * abs(x) ** Rational(1, 3)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        root = rf"\sqrt[3]{{{printer._print(self.args[0])}}}"
        return root if exp is None else f"{root}^{{{exp}}}"


def real(expr: Expr) -> Expr:
    """An expression without the real and imaginary parts that sympy takes where it does not know a part to be real."""
    if not expr.has(sympy.re, sympy.im):
        return expr
    return expr.replace(sympy.re, lambda u: u).replace(sympy.im, lambda _: S.Zero)


@dataclass(frozen=True)
class Known:
    """A function: least and most arguments, its sympy form, its value at floats, and a call to show."""

    least: int
    most: int
    build: Callable[..., Expr]
    value: Callable[..., float]
    example: str = ""


def _one(build: Callable[..., Expr], value: Callable[..., float]) -> Known:
    return Known(1, 1, build, value)


def _sigmoid(x: Expr) -> Expr:
    return 1 / (1 + sympy.exp(-x))


def _softplus(x: Expr) -> Expr:
    return sympy.log(1 + sympy.exp(x))


def _log(x: Expr, base: Expr | None = None) -> Expr:
    return sympy.log(x) if base is None else sympy.log(x) / sympy.log(base)


def _gamma_value(x: float) -> float:
    return math.gamma(x)


def _loggamma_value(x: float) -> float:
    if x <= 0:
        raise ValueError
    return math.lgamma(x)


BERNOULLI = tuple(float(sympy.bernoulli(2 * k)) for k in range(1, 13))


def psi_right(order: int, x: Any, log: Callable[[Any], Any]) -> Any:
    """The polygamma function of an order at x > 0, a number or an array: up by ones, then Stirling's series.

    M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 1964, 6.3.18 and 6.4.11 with 6.4.6.
    """
    steps = 20 + order
    near = sum((1 / (x + k)) ** (order + 1) for k in range(steps))
    r = 1 / (x + steps)
    factor = (-1.0) ** (order + 1) * math.factorial(order)
    if order == 0:
        return log(x + steps) - r / 2 - sum(b / (2 * k) * r ** (2 * k) for k, b in enumerate(BERNOULLI, 1)) - near
    series = sum(
        b * (math.comb(2 * k + order - 1, order - 1) / order) * r ** (2 * k) for k, b in enumerate(BERNOULLI, 1)
    )
    return factor * (r**order * (1 / order + r / 2 + series) + near)


def cotangent_slope(order: int, c: Any) -> Any:
    """dᵐ/dxᵐ π·cot(πx) at an x with cot(πx) = c: a polynomial p in c, and each derivative is −π(1 + c²)·p′(c)."""
    p = [0.0, math.pi]
    for _ in range(order):
        slope = [k * a for k, a in enumerate(p)][1:]
        p = [-math.pi * (a + b) for a, b in zip([*slope, 0.0, 0.0], [0.0, 0.0, *slope], strict=True)]
    total = c * 0.0
    for a in reversed(p):
        total = total * c + a
    return total


def psi(order: int, x: float) -> float:
    """The polygamma function of an order, the (order + 1)-th derivative of log Γ; raises ValueError at its poles.

    Left of 0 by reflection, ψₘ(x) = (−1)ᵐ ψₘ(1 − x) − dᵐ/dxᵐ π·cot(πx).  Abramowitz, Stegun, 6.4.7.
    """
    if x > 0:
        return float(psi_right(order, x, math.log))
    if x == math.floor(x):
        raise ValueError
    turn = math.pi * (x - round(x))  # the cotangent has the period 1
    return (-1) ** order * psi(order, 1 - x) - float(cotangent_slope(order, math.cos(turn) / math.sin(turn)))


def _digamma_value(x: float) -> float:
    return psi(0, x)


def _polygamma(order: Expr, x: Expr) -> Expr:
    if not (order.is_Integer and 0 <= order <= 20):
        raise ValueError("the order of polygamma is a whole number from 0 to 20")
    return sympy.polygamma(order, x)


def _polygamma_value(order: float, x: float) -> float:
    return psi(int(order), x) if order in range(21) else 0.0  # the order is refused when it is built


def _extreme(kind: type) -> Callable[..., Expr]:
    """Max or Min of what is left when equal arguments and all but one of the numbers are gone.

    sympy's own constructor asks for the sign of every difference of two arguments, which can take minutes.
    """

    def build(*arguments: Expr) -> Expr:
        numbers = [a for a in arguments if a.is_Rational]
        others = list(dict.fromkeys(a for a in arguments if not a.is_Rational))
        if numbers:
            others.append(max(numbers) if kind is sympy.Max else min(numbers))
        if len(others) == 1:
            return others[0]
        return kind(*others, evaluate=False)

    return build


def _largest(*values: float) -> float:
    return max(values)


def _least(*values: float) -> float:
    return min(values)


def _heaviside(x: float) -> float:
    return 0.5 if x == 0 else float(x > 0)


FUNCTIONS: dict[str, Known] = {
    "sin": _one(sympy.sin, math.sin),
    "cos": _one(sympy.cos, math.cos),
    "tan": _one(sympy.tan, math.tan),
    "sec": _one(sympy.sec, lambda x: 1 / math.cos(x)),
    "csc": _one(sympy.csc, lambda x: 1 / math.sin(x)),
    "cot": _one(sympy.cot, lambda x: 1 / math.tan(x)),
    "asin": _one(sympy.asin, math.asin),
    "acos": _one(sympy.acos, math.acos),
    "atan": _one(sympy.atan, math.atan),
    "atan2": Known(2, 2, sympy.atan2, math.atan2, "atan2(y, x)"),
    "sinh": _one(sympy.sinh, math.sinh),
    "cosh": _one(sympy.cosh, math.cosh),
    "tanh": _one(sympy.tanh, math.tanh),
    "sech": _one(sympy.sech, lambda x: 1 / math.cosh(x)),
    "csch": _one(sympy.csch, lambda x: 1 / math.sinh(x)),
    "coth": _one(sympy.coth, lambda x: 1 / math.tanh(x)),
    "asinh": _one(sympy.asinh, math.asinh),
    "acosh": _one(sympy.acosh, math.acosh),
    "atanh": _one(sympy.atanh, math.atanh),
    "exp": _one(sympy.exp, math.exp),
    "expm1": _one(lambda x: sympy.exp(x) - 1, math.expm1),
    "log": Known(1, 2, _log, math.log, "log(x), or log(x, 2)"),
    "ln": _one(sympy.log, math.log),
    "log2": _one(lambda x: sympy.log(x) / sympy.log(2), math.log2),
    "log10": _one(lambda x: sympy.log(x) / sympy.log(10), math.log10),
    "log1p": _one(lambda x: sympy.log(1 + x), math.log1p),
    "sqrt": _one(sympy.sqrt, math.sqrt),
    "cbrt": _one(cbrt, math.cbrt),
    "pow": Known(2, 2, sympy.Pow, math.pow, "x**2"),
    "Abs": _one(sympy.Abs, abs),
    "abs": _one(sympy.Abs, abs),
    "sign": _one(sympy.sign, lambda x: float((x > 0) - (x < 0))),
    "Max": Known(1, 8, _extreme(sympy.Max), _largest, "Max(x, 0)"),
    "Min": Known(1, 8, _extreme(sympy.Min), _least, "Min(x, 1)"),
    "Heaviside": _one(sympy.Heaviside, _heaviside),
    "erf": _one(sympy.erf, math.erf),
    "erfc": _one(sympy.erfc, math.erfc),
    "gamma": _one(sympy.gamma, _gamma_value),
    "loggamma": _one(sympy.loggamma, _loggamma_value),
    "lgamma": _one(sympy.loggamma, _loggamma_value),
    "digamma": _one(lambda x: sympy.polygamma(0, x), _digamma_value),
    "polygamma": Known(2, 2, _polygamma, _polygamma_value, "polygamma(1, x)"),
    "softplus": _one(_softplus, lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x)))),
    "sigmoid": _one(_sigmoid, lambda x: 0.5 * (1 + math.tanh(x / 2))),
    "relu": _one(lambda x: _extreme(sympy.Max)(x, S.Zero), lambda x: max(x, 0.0)),
    "sinc": _one(sympy.sinc, lambda x: math.sin(x) / x if x else 1.0),
    "factorial": _one(lambda x: sympy.gamma(x + Integer(1)), lambda x: math.gamma(x + 1)),
}
FUNCTIONS["max"], FUNCTIONS["min"] = FUNCTIONS["Max"], FUNCTIONS["Min"]
for _name in ("sin", "cos", "tan", "sinh", "cosh", "tanh"):
    FUNCTIONS["arc" + _name] = FUNCTIONS["a" + _name]

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
MEANT = {  # function: its names in other languages and libraries
    "sin": "sen seno sinus sine",
    "cos": "cosinus cosine coseno",
    "tan": "tg tangent tangente",
    "sec": "secant",
    "csc": "cosec cosecant",
    "cot": "ctg cotg cotangent cotan",
    "asin": "arcsen asen arcsine",
    "acos": "arccosine",
    "atan": "arctg arctangent",
    "atan2": "arctan2",
    "sinh": "sh",
    "cosh": "ch",
    "tanh": "th",
    "log2": "lb ld",
    "log10": "lg log_10",
    "log": "log_e logarithm",
    "sqrt": "squareroot sqr",
    "cbrt": "cuberoot curt",
    "abs": "absolute fabs modulus module",
    "sign": "sgn signum",
    "sigmoid": "logistic sigm expit",
    "Max": "maximum",
    "Min": "minimum",
    "Heaviside": "step heaviside",
}
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

"""What the names of scipy.special stand for beyond the rows of the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
from sympy import S

from symopt.checking.source.arrays import array, formula, where


def log_sum(a: Any, axis: Any = None, b: Any = None, keepdims: Any = False) -> Any:
    terms = np.exp(array(a)) if b is None else np.exp(array(a)) * array(b)
    return np.log(array(np.sum(array(terms), axis=axis, keepdims=keepdims)))


def softmax(x: Any, axis: Any = None) -> Any:
    terms = array(np.exp(array(x)))
    return terms / np.sum(terms, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    return array(x) - log_sum(x, axis=axis, keepdims=True)


def _x_log(a: Any, b: Any) -> Any:
    return S.Zero if a == 0 else a * sympy.log(b)


def _huber(d: Any, r: Any) -> Any:
    return where(abs(r) <= d, r**2 / 2, d * (abs(r) - d / 2))


def _log_beta(a: Any, b: Any) -> Any:
    return sympy.loggamma(a) + sympy.loggamma(b) - sympy.loggamma(a + b)


def _below(u: Any) -> Any:
    """The distribution function of the normal distribution."""
    return (1 + sympy.erf(u / sympy.sqrt(2))) / 2


SPECIAL: dict[str, Any] = {
    "betaln": formula(_log_beta), "beta": formula(lambda a, b: sympy.exp(_log_beta(a, b))),
    "ndtr": formula(_below), "log_ndtr": formula(lambda u: sympy.log(_below(u))),
    "logit": formula(lambda u: sympy.log(u / (1 - u))),
    "log_expit": formula(lambda u: -sympy.log(1 + sympy.exp(-u))),
    "xlogy": formula(_x_log), "xlog1py": formula(lambda a, b: _x_log(a, 1 + b)),
    "entr": formula(lambda u: -_x_log(u, u)), "rel_entr": formula(lambda a, b: _x_log(a, a / b)),
    "kl_div": formula(lambda a, b: _x_log(a, a / b) - a + b), "exp2": formula(lambda u: 2**u),
    "pseudo_huber": formula(lambda d, r: d**2 * (sympy.sqrt(1 + (r / d) ** 2) - 1)),
    "factorial": formula(lambda u: where(u >= 0, sympy.gamma(u + 1), S.Zero)),
    "huber": formula(_huber), "logsumexp": log_sum, "softmax": softmax, "log_softmax": log_softmax,
}  # fmt: skip

"""What the names of torch stand for, and those of jax that derive: numpy's under other words, where both mean the same.

What torch means otherwise (split, norm, std, sort, max along an axis …) is written in Python in `written`. Formulas and
defaults: torch's reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy
from sympy import Dummy, Expr, S

from symopt.loss import Loss
from symopt.reading.exact.arrays import Exact, array, as_kind, cast, elementwise, formula, named, wrap
from symopt.reading.exact.doubles import ROUNDS, lost, plain
from symopt.reading.exact.values import Narrow, number
from symopt.reading.letters import Drawn
from symopt.reading.packages.calls import moving, sized
from symopt.reading.packages.linalg import det, inverse
from symopt.reading.packages.numpy import full, linspace, made, numpy, seen
from symopt.reading.packages.objects import Higher, Type, Ufunc
from symopt.reading.packages.special import SPECIAL, log_softmax, log_sum, softmax
from symopt.reading.source import Unreadable


def renamed(function: Any) -> Callable[..., Any]:
    """torch's names of options."""

    def build(*arguments: Any, **options: Any) -> Any:
        for name in ("device", "requires_grad"):
            options.pop(name, None)
        if isinstance(function, Ufunc) and len(arguments) > function.ufunc.nin:  # numpy's place for results
            raise TypeError("too many arguments")
        words = {"dim": "axis", "keepdim": "keepdims", "dims": "axes", "min": "a_min", "max": "a_max"}
        return function(*arguments, **{words.get(k, k): v for k, v in options.items()})

    return build


def _clamp(u: Any, a_min: Any = None, a_max: Any = None) -> Any:
    return np.clip(array(u), a_min, a_max)


def _single(function: Callable[..., Any]) -> Callable[..., Any]:
    """What makes a tensor, where torch takes single precision for decimals."""

    def build(*arguments: Any, dtype: Any = None, **options: Any) -> Any:
        found = function(*arguments, **options)
        if dtype is None and isinstance(found, Exact) and found.kind == "f" and ROUNDS.get().tensors:
            dtype = Type(Narrow(np.float32))
        return found if dtype is None else cast(found, as_kind(dtype))

    return build


SAME = set(
    """add all any arange argmax argmin argsort argwhere asarray bincount bool broadcast_to ceil column_stack concat
concatenate conj copysign count_nonzero cumprod cumsum deg2rad diag diagflat diagonal divide dot double dstack e
einsum empty empty_like eq exp2 finfo flip fliplr flipud float16 float32 float64 float_power floor floor_divide fmod
full_like ge greater greater_equal gt half hstack inf inner int int32 int64 isfinite isin isinf isnan kron le less
less_equal logaddexp2 logical_and logical_not logical_or logical_xor long lt matmul mean moveaxis multiply nan
nan_to_num nanmean nansum ne negative newaxis not_equal ones_like outer pi positive prod rad2deg ravel real
reciprocal remainder reshape roll rot90 round row_stack stack subtract sum swapaxes take tensordot tile trace tril
triu true_divide trunc unique vander vdot vstack where zeros_like""".split()
)
"""The names with numpy's meaning, beside those of the rows of functions."""
OTHERWISE = {"mul": "multiply", "sub": "subtract", "div": "divide", "neg": "negative", "ge": "greater_equal",
             "gt": "greater", "le": "less_equal", "lt": "less", "eq": "equal", "ne": "not_equal"}  # fmt: skip


def _sum_log(a: Any, axis: Any, keepdims: Any = False) -> Any:
    return log_sum(a, axis, keepdims=keepdims)


TORCH_OWN: dict[str, Any] = {
    "tensor": _single(made), "as_tensor": seen, "clamp": _clamp, "clip": _clamp, "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": _sum_log, "det": det, "inverse": inverse, "eye": sized("eye"), "full": _single(full),
    "mm": np.matmul,
    "zeros": _single(lambda *s, **k: sized("zeros")(s[0] if len(s) == 1 else s, **k)), "t": lambda a: a.T,
    "mv": np.matmul,
    "ones": _single(lambda *s, **k: sized("ones")(s[0] if len(s) == 1 else s, **k)),
    "unsqueeze": lambda a, axis: np.expand_dims(a, axis),
    "cat": lambda parts, axis=0: moving("concatenate")(parts, axis), "transpose": lambda a, i, j: np.swapaxes(a, i, j),
    "diff": lambda u, n=1, axis=-1: moving("diff")(array(u), n, axis), "squeeze": lambda u, *axis: np.squeeze(u, *axis),
    "linspace": linspace, "randn": Drawn("randn"), "rand": Drawn("rand"), "float": Type("f"),
    "square": Ufunc(np.square),
    "log_sigmoid": SPECIAL["log_expit"], "logsigmoid": SPECIAL["log_expit"],
    "silu": formula(lambda u: u / (1 + sympy.exp(-u))),
}  # fmt: skip


def torch(name: str) -> Any:
    if name in TORCH_OWN:
        found = TORCH_OWN[name]
    elif name in SAME or name in OTHERWISE or (hasattr(np, name) and name in named("np special math")):
        found = numpy(OTHERWISE.get(name, name))
    else:
        found = elementwise(named("np special math")[name])
    return found if isinstance(found, (Type, Expr, Drawn)) else renamed(found)


def _sloped(value: Any, letters: Sequence[Any], back: dict[Any, Any]) -> Any:
    """The derivatives of each entry of a value by letters, in a last axis, where the letters are what back tells."""
    back = {letter: plain(entry) for letter, entry in back.items()}
    entries = [Loss("", plain(number(entry)), tuple(letters)).gradient for entry in array(value).plain.flat]
    flat = np.array([[lost(slope.xreplace(back)) for slope in row] for row in entries], dtype=object)
    return wrap(flat.reshape(*np.shape(value), len(letters)), "f")


def _by(call: Any, function: Any, single: bool, argnums: Any = 0, also: bool = False) -> Callable[..., Any]:
    """The derivative by some arguments; also: behind the value."""
    numbers = argnums if isinstance(argnums, (tuple, list)) else [argnums]
    if not all(isinstance(k, int) for k in numbers):
        raise Unreadable("a derivative by what is no known argument")

    def slope(*arguments: Any) -> Any:
        given = [array(arguments[k]) for k in numbers]
        letters = [Dummy(f"u{k}", real=True) for k in range(sum(x.size for x in given))]
        rest, inner = list(letters), list(arguments)
        for k, x in zip(numbers, given, strict=True):
            own, rest = rest[: x.size], rest[x.size :]
            inner[k] = wrap(np.array(own, dtype=object).reshape(x.shape), "f")
        value = call(function, inner, {})
        if single and np.shape(value) != ():
            raise TypeError("a gradient of what is no number")
        places = [entry for x in given for entry in x.plain.flat]
        found = array(_sloped(value, letters, dict(zip(letters, places, strict=True))))
        parts, start = [], 0
        for x in given:
            part = found[..., start : start + x.size]
            parts.append(part.reshape((*np.shape(value), *x.shape))[()])
            start += x.size
        slopes = tuple(parts) if isinstance(argnums, (tuple, list)) else parts[0]
        return (call(function, list(arguments), {}), slopes) if also else slopes

    return slope


def _jvp(call: Any, function: Any, primals: Any, tangents: Any) -> Any:
    t = Dummy("t", real=True)
    along = [array(x) + t * array(v) for x, v in zip(primals, tangents, strict=True)]
    value = call(function, along, {})
    return call(function, list(primals), {}), array(_sloped(value, [t], {t: S.Zero}))[..., 0]


JAX: dict[str, Any] = {
    "grad": Higher(lambda call, fun, argnums=0: _by(call, fun, True, argnums), True), "jvp": Higher(_jvp, True),
    "hessian": Higher(lambda call, fun: _by(call, _by(call, fun, True), False), True),
    "value_and_grad": Higher(lambda call, fun, argnums=0: _by(call, fun, True, argnums, True), True),
    **dict.fromkeys(("jacobian", "jacfwd", "jacrev"),
                    Higher(lambda call, fun, argnums=0: _by(call, fun, False, argnums), True)),
}  # fmt: skip

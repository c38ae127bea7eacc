"""What the names of torch, and of layers of networks, stand for: numpy's under other words, where both mean the same.

What torch means otherwise (split, norm, std, sort, max along an axis …) is written in Python in `written`. Formulas and
defaults: torch's reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symopt.checking.source.arrays import Exact, array, as_kind, cast, elementwise, formula, named
from symopt.checking.source.doubles import TENSORS
from symopt.checking.source.letters import Drawn
from symopt.checking.source.packages.calls import moving, sized
from symopt.checking.source.packages.linalg import det, inverse
from symopt.checking.source.packages.numpy import full, linspace, made, numpy, seen
from symopt.checking.source.packages.objects import Type, Ufunc
from symopt.checking.source.packages.special import SPECIAL, log_softmax, log_sum, softmax
from symopt.checking.source.values import Narrow


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
        if dtype is None and isinstance(found, Exact) and found.kind == "f" and TENSORS.get():
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

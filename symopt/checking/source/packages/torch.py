"""What the names of torch, and of layers of networks, stand for: mostly numpy's under other words."""

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
from symopt.checking.source.packages.linalg import det, inverse, norm
from symopt.checking.source.packages.numpy import full, linspace, made, numpy, seen
from symopt.checking.source.packages.objects import Type, Ufunc
from symopt.checking.source.packages.special import SPECIAL, log_softmax, log_sum, softmax
from symopt.checking.source.values import Narrow


def renamed(function: Any) -> Callable[..., Any]:
    """torch's names of options."""

    def build(*arguments: Any, **options: Any) -> Any:
        for name in ("device", "requires_grad"):
            options.pop(name, None)
        words = {"dim": "axis", "keepdim": "keepdims", "dims": "axes", "min": "a_min", "max": "a_max"}
        return function(*arguments, **{words.get(k, k): v for k, v in options.items()})

    return build


def _clamp(u: Any, min: Any = None, max: Any = None) -> Any:
    return np.clip(array(u), min, max)


def _single(function: Callable[..., Any]) -> Callable[..., Any]:
    """What makes a tensor, where torch takes single precision for decimals."""

    def build(*arguments: Any, dtype: Any = None, **options: Any) -> Any:
        found = function(*arguments, **options)
        if dtype is None and isinstance(found, Exact) and found.kind == "f" and TENSORS.get():
            dtype = Type(Narrow(np.float32))
        return found if dtype is None else cast(found, as_kind(dtype))

    return build


TORCH_OWN: dict[str, Any] = {
    "tensor": _single(made), "as_tensor": seen, "clamp": _clamp, "clip": _clamp, "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": log_sum, "norm": norm, "det": det, "inverse": inverse, "eye": sized("eye"), "full": _single(full),
    "mm": np.matmul,
    "zeros": _single(lambda *s, **k: sized("zeros")(s[0] if len(s) == 1 else s, **k)), "t": lambda a: a.T,
    "mv": np.matmul,
    "ones": _single(lambda *s, **k: sized("ones")(s[0] if len(s) == 1 else s, **k)),
    "unsqueeze": lambda a, axis: np.expand_dims(a, axis),
    "cat": lambda parts, axis=0: moving("concatenate")(parts, axis), "transpose": lambda a, i, j: np.swapaxes(a, i, j),
    "diff": None, "var": None, "std": None, "max": lambda u: np.max(array(u)), "min": lambda u: np.min(array(u)),
    "linspace": linspace, "nn": None, "randn": Drawn("randn"), "rand": Drawn("rand"), "float": Type("f"),
    "square": Ufunc(np.square),
    "log_sigmoid": SPECIAL["log_expit"], "logsigmoid": SPECIAL["log_expit"],
    "silu": formula(lambda u: u / (1 + sympy.exp(-u))),
}  # fmt: skip


def torch(name: str) -> Any:
    if name in TORCH_OWN:
        if TORCH_OWN[name] is None:
            raise KeyError(name)
        found = TORCH_OWN[name]
    elif name in named("np special math") and not hasattr(np, name):
        found = elementwise(named("np special math")[name])
    else:
        found = numpy(name)
    return found if isinstance(found, (Type, Expr, Drawn)) else renamed(found)

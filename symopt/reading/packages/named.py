"""What stands under a name: of which package, and of an array, as numpy, torch and jax have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symopt.reading.exact.arrays import (
    Exact,
    Matrix,
    array,
    as_kind,
    cast,
    elementwise,
    named,
    unknown_mask,
    where,
    wrap,
)
from symopt.reading.letters import drawing, keyed, loading
from symopt.reading.packages.calls import KNOWN, MOVING, SIZES, leaves, method, moving
from symopt.reading.packages.linalg import LINALG, SPARSE, inverse
from symopt.reading.packages.numpy import CONSTANTS, HIGHER, OWN, TYPES, numpy, seen, std, windows
from symopt.reading.packages.objects import Type, items
from symopt.reading.packages.python import BUILTINS, FUNCTIONAL, ITERTOOLS, OPERATOR, operate
from symopt.reading.packages.special import MATH, SPECIAL, log_sum, of_math
from symopt.reading.packages.torch import JAX, renamed, torch
from symopt.reading.source import Unreadable

EITHER = set(
    """array asarray asanyarray atleast_1d atleast_2d atleast_3d zeros_like ones_like full_like empty_like where clip
select piecewise full copy float64 float32 tensor ndim shape size isscalar real float int bool abs isinstance
maximum minimum squeeze linspace arange round nan_to_num as_tensor ascontiguousarray any all""".split()
)  # no sign of a vector
BRACKETED = {f"numpy.{name}" for name in ("r_", "c_", "s_", "mgrid", "ogrid")}
"""What is asked by brackets, as np.r_[…]."""
EXTRA: dict[str, Any] = {
    "create_diagonal": lambda x, offset=0, xp=None: moving("diag")(x, offset), "at": lambda x: At(array(x)),
}  # fmt: skip
SPECIALS = [SPECIAL, lambda name: elementwise(named("special")[name])]
FAMILIES: dict[str, list[Any]] = {
    "numpy jax.numpy autograd.numpy": [HIGHER, numpy], "cupy": [{"asnumpy": seen}, HIGHER, numpy],
    "numpy.linalg": [LINALG, numpy],
    "scipy.linalg jax.numpy.linalg jax.scipy.linalg torch.linalg autograd.numpy.linalg cupy.linalg": [LINALG],
    "numpy.lib.stride_tricks": [{"sliding_window_view": windows}], "numpy.lib": [],
    "scipy.special jax.scipy.special autograd.scipy.special": SPECIALS,
    "torch.special": [{name: torch(name) for name in ("logsumexp", "softmax", "log_softmax")}, *SPECIALS],
    "torch torch.nn.functional": [torch], "jax.nn": [{"logsumexp": log_sum}, torch], "jax torch.func": [JAX],
    "jax.lax": [{"select": where}], "scipy.sparse": [SPARSE], "torch.nn scipy.stats jax.scipy.stats": [],
    "math": [MATH, CONSTANTS, of_math], "mpmath": [CONSTANTS, of_math], "scipy scipy.constants": [CONSTANTS],
    "builtins": [BUILTINS], "functools": [FUNCTIONAL], "itertools": [ITERTOOLS], "operator": [OPERATOR],
    "numpy.random": [drawing], "jax.random": [keyed], "pandas": [loading], "array_api_extra": [EXTRA],
}  # fmt: skip
"""Tables by name, and functions that raise KeyError; before them comes what is `written` for a module."""
PARTS = {module: parts for modules, parts in FAMILIES.items() for module in modules.split()}


def meaning(module: str, name: str) -> Any:
    """What a name of a module stands for. Raises KeyError where that is not known."""
    for part in PARTS[module]:
        if callable(part):
            return part(name)
        if name in part:
            return part[name]
    raise KeyError(name)


IN_PLACE = ("sort", "resize", "partition")  # of the method, not of the function
COPIES = "copy clone block_until_ready toarray todense tocsr tocsc tocoo to_numpy".split()
SHARED = "detach numpy cpu conj conjugate".split()  # the same memory
METHODS = {name: name for name in (*MOVING, *KNOWN, "flatten")
           if hasattr(np.ndarray, name) and name not in IN_PLACE}  # fmt: skip
METHODS |= {**dict.fromkeys(COPIES, "copy"), "t": "transpose", "permute": "transpose"}
"""numpy's own methods under their names, and under those of others."""


@dataclass(frozen=True)
class At:
    """x.at[index] of jax: a changed copy."""

    owner: Exact
    index: Any = None

    def method(self, name: str) -> Callable[[Any], Any]:
        def changed(value: Any) -> Any:
            found = self.owner.copy()
            if name == "set":
                found[self.index] = value
            elif unknown_mask(self.index) is not None:
                found[self.index] = operate("mul" if name in ("mul", "multiply") else "add", found, value)
            else:
                word = {"mul": "multiply", "min": "minimum", "max": "maximum"}.get(name, name)
                getattr(np, word).at(found, self.index, array(value))
            return found

        if name not in "set add multiply mul divide subtract min max power".split():
            raise Unreadable(f".at[…].{name}")
        return changed


def attribute(owner: Exact, name: str, tensors: bool) -> Any:
    """What an array (or a tensor) has under a name: a value, a method, or a function with it as first argument."""
    if name in VALUES and (name not in MATRIX or isinstance(owner, Matrix)):
        return VALUES[name](owner)
    if name in SHARED:
        return lambda *_, **__: owner
    if name in OWN_METHODS:
        return partial(OWN_METHODS[name], owner)
    if name in METHODS and not (tensors and name in TENSORS):
        return renamed(method(owner, METHODS[name]))
    if name in SIZES or name in TYPES:
        raise Unreadable(f"the attribute .{name} of an array")
    try:
        return partial(torch(name), owner)
    except (KeyError, TypeError):
        raise Unreadable(f"the attribute .{name} of an array") from None


def _flat(owner: Exact) -> Any:
    if not owner.flags.c_contiguous:
        raise Unreadable(".flat of an array that is not in order")
    return owner.reshape(-1)


def _as_type(owner: Exact, dtype: Any, copy: Any = True, **_: Any) -> Any:
    found = cast(owner, as_kind(dtype))
    return found.copy() if copy else found


def _converted(owner: Exact, dtype: Any = "f", *_: Any, **__: Any) -> Any:
    """A tensor as another kind: itself, if it is of that kind already, which single precision leaves open."""
    found = cast(owner, as_kind(dtype))
    if found is owner:
        owner.flags.writeable = False
    return found


def _item(owner: Exact, *place: Any) -> Any:
    if not place and owner.size != 1:
        raise ValueError("item of an array of several entries")
    return owner[tuple(place)] if place else owner.reshape(-1)[0]


def _view(owner: Exact, *shape: Any) -> Any:
    if not shape or not all(isinstance(n, int) for n in leaves(list(shape))):
        raise Unreadable(".view as another kind of numbers")
    return owner.reshape(shape[0] if len(shape) == 1 else shape)


def _listed(value: Any) -> Any:
    return [_listed(part) for part in items(value)] if isinstance(value, Exact) and value.ndim else value


class _Size(int):
    """The number of entries; to torch, which calls it, the shape."""

    shape: tuple[int, ...]

    def __new__(cls, count: int, shape: tuple[int, ...]) -> _Size:
        found = super().__new__(cls, count)
        found.shape = shape
        return found

    def __call__(self, axis: Any = None) -> Any:
        return self.shape if axis is None else self.shape[axis]


TENSORS = ("transpose", "round", "mean", "nonzero", "searchsorted", "resize", "compress", "take", "ptp", "clip")
"""Methods of numpy that tensors have otherwise, or not: what torch's function of that name is."""
MATRIX = ("A", "A1", "I")
VALUES: dict[str, Callable[[Exact], Any]] = {
    "T": lambda a: a.T, "mT": lambda a: np.swapaxes(a, -1, -2), "shape": lambda a: a.shape, "ndim": lambda a: a.ndim,
    "size": lambda a: _Size(a.size, a.shape), "dtype": lambda a: Type(a.kind), "flat": _flat, "at": At,
    "device": lambda _: None,
    **dict.fromkeys(("real", "data", "values"), lambda a: a), "A": lambda a: wrap(a.plain, a.kind),
    "A1": lambda a: wrap(a.plain.reshape(-1), a.kind), "I": inverse,
}  # fmt: skip
OWN_METHODS: dict[str, Callable[..., Any]] = {
    **{name: OWN[name] for name in ("argmin", "argmax", "argsort", "round")},
    "astype": _as_type, **dict.fromkeys(("to", "type", "double", "float"), _converted),
    "item": _item, "numel": lambda a: a.size, "tolist": _listed, "std": std, "view": _view,
    "contiguous": lambda a: a if a.flags.c_contiguous else a.copy(),
    "fill": lambda a, value: a.__setitem__(Ellipsis, value),
    "clip": lambda a, min=None, max=None, out=None: np.clip(a, min, max, out=out),
}  # fmt: skip

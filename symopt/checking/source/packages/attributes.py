"""What an array has under a name, as numpy, torch and jax have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symopt.checking.source.arrays import Exact, Matrix, array, as_kind, cast, named, unknown_mask, wrap
from symopt.checking.source.packages.calls import leaves, method
from symopt.checking.source.packages.linalg import inverse
from symopt.checking.source.packages.numpy import OWN, std
from symopt.checking.source.packages.objects import Type, items
from symopt.checking.source.packages.python import operate
from symopt.checking.source.packages.torch import renamed, torch
from symopt.checking.source.values import Unreadable

METHODS = """sum mean prod dot max min trace transpose squeeze ravel reshape clip repeat cumsum cumprod var all any
diagonal swapaxes take argmax argmin argsort nonzero conj conjugate round ptp flatten copy searchsorted""".split()
TENSOR = {"clone": "copy", "detach": "copy", "numpy": "copy", "cpu": "copy", "double": "copy", "float": "copy",
          "contiguous": "copy", "block_until_ready": "copy", "toarray": "copy", "tocsr": "copy",
          "tocsc": "copy", "tocoo": "copy", "t": "transpose", "permute": "transpose"}  # fmt: skip
TORCH_METHODS = "view unsqueeze mm mv matmul norm clamp softmax logsumexp det inverse square diag".split()
ALIASES = {"detach", "numpy", "cpu", "contiguous"}  # share their memory


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


def attribute(owner: Exact, name: str) -> Any:
    """What an array has under a name."""
    if name in ("T", "mT"):
        return owner.T if name == "T" else np.swapaxes(owner, -1, -2)
    if name in ("shape", "size", "ndim"):
        found = getattr(owner, name)
        return found if name != "size" else _Size(found, owner.shape)
    if name == "dtype":
        return Type(owner.kind)
    if name in ("real", "data", "values"):
        return owner
    if name == "to_numpy":
        return lambda: owner.copy()
    if name == "flat":
        if not owner.flags.c_contiguous:
            raise Unreadable(".flat of an array that is not in order")
        return owner.reshape(-1)
    if name == "at":
        return At(owner)
    if name == "A" and isinstance(owner, Matrix):
        return wrap(owner.plain, owner.kind)
    if name in ("A1", "I") and isinstance(owner, Matrix):
        return wrap(owner.plain.reshape(-1), owner.kind) if name == "A1" else inverse(owner)
    if name in TENSOR:
        return (lambda *_, **__: owner) if name in ALIASES else method(owner, TENSOR[name])
    if name in ("argmin", "argmax", "round"):
        return partial(OWN[name], owner)
    if name in METHODS:
        return renamed(method(owner, name))
    if name == "fill":
        return lambda value: owner.__setitem__(Ellipsis, value)
    if name == "astype" or name == "to" or name == "type":
        return lambda dtype, copy=True, **_: cast(owner, as_kind(dtype)).copy() if copy else cast(owner, as_kind(dtype))
    if name == "item":
        return lambda *place: (
            owner[tuple(place)] if place else owner.reshape(-1)[0] if owner.size == 1 else _fail("item")
        )
    if name == "numel":
        return lambda: owner.size
    if name == "tolist":
        return lambda: _listed(owner)
    if name == "std":
        return partial(std, owner)
    if name in TORCH_METHODS or name in named("np"):
        return partial(torch(name) if name != "view" else _view, owner)
    raise Unreadable(f"the attribute .{name} of an array")


def _fail(name: str) -> Any:
    raise ValueError(f"{name} of an array of several entries")


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

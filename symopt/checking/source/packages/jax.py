"""What the names of jax stand for: loops with known bounds, maps."""

from __future__ import annotations

from typing import Any

from symopt.checking.source.arrays import array, where
from symopt.checking.source.packages.objects import Higher, items
from symopt.checking.source.packages.python import bounded_range
from symopt.checking.source.values import Unreadable, whole


def _scan(call: Any, f: Any, init: Any, xs: Any = None, length: Any = None) -> Any:
    carry, found = init, []
    for part in items(xs) if xs is not None else range(whole(length)):
        carry, out = call(f, [carry, part if xs is not None else None], {})
        found.append(out)
    return carry, None if found and found[0] is None else array(found)


def _turned(call: Any, low: Any, high: Any, body: Any, init: Any) -> Any:
    for k in bounded_range(low, high):
        init = call(body, [k, init], {})
    return init


def _mapped(call: Any, f: Any, in_axes: Any = 0) -> Any:
    def apply(*arguments: Any) -> Any:
        axes = in_axes if isinstance(in_axes, (tuple, list)) else [in_axes] * len(arguments)
        if any(axis not in (0, None) for axis in axes):
            raise Unreadable("vmap over another axis than the first")
        count = next(len(a) for a, axis in zip(arguments, axes, strict=True) if axis == 0)
        return array([call(f, [a if axis is None else a[k] for a, axis in zip(arguments, axes, strict=True)], {})
                      for k in range(count)])  # fmt: skip

    return apply


LAX: dict[str, Any] = {
    "fori_loop": Higher(_turned), "scan": Higher(_scan), "select": where,
    "cond": Higher(lambda call, test, yes, no, *a: where(test, call(yes, list(a), {}), call(no, list(a), {}))),
    "stop_gradient": None,
}  # fmt: skip
JAX: dict[str, Any] = {"jit": lambda f, **_: f, "vmap": Higher(_mapped)}

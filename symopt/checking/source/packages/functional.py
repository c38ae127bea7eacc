"""What the names of functools, itertools and operator stand for."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

from symopt.checking.source.packages.objects import Higher, Partial, items
from symopt.checking.source.packages.python import operate
from symopt.checking.source.values import MAX_SIZE, Unreadable


def _combined(name: str, *arguments: Any, **options: Any) -> list[Any]:
    """The functions of itertools that only choose."""
    parts = [a if isinstance(a, int) else items(a) for a in arguments]
    found = list(itertools.islice(getattr(itertools, name)(*parts, **options), MAX_SIZE + 1))
    if len(found) > MAX_SIZE:
        raise Unreadable(f"itertools.{name} of so many")
    return found


def _accumulated(call: Any, f: Any, parts: list[Any]) -> list[Any]:
    found = parts[:1]
    for part in parts[1:]:
        found.append(call(f, [found[-1], part], {}))
    return found


def _reduce(call: Any, f: Any, parts: Any, *start: Any) -> Any:
    found = [*start, *items(parts)]
    if not found:
        raise TypeError("reduce of nothing")
    value = found[0]
    for part in found[1:]:
        value = call(f, [value, part], {})
    return value


FUNCTIONAL: dict[str, Any] = {
    "reduce": Higher(_reduce),
    "partial": Higher(lambda call, f, *a, **k: Partial(call, f, a, k)),
    "lru_cache": lambda *_, **__: None, "cache": None, "wraps": None,
}  # fmt: skip
ITERTOOLS: dict[str, Any] = {
    **{name: partial(_combined, name) for name in "product combinations permutations pairwise chain".split()},
    "accumulate": Higher(lambda call, u, f=None: _accumulated(call, f or partial(operate, "add"), items(u))),
    "combinations_with_replacement": partial(_combined, "combinations_with_replacement"),
}
OPERATOR = {name: partial(operate, name) for name in "add sub mul truediv pow matmul".split()}

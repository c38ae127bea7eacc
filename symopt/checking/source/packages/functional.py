"""What the names of functools, itertools and operator stand for."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

from symopt.checking.source.packages.objects import Higher, Partial, items
from symopt.checking.source.packages.python import operate
from symopt.checking.source.reading import Unreadable
from symopt.checking.source.streams import Over
from symopt.checking.source.values import MAX_SIZE


def _combined(name: str, *arguments: Any, **options: Any) -> Over:
    """The functions of itertools that only choose."""
    parts = [a if isinstance(a, int) else items(a) for a in arguments]
    found = list(itertools.islice(getattr(itertools, name)(*parts, **options), MAX_SIZE + 1))
    if len(found) > MAX_SIZE:
        raise Unreadable(f"itertools.{name} of so many")
    return Over(found)


FUNCTIONAL: dict[str, Any] = {"partial": Higher(lambda call, f, *a, **k: Partial(call, f, a, k))}
ITERTOOLS: dict[str, Any] = {
    name: partial(_combined, name) for name in "product combinations permutations combinations_with_replacement".split()
}
OPERATOR = {name: partial(operate, name) for name in "add sub mul truediv pow matmul".split()}

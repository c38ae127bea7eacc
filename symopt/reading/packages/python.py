"""Python's own functions and operators, and its library's, over exact numbers, arrays and lists of them."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import sympy
from sympy import Expr
from sympy.logic.boolalg import BooleanAtom

from symopt.reading.exact.arrays import OPERATIONS, Exact, array, cast, even, join, summed, wrap
from symopt.reading.exact.chosen import Chosen, product
from symopt.reading.exact.doubles import LOST, Rounding, distinct, ends, held, ordered, plain, related, shown
from symopt.reading.exact.nans import asked, first
from symopt.reading.exact.values import MAX_SIZE, expression, is_condition, is_scalar, of_whole, whole
from symopt.reading.packages.objects import (
    Higher,
    Lazy,
    Over,
    Partial,
    Record,
    Stream,
    Type,
    Ufunc,
    Zipped,
    items,
    lazily,
    stream,
    upcoming,
)
from symopt.reading.source import Unreadable
from symopt.reading.words import said


def bounded_range(*bounds: Any) -> list[int]:
    found = range(*(whole(bound) for bound in bounds))
    if len(found) > MAX_SIZE:
        raise Unreadable(f"a range of {len(found)} numbers")
    return list(found)


def total(call: Any, parts: Any, start: Any = 0) -> Any:
    found = [parts.sum()] if isinstance(parts, Chosen) and parts.ndim == 1 else items(parts)
    if all(isinstance(part, Expr) for part in found) and is_scalar(start):
        return summed([expression(start), *found]) if found else start
    for part in found:
        start = call(ADDED, [start, part], {})
    return start


def operate(name: str, a: Any, b: Any) -> Any:
    """Python's operator of a name (add, truediv …) between numbers, arrays and lists of them."""
    if isinstance(a, int) and isinstance(b, int):
        return of_whole(name, a, b)
    for side in (a, b):
        if isinstance(side, Chosen):
            return product(a, b) if name == "matmul" else side.combined(partial(operate, name), a, b)
    for side in (a, b):
        if not (is_scalar(side) or isinstance(side, (Exact, list, tuple))):
            raise Unreadable(f"arithmetic with {said(side)}")
    if not (isinstance(a, Exact) or isinstance(b, Exact) or (is_scalar(a) and is_scalar(b))):
        raise Unreadable("arithmetic with a list")
    if is_condition(a) and is_condition(b) and name == "add":  # 2 or True: Python's and numpy's differ
        raise Unreadable("the sum of two conditions")
    if is_condition(a) and is_condition(b) and name == "sub":
        a, b = cast(array(a), "i"), cast(array(b), "i")
    if is_scalar(a) and is_scalar(b) and not is_condition(a) and not is_condition(b):
        words = {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
                 "floordiv": "floor_divide", "mod": "remainder"}  # fmt: skip
        if name not in words:
            raise Unreadable(f"the operator {name} of numbers")
        return OPERATIONS[words[name]](*(expression(int(v) if isinstance(v, bool) else v) for v in (a, b)))
    return getattr(operator, name)(array(a), array(b))


ADDED = partial(operate, "add")


def extreme(name: str) -> Higher:
    best, larger = (max, sympy.StrictGreaterThan) if name == "max" else (min, sympy.StrictLessThan)

    def build(call: Any, *arguments: Any, key: Any = None) -> Any:
        parts = items(arguments[0]) if len(arguments) == 1 else list(arguments)
        if not parts:
            raise ValueError(f"{name} of nothing")
        if key is not None:
            keys = [ordered(k) for k in decided([call(key, [part], {}) for part in parts])]
            return parts[best(range(len(parts)), key=keys.__getitem__)]
        if all(isinstance(part, int) for part in parts):
            return best(parts)
        if not all(is_scalar(part) or (isinstance(part, Exact) and not part.ndim) for part in parts):
            raise Unreadable(f"{name} of arrays")
        of = join(array(part).kind for part in parts)
        numbers = [expression(part.plain[()] if isinstance(part, Exact) else part) for part in parts]
        found = first(larger, *numbers) if asked(*numbers) else OPERATIONS[f"{name}imum"](*numbers)
        return wrap(found, of) if of == "i" else found

    return Higher(build)


def _rounded(value: Any, digits: Any = None) -> Any:
    if isinstance(value, int):
        return round(value, digits)
    if not expression(value).is_number:
        raise Unreadable("round of the variables")
    return rounding(expression(value), digits, round)


def _all(stop: bool) -> Callable[[Any], Any]:
    """any and all, which look no further than the first item that is known to be true, or false."""

    def build(values: Any) -> Any:
        turns, found = stream(values), []
        for item in turns:
            found.append(item)
            if not isinstance(item, (int, BooleanAtom)):
                found += turns.rest()
                for part in (turns, *turns.streams()):
                    part.left = None  # how far it is gone through depends on the variables
                break
            if bool(item) == stop:
                break
        return np.all(array(found)) if not stop else np.any(array(found))

    return build


def _asked(call: Any, function: Any) -> Callable[[Any], bool]:
    """Whether a function holds for an item, or (None) the item itself, as far as that is known."""

    def holds(item: Any) -> bool:
        found = item if function is None else call(function, [item], {})
        if isinstance(found, Expr) and found.is_number:
            return related("!=", found, sympy.S.Zero)
        if found in (sympy.true, sympy.false) or isinstance(found, (int, str, list, tuple, dict, type(None))):
            return bool(found)
        raise Unreadable("a choice of items by a condition on the variables")

    return holds


def _called(call: Any, function: Any) -> Callable[..., Any]:
    """A function of the file as one of Python's."""
    return lambda *items: call(function, [*items], {})


def _choosing(iterator: Callable[..., Any]) -> Higher:
    return Higher(lambda call, f, u: lazily(partial(iterator, _asked(call, f)), u))


def _accumulated(call: Any, values: Any, function: Any = None, *, initial: Any = None) -> Lazy:
    own = partial(operate, "add") if function is None else _called(call, function)
    return lazily(lambda s: itertools.accumulate(s, own, initial=initial), values)


def _sequence(value: Any) -> Any:
    if isinstance(value, (Stream, dict, set)):
        raise TypeError("reversed of what has no order")
    return value if isinstance(value, Exact) else items(value)


def text(value: Any) -> str:
    """str() of what is known."""
    if isinstance(value, (str, int)):
        return str(value)
    raise Unreadable("a text of what is not a whole number")


def _sorted(call: Any, values: Any, key: Any = None, reverse: Any = False) -> list[Any]:
    found = items(values)
    keys = [ordered(k) for k in decided([call(key, [v], {}) for v in found] if key is not None else found)]
    return [found[k] for k in sorted(range(len(found)), key=keys.__getitem__, reverse=bool(reverse))]


def decided(found: list[Any]) -> list[Any]:
    """Items that can be put in order: known numbers, or texts."""
    if not all(isinstance(v, (int, str, tuple)) or getattr(v, "is_number", False) for v in found):
        raise Unreadable("sorting what depends on the variables")
    return found


def unlike(found: list[Any]) -> set[Any]:
    """A set of items of which it is known which are the same."""
    single = [v for v in found if not getattr(v, "eq_by_identity", False)]
    distinct(v for v in decided(single) if isinstance(v, Expr))
    return set(found)


def rounding(value: Any, digits: Any, by: Callable[[float, int], float]) -> Any:
    """A known number rounded to digits; by: Python's round or numpy's."""
    places = 0 if digits is None else whole(digits)
    exact_, (low, high) = plain(value), ends(value)
    near = even(exact_ * sympy.Integer(10) ** places) if places else OPERATIONS["rint"](value)
    if not digits:
        return int(near) if digits is None else near
    found = near / sympy.Integer(10) ** places
    wanted = near.p / 10**places if places > 0 else float(near) * 10.0**-places
    said = {by(low, places), by(high, places)} if (low, high) != LOST else set()
    if said != {wanted}:
        words = " or ".join(map(repr, said)) or "not known"
        raise Rounding(f"round({shown(value)}, {places}) is {words} in doubles and {found} in exact numbers")
    return held(found, wanted, wanted)


BUILTINS: dict[str, Any] = {
    "abs": lambda u: abs(u) if isinstance(u, int) else Ufunc(np.absolute)(u), "sum": Higher(total),
    "max": extreme("max"),
    "len": lambda u: u.shape[0] if isinstance(u, Chosen) else len(u),
    "float": Type("f", True), "int": Type("i", True), "bool": Type("b", True),
    "min": extreme("min"), "all": _all(False), "any": _all(True), "slice": slice, "callable": lambda u: callable(u),
    "pow": lambda a, b: operate("pow", a, b), "list": lambda u=(): items(u), "tuple": lambda u=(): tuple(items(u)),
    "reversed": lambda u: Over(_sequence(u)[::-1]), "range": bounded_range, "round": _rounded, "iter": stream,
    "enumerate": lambda u, start=0: Zipped([Over(range(whole(start), whole(start) + MAX_SIZE)), stream(u)]),
    "zip": lambda *u, strict=False: Zipped([stream(part) for part in u], bool(strict)), "next": upcoming,
    "divmod": lambda a, b: (operate("floordiv", a, b), operate("mod", a, b)), "__name__": "__main__",
    "dict": lambda u=(), **k: dict(u, **k), "object": Record({}), "print": lambda *_, **__: None,
    "sorted": Higher(_sorted), "str": text, "ord": ord, "chr": chr,
    **dict.fromkeys(("set", "frozenset"), lambda u=(): unlike(items(u))), "filter": _choosing(filter),
    "map": Higher(lambda call, f, *u: lazily(partial(map, _called(call, f)), *u)),
}  # fmt: skip


def _combined(name: str, *arguments: Any, **options: Any) -> Over:
    """The functions of itertools that only choose."""
    parts = [a if isinstance(a, int) else items(a) for a in arguments]
    found = list(itertools.islice(getattr(itertools, name)(*parts, **options), MAX_SIZE + 1))
    if len(found) > MAX_SIZE:
        raise Unreadable(f"itertools.{name} of so many")
    return Over(found)


FUNCTIONAL: dict[str, Any] = {
    "partial": Higher(lambda call, f, *a, **k: Partial(call, f, a, k)),
    "reduce": Higher(lambda call, f, u, *start: functools.reduce(_called(call, f), stream(u), *start)),
}
COMBINING = "product combinations permutations combinations_with_replacement".split()
ITERTOOLS: dict[str, Any] = {
    **{name: partial(_combined, name) for name in COMBINING}, "accumulate": Higher(_accumulated),
    **{name: partial(lazily, getattr(itertools, name)) for name in ("chain", "cycle", "pairwise")},
    "starmap": Higher(lambda call, f, u: lazily(lambda s: (call(f, items(each), {}) for each in s), u)),
    **{name: _choosing(getattr(itertools, name)) for name in ("takewhile", "dropwhile")},
    "count": lambda start=0, step=1: Lazy(itertools.count(whole(start), whole(step))),
    "repeat": lambda u, *times: Lazy(itertools.repeat(u, *map(whole, times)), [u]),
    "islice": lambda u, *ends: lazily(lambda s: itertools.islice(s, *(e if e is None else whole(e) for e in ends)), u),
}  # fmt: skip
OPERATOR = {name: partial(operate, name) for name in "add sub mul truediv pow matmul".split()}

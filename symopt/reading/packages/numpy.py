"""What the names of numpy stand for: numpy's own function where it only moves entries, else one written out exactly."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import numpy as np
import sympy
from sympy import S

from symopt.reading.exact.arrays import (
    DTYPES,
    Matrix,
    Order,
    array,
    as_kind,
    cast,
    elementwise,
    named,
    places,
    where,
    width,
    wrap,
)
from symopt.reading.exact.chosen import Chosen
from symopt.reading.exact.doubles import Rounding, ends, held, nearest, plain, related
from symopt.reading.exact.nans import ordered, spreading
from symopt.reading.exact.values import MAX_SIZE, NOTHING, Narrow, each, expression, is_scalar, kind, whole
from symopt.reading.letters import LOADERS, Loaded
from symopt.reading.packages.calls import KNOWN, MOVING, SIZES, full_like, like, moving, sized
from symopt.reading.packages.objects import Higher, Record, Type, Ufunc
from symopt.reading.packages.python import operate, rounding
from symopt.reading.source import Unreadable


def full(shape: Any, value: Any, dtype: Any = None, order: Any = "C") -> Any:
    value = array(value)
    made = sized("zeros")(shape, dtype=width(value.kind if dtype is None else as_kind(dtype)))
    made[...] = value
    return made


def made(
    value: Any, dtype: Any = None, *, copy: Any = True, order: Any = "K", ndmin: Any = 0, subok: Any = False
) -> Any:
    """np.array: a copy."""
    found = array(value)
    found = found.copy() if found is value and copy in (True, S.true) else found
    if ndmin > found.ndim:
        found = found.reshape((1,) * (ndmin - found.ndim) + found.shape)
    if isinstance(found, Matrix) and not subok:
        found = wrap(found.plain, found.kind)
    return found if dtype is None else cast(found, as_kind(dtype))


def seen(value: Any, dtype: Any = None, order: Any = None, *, copy: Any = None) -> Any:
    """np.asarray: the array itself if it is one."""
    found = array(value)
    if isinstance(found, Matrix):
        found = wrap(found.plain, found.kind)
    return found if dtype is None else cast(found, as_kind(dtype))


def matrix(value: Any, dtype: Any = None, copy: Any = True) -> Any:
    if isinstance(value, str):
        raise Unreadable("a matrix from a text")
    found = made(value, dtype)
    if found.ndim > 2:
        raise ValueError("a matrix has two dimensions")
    return wrap(np.atleast_2d(found.plain), found.kind, matrix=True)


def arange(*bounds: Any, dtype: Any = None) -> Any:
    if len(bounds) == 4:
        *bounds, dtype = bounds  # type: ignore[assignment]
    start, stop, step = ((0, *bounds) if len(bounds) == 1 else bounds) if len(bounds) == 3 else (
        *((0, *bounds) if len(bounds) == 1 else bounds), 1)  # fmt: skip
    first, last, one = (expression(v) for v in (start, stop, step))
    if not all(v.is_number and v.is_real for v in (first, last, one)) or one == 0:
        raise Unreadable("np.arange of what is no known number")
    doubles = [ends(v) for v in (first, last, one)]
    first, last, one = map(plain, (first, last, one))
    count = max(0, int(sympy.ceiling((last - first) / one)))
    if count > MAX_SIZE:
        raise Unreadable(f"np.arange of {count} numbers")
    if kind(start) == kind(step) == kind(stop) == "i":
        found = array([int(first + k * one) for k in range(count)])
    else:
        if any(low != high for low, high in doubles):
            raise Rounding("how many numbers np.arange gives")
        own = np.arange(*(low for low, _ in doubles))
        if len(own) != count:
            raise Rounding(f"np.arange gives {len(own)} numbers in doubles and {count} in exact numbers")
        found = array([held(first + k * one, float(double), float(double)) for k, double in enumerate(own)])
    return found if dtype is None else cast(found, as_kind(dtype))


def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False) -> Any:
    count = whole(num)
    if not 0 <= count <= MAX_SIZE:
        raise Unreadable(f"np.linspace of {count} numbers")
    first, last = cast(array(start), "f"), cast(array(stop), "f")
    step = np.divide(array(last - first), array(max(1, count - bool(endpoint))))
    turns = array(list(range(count))) if count else array([])
    found = array(np.multiply.outer(turns, array(step)) + first)
    if first.ndim == last.ndim == 0 and first.known and last.known and count:
        (low, high), (least, most) = ends(first.plain[()]), ends(last.plain[()])
        if low == high and least == most:  # numpy's own numbers, of which the last is the end as given
            own = np.linspace(low, least, count, bool(endpoint))
            for place, (entry, double) in enumerate(zip(found.plain, own, strict=True)):
                found.plain[place] = held(plain(entry), float(double), float(double))
    return (found, step) if retstep else found


def select(conditions: Any, values: Any, default: Any = 0) -> Any:
    result = default
    for test, value in zip(reversed(list(conditions)), reversed(list(values)), strict=True):
        result = where(test, value, result)
    return result


def three(test: Any, *sides: Any) -> Any:
    """np.where: of three arrays, or the places where a known condition holds."""
    if len(sides) == 1:
        raise ValueError("either both or neither of x and y should be given")
    return where(test, *sides) if sides else moving("nonzero")(test)


def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    np.fill_diagonal(a.plain, cast(array(val), a.kind, "stores").plain, bool(wrap))


def copyto(dst: Any, src: Any, where: Any = True) -> None:
    dst[...] = src if where is True else globals()["where"](where, src, dst)


def put(a: Any, ind: Any, v: Any) -> None:
    np.put(a.plain, places(ind, a.shape), cast(array(v), a.kind, "stores").plain)


def std(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    if isinstance(a, Chosen):
        return a.std(axis, ddof, keepdims)
    return np.sqrt(array(moving("var")(a, axis=axis, ddof=ddof, keepdims=keepdims)))


def bincount(x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    """np.bincount: what belongs to each whole number, added up."""
    x = array(x)
    count = max([whole(minlength), *(whole(k) + 1 for k in x)])
    made = sized("zeros")(count, dtype=DTYPES["i" if weights is None else "f"])
    np.add.at(made, x, 1 if weights is None else array(weights))
    return made


def isclose(*_: Any, **__: Any) -> Any:
    raise Unreadable("a comparison up to rounding")


def finfo(_kind: Any = None) -> Record:
    eps, tiny = sympy.Rational(1, 2**52), sympy.Rational(1, 2**1022)
    return Record({"eps": eps, "tiny": tiny, "max": (2 - eps) * 2**1023, "min": -(2 - eps) * 2**1023})


def rounded(a: Any, decimals: Any = 0) -> Any:
    a = array(a)
    if not a.known:
        raise Unreadable("round of the variables")
    if a.kind != "f":
        return a
    by = lambda u, digits: float(np.round(u, digits))  # noqa: E731
    return wrap(each(lambda entry: rounding(entry, whole(decimals), by), a.plain), "f")


def median(a: Any, axis: Any = None) -> Any:
    order = in_order("sort")(cast(array(a), "f"), axis=None)
    if axis is not None:
        raise Unreadable("np.median with axis=")
    half = (len(order) - 1) // 2
    return (order[half] + order[len(order) // 2]) / 2


def no_nan(name: str) -> Callable[..., Any]:
    """nan_to_num, nansum and their kin: with another number in place of nan, or where there is none."""
    instead = {"": 0, "sum": 0, "prod": 1}.get(name)

    def build(a: Any, *rest: Any, **options: Any) -> Any:
        a = array(a)
        if not name and (rest[:1] or (options.get("copy", True),))[0] is not True:
            raise Unreadable("np.nan_to_num of an array in place")
        lost = np.isnan(a)
        if any(test != S.false for test in array(lost).plain.flat):
            if instead is None or (not name and (rest or options)):
                raise Unreadable(f"np.nan{name or '_to_num'} of what may have no value")
            a = array(where(lost, instead, a))
        return moving(name)(a, *rest, **options) if name else a.copy()[()]

    return build


def place_of(name: str) -> Callable[..., Any]:
    """np.argmin and np.argmax: the first place, of a condition each where the variables decide."""

    def build(a: Any, axis: Any = None) -> Any:
        a = array(a)
        ordered(f"np.{name}", a.plain.flat)
        if a.known or not a.size:
            return moving(name)(a, axis=axis)
        if axis is not None and a.ndim > 1:
            rows = np.moveaxis(a, whole(axis), -1)
            found = array([build(rows[place]) for place in np.ndindex(rows.shape[:-1])])
            return found.reshape(rows.shape[:-1])
        flat, found = a.reshape(-1), a.size - 1
        compare = np.less_equal if name == "argmin" else np.greater_equal
        for k in reversed(range(a.size - 1)):
            first = np.logical_and.reduce(array(compare(array(flat[k]), flat[k + 1 :])))
            found = where(first, k, found)
        return found

    return build


MOST_SORTED = 4  # entries, each of which may stand at each place


def in_order(name: str) -> Callable[..., Any]:
    """np.sort and np.argsort, of equal ones the first first: each entry by conditions where the variables decide."""

    def build(a: Any, axis: Any = -1, **options: Any) -> Any:
        a = array(a)
        ordered(f"np.{name}", a.plain.flat)
        if a.known or set(options) - {"kind", "stable"}:
            return moving(name)(a, axis=axis, **options)
        if isinstance(a, Order) and a.whole and name == "argsort":
            return Order.of(a.turned(range(len(a))))
        rows = np.moveaxis(a.reshape(-1) if axis is None else a, -1 if axis is None else whole(axis), -1)
        if rows.shape[-1] > MOST_SORTED:
            raise Unreadable(f"np.{name} of more than {MOST_SORTED} entries that depend on the variables")
        found = array([row(rows[place]) for place in np.ndindex(rows.shape[:-1])]).reshape(rows.shape)
        found = np.moveaxis(found, -1, -1 if axis is None else whole(axis))
        return Order.of(found) if name == "argsort" and found.ndim == 1 else found

    def row(u: Any) -> Any:
        n = len(u)
        below = {(j, i): (np.less_equal if j < i else np.less)(array(u[j]), u[i]) for j, i in permutations(range(n), 2)}

        def stands(i: int, k: int) -> Any:
            """Whether just k of the others are below the entry i."""
            rest = [j for j in range(n) if j != i]
            cases = [[below[j, i] if j in some else below[i, j] for j in rest] for some in combinations(rest, k)]
            return np.logical_or.reduce(array([np.logical_and.reduce(array(case)) for case in cases]))

        out = []
        for k in range(n):
            found = u[n - 1] if name == "sort" else n - 1
            for i in reversed(range(n - 1)):
                found = where(stands(i, k), u[i] if name == "sort" else i, found)
            out.append(found)
        return array(out)

    return build


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """Linear between known nodes, constant beyond them."""
    nodes, values = array(xp), array(fp)
    if not nodes.known or any(not related("<", a, b) for a, b in itertools.pairwise(nodes.plain)):
        raise Unreadable("np.interp with nodes that do not rise")
    found: Any = values[-1] if right is None else right
    x = array(x)
    for k in reversed(range(len(nodes) - 1)):
        a, b = nodes[k], nodes[k + 1]
        line = values[k] + (x - a) * operate("truediv", operate("sub", values[k + 1], values[k]), operate("sub", b, a))
        with spreading():
            found = where(x <= b, line, found)
    with spreading():
        return where(x < nodes[0], values[0] if left is None else left, found)


def windows(x: Any, window_shape: Any, axis: Any = None) -> Any:
    """The views of an array that a window sees as it moves along."""
    return np.lib.stride_tricks.sliding_window_view(array(x), window_shape, axis=axis, subok=True)


def ndindex(*shape: Any) -> list[Any]:
    return list(np.ndindex(*map(whole, shape[0] if isinstance(shape[0], (tuple, list)) else shape)))


CONSTANTS = {"pi": nearest(sympy.pi), "e": nearest(sympy.E), "tau": nearest(2 * sympy.pi), "inf": S.Infinity,
             "nan": NOTHING, "newaxis": None, "euler_gamma": nearest(sympy.EulerGamma)}  # fmt: skip
NARROW = "float32 single float16 half int8 byte int16 short uint8 ubyte uint16 ushort uint32".split()
TYPES = {
    **dict.fromkeys("float64 double float_ longdouble floating float".split(), Type("f")),
    **{name: Type(Narrow(getattr(np, name))) for name in NARROW},
    **dict.fromkeys("int64 int32 int_ long int integer".split(), Type("i")),
    "bool_": Type("b"),
    "bool": Type("b"),
}
OWN: dict[str, Any] = {
    "array": made, "asarray": seen, "asanyarray": lambda a, dtype=None: a if isinstance(a, Matrix) else seen(a, dtype),
    "ascontiguousarray": seen, "asarray_chkfinite": seen, "matrix": matrix, "asmatrix": matrix, "mat": matrix,
    "full": full, "arange": arange, "linspace": linspace, "where": three, "select": select, "std": std,
    "round": rounded, "around": rounded, "median": median, "interp": interp, "ndindex": ndindex, "bincount": bincount,
    "sort": in_order("sort"), "argsort": in_order("argsort"), "nan_to_num": no_nan(""), "argmax": place_of("argmax"),
    "ndenumerate": lambda a: [(k, array(a)[k]) for k in np.ndindex(array(a).shape)], "argmin": place_of("argmin"),
    **{f"nan{name}": no_nan(name) for name in ("sum", "mean", "prod", "max", "min", "var")},
    "count_nonzero": lambda a, axis=None: np.sum(cast(array(a), "b"), axis=axis),
    "fill_diagonal": fill_diagonal, "copyto": copyto, "put": put, "finfo": finfo, "isscalar": is_scalar,
    "allclose": isclose, "isclose": isclose,
    **{f"{name}_like": like(name) for name in ("zeros", "ones", "empty")}, "full_like": full_like,
}  # fmt: skip


def numpy(name: str) -> Any:
    """What a name of numpy stands for. Raises KeyError where that is not known."""
    for table in (OWN, CONSTANTS, TYPES):
        if name in table:
            return table[name]
    function = getattr(np, name, None)
    if name in SIZES:
        return sized(name)
    if (name in MOVING or name in KNOWN) and function is not None:
        return moving(name)
    if isinstance(function, np.ufunc) and function.nout == 1:
        return Ufunc(function)
    if function is not None and name in named("np"):
        return elementwise(named("np")[name])
    raise KeyError(name)


def _along(call: Any, f: Any, axis: Any, arr: Any) -> Any:
    """np.apply_along_axis."""
    moved = np.moveaxis(array(arr), whole(axis), -1)
    results = [array(call(f, [moved[place]], {})) for place in np.ndindex(moved.shape[:-1])]
    found = cast(array(results), results[0].kind, "stores").reshape(moved.shape[:-1] + results[0].shape)
    return np.moveaxis(found, -1, whole(axis)) if results[0].ndim else found


def _each(call: Any, f: Any, **options: Any) -> Any:
    """np.vectorize: the kind of the first result, as numpy has it, which asks for it once more."""
    if set(options) - {"otypes", "cache"}:
        raise Unreadable(f"np.vectorize with {sorted(options)[0]}=")

    def apply(*arguments: Any) -> Any:
        parts = np.broadcast_arrays(*(array(a) for a in arguments), subok=True)
        shape = np.shape(parts[0])
        places = [*np.ndindex(shape)]
        results = [call(f, [p[place] for p in parts], {}) for place in [*places[: not options], *places]][not options :]
        found = array(results)
        first = array(results[0]).kind if "otypes" not in options else "f"
        return cast(found, first, "stores").reshape(shape) if shape else results[0]

    return apply


def _piecewise(call: Any, x: Any, tests: Any, functions: Any) -> Any:
    x = array(x)
    values = [call(f, [x], {}) if callable(f) or hasattr(f, "node") else f for f in functions]
    tests = list(tests) if isinstance(tests, (list, tuple)) else [tests]
    found = values[len(tests)] if len(values) > len(tests) else 0
    for test, value in zip(tests, values, strict=False):  # the last that holds
        found = where(test, value, found)
    return cast(array(found), x.kind, "stores")


HIGHER: dict[str, Any] = {
    **{name: Loaded(f"numpy.{name}") for name in LOADERS if hasattr(np, name)}, "vectorize": Higher(_each),
    "piecewise": Higher(_piecewise), "apply_along_axis": Higher(_along),
}  # fmt: skip

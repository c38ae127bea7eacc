"""What the names of numpy, math, scipy, torch, jax and Python itself stand for when a file is read.

A name of numpy is numpy's own function, called on arrays of expressions, if it is in a list of those that only move
and combine entries; what would compute in doubles is written out here exactly, and everything else is refused.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S
from sympy.logic.boolalg import Boolean

from symopt.checking.source.arrays import (
    DTYPES,
    OPERATIONS,
    Chosen,
    Exact,
    Matrix,
    array,
    as_kind,
    cast,
    elementwise,
    join,
    named,
    numeric,
    places,
    unknown_mask,
    where,
    wrap,
)
from symopt.checking.source.values import (
    MAX_SIZE,
    Unreadable,
    exact,
    expression,
    is_condition,
    is_scalar,
    kind,
    known,
    of_whole,
    whole,
)

MOST_WORK = 4_000_000
MOVING = """transpose ravel reshape squeeze expand_dims moveaxis rollaxis swapaxes atleast_1d atleast_2d atleast_3d flip
fliplr flipud rot90 roll broadcast_to broadcast_arrays diag diagflat diagonal tril triu tile repeat stack
concatenate hstack vstack dstack column_stack row_stack block append insert delete take split array_split hsplit
vsplit unstack outer dot vdot inner matmul tensordot einsum kron cross trace sum prod cumsum cumprod diff max
min amax amin ptp clip any all polyval polyadd polysub polymul polyder polyint convolve correlate meshgrid
vander shape size ndim copy ix_ real mean average var cov matrix_transpose permute_dims concat triu_indices_from
tril_indices_from iscomplexobj result_type resize pad compress extract""".split()
KNOWN = """sort argsort argmax argmin nonzero flatnonzero count_nonzero argwhere searchsorted unique isin lexsort
array_equal digitize round around""".split()
SIZES = "zeros ones empty eye identity tri indices diag_indices tril_indices triu_indices unravel_index".split()
SQUARES = ("eye", "identity", "tri", "diag_indices", "tril_indices", "triu_indices", "diag", "diagflat", "vander")
METHODS = """sum mean prod dot max min trace transpose squeeze ravel reshape clip repeat cumsum cumprod var all any
diagonal swapaxes take argmax argmin argsort nonzero conj conjugate round ptp flatten copy searchsorted""".split()
SEQUENCES = ("concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "row_stack", "concat")
INDEXED = ("take", "repeat", "insert", "delete", "tile", "unravel_index", "ravel_multi_index", "split", "array_split")
PADDING = ("constant", "edge", "wrap", "reflect", "symmetric")
AVERAGES = ("mean", "average", "var", "cov")
EITHER = set(
    """array asarray asanyarray atleast_1d atleast_2d atleast_3d zeros_like ones_like full_like empty_like where clip
select piecewise full copy float64 float32 tensor ndim shape size isscalar real float int bool abs isinstance
maximum minimum squeeze linspace arange round nan_to_num as_tensor ascontiguousarray""".split()
)  # no sign of a vector


@dataclass(frozen=True)
class Type:
    """float, np.int64, bool …: a kind of numbers, and what makes one of a number."""

    kind: str
    python: bool = False

    def __call__(self, value: Any = 0) -> Any:
        if isinstance(value, (list, tuple)) and not self.python:
            value = array(value)
        if isinstance(value, Exact) and (self.python or not value.ndim):
            if value.size != 1:
                raise TypeError("only arrays of one entry are a number")
            value = value.reshape(-1)[0]
        if isinstance(value, str):
            if self.kind != "f" or value.strip().lower().lstrip("+-") not in ("inf", "infinity", "nan"):
                raise Unreadable("a number from a text")
            return exact(float(value))
        return cast(value, self.kind).copy() if isinstance(value, Exact) else cast(value, self.kind)


@dataclass(frozen=True)
class Record:
    """Names with values: what a call gives back, or a part of a module."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Higher:
    """A function that calls functions of the file: the first argument is how."""

    function: Callable[..., Any]


@dataclass(frozen=True)
class Ufunc:
    """A ufunc of numpy over expressions."""

    ufunc: Any

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        chosen = next((a for a in arguments if isinstance(a, Chosen)), None)
        if chosen is not None and not options:
            return chosen.combined(lambda *parts: self.ufunc(*map(array, parts)), *arguments)
        return self.ufunc(*map(array, arguments), **_options(options))

    def method(self, name: str) -> Callable[..., Any]:
        if name == "at":
            return lambda target, index, *values: self.ufunc.at(target, index, *map(array, values))
        if name not in ("reduce", "outer", "accumulate"):
            raise Unreadable(f"np.{self.ufunc.__name__}.{name}")
        count = 2 if name == "outer" else 1
        return lambda *a, **k: getattr(self.ufunc, name)(*map(array, a[:count]), *a[count:], **_options(k))


def _options(options: dict[str, Any]) -> dict[str, Any]:
    if unknown := {"like", "device", "casting", "subok", "signature", "order"} & set(options):
        raise Unreadable(f"the option {sorted(unknown)[0]}=")
    return {name: DTYPES[as_kind(value)] if name == "dtype" and value is not None else value
            for name, value in options.items()}  # fmt: skip


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


def work(name: str, arguments: Sequence[Any]) -> int:
    """No fewer entries than a call makes, by the sizes of its arrays and the numbers among its arguments."""
    total = 1
    for leaf in _leaves(list(arguments)):
        if isinstance(leaf, np.ndarray):
            total *= max(1, leaf.size)
            if name in INDEXED and isinstance(leaf, Exact) and leaf.kind == "i":
                total *= max(1, sum(abs(int(v)) for v in leaf.plain.flat))
        elif isinstance(leaf, int) and not isinstance(leaf, bool):
            total *= max(1, abs(leaf)) ** (2 if name in SQUARES else 1)
    return total


def _shadow(value: Any) -> Any:
    """The same shapes and kinds in numpy's own numbers."""
    if isinstance(value, Exact):
        ones = np.ones(value.shape, DTYPES[value.kind])
        return np.asmatrix(ones) if isinstance(value, Matrix) else ones
    if isinstance(value, (list, tuple)):
        return type(value)(map(_shadow, value))
    return True if isinstance(value, Boolean) else 1.0 if isinstance(value, Expr) else value


def _marked(result: Any, like: Any) -> Any:
    """What numpy gave back for expressions, of the kinds that it gives for numbers."""
    if isinstance(result, (tuple, list)):
        return type(result)(_marked(r, s) for r, s in zip(result, like, strict=True))
    if result is None or isinstance(result, (str, np.dtype)):
        return result
    of = getattr(np.asarray(like).dtype, "kind", "")
    if of not in DTYPES:
        raise Unreadable(f"a result of the kind {np.asarray(like).dtype}")
    if isinstance(result, Exact) and result.ndim:
        return result if result.kind == of else wrap(result.plain, of, isinstance(result, Matrix))
    return wrap(result, of)


def _on(function: Callable[..., Any], name: str, arguments: Sequence[Any], options: dict[str, Any]) -> Any:
    """numpy's function on arrays of expressions, the kind of the result by the same call on numbers."""
    options = dict(options)
    dtype = options.pop("dtype", None)
    options = {k: array(v) if k in ("weights", "where") else v for k, v in options.items()}
    if "where" in options and options["where"].known:
        options["where"] = numeric(options["where"])
    given = [*arguments, *options.values()]
    plain = (str, np.ndarray, list, tuple, slice, type(None), type(Ellipsis))
    for part in given:
        if not (is_scalar(part) or isinstance(part, plain)):
            raise Unreadable(f"np.{name} of {type(part).__name__}")
    if work(name, given) > MOST_WORK:
        raise Unreadable(f"np.{name}, whose result is too large to be written out")
    if name in KNOWN and not all(part.known for part in _leaves(given) if isinstance(part, Exact)):
        raise Unreadable(f"np.{name} of the variables, whose result is another from place to place")
    out = options.get("out")
    if out is not None and not (isinstance(out, Exact) and out.kind == "f"):
        raise Unreadable(f"np.{name} with this out=")
    with np.errstate(all="ignore"):
        like = function(*map(_shadow, arguments), **{k: _shadow(v) for k, v in options.items()})
    found = _marked(function(*arguments, **options), like)
    return found if dtype is None else cast(found, as_kind(dtype))


def _number_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and not all(isinstance(leaf, int) for leaf in _leaves(value))


def moving(name: str) -> Callable[..., Any]:
    """numpy's own function of a name."""
    function = getattr(np, name)

    def build(*arguments: Any, **options: Any) -> Any:
        parts = list(arguments)
        if name == "sum" and len(parts) == 1 and not options and isinstance(parts[0], Chosen):
            return parts[0].sum()
        if name == "block":
            parts = [_blocks(part) for part in parts]
        elif name in SEQUENCES and parts and not isinstance(parts[0], Exact):
            parts[0] = [array(part) for part in parts[0]]
        else:
            first = 0 if not parts or not isinstance(parts[0], str) else 1
            many = name in ("meshgrid", "broadcast_arrays", "ix_", "einsum", "atleast_1d", "atleast_2d")
            for k, part in enumerate(parts):
                if k == first or _number_list(part) or (many and is_scalar(part)):
                    parts[k] = array(part)
                elif isinstance(part, Exact) and k and name in INDEXED and part.kind != "f":
                    parts[k] = numeric(part)
            if name in AVERAGES and parts:
                parts[0] = cast(parts[0], "f")
        if name == "einsum" and np.prod([float(p.size) for p in parts if isinstance(p, Exact)]) > 1e6:
            raise Unreadable("np.einsum, which is too large to be written out")
        if name == "pad" and (
            options.get("mode", "constant") not in ("constant", "edge", "wrap", "reflect", "symmetric")
        ):
            raise Unreadable("np.pad in this mode")
        parts = [array(part) if isinstance(part, np.ndarray) and name not in INDEXED else part for part in parts]
        if name in ("insert", "append") and len(parts) > name.count("in") + 1:
            parts[-1] = cast(array(parts[-1]), parts[0].kind, "stores") if name == "insert" else array(parts[-1])
        return _indexed(function, name, parts, options)

    return build


def _indexed(function: Callable[..., Any], name: str, parts: list[Any], options: dict[str, Any]) -> Any:
    plain = [k for k, part in enumerate(parts) if isinstance(part, np.ndarray) and not isinstance(part, Exact)]
    if not plain:
        return _on(function, name, parts, options)
    kept = {k: parts[k] for k in plain}
    if any(np.prod([1.0, *(np.abs(part).sum() + 1 for part in kept.values())]) > MAX_SIZE for _ in (0,)):
        raise Unreadable(f"np.{name}, whose result is too large to be written out")

    def called(*rest: Any, **more: Any) -> Any:
        items = iter(rest)
        return function(*(kept[k] if k in kept else next(items) for k in range(len(parts))), **more)

    return _on(called, name, [part for k, part in enumerate(parts) if k not in kept], options)


def _blocks(part: Any) -> Any:
    return [_blocks(p) for p in part] if isinstance(part, list) else array(part)


def method(owner: Exact, name: str) -> Callable[..., Any]:
    """A method of an array, numpy's own."""

    def build(*arguments: Any, **options: Any) -> Any:
        me = cast(owner, "f") if name in AVERAGES else owner
        rest = [array(a) if _number_list(a) else a for a in arguments]
        return _on(lambda a, *b, **k: getattr(a, name)(*b, **k), name, [me, *rest], options)

    return build


def sized(name: str) -> Callable[..., Any]:
    """An array that numpy makes of sizes alone."""

    def build(*arguments: Any, **options: Any) -> Any:
        options.pop("like", None)
        if "dtype" in options and options["dtype"] is not None:
            options["dtype"] = DTYPES[as_kind(options["dtype"])]
        if name in ("zeros", "ones", "empty") and len(arguments) > 1:
            arguments = (arguments[0], DTYPES[as_kind(arguments[1])], *arguments[2:])
        parts = [_plain(part) for part in arguments]
        shape = {k: _plain(v) for k, v in options.items()}
        if work(name, [*parts, *(v for k, v in shape.items() if k != "dtype")]) > MAX_SIZE:
            raise Unreadable(f"np.{name} of this size, which is too large to be written out")
        found = getattr(np, name)(*parts, **shape)
        if isinstance(found, tuple):
            return tuple(array(part) if isinstance(part, np.ndarray) else exact(part) for part in found)
        made = array(found) if isinstance(found, np.ndarray) else exact(found)
        if name == "empty":
            made.plain.fill(S.NaN)
        return made

    return build


def _plain(value: Any) -> Any:
    """Known whole numbers as Python's and numpy's own."""
    if isinstance(value, Exact):
        if value.kind == "f" or not value.known:
            raise Unreadable("sizes that are not known whole numbers")
        return tuple(map(int, numeric(value))) if value.ndim == 1 else numeric(value)
    if isinstance(value, (list, tuple)):
        return tuple(_plain(part) for part in value)
    if isinstance(value, Expr):
        raise Unreadable(f"the size {value}, which is no whole number")
    return value


def like(name: str) -> Callable[..., Any]:
    """zeros_like and its kin."""

    def build(model: Any, *rest: Any, dtype: Any = None, shape: Any = None, order: Any = "K") -> Any:
        model = array(model)
        if (name == "full_like" and len(rest) == 2) or (name != "full_like" and len(rest) == 1):
            dtype = rest[-1]
        of = model.kind if dtype is None else as_kind(dtype)
        size = model.shape if shape is None else shape
        if name == "full_like":
            made = sized("zeros")(size, dtype=DTYPES[of])
            made[...] = cast(array(rest[0]), of, "stores")
            return made
        return sized(name.removesuffix("_like"))(size, dtype=DTYPES[of])

    return build


def full(shape: Any, value: Any, dtype: Any = None, order: Any = "C") -> Any:
    value = array(value)
    made = sized("zeros")(shape, dtype=DTYPES[value.kind if dtype is None else as_kind(dtype)])
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
    if not all(v.is_Rational for v in (first, last, one)) or one == 0:
        raise Unreadable("np.arange of what is no known number")
    count = max(0, int(sympy.ceiling((last - first) / one)))
    if count > MAX_SIZE:
        raise Unreadable(f"np.arange of {count} numbers")
    found = array([int(first + k * one) if kind(start) == kind(step) == kind(stop) == "i" else first + k * one
                   for k in range(count)])  # fmt: skip
    return found if dtype is None else cast(found, as_kind(dtype))


def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False) -> Any:
    count = whole(num)
    if not 0 <= count <= MAX_SIZE:
        raise Unreadable(f"np.linspace of {count} numbers")
    first, last = cast(array(start), "f"), cast(array(stop), "f")
    step = (last - first) / max(1, count - bool(endpoint))
    turns = array(list(range(count))) if count else array([])
    found = np.multiply.outer(turns, array(step)) + first
    return (found, step) if retstep else found


def select(conditions: Any, values: Any, default: Any = 0) -> Any:
    result = default
    for test, value in zip(reversed(list(conditions)), reversed(list(values)), strict=True):
        result = where(test, value, result)
    return result


def three(test: Any, *sides: Any) -> Any:
    """np.where: of three arrays, or the places where a known condition holds."""
    return where(test, *sides) if len(sides) == 2 else moving("nonzero")(test)


def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    np.fill_diagonal(a.plain, cast(array(val), a.kind, "stores").plain, bool(wrap))


def copyto(dst: Any, src: Any, where: Any = True) -> None:
    dst[...] = src if where is True else globals()["where"](where, src, dst)


def put(a: Any, ind: Any, v: Any) -> None:
    np.put(a.plain, places(ind, a.shape), cast(array(v), a.kind, "stores").plain)


def std(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    return np.sqrt(array(moving("var")(a, axis=axis, ddof=ddof, keepdims=keepdims)))


def isclose(*_: Any, **__: Any) -> Any:
    raise Unreadable("a comparison up to rounding")


def finfo(_kind: Any = None) -> Record:
    eps, tiny = sympy.Rational(1, 2**52), sympy.Rational(1, 2**1022)
    return Record({"eps": eps, "tiny": tiny, "max": (2 - eps) * 2**1023, "min": -(2 - eps) * 2**1023})


# scipy.special, linalg


def log_sum(a: Any, axis: Any = None, b: Any = None, keepdims: Any = False) -> Any:
    terms = np.exp(array(a)) if b is None else np.exp(array(a)) * array(b)
    return np.log(array(np.sum(array(terms), axis=axis, keepdims=keepdims)))


def softmax(x: Any, axis: Any = None) -> Any:
    terms = array(np.exp(array(x)))
    return terms / np.sum(terms, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    return array(x) - log_sum(x, axis=axis, keepdims=True)


def _x_log(a: Any, b: Any) -> Any:
    return S.Zero if a == 0 else a * sympy.log(b)


def _huber(d: Any, r: Any) -> Any:
    return where(abs(r) <= d, r**2 / 2, d * (abs(r) - d / 2))


SPECIAL: dict[str, Any] = {
    "logit": elementwise(lambda u: sympy.log(u / (1 - u))),
    "log_expit": elementwise(lambda u: -sympy.log(1 + sympy.exp(-u))),
    "xlogy": elementwise(_x_log), "xlog1py": elementwise(lambda a, b: _x_log(a, 1 + b)),
    "entr": elementwise(lambda u: -_x_log(u, u)), "rel_entr": elementwise(lambda a, b: _x_log(a, a / b)),
    "kl_div": elementwise(lambda a, b: _x_log(a, a / b) - a + b), "exp2": elementwise(lambda u: 2**u),
    "pseudo_huber": elementwise(lambda d, r: d**2 * (sympy.sqrt(1 + (r / d) ** 2) - 1)),
    "huber": elementwise(_huber), "logsumexp": log_sum, "softmax": softmax, "log_softmax": log_softmax,
}  # fmt: skip


def _square(a: Any) -> sympy.Matrix:
    a = array(a)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.shape[0] > 8:
        raise Unreadable(f"this of an array of shape {a.shape}, which is no small square matrix")
    return sympy.Matrix(cast(a, "f").plain.tolist())


def det(a: Any) -> Any:
    return _square(a).det(method="berkowitz")


def inverse(a: Any) -> Any:
    """The adjugate over the determinant: exact for every entry, undefined where the determinant is 0."""
    found = _square(a)
    divisor = found.det(method="berkowitz")
    if divisor == 0:
        raise Unreadable("the inverse of a singular matrix")
    entries = [[entry / divisor for entry in row] for row in found.adjugate().tolist()]
    return wrap(np.array(entries, dtype=object), "f", isinstance(a, Matrix))


def solve(a: Any, b: Any) -> Any:
    return inverse(a) @ array(b)


def matrix_power(a: Any, n: Any) -> Any:
    count, base = whole(n), array(a)
    if abs(count) > 50:
        raise Unreadable("a matrix to a high power")
    base = inverse(base) if count < 0 else base
    result = sized("eye")(base.shape[0], dtype=DTYPES[base.kind])
    for _ in range(abs(count)):
        result = result @ base
    return result


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    x = array(x)
    flat = axis is None and (x.ndim == 1 or ord is None or ord == "fro")
    if not flat and not isinstance(axis, int):
        raise Unreadable("a matrix norm")
    if ord == "fro" and (x.ndim != 2 or axis is not None):
        raise Unreadable("a matrix norm")
    along: dict[str, Any] = {"axis": axis, "keepdims": keepdims}
    if ord is None or ord == "fro" or ord == 2:
        return np.sqrt(array(np.sum(array(x * x), **along)))
    if ord in (1, S.Infinity, S.NegativeInfinity):
        return (np.sum if ord == 1 else np.max if ord is S.Infinity else np.min)(array(np.abs(x)), **along)
    if isinstance(ord, (int, Expr)) and ord != 0:
        return array(np.sum(array(np.abs(x) ** array(ord)), **along)) ** (1 / expression(ord))
    raise Unreadable(f"the norm of order {ord}")


def chain(parts: Sequence[Any]) -> Any:
    result: Any = array(parts[0])
    for part in parts[1:]:
        result = result @ array(part)
    return result


LINALG: dict[str, Any] = {"norm": norm, "det": det, "inv": inverse, "solve": solve, "multi_dot": chain,
                          "matrix_power": matrix_power}  # fmt: skip

# Python's own, and math


def _bounded(*bounds: Any) -> list[int]:
    found = range(*(whole(bound) for bound in bounds))
    if len(found) > MAX_SIZE:
        raise Unreadable(f"a range of {len(found)} numbers")
    return list(found)


class Stream:
    """What can be gone through once: a generator, zip, map; it is made when that happens."""

    def __init__(self, make: Callable[[], list[Any]]) -> None:
        self.cell = [make]

    def taken(self) -> list[Any]:
        return self.cell.pop()() if self.cell else []


def items(value: Any) -> list[Any]:
    """What a loop over a value goes through."""
    if isinstance(value, Stream):
        return value.taken()
    if isinstance(value, Exact) and value.ndim:
        return [value[k] for k in range(len(value))]
    if isinstance(value, (list, tuple, dict, set, str)):
        return list(value)
    raise Unreadable("a loop over what is not known")


def total(parts: Any, start: Any = 0) -> Any:
    found = items(parts)
    if all(isinstance(part, Expr) for part in found) and is_scalar(start):
        return sympy.Add(expression(start), *found) if found else start
    for part in found:
        start = operate("add", start, part)
    return start


def operate(name: str, a: Any, b: Any) -> Any:
    """Python's operator of a name (add, truediv …) between numbers, arrays and lists of them."""
    if isinstance(a, int) and isinstance(b, int):
        return of_whole(name, a, b)
    for side in (a, b):
        if isinstance(side, Chosen):
            return side.combined(partial(operate, name), a, b)
    for side in (a, b):
        if not (is_scalar(side) or isinstance(side, (Exact, list, tuple))):
            raise Unreadable(f"arithmetic with a {type(side).__name__}")
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


def extreme(name: str) -> Callable[..., Any]:
    def build(*arguments: Any, **options: Any) -> Any:
        if options:
            raise Unreadable(f"{name} with {sorted(options)[0]}=")
        parts = items(arguments[0]) if len(arguments) == 1 else list(arguments)
        if not parts:
            raise ValueError(f"{name} of nothing")
        if all(isinstance(part, int) for part in parts):
            return (max if name == "max" else min)(parts)
        if not all(is_scalar(part) for part in parts):
            raise Unreadable(f"{name} of arrays")
        return OPERATIONS[f"{name}imum"](*map(expression, parts))

    return build


def _rounded(value: Any, digits: Any = None) -> Any:
    if isinstance(value, int):
        return round(value, digits)
    if not expression(value).is_number:
        raise Unreadable("round of the variables")
    return exact(round(float(value), digits))


def rounded(a: Any, decimals: Any = 0) -> Any:
    a = array(a)
    if not a.known:
        raise Unreadable("round of the variables")
    if a.kind != "f":
        return a
    out = np.empty(a.shape, dtype=object)
    for place, entry in enumerate(a.plain.flat):
        out.flat[place] = expression(np.round(float(entry), decimals))
    return wrap(out, "f")


def median(a: Any, axis: Any = None) -> Any:
    order = moving("sort")(cast(array(a), "f"), axis=None)
    if axis is not None:
        raise Unreadable("np.median with axis=")
    half = (len(order) - 1) // 2
    return (order[half] + order[len(order) // 2]) / 2


def no_nan(name: str) -> Callable[..., Any]:
    """nansum and its kin, where no entry is known to have no value."""

    def build(a: Any, *rest: Any, **options: Any) -> Any:
        a = array(a)
        if (
            not all(e.is_Symbol or e.is_number or e.is_polynomial() for e in a.plain.flat)
            or S.NaN in a.plain.reshape(-1).tolist()
        ):
            raise Unreadable(f"np.nan{name} of what may have no value")
        return moving(name)(a, *rest, **options) if name else single_of(a)

    return build


def single_of(a: Exact) -> Any:
    return a.copy() if a.ndim else a[()]


def place_of(name: str) -> Callable[..., Any]:
    """np.argmin and np.argmax: the first place, of a condition each where the variables decide."""

    def build(a: Any, axis: Any = None) -> Any:
        a = array(a)
        if a.known or axis is not None or not a.size:
            return moving(name)(a, axis=axis)
        flat, found = a.reshape(-1), a.size - 1
        compare = np.less_equal if name == "argmin" else np.greater_equal
        for k in reversed(range(a.size - 1)):
            first = np.logical_and.reduce(array(compare(array(flat[k]), flat[k + 1 :])))
            found = where(first, k, found)
        return found

    return build


def interp(x: Any, xp: Any, fp: Any) -> Any:
    """Linear between known nodes, constant beyond them."""
    nodes, values = array(xp), array(fp)
    if not nodes.known or any(not (a < b) for a, b in itertools.pairwise(nodes.plain)):
        raise Unreadable("np.interp with nodes that do not rise")
    found: Any = values[-1]
    x = array(x)
    for k in reversed(range(len(nodes) - 1)):
        a, b = nodes[k], nodes[k + 1]
        line = values[k] + (x - a) * operate("truediv", operate("sub", values[k + 1], values[k]), operate("sub", b, a))
        found = where(x <= b, line, found)
    return where(x <= nodes[0], values[0], found)


def ndindex(*shape: Any) -> list[Any]:
    return list(np.ndindex(*map(whole, shape[0] if isinstance(shape[0], (tuple, list)) else shape)))


def _all(stop: bool) -> Callable[[Any], Any]:
    def build(values: Any) -> Any:
        return np.all(array(items(values))) if not stop else np.any(array(items(values)))

    return build


def surely(value: Any) -> bool:
    if isinstance(value, (bool, int)):
        return bool(value)
    raise Unreadable("a filter by a condition on the variables")


def decided(found: list[Any]) -> list[Any]:
    """Items that can be put in order: known numbers, or texts."""
    if not all(isinstance(v, (int, str, tuple)) or getattr(v, "is_Rational", False) for v in found):
        raise Unreadable("sorting what depends on the variables")
    return found


BUILTINS: dict[str, Any] = {
    "abs": lambda u: abs(u) if isinstance(u, int) else Ufunc(np.absolute)(u), "sum": total, "max": extreme("max"),
    "len": lambda u: len(u), "float": Type("f", True), "int": Type("i", True), "bool": Type("b", True),
    "min": extreme("min"), "all": _all(False), "any": _all(True), "slice": slice, "callable": lambda u: callable(u),
    "pow": lambda a, b: operate("pow", a, b), "list": lambda u=(): items(u), "tuple": lambda u=(): tuple(items(u)),
    "reversed": lambda u: Stream(lambda: items(u)[::-1]), "range": _bounded, "round": _rounded,
    "enumerate": lambda u, start=0: Stream(lambda: [(k, v) for k, v in enumerate(items(u), whole(start))]),
    "zip": lambda *u, strict=False: Stream(lambda: list(zip(*map(items, u), strict=bool(strict)))),
    "divmod": lambda a, b: (operate("floordiv", a, b), operate("mod", a, b)), "__name__": "__main__",
    "dict": lambda u=(), **k: dict(u, **k), "object": Record({}), "print": lambda *_, **__: None,
    "map": Higher(lambda call, f, *u: Stream(lambda: [call(f, [*a], {}) for a in zip(*map(items, u), strict=False)])),
    "filter": Higher(lambda call, f, u: Stream(lambda: [a for a in items(u) if surely(call(f, [a], {}) if f else a)])),
    "sorted": lambda u, reverse=False: sorted(decided(items(u)), reverse=bool(reverse)),
    "set": lambda u=(): set(decided(items(u))),
}  # fmt: skip


def of_numbers(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of math: of numbers alone."""

    def apply(*arguments: Any) -> Any:
        parts = [part.reshape(-1)[0] if isinstance(part, Exact) and part.size == 1 else part for part in arguments]
        if not all(is_scalar(part) for part in parts):
            raise Unreadable(f"math.{name} of an array")
        return elementwise(function)(*parts)

    return apply


def _counted(name: str) -> Callable[..., Any]:
    def apply(*arguments: Any) -> Any:
        numbers = [whole(a) for a in arguments]
        if any(abs(n) > 1000 for n in numbers):
            raise Unreadable(f"math.{name} of a large number")
        return getattr(math, name)(*numbers)

    return apply


def _floored(name: str) -> Callable[..., Any]:
    return lambda u: Type("i")(u if isinstance(u, int) else OPERATIONS[name](expression(u)))


MATH: dict[str, Any] = {
    "fsum": total, "prod": lambda u, start=1: np.multiply.reduce(array(items(u)), initial=start),
    **{name: _counted(name) for name in ("factorial", "comb", "perm", "gcd", "lcm", "isqrt")},
    **{name: _floored(name) for name in ("floor", "ceil", "trunc")},
    **{name: of_numbers(name, OPERATIONS[name]) for name in ("pow", "radians", "degrees", "copysign", "exp2")},
    "hypot": lambda *u: norm(list(u)), "dist": lambda a, b: norm(array(items(a)) - array(items(b))),
    "fmod": of_numbers("fmod", known(lambda a, b: a - b * sympy.sign(a / b) * sympy.floor(abs(a / b)), "fmod")),
    "isclose": isclose, "inf": S.Infinity, "nan": S.NaN,
    "sumprod": lambda a, b: np.dot(array(a), array(b)),
}  # fmt: skip
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi, "inf": S.Infinity, "nan": S.NaN, "newaxis": None,
             "euler_gamma": sympy.EulerGamma}  # fmt: skip
TYPES = {
    **dict.fromkeys("float64 float32 double float_ longdouble floating float".split(), Type("f")),
    **dict.fromkeys("int64 int32 int_ long int integer".split(), Type("i")),
    "bool_": Type("b"),
    "bool": Type("b"),
}
OWN: dict[str, Any] = {
    "array": made, "asarray": seen, "asanyarray": lambda a, dtype=None: a if isinstance(a, Matrix) else seen(a, dtype),
    "ascontiguousarray": seen, "asarray_chkfinite": seen, "matrix": matrix, "asmatrix": matrix, "mat": matrix,
    "full": full, "arange": arange, "linspace": linspace, "where": three, "select": select, "std": std,
    "round": rounded, "around": rounded, "median": median, "interp": interp, "ndindex": ndindex,
    "nan_to_num": no_nan(""), "argmax": place_of("argmax"),
    "ndenumerate": lambda a: [(k, array(a)[k]) for k in np.ndindex(array(a).shape)], "argmin": place_of("argmin"),
    **{f"nan{name}": no_nan(name) for name in ("sum", "mean", "prod", "max", "min", "var")},
    "fill_diagonal": fill_diagonal, "copyto": copyto, "put": put, "finfo": finfo, "isscalar": is_scalar,
    "allclose": isclose, "isclose": isclose, "sinc": elementwise(named("np")["sinc"]),
    **{f"{name}_like": like(f"{name}_like") for name in ("zeros", "ones", "empty", "full")},
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
    raise KeyError(name)


def _renamed(function: Any) -> Callable[..., Any]:
    """torch's names of options."""

    def build(*arguments: Any, **options: Any) -> Any:
        for name in ("device", "requires_grad"):
            options.pop(name, None)
        words = {"dim": "axis", "keepdim": "keepdims", "dims": "axes", "min": "a_min", "max": "a_max"}
        return function(*arguments, **{words.get(k, k): v for k, v in options.items()})

    return build


def _clamp(u: Any, min: Any = None, max: Any = None) -> Any:
    return np.clip(array(u), min, max)


TORCH_OWN: dict[str, Any] = {
    "tensor": made, "as_tensor": seen, "clamp": _clamp, "clip": _clamp, "softmax": softmax, "log_softmax": log_softmax,
    "logsumexp": log_sum, "norm": norm, "det": det, "inverse": inverse, "eye": sized("eye"), "full": full,
    "mm": np.matmul,
    "zeros": lambda *s, **k: sized("zeros")(s[0] if len(s) == 1 else s, **k), "t": lambda a: a.T, "mv": np.matmul,
    "ones": lambda *s, **k: sized("ones")(s[0] if len(s) == 1 else s, **k),
    "unsqueeze": lambda a, axis: np.expand_dims(a, axis),
    "cat": lambda parts, axis=0: moving("concatenate")(parts, axis), "transpose": lambda a, i, j: np.swapaxes(a, i, j),
    "diff": None, "var": None, "std": None, "max": lambda u: np.max(array(u)), "min": lambda u: np.min(array(u)),
    "linspace": linspace, "nn": None, "float": Type("f"), "square": Ufunc(np.square),
    "relu": elementwise(named("np")["relu"]),
}  # fmt: skip
NEURAL: dict[str, Any] = {
    **{name: elementwise(named("np")[name]) for name in ("sigmoid", "relu", "softplus")}, "softmax": softmax,
    "log_softmax": log_softmax, "logsumexp": log_sum, "log_sigmoid": SPECIAL["log_expit"], "tanh": Ufunc(np.tanh),
    "logsigmoid": SPECIAL["log_expit"], "silu": elementwise(lambda u: u / (1 + sympy.exp(-u))),
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
    return found if isinstance(found, (Type, Expr)) else _renamed(found)


def _scan(call: Any, f: Any, init: Any, xs: Any = None, length: Any = None) -> Any:
    carry, found = init, []
    for part in items(xs) if xs is not None else range(whole(length)):
        carry, out = call(f, [carry, part if xs is not None else None], {})
        found.append(out)
    return carry, None if found and found[0] is None else array(found)


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


def _turned(call: Any, low: Any, high: Any, body: Any, init: Any) -> Any:
    for k in _bounded(low, high):
        init = call(body, [k, init], {})
    return init


def _reduce(call: Any, f: Any, parts: Any, *start: Any) -> Any:
    found = [*start, *items(parts)]
    if not found:
        raise TypeError("reduce of nothing")
    value = found[0]
    for part in found[1:]:
        value = call(f, [value, part], {})
    return value


@dataclass(frozen=True)
class Partial:
    """functools.partial."""

    call: Callable[..., Any]
    function: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    def __call__(self, *more: Any, **keywords: Any) -> Any:
        return self.call(self.function, [*self.arguments, *more], {**self.keywords, **keywords})


def _along(call: Any, f: Any, axis: Any, arr: Any) -> Any:
    """np.apply_along_axis."""
    moved = np.moveaxis(array(arr), whole(axis), -1)
    results = [array(call(f, [moved[place]], {})) for place in np.ndindex(moved.shape[:-1])]
    found = cast(array(results), results[0].kind, "stores").reshape(moved.shape[:-1] + results[0].shape)
    return np.moveaxis(found, -1, whole(axis)) if results[0].ndim else found


def _each(call: Any, f: Any, **options: Any) -> Any:
    """np.vectorize: the kind of the first result, as numpy has it."""
    if set(options) - {"otypes", "cache"}:
        raise Unreadable(f"np.vectorize with {sorted(options)[0]}=")

    def apply(*arguments: Any) -> Any:
        parts = np.broadcast_arrays(*(array(a) for a in arguments), subok=True)
        shape = np.shape(parts[0])
        results = [call(f, [p[place] for p in parts], {}) for place in np.ndindex(shape)]
        found = array(results)
        first = array(results[0]).kind if "otypes" not in options else "f"
        return cast(found, first, "stores").reshape(shape) if shape else results[0]

    return apply


def _mapped(call: Any, f: Any, in_axes: Any = 0) -> Any:
    def apply(*arguments: Any) -> Any:
        axes = in_axes if isinstance(in_axes, (tuple, list)) else [in_axes] * len(arguments)
        if any(axis not in (0, None) for axis in axes):
            raise Unreadable("vmap over another axis than the first")
        count = next(len(a) for a, axis in zip(arguments, axes, strict=True) if axis == 0)
        return array([call(f, [a if axis is None else a[k] for a, axis in zip(arguments, axes, strict=True)], {})
                      for k in range(count)])  # fmt: skip

    return apply


def _piecewise(call: Any, x: Any, tests: Any, functions: Any) -> Any:
    x = array(x)
    values = [call(f, [x], {}) if callable(f) or hasattr(f, "node") else f for f in functions]
    tests = list(tests) if isinstance(tests, (list, tuple)) else [tests]
    found = values[len(tests)] if len(values) > len(tests) else 0
    for test, value in zip(tests, values, strict=False):  # the last that holds
        found = where(test, value, found)
    return cast(array(found), x.kind, "stores")


FUNCTIONAL: dict[str, Any] = {
    "reduce": Higher(_reduce),
    "partial": Higher(lambda call, f, *a, **k: Partial(call, f, a, k)),
    "lru_cache": lambda *_, **__: None, "cache": None, "wraps": None,
}  # fmt: skip
HIGHER = {"vectorize": Higher(_each), "piecewise": Higher(_piecewise), "apply_along_axis": Higher(_along)}
ITERTOOLS: dict[str, Any] = {
    **{name: partial(_combined, name) for name in "product combinations permutations pairwise chain".split()},
    "accumulate": Higher(lambda call, u, f=None: _accumulated(call, f or partial(operate, "add"), items(u))),
    "combinations_with_replacement": partial(_combined, "combinations_with_replacement"),
}
LAX: dict[str, Any] = {
    "fori_loop": Higher(_turned), "scan": Higher(_scan), "select": where,
    "cond": Higher(lambda call, test, yes, no, *a: where(test, call(yes, list(a), {}), call(no, list(a), {}))),
    "stop_gradient": None,
}  # fmt: skip
JAX: dict[str, Any] = {"jit": lambda f, **_: f, "vmap": Higher(_mapped)}
OPERATOR = {name: partial(operate, name) for name in "add sub mul truediv pow matmul".split()}
EXTRA: dict[str, Any] = {
    "create_diagonal": lambda x, offset=0, xp=None: moving("diag")(x, offset), "at": lambda x: At(array(x)),
}  # fmt: skip
PARTS: dict[str, list[Any]] = {
    "numpy": [HIGHER, numpy], "jax.numpy": [HIGHER, numpy], "autograd.numpy": [HIGHER, numpy], "cupy": [HIGHER, numpy],
    "numpy.linalg": [LINALG, numpy], "scipy.linalg": [LINALG], "jax.numpy.linalg": [LINALG], "torch.linalg": [LINALG],
    "autograd.numpy.linalg": [LINALG], "cupy.linalg": [LINALG], "torch": [torch], "math": [MATH, CONSTANTS],
    "scipy": [CONSTANTS], "scipy.special": [SPECIAL], "jax.scipy.special": [SPECIAL], "torch.special": [SPECIAL],
    "autograd.scipy.special": [SPECIAL], "jax.nn": [NEURAL], "torch.nn.functional": [NEURAL], "functools": [FUNCTIONAL],
    "jax.lax": [LAX], "jax": [JAX], "itertools": [ITERTOOLS], "operator": [OPERATOR], "mpmath": [CONSTANTS],
    "scipy.constants": [CONSTANTS], "array_api_extra": [EXTRA],
}  # fmt: skip
ROWS = {"math": "math", "scipy.special": "special", "jax.scipy.special": "special", "torch.special": "special",
        "autograd.scipy.special": "special", "mpmath": "math"}  # fmt: skip
TENSOR = {"clone": "copy", "detach": "copy", "numpy": "copy", "cpu": "copy", "double": "copy", "float": "copy",
          "contiguous": "copy", "block_until_ready": "copy", "t": "transpose", "permute": "transpose"}  # fmt: skip
TORCH_METHODS = set(
    """view unsqueeze mm mv matmul norm clamp softmax logsumexp det inverse sigmoid relu square exp log
sqrt abs sin cos tan tanh pow erf diag""".split()
)
ALIASES = {"detach", "numpy", "cpu", "contiguous"}  # share their memory


def meaning(module: str, name: str) -> Any:
    """What a name of a module stands for. Raises KeyError where that is not known."""
    for part in PARTS[module]:
        if callable(part):
            return part(name)
        if part.get(name) is not None or (name in part and part is CONSTANTS):
            return part[name]
    function = named(ROWS[module])[name]
    return of_numbers(name, function) if module in ("math", "mpmath") else elementwise(function)


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
    if name in ("real", "data"):
        return owner
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
        return _renamed(method(owner, name))
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
    if name in TORCH_METHODS:
        return partial(torch(name) if name != "view" else _view, owner)
    raise Unreadable(f"the attribute .{name} of an array")


def _fail(name: str) -> Any:
    raise ValueError(f"{name} of an array of several entries")


def _view(owner: Exact, *shape: Any) -> Any:
    if not shape or not all(isinstance(n, int) for n in _leaves(list(shape))):
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


__all__ = ["BUILTINS", "EITHER", "PARTS", "attribute", "items", "join", "meaning", "operate"]

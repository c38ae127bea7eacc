"""Arrays of exact expressions that numpy itself works on: its shapes, views, broadcasting and kinds of numbers.

numpy's own code moves, slices and combines the entries; only what it would compute in doubles, its ufuncs, is
mapped to expressions. An array says of what kind its numbers are to numpy: b, i or f.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any

import numpy as np
import sympy
from sympy import S

from symopt.functions import FUNCTIONS, Function
from symopt.reading.exact.doubles import (
    ROUNDS,
    Rounding,
    corners,
    dividing,
    exactly,
    jumping,
    magnitude,
    narrowed,
    plain,
    raising,
    related,
    shown,
    squared,
    total,
    twinned,
    undoubled,
)
from symopt.reading.exact.kept import absolute, compiled, keeping, kept, root
from symopt.reading.exact.nans import FLAT, IS_FINITE, IS_INFINITE, IS_NAN, NOT_EQUAL, compared, condition, ignoring
from symopt.reading.exact.values import (
    MAX_SIZE,
    Narrow,
    NeedsValues,
    array_of,
    bounded,
    choose,
    divide,
    each,
    expression,
    extreme,
    is_condition,
    is_scalar,
    kind,
    number,
    power,
    relation,
    scalar,
    untied,
)
from symopt.reading.source import Unreadable

DTYPES = {"b": np.dtype(bool), "i": np.dtype(np.int64), "f": np.dtype(np.float64)}
WORDS = {"b": "conditions", "i": "whole numbers", "f": "numbers"}
EXACTLY = set("add subtract multiply divide negative positive absolute sqrt square maximum minimum clip".split())
"""Operations that numpy rounds correctly, of single numbers too."""


def width(of: str) -> np.dtype:
    """numpy's dtype of a kind."""
    return of.width if isinstance(of, Narrow) else DTYPES[of]


def of_width(dtype: Any) -> str:
    """The kind of a dtype of numpy. Raises Unreadable for one that is not followed."""
    if dtype == DTYPES.get(dtype.kind):
        return str(dtype.kind)
    if dtype.kind not in "fiu" or dtype.itemsize > 8:
        raise Unreadable(f"numbers of the kind {dtype}")
    return Narrow(dtype)


def fitted(entry: Any, of: Narrow) -> Any:
    """A known number as numpy stores it in a kind of fewer digits. Raises Unreadable beyond its range."""
    if of == "f":
        return narrowed(entry, of.width.type)
    if entry.is_number and not np.iinfo(of.width).min <= entry <= np.iinfo(of.width).max:
        raise Unreadable(f"{entry} as {of.width}: whole numbers of numpy that overflow")
    return entry


class Exact(np.ndarray):
    """An array of expressions (dtype object); kind: what numpy's dtype would be."""

    said = "an array"
    kind: str

    def __array_finalize__(self, model: Any) -> None:
        super().__array_finalize__(model)
        self.kind = getattr(model, "kind", "f")

    @property
    def plain(self) -> np.ndarray:
        """The same memory without a meaning."""
        return self.view(np.ndarray)

    @property
    def known(self) -> bool:
        """Whether all entries are numbers or known to be true or false."""
        return all(e in (S.true, S.false) if is_condition(e) else e.is_number for e in self.plain.flat)

    def __getitem__(self, index: Any) -> Any:
        by_letters(index, self.shape)
        if (several := each_place(index)) is not None:
            return array([self[place] for place in several[0]]).reshape(several[1] + self.shape[len(several[0][0]) :])
        pieces = choices(index)
        if pieces is not None:
            found = self[pieces[-1][0]]
            for place, test in reversed(pieces[:-1]):
                found = where(test, self[place], found)
            return found
        found = super().__getitem__(places(index, self.shape))
        return found if isinstance(found, np.ndarray) else single(found, self.kind)

    def __setitem__(self, index: Any, value: Any) -> None:
        by_letters(index, self.shape)
        mask = unknown_mask(index)
        stored = cast(array(value), self.kind, "stores")
        if (several := each_place(index)) is not None:
            shape = several[1] + self.shape[len(several[0][0]) :]
            parts = np.broadcast_to(stored, shape, subok=True).reshape(-1, *shape[len(several[1]) :])
            if isinstance(index, Order) and index.whole and len(index) == len(self):  # no entry stays as it was
                self.plain[...] = index.turned(parts).plain
                return
            for place, part in zip(several[0], parts, strict=True):
                self[place] = part
            return
        if (pieces := choices(index)) is not None:
            met: Any = False
            for place, test in pieces:
                self[place] = where(np.logical_and(array(test), ~array(met)), stored, self[place])
                met = np.logical_or(array(met), array(test))
            return
        if mask is not None:
            put_where(self, mask, stored)
            return
        index = places(index, self.shape)
        target = self.plain
        if not isinstance(target[index], np.ndarray):
            if stored.size != 1:
                raise ValueError("setting an array element with a sequence")
            target[index] = stored.plain.reshape(-1)[0]
        else:
            if crossing(target[index], stored.plain):
                raise Unreadable("an assignment between parts of one array that numpy overwrites before it reads them")
            target[index] = stored.plain if stored.ndim else stored.plain[()]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, where: Any = True,
                        dtype: Any = None, casting: Any = None, subok: Any = True, **options: Any) -> Any:  # fmt: skip
        if method == "at":
            return _at(ufunc, *inputs)
        if method == "reduceat":
            return _reduced_parts(ufunc, *inputs, **options)
        parts: list[Any] = [array(part) for part in inputs]
        if method == "reduce":
            result, of = _reduced(ufunc, parts[0], where=where, **options)
        elif method == "accumulate":
            of = _summed_kind(ufunc, parts[0].kind)
            result = _operation(ufunc.__name__, 2)[0].accumulate(parts[0].plain, **options)
        else:
            if method == "outer":
                parts = [parts[0].reshape(parts[0].shape + (1,) * parts[1].ndim), parts[1]]
            result, of = called(ufunc, parts, **options)
            if where is not True:
                before = out[0] if out is not None else wrap(np.full(np.shape(result), S.NaN, dtype=object), of)
                result = globals()["where"](where, wrap(result, of), before)
                of = result.kind if isinstance(result, Exact) else kind(result)
        matrix = any(isinstance(part, Matrix) for part in parts)
        if out is not None:
            target = out[0]
            if not isinstance(target, Exact):
                raise Unreadable(f"np.{ufunc.__name__} into what is no array of the file")
            if "bif".index(of) > "bif".index(target.kind):
                raise Unreadable(f"np.{ufunc.__name__} into an array of {WORDS[target.kind]}, which numpy refuses")
            target[...] = wrap(result, of, matrix)
            return target
        found = wrap(result, of, matrix)
        return found if dtype is None or dtype in (object, np.dtype(object)) else cast(found, as_kind(dtype))


class Matrix(Exact, np.matrix):
    """numpy's matrix: of two dimensions, * is the matrix product."""

    @property
    def plain(self) -> np.ndarray:
        return self.view(np.ndarray)


class Order(Exact):
    """The places of the entries of a vector by their size, as np.argsort gives them; whole: each place once."""

    whole = False

    @classmethod
    def of(cls, places: Any) -> Order:
        found: Order = places.view(cls)
        found.whole = True
        return found

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        if isinstance(found, Order):
            found.whole = self.whole and index in (slice(None), slice(None, None, -1))
        return found

    def turned(self, values: Any) -> Any:
        """v with v[self[k]] = values[k]."""
        return array([self._where(place, values) for place in range(len(self))])

    def _where(self, place: int, values: Any) -> Any:
        found = values[len(self) - 1]
        for k in reversed(range(len(self) - 1)):
            tests = [test for value, test in _pieces(self.plain[k]) if value == place]
            found = where(sympy.Or(*tests), values[k], found)
        return found

    def __setitem__(self, index: Any, value: Any) -> None:
        raise Unreadable("an assignment to an entry of an order")


def array(value: Any) -> Exact:
    """An array of expressions, from numbers, expressions, nested lists, arrays of numpy and of expressions."""
    if isinstance(value, Exact):
        return value
    if isinstance(value, np.ndarray):
        of = of_width(value.dtype) if value.dtype != object else join(map(kind, value.flat))
        return _marked(each(expression, value), of)
    if isinstance(value, (list, tuple)):
        parts = [array(part) for part in value]
        if len({part.shape for part in parts}) > 1:
            raise Unreadable("an array whose rows have different lengths")
        out = np.empty((len(parts), *(parts[0].shape if parts else ())), dtype=object)
        for k, part in enumerate(parts):
            out[k] = part.plain if part.ndim else part.plain[()]
        return _marked(out, join(part.kind for part in parts))
    return _marked(np.array(expression(value), dtype=object), kind(value))


def _marked(out: np.ndarray, of: str, matrix: bool = False) -> Any:
    if out.size > MAX_SIZE:
        raise Unreadable(f"an array of shape {out.shape}, which is too large to be written out")
    found = out.view(Matrix if matrix else Exact)
    found.kind = of
    if of == "f" and any(is_condition(entry) for entry in out.flat):
        out[...] = each(number, out)
    if isinstance(of, Narrow):
        for entry in out.flat:
            if entry.is_number and entry.is_finite and fitted(entry, of) != entry:
                raise Rounding(f"{of.width} makes another number of {shown(entry)}, and how is not followed")
    return found


def join(kinds: Iterable[str]) -> str:
    """The kind that holds all of some kinds; numbers where there are none."""
    kinds = list(kinds)
    if any(isinstance(of, Narrow) for of in kinds):
        return of_width(np.result_type(*map(width, kinds)))
    return max(kinds, key="bif".index, default="f")


def wrap(result: Any, of: str, matrix: bool = False) -> Any:
    """What came of an operation: an array, or a number where numpy gives one."""
    if isinstance(result, np.ndarray) and result.ndim:
        if result.dtype != object:
            return array(result)
        for place, entry in enumerate(result.flat):
            found = entry if isinstance(entry, sympy.Basic) else expression(entry)
            if of == "i":
                single(found := undoubled(found), of)
            if found is not entry:  # else the memory may be one that cannot be written to
                result.flat[place] = found
        return _marked(result, of, matrix)
    value = expression(result.view(np.ndarray)[()] if isinstance(result, np.ndarray) else result)
    return single(value if of == "b" else number(undoubled(value) if of == "i" else value), of)


def single(entry: Any, of: str) -> Any:
    """An entry as a number of Python, in an array without dimension where only that tells its kind."""
    if of == "i" and entry.is_Integer:
        bounded(entry)
    found = scalar(entry, of)
    if found is not None and not isinstance(of, Narrow):
        return found
    return _marked(np.array(entry, dtype=object), of)


def as_kind(dtype: Any) -> str:
    """The kind that a dtype of the file names."""
    found = of_width(dtype) if isinstance(dtype, np.dtype) else getattr(dtype, "kind", None)
    if found is None and isinstance(dtype, str):
        with suppress(TypeError):
            named = np.dtype(dtype)
            found = of_width(named) if named != np.int32 else "i"
    if isinstance(found, Narrow) and ROUNDS.get().all_single:
        found = "f" if found.width == np.float32 else None
    if found not in DTYPES:
        raise Unreadable(f"numbers of the kind {dtype}")
    return found if isinstance(found, Narrow) else str(found)


def cast(value: Any, of: str, does: str = "") -> Any:
    """An array (or number) as one of another kind. does: "stores" if what numpy would cut is refused."""
    if not isinstance(value, Exact):
        found = cast(array(value), of, does)
        return single(found.plain[()], of)
    if width(value.kind) == width(of):
        return value

    def made(entry: Any) -> Any:
        entry = condition(entry) if of == "b" else _cut(number(entry), value.kind, does) if of == "i" else number(entry)
        return fitted(entry, of) if isinstance(of, Narrow) else entry

    return _marked(each(made, value.plain), of, isinstance(value, Matrix))


def crossing(target: np.ndarray, source: np.ndarray) -> bool:
    """Whether numpy writes an entry of the source before it reads it, or would if the memory were laid out otherwise.

    It copies what overlaps first, but not between arrays of one dimension whose steps are unlike and have one sign.
    """
    if target.shape != source.shape or target.ndim != 1 or not np.may_share_memory(target, source):
        return False
    if target.strides == source.strides or target.strides[0] * source.strides[0] < 0:
        return False
    to, of = (part.__array_interface__["data"][0] + part.strides[0] * np.arange(len(part)) for part in (target, source))
    _, first, second = np.intersect1d(to, of, return_indices=True)
    return bool(np.any(first != second))


def keeping_kind(target: Exact, value: Any) -> None:
    """Raises TypeError for numbers that numpy does not put into an array of another kind in place."""
    if "bif".index(array(value).kind) > "bif".index(target.kind):
        raise TypeError("an array that would change its kind of numbers in place")


def _cut(entry: Any, before: str, does: str) -> Any:
    if entry.is_Integer or before == "b":
        return entry
    if (name := array_of(entry)) and does != "stores":
        raise NeedsValues(name, (0, 1))
    if entry.is_number and entry.is_finite and does != "stores":
        return TRUNC(entry)
    raise Unreadable("an array of whole numbers, in which numpy cuts what is stored; make it with zeros or decimals")


# places


def by_letters(index: Any, shape: tuple[int, ...]) -> None:
    """Raises NeedsValues where letters of data are an index."""
    for k, part in enumerate(index if isinstance(index, tuple) else (index,)):
        entries = part.plain.flat if isinstance(part, Exact) else part if isinstance(part, list) else [part]
        for entry in entries:
            if name := array_of(entry):
                raise NeedsValues(name, tuple(range(shape[k] if k < len(shape) else 2)))


def choices(index: Any) -> list[tuple[Any, Any]] | None:
    """The places that an index may name, each with its condition, where one part depends on the variables."""
    parts = list(index) if isinstance(index, tuple) else [index]
    for k, part in enumerate(parts):
        if isinstance(part, Exact) and not part.ndim and part.kind == "i":
            found = []
            for value, test in _pieces(part.plain[()]):
                place = [*parts[:k], value, *parts[k + 1 :]]
                found.append((tuple(place) if isinstance(index, tuple) else value, test))
            return found
    return None


def each_place(index: Any) -> tuple[list[tuple[Any, ...]], tuple[int, ...]] | None:
    """The places that arrays of whole numbers name where one of them depends on the variables, and their shape."""
    parts = list(index) if isinstance(index, tuple) else [index]
    if not any(isinstance(p, Exact) and p.ndim and p.kind == "i" and not p.known for p in parts):
        return None
    if not all(isinstance(p, int) or (isinstance(p, Exact) and p.kind == "i") for p in parts):
        raise Unreadable("an index that depends on the variables, beside a slice")
    arrays = np.broadcast_arrays(*map(array, parts), subok=True)
    shape = arrays[0].shape
    return [tuple(a[place] for a in arrays) for place in np.ndindex(shape)], shape


def _pieces(entry: Any) -> list[tuple[int, Any]]:
    if entry.is_Integer:
        return [(int(entry), S.true)]
    if not isinstance(entry, sympy.Piecewise):
        choice = max(entry.atoms(sympy.Piecewise), key=sympy.Piecewise.count_ops, default=None)
        if choice is None:
            raise Unreadable("an index that depends on the variables")
        cases = [(entry.xreplace({choice: value}), test) for value, test in choice.args]  # argmax + 1
        entry = sympy.Piecewise(*cases, evaluate=False)
    found, before = [], S.true
    for value, test in entry.args:
        found += [(v, sympy.And(before, test, t)) for v, t in _pieces(value)]
        before = sympy.And(before, sympy.Not(test))
    return found


def unknown_mask(index: Any) -> Exact | None:
    """The conditions on the variables by which an array is indexed."""
    if is_condition(index):
        return array(index)
    if isinstance(index, list) and index and any(is_condition(part) for part in index):
        index = array(index)
    return index if isinstance(index, Exact) and index.kind == "b" and not index.known else None


def put_where(target: Exact, mask: Exact, stored: Exact, each: bool = False) -> None:
    """target[mask] = stored: one row (number) for all that the conditions choose, or (each) one for each of them."""
    rest = target.ndim - mask.ndim
    if not each and stored.ndim > rest and stored.shape[: stored.ndim - rest] != (1,) * (stored.ndim - rest):
        raise Unreadable("an assignment of several values where a condition on the variables holds")
    target[...] = where(mask.reshape(mask.shape + (1,) * rest), stored, target)


def places(index: Any, shape: tuple[int, ...]) -> Any:
    """An index as numpy takes it: whole numbers, slices, arrays of whole numbers and of known conditions."""
    parts = [_place(part) for part in (index if isinstance(index, tuple) else (index,))]
    spread = [np.shape(part) for part in parts if isinstance(part, (np.ndarray, list))]
    if spread and np.prod([1, *np.broadcast_shapes(*spread), *shape]) > 100 * MAX_SIZE:
        raise Unreadable("an index that makes a large array")
    return tuple(parts) if isinstance(index, tuple) else parts[0]


def _place(part: Any) -> Any:
    if isinstance(part, Exact):
        if unknown_mask(part) is not None:
            raise Unreadable("the entries where a condition on the variables holds")
        if part.kind == "f" and part.size:
            raise Unreadable("an index that is no whole number")
        return numeric(part)
    if isinstance(part, (list, tuple)):
        return _place(array(part)) if part else []
    if isinstance(part, slice):
        return slice(*(None if end is None else int(_place(end)) for end in (part.start, part.stop, part.step)))
    if is_condition(part):
        raise Unreadable("the entries where a condition on the variables holds")
    if isinstance(part, sympy.Expr):
        raise Unreadable(f"the index {part}, which is no whole number")
    return part


def numeric(value: Exact) -> np.ndarray:
    """Known whole numbers or conditions as numpy's own."""
    of = bool if value.kind == "b" else int
    return np.array([of(entry) for entry in value.plain.flat], dtype=DTYPES[value.kind]).reshape(value.shape)


# ufuncs

NAMED = re.compile(r"(np|special|math)\.(\w+)\(")  # in the text of a row: the module and the name there


def _row(function: Function, name: str, modules: str) -> Callable[..., Any]:
    """What a function of the table, or of its name elsewhere, makes of expressions."""
    build = keeping(_built(function, name))
    if "step" in function.traits:
        return _sided(build)
    if function is FUNCTIONS["Abs"]:
        return twinned(build, magnitude)
    own = getattr(math if "math" in modules else np, name, None)
    return twinned(build, None) if own is None or not callable(own) else exactly(build, own, name)


def _sided(build: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a sign, which rounding must not decide."""

    def apply(u: Any, *at: Any) -> Any:
        if u.is_number and u.is_finite is not False:
            related("<", u, S.Zero)
            related("==", u, S.Zero)
        elif not u.is_number:
            untied(u)
        return build(plain(u), *map(plain, at))

    return apply


def _built(function: Function, name: str) -> Callable[..., Any]:
    if function.foreign is not None and name == function.name:
        return function.foreign
    if function in (FUNCTIONS["Abs"], FUNCTIONS["sqrt"]):
        return absolute if function is FUNCTIONS["Abs"] else root
    if "step" in function.traits:
        return lambda u, *at: _step(function, u, *at) if at else function.build(u)
    return function.build


def _step(function: Function, u: Any, at: Any) -> Any:
    """np.heaviside, whose value at 0 counts where u is 0 on an open set."""
    if u == 0:
        return at
    if at == S.Half or not u.has(*FLAT):
        return function.build(u)
    return choose(
        relation(sympy.StrictGreaterThan)(u, S.Zero), S.One, choose(relation(sympy.Equality)(u, S.Zero), at, S.Zero)
    )


@cache
def named(modules: str) -> dict[str, Callable[..., Any]]:
    """The functions of the table by what they are called in some modules, here, and elsewhere."""
    found: dict[str, Callable[..., Any]] = {}
    for function in FUNCTIONS.values():
        names = [*function.meant.split(), *function.names]
        for text in (function.text("numpy"), function.text("python")):
            match = NAMED.match(text or "")
            if match and match[1] in modules.split():
                names.append(match[2])
        found |= {name: _row(function, name, modules) for name in names}
    return found


MAX = twinned(keeping(extreme(sympy.Max), False), corners(max))
MIN = twinned(keeping(extreme(sympy.Min), False), corners(min))


def apart(a: Any, b: Any) -> Any:
    """Whether one of two conditions holds, and not the other."""
    return sympy.Or(sympy.And(a, sympy.Not(b)), sympy.And(sympy.Not(a), b))


def even(u: Any) -> Any:
    """The nearest whole number, of two the even one."""
    up = sympy.floor(u + S.Half)
    return up - 1 if up == u + S.Half and up % 2 else up


def _library(name: str, build: Callable[..., Any]) -> Callable[..., Any]:
    return exactly(build, getattr(np, name), name)


DIVIDE, POWER = dividing(keeping(divide)), raising(keeping(power))
FLOORED = jumping(lambda a, b: sympy.floor(divide(a, b)), operator.floordiv, "floor division")
TRUNC = jumping(lambda u: sympy.sign(u) * sympy.floor(abs(u)), math.trunc, "trunc")


def _modulo(name: str, cut: Callable[[Any], Any], op: Callable[[float, float], float]) -> Callable[..., Any]:
    """A remainder: rounding must not decide the whole quotient."""
    quotient = jumping(lambda a, b: cut(divide(a, b)), lambda a, b: (a - op(a, b)) / b, name)

    def ends(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        if a[0] != a[1] or b[0] != b[1]:
            return -math.inf, math.inf
        return (op(a[0], b[0]),) * 2

    def apply(a: Any, b: Any) -> Any:
        turns = quotient(a, b)
        return twinned(lambda u, v: u - v * turns, ends)(a, b)

    return apply


def _signed(value: Any) -> Any:
    if value == 0:
        raise Unreadable("the sign of a zero")
    return value


def _of_bits(op: Callable[[int, int], int]) -> Callable[..., Any]:
    def apply(a: Any, b: Any) -> Any:
        if not (a.is_Integer and b.is_Integer):
            raise Unreadable("bits of what is no known whole number")
        return sympy.Integer(op(int(a), int(b)))

    return apply


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": twinned(keeping(lambda a, b: a + b, False), corners(operator.add)),
    "subtract": twinned(keeping(lambda a, b: a - b, False), corners(operator.sub), True),
    "multiply": twinned(keeping(lambda a, b: a * b, False), corners(operator.mul)),
    "divide": DIVIDE, "negative": lambda u: -u, "positive": lambda u: u, "conjugate": lambda u: u,
    "square": twinned(keeping(lambda u: u**2, False), squared),
    "power": POWER, "float_power": POWER, "pow": POWER, "reciprocal": lambda u: DIVIDE(S.One, u),
    "exp2": _library("exp2", keeping(lambda u: 2**u, False)),
    "logaddexp2": twinned(lambda a, b: sympy.log(2**a + 2**b) / sympy.log(2), None),
    "maximum": MAX, "minimum": MIN, "fmax": partial(ignoring, MAX), "fmin": partial(ignoring, MIN),
    "clip": lambda u, low, high: MIN(MAX(u, low), high),
    **{name: _library(name, lambda u: u * sympy.pi / 180) for name in ("deg2rad", "radians")},
    **{name: _library(name, lambda u: u * 180 / sympy.pi) for name in ("rad2deg", "degrees")},
    "less": compared(sympy.StrictLessThan), "less_equal": compared(sympy.LessThan),
    "greater": compared(sympy.StrictGreaterThan), "greater_equal": compared(sympy.GreaterThan),
    "equal": compared(sympy.Equality), "not_equal": NOT_EQUAL,
    "logical_and": lambda a, b: sympy.And(condition(a), condition(b)),
    "logical_or": lambda a, b: sympy.Or(condition(a), condition(b)),
    "logical_xor": lambda a, b: apart(condition(a), condition(b)),
    "logical_not": lambda u: sympy.Not(condition(u)),
    "floor_divide": FLOORED, "remainder": _modulo("the remainder", sympy.floor, operator.mod),
    "fmod": _modulo("fmod", lambda u: sympy.sign(u) * sympy.floor(abs(u)), math.fmod),
    "floor": jumping(sympy.floor, math.floor, "floor"), "ceil": jumping(sympy.ceiling, math.ceil, "ceil"),
    "trunc": TRUNC, "rint": jumping(even, round, "rint"),
    "copysign": lambda a, b: choose(relation(sympy.GreaterThan)(_signed(b), S.Zero), abs(a), -abs(a)),
    "isfinite": IS_FINITE, "isnan": IS_NAN, "isinf": IS_INFINITE,
    "bitwise_and": _of_bits(operator.and_), "bitwise_or": _of_bits(operator.or_), "bitwise_xor": _of_bits(operator.xor),
    "left_shift": _of_bits(operator.lshift), "right_shift": _of_bits(operator.rshift), "invert": lambda u: -1 - u,
}  # fmt: skip
LOGICAL = {"add": "logical_or", "multiply": "logical_and", "maximum": "logical_or", "minimum": "logical_and",
           "bitwise_and": "logical_and", "bitwise_or": "logical_or", "bitwise_xor": "logical_xor",
           "invert": "logical_not", "equal": "equal", "not_equal": "logical_xor"}  # fmt: skip
IDENTITY = {"add": S.Zero, "multiply": S.One, "logical_and": S.true, "logical_or": S.false}
PRODUCTS = ("matmul", "vecdot", "matvec", "vecmat")


@cache
def _operation(name: str, count: int, conditions: bool = False) -> tuple[Any, bool]:
    """A ufunc of objects for numpy's ufunc of a name, and whether it takes numbers only."""
    if conditions and name in LOGICAL:
        name = LOGICAL[name]
    function = OPERATIONS.get(name) or (named("np").get(name) if hasattr(np, name) else None)
    if function is None:
        raise Unreadable(f"np.{name}")
    if name == "equal" and conditions:
        return np.frompyfunc(lambda a, b: sympy.Not(apart(a, b)), 2, 1), False
    plain = not name.startswith("logical")
    if plain:
        inner = function
        function = lambda *u: inner(*map(number, u))  # noqa: E731
    return np.frompyfunc(function, count, 1), plain


def called(ufunc: Any, parts: Sequence[Exact], **options: Any) -> tuple[Any, str]:
    """A ufunc of some arrays: the entries, and the kind that numpy would have."""
    name = ufunc.__name__
    weak = any(isinstance(part.kind, Narrow) for part in parts)  # numbers of Python take the kind of the arrays
    python = {"f": float, "i": int}
    kinds = (python[part.kind] if weak and not part.ndim and type(part.kind) is str and part.kind != "b" and part.known
             else width(part.kind) for part in parts)  # fmt: skip
    of = of_width(ufunc.resolve_dtypes((*kinds, *(None,) * ufunc.nout))[-1])
    if name in PRODUCTS:
        if not all(part.ndim for part in parts):
            raise ValueError("matmul: an operand has no dimension")
        if of == "b":  # whether one of the products holds, not how many do
            raise Unreadable(f"np.{name} of conditions alone")
        return compiled(ufunc, [cast(part, "f" if of == "f" else "i") for part in parts], **options), of
    if options or ufunc.nout != 1:
        raise Unreadable(f"np.{name}" + (f" with {sorted(options)[0]}=" if options else ""))
    if name in ("reciprocal", "power") and of == "i" and (
        name == "reciprocal" or any(entry.is_negative is not False for entry in parts[1].plain.flat)
    ):  # fmt: skip
        raise Unreadable(f"np.{name} of whole numbers, which numpy cuts")
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    if np.prod([1, *shape]) > MAX_SIZE:
        raise Unreadable(f"an array of shape {shape}, which is too large to be written out")
    conditions = all(part.kind == "b" for part in parts)
    found = _operation(name, len(parts), conditions)[0](*(part.plain for part in parts))
    if isinstance(of, Narrow):
        if of == "i" and not all(entry.is_number for entry in np.ravel(found)):
            raise Unreadable(f"arithmetic of {of.width}, which may overflow")
        found = np.frompyfunc(lambda entry: fitted(entry, of), 1, 1)(found) if name in EXACTLY else found
    return found, of


def _summed_kind(ufunc: Any, of: str) -> str:
    name = ufunc.__name__
    if isinstance(of, Narrow) and of == "i" and name in ("add", "multiply"):
        return of_width(np.result_type(of.width, np.uint64 if of.width.kind == "u" else np.int64))
    return "b" if name.startswith("logical") else "i" if of == "b" and name in ("add", "multiply") else of


def _reduced(ufunc: Any, part: Exact, axis: Any = 0, keepdims: Any = False, initial: Any = None,
             where: Any = True) -> tuple[Any, str]:  # fmt: skip
    """A ufunc along axes."""
    name = ufunc.__name__
    of = _summed_kind(ufunc, part.kind)
    start = {} if initial is None or initial is np._NoValue else {"initial": expression(initial)}
    if where is not True:
        rest = start.get("initial", IDENTITY.get(name))
        if rest is None:
            raise Unreadable(f"np.{name}.reduce with where= and no start")
        of = of if of != "b" or name.startswith("logical") else "i"
        part = array(globals()["where"](where, cast(part, of), rest))
    if of != "b":
        part = cast(part, of) if part.kind != of else part
    plain = part.plain
    if name == "add" and not start and not keepdims and (axis is None or (part.ndim == 1 and axis in (0, -1, (0,)))):
        return summed(plain.reshape(-1)), of
    identity = IDENTITY.get(name)
    one = _operation(name, 2, part.kind == "b" and name not in ("add", "multiply"))[0]
    if (plain.ndim and isinstance(axis, tuple)) or axis is None:  # one axis after the other: the order is free
        axes = range(plain.ndim) if axis is None else [k % plain.ndim for k in axis]
    else:
        axes = [axis % plain.ndim] if plain.ndim else []
    if len(set(axes)) < len(axes) or any(not 0 <= k < plain.ndim for k in axes):
        raise ValueError("axes that are not there, or twice")
    for k in sorted(axes, reverse=True):
        if not plain.shape[k] and identity is None and not start:
            raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
        first = identity if identity is not None and not plain.shape[k] else None
        if name == "add" and plain.shape[k]:
            moved = np.moveaxis(plain, k, -1)
            sums = np.empty(moved.shape[:-1], dtype=object)
            for place in np.ndindex(*sums.shape):
                sums[place] = summed(moved[place])
            plain = np.expand_dims(sums, k) if keepdims else sums
            continue
        plain = np.asarray(one.reduce(plain, axis=k, keepdims=bool(keepdims), initial=first), dtype=object)
    if start:
        plain = np.asarray(one(plain, start["initial"]), dtype=object)
        of = of if of == "b" else join([of, kind(initial)])
    return plain, of


def _reduced_parts(ufunc: Any, part: Any, starts: Any, axis: Any = 0) -> Any:
    """ufunc.reduceat: from each start to the next, or the entry there where the next does not lie behind it."""
    moved, first = np.moveaxis(part, axis, 0), numeric(array(starts))
    pairs = zip(first, [*first[1:], len(moved)], strict=True)
    return np.moveaxis(array([ufunc.reduce(moved[a:b], axis=0) if a < b else moved[a] for a, b in pairs]), 0, axis)


def summed(parts: Any) -> Any:
    """The sum of numbers and expressions, in whatever order."""
    exact = [plain(part) for part in parts]
    return total(parts, kept(sympy.Add(*exact), exact))


def _at(ufunc: Any, target: Any, index: Any, *values: Any) -> None:
    """ufunc.at: an operation in place, for each place of the index once."""
    if not isinstance(target, Exact):
        raise Unreadable(f"np.{ufunc.__name__}.at of what is no array of the file")
    if not target.flags.writeable:  # which numpy does not ask
        raise ValueError("assignment destination is read-only")
    for value in values:
        keeping_kind(target, value)
    parts = [cast(array(value), target.kind, "stores") for value in values]
    if target.kind != "f" and ufunc.__name__ == "divide":
        cast(array(sympy.Rational(1, 2)), target.kind, "stores")
    one = _operation(ufunc.__name__, 1 + len(parts))[0]
    if (several := each_place(index)) is not None:
        shape = several[1] + target.shape[len(several[0][0]) :]
        spread = [np.broadcast_to(part, shape, subok=True).reshape(-1, *shape[len(several[1]) :]) for part in parts]
        for k, place in enumerate(several[0]):
            target[place] = ufunc(array(target[place]), *(array(part[k]) for part in spread))
        return
    one.at(target.plain, places(index, target.shape), *(part.plain for part in parts))


def where(test: Any, yes: Any, no: Any) -> Any:
    """yes where the condition holds, else no: numpy's where of three arrays."""
    parts = [array(part) for part in (test, yes, no)]
    of = join(part.kind for part in parts[1:])
    parts = [cast(parts[0], "b"), *(cast(part, of) for part in parts[1:])]
    if np.prod([1, *np.broadcast_shapes(*(part.shape for part in parts))]) > MAX_SIZE:
        raise Unreadable("an array that is too large to be written out")
    return wrap(np.frompyfunc(choose, 3, 1)(*(part.plain for part in parts)), of)


def elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of expressions, of arrays of them too."""

    def apply(*arguments: Any) -> Any:
        if all(is_scalar(part) for part in arguments):
            return function(*(number(expression(part)) for part in arguments))
        for part in arguments:
            if hasattr(part, "combined"):  # what conditions choose
                return part.combined(apply, *arguments)
        parts = [cast(array(part), "f").plain for part in arguments]
        return wrap(np.frompyfunc(function, len(parts), 1)(*parts), "f")

    return apply


def formula(build: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a formula, of which nobody knows how a library computes it."""
    return elementwise(twinned(keeping(build), None))

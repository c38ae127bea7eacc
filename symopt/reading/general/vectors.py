"""What functions of numpy and of Python are of vectors of any length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, S

from symopt.expression.general import Sigma
from symopt.reading.exact.arrays import Exact, where
from symopt.reading.exact.values import Narrow, number
from symopt.reading.general.grids import Grid, Stack, diagonal, everywhere, identity, outer
from symopt.reading.general.loops import Loops, Turns, symbolic
from symopt.reading.general.runs import (
    PLACE,
    Run,
    filled,
    joined,
    kind_of,
    known,
    made,
    piece,
    scalar,
    summed,
    whole,
    widest,
    zipped,
)
from symopt.reading.names import stored
from symopt.reading.packages.written import VECTORS, statements
from symopt.reading.source import Unreadable


def product(left: Any, right: Any) -> Any:
    """Σ aₖbₖ."""
    if not (isinstance(left, Run) and isinstance(right, Run)):
        raise Unreadable("a product of vectors and numbers")
    if left.kind == right.kind == "b":
        raise Unreadable("a product of conditions")
    return zipped(lambda a, b: a * b, (left.numbers(), right.numbers())).total()


def _run(me: Loops, value: Any) -> Run:
    if isinstance(value, Run):
        return value
    if isinstance(value, Turns) and (turns := me.through(value)) is not None:
        return me.each(turns, lambda item: item)
    if isinstance(value, (list, tuple)) and symbolic(value):
        return joined(me.order, value)
    raise Unreadable("this function of what is no vector of any length")


def _axis(axis: Any) -> None:
    if axis not in (None, 0, -1):
        raise Unreadable("an axis of a vector")


def _dtype(dtype: Any) -> None:
    of = getattr(dtype, "kind", dtype)
    if dtype is not None and (of not in ("f", "float", "float64") or isinstance(of, Narrow)):
        raise Unreadable("a vector of this kind of numbers")


def _constant(me: Loops, shape: Any, value: Expr) -> Run | Grid:
    if not isinstance(shape, (list, tuple)):
        return filled(me.order, whole(shape), value)
    if len(shape) == 1:
        return filled(me.order, whole(shape[0]), value)
    if len(shape) != 2 or me.order.sign(whole(shape[0]) - whole(shape[1])) or value is S.NaN:
        raise Unreadable("an array of this shape and any size")
    return everywhere(me.order, shape[0]).scaled(value)


def _filled(value: Any) -> Callable[..., Any]:
    def build(me: Loops, shape: Any, dtype: Any = None) -> Any:
        _dtype(dtype)
        return _constant(me, shape, value)

    return build


def _like(value: Any) -> Callable[..., Any]:
    def build(me: Loops, model: Any, dtype: Any = None) -> Any:
        _dtype(dtype)
        run = _run(me, model)
        return filled(me.order, run.length, value, "f" if dtype is not None else run.kind)

    return build


def _full(me: Loops, shape: Any, value: Any, dtype: Any = None) -> Any:
    _dtype(dtype)
    if kind_of(value) != "f" and dtype is None:
        raise Unreadable("a vector of whole numbers")
    return _constant(me, shape, number(scalar(value)))


def _copy(me: Loops, value: Any, dtype: Any = None, copy: Any = True) -> Any:
    _dtype(dtype)
    if isinstance(value, Grid):
        return value.like(value.form)
    if copy is not True:
        return _seen(me, value, dtype)
    run = _run(me, value)
    return run.copy() if dtype is None else made(me.order, run.numbers().pieces)


def _seen(me: Loops, value: Any, dtype: Any = None) -> Any:
    same = isinstance(value, Grid) or (isinstance(value, Run) and not value.listed and value.kind == "f")
    return value if same else _copy(me, value, dtype)


def _arange(me: Loops, *bounds: Any, dtype: Any = None) -> Any:
    _dtype(dtype)
    first, last = (0, *bounds) if len(bounds) == 1 else bounds
    first, last = whole(first), whole(last)
    return filled(me.order, last - first, PLACE + first, "i" if dtype is None else "f")


def _sum(me: Loops, value: Any, axis: Any = None) -> Any:
    _axis(axis)
    return _run(me, value).numbers().total()


def _diag(me: Loops, value: Any, k: Any = 0) -> Any:
    return diagonal(_run(me, value), k)


def _diagonals(me: Loops, parts: Any, offsets: Any = 0, shape: Any = None, format: Any = None) -> Any:
    """A sparse matrix of diagonals as scipy makes it: of one size, that of `shape`."""
    offsets = offsets if isinstance(offsets, (list, tuple)) else [offsets]
    parts = parts if isinstance(parts, (list, tuple)) else [parts]
    if len(parts) != len(offsets):
        raise Unreadable("diagonals without places")
    runs = [_run(me, part) for part in parts]
    size = runs[0].length + abs(whole(offsets[0])) if shape is None else whole(shape[0])
    if shape is not None and me.order.sign(whole(shape[1]) - size):
        raise Unreadable("a matrix of more rows than columns")
    found = Grid(me.order, size)
    for run, offset in zip(runs, offsets, strict=True):
        found = found.added(diagonal(run, offset))
    found.fixed = True
    return found


def _eye(me: Loops, rows: Any, columns: Any = None, k: Any = 0, dtype: Any = None) -> Any:
    _dtype(dtype)
    if columns is not None and me.order.sign(whole(columns) - whole(rows)):
        raise Unreadable("a matrix of more rows than columns")
    return identity(me.order, rows, k)


def _outer(me: Loops, a: Any, b: Any) -> Any:
    return outer(_run(me, a), _run(me, b))


def _fill_diagonal(me: Loops, matrix: Any, value: Any) -> None:
    if not isinstance(matrix, Grid):
        raise Unreadable("the diagonal of what is no matrix")
    me.touched += 1
    places = filled(me.order, matrix.size, PLACE, "i")
    matrix.filled(places, places, value, adds=False)


def _stack(me: Loops, rows: Any) -> Stack:
    runs = tuple(_run(me, row) for row in rows)
    if any(me.order.sign(run.length - runs[0].length) for run in runs):
        raise Unreadable("vectors of different lengths together")
    return Stack(runs)


def _turned(me: Loops, value: Any) -> Any:
    return value.turned() if isinstance(value, Grid) else _run(me, value)


def _concatenate(me: Loops, parts: Any, axis: Any = 0) -> Any:
    _axis(axis)
    flat: list[Any] = []
    for part in parts:
        flat += [part] if isinstance(part, Run) else list(part) if isinstance(part, (list, tuple)) else (
            list(part) if isinstance(part, Exact) and part.ndim == 1 else [part])  # fmt: skip
    return joined(me.order, flat)


def _cumsum(me: Loops, value: Any, axis: Any = None) -> Any:
    _axis(axis)
    run, before, found = _run(me, value).numbers(), S.Zero, []
    for p in run.pieces:
        index = me.order.index()
        inner = p.term.xreplace({PLACE: index})
        term = p.term if p.single else Sigma(inner, [(index, p.first, PLACE)])
        found.append(piece(p.first, p.last, before + term))
        before += summed(p.term, PLACE, p.first, p.last, me.order)
    return made(me.order, found, run.kind)


def _where(me: Loops, test: Any, yes: Any, no: Any) -> Any:
    return zipped(lambda t, a, b: where(t, a, b), (test, yes, no), widest([yes, no]))


def _clip(me: Loops, value: Any, low: Any = None, high: Any = None) -> Any:
    def clipped(u: Any) -> Any:
        u = u if low is None else sympy.Max(u, number(scalar(low)), evaluate=False)
        return u if high is None else sympy.Min(u, number(scalar(high)), evaluate=False)

    return zipped(clipped, [value], widest(part for part in (value, low, high) if part is not None))


def _range(me: Loops, *bounds: Any) -> Turns:
    if len(bounds) > 2:
        raise Unreadable("a range with steps")
    first, last = (0, *bounds) if len(bounds) == 1 else bounds
    return Turns(whole(first), whole(last), lambda i: i)


def _total(me: Loops, parts: Any, start: Any = 0) -> Any:
    return scalar(start) + _sum(me, parts)


def _enumerate(me: Loops, value: Any, start: Any = 0) -> Turns:
    turns = me.through(value)
    if turns is None:
        raise Unreadable("enumerate")
    return Turns(
        turns.first, turns.last, lambda i: (known(sympy.expand(i - turns.first + whole(start))), turns.item(i)),
        once=[*me.order.ranges],
    )  # fmt: skip


def _zip(me: Loops, *values: Any) -> Turns:
    parts = [p for value in values if (p := me.through(value)) is not None]
    if len(parts) < len(values):
        raise Unreadable("zip of a list and of a vector of any length")
    length = parts[0].last - parts[0].first
    for p in parts[1:]:
        if me.order.sign(p.last - p.first - length) < 0:
            length = p.last - p.first
    return Turns(
        S.Zero, sympy.expand(length), lambda i: tuple(p.item(i + p.first) for p in parts), once=[*me.order.ranges]
    )


def _extreme(side: int) -> Callable[..., Any]:
    def build(me: Loops, *values: Any) -> Any:
        if len(values) < 2 or any(not isinstance(v, (int, Expr)) for v in values):
            raise Unreadable("the largest entry of a vector of any length")
        best, *rest = map(whole, values)
        for value in rest:
            best = value if side * me.order.sign(value - best) > 0 else best
        return known(best)

    return build


def _number(me: Loops, value: Any) -> Any:
    if isinstance(value, Run):
        raise Unreadable("a number of a vector")
    return value


OWN: dict[str, Callable[..., Any]] = {
    "range": _range, "len": lambda me, value: known(_run(me, value).length), "sum": _total, "enumerate": _enumerate,
    "zip": _zip, "abs": lambda me, u: zipped(sympy.Abs, [u]) if isinstance(u, Run) else sympy.Abs(u),
    "max": _extreme(1), "min": _extreme(-1), "float": _number, "int": _number,
    "list": lambda me, u: _run(me, u).copy(listed=True),
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "zeros": _filled(S.Zero), "ones": _filled(S.One), "empty": _filled(S.NaN), "full": _full, "arange": _arange,
    "zeros_like": _like(S.Zero), "ones_like": _like(S.One), "empty_like": _like(S.NaN), "array": _copy, "copy": _copy,
    "asarray": _seen, "asanyarray": _seen, "ascontiguousarray": _seen, "atleast_1d": _seen, "ravel": _seen,
    "sum": _sum, "fsum": _sum, "concatenate": _concatenate, "hstack": _concatenate,
    "cumsum": _cumsum, "where": _where, "clip": _clip, "size": lambda me, u: known(_run(me, u).length),
    "shape": lambda me, u: (known(_run(me, u).length),), "ndim": lambda me, u: 1, "flatten": _copy, "astype": _copy,
    "diag": _diag, "eye": _eye, "identity": _eye, "outer": _outer, "fill_diagonal": _fill_diagonal,
    "transpose": _turned, "stack": _stack, "diags_array": _diagonals, "eye_array": _eye, "coo_array": _filled(S.Zero),
}  # fmt: skip
FURTHER = {name for step in statements(VECTORS) for name in stored(step)}
"""What is written in Python for vectors of any length."""
METHODS = set("sum mean var std dot copy flatten ravel astype clip cumsum".split())
SIZED = set("zeros ones empty full arange eye identity diag_indices eye_array coo_array".split())

"""numpy's own functions called on arrays of expressions, and the kind of numbers that they give.

Those in the lists here only move and combine entries, or make an array of sizes; what would compute in doubles is not
among them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sympy import Basic, Expr, S
from sympy.logic.boolalg import Boolean

from symopt.reading.exact.arrays import (
    Exact,
    Matrix,
    array,
    as_kind,
    cast,
    numeric,
    of_width,
    width,
    wrap,
)
from symopt.reading.exact.chosen import Chosen, applied, extracted, nonzero
from symopt.reading.exact.doubles import Ordered, given_back
from symopt.reading.exact.kept import compiled
from symopt.reading.exact.values import MAX_SIZE, each, exact, expression, is_scalar
from symopt.reading.source import Unreadable
from symopt.reading.words import said

MOST_WORK = 4_000_000
MOVING = """transpose ravel reshape squeeze expand_dims moveaxis rollaxis swapaxes atleast_1d atleast_2d atleast_3d flip
fliplr flipud rot90 roll broadcast_to broadcast_arrays diag diagflat diagonal tril triu tile repeat stack
concatenate hstack vstack dstack column_stack row_stack block append insert delete take split array_split hsplit
vsplit unstack outer dot vdot inner matmul tensordot einsum kron cross trace sum prod cumsum cumprod diff max
min amax amin ptp clip any all polyval polyadd polysub polymul polyder polyint convolve correlate meshgrid
vander shape size ndim copy ix_ real mean average var matrix_transpose permute_dims concat triu_indices_from
tril_indices_from diag_indices_from iscomplexobj result_type resize pad compress extract""".split()
KNOWN = """sort argsort argmax argmin nonzero flatnonzero argwhere searchsorted unique isin lexsort
array_equal digitize round around""".split()
SIZES = "zeros ones empty eye identity tri indices diag_indices tril_indices triu_indices unravel_index".split()
SQUARES = ("eye", "identity", "tri", "diag_indices", "tril_indices", "triu_indices", "diag", "diagflat", "vander")
SEQUENCES = ("concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "row_stack", "concat")
INDEXED = ("take", "repeat", "insert", "delete", "tile", "unravel_index", "ravel_multi_index", "split", "array_split")
COMPILED = ("dot", "vdot", "inner", "einsum", "tensordot", "convolve", "correlate")  # they ask no ufunc of ours
PADDING = ("constant", "edge", "wrap", "reflect", "symmetric")
PLACES = {"nonzero": lambda k: (k,), "flatnonzero": lambda k: k, "argwhere": lambda k: k[:, None]}
AVERAGES = ("mean", "average", "var")


def leaves(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def work(name: str, arguments: Sequence[Any]) -> int:
    """No fewer entries than a call makes, by the sizes of its arrays and the numbers among its arguments."""
    if name in SEQUENCES or name == "broadcast_arrays":
        sizes = [leaf.shape for leaf in leaves(list(arguments)) if isinstance(leaf, np.ndarray)]
        return len(sizes) * math.prod(np.broadcast_shapes(*sizes)) if name == "broadcast_arrays" else sum(
            map(math.prod, sizes))  # fmt: skip
    total = 1
    for leaf in leaves(list(arguments)):
        if isinstance(leaf, np.ndarray) and not isinstance(leaf, Exact):  # places and counts
            total *= int(np.abs(leaf).sum()) + 1
        elif isinstance(leaf, Exact):
            total *= max(1, leaf.size)
            if name in INDEXED and leaf.kind == "i":
                total *= max(1, sum(abs(int(v)) for v in leaf.plain.flat))
        elif isinstance(leaf, int) and not isinstance(leaf, bool):
            total *= max(1, abs(leaf)) ** (2 if name in SQUARES else 1)
    return total


def _shadow(value: Any) -> Any:
    """The same shapes and kinds in numpy's own numbers."""
    if isinstance(value, Exact):
        ones = np.ones(value.shape, width(value.kind))
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
    of = of_width(np.asarray(like).dtype)
    if isinstance(result, Exact) and result.dtype != object:  # places, of whole numbers that are known
        result = np.asarray(result)
    if isinstance(result, Exact) and result.ndim:
        for place, entry in enumerate(result.plain.flat):
            if not isinstance(entry, Basic):  # what numpy fills with
                result.plain.flat[place] = expression(entry)
        return result if width(result.kind) == width(of) else wrap(result.plain, of, isinstance(result, Matrix))
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
            raise Unreadable(f"np.{name} of {said(part)}")
    if work(name, given) > MOST_WORK:
        raise Unreadable(f"np.{name}, whose result is too large to be written out")
    if name in KNOWN and not all(part.known for part in leaves(given) if isinstance(part, Exact)):
        raise Unreadable(f"np.{name} of the variables, whose result is another from place to place")
    out = options.get("out")
    if out is not None and not (isinstance(out, Exact) and out.kind == "f"):
        raise Unreadable(f"np.{name} with this out=")
    with np.errstate(all="ignore"):
        like = function(*map(_shadow, arguments), **{k: _shadow(v) for k, v in options.items()})
    if name in COMPILED:
        kinds = {part.kind for part in arguments if isinstance(part, Exact)}
        if kinds == {"b"}:
            raise Unreadable(f"np.{name} of conditions alone")
        if name == "dot" and len(arguments) > 2:
            raise Unreadable("np.dot into another array")
        arguments = [cast(part, "i") if isinstance(part, Exact) and part.kind == "b" else part for part in arguments]
        found = compiled(function, arguments, **options)
    elif name in KNOWN:
        found = _unordered(function(*map(_ordered, arguments), **options))
    else:
        found = function(*arguments, **options)
    found = _marked(found, like)
    if name in AVERAGES:
        for entry in found.flat if isinstance(found, np.ndarray) else leaves(found):
            given_back(entry, (S.NegativeOne,))  # a letter that comes out is one that was divided by a number
    return found if dtype is None else cast(found, as_kind(dtype))


def _ordered(part: Any) -> Any:
    """Numbers that are compared as `doubles` compares them."""
    if isinstance(part, Exact) and part.kind == "f":
        return each(Ordered, part.plain)
    return type(part)(map(_ordered, part)) if isinstance(part, (list, tuple)) else part


def _unordered(found: Any) -> Any:
    if isinstance(found, tuple):
        return tuple(map(_unordered, found))
    if isinstance(found, np.ndarray) and found.dtype == object and not isinstance(found, Exact):
        return each(lambda e: getattr(e, "value", e), found)
    return getattr(found, "value", found) if isinstance(found, Ordered) else found


def _number_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and not all(isinstance(leaf, int) for leaf in leaves(value))


def moving(name: str) -> Callable[..., Any]:
    """numpy's own function of a name."""
    function = getattr(np, name)

    def build(*arguments: Any, **options: Any) -> Any:
        parts = list(arguments)
        if any(isinstance(part, Chosen) for part in parts):
            return applied(name, parts, options)
        if name in PLACES and len(parts) == 1 and (found := nonzero(parts[0])) is not None:
            return PLACES[name](found)
        if name in ("extract", "compress") and len(parts) == 2 and not options and (found := extracted(*parts)):
            return found
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
        if name == "pad" and options.get("mode", "constant") not in PADDING:
            raise Unreadable("np.pad in this mode")
        parts = [array(part) if isinstance(part, np.ndarray) and name not in INDEXED else part for part in parts]
        if name in ("insert", "append") and len(parts) > name.count("in") + 1:
            parts[-1] = cast(array(parts[-1]), parts[0].kind, "stores") if name == "insert" else array(parts[-1])
        return _on(function, name, parts, options)

    return build


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
            options["dtype"] = width(as_kind(options["dtype"]))
        if name in ("zeros", "ones", "empty") and len(arguments) > 1:
            arguments = (arguments[0], width(as_kind(arguments[1])), *arguments[2:])
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

    def build(model: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None) -> Any:
        model = array(model)
        size, of = model.shape if shape is None else shape, model.kind if dtype is None else as_kind(dtype)
        return sized(name)(size, dtype=width(of))

    return build


def full_like(model: Any, value: Any, *how: Any, **options: Any) -> Any:
    made = like("zeros")(model, *how, **options)
    made[...] = cast(array(value), made.kind, "stores")
    return made

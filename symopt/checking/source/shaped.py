"""Functions of several arrays, `loss(W1, b1, W2, b2, X, y)`, of shapes that `search.Shapes` chooses.

The derivative tells by its shape which arguments it is by, and the others are data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symopt.checking.source.read import ONE_NUMBER, Read, complete, flat_of, single
from symopt.checking.source.search import OtherShape, Shapes
from symopt.checking.verdict import in_words
from symopt.expression.guards import as_written, without_guards
from symopt.loss import Loss
from symopt.reading.exact.arrays import Exact
from symopt.reading.exact.values import size
from symopt.reading.guessed import Trio, meant_by, returned_for
from symopt.reading.letters import Letters, Open, Shape, lettered, letters
from symopt.reading.packages.calls import leaves
from symopt.reading.source import SourceError
from symopt.reading.walk.objects import Function, Instance
from symopt.reading.walker import Interpreter

TARGETS = frozenset("y_true y target targets label labels t actual expected truth ytrue".split())
GUESSES = frozenset(
    "y_pred y_hat yhat ypred pred preds prediction predictions predicted output outputs out logits scores p probs a "
    "y_predicted y_p".split()
)
"""mse(y_true, y_pred) is derived by what is predicted."""


def loss_of(typed: Expr, symbols: tuple[Symbol, ...], trio: Trio) -> Loss:
    expr = without_guards(typed)
    return Loss(str(as_written(typed)) if size(expr) < 4000 else trio.loss, expr, symbols)


def shaped(reader: Interpreter, search: Shapes, trio: Trio, free: Mapping[str, int]) -> Read:
    """A reading with the shapes that a search has chosen; free: parameters as in `letters.lettered`."""
    loss, parameters, made = trio.loss, search.parameters, reader.letters
    opens, keywords = {p: search.open(p) for p in parameters}, lettered(free, made)
    expr = single(reader.call_named(loss, [*opens.values()], keywords), f"{loss} {ONE_NUMBER}")
    covered: dict[str, None] = {}
    given: list[tuple[str, tuple[str, ...], Expr]] = []  # by letters
    for of, named in (("gradient", trio.first), ("hessian", trio.second)):
        for by, name in named.items():
            own, more = reader.taken(name, keywords, opens)
            asked = own if set(own) <= set(parameters) else [p for p in parameters if p not in more]
            if len(own) != len(asked):
                raise SourceError(f"{name} takes {', '.join(own)}; {loss} takes {', '.join(parameters)}",
                                  "the same arguments")  # fmt: skip
            fresh(search)
            value = reader.call_named(name, [opens[p] for p in asked], more)
            leaves = {leaf: _shape(search, leaf) for p in parameters for leaf in _leaves(search, p)}
            if by:
                if any(v not in leaves for v in by):
                    raise SourceError(f"{name}: {', '.join(by)} are no arguments of {loss}", "name them: --names")
                leaves = {v: leaves[v] for v in by}
            if of == "gradient":
                unpacked = [leaf for leaf in leaves if search.hints.numbers(leaf)]
                for leaf, part in _matched(name, value, leaves, said(reader, name, leaves), unpacked):
                    covered[leaf] = None
                    parts = zip(letters(leaf, leaves[leaf]), flat_of(part), strict=True)
                    given += [(of, (letter.name,), entry) for letter, entry in parts]
            else:
                given += _second(name, value, leaves, by, covered)
    made.made = {**{leaf: _shape(search, leaf) for p in parameters for leaf in _leaves(search, p)}, **made.made}
    for leaf in covered:
        if leaf in made.labels:
            raise SourceError(f"{leaf} is used as an index, and a derivative by it is given", "an index is no variable")
    symbols = tuple(s for leaf in covered for s in letters(leaf, made.made[leaf]))
    place = {s.name: k for k, s in enumerate(symbols)}
    entries = [(of, tuple(place[n] for n in by), entry) for of, by, entry in given]
    reader.lasting()
    shapes = {name: shape for name, shape in made.made.items() if name not in covered and name not in made.labels}
    data = tuple(s for name, shape in shapes.items() for s in letters(name, shape))
    complete(expr, entries, [*symbols, *data], reader.lost)
    chosen = [name for name, options in search.met if len(options) > 1]
    remarks = []
    if chosen:
        several = f"the shapes of {', '.join(chosen)} are chosen to fit: --shape tells others"
        remarks.append(several if chosen[1:] else f"the shape of {chosen[0]} is chosen to fit: --shape tells others")
    return Read(
        loss_of(expr, (*symbols, *data), trio), expr, entries, remarks, len(symbols), shapes, fixed(made), reader.walked
    )


def fixed(made: Letters) -> dict[str, tuple[int, ...]]:
    """The values of the arrays by which the file chooses."""
    return {name: tuple(made.labels[name][k % len(made.labels[name])] for k in range(int(np.prod([1, *shape]))))
            for name, shape in made.made.items() if name in made.labels}  # fmt: skip


def fresh(search: Shapes) -> None:
    """Every array as it was before a call could have changed it."""
    for each in search.opens.values():
        if isinstance(each.found, Exact):
            each.found = search.letters.of(each.name, each.found.shape, each.found.kind)


def _leaves(search: Shapes, name: str) -> Iterator[str]:
    """The arrays that an argument consists of, in order."""
    opened = search.open(name)
    opened.value()
    if opened.parts:
        for part in opened.parts:
            yield from _leaves(search, part)
    else:
        yield name


def _shape(search: Shapes, name: str) -> Shape:
    return tuple(np.shape(search.open(name).value()))


def said(reader: Interpreter, name: str, names: Iterable[str]) -> list[str]:
    """The arguments that the text of a function names as those by which it returns derivatives: `return dj_db, dj_dw`.

    None of them where it does not tell all of them apart.
    """
    function = reader.function(name)[0]
    return returned_for(function.node, names) if isinstance(function, Function) else []


def _matched(
    name: str, value: Any, leaves: Mapping[str, Shape], told: Sequence[str], unpacked: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """(an argument, its part of a gradient): by keys, as told, in order, the one unpacked, or that has the shape."""
    names = list(leaves)
    if isinstance(value, Instance) and value.of.fields is not None:
        parts = {key: value.names[key] for key in value.of.fields if key in names}
        value = {key: part.value() if isinstance(part, Open) else part for key, part in parts.items()}
    if isinstance(value, tuple) and len(value) == len(told):
        for leaf, part in zip(told, value, strict=True):
            yield leaf, _fits(name, leaf, part, leaves[leaf])
        return
    if isinstance(value, dict):
        for key, part in value.items():
            meant = meant_by(key, names)
            if meant is None:
                raise SourceError(f"{name} returns {key!r}, which is none of {', '.join(names)}", "call it dX for X")
            yield meant, _fits(name, meant, part, leaves[meant])
        return
    if isinstance(value, (list, tuple)):
        value = _flat(value) if any(isinstance(part, (list, tuple)) for part in value) else value
        scalars = all(np.shape(part) == () for part in value)
        if not (scalars and leaves[names[0]] == (len(value),)):
            if len(value) > len(names):
                raise SourceError(f"{name} returns {len(value)} arrays for {', '.join(names)}", "one for each")
            if len(value) > 1 or leaves[names[0]] == np.shape(value[0]):
                for leaf, part in zip(names, value, strict=False):
                    if part is not None:
                        yield leaf, _fits(name, leaf, part, leaves[leaf])
                return
    shape, flat = np.shape(value), flat_of(value)
    guessed = [leaf for leaf in names[1:] if leaf.lower() in GUESSES] if names[0].lower() in TARGETS else []
    for leaf in (
        guessed or unpacked or (names if names[0][:1].isupper() else names[:1])
    ):  # f(X, y, w) begins with its data
        if leaves[leaf] == shape:
            yield leaf, value
            return
    sizes = [int(np.prod([1, *leaves[leaf]])) for leaf in names]
    ends = list(accumulate(sizes))
    if len(shape) == 1 and len(flat) in ends[1:]:  # all in one vector
        start = 0
        for leaf, end in zip(names, ends[: ends.index(len(flat)) + 1], strict=False):
            yield leaf, flat[start:end]
            start = end
        return
    error = SourceError(f"{name} returns an array of shape {shape}; the arguments are {in_words(leaves)}",
                        "the shape of what it is the derivative by")  # fmt: skip
    if len(shape) == 1 and leaves[names[0]] == ():  # the first of several numbers: a and b of [da, db]
        raise OtherShape(error, dict.fromkeys(names[: len(flat)], ()))
    raise OtherShape(error, {names[0]: shape}) if len(shape) == len(leaves[names[0]]) == 1 else error


def _flat(value: Any) -> list[Any]:
    """The arrays of a list of tuples, [(dW1, db1), (dW2, db2)]; a list of lists of numbers is an array."""
    if not isinstance(value, (list, tuple)) or not any(isinstance(p, Exact) for p in leaves(value)):
        return [value]
    return [part for each in value for part in _flat(each)]


def _fits(name: str, leaf: str, part: Any, shape: Shape) -> Any:
    if np.shape(part) != shape:
        error = SourceError(f"{name} returns an array of shape {np.shape(part)} for {leaf} of shape {shape}",
                            "the shape of what it is the derivative by")  # fmt: skip
        raise error if np.shape(part) else OtherShape(error, {leaf: ()})
    return part


def _second(
    name: str, value: Any, leaves: Mapping[str, Shape], by: Sequence[str], covered: dict[str, None]
) -> Iterable[tuple[str, tuple[str, ...], Expr]]:
    """The entries of a Hessian."""
    flat = flat_of(value)
    pairs = [(by[0], by[-1])] if by else [(leaf, leaf) for leaf in (*covered, *leaves)]
    for one, other in pairs:
        rows, columns = letters(one, leaves[one]), letters(other, leaves[other])
        if len(rows) * len(columns) == len(flat):
            covered.update({one: None, other: None})
            return [("hessian", (rows[k // len(columns)].name, columns[k % len(columns)].name), entry)
                    for k, entry in enumerate(flat)]  # fmt: skip
    raise SourceError(f"{name} returns {len(flat)} entries; the arguments are {in_words(leaves)}", "rows of entries")

"""Losses over rows of data that nobody has brought: which of their names are columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from symopt.checking.given import CheckError, parted, pieces_of
from symopt.expression import deep, parse
from symopt.expression.parser import COLUMN, check_names
from symopt.expression.sums import Sums, Unseen
from symopt.expression.syntax import Node, read
from symopt.expression.tokens import base_of
from symopt.expression.words import CONSTANTS
from symopt.loss import Loss


def over_rows(text: str, columns: Iterable[str] | None = None) -> bool:
    """Whether a text has a sum or mean over rows of data, of one argument."""
    return bool(re.search(r"\b(?:sum|mean)\s*\(", text)) and any(_rows(node) for node in walk(tree_of(text, columns)))


def unseen(
    text: str,
    given: Sequence[Any],
    variables: Iterable[str] | None,
    constants: Mapping[str, Any] | None,
    columns: Iterable[str] | None,
) -> Loss:
    """A loss over data that nobody has brought.

    Names inside of sum(…) and mean(…) are columns unless they are variables: those declared, those whose derivative is
    given, and those that also stand outside, here or in what is given. `columns` declares the columns instead.
    """
    inside, outside = set[str](), set[str]()
    columns = check_names(columns, COLUMN) if columns else columns
    entries = set[str]()
    _sort(tree_of(text, columns), False, frozenset(), inside, outside, entries)
    names = inside | outside
    for piece in given:
        if isinstance(body := parted(piece)[1], str) and body.strip():
            _sort(tree_of(body, columns), False, frozenset(), set(), outside, set())
    known = {*(constants or {}), *CONSTANTS}
    names |= entries
    keys = {name.split("[")[0].strip() for piece in given for name in parted(piece)[0]}
    for key in sorted(keys):
        if not any(key in (name, base_of(name)) or base_of(key) == name for name in names):
            raise CheckError(f"{key} does not stand in the loss", f"its names are {', '.join(sorted(names))}")
    if columns is not None:
        found = tuple(columns)
        if wrong := sorted(c for c in found if c not in inside and base_of(c) not in entries):
            raise CheckError(f"{wrong[0]} does not stand inside of sum(…) or mean(…)", "columns of data stand there")
    elif variables is None and not keys:
        example = sorted(inside | entries)[-1]
        raise CheckError(
            "which names are columns of data, and which are variables?",
            f'columns=["{example}"], data=…, or {{"a": …}} for the derivative by a',
            shell=f'--columns {example},… or --data FILE, or --df "a: …" for the derivative by a',
        )
    else:
        told = keys | set(variables or ())
        found = tuple(sorted(name for name in inside - outside - known - told if base_of(name) not in keys))
        if entries := entries - outside - told - set(map(base_of, told)):
            _, symbols = parse(text, None, constants, (), Unseen(found))
            found += tuple(s.name for s in symbols if base_of(s.name) in entries)
    made, symbols = parse(text, variables, constants, (), Unseen(found))
    return Loss(text.strip(), made, symbols, dict(constants or {}), variables is not None)  # type: ignore[arg-type]


def for_all(loss: Loss, given: Sequence[Any]) -> Loss:
    """A loss over data as one over any data of as many rows as it may have; itself where the number of its rows counts:
    where a derivative names it, or a column is an index.
    """
    if loss.data is None or not isinstance(loss.read, Sums):
        return loss.wide
    if any(re.search(rf"(?<![\w.]){loss.data.rows}(?![\w.])", str(parted(p)[1])) for p in given):
        return loss.wide
    return loss.for_any_data().wide


def tree_of(text: str, columns: Iterable[str] | None) -> Node:
    with deep():
        return read(text, {*(columns or ())})


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from walk(part)


def _rows(node: Node) -> bool:
    return node.kind == "call" and node.word in ("sum", "mean") and len(node.parts) == 1


def _sort(
    node: Node, within: bool, bound: frozenset[str], inside: set[str], outside: set[str], entries: set[str]
) -> None:
    """The names of a tree by whether they stand in a sum over rows, there with an index or without."""
    within = within or _rows(node)
    if node.kind == "call" and node.word in ("sum", "mean", "prod") and len(node.parts) == 4:
        bound = bound | {node.parts[1].word}
    if node.kind in ("name", "indexed") and node.word not in bound:
        (outside if not within else inside if node.kind == "name" else entries).add(node.word)
    for part in node.parts:
        _sort(part, within, bound, inside, outside, entries)


def general(given: Any) -> bool:
    """Whether something names a general entry, as "x[k]: …" does."""
    return any("[" in name for piece in pieces_of(given) for name in parted(piece)[0])

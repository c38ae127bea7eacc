"""Hand-written derivatives as they come: text per component, rows, mappings, expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sympy
from sympy import Expr

from symopt.checking.verdict import component_name
from symopt.errors import ExpressionError, SymoptError, named
from symopt.expression import deep, split
from symopt.expression.parser import constant
from symopt.expression.syntax import read
from symopt.expression.typed import Typed
from symopt.loss import Loss
from symopt.methods.base import is_number

Entry = tuple[str, tuple[int, ...], Expr]
"""(gradient or hessian, its place, the expression with what its text asks for besides)."""
NAMED = re.compile(r"\s*([A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)?)\s*:(.*)", re.DOTALL)


class CheckError(SymoptError):
    """Derivatives that cannot be read, or do not fit the loss."""


def gradient_entries(loss: Loss, given: Any) -> Iterator[Entry]:
    """The components of a gradient: one text each in the order of the variables, or `y: …` for one of them."""
    pieces = pieces_of(given)
    if len(pieces) == 1 and loss.n > 1 and isinstance(pieces[0], str) and not NAMED.fullmatch(pieces[0]):
        pieces = [text for _, text in split(bare(pieces[0]))]
    plain = [piece for piece in pieces if not _is_named(piece)]
    if plain and len(plain) != loss.n:
        raise CheckError(
            f"{len(plain)} component{'s' * (len(plain) != 1)} of a gradient for {_count(loss)}",
            f'one for each, or "{loss.names[-1]}: …" for one of them' if loss.n > 1 else "f′ is one expression",
        )
    for i, piece in enumerate(plain):
        yield "gradient", (i,), _expr(loss, piece)
    for piece in pieces:
        if _is_named(piece):
            names, text = _named(piece)
            if len(names) != 1:
                raise CheckError(
                    f"a component of the gradient has one variable, not {', '.join(names)}",
                    'for example {"y": "2*y"}',
                    shell='--df "y: …"',
                )
            yield "gradient", (_place(loss, names[0]),), _expr(loss, text)


def hessian_entries(loss: Loss, given: Any) -> Iterator[Entry]:
    """The entries of a Hessian: a row per text with entries between commas, or `x,y: …` for one entry."""
    pieces = pieces_of(given)
    rows: list[list[Any]] = []
    for piece in pieces:
        if _is_named(piece):
            names, text = _named(piece)
            if len(names) == 1 and loss.n == 1:
                names = names * 2
            if len(names) != 2:
                raise CheckError(
                    "an entry of the Hessian has two variables",
                    f'for example {{"{loss.names[0]},{loss.names[-1]}": "0"}}',
                    shell=f'--ddf "{loss.names[0]},{loss.names[-1]}: …"',
                )  # fmt: skip
            yield "hessian", (_place(loss, names[0]), _place(loss, names[1])), _expr(loss, text)
        elif isinstance(piece, str):
            rows.append([text for _, text in split(bare(piece))])
        elif isinstance(piece, Sequence):
            rows.append(list(piece))
        else:
            rows.append([piece])
    if rows and (len(rows) != loss.n or any(len(row) != loss.n for row in rows)):
        shape = " and ".join(sorted({str(len(row)) for row in rows}))
        raise CheckError(
            f"{len(rows)} row{'s' * (len(rows) != 1)} of {shape} for the Hessian of {_count(loss)}",
            f"{loss.n} rows of {loss.n} entries between commas" if loss.n > 1 else "f″ is one expression",
        )
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            yield "hessian", (i, j), _expr(loss, entry)


def once(entries: Sequence[Entry], names: Sequence[str]) -> Sequence[Entry]:
    """The entries. Raises CheckError if one is given twice."""
    seen = set()
    for of, index, _ in entries:
        if (of, index) in seen:
            raise twice(component_name(names, index))
        seen.add((of, index))
    return entries


def twice(name: str) -> CheckError:
    return CheckError(f"{name} is given twice", "one text for each component: it is not known which of them is meant")


def pieces_of(given: Any) -> list[Any]:
    if isinstance(given, Mapping):
        return [(key, value) for key, value in given.items()]
    if isinstance(given, str | Expr) or is_number(given):
        return [given]
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise CheckError(f"{named(given)} is no derivative", "give text, or a function of a point")
    return list(given)


def _is_named(piece: Any) -> bool:
    return (
        isinstance(piece, tuple)
        and len(piece) == 2
        and isinstance(piece[0], (str, tuple))
        and not isinstance(piece[1], tuple)
        and _looks_like_names(piece[0])
    ) or (isinstance(piece, str) and bool(NAMED.fullmatch(piece)))


def _looks_like_names(key: Any) -> bool:
    return isinstance(key, tuple) or bool(re.fullmatch(r"\s*[A-Za-z]\w*(\s*,\s*[A-Za-z]\w*)?\s*", key))


def _named(piece: Any) -> tuple[list[str], Any]:
    if isinstance(piece, tuple):
        key, text = piece
        names = list(map(str, key)) if isinstance(key, tuple) else key.split(",")
        return [name.strip() for name in names], text
    match = NAMED.fullmatch(piece)
    assert match is not None
    return [name.strip() for name in match.group(1).split(",")], match.group(2)


def bare(text: str) -> str:
    """A row without the brackets around it."""
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        return stripped[1:-1]
    return text


def _place(loss: Loss, name: str) -> int:
    if name not in loss.names:
        raise CheckError(f"{name} is no variable of this loss", f"its variables are {', '.join(loss.names)}")
    return loss.names.index(name)


def _expr(loss: Loss, piece: Any) -> Expr:
    if isinstance(piece, Expr):
        known = {symbol.name: symbol for symbol in loss.variables}
        return piece.xreplace({s: known[s.name] for s in piece.free_symbols if s.name in known})
    if is_number(piece):
        return sympy.Rational(repr(float(piece)))
    if not isinstance(piece, str):
        raise CheckError(f"{named(piece)} is no text of a derivative", "give text, or a function for all of them")
    if not piece.strip():
        raise ExpressionError("a derivative is missing here", "write 0 if it is zero", piece or " ", 0, 1)
    # unlike a loss, a derivative need not use every constant that is set
    known = {name: constant(name, value) for name, value in loss.constants.items()}
    with deep():
        columns = loss.data.names if loss.data is not None else ()
        tree = read(piece, declared={*loss.names, *known, *columns})
        return Typed(piece, loss.names, known, whole=False, data=loss.data).build(tree)


def _count(loss: Loss) -> str:
    return f"{loss.n} variable{'s' * (loss.n > 1)} ({', '.join(loss.names[:10])}{', …' * (loss.n > 10)})"

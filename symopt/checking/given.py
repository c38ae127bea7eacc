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
PLACE = r"[A-Za-z]\w*(?:\s*\[[^\]:]*\])?"
NAMES = rf"\s*({PLACE}(?:\s*,\s*{PLACE})?)\s*"
NAMED = re.compile(rf"{NAMES}:(.*)", re.DOTALL)
Piece = tuple[tuple[str, ...], Any]
"""(the variables by which something is the derivative, what was given for it)."""


class CheckError(SymoptError):
    """Derivatives that cannot be read, or do not fit the loss."""


def gradient_entries(loss: Loss, given: Any) -> Iterator[Entry]:
    """The components of a gradient as expressions."""
    for (name,), piece in gradient_pieces(given, loss.names):
        yield "gradient", (_place(loss, name),), _expr(loss, piece)


def hessian_entries(loss: Loss, given: Any) -> Iterator[Entry]:
    """The entries of a Hessian as expressions."""
    for names, piece in hessian_pieces(given, loss.names):
        yield "hessian", tuple(_place(loss, name) for name in names), _expr(loss, piece)


def gradient_pieces(given: Any, variables: Sequence[str]) -> Iterator[Piece]:
    """The components of a gradient: one text each in the order of the variables, or `y: …` for one of them."""
    pieces, n = pieces_of(given), len(variables)
    if len(pieces) == 1 and n > 1 and isinstance(pieces[0], str) and not parted(pieces[0])[0]:
        pieces = [text for _, text in split(bare(pieces[0]))]
    plain = [piece for piece in pieces if not parted(piece)[0]]
    if plain and len(plain) != n:
        raise CheckError(
            f"{len(plain)} component{'s' * (len(plain) != 1)} of a gradient for {_count(variables)}",
            f'one for each, or "{variables[-1]}: …" for one of them' if n > 1 else "f′ is one expression",
        )
    yield from (((variables[k],), piece) for k, piece in enumerate(plain))
    for names, piece in map(parted, pieces):
        if len(names) > 1:
            raise CheckError(
                f"a component of the gradient has one variable, not {', '.join(names)}",
                'for example {"y": "2*y"}',
                shell='--df "y: …"',
            )
        if names:
            yield tuple(names), piece


def hessian_pieces(given: Any, variables: Sequence[str]) -> Iterator[Piece]:
    """The entries of a Hessian: a row per text with entries between commas, or `x,y: …` for one entry."""
    rows: list[list[Any]] = []
    single: list[Piece] = []
    n = len(variables)
    for piece in pieces_of(given):
        names, body = parted(piece)
        if names:
            names = names * 2 if len(names) == 1 == n else names
            if len(names) != 2:
                raise CheckError(
                    "an entry of the Hessian has two variables",
                    f'for example {{"{variables[0]},{variables[-1]}": "0"}}',
                    shell=f'--ddf "{variables[0]},{variables[-1]}: …"',
                )  # fmt: skip
            single.append((tuple(names), body))
        elif isinstance(piece, str):
            rows.append([text for _, text in split(bare(piece))])
        else:
            rows.append(list(piece) if isinstance(piece, Sequence) else [piece])
    if rows and (len(rows) != n or any(len(row) != n for row in rows)):
        shape = " and ".join(sorted({str(len(row)) for row in rows}))
        raise CheckError(
            f"{len(rows)} row{'s' * (len(rows) != 1)} of {shape} for the Hessian of {_count(variables)}",
            f"{n} rows of {n} entries between commas" if n > 1 else "f″ is one expression",
        )
    yield from single
    yield from (((variables[i], variables[j]), cell) for i, row in enumerate(rows) for j, cell in enumerate(row))


def parted(piece: Any) -> tuple[list[str], Any]:
    """The variables by which a piece is a derivative, none where it does not name them, and the derivative."""
    if isinstance(piece, str) and (match := NAMED.fullmatch(piece)):
        return [name.strip() for _, name in split(match[1])], match[2]
    if isinstance(piece, tuple) and len(piece) == 2 and not isinstance(piece[1], tuple):
        key, body = piece
        if isinstance(key, tuple):
            return [str(name).strip() for name in key], body
        if isinstance(key, str) and re.fullmatch(NAMES, key):
            return [name.strip() for _, name in split(key)], body
    return [], piece


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
    """What was given, one piece for each component or row; in a text they stand between semicolons."""
    if isinstance(given, Mapping):
        return [(key, value) for key, value in given.items()]
    if isinstance(given, str | Expr) or is_number(given):
        given = [given]
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise CheckError(f"{named(given)} is no derivative", "give text, or a function of a point")
    return [part for piece in given for part in (between_semicolons(piece) if isinstance(piece, str) else [piece])]


def between_semicolons(text: str) -> list[str]:
    """`a: 2*a; b: 2*b` and the rows `[2, 0; 0, 2]` one by one; a semicolon at the end is none."""
    if not re.search("[;；]", text):
        return [text]
    *parts, last = re.split("[;；]", bare(text))
    return [*parts, last] if last.strip() else parts


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


def _count(variables: Sequence[str]) -> str:
    n = len(variables)
    listed = ", ".join(variables[k] for k in range(min(n, 10)))
    return f"{n} variable{'s' * (n > 1)} ({listed}{', …' * (n > 10)})"

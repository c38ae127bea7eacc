"""A loss over the rows of data, read: what is a column, what a variable, and which column was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symopt.data.columns import Data
from symopt.data.source import Source
from symopt.errors import DataError, ExpressionError, did_you_mean
from symopt.expression.parser import check_names, parse, reads_over
from symopt.expression.sums import Sums

if TYPE_CHECKING:
    from sympy import Expr, Symbol

LISTED = 12  # columns in a hint


def check_columns(
    columns: Sequence[str], declared: Sequence[str] | None, constants: Mapping[str, Any], letters: Iterable[str]
) -> None:
    """Raises DataError for a column that is something else too."""
    for name in columns:
        for given, what in ((declared or (), "declared a variable"), (constants, "set to a value"), (letters, "open")):
            if name in given:
                raise DataError(f"{name} is a column of the data, and {what}", "leave it out, or rename the column")


def over_columns(
    text: str,
    declared: Iterable[str] | None,
    constants: Mapping[str, Any],
    letters: tuple[str, ...],
    data: Source | Data,
) -> tuple[Expr | Sums, Sequence[Symbol], Data]:
    """(the sums, the variables, the columns that are used) of a text over the rows of data."""
    if not isinstance(text, str):
        parse(text)
    names, other = data.names, {} if isinstance(data, Data) else data.renamed
    declared = None if declared is None else check_names(declared)
    check_columns(names, declared, constants, letters)
    from symopt.expression import vectors  # many patterns: a loss without data does without them

    table = vectors.Table(names, {} if isinstance(data, Data) else data.matrices)
    known = {*(declared or ()), *constants, *letters}
    columns = data if isinstance(data, Data) else data.load(data.mentioned(text))
    try:
        vectors.check(text, table, known)
        read, symbols = parse(text, declared, constants, letters, columns)
        if declared is None:
            vectors.check_headers(text, other, getattr(symbols, "names", None) or [symbol.name for symbol in symbols])
    except ExpressionError as error:
        told = [f"{header} is called {name}" for header, name in other.items() if _stands(header, error)]
        vectors.foreign(error, names)
        if told:
            error.hint, error.shell = f"the column {told[0]} here", ""
        elif not columns.names or "unknown name" in error.message:
            columned = f"{', '.join(names[:LISTED])}{', …' * (len(names) > LISTED)}"
            near = _column(error, text, names)
            meant = near and not error.hint.startswith("did you mean")
            listed = f"did you mean {near}? The columns are {columned}" if meant else f"columns: {columned}"
            error.shell = f"{listed}; {error.shell}" if error.shell else ""
            error.hint = "; ".join(part for part in (listed, error.hint if error.hint != error.EXAMPLE else "") if part)
        if not told:
            vectors.suggest(error, text, table, lambda other: reads_over(other, declared, constants, letters, names))
        raise
    if isinstance(read, Sums):
        return read, symbols, columns.chosen(read.columns)
    return read, symbols, columns.chosen([name for name in columns.names if name not in columns.troubles])


def _column(error: ExpressionError, text: str, names: Sequence[str]) -> str:
    """The columns that a text over data may have meant by other names, or nothing."""
    if "unknown name" not in error.message:
        words = dict.fromkeys(re.findall(r"(?<!\w)[^\W\d]\w*", text))
        return ", ".join(name for word in words for name in names if name.lower() == word.lower())
    typed = error.text[error.start : error.end]
    base, _, index = typed.partition("_")
    if base in names and len(index) == 1:
        return base
    return next((name for name in names if name.startswith(f"{typed}_")), "") or did_you_mean(typed, names)


def _stands(header: str, error: ExpressionError) -> bool:
    """Whether a header stands where the error is."""
    found = re.finditer(rf"(?<!\w){re.escape(header)}(?!\w)", error.text) if header else ()
    return any(match.start() <= error.end and error.start <= match.end() for match in found)

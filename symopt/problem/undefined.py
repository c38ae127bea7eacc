"""Why f has no finite value at a point: over data, the row that is to blame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import sympy
from sympy import Expr

from symopt.data.cluster import Far
from symopt.data.columns import SHOWN, Data, parts
from symopt.errors import DataError, MethodError, StartError, SymoptError
from symopt.expression.sums import ROW, Sums
from symopt.expression.written import text
from symopt.loss import Loss
from symopt.program.numpy import compile_symbols
from symopt.program.sums import SumNumbers


def refusal(loss: Loss, x: np.ndarray, otherwise: StartError) -> SymoptError:
    """What is wrong at a point where f is not finite, (n,): a row of the data, where one is found."""
    data, numbers = loss.data, loss.sums
    if data is None or isinstance(data, Far) or not isinstance(numbers, SumNumbers):
        return otherwise
    assert isinstance(loss.read, Sums)
    for part, columns in _of_columns(loss.read):
        if (row := _first(part, columns, data)) is not None:
            return DataError(
                f"{text(part)} has no finite value in {data.row(row, columns.values())}",
                "leave such rows out, or correct them; where(condition, a, b) takes another formula there",
            )
    if (row := _blamed(loss, data.rows, x)) is None:
        return otherwise
    shown = ", ".join(f"{name} = {value:.6g}" for name, value in zip(loss.names[:SHOWN], x, strict=False))
    where = shown + ", …" * (loss.n > SHOWN)
    message = f"{otherwise.message}: at {where} because of {data.row(row, data.names)}"
    return StartError(message, otherwise.hint, shell=otherwise.shell)


def _of_columns(sums: Sums) -> Iterator[tuple[Expr, Mapping[str, str]]]:
    """Powers and calls of columns alone, inner ones first, with {symbol: column}; none inside a Piecewise."""

    def inside(expr: Expr) -> Iterator[Expr]:
        if not expr.is_Atom and not expr.is_Piecewise:
            for part in expr.args:
                yield from inside(part)
            if expr.is_Pow or expr.is_Function:
                yield expr

    for total in sums.totals:
        if total.over_rows:
            here = {s.symbol: s.base for s in total.slots if s.column and s.at == ROW}
            for part in inside(total.term):
                if part.free_symbols and part.free_symbols <= set(here):
                    yield part, {symbol.name: here[symbol] for symbol in sorted(part.free_symbols, key=str)}


def _first(part: sympy.Expr, columns: Mapping[str, str], data: Data) -> int | None:
    """The first row in which a part has no finite value."""
    names, program = compile_symbols(part)
    for rows in parts(data.rows):
        with np.errstate(all="ignore"):
            (values,) = program(*(data.column(columns[name])[rows] for name in names))
        if len(bad := np.flatnonzero(~np.isfinite(values))):
            return rows.start + int(bad[0])
    return None


def _blamed(loss: Loss, count: int, x: np.ndarray) -> int | None:
    """A row without which f may be finite: by halving; None where no single one is to blame."""
    try:
        sampling = loss.sampling
    except MethodError:  # of a function of sums, not one row is
        return None

    def wrong(low: int, high: int) -> bool:
        return not np.isfinite(sampling.batch(np.arange(low, high))(x))

    low, high = 0, count
    while high - low > 1:
        middle = (low + high) // 2
        if wrong(low, middle):
            high = middle
        elif wrong(middle, high):
            low = middle
        else:
            return None
    return low if wrong(low, high) else None

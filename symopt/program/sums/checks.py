"""Whether what a sum holds of its indices alone, such as 1/i, has a value at each of them."""

from __future__ import annotations

import numpy as np

from symopt.errors import ExpressionError
from symopt.expression.sums import Sums
from symopt.program.numpy import compile_symbols
from symopt.program.sums.domain import Domain

MOST = 10**6  # tuples that are looked at


def refuse(sums: Sums, text: str, rows: int = 0) -> None:
    """Raises ExpressionError, with its place in the text, where a part of the indices alone has no finite value."""
    for check in sums.checks:
        domain = Domain(check.indices, rows)
        names, program = compile_symbols(check.expr)
        values = domain.values((0, min(domain.size, MOST)))
        columns = {symbol.name: column.astype(float) for symbol, column in values.items()}
        with np.errstate(all="ignore"):
            (result,) = program(*(columns[name] for name in names))
        bad = np.flatnonzero(~np.isfinite(np.broadcast_to(result, (min(domain.size, MOST),))))
        if len(bad):
            where = ", ".join(f"{name} = {int(columns[name][bad[0]])}" for name in names)
            typed = text[check.start : check.end]
            typed = f"1{typed}" if typed.startswith("/") else typed
            raise ExpressionError(f"{typed} has no finite value at {where}",
                                  "other bounds may leave it out", text, check.start, check.end)  # fmt: skip

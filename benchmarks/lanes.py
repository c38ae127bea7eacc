"""Many starts at once against one descent after the other: all methods, 50 steps each."""

from __future__ import annotations

from itertools import islice

import numpy as np

from benchmarks.measure import Row, Times, cpu
from symopt import Loss, Stop, descend, method
from symopt.auto import resolve

STEPS = 50
LOSSES = {
    "-cos(pi*x/20) + x**2": [[-20.0, 20.0]],
    "(1-x)**2 + 100*(y-x**2)**2": [[-2.0, 2.0], [-1.0, 3.0]],
}
METHODS = (
    "gd", "momentum", "adam", "newton", "saddle-free-newton", "backtracking", "line-search-newton", "bfgs", "l-bfgs",
    "conjugate-gradient", "trust-region", "cubic-newton", "levenberg-marquardt", "modified-newton",
    "coordinate-descent",
)  # fmt: skip


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table: of all starts, how much longer they take one by one (some of them, extrapolated)."""
    starts, alone = (200, 2) if quick else (40_000, 50)
    rows = []
    for text, box in LOSSES.items():
        loss, window = Loss.parse(text), np.array(box)
        x = np.random.default_rng(0).uniform(window[:, 0], window[:, 1], (starts, loss.n))
        for name in METHODS[: 2 if quick else None]:
            walker = resolve(method(name), loss, window, x[0])

            def together(walker=walker, loss=loss, x=x) -> None:
                for _ in islice(walker.iterates(loss, x), STEPS):
                    pass

            def one_by_one(walker=walker, loss=loss, x=x, window=window) -> None:
                for start in x[:alone]:
                    descend(loss, walker, start, Stop(STEPS, gtol=0), window)

            descend(loss, walker, x[0], Stop(1, gtol=0), window)  # compiled, and imported
            times = Times({"together": lambda: cpu(together), "alone": lambda: cpu(one_by_one)}, 1)
            ratio = times.ratio("alone", "together") * starts / alone
            rows.append(Row(f"{name}, n = {loss.n}: one by one over {starts:,} together", ratio, "≥ 50"))
    return rows

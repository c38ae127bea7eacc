"""What `analyze` costs beside deriving and compiling the same loss: losses of every kind, nothing kept between runs."""

from __future__ import annotations

from statistics import median

from benchmarks.derivation import ours, seconds
from benchmarks.measure import Row, Times, cpu
from symopt import Loss, analyze
from tests.kit.critical_points import TABLE


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table: the median loss, and the dearest three by name."""
    analyze("x**2", (-1, 1))  # imports
    ratios = []
    for text, _, low, high, _ in TABLE[: 4 if quick else None]:
        jobs = {
            "analyze": lambda text=text, box=(low, high): cpu(lambda: analyze(Loss.parse(text, variables=["x"]), box)),
            "derive": seconds(ours(Loss.parse(text, variables=["x"]))),
        }
        ratios.append((Times(jobs, min(pairs, 3)).ratio("analyze", "derive"), text))
    rows = [Row(f"analyze over deriving, median of {len(ratios)} losses", median(ratio for ratio, _ in ratios))]
    return rows + [Row(f"  dearest: {text}", ratio) for ratio, text in sorted(ratios, reverse=True)[:3]]

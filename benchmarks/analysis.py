"""How long `analyze` takes: CPU seconds beyond imports, on losses of every kind.

    python benchmarks/analysis.py

Prints each loss, slowest last, then the median. Three runs each, the best counts; nothing is cached between them.
"""

from __future__ import annotations

import statistics
import time

from symopt import Loss
from symopt.analysis import analyze
from tests.kit.critical_points import TABLE


def main() -> None:
    analyze("x**2", (-1, 1))  # imports
    times = []
    for text, _, low, high, _ in TABLE:
        best = float("inf")
        for _ in range(3):
            loss = Loss.parse(text, variables=["x"])
            began = time.process_time()
            made = analyze(loss, (low, high))
            best = min(best, time.process_time() - began)
        times.append((best, text, made.status, len(made.critical_points)))
    for seconds, text, status, count in sorted(times):
        print(f"{seconds:7.3f} s  {status:10}  {count:3d}  {text}")
    print(f"median {statistics.median(t[0] for t in times):.3f} s over {len(times)} losses")


if __name__ == "__main__":
    main()

"""Many starts at once against one descent after the other: 40,000 starts × 50 steps.

    python benchmarks/lanes.py [METHOD …]

Walks all starts together through `iterates`, and 200 of them (for the extrapolation) one by one through `descend`.
The aim: together at least 50 times faster.
"""

import sys
from itertools import islice
from time import perf_counter

import numpy as np

from symopt.auto import resolve
from symopt.descent import Stop, descend
from symopt.loss import Loss
from symopt.methods import method

STARTS, STEPS, ALONE = 40_000, 50, 200
LOSSES = {
    "-cos(pi*x/20) + x**2": [[-20.0, 20.0]],
    "(1-x)**2 + 100*(y-x**2)**2": [[-2.0, 2.0], [-1.0, 3.0]],
}
METHODS = (
    "gd", "momentum", "adam", "newton", "saddle-free-newton", "backtracking", "line-search-newton", "bfgs", "l-bfgs",
    "conjugate-gradient", "trust-region", "cubic-newton", "levenberg-marquardt", "modified-newton",
    "coordinate-descent",
)  # fmt: skip


def main() -> None:
    for text, box in LOSSES.items():
        loss, window = Loss.parse(text), np.array(box)
        x = np.random.default_rng(0).uniform(window[:, 0], window[:, 1], (STARTS, loss.n))
        print(f"{text}: {STARTS:,} starts × {STEPS} steps")
        for name in sys.argv[1:] or METHODS:
            walker = resolve(method(name), loss, window, x[0])
            descend(loss, walker, x[0], Stop(steps=1, gtol=0), window)  # compiled, and imported
            begin = perf_counter()
            for _ in islice(walker.iterates(loss, x), STEPS):
                pass
            together = perf_counter() - begin
            begin = perf_counter()
            for start in x[:ALONE]:
                descend(loss, walker, start, Stop(steps=STEPS, gtol=0), window)
            alone = (perf_counter() - begin) * STARTS / ALONE
            print(f"  {name:28} together {together:7.2f} s   alone {alone:8.1f} s   {alone / together:6.0f} times")


if __name__ == "__main__":
    main()

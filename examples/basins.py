"""Where 2,001 starts end, all walked at once, in plain Python: python examples/basins.py"""

from itertools import islice

import numpy as np

from symopt import Loss, method

loss = Loss.parse("x**4 - 3*x**2 + x")
starts = np.linspace(-2, 2, 2001)[:, None]  # (2001, 1): many points, one variable

for name in ("gd:lr=1/50", "newton"):
    *_, ends = islice(method(name).iterates(loss, starts), 200)
    flat = np.abs(loss.grad(ends)[:, 0]) < 1e-6
    curvature = loss.hess(ends)[:, 0, 0]
    minima, maxima = np.sum(flat & (curvature > 0)), np.sum(flat & (curvature < 0))
    print(f"{name}: {minima} starts end at a minimum, {maxima} at a maximum, {np.sum(~flat)} elsewhere")
    print("  ends:", *sorted({f"{x:.6f}" for x in ends[flat, 0]}))

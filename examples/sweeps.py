"""Maps of starts and rates, each pixel judged as a single walk: python examples/sweeps.py [FOLDER [SIDE [NAME ...]]]

The article's losses as maps of learning rate and start; the edge of stability, where gradient descent leaves a steep
valley for a flatter one; Newton on z³ − 1 as two real variables; the logistic map as gradient descent on a cubic; and
where a tanh network of two weights can be trained.
"""

import math
import sys
from pathlib import Path

import symopt

T = [k / 2 - 2 for k in range(8)]
NETWORK = {"t": T, "y": [1.5 * math.tanh(2 * t) for t in T]}
CUBIC = "x**4/4 - 3*x**2*y**2/2 + y**4/4 - x"  # the real part of z⁴/4 − z: Newton on it is Newton on z³ − 1
LOGISTIC = "x**2/2 - r*(x**2/2 - x**3/3)"  # a step of gradient descent with lr = 1 is r·x·(1 − x)


def scenes(side):
    """{name: (loss, method, axes, what else)} with so many pixels along a side."""
    across = {"x": (-20, 20, side)}
    plane = {"x": (-2, 2, side), "y": (-2, 2, side)}
    return {
        "quadratic": ("x**2", "gd", {"lr": (1 / 128, 1.1, side, "log"), **across}, {"steps": 100}),
        "perturbed": ("-cos(pi*x/20) + x**2", "gd", {"lr": (0.9, 1.02, side), **across}, {"steps": 200}),
        "cosine": ("-cos(pi*x/20)", "regularized-newton", {"alpha": (0, 0.08, side), **across}, {"steps": 100}),
        "wells": ("x**2/50 - cos(x)", "gd", {"lr": (0.01, 4, side), **across}, {"steps": 300}),
        "edge": ("(x*y - 1)**2/2", "gd", {"lr": (0.02, 0.5, side)}, {"start": (3, 0.6), "steps": 1000}),
        "newton": (CUBIC, "newton", plane, {"steps": 60}),
        "logistic": (LOGISTIC, "gd:lr=1", {"r": (2.8, 4, 2 * side)}, {"start": 0.3, "steps": 1000}),
        "network": (
            "mean((y - v*tanh(w*t))**2)", "gd", {"lr": (0.8, 1.7, side // 2), "w": (-3.5, 3.5, side // 2)},
            {"start": {"v": 1.0, "w": 1.0}, "steps": 400, "data": NETWORK},
        ),
    }  # fmt: skip


def main(folder, side, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (loss, method, over, more) in scenes(side).items():
        if names and name not in names:
            continue
        made = symopt.sweep(loss, method, over, **more)
        made.save(folder / f"{name}.png")
        often = max(zip(made.numbers.rows, made.words, strict=True), key=lambda pair: pair[0].share)
        print(f"{name:<10} {made.end.size:>8,} walks, {len(made.words)} endings; {often[0].share:.1%} {often[1]}")


if __name__ == "__main__":
    folder, side = [*sys.argv[1:3], *("sweeps", "400")[len(sys.argv[1:3]) :]]
    main(Path(folder), int(side), sys.argv[3:])

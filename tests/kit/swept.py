"""Random pixels of sweeps against single walks: python -m tests.kit.swept 1000

Each pixel is walked again by `descend`: the word, the period, the steps and every bit of the last point have to be
those of the sweep. Where a letter of the loss is swept, sympy computes with its value in a single walk, and rounds
otherwise: there the last points are compared to 1e-9 of the window where the walk is not chaotic.
"""

from __future__ import annotations

import argparse

import numpy as np

from symopt import StartError, descend
from symopt.sweep.labels import CHAOTIC, CLOSING, CYCLE, NOWHERE, OPEN, STALLED, label_of
from symopt.sweep.plan import Plan, read_plan
from symopt.sweep.walk import Ends

CASES = [
    ("x**2/50 - cos(x)", "gd", {"lr": (0.01, 4, 997), "x": (-20, 20, 991)}, {"steps": 300}),
    ("-cos(pi*x/20) + x**2", "gd", {"lr": (0.9, 1.02, 997), "x": (-20, 20, 991)}, {"steps": 100}),
    ("-cos(pi*x/20)", "newton", {"x": (-20, 20, 99991)}, {"steps": 100}),
    ("-cos(pi*x/20)", "regularized-newton", {"alpha": (0, 0.2, 997), "x": (-20, 20, 991)}, {"steps": 100}),
    ("x**4", "gd", {"lr": (0.01, 0.3, 997), "x": (-2, 2, 991)}, {"steps": 200}),
    ("x + sin(x)", "newton", {"x": (-20, 20, 99991)}, {"steps": 60}),
    ("x**3 - 3*x", "gd", {"lr": (0.01, 0.5, 997), "x": (-3, 3, 991)}, {"steps": 100}),
    ("log(x) + 1/x", "gd", {"lr": (0.01, 5, 997), "x": (0.1, 6, 991)}, {"steps": 100}),
    ("abs(x) + x**2/10", "gd", {"lr": (0.01, 8, 97), "x": (-5, 5, 991)}, {"steps": 60}),
    ("exp(-x**2)*(x**2-1)", "newton", {"x": (-4, 4, 9991)}, {"steps": 80}),
    ("x**2/50 - cos(x)", "momentum:lr=0.5", {"beta": (0, 1.1, 97), "x": (-20, 20, 991)}, {"steps": 200}),
    ("x**2/50 - cos(x)", "adam", {"lr": (0.01, 3, 97), "x": (-20, 20, 991)}, {"steps": 150}),
    ("x**2/50 - cos(x)", "backtracking", {"x": (-20, 20, 9991)}, {"steps": 100}),
    ("(x**2+y-11)**2 + (x+y**2-7)**2", "newton", {"x": (-6, 6, 991), "y": (-6, 6, 997)}, {"steps": 60}),
    ("(x**2+y-11)**2 + (x+y**2-7)**2", "gd:lr=0.012", {"x": (-6, 6, 991), "y": (-6, 6, 997)}, {"steps": 150}),
    ("(x**2+y-11)**2 + (x+y**2-7)**2", "trust-region", {"x": (-6, 6, 991), "y": (-6, 6, 997)}, {"steps": 60}),
    ("(1-x)**2 + 100*(y-x**2)**2", "bfgs", {"x": (-2, 2, 991), "y": (-1, 3, 997)}, {"steps": 100}),
    ("(1-x)**2 + 100*(y-x**2)**2", "l-bfgs", {"x": (-2, 2, 991), "y": (-1, 3, 997)}, {"steps": 100}),
    ("(1-x)**2 + 100*(y-x**2)**2", "cubic-newton", {"x": (-2, 2, 991), "y": (-1, 3, 997)}, {"steps": 100}),
    ("x**4 + y**4 - 3*x*y", "line-search-newton", {"x": (-2, 2, 991), "y": (-1, 3, 997)}, {"steps": 100}),
    ("(x-y**2)**2 + y**4", "newton", {"x": (-2, 2, 91), "y": (-1, 3, 97)}, {"steps": 40}),
    ("x**4/4 - x**2*y**2*3/2 + y**4/4 - x + y**2", "gd", {"lr": (0.01, 0.6, 991), "x": (-2, 2, 997)}, {"steps": 100}),
    ("(x*y - 1)**2/2", "gd:lr=0.1", {"x": (-2, 2, 91), "y": (-2, 2, 97)}, {"steps": 150}),
    ("(x-y)**4 + (x+y)**2*(x-y)**2", "gd:lr=0.1", {"x": (-2, 2, 991), "y": (-2, 2, 997)}, {"steps": 150}),
    ("x**2*y**2", "bfgs", {"x": (-2, 2, 991), "y": (-2, 2, 997)}, {"steps": 60}),
    ("gamma(x)", "gd", {"lr": (0.01, 3, 97), "x": (-5, 5, 991)}, {"steps": 60}),
    ("x**6 - x**4", "gd", {"lr": (0.01, 0.5, 97), "x": (-1.2, 1.2, 991)}, {"steps": 150}),
    ("x**2/2 - r*(x**2/2 - x**3/3)", "gd:lr=1", {"r": (2.8, 3.56, 9991)}, {"steps": 400, "start": 0.3}),
    ("x**2/2 - x**3/3", "gd", {"lr": (1.8, 3, 9991)}, {"steps": 140, "start": 0.3}),
    ("x**2/2 - x**3/3 + y**2/2 - y**3/3 + x*y/20", "gd", {"lr": (1.8, 2.8, 997), "y": (0.2, 0.7, 991)}, {
        "steps": 300, "start": (0.3, 0.5)}),
    ("x**2/50 - cos(x)", "nesterov:lr=0.5", {"beta": (0, 1.1, 97), "x": (-20, 20, 991)}, {"steps": 60}),
    ("a*x**2 - cos(b*x)", "gd:lr=0.3", {"a": (0.01, 0.5, 97), "b": (0.5, 3, 99)}, {"steps": 100, "start": 1.5}),
    ("mean((y - a*exp(-b*t))**2)", "gd", {"a": (0, 4, 99), "b": (-0.5, 3, 97)}, {"steps": 60, "data": {
        "t": [0.0, 0.5, 1, 2, 3], "y": [2.0, 1.3, 0.8, 0.3, 0.1]}}),
]  # fmt: skip
RISING = (CYCLE, CLOSING, CHAOTIC, OPEN, STALLED)


def pixels(plan: Plan, count: int, seed: int) -> tuple[list[tuple[int, ...]], Ends]:
    """Random pixels of a plan, and what lanes make of them."""
    random = np.random.default_rng(seed)
    drawn = [tuple(int(random.integers(size)) for size in plan.shape) for _ in range(count)]
    columns = {axis.name: axis.values[[p[k] for p in drawn]] for k, axis in enumerate(plan.axes)}
    return drawn, plan.ends(columns)


def differences(plan: Plan, count: int, seed: int = 0) -> list[str]:
    """What differs between pixels and single walks, in words; empty where nothing does."""
    from symopt.sweep.labels import WORDS

    drawn, ends = pixels(plan, count, seed)
    found = []
    width = float(np.ptp(plan.problem.window, axis=1).max())
    for k, pixel in enumerate(drawn):
        loss, method, start = plan.single(pixel)
        try:
            walk = descend(loss, method, start, plan.stop, plan.problem.window)
        except StartError:
            if WORDS[ends.word[k]] != NOWHERE:
                found.append(f"{plan.problem.loss.text} {pixel} {method}: no walk alone, {WORDS[ends.word[k]]}")
            continue
        label = label_of(walk.judgement)
        own = WORDS[ends.word[k]], int(ends.period[k]), int(ends.steps[k])
        if plan.placed:
            same = np.array_equal(ends.x[k], walk.xs[-1], equal_nan=True)
        elif own[0] == label.word in (CHAOTIC, "ran away"):
            same = True
        else:
            same = bool(np.abs(ends.x[k] - walk.xs[-1]).max() <= 1e-9 * width)
        if own != (label.word, label.period, walk.steps) or not same:
            found.append(f"{plan.problem.loss.text} {pixel} {method}: {own} {ends.x[k]}, alone "
                         f"{label.word} {label.period} {walk.steps} {walk.xs[-1]}")  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    each = -(-given.count // len(CASES))
    total = 0
    for text, method, over, more in CASES:
        found = differences(read_plan(text, method, over, **more), each, given.seed)
        total += len(found)
        print(f"{each - len(found):5} of {each} pixels equal  {method} on {text}")
        for line in found[:4]:
            print("   ", line)
    print(f"{len(CASES) * each - total} of {len(CASES) * each} pixels equal their single walks")


if __name__ == "__main__":
    main()

"""Losses of very many variables: evaluations until ‖∇f‖ ≤ 1e-8, beside scipy's, from the standard starts.

An evaluation is one of f, ∇f, ∇²f or ∇²f·v. scipy's methods get the same functions and stop at the same slope.
Rosenbrock's chain is walked for a hundred variables alone: from (−1.2, 1, −1.2, 1, …) its valley is run through like a
fuse, 1.3 steps a variable with newton and 1.5 with newton-cg: by that rate a million variables take more than a million
steps.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row
from benchmarks.sums import TEXTS, parsed
from symopt import Loss, method

FLAT, STEPS = 1e-8, 2000
Start = Callable[[int], np.ndarray]


def alternating(n: int) -> np.ndarray:
    return np.resize([-1.2, 1.0], n)


PAIRED = "Rosenbrock in pairs"
STARTS: dict[str, Start] = {
    "Broyden tridiagonal": lambda n: -np.ones(n), "Lukšan-Vlček 1": alternating, PAIRED: alternating,
}  # fmt: skip
RIVALS = {"newton-cg": "Newton-CG", "trust-region": "trust-ncg", "line-search-newton": "Newton-CG"}


def loss_of(shape: str, n: int) -> Loss:
    if shape == PAIRED:
        return Loss.parse(f"sum(100*(x[2*i+1]-x[2*i]**2)**2 + (1-x[2*i])**2, i, 0, {n // 2 - 1})")
    return parsed(shape, n, None)


class Asked:
    """A loss that counts what it is asked for."""

    def __init__(self, loss: Loss, start: np.ndarray) -> None:
        self.loss, self.count, self.slope = loss, 0, np.inf
        self.reach = 0.5
        self.first = self.reach / float(np.linalg.norm(loss.grad(start)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loss, name)

    def __call__(self, x: np.ndarray) -> Any:
        self.count += 1
        return self.loss(x)

    def grad(self, x: np.ndarray) -> np.ndarray:
        self.count += 1
        g = self.loss.grad(x)
        self.slope = float(np.linalg.norm(g))
        return g

    def hess(self, x: np.ndarray) -> np.ndarray:
        self.count += 1
        return self.loss.hess(x)

    def hess_parts(self, x: np.ndarray) -> Any:
        self.count += 1
        return self.loss.hess_parts(x)

    def hessp(self, x: np.ndarray, v: np.ndarray) -> np.ndarray:
        self.count += 1
        return self.loss.hessp(x, v)


def ours(name: str, loss: Loss, start: np.ndarray) -> float:
    """Evaluations; inf where the slope is not reached."""
    asked = Asked(loss, start)
    for x in islice(method(name).iterates(asked, start), STEPS):  # type: ignore[arg-type]
        if np.linalg.norm(loss.grad(x)) <= FLAT:
            return asked.count
    return np.inf


def theirs(name: str, loss: Loss, start: np.ndarray) -> float:
    from scipy.optimize import minimize

    asked = Asked(loss, start)

    def flat(intermediate_result: Any) -> None:
        if np.linalg.norm(loss.grad(intermediate_result.x)) <= FLAT:
            raise StopIteration

    options = {"xtol": 1e-16} if name == "Newton-CG" else {"gtol": FLAT}
    found = minimize(lambda x: float(asked(x)), start, jac=asked.grad, hessp=asked.hessp, method=name, callback=flat,
                     options={"maxiter": STEPS, **options})  # fmt: skip
    # what a line search loses in rounding near the end is not held against it
    return asked.count if np.linalg.norm(loss.grad(found.x)) <= 1e3 * FLAT else np.inf


def run(pairs: int, quick: bool) -> list[Row]:
    rows = []
    for n in (20,) if quick else (10_000, 1_000_000):
        for shape, start in STARTS.items():
            loss, x = loss_of(shape, n), start(n)
            rivals = {name: theirs(name, loss, x) for name in sorted(set(RIVALS.values()))}
            for name, rival in RIVALS.items():
                ratio = ours(name, loss, x) / rivals[rival]
                rows.append(Row(f"{shape}: {name} over scipy's {rival}, n = {n:,}", ratio, "≤ 1.2"))
    n = 20 if quick else 100
    loss, x = loss_of("Rosenbrock's chain", n), alternating(n)
    rows.append(Row(f"Rosenbrock's chain: newton-cg over scipy's Newton-CG, n = {n}",
                    ours("newton-cg", loss, x) / theirs("Newton-CG", loss, x)))  # fmt: skip
    if not quick:
        rows += whole()
    return rows


def whole() -> list[Row]:
    """`symopt run` on Rosenbrock's chain of a million variables: its time and its memory, imports included."""
    import subprocess
    import sys
    import time

    words = ["run", TEXTS["Rosenbrock's chain"](1_000_000), "-m", "newton-cg"]
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "symopt", *words], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, cwd=Path(__file__).resolve().parents[1])  # fmt: skip
    if not hasattr(os, "wait4"):
        process.wait()
        return []
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    share = 1024**2 if sys.platform != "darwin" else 1024**3
    return [
        Row("symopt run of the chain, n = 1,000,000, 100 steps of newton-cg: s", time.perf_counter() - begun, "≤ 60"),
        Row("the same: memory at most, GiB", used.ru_maxrss / share, "≤ 3"),
    ]

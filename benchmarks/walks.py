"""Many starts at once against the least that numpy itself needs, and one descent against a loop by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any
from unittest.mock import patch

import numpy as np

import symopt.program.evaluate
from benchmarks.measure import Row, Times, cpu
from symopt import Loss, Stop, descend, method

ARTICLE = "-cos(pi*x/20)+x**2"
BANANA = "(1-x)**2 + 100*(y-x**2)**2"
BLOCK = 8192  # numbers that stay in the cache


def sine(x: np.ndarray, steps: int) -> None:
    """The sine of every number, as often as a walk has steps: in blocks, in place."""
    out = np.empty(BLOCK)
    for k in range(0, len(x), BLOCK):
        block = x[k : k + BLOCK]
        for _ in range(steps):
            np.sin(block, out=out[: len(block)])


def naive(x: np.ndarray, steps: int, lr: float = 1 / 64) -> np.ndarray:
    """gd over all starts by hand, as one line of numpy."""
    for _ in range(steps):
        x = x - lr * (np.pi / 20 * np.sin(np.pi * x / 20) + 2 * x)
    return x


def by_hand(start: float, steps: int, lr: float = 1 / 64) -> list[float]:
    """One gd as one writes it: a function of numpy and a loop, keeping the points and the values."""

    def loss(x: float) -> float:
        return -np.cos(np.pi * x / 20) + x**2

    def slope(x: float) -> float:
        return np.pi / 20 * np.sin(np.pi * x / 20) + 2 * x

    xs, x = [(start, loss(start))], start
    for _ in range(steps):
        x = x - lr * slope(x)
        xs.append((x, loss(x)))
    return [x for x, _ in xs]


def walk(loss: Loss, spec: str, x: np.ndarray, steps: int) -> None:
    """All starts together through the public way."""
    for _ in islice(method(spec).iterates(loss, x), steps):
        pass


def solves(loss: Loss, x: np.ndarray, steps: int) -> Callable[[], Any]:
    """numpy's batched `solve` of the same systems, alone."""
    g, h = loss.grad(x), loss.hess(x)

    def work() -> None:
        for _ in range(steps):
            np.linalg.solve(h, g[..., None])

    return work


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table."""
    many, steps = (10_000, 5) if quick else (1_000_000, 100)
    article, banana = Loss.parse(ARTICLE), Loss.parse(BANANA)
    x = np.linspace(-20, 20, many)
    plane = np.random.default_rng(0).uniform(-2, 2, (many // 10, 2))
    walk(article, "gd:lr=1/64", x[:10, None], 2)
    walk(banana, "newton", plane[:10], 2)
    alone = solves(banana, plane, steps // 5)

    def whole() -> None:
        with patch.object(symopt.program.evaluate, "CHUNK", many):
            walk(article, "gd:lr=1/64", x[:, None], steps)

    times = Times({
        "sine": lambda: cpu(lambda: sine(x, steps)),
        "gd": lambda: cpu(lambda: walk(article, "gd:lr=1/64", x[:, None], steps)),
        "gd by hand": lambda: cpu(lambda: naive(x, steps)),
        "gd, no chunks": lambda: cpu(whole),
        "solve": lambda: cpu(alone),
        "newton": lambda: cpu(lambda: walk(banana, "newton", plane, steps // 5)),
        "one": lambda: cpu(lambda: descend(article, "gd:lr=1/64", -20, Stop(100, gtol=0), [[-20, 20]]), 5),
        "one by hand": lambda: cpu(lambda: by_hand(-20.0, 100), 5),
    }, pairs)  # fmt: skip
    rows = [
        Row(f"{many:,} starts × {steps} steps of gd over the sine alone", times.ratio("gd", "sine"), "≤ 2.5"),
        Row("the same, written by hand in numpy, over the sine alone", times.ratio("gd by hand", "sine")),
        Row("newton, n = 2, over numpy's batched solve alone", times.ratio("newton", "solve"), "≤ 5"),
        Row("one descent of 100 steps, judged, over a loop by hand", times.ratio("one", "one by hand")),
        Row("earned: chunks that fit the cache", times.ratio("gd, no chunks", "gd"), "≥ 1.1"),
    ]
    return rows


def curves(quick: bool = False) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Seconds against starts (100 steps each) and against steps (one start)."""
    loss = Loss.parse(ARTICLE)
    starts: dict[str, list[tuple[float, float]]] = {"symopt": [], "a loop by hand, start by start": []}
    for many in (1, 10) if quick else (1, 10, 100, 1000, 10_000, 100_000, 1_000_000):
        x = np.linspace(-20, 20, many)
        jobs = {"symopt": lambda x=x: cpu(lambda: walk(loss, "gd:lr=1/64", x[:, None], 100))}
        if many <= 1000:
            jobs["a loop by hand, start by start"] = lambda x=x: cpu(lambda: [by_hand(start, 100) for start in x])
        times = Times(jobs, 3 if many < 100_000 and not quick else 1)
        for name in jobs:
            starts[name].append((many, times[name]))
    steps: dict[str, list[tuple[float, float]]] = {"symopt": [], "a loop by hand": []}
    for count in (10, 100) if quick else (10, 100, 1000, 10_000, 100_000):
        stop = Stop(count, gtol=0)
        jobs = {
            "symopt": lambda stop=stop: cpu(lambda: descend(loss, "gd:lr=1/64000", -20, stop, [[-20, 20]])),
            "a loop by hand": lambda count=count: cpu(lambda: by_hand(-20.0, count, 1 / 64000)),
        }
        times = Times(jobs, 1 if quick else 3)
        for name in jobs:
            steps[name].append((count, times[name]))
    return {"starts": starts, "steps": steps}

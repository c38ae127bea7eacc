"""How many digits are right: the largest relative errors of a loss's numbers and of its generated code.

usage: python -m benchmarks.digits

The corpus is compared with its published numbers, the forms that overflow or cancel with sixty digits; a gradient's or
a Hessian's error is that of its worst entry over its largest entry. Code is run as numpy by `exec`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from symopt import Loss, derive
from tests.kit import oracle
from tests.test_loss import KEPT

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "data" / "good.jsonl"
Case = tuple[Loss, np.ndarray, list[Any]]


def corpus() -> Iterator[Case]:
    """The corpus: loss, point, and [f, ∇f, ∇²f] there."""
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        loss = Loss.parse(row["expr"], variables=row["vars"])
        yield loss, np.array(row["point"], float), [row["f"], row["grad"], row["hess"]]


def kept() -> Iterator[Case]:
    """The forms that overflow or cancel as typed."""
    for text, places in KEPT.items():
        for x in places:
            exact = [
                oracle.value(text, ["x"], [x]),
                oracle.gradient(text, ["x"], [x]),
                oracle.hessian(text, ["x"], [x]),
            ]
            yield Loss.parse(text), np.array([x], float), exact


def loss_numbers(loss: Loss, x: np.ndarray) -> list[Any]:
    return [loss(x), loss.grad(x), loss.hess(x)]


def code_numbers(loss: Loss, x: np.ndarray) -> list[Any]:
    scope: dict[str, Any] = {}
    exec(compile(derive(loss, "numpy"), "<generated>", "exec"), scope)  # our own text
    at = x if loss.n > 1 else x[0]
    with np.errstate(all="ignore"):
        return [scope["f"](at), scope["df"](at), scope["ddf"](at)]


def errors(numbers: Callable[[Loss, np.ndarray], list[Any]], cases: Iterator[Case]) -> list[list[float]]:
    """The relative errors of f, ∇f and ∇²f, a list each; infinite where a number is none."""
    found: list[list[float]] = [[], [], []]
    for loss, x, exact in cases:
        for kept_errors, got, want in zip(found, numbers(loss, x), exact, strict=True):
            wanted = np.asarray(want, float).ravel()
            gap = float(np.max(np.abs(np.asarray(got, float).ravel() - wanted)))
            scale = float(np.max(np.abs(wanted)))
            kept_errors.append(_relative(gap, scale))
    return found


def _relative(gap: float, scale: float) -> float:
    if gap != gap:
        return math.inf
    return gap / scale if scale > 1e-300 else 0.0 if gap <= 1e-15 else math.inf


def main() -> None:
    print(f"{'':34} {'':>4} {'cases':>6} {'largest':>9} {'> 1e-12':>8} {'not a number':>13}")
    for name, cases in (("corpus", corpus), ("forms kept", kept)):
        for who, numbers in (("Loss", loss_numbers), ("derive --as numpy", code_numbers)):
            for what, found in zip(("f", "∇f", "∇²f"), errors(numbers, cases()), strict=True):
                finite = [e for e in found if math.isfinite(e)]
                print(f"{name + ', ' + who:34} {what:>4} {len(found):6} {max(finite):9.1e} "
                      f"{sum(e > 1e-12 for e in finite):8} {len(found) - len(finite):13}")  # fmt: skip


if __name__ == "__main__":
    main()

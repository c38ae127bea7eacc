"""The points of walks in lanes one after another, each with its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from symopt.methods import Rule
from symopt.methods.base import Method
from symopt.methods.rule import compiled_rule
from symopt.sweep.formula import ROWS, Lanes

Columns: TypeAlias = "np.ndarray | Sequence[np.ndarray]"
"""A vector of each lane: its coordinates, (M,) each."""


class Steps:
    """Walks of a method from x, (n, M), where the gradient is g. f, g: of the point that was last gone to."""

    def __init__(self, method: Method, lanes: Lanes, x: np.ndarray, g: Columns) -> None:
        self.lanes = lanes
        self.g: Columns = g
        self.f: np.ndarray | None = None
        point, slope = (each.T if len(x) <= ROWS else np.ascontiguousarray(each.T) for each in (x, np.stack([*g])))
        lanes.keep(point, slope)
        self.walk = method.iterates(lanes, point)

    def to(self, row: np.ndarray, valued: bool) -> bool:
        """Writes the next point into row, (n, M), if there is one. valued: whether f is asked too."""
        if (point := next(self.walk, None)) is None:
            return False
        row[...] = point.T
        self.f, slope = self.lanes.see(point, valued)
        self.g = slope.T
        return True


class Apart(Steps):
    """The same by a rule in which each coordinate's next value reads that coordinate alone: column by column.

    Nothing is put together and taken apart again between two steps; the operations are the same, to the last bit.
    """

    def __init__(self, method: Rule, lanes: Lanes, x: np.ndarray, g: Columns) -> None:
        self.lanes, self.g, self.x, self.t = lanes, g, x, 0
        self.f = None
        self.step = compiled_rule(method.text)
        self.values = {name: value[:, 0] if np.ndim(value) else value for name, value in method.values}
        self.state = [{name: np.zeros_like(each) for name in method.read.state} for each in x]

    def to(self, row: np.ndarray, valued: bool) -> bool:
        self.t += 1
        for i, x in enumerate(self.x):
            given: dict[str, Any] = {**self.values, "t": float(self.t), "epoch": float(self.t - 1), "x": x,
                                     "g": self.g[i]}  # fmt: skip
            row[i], self.state[i] = self.step(given, self.state[i])
        self.x = row
        self.f, self.g = self.lanes.columns_of(row, valued)
        return True


def steps(method: Method, lanes: Lanes, x: np.ndarray, g: Columns) -> Steps:
    """Walks from x, (n, M), where the gradient is g."""
    if isinstance(method, Rule) and method.read.apart and not (method.batch or lanes.formula.summed or len(x) > ROWS):
        return Apart(method, lanes, x, g)
    return Steps(method, lanes, x, g)

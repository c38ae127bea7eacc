"""What a reading of a file gives: a loss, and what is given for its derivatives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sympy import Expr

from symopt.checking.compare import Check
from symopt.checking.places import doubles
from symopt.checking.source.letters import Shape
from symopt.checking.source.results import Entry
from symopt.expression.guards import without_guards
from symopt.loss import Loss
from symopt.problem import Problem

NEAR = 1e-6


@dataclass(frozen=True)
class Read:
    """A loss of a file and what is given for its derivatives; count: of its variables, behind which its data stand.

    typed: the loss with what its code asks for besides. shapes: of the data. fixed: arrays by whose entries the file
    chooses, with the values that stand for them. walked: the functions that were used.
    any_length: whether the number of variables is a guess; loose: whether the code lets other numbers seem possible;
    guessed: whether it is the first with which all can be read. met: lengths of arrays that the one number has met;
    empty: whether a slice begins behind the last of the variables.
    """

    loss: Loss
    typed: Expr
    entries: list[Entry]
    remarks: list[str]
    count: int
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    fixed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    walked: Collection[str] = ()
    any_length: bool = False
    loose: bool = False
    guessed: bool = False
    met: Collection[int] = ()
    empty: bool = False

    def check(
        self, window: Any, seed: int, entries: Sequence[Entry] = (), signs: Mapping[int, int] | None = None
    ) -> Check:
        """entries: other ones than all; signs: of variables, as in `compare.Check`."""
        return Check(Problem.of(self.loss, window=window), entries or self.entries, seed, self.typed, signs or {})

    @property
    def plausible(self) -> bool:
        """Whether the first derivatives given are right in doubles at a few points: then these shapes are meant."""
        entries = [(index[0], without_guards(given)) for of, index, given in self.entries if of == "gradient"]
        symbols = [*self.loss.variables]
        compiled = doubles([given for _, given in entries], symbols)
        if compiled is None or not entries:
            return True
        points = np.random.default_rng(1).uniform(0.1, 1.5, (3, len(symbols))) * np.array([[1], [1], [-1]])
        told = np.array(compiled(points))
        right = self.loss.grad(points)[:, [k for k, _ in entries]].T
        with np.errstate(all="ignore"):
            gap = np.abs(told - right) / (1 + np.abs(right))
        return bool((gap[np.isfinite(gap)] < NEAR).all())

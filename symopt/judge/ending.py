"""How a walk ended: an outcome, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from symopt.judge.kind import kind_of
from symopt.judge.repeats import cycle, stalled
from symopt.judge.unfinished import remark
from symopt.loss import Loss
from symopt.methods import Method


class Outcome(Enum):
    """How a walk ended; the values are the sentences shown."""

    FLAT = "the gradient is zero to the tolerance"
    CYCLE = "the points repeat for ever"
    STALLED = "the steps are below rounding"
    EXHAUSTED = "all steps were used"
    RAN_AWAY = "the points ran away"
    LEFT_DOMAIN = "f is not defined at the next point"
    NO_STEP = "the method has no next point"


@dataclass(frozen=True)
class Judgement:
    """How a walk ended: the outcome, what its flat point is, the period of a cycle, a remark on an unfinished walk.

    remark: a row of `sentences.REMARKS`. reason: what tells rows of one kind or outcome apart in `sentences.ENDS`.
    more: the numbers that those rows name, as text.
    """

    outcome: Outcome
    kind: str | None = None
    period: int | None = None
    remark: str = ""
    reason: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The row of `sentences.ENDS`."""
        return f"{self.kind or self.outcome.name.lower()} {self.reason}".strip()


def judge(
    loss: Loss, method: Method, window: np.ndarray, xs: np.ndarray, fs: np.ndarray, grads: np.ndarray, ended: Outcome
) -> Judgement:
    """What a walk came to.

    method: who made it, every parameter resolved. window: (n, 2). xs, fs, grads: (K+1, n), (K+1,), (K+1, n).
    ended: what the loop saw: FLAT, RAN_AWAY, LEFT_DOMAIN, NO_STEP, or EXHAUSTED where all steps were used.
    """
    scale = float(max(np.ptp(window, axis=1).max() / 2, np.abs(xs[-1]).max()))
    if ended is Outcome.FLAT:
        return Judgement(ended, kind_of(loss, xs[-1], scale))
    if ended is not Outcome.EXHAUSTED:
        return Judgement(ended)
    if stalled(xs):
        return Judgement(Outcome.STALLED)
    if method.memoryless and (period := cycle(xs, scale)):
        return Judgement(Outcome.CYCLE, period=period)
    chance = method.stochastic or "noise" in method.formula
    word, numbers = remark(xs, fs, grads, window, method.memoryless, chance)
    return Judgement(ended, remark=word, more=numbers)

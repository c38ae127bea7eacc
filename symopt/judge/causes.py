"""What is known for certain of why a walk ended as it did: names of rows of `reasons`, with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from symopt.judge.digits import shown
from symopt.judge.ending import Judgement, Outcome
from symopt.judge.flat import reach
from symopt.judge.pace import NARROW, SHORT, Said, along, bounded, chance, percent
from symopt.judge.spectra import LONG, MANY, SURE, below, divides, eigenvalues
from symopt.loss import Loss
from symopt.methods import Method

CRAWL, LITTLE = 0.01, 0.01
"""The share of what is looked at below which steps are short, and that of the fall of f."""
FOLLOWED = 20
"""Steps from which on a way along a valley is told."""
TINY = 1e-12
"""Of what is looked at: below, rounding may have made it."""
OVER = ("oscillating", "oscillating ever wider", "oscillating without closing in", "bounded, no limit seen (chaos)",
        "closing in on a {period}-cycle", "no trend seen")  # fmt: skip
WAVES = (*OVER, "oscillating and closing in", "oscillating and closing in, by {factor} a step", "descending in waves")
CLOSING = ("still descending", "creeping", "closing in", "closing in, by {factor} a step")


class Causes:
    """What is asked of a walk; in many variables no eigenvalues, only bounds of them."""

    def __init__(
        self, loss: Loss, method: Method, judged: Judgement, window: np.ndarray, xs: np.ndarray, grads: np.ndarray,
        directions: np.ndarray, end: str,
    ) -> None:  # fmt: skip
        self.loss, self.method, self.judged, self.window, self.end = loss, method, judged, window, end
        self.xs, self.grads, self.directions = xs, grads, directions
        self.steps = len(xs) - 1
        formula = re.sub(r"\s", "", method.formula)
        rate = method.parameters.get("lr")
        steepest = formula == "x-lr*g" and isinstance(rate, int | float)
        self.rate = float(rate) if steepest and rate else 0.0
        self.lr = 0.0 if method.stochastic else self.rate
        batch = method.parameters.get("batch")
        self.batch = batch if self.rate and isinstance(batch, int) else 0
        self.divides = divides(method)
        self.seeks = bool(re.fullmatch(r"x-(\w+\*)?(g/h|h\^-1\*?g)", formula)) and not method.stochastic
        self.turns = "/(abs(h)" in formula
        speed = method.parameters.get("beta")
        self.beta = speed if "v=beta*v+g" in formula and isinstance(speed, int | float) else None
        self.one = loss.n == 1

    def said(self) -> Iterator[Said]:
        """True statements, the one that tells most first."""
        judged, outcome = self.judged, self.judged.outcome
        if outcome is Outcome.LEFT_DOMAIN:
            if not judged.reason and self.end:
                yield "no value", {"at": self.end}
            return
        if outcome is Outcome.NO_STEP:
            if judged.reason in ("zero", "lost"):
                yield "divides", {"bend": self.bend}
            return
        if outcome is Outcome.FLAT and not self.steps and not self.grads[-1].any():
            yield "still", {"slope": "f′" if self.one else "∇f"}
            return
        if judged.reason == "kink":
            yield "corner", {"at": self.end, **judged.more}
            return
        if "rate" in judged.more and self.one and judged.more["rate"] and judged.kind in ("inflection", "degenerate"):
            yield "multiple", {"bend": "f″", "rate": judged.more["rate"]}
        few = self.loss.n <= MANY
        if self.lr and not self.one and few and (judged.kind == "minimum" or judged.remark in CLOSING):
            settled = judged.kind == "minimum"
            yield from (s for s in along(self.loss, self.lr, self.xs, self.grads) if "valley" in s[0] or not settled)
        if self.batch and few and outcome is Outcome.EXHAUSTED:
            yield from chance(self.loss, self.rate, self.batch, self.xs[-1], self.grads[-1])
        if judged.remark in CLOSING[:2] and self.loss.n > 2:
            yield from self._slow()
        if self.seeks and few and judged.kind in ("saddle", "maximum") and not self.one:
            yield from self._sought()
        if self.lr:
            if few:
                yield from self._steepest()
            elif outcome is Outcome.FLAT and judged.kind == "minimum" and not judged.reason:
                yield from bounded(self.loss, self.lr, self.xs[-1])
        if (self.divides or self.turns) and few:
            yield from self._models()
        if self.beta and (self.directions > 0).any() and (outcome is Outcome.FLAT or judged.remark in WAVES):
            yield "swings", {"beta": f"{self.beta:g}"}
        away = outcome is Outcome.RAN_AWAY or judged.remark == "moving off"
        if away and (self.directions < 0).all():
            yield "fell", {}
        if outcome is Outcome.FLAT and few:
            yield from self._place()
        if outcome is Outcome.EXHAUSTED and judged.remark in CLOSING and few:
            least, most = eigenvalues(self.loss, self.xs[-1:])[0][[0, -1]]
            if not self.one and most > NARROW * abs(least):
                yield "valley", {"least": shown(least), "most": shown(most)}
            step = float(np.linalg.norm(self.xs[-1] - self.xs[-2])) if self.steps else np.inf
            if step < CRAWL * reach(self.window, self.xs[-1]):
                first = float(np.linalg.norm(self.xs[1] - self.xs[0]))
                told = {"step": shown(step, 2), "first": shown(first, 2), "slope": "|f′|" if self.one else "‖∇f‖"}
                yield "crawls by slope" if self.lr else "crawls", told

    @property
    def bend(self) -> str:
        return "f″" if self.one else "det ∇²f"

    def at(self, x: np.ndarray) -> str:
        size = TINY * reach(self.window, x)
        numbers = ", ".join(shown(value if abs(value) > size else 0.0, 4) for value in x[:4])
        return f"{self.loss.names[0]} = {numbers}" if self.one else f"({numbers}{', …' * (len(x) > 4)})"

    def _slow(self) -> Iterator[Said]:
        """Of a walk that is not at its end: how little of its fall was in the last tenth of its steps."""
        steps = self.steps // 10
        if not steps:
            return
        first, before, last = (float(self.loss(self.xs[k])) for k in (0, -1 - steps, -1))
        fall, way = before - last, first - last
        if 0 < fall < LITTLE * way:
            numbers = {"fall": shown(fall), "share": percent(fall / way), "steps": str(steps)}
            if self.loss.n <= MANY:
                least, most = eigenvalues(self.loss, self.xs[-1:])[0][[0, -1]]
                if most > NARROW * abs(least):
                    yield "slow valley", numbers | {"least": shown(least), "most": shown(most)}
            yield "slow", numbers

    def _steepest(self) -> Iterator[Said]:
        """Of x − lr·∇f: how lr stands to f″."""
        judged, outcome = self.judged, self.judged.outcome
        least, most = eigenvalues(self.loss, self.xs[-1:])[0][[0, -1]]
        unsettled = outcome in (Outcome.CYCLE, Outcome.RAN_AWAY) or judged.remark in OVER
        if self.one and unsettled:
            yield from self._across()
        if not self.one and unsettled:
            q = self.lr * float(eigenvalues(self.loss, self.xs[:1])[0, -1])
            if q > 2:
                yield "overshoots far", {"q": shown(q)}
        if outcome is Outcome.FLAT and judged.kind == "minimum" and not judged.reason and least > 0:
            q = self.lr * float(most)
            if not self.one and most > NARROW * least:
                yield self._valley(least, most)
            elif q < 2:
                yield "shrinks" if self.one else "shrinks all", {"q": shown(q)}
        if outcome is Outcome.EXHAUSTED and judged.remark in CLOSING and least > 0:
            q = self.lr * float(most)
            if self.one and q < SHORT:
                yield "short", {"q": shown(q), "share": f"{100 * q:.2g} %"}

    def _sought(self) -> Iterator[Said]:
        """Of a step to where the slope of its model is zero, at a saddle or a maximum: the curvatures there."""
        values = eigenvalues(self.loss, self.xs[-1:])[0]
        if values[0] < -SURE * np.abs(values).max():
            yield "seeks", {"least": shown(values[0]), "most": shown(values[-1])}

    def _valley(self, least: float, most: float) -> Said:
        """Of a minimum in a narrow valley: how the walk came along it."""
        told = {"least": shown(least), "most": shown(most)}
        if self.steps < FOLLOWED:
            return "valley", told
        lengths = self.lengths
        return "followed", {**told, "step": shown(np.median(lengths), 2), "way": shown(lengths.sum())}

    @property
    def lengths(self) -> np.ndarray:
        return np.asarray(np.linalg.norm(np.diff(self.xs, axis=0), axis=1))

    def _across(self) -> Iterator[Said]:
        """What lies between the last two points between which f′ turns from falling to rising."""
        slopes, xs = self.grads[:, 0], self.xs[:, 0]
        turned = np.flatnonzero(slopes[1:] * slopes[:-1] < 0)
        if not turned.size:
            return
        k = turned[-1]
        (a, low), (b, high) = sorted([(float(xs[k]), float(slopes[k])), (float(xs[k + 1]), float(slopes[k + 1]))])
        if not (np.isfinite([a, b, low, high]).all() and low < 0 < high):
            return
        size = max(-low, high)
        for _ in range(80):
            middle = (a + b) / 2
            if not a < middle < b:
                break
            slope = float(self.loss.grad(np.array([middle]))[0])
            if not np.isfinite(slope):
                return
            if slope == 0:
                a, b, low, high = middle, middle, 0.0, 0.0
                break
            a, b, low, high = (middle, b, slope, high) if slope < 0 else (a, middle, low, slope)
        if high - low > 1e8 * size:
            return
        if low < 0 < high and high - low > SURE * size:
            yield "corner between", {"at": self.at(np.array([a])), "left": shown(low), "right": shown(high)}
            return
        q = self.lr * float(self.loss.hess(np.array([b]))[0, 0])
        at = {"at": self.at(np.array([b]))}
        if q > 2 * (1 + SURE):
            yield "overshoots", {"q": shown(q, 3 if q > 2.01 else 6), **at}
        ends = xs[-1] - b, xs[-2] - b
        repeats = self.judged.outcome is Outcome.CYCLE
        if repeats and abs(q - 2) <= 2 * SURE and abs(sum(ends)) <= SURE * abs(ends[0]):
            yield "mirrors", at

    def _models(self) -> Iterator[Said]:
        """Of steps that divide by H: whether their models have a lowest point."""
        if self.steps > LONG:
            return
        found = eigenvalues(self.loss, self.xs[: max(self.steps, 1)])
        bent = below(found)
        later = bent.size and bent[0] > 0
        if self.turns:
            if bent.size:
                numbers = {"least": shown(found[bent[0], 0]), "k": str(bent[0])}
                yield "turned later" if later else "turned", numbers
        elif bent.size:
            numbers = {"least": shown(found[bent[0], 0]), "k": str(bent[0])}
            longest = int(self.lengths.argmax()) if self.steps else 0
            if later and not self.one and longest in bent:
                least, step = shown(found[longest, 0]), shown(self.lengths[longest])
                yield "bent longest", {"least": least, "k": str(longest), "step": step}
            yield ("down" if self.one else "bent") + " later" * bool(later), numbers
        elif self.judged.kind == "minimum" and (found[:, 0] > 0).all():
            yield "up" if self.one else "bowls", {}
        elif self.one and self.judged.outcome is Outcome.RAN_AWAY and self.steps > 1:
            bends, steps = found[:, 0], np.abs(np.diff(self.xs[:, 0]))
            if (bends[:-1] > bends[1:]).all() and (steps[:-1] < steps[1:]).all():
                yield "flattens", {"first": shown(bends[0]), "last": shown(bends[-1])}

    def _place(self) -> Iterator[Said]:
        """Of a flat point: what its second derivatives are."""
        values = eigenvalues(self.loss, self.xs[-1:])[0]
        if not np.isfinite(values).all() or self.judged.reason not in ("", "valley"):
            return
        least, most = float(values[0]), float(values[-1])
        told = {"least": shown(least), "most": shown(most)}
        size = SURE * max(abs(least), abs(most))
        kind = self.judged.kind
        if self.one:
            if kind == "minimum" and least > 0:
                yield "convex", told
            if kind == "maximum" and least < 0:
                yield "concave", told
        elif kind == "minimum" and least > size:
            falls = self.method.descends and not (self.directions > 0).any()
            bowl = "falls" if falls else "bowl"
            yield self._valley(least, most) if most > NARROW * least else (bowl, told)
        elif kind == "maximum" and most < -size:
            yield "dome", told
        elif kind == "saddle" and least < -size and most > size:
            yield "pass", told
        elif kind == "degenerate" and self.judged.reason == "valley" and abs(least) <= size < most:
            yield "trough", {**told, "least": "0"}

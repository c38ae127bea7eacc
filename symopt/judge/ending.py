"""How a walk ended: an outcome, and what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

import numpy as np
from mpmath import isfinite, norm, nstr

from symopt.balls.digits import number
from symopt.judge.digits import shown
from symopt.judge.flat import reach
from symopt.judge.hovering import hovering
from symopt.judge.place import Place
from symopt.judge.repeats import cycle, shaken, stalled
from symopt.judge.sentences import HOVERING
from symopt.judge.thinned import Thinned
from symopt.judge.unfinished import remark, steps_of
from symopt.loss import Loss
from symopt.methods import Method
from symopt.methods.factor import LARGE, Factor
from symopt.special import Beyond

EPS = float(np.finfo(float).eps)
FALLING = "still descending"
STEADY = (FALLING, "creeping", "closing in", "climbing", "moving off", "descending in waves")
UNKNOWN, CHAOS = "no trend seen", "bounded, no limit seen (chaos)"
GIVEN = "given"
"""The reason of what is said of a path that somebody else made, and of no method."""


class Outcome(Enum):
    """How a walk ended; the values are the sentences shown.

    >>> symopt.descend("x**2", "gd:lr=1", 1.0).outcome
    <Outcome.CYCLE: 'the points repeat for ever'>
    >>> symopt.Outcome.CYCLE.value
    'the points repeat for ever'
    """

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
    more: the numbers that those rows name, as text. place: of a FLAT walk, the critical point and what it is.
    """

    outcome: Outcome
    kind: str | None = None
    period: int | None = None
    remark: str = ""
    reason: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None

    @property
    def word(self) -> str:
        """The row of `sentences.ENDS`."""
        return f"{self.kind or self.outcome.name.lower()} {self.reason}".strip()


@np.errstate(all="ignore")
def judge(
    loss: Loss,
    method: Method,
    window: np.ndarray,
    xs: np.ndarray,
    fs: np.ndarray,
    grads: np.ndarray,
    ended: Outcome,
    again: Callable[[np.ndarray], Iterator[np.ndarray]],
    place: Place | None = None,
    thinned: Thinned | None = None,
) -> Judgement:
    """What a walk came to.

    method: who made it, every parameter resolved. window: (n, 2). xs, fs, grads: (K+1, n), (K+1,), (K+1, n).
    ended: what the loop saw: FLAT (with its place), RAN_AWAY, LEFT_DOMAIN, NO_STEP, STALLED where a method that
    descends stays where it is, or EXHAUSTED where all steps were used. again: the points that the method makes from
    another start. thinned: of a walk whose points are not all kept, what is; xs and grads are (M, n) then.
    """
    if ended is Outcome.FLAT:
        assert place is not None
        more = {**place.more, **approach(xs if thinned is None else thinned.tail, place)}
        if place.kind == "plateau" and not grads[-1].any():
            more["slope"] = exact_slope(loss, xs[-1])
        return Judgement(ended, place.kind, reason=place.reason, more=more, place=place)
    if ended is Outcome.NO_STEP:
        reason, more = (GIVEN, {}) if method.given else why_no_step(loss, method, xs[-1], grads[-1])
        return Judgement(ended, reason=reason, more=more)
    if ended is Outcome.LEFT_DOMAIN:
        return Judgement(ended, reason=why_left(loss, xs[-1]))
    if ended is Outcome.STALLED:
        return Judgement(ended, reason="search")
    if ended is not Outcome.EXHAUSTED:
        return Judgement(ended)
    if thinned is not None:
        return unfinished(method, window, fs, thinned)
    chance = method.stochastic  # terms that are flat here may be drawn for a while
    if not chance and stalled(xs, reach(window, xs[-1])):
        return Judgement(Outcome.STALLED)
    if (method.memoryless or method.given) and (period := cycle(xs, reach(window, xs[-1]))):
        return Judgement(Outcome.CYCLE, period=period, reason=GIVEN * method.given)
    if chance and (heights := hovering(xs, fs)) and method.lasts(len(fs) - 1):
        return Judgement(ended, remark=HOVERING, more=heights)
    word, numbers = remark(xs, fs, steps_of(xs, fs, grads), window, method.memoryless, chance, method.descends)
    falls = method.descends and word == FALLING  # wherever it goes
    sure = chance or method.given or falls or word in ("", UNKNOWN, CHAOS)
    if not sure and shaken(xs, again, reach(window, xs[-1])):
        return Judgement(Outcome.EXHAUSTED, remark=UNKNOWN)
    return Judgement(ended, remark=word, more=numbers)


def unfinished(method: Method, window: np.ndarray, fs: np.ndarray, kept: Thinned) -> Judgement:
    """What a walk came to that used all its steps and was thinned: from its last points and what is traced of all.

    Whether rounding decides where it goes is not tried by a second walk, so that no word is said which that could
    change.
    """
    chance = method.stochastic
    if not chance and stalled(kept.tail, reach(window, kept.tail[-1])):
        return Judgement(Outcome.STALLED)
    scale = reach(kept.window, kept.traced[-1])
    repeats = method.memoryless or method.given
    if repeats and (period := cycle(kept.traced, scale)) and period < len(kept.tail):
        apart = np.abs(kept.tail[-1] - kept.tail[-1 - period]).max()
        if apart <= 64 * EPS * np.abs(kept.tail).max():
            return Judgement(Outcome.CYCLE, period=period, reason=GIVEN * method.given)
    if chance and (heights := hovering(kept.traced, fs)) and method.lasts(len(fs) - 1):
        return Judgement(Outcome.EXHAUSTED, remark=HOVERING, more=heights)
    word, numbers = remark(kept.traced, fs, kept.steps, kept.window, method.memoryless, chance, method.descends)
    return Judgement(Outcome.EXHAUSTED, remark=word if word in STEADY else UNKNOWN * bool(word), more=numbers)


def approach(xs: np.ndarray, place: Place) -> dict[str, str]:
    """How a walk closed in on a multiple critical point: the share of the way that each step left, from its last steps.

    Empty for a simple one, and where the shares are not steady; no share where they grow towards 1.
    """
    if place.at is None or place.power <= 1.1 or len(xs) < 5:
        return {}
    away = np.linalg.norm(xs[-5:] - place.at, axis=1)
    if not (away[:-1] > 0).all() or not (away[1:] < away[:-1]).all():
        return {}
    shares = away[1:] / away[:-1]
    if shares[-1] > 0.98 and (np.diff(shares) > 0).all():
        return {"rate": "", "gap": f"{away[-1]:.2g}"}
    if np.ptp(shares) > 0.01 or shares[-1] > 0.98:
        return {}
    simple = Fraction(float(shares[-1])).limit_denominator(12)
    near = abs(float(simple) - shares[-1]) < 2e-3
    return {"rate": str(simple) if near else f"{shares[-1]:.3g}", "gap": f"{away[-1]:.2g}"}


def why_no_step(loss: Loss, method: Method, x: np.ndarray, slope: np.ndarray) -> tuple[str, dict[str, str]]:
    """(reason, numbers) why a formula that divides by the second derivatives gives no point; empty if unknown."""
    if not np.isfinite(slope).all():
        return "slope", {}
    if not re.search(r"/\s*h\b", method.formula):
        return "", {}
    if loss.n > 1:
        known = Factor(loss.hess_parts(x)).finite if loss.n > LARGE else np.isfinite(loss.hess(x)).all()
        return ("zero", {"bend": "det ∇²f"}) if known else ("", {})
    if not np.isfinite(bend := loss.hess(x)).all():
        return "", {}
    if bend[0, 0] != 0:
        return "far", {"bend": "f″", "size": shown(bend[0, 0])}
    try:
        exact = (loss.in_digits.hess([number(x[0])]) or {}).get((0, 0), 0)
    except (Beyond, ValueError, OverflowError):
        exact = 0
    if exact == 0:
        return "zero", {"bend": "f″"}
    return "lost", {"bend": "f″", "size": nstr(exact, 3).replace("-", "−")}


def exact_slope(loss: Loss, x: np.ndarray) -> str:
    """‖∇f‖ at x as text, where it is too small for a float or lost in rounding."""
    try:
        return nstr(norm(loss.in_digits.grad([number(c) for c in x])), 3).replace("-", "−")
    except (Beyond, ValueError, OverflowError):
        return "0"


def why_left(loss: Loss, x: np.ndarray) -> str:
    """overflow where f has a value at x that, or on the way to which, a number is too large for a float; else empty.

    unknown where a number on the way is too large for anything.
    """
    if loss.unwritten:
        return "overflow" if np.isinf(loss(x)) else ""
    place = [number(c) for c in x]
    try:
        if isfinite(loss.in_digits.value(place, 60)):
            return "overflow"
        return "unknown" if loss.in_digits.exceeds(place) else ""
    except Beyond:
        return "overflow"
    except (ValueError, OverflowError):
        return ""

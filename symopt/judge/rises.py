"""Where f rose: the one rule behind marks, tables, sentences and the page.

A step raised f if its value in floating point grew by more than rounding may do; where rounding hides what it did, the
two values are compared in more digits, as long as that is cheap, and by the slopes where it is not. A change below a
unit in the last place of f is none.
"""

from __future__ import annotations

import numpy as np

from symopt.balls.digits import number
from symopt.loss import Loss
from symopt.special import Beyond

EPS = float(np.finfo(float).eps)
BUDGET = 60_000
"""Operations that may be spent on more digits for one walk."""
LADDER = (40, 80, 160)


def noise(loss: Loss, xs: np.ndarray, fs: np.ndarray) -> np.ndarray:
    """How far rounding may move the numbers fs at xs: (k, n), (k,) → (k,)."""
    with np.errstate(all="ignore"):
        return np.asarray(np.fmax(EPS * np.abs(fs), loss.rounding(xs)))


def above(loss: Loss, xs: np.ndarray, fs: np.ndarray) -> bool:
    """Whether the second of two points lies higher, beyond rounding."""
    return bool(fs[1] - fs[0] > noise(loss, xs, fs).sum())


def directions(loss: Loss, xs: np.ndarray, fs: np.ndarray, grads: np.ndarray) -> np.ndarray:
    """What each step did to f, (K+1, n), (K+1,), (K+1, n) → (K,): 1 rose, −1 fell, 0 neither or not known."""
    with np.errstate(all="ignore"):
        rise = np.diff(fs)
        off = noise(loss, xs, fs)
        hidden = np.abs(rise) <= off[1:] + off[:-1]
        along = ((grads[:-1] + grads[1:]) * np.diff(xs, axis=0)).sum(axis=-1)
    still = (xs[1:] == xs[:-1]).all(axis=1)
    signs = np.where(np.isnan(rise) | still, 0, np.sign(rise)).astype(int)
    hidden &= ~still
    places = np.flatnonzero(hidden)
    digits = places.size and not loss.unwritten
    exact = places[max(0, len(places) - BUDGET // loss.in_digits.value_of.cost) :] if digits else places[:0]
    signs[hidden] = np.sign(np.where(np.isfinite(along), along, 0))[hidden].astype(int)
    for k in exact:
        sign = _compared(loss, xs[k], xs[k + 1], int(signs[k]))
        signs[k] = (
            sign if sign * np.sign(rise[k]) >= 0 else 0
        )  # where the numbers shown say the opposite nothing is said
    return signs


def _compared(loss: Loss, before: np.ndarray, after: np.ndarray, otherwise: int) -> int:
    """The sign of f(after) − f(before), from as many digits as it takes."""
    points = [[number(c) for c in x] for x in (before, after)]
    try:
        for digits in LADDER:
            first, second = (loss.in_digits.value(x, digits) for x in points)
            size = max(abs(first), abs(second))
            if abs(second - first) > size * number(10) ** (5 - digits):
                rounding = abs(second - first) <= EPS * size
                return 0 if rounding else 1 if second > first else -1
    except (Beyond, ValueError, OverflowError):
        return otherwise
    return 0

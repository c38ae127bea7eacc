"""What a walk that used all its steps was doing, judged from the whole walk.

Every rule compares the walk with itself, in four quarters of as many steps each, the first up to three steps left
out: how far each coordinate ranged and how long its path was, the largest ‖∇f‖, the highest and lowest f. Nothing
depends on the units of x and f. What each word promises of a longer walk stands in docs/words.md, and
tests/judge/test_unfinished.py holds it to that.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from symopt.judge.repeats import near_cycle
from symopt.judge.sentences import REMARKS
from symopt.methods.linear import dot, norm

EPS = float(np.finfo(float).eps)
FEW = 8  # steps below which there are no quarters to compare
MANY = 100  # steps from which on a walk without a limit is told from one that has not found it yet
PAIRS = 400  # neighbours that are looked at


class Steps(NamedTuple):
    """What is looked at in each of K steps: (K, n) moves, their lengths, ‖∇f‖ where they lead, how f changed.

    ahead, along: ∇f·step, with the gradient where the step leads and where it begins. turned: (K-1,), the product of
    each step with the one before.
    """

    moves: np.ndarray
    lengths: np.ndarray
    slopes: np.ndarray
    rises: np.ndarray
    falls: np.ndarray
    ahead: np.ndarray
    along: np.ndarray
    turned: np.ndarray


class Quarters(NamedTuple):
    """What is compared between the quarters: (4, n) ranges and paths of the coordinates, the rest (4,).

    tops: the largest ‖∇f‖. high, low: of f. waves: how often f turns from falling to rising.
    """

    ranges: np.ndarray
    paths: np.ndarray
    tops: np.ndarray
    high: np.ndarray
    low: np.ndarray
    waves: np.ndarray


def remark(
    xs: np.ndarray, fs: np.ndarray, s: Steps, window: np.ndarray, memoryless: bool, chance: bool, descends: bool = False
) -> tuple[str, dict[str, str]]:
    """What an unfinished walk of K steps was doing: (K+1, n), (K+1,), its steps → a row of REMARKS and its numbers.

    window: (n, 2). memoryless: whether the next point is a function of the point alone; chance: whether it is drawn;
    descends: whether the method lets f rise nowhere.
    """
    K = len(fs) - 1
    if K < 3:
        return "", {}
    if K < FEW:
        return ("no trend seen" if chance else _few(s, memoryless, descends)), {}
    first = K % 4  # so that no word hangs on what is left of K
    xs, fs, s, K = xs[first:], fs[first:], Steps(*(each[first:] for each in s)), K - first
    q = _quarters(xs, fs, s)
    if chance:
        slows = q.high[2] - q.high[3] <= 0.5 * (q.high[1] - q.high[2])
        down = "descending in waves" if s.rises.mean() > 0.02 else "still descending"
        return (down if _far_below(q, 0) and not slows else "no trend seen"), {}
    width = float(np.ptp(window, axis=1).max())
    if memoryless and (period := near_cycle(xs, width)):
        return "closing in on a {period}-cycle", {"period": str(period)}
    if memoryless and xs.shape[1] <= 2 and K >= MANY and _chaotic(xs, s, q):
        return "bounded, no limit seen (chaos)", {}
    turning = float((s.turned[K // 3 :] < 0).mean())
    word = _leaving(xs, q, window) or (
        _swinging(xs, s, q, memoryless) or "oscillating"
        if turning > 0.8
        else _steady(fs, s, q, memoryless, descends, turning, width)
        or (_swinging(xs, s, q, False) if q.waves[1:].min() >= 2 else "")
        or _waving(fs, q, memoryless)
        or "no trend seen"
    )
    rated = f"{word}, by {{factor}} a step"
    if memoryless and rated in REMARKS and (factor := _factor(q.paths if word == "closing in" else q.ranges, K)):
        return rated, {"factor": factor}
    return word, {}


def steps_of(xs: np.ndarray, fs: np.ndarray, grads: np.ndarray) -> Steps:
    moves, slopes, change = np.diff(xs, axis=0), norm(grads), np.diff(fs)
    rounding = 4 * EPS * np.maximum(np.abs(fs[1:]), np.abs(fs[:-1]))
    return Steps(
        moves, norm(moves), slopes[1:], change > rounding, change < -rounding,
        dot(grads[1:], moves), dot(grads[:-1], moves), dot(moves[1:], moves[:-1]),
    )  # fmt: skip


def _quarters(xs: np.ndarray, fs: np.ndarray, s: Steps) -> Quarters:
    K = len(fs) - 1
    parts = [slice(K // 4 * i, K // 4 * (i + 1)) for i in range(4)]
    after, values = xs[1:], fs[1:]
    waves = [(s.rises[p][1:] & ~s.rises[p][:-1]).sum() for p in parts]
    return Quarters(
        np.array([np.ptp(after[p], axis=0) for p in parts]), np.array([np.abs(s.moves[p]).sum(axis=0) for p in parts]),
        np.array([s.slopes[p].max() for p in parts]), np.array([values[p].max() for p in parts]),
        np.array([values[p].min() for p in parts]), np.array(waves),
    )  # fmt: skip


def _few(s: Steps, memoryless: bool, descends: bool) -> str:
    """The word for a walk too short for quarters: only what every step of it says."""
    sizes = np.abs(s.moves)
    if memoryless and (sizes[1:] < 0.6 * sizes[:-1]).all() and (s.slopes[1:] < 0.9 * s.slopes[:-1]).all():
        return "closing in"
    steep = s.slopes[-1] > 0.5 * s.slopes.max() or (memoryless and (np.diff(s.lengths) <= 0).all())
    if s.falls.all() and (descends or ((s.ahead < 0).all() and steep)):
        return "still descending"
    if s.rises.all() and (s.along > 0).all() and (s.ahead > 0).all():
        return "climbing"
    return "no trend seen"


def _leaving(xs: np.ndarray, q: Quarters, window: np.ndarray) -> str:
    """Beyond the window by more than its width, on one side, and going on with steps that do not get shorter."""
    side = xs[-1] - window.mean(axis=1)
    out = np.abs(side) - np.ptp(window, axis=1) * 1.5
    i = int(out.argmax())
    goes = out[i] > 0 and (np.diff(xs[len(xs) // 2 :, i]) * side[i] >= 0).all()
    return "moving off" if goes and (np.diff(q.paths[1:, i]) >= 0).all() else ""


def _steady(
    fs: np.ndarray, s: Steps, q: Quarters, memoryless: bool, descends: bool, turning: float, width: float
) -> str:
    """Where f goes one way in nearly every step."""
    K = len(s.lengths)
    down, up = (float(moved[K // 4 :].mean()) for moved in (s.falls, s.rises))
    if min(down, up) > 0.02:
        return ""
    if _shrink(q.paths, *((0.7, 0.85) if memoryless else (0.4, 1.0))) and q.tops[3] < 0.9 * q.tops[2]:
        return "closing in"
    if s.falls[K // 2 :].any() and up <= 0.02 and fs[-1] <= fs[0]:
        crossed = s.ahead[-1] > 0 and turning < 0.3
        if descends or (not crossed and (memoryless or K >= 30 or _heading(s))):
            small = q.paths.sum(axis=0).max() < 0.01 * width
            return "creeping" if small and q.paths[3].max() > 0.9 * q.paths[1].max() else "still descending"
    if memoryless and s.rises[K // 2 :].any() and down <= 0.02 and (s.along[K // 2 :] > 0).mean() > 0.9:
        return "climbing"
    return ""


def _heading(s: Steps) -> bool:
    """Whether a walk with speed is far from turning: on steep ground, or held back as if it had no speed."""
    K = len(s.lengths)
    then = 3 * K // 4
    if not (s.ahead[then:] < 0).all():
        return False
    if s.slopes[-1] > 0.5 * s.slopes.max():
        return True
    return bool(
        s.lengths[-1] * s.slopes[then] < 1.1 * s.lengths[then] * s.slopes[-1] and s.lengths[-1] < s.lengths[then]
    )


def _swinging(xs: np.ndarray, s: Steps, q: Quarters, memoryless: bool) -> str:
    """Where the walk turns back again and again: whether its swings narrow, widen or stay."""
    K = len(s.lengths)
    zero, one, two, three = (float(ranged.max()) for ranged in q.ranges)
    even = _even(zero, one, two, three)
    if three < two < one and q.tops[3] < q.tops[2] and (memoryless or three < 0.6 * two < 0.48 * one):
        straight = np.abs(xs[-1] - xs[K // 2]) > 0.8 * (q.paths[2] + q.paths[3])
        with np.errstate(all="ignore"):
            share = q.paths[3] / q.paths[2]
            to_go = np.where(straight, q.paths[3] * share / (1 - share), 0.0)  # of a coordinate that does not swing
        near = ((to_go >= 0) & (to_go <= 2 * three)).all() and (three < 0.9 * two or even)
        if near and _shrink(q.ranges, 1.0, 0.95 if three > 0.7 * two else 0.8):
            return "oscillating and closing in"
    grows = three > two > one > zero > 0 and q.tops[3] > q.tops[2] > q.tops[1]
    grows = grows and math.log(three / two) >= 0.9 * math.log(two / one) >= 0.81 * math.log(one / zero)
    if grows and ((three > 1.2 * two and (memoryless or K >= 30)) or (memoryless and even)):
        return "oscillating ever wider"
    if max(one, two, three) < 1.05 * min(one, two, three):
        parts = [xs[1:][K // 4 * i : K // 4 * (i + 1)].mean(axis=0) for i in (1, 2, 3)]
        if max(float(np.abs(parts[2] - mean).max()) for mean in parts) < 0.1 * three:
            return "oscillating without closing in"
    return ""


def _waving(fs: np.ndarray, q: Quarters, memoryless: bool) -> str:
    """Where f goes up and down: whether its heights come down."""
    if _shrink(q.ranges, 0.5, 0.7) and q.tops[3] < 0.7 * q.tops[2] < 0.49 * q.tops[1] and q.waves[2:].any():
        return "oscillating and closing in"
    if fs[-1] <= fs[0] and _far_below(q, 1) and (memoryless or q.waves[2:].min() >= 1):
        return "descending in waves"
    above = (q.high - fs.min())[:, None]
    if len(fs) > 30 and not memoryless and _shrink(above, 0.7, 0.7) and q.waves[1:].any():
        return "descending in waves" if above[3, 0] > 100 * EPS * np.abs(fs).max() else ""
    return ""


def _far_below(q: Quarters, since: int) -> bool:
    """Whether in each quarter f stays below all that it was in the one before."""
    return bool((q.high[since + 1 :] < q.low[since:-1]).all())


def _shrink(sizes: np.ndarray, most: float, even: float) -> bool:
    """Whether every coordinate's sizes shrink, each to `most` of the one before or less, and not ever more slowly."""
    one, two, three = sizes[1:]
    if not ((three <= most * two) & (two <= most * one)).all() or not one.any():
        return False
    with np.errstate(all="ignore"):
        return bool(((three == 0) | (np.log(two / three) >= even * np.log(one / two))).all())


def _even(zero: float, one: float, two: float, three: float) -> bool:
    """Whether four sizes follow a geometric sequence, to a twentieth of its exponent."""
    if not min(zero, one, two, three) > 0:
        return False
    drops = [math.log(a / b) for a, b in ((zero, one), (one, two), (two, three))]
    return max(drops) - min(drops) <= 0.05 * abs(drops[2])


def _factor(sizes: np.ndarray, K: int) -> str:
    """By what the sizes of the last quarters shrink in a step, if linearly; else nothing."""
    one, two, three = (float(size.max()) for size in sizes[1:])
    if not 0 < three < two < one or abs(math.log(two / three) / math.log(one / two) - 1) > 0.05:
        return ""
    less = -math.expm1(-4 / K * math.log(two / three))
    return f"{1 - less:.3g}" if less > 0.001 else f"1 − {less:.2g}".replace("e-", "e−")


def _chaotic(xs: np.ndarray, s: Steps, q: Quarters) -> bool:
    """Whether the walk stays where it was, as wide and as steep, without a drift, and neighbours part all the time."""
    K = len(s.lengths)
    first, last = xs[K // 8 : K // 2], xs[K // 2 :]
    low, high, span = last.min(axis=0), last.max(axis=0), np.ptp(last, axis=0)
    means = np.array([xs[K // 4 * i : K // 4 * (i + 1)].mean(axis=0) for i in (1, 2, 3)])
    spans = q.ranges[1:].max(axis=1)
    if not (
        (low >= first.min(axis=0) - 0.1 * span).all()
        and (high <= first.max(axis=0) + 0.1 * span).all()
        and (np.ptp(means, axis=0) <= 0.1 * span).all()
        and spans.max() < 1.5 * spans.min()
        and q.tops[3] > 0.5 * q.tops[1]
        and s.lengths.max() > 1.001 * s.lengths.min()  # steps of one length part neighbours for a while, then repeat
    ):
        return False
    return min(lyapunov(xs), lyapunov(xs[: K // 2 + 1]), lyapunov(xs[K // 2 :])) > 0.1 + 0.05 * xs.shape[1]


def lyapunov(xs: np.ndarray) -> float:
    """How fast neighbours part, in ln per step: the mean of ln(|Δxₖ₊₁|/|Δxₖ|) of each point and its nearest neighbour.

    Positive for chaos; the last points alone are looked at. M. Rosenstein, J. Collins, C. De Luca, A practical method
    for calculating largest Lyapunov exponents from small data sets, Physica D 65, 1993, with a single step.
    """
    points, after = xs[:-1][-PAIRS:], xs[1:][-PAIRS:]
    apart = np.abs(points[:, None] - points[None]).max(axis=-1)
    apart[apart == 0] = np.inf
    nearest, k = apart.argmin(axis=1), np.arange(len(points))
    with np.errstate(all="ignore"):
        growth = np.log(np.abs(after[nearest] - after).max(axis=-1) / apart[k, nearest])
    growth = growth[np.isfinite(growth)]
    return float(growth.mean()) if len(growth) else 0.0

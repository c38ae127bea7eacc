"""Where to look and where to start, when the user does not say: each rule in one function."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symopt.errors import StartError
from symopt.loss import Loss
from symopt.methods.linear import norm
from symopt.problem.domain import CROWD, box_of, interval_of, many
from symopt.problem.landmarks import critical_points, far_turn, moves, slope_scale, turns
from symopt.problem.undefined import refusal
from symopt.program.namespace import round_up

HALF_WIDTH, BOX = 20.0, 5.0
"""Of the usual window in one variable, and in several."""
FAR = 1e15
"""How far a place may lie in a window of which the start is a part: beyond it a unit is lost in rounding."""
MOST = 12
SMALL_FRACTIONS = (0.1, -0.1, 0.25, -0.25)
START_FRACTIONS = (-1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, -0.9, -0.6, -0.35, -0.1, 0.1, 0.0)
SHRUNK = (1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.1, 0.01)
FLAT = 1e-8
"""A slope, in typical slopes of the window, from which nobody would start."""
GOLDEN = (math.sqrt(5) - 1) / 2


def default_window(loss: Loss, starts: Sequence[Any] = (), minima: Sequence[Any] = ()) -> np.ndarray:
    """The box to look at, (n, 2), from the loss, the starts given and the minima known.

    One variable: [−20, 20] cut to where f is finite; narrower if f′ changes sign and all those places, the starts and
    the minima lie within ±a, 0 < a ≤ 5: then ±1.5a rounded up to 1, 2 or 5·10^k; wider if f′ changes sign only
    beyond, first at ±a: ±1.5a, rounded up alike. More variables: [−5, 5]ⁿ, widened to the minima and to the critical
    points that Newton finds from a fixed seeded sample, the twelve nearest the middle, and cut to where f is finite.
    All of it holds the starts and the minima. Only signs and finiteness of f are looked at: its scale changes nothing.
    """
    loss = loss.sketch
    given = np.array([*starts, *minima], dtype=float).reshape(-1, loss.n)
    known = np.array([*minima], dtype=float).reshape(-1, loss.n)
    box = _interval(loss, given, known) if loss.n == 1 else _box(loss, given, known)
    return holding(box, given)


def holding(box: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The box widened to points (m, n)."""
    low, high = np.min(points, axis=0, initial=np.inf), np.max(points, axis=0, initial=-np.inf)
    return np.stack([np.minimum(box[:, 0], low), np.maximum(box[:, 1], high)], axis=1)


def _interval(loss: Loss, given: np.ndarray, minima: np.ndarray) -> np.ndarray:
    low, high = holding(np.array([[-HALF_WIDTH, HALF_WIDTH]]), given)[0]
    box = interval_of(loss, low, high, given[:, 0])
    places = np.append(turns(loss, *box), minima[:, 0])
    if not len(places):
        first = far_turn(loss)
        if first is None:
            return np.array([box])
        half = round_up(1.5 * first)
        return np.array([interval_of(loss, -half, half, given[:, 0])])
    reach = float(np.abs(np.append(places, given[:, 0])).max())
    half = round_up(1.5 * reach) if 1e-100 < reach <= 5 else np.inf
    narrow = max(box[0], -half), min(box[1], half)
    return np.array([narrow if moves(loss, *narrow) else box])


def _box(loss: Loss, given: np.ndarray, minima: np.ndarray) -> np.ndarray:
    n = loss.n
    box = np.tile([-BOX, BOX], (n, 1))
    found = critical_points(loss, box) if n <= 10 else np.empty((0, n))
    # of a lattice without end only a part is to be seen, or nothing is; of what is far only the nearest
    found = found[np.argsort(np.abs(found).max(axis=1, initial=0.0), kind="stable")][:MOST]
    found = found[np.abs(found).max(axis=1, initial=0.0) <= FAR]
    near = (np.abs(found) <= 5 * BOX).all(axis=1)
    for x in [*(found[near] if near.any() else found[:1]), *minima]:
        if (np.abs(x) > BOX).any():
            reach = np.array([round_up(1.2 * abs(c)) if abs(c) > BOX else BOX for c in x])
            box[:, 0], box[:, 1] = np.minimum(box[:, 0], -reach), np.maximum(box[:, 1], reach)
    return box_of(loss, holding(box, given), given)


def default_start(loss: Loss, window: np.ndarray) -> np.ndarray:
    """Where a walk begins: the first of some fixed places in the window where f and ∇f are finite and not flat.

    One variable: the left end, three quarters out, … More: a place in no corner, on no axis and on no diagonal, for
    there many a loss is the same on both sides, and a descent that keeps to the line between them ends at a saddle.
    Over data, where far parameters mean little and f is huge, small positive ones come first, a tenth of the way out.
    Raises StartError if f is finite at none of them.
    """
    window = np.asarray(window, dtype=float)
    center, half = window.mean(axis=1), (window[:, 1] - window[:, 0]) / 2
    if loss.n == 1:
        fractions = SMALL_FRACTIONS * (loss.data is not None) + START_FRACTIONS
        candidates = np.array([center + c * half for c in fractions])
        candidates[np.abs(fractions) == 1.0] = window[0][[0, 1], None]
    else:
        digits = 6 - np.floor(np.log10(np.maximum(half, 5e-324))).astype(int)
        places = [center + half * generic(loss.n, k) for k in range(many(loss.n, len(SHRUNK) * 8))]
        if loss.data is not None:
            places = [center + half * np.abs(generic(loss.n)) * share for share in (0.1, 0.25)] + places
        candidates = np.array([shortened(x, digits) for x in places])
    few = loss.sketch
    known, slopes = np.isfinite(few(candidates)), few.grad(candidates)
    known &= np.isfinite(slopes).all(axis=1)
    if few is not loss:
        known[known] = [bool(np.isfinite(loss(x))) for x in candidates[known]]
    if not known.any():
        nowhere = StartError(
            "f is finite at no point tried in the window", "give a start, or a window",
            shell="give a start with -s, or a window with -w",
        )  # fmt: skip
        raise refusal(loss, candidates[0], nowhere)
    usual = 0.0 if loss.data is not None else FLAT * float(norm(slope_scale(few, window)))
    steep = known & (norm(slopes) > usual)
    return candidates[int(np.argmax(steep if steep.any() else known))]


def shortened(x: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Numbers rounded to so many decimals each, (n,), (n,)."""
    if len(x) > CROWD and (digits == digits[0]).all() and 0 <= digits[0] <= 15:
        unit = 10.0 ** digits[0]
        return np.asarray(np.rint(x * unit) / unit)
    return np.array([round(float(c), int(d)) for c, d in zip(x, digits, strict=True)])


def generic(n: int, turn: int = 0) -> np.ndarray:
    """Fractions of a box's half-widths, all of them different in size: (n,); another such point for each turn.

    ±(0.3 + 0.6·(k/φ mod 1)), four digits: steps of the golden ratio never come near one another.
    """
    k = np.arange(1, n + 1) + 5 * turn
    size = np.round(0.3 + 0.6 * (k * GOLDEN % 1), 4)
    signs = np.where((k + turn // 2) % 2, -1.0, 1.0) if turn % 2 == 0 else np.where(k // 2 % 2, -1.0, 1.0)
    return np.asarray(SHRUNK[turn % len(SHRUNK)] * signs * size)

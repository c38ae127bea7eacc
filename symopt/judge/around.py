"""What f does around a critical point that its Hessian does not tell: at kinks, and along its null space."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from mpmath import mp

from symopt.judge.digits import DIGITS, FADED, FAINT, Vector, kind_by, shown
from symopt.judge.kinks import kind_of_kink
from symopt.judge.local import Local, many_directions
from symopt.judge.place import Place
from symopt.methods.linear import eigen

ROUNDED = mp.mpf(10) ** (10 - DIGITS)
BUDGET = 100_000
"""Operations that may be spent on directions."""


def at_a_kink(local: Local, z: Vector, steps: tuple[Any, Any], h: np.ndarray, far: float) -> Place | None:
    """What a kink or a jump is, by f and its slopes two steps away in many directions; None where ∇²f says all.

    far: how far off an extremum along a kink may be.
    """
    if not local.precise:
        return None
    n = len(z)
    _, basis = eigen(h)
    many = max(8, min(64, BUDGET // (8 * local.loss.in_digits.cost)))
    directions = many_directions(n, np.concatenate([np.eye(n), basis], axis=1), many)
    here = local.value(z, DIGITS)
    rises, kinked = [], False
    slopes, largest = dict[str, str](), 0.0
    for axis, v in enumerate(directions.tolist()):
        rise, slope, seen = _away(local, z, v, steps, here)
        if seen in ("jump", "nowhere"):
            return Place("degenerate", "jump" if seen == "jump" else "")
        rises.append(rise)
        if seen == "kink":
            kinked = True
            if axis < n:
                backward = _away(local, z, [-c for c in v], steps, here)[1]
                if (jump := abs(slope + backward)) > largest:
                    largest = jump
                    slopes = {"name": local.loss.names[axis], "left": shown(-backward), "right": shown(slope)}
    if kinked:
        points = [[c + steps[1] * mp.mpf(d) for c, d in zip(z, v, strict=True)] for v in directions.tolist()]
        return replace(kind_of_kink(local, z, directions, points, rises, far), more=slopes)
    turn = kind_by(rises)
    bends = np.einsum("ki,ij,kj->k", directions, h, directions)
    sure = np.abs(bends) > 1e-6
    same = (np.sign(bends)[sure] == np.array(rises)[sure]).all()
    return None if same else Place("degenerate", turn or ("saddle" if {1, -1} <= set(rises) else ""))


def _away(local: Local, z: Vector, v: list[float], steps: tuple[Any, Any], here: Any) -> tuple[int, float, str]:
    """(sign of f's rise, its slope, what is there) from z in the direction v: a kink, a jump, nowhere, or nothing."""
    changes, breaks, slopes = [], [], []
    for step in steps:
        ahead, behind = ([c + sign * step * mp.mpf(d) for c, d in zip(z, v, strict=True)] for sign in (1, -1))
        there = local.value(ahead, DIGITS)
        changes.append(_beside(there - here, there, here))
        one, other = (
            _beside(mp.fsum(a * mp.mpf(b) for a, b in zip(g, v, strict=True)), *g)
            for g in (local.slopes(x, DIGITS) for x in (ahead, behind))
        )
        breaks.append(abs(one - other))
        slopes.append(one)
    if not all(mp.isfinite(value) for value in (*changes, *breaks)):
        return 0, 0.0, "nowhere"
    if abs(changes[1]) > FADED * abs(changes[0]):
        return 0, 0.0, "jump"
    kink = breaks[1] > FADED * breaks[0]
    return int(mp.sign(slopes[1] if kink and slopes[1] else changes[0])), float(slopes[1]), "kink" if kink else ""


def _beside(value: Any, *parts: Any) -> Any:
    """What is left of parts that cancel; 0 where that is rounding."""
    return mp.zero if abs(value) < ROUNDED * max(map(abs, parts)) else value


def along_null(local: Local, z: Vector, values: np.ndarray, null: np.ndarray, basis: np.ndarray, scale: float) -> str:
    """What f does along the directions in which ∇²f is zero: minimum, maximum, saddle, valley, or nothing known.

    Along each, the others are followed to where f is stationary in them (the splitting lemma): what is left of f there
    has the sign that decides. In more than one such direction this is a sample.
    """
    if not local.precise:
        return ""
    curved = values[~null]
    each = local.loss.in_digits.value_of.cost * 2 + (12 * local.loss.in_digits.cost if len(curved) else 0)
    most = max(8, BUDGET // each)
    vectors = many_directions(len(z), basis[:, null], min(64, most))
    vectors = vectors[:: -(-len(vectors) // most)]
    here = local.value(z, DIGITS)
    normal = basis[:, ~null]
    along: list[list[Any]] = []
    for v in vectors:
        seen = []
        for t in (1e-3, 2.5e-4):
            point = [c + mp.mpf(t * scale * d) for c, d in zip(z, v.tolist(), strict=True)]
            if len(curved):
                point = _settled(local, point, normal)
            seen.append(local.value(point, DIGITS) - here)
        if not all(mp.isfinite(rise) for rise in seen):
            return ""
        along.append(seen)
    if len(curved):
        size = local.at(z)[2] * mp.mpf(np.abs(curved).max() * scale**2)
    else:
        size = max(abs(rise) for seen in along for rise in seen)
    pairs = [[0 if abs(r) <= FAINT * size else int(mp.sign(r)) for r in seen] for seen in along]
    if any(first != second for first, second in pairs):
        return ""
    signs = [first for first, _ in pairs]
    if not any(signs):
        return "valley" if len(curved) and (curved > 0).all() else "constant" if not len(curved) else ""
    turn = kind_by(signs)
    if not turn:
        return "saddle"
    if not len(curved):
        return turn if all(signs) else ""
    if (curved > 0).all() == (turn == "minimum") and (curved < 0).all() == (turn == "maximum"):
        return turn if all(signs) else ""
    return "saddle"


def _settled(local: Local, point: Vector, normal: np.ndarray) -> Vector:
    """The point moved along `normal` (n, d) to where f is stationary in those directions."""
    for _ in range(6):
        g, h, _ = local.at(point)
        move = normal @ np.linalg.solve(normal.T @ h @ normal, normal.T @ g)
        point = [c - mp.mpf(step) for c, step in zip(point, move.tolist(), strict=True)]
    return point

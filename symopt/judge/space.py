"""What a flat point of several variables is: the critical point close by, and the signs of the eigenvalues there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from mpmath import mp

from symopt.balls.working import working_digits
from symopt.judge.around import along_null, at_a_kink
from symopt.judge.digits import BESIDE, CLOSER, DIGITS, EPS, FAINT, NEAR, ROUNDS, SMALL, SMALLER, Vector, sign_change
from symopt.judge.local import Local
from symopt.judge.place import MOST, PLATEAU, Place
from symopt.loss import Loss
from symopt.methods.linear import eigen

EQUILIBRATIONS = 12
"""Each halves the digits by which the rows of H differ."""


def in_space(loss: Loss, x: np.ndarray, scale: float, near: float, multiple: bool) -> Place:
    local, s = Local(loss), mp.mpf(scale)
    with working_digits(DIGITS):
        begin = [mp.mpf(c) for c in x.tolist()]
        error = np.full(len(x), scale * (1e-24 if local.precise else 1e-9))
        if loss.kinks and (z := _at_kinks(local, begin, s)) is not None:
            made = _kink(local, z, local.at(z)[1], (s * BESIDE, s * CLOSER), scale, error)
            if made is not None and (made.reason or made.kind != "degenerate"):
                return made
        found = _critical(local, begin, scale, near)
        if found is None:
            return PLATEAU
        z, m = found
        gap = max(abs(float(a - b)) for a, b in zip(z, begin, strict=True))
        if gap > scale * near ** (1 / m) or (m > 1.1 and gap and not multiple):
            return PLATEAU
        at, (_, h, _) = _floats(z), local.at(z)
        if loss.kinks and (made := _kink(local, z, h, (s * SMALL, s * SMALLER), scale, error)) is not None:
            return made
        if not np.isfinite(h).all():
            return Place("degenerate", at=at, error=np.zeros(len(x)))
        values, null, basis = _inertia(local, z, begin, h, m, scale)
        if not null.any():
            word = "minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle"
            return Place(word, at=at, error=error, power=m)
        reason = along_null(local, z, values, null, basis, scale)
        return Place("degenerate", reason, at=at, error=np.maximum(error, 1e-12 * scale), power=m)


def _floats(z: Vector) -> np.ndarray:
    return np.array([float(c) for c in z])


def _kink(
    local: Local, z: Vector, h: np.ndarray, steps: tuple[Any, Any], scale: float, error: np.ndarray
) -> Place | None:
    """What a kink or a jump at z is, where ∇²f is h, so far off at least; None where ∇²f says all."""
    made = at_a_kink(local, z, steps, h, NEAR * scale) if np.isfinite(h).all() else Place("degenerate")
    if made is None:
        return None
    return replace(made, at=_floats(z), error=error if made.error is None else error + made.error)


def _critical(local: Local, begin: Vector, scale: float, near: float) -> tuple[Vector, float] | None:
    """(the critical point close by, the order of its zero), None where there is none.

    Newton's method; where its steps shrink by a steady share 1 − 1/m, as beside a zero of order m, the rest of the way
    is taken at once.
    """
    z, before, order, last = begin, None, 1.0, np.inf
    done = 1e-25 if local.precise else 1e-10
    for _ in range(ROUNDS):
        g, h, _ = local.at(z)
        if not (np.isfinite(g).all() and np.isfinite(h).all()):
            return None
        step = local.exact_step(z)
        p = _newton(g, h) if step is None else step
        if p is None:
            return None
        length = float(max(map(abs, p.tolist())))
        if step is not None and length > last and (shorter := _newton(g, h)) is not None:
            p, length = shorter, float(np.abs(shorter).max())  # what the step is longer by is rounding over a zero
        last = length
        if length <= done * scale:
            return [c - mp.mpf(part) for c, part in zip(z, p.tolist(), strict=True)], order
        share, m = 0.0, 1.0
        if before is not None:
            share = float((p @ before) / (before @ before))
            if share >= 1 - 0.5 / MOST or share < -0.5:
                return None
            if share > 0.1:
                m = order = 1 / (1 - share)
        elif length > 2 * scale * near ** (1 / MOST):
            return None
        z = [c - m * mp.mpf(part) for c, part in zip(z, p.tolist(), strict=True)]
        if max(abs(float(a - b)) for a, b in zip(z, begin, strict=True)) > 2 * scale * near ** (1 / MOST):
            return None
        before = p if m == 1.0 else None
    return None


def _at_kinks(local: Local, begin: Vector, s: Any) -> Vector | None:
    """A point within rounding at which the slope along every axis is 0 or changes its sign; None if there is none."""
    z = list(begin)
    slopes = local.slopes(z, DIGITS)
    for i, slope in enumerate(slopes):
        if abs(slope) <= FAINT * max(map(abs, slopes)):
            continue

        def along(t: Any, i: int = i) -> Any:
            return local.slopes([*z[:i], t, *z[i + 1 :]], DIGITS)[i]

        found = sign_change(along, z[i], s)
        if found is None:
            return None
        z[i] = found
    return z


def _units(h: np.ndarray) -> np.ndarray:
    """What every variable is measured in: the largest entry of each row of H is ±1 then.

    Where H is semidefinite these are the entries of its diagonal. D. Ruiz, A scaling algorithm to equilibrate both
    rows and columns norms in matrices, RAL-TR-2001-034, 2001.
    """
    units = np.ones(len(h))
    for _ in range(EQUILIBRATIONS):
        largest = np.abs(units[:, None] * h * units).max(axis=1)
        units /= np.sqrt(np.where(largest > 0, largest, 1.0))
    return units


def _newton(g: np.ndarray, h: np.ndarray) -> np.ndarray | None:
    """H⁻¹g without the directions in which both are zero; None where only H is."""
    units = _units(h)
    values, basis = eigen(units[:, None] * h * units)
    along = basis.T @ (units * g)
    zero = np.abs(values) <= 4 * len(g) * EPS * np.abs(values).max()
    if (np.abs(along[zero]) > 4 * len(g) * EPS * float(np.abs(units * g).max())).any():
        return None
    return np.asarray(units * (basis @ np.where(zero, 0.0, along / np.where(zero, 1.0, values))))


def _inertia(
    local: Local, z: Vector, begin: Vector, h: np.ndarray, m: float, scale: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(eigenvalues, which of them are zero, eigenvectors).

    Zero is what is lost in rounding with every variable in units of its own curvature (which changes no sign:
    Sylvester), what changes as much within the distance to which z is known, and, where the zero of ∇f is multiple,
    what has faded on the way to it.
    """
    values, basis = eigen(h)
    units = _units(h)
    scaled, _ = eigen(units[:, None] * h * units)
    count = int((np.abs(scaled) <= 4 * len(h) * EPS * np.abs(scaled).max(initial=0.0)).sum())
    null = np.zeros(len(values), dtype=bool)
    null[np.argsort(np.abs(values), kind="stable")[:count]] = True
    if local.precise:
        _, _, c = local.at(z)
        beside = [
            a + mp.mpf(1e-20 * scale * r) for a, r in zip(z, np.random.default_rng(0).random(len(z)), strict=True)
        ]
        for point, share in ((beside, 0.1), (begin, 1e3)):
            if point is begin and m <= 1.1:
                continue
            _, there, c_there = local.at(point)
            other = float(c_there / c) * there if c_there / c < 1e300 else np.full_like(there, np.inf)
            change = np.abs(np.einsum("ij,ik,kj->j", basis, other - h, basis))
            null |= change > (10 if share == 0.1 else share) * np.abs(values)
    return (np.sort(scaled) if not null.any() else values), null, basis

"""What a kink of several variables is: f falls or rises across it, and along it its Lagrangian's curvature decides.

Around a kink f consists of smooth pieces f₁, f₂, …, told apart by their gradients. They agree along the kink to first
order in the space T in which no gᵢ − gⱼ lies. Where f rises along all directions across T, z is a minimum if
Σ λᵢ∇fᵢ = 0 for some λᵢ ≥ 0 with Σ λᵢ = 1, and Σ λᵢ∇²fᵢ is positive definite on T: along a kink that bends it is this
that f does, and not what it does along straight lines.

Source: A. Ben-Tal, J. Zowe, Necessary and sufficient optimality conditions for a class of nonsmooth minimization
problems, Mathematical Programming 24, 1982.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mpmath import mp

from symopt.judge.digits import Vector, kind_by
from symopt.judge.local import Local
from symopt.judge.place import Place

ALIKE = 1e-6
"""How much gradients of one piece differ, or eigenvalues from 0, of the largest."""
ACROSS = 0.05
"""How much of a direction must lead across a kink, lest what f does along it is seen."""


def kind_of_kink(
    local: Local, z: Vector, directions: np.ndarray, points: Sequence[Vector], rises: Sequence[int], far: float
) -> Place:
    """minimum, maximum, no minimum, or degenerate where that stays open, by what f does at points beside z.

    directions: (k, n), to the points; rises: the signs of f(point) − f(z). far: how far off the extremum may be.
    """
    _, _, c = local.at(z)
    pieces: list[tuple[np.ndarray, np.ndarray]] = []
    for point in points:
        g, h, own = local.at(point)
        share = float(own / c)
        if not np.isfinite(g).all() or not np.isfinite(h).all():
            return Place("degenerate")
        if not any(np.abs(share * g - known).max() <= ALIKE * np.abs(known).max() for known, _ in pieces):
            pieces.append((share * g, share * h))
    gradients = np.array([g for g, _ in pieces])
    size = ALIKE * np.abs(gradients).max()
    across, along = _sides(gradients, size)
    seen = [rise for rise, v in zip(rises, directions, strict=True) if np.linalg.norm(v @ across) > ACROSS]
    turn = kind_by(seen)
    if not turn:
        return Place("degenerate", "kinks")
    weights = _nearest(gradients @ across)
    left = weights @ gradients
    if np.linalg.norm(left @ across) > size:
        return Place("degenerate", "kinks" if _slopes(local, z, left, far) else "")
    if not along.size:
        return Place(turn, "kinks")
    bends = np.array([along.T @ h @ along for _, h in pieces])
    values, basis = np.linalg.eigh(np.einsum("i,ijk->jk", weights, bends))
    slopes = basis.T @ (along.T @ left)
    flat = np.abs(values) <= ALIKE * max(np.abs(h).max() for _, h in pieces)
    off = np.where(flat, 0.0, slopes / np.where(flat, 1.0, values))
    if np.abs(off).max() > far:
        return Place("degenerate", "kinks" if _slopes(local, z, along @ (along.T @ left), far) else "")
    signs = np.sign(values[~flat]) * (1 if turn == "minimum" else -1)
    if (signs < 0).any():
        return Place("degenerate", "kinks")
    _, wide = _sides(gradients[weights > ALIKE], size)
    whole = np.einsum("i,ijk->jk", weights, np.array([h for _, h in pieces])) * (1 if turn == "minimum" else -1)
    if (np.linalg.eigvalsh(wide.T @ whole @ wide) < -ALIKE * np.abs(whole).max()).any():
        return Place("degenerate")
    straight = np.abs(np.einsum("ja,ijk,ka->ia", basis, bends - bends[0], basis)[:, flat]).max(initial=0.0) == 0
    lying = kind_by([*seen, *rises]) == turn
    if flat.any() and not (straight and lying):
        return Place("degenerate")
    return Place(turn, "kinks", error=np.full(len(z), np.abs(off).max()))


def _sides(gradients: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Bases, as columns, of the span of the differences of gradients (k, n), as far as they are larger, and of T."""
    _, sizes, axes = np.linalg.svd(gradients - gradients[0])
    rank = int((sizes > size).sum())
    return axes[:rank].T, axes[rank:].T


def _slopes(local: Local, z: Vector, v: np.ndarray, far: float) -> bool:
    """Whether f is seen to fall to one side of z along a direction and to rise to the other."""
    unit = v / np.linalg.norm(v)
    values = [
        local.value([c + mp.mpf(sense * far * part) for c, part in zip(z, unit.tolist(), strict=True)], mp.dps)
        for sense in (0, -1, 1)
    ]
    return bool(min(values[1:]) < values[0] < max(values[1:]))


def _nearest(points: np.ndarray) -> np.ndarray:
    """λ ≥ 0 with Σλ = 1 for which |Σ λᵢ pᵢ| is least: (k, d) → (k,).

    P. Wolfe, Finding the nearest point in a polytope, Mathematical Programming 11, 1976.
    """
    active = [int(np.argmin((points**2).sum(axis=1)))]
    weights = np.ones(1)
    size = float((points**2).sum(axis=1).max())
    for _ in range(16 * len(points)):
        nearest = weights @ points[active]
        ahead = points @ nearest
        best = int(np.argmin(ahead))
        if ahead[best] >= nearest @ nearest - 1e-12 * size or best in active:
            break
        active, weights = [*active, best], np.append(weights, 0.0)
        while True:
            affine = _affine(points[active])
            if (affine > 0).all():
                weights = affine
                break
            shares = np.where(affine <= 0, weights / np.maximum(weights - affine, 1e-300), np.inf)
            weights = weights + min(1.0, float(shares.min())) * (affine - weights)
            kept = weights > 1e-14
            kept[int(np.argmin(shares))] = False
            active, weights = [a for a, keep in zip(active, kept, strict=True) if keep], weights[kept]
    whole = np.zeros(len(points))
    whole[active] = weights
    return whole


def _affine(points: np.ndarray) -> Any:
    """The weights of sum 1 of the least point of the plane through points."""
    k = len(points)
    system = np.zeros((k + 1, k + 1))
    system[:k, :k], system[k, :k], system[:k, k] = points @ points.T, 1.0, 1.0
    return np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0][:k]

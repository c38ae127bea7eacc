"""The least point of a quadratic model within a sphere, for very many variables: by factorisations alone.

p = −(H + σ·I)⁻¹g with the least σ ≥ 0 for which H + σ·I is positive definite and ‖p‖ ≤ Δ: Newton's method on
1/‖p(σ)‖ = 1/Δ, between bounds that every trial narrows.

J. Moré, D. Sorensen, Computing a trust region step, SIAM J. Sci. Stat. Comput. 4(3), 1983, pp. 553–572;
J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 4.3.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symopt.methods.base import Smooth
from symopt.methods.factor import Factor, Parts
from symopt.methods.linear import dot, flat, norm
from symopt.methods.subproblem import Step

ROUNDS = 80
NEAR = 1e-12
HARD = 1e-10


def steps_within(f: Smooth, x: np.ndarray, g: np.ndarray) -> Step:
    """(lanes, Δ) → the steps p and the falls that the model promises, of a loss that gives its Hessian in parts."""
    parts = [f.hess_parts(point) for point in flat(x)]  # type: ignore[attr-defined]
    slopes = flat(g)

    def step(lanes: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        each = [within_sphere(parts[k], slopes[k], float(d)) for k, d in zip(lanes, radius, strict=True)]
        return np.array([p for p, _ in each]), np.array([fall for _, fall in each])

    return step


def within_sphere(parts: Parts, g: np.ndarray, radius: float) -> tuple[np.ndarray, float]:
    """(the p that minimises g·p + ½p·H·p with ‖p‖ ≤ radius, how far it falls); nan where H is not finite."""
    plain = Factor(parts)
    if not plain.finite:
        return np.full(len(g), np.nan), math.nan
    p = _shifted(parts, plain, g, radius)
    return p, -float(dot(g, p) + dot(p, plain.times(p)) / 2)


def _shifted(parts: Parts, plain: Factor, g: np.ndarray, radius: float) -> np.ndarray:
    slope, most = float(norm(g)), _largest(parts)
    least = float(diagonal(parts).min())  # no eigenvalue is larger than every diagonal entry
    low, high = max(0.0, slope / radius - most, -least), slope / radius + most
    if plain.positive:
        p = -plain.solve(g)
        if norm(p) <= radius:
            return p
        sigma = low
    else:
        sigma = low or 1e-3 * high
    p = np.zeros_like(g)
    for _ in range(ROUNDS):
        factor = plain if sigma == 0 else Factor(parts, sigma)
        following = math.nan
        if factor.positive:
            p = -factor.solve(g)
            size = float(norm(p))
            if abs(size - radius) <= NEAR * radius:
                return p
            if size < radius:
                high = sigma
                if high - low <= HARD * high:
                    return _edge(factor, p, radius)
            else:
                low = sigma
            bend = float(dot(p, factor.solve(p)))
            following = sigma + size**2 / bend * (size - radius) / radius if bend > 0 else math.nan
            if abs(following - sigma) <= NEAR / 8 * sigma:
                return p
        else:
            low = sigma
        between = math.sqrt(low * high) if low > 1e-3 * high else low + 1e-2 * (high - low)
        sigma = following if low < following < high else max(between, low + (high - low) / 100)
    return p


def _edge(factor: Factor, p: np.ndarray, radius: float) -> np.ndarray:
    """The hard case: what is missing to the sphere along the direction in which H + σ·I is all but flat."""
    z = np.random.default_rng(0).standard_normal(len(p))
    for _ in range(3):
        z = factor.solve(z / norm(z))
    z /= norm(z)
    along = float(dot(p, z))
    z = z if along >= 0 else -z
    missing = radius**2 - float(dot(p, p))
    return np.asarray(p + missing / (abs(along) + math.sqrt(along**2 + missing)) * z)


def diagonal(parts: Parts) -> np.ndarray:
    """That of S + U·C·Uᵀ, (n,)."""
    sparse, factors, middle = parts
    return np.asarray(sparse.diagonal() + ((factors @ middle) * factors).sum(axis=1))


def _largest(parts: Parts) -> float:
    """A bound of every |eigenvalue|."""
    sparse, factors, middle = parts
    rows: Any = abs(sparse) @ np.ones(sparse.shape[0])
    low_rank = np.linalg.norm(factors) ** 2 * np.linalg.norm(middle) if middle.size else 0.0
    return float(rows.max(initial=0.0) + low_rank)

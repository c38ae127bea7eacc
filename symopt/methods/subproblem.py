"""Steps that minimise a quadratic model, held by a sphere, a cubic term or a shift; for all lanes at once.

In the coordinates of the Hessian's eigenvectors, with eigenvalues λ₁ ≤ … ≤ λₙ and slopes sᵢ, both steps are
pᵢ = −sᵢ/(λᵢ + σ) with one shift σ ≥ −λ₁, and only the length that ‖p‖ must have differs. With σ counted from
the pole, μ = σ + λ₁, nothing cancels, however near the pole it is.

J. Moré, D. Sorensen, Computing a trust region step, SIAM J. Sci. Stat. Comput. 4(3), 1983, pp. 553–572;
A. Conn, N. Gould, P. Toint, Trust-Region Methods, 2000, section 7.3.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symopt.methods.base import Smooth
from symopt.methods.line_search import TRIALS, Noise, fallen, values
from symopt.methods.linear import eigen, flat, norm, rotate, unrotate

EPS = float(np.finfo(float).eps)
ROUNDS = 60
Length = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
Propose = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Step = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Adapt = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def follow(
    f: Smooth, x: np.ndarray, value: np.ndarray, size: np.ndarray, propose: Propose, adapt: Adapt, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One step of a model with which f falls: the point, f there, and the size for the next step.

    size: (…), the radius, bound or damping that holds the step. propose(λ, s, size) gives p and the fall that the
    model promises, adapt(size, ratio, ‖p‖) the next size from the ratio of the true fall to it. The step is taken
    once the ratio is at least `least`. A lane stays where no step helps, with the size that it had, and is nan where
    there is none.
    """
    eigenvalues, basis = eigen(flat(f.hess(x), 2))
    gradient = f.grad(x)
    slopes = rotate(basis, flat(gradient))

    def step(lanes: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        p, promised = propose(eigenvalues[lanes], slopes[lanes], size)
        return unrotate(basis[lanes], p), promised

    return accepted(f, x, value, gradient, size, step, adapt, least)


def accepted(
    f: Smooth, x: np.ndarray, value: np.ndarray, gradient: np.ndarray, size: np.ndarray, step: Step, adapt: Adapt,
    least: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """As `follow`, by a model of any sort: step(lanes, size) gives p and the fall that it promises, in some lanes."""
    shape = x.shape
    noise = Noise(f, x, value)
    gradient = flat(gradient)
    x, value, before = flat(x), np.ravel(value), np.ravel(size)
    found, found_value, size = x.copy(), value.copy(), before.copy()
    lanes = np.arange(len(x))
    for _ in range(TRIALS):
        p, promised = step(lanes, size[lanes])
        exists = np.isfinite(p).all(axis=-1)
        found[lanes[~exists]] = np.nan
        lanes, p, promised = lanes[exists], p[exists], promised[exists]
        if not lanes.size:
            break
        trial = x[lanes] + p
        there = values(f, trial)
        fall = value[lanes] - there
        lost = noise.hides(lanes, ~(fall >= least * promised), promised, -fall)
        ratio = fallen(f, trial, p, gradient[lanes], fall, lost) / promised
        size[lanes] = adapt(size[lanes], np.where(np.isnan(ratio), -np.inf, ratio), norm(p))
        right = ratio >= least
        found[lanes[right]], found_value[lanes[right]] = trial[right], there[right]
        stuck = ~right & (trial == x[lanes]).all(axis=-1)
        size[lanes[stuck]] = before[lanes[stuck]]
        lanes = lanes[~right & ~stuck]
    size[lanes] = before[lanes]
    return found.reshape(shape), found_value.reshape(shape[:-1]), size.reshape(shape[:-1])


def within(values: np.ndarray, slopes: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """The p that minimises s·p + ½p·λp with ‖p‖ ≤ radius: (…, n), (…, n), (…) → (…, n)."""
    slopes = _settle(values, slopes)
    with np.errstate(all="ignore"):
        newton = np.where(slopes == 0, 0.0, -slopes / values)
        inside = (values[..., 0] >= 0) & (norm(newton) <= radius)
        # |pᵢ| ≤ radius for each i alone: a shift from below
        start = (np.abs(slopes) / radius[..., None] - (values - values[..., :1])).max(axis=-1)
        start = np.maximum(start, values[..., 0])
        bound = _shifted(values, slopes, start, lambda mu: (radius, np.zeros_like(radius)))
    return np.where(inside[..., None], newton, bound)


def cubic(values: np.ndarray, slopes: np.ndarray, m: np.ndarray) -> np.ndarray:
    """The p that minimises s·p + ½p·λp + m/6·‖p‖³: (…, n), (…, n), (…) → (…, n). There ‖p‖ = 2σ/m."""
    slopes = _settle(values, slopes)
    least = values[..., 0]
    with np.errstate(all="ignore"):
        # |pᵢ| ≤ 2σ/m for each i alone: σ² + λᵢσ ≥ m|sᵢ|/2, solved for σ + λᵢ without cancellation
        product = 2 * m[..., None] * np.abs(slopes)
        root = np.sqrt(values**2 + product)
        lifted = np.where(values > 0, (root + values) / 2, product / (2 * (root - values)))
        lifted = np.where(product == 0, np.maximum(values, 0), lifted)
        start = (lifted - (values - values[..., :1])).max(axis=-1)
        start = np.maximum(start, np.maximum(least, 0.0))
        return _shifted(values, slopes, start, lambda mu: (2 * (mu - least) / m, 2 / m))


def _settle(values: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Slopes without the two traps of a shift near the pole.

    Where λᵢ is zero to rounding and sᵢ too, their quotient is noise: nothing is to be gained there, so sᵢ is 0.
    Where λ₁ < 0 and s₁ is exactly 0 (the hard case) any tiny s₁ gives the step that leaves along its eigenvector.
    """
    n = values.shape[-1]
    size, steep = np.abs(values).max(axis=-1, keepdims=True), norm(slopes)[..., None]
    noise = (np.abs(values) <= n * EPS * size) & (np.abs(slopes) <= n * EPS * steep)
    settled = np.where(noise, 0.0, slopes)
    hard = (values[..., 0] < -n * EPS * size[..., 0]) & (settled[..., 0] == 0)
    settled[..., 0] = np.where(hard, 1e-150, settled[..., 0])
    return settled


def _shifted(values: np.ndarray, slopes: np.ndarray, start: np.ndarray, length: Length) -> np.ndarray:
    """−sᵢ/(λᵢ − λ₁ + μ) with ‖p‖ = length(μ), which does not fall; `start` lies at or below that μ.

    Newton on 1/‖p‖ − 1/length, which is concave and rises: from below it never passes the root.
    """
    gaps = values - values[..., :1]
    mu = start
    for _ in range(ROUNDS):
        shifted = gaps + mu[..., None]
        step = np.where(slopes == 0, 0.0, -slopes / shifted)
        size = norm(step)
        wanted, growth = length(mu)
        bend = np.where(slopes == 0, 0.0, step**2 / shifted).sum(axis=-1) / size**3 + growth / wanted**2
        advance = (1 / wanted - 1 / size) / bend
        far = advance > 4 * EPS * mu
        if not far.any():
            break
        mu = np.where(far, mu + advance, mu)
    return np.where(slopes == 0, 0.0, -slopes / (gaps + mu[..., None]))

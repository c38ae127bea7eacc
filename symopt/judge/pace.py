"""How long the steps of gradient descent are beside Newton's, and how well a batch tells the slope."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from symopt.judge.digits import shown
from symopt.loss import Loss

Said = tuple[str, Mapping[str, str]]
NARROW = 30
"""The quotient of eigenvalues from which a valley is narrow."""
SHORT = 0.3
"""lr·λ below which steps are short."""
ALONG = 0.99
"""The share of ‖∇f‖ that lies along one eigenvector of H where a step is said to go along it."""
ITEMS = 400
"""Terms or rows of a loss up to which the slope of each is asked for."""


def along(loss: Loss, lr: float, xs: np.ndarray, grads: np.ndarray) -> Iterator[Said]:
    """Of x − lr·∇f where the last step lies along an eigenvector of H: what its lr·λ is; xs, grads: (M, n), n > 1.

    Along an eigenvector Newton's step is −∇f/λ, so that −lr·∇f is lr·λ of it; λ < 0 lengthens the steps.
    """
    hessian = np.asarray(loss.hess(xs[-1]))
    if len(xs) < 2 or not np.isfinite(hessian).all():
        return
    values, basis = np.linalg.eigh(hessian)
    sizes, slope = np.abs(basis.T @ grads[-1]), float(np.linalg.norm(grads[-1]))
    j = int(sizes.argmax())
    q, most = lr * float(values[j]), lr * float(values[-1])
    if not sizes[j] > ALONG * slope or not q < SHORT:
        return
    narrow = values[-1] > NARROW * np.abs(values[j])
    told = {"q": shown(most), "low": shown(q, 2), "least": shown(values[j])}
    if q > 0:
        yield "along valley" if narrow else "along", told | {"share": percent(q)}
    longer = slope / float(np.linalg.norm(grads[-2])) - 1
    if q < 0 < longer:
        yield "along valley down" if narrow else "along down", told | {"share": percent(longer)}


def bounded(loss: Loss, lr: float, x: np.ndarray) -> Iterator[Said]:
    """Of x − lr·∇f at a minimum in many variables: bounds of lr·λ by Gershgorin's circles, where H is sparse."""
    sparse, factors, _ = loss.hess_parts(x)
    if factors.shape[1]:
        return
    middles = sparse.diagonal()
    radii = abs(sparse).sum(axis=1) - np.abs(middles)
    low, q = lr * (middles - radii).min(), lr * (middles + radii).max()
    if q < 2:
        told = {"low": shown(low), "q": shown(q)}
        yield "shrink" if low > 0 and told["low"] != told["q"] else "shrinks all", told


def chance(loss: Loss, lr: float, batch: int, x: np.ndarray, g: np.ndarray) -> Iterator[Said]:
    """How far the slope of a batch of b of N terms or rows is off ∇f at x, (n,).

    Of batches drawn without replacement E‖g − ∇f‖² = (1 − b/N)/b·Σ‖gᵢ − ∇f‖²/(N − 1), gᵢ the slope of item i times N.
    Source: W. Cochran, Sampling techniques, 3rd ed., Wiley 1977, theorem 2.2.
    """
    count = loss.sampling.count
    if not 0 < batch < count <= ITEMS:
        return
    each = np.array([loss.sampling.batch(np.array([i])).grad(x) for i in range(count)])
    off = math.sqrt((1 - batch / count) / batch * float(((each - g) ** 2).sum()) / (count - 1))
    slope = float(np.linalg.norm(g))
    if math.isfinite(off) and off > 0:
        told = {"batch": str(batch), "count": str(count), "off": shown(off, 2), "slope": shown(slope, 2)}
        told["step"] = shown(lr * slope, 2)
        yield "drawn" if off < slope else "drowned", told


def percent(share: float) -> str:
    return f"{shown(100 * share, 2)} %"

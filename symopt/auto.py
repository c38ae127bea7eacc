"""The one place where `auto` becomes a number."""

from __future__ import annotations

from itertools import product

import numpy as np

from symopt.methods.linear import eigen
from symopt.methods.method import AUTO, Method, Smooth

TERMS = 32


def resolve(method: Method, loss: Smooth, window: np.ndarray) -> Method:
    """The method with every AUTO parameter chosen from the curvature on the window, to three significant digits.

    With L the largest |eigenvalue| of the Hessian and λ the least one seen there:
    lr = 0.2/L, a tenth of 2/L (0.1 if L is 0 or not finite), or 1/100 of the window if lr is a
    length; alpha = 2·max(0, −λ), so that every step is a descent direction with a margin. A method
    that looks at one of N terms at a time sees N times that term, and L is the largest of those.
    """
    if not method.unresolved:
        return method
    terms = getattr(loss, "terms", (loss,)) if method.stochastic else (loss,)
    few = terms[:: max(1, len(terms) // TERMS)]
    seen = np.array([curvature(term, window) for term in few])
    largest, least = len(terms) * float(seen[:, 0].max()), len(terms) * float(seen[:, 1].min())
    chosen = {}
    for name in method.unresolved:
        if name == "alpha":
            value = 2 * max(0.0, -least)
        elif lr_is_length(method):
            value = float((window[:, 1] - window[:, 0]).max()) / 100
        else:
            value = 0.2 / largest if 0 < largest < np.inf else 0.1
        chosen[name] = float(f"{value:.3g}")
    return method.with_parameters(**chosen)


def curvature(loss: Smooth, window: np.ndarray) -> tuple[float, float]:
    """(max |λ|, min λ) over a fixed sample of Hessians on the window; an estimate."""
    n = len(window)
    if n == 1:
        sample = np.linspace(window[0, 0], window[0, 1], 1001)[:, None]
    else:
        random = np.random.default_rng(0)
        sample = random.uniform(window[:, 0], window[:, 1], (max(16, 512 // n), n))
        corners = np.array(list(product(*window))) if n <= 5 else window.T
        sample = np.concatenate([window.mean(axis=1)[None], corners, sample])
    values, _ = eigen(loss.hess(sample))
    values = values[np.isfinite(values).all(axis=-1) & np.isfinite(loss(sample))]
    if not len(values):
        return 0.0, 0.0
    return float(np.abs(values).max()), float(values.min())


class _Slope:
    """A loss with the same gradient everywhere."""

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.slope * x[..., 0]

    def grad(self, x: np.ndarray) -> np.ndarray:
        return np.full_like(x, self.slope)

    def hess(self, x: np.ndarray) -> np.ndarray:
        return np.zeros((*x.shape, x.shape[-1]))


def lr_is_length(method: Method) -> bool:
    """Whether lr is a length: the first step does not grow with the gradient (adam, sign-gd, normalized-gd …)."""
    trial = method.with_parameters(**dict.fromkeys(method.unresolved, 1.0))
    steps = [next(iter(trial.iterates(_Slope(slope), np.zeros(1))))[0] for slope in (1.0, 1000.0)]
    return bool(np.isclose(steps[0], steps[1], rtol=1e-3) and steps[0] != 0)


__all__ = ["AUTO", "curvature", "lr_is_length", "resolve"]

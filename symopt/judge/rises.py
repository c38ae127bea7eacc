"""In which steps f rose: the one rule behind marks, tables, sentences and the page."""

from __future__ import annotations

import numpy as np

from symopt.loss import Loss

EPS = float(np.finfo(float).eps)


def rose(loss: Loss, xs: np.ndarray, fs: np.ndarray, grads: np.ndarray) -> np.ndarray:
    """In which steps f rose: (K+1, n), (K+1,), (K+1, n) → (K,) of bool; the only rule for it.

    Where the two values differ by no more than rounding may do, the slopes at both ends tell what the values
    cannot: f fell if (∇f + ∇f₊)·(x₊ − x) < 0.
    """
    with np.errstate(all="ignore"):
        noise = np.fmax(4 * EPS * np.abs(fs[:-1]), loss.rounding(xs[:-1]))
        rise = np.diff(fs)
        along = ((grads[:-1] + grads[1:]) * np.diff(xs, axis=0)).sum(axis=-1)
    return (rise > noise) & ~((rise <= 100 * noise) & (along < 0))

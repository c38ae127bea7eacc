"""Newton with a damping that adapts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.line_search import first_step
from symopt.methods.linear import dot, eigen, pick
from symopt.methods.squares import Residual, model
from symopt.methods.subproblem import accepted, follow


@dataclass(frozen=True)
class LevenbergMarquardt(Method):
    """x + p, p = argmin ‖r + J·p‖² + μ·‖D·p‖², f = c + ‖r‖²;  else x − (h + σ)⁻¹·g, σ = 2·max(0, −λ₁) + μ

    Gauss–Newton with a damping μ that fades where the model was right and grows until f falls; D, the largest lengths
    of J's columns so far, makes the step one and the same in whatever units a variable is measured. A loss that is no
    sum of squares is walked by Newton with such a damping; a negative least eigenvalue λ₁ is lifted to its own
    magnitude first.

    tau: the first μ, as a share of the largest eigenvalue's magnitude at the start, no unit.
    """

    name = "levenberg-marquardt"
    aliases = ("lm",)
    descends = True
    limits = (("tau", 0, np.inf),)
    reference = (
        "D. Marquardt, An algorithm for least-squares estimation of nonlinear parameters, J. SIAM 11(2), 1963, pp. "
        "431–441; D after J. Moré, The Levenberg–Marquardt algorithm: implementation and theory, Numerical Analysis, "
        "LNM 630, 1978, pp. 105–116; the damping after H. Nielsen, Damping parameter in Marquardt's method, "
        "IMM-REP-1999-05, 1999"
    )
    pro = "Between gradient descent and Gauss–Newton, whichever f allows; the usual choice for fits."
    contra = (
        "The damping has to fade before it is fast; of a sum of squares it can take a saddle for the end, which J does "
        "not show."
    )

    tau: float = 1e-3

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        if (residuals := getattr(f, "residuals", None)) is not None:
            yield from self._squares(f, residuals, x, value)
        size = np.abs(eigen(f.hess(x))[0]).max(axis=-1)
        mu = self.tau * np.where(size > 0, size, 1 / first_step(f, f.grad(x)))
        while True:
            x, value, mu = follow(f, x, value, mu, _propose, _adapt, 1e-4)
            yield x

    def _squares(self, f: Smooth, residuals: Residual, x: np.ndarray, value: np.ndarray) -> Iterator[np.ndarray]:
        linear = model(residuals, x)
        mu = self.tau * linear.largest.reshape(np.shape(value))
        while True:
            if (rests := linear.settled(f, x)).all():
                yield x
                continue
            gradient = linear.gradient.reshape(x.shape)
            there, value, mu = accepted(f, x, value, gradient, mu, linear.step, _adapt, 1e-4)
            x = pick(rests, x, there)
            yield x
            linear = model(residuals, x, linear.units)


def _propose(values: np.ndarray, slopes: np.ndarray, mu: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p = -slopes / (values + 2 * np.maximum(0, -values[..., :1]) + mu[..., None])
    return p, -dot(p, slopes + values * p / 2)


def _adapt(mu: np.ndarray, ratio: np.ndarray, length: np.ndarray) -> np.ndarray:
    return np.where(ratio < 1e-4, 4 * mu, mu * np.maximum(0.1, 1 - (2 * np.minimum(ratio, 1) - 1) ** 3))

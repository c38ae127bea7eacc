"""The model of one method's next step, over contours."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme


class Model:
    """The model of one method's next step: its centre × is the next point.

    Where the step is Newton's, the model's level line through the point is drawn dashed: an ellipse
    where H is definite, a hyperbola where it is not.
    """

    ANGLES = np.linspace(0, 2 * np.pi, 121)
    REACH = np.linspace(-2.6, 2.6, 121)

    def __init__(self, ax: Axes, walk: Walk):
        self.walk = walk
        self.pixel = np.array([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())]) / [
            ax.get_window_extent().width, ax.get_window_extent().height,
        ] * ax.figure.dpi / 100  # fmt: skip
        (self.line,) = ax.plot([], [], lw=1.6, dashes=(4, 2.2), color=theme().model, zorder=5)
        (self.cross,) = ax.plot([], [], "x", ms=8, mew=2, color=theme().model, zorder=5.5)
        self.moving: tuple[Artist, ...] = (self.line, self.cross)
        self.drawn, self.worth = -1, False

    def update(self, moment: Moment) -> None:
        k = self.walk.step(moment)
        visible = moment.model and not moment.final and moment.t < self.walk.last and self._place(k)
        for artist in self.moving:
            artist.set_visible(visible)

    def _place(self, k: int) -> bool:
        if k == self.drawn:
            return self.worth
        self.drawn = k
        x, x_next = self.walk.xs[k], self.walk.xs[k + 1]
        hessian = self.walk.bend(k)
        self.worth = bool(np.isfinite([x, x_next]).all() and np.hypot(*((x_next - x) / self.pixel)) > 12)
        self.cross.set_data([x_next[0]], [x_next[1]])
        line = self.conic(x, x_next, hessian) if self._newton(k, hessian) else np.full((1, 2), np.nan)
        self.line.set_data(line[:, 0], line[:, 1])
        return self.worth

    def _newton(self, k: int, hessian: np.ndarray) -> bool:
        """Whether the step goes to the stationary point of the quadratic model."""
        _, g = self.walk.believed(k)
        with np.errstate(all="ignore"):
            left = hessian @ (self.walk.xs[k + 1] - self.walk.xs[k]) + g
            return bool(np.abs(left).max() <= 1e-6 * np.abs(g).max())

    def conic(self, x: np.ndarray, centre: np.ndarray, hessian: np.ndarray) -> np.ndarray:
        """The level line of (u − centre)ᵀ H (u − centre) through x, as points (m, 2)."""
        eigenvalues, basis = np.linalg.eigh(hessian)
        with np.errstate(all="ignore"):
            level = float((x - centre) @ hessian @ (x - centre))
            axes = np.sqrt(np.abs(level) / np.abs(eigenvalues))
        if not np.isfinite(axes).all() or not np.abs(eigenvalues).min() > 1e-12 * np.abs(eigenvalues).max():
            return np.full((1, 2), np.nan)
        if np.sign(eigenvalues[0]) == np.sign(eigenvalues[1]):
            u = np.stack([np.cos(self.ANGLES), np.sin(self.ANGLES)], -1)
        else:
            u = np.stack([np.sinh(self.REACH), np.cosh(self.REACH)], -1)
            u = u if level * eigenvalues[1] > 0 else u[:, ::-1]
            u = np.vstack([u, [[np.nan, np.nan]], -u])
        return centre + (u * axes) @ basis.T

"""The model of one method's next step, over contours."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.methods.rule import Rule
from symopt.views.parts.border import Places
from symopt.views.parts.line.model import LAST
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme

ANGLES = np.linspace(0, 2 * np.pi, 121)
REACH = np.linspace(-2.6, 2.6, 121)
NONE = np.full((1, 2), np.nan)
SEEN, KEPT, FAINT = 12, 40, 0.6
"""Pixels of a step from which on its model is drawn, and kept at the end of the walk, then fainter."""
ALIKE = 1e-6
"""How nearly a step has the direction, or the length, that its model says."""


class Model:
    """The model of one method's next step: its centre × is the next point, and its level line through this one.

    The line is f + g·s + s·Bs/2 with Bs = −g, where the step tells B:

    - where the method asks for H, B has H's axes: −gᵢ/sᵢ along each, for Newton H itself, else H + α or |H|; an
      ellipse where B is definite, a hyperbola where it is not;
    - a step along −g has one curvature in all directions, 1/lr for gradient descent: a circle;
    - a trust region is a dotted circle about this point, and the level of the model with H touches it at the next.

    Steps that go by their past (momentum, bfgs) have no model that the point tells: only × is drawn.
    """

    def __init__(self, ax: Axes, walk: Walk, places: Places):
        self.walk = walk
        self.word = places.label(LAST, theme().model)
        self.pixel = np.array([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())]) / [
            ax.get_window_extent().width, ax.get_window_extent().height,
        ] * ax.figure.dpi / 100  # fmt: skip
        colour = theme().model
        (self.line,) = ax.plot([], [], lw=1.6, dashes=(4, 2.2), color=colour, zorder=5)
        (self.rim,) = ax.plot([], [], lw=1.2, dashes=(1, 1.6), color=colour, zorder=5)
        (self.cross,) = ax.plot([], [], "x", ms=8, mew=2, color=colour, zorder=5.5)
        self.moving: tuple[Artist, ...] = (self.line, self.rim, self.cross, self.word.text)
        method = walk.trajectory.method
        self.rule = method.read if isinstance(method, Rule) else None
        self.bends = walk.trajectory.calls.h > 0
        self.region = method.name == "trust-region"
        self.pasts = self.rule is not None and not self.rule.memoryless
        self.drawn = -1
        with np.errstate(all="ignore"):
            steps = np.hypot(*(np.diff(walk.xs, axis=0) / self.pixel).T)
        self.box = np.array([ax.get_xlim(), ax.get_ylim()])
        inside = np.asarray(((walk.xs >= self.box[:, 0]) & (walk.xs <= self.box[:, 1])).all(-1))
        self.steps = np.where(np.isfinite(steps), steps, 0)
        wide = np.flatnonzero((self.steps > KEPT) & inside[:-1] & inside[1:])
        self.kept = int(wide[-1]) if wide.size else None
        """The step whose model is kept at the end."""

    def update(self, moment: Moment) -> None:
        k: int | None = self.walk.step(moment)
        if moment.final:
            k = self.kept
        elif not moment.model or moment.t >= self.walk.last or self.steps[k] <= SEEN:
            k = None
        for artist in (self.line, self.rim, self.cross):
            artist.set_visible(k is not None)
            artist.set_alpha(FAINT if moment.final else None)
        self.word.said = k is not None and (moment.final or moment.of > 0)
        if k is not None and k != self.drawn:
            self.drawn = k
            x, x_next = self.walk.xs[k], self.walk.xs[k + 1]
            line, rim = self.lines(x, x_next, k)
            self.line.set_data(*line.T)
            self.rim.set_data(*rim.T)
            self.cross.set_data([x_next[0]], [x_next[1]])
        if self.word.said and k is not None:
            place = (self.walk.xs[k + 1] - self.box[:, 0]) / np.ptp(self.box, axis=1)
            self.word.say(told(f"model of step {k + 1}"), place, (1, 1), 9, 9)

    def lines(self, x: np.ndarray, x_next: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The level line of the model of step k, and the rim of its trust region, as points (m, 2)."""
        _, g = self.walk.believed(k)
        step = x_next - x
        if self.pasts or not np.isfinite([g, step]).all():
            return NONE, NONE
        with np.errstate(all="ignore"):
            if self.bends:
                hessian = self.walk.bend(k)
                if not np.isfinite(hessian).all():
                    return NONE, NONE
                if self.region:
                    return self._within(x, x_next, g, hessian)
                bend = along_axes(hessian, g, step) if self.rule else newtons(hessian, g, step)
                return (NONE if bend is None else conic(x, x_next, bend)), NONE
        straight = -float(g @ step) >= (1 - ALIKE) * float(np.hypot(*g) * np.hypot(*step)) > 0
        return (conic(x, x_next, np.eye(2)) if straight else NONE), NONE

    def _within(
        self, x: np.ndarray, x_next: np.ndarray, g: np.ndarray, hessian: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The model with H through the next point; the rim where the step ended on it."""
        step = x_next - x
        slope = hessian @ step + g
        eigenvalues = np.linalg.eigvalsh(hessian)
        if np.abs(slope).max() <= ALIKE * np.abs(g).max():
            return conic(x, x_next, hessian), NONE
        radius = np.hypot(*step)
        rim = x + radius * np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)
        if not np.abs(eigenvalues).min() > 1e-12 * np.abs(eigenvalues).max():
            return NONE, rim
        return conic(x_next, x - np.linalg.solve(hessian, g), hessian), rim


def along_axes(hessian: np.ndarray, g: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The matrix with H's axes that takes the step to −g."""
    own, basis = np.linalg.eigh(hessian)
    slopes, ways = g @ basis, step @ basis
    bends = np.where(np.abs(ways) > ALIKE * np.abs(ways).max(), -slopes / ways, own)
    return np.asarray((basis * bends) @ basis.T)


def newtons(hessian: np.ndarray, g: np.ndarray, step: np.ndarray) -> np.ndarray | None:
    """H times a number or H + cI, if one of them takes the step to −g."""
    turned = hessian @ step
    if abs(turned[0] * g[1] - turned[1] * g[0]) <= ALIKE * np.hypot(*turned) * np.hypot(*g):
        return np.asarray(-hessian * (g @ g) / (turned @ g))
    shifted = hessian - np.eye(2) * (step @ (turned + g)) / (step @ step)
    return shifted if np.abs(shifted @ step + g).max() <= ALIKE * np.abs(g).max() else None


def conic(x: np.ndarray, centre: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """The level line of (u − centre)ᵀ B (u − centre) through x, as points (m, 2)."""
    eigenvalues, basis = np.linalg.eigh(bend)
    with np.errstate(all="ignore"):
        level = float((x - centre) @ bend @ (x - centre))
        axes = np.sqrt(np.abs(level) / np.abs(eigenvalues))
    if not np.isfinite(axes).all() or not np.abs(eigenvalues).min() > 1e-12 * np.abs(eigenvalues).max():
        return NONE
    if np.sign(eigenvalues[0]) == np.sign(eigenvalues[1]):
        u = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)
    else:
        u = np.stack([np.sinh(REACH), np.cosh(REACH)], -1)
        u = u if level * eigenvalues[1] > 0 else u[:, ::-1]
        u = np.vstack([u, [[np.nan, np.nan]], -u])
    return np.asarray(centre + (u * axes) @ basis.T)

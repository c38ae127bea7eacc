"""How f curves where the walk was: the eigenvalues of H, and how many of them matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from symopt.errors import RenderError
from symopt.language import told
from symopt.loss import Loss
from symopt.views.notation import minus, superscript
from symopt.views.panels import Box, Panel
from symopt.views.panels.decay import WIDTH
from symopt.views.parts.many.some import WORK, Heads, heading, steps_of
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import padded
from symopt.views.sheet.sheet import Part, Sheet, fit_words, font, style_axes
from symopt.views.sheet.theme import theme

LARGEST = 200
"""Variables up to which all eigenvalues are computed."""
MOST, PLACES, FEWEST = 8, 60, 5
"""Eigenvalues of which each is drawn, of one walk; steps at which they are computed, at most and at least."""
DECADES = 10
"""Powers of ten below the largest |λ| that are told from 0."""
GAP = 0.7
"""Decades on the axis between 0 and the smallest |λ| that is told from it."""


def eigenvalues(loss: Loss, points: np.ndarray) -> np.ndarray:
    """Of ∇²f at points (m, n), in ascending order: (m, n); nan where ∇²f is not finite."""
    found = np.full(points.shape, np.nan)
    for row, x in enumerate(points):
        with np.errstate(all="ignore"):
            h = np.asarray(loss.hess(x), dtype=float)
        if np.isfinite(h).all():
            found[row] = np.linalg.eigvalsh(h)
    return found


def effective_rank(values: np.ndarray) -> np.ndarray:
    """exp(−Σ pᵢ ln pᵢ) with pᵢ = |λᵢ| / Σ|λ|, from 1, all in one direction, to n, all alike: (…, n) → (…).

    The singular values of a symmetric matrix are the |λᵢ|. O. Roy and M. Vetterli, "The effective rank: a measure of
    effective dimensionality", EUSIPCO 2007. nan where all λ are 0.
    """
    sizes = np.abs(values)
    with np.errstate(all="ignore"):
        shares = sizes / sizes.sum(-1, keepdims=True)
        entropy = -np.sum(np.where(shares > 0, shares * np.log(shares), 0.0), axis=-1)
        return np.where(np.isfinite(shares).all(-1), np.exp(entropy), np.nan)


class Scale:
    """A signed logarithm: decades above and below a band around 0, in which |λ| < 10^low is drawn straight."""

    def __init__(self, values: np.ndarray):
        sizes = np.abs(values[np.isfinite(values)])
        most = float(sizes.max(initial=0.0)) or 1.0
        seen = sizes[sizes >= most * 10.0**-DECADES]
        self.low = int(np.floor(np.log10(float(seen.min(initial=most)))))
        self.high = int(np.ceil(np.log10(most)))

    def __call__(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            tiny = 10.0**self.low
            logs = np.log10(np.abs(values)) - self.low + GAP
            return np.where(np.abs(values) < tiny, GAP * values / tiny, np.sign(values) * logs)

    def name(self, ax: Axes, limits: tuple[float, float]) -> None:
        """Powers of ten on both sides of 0, as many as have room."""
        span = limits[1] - limits[0]
        every = max(1, int(np.ceil((self.high - self.low + 1) * (1 + (limits[0] < -GAP)) / 7)))
        marks = [(0.0, "0")]
        for power in range(self.high, self.low - 1, -every):
            for sign in (1, -1):
                place = sign * (power - self.low + GAP)
                if limits[0] <= place <= limits[1] and abs(place) > 0.07 * span:
                    marks.append((place, minus("-" * (sign < 0)) + "10" + superscript(str(power))))
        ax.yaxis.set_ticks(
            [place for place, _ in marks], [word for _, word in marks], **font(size=8.5, color=theme().grey)
        )
        ax.tick_params(color=theme().pale)


class Spectrum:
    """The eigenvalues λ of H = ∇²f at each step, on a signed logarithmic axis; where one is below 0, f curves down.

    Of one walk in few variables each is a line; of a few walks the least, the median and the largest are, of many the
    least.

    Below them the effective rank, exp of the entropy of the shares |λᵢ| / Σ|λ| (Roy and Vetterli 2007).
    """

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], box: Box):
        left, top, right, bottom = box
        self.walks = walks
        loss, n = walks[0].trajectory.loss, walks[0].n
        most = int(np.clip(WORK / (len(walks) * n * (loss.operations + n * n)), FEWEST, PLACES))
        self.steps, self.ks = steps_of(walks, most)
        found = [
            eigenvalues(loss, walk.xs[np.searchsorted(walk.trajectory.kept, ks)])
            for walk, ks in zip(walks, self.ks, strict=True)
        ]
        both = n > 1
        upper = sheet.axes(left, top, right, top + 0.6 * (bottom - top) if both else bottom)
        every = np.concatenate([each.ravel() for each in found])
        scale = Scale(every)
        placed = [scale(each) for each in found]
        seen = np.concatenate([each.ravel() for each in placed])
        seen = seen[np.isfinite(seen)]
        low, high = float(seen.min(initial=0.0)), float(seen.max(initial=0.0))
        below = max(int((each < 0).sum(-1).max(initial=0)) for each in placed)
        # words stand below the lines
        limits = (low - (0.16 if below else 0.06) * (high - low) - 0.1, high + 0.06 * (high - low) + 0.1)
        style_axes(upper, (0, self.steps.end), limits, 8.5, (4, 4))
        scale.name(upper, limits)
        upper.axhline(0, color=theme().pale, lw=0.8, zorder=1)
        if below:
            upper.axhspan(limits[0], 0, color=theme().tint, lw=0, zorder=0)
            said = f"λ < 0: f curves down along up to {below} of {n} directions"
            if below == 1:
                said = f"λ < 0: f curves down along 1 of {n} directions" if both else "f″ < 0: f curves down"
            said, size = fit_words(told(said), right - left - 8, 8, 6.5)
            upper.text(0.985, 0.03, said, transform=upper.transAxes, ha="right",
                       **font(said, size=size, color=theme().grey))  # fmt: skip
        self.steps.name(upper, 9, noted=not both)
        each_drawn = n <= MOST and len(walks) == 1
        few = len(walks) <= FEW
        some = "eigenvalues λ of H: least, median (thin), largest" if few else "the least eigenvalue λ of H"
        some = "the eigenvalues λ of H" if each_drawn else some
        heading(upper, some if both else "f″", right - left)
        if not each_drawn:
            placed = [scale(np.stack([each.min(-1), np.median(each, -1), each.max(-1)], -1)) for each in found]
            placed = placed if few else [each[:, :1] for each in placed]
        self.across = [self.steps.along(ks) for ks in self.ks]
        self.curves = [
            np.stack([np.broadcast_to(across[:, None], each.shape), each], -1).transpose(1, 0, 2)
            for across, each in zip(self.across, placed, strict=True)
        ]
        wide: Any = (1.4 if few else 0.7) if each_drawn else ((1.4, 0.7, 1.4) if few else 0.7)
        self.lines = [LineCollection([], colors=walk.colour, linewidths=wide, zorder=4) for walk in walks]
        for line in self.lines:
            upper.add_collection(line, autolim=False)
        self.ranks: list[np.ndarray] = []
        self.rank_lines: list[Artist] = []
        self.heads = Heads(upper, ())
        if both:
            lower = sheet.axes(left, top + 0.6 * (bottom - top) + 52, right, bottom)
            self.ranks = [effective_rank(each) for each in found]
            known = np.concatenate(self.ranks)
            known = known[np.isfinite(known)]
            style_axes(lower, (0, self.steps.end), padded(*_ends(known, n)), 8.5, (4, 3))
            self.steps.name(lower, 9)
            heading(lower, f"directions that matter, of {n}: all if |λ| are alike", right - left)
            self.rank_lines = [
                lower.plot([], [], color=walk.colour, lw=WIDTH if few else 0.7, zorder=4)[0] for walk in walks
            ]
            self.heads = Heads(lower, walks)
        self.moving: tuple[Artist, ...] = (*self.lines, *self.rank_lines, *self.heads.lines)

    def update(self, moment: Moment) -> None:
        places = []
        for index, (walk, ks) in enumerate(zip(self.walks, self.ks, strict=True)):
            count = max(int(np.searchsorted(ks, walk.step(moment), "right")), 1)
            self.lines[index].set_segments(list(self.curves[index][:, :count]))
            if self.ranks:
                self.rank_lines[index].set_data(self.across[index][:count], self.ranks[index][:count])  # type: ignore[attr-defined]
                places.append((float(self.across[index][count - 1]), float(self.ranks[index][count - 1])))
        self.heads.put(places, moment)


def _ends(known: np.ndarray, n: int) -> tuple[float, float]:
    """The range of effective ranks; half of one where they are all alike."""
    if not known.size:
        return 1.0, float(n)
    low, high = float(known.min()), float(known.max())
    return (low - 0.25, high + 0.25) if high - low < 0.5 else (low, high)


def check(loss: Loss) -> None:
    """Raises RenderError for more variables than their eigenvalues can be had of at every step."""
    if loss.n > LARGEST:
        raise RenderError(f"the panel spectrum is for at most {LARGEST} variables, here are {loss.n:,}",
                          'panels="coordinates" is for any number', shell="try --panel coordinates")  # fmt: skip


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, _marks: Marks) -> list[Part]:
    return [Spectrum(sheet, walks, box)]


PANEL = Panel("beside", draw, help="the eigenvalues of H at each step, and its effective rank", check=check)

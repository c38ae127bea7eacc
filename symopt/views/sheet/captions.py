"""Words beside places of a picture, put where they cover nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from symopt.language import told
from symopt.views.sheet.segments import drawable, inside
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

SIZE, POINT = 8.5, 100 / 72
"""Of words in points; pixels of a point."""
GAP = 8.0
NEAR = 7
"""Pixels between points that hide each other."""
RIM, MOST = 4.2, 14.0
"""Points of size by which what lies below is larger: for each that lies on it, and in all."""
CLEAR = 14.0
"""Pixels of distance beyond which more is no better."""
SIDES = [(1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1)]
APART, ENDS = 8.0, 100
"""Pixels between the places of a path that are looked at, and points of a long one at its begin and at its end."""
Kept: TypeAlias = "dict[tuple[str | float, ...], np.ndarray]"
"""By a word and its place, how far from it in pixels the word's middle is."""


class Captions:
    """The words of one picture, each away from the paths, the places and the words before it.

    kept: where words of other views of the picture stand beside their places, in pixels, and are written if nothing is
        there; those of this one are added.
    nested: whether the points of walks that lie on one another grow.
    """

    def __init__(
        self, ax: Axes, paths: Sequence[np.ndarray], places: Sequence[np.ndarray], kept: Kept | None = None,
        nested: bool = True,
    ):  # fmt: skip
        self.ax, self.kept = ax, kept
        limits = np.array([ax.get_xlim(), ax.get_ylim()])
        self.low, self.high = limits[:, 0], limits[:, 1]
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.edges = np.array([box.width, box.height]) / scale
        taken = [self._pixels(np.reshape(places, (-1, 2)))]
        taken += [along(self._pixels(drawable(ends(path), self.low, self.high)[0]), self.edges) for path in paths]
        self.many, self.nested = len(paths), nested
        self.stands = [self._pixels(np.array([path[at] for path in paths]).reshape(-1, 2)) for at in (0, -1)]
        """Where the walks' points stand at first and in the end."""
        points = np.vstack(taken)
        with np.errstate(invalid="ignore"):
            near = (points > -50).all(-1) & (points < self.edges + 50).all(-1)
        self.taken = np.unique(np.rint(points[near]), axis=0)
        """Places that are not free, to the pixel."""
        self.words: list[tuple[np.ndarray, np.ndarray]] = []
        """The middle of each word written and half its box, in pixels."""

    def put(self, place: np.ndarray, word: str) -> None:
        """Writes the word on the side of the place that is free and in the picture; nothing among words only."""
        text = told(word)
        at = self._pixels(place)
        half = np.array([measure(text, SIZE), SIZE * POINT]) / 2 + 1
        best, where, gap = -np.inf, at, self._gap(at)
        known = None if self.kept is None else self.kept.get((word, *map(float, place)))
        if known is not None:
            where = at + known
            if (np.abs(where - self.edges / 2) <= self.edges / 2 - half).all() and not self._meets(where, half):
                self._write(text, place, where - at)
                self.cover(where, half)
            return
        for rank, (far, side) in enumerate(product((1, 2.2), SIDES)):
            reach = far * np.array([gap if side[1] == 0 else 0.6 * gap, gap])
            wanted = at + np.array(side) * (half + reach)
            middle = np.clip(wanted, half, self.edges - half)
            away = np.abs(self.taken - middle) - half
            clear = np.hypot(*np.maximum(away, 0).T).min(initial=CLEAR) if len(away) else CLEAR
            value = min(clear, CLEAR) - 0.5 * rank - 5 * (far > 1) - np.abs(middle - wanted).max()
            if value > best and not self._meets(middle, half):
                best, where = value, middle
        if not np.isfinite(best):
            return
        self.cover(where, half)
        self._write(text, place, where - at)
        if self.kept is not None:
            self.kept[word, *map(float, place)] = where - at

    def _meets(self, middle: np.ndarray, half: np.ndarray) -> bool:
        """Whether the box of a word would lie on another's."""
        return any((np.abs(middle - other) < half + its - (0, 2)).all() for other, its in self.words)

    def _write(self, text: str, place: np.ndarray, away: np.ndarray) -> None:
        named = self.ax.annotate(
            text, (float(place[0]), float(place[1])), tuple(away / POINT), textcoords="offset points",
            ha="center", va="center", zorder=2.6, **font(text, size=SIZE),
        )  # fmt: skip
        named.set_path_effects([withStroke(linewidth=2.5, foreground=theme().veil(0.63))])

    def cover(self, middle: np.ndarray, half: np.ndarray) -> None:
        """Takes the box of a word, in pixels, for itself."""
        self.words.append((middle, half))
        corners = middle + half * np.array([[x, y] for x in (-1, 0, 1) for y in (-1, 0, 1)])
        self.taken = np.vstack([self.taken, corners])

    def keep(self, letters: np.ndarray) -> None:
        """Takes the places of letters (m, 2) of other words."""
        for at in self._pixels(letters):
            self.cover(at, np.full(2, SIZE * POINT / 2))

    def _gap(self, at: np.ndarray) -> float:
        """Pixels from a place to a word: past the points that stand there, nested."""
        with np.errstate(invalid="ignore"):
            here = max(int((np.abs(stand - at) < NEAR).all(-1).sum()) for stand in self.stands)
        larger = 2 if self.many == 1 else rim(self.many) * (here - 1) * self.nested
        return max(GAP, 0.7 * (theme().point + larger) + 3) if here else GAP

    def _pixels(self, points: np.ndarray) -> np.ndarray:
        return np.asarray((points - self.low) / (self.high - self.low) * self.edges)


def ends(path: np.ndarray) -> np.ndarray:
    """The first points of a path (m, 2) and its last."""
    return path if len(path) <= 2 * ENDS else np.concatenate([path[:ENDS], path[-ENDS:]])


def along(line: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Places (m, 2) along a line in pixels, from each to the next a few, as far as it is between the edges."""
    first, last = inside(line[:-1], line[1:], np.zeros(2), edges)
    kept = np.isfinite(first).all(-1)
    first, way = first[kept], last[kept] - first[kept]
    many = np.maximum(np.ceil(np.hypot(*way.T) / APART), 1).astype(int)
    rank = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    share = (rank + 0.5) / np.repeat(many, many)
    return np.concatenate([np.repeat(first, many, 0) + share[:, None] * np.repeat(way, many, 0), line])


def rim(many: int) -> float:
    """Points of size by which a walk's point is larger for each that lies on it, of so many walks."""
    return min(RIM, MOST / max(many - 1, 1))

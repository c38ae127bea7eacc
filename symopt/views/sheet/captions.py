"""Words beside places of a picture, put where they cover nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from symopt.language import told
from symopt.views.sheet.colours import identity
from symopt.views.sheet.nested import largest, rim
from symopt.views.sheet.segments import drawable, inside
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

SIZE, POINT = 8.5, 100 / 72
"""Of words in points; pixels of a point."""
GAP = 8.0
NEAR = 7
"""Pixels between points that hide each other."""
CLEAR = 14.0
"""Pixels of distance beyond which more is no better."""
SIDES = [(1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1)]
APART, ENDS = 8.0, 100
"""Pixels between the places of a path that are looked at, and points of a long one at its begin and at its end."""
COARSE = 3.0
"""Pixels to which places are told where a word looks over the whole picture for its own."""


class Kept:
    """What the words of the views of one picture share.

    boxes: the sides (2, 2) of its views. where: by a word and its place, how far from it in pixels its middle is.
    """

    def __init__(self, boxes: Sequence[np.ndarray]) -> None:
        self.boxes = boxes
        self.where: dict[tuple[object, ...], np.ndarray] = {}


class Captions:
    """The words of one picture, each away from the paths, the places and the words before it.

    kept: what other views of the picture share: a word stands where it stood there, if nothing is there; a new one goes
        where no view has a point.
    nested: whether the points of walks that lie on one another grow.
    """

    def __init__(
        self, ax: Axes, paths: Sequence[np.ndarray], places: Sequence[np.ndarray], kept: Kept | None = None,
        nested: bool = True,
    ):  # fmt: skip
        self.ax, self.kept = ax, kept
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.edges = np.array([box.width, box.height]) / scale
        self.paths, self.places, self.nested = paths, places, nested
        self.sight = Sight(self, np.array([ax.get_xlim(), ax.get_ylim()]))
        self.taken = self.sight.taken
        """Places that are not free, to the pixel."""
        self.words: list[tuple[np.ndarray, np.ndarray]] = []
        """The middle of each word written and half its box, in pixels."""

    def put(self, place: np.ndarray, word: str) -> None:
        """Writes the word on the side of the place that is free and in the picture; nothing among words only."""
        text = told(word)
        at = self.sight.pixels(place)
        half = np.array([measure(text, SIZE), SIZE * POINT]) / 2 + 1
        where = {} if self.kept is None else self.kept.where
        known = where.get(key := (word, *map(float, place)))
        if known is None:
            known = where[key] = self._best(place, half)
        middle = at + known
        within = (np.abs(middle - self.edges / 2) <= self.edges / 2 - half + 1e-6).all()
        if not within or self._meets(middle, half) or self.sight.hides(middle, half):
            return
        self.cover(middle, half)
        named = self.ax.annotate(
            text, (float(place[0]), float(place[1])), tuple(known / POINT), textcoords="offset points",
            ha="center", va="center", zorder=2.6, **font(text, size=SIZE),
        )  # fmt: skip
        named.set_path_effects([withStroke(linewidth=2.5, foreground=theme().veil(0.63))])

    def room(self, middles: np.ndarray, half: np.ndarray, most: float) -> np.ndarray:
        """How many pixels, at most so many, are free around the boxes of a word at middles (m, 2): (m,); −1 where one
        would lie on another word or on the point of a walk.
        """
        # a trail is as near in a few of its places
        taken = np.unique(np.rint(self.taken / COARSE), axis=0) * COARSE
        gaps = np.maximum(np.abs(middles[:, None] - taken) - half, 0)
        free = np.hypot(*np.moveaxis(gaps, -1, 0)).min(-1, initial=most)
        with np.errstate(invalid="ignore"):
            for other, its in [*self.sight.points, *self.words]:
                free[(np.abs(middles - other) < half + its).all(-1)] = -1.0
        return free

    def _best(self, place: np.ndarray, half: np.ndarray) -> np.ndarray:
        """How far from its place the middle of a word is best, in pixels: free in this view, and in others seen."""
        at = self.sight.pixels(place)
        others = [] if self.kept is None else [Sight(self, box) for box in self.kept.boxes]
        others = [sight for sight in others if (np.abs(sight.pixels(place) - self.edges / 2) <= self.edges / 2).all()]
        gap = max(sight.gap(sight.pixels(place)) for sight in (self.sight, *others))
        best, found = -np.inf, np.full(2, np.inf)
        for rank, (far, side) in enumerate(product((1, 2.2), SIDES)):
            reach = far * np.array([gap if side[1] == 0 else 0.6 * gap, gap])
            wanted = at + np.array(side) * (half + reach)
            middle = np.clip(wanted, half, self.edges - half)
            if self._meets(middle, half):
                continue
            away = middle - at
            seen = [(sight, sight.pixels(place) + away) for sight in others]
            clear = min(
                [_clear(self.taken, middle, half), *(_clear(sight.taken, there, half) for sight, there in seen)]
            )
            covers = sum(sight.hides(there, half) for sight, there in [(self.sight, middle), *seen])
            value = clear - 0.5 * rank - 5 * (far > 1) - np.abs(middle - wanted).max() - 100 * covers
            if value > best:
                best, found = value, away
        return found

    def _meets(self, middle: np.ndarray, half: np.ndarray) -> bool:
        """Whether the box of a word would lie on another's."""
        return any((np.abs(middle - other) < half + its - (0, 2)).all() for other, its in self.words)

    def cover(self, middle: np.ndarray, half: np.ndarray) -> None:
        """Takes the box of a word, in pixels, for itself."""
        self.words.append((middle, half))
        corners = middle + half * np.array([[x, y] for x in (-1, 0, 1) for y in (-1, 0, 1)])
        self.taken = np.vstack([self.taken, corners])


class Sight:
    """Where the paths, places and points of some captions are in one view, in pixels; box: the view's sides (2, 2)."""

    def __init__(self, captions: Captions, box: np.ndarray) -> None:
        self.low, self.high, self.edges = box[:, 0], box[:, 1], captions.edges
        paths = captions.paths
        taken = [self.pixels(np.reshape(captions.places, (-1, 2)))]
        taken += [along(self.pixels(drawable(ends(path), self.low, self.high)[0]), self.edges) for path in paths]
        points = np.vstack(taken)
        with np.errstate(invalid="ignore"):
            near = (points > -50).all(-1) & (points < self.edges + 50).all(-1)
        self.taken = np.unique(np.rint(points[near]), axis=0)
        self.stands = [self.pixels(np.array([path[at] for path in paths]).reshape(-1, 2)) for at in (0, -1)]
        """Where the walks' points stand at first and in the end."""
        self.size = theme().point + 2.0 * (len(paths) == 1)
        self.markers = [identity(rank)[1] for rank in range(len(paths))] if captions.nested else []
        few = self.stands if captions.nested else []
        self.points = [(at, self._reach(_near(stand, at)) - 2) for stand in few for at in stand]
        """Those of a few walks, and half their sizes; the points of many are small."""

    def pixels(self, points: np.ndarray) -> np.ndarray:
        return np.asarray((points - self.low) / (self.high - self.low) * self.edges)

    def gap(self, at: np.ndarray) -> float:
        """Pixels from a place to a word: past the points that stand there, nested."""
        here = [_near(stand, at) for stand in self.stands]
        return max([GAP, *(self._reach(near) + 3 for near in here if near.any())])

    def hides(self, middle: np.ndarray, half: np.ndarray) -> bool:
        """Whether the box of a word would lie on the point of a walk."""
        with np.errstate(invalid="ignore"):
            return any((np.abs(at - middle) < half + reach).all() for at, reach in self.points)

    def _reach(self, here: np.ndarray) -> float:
        """Half the size in pixels of the largest of the points that lie on one another, of which walks; mask (m,)."""
        ranks = [int(rank) for rank in np.flatnonzero(here)]
        return 0.7 * largest(self.markers, ranks, self.size, rim(len(self.markers)))


def _near(stand: np.ndarray, at: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(stand - at) < NEAR).all(-1))


def _clear(taken: np.ndarray, middle: np.ndarray, half: np.ndarray) -> float:
    """Pixels from the box of a word to the next place that is not free, as far as they count."""
    return float(np.hypot(*np.maximum(np.abs(taken - middle) - half, 0).T).min(initial=CLEAR))


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

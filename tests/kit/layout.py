"""Whether every word of a picture can be read: `python -m tests.kit.layout` looks at all of the gallery's pictures.

Every text that a picture really draws, tick labels included, is measured against the canvas, every other text and the
points where walks stand. Nothing is painted. The command measures the pictures of `looks` and prints each fault and
how many pictures there were.

usage: python -m tests.kit.layout [--part K/N] [--loss NAME]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain, combinations
from typing import Any
from unittest.mock import patch

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from symopt.trajectory import Trajectory
from symopt.views.drawing import unhinted
from symopt.views.sheet.picture import Moment, Picture

TOUCH = 1.0, 3.0
"""Pixels at 100 dpi, across and up, by which the boxes of two texts may overlap: letters do not fill their boxes."""
POINT, HEART = 8.0, 0.4
"""Points that the marker of one of a few walks measures at least, and half of what must be seen of it, in its sizes;
the small ones of many walks may lie below words."""
EDGE = 1.0
"""Pixels by which a box may leave the canvas."""


def drawn(figure: Figure) -> tuple[list[Text], list[Line2D]]:
    """The texts and the lone markers that a drawing of the figure draws; nothing is painted."""
    texts: dict[int, Text] = {}
    points: dict[int, Line2D] = {}

    def noted(self: Text, *_arguments: Any, **_options: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            texts[id(self)] = self

    def pointed(self: Line2D, *_arguments: Any, **_options: Any) -> None:
        if self.get_visible() and self.axes and len(self.get_xdata()) == 1 and self.get_markersize() >= POINT:
            points[id(self)] = self

    with ExitStack() as stack:
        stack.enter_context(patch.object(Text, "draw", noted))
        stack.enter_context(patch.object(Line2D, "draw", pointed))
        for kind in (Patch, Collection, ContourSet, AxesImage):
            stack.enter_context(patch.object(kind, "draw", lambda *_arguments, **_options: None))
        figure.draw(FigureCanvasAgg(figure).get_renderer())
    return list(texts.values()), list(points.values())


def box(text: Text) -> np.ndarray:
    """The corners (4, 2) of a text in pixels, turned as it is."""
    turned = text.get_rotation()
    extent = text.get_window_extent()
    corners = np.array([[extent.x0, extent.y0], [extent.x1, extent.y0], [extent.x1, extent.y1], [extent.x0, extent.y1]])
    if not turned:
        return corners
    text.set_rotation(0)
    straight = text.get_window_extent()
    text.set_rotation(turned)
    angle = np.radians(turned)
    half = np.array([straight.width, straight.height]) / 2
    along = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return corners.mean(0) + (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ along


def meet(one: np.ndarray, other: np.ndarray, scale: float) -> bool:
    """Whether two boxes overlap by more than letters leave free in them, along the sides of each."""
    if (one.max(0) < other.min(0)).any() or (other.max(0) < one.min(0)).any():
        return False
    for corners in (one, other):
        for side, room in ((corners[1] - corners[0], TOUCH[0]), (corners[3] - corners[0], TOUCH[1])):
            normal = side / max(np.hypot(*side), 1e-9)
            a, b = one @ normal, other @ normal
            if min(a.max(), b.max()) - max(a.min(), b.min()) <= room * scale:
                return False
    return True


def faults(figure: Figure) -> list[str]:
    """The texts of a picture that are cut by its border, lie on one another, or on the point of a walk."""
    scale = figure.dpi / 100
    with unhinted():
        texts, points = drawn(figure)
        boxes = [(text.get_text(), box(text)) for text in texts]
    low, high = np.zeros(2), np.array([figure.bbox.width, figure.bbox.height])
    found = [
        f"{name!r} is cut" for name, corners in boxes
        if (corners < low - EDGE * scale).any() or (corners > high + EDGE * scale).any()
    ]  # fmt: skip
    found += [
        f"{one!r} lies on {other!r}" for (one, first), (other, second) in combinations(boxes, 2)
        if meet(first, second, scale)
    ]  # fmt: skip
    marks = [mark for line in points if (mark := heart(line)) is not None]
    found += [f"{name!r} lies on a point" for name, corners in boxes if any(meet(corners, m, scale) for m in marks)]
    return found


def heart(line: Line2D) -> np.ndarray | None:
    """The corners (4, 2) of the middle of a marker in pixels; None where it is not seen."""
    at = line.get_transform().transform(np.column_stack(line.get_data(orig=False)).astype(float))[0]
    seen = line.axes.bbox
    if not np.isfinite(at).all() or (line.get_clip_on() and not seen.contains(*at)):
        return None
    half = HEART * line.get_markersize() * line.get_figure(root=True).dpi / 72
    return np.asarray(at + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]))


def of(scene: Picture, walks: Sequence[Trajectory], whole: bool = True) -> list[str]:
    """The faults of one picture at its beginning, and if whole on its way and with a remark, and at its end; of one
    with a camera in the first view, half way and in the last.
    """
    last = max(len(each.xs) for each in walks) - 1
    moments = [Moment(0), Moment(last, final=True)]
    if whole:
        moments += [Moment(last // 2, stride=20), Moment(max(last - 3, 0), note=f"repeats until step {last}")]
    if scene.camera is not None:
        moments = [Moment(0), Moment(last // 2, view=0.5), Moment(last, final=True, view=1.0)]
    found: list[str] = []
    for moment in moments:
        scene.update(moment)
        found += [f"step {moment.step}: {fault}" for fault in faults(scene.figure)]
    return list(dict.fromkeys(found))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.kit.layout", description="Look for words that cannot be read."
    )
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of the gallery")
    parser.add_argument("--loss", default="", help="one loss of the gallery")
    chosen = parser.parse_args()
    part, parts = map(int, chosen.part.split("/"))
    from tests.kit.looks import gallery, studied

    pictures = wrong = 0
    began = time.process_time()
    for name, found in chain(gallery(part - 1, parts, chosen.loss), [] if chosen.loss else studied(part - 1, parts)):
        pictures += 1
        wrong += bool(found)
        for fault in found:
            print(f"{name}: {fault}", flush=True)
        if pictures % 50 == 0:
            print(
                f"{pictures:,} pictures so far, {time.process_time() - began:.0f} s of CPU", file=sys.stderr, flush=True
            )
    print(f"{pictures:,} pictures, {wrong} with a fault")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())

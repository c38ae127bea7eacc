"""Whether every word of a picture can be read: `python -m tests.kit.layout` looks at all of the gallery's pictures.

Every text that a picture really draws, tick labels included, is measured against the canvas and against every other.
The command walks each loss of the gallery by each method, alone and together, with the panels in turn, as a surface and
in strips, at three resolutions, in both languages, and prints each fault and how many pictures there were.

usage: python -m tests.kit.layout [--part K/N] [--loss NAME]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator, Sequence
from itertools import combinations, cycle
from typing import Any
from unittest.mock import patch

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from symopt.descent import descend
from symopt.errors import SymoptError
from symopt.gallery import GALLERY
from symopt.language import LANGUAGES, speaking
from symopt.loss import Loss
from symopt.methods.registry import registered
from symopt.trajectory import Trajectory
from symopt.views.compose import Request, compose
from symopt.views.drawing import unhinted
from symopt.views.panels import panel
from symopt.views.scenes.strip import filmstrip
from symopt.views.sheet.picture import Moment

TOUCH = 1.0, 3.0
"""Pixels at 100 dpi, across and up, by which the boxes of two texts may overlap: letters do not fill their boxes."""
EDGE = 1.0
"""Pixels by which a box may leave the canvas."""
PANELS: tuple[tuple[str, ...], ...] = (
    (), ("decay",), ("slope",), ("cobweb",), ("cobweb", "decay", "slope"), ("coordinates",), ("distance", "spectrum"),
    ("parallel",), ("line", "plane"), ("line",), ("coordinates", "distance", "spectrum", "parallel", "plane"),
)  # fmt: skip
TOGETHER = (
    ("gd", "newton"),
    ("newton", "momentum", "adam"),
    ("gd", "newton", "adam", "bfgs", "sign-gd"),
    ("gd", "newton", "adam", "bfgs", "polyak", "momentum", "rmsprop", "trust-region"),
)


def drawn(figure: Figure) -> list[Text]:
    """The texts that a drawing of the figure draws."""
    found: dict[int, Text] = {}
    plain = Text.draw

    def noted(self: Text, *arguments: Any, **options: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            found[id(self)] = self
        plain(self, *arguments, **options)

    with patch.object(Text, "draw", noted):
        figure.draw(Blind(round(figure.bbox.width), round(figure.bbox.height), figure.dpi))
    return list(found.values())


class Blind(RendererAgg):
    """Measures and draws nothing."""

    def __init__(self, width: int, height: int, dpi: float) -> None:
        super().__init__(width, height, dpi)
        for name in ("path", "markers", "path_collection", "quad_mesh", "gouraud_triangles", "image", "text"):
            setattr(self, f"draw_{name}", lambda *_arguments, **_options: None)


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
    """The texts of a picture that are cut by its border or lie on one another."""
    scale = figure.dpi / 100
    with unhinted():
        boxes = [(text.get_text(), box(text)) for text in drawn(figure)]
    low, high = np.zeros(2), np.array([figure.bbox.width, figure.bbox.height])
    found = [
        f"{name!r} is cut" for name, corners in boxes
        if (corners < low - EDGE * scale).any() or (corners > high + EDGE * scale).any()
    ]  # fmt: skip
    found += [
        f"{one!r} lies on {other!r}" for (one, first), (other, second) in combinations(boxes, 2)
        if meet(first, second, scale)
    ]  # fmt: skip
    return found


def of(walks: Sequence[Trajectory], dpi: float | None = None, **request: Any) -> list[str]:
    """The faults of one picture at its beginning, on its way, with a remark, and at its end."""
    scene = compose(walks, Request(**request, dpi=dpi))
    last = max(len(each.xs) for each in walks) - 1
    moments = [Moment(0), Moment(last // 2, stride=20), Moment(max(last - 3, 0), note=f"repeats until step {last}")]
    found: list[str] = []
    for moment in (*moments, Moment(last, final=True)):
        scene.update(moment)
        found += [f"step {moment.step}: {fault}" for fault in faults(scene.figure)]
    return list(dict.fromkeys(found))


def of_strip(walks: Sequence[Trajectory]) -> list[str]:
    """The faults of a filmstrip of the first steps and the last."""
    last = max(each.steps for each in walks)
    steps = tuple(sorted({0, min(1, last), last // 2, last}))
    return list(dict.fromkeys(faults(filmstrip(walks, Request(at=steps)).figure)))


def walked(loss: str, method: str, steps: int = 100, **options: Any) -> Trajectory | None:
    """A walk of the gallery; None where the method cannot walk there."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return descend(loss, method, steps=steps, **options)
    except SymoptError:
        return None


def panel_for(name: str, n: int) -> bool:
    """Whether a panel is for n variables."""
    try:
        panel(name, n, Loss.parse("+".join("xyz"[:n]) if n < 4 else f"sum(x[i], i, 1, {n})"))
    except SymoptError:
        return False
    return True


def requests(n: int) -> Iterator[dict[str, Any]]:
    """What may be asked of a picture of one walk."""
    for wanted in PANELS:
        if all(panel_for(name, n) for name in wanted):
            yield {"panels": wanted}
    if n == 2:
        yield {"surface": True}
    if n == 1:
        yield {"style": "plain"}


def gallery(part: int = 0, parts: int = 1, only: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of each picture, and its faults."""
    for place, entry in enumerate(GALLERY):
        if place % parts != part or only not in ("", entry.name):
            continue
        walks = {name: walk for name in registered() if (walk := walked(entry.name, name)) is not None}
        for number, (name, walk) in enumerate(walks.items()):
            asked = list(requests(entry.n))
            for turn in (number, number + len(asked) // 2):
                request, dpi = asked[turn % len(asked)], (100, 70, 220)[turn % 3]
                tongue = LANGUAGES[turn % 2]
                with speaking(tongue):
                    found = of([walk], dpi=dpi, **request)
                yield f"{entry.name} {name} {request} at {dpi} dpi in {tongue}", found
            if number % 6 == place % 6:
                yield f"{entry.name} {name} in a strip", of_strip([walk])
        for names, request in zip(TOGETHER, cycle(requests(entry.n)), strict=False):
            together = [walks[name] for name in names if name in walks]
            if len(together) > 1 and "style" not in request:
                yield f"{entry.name} {'+'.join(names)} {request}", of(together, **request)
        many = [walk for name in list(registered())[:10] if (walk := walks.get(name)) is not None]
        if len(many) > 8:
            yield f"{entry.name} ten methods", of(many)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.kit.layout", description="Look for words that cannot be read."
    )
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of the gallery")
    parser.add_argument("--loss", default="", help="one loss of the gallery")
    chosen = parser.parse_args()
    part, parts = map(int, chosen.part.split("/"))
    pictures = wrong = 0
    for name, found in gallery(part - 1, parts, chosen.loss):
        pictures += 1
        wrong += bool(found)
        for fault in found:
            print(f"{name}: {fault}", flush=True)
    print(f"{pictures:,} pictures, {wrong} with a fault")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())

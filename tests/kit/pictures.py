"""Walks to be drawn, and what can be read off a picture from the outside."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from symopt.descent import Stop, descend
from symopt.trajectory import Trajectory
from symopt.views.compose import Request, compose
from symopt.views.sheet.picture import Moment, Picture

COSINE = "-cos(pi*x/20)"
PERTURBED = "-cos(pi*x/20)+x**2"
BANANA = "(1-x)**2+100*(y-x**2)**2"
HIMMELBLAU = "(x**2+y-11)**2+(x+y**2-7)**2"
CHAIN = "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, 3)"


def walk(loss, method="newton", start=-15.0, steps=100, window=None, gtol=1e-8) -> Trajectory:
    start = np.atleast_1d(np.asarray(start, float))
    box = None if window is None else np.asarray(window, float).reshape(-1, 2)
    with np.errstate(over="ignore"):
        return descend(loss, method, start, Stop(steps=steps, gtol=gtol), box)


def picture(*walks: Trajectory, **request) -> Picture:
    return compose(walks, Request(**request))


def end(*walks: Trajectory) -> Moment:
    return Moment(max(each.steps for each in walks), final=True)


def at(picture: Picture, moment: Moment | float) -> Figure:
    picture.update(moment if isinstance(moment, Moment) else Moment(moment))
    return picture.figure


def words(figure: Figure) -> list[str]:
    """Everything that can be read in a picture."""
    return [text.get_text() for text in seen(figure)]


def seen(figure: Figure) -> list[Text]:
    found = figure.findobj(
        lambda artist: isinstance(artist, Text) and artist.get_visible() and artist.get_text().strip()
    )
    # tick labels beyond the limits are there but not drawn
    return [text for text in found if _inside(text.get_window_extent(), figure.bbox) or not _tick(text)]


def markers(figure: Figure, marker: str, axes: int = 0) -> np.ndarray:
    """The places (m, 2) of the visible markers of one shape."""
    lines = [line for line in figure.axes[axes].lines if line.get_visible() and line.get_marker() == marker]
    places = np.concatenate([np.column_stack(line.get_data()) for line in lines]) if lines else np.empty((0, 2))
    return places[np.isfinite(places.astype(float)).all(-1)]


def dashed(figure: Figure, axes: int = 0) -> list:
    return [
        line
        for line in figure.axes[axes].lines
        if line.get_visible() and line.is_dashed() and len(line.get_xdata()) > 2
    ]


def _inside(box, outer) -> bool:
    return bool(box.x0 >= outer.x0 - 1 and box.x1 <= outer.x1 + 1 and box.y0 >= outer.y0 - 1 and box.y1 <= outer.y1 + 1)


def _tick(text: Text) -> bool:
    return text.axes is not None

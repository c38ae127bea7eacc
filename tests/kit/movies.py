"""A small picture and hand-made walks, so that movies are tested without any loss or method."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from symopt.judge import Outcome
from symopt.views.drawing import Drawing
from symopt.views.film.pacing import Frame
from symopt.views.sheet.picture import Moment, Picture


def plain(width=160, height=120, dpi=50, steps=10) -> Picture:
    """A parabola, a red point that walks down on it, and a changing label below."""
    figure = Drawing(figsize=(width / dpi, height / dpi), dpi=dpi, layout="tight")
    ax = figure.add_subplot()
    grid = np.linspace(-2, 2, 101)
    ax.plot(grid, grid**2, "k")
    ax.set(xlim=(-2, 2), ylim=(-0.5, 4.5))
    (point,) = ax.plot([], [], "or", zorder=4)
    label = ax.set_xlabel("timestep 0")

    def update(moment: Moment) -> None:
        x = -2 * 0.7 ** min(moment.t, steps)
        point.set_data([x], [x**2])
        label.set_text(f"timestep {moment.step}{moment.note}")
        label.set_color("green" if moment.final else "black")

    return Picture(figure, (point, label), update)


def each_step(count: int, seconds: float = 0.2) -> list[Frame]:
    return [Frame(Moment(k, final=k == count - 1), seconds) for k in range(count)]


def walk(xs, outcome=Outcome.EXHAUSTED, window=(-20, 20), fs=None, period=None) -> SimpleNamespace:
    """What pacing reads of a trajectory; f is x² unless given."""
    xs = np.asarray(xs, float)
    xs = xs[:, None] if xs.ndim == 1 else xs
    window = np.broadcast_to(np.asarray(window, float), (xs.shape[1], 2))
    fs = (xs**2).sum(-1) if fs is None else np.asarray(fs, float)
    steps = len(xs) - 1
    return SimpleNamespace(
        xs=xs, fs=fs, outcome=outcome, period=period, window=window, kind=None, steps=steps, thinned=None
    )

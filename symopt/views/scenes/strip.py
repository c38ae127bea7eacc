"""Filmstrips: a few steps of a walk side by side on one sheet, vector graphics included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from symopt.errors import RenderError
from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.compose import Request, caption, compose
from symopt.views.film.formats import STILL
from symopt.views.parts.walk import walks_of
from symopt.views.scenes.plane import COLUMN, HEIGHT, column, surplus
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Moment, Picture
from symopt.views.sheet.sheet import settings
from symopt.views.sheet.styles import themed

MOST = 24


def check_still(path: Path | None) -> None:
    """Raises RenderError for a moving format: a filmstrip does not move."""
    if path is not None and path.suffix.lower() not in STILL:
        raise RenderError(f"a filmstrip is a still, and {path.suffix} a moving picture",
                          f"{path.stem}.png, .svg or .pdf")  # fmt: skip


def filmstrip(trajectories: Sequence[Trajectory], request: Request) -> Picture:
    """The pictures at the steps asked for, in rows of two or three; the last step of the walk shows its verdict. In two
    variables who walks stands once, beside them all, as the latest step has it.

    Raises RenderError for a step that no walk has.
    """
    at = request.at
    last = max(each.steps for each in trajectories)
    wrong = [k for k in at if not 0 <= k <= last]
    if wrong:
        raise RenderError(f"there is no step {wrong[0]}", f"the walk has the steps 0 to {last}")
    if len(at) > MOST:
        raise RenderError(f"{len(at)} pictures are too many for a strip", f"at most {MOST}")
    columns = len(at) if len(at) < 4 else 2 if len(at) == 4 else 3
    rows = -(-len(at) // columns)
    own = replace(request, look=replace(request.look, title="", size=None))
    alone = trajectories[0].n == 2 and len(at) > 1
    wide, high = 100 * compose(trajectories, own, alone=alone).figure.get_size_inches()
    shared, tall = 0, high * rows
    if alone:
        shared = COLUMN + panel.width(request.panels, 2)
        tall = max(tall, HEIGHT + surplus(walks_of(trajectories)))
    with settings(themed(request.look)):
        sheet = Paper(request.look, request.dpi).fixed(wide * columns + shared, tall)
    figure = sheet.figure
    widths = [wide] * columns + [shared] * alone
    cells = figure.add_gridspec(
        rows, len(widths), width_ratios=widths, left=0, right=1, bottom=0, top=1, wspace=0, hspace=0
    )
    for index, k in enumerate(at):
        cell = figure.add_subfigure(cells[index // columns, index % columns], facecolor="none")
        compose(trajectories, own, cell, alone).update(Moment(k, final=k == last, of=last))
    if alone:
        cell = figure.add_subfigure(cells[:, -1], facecolor="none")
        with settings(themed(request.look)):
            made = column(trajectories, Paper(own.look, own.dpi, cell), own.marks, own.panels, tall)
        made.update(Moment(max(at), final=max(at) == last, of=last))
    return Picture(figure.figure, (), lambda moment: None, caption(trajectories, request.look.title))

"""Walks at their end in axes of the user's own: the curve or the contours, and on it what walked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from symopt.errors import RenderError, named
from symopt.trajectory import Trajectory
from symopt.views.compose import Request
from symopt.views.look import Look
from symopt.views.notation import symbol
from symopt.views.parts.best import Best
from symopt.views.parts.border import Places
from symopt.views.parts.line.landscape import Landscape as Curve
from symopt.views.parts.line.landscape import mark
from symopt.views.parts.line.marker import Marker as Runner
from symopt.views.parts.line.trail import Starts, Trail, named_once
from symopt.views.parts.nest import Nest
from symopt.views.parts.plane.critical import CriticalPoints, known
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.marker import Halo, Marker
from symopt.views.parts.plane.relief import paint
from symopt.views.parts.plane.trail import Trail as Past
from symopt.views.parts.walk import FEW, Walk, walks_of
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Part, name_powers, settings
from symopt.views.sheet.styles import themed
from symopt.views.sheet.theme import theme


def check(ax: Any, request: Request, n: int) -> Axes:
    """The axes, if they can hold what is wanted. Raises RenderError."""
    if not isinstance(ax, Axes) or ax.name != "rectilinear":
        raise RenderError(
            f"ax is axes of matplotlib with two sides, not {named(ax)}", "for example fig, ax = plt.subplots()"
        )
    if n > 2:
        raise RenderError(f"axes hold walks in one or two variables, here are {n}", "leave ax out")
    own = Look(log=request.look.log, dark=request.look.dark, sheet=request.look.sheet)
    wanted = {"style": request.style != "full", "panels": request.panels, "surface": request.surface, "at": request.at,
              "dpi": request.dpi, "a title, a size or no ground": request.look != own}  # fmt: skip
    if asked := [name for name, value in wanted.items() if value]:
        raise RenderError(f"in axes of your own there is no place for {asked[0]}", "leave it, or ax, out")
    return ax


def draw(trajectories: Sequence[Trajectory], ax: Axes, request: Request) -> None:
    """Draws them; limits are set, and names of axes where there are none. Each walk has a label for `ax.legend()`."""
    with settings(themed(request.look)):
        walks = walks_of(trajectories)
        last = max(walk.last for walk in walks)
        for part in (_curve if walks[0].n == 1 else _plane)(walks, ax, request):
            part.update(Moment(last, final=True))


def _curve(walks: Sequence[Walk], ax: Axes, request: Request) -> list[Part]:
    few = len(walks) <= FEW
    land = Curve(walks, request.look.log)
    _frame(ax, land.xlim, land.ylim, symbol(land.loss.names[0]), "f")
    if land.powers:
        name_powers(ax, land.ylim, 10)
    land.draw(ax)
    mark(ax, land, request.marks)
    places = Places(ax, land.xs, land.ys)
    size = theme().point if few else 6
    runners = [Runner(ax, walk, size, places if few else None, rank, not few) for rank, walk in enumerate(walks)]
    _label(walks, [runner.point for runner in runners])
    pasts = [
        Trail(ax, walk, size, places if named else None)
        for walk, named in zip(walks, named_once(walks), strict=True) if few
    ]  # fmt: skip
    return [*pasts, Starts(ax, walks if not few else ()), Best(ax, walks if few else ()), *runners,
            Nest(ax, [runner.point for runner in runners] if few else ()), places]  # fmt: skip


def _plane(walks: Sequence[Walk], ax: Axes, request: Request) -> list[Part]:
    few = len(walks) <= FEW
    ground = Landscape(walks, request.marks)
    _frame(ax, ground.xlim, ground.ylim, *map(symbol, ground.loss.names))
    paint(ax, ground)
    found = known(walks, ground, request.marks)
    where = [*(walk.xs[0] for walk in walks), *(x for x, _ in found)]
    captions = Captions(ax, [walk.xs for walk in walks], where, nested=few)
    places = Places(ax)
    tracks = [Marker(ax, walk, places, rank, len(walks)) for rank, walk in enumerate(walks)]
    _label(walks, [track.point for track in tracks])
    sheet: Any = None  # a key to the marks is for sheets
    return [*tracks, Nest(ax, [track.point for track in tracks] if few else ()), Past(ax, walks, captions),
            Best(ax, walks if few else ()), CriticalPoints(sheet, ax, found, captions, None),
            *([Halo(ax, tracks)] if few else []), places]  # fmt: skip


def _frame(ax: Axes, xlim: tuple[float, float], ylim: tuple[float, float], across: str, up: str) -> None:
    ax.set_autoscale_on(False)
    ax.set_xlim(*xlim)
    ax.set_ylim(*ylim)
    ax.set_xlabel(ax.get_xlabel() or across)
    ax.set_ylabel(ax.get_ylabel() or up)


def _label(walks: Sequence[Walk], points: Sequence[Any]) -> None:
    """Names for a legend: each walk's, of many each method's once."""
    said = set[str]()
    for walk, point in zip(walks, points, strict=True):
        point.set_label(f"_{walk.label}" if walk.label in said else walk.label)
        said.add(walk.label)


__all__ = ["check", "draw"]

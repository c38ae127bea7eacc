"""Pictures of walks: stills, filmstrips and movies. Nothing heavy is imported before a picture is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from symopt.trajectory import Trajectory
    from symopt.views.movie import Movie

__all__ = ["animate", "plot"]

STYLES = ("full", "article")
PANELS = ("decay", "slope", "cobweb")


def animate(
    trajectories: Trajectory | Sequence[Trajectory],
    path: str | os.PathLike[str] = "descent.gif",
    *,
    style: str = "full",
    panels: Sequence[str] = (),
    surface: bool = False,
    fps: float | None = None,
    dpi: float | None = None,
    at: Sequence[int] = (),
    marks: Sequence[tuple[Any, str]] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Movie:
    """Writes walks on one loss as the kind of file that the suffix of `path` names.

    style: `full`, or `article` for the plain one. panels: of `decay`, `slope`, `cobweb`, below or beside
    the picture. surface: a view in space (two variables). fps: steps a second. dpi: resolution, 100
    unless told. at: steps for a filmstrip instead of a movie. marks: known critical points, (x, kind).
    progress: called with frames done and frames in all.
    Raises RenderError before anything is drawn if path or request cannot be met.
    """
    from symopt.views.formats import check_path

    check_path(path)
    walks = _listed(trajectories)
    from symopt.views.compose import Request, compose
    from symopt.views.movie import save
    from symopt.views.pacing import Frame, pace
    from symopt.views.picture import Moment

    request = Request(style, tuple(panels), surface, tuple(marks))
    request.check(walks[0].xs.shape[1], len(walks))
    if at:
        from symopt.views.strip import filmstrip

        return save(filmstrip(walks, at, request, dpi), [Frame(Moment(0, final=True), 1.0)], path, progress)
    frames = pace(walks, style, fps)
    return save(compose(walks, request, dpi), frames, path, progress)


def plot(
    trajectories: Trajectory | Sequence[Trajectory],
    *,
    style: str = "full",
    panels: Sequence[str] = (),
    surface: bool = False,
    dpi: float | None = None,
    at: Sequence[int] = (),
    marks: Sequence[tuple[Any, str]] = (),
) -> Figure:
    """The walks at their end as a matplotlib Figure, or a filmstrip of the steps `at`; see `animate`."""
    walks = _listed(trajectories)
    from symopt.views.compose import Request, compose
    from symopt.views.picture import Moment

    request = Request(style, tuple(panels), surface, tuple(marks))
    if at:
        from symopt.views.strip import filmstrip

        return filmstrip(walks, at, request, dpi).figure
    picture = compose(walks, request, dpi)
    picture.update(Moment(max(len(each.xs) for each in walks) - 1, final=True))
    return picture.figure


def _listed(trajectories: Trajectory | Sequence[Trajectory]) -> list[Trajectory]:
    from symopt.errors import RenderError
    from symopt.trajectory import Trajectory

    walks = [trajectories] if isinstance(trajectories, Trajectory) else list(trajectories)
    if not walks:
        raise RenderError("there is no walk to be shown", "give at least one trajectory")
    if len({each.xs.shape[1] for each in walks}) > 1:
        raise RenderError("walks in different numbers of variables share no picture", "make a picture for each")
    return walks

"""Pictures of walks: stills, filmstrips and movies. Nothing heavy is imported before a picture is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from symopt.errors import public
from symopt.views.look import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from symopt.trajectory import Trajectory
    from symopt.views.compose import Request
    from symopt.views.film.movie import Film, Movie

__all__ = ["Look", "animate", "plot"]

STYLES = ("full", "plain")


@public
def animate(
    trajectories: Trajectory | Sequence[Trajectory],
    path: str | os.PathLike[str] | None = None,
    *,
    style: str = "full",
    panels: str | Sequence[str] = (),
    surface: bool = False,
    fps: float | None = None,
    dpi: float | None = None,
    at: int | Sequence[int] = (),
    follow: bool = False,
    marks: Sequence[tuple[Any, str]] = (),
    look: Look | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Movie:
    """Walks on one loss as a movie, which shows itself in Jupyter, or as a filmstrip.

    path: the file to write; its suffix names the kind. None writes none: a GIF, or a PNG with `at`, is kept in the
    Movie, whose `save` writes it. style: `full`, or `plain`, a grid and one red point. panels: of those in
    `symopt/views/panels`, below or beside the picture. surface: a view in space (two variables). fps: steps a second.
    dpi: resolution, 100 unless told. at: steps for a filmstrip instead of a movie. follow: a camera goes from the whole
    to the end game as the walks close in (two variables). marks: known critical points, (x, kind). look: title, size,
    dark and more, a `symopt.views.Look`. progress: called with frames done and frames in all.
    Raises RenderError before anything is drawn if path or request cannot be met.

    >>> walk = symopt.descend("-cos(pi*x/20)", "newton", -15.0)
    >>> movie = symopt.animate(walk, "climbs.gif", dpi=40)
    >>> movie.width, movie.height
    (256, 160)
    """
    from symopt.files import check_path
    from symopt.views.film.formats import suffixes

    if path is not None:
        path = check_path(path, suffixes())
    from symopt.views.film.movie import kept, save
    from symopt.views.given import read_progress, read_request, read_walks

    walks = read_walks(trajectories)
    request = read_request(walks, style=style, panels=panels, surface=surface, marks=marks, look=look, fps=fps, dpi=dpi,
                           at=at, follow=follow)  # fmt: skip
    if path is not None and request.at:
        from symopt.views.scenes.strip import check_still

        check_still(path)
    film = filmed(walks, request, read_progress(progress))
    if path is None:
        return kept(film, ".png" if request.at else ".gif")
    return save(film.picture, film.frames, path, film.progress)


def filmed(
    walks: Sequence[Trajectory], request: Request, progress: Callable[[int, int], None] | None = None
) -> Film:  # fmt: skip
    """The frames of `animate`, each an array when it is asked for."""
    from symopt.views.compose import compose
    from symopt.views.film.movie import Film
    from symopt.views.film.pacing import Frame, pace
    from symopt.views.sheet.picture import Moment

    if request.at:
        from symopt.views.scenes.strip import filmstrip

        return Film(filmstrip(walks, request), [Frame(Moment(0, final=True), 1.0)], progress)
    picture = compose(walks, request)
    frames = pace(walks, request.style, request.fps)
    return Film(picture, frames if picture.camera is None else picture.camera.filmed(frames), progress)


@public
def plot(
    trajectories: Trajectory | Sequence[Trajectory],
    *,
    style: str = "full",
    panels: str | Sequence[str] = (),
    surface: bool = False,
    dpi: float | None = None,
    at: int | Sequence[int] = (),
    marks: Sequence[tuple[Any, str]] = (),
    look: Look | None = None,
    ax: Axes | None = None,
) -> Figure:
    """The walks at their end as a matplotlib Figure that shows itself, or a filmstrip of the steps `at`; see `animate`.

    ax: axes of your own that they are drawn into instead, in one or two variables; their figure is returned.
    Raises RenderError if the request cannot be met.

    >>> figure = symopt.plot(symopt.descend("x**2", "newton", 1.0))
    >>> figure.savefig("end.png")
    """
    from symopt.views.compose import compose
    from symopt.views.given import read_request, read_walks
    from symopt.views.sheet.picture import Moment

    walks = read_walks(trajectories)
    request = read_request(walks, style=style, panels=panels, surface=surface, marks=marks, look=look, dpi=dpi, at=at)
    if ax is not None:
        from symopt.views.scenes.into import check, draw

        draw(walks, check(ax, request, walks[0].n), request)
        return cast("Figure", ax.figure)
    if request.at:
        from symopt.views.scenes.strip import filmstrip

        return filmstrip(walks, request).figure
    picture = compose(walks, request)
    picture.update(Moment(max(each.steps for each in walks), final=True))
    return picture.figure

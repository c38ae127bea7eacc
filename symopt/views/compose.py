"""Which picture belongs to which walks: the one place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from matplotlib.figure import SubFigure

from symopt.errors import RenderError, named
from symopt.loss import Loss
from symopt.trajectory import Trajectory
from symopt.views import STYLES, panels
from symopt.views.look import Look
from symopt.views.notation import symbol
from symopt.views.sheet.digits import short
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Picture
from symopt.views.sheet.sheet import settings
from symopt.views.sheet.styles import themed


@dataclass(frozen=True)
class Request:
    """What is wanted of a picture; see `symopt.views.animate`."""

    style: str = "full"
    panels: tuple[str, ...] = ()
    surface: bool = False
    marks: tuple[tuple[Any, str], ...] = ()
    look: Look = field(default_factory=Look)
    fps: float | None = None
    dpi: float | None = None
    at: tuple[int, ...] = ()
    follow: bool = False

    def check(self, loss: Loss, walks: int = 1) -> None:
        """Raises RenderError for what is unknown or has no meaning for the loss or so many walks."""
        n = loss.n
        themed(self.look)
        self.look.pixels(self.dpi or 100)
        if not isinstance(self.style, str) or self.style not in STYLES:
            raise RenderError(f"no style is called {named(self.style)}", f"known are {' and '.join(STYLES)}")
        for panel in self.panels:
            panels.panel(panel, n, loss)
        if self.style == "plain" and n > 1:
            raise RenderError(
                f"the plain style is for one variable, here are {n}",
                "leave style out", shell="leave --style out",
            )  # fmt: skip
        if self.style == "plain" and walks > 1:
            raise RenderError(
                f"the plain style shows one walk, here are {walks}",
                "draw the one-method walks one by one", shell="choose one method with -m",
            )  # fmt: skip
        if self.style == "plain" and (self.panels or self.surface):
            raise RenderError(
                "the plain style has no panels",
                "leave style or panels out", shell="leave --style or --panel out",
            )  # fmt: skip
        if self.look.log and (n > 1 or self.style == "plain"):
            what = "the plain picture has" if n == 1 else "pictures of several variables have"
            raise RenderError(f"{what} no value axis for powers of ten", "leave log out", shell="leave --log out")
        if self.follow and n == 1:
            raise RenderError(
                "no camera follows in one variable: nearer and nearer every curve is the same parabola",
                "leave follow out, or choose a small window", shell="leave --follow out, or choose a small -w LO,HI",
            )  # fmt: skip
        if self.follow and (n != 2 or self.surface or self.at):
            what = (
                "a filmstrip has" if self.at else "a surface has" if self.surface else f"a picture of {n} variables has"
            )
            raise RenderError(f"{what} no camera to follow", "leave follow out", shell="leave --follow out")
        if self.surface and n != 2:
            raise RenderError(f"a surface needs two variables, here {'is' if n == 1 else 'are'} {n}", "leave it out")


def compose(
    trajectories: Sequence[Trajectory], request: Request, into: SubFigure | None = None, alone: bool = False
) -> Picture:
    """The picture of walks: n = 1 the curve, n = 2 contours, n ≥ 3 decay. into: a cell of a larger sheet; alone: in two
    variables without the column beside it.
    """
    n = trajectories[0].xs.shape[1]
    request.check(trajectories[0].loss, len(trajectories))

    paper = Paper(request.look, request.dpi, into)
    with settings(themed(request.look)):
        if request.style == "plain":
            from symopt.views.scenes.plain import picture
        elif request.surface:
            from symopt.views.scenes.surface import picture
        elif n == 2:
            from symopt.views.scenes.plane import picture
        elif n > 2:
            from symopt.views.scenes.many import picture
        elif len(trajectories) == 1:
            from symopt.views.scenes.line import picture
        else:
            from symopt.views.scenes.lines import picture
        more = {word: True for word, wanted in (("follow", request.follow), ("alone", alone)) if wanted}
        made = picture(trajectories, paper, request.marks, request.panels, **more)
    return replace(made, caption=caption(trajectories, request.look.title))


def caption(trajectories: Sequence[Trajectory], title: str = "") -> str:
    """What a picture shows, in words: its title, the loss, and each walk with its start and its end."""
    from symopt.views.parts.header import loss_title
    from symopt.views.parts.walk import walks_of

    said = []
    for walk in walks_of(trajectories):
        start = ", ".join(short(value, 4) for value in walk.xs[0][:3]) + (", …" if walk.n > 3 else "")
        letter = symbol(walk.trajectory.loss.names[0]) if walk.n == 1 else "x"
        at = f"{letter} = {start}" if walk.n == 1 else f"({start})"
        said.append(f"{walk.label} ({at}): {walk.verdict}")
    return "; ".join([*([" ".join(title.split())] if title else []), loss_title(trajectories[0]), *dict.fromkeys(said)])

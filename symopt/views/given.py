"""What people give to `animate` and `plot`, read before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from symopt.errors import RenderError, StartError, SymoptError, named
from symopt.problem.points import read_number, read_point, read_steps
from symopt.trajectory import Trajectory
from symopt.views.compose import Request
from symopt.views.look import DPI, FPS, read_look

WALK = 'a walk is what descend gives, for example descend("x**2", "gd")'


def read_walks(what: Any) -> list[Trajectory]:
    """One walk or several, all in the same number of variables."""
    listed = list(what) if isinstance(what, Iterable) and not isinstance(what, str | bytes) else [what]
    for each in listed:
        if not isinstance(each, Trajectory):
            raise RenderError(f"walks are drawn, not {named(each)}", WALK)
    if not listed:
        raise RenderError("there is no walk to be shown", "give at least one trajectory")
    if len({each.n for each in listed}) > 1:
        raise RenderError("walks in different numbers of variables share no picture", "make a picture for each")
    return listed


def read_request(
    walks: Sequence[Trajectory],
    *,
    style: Any = "full",
    panels: Any = (),
    surface: Any = False,
    marks: Any = (),
    look: Any = None,
    fps: Any = None,
    dpi: Any = None,
    at: Any = (),
    follow: Any = False,
) -> Request:
    """What is wanted of a picture, and whether these walks can have it. One panel need not be in a list."""
    for name, value in (("surface", surface), ("follow", follow)):
        if not isinstance(value, bool | np.bool_):
            raise RenderError(f"{name} is True or False, not {named(value)}", f"for example {name}=True")
    words = (panels,) if isinstance(panels, str) else _listed("panels", panels, 'for example panels=["decay"]')
    request = Request(
        style, words, bool(surface), tuple(_marks(walks[0], marks)), read_look(look),
        read_rate("fps", fps, FPS), read_rate("dpi", dpi, DPI), read_at(at), bool(follow),
    )  # fmt: skip
    request.check(walks[0].loss, len(walks))
    return request


def read_at(at: Any) -> tuple[int, ...]:
    """The steps of a filmstrip; one need not be in a list."""
    example = "for example at=[0, 1, 2]"
    steps = (at,) if isinstance(at, int | float | np.number) else _listed("at", at, example)
    try:
        return tuple(map(read_steps, steps))
    except SymoptError:
        raise RenderError("at names steps of a walk, whole numbers from 0", example,
                          shell="for example --at 0,1,2") from None  # fmt: skip


def read_rate(name: str, value: Any, ends: tuple[float, float]) -> float | None:
    """The number of frames a second or of dots per inch; None leaves it open."""
    return None if value is None else read_number(name, value, *ends, example=f"for example {name}={ends[1] / 10:g}")


def read_progress(progress: Any) -> Callable[[int, int], None] | None:
    """A function that is told of frames done and frames in all."""
    if progress is not None and not callable(progress):
        raise RenderError(f"progress is a function of frames done and all frames, not {named(progress)}",
                          "for example progress=print")  # fmt: skip
    return progress


def _listed(name: str, what: Any, example: str) -> tuple[Any, ...]:
    if isinstance(what, str | bytes) or not isinstance(what, Iterable):
        raise RenderError(f"{name} is a list, not {named(what)}", example)
    return tuple(what)


def _marks(walk: Trajectory, marks: Any) -> Iterable[tuple[np.ndarray, str]]:
    example = f"for example marks=[({'0' if walk.n == 1 else (0,) * min(walk.n, 3)}, 'minimum')]"
    for each in _listed("marks", marks, example):
        pair = tuple(each) if isinstance(each, Iterable) and not isinstance(each, str | bytes) else ()
        if len(pair) != 2 or not isinstance(pair[1], str):
            raise RenderError("a mark is a point and the word for what is there", example)
        try:
            yield read_point(pair[0], walk.loss), pair[1]
        except StartError as error:
            raise RenderError(error.message.replace("the start", "a mark"), example) from None

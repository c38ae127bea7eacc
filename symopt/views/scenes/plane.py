"""Two variables: contours on the left, on the right who walks, where f stands, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.notation import symbol
from symopt.views.panels.decay import Decay
from symopt.views.parts.best import Best
from symopt.views.parts.border import Places
from symopt.views.parts.header import Timestep, loss_title
from symopt.views.parts.line.summary import Summary
from symopt.views.parts.nest import Nest
from symopt.views.parts.plane.batch import BatchLevels
from symopt.views.parts.plane.beyond import tell
from symopt.views.parts.plane.critical import CriticalPoints, known
from symopt.views.parts.plane.definite import border
from symopt.views.parts.plane.endgame import EndGame
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.legend import ROW, Legend, height, wrap
from symopt.views.parts.plane.levels import number
from symopt.views.parts.plane.marker import Halo, Marker
from symopt.views.parts.plane.model import Model
from symopt.views.parts.plane.pace import Heads, Pace, ways
from symopt.views.parts.plane.relief import bar, paint, wide
from symopt.views.parts.plane.shots import Shots
from symopt.views.parts.plane.trail import Trail
from symopt.views.parts.walk import FEW, Walk, walks_of
from symopt.views.sheet.captions import Captions, Kept
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Moment, Picture
from symopt.views.sheet.sheet import Part, Sheet, fit, font, gutter, inset, measure, settings, show, style_axes
from symopt.views.sheet.theme import theme

WIDTH, HEIGHT = 800, 450
"""Pixels at least."""
TOP, FOOT, EDGE, COLUMN = 48, 42, 12, 312
"""Pixels above the contours and below them, on the right, and of the column beside them, at least."""
DECAY = 96
COUNTS = 6, 6
"""Numbers along the axes, about."""
SPARE = 16
"""Pixels of that column where it stands elsewhere."""
LOOKS = 9
"""Views of a camera by which the room of its numbers is measured."""


def picture(
    trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str], follow: bool = False,
    alone: bool = False,
) -> Picture:  # fmt: skip
    """alone: only the contours with their timestep, as one of several to which one `column` belongs."""
    walks = walks_of(trajectories)
    ground: Landscape = Landscape(walks, marks)
    shots = Shots(walks, ground, [x for x, _ in known(walks, ground, marks)]) if follow else None
    camera = None if shots is None or shots.camera.zoom == 1 else shots.camera
    aside, room = (0, SPARE) if alone else (panel.width(panels, 2), COLUMN)
    sheet = paper(WIDTH - COLUMN + room + aside, HEIGHT if alone else HEIGHT + surplus(walks))
    boxes = [] if camera is None else [camera.limits(view) for view in np.linspace(0, 1, LOOKS)]
    views = [ground] if shots is None or camera is None else [shots.at(view) for view in np.linspace(0, 1, LOOKS)]
    left, beyond = max(gutter(view.ylim, count=6) for view in views), max(map(wide, views))
    right, bottom = _box(ground, left, sheet.width - aside - room - beyond, sheet.height - FOOT)
    frame = Frame(left, right, bottom, ends=not alone)
    if not alone:
        caption_loss(sheet, walks[0].trajectory, left, right)
    if shots is None or camera is None:
        parts: list[Part] = drawn(sheet, axes(sheet, ground, frame), walks, ground, marks, frame)
    else:
        parts = [Followed(sheet, walks, shots, marks, replace(frame, heads=ways(walks, views), words=Kept(boxes)))]
    if alone:
        return sheet.picture(*parts, Timestep(sheet, left, 27, 11.5, weight="bold"))
    made = sheet.picture(*parts, *beside(sheet, walks, ground, right + beyond + 28, marks, panels))
    return replace(made, camera=camera)


def column(
    trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str], height: float
) -> Picture:
    """What stands beside pictures that are alone, so high."""
    walks = walks_of(trajectories)
    sheet = paper(COLUMN + panel.width(panels, 2), height)
    caption_loss(sheet, walks[0].trajectory, SPARE, COLUMN - EDGE)
    return sheet.picture(*beside(sheet, walks, Landscape(walks, marks), SPARE, marks, panels, timed=False))


@dataclass(frozen=True)
class Frame:
    """The sides of the contours in pixels; and of those that a camera sees, what its views share: the arrowheads of
    the walks, where words stand, and whether a view is one at rest, with words that would jump on the way. ends:
    whether walks are seen to their ends, and not at some step of a strip, where a word would lie on the points.
    """

    left: float
    right: float
    bottom: float
    heads: Heads | None = None
    words: Kept | None = None
    rest: bool = True
    ends: bool = True


class Followed:
    """The contours as a camera sees them, drawn anew in a cell of their own where the view changes."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], shots: Shots, marks: Marks, frame: Frame) -> None:
        self.walks, self.shots, self.marks, self.frame = walks, shots, marks, frame
        self.cell = sheet.figure.add_subfigure(sheet.figure.add_gridspec()[0])
        self.sheet = Sheet(sheet.width, sheet.height, into=self.cell)
        self.ax = axes(self.sheet, shots.whole, frame)
        self.moving: tuple[Artist, ...] = (self.cell,)
        self._look(1.0)  # the longest seen: there words have the best places

    def update(self, moment: Moment) -> None:
        if moment.view != self.view:
            self._look(moment.view)
        for part in self.parts:
            part.update(moment)

    def _look(self, view: float) -> None:
        ax, cell = self.ax, self.cell
        for artist in (*ax.lines, *ax.collections, *ax.images, *ax.texts, *cell.artists, *cell.texts):
            artist.remove()
        self.view, frame = view, replace(self.frame, rest=view in (0, 1))
        with settings(self.sheet.theme):
            shot = self.shots.at(view)
            room = self.frame.left
            up = next((count for count in range(COUNTS[1], 1, -1) if gutter(shot.ylim, count=count) <= room), 1)
            show(ax, shot.xlim, shot.ylim, counts=(COUNTS[0], up))
            self.parts = drawn(self.sheet, ax, self.walks, shot, self.marks, frame)


def axes(sheet: Sheet, ground: Landscape, frame: Frame) -> Axes:
    ax = sheet.axes(frame.left, TOP, frame.right, frame.bottom)
    style_axes(ax, ground.xlim, ground.ylim, counts=COUNTS)
    return ax


def drawn(sheet: Sheet, ax: Axes, walks: Sequence[Walk], ground: Landscape, marks: Marks, frame: Frame) -> list[Part]:
    """The contours, and the walks over them."""
    few, left, bottom = len(walks) <= FEW, frame.left, frame.bottom
    lines = paint(ax, ground)
    bar(sheet, ground, frame.right, TOP, bottom)
    name_axes(ax, [str(symbol) for symbol in ground.loss.variables])
    found = known(walks, ground, marks)
    captions = Captions(
        ax, [walk.xs for walk in walks], [*(walk.xs[0] for walk in walks), *(x for x, _ in found)], frame.words, few
    )
    dotted = border(ax, ground, captions, named=frame.rest)
    if few and frame.ends:
        tell(walks, ground, captions)
    places = Places(ax)
    tracks = [Marker(ax, walk, places, rank, len(walks)) for rank, walk in enumerate(walks)]
    batches = BatchLevels(sheet, ax, walks, ground, left, bottom + 36)
    pace = Pace(ax, walks if few else (), not batches.moving, frame.heads)
    key = left
    if pace.note and not batches.moving:
        sheet.text(left, bottom + 36, pace.note, size=8.5, color=theme().grey)
        key += measure(pace.note, 8.5) + 16
    parts: list[Part] = [
        batches,
        *tracks,
        Nest(ax, [track.point for track in tracks] if few else ()),
        Trail(ax, walks, captions),
        pace,
        Best(ax, walks if few else ()),
        CriticalPoints(sheet, ax, found, captions, None if batches.moving else (key, bottom + 36)),
    ]
    if few:
        parts.append(Halo(ax, tracks))
    if len(walks) == 1:
        parts.append(Model(ax, walks[0], places))
    if frame.heads is None:
        parts.append(EndGame(ax, walks if few else (), ground, captions))
    if frame.rest:
        number(ax, ground, lines, captions, dotted)
    return [*parts, places]


def surplus(walks: Sequence[Walk]) -> int:
    """Pixels that the column needs beyond the usual height."""
    return max(0, 64 + height(walks) + 44 + DECAY + FOOT - HEIGHT)


def beside(
    sheet: Sheet, walks: Sequence[Walk], land: Landscape, column: float, marks: Marks, panels: Sequence[str],
    timed: bool = True,
) -> list[Part]:  # fmt: skip
    """What stands on the right: the timestep, who walks, and how f − min f falls."""
    few = len(walks) <= FEW
    right, bottom = sheet.width - panel.width(panels, 2), sheet.height - FOOT
    edge = right - EDGE
    parts: list[Part] = [
        *([Timestep(sheet, column, 27, 11.5, (column, 43), "bold")] if timed else []),
        Legend(sheet, walks, column, edge) if few else Summary(sheet, walks, column, edge, first=70, row=ROW, below=17),
    ]
    if "decay" not in panels:
        top = max(64 + height(walks) + 34, bottom - 150 if few else 240)
        ax = sheet.axes(column + 42, top, edge - 6, bottom)
        parts.append(Decay(ax, walks, "f", marks, 8.5))
        inset(sheet, ax, 48)
    return parts + panel.drawn("beside", sheet, walks, land, panels, (0, TOP, right, bottom), marks)


def caption_loss(sheet: Sheet, trajectory: Trajectory, left: float, right: float) -> None:
    """The loss above its picture, in two lines if one is too short."""
    lines = wrap(loss_title(trajectory), right - left, 10, 1)
    if lines[0].endswith("…"):
        lines = wrap(loss_title(trajectory), right - left, 9.5, 2)
    for line, y in zip(lines, (27,) if len(lines) == 1 else (13, 27), strict=True):
        sheet.text(left, y, line, size=10 if len(lines) == 1 else 9.5, color=theme().grey)


def _box(ground: Landscape, left: float, right: float, bottom: float) -> tuple[float, float]:
    """The right and lower side of the contours: angles are kept where the windows are of like size."""
    width, height = right - left, bottom - TOP
    shape = float(np.ptp(ground.xlim) / np.ptp(ground.ylim))
    if not 0.8 <= shape <= 1.25:
        return left + width, bottom
    return left + min(width, height * shape), TOP + min(height, width / shape)


def name_axes(ax: Axes, names: Sequence[str]) -> None:
    """The variables, at the ends of their axes."""
    across, up = (fit(symbol(name), 90, 9.5) for name in names)
    left = ax.get_window_extent().x0 / ax.figure.dpi * 72
    upwards = max(-9.0, measure(up, 9.5) * 0.36 + 3 - left)
    for place, text, shift, side in (((1, 0), across, (0, -17), "right"), ((0, 1), up, (upwards, 6), "center")):
        ax.annotate(text, place, shift, "axes fraction", textcoords="offset points", ha=side,
                    va="top" if side == "right" else "baseline", **font(text, size=9.5, color=theme().ink))  # fmt: skip

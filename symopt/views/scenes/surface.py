"""Two variables in space: f as a landscape, the walks upon it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import QuadMesh
from matplotlib.colors import LightSource
from mpl_toolkits.mplot3d import Axes3D
from mpl_toolkits.mplot3d.art3d import Line3D
from mpl_toolkits.mplot3d.proj3d import proj_transform

from symopt.language import told
from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.notation import symbol
from symopt.views.parts.header import Timestep
from symopt.views.parts.plane.critical import known, look
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.relief import colours
from symopt.views.parts.walk import FEW, Walk, walks_of
from symopt.views.scenes.plane import COLUMN, HEIGHT, SPARE, WIDTH, beside, caption_loss, surplus
from symopt.views.sheet.colours import end_colour, verdict_marker
from symopt.views.sheet.digits import ticks
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Moment, Picture
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Sheet, font
from symopt.views.sheet.theme import theme

FINE = 181
ELEVATION, AZIMUTH = 44, -110
GLYPHS = {"minimum": "+", "saddle": "×", "maximum": "△"}
DIM = 0.68
"""Of its colour what is left in the shade."""
HIDDEN = 0.45
"""How much is seen of what lies behind a hill."""
EDGE = 2.0
"""Pixels between the numbers and the left side of the sheet."""


class Heights:
    """How high a value is drawn: f itself, or log(f − min f) where most of the landscape would be flat."""

    def __init__(self, ground: Landscape):
        seen = ground.f[np.isfinite(ground.f)]
        self.logarithmic, self.least, self.smallest, self.ground = False, ground.least, 0.0, ground
        if seen.size and seen.max() > seen.min():
            above = seen - ground.least
            self.logarithmic = bool(np.median(above) < 0.25 * above.max())
            self.smallest = max(float(np.quantile(above, 0.05)), 1e-13 * abs(ground.least), 1e-300)
        self.drawn, self.side = self(ground.f), len(ground.xs)
        finite = self.drawn[np.isfinite(self.drawn)]
        self.low, self.high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        if not self.high > self.low:
            self.low, self.high = self.low - 1, self.high + 1

    def __call__(self, values: np.ndarray) -> np.ndarray:
        values = clean(values)
        if not self.logarithmic:
            return values
        with np.errstate(all="ignore"):
            return np.log10(np.maximum(values - self.least, 0) + self.smallest)

    def surface(self, places: np.ndarray) -> np.ndarray:
        """The height of the drawn landscape at places (…, 2), straight between the grid's points; −∞ beside it."""
        low, high = np.array([self.ground.xlim, self.ground.ylim]).T
        at = (places - low) / (high - low) * (self.side - 1)
        beside = ~((at >= 0) & (at <= self.side - 1)).all(-1)
        at = np.clip(np.nan_to_num(at), 0, self.side - 1 - 1e-9)
        (i, j), (u, v) = np.moveaxis(at.astype(int), -1, 0), np.moveaxis(at % 1, -1, 0)
        z = self.drawn
        height = (1 - v) * ((1 - u) * z[j, i] + u * z[j, i + 1]) + v * ((1 - u) * z[j + 1, i] + u * z[j + 1, i + 1])
        return np.where(beside | ~np.isfinite(height), -np.inf, height)

    def place(self, places: np.ndarray) -> np.ndarray:
        """Places (m, 2) with their heights in the picture, (m, 3): never below a landscape too coarse for them."""
        height = np.fmax(self(self.ground.ground(places)), self.surface(places))
        return np.column_stack([places, np.clip(height, self.low, self.high)])

    @property
    def name(self) -> str:
        return told("f − min f, in powers of ten") if self.logarithmic else "f"


def picture(
    trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str], alone: bool = False
) -> Picture:
    """alone: only the landscape with its timestep, as one of several to which one column belongs."""
    walks = walks_of(trajectories)
    few = len(walks) <= FEW
    ground = Landscape(walks, marks, FINE)
    heights = Heights(ground)
    aside, room = (0, 3 * SPARE) if alone else (panel.width(panels, 2), COLUMN)
    sheet = paper(WIDTH - COLUMN + room + aside, HEIGHT if alone else HEIGHT + surplus(walks))
    right = sheet.width - aside - room
    ax: Any = sheet.axes(-14, 26, right + 38, sheet.height - 16, projection="3d", computed_zorder=False)
    trails = [Trail(walk, ground, heights, few) for walk in walks]
    found = known(walks, ground, marks)
    view = best_view(ax, ground, heights, trails, found)
    _name(sheet, ax, ground, heights)
    _still(ax, ground, heights)
    for x, kind in found:
        (marker, size, wide), place = look(kind, len(found)), heights.place(x[None])
        faint = HIDDEN if view.hidden(place)[0] else 1
        ax.plot(*place.T, marker, ms=size, mew=wide, mec=theme().ink, mfc="none", zorder=3, alpha=faint)
    starts = np.unique([walk.xs[0] for walk in walks], axis=0) if few else np.empty((0, 2))
    for place in heights.place(starts[ground.holds(starts)]):
        faint = HIDDEN if view.hidden(place[None])[0] else 1
        ring = {"ms": 5, "mew": 1.2, "mec": theme().ink, "mfc": theme().paper}
        ax.plot(*place[:, None], "o", zorder=4.5, alpha=faint, **ring)
    key = [told("○ start")] * few + [f"{GLYPHS[kind]} {told(kind)}" for kind in GLYPHS if kind in {k for _, k in found}]
    sheet.text(45, sheet.height - 14, "   ".join(key), size=8.5, color=theme().grey)
    if not alone:
        caption_loss(sheet, trajectories[0], 45, right - 13)
    said = [told(f"height: {heights.name}"), ground.ground.note]
    sheet.text(45, 43, " · ".join(filter(None, said)), size=8.5, color=theme().grey)
    climbers = [Marker(ax, trail, view, len(walks)) for trail in trails]
    if alone:
        return sheet.picture(*climbers, Timestep(sheet, 45, 27, 11.5, weight="bold"))
    return sheet.picture(*climbers, *beside(sheet, walks, ground, right + 28, marks, panels))


class View:
    """What is seen of the surface from where the eye stands."""

    def __init__(self, ax: Axes3D, ground: Landscape, heights: Heights):
        self.there = ax.get_proj()
        self.back = np.linalg.inv(self.there)
        self.ground, self.heights = ground, heights

    def hidden(self, points: np.ndarray) -> np.ndarray:
        """Whether the surface stands between the eye and points (m, 3)."""
        with np.errstate(all="ignore"):
            seen = np.column_stack([points, np.ones(len(points))]) @ self.there.T
            nearer = seen / seen[:, 3:]
            nearer[:, 2] -= 1e-3
            ray = nearer @ self.back.T
            ray = ray[:, :3] / ray[:, 3:] - points
            size = np.array([np.ptp(self.ground.xlim), np.ptp(self.ground.ylim), self.heights.high - self.heights.low])
            ray /= np.linalg.norm(ray / size, axis=-1, keepdims=True)
            # what lies on the surface is not hidden by the slope it lies on
            on_the_way = points[:, None] + np.linspace(0.03, 1.2, 120)[:, None] * ray[:, None]
            return np.asarray((self.heights.surface(on_the_way[..., :2]) > on_the_way[..., 2] + 0.01 * size[2]).any(-1))


def best_view(ax: Axes3D, ground: Landscape, heights: Heights, trails: Sequence[Trail], found: Any) -> View:
    """Turns the picture to where most of the walks is seen, no farther than that is worth."""
    ax.set_box_aspect((4, 4, 2.2), zoom=0.93)
    ax.set_xlim3d(*ground.xlim)
    ax.set_ylim3d(*ground.ylim)
    ax.set_zlim3d(heights.low, heights.high)
    points = np.vstack([trail.points[:: max(len(trail.points) // 60, 1)] for trail in trails])
    ends = np.vstack([trail.points[[0, -1]] for trail in trails])
    best, chosen = np.inf, (ELEVATION, AZIMUTH)
    for rise, turn in sorted(product((0, 10, 20), range(-165, 181, 15)), key=_effort):
        if _effort((rise, turn)) >= best:
            break
        ax.view_init(elev=ELEVATION + rise, azim=AZIMUTH + turn)
        view = View(ax, ground, heights)
        cost = view.hidden(points).mean() + view.hidden(ends).mean() + _effort((rise, turn))
        if cost < best:
            best, chosen = cost, (ELEVATION + rise, AZIMUTH + turn)
    ax.view_init(elev=chosen[0], azim=chosen[1])
    return View(ax, ground, heights)


def _effort(view: tuple[int, int]) -> float:
    """What a view must be worth: the usual one costs nothing."""
    return view[0] / 100 + abs(view[1]) / 1500


def _name(sheet: Sheet, ax: Any, ground: Landscape, heights: Heights) -> None:
    """Few numbers along the axes, which are drawn in where the numbers on the left would leave the sheet."""
    ax.set_facecolor("none")
    names = [symbol(name) for name in ground.loss.names]
    for axis, limits, name in (
        (ax.xaxis, ground.xlim, names[0]),
        (ax.yaxis, ground.ylim, names[1]),
        (ax.zaxis, (heights.low, heights.high), ""),
    ):  # fmt: skip
        places, labels = ticks(*limits, 4 if name else 3)
        axis.set_ticks(places, labels, **font(size=8.5, color=theme().grey))
        axis.set_pane_color((1, 1, 1, 0))
        axis.line.set_color(theme().pale)
        axis._axinfo["grid"]["linewidth"] = 0
        axis.set_label_text(name, **font(size=9.5, color=theme().ink))
    ax.set_autoscale_on(False)
    ax.figure.figure.draw_without_rendering()  # where numbers stand is known only then
    numbers = [tick.label1 for axis in (ax.xaxis, ax.yaxis, ax.zaxis) for tick in axis.get_major_ticks()]
    least = min((number.get_window_extent().x0 for number in numbers), default=np.inf)
    over = (ax.figure.bbox.x0 - least) * sheet.width / ax.figure.bbox.width + EDGE
    if over > 0:
        box, moved = ax.get_position(), 2 * over / sheet.width
        ax.set_position((box.x0 + moved, box.y0, box.width - moved, box.height))


def _still(ax: Axes3D, ground: Landscape, heights: Heights) -> None:
    x, y = ground.points[..., 0], ground.points[..., 1]
    z = heights.drawn
    # lit from the left: without light and shade a landscape has no shape
    level = (z - heights.low) / (heights.high - heights.low)
    filled = np.nan_to_num(level)
    side = len(ground.xs)
    light = LightSource(azdeg=290 + AZIMUTH - ax.azim, altdeg=50).hillshade(
        filled, vert_exag=1.2, dx=1 / side, dy=1 / side
    )
    table = colours(256)
    shades = table[(np.clip(filled, 0, 1) * 255).astype(int)] * (DIM + (1 - DIM) * light[..., None])
    ax.add_collection(_mesh(ax, np.dstack([x, y, z]), np.clip(shades, 0, 1)), autolim=False)


class Mesh(QuadMesh):
    """Cells of a surface where they are seen; the view does not turn any more."""

    def do_3d_projection(self) -> float:
        return 0.0


def _mesh(ax: Axes3D, points: np.ndarray, shades: np.ndarray) -> Mesh:
    """A surface over a grid (y, x, 3) as it is seen: what is farther is drawn first, row by row, so that it is hidden
    by what is nearer. shades: of the grid's points, (y, x, 3).
    """
    ends = points[[0, -1]][:, [0, -1], :2].astype(float)
    eye = np.array([np.cos(np.radians(ax.azim)), np.sin(np.radians(ax.azim))]) * np.ptp(ends, axis=(0, 1))
    rows, columns = (slice(None, None, -1 if eye[axis] < 0 else 1) for axis in (1, 0))
    points, shades = points[rows, columns], shades[rows, columns]
    there = np.isfinite(points[..., 2])
    flat = np.where(there[..., None], points, 0)
    x, y, _ = proj_transform(*np.moveaxis(flat.reshape(-1, 3), -1, 0), ax.get_proj())
    seen = np.stack([x, y], -1).reshape(*there.shape, 2)
    cells = (shades[:-1, :-1] + shades[1:, :-1] + shades[:-1, 1:] + shades[1:, 1:]) / 4
    whole = there[:-1, :-1] & there[1:, :-1] & there[:-1, 1:] & there[1:, 1:]
    return Mesh(seen, facecolors=np.dstack([cells, whole]).reshape(-1, 4), antialiased=False, zorder=1,
                    linewidth=0, rasterized=True)  # fmt: skip


class Trail:
    """A walk's way upon the surface, in pieces so small that it goes over hills and not through them."""

    def __init__(self, walk: Walk, ground: Landscape, heights: Heights, few: bool):
        self.walk, self.ground, self.heights, self.few = walk, ground, heights, few
        self.pieces = max(1, min(24, 600 // max(walk.last, 1)))
        share = np.arange(self.pieces)[:, None] / self.pieces
        with np.errstate(all="ignore"):
            between = walk.xs[:-1, None] + share * np.diff(walk.xs, axis=0)[:, None]
        self.xs = np.vstack([between.reshape(-1, 2), walk.xs[-1:]])
        inside = ground.holds(self.xs)
        self.points = np.where(inside[:, None], heights.place(self.xs), np.nan)


class Marker:
    """One walk on the surface, pale and dashed behind hills; what leaves the picture stays at its edge."""

    def __init__(self, ax: Any, trail: Trail, view: View, together: int):
        self.walk, self.trail = trail.walk, trail
        ground, few = trail.ground, trail.few
        self.low, self.high = np.array([ground.xlim, ground.ylim]).T
        self.alone = together == 1
        self.judged = self.alone or not few
        self.hidden = view.hidden(trail.points)
        on = np.where(np.isfinite(trail.points).all(-1), np.arange(len(trail.points)), -1)
        self.left = np.maximum.accumulate(on)
        """Of each piece the last one before that lies on the surface: there a walk that went away is held."""
        self.open = np.where(self.hidden[:, None], np.nan, trail.points)
        # the first hidden piece joins the last that is seen
        joined = self.hidden | np.append(self.hidden[1:], False)
        self.behind = np.where(joined[:, None], trail.points, np.nan)
        dots: dict[str, Any] = {"marker": ".", "ms": 4, "markevery": trail.pieces}
        style: dict[str, Any] = {"color": self.walk.colour, "lw": 1.8 if few else 0.8, "zorder": 4}
        self.line: Line3D = ax.plot([], [], [], **style, **(dots if self.walk.last <= 60 and few else {}))[0]
        self.veiled: Line3D = ax.plot([], [], [], **style, alpha=HIDDEN, dashes=(2, 1.5))[0]
        self.point: Line3D = ax.plot(
            [], [], [], self.walk.marker, ms=9 if few else 5, mfc=self.walk.colour, mec=theme().paper, mew=1.2, zorder=5
        )[0]
        self.moving: tuple[Artist, ...] = (self.line, self.veiled, self.point)

    def update(self, moment: Moment) -> None:
        walk = self.walk
        share = walk.share(moment)
        count = walk.step(moment) * self.trail.pieces + int(share * self.trail.pieces) + 1
        at = walk.at(moment)
        if not self.trail.ground.holds(at) and self.left[count - 1] >= 0:
            at = self.trail.xs[self.left[count - 1]]
        place = self.trail.heights.place(np.clip(at, self.low, self.high)[None])
        self.line.set_data_3d(*self.open[:count].T)
        self.veiled.set_data_3d(*self.behind[:count].T)
        self.point.set_data_3d(*place.T)
        self.point.set_alpha(HIDDEN if self.hidden[max(self.left[count - 1], 0)] else 1)
        judged = self.judged and walk.ended(moment)
        self.point.set_marker(verdict_marker(walk.trajectory, walk.marker) if judged else walk.marker)
        self.point.set_markerfacecolor(end_colour(walk.trajectory, walk.colour, self.alone) if judged else walk.colour)

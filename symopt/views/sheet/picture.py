"""What passes between a picture and whoever shows it: the picture, and the moment it is asked to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

Marks: TypeAlias = "Sequence[tuple[Any, str]]"
"""Known critical points, each with its kind."""


@dataclass(frozen=True)
class Moment:
    """A point of time in a walk, and how much of it is to be seen.

    t: time in steps. At 3.0 the walk is at step 3; at 3.25 it has gone a quarter of the straight
        way from step 3 to step 4. A walk that ended before t stands at its last point with its
        verdict shown, while others in the same picture may still go on.
    final: the last frame: every verdict is shown, no model.
    stride: steps from one frame to the next, for the label `timestep 340 (every 10th)`; 1 says nothing.
    note: a remark beside the label, e.g. `no change beyond a pixel until step 80`; mostly empty.
    model: the model of the step may be seen; False on the frame where the point has just landed.
    view: how far a camera has come from the whole, 0, to the end game, 1.
    of: in a filmstrip, how many steps there are: each of its pictures is looked at alone, and says what is in it.
    """

    t: float
    final: bool = False
    stride: int = 1
    note: str = ""
    model: bool = True
    view: float = 0.0
    of: int = 0

    @property
    def step(self) -> int:
        """The step that the labels speak of: the last one reached."""
        return floor(self.t)

    @property
    def share(self) -> float:
        """The share of the way to the next point, in [0, 1)."""
        return self.t - floor(self.t)


@dataclass(frozen=True)
class Picture:
    """A figure laid out once, and the few artists in it that move.

    figure: a `Drawing` (never pyplot's) with its layout done: a fixed size, dpi and
        axes that no later draw may change (no layout engine left on it, limits set).
    moving: everything that `update` changes in any way, visibility included. All else is background,
        drawn once for a whole movie. Each is drawn alone above the background, in the order in which
        the figure itself would draw it; so nothing that stands still may lie above what moves
        (give the moving ones a zorder of 3 or more where they meet spines and ticks).
    update: moves the artists to a moment. Any moment may follow any other.
    caption: what it shows, in words: the alternative text of its stills.
    camera: the `views.film.camera.Camera` that moves the picture itself; None where nothing does.
    """

    figure: Figure
    moving: tuple[Artist, ...]
    update: Callable[[Moment], None]
    caption: str = ""
    camera: Any = None

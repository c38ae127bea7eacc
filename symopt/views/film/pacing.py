"""How long each point of a walk is seen: the frames of a movie, from the walks alone.

What is worth seeing decides, never the arc length: equal lengths would hide that gradient descent
slows down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from symopt.errors import RenderError
from symopt.judge import Outcome
from symopt.trajectory import Trajectory
from symopt.views.sheet.picture import Moment

START, END = 0.8, 2.5
"""Seconds that the first frame of the full style and the last of any are held."""
STEP = 0.2
"""Seconds of a step."""
MODEL, TWEEN, LAND, TAIL = 0.6, 0.05, 0.2, 1.2
"""Seconds of the parts of a step in a short walk, and of the one frame of a tail."""
SHARES = tuple(t * t * (3 - 2 * t) for t in (0.25, 0.5, 0.75))
"""Where the jump of a short walk is seen under way: it begins and ends slowly."""
SHORT, LONG = 12, 60
"""Steps up to which a walk is short, and above which it strides."""
SINGLY = 5
"""Steps that a striding walk shows one by one at first."""
PIXEL = 1 / 600
"""A pixel's share of the window."""
GROWTH = 1.5
"""The picture's window grows to the path at most so many times."""
PERIODS, BEYOND = 3, 3
"""Periods of a cycle that are played, and points of a runaway beyond the border."""
WORTHWHILE = 3
"""Steps that a cut must save to be made."""


@dataclass(frozen=True)
class Frame:
    """A moment, and for how many seconds it is seen."""

    moment: Moment
    seconds: float


def pace(trajectories: Sequence[Trajectory], style: str = "full", fps: float | None = None) -> list[Frame]:
    """The frames of the walks, together in one picture.

    style: `full`, or `plain`: one frame for every step, each equally long but the last, nothing left out.
    fps: steps shown in a second, in place of the styles' own rhythm.
    Raises RenderError if fps is not a positive number.
    """
    if fps is not None and not (isfinite(fps) and fps > 0):
        raise RenderError(f"{fps:g} frames a second cannot be shown", "give a positive number, as in fps=10",
                          shell="give a positive number, as in --fps 10")  # fmt: skip
    last = max(trajectory.steps for trajectory in trajectories)
    step = STEP if fps is None else 1 / fps
    if style == "plain":
        return [*(Frame(Moment(k), step) for k in range(last)), Frame(Moment(last, final=True), END)]

    shown, note = _worth_seeing(trajectories, last)
    if shown <= SHORT and fps is None:
        model = len(trajectories) == 1 and trajectories[0].xs.shape[-1] <= 2
        frames = [Frame(Moment(0, model=False), START)]
        for k in range(shown):
            frames += _jump(k, model)
    else:
        frames = [Frame(Moment(0), START)]
        frames += [Frame(Moment(k), step) for k in range(1, min(SINGLY + 1, shown))]
        stride = stride_of(shown)
        later = range(stride * (SINGLY // stride + 1), shown, stride)
        frames += [Frame(Moment(k, stride=stride), step) for k in later]
    if note:
        frames = [frame for frame in frames if frame.moment.t < shown]
        frames.append(Frame(Moment(shown, note=note, model=False), TAIL))
    return [*frames, Frame(Moment(last, final=True), END)]


def stride_of(steps: int) -> int:
    """Steps from frame to frame: 1, 2, 5, 10, 20, …, the least that needs no more than `LONG` frames."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if steps <= LONG * digit * power:
                return digit * power
        power *= 10


def worth(trajectory: Trajectory) -> tuple[int, str]:
    """The last step at which a walk shows anything new, and what it does from there on.

    In one variable a tail is cut where neither x nor f moves by more than a pixel (in more, a decay
    plot still shows it); a cycle is cut after three periods, a walk that leaves the window for good
    three points later. A cut of fewer than three steps is none, and its words are empty.
    """
    last = trajectory.steps
    if trajectory.thinned is not None:
        return last, ""
    cuts = [(last, "")]
    if trajectory.outcome is Outcome.RAN_AWAY:
        cuts.append((_last(_inside(trajectory)) + BEYOND, "runs on"))
    elif trajectory.outcome is Outcome.EXHAUSTED and trajectory.xs.shape[-1] == 1:
        cuts.append((_last(_inside(trajectory)) + BEYOND, "beyond the picture"))
    elif trajectory.outcome is Outcome.CYCLE and trajectory.period:
        period = trajectory.period
        alike = _alike(trajectory, trajectory.xs[period:], trajectory.xs[:-period])
        cuts.append((_last(~alike) + 1 + PERIODS * period, "repeats"))
    if trajectory.xs.shape[-1] == 1:
        near = _alike(trajectory, trajectory.xs, trajectory.xs[-1])
        with np.errstate(invalid="ignore"):
            near &= np.abs(trajectory.fs - trajectory.fs[-1]) <= PIXEL * _height(trajectory)
        cuts.append((_last(~near) + 1, "no change beyond a pixel"))
    step, words = min(cuts)
    return (step, words) if last - step >= WORTHWHILE else (last, "")


def _worth_seeing(trajectories: Sequence[Trajectory], last: int) -> tuple[int, str]:
    seen = [worth(trajectory) for trajectory in trajectories]
    shown = max(step for step, _ in seen)
    if last - shown < WORTHWHILE:
        return last, ""
    words = {words for _, words in seen if words}
    return shown, f"{words.pop() if len(words) == 1 else 'nothing new'} until step {last}"


def _jump(k: int, model: bool) -> list[Frame]:
    """From step k to the next: the model seen, the point under way, the point landed."""
    tweens = [Frame(Moment(k + share, model=model), TWEEN) for share in SHARES]
    return [Frame(Moment(k, model=model), MODEL), *tweens, Frame(Moment(k + 1, model=False), LAND)]


def _last(mask: np.ndarray) -> int:
    """The number of the last true entry, -1 if there is none."""
    where = np.flatnonzero(mask)
    return int(where[-1]) if where.size else -1


def _alike(trajectory: Trajectory, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    width = np.ptp(trajectory.window, axis=-1)
    return np.asarray((np.abs(xs - ys) <= PIXEL * width).all(-1))


def _inside(trajectory: Trajectory) -> np.ndarray:
    middle, width = trajectory.window.mean(-1), np.ptp(trajectory.window, axis=-1)
    return np.asarray((np.abs(trajectory.xs - middle) <= GROWTH * width / 2).all(-1))


def _height(trajectory: Trajectory) -> float:
    """The range of the values that the picture can show: those over the window."""
    seen = trajectory.fs[_inside(trajectory) & np.isfinite(trajectory.fs)]
    return float(np.ptp(seen)) if seen.size else 0.0

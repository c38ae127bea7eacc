"""A sweep that has been walked: arrays over its axes, labels in order, numbers of the basins, theory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symopt import __version__
from symopt.errors import RenderError, public
from symopt.judge import place_of
from symopt.judge.kind import NEAR
from symopt.notebook import clipped, table
from symopt.sweep.basins import Numbers
from symopt.sweep.command import command
from symopt.sweep.labels import CLOSING, CYCLE, LEFT, Label, merged
from symopt.sweep.plan import Chunk, Plan
from symopt.sweep.theory import Tick, join, ticks

SCHEMA = "symopt.sweep/1"
INSTALL = "pip install 'symopt-lab[sweep]' brings xarray and zarr"


@dataclass(frozen=True, eq=False)
class Sweep:
    """How the walks of a grid ended.

    plan: what was walked; `axes` are its axes, `shape` the shape of all arrays. labels: the endings that occur, in
    order. end: the label of each pixel. steps: how many it took. x: its last point, (…, n). f: there. exponent: the
    Lyapunov exponent, where asked for. tail: of one axis, the last iterates of the first variable. numbers: of basins.

    >>> made = symopt.sweep("x**2", "gd", over={"lr": (0.5, 1.5, 3)}, start=1.0, steps=50)
    >>> isinstance(made, symopt.Sweep), made.words
    (True, ('minimum x = 0', '2-cycle around x = 0', 'ran away'))
    >>> made.steps.tolist()
    [1, 50, 21]
    """

    plan: Plan
    labels: tuple[Label, ...]
    end: np.ndarray
    steps: np.ndarray
    x: np.ndarray
    f: np.ndarray
    numbers: Numbers
    exponent: np.ndarray | None = None
    tail: np.ndarray | None = None

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """What theory says along the axes: 2/f″ of minima, doublings of periods, 1/L."""
        return ticks(self.plan, self.labels, self.period, self.x)

    @property
    def axes(self) -> tuple[Any, ...]:
        return self.plan.axes

    @property
    def shape(self) -> tuple[int, ...]:
        return self.plan.shape

    @cached_property
    def period(self) -> np.ndarray:
        """1 where the walk ended flat, n where it ends in an n-cycle or closes in on one, else 0."""
        periods = [each.period if each.word in (CYCLE, CLOSING) else int(each.flat) for each in self.labels]
        return np.array(periods, dtype=np.int32)[self.end]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The labels as they are shown: `minimum x = 4.4551`."""
        lost = self.plan.lost()
        return tuple(lost if each.word == LEFT else each.told(self.plan.problem.loss.names) for each in self.labels)

    @property
    def command(self) -> str:
        """The line that walks it again, with all that was chosen."""
        return command(self.plan)

    @public
    def to_xarray(self) -> Any:
        """The arrays as an xarray Dataset, with the axes as coordinates. Raises RenderError without xarray."""
        try:
            import xarray
        except ImportError:
            raise RenderError("xarray is not installed", INSTALL) from None
        from symopt.sweep.store import attributes, told_axis, variables

        names = [axis.name for axis in self.axes]
        coords = {axis.name: ((axis.name,), axis.values, told_axis(axis)) for axis in self.axes}
        data = {name: (dims, values, more) for name, (dims, values, more) in variables(self, names).items()}
        return xarray.Dataset(data, coords, attributes(self))

    @public
    def save(
        self, path: str | os.PathLike[str], show: str = "end", dpi: float | None = None, supersample: int = 1,
        look: Any = None,
    ) -> str:  # fmt: skip
        """Writes the sweep: a picture (png, svg, pdf), or its arrays (npz, nc, zarr); returns the path.

        supersample: in the picture of a map, pixels at borders are walked so many times anew along each side.
        look: of a picture, a `symopt.views.Look`.
        """
        from symopt.sweep.store import ARRAYS, name_of, write

        if name_of(path).lower().endswith(ARRAYS):
            return write(self, path)
        from importlib import import_module

        from symopt.sweep.finer import finer, read_finer

        scene = import_module("symopt.views.scenes.sweep")
        scene.check(self, show)
        again = finer(self.plan, self.labels, self.end, supersample) if read_finer(supersample, show) > 1 else None
        made: str = scene.save(self, str(path), show, dpi, again, scene.read_look(look))
        return made

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.sweep/1."""
        numbers = self.numbers
        return {
            "schema": SCHEMA, "version": __version__, "command": self.command, **self.plan.record(),
            "pixels": int(self.end.size),
            "endings": [
                {"ending": shown, "word": label.word, "period": label.period or None,
                 "at": None if label.at is None else list(label.at), "proved": label.proved,
                 "share": row.share, "pixels": row.pixels,
                 "steps": dict(zip(("q10", "q50", "q90"), row.steps, strict=True))}
                for label, shown, row in zip(self.labels, self.words, numbers.rows, strict=True)
            ],
            "ticks": [{"over": t.axis, "value": t.value, "what": t.text, "known": t.known} for t in self.ticks],
            "basin_entropy": numbers.entropy, "boundary_basin_entropy": numbers.border_entropy,
            "uncertainty_exponent": numbers.exponent, "uncertainty_exponent_error": numbers.error,
        }  # fmt: skip

    def __repr__(self) -> str:
        over = " × ".join(f"{axis.name} ({len(axis):,})" for axis in self.axes)
        return f"<sweep of {clipped(self.plan.problem.loss.text)} over {over}: {len(self.labels)} endings>"

    def _repr_html_(self) -> str:
        rows = [
            (word, f"{row.share:.4%}", str(row.steps[1]))
            for word, row in zip(self.words, self.numbers.rows, strict=True)
        ]
        return table(rows, ("ending", "share", "steps"))


class Collected:
    """Chunks as they come in, in whatever order."""

    def __init__(self, plan: Plan) -> None:
        shape, n = plan.shape, plan.problem.n
        self.plan = plan
        self.tables: dict[int, np.ndarray] = {}
        self.end = np.empty(shape, dtype=np.int32)
        self.steps = np.empty(shape, dtype=np.int32)
        self.x = np.empty((*shape, n))
        self.f = np.empty(shape)
        self.exponent = np.empty(shape) if plan.exponents else None
        self.tail: np.ndarray | None = None

    def put(self, number: int, chunk: Chunk) -> None:
        where = self.plan.tiles[number]
        self.tables[number] = chunk.table
        self.end[where], self.steps[where], self.x[where], self.f[where] = chunk.codes, chunk.steps, chunk.x, chunk.f
        if self.exponent is not None:
            self.exponent[where] = chunk.exponent
        if chunk.tail is not None:
            if self.tail is None:
                self.tail = np.empty((*self.plan.shape, chunk.tail.shape[-1]))
            self.tail[where] = chunk.tail

    def made(self) -> Sweep:
        plan = self.plan
        numbers = range(len(plan.tiles))
        scale = float(np.ptp(plan.problem.window, axis=1).max()) / 2
        labels, codes = merged([self.tables[k] for k in numbers], plan.problem.window)
        for k in numbers:
            where = plan.tiles[k]
            self.end[where] = codes[k][self.end[where]]
        shown = join(plan, tuple(_exactly(plan, label, scale) for label in labels))
        even = not any(axis.log for axis in plan.axes)
        return Sweep(plan, shown, self.end, self.steps, self.x, self.f,
                     Numbers.of(self.end, self.steps, len(labels), even), self.exponent, self.tail)  # fmt: skip


def restored(plan: Plan, held: Mapping[str, Any]) -> Sweep:
    """A sweep that was walked before, from what `Store.whole` holds."""
    labels = tuple(
        Label(word, period, None if at is None else tuple(at), proved, outside)
        for word, period, at, proved, outside in held["labels"]
    )
    even = not any(axis.log for axis in plan.axes)
    numbers = Numbers.of(held["end"], held["steps"], len(labels), even)
    return Sweep(plan, labels, held["end"], held["steps"], held["x"], held["f"], numbers, held["exponent"],
                 held["tail"])  # fmt: skip


def _exactly(plan: Plan, label: Label, scale: float) -> Label:
    """The label with its critical point to the last digit, as the judge finds it in more digits."""
    if label.at is None:
        return label
    place = place_of(plan.problem.loss, np.array(label.at), scale, NEAR)
    if place.at is None or np.abs(place.at - label.at).max() > NEAR * scale:
        return label
    off = np.zeros(plan.problem.n) if place.error is None else place.error
    return replace(label, at=tuple(0.0 if abs(c) <= e else float(c) for c, e in zip(place.at, off, strict=True)))


def told(made: Sweep) -> Sequence[str]:
    """Lines below the table: entropy and exponent, each with what it is."""
    numbers = made.numbers
    lines = []
    if len(made.labels) > 1 and numbers.entropy is not None:
        border = "" if numbers.border_entropy is None else f", {numbers.border_entropy:.3f} where a box has a border"
        lines.append(f"basin entropy {numbers.entropy:.4f}{border} (boxes of 5 pixels a side; log 2 = 0.693)")
    if numbers.exponent is not None and numbers.error is not None:
        d = made.end.ndim
        lines.append(f"uncertainty exponent {numbers.exponent:.3f} ± {numbers.error:.3f}: the borders have dimension "
                     f"{d - numbers.exponent:.3f} at these distances")  # fmt: skip
    return lines

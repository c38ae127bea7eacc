"""The sweeps of a movie: walked one after another, their endings followed from frame to frame.

Frames lie in a folder, FILE.zarr or a temporary one, so that memory holds a few of them at most; a movie that was ended
goes on from the chunks that are there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from weakref import finalize

import numpy as np

from symopt import __version__
from symopt.errors import public
from symopt.files import check_path, replacing
from symopt.methods import Method
from symopt.sweep.change import ZOOM, Change, aimed, read_change
from symopt.sweep.command import command
from symopt.sweep.jobs import run
from symopt.sweep.labels import CLOSING, CYCLE, LEFT, Label, between
from symopt.sweep.plan import Plan
from symopt.sweep.result import Collected, Sweep, restored
from symopt.sweep.run import Progress, walked
from symopt.sweep.store import (
    Folder,
    Store,
    Variables,
    asked,
    attributes,
    held_labels,
    name_of,
    tile_of,
    told_axis,
    variables,
)
from symopt.sweep.theory import Tick

SCHEMA = "symopt.sweep.frames/1"
ARRAYS = (".npz", ".zarr")
NEWTON, FAR = 8, 0.25
"""Newton steps that follow a critical point to the next frame; how far, in sides of the window, it may move at once."""


@dataclass(eq=False)
class Track:
    """An ending through the frames. first, last: its labels where it was first and last seen; now: where it is.

    since, until: the frames of these.
    """

    first: Label
    last: Label
    now: np.ndarray | None
    since: int
    until: int

    @property
    def moves(self) -> bool:
        if self.first.at is None or self.last.at is None:
            return False
        scale = max(1e-12, float(np.abs(self.first.at).max()))
        return bool(np.abs(np.subtract(self.first.at, self.last.at)).max() > 1e-6 * scale)


class Tracks:
    """Which label of a frame is which of the frames before.

    A label without a place is its word and period. A critical point is followed by Newton's method on the loss of the
    next frame; of those of one word pairs are made, the nearest first.
    """

    def __init__(self) -> None:
        self.all: list[Track] = []

    def follow(self, made: Sweep, frame: int) -> np.ndarray:
        """The tracks of the labels of the next frame, (labels,)."""
        width = np.ptp(made.plan.problem.window, axis=1)
        found = np.full(len(made.labels), -1)
        for track in self.all:
            if track.now is not None:
                track.now = _moved(made.plan, track.now, width)
        pairs = []
        for place, label in enumerate(made.labels):
            for number, track in enumerate(self.all):
                if (label.word, label.period, label.outside) != (
                    track.last.word,
                    track.last.period,
                    track.last.outside,
                ):
                    continue
                if label.at is None and track.now is None:
                    pairs.append((0.0, place, number))
                elif label.at is not None and track.now is not None:
                    off = float((np.abs(track.now - label.at) / width).max())
                    if off <= FAR:
                        pairs.append((off, place, number))
        taken: set[int] = set()
        for _, place, number in sorted(pairs):
            if found[place] < 0 and number not in taken:
                taken.add(number)
                found[place] = number
        for place, label in enumerate(made.labels):
            now = None if label.at is None else np.array(label.at)
            if found[place] < 0:
                found[place] = len(self.all)
                self.all.append(Track(label, label, now, frame, frame))
            else:
                track = self.all[found[place]]
                track.last, track.now, track.until = label, now, frame
        return found

    def joined(self, near: np.ndarray) -> list[Track]:
        """The tracks; those of cycles of one period around one minimum, whatever their word, all from its first place
        to its last. near: (n,), how near two places are one."""
        made = []
        for track in self.all:
            alike = [each for each in self.all if each is track or _one_cycle(each, track, near)]
            first, last = min(alike, key=lambda each: each.since).first, max(alike, key=lambda each: each.until).last
            made.append(replace(track, first=replace(track.first, at=first.at), last=replace(track.last, at=last.at)))
        return made


def _one_cycle(one: Track, other: Track, near: np.ndarray) -> bool:
    if one.now is None or other.now is None or not {one.first.word, other.first.word} <= {CYCLE, CLOSING}:
        return False
    return one.first.period == other.first.period and bool((np.abs(one.now - other.now) <= near).all())


def _moved(plan: Plan, point: np.ndarray, width: np.ndarray) -> np.ndarray:
    """The critical point of a loss that Newton's method finds from one of another; the same point where it goes far."""
    loss, x = plan.problem.loss, point
    with np.errstate(all="ignore"):
        for _ in range(NEWTON):
            bend, slope = loss.hess(x), loss.grad(x)
            if not (np.isfinite(bend).all() and np.isfinite(slope).all()) or abs(np.linalg.det(bend)) < 1e-300:
                return point
            x = x - np.linalg.solve(bend, slope)
            if not (np.abs(x - point) <= FAR * width).all():
                return point
    return x


@dataclass(frozen=True)
class Stack:
    """An array over all frames, that is made frame by frame."""

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype
    frame: Callable[[int], np.ndarray]
    more: dict[str, Any]


class Reel:
    """The frames of a movie of sweeps: `len(reel)` of them, `reel[k]` the sweep of one.

    change: what changes, its values. labels, words: the endings of all frames. tracks: of each frame, for each of its
    labels the number among those. shares: (frames, labels).
    """

    def __init__(self, first: Plan, change: Change, folder: Frames) -> None:
        self.first, self.change, self.folder = first, change, folder
        tracks, found, shares = Tracks(), [], []
        for k in range(len(change)):
            made = self[k]
            found.append(tracks.follow(made, k))
            shares.append([row.share for row in made.numbers.rows])
        joined = tracks.joined(1e-6 * np.ptp(first.problem.window, axis=1))
        order = sorted(range(len(joined)), key=lambda number: joined[number].first.order)
        rank = np.argsort(order)
        self.followed = tuple(joined[number] for number in order)
        self.tracks = [rank[each] for each in found]
        self.shares = np.zeros((len(change), len(order)))
        for k, (each, row) in enumerate(zip(self.tracks, shares, strict=True)):
            self.shares[k, each] = row
        self._ticks: dict[int, tuple[Tick, ...]] = {}

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(track.first for track in self.followed)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The endings as they are shown, of one that moves both ends: `minimum x = −2 … −1.4`."""
        names, made = self.first.problem.loss.names, []
        for track in self.followed:
            if track.first.word == LEFT:
                made.append(self.plan(0).lost())
            elif track.moves:
                made.append(between(track.first, track.last, names))
            else:
                made.append(track.first.told(names))
        return tuple(made)

    def __len__(self) -> int:
        return len(self.change)

    def plan(self, k: int) -> Plan:
        return self.change.plan(self.first, k)

    def __getitem__(self, k: int) -> Sweep:
        if not 0 <= k < len(self):
            raise IndexError(k)
        return self.folder.sweep(k, self.plan(k))

    def __iter__(self) -> Iterator[Sweep]:
        return (self[k] for k in range(len(self)))

    def ticks(self, k: int) -> tuple[Tick, ...]:
        """What theory says along the axes of a frame."""
        if k not in self._ticks:
            self._ticks[k] = self[k].ticks
        return self._ticks[k]

    @property
    def command(self) -> str:
        """The line that makes it again."""
        return command(self.first, self.change)

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.sweep.frames/1."""
        plan, change = self.plan(0), self.change
        return {
            "schema": SCHEMA, "version": __version__, "command": self.command, **plan.record(),
            "animate": {**change.record(), "at": change.place(plan.axes)},
            "endings": [
                {"ending": word, "word": label.word, "period": label.period or None}
                for label, word in zip(self.labels, self.words, strict=True)
            ],
            "frames": [
                {change.name: float(value), "shares": row}
                for value, row in zip(change.values, self.shares.tolist(), strict=True)
            ],
        }  # fmt: skip

    @public
    def save(
        self,
        path: str | os.PathLike[str],
        show: str = "end",
        dpi: float | None = None,
        supersample: int = 1,
        fps: float | None = None,
        look: Any = None,
    ) -> str:
        """Writes the movie (gif, mp4, webp, apng), or the arrays of all frames, with an axis more (npz, zarr).

        show, dpi, supersample, look: as in `Sweep.save`. fps: frames a second. Raises RenderError.
        """
        if name_of(path).lower().endswith(ARRAYS):
            return self.keep(path)
        from importlib import import_module

        from symopt.sweep.finer import finer, read_finer

        scene = import_module("symopt.views.scenes.sweep")
        scene.check(self[0], show)
        again = (
            [finer(made.plan, made.labels, made.end, supersample) for made in self]
            if read_finer(supersample, show) > 1
            else []
        )
        scene.animate(self, path, show, dpi, again, fps, look=scene.read_look(look))
        return str(path)

    def keep(self, path: str | os.PathLike[str]) -> str:
        """Writes the arrays of all frames: npz or zarr."""
        if name_of(path).lower().endswith(".zarr"):
            if Path(path).resolve() != self.folder.path.resolve():
                self._fill(Folder(path, self.folder.asked))
            elif not self.folder.complete:
                self._fill(self.folder)
            return str(path)
        target = check_path(path, ARRAYS)
        with TemporaryDirectory(prefix="symopt-") as name, replacing(target) as file:
            arrays = {}
            for array, each in self._content().items():
                kept = np.lib.format.open_memmap(Path(name) / f"{array}.npy", "w+", each.dtype, each.shape)
                for k in range(len(self)):
                    kept[k] = each.frame(k)
                arrays[array] = kept
            axes = self._axes()
            more = {f"axis_{array}": values for array, (_, values, _) in axes.items()}
            np.savez_compressed(file, **arrays, **more, record=np.array(json.dumps(self.record())))  # type: ignore[arg-type]
            arrays.clear()
            del kept
        return str(path)

    def _axes(self) -> dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, Any]]]:
        """{name: (dimensions, values, attributes)} of the coordinates."""
        change, axes = self.change, self.first.axes
        made: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, Any]]] = {
            change.name: ((change.name,), change.values, told_axis(change))
        }
        for place, axis in enumerate(axes):
            more = told_axis(axis)
            if change.role == ZOOM:
                values = np.array([self.plan(k).axes[place].values for k in range(len(self))])
                made[axis.name] = ((change.name, f"{axis.name}_pixel"), values, more)
            else:
                made[axis.name] = ((axis.name,), axis.values, more)
        return made

    def _content(self) -> dict[str, Stack]:
        """All arrays but the axes."""
        zoom = self.change.role == ZOOM
        names = [f"{axis.name}_pixel" if zoom else axis.name for axis in self.first.axes]
        latest: list[Any] = [-1, {}]

        def frame(k: int) -> Variables:
            if latest[0] != k:
                made = self[k]
                arrays = dict(variables(made, names))
                dims, end, more = arrays["end"]
                latest[:] = k, {**arrays, "end": (dims, self.tracks[k][end].astype(np.int32), more)}
            found: Variables = latest[1]
            return found

        def stack(name: str, dims: tuple[str, ...], values: np.ndarray, more: dict[str, Any]) -> Stack:
            shape = len(self), *values.shape
            return Stack((self.change.name, *dims), shape, values.dtype, lambda k: frame(k)[name][1], more)

        made = {name: stack(name, *each) for name, each in frame(0).items()}
        made["end"].more.update(flag_values=list(range(len(self.words))),
                                flag_meanings=" ".join(word.replace(" ", "_") for word in self.words))  # fmt: skip
        return made

    def _fill(self, folder: Folder) -> None:
        content = self._content()
        tiles = {name: tile_of(self.first, each.shape[1:]) for name, each in content.items()}
        for name, each in content.items():
            folder.describe(name, each.dims, each.shape, each.dtype, (1, *tiles[name]), each.more)
        for k in range(len(self)):
            for name, each in content.items():
                folder.write(name, each.frame(k), tiles[name], f"{k}.")
        for name, (dims, values, more) in self._axes().items():
            folder.describe(name, dims, values.shape, values.dtype, values.shape, more)
            folder.write(name, values, values.shape)
        frames = [{"labels": held_labels(self[k].labels), "tracks": self.tracks[k].tolist()} for k in range(len(self))]
        told = {**attributes(self[0], self.command), "endings": json.dumps(list(self.words), ensure_ascii=False)}
        at = None if self.change.at is None else list(self.change.at)
        folder.finish({**told, "animate": json.dumps(self.change.record()), "symopt_at": at, "symopt_frames": frames})


class Frames(Folder):
    """The folder of a movie's frames: while it is being walked each is a folder in `.frames`."""

    WORK = ".frames"

    def __init__(self, path: str | os.PathLike[str], first: Plan, change: Change) -> None:
        at = None if change.at is None else list(change.at)
        self.asked = {**asked(first), "animate": change.record(), "at": at}
        super().__init__(path, self.asked)
        self._told: dict[str, Any] = self.attributes if self.complete else {}

    @property
    def at(self) -> tuple[float, ...] | None:
        """The point of a zoom that is complete."""
        at = self._told.get("symopt_at")
        return None if at is None else tuple(at)

    def finish(self, attributes: Mapping[str, Any]) -> None:
        super().finish(attributes)
        self._told = self.attributes

    def place(self, k: int) -> Path:
        return self.work / f"{k:05}.zarr"

    def sweep(self, k: int, plan: Plan) -> Sweep:
        """A frame that was walked."""
        if not self._told:
            return restored(plan, Store(self.place(k), plan).whole())
        told = self._told["symopt_frames"][k]
        back = np.zeros(max(told["tracks"]) + 1, dtype=np.int32)
        back[told["tracks"]] = np.arange(len(told["tracks"]))
        held: dict[str, Any] = {name: self.read(name, k) for name in ("steps", "f")}
        held["end"] = back[self.read("end", k)]
        held["x"] = np.stack([self.read(f"last_{name}", k) for name in plan.problem.loss.names], axis=-1)
        for name in ("exponent", "tail"):
            held[name] = self.read(name, k) if (self.path / name).is_dir() else None
        return restored(plan, {**held, "labels": told["labels"]})


@public
def frames(
    problem: Any,
    method: Method | str = "gd",
    over: Any = None,
    animate: Any = None,
    *,
    at: Any = None,
    window: Any = None,
    start: Any = None,
    steps: int | None = None,
    variables: Any = None,
    constants: Mapping[str, str | float] | None = None,
    data: Any = None,
    size: int | None = None,
    gtol: float = 1e-8,
    exponents: bool = False,
    path: str | os.PathLike[str] | None = None,
    cluster: Any = None,
    progress: Progress | None = None,
) -> Reel:
    """Sweeps one after another, the frames of a movie; their endings are followed from frame to frame.

    animate: what changes, {"a": (low, high, frames)}, with "log" behind it for even factors: a letter of the loss, a
    parameter of the method, or a start coordinate; or {"zoom": (factor, frames)}, into a point `at` along the axes,
    or into a border that is found. All else as in `symopt.sweep`; path: a folder FILE.zarr that frames are kept in.
    """
    first, change = read_change(problem, method, over, animate, at, size=size, gtol=gtol, exponents=exponents,
                                window=window, start=start, steps=steps, variables=variables, constants=constants,
                                data=data)  # fmt: skip
    made = filmed(first, change, path, cluster, progress)
    if path is not None:
        made.keep(path)
    return made


def filmed(
    first: Plan, change: Change, path: str | os.PathLike[str] | None = None, cluster: Any = None,
    progress: Progress | None = None,
) -> Reel:  # fmt: skip
    """Walks all frames: into a folder FILE.zarr, or into a temporary one that is gone with the reel."""
    held = None
    if path is None:
        held = Path(mkdtemp(prefix="symopt-"))
        path = held / "frames.zarr"
    folder = Frames(path, first, change)
    if held is not None:
        finalize(folder, rmtree, held, ignore_errors=True)
    tiles = len(change.plan(first, 0).tiles) if change.role != ZOOM else len(first.tiles)
    total, done = tiles * len(change), 0

    def advance(many: int) -> None:
        nonlocal done
        done += many
        if progress is not None:
            progress(done, total)

    if not folder.complete and change.role == ZOOM and change.at is None:
        made = walked(first, folder.place(0), cluster, None)
        change = aimed(first, made.end, change)
    elif folder.complete:
        change = replace(change, at=folder.at)
    open_: dict[int, tuple[Store, Collected, set[int]]] = {}

    def jobs() -> Iterator[tuple[Plan, int]]:
        for k in range(len(change)):
            plan = change.plan(first, k)
            store = Store(folder.place(k), plan)
            if store.complete:
                advance(tiles)
                continue
            collected, missing = Collected(plan), []
            for number in range(tiles):
                kept = store.finished(number)
                if kept is None:
                    missing.append(number)
                else:
                    collected.put(number, kept)
            advance(tiles - len(missing))
            open_[id(plan)] = store, collected, set(missing)
            if not missing:
                close(plan)
            for number in missing:
                yield plan, number

    def close(plan: Plan) -> None:
        store, collected, _ = open_.pop(id(plan))
        store.close(collected.made())

    if not folder.complete:
        walks = int(np.prod(first.shape)) * len(change)
        with closing(run(jobs(), walks * first.operations, cluster)) as done_:
            for (plan, number), chunk in done_:
                store, collected, missing = open_[id(plan)]
                store.put(number, chunk)
                collected.put(number, chunk)
                missing.discard(number)
                if not missing:
                    close(plan)
                advance(1)
    return Reel(first, change, folder)


__all__: Sequence[str] = ["Reel", "filmed", "frames"]

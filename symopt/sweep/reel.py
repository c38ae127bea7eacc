"""The sweeps of a movie: frame by frame, with the endings that they have in common; saved as arrays over all frames."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from symopt import __version__
from symopt.errors import public
from symopt.files import check_path, replacing
from symopt.sweep.change import ZOOM, Change
from symopt.sweep.command import command
from symopt.sweep.frame_store import Frames
from symopt.sweep.labels import LEFT, Label, between
from symopt.sweep.plan import Plan
from symopt.sweep.result import Sweep
from symopt.sweep.store import (
    Folder,
    Variables,
    attributes,
    held_labels,
    name_of,
    tile_of,
    told_axis,
    variables,
)
from symopt.sweep.theory import Tick
from symopt.sweep.tracks import Tracks

SCHEMA = "symopt.sweep.frames/1"
ARRAYS = (".npz", ".zarr")


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

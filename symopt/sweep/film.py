"""Walks the frames of a movie of sweeps; one that was ended goes on from the chunks that are there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

import numpy as np

from symopt.errors import public
from symopt.methods import Method
from symopt.sweep.change import ZOOM, Change, aimed, read_change
from symopt.sweep.frame_store import Frames
from symopt.sweep.jobs import run
from symopt.sweep.plan import Plan
from symopt.sweep.reel import Reel
from symopt.sweep.result import Collected
from symopt.sweep.run import Progress, walked
from symopt.sweep.store import Store


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

"""Runs the chunks of a sweep: on all cores of this machine, or by the workers of a dask cluster."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import lru_cache
from typing import Any

from symopt.errors import public
from symopt.methods import Method
from symopt.program.sums.threads import alone, workers
from symopt.sweep.plan import Chunk, Plan, read_plan
from symopt.sweep.result import Collected, Sweep, restored

Progress = Callable[[int, int], None]
AHEAD = 4
"""Chunks on their way for each core or worker."""


@public
def sweep(
    problem: Any,
    method: Method | str = "gd",
    over: Any = None,
    *,
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
) -> Sweep:
    """Walks a method from every pixel of a grid, and says how each walk ended, in the words of a single one.

    problem, window, start, steps, variables, constants, data: as in `Problem.of`. over: one or two axes, {"lr": (low,
    high, count)}, with "log" behind the count for even factors: a start coordinate, a parameter of the method, or a
    letter of the loss. Without axes the starts of one or two variables are swept, `size` of each (512). exponents:
    also the Lyapunov exponent of each walk. path: a folder FILE.zarr that finished chunks go to as they are made; a
    sweep that was ended goes on from there. cluster: a dask scheduler's address, a number of processes, or a client.
    progress: called with chunks done and in all.

    Raises ExpressionError, StartError and MethodError as `descend` does; RenderError where the path cannot be written.
    """
    given = {"variables": variables, "constants": constants, "data": data, "window": window, "start": start,
             "steps": steps}  # fmt: skip
    plan = read_plan(problem, method, over, size=size, gtol=gtol, exponents=exponents,
                     **{name: value for name, value in given.items() if value is not None})  # fmt: skip
    return walked(plan, path, cluster, progress)


def walked(
    plan: Plan, path: str | os.PathLike[str] | None = None, cluster: Any = None, progress: Progress | None = None
) -> Sweep:
    """The sweep of a plan."""
    from symopt.sweep.store import Store

    store = None if path is None else Store(path, plan)
    if store is not None and store.complete:
        return restored(plan, store.whole())
    collected = Collected(plan)
    done = 0
    missing = []
    for number in range(len(plan.tiles)):
        kept = store.finished(number) if store is not None else None
        if kept is None:
            missing.append(number)
        else:
            collected.put(number, kept)
            done += 1
    if progress is not None:
        progress(done, len(plan.tiles))
    for number, chunk in chunks(plan, missing, cluster):
        if store is not None:
            store.put(number, chunk)
        collected.put(number, chunk)
        done += 1
        if progress is not None:
            progress(done, len(plan.tiles))
    made = collected.made()
    if store is not None:
        store.close(made)
    return made


def chunks(plan: Plan, numbers: Sequence[int], cluster: Any = None) -> Iterator[tuple[int, Chunk]]:
    """The chunks of these numbers as they are done, in whatever order."""
    if cluster is not None:
        yield from _far(plan, numbers, cluster)
        return
    plan.formula  # noqa: B018 compiled once, before threads ask for it
    count = min(workers(), len(numbers))
    if count <= 1:
        for number in numbers:
            yield number, plan.walk(number)
        return

    def one(number: int) -> tuple[int, Chunk]:
        with alone():
            return number, plan.walk(number)

    with ThreadPoolExecutor(count, thread_name_prefix="symopt-sweep") as pool:
        waiting = {pool.submit(one, number) for number in numbers[: AHEAD * count]}
        begun = len(waiting)
        try:
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for each in ready:
                    yield each.result()
                    if begun < len(numbers):
                        waiting.add(pool.submit(one, numbers[begun]))
                        begun += 1
        finally:
            for each in waiting:
                each.cancel()


@lru_cache(maxsize=2)
def _plan(pickled: bytes) -> Plan:
    made: Plan = pickle.loads(pickled)
    return made


def _walk(pickled: bytes, number: int) -> tuple[int, Chunk]:
    """A chunk, by a worker: it compiles a plan once."""
    with alone():
        return number, _plan(pickled).walk(number)


def _far(plan: Plan, numbers: Sequence[int], cluster: Any) -> Iterator[tuple[int, Chunk]]:
    """By dask: a chunk that is lost with its worker is walked by another."""
    from distributed import as_completed

    from symopt.data.cluster import connected

    client = connected(cluster)
    pickled = pickle.dumps(plan)
    count = len(client.scheduler_info(n_workers=-1)["workers"]) or 1
    left = iter(numbers)

    def submitted() -> Any:
        number = next(left, None)
        return None if number is None else client.submit(_walk, pickled, number, pure=False, retries=8)

    ready = as_completed([each for each in (submitted() for _ in range(AHEAD * count)) if each is not None])
    for each in ready:
        yield each.result()
        each.release()
        if (following := submitted()) is not None:
            ready.add(following)

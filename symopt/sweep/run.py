"""Runs the chunks of a sweep: on all cores of this machine, or by the workers of a dask cluster."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import lru_cache
from itertools import islice
from typing import Any, TypeAlias

from symopt.errors import public
from symopt.methods import Method
from symopt.program.sums.threads import alone, workers
from symopt.sweep.formula import DIGITS
from symopt.sweep.plan import Chunk, Plan, read_plan
from symopt.sweep.result import Collected, Sweep, restored

Progress = Callable[[int, int], None]
Job: TypeAlias = "tuple[Plan, int]"
"""A chunk of a plan, by its number."""
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

    >>> made = symopt.sweep("x**2/50 - cos(x)", "gd", over={"lr": (0.5, 3, 4)}, start=0.5, steps=200)
    >>> [made.words[k] for k in made.end]
    ['minimum x = 0', 'minimum x = 0', '2-cycle around x = 0', 'closing in on a 2-cycle around x = 0']
    """
    plan = read_plan(problem, method, over, size=size, gtol=gtol, exponents=exponents, window=window, start=start,
                     steps=steps, variables=variables, constants=constants, data=data)  # fmt: skip
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
    for _, number, chunk in chunks([(plan, number) for number in missing], cluster):
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


def chunks(jobs: Iterable[Job], cluster: Any = None) -> Iterator[tuple[Plan, int, Chunk]]:
    """The chunks of plans, by number, as they are done, in whatever order; a job is asked for when it is begun."""
    if cluster is not None:
        yield from _far(jobs, cluster)
        return
    count = min(workers(), len(jobs)) if isinstance(jobs, Sized) else workers()
    if count <= 1:
        for plan, number in jobs:
            yield plan, number, plan.walk(number)
        return
    over = threading.Event()

    def one(plan: Plan, number: int) -> tuple[Plan, int, Chunk]:
        with alone():
            return plan, number, plan.walk(number, over)

    left = iter(jobs)
    pool = ThreadPoolExecutor(count, thread_name_prefix="symopt-sweep")

    def begun() -> Iterator[Any]:
        for plan, number in islice(left, 1):
            with DIGITS:
                plan.formula  # noqa: B018 compiled once, before threads ask for it
            yield pool.submit(one, plan, number)

    waiting = {each for _ in range(AHEAD * count) for each in begun()}
    try:
        while waiting:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for each in ready:
                yield each.result()
                waiting.update(begun())
    finally:
        over.set()
        pool.shutdown(wait=True, cancel_futures=True)


@lru_cache(maxsize=2)
def _plan(pickled: bytes) -> Plan:
    made: Plan = pickle.loads(pickled)
    return made


def _walk(pickled: bytes, number: int) -> tuple[int, Chunk]:
    """A chunk, by a worker: it compiles a plan once."""
    with alone():
        return number, _plan(pickled).walk(number)


def _far(jobs: Iterable[Job], cluster: Any) -> Iterator[tuple[Plan, int, Chunk]]:
    """By dask: a chunk that is lost with its worker is walked by another."""
    from distributed import as_completed

    from symopt.data.cluster import connected

    client = connected(cluster)
    count = len(client.scheduler_info(n_workers=-1)["workers"]) or 1
    left = iter(jobs)
    plans: dict[str, Plan] = {}
    sent: tuple[Plan | None, bytes] = None, b""

    def submitted() -> Any:
        nonlocal sent
        for plan, number in islice(left, 1):
            if sent[0] is not plan:
                sent = plan, pickle.dumps(plan)
            made = client.submit(_walk, sent[1], number, pure=False, retries=8)
            plans[made.key] = plan
            return made
        return None

    ready = as_completed([each for each in (submitted() for _ in range(AHEAD * count)) if each is not None])
    for each in ready:
        yield plans.pop(each.key), *each.result()
        each.release()
        if (following := submitted()) is not None:
            ready.add(following)

"""Runs what is to be done of plans: on all cores of this machine, or by the workers of a dask cluster."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from symopt.errors import public
from symopt.methods import Method
from symopt.program.sums.threads import alone, workers
from symopt.sweep.cores import AHEAD, Job, shared
from symopt.sweep.plan import Plan, Task, read_plan
from symopt.sweep.result import Collected, Sweep, restored

Progress = Callable[[int, int], None]
WORTH = 5 * 10**8
"""Operations of all walks from which on it is worth while to start processes: about a second of one core."""


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
    pixels = sum(int(np.prod([part.stop - part.start for part in plan.tiles[number]])) for number in missing)
    with closing(run([(plan, number) for number in missing], pixels * plan.operations, cluster)) as chunks:
        for (_, number), chunk in chunks:
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


def run(jobs: Iterable[Job], operations: int, cluster: Any = None) -> Generator[tuple[Job, Any], None, None]:
    """(job, what came of it), as they are done, in whatever order; a job is asked for when it is begun.

    operations: about how many all of them take.
    """
    return shared(jobs, min(workers(), 1 + operations // WORTH)) if cluster is None else _far(jobs, cluster)


@lru_cache(maxsize=2)
def _plan(pickled: bytes) -> Plan:
    made: Plan = pickle.loads(pickled)
    return made


def _do(pickled: bytes, task: Task) -> Any:
    """What a worker does: it compiles a plan once."""
    with alone():
        return _plan(pickled).do(task)


def _far(jobs: Iterable[Job], cluster: Any) -> Generator[tuple[Job, Any], None, None]:
    """By dask: a chunk that is lost with its worker is walked by another."""
    from distributed import as_completed

    from symopt.data.cluster import connected

    client = connected(cluster)
    count = len(client.scheduler_info(n_workers=-1)["workers"]) or 1
    left = iter(jobs)
    begun: dict[str, Job] = {}
    sent: tuple[Plan | None, bytes] = None, b""

    def submitted() -> Any:
        nonlocal sent
        for plan, task in islice(left, 1):
            if sent[0] is not plan:
                sent = plan, pickle.dumps(plan)
            made = client.submit(_do, sent[1], task, pure=False, retries=8)
            begun[made.key] = plan, task
            return made
        return None

    ready = as_completed([each for each in (submitted() for _ in range(AHEAD * count)) if each is not None])
    for each in ready:
        yield begun.pop(each.key), each.result()
        each.release()
        if (following := submitted()) is not None:
            ready.add(following)

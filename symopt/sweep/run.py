"""Walks the chunks of a plan, and makes the sweep of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import numpy as np

from symopt.errors import public
from symopt.methods import Method
from symopt.sweep.jobs import run
from symopt.sweep.plan import Plan, read_plan
from symopt.sweep.result import Collected, Sweep, restored

Progress = Callable[[int, int], None]


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

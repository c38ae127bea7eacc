"""Runs what is to be done of plans: on all cores of this machine, or by the workers of a dask cluster."""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from symopt.program.sums.threads import alone, workers
from symopt.sweep.cores import AHEAD, Job, shared
from symopt.sweep.plan import Plan, Task

WORTH = 5 * 10**8
"""Operations of all walks from which on processes are started at once: about a second of one core."""


def run(jobs: Iterable[Job], operations: int, cluster: Any = None) -> Generator[tuple[Job, Any], None, None]:
    """(job, what came of it), as they are done, in whatever order; a job is asked for when it is begun.

    operations: about how many all of them take.
    """
    return shared(jobs, workers(), 1 + operations // WORTH) if cluster is None else _far(jobs, cluster)


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

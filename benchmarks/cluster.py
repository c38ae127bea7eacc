"""Rows shared among processes: f, gradient and Hessian of a data loss by two dask workers, and by one process.

Wall time: the work is in other processes. The workers have one thread each; what one process does on one thread and on
two is measured beside them. Then a worker is killed, and the same numbers are asked for again.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measure import Row, Times
from symopt import Loss

TEXT = "sqrt(mean((y - a*exp(-b*t))**2))"
FILES = 10
X = np.array([1.3, 0.7])


def run(pairs: int, quick: bool) -> list[Row]:
    if not (find_spec("distributed") and find_spec("pyarrow")):
        return []
    from symopt.data.cluster import connected, leave

    rows = 100_000 if quick else 10_000_000
    with TemporaryDirectory() as folder:
        written(Path(folder), rows)
        near = Loss.parse(TEXT, data=columns(rows))
        try:
            client = connected(2)
            far = Loss.parse(TEXT, data=folder, cluster=client)
            one, many = numbers(near), numbers(far)
            times = Times(
                {
                    "one": lambda: timed(near, "1"),
                    "two": lambda: timed(near, "2"),
                    "workers": lambda: timed(far, None),
                },
                pairs,
            )
            os.kill(next(iter(client.run(os.getpid).values())), getattr(signal, "SIGKILL", signal.SIGTERM))
            far.grad(X + 1)
            after = numbers(far)
        finally:
            leave()
    digits = "no digit" if np.array_equal(after, many) else "some digits"
    return [
        Row(f"{rows:,} rows, f + g + H: one thread over 2 workers", times.ratio("one", "workers")),
        Row("  two threads over 2 workers", times.ratio("two", "workers")),
        Row("  their difference, in units of 1e-12 of the largest", gap(many, one) / 1e-12, "≤ 1"),
        Row(f"  after a worker is killed, {digits} changes", gap(after, many) / 1e-12, "≤ 0"),
    ]


def columns(rows: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(0)
    t = draw.random(rows)
    return {"t": t, "y": 2 * np.exp(-t) + 0.1 * draw.standard_normal(rows)}


def written(folder: Path, rows: int) -> None:
    """A dataset of some files."""
    import pyarrow
    from pyarrow import parquet

    held, size = columns(rows), rows // FILES
    for k in range(FILES):
        part = {name: values[k * size : (k + 1) * size] for name, values in held.items()}
        parquet.write_table(pyarrow.table(part), folder / f"part.{k}.parquet")


def numbers(loss: Loss, x: np.ndarray = X) -> np.ndarray:
    return np.concatenate([[loss(x)], loss.grad(x), loss.hess(x).ravel()])


def gap(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).max() / np.abs(b).max())


def timed(loss: Loss, threads: str | None) -> float:
    before = os.environ.get("SYMOPT_THREADS")
    if threads is not None:
        os.environ["SYMOPT_THREADS"] = threads
    gc.collect()
    begun = time.perf_counter()
    try:
        numbers(loss, X + begun * 1e-9)  # a point not seen before
        return time.perf_counter() - begun
    finally:
        os.environ.pop("SYMOPT_THREADS", None)
        if before is not None:
            os.environ["SYMOPT_THREADS"] = before

"""Sweeps: what judging every pixel costs beside the lanes alone, two cores beside one, and time and memory of 4096².

CPU time, but for the rows of two cores. The large sweep is extrapolated from a smaller one, in a process of its own;
minutes are those of its CPU time on two free cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import islice

import numpy as np

from benchmarks.measure import ROOT, Row, Times, cpu, launch
from symopt.sweep.plan import Plan, read_plan
from symopt.sweep.run import walked

STEPS, LARGE = 500, 4096
MAPS = {
    "one variable, rates that settle": ("x**2/50 - cos(x)", "gd", {"lr": (0.05, 1.9), "x": (-20, 20)}, {}),
    "one variable, rates up to chaos": ("x**2/50 - cos(x)", "gd", {"lr": (0.01, 4), "x": (-20, 20)}, {}),
    "two variables, rates that settle": (
        "(x**2+y-11)**2 + (x+y**2-7)**2", "gd", {"lr": (0.001, 0.01), "x": (-5, 5)}, {"start": (0.0, 1.0)},
    ),
    "two letters": ("a*x**2 - cos(b*x)", "gd:lr=0.3", {"a": (0.01, 0.5), "b": (0.5, 3)}, {"start": 1.5}),
    "Rosenbrock's valley": ("(1-x)**2 + 100*(y-x**2)**2", "gd", {"x": (-2, 2), "y": (-1, 3)}, {}),
    "Newton on z³ − 1": ("x**4/4 - 3*x**2*y**2/2 + y**4/4 - x", "newton", {"x": (-2, 2), "y": (-2, 2)}, {}),
    "x²·y², where slopes underflow": ("x**2*y**2", "gd:lr=0.1", {"x": (-2, 2), "y": (-2, 2)}, {}),
}  # fmt: skip
SHARED = {"two letters": 1024, "one variable, rates up to chaos": 1024, "Newton on z³ − 1": 1024}
PLAIN = """
import sys, numpy
x = numpy.linspace(0, 9, 8192)
for _ in range(int(sys.argv[1])):
    numpy.multiply(numpy.sin(x), 0.5)
"""


def plan(name: str, side: int) -> Plan:
    text, spec, over, more = MAPS[name]
    return read_plan(text, spec, {axis: (*ends, side) for axis, ends in over.items()}, steps=STEPS, **more)


def lanes(this: Plan) -> float:
    """CPU seconds of the bare walks of all pixels, in lanes of 8,192 that are spread over the grid."""
    count = 8192
    random = np.random.default_rng(0)
    drawn = {axis.name: random.choice(axis.values, count) for axis in this.axes}
    starts = np.tile(this.problem.start, (count, 1))
    for name in this.swept["start"]:
        starts[:, this.problem.loss.names.index(name)] = drawn[name]
    own = {name: drawn[name][:, None] for name in this.swept["method"]}
    method = this.method.with_parameters(**own) if own else this.method
    loss = this.at([axis.ends[1] for axis in this.axes if axis.role == "letter"])

    def walk() -> None:
        with np.errstate(all="ignore"):
            for _ in islice(method.iterates(loss, starts), STEPS):
                pass

    walk()
    return min(cpu(walk) for _ in range(3)) * np.prod(this.shape) / count


def cores(this: Plan, count: int) -> float:
    """Wall seconds."""
    os.environ["SYMOPT_THREADS"] = str(count)
    try:
        begun = time.perf_counter()
        walked(this)
        return time.perf_counter() - begun
    finally:
        os.environ.pop("SYMOPT_THREADS")


def processes(count: int, rounds: int) -> float:
    """Wall seconds of so many processes at once, each with the same work of plain numpy."""
    begun = time.perf_counter()
    for each in [subprocess.Popen([sys.executable, "-c", PLAIN, str(rounds)]) for _ in range(count)]:
        each.wait()
    return time.perf_counter() - begun


def dask(this: Plan, pairs: int) -> list[Row]:
    """Two workers of dask beside two cores: wall time, and CPU time of all processes, which a busy machine spares."""
    if not find_spec("distributed"):
        return []
    from symopt.data.cluster import connected, leave

    try:
        client = connected(2)
        walked(this, None, 2)

        def spent() -> float:
            children = os.times()
            own = time.process_time() + children.children_user + children.children_system
            return own + sum(client.run(time.process_time).values())

        def used(work: Callable[[], object]) -> float:
            begun = spent()
            work()
            return spent() - begun

        times = Times({"cores": lambda: cores(this, 2), "workers": lambda: clock(lambda: walked(this, None, 2))}, pairs)
        own = min(used(lambda: cores(this, 2)) for _ in range(pairs))
        theirs = min(used(lambda: walked(this, None, 2)) for _ in range(pairs))
    finally:
        leave()
    return [
        Row("wall time of two dask workers over two cores", times.ratio("workers", "cores"), "≤ 1.2"),
        Row("  CPU time of the same", theirs / own, "≤ 1.2"),
    ]


def clock(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def run(pairs: int = 3, quick: bool = False) -> list[Row]:
    side = 64 if quick else 512
    rows = []
    for name in list(MAPS)[: 1 if quick else None]:
        this = plan(name, side)
        this.formula  # noqa: B018 compiled
        os.environ["SYMOPT_THREADS"] = "1"
        seconds = min(cpu(lambda: walked(this)) for _ in range(1 if quick else 2))  # noqa: B023
        os.environ.pop("SYMOPT_THREADS")
        goal = "" if "chaos" in name else "≤ 1.3"
        rows.append(Row(f"{name}: CPU of a sweep over that of its lanes", seconds / lanes(this), goal))
        minutes = seconds * (LARGE / side) ** 2 / 2 / 60
        rows.append(Row(f"  {LARGE}² × {STEPS} steps on two free cores, minutes (extrapolated)", minutes, "≤ 4"))
    rounds = 100 if quick else 30_000
    for name in list(SHARED)[: 1 if quick else None]:
        this = plan(name, 64 if quick else SHARED[name])
        this.formula  # noqa: B018 compiled
        jobs = {
            "one": lambda: cores(this, 1), "two": lambda: cores(this, 2),  # noqa: B023
            "process": lambda: processes(1, rounds), "processes": lambda: processes(2, rounds),
        }  # fmt: skip
        times = Times(jobs, pairs)
        told = f"{name}, {len(this.axes[0])}²"
        rows.append(Row(f"{told}: wall time on one core over two", times.ratio("one", "two"), "≥ 1.7"))
        rows.append(Row("  what two processes of plain numpy reach meanwhile", 2 * times.ratio("process", "processes")))
    this = plan(next(iter(MAPS)), side)
    if not quick:
        rows += dask(this, pairs)
    used = json.loads(launch("-m", "benchmarks.sweeps", str(256 if quick else 2048), env=ROOT).said)
    fixed = used["memory"] - used["pixels"] * used["each"] / 1e6
    whole = fixed + LARGE**2 * used["each"] / 1e6
    rows.append(Row(f"memory of {LARGE}², GiB (extrapolated)", whole / 1073.7, "≤ 1.5"))
    return rows


def main() -> None:
    """Prints the memory of a sweep of few steps, and the bytes that each of its pixels keeps."""
    import resource

    side = int(sys.argv[1])
    text, spec, over, more = MAPS["one variable, rates that settle"]
    made = walked(read_plan(text, spec, {axis: (*ends, side) for axis, ends in over.items()}, steps=20, **more))
    each = sum(part.nbytes for part in (made.end, made.steps, made.x, made.f, made.period)) / made.end.size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"memory": peak, "each": each, "pixels": made.end.size}))


if __name__ == "__main__":
    main()

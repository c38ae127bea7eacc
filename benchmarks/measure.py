"""Interleaved pairs, medians and CPU time: what every benchmark here measures with.

Only ratios inside one run are ever printed. CPU time leaves out what other programs do at the same
time, interleaving leaves out what the machine does to both sides, and the median leaves out the rest.
"""

from __future__ import annotations

import gc
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from typing import Any

Jobs = Mapping[str, Callable[[], float]]
ROOT = {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}  # for a process elsewhere that imports this checkout


@dataclass(frozen=True)
class Row:
    """One line of the table: a ratio (or what the name says), and what it ought to be ("≥ 20", "≤ 2.5", or "")."""

    name: str
    ratio: float
    goal: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if not self.goal:
            return None
        sign, number = self.goal.split()
        return self.ratio >= float(number) if sign == "≥" else self.ratio <= float(number)


class Times:
    """The seconds of some jobs in rounds, each job once a round, one after the other."""

    def __init__(self, jobs: Jobs, pairs: int) -> None:
        self.seconds: dict[str, list[float]] = {name: [] for name in jobs}
        for pair in range(pairs):
            for name, job in jobs.items():
                progress(f"pair {pair + 1} of {pairs}: {name}")
                self.seconds[name].append(job())
        progress("")

    def ratio(self, slow: str, fast: str) -> float:
        """The median of the rounds' ratios."""
        return median(a / b for a, b in zip(self.seconds[slow], self.seconds[fast], strict=True))

    def __getitem__(self, name: str) -> float:
        """The median of a job's seconds, for plots."""
        return median(self.seconds[name])


def cpu(work: Callable[[], Any], repeat: int = 1) -> float:
    """CPU seconds of one call, the mean of `repeat`; the collector runs before it and not during it."""
    gc.collect()
    gc.disable()
    try:
        begun = time.process_time()
        for _ in range(repeat):
            work()
        return (time.process_time() - begun) / repeat
    finally:
        gc.enable()


@dataclass(frozen=True)
class Run:
    """A process that has ended: CPU seconds with its children's, peak memory in MB, and what it printed."""

    seconds: float
    memory: float
    said: str


def launch(*arguments: str, env: Mapping[str, str] | None = None) -> Run:
    """Runs Python with these arguments, and waits; raises if it fails. Windows tells neither CPU time nor memory."""
    command = [sys.executable, *arguments]
    with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, **(env or {})})
        if os.name == "posix":
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = usage.ru_utime + usage.ru_stime
            memory = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        else:
            process.wait()
            seconds, memory = time.perf_counter() - begun, math.nan
        out.seek(0), err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{arguments} ended with {process.returncode}: {err.read()}")
        return Run(seconds, memory, out.read())


def process(*arguments: str, env: Mapping[str, str] | None = None) -> float:
    """CPU seconds of a whole Python process with these arguments; raises if it fails."""
    return launch(*arguments, env=env).seconds


def spent() -> float:
    """CPU seconds of this process so far, and of the children that it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def progress(text: str) -> None:
    """A line on stderr that the next one replaces, if that is a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text:60}" if text else "\r" + 60 * " " + "\r", end="", file=sys.stderr, flush=True)


def table(title: str, rows: list[Row]) -> str:
    """The rows as text."""
    width = max(60, *(len(row.name) for row in rows))
    lines = [f"{title:{width}} {'ratio':>8}  goal", "-" * (width + 18)]
    for row in rows:
        mark = {True: "", False: "  ✗", None: ""}[row.met]
        number = f"{row.ratio:8.2f}" if row.ratio < 100 else f"{row.ratio:8.0f}"
        lines.append(f"{row.name:{width}} {number}  {row.goal}{mark}".rstrip())
    return "\n".join(lines)

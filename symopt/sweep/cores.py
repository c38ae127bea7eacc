"""Tasks of plans on all cores of this machine: done here, and by processes beside this one.

Python lets one thread of a process run at a time, and walks in lanes are made of short calls: threads share one core.
A process beside this one runs `serve` and never the user's script, so that scripts and notebooks need no
`if __name__ == "__main__"`. It starts while this one works, and is asked once it is ready. What it leaves undone, since
it cannot read the plan, fails or is killed, is done here, where an error is raised. It ends when this process does.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

from symopt.program.sums.threads import alone
from symopt.sweep.plan import Plan, Task

Job: TypeAlias = "tuple[Plan, Any]"
"""A plan, and a task for `Plan.do`."""
AHEAD = 4
"""Jobs on their way for each core or worker."""
AT_ONCE = 2
"""Jobs that a process beside has, so that it need not wait for the next."""
LATER = 1.0
"""Seconds of work after which processes are started for what is left: what many digits are asked for is not counted."""
LOOKED = 0.2
"""Seconds that are waited before Ctrl-C is looked for, which not every system tells one who waits."""
SERVE = "import sys; sys.path[:] = sys.argv[1:]; from symopt.sweep.cores import serve; serve()"


class Parcel:
    """A plan, and once it is to leave this process its bytes; none of one that cannot."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def bytes(self) -> bytes:
        with suppress(pickle.PicklingError, AttributeError, TypeError):
            return pickle.dumps(self.plan)
        return b""


@dataclass(frozen=True, eq=False)
class Asked:
    """A job, with its plan to be sent."""

    job: Job
    parcel: Parcel


class Beside:
    """A process beside this one, and the thread that hands jobs to it. plan: what it makes ready for, as bytes."""

    def __init__(self, plan: bytes, asked: SimpleQueue[Asked | None], done: SimpleQueue[Any], count: int) -> None:
        self.asked, self.done, self.count = asked, done, count
        self.sent = b""
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *map(str, sys.path), str(Path(__file__).parents[2])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        self.thread = Thread(target=self.hand_over, args=(plan,), daemon=True)
        self.thread.start()

    def hand_over(self, plan: bytes) -> None:
        held: deque[Asked] = deque()
        try:
            self.send(plan, None)
            self.answer()
            while True:
                while not held or (len(held) < AT_ONCE and self.asked.qsize() >= self.count):
                    try:
                        each = self.asked.get(block=not held)
                    except Empty:
                        break
                    if each is None:
                        return
                    held.append(each)
                    self.send(each.parcel.bytes, each.job[1])
                made = self.answer()
                self.done.put((held.popleft(), made))
        except Exception:  # whatever it was, the jobs are done here
            self.process.kill()
            for each in held:
                self.done.put((each, None))

    def send(self, plan: bytes, task: Task | None) -> None:
        assert self.process.stdin is not None
        pickle.dump((b"" if plan is self.sent else plan, task), self.process.stdin)
        self.process.stdin.flush()
        self.sent = plan

    def answer(self) -> Any:
        assert self.process.stdout is not None
        return pickle.load(self.process.stdout)

    def end(self) -> None:
        self.process.kill()
        self.asked.put(None)
        self.thread.join()
        with suppress(OSError):
            self.process.communicate()


def shared(jobs: Iterable[Job], count: int, soon: int | None = None) -> Generator[tuple[Job, Any], None, None]:
    """(job, what came of it), as they are done, by so many processes with this one; a job is asked for when begun.

    soon: how many of them at once, None for all; the others after a second of work.
    """
    left, begun = iter(jobs), time.monotonic()
    asked: SimpleQueue[Asked | None] = SimpleQueue()
    done: SimpleQueue[tuple[Asked, Any]] = SimpleQueue()
    beside: list[Beside] = []
    last: Asked | None = None
    open_ = 0

    def more(many: int) -> None:
        nonlocal last, open_
        for job in islice(left, many):
            known = last is not None and last.job[0] is job[0]
            last = Asked(job, last.parcel if known else Parcel(job[0]))  # type: ignore[union-attr]
            asked.put(last)
            open_ += 1

    able = bool(sys.executable) and not hasattr(sys, "frozen")
    try:
        more(AHEAD * count)
        while open_:
            if able and len(beside) < count - 1 and last is not None:
                most = count if soon is None or time.monotonic() - begun >= LATER else min(soon, count)
                try:
                    while len(beside) < min(most, open_) - 1 and (able := bool(last.parcel.bytes)):
                        beside.append(Beside(last.parcel.bytes, asked, done, count))
                except OSError:
                    able = False
            with suppress(Empty):
                each = asked.get_nowait()
                assert each is not None
                with alone() if beside else nullcontext():
                    done.put((each, each.job[0].do(each.job[1])))
            while True:
                try:
                    each, made = done.get(timeout=LOOKED if asked.empty() and open_ else 0)
                except Empty:
                    break
                if made is None:
                    asked.put(each)
                    continue
                open_ -= 1
                more(1)
                yield each.job, made
    finally:
        for process in beside:
            process.end()


def serve() -> None:
    """What a process beside another runs: does what it is asked on standard input, until that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one is told, and ends this
    asked: SimpleQueue[tuple[bytes, Task | None]] = SimpleQueue()
    done: SimpleQueue[Any] = SimpleQueue()
    answers, sys.stdout = sys.stdout.buffer, sys.stderr

    def listen() -> None:
        asked.put(pickle.load(sys.stdin.buffer))

    def tell() -> None:
        pickle.dump(done.get(), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    plan: Any = None

    def work() -> None:
        nonlocal plan
        pickled, task = asked.get()
        if pickled:
            plan = pickle.loads(pickled)
            plan.formula  # noqa: B018 compiled
        with alone():
            done.put(None if task is None else plan.do(task))

    for action in (listen, tell):
        Thread(target=_on_and_on, args=(action,), daemon=True).start()
    _on_and_on(work)


def _on_and_on(action: Callable[[], None]) -> None:
    """Until it fails; then the process ends at once."""
    try:
        while True:
            action()
    finally:
        os._exit(1)

"""Programs in a fork of this process, which has imported what they need: a fresh one costs a second each.

For what a process shows: signals, limits, descriptors, its end. Where there are no forks a fresh process is started.
"""

import multiprocessing
import os
import signal
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path

from symopt import animate, descend, explore

FORKS = "fork" in multiprocessing.get_all_start_methods()


class Process:
    """Python's text in a process of its own, in a folder; what it says is bytes, in `out` and `err` once it ended."""

    def __init__(self, program, folder=".", stdout=None, **environment):
        warm()
        self.heard = tempfile.TemporaryDirectory()
        own = Path(self.heard.name)
        self.streams = [str(stdout or own / "out"), str(own / "err")]
        context = multiprocessing.get_context("fork" if FORKS else "spawn")
        self.child = context.Process(target=_run, args=(program, str(folder), self.streams, environment))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads that a fork leaves behind
            self.child.start()

    def poll(self):
        """How it ended: its code, or minus the number of a signal; None as long as it runs."""
        return self.child.exitcode

    def send_signal(self, number):
        os.kill(self.child.pid, number)

    def ended(self, seconds=120):
        """Waits, and returns itself."""
        self.child.join(seconds)
        if self.child.exitcode is None:
            self.child.kill()
            raise AssertionError(f"still running after {seconds} seconds")
        self.code = self.child.exitcode
        self.out, self.err = (Path(name).read_bytes() if Path(name).is_file() else b"" for name in self.streams)
        self.heard.cleanup()
        return self


@cache
def warm():
    """Imports what pictures and pages need, once for all forks."""
    return animate(descend("x**2", "gd"), at=[0, 1], dpi=20).content, explore("x**2").html


def symopt(*arguments):
    """The program that types a command of symopt."""
    return f"import sys; sys.argv = {['symopt', *map(str, arguments)]!r}; from symopt.cli import main; main()"


def _run(program, folder, streams, environment):
    for number, name in enumerate(streams, 1):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)
    for word, handler in (("INT", signal.default_int_handler), ("TERM", signal.SIG_DFL), ("HUP", signal.SIG_DFL)):
        if hasattr(signal, f"SIG{word}"):
            signal.signal(getattr(signal, f"SIG{word}"), handler)
    sys.dont_write_bytecode = True  # no half of a compiled module where a limit cuts it off
    os.chdir(folder)
    os.environ.update(environment)
    tempfile.tempdir = None  # TMPDIR is read again
    exec(program, {"__name__": "__main__"})

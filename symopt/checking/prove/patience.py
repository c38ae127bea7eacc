"""A bound on the time of a piece of work in this process, without signals of the system's own."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class OutOfTime(Exception):
    """The work was not done in the time it had."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Ends what is done inside after so many seconds with OutOfTime.

    A timer interrupts the main thread as the keyboard would; in any other thread nothing is bounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if seconds <= 0:
        raise OutOfTime
    lock = threading.Lock()
    running, fired = True, False

    def ring() -> None:
        nonlocal fired
        with lock:
            if running:
                fired = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            with lock:
                running = False
            timer.cancel()
            if fired:
                time.sleep(0.05)  # the interruption arrives here at the latest
    except KeyboardInterrupt:
        if fired:
            raise OutOfTime from None
        raise

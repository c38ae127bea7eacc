"""The terminal that standard output is: what it answers, how large it is; its modes are given back whatever happens."""

from __future__ import annotations

import os
import re
import select
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

from symopt.cli.terminal import coloured
from symopt.errors import RenderError

QUERY = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[16t\x1b[c"
"""Whether it takes kitty's pictures; its name; the size of a cell; and its attributes, which every terminal answers."""
FENCE = re.compile(rb"\x1b\[\?([\d;]*)c")
PATIENCE = 1.0
"""Seconds that an answer is waited for, as from the other end of a slow line."""
CELL = 10, 20
HIDE, GIVE_BACK = b"\x1b[?25l", b"\x1b\\\x1b[?2026l\x1b[0m\x1b[?25h"
"""Behind a picture that is broken off stands its end first."""


class Abilities(NamedTuple):
    """How it shows pictures, `kitty`, `iterm`, `sixel` or `blocks`, and the pixels of a cell, across and down."""

    way: str
    cell: tuple[int, int]


class Console:
    """A terminal by its stream and the descriptor that its keys come from, None where there is none to be asked."""

    def __init__(self, out: IO[bytes], keys: int | None) -> None:
        self.out, self.keys = out, keys
        self._modes: Any = None

    def write(self, data: bytes) -> None:
        self.out.write(data)
        self.out.flush()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        with suppress(OSError, ValueError):
            found = os.get_terminal_size(self.out.fileno())
            if found.columns > 0 and found.lines > 0:
                return found.columns, found.lines
        columns, lines = shutil.get_terminal_size()
        return columns, lines

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Without cursor and without the echo of keys; Ctrl-C still interrupts."""
        self._modes = _without_echo(self.keys)
        _taken.append(self)
        try:
            self.write(HIDE)
            yield
        finally:
            _taken.remove(self)
            self.give_back()

    def give_back(self) -> None:
        """Modes and cursor as they were; past the stream, which a signal may have stopped in the middle of writing."""
        with suppress(OSError, ValueError):
            os.write(self.out.fileno(), GIVE_BACK)
        if self._modes is not None:
            import termios

            termios.tcsetattr(self.keys, termios.TCSAFLUSH, self._modes)  # type: ignore[arg-type]
            self._modes = None

    def abilities(self) -> Abilities:
        """What the terminal says that it can."""
        said = self._answer()
        attributes = FENCE.search(said)
        size = re.search(rb"\x1b\[6;(\d+);(\d+)t", said)
        cell = (int(size[2]), int(size[1])) if size and int(size[1]) and int(size[2]) else self._cell()
        name = re.search(rb"\x1bP>\|(.*?)\x1b\\", said, re.DOTALL)
        within = "TMUX" in os.environ or "STY" in os.environ
        if b"\x1b_Gi=31;OK" in said:
            return Abilities("kitty", cell)
        if (name and name[1].startswith(b"iTerm2")) or (os.environ.get("TERM_PROGRAM") == "iTerm.app" and not within):
            return Abilities("iterm", cell)
        if attributes and b"4" in attributes[1].split(b";")[1:]:
            return Abilities("sixel", cell)
        return Abilities("blocks", cell)

    def _cell(self) -> tuple[int, int]:
        """The pixels of a cell as the system has them."""
        with suppress(Exception):  # no such call, or a terminal that does not know
            import fcntl
            import struct
            import termios

            lines, columns, width, height = struct.unpack(
                "4H", fcntl.ioctl(self.out.fileno(), termios.TIOCGWINSZ, b"\0" * 8)
            )
            if width >= columns > 0 and height >= lines > 0:
                return width // columns, height // lines
        return CELL

    def _answer(self) -> bytes:
        """What it answers to the query, up to the fence; b"" where it cannot be asked."""
        if self.keys is None or os.environ.get("TERM") == "linux":
            return b""
        said, end = b"", time.monotonic() + PATIENCE
        with self.playing():
            self.write(QUERY)
            while not FENCE.search(said) and (left := end - time.monotonic()) > 0:
                if not select.select([self.keys], [], [], left)[0]:
                    break
                more = os.read(self.keys, 4096)
                if not more:
                    break
                said += more
            self.write(b"\r\x1b[K")  # of terminals that print what they do not understand
        return said


_taken: list[Console] = []


def give_back() -> None:
    """Every terminal that is being played on, as it was: a signal ends the program."""
    for console in _taken:
        console.give_back()


def _without_echo(keys: int | None) -> Any:
    """The modes before keys are read one by one and unseen; None where there is nothing to be set."""
    if keys is None:
        return None
    import termios

    modes = termios.tcgetattr(keys)
    silent = termios.tcgetattr(keys)
    silent[3] &= ~(termios.ICANON | termios.ECHO)
    silent[6][termios.VMIN], silent[6][termios.VTIME] = 1, 0
    termios.tcsetattr(keys, termios.TCSADRAIN, silent)
    return modes


@contextmanager
def opened() -> Iterator[Console]:
    """The terminal of this process. Raises RenderError for one on which nothing can be placed."""
    if os.environ.get("TERM") == "dumb" or (os.name == "nt" and not _understands()):
        raise RenderError("this terminal shows lines of text only", "write a file with -o descent.gif", exit_code=3)
    sys.stdout.flush()
    if os.name == "nt":
        yield Console(sys.stdout.buffer, None)
        return
    keys: int | None = None
    with suppress(OSError):
        keys = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        yield Console(sys.stdout.buffer, keys)
    finally:
        if keys is not None:
            os.close(keys)


def _understands() -> bool:
    """Whether a console of Windows takes escape sequences, which it has to be told."""
    with suppress(Exception):  # an old one, or none
        import ctypes

        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
        handle, mode = kernel.GetStdHandle(-11), ctypes.c_ulong()
        return bool(kernel.GetConsoleMode(handle, ctypes.byref(mode)) and kernel.SetConsoleMode(handle, mode.value | 4))
    return False


def colours() -> int:
    """How many colours the terminal has: 2²⁴, 256, or 0 where none are wanted."""
    if not (coloured(sys.stdout) or (os.name == "nt" and not os.environ.get("NO_COLOR"))):
        return 0
    term, program = os.environ.get("TERM", ""), os.environ.get("TERM_PROGRAM", "")
    full = os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or os.name == "nt"
    return 2**24 if full or "direct" in term or program in ("iTerm.app", "WezTerm", "vscode", "ghostty") else 256

"""What is known of the terminal: how wide it is, whether it takes colour; and text fitted to it.

Text that goes to a file or a pipe is neither cut, wrapped nor coloured.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from typing import IO

from symopt.errors import SymoptError, columns, measure
from symopt.language import told

COLOURS = {"red": "1;31", "green": "32", "yellow": "33", "cyan": "36"}
NARROWEST = 20
WORD = re.compile(r"\s*(?:[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+)[，。：；、）！？”]*")
"""What stays on one line: a word, or a letter of Chinese, with the marks behind it."""


def width(stream: IO[str] | None = None) -> int | None:
    """Columns of the terminal that a stream (standard output) is; None where it is none, and nothing need fit."""
    stream = stream or sys.stdout
    return max(NARROWEST, shutil.get_terminal_size().columns) if stream.isatty() else None


def coloured(stream: IO[str]) -> bool:
    """Whether colour is wanted there: on terminals, unless NO_COLOR is set; anywhere if FORCE_COLOR is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.name == "nt" and "WT_SESSION" not in os.environ:  # the old console shows the codes themselves
        return False
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: IO[str] | None = None) -> str:
    """The text in a colour (SGR), if the stream (standard output) takes it; "" is no colour."""
    if not colour or not text or not coloured(stream or sys.stdout):
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def cut(text: str, room: int) -> str:
    """The text in at most so many columns, its end replaced by … where it is longer."""
    if measure(text) <= room:
        return text
    return _beginning(text, room - 1) + "…"


def _beginning(text: str, room: int) -> str:
    """As much of the text as fits."""
    used = 0
    for place, character in enumerate(text):
        used += columns(character)
        if used > room:
            return text[:place]
    return text


def wrap(text: str, room: int | None, indent: str = "") -> str:
    """The text in lines of at most so many columns, broken at blanks where that is possible; later ones indented."""
    if room is None:
        return text
    lines: list[str] = []
    for whole in text.split("\n"):
        line = ""
        for word in WORD.findall(whole):
            if line.strip() and measure(line + word) > room:
                lines.append(line)
                line, word = indent, word.lstrip()
            line += word
            while measure(line) > room:
                head = _beginning(line, room)
                lines.append(head)
                line = indent + line[len(head) :]
        lines.append(line)
    return "\n".join(lines)


def wrapped(lines: Iterable[str]) -> str:
    """Lines for standard output, wrapped where that is a terminal; what goes on stands below the text of its line."""
    room = width()
    shown = []
    for line in map(told, lines):
        label = re.match(r"\S+ {2,}| *", line)
        shown.append(wrap(line, room, " " * min(label.end() if label else 0, NARROWEST - 8)))
    return "\n".join(shown)


def note(text: str, quiet: bool = False, colour: str = "") -> None:
    """A line on stderr, unless quiet or nobody listens; in a terminal as many lines as it needs."""
    if quiet:
        return
    try:
        print(paint(wrap(told(text), width(sys.stderr), "  "), colour, sys.stderr), file=sys.stderr)
    except BrokenPipeError:  # the work goes on
        unheard(sys.stderr)


def unheard(stream: IO[str]) -> None:
    """What is still buffered of a stream, and what follows, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def tell(error: SymoptError) -> None:
    """An error on stderr: what is wrong, where in the text, and what to do."""
    room = width(sys.stderr)
    lines = [_after("error: ", error.message, "red", room)]
    wide = measure(error.text) > len(error.text)
    if place := error.excerpt(*([] if room is None else [min(error.WIDTH, (room - 5) // (2 if wide else 1))])):
        text, *carets = place.split("\n")
        lines += [text, *(paint(each, "red", sys.stderr) for each in carets)]
    if hint := error.shell or error.hint:
        lines.append(_after("hint: ", hint, "cyan", room))
    print("\n".join(lines), file=sys.stderr)


def _after(label: str, text: str, colour: str, room: int | None) -> str:
    """A text behind its label in a colour."""
    label = told(label)
    return paint(label, colour, sys.stderr) + wrap(label + told(text), room, "  ").removeprefix(label)

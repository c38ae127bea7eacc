"""What a check of a file found as workflow commands of GitHub: annotations beside the lines of a pull request.

The form and its escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re
from pathlib import Path

from symopt.checking.verdict import AGREES, DIFFERENT, PROVED, Component, Verdict
from symopt.reading.source import SourceError

LINE = re.compile(r"line (\d+): ")
LEVELS = {DIFFERENT: "error"}  # what is neither different nor equal is a warning


def commands(verdict: Verdict, file: str) -> list[str]:
    """A command for each component that is not shown to be equal, at its line where that is known."""
    return [_of(verdict, c, file) for c in verdict.components if c.verdict not in (PROVED, AGREES)]


def unreadable(error: SourceError, file: str) -> str:
    """The command for a file that cannot be read."""
    match = LINE.match(error.message)
    return command("error", error.report(), file, int(match[1]) if match else None, "cannot be checked")


def _of(verdict: Verdict, c: Component, file: str) -> str:
    name = f"{c.function}: {c.name}" if c.function else c.name
    number = c.line.number if c.line is not None and c.line.cell is None else None
    message = "\n".join([f"{name} = {c.given}", *verdict.reasons(c)])
    return command(LEVELS.get(c.verdict, "warning"), message, file, number, f"{name} is {c.verdict}")


def command(level: str, message: str, file: str, line: int | None, title: str) -> str:
    """`::error file=…,line=…,title=…::message`, with what would end a part of it escaped."""
    parts = {"file": Path(file).as_posix(), "line": line, "title": title}
    named = ",".join(f"{key}={_escaped(str(part), ':,')}" for key, part in parts.items() if part is not None)
    return f"::{level} {named}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text

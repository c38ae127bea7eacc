"""`python -m symopt.cli.manual > symopt.1`: the manual page, made of what each command says of itself."""

from __future__ import annotations

import os
import subprocess
import sys

from symopt import __version__
from symopt.cli.commands import COMMANDS

HEAD = f""".TH SYMOPT 1 "" "symopt {__version__}" "User Commands"
.SH NAME
symopt \\- type a loss, see how it descends, know why
.SH SYNOPSIS
.B symopt
.I COMMAND
.RI [ OPTIONS ]
.I EXPR
"""
TAIL = """.SH EXIT STATUS
0 if all went well, 1 if a derivative was not proved, 2 if something typed cannot be read or done, 3 if output cannot be
written.
.SH ENVIRONMENT
.B SYMOPT_THREADS
says how many cores compute.
"""


def told(*command: str) -> str:
    """The help of a command, 78 columns wide."""
    line = [sys.executable, "-c", "from symopt.cli import main; main()", *command, "--help"]
    plain = {**os.environ, "COLUMNS": "78", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(line, env=plain, capture_output=True, encoding="utf-8", check=True).stdout


def shown(text: str) -> str:
    """Text as it stands, for roff."""
    lines = [line.replace("\\", "\\e").replace("-", "\\-") for line in text.rstrip().splitlines()]
    return "\n".join(["\\&" + line if line.startswith((".", "'")) else line for line in lines])


def page() -> str:
    """The whole page, in the language of man."""
    parts = [f".SH COMMANDS\n.EX\n{shown(told())}\n.EE\n"]
    parts += [f".SH SYMOPT {name.upper()}\n.EX\n{shown(told(name))}\n.EE\n" for name in COMMANDS]
    return HEAD + "".join(parts) + TAIL


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(page(), end="")

"""The group of the commands, and the edge of the program."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import warnings
from typing import Annotated

import typer

from symopt import __version__
from symopt.cli.arguments import HELP_OPTIONS, Command, Group, spoken
from symopt.cli.commands import COMMANDS
from symopt.cli.terminal import note, unheard
from symopt.language import speaking, told

HELP = """Type a loss. See how it descends. Know why.

EXPR is a formula such as "-cos(pi*x/20) + x**2" (in double quotes), the name of a loss from
`symopt losses`, or - for standard input."""

app = typer.Typer(
    name="symopt", help=HELP, cls=Group, context_settings=HELP_OPTIONS, no_args_is_help=True, rich_markup_mode=None,
    pretty_exceptions_enable=False,
)  # fmt: skip


def _version(shown: bool) -> None:
    if shown:
        print(f"symopt {__version__}")
        raise typer.Exit


@app.callback()
def symopt(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Nothing to do before a command."""


def _by_name() -> None:
    """What stands for a command until the group loads the module of its name."""


for _name, _help in COMMANDS.items():
    app.command(_name, cls=Command, help=_help)(_by_name)


def main() -> None:
    """The program `symopt`, in a process of its own.

    Nearly all that it makes are the modules of sympy and matplotlib, which live until it ends: Python's collector
    looks through them rarely, and not once more at the end. Matrices are small, and threads that wait for one another
    make them ten times slower on a busy machine: numpy computes in one.
    """
    gc.set_threshold(100_000, 50, 50)
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    for name in ("SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _ended)
    try:
        command_line()
    finally:
        gc.freeze()


def _ended(number: int, frame: object) -> None:
    """Clears away what is half written, gives the terminal back, then ends the program as the signal does by itself.

    Nothing is raised: compiled code of others would turn an error that comes from anywhere into one of its own.
    """
    if files := sys.modules.get("symopt.files"):
        files.clear_away()
    if console := sys.modules.get("symopt.cli.screen.console"):
        console.give_back()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def command_line() -> None:
    """Runs the command of `sys.argv`; always ends with SystemExit."""
    if "_SYMOPT_COMPLETE" in os.environ:  # typer takes the markup of rich out of help texts; ours have none
        sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    warnings.showwarning = lambda message, *_: note(str(message))  # as of letters that no font has
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        try:
            with speaking(spoken(sys.argv[1:])):
                app(prog_name="symopt", windows_expand_args=False)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as trouble:
        if trouble.errno not in (errno.EPIPE, errno.ENOSPC, errno.EIO):
            raise
        unheard(sys.stdout)
        if trouble.errno == errno.EPIPE:
            sys.exit(0)
        print(told("error: ") + told(f"standard output cannot be written: {trouble.strerror}"), file=sys.stderr)
        sys.exit(3)

"""Tables fit the terminal whatever its width; in a pipe they are whole."""

import os
import subprocess
import sys

import pytest

from symopt.cli.tables import Column, written
from symopt.errors import measure
from tests.kit.share import share

NAMES = ["newton", "v = beta*v + g; x - lr*v:lr=0.00001234,beta=0.9", "极小化"]
COLUMNS = [
    Column("rank", ["1", "2", "3"], spare=2),
    Column("method", NAMES, left=True, elastic=True),
    Column("f", ["-0.123456789", "1.2e-300", "损"], short=["-0.12", "1e-300", "损"]),
    Column("start", ["(1, 2, 3)", "(1, 2, 3)", "4"], spare=3),
]


def test_a_table_in_a_pipe_is_whole():
    lines, gone = written(COLUMNS)
    assert gone == []
    for cell in (cell for column in COLUMNS for cell in column.cells):
        assert any(cell in line for line in lines)
    assert len({measure(line) for line in lines[:3]}) == 1


@pytest.mark.parametrize("room", range(20, 110, 3))
def test_no_line_is_wider_than_the_terminal(room):
    lines, _ = written(COLUMNS, room, {1: "…"})
    assert max(map(measure, lines)) <= room
    assert len(lines) == 5


def test_columns_go_in_the_stated_order_and_are_named():
    gone = [written(COLUMNS, room)[1] for room in range(100, 20, -1)]
    assert gone[0] == []
    assert ["start"] in gone
    assert gone[-1] == ["start", "rank"]
    assert all(names == ["start", "rank"][: len(names)] for names in gone)


def test_a_table_that_fits_is_left_alone():
    lines, _ = written(COLUMNS)
    width = max(map(measure, lines))
    assert written(COLUMNS, width)[0] == lines
    assert written(COLUMNS, width - 1)[0] != lines


@pytest.fixture
def terminal(cli, monkeypatch):
    """Runs the command line as if standard output were a terminal of some width."""

    def run(columns, *arguments):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("NO_COLOR", "1")
        for stream in (sys.stdout, sys.stderr):
            monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
        return cli(*arguments)

    return run


@pytest.mark.parametrize("columns", share([30, 50, 80, 120], 2))
@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "x**4-3x**2+x", "-m", "newton", "-m", "v = beta*v + g; x - lr*v:lr=1/64,beta=0.9", "-s", "-2"),
        ("run", "rosenbrock", "-m", "newton", "-m", "trust-region", "-n", "30"),
        ("run", "rosenbrock", "-m", "newton", "-n", "30"),
        ("run", "sum(x[i]**4, i, 0, 6)", "-m", "newton", "-n", "60"),
        ("run", "-cos(pi*x/20)+x**2", "-m", "newton", "-m", "gd", "-m", "adam"),
        ("losses",),
        ("losses", "rosenbrock"),
        ("methods",),
        ("methods", "trust-region"),
        ("words",),
        ("run", "x**2", "-m", "newtn"),
    ],
)
def test_what_a_terminal_shows_fits_it(columns, arguments, terminal):
    done = terminal(columns, *arguments)
    for line in (done.out + done.err).splitlines():
        assert measure(line) <= columns


def test_what_was_left_out_is_said(terminal, cli):
    arguments = ("run", "x**4-3x**2+x", "-m", "newton", "-m", "gd", "-s", "-2")
    whole = cli(*arguments)
    assert max(map(measure, whole.out.splitlines())) > 80
    assert "left out" not in whole.err
    narrow = terminal(50, *arguments)
    assert "left out to fit 50 columns: start, f rose, rank" in narrow.err
    assert "start" not in narrow.out
    assert "left out" not in terminal(120, *arguments).err


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals here")
def test_a_real_terminal(tmp_path):
    import pty
    import select
    from fcntl import ioctl
    from struct import pack
    from termios import TIOCSWINSZ

    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, pack("HHHH", 40, 64, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    command = [sys.executable, "-m", "symopt", "run", "-cos(pi*x/20)", "-s", "-15", "-m", "newton", "-m", "gd"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env={**environment, "TERM": "xterm"}
    ) as process:
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    text = shown.decode()
    assert process.returncode == 0
    assert "\x1b[1;31mMAXIMUM" in text
    assert "\x1b[32mminimum" in text
    for code in ("\x1b[1;31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[0m"):
        text = text.replace(code, "")
    assert max(measure(line) for line in text.splitlines()) <= 64

import errno
import io
import os
import re
import sys
from importlib import import_module
from inspect import getdoc
from pathlib import Path

import pytest

from symopt.cli.commands import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_of_a_command_what_the_command_says_of_itself(name):
    command = getattr(import_module(f"symopt.cli.{name}"), name)
    assert getdoc(command).splitlines()[0] == COMMANDS[name]


@pytest.fixture
def completed(cli, monkeypatch):
    """What the shell is offered for the end of a line, in an empty folder with a few files."""

    def complete(typed):
        for name in ("mine.py", "mine.gif", "notes.txt"):
            Path(name).touch()
        Path("sub").mkdir(exist_ok=True)
        monkeypatch.setenv("_SYMOPT_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - (not typed.endswith(" "))))
        done = cli()
        assert done.err == ""
        return done.out.split()

    return complete


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("symopt ", list(COMMANDS)),
        ("symopt an", ["animate", "analyze"]),
        ("symopt animate --style ", ["full", "plain"]),
        ("symopt derive --a", ["--as"]),
        ("symopt derive x --as p", ["python"]),
        ("symopt animate ros", ["rosenbrock", "rosenbrock-chain"]),
        ("symopt losses himm", ["himmelblau"]),
        ("symopt run -cos(x) -m ne", ["nesterov", "newton"]),
        ("symopt run x -m newton,noisy", ["newton,noisy-gd"]),
        ("symopt explore x --method tr", ["trust-region"]),
        ("symopt methods reg", ["regularized-newton"]),
        ("symopt animate x --panel decay,s", ["decay,slope"]),
        (
            "symopt animate x -o walk",
            [f"walk.{s}" for s in ("gif", "mp4", "webm", "webp", "apng", "png", "svg", "pdf")],
        ),
        ("symopt animate x -o walk.p", ["walk.png", "walk.pdf"]),
        ("symopt animate x -o sub/walk.s", ["sub/walk.svg"]),
        ("symopt animate x -o mi", ["mine.gif", "mi.gif"]),
        ("symopt analyze x --plot why.s", ["why.svg"]),
        ("symopt explore x -o page", ["page.html", "page.htm"]),
        ("symopt check mi", ["mine.py"]),
        ("symopt nosuch ", []),
        ("symopt nosuch --x", []),
    ],
)
def test_the_shell_completes(typed, offered, completed):
    assert [word for word in completed(typed) if word in offered] == offered
    if 0 < len(offered) < 3:
        assert len(completed(typed)) <= len(offered) + 7


def test_every_method_and_loss_is_completed(completed):
    from symopt.gallery import GALLERY
    from symopt.methods import registered

    assert completed("symopt run x -m ") == sorted(registered())
    assert completed("symopt run ") == [entry.name for entry in GALLERY]
    for name in ("newton", "gd", "rosenbrock", "x"):
        assert name not in completed("symopt run x -s ")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_whole_and_short_and_long(name, cli, monkeypatch):
    for columns in ("50", "64", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        short, long = cli(name, "-h"), cli(name, "--help")
        assert (short.code, short.err) == (0, "")
        assert short.out == long.out
        assert "..." not in re.sub(r"[]}]\.\.\.", "", short.out)
        assert "<str>" not in short.out
        assert "-h, --help" in short.out
        examples = [part for part in short.out.split("\n\n") if part.startswith("  symopt ")]
        assert all(line.count('"') % 2 == 0 for part in examples for line in part.split("\n"))


def test_the_list_of_commands_is_not_cut(cli, monkeypatch):
    for columns in ("40", "60", "80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        told = " ".join(cli("-h").out.split())
        assert all(text in told for text in COMMANDS.values())


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["run"], "run needs EXPR", 'for example symopt run "-cos'),
        (["run", "x*y", "-w", "0,1", "0,2"], "'0,2' is one too many", "-w x=-2,2 -w y=0,2"),
        (["run", "x**2", "+", "1"], "'+' is one too many", 'double quotes: symopt run "x**2 + 1"'),
        (["losses", "cosine", "x"], "takes 1 argument", "symopt losses --help"),
        (["derive", "x", "--metod", "gd"], "derive has no option --metod", "symopt derive --help"),
        (["run", "x", "--json=1"], "--json takes no value", "alone"),
        (["run", "x", "--steps"], "--steps needs a value", "--steps STEPS: Most steps"),
        (["derive", "-m", "gd", "x"], "derive has no option -m", "belongs to run, animate, sweep, explore"),
        (["--jsn"], "symopt has no option --jsn", "symopt COMMAND … --jsn"),
        (["--verson"], "symopt has no option --verson", "did you mean --version?"),
        (["-x**2"], "no such command '-x**2'", 'symopt animate "-x**2"'),
        (["help"], "no such command 'help'", "symopt --help"),
        (["annimate", "x"], "no such command 'annimate'", "did you mean animate?"),
    ],
)
def test_every_mistake_is_told_in_one_style(arguments, message, hint, cli):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith("error: ")
    assert second.startswith("hint: ")
    assert message in first
    assert hint in second


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["derive", "x", "--as", "latx"], "--as knows no 'latx'", "latex"),
        (["animate", "x", "--panel", "slpe"], "--panel knows no 'slpe'", "slope"),
        (["animate", "x", "--style", "q"], "--style knows no 'q'", "one of full, plain"),
        (["animate", "x", "--fps", "0"], "--fps 0 is out of range", "to 100"),
        (["animate", "x", "--dpi", "1"], "--dpi 1 is out of range", "from 10 to 1200"),
        (["run", "x", "-n", "many"], "'many' has no value", "--steps takes a whole number"),
        (["run", "x", "-w", "1"], "a low and a high end, '1' has 1", "-w -2,2"),
        (["run", "x", "-n", "2.5"], "not a whole number", "--steps takes"),
        (
            ["run", "mean(y*a)", "--data", "f.parquet", "--workers", "0"],
            "not a whole number from 1 to 512",
            "--workers",
        ),
        (["derive", "mean(y*a)", "--data", "f.csv", "--data=g.csv"], "--data is given twice", "paste -d, A.csv B.csv"),
        (["run", "x", "--steps", "3", "-n", "4"], "-n is given twice", "leave one of them out"),
        (["run", "x", "--seed", "-1"], "not a whole number from 0", "--seed takes"),
        (["sweep", "x", "--size", "wide"], "'wide' has no value", "--size takes a whole number such as 50"),
        (["sweep", "x", "--supersample", "9"], "not a whole number from 1 to 8", "such as 8"),
    ],
)
def test_values_of_options_are_read_like_all_text(arguments, message, hint, cli):
    done = cli(*arguments)
    assert done.code == 2
    assert message in done.err
    assert hint in done.err


def test_full_width_marks_of_options_are_read_as_ascii_ones(cli):
    typed = ["-s", "1，2", "-m", "gd：lr＝0．1，newton", "-w", "x＝－2，2", "--set", "a＝2", "-n", "３"]
    plain = ["-s", "1,2", "-m", "gd:lr=0.1,newton", "-w", "x=-2,2", "--set", "a=2", "-n", "3"]
    done = cli("run", "x**2 + a*y**2", *typed)
    assert done.code == 0, done.err
    assert done.out == cli("run", "x**2 + a*y**2", *plain).out
    assert cli("derive", "x**2", "--data", "图，一.csv").err.startswith("error: 图，一.csv cannot be read")


def test_a_number_may_be_an_expression(cli):
    assert "8 steps used" in cli("run", "x**2", "-m", "gd:lr=1/4", "-n", "2**3").out


def test_a_name_too_long_for_a_file(cli):
    done = cli("animate", "x**2", "-o", "x" * 300 + ".png")
    assert done.code == 3
    assert "choose another name" in done.err


def test_a_loss_of_the_gallery_keeps_its_variables(cli):
    assert "leave --vars and --set out" in cli("run", "rosenbrock", "--vars", "x,y").err


def test_files_are_written_and_all_ends_well_where_nobody_reads(cli, monkeypatch):
    class Gone(io.StringIO):
        def __init__(self):
            super().__init__()
            self.number = os.open(os.devnull, os.O_WRONLY)

        def write(self, text):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

        def fileno(self):
            return self.number

    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, Gone())
    done = cli("analyze", "x**2", "-w", "-2,2", "--plot", "why.svg")
    assert done.code == 0
    assert (done.folder / "why.svg").read_text(encoding="utf8").endswith("</svg>\n")

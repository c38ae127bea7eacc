import subprocess
import sys
from importlib import import_module
from inspect import getdoc
from pathlib import Path

import pytest

from symopt.cli.app import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_of_a_command_what_the_command_says_of_itself(name):
    command = getattr(import_module(f"symopt.cli.{name}"), name)
    assert getdoc(command).splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("symopt ", COMMANDS), ("symopt animate --style ", ["full", "article"]), ("symopt derive --a", ["--as"])],
)
def test_the_shell_completes(typed, offered, cli, monkeypatch):
    monkeypatch.setenv("_SYMOPT_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", typed)
    out = cli().out
    assert all(f'"{word}"' in out for word in offered)
    assert out.count("\n") <= len(offered)


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["derive", "x", "--as", "latx"], "--as knows no 'latx'", "latex"),
        (["animate", "x", "--panel", "slpe"], "--panel knows no 'slpe'", "slope"),
        (["animate", "x", "--style", "q"], "--style knows no 'q'", "one of full, article"),
        (["animate", "x", "--fps", "0"], "--fps 0 is out of range", "at most 100"),
        (["run", "x", "-n", "many"], "'many' has no value", "a number such as"),
        (["run", "x", "-n", "2.5"], "not a whole number", "--steps 10"),
        (["run", "x", "--seed", "-1"], "not a whole number from 0", "--seed 10"),
    ],
)
def test_values_of_options_are_read_like_all_text(arguments, message, hint, cli):
    done = cli(*arguments)
    assert done.code == 2
    assert message in done.err
    assert hint in done.err


def test_a_number_may_be_an_expression(cli):
    assert "8 steps used" in cli("run", "x**2", "-m", "gd:lr=1/4", "-n", "2**3").out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full here")
def test_an_output_that_cannot_be_written_is_told():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "symopt", "derive", "x**2"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.startswith("error: standard output cannot be written")
    assert "Traceback" not in done.stderr


def test_a_name_too_long_for_a_file(cli):
    done = cli("animate", "x**2", "-o", "x" * 300 + ".png")
    assert done.code == 3
    assert "choose another name" in done.err


def test_a_loss_of_the_gallery_keeps_its_variables(cli):
    assert "leave --vars and --set out" in cli("run", "rosenbrock", "--vars", "x,y").err

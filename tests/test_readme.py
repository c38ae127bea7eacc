"""Every command of the README runs; its Python too."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line.split("&&")[-1].strip().removeprefix(".venv/bin/")
    for language, name, text in BLOCKS
    if language == "sh" and name != "test"
    for line in text.splitlines()
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command, cli_here):
    program, *arguments = shlex.split(command)
    assert program == "symopt"
    done = cli_here(*arguments)
    assert done.code == 0, done.err
    assert done.out


@pytest.fixture
def cli_here(monkeypatch, capsys, tmp_path):
    import shutil
    import sys
    from types import SimpleNamespace

    from symopt.cli.app import command_line

    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["symopt", *arguments])
        with pytest.raises(SystemExit) as caught:
            command_line()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=caught.value.code or 0, out=out, err=err)

    return run


def test_the_python_of_the_readme(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for language, _, text in BLOCKS:
        if language == "python":
            exec(compile(text, "README.md", "exec"), {})
    assert "minimum" in capsys.readouterr().out
    assert (tmp_path / "descent.gif").exists()


def test_the_two_commands_are_there_and_ci_runs_the_second():
    names = {name: text.strip() for _, name, text in BLOCKS if name}
    assert set(names) == {"run", "test"}
    assert all(text.startswith("python3 -m venv .venv && ") for text in names.values())
    assert "sh test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme():
    from symopt.cli.app import COMMANDS as known

    for name in known:
        assert f"symopt {name}" in README


def test_links_and_pictures_exist():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


OTHERS = {".venv", "node_modules"}  # installed, not ours


def test_nothing_names_a_machine():
    for path in ROOT.rglob("*"):
        if path.suffix in (".py", ".md", ".toml", ".js", ".html", ".css") and not OTHERS & set(path.parts):
            text = path.read_text(encoding="utf-8")
            assert "/wor" + "k/" not in text, path
            assert "/tm" + "p/venv" not in text, path

"""The line beside an entry, and what people and machines make of it: annotations, the pre-commit hook, pytest."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from symopt.checking.annotations import command
from symopt.checking.source.trios import check_source
from symopt.reading.source import read, read_text
from tests.kit import forked

ROOT = Path(__file__).parents[2]
RIGHT = "def f(x): return x**2\ndef df(x): return 2*x\n"
WRONG = "def f(x): return x**2\n\ndef df(x):\n    return x\n"
NONE = "def helper(x): return x\n"
F = "import numpy as np\ndef f(x): return x[0]**2*x[1]\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def df(x):\n    return np.array([\n        2*x[0],\n        x[0]**2,\n    ])", [5, 6]),
        ("def df(x):\n    g = np.zeros(2)\n    g[0] = x[0]\n    g[1] = x[1]\n    g[0] *= 2\n    return g", [7, 6]),
        ("def df(x):\n    g = np.zeros(2)\n    g[-1] = x[1]\n    g[:1] = x[0]\n    return g", [6, 5]),
        ("def df(x):\n    g = np.zeros(2)\n    for i in range(2):\n        g[i] = x[i]\n    return g", [6, 6]),
        ("def df(x):\n    a = x[0]\n    return a*x", [5, 5]),
        ("def df(x):\n    if x[0] > 0:\n        return x\n    return [x[0], 0]", [3, 3]),
        ("df = lambda x: np.array([x[0],\n    x[1]])", [3, 4]),
        ("def df(x):\n    g = [x[0], x[1]]\n    g[1] = 3*x[1]\n    return np.array(g)", [4, 5]),
    ],
)
def test_each_entry_has_its_line(text, lines):
    found = check_source(read_text(F + text, "mine.py")).components
    assert [c.line.number for c in found] == lines
    assert [c.line.text for c in found] == [(F + text).split("\n")[number - 1].strip() for number in lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def ddf(x):\n    return np.array([[x[0], 2],\n        [3, x[1]]])", [4, 4, 5, 5]),
        (
            "def ddf(x):\n    H = np.zeros((2, 2))\n    H[0, 0] = 1\n    H[0][1] = 2\n    H[1, :] = x\n    return H",
            [5, 6, 7, 7],
        ),
        ("def ddf(x):\n    H = np.zeros((2, 2))\n    H[0, 1] = H[1, 0] = 5\n    return H", [4, 5, 5, 4]),
    ],
)
def test_each_entry_of_a_hessian_has_its_line(text, lines):
    assert [c.line.number for c in check_source(read_text(F + text, "mine.py")).components] == lines


def test_partial_derivatives_and_values_with_their_gradient():
    text = "def f(x, y): return x**2*y\ndef dfdx(x, y):\n    return 2*x*y\ndef dfdy(x, y):\n    return x\n"
    assert [c.line.number for c in check_source(read_text(text, "mine.py")).components] == [3, 5]
    text = "def loss_and_grad(x):\n    g = [0, 0]\n    g[0] = 2*x[0]\n    g[1] = 1\n    return x[0]**2 + x[1], g\n"
    found = check_source(read_text(text, "mine.py"), ["loss_and_grad"]).components
    assert [c.line.number for c in found] == [3, 4]


def test_the_cell_of_a_notebook(tmp_path):
    cells = [{"cell_type": "code", "source": "1\n"}, {"cell_type": "code", "source": WRONG}]
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (component,) = check_source(read(path)).components
    assert (component.line.cell, component.line.number) == (2, 4)
    assert f"{path}, cell 2, line 4: return x" in check_source(read(path)).report()
    assert component.as_dict()["cell"] == 2


def test_the_report_and_json_tell_the_line(cli, tmp_path):
    (tmp_path / "mine.py").write_text(WRONG, encoding="utf-8")
    assert "\n    mine.py:4: return x\n" in cli("check", "mine.py").out
    (component,) = json.loads(cli("check", "mine.py", "--json").out)["components"]
    assert (component["file"], component["line"], component["code"]) == ("mine.py", 4, "return x")


def annotated(out):
    """What GitHub reads: of each command its level, its properties and its message."""
    found = []
    for line in out.splitlines():
        level, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
        unescaped = lambda text: re.sub("%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), text)  # noqa: E731
        named = dict(part.split("=", 1) for part in properties.split(","))
        found.append((level, {k: unescaped(v) for k, v in named.items()}, unescaped(message)))
    return found


def test_github_annotations(cli, tmp_path):
    (tmp_path / "mine, old.py").write_text(WRONG, encoding="utf-8")
    (tmp_path / "unread.py").write_text("def f(x): return x\ndef df(x): return hm(x)\n", encoding="utf-8")
    (tmp_path / "right.py").write_text(RIGHT, encoding="utf-8")
    done = cli("check", "--format", "github", "mine, old.py", "unread.py", "right.py")
    assert done.code == 2
    (level, named, message), (other, place, why) = annotated(done.out)
    assert (level, named) == ("error", {"file": "mine, old.py", "line": "4", "title": "f′ is different"})
    assert "missing factor 2" in message.split("\n")[-1]
    assert (other, place["file"], place["line"]) == ("error", "unread.py", "2")
    assert "hm" in why
    assert cli("check", "--format", "github", "right.py", "-q").out == ""


def test_what_ends_a_part_of_a_command_is_escaped():
    text = "50% of a:b, c\r\nmore"
    said = command("warning", text, "a,b:c.py", 3, text)
    assert "\n" not in said
    assert "\r" not in said
    assert annotated(said) == [("warning", {"file": "a,b:c.py", "line": "3", "title": text}, text)]


def test_several_files(cli, tmp_path):
    for name, text in (("right.py", RIGHT), ("wrong.py", WRONG), ("none.py", NONE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = cli("check", "right.py", "wrong.py")
    assert done.code == 1
    assert re.findall(r"^\w+\.py:$", done.out, re.MULTILINE) == ["right.py:", "wrong.py:"]
    mixed = cli("check", "wrong.py", "none.py")
    assert mixed.code == 2
    assert mixed.err.startswith("none.py:\nerror: none.py has no loss")
    assert cli("check", "right.py", "none.py", "--if-any").code == 0
    assert cli("check", "none.py", "--if-any").code == 0
    assert len([json.loads(line) for line in cli("check", "right.py", "wrong.py", "--json").out.splitlines()]) == 2
    assert "one too many" in cli("check", "x**2", "+", "y", "--df", "2*x").err
    assert "belongs to files" in cli("check", "x**2", "--df", "2*x", "--format", "github").err
    assert f"{tmp_path} is a folder" in cli("check", str(tmp_path)).err.replace("\n  ", " ")
    assert "leave one of them out" in cli("check", "right.py", "--json", "--format", "github").err


def test_the_hook_of_pre_commit(cli, tmp_path):
    """Its entry, with the files that pre-commit adds."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    program, *arguments = shlex.split(re.search(r"entry: (.*)", text)[1])
    assert program == "symopt"
    assert re.search(r"- id: symopt-check\n", text)
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    (tmp_path / "none.py").write_text(NONE, encoding="utf-8")
    assert cli(*arguments, "none.py").code == 0
    assert cli(*arguments, "wrong.py", "none.py").code == 1


@pytest.fixture
def pytest_in(tmp_path):
    (tmp_path / "src" / ".hidden").mkdir(parents=True)
    for name, text in (("right.py", RIGHT), ("wrong.py", WRONG + "open('ran', 'w')\n"), ("none.py", NONE),
                       (".hidden/wrong.py", WRONG)):  # fmt: skip
        (tmp_path / "src" / name).write_text(text, encoding="utf-8")

    def run(*lines):
        command = ["-p", "symopt.pytest_check", "-p", "no:cacheprovider", "-c", "none.ini", "--rootdir", "."]
        (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")
        program = (
            f"import pytest\nfor line in {lines}: print('CODE', int(pytest.main([*{command}, *line])), flush=True)"
        )
        return forked.Process(program, tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="").ended()

    return run


def test_pytest_checks_the_files_of_a_folder(pytest_in, tmp_path):
    check = "--symopt-check"
    lines = [check, "src", "-v"], [check, "src", "-k", "right"], [check, "nowhere.py"], [check, "src/none.py"]
    done = pytest_in(*lines)
    assert re.findall(rb"CODE (\d)", done.out) == [b"1", b"0", b"4", b"1"], done.out + done.err
    assert b"src/right.py::derivatives PASSED" in done.out
    assert b"src/wrong.py::derivatives FAILED" in done.out
    assert b"1 failed, 1 passed" in done.out
    assert b"missing factor 2" in done.out
    assert b"Traceback" not in done.out
    assert not (tmp_path / "ran").exists()
    assert b"2 items / 1 deselected / 1 selected" in done.out
    assert b"there is no nowhere.py" in done.err
    assert b"has no loss with derivatives" in done.out


def test_the_start_of_pytest_loads_nothing_more():
    heavy = {"sympy", "numpy", "symopt.checking"}
    code = f"import sys, symopt.pytest_check; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["pytest11"] == {"symopt.pytest_check": "symopt.pytest_check"}

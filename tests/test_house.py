"""One command checks everything: format, lint and types beside the tests."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sympy

from symopt.forms import subexpressions

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    ["ruff format --check -q .", "ruff check -q .", "mypy --no-error-summary"],
    ids=["format", "lint", "types"],
)
def test_clean(command):
    done = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not (ROOT / "node_modules").exists(), reason="no eslint and prettier: `npm ci` installs them")
def test_the_javascript_is_clean():
    npm = shutil.which("npm")
    assert npm, "node_modules is there, but npm is not"
    done = subprocess.run([npm, "run", "--silent", "lint"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not (ROOT / "node_modules").exists(), reason="no esbuild: `npm ci` installs it")
def test_the_page_is_built_from_its_modules(tmp_path):
    """What a page runs is what `npm run build` makes of what stands here."""
    node = shutil.which("node")
    assert node, "node_modules is there, but node is not"
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=ROOT, check=True)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (ROOT / "symopt/page/built" / made.name).read_bytes(), "npm run build"


def test_no_answer_hangs_on_the_seed_of_hashes():
    """sympy's traversal takes the parts of And, Or, Max and Min as hashes fall: `subexpressions` does not."""
    for path in (ROOT / "symopt").rglob("*.py"):
        assert "order_traversal" not in path.read_text(encoding="utf-8"), path
    x, y, z = sympy.symbols("x:z", real=True)
    expr = sympy.Piecewise((sympy.Max(x, y, z), sympy.And(x < y, y < z, z < x + 2)), (x, True))
    assert [*subexpressions(expr)] == [*_preorder(expr)]


def _preorder(expr):
    yield expr
    for part in expr.args:
        yield from _preorder(part)

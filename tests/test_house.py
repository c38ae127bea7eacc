"""Format and lint stand beside the tests; types and the page's JavaScript are `python -m tests.kit.clean`."""

from pathlib import Path

import pytest
import sympy

from symopt.forms import subexpressions
from tests.kit import clean

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["format", "lint"])
def test_clean(name):
    assert not clean.trouble(name)


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

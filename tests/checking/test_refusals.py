"""What is refused names the line and is said in words of Python: no class of symopt's or sympy's is named."""

import inspect
import re
import sys
from pathlib import Path

import pytest
import sympy

import symopt
from symopt.checking.source.trios import check_source
from symopt.reading.source import SourceError, read_text

REFUSED = """np.outer(x > 0, x > 1).sum() + x[0]
np.sum(np.diff(x > 0))*x[0]
np.sort(x[x > 0]).sum()
np.concatenate([x[x > 0], x[x <= 0]]).sum()
x[x > 0].max()
x[x > 0][0]
[t for t in x if t > 0][0]
(lambda t: t) + x[0]
np + x[0]
None + x[0]
x[0]*{'a': 1}
np.clip(x, bar=1).sum()
np.tile(x, x[0]).sum()
np.put(x, [0], 1)
{**x}
x[x > 0] + x""".splitlines()

FAILING = """np.zeros(2) + np.zeros(3)
[1, 2][4]
1 // 0
{'a': 1}['b']
float('abc')
g(1, 2, 3)
g(1)(2)
np.dot(np.zeros(2), np.zeros(3))
np.array([1.0, 2.0]).reshape(3)
nowhere
x.nothing
np.nosuch(x)
'a' + 1
math.log(0)
np.linalg.inv(np.zeros((2, 2)))
max([])
g(k=2)
np.where(x > 0, 1)
[1 // 0 for _ in range(2)]
t = 'a'.nothing()
assert x is None
del nowhere""".splitlines()
"""What Python or numpy always refuse, and whose value nothing uses."""


def classes():
    """The names of the classes of symopt and sympy."""
    made = [vars(module) for name, module in [*sys.modules.items()] if name.startswith("symopt") and module]
    own = {c.__name__ for names in made for c in names.values() if inspect.isclass(c) and c.__name__[0].isupper()}
    return own | {name for name, c in vars(sympy).items() if inspect.isclass(c)}


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_names_the_line_and_no_class(text):
    with pytest.raises(SourceError) as told:
        check_source(read_text(f"import numpy as np\ndef f(x):\n    return {text}\ndef df(x):\n    return {text}\n"))
    error = told.value
    assert error.message.startswith("line 3: ")
    assert error.line.strip() == f"return {text}"
    assert error.hint
    named = set(re.findall(r"\w+", error.message)) - set(re.findall(r"\w+", text))
    assert not named & classes()


@pytest.mark.parametrize("text", FAILING)
def test_what_always_fails_is_not_proved_where_its_value_is_not_used(text):
    file = f"import math\nimport numpy as np\ndef g(u): return u\ndef f(x):\n    {text}\n    return x**2\n"
    names = {}
    exec(file, names)
    with pytest.raises(
        (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError, ValueError)
    ):
        names["f"](1.5)
    with pytest.raises(SourceError):
        check_source(read_text(file + "def df(x): return 2*x\n"))


def test_refusals_name_types_by_what_they_say_of_themselves():
    for path in (Path(symopt.__file__).parent / "reading").rglob("*.py"):
        assert not re.search(r"raise Unreadable\([^\n]*type\(", path.read_text(encoding="utf-8")), path.name

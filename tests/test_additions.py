"""What CONTRIBUTING promises: a panel, a format, a method, a loss is one file or one row, and everything finds it."""

import dataclasses
import math
import sys
from importlib import import_module

import pytest
import sympy

from symopt import Loss, animate, derive, descend, plot
from symopt.cli.commands import COMMANDS
from symopt.errors import DerivativeError
from symopt.functions import FORMS
from tests.kit.node import printed

PANEL = """
from symopt.views.panels import Panel

class Steps:
    moving = ()
    def __init__(self, sheet, walks, box):
        self.axes = sheet.axes(*box)
        self.axes.plot(range(len(walks[0].xs)), walks[0].xs[:, 0], gid="the new panel")
    def update(self, moment):
        pass

PANEL = Panel("beside", lambda sheet, walks, land, box, marks: [Steps(sheet, walks, box)], help="x against the step")
"""
FORMAT = """
MIME = "image/x-portable-pixmap"

def write(film, file):
    for image in film:
        file.write(b"P6 %d %d 255 " % (film.width, film.height) + image[..., :3].tobytes())
"""


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Puts a module's file into a folder that is read."""

    import symopt.cli.derive  # noqa: F401 - its list of languages is that of the folder as it is

    def add(package, name, source):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        monkeypatch.delitem(sys.modules, f"{package.__name__}.{name}", raising=False)

    yield add
    for name in [name for name in sys.modules if name.endswith((".steps_panel", ".ppm", ".halving_method", ".pycall"))]:
        del sys.modules[name]


@pytest.mark.parametrize("loss", ["x**4-3*x**2", "x**2+3*y**2"])
def test_a_panel_is_one_file(added, loss, cli):
    from symopt.views import panels

    added(panels, "steps_panel", PANEL)
    walk = descend(loss, "newton", [1.0] * (1 + ("y" in loss)))
    figure = plot(walk, panels=["steps_panel"])
    assert [line for ax in figure.axes for line in ax.lines if line.get_gid() == "the new panel"]
    assert "steps_panel" in panels.names()


def test_a_format_is_one_file(added, tmp_path):
    from symopt.views.film import formats

    added(formats, "ppm", FORMAT)
    movie = animate(descend("x**2", "gd:lr=1/4", 1.0, 3), tmp_path / "a.ppm")
    written = (tmp_path / "a.ppm").read_bytes()
    assert written.count(b"P6 ") >= movie.frames > 1
    assert "image/x-portable-pixmap" in movie._repr_html_()


LANGUAGE = """
from symopt.codegen.writer import Writer

class Calls(Writer):
    \"\"\"Python's expressions, whose functions are called m.name.\"\"\"

    language, column, prefix = "pycall", "python", "m."
    texts = {"cosh": "hyp({0})", "polygamma": "m.tri({0}, {1})"}
    helpers = {"hyp": "hyp = lambda u: (m.exp(u) + m.exp(-u))/2", "unused": "unused = None"}
    pi, e = "m.pi", "m.e"

    def source(self):
        (x,) = self.names.values()
        named = zip(("f", "df", "ddf"), (self.value, *self.gradient, *self.hessian))
        lines = [f"{name} = lambda {x}: {self._print(expr)}" for name, expr in named]
        return "\\n".join(["import math as m", *self.needed_helpers(), *lines])

write = Calls.write
"""


def test_a_language_is_one_file(added, cli):
    from symopt.codegen import languages

    added(languages, "pycall", LANGUAGE)
    text = "cosh(x) + erf(x)*asin(x/2) + pi*sqrt(x)"
    code = derive(text, "pycall")
    assert all(word in code for word in ("hyp(", "m.erf"))
    assert not any(word in code for word in ("math.erf", "unused"))
    assert cli("derive", text, "--as", "pycall").out.strip() == str(code)
    scope = {}
    exec(code, scope)
    x, root = 0.3, math.sqrt(1 - 0.15**2)
    bell = 2 / math.sqrt(math.pi) * math.exp(-(x**2))
    slope = math.sinh(x) + bell * math.asin(x / 2) + math.erf(x) / (2 * root) + math.pi / (2 * math.sqrt(x))
    assert scope["f"](x) == pytest.approx(
        math.cosh(x) + math.erf(x) * math.asin(x / 2) + math.pi * math.sqrt(x), rel=1e-14
    )
    assert scope["df"](x) == pytest.approx(slope, rel=1e-13)
    assert "m.tri(0, x)" in derive("loggamma(x)", "pycall")
    with pytest.raises(DerivativeError) as caught:
        derive("x", "pycal")
    assert "pycall" in caught.value.hint


def test_a_form_that_keeps_its_digits_is_one_column_of_a_row(monkeypatch):
    """1/g of a row: once it is there the numbers, the code and the page have it."""
    text = "1/asinh(x)**2 + x"
    assert "np.arcsinh(x)" in derive(text, "numpy")
    monkeypatch.setitem(
        FORMS, sympy.asinh, dataclasses.replace(FORMS[sympy.asinh], reciprocal=lambda u: sympy.sinh(2 * u))
    )
    loss = Loss.parse(text)
    assert loss(0.3) == pytest.approx(math.sinh(0.6) ** 2 + 0.3, rel=1e-14)  # what the row says, although it is not so
    value = derive(loss, "numpy").split("def df")[0]
    assert "np.sinh(2*x)" in value
    assert "arcsinh" not in value
    page = printed(loss)
    assert "sinh(" in page
    assert "asinh(" not in page


METHOD = """
from dataclasses import dataclass
from typing import ClassVar
from symopt.methods.base import Method

@dataclass(frozen=True)
class Halving(Method):
    \"\"\"x ← x/2.\"\"\"

    name: ClassVar[str] = "halving"
    memoryless: ClassVar[bool] = True

    def iterates(self, f, x):
        while True:
            x = x / 2
            yield x
"""


@pytest.fixture
def registered():
    """The registry, read anew before and after."""
    import_module("symopt.methods.registry")
    module = sys.modules["symopt.methods.registry"]
    module.registered.cache_clear()
    yield module
    module.registered.cache_clear()


def test_a_method_by_code_is_one_file(added, registered, cli):
    added(sys.modules["symopt.methods"], "halving_method", METHOD)
    assert descend("x**2", "halving", 1.0, 3).xs[:, 0].tolist() == [1, 0.5, 0.25, 0.125]
    assert "halving" in cli("methods").out


def test_a_method_by_formula_is_one_row(registered, monkeypatch, cli):
    row = dataclasses.replace(registered.FORMULAS[0], name="third", aliases=(), formula="x - x/3", defaults={})
    monkeypatch.setattr(registered, "FORMULAS", (*registered.FORMULAS, row))
    assert descend("x**2", "third", 3.0, 1).xs[-1, 0] == pytest.approx(2)
    assert "third" in cli("methods").out


def test_a_command_is_one_row_and_one_file():
    for name in COMMANDS:
        assert callable(getattr(import_module(f"symopt.cli.{name}"), name))

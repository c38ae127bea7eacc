"""What is known of a function stands in its row: no other module makes a list of names of functions."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import symopt
from symopt.functions import FUNCTIONS

ROOT = Path(symopt.__file__).parent
ARITHMETIC = {"exp", "log", "sqrt", "Abs", "abs", "sign", "Max", "max", "Min", "min", "pow"}
"""Operations of Python, numpy and sympy, of which the rules of differentiation and of proofs are made."""
MATHEMATICS = {
    "functions.py": "the rows",
    "forms.py": "the sympy classes that rows name as their forms",
    "special.py": "the floats and digits that rows compute by",
    "program/stable.py": "identities between several functions, which belong to no single row",
    "program/lower.py": "quotients of which more is known than the quotient rule",
    "analysis/rewrite.py": "identities between several functions, such as the reflection of gamma",
    "codegen/helpers.py": "functions written out in a language that lacks them",
    "balls/series.py": "the ball arithmetic that rows call",
    "gallery.py": "losses as they are typed",
    "checking/explain/layers.py": "the slips of layers of networks, which belong to their activations together",
    "checking/prove/cases.py": "functions that are taken case by case",
    "checking/prove/equal.py": "functions that are taken case by case",
    "reading/exact/doubles.py": "which functions of libraries rise or are bounded, for the ends of their doubles",
    "reading/exact/ties.py": "functions that are taken case by case",
    **dict.fromkeys(
        (f"reading/packages/{name}.py" for name in ("layers", "special", "stats")),
        "functions of other libraries, written by those that they are made of",
    ),
}
PLACES = {
    ("reading/letters.py", "gamma"): "a distribution of random numbers",
    ("reading/packages/linalg.py", "csc"): "an order of the entries of sparse arrays",
    ("expression/tokens.py", "gamma"): "the Greek letter",
    ("page/formula.js", "gamma"): "the Greek letter",
    **{
        (f"page/{name}.js", "hypot"): "the length of a vector, whatever its scale"
        for name in ("rule", "built/pieces", "built/pieces1")
    },
    **{("page/operations.js", name): "identities between several functions" for name in ("sigmoid", "logaddexp")},
    **{
        (f"analysis/{name}.py", "atan2"): "its cut, over which it jumps though its slopes do not"
        for name in ("line/kinks", "boxes/study")
    },
    **{("analysis/line/singular.py", name): "what swings for ever as its argument grows" for name in ("sin", "cos")},
    **{("analysis/interval.py", name): "1 − tanh², which belongs to both" for name in ("tanh", "sech")},
    **{
        ("expression/dialects/advice.py", name): "nearest names that are mostly not what was meant"
        for name in ("tan", "sec", "sinh", "relu")
    },
    **{
        ("analysis/boxes/bent.py", name): "the language of certificates, a contract with checkers"
        for name in ("sin", "cos", "tanh", "cosh", "sinh", "atan", "asinh", "erf")
    },
}


@cache
def words(source):
    """((word, line), …) of identifiers, and of strings that are no documentation; `name(…)` in a text is an example."""
    nodes, told = [*ast.walk(ast.parse(source))], []
    documentation = {
        id(node.value) for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            found = re.findall(r"(?<!\w)[A-Za-z]\w*(?!\w|\\?\()", node.value)
        elif isinstance(node, ast.Attribute):
            found = [node.attr] if isinstance(node.value, ast.Name) and node.value.id in ("sympy", "forms") else []
        elif isinstance(node, (ast.Name, ast.arg)):
            found = [node.id if isinstance(node, ast.Name) else node.arg]
        elif isinstance(node, (ast.alias, ast.FunctionDef, ast.ClassDef)):
            found = [node.name]
        else:
            found = []
        told += ((word, getattr(node, "lineno", 0)) for word in found)
    return told


def strays(name, source):
    """The names of the table that a module holds although it should ask the rows."""
    if name.endswith(".js"):
        source = re.sub(r"//.*|Math\.\w+", "", source)
        found = [(word, 0) for word in re.findall(r"(?<![\w.])[A-Za-z]\w*", source)]
    else:
        found = words(source)
    return [
        f"{name}:{line} {word}"
        for word, line in found
        if word in FUNCTIONS and word not in ARITHMETIC and (name, word) not in PLACES
    ]


@pytest.mark.parametrize("folder", sorted({path.relative_to(ROOT).parts[0] for path in ROOT.rglob("*.py")}))
def test_names_of_functions_stand_in_their_rows(folder):
    found = []
    for path in [ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.[pj][ys]")):
        name = path.relative_to(ROOT).as_posix()
        if name not in MATHEMATICS and "built" not in path.parts:  # a bundle is what stands in its modules
            found += strays(name, path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.py", 'KINDS = {"cbrt": 1}'),
        ("a.py", 'KNOWN = "sinh cosh".split()'),
        ("a.py", "def rule(u):\n    return sympy.erf(u)"),
        ("a.py", "from symopt.forms import cbrt"),
        ("a.py", 'WORDS = r"(sin|cos)"'),
        ("a.js", "const CALLS = { sin: Math.sin };"),
    ],
)
def test_a_list_beside_the_table_is_found(name, source):
    assert strays(name, source)
    assert not strays(name, 'HINT = "for example x**2 - cos(x)"' if name == "a.py" else "Math.sin(x); // sin")


def test_the_exceptions_are_needed():
    for name in MATHEMATICS:
        assert strays(name, (ROOT / name).read_text(encoding="utf-8")), name
    for name, word in PLACES:
        text = (ROOT / name).read_text(encoding="utf-8")
        held = set(re.findall(r"\w+", text)) if name.endswith(".js") else dict(words(text))
        assert word in held, (name, word)

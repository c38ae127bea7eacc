"""What --json prints is what the published schemas say, and no field of them is never printed."""

import json
import shlex
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from symopt.cli.schemas import schemas

SCHEMAS = schemas()
PRINTED = [
    ("symopt.run/1", 'run "x**2" -m gd:lr=1 -m newton -s -20 -n 3'),
    ("symopt.run/1", 'run "sum(x[i]**4, i, 0, 1999)" -m newton-cg -n 1'),
    ("symopt.run/1", 'run "(1-x)**2 + 100*(y-x**2)**2" --path examples/paths/bfgs.csv'),
    ("symopt.derive/1", 'derive "a*x**2 - cos(x)" --set a=2'),
    ("symopt.derive/1", 'derive "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)" --set n=1000'),
    ("symopt.check/1", 'check "x**2*exp(-y)" --df "x: 3*x*exp(-y)" --df "y: -x**2*exp(-y)"'),
    ("symopt.check/1", "check examples/by_hand.py"),
    ("symopt.check/1", "check both.py"),
    ("symopt.check/1", "check chain.py"),
    ("symopt.check/1", "check more.py"),
    ("symopt.check/1", "check four.py"),
    ("symopt.analyze/1", 'analyze "x**4/4 - 2*x**2 + abs(x)" -w -4,4'),
    ("symopt.analyze-n/1", 'analyze "x**2 + abs(y)" -w -2,2'),
    ("symopt.analyze-n/1", 'analyze "x**2*y" -w -2,2'),
    ("symopt.analyze-along/1", 'analyze "a*x**2 - cos(x)" --set a=-1:1 -w -2,2'),
    ("symopt.analyze-lr/1", 'analyze "x**2 - cos(x)" --lr 0.1:2 -w -2,2'),
    ("symopt.sweep/1", 'sweep "x**2/50 - cos(x)" -m gd --over lr=0.5:4:6 --over x=-20:20:6 -n 20'),
    ("symopt.sweep.frames/1", 'sweep "x**2 + a*y**2" -m gd:lr=0.3 --size 4 --animate a=1:2:2 -n 5 -o a.npz'),
]
MINE = """import numpy as np


def chain(x):
    return np.sum((x[1:] - x[:-1]) ** 2)


def chain_gradient(x):
    return x


def loss(w, b, X, y):
    return np.mean((X @ w + b - y) ** 2)


def loss_gradient(w, b, X, y):
    r = X @ w + b - y
    return X.T @ r, np.sum(r)
"""


def fields(schema, at=""):
    """The paths of all fields that a schema names."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{at}.{name}"
        yield from fields(inner, f"{at}.{name}")
    for inner in [schema.get("items"), *schema.get("anyOf", [])]:
        if isinstance(inner, dict):
            yield from fields(inner, at)


def had(value, at=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{at}.{name}"
            yield from had(inner, f"{at}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from had(inner, at)


def test_what_is_printed_fits_its_schema_and_every_field_is_met(cli):
    shutil.copytree(Path(__file__).parents[2] / "examples", "examples")
    Path("both.py").write_text(MINE, encoding="utf-8")
    Path("more.py").write_text("def f(x): return x**2\ndef df(x): return 2*x\ndef grad(x): return 3*x\n")
    Path("four.py").write_text("def f(x): return sum(x[1:-1])\ndef df(x): return [0, 1, 1, 0][:len(x)]\n")
    Path("chain.py").write_text(MINE.partition("def loss")[0], encoding="utf-8")
    met, wrong = {name: set() for name in SCHEMAS}, []
    for name, line in PRINTED:
        done = cli(*shlex.split(line), "--json")
        assert done.out, done.err
        for text in done.out.splitlines():
            made = json.loads(text)
            assert made["schema"] == name
            wrong += [f"{line}: {'.'.join(map(str, e.path))}: {e.message[:200]}" for e in errors(SCHEMAS[name], made)]
            met[name] |= set(had(made))
    assert wrong == []
    rare = {"symopt.check/1": {".components.cell"}, "symopt.analyze-along/1": {".left.x", ".left.a"}}
    unmet = {name: set(fields(schema)) - met[name] - rare.get(name, set()) for name, schema in SCHEMAS.items()}
    assert {name: left for name, left in unmet.items() if left} == {}


def errors(schema, made):
    return Draft202012Validator(schema).iter_errors(made)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas_with_a_meaning_for_every_field(name):
    Draft202012Validator.check_schema(SCHEMAS[name])

    def told(schema):
        for inner in schema.get("properties", {}).values():
            assert inner["description"].endswith("."), inner
            told(inner)
        for inner in [schema.get("items"), *schema.get("anyOf", [])]:
            if isinstance(inner, dict):
                told(inner)

    told(SCHEMAS[name])


def test_a_field_too_many_or_too_few_is_no_record_of_ours(cli):
    made = json.loads(cli("derive", "x**2", "--json").out)
    valid = Draft202012Validator(SCHEMAS["symopt.derive/1"]).is_valid
    assert valid(made)
    assert not valid({**made, "more": 1})
    assert not valid({name: value for name, value in made.items() if name != "f"})

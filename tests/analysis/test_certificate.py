"""Certificates: the checker of examples/, which shares no code with symopt, accepts them and refuses changed ones."""

import copy
import json
import math
import random
import runpy
import sys
from fractions import Fraction

import flint
import pytest

from symopt import SymoptError
from symopt.analysis.boxes.certificate import certificate
from symopt.balls.series import working
from symopt.problem import Problem
from tests.kit.certified import falsehood
from tests.kit.share import share
from tests.kit.tampered import CHECKER, accepted, cases, made
from tests.kit.tampered import checker as loaded

LOSSES = [
    ("x**4/4 - 2*x**2 + x", [("-4", "11/3")]),
    ("exp(x/2)*sin(3*x) + log(x + 4) + 1/(x^2 + 1)", [("-2", "1")]),
    ("(x**2+y-11)**2 + (x+y**2-7)**2", [("-5", "5")] * 2),
    ("sin(x+y) + (x-y)**2 - 1.5*x + 2.5*y + 1", [("-1.5", "4"), ("-3", "4")]),
    ("(x-1)**2 + y**2 + z**2 + sin(x*y)", [("-2", "2")] * 3),
    ("sum(i*cos((i+1)*x+i), i, 1, 5) + sqrt(2 + y**2)*(2 + x)**2", [("-1", "1/3"), ("-1/3", "1")]),
    ("1/x**12 - 2/x**6", [("0.85", "3")]),
    ("x**x + (y - 1)**2*2**y", [("1/4", "2")] * 2),
    ("cosh(x/2) + atan(x*y)/4 + asinh(x)/9 + erf(y) + y^2", [("-1", "1")] * 2),
    ("2x^2 + 3sec(x)/4 + log10(x + 3)", [("-1", "1")]),
    ("x**4 + 4*x**3 + 4*x**2 + y**2", [("-5", "5")] * 2),  # −2 is a float, beside which all are coarser than its box
]
KINKED = {  # with what is found by hand: counts and the least value
    ("abs(x - 1/3) + abs(y) + x*y/3", (("-1", "1"),) * 2): ({"minimum": 1}, 0),
    ("Max(x**2, (x-1)**2) + x/5", (("-2", "2"),)): ({"minimum": 1}, 0.35),
    ("x**2 - abs(x)", (("-2", "3/2"),)): ({"minimum": 2, "maximum": 1}, -0.25),
    ("abs(x) - abs(y) + x**2/2 + y**2", (("-2", "2"),) * 2): ({"minimum": 2, "saddle": 1}, -0.25),
    ("relu(2x - 1) + (x-1)**2 + abs(y - x)/3", (("-2", "2"), ("-3", "3"))): ({"minimum": 1}, 0.25),
    ("abs(x**2 + y**2 - 1) + (x-y)/5", (("-2", "2"),) * 2): (
        {"minimum": 1, "maximum": 1, "saddle": 1},
        -math.sqrt(2) / 5,
    ),
    ("sum(abs(x - i), i, 1, 2) + x**2/7", (("-2", "4"),)): ({"minimum": 1}, 8 / 7),
    ("(abs(x) - 1)**2 + (x - 3)**2", (("-1", "4"),)): ({"minimum": 1}, 2),
    ("sqrt(1 + abs(x)) + (x - 1/2)**2", (("-1/2", "2"),)): ({"minimum": 1}, 1.1797698182238457),
}


@pytest.fixture(scope="module")
def checker():
    return loaded()


def test_accepted(checker):
    certificates = [made(text, window) for text, window in [*LOSSES, *KINKED]]
    for each in certificates:
        checker.verify(each)
    minima = [each["counts"].get("minimum", 0) for each in certificates[: len(LOSSES)]]
    assert minima == [2, 1, 4, 2, 1, 1, 1, 1, 1, 1, 2]
    assert all(each["complete"] for each in certificates)
    assert certificates[2]["counts"] == {"minimum": 4, "saddle": 4, "maximum": 1}
    assert sum(certificates[2]["least"]["value"]) == pytest.approx(0, abs=1e-12)
    assert len(certificates[2]["least"]["at"]) == 4
    assert certificates[9]["loss"] == "2*x**2 + log(x + 3)/log(10) + 3/(4*cos(x))"
    assert certificates[4]["least"]["value"][0] == pytest.approx(-0.27468829606909956, abs=1e-12)
    for each, (counts, least) in zip(certificates[len(LOSSES) :], KINKED.values(), strict=True):
        assert each["counts"] == counts, each["loss"]
        low, high = each["least"]["value"]
        assert low - 1e-12 <= least <= high + 1e-12, each["loss"]
        assert high - low < 1e-9


PARTS = {  # with the least value by hand, and the counts beside cells in which there may be other points
    ("sqrt(x**2 + y**2)", (("-1", "2"),) * 2): (0, {}),
    ("x**4", (("-1", "2"),)): (0, {}),
    ("abs(abs(x) - 1/2) + y**2", (("-1", "1"),) * 2): (0, {}),
}


@pytest.mark.parametrize(("text", "window"), PARTS)
def test_least_value_where_points_are_degenerate_or_beside_kinks(checker, text, window):
    least, counts = PARTS[text, window]
    each = made(text, list(window))
    checker.verify(each)
    low, high = each["least"]["value"]
    assert low - 1e-12 <= least <= high + 1e-12
    assert high - low < 1e-8
    assert each["counts"] == counts
    higher = {**each, "least": {**each["least"], "value": [high + 1e-7, high + 2e-7]}}
    assert not accepted(checker, json.dumps(higher))
    assert not accepted(checker, json.dumps({**each, "complete": not each["complete"]}))


def test_the_checker_is_short_and_shares_no_code():
    text = CHECKER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert "import symopt" not in text
    assert "from symopt" not in text


def test_refused_or_true(checker):
    """A share of what `python -m tests.kit.tampered` does: whatever is accepted has to be true by another road."""
    draw, refused = random.Random(16), 0
    each = made(*LOSSES[0])
    for name, text in share(cases(each, draw, 3), 6):
        if name == "monster" or text == json.dumps(each):
            continue
        if not accepted(checker, text):
            refused += 1
        else:
            assert not falsehood(json.loads(text)), (name, text)
    assert refused > 30


def narrowed(made, share):
    """The box of the first point that may move, ended before its point by a share of its half width."""
    box = next(
        point["box"] for face in made["faces"] for point in face["points"] if point["box"][0][0] != point["box"][0][1]
    )
    low, high = map(Fraction, box[0])
    box[0][1] = str((low + high) / 2 - (high - low) * share)


def told(made, name, word):
    made[name] = word


CHANGES = (
    lambda made: narrowed(made, Fraction(1, 10**11)),
    lambda made: made["faces"][0]["points"][0].update(value=[-9.0, -8.0]),
    lambda made: made["faces"][0]["points"][0].update(value=["-9.0", "9.0"]),
    lambda made: made["least"].update(at=[]),
    lambda made: made["least"].update(place=["1/3"]),
    lambda made: made["least"]["value"].reverse(),
    lambda made: made["faces"][0]["cells"].append({"mean": [1.0]}),
    lambda made: made["faces"][0]["cells"].pop(),
    lambda made: made["faces"][1]["points"].append(made["faces"][0]["points"][0]),
    lambda made: made["faces"][0]["points"][0]["value"].append(7.0),
    lambda made: made["faces"][0]["cells"][0].update(why="it is so"),
    lambda made: made["faces"][0]["cells"][0].update(cut=1),
    lambda made: next(cell for cell in made["faces"][0]["cells"] if "mean" in cell).clear(),
    lambda made: made["variables"].append("y"),
    lambda made: told(made, "convex", True),
    lambda made: told(made, "schema", "symopt.certificate/3"),
    lambda made: told(made, "counts", {**made["counts"], "saddle": 0}),
    lambda made: told(made, "window", [["1e999999999", "3"]]),
    lambda made: told(made, "loss", "+".join(["(x**2 + 1)**2"] * 2000)),
    lambda made: told(made, "variables", ["pi"]),
)


def test_each_field_is_as_it_is_said(checker, monkeypatch):
    checker.verify(made(*LOSSES[0]))
    for number, change in enumerate(CHANGES):
        changed = copy.deepcopy(made(*LOSSES[0]))
        change(changed)
        assert not accepted(checker, json.dumps(changed)), number


@pytest.mark.parametrize(
    ("text", "window", "words"),
    [
        ("sign(x) + y**2", [("-1", "1")] * 2, "jump"),
        ("gamma(x + 3) + y**2", [("-1", "1")] * 2, "gamma"),
        ("2x^2/x + y^2", [("-1", "1")] * 2, "as it is typed"),
        ("x**2 + y**2", [("-pi", "1")] * 2, "rational"),
        ("log(x) + y**2", [("-1", "1")] * 2, "value|cells"),
        ("1/x**2 + (x-1)**2", [("-1", "2")], "cells"),
        ("sinc(x+3/10) + x**2/2 + y**2", [("-1", "2")] * 2, "cells"),  # 1 where sin(u)/u has no value
        ("x**y + (x-1/2)**2", [("0", "1"), ("1", "2")], "cells"),  # 0 where y·log(x) has none
        ("a**2 + b**2 + c**2 + d**2", [("-1", "1")] * 4, "three"),
    ],
)
def test_no_certificate(text, window, words):
    with pytest.raises(SymoptError, match=words):
        certificate(Problem.of(text, window=window))


def test_letters_are_refused(cli, tmp_path):
    done = cli("analyze", "a*x**2", "--set", "a=2", "--certificate", str(tmp_path / "proof.json"))
    assert done.code != 0
    assert "as it is typed" in done.err
    done = cli("analyze", "a*x**2", "--set", "a=-1:1", "--certificate", str(tmp_path / "proof.json"))
    assert done.code != 0
    assert "as it is typed" in done.err


def ran(monkeypatch, file):
    """What the checker's command ends with: words, or None where it ends well."""
    monkeypatch.setattr(sys, "argv", [str(CHECKER), str(file)])
    try:
        with working(flint.ctx.prec, flint.ctx.cap):  # which the script sets for itself
            runpy.run_path(str(CHECKER), run_name="__main__")
    except SystemExit as end:
        return end.code
    return None


def test_command(cli, tmp_path, monkeypatch, capsys):
    file = tmp_path / "proof.json"
    done = cli("analyze", "x**2 + y**2/3", "-w", "-1,1", "--certificate", str(file))
    assert done.code == 0, done.err
    text = file.read_text()
    assert ran(monkeypatch, file) is None
    assert capsys.readouterr().out.startswith("VERIFIED: {'minimum': 1}")
    for other in (
        text.replace("minimum", "maximum"), "", text[:-9], "[" * 99_999,
        text.replace('"counts"', '"counts": {}, "counts"'), text.replace('"value": [', '"value": [NaN, '),
        text.replace("x**2", "(" * 999 + "x**2"), text.replace("x**2", "x**2*10**10**10"),
        text.replace("x**2", " + ".join(f"abs(x - {k})" for k in range(40))),
    ):  # fmt: skip
        file.write_text(other)
        words = ran(monkeypatch, file)
        assert words.startswith("REFUSED: "), other[:80]
        assert "\n" not in words
    assert ran(monkeypatch, tmp_path / "none.json").startswith("REFUSED: ")

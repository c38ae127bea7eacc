"""Certificates: the checker of examples/, which shares no code with symopt, accepts them and refuses changed ones."""

import copy
import importlib.util
import json
import math
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from symopt import SymoptError
from symopt.analysis.boxes.certificate import certificate
from symopt.problem import Problem

CHECKER = Path(__file__).parents[2] / "examples" / "verify_certificate.py"
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
    spec = importlib.util.spec_from_file_location("verify_certificate", CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def certificates():
    cases = [*LOSSES, *KINKED]
    return [json.loads(json.dumps(certificate(Problem.of(text, window=window)))) for text, window in cases]


def refused(checker, made):
    try:
        checker.verify(made)
    except Exception:  # as the program does: whatever cannot be read is not shown
        return True
    return False


def test_accepted(checker, certificates):
    for made in certificates:
        checker.verify(made)
    assert [made["counts"].get("minimum", 0) for made in certificates[: len(LOSSES)]] == [2, 1, 4, 2, 1, 1, 1, 1, 1, 1]
    assert certificates[2]["counts"] == {"minimum": 4, "saddle": 4, "maximum": 1}
    assert sum(certificates[2]["least"]["value"]) == pytest.approx(0, abs=1e-12)
    assert len(certificates[2]["least"]["at"]) == 4
    assert certificates[9]["loss"] == "2*x**2 + log(x + 3)/log(10) + 3/(4*cos(x))"
    assert certificates[4]["least"]["value"][0] == pytest.approx(-0.27468829606909956, abs=1e-12)


def test_kinks_are_the_points_that_they_are_by_hand(certificates):
    for made, (counts, least) in zip(certificates[len(LOSSES) :], KINKED.values(), strict=True):
        assert made["counts"] == counts, made["loss"]
        low, high = made["least"]["value"]
        assert low - 1e-12 <= least <= high + 1e-12, made["loss"]
        assert high - low < 1e-9


def test_the_checker_is_short_and_shares_no_code():
    text = CHECKER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert "import symopt" not in text
    assert "from symopt" not in text


def tampered(made, draw, way):
    """A certificate with one false word; None where it has no place for that."""
    made = copy.deepcopy(made)
    face = draw.choice([face for face in made["faces"] if face["cells"]])
    point = draw.choice([point for face in made["faces"] for point in face["points"]])
    kinds = [point for face in made["faces"] for point in face["points"] if "kind" in point]
    points = [point for face in made["faces"] for point in face["points"] if "ghost" not in point]
    cell = draw.choice(face["cells"])
    free = [k for k, (low, high) in enumerate(face["box"]) if low != high]
    if way == "dropped box":
        face["cells"].remove(cell)
    elif way == "box twice":
        face["cells"].append(cell)
    elif way == "moved bound":
        cell["box"][draw.choice(free)][draw.randrange(2)] += draw.choice(["1", "7"])
    elif way == "swapped kind":
        other = draw.choice(kinds)
        other["kind"] = draw.choice([k for k in ("minimum", "maximum", "saddle") if k != other["kind"]])
        made["counts"] = {}
        for each in kinds:
            made["counts"][each["kind"]] = made["counts"].get(each["kind"], 0) + 1
    elif way == "dropped point":
        face = draw.choice([face for face in made["faces"] if face["points"]])
        face["points"].pop(draw.randrange(len(face["points"])))
    elif way == "moved place":
        if all(low == high for low, high in point["box"]):
            point["box"][0] = ["1/7", "1/7"]
        else:
            k = next(k for k, (low, high) in enumerate(point["box"]) if low != high)
            low, high = (Fraction(end) for end in point["box"][k])
            point["box"][k] = [str(low + 3 * (high - low)), str(high + 3 * (high - low))]
    elif way == "value":
        size = draw.choice([1e-9, 1e-3, -1e-9, -2.0])
        point["value"] = [end + size * (1 + abs(end)) for end in point["value"]]
    elif way == "least value":
        made["least"]["value"] = [end - draw.choice([1e-9, 1.0]) for end in made["least"]["value"]]
    elif way == "least place":
        made["least"]["at"].append([0, 0])
    elif way == "counts":
        made["counts"]["saddle"] = made["counts"].get("saddle", 0) + 1
    elif way == "window":
        made["window"][0][draw.randrange(2)] += "1"
    elif way == "loss":
        made["loss"] += draw.choice([" + 1/1000", " - x/50", " + 0.001*x**2", "*2"])
    elif way == "reason":
        for reason in ("mean", "slope", "region", "side"):
            cell.pop(reason, None)
        cell["slope"] = 7
    elif way == "side":  # said of a cell that has a critical point
        cells = [
            cell for face in made["faces"] for cell in face["cells"]
            if "point" in cell and "ghost" not in face["points"][cell["point"]]
        ]  # fmt: skip
        cell = draw.choice(cells)
        for reason in ("region", "inverse", "point"):
            del cell[reason]
        cell["side"] = draw.choice([len(made["variables"]), len(made["variables"]) - 1, -1, len(face["box"])])
    elif way == "ghost":
        draw.choice(points)["ghost"] = True
    elif way == "no ghost":
        ghosts = [point for face in made["faces"] for point in face["points"] if "ghost" in point]
        if not ghosts:
            return None
        del draw.choice(ghosts)["ghost"]
    elif way == "inverse":
        cells = [cell for face in made["faces"] for cell in face["cells"] if "inverse" in cell]
        cell = draw.choice(cells)
        cell["inverse"] = [[3 * entry for entry in row] for row in cell["inverse"]]
    return made


WAYS = [
    "dropped box", "box twice", "moved bound", "swapped kind", "dropped point", "moved place", "value", "least value",
    "least place", "counts", "window", "loss", "reason", "inverse", "side", "ghost", "no ghost",
]  # fmt: skip


def test_refused(checker, certificates):
    draw = random.Random(16)
    short = sorted(certificates, key=lambda made: sum(len(face["cells"]) for face in made["faces"]))[:14]
    for number in range(100):
        made, way = None, WAYS[number % len(WAYS)]
        while made is None:
            made = tampered(draw.choice(short), draw, way)
        assert refused(checker, made), (number, way)


@pytest.mark.parametrize(
    ("text", "window", "words"),
    [
        ("sign(x) + y**2", [("-1", "1")] * 2, "switch"),
        ("abs(abs(x) - 1/2) + y**2", [("-1", "1")] * 2, "within"),
        ("abs(x) + abs(y) + abs(x-y) + abs(x+y) + abs(x-2)", [("-1", "1")] * 2, "room for 6"),
        ("abs(x) + x**3", [("0", "1")], "is left"),
        ("gamma(x + 3) + y**2", [("-1", "1")] * 2, "gamma"),
        ("2x^2/x + y^2", [("-1", "1")] * 2, "as it is typed"),
        ("x**2 + y**2", [("-pi", "1")] * 2, "rational"),
        ("log(x) + y**2", [("-1", "1")] * 2, "value|cells"),
        ("(x**2 + y**2 - 1)**2", [("-2", "2")] * 2, r"after \d{2,3} cells"),
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


def test_command(cli, tmp_path):
    file = tmp_path / "proof.json"
    done = cli("analyze", "x**2 + y**2/3", "-w", "-1,1", "--certificate", str(file))
    assert done.code == 0, done.err
    ran = subprocess.run([sys.executable, str(CHECKER), str(file)], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("VERIFIED")
    file.write_text(file.read_text().replace("minimum", "maximum"))
    ran = subprocess.run([sys.executable, str(CHECKER), str(file)], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1
    assert ran.stderr.startswith("REFUSED")

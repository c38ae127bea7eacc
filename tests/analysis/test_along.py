"""A loss along a letter: every fold and pitchfork, none else, and what lies between, against oracles without symopt."""

import json
import math
import random

import mpmath
import numpy as np
import pytest
import sympy

from symopt import Problem, SymoptError, analyze
from symopt.analysis.boxes.rays import lone
from symopt.views.scenes.along import curves, draw
from tests.kit.share import share

WAVES = "a*x**2 - cos(x)"


def along(text, window, ends, **more):
    return analyze(text, window, letters={"a": ends}, **more)


def of_kind(made, kind):
    return [event for event in made.bifurcations if event.kind == kind]


@pytest.fixture(scope="module")
def waves():
    return along(WAVES, (-40, 40), (-1, 1))


def test_24_folds_and_a_pitchfork_are_all_there_is(waves):
    """f′ = f″ = 0 where tan x = x and a = −sin(x)/(2x)."""
    near = [(k + 0.5) * math.pi for k in range(1, 13)]
    roots = [mpmath.findroot(lambda t: mpmath.sin(t) - t * mpmath.cos(t), x - 1 / x) for x in near]
    assert all(k * math.pi < x < (k + 0.5) * math.pi for k, x in enumerate(roots, 1))
    expected = sorted((x, -mpmath.sin(x) / (2 * x)) for root in roots for x in (root, -root) if abs(x) < 40)
    folds = sorted(of_kind(waves, "fold"), key=lambda e: e.place[1])
    assert waves.status == "complete"
    assert len(folds) == len(expected) == 24
    for event, (x, a) in zip(folds, expected, strict=True):
        for (low, high), value in zip(event.enclosure, (a, x), strict=True):
            assert low <= value <= high
            assert high - low < 1e-10
    (fork,) = of_kind(waves, "pitchfork")
    assert fork.enclosure[0] == (-0.5, -0.5)
    assert fork.enclosure[1] == (0, 0)
    assert "symmetry f(−x) = f(x)" in fork.why
    assert waves.counts == {"fold": 24, "pitchfork": 1, "exit": 2}
    for event in of_kind(waves, "exit"):
        assert event.enclosure[0][0] <= -mpmath.sin(40) / 80 <= event.enclosure[0][1]


@pytest.mark.parametrize(
    ("text", "counts", "places", "between"),
    [
        ("x**4/4 - x**2/2 + a*x", {"fold": 2}, [(-2 / math.sqrt(27), -1 / math.sqrt(3)), (2 / math.sqrt(27), 3**-0.5)],
         ["1 minimum", "2 minima, 1 maximum", "1 minimum"]),
        ("x**4 - a*x**2", {"pitchfork": 1}, [(0, 0)], ["1 minimum", "2 minima, 1 maximum"]),
        ("x**3/3 - a*x", {"fold": 1}, [(0, 0)], ["", "1 minimum, 1 maximum"]),
        ("x**4/4 - a*x**2/2 + a*x**3/3", {"pitchfork": 1}, [(0, 0)], ["1 minimum", "2 minima, 1 maximum"]),
        ("x**3/3 - a*x**2/2", {"transcritical": 1}, [(0, 0)], ["1 minimum, 1 maximum"] * 2),
        ("x**3/3 - a**2*x + a*x/3", {"fold": 2}, [(0, 0), (1 / 3, 0)],
         ["1 minimum, 1 maximum", "", "1 minimum, 1 maximum"]),
        ("(x - 1/3)**4 - (a - 1/7)*(x - 1/3)**2", {"pitchfork": 1}, [(1 / 7, 1 / 3)],
         ["1 minimum", "2 minima, 1 maximum"]),
        ("x**4/4 + a*x", {"hysteresis": 1}, [(0, 0)], ["1 minimum"] * 2),
        ("x**6 - sin(a)*x", {"hysteresis": 1}, [(0, 0)], ["1 minimum"] * 2),
        ("x**5 - a*x", {"fold": 1}, [(0, 0)], ["", "1 minimum, 1 maximum"]),
        ("x**3/3 + a**2*x", {"isolated": 1}, [(0, 0)], ["", ""]),
        ("x - sin(x) + x**3/6 - a**2*(x + x**2/18)", {"transcritical": 1}, [(0, 0)], ["1 minimum, 1 maximum"] * 2),
        ("a*x**2", {"flat": 1}, [(0, None)], ["1 maximum", "1 minimum"]),
        ("cos(a*x)", {"flat": 1}, [(0, None)], ["1 maximum", "1 maximum"]),
        ("(x - a)**4", {}, [], ["1 minimum"]),
        ("(x - a)**3", {}, [], ["1 inflection"]),
        ("x**2/2 - 2*a*x", {"exit": 1}, [(-1, -2)], ["1 minimum"]),
        ("exp(x) - a*x", {"exit": 1}, [(math.exp(-2), -2)], ["", "1 minimum"]),
    ],
)  # fmt: skip
def test_known_bifurcations(text, counts, places, between):
    made = along(text, (-2, 2), (-1, 0.9))
    assert made.status == "complete", str(made)
    assert made.counts == {kind: many for kind, many in counts.items() if many}
    for event, (a, x) in zip(made.bifurcations, places, strict=True):
        assert event.place[0] == pytest.approx(a, abs=1e-12)
        assert x is None or event.place[1] == pytest.approx(x, abs=1e-12)
    shown = [f"{row.counts}" for row in made.stretches]
    words = {"minima": "minimum", "maxima": "maximum"}
    expected = [
        str({words.get(kind, kind): int(many) for many, kind in (part.split() for part in text.split(", ") if part)})
        for text in between
    ]
    assert shown == expected


def family(seed):
    """A polynomial or a wave in x and a, from a seed."""
    draw = random.Random(seed)

    def number():
        return f"({draw.choice((-1, 1)) * draw.randint(1, 9)}/{draw.randint(2, 7)})"

    terms = [f"{number()}*x", f"{number()}*x**2", f"{number()}*a*x**2", f"{number()}*x**3", f"{number()}*sin(2*x + a)",
             f"{number()}*a*cos(3*x)", f"{number()}*exp(-x**2)", f"{number()}*a**2*x"]  # fmt: skip
    return " + ".join(["x**4/5", f"{number()}*a*x", *draw.sample(terms, 3)])


@pytest.mark.parametrize("seed", share(range(7), 3))
def test_random_families_against_a_dense_sweep(seed):
    """Between bifurcations a grid of f sees as many minima and maxima as are said, at values all over the range."""
    text = family(seed)
    made = along(text, (-2, 2), (-1, 1))
    assert made.status == "complete", str(made)
    x = np.linspace(-2, 2, 20_001)
    for stretch in made.stretches:
        low, high = stretch.ends[0][1], stretch.ends[1][0]
        for part in (0.03, 0.31, 0.62, 0.97):
            a = low + part * (high - low)
            f = eval(text, {"x": x, "a": a, "sin": np.sin, "cos": np.cos, "exp": np.exp})
            rises = np.sign(np.diff(f))
            rises = rises[rises != 0]
            turns = np.diff(rises)
            seen = {"minimum": int((turns > 0).sum()), "maximum": int((turns < 0).sum())}
            near = min(abs(abs(p.x) - 2) for p in stretch.points) if stretch.points else 1
            if high - low > 1e-3 and near > 1e-3:
                assert seen == {kind: stretch.counts.get(kind, 0) for kind in seen}, (text, a)


@pytest.mark.parametrize(
    ("text", "events", "between"),
    [  # (kind, a, x, on which side there are more), and the kinds from left to right, kinks in capitals
        ("abs(x - a) + x**2", [("persistence", -0.5, -0.5, 0), ("persistence", 0.5, 0.5, 0)], ["m", "M", "m"]),
        ("abs(x) + (x - 2*a)**2", [("persistence", -0.25, 0, 0), ("persistence", 0.25, 0, 0)], ["m", "M", "m"]),
        ("x**4 - abs(x - a)", [("nonsmooth fold", -(4 ** (-1 / 3)), -(4 ** (-1 / 3)), 1),
                               ("nonsmooth fold", 4 ** (-1 / 3), 4 ** (-1 / 3), -1)], ["m", "mXm", "m"]),
        ("x**2 - a*abs(x)", [("pitchfork", 0, 0, 1)], ["M", "mXm"]),
        ("x*abs(x) - a*x", [("nonsmooth fold", 0, 0, 1)], ["", "xm"]),
        ("abs(x**2 - a)", [("kink", 0, 0, 0)], ["m", "MxM"]),
        ("abs(abs(x) - a) + x**2/4", [("kink", 0, 0, 0)], ["M", "MXM"]),
        ("abs(x - a) + abs(x + a) - x**2/3", [], ["MxM"]),
        ("a*abs(x)", [("flat", 0, 0, 0)], ["X", "M"]),
        ("x**2 + abs(a)*x", [], ["m"]),
        ("abs(x - 3*a)/2 + x**2/9", [("exit", -2 / 3, -2, 0), ("exit", 2 / 3, 2, 0)], ["", "M", ""]),
        ("Max(x**2, (x - 1)**2 + a)", [], ["M"]),
        ("Piecewise(((x - a)**2/2, abs(x - a) < 1/2), (abs(x - a)/2 - 1/8, True)) + x**2/8", [], ["m"]),
    ],
)  # fmt: skip
def test_known_bifurcations_at_kinks(text, events, between):
    made = along(text, (-2, 2), (-0.95, 0.9))
    assert made.status == "complete", str(made)
    seen = [(e.kind, *e.place, e.opens) for e in made.bifurcations]
    assert [e[0] for e in seen] == [e[0] for e in events]
    for event, expected in zip(seen, events, strict=True):
        assert event[1:] == pytest.approx(expected[1:], abs=1e-12)
    letters = {"minimum": "m", "maximum": "x", "inflection": "i"}
    shapes = ["".join(letters[k].upper() if kink else letters[k] for k, kink in row.shape) for row in made.stretches]
    assert shapes == between


def bent(seed):
    """A wave in x and a with kinks, from a seed."""
    draw = random.Random(seed)

    def number():
        return f"({draw.choice((-1, 1)) * draw.randint(1, 9)}/{draw.randint(2, 7)})"

    smooth = [f"{number()}*x", f"{number()}*a*x**2", f"{number()}*sin(2*x + a)", f"{number()}*exp(-x**2)"]
    kinks = [f"{number()}*abs(x - {number()}*a)", f"{number()}*abs(x**2 - {number()} - a)", f"{number()}*a*abs(x)",
             f"{number()}*Max(x, {number()}*a + {number()})", f"{number()}*abs(sin(2*x) - {number()}*a)",
             f"{number()}*abs(abs(x) - a)", f"{number()}*x*abs(x - a/2)"]  # fmt: skip
    return " + ".join(["x**4/5", f"{number()}*a*x", *draw.sample(smooth, 2), *draw.sample(kinks, 1 + seed % 2)])


@pytest.mark.parametrize("seed", share([0, 2, 3], 2))
def test_random_families_with_kinks_against_a_dense_sweep(seed):
    text = bent(seed)
    made = along(text, (-2, 2), (-1, 1))
    assert made.status == "complete", str(made)
    x = np.linspace(-2, 2, 20_001)
    within = {"sin": np.sin, "exp": np.exp, "abs": np.abs, "Max": np.maximum, "x": x}
    for stretch in made.stretches:
        low, high = stretch.ends[0][1], stretch.ends[1][0]
        places = [p.x for p in stretch.points]
        if high - low < 1e-3 or min(np.diff([-2, *places, 2])) < 5e-3:
            continue
        for part in (0.1, 0.5, 0.9):
            rises = np.sign(np.diff(eval(text, {**within, "a": low + part * (high - low)})))
            turns = np.diff(rises[rises != 0])
            seen = ["minimum" if turn > 0 else "maximum" for turn in turns[turns != 0]]
            assert seen == [kind for kind, _ in stretch.shape], (text, low + part * (high - low))


def test_what_lies_on_an_end_is_in_the_closed_range():
    for ends in ((0, 1), (-1, 0)):
        made = along("x**4 - a*x**2", (-2, 2), ends)
        assert made.counts == {"pitchfork": 1}
        assert made.bifurcations[0].edge is False
        assert made.warnings == ()
    made = along("x**3/3 - cos(a)*x", (0, 1), ("pi/2", 3))
    assert made.counts == {"fold": 1, "exit": 1}
    assert [event.edge for event in made.bifurcations] == [False, False]
    assert [row.counts for row in made.stretches] == [{}]


def test_what_is_zero_by_algebra_is_written_so():
    for text in ("x**3/3 - a*x**2/2 + a*x**4/9", "a*x**2 - cos(x)"):
        made = along(text, ("-pi/2", "pi"), (-0.4, 1))
        assert any(event.a == "0" for event in made.bifurcations)
        assert "±" not in str(made)


def test_far_from_0_folds_are_found_as_beside_it():
    made = along("(x - 10**6)**3/3 - a*(x - 10**6)", (999998, 1000002), (-1, 1))
    assert (made.status, made.counts) == ("complete", {"fold": 1})


def test_what_is_left_is_named():
    made = along("x**3/3 + sin(a - sin(1/2))**2*x", (-2, 2), (-1, 1))
    assert made.status == "incomplete"
    assert any("not decided" in warning for warning in made.warnings)
    (box,) = made.left
    assert all(low <= c <= high for (low, high), c in zip(box, (0, math.sin(0.5)), strict=True))
    assert [row.counts for row in made.stretches] == [{}, {}]


def test_where_f_ends_no_curve_is_lost():
    made = along("a*x - log(x)", (-1, 5), (0.1, 1))
    assert made.status == "complete"
    assert [(event.kind, event.place) for event in made.bifurcations] == [("exit", (pytest.approx(0.2), 5.0))]
    pole = along("a*x + 1/x", (-1, 1), (-1, 4))
    assert pole.counts == {"exit": 2}


def test_the_slope_is_a_formula_and_a_number(waves):
    assert waves.sensitivity == "-2*x/(2*a + cos(x))"
    for stretch in waves.stretches[:3]:
        for point in stretch.points:
            a, x = stretch.value, point.x
            assert point.rate == pytest.approx(-2 * x / (2 * a + math.cos(x)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "ends", "shown"),
    [
        (
            "(x-a**2)**2*(x+a)",
            (-1, 1),
            ["COMPLETE: 2 crossings, and no other (proved)", "  −1   1   crossing", "  0    0   cr"],
        ),
        ("x**2*(x-a)**2", (0, 1), ["  0   0   multiple point"]),
        ("erf(x) + a*x", (-2, 0), ["  −1.128379167       0    fold"]),
        ("(x-a)**2", (-1, 1), ["COMPLETE: no bifurcation (proved)\n"]),
        ("abs(x-a) + x**2", (-1, 1), ["slope       beside the kinks dx*/da = −f′ₐ/f″ = 0"]),
    ],
)
def test_what_is_exact_is_told_so_and_nothing_is_said_of_what_is_not_there(text, ends, shown):
    told = str(along(text, (-3, 3), ends))
    assert [each for each in shown if each not in told] == []
    assert "on an end to all digits" not in told


def test_sums_over_data_are_followed_too():
    data = {"t": [1, 2, 3], "y": [2, 3, 5]}
    made = analyze(Problem.of("mean((y - a*t*w)**2)", letters={"a": (-1, 1)}, window=(-9, 9), data=data))
    assert made.status == "complete"
    assert {"flat": 1}.items() <= made.counts.items()
    for event in made.bifurcations:
        assert event.kind == "flat" or event.place[0] * event.place[1] == pytest.approx(23 / 14)


def test_work_is_counted():
    few, again = (along("x**4 + sin(9*x*a)*x - a", (-3, 3), (-2, 2), budget=0.01) for _ in range(2))
    assert few.status == "incomplete"
    assert "a larger --budget" in str(few)
    assert few.boxes == again.boxes
    assert str(few) == str(again)


def test_record_is_json(waves):
    record = json.loads(json.dumps(waves.record(), allow_nan=False))
    assert record["schema"] == "symopt.analyze-along/1"
    assert len(record["bifurcations"]) == 27
    assert record["stretches"][-1]["counts"] == {"minimum": 1}


@pytest.mark.parametrize(
    ("text", "letters", "words"),
    [
        ("a*b*x**2", {"a": (0, 1), "b": (1, 2)}, "along one letter"),
        ("a*x**2 + y**2", {"a": (0, 1)}, "in one variable"),
        ("a*x**2", {"a": (1, 0)}, "below its high end"),
        ("x**2", {"a": (0, 1)}, "the loss has no a"),
        ("sign(x - a)*x", {"a": (0, 1)}, "a loss that jumps"),
        ("abs(x) + abs(x - a) + abs(x - 2*a) + abs(x - 3*a)", {"a": (0, 1)}, "more than three kinks"),
        ("Max(x - a, 0)**2", {"a": (0, 1)}, "does not depend on x where a − x > 0"),
    ],
)
def test_what_cannot_be_followed_is_said(text, letters, words):
    with pytest.raises(SymoptError, match=words) as raised:
        analyze(Problem.of(text, letters=letters, window=(-1, 1)))
    assert raised.value.hint


def test_the_picture_has_the_curves_by_kind(waves):
    """On every piece f has the kind that it is drawn with, and the marks stand where they were proved."""
    for kind, places, _ in curves(waves):
        a, x = places[len(places) // 2]
        bend = 2 * a + math.cos(x)
        assert abs(2 * a * x + math.sin(x)) < 0.02
        assert (bend > 0) == (kind == "minimum") or abs(bend) < 0.05
    (ax,) = draw(waves).axes
    marks = [line for line in ax.lines if len(line.get_xydata()) == 1]
    assert len(marks) == 25
    names = [text for text in ax.texts if text.get_text().startswith("a = ")]
    assert len(names) > 12
    boxes = [text.get_window_extent() for text in names]
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


def test_where_curves_meet_at_a_degenerate_point_that_is_alone():
    x, a = sympy.symbols("x a", real=True)
    near, at = [(-1e-7, 2e-7)] * 2, [sympy.S.Zero] * 2
    assert lone(x**5 - a * x, (x, a), at, near)
    assert not lone(x**3 - a * x**2, (x, a), at, near)  # x = 0 stays degenerate
    made = along("a**2*x**2 + x**4", (-2, 2), (-1, 1))
    assert (made.status, made.counts) == ("complete", {"multiple": 1})
    assert "multiple point (by algebra at a = 0)" in str(made)

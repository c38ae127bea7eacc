"""The article's scenes to the last digit, and the words for how walks end."""

from collections import Counter

import numpy as np
import pytest

from symopt import Loss, Outcome, StartError, Stop, SymoptError, descend, method
from symopt.judge import place_of
from symopt.program.sums import SumNumbers

Q, P, C = "x**2", "-cos(pi*x/20)+x**2", "-cos(pi*x/20)"
SCENES = [  # loss, method, start, gtol, {step: x}, outcome, kind
    (Q, "gd:lr=2**-10*16", -20, 0, {1: -19.375, 60: -2.976685325837733, 99: -0.862958342536329}, "EXHAUSTED", None),
    (Q, "gd:lr=2**-7*16", -20, 0, {1: -15, 10: -1.1262702941894531, 60: -6.378312585898252e-07}, "EXHAUSTED", None),
    (Q, "gd:lr=2**-4*16", -20, 1e-8, {1: 20, 2: -20, 99: 20}, "CYCLE", None),
    (Q, "gd:lr=1.05", -20, 1e-8, {60: -20 * 1.1**60}, "EXHAUSTED", None),
    (P, "newton", -20, 1e-8, {1: 0.2498221674818204, 2: -1.562547599254227e-06, 3: 0}, "FLAT", "minimum"),
    (C, "newton", -15, 1e-8, {1: -21.366197723675814, 2: -19.978633373397567, 3: -20.0000000802284}, "FLAT", "maximum"),
    (C, "gd:lr=1", -15, 0, {99: -2.615827797908452}, "EXHAUSTED", None),
    (C, "gd:lr=16", -15, 0, {1: -13.222846824736653, 60: -4.4e-12}, "EXHAUSTED", None),
    (C, "regularized-newton:alpha=20/256", -15, 0,
     {1: -13.169478769060218, 10: -1.4369344131047166, 99: -3.5e-11}, "EXHAUSTED", None),
    (C, "regularized-newton:alpha=20/256", -15, 1e-8, {1: -13.169478769060218}, "FLAT", "minimum"),
]  # fmt: skip


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene[1]} on {scene[0]}")
def test_scenes(scene):
    loss, spec, start, gtol, want, outcome, kind = scene
    walk = descend(loss, spec, start, Stop(100, gtol))
    for k, x in want.items():
        assert abs(walk.xs[k, 0] - x) <= 1e-12 * max(1, abs(x)), k
    assert (walk.outcome.name, walk.kind) == (outcome, kind)
    assert walk.xs.shape == (walk.steps + 1, 1) == walk.grads.shape
    assert walk.fs.shape == (walk.steps + 1,)


def test_the_default_start_of_the_cosine_is_not_its_maximum():
    walk = descend(C, "newton")
    assert walk.xs[0, 0] == -15
    assert walk.kind == "maximum"
    assert "MAXIMUM" in walk.verdict
    assert "climbed" in walk.verdict
    assert walk.rises == 3


def test_f_rises_where_it_does_and_not_where_only_its_rounding_does():
    assert descend("x**2 + 1", "gd:lr=3/2", 1e-7, Stop(steps=3, gtol=0)).rises == 3  # by some hundred eps each
    assert descend("Abs(x) + 1", "gd:lr=2.5e-14", 1e-14, Stop(steps=3, gtol=0)).rises == 2
    noisy = (
        "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
        "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
    )
    walks = [descend(noisy, "newton", [1e-8 * k, -1 - 3e-9 * k], Stop(steps=2, gtol=0)) for k in range(4, 12)]
    assert max((walk.fs[1:] / walk.fs[:-1]).max() for walk in walks) > 1 + 1e-14
    assert sum(walk.rises for walk in walks) == 0


WORDS = [  # loss, method, start, outcome, kind
    ("exp(x)", "newton", -20, "FLAT", "plateau"),
    ("-exp(-x**2)", "gd", -5, "FLAT", "plateau"),
    ("-exp(-x**2)", "gd:lr=1/10", -5, "FLAT", "plateau"),
    ("1/(1+exp(-x))", "gd", 20, "FLAT", "plateau"),
    ("1e12*(x**2-2)**2", "newton", None, "FLAT", "minimum"),
    ("x**4-3*x**2", "newton", 0.3, "FLAT", "maximum"),
    ("x**4-3*x**2", "newton", 2, "FLAT", "minimum"),
    ("abs(x)**1.5", "newton", 1, "CYCLE", None),
    ("x**4/4 - x**2 + 2*x", "newton", 0, "CYCLE", None),
    ("log(x)", "gd:lr=1", 1, "LEFT_DOMAIN", None),
    ("sqrt(x) + 1/x", "gd:lr=100", 0.5, "LEFT_DOMAIN", None),
    ("x", "newton", 1, "NO_STEP", None),
    ("x**2", "gd:lr=3", -20, "RAN_AWAY", None),
    ("-x**2", "gd:lr=1", 1, "RAN_AWAY", None),
    ("(x**2-y**2)/10", "newton", (1, 1), "FLAT", "saddle"),
    ("x**3-3*x*y**2", "newton", (0, 0), "FLAT", "degenerate"),
    ("x**4", "newton", 0, "FLAT", "degenerate"),
    ("x**3", "newton", 0, "FLAT", "inflection"),
    ("7 + 0*x", "gd", 1, "FLAT", "degenerate"),
    ("x**2", "gd", 0, "FLAT", "minimum"),
    ("x**3", "newton", 1, "FLAT", "inflection"),
    ("x**3 + 1e-9*x", "newton", 1, "EXHAUSTED", None),
    ("x**4", "newton", -20, "FLAT", "degenerate"),
    ("-x**2", "newton", 0, "FLAT", "maximum"),
    ("abs(x)", "gd:lr=1", 0.5, "CYCLE", None),
    ("x**2", "gd:lr=1e-30", 1, "STALLED", None),
    ("x**2", "gd:lr=1/64", -20, "EXHAUSTED", None),
    ("(x+y)**2", "newton", (1, 2), "NO_STEP", None),
    ("x**2+y**4", "gd", (0, 0), "FLAT", "degenerate"),
]


@pytest.mark.parametrize("case", WORDS, ids=lambda case: f"{case[1]} on {case[0]}")
def test_the_end_has_its_word(case):
    loss, spec, start, outcome, kind = case
    variables = ["x", "y"] if isinstance(start, tuple) else ["x"]
    walk = descend(Loss.parse(loss, variables), spec, start)
    assert (walk.outcome.name, walk.kind) == (outcome, kind), walk.message
    assert walk.message
    assert walk.verdict
    assert len(walk.verdict) < 60


def test_a_cycle_is_not_cut_short_and_has_its_period():
    walk = descend(Q, "gd:lr=1", -20)
    assert (walk.outcome, walk.period, walk.steps) == (Outcome.CYCLE, 2, 100)
    assert "2-CYCLE" in walk.verdict


@pytest.mark.parametrize(("lr", "steps", "amplitude"), [(0.99, 6000, 6.83), (0.995, 3000, 13.42)])
def test_above_two_over_l_the_walk_ends_in_the_two_cycle(lr, steps, amplitude):
    walk = descend(P, f"gd:lr={lr}", -20, Stop(steps))
    assert walk.outcome is Outcome.CYCLE
    assert abs(walk.xs[-1, 0]) == pytest.approx(amplitude, rel=1e-3)


def test_momentum_passes_where_the_gradient_is_zero():
    through = descend("x**2/2", "v = beta*v + g; x - lr*v:beta=1/2,lr=1", 1.0)
    assert through.xs[1, 0] == 0  # flat, but with speed
    assert through.steps > 1
    assert through.xs[2, 0] == -0.5
    assert through.kind == "minimum"


def test_starting_at_the_answer_takes_no_step():
    assert descend(P, "newton", 0).steps == 0
    assert descend("(x-1)**2+y**2", "gd", (1, 0)).steps == 0


def test_calls_count_what_the_method_asked_for():
    calls = descend(P, "newton", -20).calls
    assert (calls.f, calls.g, calls.h) == (0, 3, 3)
    calls = descend(P, "gd:lr=1/8", -20, Stop(10)).calls
    assert (calls.f, calls.g, calls.h) == (0, 10, 0)


def test_steps_zero_and_gtol_zero():
    assert descend(P, "newton", -20, Stop(0)).steps == 0
    assert descend(P, "newton", -20, Stop(20, 0)).steps <= 20
    assert descend(Q, "newton", -20, Stop(20, 0)).steps == 1  # exactly zero is flat


def test_auto_is_resolved_and_recorded():
    assert descend(C, "regularized-newton").method.parameters == {"alpha": 0.0493}
    assert descend(P, "regularized-newton").method.parameters == {"alpha": 0.0}
    assert descend(Q, "gd").method.parameters == {"lr": 0.5}
    assert descend("3*x + 1", "gd").method.parameters == {"lr": 0.133}
    assert descend(Q, "adam").method.parameters["lr"] == 0.4
    assert descend(Q, "sign-gd").method.parameters["lr"] == 0.4
    assert descend(Q, "x - lr*g/norm(g)").method.parameters["lr"] == 0.4
    assert descend(Q, "x - lr*g").method.parameters["lr"] == 0.5


def test_trouble_with_the_start():
    for start in ((1, 2), "far", float("nan"), [[1]]):
        with pytest.raises(SymoptError):
            descend(Q, "gd", start)
    with pytest.raises(StartError, match="not defined"):
        descend("log(x)", "gd", -1)
    with pytest.raises(StartError):
        descend(Q, "gd", 1, window=[[2, 1]])


def test_nothing_given_is_changed():
    start = np.array([-20.0])
    window = np.array([[-20.0, 20.0]])
    descend(P, "newton", start, window=window)
    assert start.tolist() == [-20]
    assert window.tolist() == [[-20, 20]]
    walker = method("gd:lr=1/8")
    assert descend(P, walker, start).method == walker


# the rules, each with its table


@pytest.mark.parametrize(
    ("text", "x", "kind"),
    [
        ("x**2", [0], "minimum"),
        ("x**2", [1e-9], "minimum"),
        ("-x**2", [0], "maximum"),
        ("1e-9*x**2", [0], "minimum"),
        ("1e9*x**2", [0], "minimum"),
        ("x**3", [0], "inflection"),
        ("-x**5", [0], "inflection"),
        ("x**4", [0], "degenerate"),
        ("x*y", [0, 0], "saddle"),
        ("x**2+y**2+z**2", [0, 0, 0], "minimum"),
        ("x**2-z**2+y**2", [0, 0, 0], "saddle"),
        ("x**2 + 0*y", [0, 0], "degenerate"),
        ("exp(x)", [-20], "plateau"),
        ("x**2", [0.1], "plateau"),
        ("x + 0*y", [0, 0], "plateau"),
    ],
)
def test_kinds(text, x, kind):
    names = {1: ["x"], 2: ["x", "y"], 3: ["x", "y", "z"]}[len(x)]
    assert place_of(Loss.parse(text, names), np.array(x, float), 20.0).kind == kind


def test_a_walk_shows_itself():
    html = descend("x**2 + 0*abs(x-1)", "x - g/2", 3)._repr_html_()
    assert "<table>" in html
    assert "minimum" in html
    assert "&lt;" in descend("where(x<1, x**2, x)", "gd")._repr_html_()


@pytest.mark.parametrize(
    ("text", "x", "kind"),
    [
        ("abs(x) - x**2", [0], "minimum"),
        ("x**2 - abs(x)", [0], "maximum"),
        ("where(x < 0, -x**2, x**2)", [0], "degenerate"),
        ("x*abs(x) + x**2/2", [0], "degenerate"),
        ("where(x < 0, -1 - x**2, x**2)", [0], "degenerate"),
        ("min(x**2, x - x**2)", [0], "degenerate"),
        ("x**2 - Heaviside(x)", [0], "degenerate"),
        ("x**2 + sign(x)", [1e-12], "degenerate"),
        ("Piecewise((x**2, x < 0), (x**2 - 1, True))", [-1e-12], "degenerate"),
        ("abs(x)", [0], "minimum"),
        ("-abs(sin(x))", [0], "maximum"),
        ("abs(x**2 - 1)", [1], "minimum"),
        ("x**4 + abs(x - 3)*0", [0], "degenerate"),
        ("where(x < 0, x**2 + y**2, x**2 + y**2 - 1)", [-1e-12, 0], "degenerate"),
        ("where(x < 0, x**2, 2*x**2)", [0], "minimum"),
        ("max(x**2, abs(x - 3))", [0.0], "plateau"),
        ("x**2 + abs(x - 1)", [0.5], "minimum"),
        ("x**2 + where(y < 0, -y**2, y**2)", [0, 0], "degenerate"),
        ("x**2 + y**2 + abs(x - 1)", [0.5, 0], "minimum"),
    ],
)
def test_a_kink_is_looked_at_from_both_sides(text, x, kind):
    assert place_of(Loss.parse(text, ["x", "y"][: len(x)]), np.array(x, float), 20.0).kind == kind


@pytest.mark.parametrize("name", ["gd", "adam", "l-bfgs", "conjugate-gradient", "newton-cg", "trust-region"])
def test_a_walk_computes_nothing_twice_at_a_point(name, monkeypatch):
    asked = Counter()

    def counted(what, gives):
        before = getattr(SumNumbers, what)

        def asks(self, x):
            asked.update((each, np.asarray(x).tobytes()) for each in gives)
            return before(self, x)

        monkeypatch.setattr(SumNumbers, what, asks)

    counted("value", "f")
    counted("grad", "g")
    counted("value_and_grad", "fg")
    walk = descend("sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, i, 0, 18)", name, [-1.2, 1] * 10, steps=12)
    assert len(walk.xs) > 5
    for x in walk.xs[1:-1]:  # of the first and the last one more is asked to choose the method and to judge
        assert asked["f", x.tobytes()] == asked["g", x.tobytes()] == 1

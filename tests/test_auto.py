"""What `auto` and `best` become: from what lies below the start, the same at every scale."""

import numpy as np
import pytest

from benchmarks import defaults
from symopt import Loss, Stop, descend, method
from symopt.auto import LADDER, choices, lr_is_length, outer, resolve, rounded, steepest
from symopt.below import below
from symopt.errors import ExpressionError
from symopt.gallery import GALLERY
from tests.kit.share import share

WELL = "exp(x) - x"


def auto(text, spec, start, window=(-20.0, 20.0), steps=100):
    loss = Loss.parse(text)
    box = np.array([window] * loss.n, dtype=float) if np.ndim(window) == 1 else np.array(window)
    return resolve(method(spec), loss, box, np.atleast_1d(np.asarray(start, dtype=float)), steps)


@pytest.mark.parametrize(("text", "start", "window", "L"), [
    ("x**2", -20, (-20, 20), 2),
    ("5*x**2 + 3", 1, (-20, 20), 10),
    ("x**4 + x**2", 2, (-20, 20), 50),  # at the start itself
    ("x**4 + x**2", 2, (-3, 3), 50),
    ("cosh(x)", 1, (-20, 20), np.cosh(1)),
    (WELL, -4, (-20, 20), 5.77119),  # at the other end of what lies below: exp(x) - x = exp(-4) + 4
    (WELL, -4, (-20, 1), np.e),  # which ends with the window
    ("(x**2 - 1)**2", 0.5, (-20, 20), 8.996),  # only the well of the start: up to sqrt(7)/2, at whose side f'' is least
    ("-cos(pi*x/20)", -15, (-20, 20), (np.pi / 20) ** 2),
    ("cos(x)", -20, (-20, 20), 1),  # f falls out of the window
    ("sin(x)*cos(y)", (5, 5), (-5, 5), 1),
    ("x**2 + 1/(x - 3)**2", 0, (-20, 20), None),
    ("x**2 + 100*y**2", (1, 1), (-5, 5), 200),
    ("(1-x)**2 + 100*(y-x**2)**2", (1, 1), (-5, 5), 1001.6),
])  # fmt: skip
def test_lr_is_one_over_the_largest_curvature_below_the_start(text, start, window, L):
    loss = Loss.parse(text)
    if text == "(x**2 - 1)**2":
        L = 12 * 7 / 4 - 4  # f(sqrt(7)/2) = f(1/2)
    elif L is None:
        xs = np.linspace(-3, 3, 60001)
        inside = (loss(xs[:, None]) <= loss(0.0)) & (xs < 1)
        L = np.abs(loss.hess(xs[inside, None])).max()
    box = np.array([window] * loss.n, dtype=float)
    place = np.atleast_1d(np.array(start, dtype=float))
    assert steepest(loss, box, place) == pytest.approx(L, rel=2e-3)
    chosen = choices(method("gd"), loss, box, place)["lr"]
    assert chosen.value == pytest.approx(1 / L, rel=8e-3)
    assert chosen.reason == "1/L below the start"
    assert resolve(method("gd"), loss, box, place).parameters == {"lr": chosen.value}


class Moved:
    """c·f((x − t)/s)."""

    def __init__(self, loss, c, s, t):
        self.loss, self.c, self.s, self.t = loss, c, s, t

    def __call__(self, x):
        return self.c * self.loss((x - self.t) / self.s)

    def grad(self, x):
        return self.c / self.s * self.loss.grad((x - self.t) / self.s)

    def hess(self, x):
        return self.c / self.s**2 * self.loss.hess((x - self.t) / self.s)


SCALED = {
    "x**2": -20, "16*x**2": 3, "x**4 - 3*x**2 + x": -2, "abs(x)": -4.3, "3*x + 1": 0.5, "-cos(pi*x/20)": -15,
    "Max(0, 1 - x) + x**2/10": -3, "exp(x)": -15, "abs(x)**1.5": 2, "x**2 + 3*sin(3*x)": 3.1,
    "(1-x)**2 + 100*(y-x**2)**2": (-1.2, 1), "abs(x) + abs(y)": (2, -3), "sin(x)*sin(y)": (1.1, 0.4),
    "x**2 + 3*y**2 + x*z + z**4": (1, 2, 3),
}  # fmt: skip


@pytest.mark.parametrize("spec", ["gd", "adam", "sign-gd", "regularized-newton", "gd:lr=best"])
@pytest.mark.parametrize("text", SCALED)
def test_a_loss_on_another_scale_has_the_same_digits(text, spec):
    loss, m = Loss.parse(text), method(spec)
    start = np.atleast_1d(np.array(SCALED[text], dtype=float))
    box = np.array([[-5.0, 5.0]] * loss.n) if loss.n > 1 else np.array([[-20.0, 20.0]])
    here = choices(m, loss, box, start, 20)
    assert set(here) == set(m.unresolved)
    for c, s, t in [(1e12, 1, 0), (1e-12, 1, 0), (1, 1e3, 0), (1, 1e-3, 0), (1e-6, 100, 7)]:
        there = choices(m, Moved(loss, c, s, t), box * s + t, start * s + t, 20)
        units = {"alpha": c / s**2, "eps": c / s, "lr": s if lr_is_length(m) else s**2 / c}
        for name, choice in here.items():
            assert there[name].value == pytest.approx(choice.value * units[name], rel=1e-12), (name, c, s, t)
            assert there[name].value == float(f"{there[name].value:.3g}")


@pytest.mark.parametrize("digits", range(100, 1000, 7))
def test_rounding_keeps_its_digits_at_every_power_of_ten(digits):
    for value in (digits / 100, digits / 100 + 0.005, 1 / digits, 1 / 2 ** (digits % 10)):
        kept = {f"{rounded(value * 10.0**power):.6e}"[:8] for power in range(-30, 31)}
        assert len(kept) == 1


@pytest.mark.parametrize(("text", "start"), [
    ("x**4 + x**2", 2), ("cosh(x)", 1), (WELL, -4), ("1/(x-1)**2 + (x/3)**2", -3), ("x**4 - 3*x**2 + x", -2),
    ("(1-x)**2 + 100*(y-x**2)**2", (-1.2, 1)), ("(x**2+y-11)**2 + (x+y**2-7)**2", (0, -1)), ("log(cosh(x))", -9),
    ("x+y-log(x)-log(y)-log(4-x-y)", (0.3, 3.4)),
])  # fmt: skip
def test_gd_never_rises_where_L_is_caught(text, start):
    walk = descend(text, "gd", start, Stop(steps=200))
    rounding = 1e-13 * np.abs(walk.fs).max()
    assert (np.diff(walk.fs) <= rounding).all()
    assert walk.fs[-1] < walk.fs[0]


@pytest.mark.parametrize(("text", "start", "window", "endless"), [
    ("x*log(x)", 1, (0, 2), True), ("abs(x)**1.5", 2, (-4, 4), True), ("sqrt(abs(x))", 3, (-5, 5), True),
    ("1 - sqrt(1 - x**2)", 0.5, (-1, 1), False), ("exp(x**2)", 5, (-20, 20), False), ("x**20", 2, (-5, 5), False),
    ("1/x + x", 3, (0, 5), False), ("x**2 + exp(-1e6*(x - 1)**2)/1000", 3, (-5, 5), False),
    ("x**4 + y**4", (1, 2), (-5, 5), False), ("x**2/2 + sin(x)/x", 2, (-5, 5), False),
])  # fmt: skip
def test_where_curvature_has_no_bound_the_rate_is_not_lost(text, start, window, endless):
    loss = Loss.parse(text)
    box, place = np.array([window] * loss.n, dtype=float), np.atleast_1d(np.array(start, dtype=float))
    chosen = choices(method("gd"), loss, box, place)["lr"]
    assert ("no bound" in chosen.reason) is endless
    if endless:
        assert descend(text, "gd", start, window=[window] * loss.n).fs[-1] < 0.7 * loss(place) + 0.01


def test_what_lies_below_is_one_piece_of_it():
    waves = Loss.parse("cos(x)")
    points = below(waves, np.array([[-20.0, 20.0]]), np.array([2.0])).points
    assert points[0] == 2
    assert points.min() == pytest.approx(2)
    assert points.max() == pytest.approx(2 * np.pi - 2)
    ring = Loss.parse("(x**2 + y**2 - 9)**2")
    found = below(ring, np.array([[-5.0, 5.0]] * 2), np.array([2.9, 0.0])).points
    assert (ring(found) <= ring(found[0]) * (1 + 1e-9)).all()
    assert found[:, 0].min() < 2  # around the corner
    pits = Loss.parse("cos(x) + cos(y)")
    found = below(pits, np.array([[-20.0, 20.0]] * 2), np.array([2.8, 2.8])).points
    assert (np.abs(found - np.pi) < 0.6).all()


def test_a_length_is_a_hundredth_of_what_lies_below():
    assert auto("x**2", "adam", -20).parameters["lr"] == 0.4
    assert auto("x**2", "sign-gd", 3).parameters["lr"] == 0.06
    assert auto("x**2 + 100*y**2", "normalized-gd", (0, 1), (-50, 50)).parameters["lr"] == pytest.approx(0.2, rel=0.1)


def test_several_starts_share_the_rate_of_the_highest():
    loss, box = Loss.parse("x**4"), np.array([[-20.0, 20.0]])
    starts = np.linspace(0, 3, 50)[:, None]
    assert resolve(method("gd"), loss, box, starts) == resolve(method("gd"), loss, box, np.array([3.0]))


@pytest.mark.parametrize(("text", "start", "spec"), [
    ("x**4 - 3*x**2 + x", -2.0, "gd:lr=best"), ("(1-x)**2 + 100*(y-x**2)**2", (-1.2, 1.0), "momentum:lr=best"),
    ("x**2 + 3*y**2", (2.0, 1.0), "adam:lr=best"), ("x**2 + 3*y**2", (2.0, 1.0), "coordinate-descent:lr=best"),
    ("exp(-x) + x**2", 3.0, "sgd:lr=best"), ("x*log(x)", 1.0, "gd:lr=best"),
])  # fmt: skip
def test_best_ends_lowest_of_the_ladder(text, start, spec):
    best = descend(text, spec, start, Stop(steps=60, gtol=0))
    around = descend(text, spec.replace("best", "auto"), start, Stop(steps=1, gtol=0)).method.parameters["lr"]
    rates = [rounded(around * step) for step in LADDER]
    ends = [float(descend(text, spec.replace("best", repr(r)), start, Stop(steps=60, gtol=0)).fs[-1]) for r in rates]
    ends = [end if np.isfinite(end) else np.inf for end in ends]
    assert best.method.parameters["lr"] in rates
    assert best.fs[-1] - min(ends) <= 1e-11 * (best.fs[0] - min(ends))


def test_best_does_not_take_a_walk_that_is_lost():
    assert np.isfinite(descend("x**3", "gd:lr=best", 2.0).fs[-1])
    assert descend("x - log(x)", "gd:lr=best", 2.5).kind == "minimum"


def test_best_is_for_rates_alone():
    with pytest.raises(ExpressionError, match="only lr can be best"):
        method("regularized-newton:alpha=best")


def test_alpha_is_twice_the_most_negative_curvature_on_the_window():
    assert auto("-cos(pi*x/20)", "regularized-newton", -15).parameters == {"alpha": 0.0493}
    assert auto("x**2", "regularized-newton", -15).parameters == {"alpha": 0.0}
    # eigenvalues of a convex loss that are negative by rounding alone
    assert auto("(x + 3*y)**2", "regularized-newton", (1, 2)).parameters == {"alpha": 0.0}


class Chain:
    """Σ i·xᵢ² in many variables, which counts its Hessians."""

    n, hessians = 500, 0
    weights = np.arange(1.0, 501.0)

    def __call__(self, x):
        return (self.weights * x**2).sum(axis=-1)

    def grad(self, x):
        return 2 * self.weights * x

    def hess(self, x):
        Chain.hessians += int(np.prod(x.shape[:-1]))
        return np.broadcast_to(np.diag(2 * self.weights), (*x.shape, self.n))


def test_many_variables_cost_a_dozen_hessians():
    box = np.array([[-5.0, 5.0]] * Chain.n)
    chosen = resolve(method("gd"), Chain(), box, np.ones(Chain.n))
    assert chosen.parameters["lr"] == pytest.approx(1 / 1000, rel=0.02)
    assert Chain.hessians <= 16


def test_the_outer_eigenvalues_of_a_large_matrix():
    random = np.random.default_rng(1)
    for spread in (1.0, 1e-8, 1e8):
        a = random.standard_normal((150, 150))
        a = spread * (a + a.T)
        values = np.linalg.eigvalsh(a)
        np.testing.assert_allclose(outer(a), values[[0, -1]], rtol=2e-2)
    assert outer(np.zeros((80, 80))) == (0, 0)
    assert np.isnan(outer(np.full((80, 80), np.inf))).all()
    np.testing.assert_allclose(outer(3 * np.eye(90)), [3, 3])


def test_the_gallery_walks_with_its_defaults():
    """As docs/defaults.md says, gd arrives on two of three, and is seldom above its start."""
    counted = defaults.count("gd", share(GALLERY, 2, 1))
    assert counted.losses >= 46
    assert counted.arrived >= 0.64 * counted.losses
    assert counted.above <= 1


@pytest.mark.parametrize(("text", "start", "most"), [("x**2", -20.0, 2), ("x**2+3*y**2", (4.0, 1.0), 60)])
def test_of_rates_that_end_alike_the_quickest_is_best(text, start, most):
    best = descend(text, "gd:lr=best", start)
    rates = [best.method.parameters["lr"] * 2.0**k for k in range(-6, 7)]
    others = [descend(text, method("gd").with_parameters(lr=rate), start) for rate in rates]
    assert best.kind == "minimum"
    assert best.steps <= min([t.steps for t in others if t.kind == "minimum"]) + most


@pytest.mark.parametrize("text", ["x-x", "0*x*y", "mean(0*x*t)"])
def test_a_loss_without_a_term_has_a_rate_too(text):
    loss = Loss.parse(text, data={"t": [1.0, 2.0]} if "t" in text else None)
    assert descend(loss, "sgd", steps=3).verdict.startswith("FLAT")

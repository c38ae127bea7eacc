"""Pixels of sweeps: the words, steps and last points of single walks, whatever the chunks; known truths."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import symopt
from symopt.balls.working import ALONE
from symopt.descent import length
from symopt.judge import flat as judge_flat
from symopt.judge import kind, place_of
from symopt.judge import repeats as judged
from symopt.judge.unfinished import lyapunov
from symopt.methods.linear import norm, rotate, steepness, unrotate
from symopt.sweep import flat, result, valley
from symopt.sweep import plan as plans
from symopt.sweep.flat import nowhere
from symopt.sweep.formula import WIDE, Formula, Lanes
from symopt.sweep.plan import read_plan
from symopt.sweep.repeats import closing, cycles, exponents, stalled
from symopt.sweep.steps import Apart
from tests.kit.share import share
from tests.kit.swept import CASES, differences, pixels

LOGISTIC = "x**2/2 - r*(x**2/2 - x**3/3)"
SOME = share(CASES, 2, 1)


@pytest.mark.parametrize("case", SOME, ids=[f"{method} {text}" for text, method, *_ in SOME])
def test_pixels_are_single_walks(case):
    text, method, over, more = case
    assert differences(read_plan(text, method, over, **more), 4, seed=1) == []


def test_a_lane_is_the_same_number_among_others_and_alone():
    random = np.random.default_rng(2)
    u = random.standard_normal((400, 2)) * 10.0 ** random.integers(-3, 4, (400, 1))
    u[0], u[1], u[2] = 0, 1e-200, 1e200  # what takes another road must not take its neighbours along
    bases = random.standard_normal((400, 2, 2))
    for function, given in ((norm, (u,)), (steepness, (u,)), (rotate, (bases, u)), (unrotate, (bases, u))):
        alone = [function(*(each[k] for each in given)) for k in range(len(u))]
        np.testing.assert_array_equal(function(*given), alone)
    np.testing.assert_array_equal(steepness(u), [length(each) for each in u])


@pytest.mark.parametrize("text", ["x**6 - x**4", "(x - 1)**3*x", "(x*y - 1)**2/2", "(x - y**2)**2 + y**4"])
def test_what_floats_find_to_be_no_critical_point_is_none(text):
    loss = symopt.Problem.of(text).loss
    random = np.random.default_rng(4)
    x = random.uniform(-2, 2, (60, loss.n)) * 10.0 ** random.integers(-7, 1, (60, 1))
    near, multiple = np.where(np.arange(60) % 3, 1e-8, 1e-6), np.arange(60) % 2 > 0
    lanes = Lanes(Formula(loss, None, ()), np.empty((0, 60)))
    said = np.flatnonzero(nowhere(lanes, x, np.full(60, 2.0), near, multiple)[0] & lanes.known(x))
    assert len(said) > 10
    for k in said:
        assert place_of(loss, x[k], 2.0, float(near[k]), bool(multiple[k])).kind == "plateau"


def test_a_valley_is_asked_about_once_for_many_pixels(monkeypatch):
    asked = []
    for module in (flat, valley):
        monkeypatch.setattr(module, "place_of", lambda *given: asked.append(1) or place_of(*given))
    over = {"x": (0.5, 1.5, 24), "y": (0.5, 1.5, 24)}
    made = symopt.sweep("(x*y - 1)**2/2", "gd:lr=0.2", over, steps=100)
    assert [label.word for label in made.labels] == ["degenerate valley"]
    assert len(asked) < made.end.size / 3


@pytest.mark.skipif(WIDE is None, reason="no float with a wider exponent than a double's here")
def test_where_doubles_underflow_pixels_are_single_walks_without_being_asked_about(monkeypatch):
    asked = []
    for module in (flat, valley):
        monkeypatch.setattr(module, "place_of", lambda *given: asked.append(1) or place_of(*given))
    plan = read_plan("x**2*y**2", "gd:lr=0.24", {"x": (1, 1.4, 97), "y": (1e-170, 1e-150, 91)}, steps=9)
    assert differences(plan, 4, seed=1) == []
    assert not asked


def asked_elsewhere():
    """Whether another thread may have mpmath now."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: ALONE.acquire(blocking=False) and (ALONE.release() or True)).result()


def test_many_digits_are_asked_for_by_one_thread_at_a_time(monkeypatch):
    assert {module.place_of for module in (flat, valley, result, judge_flat)} == {place_of}
    for name, text in (("on_a_line", "x**2"), ("in_space", "x**2 + y**2")):
        monkeypatch.setattr(kind, name, lambda *given: not asked_elsewhere())
        loss = symopt.Loss.parse(text)
        assert place_of(loss, np.zeros(loss.n), 1.0) is True
        assert asked_elsewhere()


def test_a_wrong_word_is_noticed(monkeypatch):
    monkeypatch.setattr("tests.kit.swept.label_of", lambda judged: symopt.sweep.labels.Label("maximum"))
    assert len(differences(read_plan(*CASES[1][:3], **CASES[1][3]), 3)) == 3


def test_chunks_change_nothing(monkeypatch):
    over = {"lr": (0.1, 3, 24), "x": (-20, 20, 20)}
    whole = symopt.sweep("x**2/50 - cos(x)", "gd", over, steps=60)
    monkeypatch.setattr(plans, "PIXELS", 77)
    monkeypatch.setattr(plans, "MOST_LANES", 13)
    monkeypatch.setattr(plans, "LEAST_LANES", 5)
    cut = symopt.sweep("x**2/50 - cos(x)", "gd", over, steps=60)
    assert len(cut.plan.tiles) > 5
    assert cut.labels == whole.labels
    for name in ("end", "steps", "x", "f", "period"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name))


@pytest.mark.parametrize(
    ("method", "over", "steps", "tile"),
    [
        ("gd", {"lr": (0.1, 3, 256), "x": (-20, 20, 256)}, 500, (32, 256)),
        ("gd", {"lr": (0.1, 3, 64), "x": (-20, 20, 64)}, 100_000, (8, 64)),
        ("trust-region", {"x": (-20, 20, 64), "radius": (0.1, 3, 64)}, 50_000, (64, 8)),  # each radius by itself
        ("gd", {"x": (-20, 20, 2**20)}, 500, (2**16,)),
        ("gd", {"x": (-20, 20, 500)}, 500, (500,)),
    ],
)
def test_a_long_sweep_has_chunks_for_several_cores(method, over, steps, tile):
    plan = read_plan("x**2/50 - cos(x)", method, over, steps=steps)
    assert plan.tile == tile
    assert sum(np.zeros(plan.shape)[where].size for where in plan.tiles) == np.zeros(plan.shape).size


def test_cycles_at_different_places_are_told_apart():
    over = {"lr": (0.45, 0.9, 40), "x": (-1.2, 1.2, 41)}
    made = symopt.sweep("x**4 - x**2", "gd", over, steps=300)  # minima at ±√½, f″ = 4 there
    of_two = [(k, label) for k, label in enumerate(made.labels) if label.word == "cycle" and label.period == 2]
    (left, one), (right, other) = [(k, label) for k, label in of_two if label.at]
    assert [one.at, other.at] == [pytest.approx((-(0.5**0.5),)), pytest.approx((0.5**0.5,))]
    assert made.words[left] == "2-cycle around x = −0.70711"
    assert not one.proved
    step = np.broadcast_to(made.axes[0].values[:, None], made.shape)
    after = made.x[..., 0] - step * (4 * made.x[..., 0] ** 3 - 2 * made.x[..., 0])
    for k, side in ((left, -1), (right, 1)):  # both points on one side of the maximum between them
        assert (made.end == k).sum() > 5
        assert (side * made.x[made.end == k, 0] > 0).all()
        assert (side * after[made.end == k] > 0).all()
    two = symopt.sweep("x**4 - x**2 + y**2", "gd:lr=0.55", {"x": (-0.9, 0.9, 6), "y": (-1, 1, 4)}, steps=300)
    assert sorted(label.at for label in two.labels if label.period) == [
        pytest.approx((side * 0.5**0.5, 0), abs=1e-9) for side in (-1, 1)
    ]


def paths(seed):
    """Walks that settle in cycles, close in on them, wander, or stand still; (m, K+1, 1)."""
    random = np.random.default_rng(seed)
    x, r = random.uniform(0.1, 0.9, 60), np.append(random.uniform(2.8, 4, 50), np.full(10, 0.5))
    found = [x]
    for _ in range(200):
        found.append(r * found[-1] * (1 - found[-1]))
    return np.array(found).T[:, :, None]


@pytest.mark.parametrize("n", [1, 2])
def test_lanes_repeat_as_the_judge_says(n):
    xs = np.concatenate([paths(3), paths(4)][:n], axis=2)
    scale = np.ones(len(xs))
    assert cycles(xs, scale).tolist() == [judged.cycle(path, 1.0) or 0 for path in xs]
    assert closing(xs, 1.0).tolist() == [judged.near_cycle(path, 1.0) or 0 for path in xs]
    assert stalled(xs, scale).tolist() == [judged.stalled(path, 1.0) for path in xs]
    np.testing.assert_allclose(exponents(xs), [lyapunov(path) for path in xs], rtol=1e-9, atol=1e-12)
    assert {2, 4} <= set(cycles(xs, scale)) | set(closing(xs, 1.0))


def test_the_quadratic_has_one_tick_and_its_cycle_only_there():
    made = symopt.sweep("x**2", "gd", {"lr": (0.5, 1.5, 101)}, start=-20, steps=100)
    (tick,) = [tick for tick in made.ticks if tick.known == "proved"]
    assert (tick.value, tick.text) == (1.0, "2/f″")
    assert np.flatnonzero(made.period == 2).tolist() == [50]
    assert made.words[0] == "minimum x = 0"
    assert made.labels[0].proved


def test_walks_that_repeat_themselves_are_walked_no_further(monkeypatch):
    walked = []
    original = Apart.to
    monkeypatch.setattr(Apart, "to", lambda self, row, valued: walked.append(row.size) or original(self, row, valued))
    plan = read_plan("x**2/2 - x**3/3", "gd", {"lr": (2.1, 2.4, 997)}, steps=400, start=0.3)
    drawn, ends = pixels(plan, 200, seed=3)
    assert set(ends.period) == {2}
    assert set(ends.steps) == {400}
    np.testing.assert_array_equal(ends.tail[:, -1], ends.x[:, 0])
    assert sum(walked) < 0.6 * 400 * len(drawn)
    assert differences(plan, 8, seed=3) == []


def test_a_range_of_starts_has_no_slope_of_one_start():
    over = {"lr": (0.05, 3, 12), "x": (-20, 20, 6)}
    assert {tick.known for tick in symopt.sweep("x**2/50 - cos(x)", "gd", over, steps=5).ticks} == {"proved"}


def test_exponents_are_positive_in_no_cycle():
    made = symopt.sweep(LOGISTIC, "gd:lr=1", {"r": (3.1, 4, 46)}, start=0.3, steps=300, exponents=True)
    assert (made.period >= 2).sum() > 10
    assert not (made.exponent[made.period >= 2] > 0).any()
    assert made.exponent[-1] == pytest.approx(np.log(2), abs=0.05)  # of x → 4x(1 − x)


@pytest.mark.parametrize("count", [np.inf, np.nan, 2.5, 1, True])
def test_counts_that_are_no_whole_numbers_are_refused(count):
    with pytest.raises(symopt.StartError, match="whole number from 2"):
        symopt.sweep("x**2", "gd", {"x": (0, 1, count)})


def test_the_birth_of_a_cycle_is_told_where_it_is_born():
    text = "-cos(pi*x/20) + x**2"
    made = symopt.sweep(text, "gd", {"lr": (0.9, 1.02, 60)}, start=-20, steps=60)
    (tick,) = made.ticks
    assert tick.value == pytest.approx(2 / (2 + (np.pi / 20) ** 2), rel=1e-14)
    assert tick.text == "2/f″: a 2-cycle is born"
    (other,) = symopt.sweep("x**2 + x**4", "gd", {"lr": (0.9, 1.1, 60)}, start=0.1, steps=60).ticks
    assert other.text == "2/f″"  # there the 2-cycle is below, and repels


def test_periods_double_where_they_do():
    made = symopt.sweep(LOGISTIC, "gd:lr=1", {"r": (2.8, 3.6, 161)}, start=0.3, steps=600)
    found = [tick.value for tick in made.ticks]
    assert found[:3] == pytest.approx([3, 1 + 6**0.5, 3.5440903595519228], abs=1e-9)


def test_the_cubic_of_newton_has_three_basins_of_like_share_and_a_fractal_border():
    over = {"x": (-2, 2, 160), "y": (-2, 2, 160)}
    # the real part of z⁴/4 − z: its gradient is (Re, −Im) of z³ − 1, and Newton on it is Newton on z³ − 1
    made = symopt.sweep("x**4/4 - 3*x**2*y**2/2 + y**4/4 - x", "newton", over, steps=60)
    shares = {label.at: row.share for label, row in zip(made.labels, made.numbers.rows, strict=True) if label.at}
    assert sorted(shares) == [pytest.approx((-0.5, -(0.75**0.5))), pytest.approx((-0.5, 0.75**0.5)), (1.0, 0.0)]
    assert all(0.3 < share < 0.37 for share in shares.values())
    assert {label.word for label in made.labels if label.at} == {"saddle"}
    assert made.numbers.exponent == pytest.approx(0.57, abs=0.08)
    assert made.numbers.border_entropy is not None


def test_letters_that_look_like_parameters_are_letters():
    made = symopt.sweep("a*x**2 - cos(x)", "gd:lr=0.2", {"a": (0.1, 1, 12)}, start=2, steps=40)
    assert made.axes[0].role == "letter"
    assert made.labels[0].at is None  # the place moves with the letter
    variables = symopt.sweep("a*x**2 - cos(x)", "gd:lr=0.2", {"a": (0.1, 1, 5)}, start=(1, 2), steps=4, variables="a,x")
    assert variables.axes[0].role == "start"

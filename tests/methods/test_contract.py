"""What every registered method keeps to, formula or code; what one cannot do is named beside it."""

from itertools import islice

import numpy as np
import pytest

from symopt.auto import resolve
from symopt.descent import Stop, descend
from symopt.errors import MethodError
from symopt.judge import Outcome
from symopt.loss import Loss
from symopt.methods import AUTO, Named, find, method, registered, spec
from tests.kit.disguises import Counting, Moved, Swapped

NAMES = list(registered())
DESCENDING = [name for name in NAMES if method(name).descends]
LOSS = Loss.parse("x**4/10 + (x - 2*y)**2 + sin(y) + z**2*(2 + cos(x)) + exp(z/3)", "x,y,z")
SQUARES = Loss.parse(
    "(x**2 - 1)**2/10 + (x - 2*y)**2 + (sin(y) + 1)**2 + z**2*(2 + cos(x))**2 + exp(z/3)*x**2", "x,y,z"
)
LOSSES = {"gauss-newton": SQUARES}
WINDOW = np.array([[-3.0, 3.0]] * 3)
STARTS = np.random.default_rng(5).uniform(-2, 2, (2, 3, 3))
STEPS = 12

DEPENDS_ON_ORDER = {
    "coordinate-descent": "it takes the coordinates in the order in which they are named",
    "noisy-gd": "each coordinate has its own noise",
}
NEVER_SETTLES = {  # and how near the bottom it comes, at least
    "adagrad": (1.0, "its steps only ever get shorter"),
    "rmsprop": (0.2, "it jitters as wide as lr"),
    "sign-gd": (0.2, "it ends in a cycle as wide as lr"),
    "normalized-gd": (0.2, "it ends in a cycle as wide as lr"),
    "noisy-gd": (0.5, "the noise goes on"),
}
STARTS_AFRESH = {"adam": "its first step is lr long, however small the gradient"}


def loss_for(name):
    """The loss that a method is tried on: one that it takes."""
    return LOSSES.get(name, LOSS)


def ready(name):
    return resolve(method(name), loss_for(name), WINDOW, WINDOW[:, 0])


def walk(name, f, x, steps=STEPS):
    return np.array(list(islice(ready(name).iterates(f, x), steps)))


@pytest.mark.parametrize("name", NAMES)
def test_each_point_of_a_walk_has_its_own_gradient(name):
    walk = descend(loss_for(name), ready(name), STARTS[0, 0], Stop(STEPS), WINDOW)
    np.testing.assert_array_equal(walk.grads, [loss_for(name).grad(x) for x in walk.xs])
    np.testing.assert_array_equal(walk.fs, [loss_for(name)(x) for x in walk.xs])


@pytest.mark.parametrize("name", NAMES)
def test_leaves_the_start_and_every_point_alone(name):
    start = STARTS.copy()
    seen, kept = [], []
    for x in islice(ready(name).iterates(loss_for(name), start), STEPS):
        seen.append(x)
        kept.append(x.copy())
    np.testing.assert_array_equal(start, STARTS)
    np.testing.assert_array_equal(seen, kept)


@pytest.mark.parametrize("name", NAMES)
def test_many_lanes_equal_each_lane_alone(name):
    together = walk(name, loss_for(name), STARTS)
    assert np.isfinite(together).all()
    for lane in np.ndindex(STARTS.shape[:-1]):
        alone = walk(name, loss_for(name), STARTS[lane])
        np.testing.assert_allclose(together[(slice(None), *lane)], alone, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_moving_the_loss_moves_the_walk(name):
    shift = np.array([1.0, -2.0, 0.5])
    moved = walk(name, Moved(loss_for(name), shift), STARTS + shift)
    np.testing.assert_allclose(moved - shift, walk(name, loss_for(name), STARTS), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_swapping_the_variables_swaps_the_walk(name):
    order = np.array([2, 0, 1])
    swapped = walk(name, Swapped(loss_for(name), order), STARTS[..., np.argsort(order)])
    same = np.allclose(swapped[..., order], walk(name, loss_for(name), STARTS), rtol=1e-6, atol=1e-6)
    assert same != (name in DEPENDS_ON_ORDER)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("text", "start"), [("(x - 1)**2 + 3*(y + 2)**2", (-3.0, 2.0)), ("2*(x - 1)**2", (4.0,))])
def test_finds_the_bottom_of_a_bowl(name, text, start):
    t = descend(text, name, start, Stop(steps=2000))
    bottom = np.array([1.0, -2.0])[: t.n]
    if name in NEVER_SETTLES:
        assert np.abs(t.xs[-1] - bottom).max() < NEVER_SETTLES[name][0]
    else:
        assert (t.outcome, t.kind) == (Outcome.FLAT, "minimum"), t.message
        assert np.abs(t.xs[-1] - bottom).max() < 1e-7
        again = descend(text, name, t.xs[-1], Stop(steps=2000), t.window)
        epoch = method(name).epoch(Loss.parse(text))  # after which it has seen all of f
        assert again.steps <= epoch or name in STARTS_AFRESH  # at its own answer it has nothing to do


@pytest.mark.parametrize("name", NAMES)
def test_a_spec_is_read_back_as_the_same_method(name):
    for m in (method(name), ready(name)):
        assert method(spec(m)) == m
    assert not ready(name).unresolved


@pytest.mark.parametrize("name", NAMES)
def test_what_it_asks_for_is_counted(name):
    counting = Counting(loss_for(name))
    steps = 5
    t = descend(loss_for(name), name, STARTS[0, 0], Stop(steps=steps, gtol=0), WINDOW)
    counting.reach = np.ptp(WINDOW, axis=1).max() / 20
    counting.first = counting.reach / np.linalg.norm(loss_for(name).grad(STARTS[0, 0]))
    list(islice(t.method.iterates(counting, STARTS[0, 0]), steps))
    assert vars(t.calls) == counting.asked
    assert counting.points == counting.asked  # one lane, one point a call, and no call for nothing
    assert sum(counting.asked.values()) >= steps or getattr(t.method, "batch", 0)


@pytest.mark.parametrize("name", DESCENDING)
@pytest.mark.parametrize(
    "text",
    ["(x - log(x) + y)**2 + (x - 2)**2", "x - log(x) + y**2", "sqrt(x) - 3*x + x**2 + y**2", "x**x + exp(y) - 2*y"],
)
def test_descends_where_f_ends(name, text):
    if name == "gauss-newton" and Loss.parse(text).residuals is None:
        pytest.skip("for sums of squares only")
    t = descend(text, name, (2.5, 1.0), Stop(steps=3000), [[0.05, 6], [-3, 3]])
    assert t.outcome is Outcome.FLAT, t.message
    assert t.kind == "minimum"
    assert t.rises == 0


@pytest.mark.parametrize("name", DESCENDING)
def test_a_lane_that_is_lost_is_lost_alone(name):
    loss = Loss.parse("log(x) + x**2 - 3*x + y**2" if name not in LOSSES else "(log(x) + x - 2)**2 + (y + x/9)**2")
    starts = np.array([[1.5, 1.0], [-1.0, 1.0], [np.nan, 0.0], [2.0, -1.0]])
    for x in islice(ready(name).iterates(loss, starts), STEPS):
        last = x
    assert np.isfinite(last[[0, 3]]).all()
    alone = list(islice(ready(name).iterates(loss, starts[0]), STEPS))[-1]
    np.testing.assert_allclose(last[0], alone, rtol=1e-7, atol=1e-7)
    assert not np.isfinite(last[2]).all()


@pytest.mark.parametrize("name", NAMES)
def test_says_what_it_is(name):
    entry = registered()[name]
    m = method(name)
    assert entry.reference
    assert entry.pro.endswith(".")
    assert entry.contra.endswith(".")
    assert m.formula
    if isinstance(entry, Named):
        assert entry.about.endswith(".")
        assert method(m.formula + ":" + spec(m).partition(":")[2]) if m.parameters else method(m.formula)
    else:
        assert entry.__doc__.splitlines()[0] == m.formula
        for parameter in m.parameters:
            assert f"    {parameter}: " in entry.__doc__, parameter
    for alias in entry.aliases:
        assert find(alias) == name
    assert find(name.upper()) == name


@pytest.mark.parametrize("name", NAMES)
def test_no_steps_are_asked_for_nothing(name):
    """A parameter has a default, and one that makes no sense is refused."""
    m = method(name)
    assert all(value == AUTO or np.isfinite(value) for value in m.parameters.values())
    for parameter, low, _ in getattr(type(m), "limits", ()):
        with pytest.raises(MethodError, match=parameter):
            method(f"{name}:{parameter}={low - 1}")

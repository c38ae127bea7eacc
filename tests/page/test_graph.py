"""The page's curve is the graph of f: at every vertex, between them, and wherever f is."""

import numpy as np
import pytest

from symopt.loss import Loss
from symopt.views.sheet import ranges
from tests.kit.node import NUMBERS, printed, run

COLUMNS, ROWS = 700, 380
MODULES = (*NUMBERS, "graph.js")
TRACE = """GIVEN.map(([b, low, high, columns, rows]) => {
  const loss = makeLoss(LOSSES[b], 1, []);
  let asked = 0;
  const found = trace((x) => ((asked += 1), evaluate(loss, [x], true)), low, high, columns, rows);
  return [found.xs, found.fs, found.fine, found.range, asked];
})"""
SMOOTH = [
    "x**2/50 - cos(x)", "-cos(pi*x/20) + x**2", "exp(-x**2)*cos(10*x)", "x**4/4 - x**2 + 2*x", "exp(x/3)",
    "log(x) + 1/x", "x**3", "3 + 0*x", "x/7", "tanh(20*x)", "tanh(1000*x)", "atan(1e5*x)", "1/(1 + 100*x**2)",
    "sqrt(x**2 + 1e-4)", "exp(-1000*(x - pi)**2)", "1e200*x**2", "1e-200*x**2 + 1e-201*x", "1e9 + sin(x)",
]  # fmt: skip
KINKS = [
    "abs(x)", "abs(x - 1/3)*abs(x + 7)", "Max(x, -x**2, 5)", "abs(sin(x))", "sqrt(abs(x))", "cbrt(x)",
    "relu(x - 1)**2",
]  # fmt: skip
TORN = [
    "tan(x)", "1/x", "1/(x - 1)**2 + x**2", "sign(sin(2*x))", "sign(x)*x + Heaviside(x - 2)", "log(x)",
    "sqrt(9 - x**2)", "1/sin(x)", "x**x", "asin(x/5)", "Piecewise((x**2, x < 1), (2*x - 5, True))", "exp(1/x)",
    "log(abs(x))", "atan(tan(x))",
]  # fmt: skip
FINE = [
    "cos(110*x) + x**2/100", "sin(1e4*x)", "x + sin(1000*x)", "sin(1/x)", "cos(x**3)",
    "x**2 + 20*cos(300*x)*exp(-x**2)",
]  # fmt: skip
EVERY = SMOOTH + KINKS + TORN + FINE
LOW, HIGH = -20.6, 20.6


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    losses = [Loss.parse(text) for text in EVERY]
    functions = f"const LOSSES=[{','.join(printed(loss) for loss in losses)}];"
    given = [[b, LOW, HIGH, COLUMNS, ROWS] for b in range(len(losses))]
    found = run(tmp_path_factory.mktemp("graph"), TRACE, given, MODULES, functions)
    parts = [[np.array(part, dtype=float) for part in each] for each in found]
    return {text: (loss, *each) for text, loss, each in zip(EVERY, losses, parts, strict=True)}


def at(loss, xs):
    with np.errstate(all="ignore"):
        values = np.asarray(loss(xs[:, None]), dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


BENDS = """GIVEN.map(([b, low, high]) => {
  const loss = makeLoss(LOSSES[b], 1, []);
  return trace((x) => evaluate(loss, [x], true), low, high, 700, 380).bends;
})"""


def test_f2_is_told_of_columns_in_which_it_keeps_to_what_was_seen(tmp_path):
    """No band is drawn where f″ swings within a pixel, as of a cosine seen from afar."""
    cases = [("x**2/50 - cos(x)", 2e4, 0.0), ("cos(x) - x**2/50", 2e4, 0.0), ("x**4 - x**2", 2.0, 0.2041)]
    cases += [("-(x**2)", 1e6, 1.0), ("x**3", 3.0, 0.5), ("-exp(x)", 20.0, 1.0), ("1/x", 3.0, 0.495)]
    cases += [("log(x)", 4.0, 0.5)]
    losses = [Loss.parse(text) for text, *_ in cases]
    functions = f"const LOSSES=[{','.join(printed(loss) for loss in losses)}];"
    given = [[b, -half, half] for b, (_, half, _) in enumerate(cases)]
    for (text, _, share), bends in zip(cases, run(tmp_path, BENDS, given, MODULES, functions), strict=True):
        assert np.mean(np.array(bends, dtype=float) < 0) == pytest.approx(share, abs=0.01), text


@pytest.mark.parametrize("text", EVERY)
def test_the_curve_is_the_graph(traced, text):
    loss, xs, fs, fine, limits, _ = traced[text]
    pixel, column = (limits[1] - limits[0]) / ROWS, (HIGH - LOW) / COLUMNS
    drawn = np.isfinite(fs)
    # every vertex lies on the graph
    here = at(loss, xs[drawn])
    wide = (here > limits[1]) | (here < limits[0])
    assert (wide | (np.abs(here - fs[drawn]) <= 0.01 * pixel + 1e-11 * np.abs(here))).all()
    # wherever f is in view, a line is within a pixel, or the band says that it is too fine
    there = np.sort(np.random.default_rng(0).uniform(LOW, HIGH, 40_000))
    values = at(loss, there)
    where = np.minimum(((there - LOW) / column).astype(int), COLUMNS - 1)
    joined = drawn[:-1] & drawn[1:]
    ends = np.stack([np.arange(len(xs) - 1), np.arange(1, len(xs))], axis=1)[joined]
    low, high = np.full(COLUMNS + 2, np.inf), np.full(COLUMNS + 2, -np.inf)
    for k in ends.ravel(), np.flatnonzero(drawn):
        places = np.minimum(((xs[k] - LOW) / column).astype(int), COLUMNS - 1) + 1
        np.minimum.at(low, places, fs[k])
        np.maximum.at(high, places, fs[k])
    low = np.minimum.reduce([low[:-2], low[1:-1], low[2:]])[where]
    high = np.maximum.reduce([high[:-2], high[1:-1], high[2:]])[where]
    seen = (values >= limits[0]) & (values <= limits[1]) & (fine[where] == 0)
    assert (np.isnan(values) | ~seen | ((values >= low - pixel) & (values <= high + pixel))).all()
    # between two joined vertices the line is f, as far as a pixel to the side
    a, b = ends[:, 0], ends[:, 1]
    for share in (0.25, 0.5, 0.75):
        x, y = xs[a] + share * (xs[b] - xs[a]), fs[a] + share * (fs[b] - fs[a])
        near = np.stack([at(loss, x + d * column) for d in np.linspace(-1, 1, 41)])
        with np.errstate(all="ignore"):
            below, above = np.nanmin(near, axis=0), np.nanmax(near, axis=0)
        column_of = np.minimum(((x - LOW) / column).astype(int), COLUMNS - 1)
        shown = (y <= limits[1]) & (y >= limits[0]) & (fine[column_of] == 0)
        assert (~shown | ((y >= below - pixel) & (y <= above + pixel))).all()


@pytest.mark.parametrize("text", EVERY)
def test_it_says_what_is_finer_than_a_pixel(traced, text):
    fine = traced[text][3]
    assert fine.any() == (text in FINE)


def test_hills_are_in_view_and_poles_are_not(traced):
    for text, (low, high) in {"exp(-x**2)*cos(10*x)": (-0.9, 1), "x**2 + 20*cos(300*x)*exp(-x**2)": (-18, 20),
                              "cos(110*x) + x**2/100": (-1, 4)}.items():  # fmt: skip
        limits = traced[text][4]
        assert limits[0] <= low < high <= limits[1]
        assert limits[1] - limits[0] < 40 * (high - low)
    for text in ("tan(x)", "1/x", "1/sin(x)", "1/(x - 1)**2 + x**2"):
        assert np.ptp(traced[text][4]) < 1000


NARROW = {"exp(-x**2)*cos(10*x)", "1/(1 + 100*x**2)", "exp(-1000*(x - pi)**2)", "1/(x - 1)**2 + x**2"}


def test_the_range_is_that_of_pictures(traced):
    """Of the walks' pictures where no walk asks for more: f is as high in the page as in a film."""
    nothing = np.empty(0)
    for text in set(EVERY) - NARROW:
        xs, ys = ranges.sample(lambda xs, loss=traced[text][0]: at(loss, xs), LOW, HIGH)
        expected = ranges.upright(xs, ys, nothing, nothing)
        assert traced[text][4] == pytest.approx(expected, abs=0.03 * np.ptp(expected)), text


def test_smooth_curves_cost_little(traced):
    for text in ("x**2/50 - cos(x)", "x**4/4 - x**2 + 2*x", "exp(x/3)"):
        assert traced[text][5] < 2.2 * COLUMNS
    assert max(each[5] for each in traced.values()) < 600 * COLUMNS

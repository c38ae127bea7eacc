"""The panel fit: what is drawn is what the residual says, in numpy's own words."""

import numpy as np
import pytest

from symopt import Loss, Stop, descend, plot
from symopt.errors import RenderError
from symopt.program.sums import fitted
from symopt.views.parts.ground import Ground
from tests.kit.pictures import at, end, picture, words

R = np.random.default_rng(3)
T, Y = np.linspace(0.5, 4, 25), R.normal(2, 1, 25)
P = R.random((25, 2))
COLUMNS = {
    "t": T, "y": Y, "u": np.exp(Y), "s": 1 + T**2, "z": (T > 2) * 1.0, "k": np.where(T > 2, 1, -1),
    "p": P[:, 0], "q": P[:, 1],
}  # fmt: skip


def parsed(text, data=COLUMNS):
    return Loss.parse(text, data=data)


def fit_of(loss):
    return fitted(loss.read, loss.variables.names, loss.data)


@pytest.mark.parametrize(
    ("text", "inputs", "response", "model"),
    [
        ("mean((y-a*t-b)**2)", ["t"], Y, lambda a, b: a * T + b),
        ("mean((a*t+b-y)**2/2)", ["t"], Y, lambda a, b: a * T + b),
        ("sum(s*(2*y-2*a*exp(-b*t))**2) + a**2", ["t"], Y, lambda a, b: a * np.exp(-b * T)),
        ("mean(((y-a*t-b)/s)**2)", ["t"], Y, lambda a, b: a * T + b),
        ("mean(abs(y-a-b*t))", ["t"], Y, lambda a, b: a + b * T),
        ("mean(log(1+(y-a*t-b)**2))", ["t"], Y, lambda a, b: a * T + b),
        ("mean(log(cosh(y-a*t-b)))", ["t"], Y, lambda a, b: a * T + b),
        ("mean(where(abs(y-a*t-b)<1,(y-a*t-b)^2/2,abs(y-a*t-b)-1/2))", ["t"], Y, lambda a, b: a * T + b),
        ("sqrt(mean((y-t-a*t^2-b)**2))", ["t"], Y, lambda a, b: T + a * T**2 + b),
        ("mean((log(u)-a*t-b)**2)", ["t"], Y, lambda a, b: a * T + b),
        ("mean((y-mean(y)-a*t-b)**2)", ["t"], Y, lambda a, b: a * T + b + Y.mean()),
        ("mean((y-a*p-b*q)**2)", ["p", "q"], Y, lambda a, b: a * P[:, 0] + b * P[:, 1]),
        ("mean((y-1-a+b)**2)", [], Y, lambda a, b: 1 + a - b + 0 * T),
        ("sum((y[i]-a*y[i-1]-b)**2, i, 1, 24)", ["y[i-1]"], Y[1:], lambda a, b: a * Y[:-1] + b),
        ("sum((y[i]-a*exp(-b*i))**2, i, 0, 24)", ["i"], Y, lambda a, b: a * np.exp(-b * np.arange(25))),
        ("mean((y-sum(a*sin(j*t+b),j,1,20))**2)", ["t"], Y,
         lambda a, b: sum(a * np.sin(j * T + b) for j in range(1, 21))),
    ],
)  # fmt: skip
def test_the_response_and_the_model_of_a_residual(text, inputs, response, model):
    found = fit_of(parsed(text))
    assert list(found.inputs) == inputs
    assert found.classes is None
    assert found.response == pytest.approx(response)
    x = np.array([[0.7, 0.3], [-1.2, 0.1]])
    assert found.predicted(x) == pytest.approx(np.array([model(*each) for each in x]))
    if inputs:
        assert found.along(found.inputs)(x) == pytest.approx(found.predicted(x))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("mean(log(1+exp(a*t+b))-z*(a*t+b)) + a^2", (0, 1)),
        ("mean(-z*log(1/(1+exp(-a*t-b)))-(1-z)*log(1-1/(1+exp(-a*t-b))))", (0, 1)),
        ("sum(s*log(1+exp(-k*(a*t+b))))", (-1, 1)),
    ],
)
def test_two_classes_have_a_probability(text, labels):
    found = fit_of(parsed(text))
    assert found.classes == labels
    assert list(found.inputs) == ["t"]
    assert found.predicted([1.5, -3]) == pytest.approx(1 / (1 + np.exp(3 - 1.5 * T)))


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (Loss.parse("x**2"), "reads no data"),
        (parsed("mean(exp(a*t)-y*a*t)"), "no column stands alone"),
        (parsed("sum(y-a*t)**2"), "no column stands alone"),
        (parsed("mean((sqrt((p-a)^2+(q-b)^2)-1)^2)"), "more than one residual"),
        (parsed("mean((y-a*t+mean(a*t))^2)"), "moves with it"),
    ],
)
def test_what_has_no_fit_says_why(loss, why):
    walk = descend(loss, "gd:lr=0.01", np.ones(loss.n), Stop(steps=2), np.tile([-2.0, 2], (loss.n, 1)))
    with pytest.raises(RenderError, match=why):
        plot(walk, panels="fit")


def walked(text, *methods, data=COLUMNS, start=(0.5, 0.1), steps=6):
    loss = parsed(text, data)
    box = np.tile([-5.0, 5], (loss.n, 1))
    return [descend(loss, m, np.array(start[: loss.n]), Stop(steps=steps), box) for m in methods]


def curves(figure):
    """The lines over 241 places, the panel's alone."""
    return [line for ax in figure.axes for line in ax.lines if len(line.get_xdata()) == 241]


@pytest.mark.parametrize("step", [0, 3, 2.5])
def test_the_line_turns_as_gd_walks(step):
    paths = walked("mean((y-a*t-b)**2)", "gd:lr=0.05", "newton")
    figure = at(picture(*paths, panels=("fit",)), step)
    assert len(curves(figure)) == 2
    for path, line in zip(paths, curves(figure), strict=True):
        k, share = int(step), step % 1
        a, b = path.xs[min(k, len(path.xs) - 1)]
        if share and k + 1 < len(path.xs):
            a, b = (1 - share) * path.xs[k] + share * path.xs[k + 1]
        x, y = line.get_data()
        low, high = line.axes.get_ylim()
        inside = (y > low) & (y < high)
        assert inside.sum() > 50
        assert y[inside] == pytest.approx((a * x + b)[inside])
    points = [line for line in curves(figure)[0].axes.lines if len(line.get_xdata()) == 25]
    assert np.column_stack(points[0].get_data()) == pytest.approx(np.column_stack([T, Y]))


@pytest.mark.parametrize("start", [(0.5,), (0.5, 0.1), (0.5, 0.1, 0.2)])
def test_it_stands_beside_every_scene(start):
    text = {1: "mean((y-a*t)**2)", 2: "mean((y-a*t-b)**2)", 3: "mean((y-a*t-b-c*t^2)**2)"}[len(start)]
    (path,) = walked(text, "newton", start=start)
    assert len(curves(at(picture(path, panels=("fit",)), end(path)))) == 1


def test_two_inputs_show_the_model_against_the_data_and_two_classes_their_border():
    (path,) = walked("mean((y-a*p-b*q)**2)", "gd:lr=0.1")
    figure = at(picture(path, panels=("fit",)), 4)
    (points,) = [line for line in figure.axes[-1].lines if len(line.get_xdata()) == 25]
    a, b = path.xs[4]
    assert points.get_xdata() == pytest.approx(Y)
    inside = (points.get_ydata() > figure.axes[-1].get_ylim()[0]) & (points.get_ydata() < figure.axes[-1].get_ylim()[1])
    assert points.get_ydata()[inside] == pytest.approx((P @ [a, b])[inside])
    (path,) = walked("mean(log(1+exp(-k*(a*p+b*q-1/2))))", "gd:lr=1", steps=20)
    figure = at(picture(path, panels=("fit",)), 20)
    lines = [piece for each in figure.axes[-1].collections for piece in each.get_segments()]
    a, b = path.xs[20]
    assert len(lines) == 1
    assert lines[0] @ [a, b] == pytest.approx(np.full(len(lines[0]), 0.5), abs=1e-3)


def test_of_many_rows_some_are_shown_and_counted():
    t = np.linspace(0, 1, 5_000)
    (path,) = walked("mean((y-a*t-b)**2)", "gd:lr=0.1", data={"t": t, "y": 2 * t}, steps=2)
    assert "600 of 5,000 rows" in words(at(picture(path, panels=("fit",)), 0))


@pytest.mark.parametrize("text", ["mean((y-a*t)**2)", "mean((y-exp(a*t))**2)", "mean((y-a*exp(b*t))**2)"])
def test_a_landscape_from_some_rows_lies_where_that_of_all_lies(text):
    t = R.uniform(0, 1, 20_000)
    loss = parsed(text, {"t": t, "y": 1 + t + R.normal(0, 1, 20_000)})
    box = np.tile([-3.0, 3], (loss.n, 1))
    ground = Ground(loss, box, 200_000)
    assert ground.rows < 20_000 / 2
    assert f"{ground.rows:,} of 20,000 rows" in ground.note
    x = R.uniform(-3, 3, (40, loss.n))
    assert ground(x) == pytest.approx(loss(x), rel=8e-3)
    assert Ground(loss, box, 100).note == ""
    assert Ground(parsed("sum((y[i]-a*y[i-1])**2, i, 1, 24)"), box[:1], 10**9).note == ""


def test_a_variable_for_each_group_is_a_dash_at_the_group_alone():
    g, y = np.array([0, 0, 1, 2, 2]), np.array([0.1, 0.3, 1.0, 2.2, 1.8])
    (path,) = walked("mean((y-w[g])**2)", "newton", data={"g": g, "y": y}, start=(0, 0, 0))
    figure = at(picture(path, panels=("fit",)), end(path))
    (dashes,) = [line for line in figure.axes[-1].lines if line.get_marker() == "_"]
    assert np.column_stack(dashes.get_data()) == pytest.approx(np.array([[0, 0.2], [1, 1], [2, 2]]))
    assert dashes.get_linestyle() == "None"

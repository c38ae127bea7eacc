"""What a step with a batch sees: its own landscape and model, against numpy on the rows that it draws."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

from symopt.loss import Loss
from symopt.views.parts import seen as seen_parts
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import LIGHT
from tests.kit.layout import faults
from tests.kit.pictures import at, dashed, end, markers, picture, walk, words

Y = np.array([0.5, -1.0, 2.25, 3.5, 1.0, -0.5, 4.0, 2.0, 0.0, 1.75])
T = np.linspace(0, 3, 12)
Z = 2 * np.exp(-0.8 * T) + 0.05 * np.cos(7 * T)
PLACE = "mean(log(1+(x-y)**2))"
DECAY = "mean((z-a*exp(-b*t))**2)"


def place():
    return Loss.parse(PLACE, data={"y": Y})


def decay():
    return Loss.parse(DECAY, data={"t": T, "z": Z})


def drawn(rows: int, batch: int, steps: int, seed: int = 0) -> list[np.ndarray]:
    """The rows of each step, as the page on batches tells."""
    random, found = np.random.default_rng(seed), []
    while len(found) < steps:
        order = random.permutation(rows)
        found += [order[k : k + batch] for k in range(0, rows, batch)]
    return found


def thin(figure, colour: str, axes: int = 0):
    """The visible thin lines of a colour."""
    lines = [each for each in figure.axes[axes].lines if each.get_lw() < 1.2 and each.get_color() == colour]
    return [each for each in lines if each.get_visible() and len(each.get_xdata()) > 30]


def f(x, which):
    return np.log(1 + (np.asarray(x)[:, None] - Y[which]) ** 2).mean(axis=-1)


@pytest.mark.parametrize("batch", [1, 4])
def test_the_thin_curve_is_the_loss_over_the_rows_of_the_next_step(batch):
    path = walk(place(), f"sgd:batch={batch},lr=0.7", -2, steps=14)
    scene = picture(path)
    rows = drawn(len(Y), batch, 14)
    for k in (0, 7, 2, 13, 2.5):
        (line,) = thin(at(scene, k), LIGHT.identities[0])
        xs, ys = line.get_data()
        shown = np.isfinite(ys)
        assert shown.mean() > 0.5
        assert ys[shown] == pytest.approx(f(xs, rows[int(k)])[shown], rel=1e-12)
    assert f"{batch} of 10 rows" in " ".join(words(at(scene, 3)))


def test_the_model_belongs_to_what_the_step_sees():
    path = walk(place(), "sgd:batch=3,lr=0.7", -2, steps=6)
    scene = picture(path)
    for k, which in enumerate(drawn(len(Y), 3, 3)):
        (line, *_) = dashed(at(scene, k))
        us, values = line.get_data()
        x = path.xs[k, 0]
        slope = (2 * (x - Y[which]) / (1 + (x - Y[which]) ** 2)).mean()
        parabola = f([x], which)[0] + slope * (us - x) + (us - x) ** 2 / (2 * 0.7)
        assert values == pytest.approx(parabola)
        assert markers(scene.figure, "x")[-1][0] == pytest.approx(x - 0.7 * slope)


def test_the_tangent_of_the_slope_is_that_of_the_batch():
    path = walk(place(), "sgd:batch=3,lr=0.7", -2, steps=6)
    figure = at(picture(path, panels=("slope",)), 1)
    which, x = drawn(len(Y), 3, 2)[1], path.xs[1, 0]
    (panel,) = (k for k, axes in enumerate(figure.axes) if any(text.get_text() == "f′" for text in axes.texts))
    (line,) = thin(figure, LIGHT.identities[0], panel)
    xs, ys = line.get_data()
    slopes = (2 * (xs[:, None] - Y[which]) / (1 + (xs[:, None] - Y[which]) ** 2)).mean(axis=-1)
    shown = np.isfinite(ys)
    assert ys[shown] == pytest.approx(slopes[shown])
    (tangent,) = (each for each in figure.axes[panel].lines if each.get_visible() and each.is_dashed())
    assert tangent.get_ydata()[0] == pytest.approx(np.interp(x, xs, slopes), rel=1e-3)


def test_each_of_several_walks_has_its_batch_in_its_colour_and_who_sees_all_has_none():
    paths = [walk(place(), method, -2, steps=9) for method in ("sgd:batch=2,lr=0.5", "gd:lr=1", "adam:batch=5,lr=0.2")]
    figure = at(picture(*paths), 4)
    for index, batch in ((0, 2), (2, 5)):
        (line,) = thin(figure, LIGHT.identities[index])
        xs, ys = line.get_data()
        shown = np.isfinite(ys)
        assert ys[shown] == pytest.approx(f(xs, drawn(len(Y), batch, 5)[4])[shown])
    assert not thin(figure, LIGHT.identities[1])
    assert not thin(at(picture(*paths), end(*paths)), LIGHT.identities[0])


@pytest.mark.parametrize("method", ["gd:lr=0.5", "sgd:batch=10,lr=0.5", "noisy-gd:lr=0.5"])
def test_a_method_that_sees_all_shows_nothing_more(method):
    path = walk(place(), method, -2, steps=5)
    assert not any("thin" in text for text in words(at(picture(path), 2)))


def levels(figure, colour: str):
    """The visible level lines of a colour."""
    for each in figure.axes[0].collections:
        thin = isinstance(each, LineCollection) and each.get_visible() and each.get_linewidths()[0] < 1
        if thin and np.allclose(each.get_colors()[0][:3], to_rgb(colour)):
            yield from each.get_segments()


def test_in_two_variables_the_thin_lines_are_levels_of_the_batch():
    path = walk(decay(), "sgd:batch=3,lr=0.2", (0.5, 3), steps=9, window=((0, 4), (0, 4)))
    scene = picture(path)
    for k in (0, 5, 1):
        which = drawn(len(T), 3, 6)[k]
        found = list(levels(at(scene, k), LIGHT.identities[0]))
        assert len(found) >= 4
        for line in found:
            a, b = line.T[:, :, None]
            along = ((Z[which] - a * np.exp(-b * T[which])) ** 2).mean(axis=-1)
            assert np.ptp(along) < 0.1 * along.mean() + 0.01
    assert any("3 of 12 rows" in text for text in words(at(scene, 1)))
    assert not faults(at(scene, 1))
    assert not list(levels(at(scene, end(path)), LIGHT.identities[0]))


def test_newtons_model_over_a_batch_is_that_of_the_batch():
    path = walk(decay(), "newton:batch=6", (1.4, 0.6), steps=3, window=((1, 3), (0, 2)))
    figure = at(picture(path), Moment(0))
    which, (a, b) = drawn(len(T), 6, 1)[0], path.xs[0]
    t, e = T[which], np.exp(-b * T[which])
    r = Z[which] - a * e
    J = np.array([-e, a * t * e])
    H = 2 * (J @ J.T + np.array([[0 * r, r * t * e], [r * t * e, -r * a * t**2 * e]]).sum(-1)) / 6
    assert path.xs[1] == pytest.approx(path.xs[0] - np.linalg.solve(H, 2 * (J @ r) / 6))
    (line, *_) = dashed(figure)
    away = np.column_stack(line.get_data()) - path.xs[1]
    away = away[np.isfinite(away).all(-1)]
    level = np.einsum("ki,ij,kj->k", away, H, away)
    assert level == pytest.approx(np.full(len(level), level.mean()), rel=1e-6)


def test_a_landscape_that_would_take_long_is_left_out(monkeypatch):
    monkeypatch.setattr(seen_parts, "WORK", 100)
    path = walk(place(), "sgd:batch=4,lr=0.7", -2, steps=5)
    assert not any("thin" in text for text in words(at(picture(path), 2)))


def test_terms_of_a_sum_are_called_terms():
    path = walk("sum((x-i)**2/20, i, 0, 19)", "sgd:batch=4,lr=0.2", -2, steps=5)
    assert any("4 of 20 terms" in text for text in words(at(picture(path), 2)))


@pytest.mark.parametrize(
    ("methods", "typed"),
    [
        (["adam:batch=8,lr=0.3"], ["lr = 0.3", "batch = 8"]),
        (["sgd:batch=4,lr=0.5", "gd:lr=0.8"], ["lr = 0.5", "batch = 4", "lr = 0.8"]),
        (["sgd:batch=4", "adam:batch=8,lr=0.3", "momentum:batch=2,beta=0.7"], ["batch = 4", "batch = 8", "lr = 0.3",
                                                                              "batch = 2", "β = 0.7"]),
        (["sgd:batch=4,lr=0.25", "sgd:batch=2,lr=0.5"], ["batch = 4", "lr = 1/4", "batch = 2", "lr = 0.5"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("loss", [place, decay])
def test_what_was_typed_is_read_in_the_header(methods, typed, loss):
    start = (-2,) if loss is place else (0.5, 3)
    paths = [walk(loss(), method, start, steps=4) for method in methods]
    figure = at(picture(*paths), 2)
    text = "   ".join(words(figure)).replace("0.25", "1/4")
    for word in set(typed):
        assert text.count(word) >= typed.count(word), word
    assert not faults(figure)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("loss", [place, decay])
def test_the_heights_of_a_cloud_are_read_whole_or_not_at_all(loss, count):
    start = (-2,) if loss is place else (1.5, 1)
    methods = [f"sgd:batch={b},lr={lr}" for b, lr in ((4, 0.5), (2, 0.3), (5, 0.4), (3, 0.5), (6, 0.6))]
    paths = [walk(loss(), method, start, steps=150) for method in methods[:count]]
    figure = at(picture(*paths), end(*paths))
    said = [text.replace("\n", " ") for text in words(figure) if "hovering" in text]
    assert said
    for text in said:
        whole = [path.verdict for path in paths if text == path.verdict]
        assert whole or (text.endswith("…") and any(path.verdict.startswith(text[:-1] + " ") for path in paths)), text
    assert not faults(figure)


def test_thin_curves_have_room_below_that_of_the_whole_loss():
    loss = Loss.parse("mean((z-a*t)**2)", data={"t": T + 1, "z": 2 * T + np.cos(7 * T)})
    one, two = (walk(loss, f"sgd:batch={batch},lr=0.02", 0.9, steps=4) for batch in (4, 6))
    for paths in ([one], [one, two]):
        scene = picture(*paths)
        for k in range(4):
            figure = at(scene, k)
            bottom = figure.axes[0].get_ylim()[0]
            for rank in range(len(paths)):
                (line,) = thin(figure, LIGHT.identities[rank])
                assert np.nanmin(line.get_ydata()) >= bottom

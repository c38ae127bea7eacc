"""The numbers in the strip of a sweep and on its movies are those of the legend, and what stands below it is true."""

from types import SimpleNamespace

from matplotlib.text import Text

import symopt
from symopt.views.scenes import sweep
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import settings


def scene(frames):
    with settings():
        return sweep.Scene(frames, "end", Paper())


def told(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def test_numbers_in_a_strip_stand_over_their_runs():
    made = symopt.sweep("x**4 - 3*x**2 + x", "gd", {"lr": (0.01, 0.4, 32)}, start=-1, steps=40)
    shown = scene(sweep._One(made, None))
    low, high = made.axes[0].ends
    shown._strip(shown.frames.at(0), (low, high))
    seen = [(text.get_text(), (text.get_position()[0] - low) / (high - low)) for text in shown.strip.texts]
    classes = shown.number[made.end]
    assert [word for word, _ in seen] == [str(classes[int(place * 32)] + 1) for _, place in seen]
    assert {int(word) - 1 for word, _ in seen} == set(classes.tolist())
    assert "beyond 2/f″ a minimum repels: steps beside it grow" in told(shown.sheet.figure)


def test_of_newton_it_is_said_what_it_seeks_where_it_ends_elsewhere():
    made = symopt.sweep("x**4 - 3*x**2 + x", "newton", {"x": (-2, 2, 12)}, steps=20)
    assert {"minimum", "maximum"} <= {label.word for label in made.labels}
    words = "newton seeks ∇f = 0, not a minimum: downhill for sure only where f″ > 0"
    assert words in sweep.why(made, ())
    minima = [label for label in made.labels if label.word == "minimum"]
    assert words not in sweep.why(SimpleNamespace(plan=made.plan, labels=minima), ())


def test_areas_have_their_numbers_in_each_frame_of_a_movie():
    over = {"x": (-3, 3, 16), "y": (-3, 3, 12)}
    reel = symopt.sweep.frames("x**4/4 - a*x**2/2 + x/10 + y**2/2", "gd:lr=0.3", over, {"a": (0, 2, 2)}, steps=100)
    shown = scene(sweep._Many(reel, ()))
    for k in range(2):
        shown.update(Moment(k))
        made, classes = reel[k], shown.number[reel.tracks[k]][reel[k].end]
        assert shown.ax.texts
        for text in shown.ax.texts:
            at = [
                int((c - axis.ends[0]) / 6 * len(axis.values))
                for c, axis in zip(text.get_position(), made.axes, strict=True)
            ]
            assert text.get_text() == str(classes[tuple(at)] + 1)

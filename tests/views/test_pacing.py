"""The table of pacing: which moments are shown, for how long, and what they say."""

import numpy as np
import pytest

from symopt.errors import RenderError
from symopt.judge import Outcome
from symopt.views.film.pacing import END, LAND, MODEL, START, STEP, TAIL, TWEEN, pace, stride_of, worth
from tests.kit.movies import walk


def line(steps):
    """A walk that never rests: equal paces through the window."""
    return walk(np.linspace(-19, 19, steps + 1))


def settling(steps, at):
    """A walk that goes on visibly up to the step `at`, and rests from there."""
    xs = np.linspace(-19, 1, steps + 1)
    xs[: at + 1] = np.linspace(-19, 1, at + 1)
    xs[at:] = 1
    return walk(xs, Outcome.FLAT)


def steps_of(frames):
    return [frame.moment.t for frame in frames]


def seconds_of(frames):
    return [frame.seconds for frame in frames]


JUMP = [0, 0.15625, 0.5, 0.84375, 1]


@pytest.mark.parametrize(
    ("walks", "options", "times"),
    [
        ([line(0)], {}, [0, 0]),
        ([line(1)], {}, [0, *JUMP, 1]),
        ([line(2)], {}, [0, *JUMP, *(1 + t for t in JUMP), 2]),
        ([line(13)], {}, [*range(14)]),
        ([line(60)], {}, [*range(61)]),
        ([line(61)], {}, [0, 1, 2, 3, 4, 5, *range(6, 61, 2), 61]),
        ([line(100)], {}, [0, 1, 2, 3, 4, 5, *range(6, 101, 2)]),
        ([line(1000)], {}, [0, 1, 2, 3, 4, 5, *range(20, 1001, 20)]),
        ([line(3)], {"fps": 4}, [0, 1, 2, 3]),
        ([line(3)], {"style": "plain"}, [0, 1, 2, 3]),
        ([settling(1000, 30)], {"style": "plain"}, [*range(1001)]),
        ([settling(100, 30)], {}, [*range(31), 100]),
        ([settling(33, 31)], {}, [*range(34)]),
        ([settling(100, 30), line(20)], {}, [*range(31), 100]),
        ([settling(100, 30), line(40)], {}, [*range(41), 100]),
    ],
)
def test_moments(walks, options, times):
    assert steps_of(pace(walks, **options)) == times


def test_rhythm_of_a_short_walk():
    frames = pace([line(2)])
    once = [MODEL, TWEEN, TWEEN, TWEEN, LAND]
    assert seconds_of(frames) == [START, *once, *once, END]
    assert [frame.moment.model for frame in frames[:6]] == [False, True, True, True, True, False]
    assert (START, END, MODEL, LAND) == (0.8, 2.5, 0.6, 0.2)


def test_several_walks_show_no_model():
    assert not any(frame.moment.model for frame in pace([line(2), line(1)])[:-1])


def test_rhythm_of_a_longer_walk():
    assert seconds_of(pace([line(20)])) == [START, *[STEP] * 19, END]
    assert seconds_of(pace([line(20)], fps=10)) == [START, *[0.1] * 19, END]


def test_strides_are_told_after_the_first_five():
    frames = pace([line(100)])
    assert [frame.moment.stride for frame in frames] == [*[1] * 6, *[2] * (len(frames) - 7), 1]


def test_only_the_last_frame_is_final():
    for frames in (pace([line(2)]), pace([line(100)]), pace([settling(100, 30)]), pace([line(5)], "plain")):
        assert [frame.moment.final for frame in frames] == [False] * (len(frames) - 1) + [True]


@pytest.mark.parametrize("style", ["full", "plain"])
def test_the_end_is_held(style):
    *_, before, last = pace([line(30)], style)
    assert (before.seconds, last.seconds) == (0.2, END)


def test_a_tail_is_one_frame_that_says_so():
    *_, tail, last = pace([settling(100, 30)])
    assert (tail.moment.t, tail.seconds) == (30, TAIL)
    assert tail.moment.note == "no change beyond a pixel until step 100"
    assert (last.moment.t, last.seconds) == (100, END)


@pytest.mark.parametrize(
    ("trajectory", "step", "words"),
    [
        (settling(100, 30), 30, "no change beyond a pixel"),
        (walk([[0.0, 0.0]] * 9, Outcome.FLAT), 8, ""),  # in two variables a decay plot may still move
        (walk([0, 0, 0, 0], fs=[3, 2, 1, 0]), 3, ""),  # x rests, f does not
        (walk([1, 0, 0, 0, np.nan], Outcome.LEFT_DOMAIN), 4, ""),
        (walk([-20, 20] * 20, Outcome.CYCLE, period=2), 6, "repeats"),
        (walk([3, 8, 7, *[-4, 5] * 20], Outcome.CYCLE, period=2), 9, "repeats"),
        (walk([-19, *[2 + 1e-9, 2, 2 + 1e-9] * 20], Outcome.CYCLE, period=3), 1, "no change beyond a pixel"),
        (walk((-20) * (-2.0) ** np.arange(20), Outcome.RAN_AWAY), 3, "runs on"),
        (walk([0, 50, 0, 40, *10.0 ** np.arange(2, 20)], Outcome.RAN_AWAY), 5, "runs on"),
    ],
)
def test_what_is_worth_seeing(trajectory, step, words):
    assert worth(trajectory) == (step, words)


@pytest.mark.parametrize(
    ("steps", "stride"), [(1, 1), (60, 1), (61, 2), (120, 2), (121, 5), (300, 5), (301, 10), (1000, 20), (10**6, 20000)]
)
def test_strides(steps, stride):
    assert stride_of(steps) == stride


@pytest.mark.parametrize("fps", [0, -1, float("nan"), float("inf")])
def test_impossible_rates_are_refused(fps):
    with pytest.raises(RenderError, match="frames a second"):
        pace([line(3)], fps=fps)


def test_a_lone_walk_in_the_plane_shows_its_model_and_one_in_space_has_none():
    from symopt import descend

    plane, space = (
        descend(text, "newton", start) for text, start in (("x**2+y**2", (1, 2)), ("x**2+y**2+z**2", (1, 2, 3)))
    )
    assert any(frame.moment.model for frame in pace([plane])[:-1])
    assert not any(frame.moment.model for frame in pace([space])[:-1])


def test_an_infinite_last_value_is_no_trouble():
    path = walk([-1.0, 0.0], Outcome.LEFT_DOMAIN)
    path.fs[-1] = np.inf
    with np.errstate(invalid="raise"):
        assert worth(path) == (1, "")

"""Colours of endings: cycles around different minima are different, and look like their minima; all eyes tell them."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import symopt
from symopt.sweep.labels import (
    AWAY,
    CHAOTIC,
    CLOSING,
    CYCLE,
    LEFT,
    NOWHERE,
    OPEN,
    STALLED,
    STUCK,
    Label,
)  # fmt: skip
from symopt.views.parts.map.classes import APART, by_period, classed

EYES = {  # G. Machado, M. Oliveira, L. Fernandes, IEEE TVCG 15(6), 2009, severity 1, of linear light
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]


def test_cycles_are_tinted_as_the_minima_they_go_around():
    labels = [Label("minimum", at=(-1.0,)), Label("minimum", at=(1.0,)), Label(CYCLE, 2, (-1.0,)),
              Label(CYCLE, 2, (1.0,)), Label(CLOSING, 2, (1.0,)), Label(CYCLE, 4)]  # fmt: skip
    words = ["minimum x = −1", "minimum x = 1", "2-cycle around x = −1", "2-cycle around x = 1",
             "closing in on a 2-cycle around x = 1", "4-cycle"]  # fmt: skip
    classes, number = classed(labels, words)
    assert number.tolist() == [0, 1, 2, 3, 3, 4]
    assert classes[3].text == "2-cycle around x = 1"
    assert classes[4].text == "4-cycle"
    far = np.linalg.norm(np.array(to_rgb(classes[2].colour)) - to_rgb(classes[1].colour))
    near = np.linalg.norm(np.array(to_rgb(classes[2].colour)) - to_rgb(classes[0].colour))
    assert near < far


def test_cycles_of_one_place_have_the_colour_of_their_period():
    (one,), _ = classed([Label(CYCLE, 2, (0.0,))], ["2-cycle around x = 0"])
    (other,), _ = classed([Label(CYCLE, 2)], ["2-cycle"])
    assert one == other


def lab(colour, eye):
    """L*, a*, b* of a colour as an eye sees it, under D65."""
    own = np.array(to_rgb(colour))
    light = np.where(own <= 0.04045, own / 12.92, ((own + 0.055) / 1.055) ** 2.4)
    seen = np.array(XYZ) @ np.clip(np.array(EYES[eye]) @ light, 0, 1) / (0.95047, 1, 1.08883)
    f = np.where(seen > 216 / 24389, np.cbrt(seen), (24389 / 27 * seen + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def places(word, count, period=0):
    return [Label(word, period, (float(k),)) for k in range(count)]


LONE = [Label("inflection", at=(9.0,)), Label("degenerate", at=(9.0,)), Label("plateau"),
        Label(CYCLE, 3), Label(CYCLE, 7),
        *map(Label, (CHAOTIC, STALLED, OPEN, AWAY, LEFT, STUCK, NOWHERE))]  # fmt: skip


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    "labels",
    [
        [*places("minimum", 8), *places("maximum", 2), *places("saddle", 2), Label(CYCLE, 2), Label(CYCLE, 4), *LONE],
        [*places("minimum", 4), *places(CYCLE, 4, 2), *places(CLOSING, 4, 4), *LONE],
        [*places("saddle", 8), *LONE],
        None,
    ],
)
def test_what_looks_alike_to_somebody_has_another_pattern(labels, eye):
    if labels is None:
        classes, _ = by_period([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    else:
        classes, _ = classed(labels, [label.told(["x"]) for label in labels])
    for one, other in combinations(classes, 2):
        apart = np.linalg.norm(lab(one.colour, eye) - lab(other.colour, eye))
        assert apart >= APART or one.pattern != other.pattern, f"{one} and {other} are {apart:.1f} apart to {eye}"


def test_a_legend_of_a_movie_lists_a_cycle_once():
    reel = symopt.sweep.frames("x**4/4 - a*x**2/2", "gd", {"lr": (0.4, 0.75, 30), "x": (-1.8, 1.8, 31)},
                               {"a": (1.5, 2, 3)}, steps=60)  # fmt: skip
    words = [(label.word, label.period) for label in reel.labels]
    assert (CYCLE, 2) in words
    assert (CLOSING, 2) in words
    classes, _ = classed(reel.labels, reel.words)
    texts = [each.text for each in classes]
    assert len(texts) == len(set(texts))
    around = [text for text in texts if text.startswith("2-cycle around")]
    assert around == [f"2-cycle around x = {sign}1.225 … {sign}1.414" for sign in ("−", "")]

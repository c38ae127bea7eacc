"""Colours of endings: cycles around different minima are different, and look like their minima."""

import numpy as np
from matplotlib.colors import to_rgb

from symopt.sweep.labels import CLOSING, CYCLE, Label
from symopt.views.parts.map.classes import classed


def test_cycles_are_tinted_as_the_minima_they_go_around():
    labels = [Label("minimum", at=(-1.0,)), Label("minimum", at=(1.0,)), Label(CYCLE, 2, (-1.0,)),
              Label(CYCLE, 2, (1.0,)), Label(CLOSING, 2, (1.0,)), Label(CYCLE, 4)]  # fmt: skip
    words = ["minimum x = −1", "minimum x = 1", "2-cycle around x = −1", "2-cycle around x = 1",
             "closing in on a 2-cycle around x = 1", "4-cycle"]  # fmt: skip
    classes, number = classed(labels, words)
    assert number.tolist() == [0, 1, 2, 3, 3, 4]
    assert classes[3].text == "2-cycle around x = 1, there or closing in"
    assert classes[4].text == "4-cycle, there or closing in"
    far = np.linalg.norm(np.array(to_rgb(classes[2].colour)) - to_rgb(classes[1].colour))
    near = np.linalg.norm(np.array(to_rgb(classes[2].colour)) - to_rgb(classes[0].colour))
    assert near < far


def test_cycles_of_one_place_have_the_colour_of_their_period():
    (one,), _ = classed([Label(CYCLE, 2, (0.0,))], ["2-cycle around x = 0"])
    (other,), _ = classed([Label(CYCLE, 2)], ["2-cycle"])
    assert one == other

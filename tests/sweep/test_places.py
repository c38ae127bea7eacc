"""Numbers on a map stand in the middle of what they name, and twice only in areas that are apart."""

import numpy as np

from symopt.views.parts.map.places import places


def test_numbers_stand_in_their_areas():
    number = np.zeros((60, 80), dtype=int)
    number[:, 30:50] = 1
    number[10:12, 5:7] = 2
    found = places(number, (500, 640))
    assert [each for each, _, _ in found] == [0, 0, 1]
    assert [number[int(y * 60), int(x * 80)] for _, x, y in found] == [0, 0, 1]
    (_, first, _), (_, second, _) = found[:2]
    assert (first < 30 / 80) != (second < 30 / 80)

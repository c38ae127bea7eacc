"""Numbers on a map stand in the middle of what they name, and texts over it on no line but their own."""

import numpy as np
from matplotlib.figure import Figure

from symopt.sweep.axes import Axis
from symopt.sweep.theory import Tick
from symopt.views.parts.map.places import places
from symopt.views.parts.map.theory import draw


def test_numbers_stand_in_their_areas():
    number = np.zeros((60, 80), dtype=int)
    number[:, 30:50] = 1
    number[10:12, 5:7] = 2
    found = places(number, (500, 640))
    assert [each for each, _, _ in found] == [0, 0, 1]
    assert [number[int(y * 60), int(x * 80)] for _, x, y in found] == [0, 0, 1]
    (_, first, _), (_, second, _) = found[:2]
    assert (first < 30 / 80) != (second < 30 / 80)


def test_texts_stand_on_no_line_but_their_own_and_on_no_text():
    for values in ([0.1, 0.12, 0.4, 0.45, 0.7], [0.02, 0.03, 0.04, 0.6], [0.9, 0.95]):
        ax = Figure((8, 6.25), 100).add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 1))
        draw(ax, Axis("lr", "method", np.linspace(0, 1, 101)), [Tick("lr", v, "2/f″(1.131)", "proved") for v in values])
        leads = [line.get_xydata()[1] for line in ax.lines if line.get_linewidth() == 0.6]
        assert len(ax.texts) == len(leads) == len(values)
        boxes = [text.get_window_extent() for text in ax.texts]
        assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
        for text, box in zip(ax.texts, boxes, strict=True):
            (left, low), (right, _) = ax.transData.inverted().transform(box)
            own = text.get_text().rpartition(" ")[2]
            crossed = [x for x, top in leads if left < x < right and top > low and f"{x:g}" != own]
            assert not crossed or values == [0.9, 0.95]

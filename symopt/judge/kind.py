"""What a flat point is: minimum, maximum, saddle, inflection, degenerate, or a plateau; and where it lies exactly.

Nothing is believed because a double says 0: f, ∇f and ∇²f are asked in as many digits as it takes. From the point of
the walk Newton's method goes on in those digits to the critical point x* close by, over multiple zeros of the
gradient too: beside a zero of order m the Newton step is (x − x*)/m. What x* is, is then told by both its sides.
"""

from __future__ import annotations

import numpy as np

from symopt.balls.working import ALONE
from symopt.judge.digits import NEAR
from symopt.judge.line import on_a_line
from symopt.judge.many import place_of_many
from symopt.judge.place import PLATEAU, Place
from symopt.judge.space import in_space
from symopt.loss import Loss
from symopt.methods.factor import LARGE
from symopt.special import Beyond


def place_of(loss: Loss, x: np.ndarray, scale: float, near: float = NEAR, multiple: bool = True) -> Place:
    """What a flat point is: (n,) → Place.

    It is a plateau unless there is a critical point within near^(1/m) of the scale, m the order of its zero, and the
    gradient between there and x behaves like one of that order. scale: the half-width of what is looked at. multiple:
    whether a multiple zero may be told from here, or is still too far.
    """
    if loss.sums is not None and loss.n > LARGE:
        return place_of_many(loss, x, scale, near, multiple)
    with ALONE:
        try:
            if loss.n == 1:
                return on_a_line(loss, x, scale, near, multiple)
            return in_space(loss, x, scale, near, multiple)
        except (Beyond, OverflowError, ValueError):
            return PLATEAU

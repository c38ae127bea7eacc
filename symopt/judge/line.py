"""What a flat point of one variable is: the critical point close by in many digits, told by both its sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from mpmath import mp

from symopt.balls.working import working_digits
from symopt.judge.digits import BESIDE, CLOSER, COST, FADED, MANY, ROUNDS, SMALL, SMALLER, kind_by, shown, sign_change
from symopt.judge.place import MOST, PLATEAU, Place
from symopt.judge.space import in_space
from symopt.loss import Loss

KNOWN = 1e-28
CLOSE = mp.mpf(10) ** -16


def on_a_line(loss: Loss, x: np.ndarray, scale: float, near: float, multiple: bool) -> Place:
    if loss.in_digits.cost > COST:
        return in_space(loss, x, scale, near, multiple)
    begin, s = mp.mpf(float(x[0])), mp.mpf(scale)
    with working_digits(MANY):
        if loss.kinks and (made := _at_kink(loss, begin, s)) is not None:
            return made
        z = begin
        if (slope := loss.in_digits.grad([begin])[0]) != 0:
            bend = _bend(loss, begin)
            if not mp.isfinite(slope) or not mp.isfinite(bend):
                return PLATEAU
            found = _zero(loss, begin, s, near) if bend else None
            if found is None:
                return PLATEAU
            z = found
        left, right = (_Side(loss, z, sense, (s * SMALL, s * SMALLER)) for sense in (-1, 1))
        if not (left.defined or right.defined):
            return PLATEAU
        orders = [side.order for side in (left, right) if side.order is not None]
        m = max(orders, default=mp.one)
        gap = abs(begin - z)
        if gap > s * mp.mpf(near) ** (1 / max(m, 1)) or (m > 1.1 and gap and not multiple):
            return PLATEAU
        if gap and slope != 0 and abs(m * slope / (bend * (begin - z)) - 1) > mp.mpf("0.2"):
            return PLATEAU
        made = _between(left, right)
        if made.kind == "degenerate" and made.reason in ("constant", "jump"):
            return replace(made, at=np.array([float(z)]), error=np.zeros(1))
        return replace(made, at=np.array([float(z)]), error=np.array([scale * KNOWN]), power=float(m))


def _at_kink(loss: Loss, begin: Any, s: Any) -> Place | None:
    """The kink or the jump within rounding of a point; None where there is none."""
    z = sign_change(lambda t: loss.in_digits.grad([t], MANY)[0], begin, s)
    if z is None:
        return None
    made = _between(*(_Side(loss, z, sense, (s * BESIDE, s * CLOSER)) for sense in (-1, 1)))
    if made.reason not in ("kink", "jump"):
        return None
    return replace(made, at=np.array([float(z)]), error=np.array([float(s) * KNOWN]))


def _bend(loss: Loss, z: Any, digits: int = 0) -> Any:
    entries = loss.in_digits.hess([z], digits)
    return mp.nan if entries is None else entries.get((0, 0), mp.zero)


def _zero(loss: Loss, begin: Any, s: Any, near: float) -> Any:
    """The zero of f′ close by, by Newton on u = f′/f″, whose zeros are all simple: x − u/u′; None if there is none."""
    z = begin
    far = s * mp.mpf(near) ** (mp.one / MOST)
    for _ in range(ROUNDS):
        slope = loss.in_digits.grad([z], MANY)[0]
        if slope == 0 or (z != begin and not mp.isfinite(slope)):  # its sides tell what is there
            return z
        bend = _bend(loss, z, MANY)
        if not (mp.isfinite(slope) and mp.isfinite(bend)) or bend == 0:
            return None
        u = slope / bend
        e = abs(u) * SMALL
        if z + e == z:
            return z
        beside, bend_beside = loss.in_digits.grad([z + e], MANY)[0], _bend(loss, z + e, MANY)
        if not (mp.isfinite(beside) and mp.isfinite(bend_beside)) or bend_beside == 0:
            return None
        rate = (beside / bend_beside - u) / e
        if not rate > mp.mpf(1) / (2 * MOST):
            return z if abs(u) < s * SMALL**3 else None  # so near that the rate is lost in rounding
        z = z - u / rate
        if abs(z - begin) > far:
            return None
        if abs(u / rate) < s * CLOSE:
            return z
    return None


class _Side:
    """A side of z, looked at very close to it: `rise`, the slope of f going outwards, and whether it fades."""

    def __init__(self, loss: Loss, z: Any, sense: int, steps: tuple[Any, Any]) -> None:
        places = [z + sense * h for h in steps]
        self.values = [loss.in_digits.value([place], MANY) for place in places]
        slopes = [loss.in_digits.grad([place], MANY)[0] * sense for place in places]
        self.defined = all(mp.isfinite(v) for v in (*self.values, *slopes))
        self.rise = slopes[1] if self.defined else mp.nan
        self.flat = self.defined and slopes == [0, 0]
        self.straight = self.defined and not self.flat and bool(abs(slopes[1]) > FADED * abs(slopes[0]))
        self.order = None
        if self.defined and not self.flat and not self.straight and slopes[1] != 0:
            self.order = mp.log(abs(slopes[0] / slopes[1])) / mp.log(steps[0] / steps[1])

    @property
    def sign(self) -> int:
        return 0 if self.flat else int(mp.sign(self.rise))


def _between(left: _Side, right: _Side) -> Place:
    """What lies between two sides."""
    if not (left.defined and right.defined):
        return Place("degenerate")
    jumps = [abs(a - b) for a, b in zip(left.values, right.values, strict=True)]
    changes = [abs(side.values[1] - side.values[0]) for side in (left, right)]
    if jumps[1] > max(FADED * jumps[0], *changes):  # and no rounding of what cancels
        return Place("degenerate", "jump")
    if left.flat and right.flat:
        return Place("degenerate", "constant")
    turn = kind_by([left.sign, right.sign])
    if left.straight or right.straight:
        slopes = {
            name: shown(float(rise))
            for name, rise in (("left", -left.rise if left.straight else 0), ("right", right.rise * right.straight))
        }
        return Place(turn, "kink", more=slopes) if turn else Place("degenerate", "kink", more=slopes)
    simple = all(side.order is not None and abs(side.order - 1) < 0.05 for side in (left, right))
    if simple:
        return Place(turn or "degenerate")
    return Place("degenerate", turn) if turn else Place("inflection")

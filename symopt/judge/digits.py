"""What judging in many digits goes by: how many digits, how small is small, which way a sign turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from mpmath import mp

EPS = float(np.finfo(float).eps)
NEAR = 1e-6
"""How far off a critical point may be whose place a walk is said to have come to, in units of the scale."""
DIGITS, MANY = 120, 260
ROUNDS = 60
SMALL, SMALLER = mp.mpf(10) ** -20, mp.mpf(10) ** -26
"""How far from a critical point its sides are looked at, in units of the scale."""
BESIDE, CLOSER = mp.mpf(10) ** -9, mp.mpf(10) ** -12
"""The same from a kink, which a float that is on it in numpy may miss by a rounding."""
FADED = 0.5
FAINT = mp.mpf(10) ** -40
"""Of what stands beside it: rounding, of which nothing is said."""
BISECTIONS = 120
COST = 20_000
"""Operations of f and ∇f beyond which more digits are not asked for."""
Vector: TypeAlias = list[Any]


def sign_change(slope: Callable[[Any], Any], begin: Any, s: Any) -> Any:
    """Where a slope gets another sign within rounding of a number, as at a kink; None if it does not."""
    low, high = begin - 8 * mp.mpf(EPS) * s, begin + 8 * mp.mpf(EPS) * s
    left, right = slope(low), slope(high)
    if not (mp.isfinite(left) and mp.isfinite(right)):
        return None
    rounding = FAINT * max(abs(left), abs(right))

    def sign(value: Any) -> int:
        return int(mp.sign(value)) if abs(value) > rounding else 0

    if sign(left) == sign(right):
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        there = sign(slope(middle))
        if there == 0 and sign(left) * sign(right) < 0:
            return middle
        if there == sign(right):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def shown(value: float, digits: int = 3) -> str:
    return f"{float(value):.{digits}g}".replace("-", "−")


def kind_by(signs: list[int]) -> str:
    """minimum where f falls nowhere, maximum where it rises nowhere, else empty."""
    if not any(signs):
        return ""
    return "minimum" if min(signs) >= 0 else "maximum" if max(signs) <= 0 else ""

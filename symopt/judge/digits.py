"""What judging in many digits goes by: how many digits, how small is small, which way a sign turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from mpmath import mp

EPS = float(np.finfo(float).eps)
DIGITS, MANY = 120, 260
ROUNDS = 60
SMALL = mp.mpf(10) ** -20
SMALLER = mp.mpf(10) ** -26
FADED = 0.5
BISECTIONS = 120
COST = 20_000
"""Operations of f and ∇f beyond which more digits are not asked for."""
Vector: TypeAlias = list[Any]


def sign_change(slope: Callable[[Any], Any], begin: Any, s: Any) -> Any:
    """Where a slope changes its sign within rounding of a number, as at a kink; None if it does not."""
    low, high = begin - 8 * mp.mpf(EPS) * s, begin + 8 * mp.mpf(EPS) * s
    falls, rises = slope(low), slope(high)
    if not falls * rises < 0:
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if not (there := slope(middle)) * falls > 0:
            high = middle
        else:
            low = middle
        if there == 0:
            return middle
    return (low + high) / 2


def shown(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def kind_by(signs: list[int]) -> str:
    """minimum where f falls nowhere, maximum where it rises nowhere, else empty."""
    if not any(signs):
        return ""
    return "minimum" if min(signs) >= 0 else "maximum" if max(signs) <= 0 else ""

"""Numbers in sentences, rounded to the side on which the sentence stays true."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

SIDES = {-1: ROUND_FLOOR, 0: ROUND_HALF_EVEN, 1: ROUND_CEILING}


def digits(value: float, count: int = 6, side: int = 0) -> str:
    """So many digits, rounded to nearest, or down (side −1) or up (side 1); a real minus sign, ∞ by its sign."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    rounded = float(Context(prec=count, rounding=SIDES[side]).create_decimal(Decimal(value)))
    return f"{rounded + 0.0:.{count}g}".replace("-", "−")


def interval(low: float, high: float, inward: bool = False) -> str:
    """[low, high] with as many digits as tell its ends apart, widened by rounding, or narrowed if `inward`."""
    side = 1 if inward else -1
    ends = ("", "")
    for count in range(6, 18):
        ends = digits(low, count, side), digits(high, count, -side)
        if ends[0] != ends[1]:
            break
    return f"[{ends[0]}, {ends[1]}]"

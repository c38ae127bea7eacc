"""Numbers that keep their place: fixed width, true minus signs, powers of ten when digits would lie."""

from __future__ import annotations

import math

from matplotlib.ticker import MaxNLocator

from symopt.views.notation import minus, superscript

WIDTH = 9
ROUND = (1, 2, 2.5, 5, 10)
"""Steps between ticks, times a power of ten."""
LONG = 8
"""Digits of a tick from which on only differences are written."""


def fixed(value: float, scale: float = 1.0) -> str:
    """A number right-aligned in nine columns, to about five digits of `scale`.

    Decimals follow the scale, so that the point does not jump from frame to frame; what would lose its
    digits that way (1e-12, 1e12) is written with an exponent. Never wider.
    """
    return minus(_plain(float(value), float(scale))).rjust(WIDTH)


def _plain(value: float, scale: float) -> str:
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    magnitude = math.floor(math.log10(scale)) if 0 < scale < math.inf else 0
    decimals = min(max(5 - magnitude, 0), 5 if scale >= 1e-2 else 7)
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    if value == 0 and len(text) <= WIDTH:
        return text
    if len(text) <= WIDTH and abs(value) >= 99.5 * 10.0**-decimals:
        return text
    own = f"{value:.{min(max(4 - math.floor(math.log10(abs(value))), 0), 6)}f}" if 1e-2 <= abs(value) < 1e5 else ""
    if own and len(own) <= WIDTH:
        return own
    for digits in range(4, -1, -1):
        text = f"{value:.{digits}e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
        if len(text) <= WIDTH:
            break
    return text


def short(value: float, digits: int = 4) -> str:
    """A number in running text: `−21.37`, `1.2·10⁵`."""
    value = float(value)
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "undefined")
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return f"{minus(mantissa)}·10{superscript(str(int(exponent)))}"
    return minus(text)


def ticks(low: float, high: float, count: int = 6) -> tuple[list[float], list[str]]:
    """Round places between low and high, and what to write there."""
    if not 1e-300 < high - low < 1e300:
        return [], []
    found = [float(place) for place in MaxNLocator(count, steps=ROUND).tick_values(low, high)]
    step = found[1] - found[0]
    places = [place for place in found if low - 1e-9 * step <= place <= high + 1e-9 * step and step > 0]
    words = _powers(places, step)
    if not words and max(map(len, words := _exact(places, step)), default=0) > LONG:
        # a small change of a large number: the first in full, then what is added to it
        added = [k * step for k in range(len(places))]
        words = [short(places[0], 12), *(f"+{word}" for word in (_powers(added, step) or _exact(added, step))[1:])]
    return places, [minus(word) for word in words]


def _powers(places: list[float], step: float) -> list[str]:
    """Very large and very small places in a common power of ten; none of others, or where that would be long."""
    largest = max(map(abs, places), default=0.0)
    if not (largest >= 1e5 or 0 < largest < 1e-3):
        return []
    power = math.floor(math.log10(largest) + 1e-9)
    words = _exact([place / 10.0**power for place in places], step / 10.0**power)
    if len(words[0]) >= 8:
        return []
    raised = "·10" + superscript(str(power))
    bare = {"1": "", "-1": "-"}
    return [(bare[word] + raised[1:] if word in bare else word + raised) if float(word) else "0" for word in words]


def _exact(places: list[float], step: float) -> list[str]:
    """The places with just enough decimals for their step."""
    for decimals in range(12):
        words = [f"{place + 0.0:.{decimals}f}" for place in places]
        if all(abs(float(word) - place) < 1e-6 * step for word, place in zip(words, places, strict=True)):
            break
    return words

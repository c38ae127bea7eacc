"""Which ending has which colour and pattern: told apart by all eyes; in grey the numbers on a map tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from symopt.sweep.labels import CHAOTIC, CLOSING, CYCLE, KINDS, LEFT, NOWHERE, OPEN, STALLED, STUCK, Label
from symopt.views.sheet.theme import LIGHT

MARK, RIM = "#000000", "#FFFFFF"
"""Of numbers and points on areas of any colour, in every theme."""
BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, _ = LIGHT.identities
PLAIN, RISING, DASHED, FINE, DOUBLE, FALLING, DOTS = range(7)
MINIMA = BLUE, ORANGE, GREEN, PURPLE, SKY, "#F0E442", "#4B4300", "#B5651D"
OTHERS = {
    "maximum": VERMILLION,
    "saddle": "#7B3294",
    "inflection": "#5A3A00",
    "degenerate": "#C9A66B",
    "plateau": "#D9D2C3",
}
CYCLES = {2: ("#E8BFD8", RISING), 3: ("#A8D5C8", DASHED), 4: ("#C5B4E3", FINE)}
TINT = 0.7
"""The share of the minimum that a cycle goes around in its colour."""
PALE = 0.6
"""How near to white the last of several points of a kind is, about."""
APART = 10
"""How far apart, in ΔE of CIE 1976, two colours with one pattern are to all eyes; tests/sweep/test_classes.py."""
LONGER, CHAOS, NOT_YET, AWAY, GONE = "#9A86C4", "#5A3A78", "#F1F1EE", "#23262E", "#8A8F98"
MANY = len(MINIMA)
"""Places of minima that have a colour each; of more all minima have one."""
MOST = 4
"""Places of cycles of a period that have a shade each."""


@dataclass(frozen=True)
class Class:
    """Endings that have one colour and pattern."""

    text: str
    colour: str
    pattern: int = PLAIN


NONE = Class("no number", "#B9BDC4")


def classed(labels: Sequence[Label], words: Sequence[str]) -> tuple[list[Class], np.ndarray]:
    """(the classes of these labels, in order; for each label its class)."""
    classes: list[Class] = []
    number = np.zeros(len(labels), dtype=np.int32)
    heads = [_head(label.word) if label.word in KINDS else "" for label in labels]
    alone = "minimum" not in heads
    for place, (label, text) in enumerate(zip(labels, words, strict=True)):
        head = heads[place]
        if head:
            one = _flat(text, head, heads[:place].count(head), heads.count(head), alone)
        else:
            one = _cycle(label, text, labels) if label.word in (CYCLE, CLOSING) else _class(label, text)
        if one not in classes:
            classes.append(one)
        number[place] = classes.index(one)
    return classes, number


def _head(word: str) -> str:
    """What a flat point is, in the one word that colours are for."""
    parts = word.split()
    return parts[1] if len(parts) > 1 and parts[1] in OTHERS | {"minimum": ""} else parts[0]


def _flat(text: str, head: str, place: int, count: int, alone: bool) -> Class:
    """Minima have a colour each; others the colour of their kind in shades, or one each where there are no minima."""
    if count > MANY:
        plural = {"minimum": "minima", "maximum": "maxima"}.get(head, f"{head}s")
        words = f"{plural} ({count} places)"
        return Class(words, MINIMA[0]) if head == "minimum" else Class(words, OTHERS.get(head, GONE), FALLING)
    if head == "minimum" or (alone and count > 1):
        return Class(text, MINIMA[place])
    light = PALE * place / count
    shade = np.array(to_rgb(OTHERS.get(head, GONE))) * (1 - light) + light
    return Class(text, to_hex(shade), FALLING)


def _cycle(label: Label, text: str, labels: Sequence[Label]) -> Class:
    """Cycles have a colour for each short period, tinted as the minima that they go around, up to MOST of these."""
    if label.period not in CYCLES:
        return Class("longer cycles", LONGER, DOUBLE)
    alike = [each.at for each in labels if each.word in (CYCLE, CLOSING) and each.period == label.period]
    places = list(dict.fromkeys(alike))
    if not 1 < len(places) <= MOST:
        return Class(f"{label.period}-cycle", *CYCLES[label.period])
    colour, pattern = CYCLES[label.period]
    own = np.array(to_rgb(colour))
    if label.at is not None:
        own = (1 - TINT) * own + TINT * np.array(to_rgb(MINIMA[_minima(labels, places).index(label.at)]))
    return Class(text[text.index(f"{label.period}-cycle") :], to_hex(own), pattern)


def _minima(labels: Sequence[Label], places: Sequence[tuple[float, ...] | None]) -> list[tuple[float, ...] | None]:
    """The places of minima in the order of their colours, then those of cycles around others."""
    reached = [label.at for label in labels if label.word in KINDS and _head(label.word) == "minimum"]
    return list(dict.fromkeys([*reached[: MANY - MOST], *(place for place in places if place is not None)]))


def _class(label: Label, text: str) -> Class:
    found = {CHAOTIC: (CHAOS, DOTS), OPEN: (NOT_YET, PLAIN), STALLED: ("#C9CDD3", PLAIN), LEFT: (GONE, FALLING),
             STUCK: ("#B0A090", FALLING), NOWHERE: ("#FFFFFF", FALLING)}.get(label.word, (AWAY, PLAIN))  # fmt: skip
    return Class(text, *found)


def by_period(periods: Sequence[int]) -> tuple[list[Class], np.ndarray]:
    """(classes by the period, for 0 … the largest of these the class)."""
    looks = {0: (NOT_YET, PLAIN), 1: (BLUE, PLAIN), **CYCLES, 5: (SKY, RISING), 6: (GREEN, RISING),
             7: ("#F0E442", RISING), 8: (ORANGE, DASHED)}  # fmt: skip
    classes: list[Class] = []
    number = np.zeros(max(periods) + 1, dtype=np.int32)
    for p in sorted(periods):
        text = "no period" if p == 0 else str(p) if p <= 8 else "above 8"
        one = Class(text, *looks.get(p, (LONGER, DOUBLE)))
        if one not in classes:
            classes.append(one)
        number[p] = classes.index(one)
    return classes, number

"""Fonts that have the letters of a text, in whatever script."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

from matplotlib import font_manager

from symopt.language import language
from symopt.views.sheet.theme import LIGHT, theme

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # fonts of many letters have no bold
SANS, MONO = LIGHT.fonts[0], LIGHT.mono[0]
WIDE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "SimSun", "PingFang SC", "Hiragino Sans GB", "Heiti TC",
    "Noto Sans CJK JP", "Noto Sans CJK KR", "Yu Gothic", "Malgun Gothic", "Arial Unicode MS", "Droid Sans Fallback",
)  # fmt: skip
SAMPLE = "极小点"
COLOURED = ("Emoji", "Color", "LastResort", "Last Resort")  # in names of fonts whose letters are pictures, or boxes


def families(text: str, mono: bool = False) -> list[str]:
    """The families by which a text is drawn, each for the letters that those before it lack.

    What no installed font has is drawn as boxes, and a warning says so once.
    """
    known = [*theme().mono, *theme().fonts] if mono else list(theme().fonts)
    if SANS not in known:  # whose letters are counted on
        known.append(SANS)
    if language() == "zh":  # texts that are set later are Chinese, too
        text += SAMPLE
    return known if text.isascii() else [*known, *_others(frozenset(text) - _letters(SANS))]


@lru_cache(1024)
def _others(letters: frozenset[str]) -> tuple[str, ...]:
    """Families that have letters which the usual one lacks."""
    missing = {c for c in letters if c.isprintable() and not c.isspace()}
    found = []
    for family in _installed() if missing else ():
        if has := missing & _letters(family):
            found.append(family)
            missing -= has
        if not missing:
            break
    if missing:
        _tell(missing - _told)
    return tuple(found)


_told: set[str] = set()


def _tell(letters: set[str]) -> None:
    _told.update(letters)
    for letter in letters:
        warnings.filterwarnings("ignore", rf"Glyph {ord(letter)} ")  # matplotlib would say it at each place
    if not letters:
        return
    warnings.warn(
        f"no installed font has {' '.join(sorted(letters))}, and boxes are drawn instead: a Noto font of that script "
        "has what is missing, such as Noto Sans CJK for Chinese, Japanese and Korean",
        stacklevel=2,
    )


def _installed() -> Iterator[str]:
    """The installed families, those first that are made for many letters."""
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    yield from (name for name in WIDE if name in there)
    rest = there - {*WIDE, SANS, MONO}
    yield from sorted((n for n in rest if not any(c in n for c in COLOURED)), key=lambda n: (n[:9] != "Noto Sans", n))


@lru_cache(512)
def _letters(family: str) -> frozenset[str]:
    """The letters that a family has."""
    with suppress(Exception):  # a font that cannot be read has none
        path = font_manager.findfont(font_manager.FontProperties(family=family), fallback_to_default=False)
        return frozenset(map(chr, font_manager.get_font(path).get_charmap()))
    return frozenset()

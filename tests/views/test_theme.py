"""One theme for all pictures: what is drawn under it has its colours, and no part has colours of its own."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import symopt.views
from symopt.language import speaking, told
from symopt.views.look import Look
from symopt.views.sheet.theme import DARK, LIGHT, theme, worn
from tests.kit.pictures import end, picture, walk

DATA = {"theme.py", "classes.py", "basins.py", "plain.py"}
"""Modules that have colours: the theme, those of classes on maps, which mean the same everywhere, and the article's."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_no_part_has_a_colour_of_its_own():
    colour = re.compile(r'"(#[0-9a-fA-F]{6,8}|white|black)"')
    files = Path(symopt.views.__file__).parent.rglob("*.py")
    found = {
        f"{file.name}: {hit}" for file in files if file.name not in DATA for hit in colour.findall(file.read_text())
    }
    assert not found


@pytest.mark.parametrize("wanted", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_the_paper(wanted):
    for name in ("ink", "grey", "hint", "good", "bad", "open"):
        assert contrast(getattr(wanted, name), wanted.paper) > 4.5, name
    for colour in (wanted.model, wanted.blue, wanted.purple, *wanted.identities):
        assert contrast(colour, wanted.paper) > (6 if wanted.dark else 2), colour
    assert wanted.dark == (wanted is DARK)


def test_what_is_drawn_within_a_theme_has_its_colours_and_keeps_them():
    path = walk("x**2", "newton", 1.0)
    scene = picture(path, look=Look(dark=True))
    assert theme() is LIGHT
    figure = scene.figure
    assert figure.get_facecolor()[:3] == pytest.approx([int(DARK.paper[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    scene.update(end(path))
    curve = max(figure.axes[0].lines, key=lambda line: len(line.get_xdata()))
    assert curve.get_color() == DARK.ink
    marks = {line.get_markerfacecolor() for line in figure.axes[0].lines}
    assert DARK.good in marks
    assert LIGHT.good not in marks


def test_two_threads_draw_and_speak_differently():
    path = walk("x**2", "newton", 1.0)
    both = Barrier(2)

    def drawn(dark: bool) -> tuple[bytes, str]:
        look = Look(dark=dark)
        with speaking("zh" if dark else "en"), worn(DARK if dark else LIGHT):
            both.wait(10)
            word, mine = told("minimum"), theme()
            both.wait(10)
        assert mine is (DARK if dark else LIGHT)
        return symopt.plot(path, look=look, dpi=20)._repr_png_(), word

    with ThreadPoolExecutor(2) as pool:
        (light, english), (dark, chinese) = pool.map(drawn, (False, True))
    assert (english, chinese) == ("minimum", "极小点")
    for png, is_dark in ((light, False), (dark, True)):
        assert png == symopt.plot(path, look=Look(dark=is_dark), dpi=20)._repr_png_()

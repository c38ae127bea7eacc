"""Changing numbers drawn from pictures of their digits, taken from matplotlib's own drawing.

Drawing text is most of a frame's cost, and much of it has been drawn before: a title never changes,
`timestep 347` shares its digits with 346 and 247. So a text's pixels are put together from those of
texts drawn earlier, each piece from the middle of one digit to the middle of the next. That gives the
same bytes as drawing it, or else it is drawn:

- All texts of one pattern (`timestep 000`) are equally wide whatever their digits, and no two digits
  are kerned, so a digit in its place always has the same position to a fraction of a pixel.
- Neighbouring digits may share a column of pixels, but none reaches the middle of another; so a piece
  depends on the two digits that it joins, and on no other.
- What is below the text is the same as when its pieces were taken.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from itertools import pairwise, product
from math import floor

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

MARGIN = 2
"""Pixels around a text's own box that its smooth edges may reach."""
LEAST = 2.0
"""Pixels of half a digit, below which a neighbour's smooth edge may reach its middle."""
PAIRS = "".join(first + second for first, second in product("0123456789", repeat=2)) + "0"
"""Every digit followed by every other."""


class Sprites:
    """Draws the artists of one canvas, texts from sprites where it can; the bytes are those of `artist.draw`."""

    def __init__(self, canvas: FigureCanvasAgg) -> None:
        self.canvas = canvas
        self.renderer = canvas.get_renderer()
        self.pixels = np.asarray(canvas.buffer_rgba())
        self.met: set[Hashable] = set()
        self.labels: dict[Hashable, Label | None] = {}
        self.even: dict[FontProperties, bool] = {}

    def draw(self, artist: Artist) -> None:
        """Draw one artist on top of what is there."""
        if type(artist) is not Text or not self.pixels.flags.writeable:
            artist.draw(self.renderer)
        elif artist.get_visible() and artist.get_text():
            self.draw_text(artist)

    def draw_text(self, artist: Text) -> None:
        text = artist.get_text()
        key = (id(artist), re.sub("[0-9]", "0", text), *look(artist))
        if key not in self.met:  # measuring a pattern costs more than drawing it: not before it comes again
            self.met.add(key)
            artist.draw(self.renderer)
            return
        if key not in self.labels:
            self.labels[key] = self.label(artist)
        label = self.labels[key]
        if label is None:
            artist.draw(self.renderer)
        elif not label.stamp(text, self.pixels):
            below = self.pixels[label.box].copy()
            artist.draw(self.renderer)
            label.learn(text, below, self.pixels[label.box])

    def label(self, artist: Text) -> Label | None:
        """The place of a text, cut through the middle of its digits; None for texts that are not so simple."""
        text, font = artist.get_text(), artist.get_fontproperties()
        clipped = artist.get_clip_on() and (artist.get_clip_box() or artist.get_clip_path())
        fancy = artist.get_bbox_patch() or artist.get_path_effects() or artist.get_rotation() or artist.get_usetex()
        if clipped or fancy or artist.get_wrap() or set(text) & set("\n$"):
            return None
        digits = [match.start() for match in re.finditer("[0-9]", text)]
        half = self.width("0", font) / 2
        if digits and not (half >= LEAST and self.evenly_set(font) and self.equally_wide(text, font)):
            return None
        extent = artist.get_window_extent(self.renderer)
        height, width = self.pixels.shape[:2]
        left, right = floor(extent.x0) - MARGIN, floor(extent.x1) + MARGIN + 1
        bottom, top = floor(extent.y0) - MARGIN, floor(extent.y1) + MARGIN + 1
        if left < 0 or bottom < 0 or right > width or top > height:
            return None
        middles = [round(extent.x0 + self.width(text[: at + 1], font) - half) - left for at in digits]
        return Label((slice(height - top, height - bottom), slice(left, right)), digits, [0, *middles, right - left])

    def evenly_set(self, font: FontProperties) -> bool:
        """Whether all digits of a font are equally wide and none is moved by its neighbour."""
        if font not in self.even:
            self.even[font] = self.width(PAIRS, font) == self.width("0" * len(PAIRS), font)
        return self.even[font]

    def equally_wide(self, text: str, font: FontProperties) -> bool:
        """Whether a text is equally wide with any other digits in its places."""
        return len({self.width(re.sub("[0-9]", digit, text), font) for digit in "0123456789"}) == 1

    def width(self, text: str, font: FontProperties) -> float:
        return float(self.renderer.get_text_width_height_descent(text, font, False)[0])


class Label:
    """The sprites of one pattern in one place.

    box: rows and columns of the canvas. digits: where in the text they are. cuts: columns of the box at
    their middles, and at both ends.
    """

    def __init__(self, box: tuple[slice, slice], digits: list[int], cuts: list[int]) -> None:
        self.box = box
        self.spans = [slice(first, None if last is None else last + 1) for first, last in pairwise([0, *digits, None])]
        self.columns = [slice(*span) for span in pairwise(cuts)]
        self.below: np.ndarray | None = None
        self.known: dict[tuple[int, str], np.ndarray] = {}

    def stamp(self, text: str, pixels: np.ndarray) -> bool:
        """Put the text together from what is known; False, and nothing done, if that is too little."""
        try:
            sprites = [self.known[number, text[span]] for number, span in enumerate(self.spans)]
        except KeyError:
            return False
        target = pixels[self.box]
        if self.below is None or not np.array_equal(target, self.below):
            return False
        for columns, sprite in zip(self.columns, sprites, strict=True):
            target[:, columns] = sprite
        return True

    def learn(self, text: str, below: np.ndarray, drawn: np.ndarray) -> None:
        """Take the sprites of a text just drawn."""
        if self.below is None or not np.array_equal(below, self.below):
            self.below, self.known = below, {}
        for number, (span, columns) in enumerate(zip(self.spans, self.columns, strict=True)):
            self.known[number, text[span]] = drawn[:, columns].copy()


def look(artist: Text) -> tuple[Hashable, ...]:
    """All that decides a simple text's pixels but its words and what is below them."""
    x, y = artist.get_transform().transform(artist.get_position())
    align = artist.get_horizontalalignment(), artist.get_verticalalignment()
    return float(x), float(y), *align, str(artist.get_color()), artist.get_alpha(), hash(artist.get_fontproperties())

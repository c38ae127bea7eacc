"""How pictures look: one record of colours, fonts and widths that every scene and part reads while it is drawn.

Colours that everyone can tell apart are those of Okabe and Ito (2008), on dark paper lightened, hue by hue.
"""

from __future__ import annotations

from dataclasses import dataclass

from symopt.current import Current
from symopt.views.sheet.perceived import Anchor


@dataclass(frozen=True)
class Theme:
    """The look of a picture; colours as #rrggbb.

    paper: below everything, in rims, hollow markers and the words of a badge. ink, grey, pale: of lines and words, by
    weight. tint, hatch, hint: where f″ < 0, its area, its hatching and its words; cool, cold: where f″ > 0, its area
    and its words. good, bad, open: verdicts. model: of the step. frame: what is not decided. away: of cells whose
    walks have not settled. heights: of the levels of f, from the least to the greatest, equally far apart on the way
    from anchor to anchor; levels: their greys where colours say something else; ridge: the lines between. identities:
    of the walks, in turn. fonts: families of text, the first that has a letter draws it; mono: of digits. curve: width
    of the curve in points; point: size of a walk's marker. grid: colour of lines at the ticks, if any; field: what
    lies below those of the plain picture. clear: nothing is painted below the picture.
    """

    paper: str = "#FFFFFF"
    ink: str = "#23262E"
    grey: str = "#5B616B"
    pale: str = "#9AA0A8"
    tint: str = "#FBF5E6"
    hatch: str = "#E0A32E"
    hint: str = "#A66300"
    cool: str = "#EAF3FB"
    cold: str = "#4C7FA8"
    good: str = "#00734F"
    bad: str = "#C8321A"
    open: str = "#565B64"
    model: str = "#D55E00"
    frame: str = "#E69F00"
    away: str = "#D9DCE1"
    blue: str = "#0072B2"
    orange: str = "#E69F00"
    purple: str = "#CC79A7"
    sky: str = "#56B4E9"
    levels: tuple[float, float] = (0.96, 0.55)
    heights: tuple[Anchor, ...] = (
        (0.985, 0.016, 95), (0.935, 0.03, 150), (0.86, 0.042, 210), (0.77, 0.05, 245), (0.67, 0.055, 268),
    )  # fmt: skip
    ridge: str = "#FFFFFF"
    identities: tuple[str, ...] = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#6B5B00")
    fonts: tuple[str, ...] = ("DejaVu Sans",)
    mono: tuple[str, ...] = ("DejaVu Sans Mono",)
    curve: float = 2.0
    point: float = 9.0
    grid: str | None = None
    field: str = "#EAEAF2"
    clear: bool = False

    @property
    def dark(self) -> bool:
        """Whether the paper is darker than the middle."""
        red, green, blue = (int(self.paper[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue < 128

    def veil(self, share: float) -> str:
        """The paper's colour, of which so much is seen: behind words that lie on lines."""
        return f"{self.paper}{round(255 * share):02x}"


LIGHT = Theme()
DARK = Theme(
    paper="#15181E", ink="#E9EBEF", grey="#A8AFBA", pale="#6F7783", tint="#2A2415", hatch="#A97A1E", hint="#E3AE4A",
    cool="#16242F", cold="#7DB6DE", good="#4CC59A", bad="#FF8168", open="#B3B9C3", model="#F58A45", frame="#F2B640",
    away="#3A404A", blue="#58ABE4", orange="#F2B640", purple="#E6A3CB", sky="#8FD0F5", levels=(0.15, 0.42),
    heights=((0.2, 0.03, 275), (0.28, 0.045, 262), (0.36, 0.05, 240), (0.44, 0.05, 212), (0.52, 0.045, 190)),
    ridge="#6F8596", field="#262B34",
    identities=("#58ABE4", "#F58A45", "#3CC79B", "#F2B640", "#E6A3CB", "#8FD0F5", "#CDBE5A"),
)  # fmt: skip
theme = Current("theme", LIGHT)
"""`theme()` is the theme of the picture that is being drawn."""
worn = theme.being
"""`with worn(DARK):` pictures are drawn in that theme."""

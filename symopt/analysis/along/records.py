"""What is known along a letter: plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symopt.analysis.records import Interval


@dataclass(frozen=True)
class Bifurcation:
    """A value of the letter at which critical points change, and the x at which they do.

    kind: `fold` (two are born or meet: f′ = f″ = 0, f‴ ≠ 0, f′ₐ ≠ 0), `pitchfork`, `transcritical` (two curves cross),
    `hysteresis` (f′ = f″ = f‴ = 0: no point is born), `isolated` (an inflection at this a only),
    `multiple` (f′ = f″ = 0 of a higher order: there alone curves meet or turn), `exit` (a curve passes
    an end of the window), `flat` (f does not depend on x there: x is the whole window); at a kink `persistence` (a
    point comes onto it or leaves it), `nonsmooth fold` (two are born or meet on it), `kink` (where kinks meet,
    or another point on one at which points change).
    enclosure: of a and of x; a, x: in the digits that are enclosed. opens: on which side of a there are more points (1
    above, −1 below, 0 as many).
    why: what a proof rests on besides numbers. edge: on an end of the window or of the range to all digits.
    """

    kind: str
    enclosure: tuple[Interval, Interval]
    a: str
    x: str
    opens: int = 0
    why: str = ""
    edge: bool = False
    balls: Any = field(default=None, repr=False, compare=False)

    @property
    def place(self) -> tuple[float, float]:
        """(a, x) as floats."""
        (a, b), (c, d) = self.enclosure
        return a + (b - a) / 2, c + (d - c) / 2


@dataclass(frozen=True)
class Branch:
    """A critical point at one value of the letter: x, its enclosure, its kind, dx*/da, whether it is on a kink."""

    x: float
    enclosure: Interval
    kind: str
    rate: float
    kink: bool = False


@dataclass(frozen=True)
class Stretch:
    """An interval of the letter on which number, order and kinds of the critical points stay as they are at one value.

    ends: a pair of enclosures, of the values at which it ends. value: of the letter, for which the points are given.
    proved: all of this is, else nothing is known.
    """

    ends: tuple[Interval, Interval]
    words: tuple[str, str]
    value: float
    points: tuple[Branch, ...] = ()
    proved: bool = True

    @property
    def shape(self) -> list[tuple[str, bool]]:
        """The kinds from left to right, and which are kinks."""
        return [(point.kind, point.kink) for point in self.points]

    @property
    def counts(self) -> dict[str, int]:
        found = {kind: sum(p.kind == kind for p in self.points) for kind in ("minimum", "maximum", "inflection")}
        return {kind: many for kind, many in found.items() if many}

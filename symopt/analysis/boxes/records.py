"""What an analysis in several variables says: plain records, in the style of `analysis.records`."""

from __future__ import annotations

from dataclasses import dataclass, field

from symopt.analysis.records import Interval


@dataclass(frozen=True)
class Point:
    """A point where ∇f = 0, or a kink where 0 is between the slopes around it (in Clarke's generalised gradient).

    x: coordinates (n,). enclosure: a box (n, 2) proven to hold it. f: value there, enclosed by `value`. kind:
    `minimum`, `maximum`, `saddle`, `degenerate` (∇f = 0, but H is not shown to be regular) or `undecided`. index: the
    number of directions in which f falls, None where it is not shown. eigenvalues: enclosures of those of H, ascending;
    none at a kink. active: how many switches (|s| at s = 0, two equal arguments of Max, …) meet there, 0 where f is
    smooth. edge: on the window's border, to so many digits. proved: that there is exactly one such point in the
    enclosure, and that it lies in the window: one on the border may lie just beyond where algebra does not tell.
    region: a box that holds no other with the same switches.
    """

    x: tuple[float, ...]
    enclosure: tuple[Interval, ...]
    f: float
    value: Interval
    kind: str
    index: int | None = None
    eigenvalues: tuple[Interval, ...] = ()
    active: int = 0
    edge: bool = False
    proved: bool = True
    region: tuple[Interval, ...] = field(default=(), repr=False, compare=False)

    @property
    def kink(self) -> bool:
        return self.active > 0


@dataclass(frozen=True)
class Place:
    """A place where the least value may be taken: x (n,), a box (n, 2) around it, `inside` or a `side` … of the window.

    known: x is one of the critical points or a corner.
    """

    x: tuple[float, ...]
    enclosure: tuple[Interval, ...]
    where: str
    known: bool = False


__all__ = ["Interval", "Place", "Point"]

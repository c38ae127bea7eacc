"""What an analysis says: plain records, whose words are kept. Boxes are (n, 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

Interval = tuple[float, float]


@dataclass(frozen=True)
class CriticalPoint:
    """A point where ∇f = 0, or a kink where 0 is between the slopes around it (in Clarke's generalised gradient).

    x: coordinates (n,). enclosure: box (n, 2) that is proven to hold it, and of its kind nothing else (a whole
    interval on which f is constant is one `degenerate` point). f: value there, enclosed by `value`. kind: `minimum`,
    `maximum`, `saddle`, `inflection`, `degenerate` (∇f = 0, but H is not shown to be regular, or f is flat) or
    `undecided`. kink: ∇f does not exist there; None where neither is shown. edge: on the window's or the domain's end,
    to so many digits. proved: all of this is, and that it lies in the window.

    turn: by signs around it what a degenerate one is, `minimum`, `maximum`, in several variables `saddle`, or empty.

    One variable: exact, form: the
    closed form as text and as an expression, or None. multiplicity: of the zero of f′, 0 at a kink. place, worth: the
    digits of x and of f that are enclosed. slopes: one-sided slopes at a kink, where they are known. balls: the point
    and f there while the analysis is made; a made one has none, for balls can be neither copied nor pickled. continued:
    f has no value there but goes on smoothly.

    Several variables: index: the number of directions in which f falls, None where it is not shown. eigenvalues:
    enclosures of those of H, ascending; none at a kink. active: how many switches (|s| at s = 0, two equal arguments of
    Max, …) meet there, 0 where f is smooth. region: a box that holds no other with the same switches.
    """

    x: tuple[float, ...]
    enclosure: tuple[Interval, ...]
    f: float
    kind: str
    kink: bool | None = False
    edge: bool = False
    exact: str | None = None
    proved: bool = True
    turn: str = ""
    multiplicity: int = 1
    flat: bool = False
    balls: Any = field(default=None, repr=False, compare=False)
    value: Interval = (-math.inf, math.inf)
    form: Any = field(default=None, repr=False, compare=False)
    place: str = ""
    worth: str = ""
    slopes: tuple[Interval, Interval] | None = None
    continued: bool = False
    index: int | None = None
    eigenvalues: tuple[Interval, ...] = ()
    active: int = 0
    region: tuple[Interval, ...] = field(default=(), repr=False, compare=False)

    @property
    def ball(self) -> Any:
        return self.balls[0]

    @property
    def lowest(self) -> bool:
        """Whether f is least here among its neighbours."""
        return self.kind == "minimum" or self.turn == "minimum"


@dataclass(frozen=True)
class Place:
    """A place where the least value may be taken: x (n,), a box (n, 2) around it, `inside` or a `side` … of the window.

    known: x is one of the critical points or a corner.
    """

    x: tuple[float, ...]
    enclosure: tuple[Interval, ...]
    where: str
    known: bool = False


@dataclass(frozen=True)
class CriticalSet:
    """Where some equations and inequalities hold all is critical: a curve (dimension 1), a surface (2) or a region (n)
    through x (n,).

    enclosure: box (n, 2) that is proven to hold such a point. level: f on all of it, None where that is not shown.
    """

    equations: tuple[str, ...]
    dimension: int
    x: tuple[float, ...]
    enclosure: tuple[Interval, ...]
    level: str | None = None


@dataclass(frozen=True)
class Rate:
    """How fast a method comes to a minimum: e⁺ ≈ factor·e, or e⁺ ≈ constant·eᵒʳᵈᵉʳ, with its prediction.

    law: `linear`, `quadratic`, `cubic` (at least), `repels`, `unknown`. factor: enclosure of the factor or constant.
    predicted, observed: steps to the tolerance from the start, None where the law says nothing there.
    """

    x: tuple[float, ...]
    method: str
    law: str
    factor: Interval | None
    statement: str
    predicted: int | None = None
    observed: int | None = None
    proved: bool = True

    def record(self) -> dict[str, Any]:
        known = fields(self, "x", "method", "law", "factor", "statement")
        return known | {"predicted_steps": self.predicted, "observed_steps": self.observed, "proved": self.proved}


def fields(made: Any, *names: str) -> dict[str, Any]:
    """Some fields of a record for JSON."""
    return {name: plain(getattr(made, name)) for name in names}


def plain(value: Any) -> Any:
    """Lists and floats for JSON; nan and inf become None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

"""What an analysis says: plain records, whose words are kept. Boxes are (n, 2), so that more variables can come."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

Interval = tuple[float, float]


@dataclass(frozen=True)
class CriticalPoint:
    """A point where f′ = 0, or a kink where the slope changes its sign.

    x: coordinates (n,). enclosure: box (n, 2) that is proven to hold it, and of its kind nothing else (a whole
    interval on which f is constant is one `degenerate` point). f: value there. kind: `minimum`, `maximum`,
    `inflection`, or `degenerate` (f″ = 0 there, or f is flat); `turn` says by the slope's signs what a degenerate
    one is, `minimum`, `maximum` or empty. kink: f′ does not exist there; None where neither is shown. edge: on the
    window's or the domain's end. exact: closed form or None. proved: all of this is. multiplicity: of the zero of f′, 0
    at a kink. value, form: an enclosure of f there, the closed form as an expression. place, worth: the digits of x
    and of f that are enclosed. slopes: one-sided slopes at a kink, where they are known. balls: the point and f there
    while the analysis is made; a made one has none, for balls can be neither copied nor pickled. continued: f has no
    value there but goes on smoothly.
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

    @property
    def ball(self) -> Any:
        return self.balls[0]

    @property
    def lowest(self) -> bool:
        """Whether f is least here among its neighbours."""
        return self.kind == "minimum" or self.turn == "minimum"


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
        return {
            "x": list(self.x), "method": self.method, "law": self.law,
            "factor": None if self.factor is None else plain(self.factor), "statement": self.statement,
            "predicted_steps": self.predicted, "observed_steps": self.observed, "proved": self.proved,
        }  # fmt: skip


def plain(value: Any) -> Any:
    """Lists and floats for JSON; nan and inf become None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

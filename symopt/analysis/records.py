"""What an analysis says: plain records, whose words are kept. Boxes are (n, 2), so that more variables can come."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symopt.notebook import clipped, preformatted

Interval = tuple[float, float]
SCHEMA = "symopt.analyze/1"


@dataclass(frozen=True)
class CriticalPoint:
    """A point where f′ = 0, or a kink where the slope changes its sign.

    x: coordinates (n,). enclosure: box (n, 2) that is proven to hold it, and of its kind nothing else (a whole
    interval on which f is constant is one `degenerate` point). f: value there. kind: `minimum`, `maximum`,
    `inflection`, or `degenerate` (f″ = 0 there, or f is flat); `turn` says by the slope's signs what a degenerate
    one is, `minimum`, `maximum` or empty. kink: f′ does not exist there. edge: on the window's or the domain's end.
    exact: closed form or None. proved: all of this is. multiplicity: of the zero of f′, 0 at a kink. value, form: an
    enclosure of f there, the closed form as an expression. ball: the point as a ball while the analysis is made; a
    made one has none, for balls can be neither copied nor pickled. continued: f has no value there but goes on
    smoothly.
    """

    x: tuple[float, ...]
    enclosure: tuple[Interval, ...]
    f: float
    kind: str
    kink: bool = False
    edge: bool = False
    exact: str | None = None
    proved: bool = True
    turn: str = ""
    multiplicity: int = 1
    flat: bool = False
    ball: Any = field(default=None, repr=False, compare=False)
    value: Interval = (-math.inf, math.inf)
    form: Any = field(default=None, repr=False, compare=False)
    continued: bool = False

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


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything known of a loss on a window.

    status: `complete`, `incomplete` (`left` are the boxes that could not be decided) or `estimated`. minimum: enclosure
    of the least value, and the places where it may be taken. L, mu: enclosures of sup|f″| and inf f″ where f is smooth.
    convex, concave: intervals inside which f″ > 0, f″ < 0. convex_everywhere: f is convex on the window.
    contained: the component of {f ≤ f(start)} around the start lies inside the window: True, or None if that is
    not shown. warnings: true sentences.
    """

    loss: Any
    window: np.ndarray
    status: str
    critical_points: tuple[CriticalPoint, ...]
    minimum: Interval
    at: tuple[float, ...]
    L: Interval
    mu: Interval
    safe_lr: float | None
    best_lr: float | None
    direction_alpha: float | None
    descent_alpha: float | None
    convex: tuple[Interval, ...]
    concave: tuple[Interval, ...]
    rates: tuple[Rate, ...] = ()
    warnings: tuple[str, ...] = ()
    left: tuple[Interval, ...] = ()
    convex_everywhere: bool = False
    start: float | None = None
    contained: bool | None = None
    cycles: tuple[str, ...] = ()
    undefined: tuple[Interval, ...] = ()
    constant: bool = False
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        return self.status != "estimated"

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.analyze/1; nan and inf are null."""
        return {
            "schema": SCHEMA,
            "window": plain(self.window),
            "status": self.status,
            "critical_points": [
                {
                    "x": plain(p.x), "enclosure": plain(p.enclosure), "f": plain(p.f), "kind": p.kind, "kink": p.kink,
                    "edge": p.edge, "exact": p.exact, "proved": p.proved,
                }
                for p in self.critical_points
            ],
            "global_minimum": {"f": plain(self.minimum), "at": plain(self.at)},
            "L": plain(self.L),
            "mu": plain(self.mu),
            "safe_lr": plain(self.safe_lr),
            "best_lr": plain(self.best_lr),
            "direction_alpha": plain(self.direction_alpha),
            "descent_alpha": plain(self.descent_alpha),
            "convex": plain(self.convex),
            "concave": plain(self.concave),
            "rates": [rate.record() for rate in self.rates],
            "warnings": list(self.warnings),
        }  # fmt: skip

    def __str__(self) -> str:
        from symopt.analysis.report import report

        return report(self)

    def __repr__(self) -> str:
        from symopt.analysis.report import headline

        return f"<analysis of {clipped(self.loss.text)}: {headline(self)}>"

    def _repr_html_(self) -> str:
        return preformatted(str(self))


def plain(value: Any) -> Any:
    """Lists and floats for JSON; nan and inf become None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

"""What a flat point is, as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

MOST = 12  # the highest order of a zero that is told from a plateau


@dataclass(frozen=True)
class Place:
    """What a flat point is.

    kind: minimum, maximum, saddle, inflection, degenerate or plateau. reason: what a degenerate point or a kink is.
    at: (n,), the critical point; error: (n,), how far rounding lets it be off. power: m, the order of the gradient's
    zero. more: numbers for the sentences.
    """

    kind: str
    reason: str = ""
    at: np.ndarray | None = None
    error: np.ndarray | None = None
    power: float = 1.0
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether a walk that comes here has come to its end, and is not merely slow on its way past."""
        return self.kind != "plateau" and (self.power <= 1.1 or self.reason == "minimum")


PLATEAU = Place("plateau")

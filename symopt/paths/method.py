"""What stands in the place of a method where only its points are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth


@dataclass(frozen=True)
class Given(Method):
    """A given path

    name: what the path is called. asked: what was evaluated at each point, letters of f, g, h; empty where nobody says.
    """

    name: str = "path"  # type: ignore[misc]
    asked: tuple[str, ...] = ()
    given = True

    @property
    def formula(self) -> str:
        return "a given path"

    @property
    def parameters(self) -> dict[str, object]:
        return {}

    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        """None: nobody knows how its points were made."""
        return iter(())

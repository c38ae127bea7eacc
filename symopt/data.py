"""Columns of data: names, and numbers of as many rows each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False)
class Data:
    """Columns by name; `matrix` (rows, columns) holds them one behind the other in memory."""

    names: tuple[str, ...]
    matrix: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Data:
        """Columns of equal length, as {name: numbers}."""
        import numpy as np

        arrays = [np.asarray(values, dtype=float) for values in columns.values()]
        return cls(tuple(columns), np.array(arrays).T)

    @property
    def rows(self) -> int:
        return len(self.matrix)

    def column(self, name: str) -> np.ndarray:
        """The numbers of a column, (rows,)."""
        found: np.ndarray = self.matrix[:, self.names.index(name)]
        return found

    def columns(self, names: Sequence[str]) -> np.ndarray:
        """Some columns side by side, (rows, len(names)); without a copy where they are neighbours."""
        places = [self.names.index(name) for name in names]
        if places == list(range(places[0], places[0] + len(places))):
            found: np.ndarray = self.matrix[:, places[0] : places[0] + len(places)]
            return found
        return self.matrix.T[places].T

    def take(self, rows: Any) -> Data:
        """Some of the rows."""
        return Data(self.names, self.matrix.T[:, rows].T)

    @property
    def ends(self) -> dict[str, tuple[int, int] | None]:
        """(least, greatest) of each column of whole numbers; None for the others."""
        found: dict[str, tuple[int, int] | None] = {}
        for name in self.names:
            values = self.column(name)
            whole = len(values) > 0 and bool((values == values.round()).all()) and abs(values).max() < 2**53
            found[name] = (int(values.min()), int(values.max())) if whole else None
        return found

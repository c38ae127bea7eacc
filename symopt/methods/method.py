"""What a method is: a frozen dataclass with one endless generator of points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

import numpy as np

AUTO: Any = "auto"


class Smooth(Protocol):
    """A loss as a method sees it: (…, n) → (…), (…, n) and (…, n, n)."""

    def __call__(self, x: np.ndarray) -> np.ndarray: ...
    def grad(self, x: np.ndarray) -> np.ndarray: ...
    def hess(self, x: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Method:
    """A rule that makes points out of points.

    The fields of a method are its parameters; `AUTO` stands for one that is chosen from the loss
    before the walk. The docstring's first line is the formula.
    """

    name: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    memoryless: ClassVar[bool] = False
    descends: ClassVar[bool] = False
    reference: ClassVar[str] = ""
    pro: ClassVar[str] = ""
    contra: ClassVar[str] = ""

    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        """x₁, x₂, … from x₀ = x of shape (…, n), endlessly; x itself is never changed."""
        raise NotImplementedError

    @property
    def formula(self) -> str:
        return (type(self).__doc__ or "").strip().splitlines()[0]

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The parameters that are still `AUTO`."""
        return tuple(name for name, value in self.parameters.items() if value == AUTO)

    def with_parameters(self, **values: Any) -> Method:
        """The same method with some parameters changed."""
        from dataclasses import replace

        return replace(self, **values)

"""What a method is: a frozen dataclass with one endless generator of points."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np

from symopt.errors import MethodError, meant, named, public
from symopt.notebook import table

AUTO: Any = "auto"
BEST: Any = "best"
LARGEST = sys.float_info.max


class Smooth(Protocol):
    """A loss as a method sees it: (…, n) → (…), (…, n) and (…, n, n)."""

    def __hash__(self) -> int: ...
    def __call__(self, x: np.ndarray) -> np.ndarray: ...
    def grad(self, x: np.ndarray) -> np.ndarray: ...
    def hess(self, x: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Method:
    """A rule that makes points out of points.

    The fields of a method are its parameters; `AUTO` stands for one that is chosen from the loss before the walk,
    `BEST` for a rate that is chosen by walking with several. The docstring's first line is the formula.

    name, aliases: what `-m` calls it. memoryless: the next point is a function of the point alone.
    descends: f never rises, beyond rounding. stochastic: its steps are drawn. given: only its points are known, and
    not how they were made.
    limits: (parameter, low, high) for those that have to lie strictly between.
    reference, pro, contra: what `symopt methods NAME` tells.

    >>> newton = symopt.method("newton")
    >>> isinstance(newton, symopt.Method), newton.name
    (True, 'newton')
    """

    name: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    memoryless: ClassVar[bool] = False
    descends: ClassVar[bool] = False
    stochastic: ClassVar[bool] = False
    given: ClassVar[bool] = False
    limits: ClassVar[tuple[tuple[str, float, float], ...]] = ()
    reference: ClassVar[str] = ""
    pro: ClassVar[str] = ""
    contra: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for word, value in self.parameters.items():
            lanes = isinstance(value, np.ndarray) and value.dtype.kind in "if"
            if not isinstance(value, str) and not lanes and not is_number(value):
                example = f"for example {self.name}:{word}=0.5"
                raise MethodError(f"{word} of {self.name} is a finite number, not {named(value)}", example)
            if isinstance(value, str) and value not in (AUTO, BEST):
                raise MethodError(f"{word} of {self.name} is a number, not {named(value)}", f"a number, or {AUTO!r}")
        for word, low, high in self.limits:
            value = getattr(self, word)
            if not isinstance(value, str) and not low < value < high:
                wanted = f"above {low:g}" if high == np.inf else f"between {low:g} and {high:g}"
                default = {field.name: field.default for field in fields(self)}[word]
                raise MethodError(
                    f"{word} of {self.name} lies {wanted}, {value:g} does not", f"its default is {default}"
                )

    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        """x₁, x₂, … from x₀ = x of shape (…, n), endlessly; x itself is never changed."""
        raise NotImplementedError

    def epoch(self, f: Smooth) -> int:
        """In how many steps it sees all of the loss."""
        return 1

    def lasts(self, steps: int) -> bool:
        """Whether nothing in it makes steps shorter and shorter; False where that is not known."""
        return False

    @property
    def formula(self) -> str:
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def _repr_html_(self) -> str:
        parameters = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        rows = [("method", self.name), ("formula", self.formula), ("parameters", parameters)]
        return table(row for row in rows if row[1])

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The parameters that are still `AUTO` or `BEST`."""
        return tuple(name for name, value in self.parameters.items() if isinstance(value, str))

    @public
    def with_parameters(self, **values: Any) -> Method:
        """The same method with some parameters changed; raises MethodError for one that it has not."""
        known(self.name, values, self.parameters)
        return replace(self, **values)


def is_number(value: object) -> bool:
    """Whether it is a finite real number, of Python or of numpy."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return real and bool(-LARGEST <= value <= LARGEST)  # type: ignore[operator]


def known(name: str, given: Iterable[str], words: Collection[str]) -> None:
    """Raises MethodError for a parameter that a method has not."""
    for word in given:
        if word not in words:
            own = f"its parameters: {', '.join(words)}" if words else "it has none"
            raise MethodError(f"{name} has no parameter {word!r}", meant(word, words, own))


M = TypeVar("M", bound=Method)
Walk = Callable[[M, Smooth, np.ndarray], Iterator[np.ndarray]]


def suppress_warnings(iterates: Walk[M]) -> Walk[M]:
    """Makes the points of a method without numpy's warnings: what is not finite is judged by whoever walks.

    An `errstate` around a `yield` would silence the caller as well, so it is entered anew for each point. A method
    that descends and has twice found nothing better in any lane is not asked again.
    """

    @wraps(iterates)
    def walk(self: M, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        x = np.asarray(x, dtype=float)
        points = iterates(self, f, x)
        rests = 0
        while rests < 2 or not self.descends:
            last = x
            with np.errstate(all="ignore"):
                x = next(points)
            rests = rests + 1 if np.array_equal(x, last, equal_nan=True) else 0
            yield x
        while True:
            yield x

    return walk

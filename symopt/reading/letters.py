"""Data whose values a file does not hold: arrays of letters, so that what is proved holds for all data of their shape.

Drawn at random at the top level, loaded from a file, or an argument. A shape is told (`--shape X=5,2`), known from the
call that draws, or searched (`search`).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from sympy import Integer, Symbol, exp

from symopt.reading.exact.arrays import Exact, array, cast
from symopt.reading.exact.values import MAX_SIZE, whole
from symopt.reading.hints import Hints
from symopt.reading.source import Source, SourceError, TooLong, Unreadable

Shape = tuple[int, ...]
MOST_DATA = 200
SIZED = {"randn": 0, "rand": 0, "random": 1, "random_sample": 1, "standard_normal": 1, "normal": 3, "uniform": 3,
         "exponential": 2, "standard_exponential": 1, "laplace": 3, "lognormal": 3, "gumbel": 3, "logistic": 3,
         "standard_cauchy": 1, "standard_t": 2, "gamma": 3, "beta": 3, "ranf": 1, "sample": 1,
         "multivariate_normal": 3}  # fmt: skip
COUNTED = {"integers": 3, "randint": 3, "poisson": 2, "binomial": 3, "choice": 2, "permutation": 0}
JAXS = {"normal": 2, "uniform": 2, "exponential": 2, "laplace": 2, "logistic": 2, "cauchy": 2, "gumbel": 2, "gamma": 3,
        "t": 3, "beta": 4, "truncated_normal": 4}  # fmt: skip
SIZED |= {f"jax {name}": place for name, place in JAXS.items()}
COUNTED |= {"jax bernoulli": 3, "jax randint": 2, "jax rademacher": 2, "jax poisson": 3}
KEYS = ("PRNGKey", "key", "fold_in", "clone")
GENERATORS = ("default_rng", "RandomState", "Generator")
QUIET = ("seed", "PCG64", "SeedSequence", "MT19937")
LOADERS = "load loadtxt genfromtxt fromfile read_csv read_table read_excel read_parquet read_json".split()


@dataclass(frozen=True)
class Drawn:
    """A function that draws at random, by its name."""

    name: str


@dataclass(frozen=True)
class Generator:
    """A generator of random numbers: what it draws are letters, so that it has no state."""


@dataclass(frozen=True)
class Loaded:
    """A function that loads a file."""

    name: str


def drawing(name: str) -> Any:
    """What a name of numpy.random stands for. Raises KeyError where that is not known."""
    if name in GENERATORS:
        return lambda *_, **__: Generator()
    if name in QUIET:
        return lambda *_, **__: None
    if name in SIZED or name in COUNTED:
        return Drawn(name)
    raise KeyError(name)


def keyed(name: str) -> Any:
    """What a name of jax.random stands for. Raises KeyError where that is not known."""
    if name in KEYS:
        return lambda *_, **__: Generator()
    if name == "split":
        return lambda _, num=2: [Generator()] * whole(num)
    return Drawn(f"jax {name}") if f"jax {name}" in {**SIZED, **COUNTED} else drawing("")


def loading(name: str) -> Any:
    if name in LOADERS:
        return Loaded(f"pandas.{name}")
    raise KeyError(name)


class TooMuch(TooLong):
    """More data than are written out as letters."""


class NoShape(Exception):
    """An array whose shape nobody has told is needed, and no shapes are searched."""


class Choice(Protocol):
    """What chooses the shapes of arrays that are open."""

    hints: Hints

    def open(self, name: str) -> Open: ...

    def opened(self, value: Any) -> str: ...

    def chosen(self, asked: Open) -> Any: ...


@dataclass(eq=False)
class Open:
    """An array (or a tuple or dict of arrays) whose shape is not known before it is used."""

    name: str
    search: Choice
    parts: tuple[str, ...] = ()  # the names that it is unpacked into, or under which its entries are asked for
    keyed: bool = False
    found: Any = None

    def value(self) -> Any:
        if self.found is None:
            self.found = self.search.chosen(self)
        return self.found


@dataclass
class Letters:
    """All data of one reading.

    shapes: those told. labels: of arrays by whose entries the file chooses, the values that stand for them.
    """

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    labels: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    search: Choice | None = None

    def __post_init__(self) -> None:
        self.made: dict[str, Shape] = {}
        self.places: dict[Any, str] = {}

    def of(self, name: str, shape: Shape, kind: str = "f") -> Any:
        """An array of a name and a shape; a number where it has no dimension."""
        if np.prod([1, *shape]) > MAX_SIZE:
            raise Unreadable(f"an array of shape {shape}, which is too large to be written out")
        if np.prod([1, *shape]) > MOST_DATA:
            raise TooMuch(
                f"{name} has {int(np.prod(shape))} entries: more than {MOST_DATA} are not written out as letters",
                f"a small shape shows the same: --shape {name}={','.join(['5'] * len(shape))} and the like for what "
                "goes with it, or --set for a size that has a name",
            )
        self.made[name] = shape
        if name in self.labels:
            values = self.labels[name]
            flat: list[Any] = [Integer(values[k % len(values)]) for k in range(int(np.prod([1, *shape])))]
            kind = "i"
        else:
            flat = letters(name, shape)
        out = np.empty(len(flat), dtype=object)
        out[:] = flat
        found: Any = cast(array(list(out)), kind, "") if name in self.labels else array(out)
        found = found.reshape(shape)
        found.kind = kind
        return found if shape else found[()]

    def drawn(self, function: Drawn, place: Any, named: str, arguments: list[Any], options: dict[str, Any]) -> Any:
        """What a call draws, always the same letters at the same place of the file."""
        shape = _size(function.name, arguments, options)
        name = self.unique(named, place)
        return self.of(name, self.shapes.get(name, shape), "i" if function.name in COUNTED else "f")

    def loaded(self, place: Any, named: str) -> Any:
        name = self.unique(named, place)
        if name in self.shapes:
            return self.of(name, self.shapes[name])
        if self.search is None:
            raise NoShape(name)
        return self.search.open(name)

    def unique(self, named: str, place: Any) -> str:
        if place not in self.places:
            taken = set(self.places.values())
            name = next(n for n in (named, *(f"{named}_{k}" for k in range(2, 10_000))) if n not in taken)
            self.places[place] = name
        return self.places[place]


def settled(settings: Mapping[str, Any], told: Mapping[str, Shape], letters: Letters) -> dict[str, Any]:
    """Settings, and letters for the names of the top level whose shapes are told."""
    found = dict(settings)
    for name, shape in told.items():
        found[name] = letters.of(name, shape)
        if shape:
            found[name].flags.writeable = False
    return found


def lettered(free: Mapping[str, int], letters: Letters) -> dict[str, Any]:
    """Parameters that are any number, or any positive (negative) one where they have a sign."""
    found = {name: letters.of(name, ()) for name in free}
    return {name: free[name] * exp(t) if free[name] else t for name, t in found.items()}


def letters(name: str, shape: Shape) -> list[Symbol]:
    """The letters of an array in order: X[0,1], or X itself where it is a number."""
    if not shape:
        return [Symbol(name, real=True)]
    return [Symbol(f"{name}[{','.join(map(str, place))}]", real=True) for place in np.ndindex(*shape)]


def _size(name: str, arguments: list[Any], options: Mapping[str, Any]) -> Shape:
    """The shape of what a call draws."""
    if name in ("randn", "rand"):
        return tuple(whole(a) for a in arguments)
    place = {**SIZED, **COUNTED}[name] - 1
    given = options.get(
        "shape" if name.startswith("jax") else "size", arguments[place] if 0 <= place < len(arguments) else None
    )
    if name in ("permutation", "choice") and not isinstance(arguments[0], int):
        raise Unreadable(f"random.{name} of an array: what it chooses is not known")
    if name == "permutation":
        return (whole(arguments[0]),)
    if given is None:
        if any(isinstance(a, Exact) and a.ndim for a in arguments):
            raise Unreadable(f"random.{name} without size=")
        return ()
    if isinstance(given, Exact) and given.ndim:
        given = list(given)
    shape = tuple(whole(a) for a in given) if isinstance(given, (list, tuple)) else (whole(given),)
    return (*shape, len(arguments[0])) if name == "multivariate_normal" else shape


def names_of_calls(source: Source) -> dict[int, str]:
    """The names that calls are assigned to, by the nodes of the calls."""
    found: dict[int, str] = {}
    for statement in source.statements:
        for part in ast.walk(statement):
            if isinstance(part, ast.Assign):
                for target in part.targets:
                    _paired(target, part.value, found)
            elif isinstance(part, ast.AnnAssign) and part.value is not None:
                _paired(part.target, part.value, found)
    return found


def _paired(target: ast.expr, value: ast.expr, found: dict[int, str]) -> None:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            _paired(one, other, found)
    elif isinstance(target, ast.Name):
        for part in ast.walk(value):
            if isinstance(part, ast.Call):
                found.setdefault(id(part), target.id if part is value else f"{target.id}_drawn")


def named_shapes(texts: Iterable[str]) -> dict[str, Shape]:
    """X=5,2 as the shape of X. Raises SourceError."""
    found: dict[str, Shape] = {}
    for text in texts:
        name, _, sizes = text.partition("=")
        parts = [part.strip() for part in sizes.replace("x", ",").split(",") if part.strip()]
        if not name.strip().isidentifier() or not all(part.isdecimal() for part in parts) or "=" not in text:
            raise SourceError(f"--shape {text} is no shape", "for example --shape X=5,2 or --shape y=5")
        if any(int(part) == 0 for part in parts):
            raise SourceError(f"--shape {text} has no entries", "for example --shape X=5,2")
        if math.prod(map(int, parts)) > MAX_SIZE:
            raise SourceError(f"--shape {text} has too many entries to be written out", "a small shape shows the same")
        found[name.strip()] = tuple(map(int, parts))
    return found

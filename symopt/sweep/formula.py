"""A loss at many points at once, each with letters of its own: value and gradient together, each asked for once."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from symopt.balls.points import Parts
from symopt.functions import FUNCTIONS
from symopt.loss import Loss
from symopt.program import Program
from symopt.program.graph import Graph
from symopt.program.run import compiled

ROWS = 3
"""Variables up to which each coordinate of many points lies in a row: longer sums would change their order."""
HUGE, TINY = 1e300, 1e-300
WIDE = np.longdouble if np.finfo(np.longdouble).maxexp > 2 * np.finfo(float).maxexp else None
"""A float whose exponent goes further than a double's, where the machine has one."""
LOST = 1e3 * float(np.finfo(float).eps)


class Formula:
    """The programs of a loss with open letters, compiled once; inputs are its variables, then its letters."""

    def __init__(self, loss: Loss, general: Loss | None, letters: tuple[str, ...]) -> None:
        self.loss, self.general, self.letters, self.n = loss, general, letters, loss.n
        self.summed = loss.sums is not None
        self.valleys: dict[tuple[int, ...], tuple[float, bool] | None] = {}
        self.points_of_valleys: dict[tuple[int, ...], float | None] = {}
        """What `sweep.valley` found in the cells of the window."""

    @cached_property
    def _parts(self) -> tuple[Program, int, dict[int, int]]:
        if not self.letters:
            program, value = self.loss._program
            return program, value, self.loss._slopes[1]
        assert self.general is not None
        expr, inputs = self._expr
        program = Program(list(inputs))
        value = program.lower(expr)
        return program, value, program.gradient(value, upto=self.n - 1)

    @cached_property
    def value(self) -> Callable[[Any], tuple[Any, ...]]:
        program, value, _ = self._parts
        return compiled(program, [value])

    @cached_property
    def slopes(self) -> tuple[tuple[int, ...], Callable[[Any], tuple[Any, ...]]]:
        program, _, gradient = self._parts
        return tuple(gradient), compiled(program, list(gradient.values()))

    @cached_property
    def both(self) -> Callable[[Any], tuple[Any, ...]]:
        program, value, gradient = self._parts
        return compiled(program, [value, *gradient.values()])

    @cached_property
    def bends(self) -> tuple[tuple[tuple[int, int], ...], Callable[[Any], tuple[Any, ...]]]:
        program, _, gradient = self._parts
        hessian = {(i, j): node for i, g in gradient.items() for j, node in program.gradient(g, upto=i).items()}
        return tuple(hessian), compiled(program, list(hessian.values()))

    @cached_property
    def noise(self) -> Callable[[Any], tuple[Any, ...]]:
        """How far a unit of rounding moves each number of `slopes`, then of `bends`."""
        program, _, gradient = self._parts
        hessian = [node for i, g in gradient.items() for node in program.gradient(g, upto=i).values()]
        return compiled(program, [program.rounding(node) for node in (*gradient.values(), *hessian)])

    def prepare(self) -> None:
        """Compiles everything, so that the first walk takes no longer than others."""
        if not self.summed:
            self.value, self.slopes, self.both  # noqa: B018
            if self.letters or not self.loss.dense:
                self.bends  # noqa: B018

    @property
    def _expr(self) -> tuple[Any, tuple[Any, ...]]:
        if not self.letters:
            return self.loss.expr, self.loss.variables
        assert self.general is not None
        symbols = {symbol.name: symbol for symbol in self.general.expr.free_symbols}
        return self.general.expr, (*self.general.variables, *(symbols[name] for name in self.letters))

    def total(self) -> bool:
        """Whether f has a value everywhere, so that only numbers too large for a float can be in its way."""
        if self.summed:
            return False
        program, value, _ = self._parts
        return all(_total(program, place) for place in program.reachable([value]))

    @cached_property
    def _enclosed(self) -> Parts:
        return Parts(*self._expr)

    @cached_property
    def _slopes_enclosed(self) -> list[Parts]:
        expr, inputs = self._expr
        return [Parts(expr.diff(variable), inputs) for variable in inputs[: self.n]]

    @lru_cache(maxsize=8)  # noqa: B019
    def steepest(self, sides: tuple[tuple[float, float], ...]) -> float:
        """A bound of ‖∇f‖ wherever its inputs lie between these sides; inf where none is shown, or f may be too."""
        if not self.finite(sides):
            return math.inf
        return math.sqrt(self.n) * max(parts.largest(sides) for parts in self._slopes_enclosed)

    @lru_cache(maxsize=8)  # noqa: B019
    def finite(self, sides: tuple[tuple[float, float], ...]) -> bool:
        """Whether f and what it is computed from are shown to be finite wherever its inputs lie between these sides."""
        return not self.summed and self._enclosed.largest(sides) <= HUGE


def _total(program: Graph, place: int) -> bool:
    node = program.nodes[place]
    if node.kind in ("constant", "input", "add", "negative", "multiply"):
        return True
    if node.kind == "power":
        return float(node.datum) == int(node.datum) and node.datum >= 0
    if node.kind == "divide":
        return bool(program.known(node.parts[1]))
    return node.kind == "call" and FUNCTIONS[node.datum].domain is None


class Lanes:
    """The loss as a method sees it, at points (N, n): `letters` (k, N) are those of each point.

    The last gradient asked for is kept: whoever judges the points asks for it first, and the method after that.
    reach, first: as of `descent.Counted`, the latter of each point. tiny: what may have underflowed.
    """

    tiny = TINY

    def __init__(self, formula: Formula, letters: np.ndarray, reach: float = 1.0, first: Any = 1.0) -> None:
        self.formula, self.letters, self.reach, self.first = formula, letters, reach, first
        self._point: np.ndarray | None = None
        self._slope: np.ndarray | None = None

    def columns(self, x: np.ndarray) -> list[np.ndarray]:
        return [*(x[..., i] for i in range(self.formula.n)), *self.letters]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        if self.formula.summed:
            return np.asarray(self.formula.loss(x))
        with np.errstate(all="ignore"):
            return np.broadcast_to(self.formula.value(self.columns(x))[0], x.shape[:-1])

    def grad(self, x: np.ndarray) -> np.ndarray:
        if x is self._point:
            assert self._slope is not None
            return self._slope
        if self.formula.summed:
            return self.formula.loss.grad(x)
        places, program = self.formula.slopes
        return self._filled(x, places, program(self.columns(x)))

    def _filled(self, x: np.ndarray, places: tuple[int, ...], values: tuple[Any, ...]) -> np.ndarray:
        n = x.shape[-1]
        make = np.zeros if len(places) < n else np.empty
        made = make((n, len(x))).T if x.ndim == 2 and n <= ROWS else make(x.shape)
        for i, value in zip(places, values, strict=True):
            made[..., i] = value
        return made

    def keep(self, x: np.ndarray, slope: np.ndarray) -> None:
        self._point, self._slope = x, slope

    def see(self, x: np.ndarray, valued: bool) -> tuple[np.ndarray | None, np.ndarray]:
        """(f or None, ∇f) at new points, (N,), (N, n); the gradient is kept for the method."""
        if self.formula.summed:
            f, g = (np.asarray(self.formula.loss(x)) if valued else None), self.formula.loss.grad(x)
        elif valued:
            found = self.formula.both(self.columns(x))
            f, g = np.broadcast_to(found[0], x.shape[:-1]), self._filled(x, self.formula.slopes[0], found[1:])
        else:
            f, g = None, self.grad(x)
        self.keep(x, g)
        return f, g

    def columns_of(self, x: np.ndarray, valued: bool) -> tuple[np.ndarray | None, list[np.ndarray]]:
        """(f or None, the columns of ∇f) at points (n, M) of a loss that is one formula."""
        columns, shape = [*x, *self.letters], x.shape[1:]
        f, (places, program) = None, self.formula.slopes
        found = self.formula.both(columns) if valued else program(columns)
        if valued:
            f, found = np.broadcast_to(found[0], shape), found[1:]
        known = dict(zip(places, found, strict=True))
        return f, [np.broadcast_to(known.get(i, 0.0), shape) for i in range(len(x))]

    def hess(self, x: np.ndarray) -> np.ndarray:
        if self.formula.summed or (not self.letters.size and self.formula.loss.dense):
            return self.formula.loss.hess(x)
        places, program = self.formula.bends
        made = np.zeros((*x.shape, x.shape[-1]))
        for (i, j), value in zip(places, program(self.columns(x)), strict=True):
            made[..., i, j] = made[..., j, i] = value
        return made

    def known(self, x: np.ndarray) -> np.ndarray:
        """Where every number of ∇f and ∇²f at x (m, n) has three digits, whatever rounding did: (m,)."""
        if self.formula.summed:
            return np.zeros(len(x), dtype=bool)
        columns = self.columns(x)
        numbers = (*self.formula.slopes[1](columns), *self.formula.bends[1](columns))
        known = np.ones(len(x), dtype=bool)
        for number, noise in zip(numbers, self.formula.noise(columns), strict=True):
            known &= (np.abs(number) > LOST * noise) & (np.abs(number) > self.tiny)
        return known

    def wide(self) -> Wide | None:
        """The same with exponents beyond those of a double, where this machine has them and f is a formula."""
        if WIDE is None or self.formula.summed:
            return None
        return Wide(self.formula, self.letters)

    def some(self, which: Any) -> Lanes:
        first = self.first[which] if isinstance(self.first, np.ndarray) else self.first
        return Lanes(self.formula, self.letters[:, which], self.reach, first)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.formula.loss, name)


class Wide(Lanes):
    """∇f and ∇²f where doubles underflow; a number that was computed as a double after all is nan."""

    tiny = np.finfo(WIDE or float).tiny * 1e24  # type: ignore[assignment]

    def grad(self, x: np.ndarray) -> np.ndarray:
        places, program = self.formula.slopes
        made = np.zeros(x.shape, dtype=WIDE)
        for i, value in zip(places, program(self.columns(x)), strict=True):
            made[..., i] = value if np.ndim(value) == 0 or value.dtype == WIDE else np.nan
        return made

    def hess(self, x: np.ndarray) -> np.ndarray:
        places, program = self.formula.bends
        made = np.zeros((*x.shape, x.shape[-1]), dtype=WIDE)
        for (i, j), value in zip(places, program(self.columns(x)), strict=True):
            made[..., i, j] = made[..., j, i] = value if np.ndim(value) == 0 or value.dtype == WIDE else np.nan
        return made

    def some(self, which: Any) -> Wide:
        return Wide(self.formula, self.letters[:, which])

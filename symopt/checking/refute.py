"""Where two functions are not the same: a point at which enclosures of their values have no number in common.

Such a point is a proof. Double precision only tells where to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Expr, S

from symopt.balls.points import PRECISIONS, Derivative, apart, narrow, rounded, value
from symopt.balls.tape import UNDEFINED, Refused, Tape
from symopt.checking.places import defined, doubles, exact, flat_roots, spread
from symopt.checking.prove.guards import switches
from symopt.loss import Loss
from symopt.problem.landmarks import sign_changes
from symopt.work import spend

TESTED = 6
BINARY = 4
ON = 1e-9
CLEAR = 1e-9
SOON = 3  # places looked at before a proof is tried
SAME = 15  # digits
LOOKED = 60  # points, for one where both are defined
AROUND = 2.0**-40
BITS = 128
FAR_OUT = (10.0, 100.0, 1e3, 1e4)  # times as far as the other places
POINTS = 90  # units for an operation of a pair, of which all points that are looked at take their part


@dataclass(frozen=True)
class Witness:
    """A point where two functions differ, and both values there, as decimals of 17 digits.

    data: arrays of a file whose values it does not hold, with those for which they differ.
    """

    x: tuple[float, ...]
    given: float | None
    expected: float | None
    data: Mapping[str, Any] | None = None


class Places:
    """The points at which the functions of one loss are compared: seeded, and only where f is defined.

    typed: f with what its text asks for besides. signs: as in `compare.Check`.
    """

    def __init__(self, loss: Loss, window: np.ndarray, seed: int, typed: Expr, signs: Mapping[int, int]) -> None:
        self.loss = loss
        self.window = window
        self.typed = typed
        self.signs = signs
        self.everywhere = self.signed(spread(window, seed))
        self.points = self.everywhere[np.isfinite(loss(self.everywhere))]
        if self.asks:
            self.points = self.points[defined(typed, loss.variables, self.points)]

    def signed(self, points: np.ndarray) -> np.ndarray:
        """Those of some points at which the variables have their signs."""
        return points[np.all(points[:, [*self.signs]] * [*self.signs.values()] > 0, axis=1)]

    @property
    def asks(self) -> bool:
        """Whether the text of f asks for more than its expression shows."""
        return self.typed != self.loss.expr

    @cached_property
    def tape(self) -> Tape:
        """f as typed. Raises Refused where a function in it has no enclosure."""
        return Tape([self.typed], self.loss.variables)

    @cached_property
    def smooth(self) -> Tape:
        """f without what its text asks for besides."""
        return Tape([self.loss.expr], self.loss.variables) if self.asks else self.tape

    @cached_property
    def roots(self) -> list[tuple[Expr, Tape]]:
        """The roots of what may be 0 on an open set, where f is smooth nevertheless."""
        return [(root, Tape([root.args[0]], self.loss.variables)) for root in flat_roots(self.loss.expr)]

    @cached_property
    def somewhere(self) -> bool:
        """Whether f is shown to be smooth around one point; True where a function in it has no enclosure."""
        try:
            slope = Derivative(self.smooth, (0,))
        except Refused:
            return True
        return any(_known(slope(exact(point), BITS)) for point in few(self.points))

    def candidates(self, first: Expr | None, second: Expr) -> Iterator[Any]:
        """Points in the order in which they promise to show a difference."""
        points = self.points
        if not len(points):
            return
        if first is not None and (compiled := doubles([first, second], self.loss.variables)) is not None:
            a, b = compiled(points)
            with np.errstate(all="ignore"):
                far = np.abs(a - b) / (np.abs(a) + np.abs(b))
                size = np.abs(np.log10(np.abs(a) + np.abs(b))) + np.abs(np.log10(np.abs(points))).max(axis=1)
            far = np.where(np.isfinite(far), far, -1.0)
            # a clear difference between numbers of ordinary size is the best thing to show
            clear = np.minimum(far, 0.1) - 1e-3 * np.minimum(np.where(np.isfinite(size), size, 50), 50)
            clear = np.where(far > 1e-9, clear, -1.0)
            best = np.argsort(-clear, kind="stable")[: TESTED // 2]
            # sums and products of binary fractions are exact, so that a switch that is zero there is seen to be
            binary = np.round(points[:BINARY] * 8) / 8
            points = self.signed(np.concatenate([points[best], points[: TESTED // 2], points[-TESTED // 2 :], binary]))
            points = points[~self.at_kinks(first, points)]
        else:
            step = max(1, len(points) // TESTED)
            points = points[::step][: 2 * TESTED]
        yield from points
        gaps = [] if first is None else list(dict.fromkeys(switches(first) + switches(second)))[:20]
        compiled = doubles(gaps, self.loss.variables) if gaps else None
        if compiled is not None:
            if self.loss.n == 1:
                yield from self.between_kinks(compiled)
            yield from self.beyond_kinks(compiled)

    def at_kinks(self, first: Expr, points: np.ndarray) -> np.ndarray:
        """Whether f switches from one formula to another at each of the points (m, n): it may have no derivative there.

        A switch that is zero all around a point is none there.
        """
        gaps = list(dict.fromkeys(switches(self.loss.expr) + switches(first)))
        compiled = doubles(gaps, self.loss.variables) if gaps else None
        found = np.zeros(len(points), bool)
        if compiled is None:
            return found
        moves = np.random.default_rng(1).uniform(-1, 1, (2, self.loss.n)) * np.maximum(1, np.abs(points))[:, None] / 128
        around = np.concatenate([points[:, None] + moves, points[:, None] - moves], axis=1)
        sizes = [np.abs(compiled(each)) for each in (self.points, points, around.reshape(-1, self.loss.n))]
        for usual, here, near in zip(*sizes, strict=True):
            zero = ON * np.max(usual[np.isfinite(usual)], initial=0.0)
            with np.errstate(invalid="ignore"):
                found |= (here <= zero) & ~(near.reshape(len(points), -1) <= zero).all(axis=1)
        return found

    def between_kinks(self, compiled: Any) -> np.ndarray:
        """Points between the places where switches change their signs, however close, (m, 1)."""
        low, high = self.window[0]
        grid = np.linspace(low, high, 401)
        zeros = np.unique(np.concatenate([sign_changes(grid, y) for y in compiled(grid[:, None])]))[:40]
        wide = zeros[1:] - zeros[:-1] > 1e-9
        middle = (zeros[1:] + zeros[:-1])[wide, None] / 2
        return np.asarray(middle[np.isfinite(self.loss(middle))])

    def beyond_kinks(self, compiled: Any) -> np.ndarray:
        """Points far out, beyond a switch that has one sign at all others, as a clip at 500 has, (m, n)."""
        found = np.empty((0, self.loss.n))
        near = [np.sign(values) for values in compiled(self.points)]
        same = {k: signs[0] for k, signs in enumerate(near) if (signs == signs[0]).all() and signs[0]}
        for scale in FAR_OUT if same else ():
            points = self.signed(self.everywhere * scale)
            for k, values in enumerate(compiled(points)):
                beyond = np.flatnonzero(values * same.get(k, 0) < 0)
                if beyond.size:
                    found = np.concatenate([found, points[beyond[[0, -1]]]])
                    del same[k]
        there = [_known(value(self.tape, exact(x), PRECISIONS[-1])) for x in found[: 2 * TESTED]]
        return found[: len(there)][there]


class Pair:
    """A given derivative beside the right one: its expression, or f itself, whose derivative is enclosed directly.

    typed: the given one with what its text asks for besides. Raises Refused where a function has no enclosure.
    """

    def __init__(self, places: Places, index: tuple[int, ...], expected: Expr | None, given: Expr, typed: Expr) -> None:
        loss = places.loss
        self.places, self.expected = places, expected
        self.given_expr, self.typed = given, typed
        self.f = places.tape
        self.slope, self.index = Derivative(places.smooth, index), index
        self.given_tape = Tape([typed], loss.variables)
        self.expected_tape = None if expected is None else Tape([expected], loss.variables)
        self.told: dict[tuple[float, ...], Witness | int | None] = {}
        tapes = (self.f, self.given_tape, self.expected_tape)
        spend(POINTS * sum(len(tape.rules) for tape in tapes if tape is not None))

    def given(self, point: Sequence[Fraction], bits: int) -> Any:
        return value(self.given_tape, point, bits)

    def right(self, point: Sequence[Fraction], bits: int) -> Any:
        """The derivative, where f as typed has a value."""
        if self.places.asks and not _known(f := value(self.f, point, bits)):
            return f
        return self.slope(point, bits) if self.expected_tape is None else value(self.expected_tape, point, bits)

    def smooth(self, point: Sequence[Fraction]) -> bool:
        """Whether f is shown to be smooth around a point."""
        if self.places.asks and not _known(value(self.f, point, BITS, AROUND)):
            return False
        if _known(self.slope(point, BITS)):
            return True
        zeros = {root: S.Zero for root, base in self.places.roots
                 if _known(u := value(base, point, BITS, AROUND)) and u.is_zero()}  # fmt: skip
        without = Tape([self.places.loss.expr.xreplace(zeros)], self.places.loss.variables) if zeros else None
        return without is not None and _known(Derivative(without, self.index)(point, BITS))

    def compared(self) -> Witness | str:
        """A witness if one is found, else in words how far the two agree."""
        found: Witness | None = None
        agreed, compared = list[int](), 0
        for point in self.places.candidates(self.expected, self.given_expr):
            told = self.at(point)
            compared += told is not None
            if isinstance(told, Witness):
                if found is None or clarity(told) > 100 * clarity(found):
                    found = told
                if clarity(found) > CLEAR:
                    break
            elif told is not None and told >= SAME:
                agreed.append(told)
        if found is not None:
            return found
        if not compared:
            return "no point was found where both are defined"
        if not agreed:
            return "their values are not known well enough to tell them apart"
        many = f"{len(agreed)} point{'s' * (len(agreed) != 1)}"
        return f"equal to {min(agreed)} digits at {many}, but not shown to be equal"

    def clearly_apart(self) -> bool:
        """Whether one of the first places is a witness that leaves no doubt: then no proof is to be tried."""
        told = map(self.at, self.places.points[:SOON])
        return any(isinstance(one, Witness) and clarity(one) > CLEAR for one in told)

    def at(self, point: Sequence[float]) -> Witness | int | None:
        """A witness, the digits to which the two agree, or None where they cannot be compared."""
        key = tuple(map(float, point))
        if key not in self.told:
            self.told[key] = self._at(key)
        return self.told[key]

    def _at(self, point: tuple[float, ...]) -> Witness | int | None:
        x = exact(point)
        told = apart(self.given, self.right, x)
        if not isinstance(told, tuple):
            return told
        given, right = (rounded(narrow(e, x), 17) for e in (self.given, self.right))
        return Witness(point, _float(given, told[0]), _float(right, told[1]))

    def meet(self) -> np.ndarray | None:
        """A point around which f and both are shown to be defined; None if none is found."""
        return next((point for point in self._promising() if self.both(exact(point))), None)

    def both(self, point: Sequence[Fraction]) -> bool:
        """Whether f, the derivative and the given one are shown to have values all around a point."""
        tapes = (self.given_tape, self.f, self.expected_tape)
        return all(_known(value(tape, point, BITS, AROUND)) for tape in tapes if tape is not None)

    def _promising(self) -> Iterator[np.ndarray]:
        points = self.places.points
        yield from few(points, 3)
        yield from few(points[defined(self.typed, self.places.loss.variables, points)])


def _known(found: Any) -> bool:
    return found is not UNDEFINED and bool(found.is_finite())


def few(points: np.ndarray, count: int = LOOKED) -> np.ndarray:
    """Some of the points, spread over all of them."""
    return points[:: max(1, len(points) // count)][:count]


def _float(number: Any, instead: Any) -> float:
    return float(instead.mid() if number is None else number)


def clarity(witness: Witness) -> float:
    """How far apart the values of a witness are, relative to their size."""
    a, b = witness.given, witness.expected
    if a is None or b is None or not (np.isfinite(a) and np.isfinite(b)):
        return 0.0
    return abs(a - b) / max(abs(a), abs(b), 1e-300)

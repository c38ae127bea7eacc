"""A judge that shares nothing with the analysis: it holds every printed statement against dense evaluation.

f comes from `tests/kit/oracle.py` (Python's own `ast`, 60-digit mpmath, numpy), derivatives from differences. What the
judge cannot see with certainty (a difference below rounding) it does not call false.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

from tests.kit import oracle

GRID = 4001
LOOK = 1e-12


class Judge:
    """One loss on one window: samples, and f, f′, f″ to many digits."""

    def __init__(self, text: str, low: float, high: float, seed: int = 0) -> None:
        self.text, self.low, self.high = text, low, high
        self.random = np.random.default_rng(seed)
        self.exact = oracle.function(text, ["x"])
        self.xs = np.linspace(low, high, GRID)
        try:
            self.fs = np.array(oracle.values(text, ["x"], self.xs[:, None]))
        except (NameError, TypeError):
            self.xs = np.linspace(low, high, 401)
            self.fs = np.array([float(self.f(x)) for x in self.xs])
        known = self.fs[np.isfinite(self.fs)]
        self.scale = float(np.abs(known).max()) if known.size else 1.0
        self.said: list[str] = []

    def f(self, x: Any) -> Any:
        with mpmath.workdps(oracle.DIGITS):
            return self.exact([x])

    def slope(self, x: Any, step: str = "1e-18") -> Any:
        with mpmath.workdps(oracle.DIGITS):
            h = mpmath.mpf(step)
            return (self.exact([mpmath.mpf(x) + h]) - self.exact([mpmath.mpf(x) - h])) / (2 * h)

    def curve(self, x: Any) -> Any:
        with mpmath.workdps(oracle.DIGITS):
            h, x = mpmath.mpf("1e-15"), mpmath.mpf(x)
            return (self.exact([x + h]) + self.exact([x - h]) - 2 * self.exact([x])) / h**2

    def false(self, sentence: str) -> None:
        self.said.append(f"{self.text} on [{self.low}, {self.high}]: {sentence}")

    def verdict(self, record: dict[str, Any]) -> list[str]:
        """Every statement of the record that is false, and every extremum that it misses."""
        points = record["critical_points"]
        for point in points:
            self.point(point)
        if record["status"] == "complete":
            self.missed(points)
        self.bounds(record)
        self.regions(record)
        self.least(record)
        self.steps(record)
        return self.said

    # statements

    def point(self, p: dict[str, Any]) -> None:
        x, (low, high) = p["x"][0], p["enclosure"][0]
        if not low <= x <= high:
            self.false(f"x = {x} outside of its enclosure")
        if not (low >= self.low - 1e-9 and high <= self.high + 1e-9):
            self.false(f"the point {x} is outside of the window")
        if p["f"] is None or (
            abs(float(self.f(self.place(x, [p]))) - p["f"]) > 1e-9 * max(1.0, abs(p["f"]))
            and high - low < 1e-9
            and not p["kink"]
        ):
            self.false(f"f({x}) = {float(self.f(x))}, not {p['f']}")
        if high - low > 1e-6:
            inside = [float(self.f(v)) for v in np.linspace(low, high, 11)[1:-1]]
            if max(inside) - min(inside) > 1e-12 * max(1.0, abs(inside[0])):
                self.false(f"f is not constant on {low, high}")
            return
        self.around(p, x, low, high)

    def around(self, p: dict[str, Any], x: float, low: float, high: float) -> None:
        """The signs of f′ a little beside the enclosure, nearer and nearer, must come to fit the kind."""
        wanted = {"minimum": (-1, 1), "maximum": (1, -1)}.get(p["kind"])
        seen = []
        for distance in (1e-5, 1e-6, 1e-7):
            reach = distance * max(1.0, abs(x))
            signs = []
            for place in (low - reach, high + reach):
                value = self.slope(place)
                signs.append(0 if not mpmath.isfinite(value) else int(mpmath.sign(value)))
            seen.append(tuple(signs))
            inside = tuple(s for s in signs if s)
            if wanted is None and len(inside) == 2:
                turn = inside[0] != inside[1]
                if turn == (p["kind"] == "degenerate"):
                    return
            elif wanted is not None and all(s in (0, w) for s, w in zip(signs, wanted, strict=True)) and any(signs):
                return
            if p["edge"] and any(signs):
                return
            if wanted is not None and self.by_values(p, low - reach, high + reach, wanted[1]):
                return
        self.false(f"{p['kind']} at {x}: signs of f′ beside it {seen}")

    def by_values(self, p: dict[str, Any], left: float, right: float, sign: int) -> bool:
        """Whether f on both sides lies above (sign 1) or below its value at the point, as at a jump or a cusp."""
        middle = self.f(self.place(p["x"][0], [p]))
        return all((self.f(x) - middle) * sign > 0 for x in (left, right))

    @staticmethod
    def place(x: float, points: list[dict[str, Any]]) -> Any:
        """The number itself where its closed form is a fraction, else the float."""
        forms = [p["exact"] for p in points if p["x"][0] == x and p["exact"]]
        with mpmath.workdps(oracle.DIGITS):
            if forms and forms[0].lstrip("-").replace("/", "").isdigit():
                top, _, bottom = forms[0].partition("/")
                return mpmath.mpf(int(top)) / int(bottom or 1)
        return x

    def missed(self, points: list[dict[str, Any]]) -> None:
        """Between samples where f rises and then falls there is an extremum, which must have been named."""
        xs, fs = self.xs, self.fs
        noise = LOOK * self.scale
        for i in range(1, len(xs) - 1):
            a, b, c = fs[i - 1 : i + 2]
            if not np.isfinite([a, b, c]).all():
                continue
            if (b < a - noise and b < c - noise) or (b > a + noise and b > c + noise):
                near = [p for p in points if p["enclosure"][0][1] >= xs[i - 1] and p["enclosure"][0][0] <= xs[i + 1]]
                if not near and not self.broken(xs[i - 1], xs[i + 1]):
                    self.false(f"an extremum between {xs[i - 1]} and {xs[i + 1]} is missing")

    def broken(self, low: float, high: float) -> bool:
        """Whether f is undefined somewhere between, has a pole there, or jumps."""
        values = [float(self.f(x)) for x in np.linspace(low, high, 200)]
        if not np.isfinite(values).all():
            return True
        steps = np.abs(np.diff(values))
        return bool(steps.max() > 50 * (np.median(steps) + 1e-300) and steps.max() > 1e-6 * max(1.0, np.ptp(values)))

    def bounds(self, record: dict[str, Any]) -> None:
        """L and mu against f″ at random places, and the bound that is said to be reached."""
        L, mu = ([math.inf if v is None else v for v in record[key]] for key in ("L", "mu"))
        if record["mu"][0] is None:
            mu[0] = -math.inf
        seen = []
        for x in self.random.uniform(self.low, self.high, 24):
            value = self.curve(x)
            if not mpmath.isfinite(value) or self.kinked(x):
                continue
            value = float(value)
            slack = 1e-9 * max(1.0, abs(value))
            seen.append(value)
            if abs(value) > L[1] + slack or value < mu[0] - slack:
                self.false(f"f″({x}) = {value}, L {L}, mu {mu}")
        if seen and (L[0] < max(map(abs, seen)) * (1 - 1e-6) and L[1] < math.inf and L[1] - L[0] < 1e-6 * L[1]):
            self.false(f"L {L} below what is seen")

    def kinked(self, x: float) -> bool:
        before, behind = self.curve(x - 1e-7), self.curve(x + 1e-7)
        middle = self.curve(x)
        return bool(abs(middle) > 1e3 * (1 + abs(before) + abs(behind)))

    def regions(self, record: dict[str, Any]) -> None:
        for key, sign in (("convex", 1), ("concave", -1)):
            spans = record[key]
            for low, high in spans[:6] + spans[-6:]:
                for share in self.random.uniform(0.01, 0.99, 4):
                    x = low + share * (high - low)
                    value = self.curve(x)
                    if mpmath.isfinite(value) and value * sign < -1e-20 * max(1.0, self.scale):
                        self.false(f"f″({x}) = {float(value)} in the {key} interval {low, high}")
                if not (low >= self.low and high <= self.high and low < high):
                    self.false(f"the {key} interval {low, high} is no part of the window")
        if record["status"] == "complete":
            self.covered(record)

    def covered(self, record: dict[str, Any]) -> None:
        """Where f″ is clearly not zero, one of the lists must say so."""
        spans = {1: record["convex"], -1: record["concave"]}
        for x in self.random.uniform(self.low, self.high, 12):
            value = self.curve(x)
            if mpmath.isfinite(value) and abs(value) > 1e-9 * max(1.0, self.scale) and not self.kinked(x):
                sign = int(mpmath.sign(value))
                if not any(a <= x <= b for a, b in spans[sign]):
                    self.false(f"f″({x}) = {float(value)} is in no interval of its sign")

    def least(self, record: dict[str, Any]) -> None:
        low, high = record["global_minimum"]["f"]
        known = self.fs[np.isfinite(self.fs)]
        if low is not None and known.size and known.min() < low - 1e-9 * max(1.0, abs(low)):
            self.false(f"f comes down to {known.min()}, below {low}")
        for x in record["global_minimum"]["at"]:
            value = float(self.f(self.place(x, record["critical_points"])))
            if high is not None and math.isfinite(value) and value > high + 1e-9 * max(1.0, abs(high)):
                self.false(f"f({x}) = {value} is not the least value {low, high}")
        if (
            record["status"] == "complete"
            and high is not None
            and known.size
            and low is None
            and high > known.min() + 1
        ):
            self.false("the least value is above a sample")

    def steps(self, record: dict[str, Any]) -> None:
        """Inside the window, steps with lr below safe_lr and alpha above the two bounds do what is said of them."""
        lr, alpha, direction = record["safe_lr"], record["descent_alpha"], record["direction_alpha"]
        for x in self.random.uniform(self.low, self.high, 6):
            slope, curve = self.slope(x), self.curve(x)
            if not (mpmath.isfinite(slope) and mpmath.isfinite(curve)) or abs(slope) < 1e-9 * self.scale:
                continue
            moves = [] if lr is None else [("lr", x - slope * mpmath.mpf(lr) * share) for share in (0.3, 0.999)]
            if alpha is not None and curve + alpha > 0 and alpha > 0:
                moves.append(("alpha", x - slope / (curve + mpmath.mpf(alpha) * mpmath.mpf("1.001"))))
            for word, place in moves:
                if self.low <= place <= self.high:
                    rise = self.f(place) - self.f(x)
                    if mpmath.isfinite(rise) and rise > mpmath.mpf("1e-30"):
                        self.false(f"f rises by {float(rise)} with {word} from {x}")
            if direction is not None and curve + direction * (1 + 1e-9) + 1e-12 < 0 and not self.kinked(x):
                self.false(f"with alpha > {direction} the step from {x} goes uphill: f″ = {float(curve)}")


def checked(
    text: str, low: float, high: float, analyze: Callable[..., Any], seed: int = 0, **options: Any
) -> list[str]:
    """What is false in an analysis of a loss in x."""
    from symopt import Loss

    made = analyze(Loss.parse(text, variables=["x"]), (low, high), **options)
    return Judge(text, low, high, seed).verdict(made.record())

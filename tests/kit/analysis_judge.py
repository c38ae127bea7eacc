"""A judge that shares nothing with the analysis: it holds every printed statement against dense evaluation.

f comes from `tests/kit/oracle.py` (Python's own `ast`, mpmath) at so many digits that a window of any width and place
is seen, derivatives from differences with two steps, whose disagreement bounds their error. The window is exact: a
number is its decimal, a text such as `-pi` or `1/3` is itself. A number in an inequality is compared with what is
attained, with no tolerance but the error of the differences. What the judge cannot see with certainty it does not
call false.

It reads the record (points, enclosures, kinds, bounds, regions, the least value, steps), the warnings (where f is said
to have no value, to be constant, to jump), and the printed report: every number in it is what the analysis may say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
from mpmath import mpf

from tests.kit import oracle

GRID = 801
LOOK = 1e-12
SURE = mpf(10) ** -22
"""What two differences may disagree by, in their size, to be believed."""


class Judge:
    """One loss on one window: samples, and f, f′, f″ to many digits. low, high: a number, or a text as typed."""

    def __init__(self, text: str, low: Any, high: Any, seed: int = 0, grid: int = GRID) -> None:
        self.text, self.ends = text, (low, high)
        self.digits = 100
        for _ in range(2):  # once more with the digits that this window needs
            with mpmath.workdps(self.digits):
                self.low, self.high = (self.number(end) for end in (low, high))
                self.width = self.high - self.low
                far = max(abs(self.low), abs(self.high)) / self.width
                self.digits = 100 + 2 * max(0, int(mpmath.log10(far)))
        with mpmath.workdps(self.digits):
            self.step = self.width * mpf(10) ** -25
            self.exact, self.known = oracle.function(text, ["x"]), {}
            shares = [mpf(k) / (grid - 1) for k in range(grid)]
            self.xs = [self.low + self.width * share for share in shares]
            self.fs = [self.f(x) for x in self.xs]
            known = [abs(v) for v in self.fs if mpmath.isfinite(v)]
            self.scale = max(known, default=mpf(1))
        import random

        self.random = random.Random(seed)
        self.said: list[str] = []

    # numbers

    @staticmethod
    def number(typed: Any) -> Any:
        """An end of a window as typed, or a number of a report: the decimal itself."""
        if isinstance(typed, str):
            return mpmath.mpmathify(oracle.function(typed.replace("−", "-").replace("^", "**"), [])([]))
        return mpf(repr(float(typed)))

    def f(self, x: Any) -> Any:
        with mpmath.workdps(self.digits):
            if x in self.known:
                return self.known[x]
            try:
                return self.exact([mpf(x)])
            except (OverflowError, mpmath.libmp.NoConvergence):
                return mpmath.nan

    def slope(self, x: Any) -> Any:
        """f′ by two central differences; nan where they disagree."""
        return self.difference(x, lambda x, h: (self.f(x + h) - self.f(x - h)) / (2 * h))

    def curve(self, x: Any) -> Any:
        return self.difference(x, lambda x, h: (self.f(x + h) + self.f(x - h) - 2 * self.f(x)) / h**2)

    def curve_inside(self, x: Any, side: int) -> Any:
        """f″ at an end of the window from inside."""
        return self.difference(
            x,
            lambda x, h: (2 * self.f(x) - 5 * self.f(x + side * h) + 4 * self.f(x + 2 * side * h)
                          - self.f(x + 3 * side * h)) / h**2,
        )  # fmt: skip

    def difference(self, x: Any, formula: Callable[[Any, Any], Any]) -> Any:
        with mpmath.workdps(self.digits):
            x = mpf(x)
            first, second = formula(x, self.step), formula(x, self.step / 7)
            if not (mpmath.isfinite(first) and mpmath.isfinite(second)):
                return mpmath.nan
            noise = mpf(10) ** (8 - self.digits) * abs(self.f(x)) / (self.step / 7) ** 2
            if abs(first - second) > SURE * max(abs(first), abs(second)) + noise:
                return mpmath.nan
            return second

    def zero(self, value: Any, x: Any, order: int) -> bool:
        """Whether a difference is zero as far as digits tell."""
        return bool(abs(value) <= self.unseen(x, order))

    def unseen(self, x: Any, order: int) -> Any:
        """The size below which a difference is not told from zero."""
        with mpmath.workdps(self.digits):
            size = abs(self.f(x)) + self.scale * mpf(10) ** -40
            rounding = mpf(10) ** (10 - self.digits) * size / (self.step / 7) ** order
            return rounding + mpf(10) ** -20 * self.scale / self.width**order

    def inside(self, count: int, low: Any = None, high: Any = None) -> list[Any]:
        low, high = self.low if low is None else low, self.high if high is None else high
        with mpmath.workdps(self.digits):
            return [low + (high - low) * mpf(self.random.uniform(0.003, 0.997)) for _ in range(count)]

    def false(self, sentence: str) -> None:
        self.said.append(f"{self.text} on [{self.ends[0]}, {self.ends[1]}]: {sentence}")

    # the verdict

    def verdict(self, record: dict[str, Any], report: str | None = None) -> list[str]:
        """Every statement of the record and of the printed report that is false, and every extremum that it misses."""
        with mpmath.workdps(self.digits):
            points = record["critical_points"]
            self.places = [self.place(p) for p in points]
            proved = record["status"] != "estimated"
            for point, place in zip(points, self.places, strict=True):
                self.point(point, place)
            if record["status"] == "complete":
                self.missed(points)
                self.covered(record)
            if proved:
                self.bounds(record)
                self.regions(record)
                self.least(record)
                self.steps(record)
            self.warned(record)
            if report is not None:
                self.printed(record, report, proved)
        return self.said

    def place(self, p: dict[str, Any]) -> Any:
        """The point itself: its closed form, or the zero of f′ in its enclosure, or as near as its enclosure says."""
        low, high = (mpf(end) for end in p["enclosure"][0])
        if p["exact"]:
            import sympy

            exact = sympy.sympify(p["exact"])
            place = mpf(str(sympy.N(exact, self.digits)))
            if exact.is_Rational:
                told = oracle.rational(self.text, ["x"], [Fraction(int(exact.p), int(exact.q))])
                self.known |= {} if told is None else {place: mpf(told.numerator) / told.denominator}
            return place
        if high - low > self.width * mpf("1e-7"):
            return mpf(p["x"][0])
        left, right = low - self.step, high + self.step
        before, behind = self.slope(left), self.slope(right)
        if not (mpmath.isfinite(before) and mpmath.isfinite(behind)) or before * behind > 0:
            return low + (high - low) / 2
        for _ in range(int(3.4 * self.digits)):
            middle = left + (right - left) / 2
            here = self.raw_slope(middle)
            if not mpmath.isfinite(here) or right - left < self.step * mpf("1e-20"):
                break
            left, right = (middle, right) if here * before > 0 else (left, middle)
        return left + (right - left) / 2

    def raw_slope(self, x: Any) -> Any:
        h = self.step * mpf("1e-8")
        return (self.f(x + h) - self.f(x - h)) / (2 * h)

    # statements of the record

    def point(self, p: dict[str, Any], place: Any) -> None:
        (low, high) = map(mpf, p["enclosure"][0])
        x = mpf(p["x"][0])
        if not (low <= x <= high and low - self.step <= place <= high + self.step):
            self.false(f"x = {p['x'][0]} outside of its enclosure {p['enclosure']}")
        if not (high >= self.low and low <= self.high):
            self.false(f"the point {p['x'][0]} is outside of the window")
        flat = p["kind"] == "degenerate" and high - low > self.width * mpf("1e-7")
        if flat:
            inside = [self.f(v) for v in self.inside(9, low, high)]
            if max(inside) - min(inside) > mpf("1e-50") * max(self.scale, abs(inside[0])):
                self.false(f"f is not constant on {p['enclosure'][0]}")
            return
        if p["proved"] and p["kind"] == "degenerate" and high == low and not p["exact"]:
            self.false(f"flat on the single point {low}")
        value = self.f(place)
        if p["f"] is not None and mpmath.isfinite(value) and high - low < self.width * mpf("1e-9"):
            apart = abs(value - mpf(p["f"]))
            if apart > mpf("1e-12") * abs(value) + mpf("1e-300") and apart > mpf("1e-15") * self.scale:
                self.false(f"f({p['x'][0]}) = {mpmath.nstr(value, 17)}, not {p['f']}")
        if p["proved"]:
            self.around(p, low, high, place)

    def around(self, p: dict[str, Any], low: Any, high: Any, place: Any) -> None:
        """The signs of f′ a little beside the enclosure, nearer and nearer, must come to fit the kind."""
        wanted = {"minimum": (-1, 1), "maximum": (1, -1)}.get(p["kind"])
        seen = []
        for distance in ("1e-5", "1e-7", "1e-10", "1e-14"):
            reach = mpf(distance) * self.width
            left, right = low - reach, high + reach
            signs = tuple(0 if not mpmath.isfinite(v) else int(mpmath.sign(v)) for v in map(self.slope, (left, right)))
            seen.append(signs)
            some = tuple(s for s in signs if s)
            if wanted is None and len(some) == 2 and (some[0] != some[1]) == (p["kind"] == "degenerate"):
                return self.second(p, place)
            if wanted and any(signs) and all(s in (0, w) for s, w in zip(signs, wanted, strict=True)):
                return self.second(p, place)
            if p["edge"] and any(signs):
                return None
            middle = self.f(place)
            if wanted and all((self.f(x) - middle) * wanted[1] > 0 for x in (left, right)):
                return self.second(p, place)
        return self.false(f"{p['kind']} at {p['x'][0]}: signs of f′ beside it {seen}")

    def second(self, p: dict[str, Any], place: Any) -> None:
        """Whether a kink is one, and f″ ≠ 0 where the kind says so."""
        if p["kind"] not in ("minimum", "maximum"):
            return
        near, nearer = (
            [(self.f(place + s * h) - self.f(place)) / (s * h) for s in (-1, 1)]
            for h in (self.width * mpf("1e-8"), self.width * mpf("1e-16"))
        )
        if not all(map(mpmath.isfinite, near + nearer)):
            return
        apart = abs(near[1] - near[0]), abs(nearer[1] - nearer[0])
        if p["kink"] and apart[1] < apart[0] * mpf("0.01"):
            self.false(f"a kink at {p['x'][0]}, but the slopes on both sides come together")
        if p["kink"] is False:
            bent = [
                self.f(place + h) + self.f(place - h) - 2 * self.f(place)
                for h in (self.width * mpf("1e-8"), self.width * mpf("1e-16"))
            ]
            ratio = bent[1] / bent[0] if bent[0] else mpf(1)
            if ratio < mpf("1e-18") and not p["edge"]:
                self.false(f"{p['kind']} at {p['x'][0]}, but f″ = 0 there")
            if ratio > mpf("0.9e-8"):
                self.false(f"no kink at {p['x'][0]}, but the slope jumps")

    def missed(self, points: list[dict[str, Any]]) -> None:
        """Between samples where f rises and then falls there is an extremum, which must have been named."""
        xs, fs = self.xs, self.fs
        noise = mpf("1e-60") * self.scale
        boxes = [(mpf(p["enclosure"][0][0]), mpf(p["enclosure"][0][1])) for p in points]
        for i in range(1, len(xs) - 1):
            a, b, c = fs[i - 1 : i + 2]
            if not all(map(mpmath.isfinite, (a, b, c))):
                continue
            if (b < a - noise and b < c - noise) or (b > a + noise and b > c + noise):
                near = any(high >= xs[i - 1] and low <= xs[i + 1] for low, high in boxes)
                if not near and not self.broken(xs[i - 1], xs[i + 1]):
                    self.false(f"an extremum between {float(xs[i - 1])} and {float(xs[i + 1])} is missing")

    def broken(self, low: Any, high: Any) -> bool:
        """Whether f is undefined somewhere between, has a pole there, or jumps."""
        values = [self.f(low + (high - low) * k / 199) for k in range(200)]
        if not all(map(mpmath.isfinite, values)):
            return True
        steps = sorted(abs(b - a) for a, b in pairwise(values))
        return bool(steps[-1] > 50 * steps[len(steps) // 2] and steps[-1] > mpf("1e-6") * (max(values) - min(values)))

    def covered(self, record: dict[str, Any]) -> None:
        """Where f″ is clearly not zero, one of the lists must say so; where f has no value, a warning."""
        spans = {1: record["convex"], -1: record["concave"]}
        for x in self.inside(10):
            value = self.curve(x)
            if mpmath.isfinite(value) and not self.zero(value, x, 2) and not self.kinked(x):
                sign = int(mpmath.sign(value))
                if not any(mpf(a) <= x <= mpf(b) for a, b in spans[sign]):
                    self.false(f"f″({float(x)}) = {float(value)} is in no interval of its sign")
        none = [x for x, v in zip(self.xs, self.fs, strict=True) if not mpmath.isfinite(v)]
        said = " ".join(record["warnings"])
        if len(none) > len(self.xs) // 8 and "not defined on" not in said:
            self.false("where f has no value nothing is said")

    def kinked(self, x: Any) -> bool:
        h = self.width * mpf("1e-9")
        before, middle, behind = self.curve(x - h), self.curve(x), self.curve(x + h)
        return bool(abs(middle) > 1e3 * (1 + abs(before) + abs(behind)))

    def curves(self) -> Iterator[tuple[Any, Any]]:
        """f″ at random places, at both ends from inside, and at the critical points."""
        for x in self.inside(24):
            if not self.kinked(x):
                yield x, self.curve(x)
        yield self.low, self.curve_inside(self.low, 1)
        yield self.high, self.curve_inside(self.high, -1)
        for place in self.places[:8]:
            if self.low < place < self.high:
                yield place, self.curve(place)

    def bounds(self, record: dict[str, Any]) -> None:
        """L and mu against f″, and the bound that is said to be reached."""
        L, mu = record["L"], record["mu"]
        self.seen = [(x, v) for x, v in self.curves() if mpmath.isfinite(v)]
        for x, value in self.seen:
            noise = self.noise(x, value)
            if L[1] is not None and abs(value) > mpf(L[1]) + noise:
                self.false(f"f″({float(x)}) = {mpmath.nstr(value, 20)} above L {L}")
            if mu[0] is not None and value < mpf(mu[0]) - noise:
                self.false(f"f″({float(x)}) = {mpmath.nstr(value, 20)} below mu {mu}")

    def regions(self, record: dict[str, Any]) -> None:
        for key, sign in (("convex", 1), ("concave", -1)):
            spans = record[key]
            for low, high in spans[:6] + spans[-6:]:
                low, high = mpf(low), mpf(high)
                for x in self.inside(4, low, high):
                    value = self.curve(x)
                    if mpmath.isfinite(value) and value * sign < 0 and not self.zero(value, x, 2):
                        self.false(f"f″({float(x)}) = {float(value)} in the {key} interval {float(low), float(high)}")
                slack = mpmath.mpf(2) ** -52 * max(abs(low), abs(high))
                if not (low >= self.low - slack and high <= self.high + slack and low < high):
                    self.false(f"the {key} interval {float(low), float(high)} is no part of the window")

    def least(self, record: dict[str, Any]) -> None:
        """The enclosure of the least value against all samples, the ends, and the places where it is said to be."""
        low, high = record["global_minimum"]["f"]
        known = [v for v in [*self.fs, *map(self.f, self.places)] if mpmath.isfinite(v)]
        if not known:
            return
        lowest = min(known)
        noise = mpf(10) ** (12 - self.digits) * self.scale
        if low is not None and lowest < mpf(low) - noise:
            self.false(f"f comes down to {mpmath.nstr(lowest, 20)}, below {low!r}")
        if low is None and high is None and record["status"] == "complete" and "not bounded" not in str(record):
            self.false("nothing is said of the least value")
        if high is not None and low is not None:
            rounding = noise ** mpf(0.5)  # of a place, where f may go like a root
            for x in record["global_minimum"]["at"]:
                exact = [p for p, q in zip(self.places, record["critical_points"], strict=True) if q["x"][0] == x]
                exact += [end for end in (self.low, self.high) if float(end) == x]
                values = [self.f(place) for place in exact]
                if (
                    values
                    and all(mpmath.isfinite(v) and v > mpf(high) + rounding for v in values)
                    and len(record["global_minimum"]["at"]) == 1
                ):
                    self.false(f"f({x}) = {mpmath.nstr(values[0], 20)} is not the least value {low!r}, {high!r}")

    def steps(self, record: dict[str, Any]) -> None:
        """Inside the window, steps with lr below safe_lr and alpha above the two bounds do what is said of them."""
        lr, alpha, direction = record["safe_lr"], record["descent_alpha"], record["direction_alpha"]
        if lr is not None:
            for x, value in self.seen:
                if abs(value) * mpf(lr) > 2 * (1 + SURE) and not self.zero(value, x, 2):
                    self.false(f"2/|f″({float(x)})| is below the safe lr {lr!r}")
        if direction is not None:
            for x, value in self.seen:
                if value + mpf(direction) < -abs(value) * SURE and not self.zero(value, x, 2):
                    self.false(f"with alpha > {direction!r} the step from {float(x)} goes uphill")
        for x in self.inside(5):
            slope, curve = self.slope(x), self.curve(x)
            if not (mpmath.isfinite(slope) and mpmath.isfinite(curve)) or self.zero(slope, x, 1):
                continue
            moves = [] if lr is None else [("lr", x - slope * mpf(lr) * share) for share in (mpf("0.3"), mpf("0.999"))]
            if alpha is not None and curve + mpf(alpha) > 0 and alpha > 0:
                moves.append(("alpha", x - slope / (curve + mpf(alpha) * mpf("1.000001"))))
            for word, place in moves:
                if self.low <= place <= self.high:
                    rise = self.f(place) - self.f(x)
                    if mpmath.isfinite(rise) and rise > mpf("1e-60") * self.scale:
                        self.false(f"f rises by {float(rise)} with {word} from {float(x)}")

    # the warnings

    def warned(self, record: dict[str, Any]) -> None:
        """f has no value where that is said, is constant where that is said, and jumps where that is said."""
        for sentence in record["warnings"]:
            if sentence.startswith("f is not defined on"):
                for low, high in spans(sentence):
                    low, high = map(self.number, (low, high))
                    for x in self.inside(7, low, high):
                        if mpmath.isfinite(self.f(x)):
                            self.false(f"{sentence}: f({float(x)}) = {float(self.f(x))}")
                            break
            constant = re.search(r"f is constant inside ([\[(].*?[\])])", sentence)
            if constant:
                for low, high in spans(constant[1]):
                    low, high = map(self.number, (low, high))
                    if low == high:
                        self.false(sentence)
                    values = [self.f(x) for x in self.inside(5, low, high)]
                    if max(values) - min(values) > mpf("1e-50") * max(self.scale, abs(values[0])):
                        self.false(sentence)

    # the printed report

    def printed(self, record: dict[str, Any], report: str, proved: bool) -> None:
        """Every number on the screen: rounded to the side on which it stays true, or to the digits shown."""
        lines = report.splitlines()
        window = re.search(r"\s+on (\[[^\]]*\])", lines[0])
        if not window:
            self.false(f"no window in {lines[0]!r}")
        else:
            ((low, high),) = spans(window[1])
            low, high = map(self.number, (low, high))
            hair = mpf(10) ** (10 - self.digits) * max(abs(self.low), abs(self.high))
            if not (self.low - hair <= low < high <= self.high + hair):
                self.false(f"the printed window {window[1]} reaches beyond")
            if max(low - self.low, self.high - high) > mpf("1e-4") * self.width:
                self.false(f"the printed window {window[1]} is too short")
        self.rows(record, [line for line in lines if line.startswith("  x = ")])
        if not proved:
            return
        self.whole(report)
        bounds = {
            r"(\S+) ≤ f″": lambda said: [(x, v) for x, v in self.seen if v < said - self.noise(x, v)],
            r"f″ ≤ (\S+?),": lambda said: [(x, v) for x, v in self.seen if v > said + self.noise(x, v)],
            r"sup\|f″\| ≤ (\S+?),": lambda said: [(x, v) for x, v in self.seen if abs(v) > said + self.noise(x, v)],
            r"mu = inf f″ ≥ (\S+)": lambda said: [(x, v) for x, v in self.seen if v < said - self.noise(x, v)],
            r"0 < lr < (\S+) \(2/L\)": lambda said: [
                (x, v) for x, v in self.seen if (abs(v) - self.noise(x, v)) * said > 2 * (1 + SURE)
            ],
            r"downhill if alpha > (\S+?)(?:;|$)": lambda said: [
                (x, v) for x, v in self.seen if v + said < -self.noise(x, v)
            ],
        }
        for pattern, fails in bounds.items():
            for found in re.findall(pattern, report, re.MULTILINE):
                if found.strip("−∞") and (wrong := fails(self.number(found))):
                    self.false(
                        f"printed {pattern} {found}, but f″({float(wrong[0][0])}) = {mpmath.nstr(wrong[0][1], 17)}"
                    )
        for word, sign in ((">", 1), ("<", -1)):
            for line in re.findall(rf"f″ {word} 0 on (.*)", report):
                for low, high in spans(line):
                    low, high = map(self.number, (low, high))
                    if not low < high:
                        self.false(f"the printed interval {line} is empty")
                    for x in self.inside(3, low, high):
                        value = self.curve(x)
                        if mpmath.isfinite(value) and value * sign < 0 and not self.zero(value, x, 2):
                            self.false(f"f″ has the other sign at {float(x)} in the printed {line}")
        least = re.search(r"^least f\s+(.*)$", report, re.MULTILINE)
        known = [v for v in [*self.fs, *map(self.f, self.places)] if mpmath.isfinite(v)]
        if least and known:
            lowest = min(known)
            if "no value on the window" in least[1]:
                self.false("f has values on the window")
            one = re.match(r"([−\d.e+]+)(?: at|,)", least[1])
            if one and lowest < self.number(one[1]) - self.unit(one[1]) * mpf("0.501"):
                self.false(f"least f {one[1]}, but f comes down to {mpmath.nstr(lowest, 17)}")

    def whole(self, report: str) -> None:
        """Convex everywhere, kinks included; and what is said of the part of {f ≤ f(start)} around the start."""
        if "convex on the window (proved)" in report:
            for place in [*self.inside(6), *(p for p in self.places if self.low < p < self.high)]:
                reach = min(place - self.low, self.high - place) * mpf("1e-6")
                bend = self.f(place - reach) + self.f(place + reach) - 2 * self.f(place)
                if mpmath.isfinite(bend) and bend < -(mpf(10) ** (20 - self.digits)) * self.scale:
                    self.false(f"f is not convex at {float(place)}")
        if start := re.search(r"; from (\S+) it does", report):
            x = self.number(start[1])
            level = self.f(x) + self.unit(start[1]) * abs(self.raw_slope(x))
            for end, side in ((self.low, -1), (self.high, 1)):
                between = [v for y, v in zip(self.xs, self.fs, strict=True) if (y - x) * side > 0]
                if self.f(end + side * self.step) <= self.f(end) and not any(v > level for v in between):
                    self.false(f"from {start[1]} f does not rise until {float(end)}, and falls beyond")

    def rows(self, record: dict[str, Any], rows: list[str]) -> None:
        """The listed points: their numbers are right to the last digit."""
        shown = [re.match(r"  x = ([\[(].*?[\])]|\S+)(?: = \S+)?\s+f = (\S+)", row) for row in rows]
        if not all(shown):
            return
        texts = [match[1] for match in shown if match]
        if len(set(texts)) < len(texts):
            self.false(f"several points are printed as one: {texts}")
        for match, place, p in zip(shown, self.places, record["critical_points"], strict=False):
            assert match is not None
            if match[1][0] in "[(":
                low, high = (self.number(end) for end in next(iter(spans(match[1]))))
                (a, b) = map(mpf, p["enclosure"][0])
                slack = mpf(2) ** -50 * max(abs(a), abs(b))
                if not (a - slack <= low < high <= b + slack):
                    self.false(f"printed {match[1]} for {p['enclosure'][0]}")
                continue
            if p["enclosure"][0][1] - p["enclosure"][0][0] > 1e-9 * float(self.width):
                continue
            if abs(self.number(match[1]) - place) > self.unit(match[1]) * mpf("0.501") + self.step:
                self.false(f"printed x = {match[1]} for {mpmath.nstr(place, 20)}")
            value = self.f(place)
            if mpmath.isfinite(value) and "∞" not in match[2] and match[2] != "unknown":
                said = self.number(match[2])
                noise = self.scale * mpf(10) ** (-self.digits // 3)
                if abs(said - value) > self.unit(match[2]) * mpf("0.501") + noise:
                    self.false(f"printed f = {match[2]} for {mpmath.nstr(value, 17)} at {match[1]}")

    def noise(self, x: Any, value: Any) -> Any:
        return abs(value) * SURE + (self.unseen(x, 2) if self.zero(value, x, 2) else 0)

    @staticmethod
    def unit(text: str) -> Any:
        """One in the last of six digits at least of a printed number."""
        mantissa, _, exponent = text.replace("−", "-").lower().partition("e")
        digits = mantissa.lstrip("-")
        after = len(digits.partition(".")[2])
        whole = digits.replace(".", "").lstrip("0")
        missing = max(0, 6 - len(whole))
        return mpf(10) ** (int(exponent or 0) - after - missing) if whole else mpf(0)


def spans(text: str) -> list[tuple[str, str]]:
    """The intervals [a, b] in a sentence, as texts."""
    return [(a, b) for a, b in re.findall(r"[\[(]([^\[\]()∞]+), ([^\[\]()∞]+)[\])]", text) if "∞" not in a + b]


def checked(text: str, low: Any, high: Any, analyze: Callable[..., Any], seed: int = 0, **options: Any) -> list[str]:
    """What is false in an analysis of a loss in x, record, warnings and report."""
    from symopt import Loss

    made = analyze(Loss.parse(text, variables=["x"]), (low, high), **options)
    return Judge(text, low, high, seed).verdict(made.record(), str(made))


__all__ = ["Judge", "checked", "math", "spans"]

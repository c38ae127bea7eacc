"""Every critical point in a box: exclude, contract, split; a Krawczyk test proves each that is found.

Over a box X with Y ≈ J(mid X)⁻¹: if ‖I − Y·J(X)‖ < 1 there is at most one zero in X; it is where Newton's method leads,
and K(T) ⊂ int T over a tiny box T around it shows that it is there. So zeros on the faces of boxes cost nothing.

Source: R. Krawczyk, Computing 4, 1969; A. Neumaier, Interval Methods for Systems of Equations, 1990, sections 5.1, 5.2;
E. Hansen, G. W. Walster, Global Optimization Using Interval Analysis, 2004, chapters 11 and 12.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flint import arb

from symopt.analysis.boxes.enclose import (
    A_BOX,
    PRECISION,
    UNDEFINED,
    Ball,
    Box,
    System,
    closed_form,
    ends,
    hull,
    known,
    known_all,
    signed,
    within,
)
from symopt.analysis.boxes.krawczyk import FINE, chosen, inverse_of, product_of, regular, submatrix, verified
from symopt.analysis.boxes.narrowing import Narrowing
from symopt.analysis.boxes.waves import AGAIN, CUT, advanced, boxed, crowded, kinds_of
from symopt.analysis.exact import vanishes
from symopt.analysis.records import CriticalSet
from symopt.balls.crowd import Ends as Many
from symopt.balls.series import working
from symopt.balls.work import over, spend, spent

BOXES = 20_000
"""Work after which the search ends with what is left, in boxes that are looked at alone."""
FLOOR = 1e-7
"""Widths, in those of the window, below which a box is left undecided, as a rule."""
TOGETHER, FEW = 1_024, 16
"""Boxes that are looked at together, at most, and up to which one by one is faster."""
CROWD, PROBES, DIVE = 256, 3, 400
FAR, ZOOM, SCALES, TINY = 1 / 16, 1 / 64, 3, 1000
"""Open boxes from which on it is asked whether zeros are isolated, in how many of them, boxes looked at in each; how
far apart two of its parts are that are left, half of what is looked at next, in its sides; how often, and down to how
many of the smallest boxes.
"""


@dataclass(frozen=True)
class Zero:
    """A critical point: balls for x and t, the states of the switches, and a box in which there is no other."""

    balls: tuple[Ball, ...]
    states: str
    region: Box


@dataclass
class Found:
    """What a search found: zeros, boxes left undecided, boxes looked at, and whether the limit ended it.

    thick: it ended since what is left looks like a curve or a surface of zeros; sets: of these, what algebra tells.
    """

    zeros: list[Zero] = field(default_factory=list)
    left: list[Box] = field(default_factory=list)
    boxes: int = 0
    cut_short: bool = False
    thick: bool = False
    sets: list[CriticalSet] = field(default_factory=list)


def search(system: System, start: Box, most: int = BOXES, floor: float = FLOOR, until: float = math.inf) -> Found:
    """All zeros of a system in a box, breadth first; work is counted in boxes, and in what `spent` tells.

    most: work, in boxes that are looked at alone. floor: widths, in those of the box, below which a part of it is left
    undecided.
    """
    return _Search(system, start, most, floor, until).run()


class _Search:
    def __init__(self, system: System, start: Box, most: int, floor: float, until: float) -> None:
        self.system, self.start, self.most, self.floor, self.until = system, start, most, floor, until
        self.sizes = [max(high - low, 0.0) for low, high in start.ends]
        self.free = [k for k, (low, high) in enumerate(start.ends[: system.n]) if low < high]
        self.found, self.work = Found(), 0.0
        self.order: list[tuple[float, int]] = []
        self.last: Box | None = None

    def run(self) -> Found:
        level, found, crowd = [crowded([self.start])], self.found, CROWD
        with working(PRECISION, 1):
            while level and not (found.cut_short or found.thick):
                count = sum(boxes.shape[2] for _, boxes in level)
                if self.system.n > 1 and count >= crowd:
                    crowd *= 4
                    found.thick = self.thick(level, count)
                if not found.thick:
                    level = list(self.stepped(level))
            found.left += [box for crowd_ in level for box in boxed(*crowd_)]
        return found

    def stepped(self, level: list[tuple[str, Many]]) -> Iterator[tuple[str, Many]]:
        """What a step makes of all open boxes, of each state together."""
        for states in dict.fromkeys(states for states, _ in level):
            boxes = np.concatenate([boxes for word, boxes in level if word == states], axis=2)
            for part in np.array_split(boxes, math.ceil(boxes.shape[2] / TOGETHER) or 1, axis=2):
                self.found.cut_short = self.work >= self.most or spent() > self.until or over()
                if self.found.cut_short:
                    yield states, part
                    continue
                self.found.boxes += part.shape[2]
                yield from self.advanced(states, part)

    def advanced(self, states: str, boxes: Many) -> Iterator[tuple[str, Many]]:
        if self.system.n + self.system.m < 2 or boxes.shape[2] < FEW:
            single = boxed(states, boxes)
        else:
            unknowns = [*self.free, *(self.system.n + j for j, state in enumerate(states) if state == "0")]

            def captured(box: Many, inverse: Any, place: Any) -> bool:
                exact = [[arb(float(e)) for e in row] for row in inverse]
                return self.captured(boxed(states, box[..., None])[0], unknowns, exact, place.tolist())

            self.work += boxes.shape[2] * self.system.each
            step = advanced(self.system, states, boxes, self.free, np.array(self.sizes), self.floor, captured)
            yield from step.crowds
            self.found.left += [box for part in step.left for box in boxed(states, part)]
            single = [box for part in step.single for box in boxed(states, part)]
        made: dict[str, list[Box]] = {}
        self.work += len(single)
        for box in single:
            for part in self.parts(box):
                made.setdefault(kinds_of(part.states), []).append(part)
        yield from map(crowded, made.values())

    def thick(self, level: list[tuple[str, Many]], count: int) -> bool:
        """Whether in most of a few open boxes parts that lie far apart are left, on all scales, as on a curve."""
        kept = self.found.left.copy()
        places = [(2 * k + 1) * count // (2 * PROBES) for k in range(PROBES)]
        every = [box for crowd in level for box in boxed(*crowd)]
        spread = sum(self.spread(every[place], SCALES) for place in places)
        self.found.left = kept
        return spread > PROBES // 2

    def spread(self, box: Box, scales: int) -> bool:
        """Whether two parts of a box are left that lie far apart, depth first from both of its ends, and around one."""
        sides = [(k, high - low) for k, (low, high) in enumerate(box.ends[: self.system.n]) if low < high]
        first: Box | None = None
        parts, self.last = [box], None
        for _ in range(DIVE):
            if not parts or over():
                break
            self.found.boxes += 1
            parts += self.parts(parts.pop())
            last, self.last = self.last, None
            if last is not None and first is None:
                first = last
                parts.reverse()
            elif last is not None and first is not None:
                if not any(abs(last.ends[k][0] - first.ends[k][0]) > FAR * width for k, width in sides):
                    continue
                for k, width in sides:
                    at, (low, high) = sum(first.ends[k]) / 2, box.ends[k]
                    box = box.with_ends(k, max(low, at - ZOOM * width), min(high, at + ZOOM * width))
                wide = any(2 * ZOOM * width > TINY * self.floor * self.sizes[k] for k, width in sides)
                return scales == 1 or not wide or self.spread(box, scales - 1)
        return False

    def parts(self, box: Box) -> Sequence[Box]:
        """What is left to be looked at of a box: nothing, itself but smaller, or its parts."""
        spend(A_BOX * (self.system.n + self.system.m - 1))
        system, n = self.system, self.system.n
        value, sides = system.values(box.balls)
        if value is UNDEFINED or any(side is UNDEFINED for side in sides):
            return ()
        for j in range(system.m):
            sign = signed(sides[n + j])
            if not sign or box.states[j] == "~":
                continue
            word = "+" if sign > 0 else "-"
            if box.states[j] == "?":
                box = box.with_state(n, j, word)
            elif box.states[j] != word:
                return ()
        unknowns = system.unknowns(box)
        if any(signed(sides[k]) for k in unknowns):
            return ()
        if not known(value) and not all(known(sides[k]) for k in unknowns):
            # beside a pole or the end of the domain; a cusp has a value
            tops = system.tops(box.balls)
            if any(signed(tops[k]) for k in unknowns if k < n):
                return ()
        if "?" in box.states:
            return self.branched(box)
        if not unknowns:
            return ()
        if not all(known(sides[k]) for k in unknowns):
            return self.split(box, unknowns, None)
        return self.contracted(box, unknowns)

    def branched(self, box: Box) -> Sequence[Box]:
        """The states that an undecided switch may have; of many undecided, smaller boxes know some."""
        n = self.system.n
        jacobian = self.system.jacobian(box.balls)
        rows = [jacobian[i] for i in range(n)] + [jacobian[n + i] for i, w in enumerate(box.states) if w in "?0"]
        for j, state in enumerate(box.states):
            if state == "?" and all(known(row[n + j]) and row[n + j].is_zero() for row in rows):
                return [box.with_state(n, j, "~")]
        open_ = [j for j, state in enumerate(box.states) if state == "?"]
        wide = [k for k in range(n) if box.ends[k][1] - box.ends[k][0] > self.sizes[k] / 40]
        if len(open_) > 2 and wide:
            return self.split(box, [k for k in range(n) if box.ends[k][0] < box.ends[k][1]], None)
        j = open_[0]
        active = box.states.count("0") < sum(low < high for low, high in box.ends[:n])
        switch = self.system.switches[j]
        if switch.kink and not switch.mild and not active:
            # more kinks than unknowns: no system of equations, only smaller boxes
            return self.split(box, [k for k in range(n) if box.ends[k][0] < box.ends[k][1]], None)
        words = "+-0" if switch.kink and not switch.mild else "+-"
        return [box.with_state(n, j, word) for word in words]

    def contracted(self, box: Box, unknowns: list[int]) -> Sequence[Box]:
        system, settled = self.system, box.settled
        middle = [(low + high) / 2 for low, high in box.ends]
        jacobian = submatrix(system.jacobian(settled.balls), unknowns)
        if not known_all(jacobian):
            return self.split(box, unknowns, None)
        if any(all(row[i].is_zero() for row in jacobian) for i, k in enumerate(unknowns) if k >= system.n):
            return ()  # nothing depends on this t: what lies here is found beside
        at = [arb(c) if k in unknowns else settled.balls[k] for k, c in enumerate(middle)]
        sides = chosen(system.values(at)[1], unknowns)
        if not all(map(known, sides)):
            return self.split(box, unknowns, jacobian)
        narrow = Narrowing(box, unknowns, at, self.sizes)
        if narrow.by(jacobian, sides):
            return ()
        inverse = inverse_of(jacobian)
        if inverse is None:
            return self.split(narrow.box(), unknowns, jacobian)
        product = product_of(inverse, jacobian)
        if regular(product) and self.captured(box, unknowns, inverse, middle):
            return ()
        size = range(len(unknowns))
        right = [sum((inverse[i][j] * sides[j] for j in size), arb(0)) for i in size]
        if narrow.by(product, right, diagonal=True):
            return ()
        smaller = narrow.box()
        if narrow.share < AGAIN:
            return (smaller,)
        _, j, until, since = narrow.gap
        if j >= 0:
            low, high = smaller.ends[unknowns[j]]
            if low < until and since < high:
                return smaller.with_ends(unknowns[j], low, until), smaller.with_ends(unknowns[j], since, high)
        return self.split(smaller, unknowns, jacobian)

    def captured(self, box: Box, unknowns: list[int], inverse: Any, start: list[float]) -> bool:
        """Whether a box with at most one zero is settled: its zero is found, or shown to lie elsewhere."""
        tiny = verified(self.system, start, box.settled, unknowns)
        if tiny is None:
            return False
        tiny = [ball if k in unknowns else box.balls[k] for k, ball in enumerate(tiny)]
        region = box
        for k in unknowns:
            low, high = ends(tiny[k])
            margin = 0.05 * (box.ends[k][1] - box.ends[k][0])
            region = region.with_ends(k, min(box.ends[k][0], low - margin), max(box.ends[k][1], high + margin))
        jacobian = submatrix(self.system.jacobian(region.settled.balls), unknowns)
        if not known_all(jacobian) or not regular(product_of(inverse, jacobian)):
            region = box
            if not within((ends(tiny[k]) for k in unknowns), (box.ends[k] for k in unknowns)):
                return False
        if all(tiny[k].overlaps(hull(*box.ends[k])) for k in unknowns):
            self.add(Zero(tuple(tiny), box.states, region))
        return True

    def add(self, zero: Zero) -> None:
        """Keeps a zero unless it is known, or its switches are shown to have other signs."""
        first = float(zero.balls[0].mid())
        near = 1e-6 * (self.sizes[0] or 1.0)
        since, until = bisect_left(self.order, (first - near, -1)), bisect_left(self.order, (first + near, -1))
        others = [self.found.zeros[k] for _, k in self.order[since:until]]
        if any(self.same(zero, other) for other in others):
            return
        with working(FINE, 1):
            sure = self.consistent(zero)
        n = self.system.n
        if sure and any(all(map(arb.overlaps, zero.balls[:n], other.balls[:n])) for other in others):
            sure = None  # one place of several t is no two points
        if sure:
            insort(self.order, (first, len(self.found.zeros)))
            self.found.zeros.append(zero)
        elif sure is None:
            self.found.left.append(Box(tuple(ends(ball) for ball in zero.balls), zero.states))

    def same(self, zero: Zero, other: Zero) -> bool:
        """Whether a zero is another that is known: no other lies in the region of that one."""
        alike = all(a == b or "~" in (a, b) for a, b in zip(zero.states, other.states, strict=True))
        unknowns = self.system.unknowns(zero.region)
        return alike and within((ends(zero.balls[k]) for k in unknowns), (other.region.ends[k] for k in unknowns))

    def consistent(self, zero: Zero) -> bool | None:
        """Whether f has a value at a zero and the switches are as its states say; None if that is not shown.

        A zero on s = 0 where nothing depends on t is one of the side s > 0.
        """
        n, balls = self.system.n, zero.balls
        value, sides = self.system.values(balls)
        if value is UNDEFINED:
            return False
        unsure, onto = [], []
        for j, state in enumerate(zero.states):
            sign, t = signed(sides[n + j]), balls[n + j]
            if (state == "0" and t.abs_lower() > 1) or sign * {"+": 1, "-": -1}.get(state, 0) < 0:
                return False
            if state in "+-" and not sign:
                unsure.append(j)
            if state == "0" and not t.abs_upper() < 1:
                onto.append(j)
        if onto and not self.edge(balls, onto):
            return None
        if unsure:
            shown = self.edge(balls, unsure)
            if shown and all(self.system.switches[j].mild for j in unsure):
                return "-" not in [zero.states[j] for j in unsure] if known(value) else None
            wide = [hull(-1, 1) if k - n in unsure else ball for k, ball in enumerate(balls)]
            jacobian, around = self.system.jacobian(wide), self.system.values(wide)[1]
            for j in unsure:
                dead = all(known(row[n + j]) and row[n + j].is_zero() for row in jacobian[:n])
                others = [i for i in range(self.system.m) if i not in unsure]
                if not dead:
                    return False if shown else None  # it is a zero on s = 0, with t = ±1
                if any(signed(around[n + i]) != signed(sides[n + i]) for i in others):
                    return None
            if any(zero.states[j] == "-" for j in unsure):
                return False
        return True if known(value) else None

    def edge(self, balls: Sequence[Ball], which: Sequence[int]) -> bool:
        """Whether algebra shows that a zero of one side's gradient lies on s = 0: t is ±1."""
        place, switches = closed_form(self.system, balls), [self.system.switches[j] for j in which]
        return place is not None and all(abs(place[w.t]) == 1 and vanishes(w.s, place) for w in switches)

    def split(self, box: Box, unknowns: list[int], jacobian: list[list[Ball]] | None) -> Sequence[Box]:
        """Two parts, across the coordinate over which the equations change most; a tiny box is left undecided."""
        widths = [box.ends[k][1] - box.ends[k][0] for k in unknowns]
        shares = [w / (self.sizes[k] or 2.0) for w, k in zip(widths, unknowns, strict=True)]
        best = int(np.argmax(shares))
        if jacobian is not None:
            smear = [max(float(row[j].rad()) for row in jacobian) * widths[j] for j in range(len(unknowns))]
            chosen = int(np.argmax(smear))
            if shares[chosen] > 0.02 * shares[best] and 0 < smear[chosen] < math.inf:
                best = chosen
        k = unknowns[best]
        low, high = box.ends[k]
        cut = low + CUT * (high - low)
        if not low < cut < high or max(shares) <= self.floor:
            self.last = box
            self.found.left.append(box)
            return ()
        return box.with_ends(k, low, cut), box.with_ends(k, cut, high)


__all__ = ["BOXES", "Found", "Zero", "search"]

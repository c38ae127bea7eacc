"""A step of the search for many boxes at once, all with the same switches open and active: exclude, contract, split.

The same tests as for one box, on intervals of doubles in arrays; what these do not decide is left to balls. An interval
is an array (2, N), a crowd of boxes one of shape (d, 2, N).

Source: as `search`; E. Hansen, G. W. Walster, Global Optimization Using Interval Analysis, 2004, chapter 11.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from symopt.analysis.boxes.enclose import Box, System
from symopt.analysis.boxes.krawczyk import chosen, submatrix
from symopt.balls.crowd import Ends, minus, outward, over, plus, scaled, times

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Matrix = list[list[Ends]]
Captured = Callable[[Ends, Numbers, Numbers], bool]
"""Whether a box (d, 2) in which at most one zero lies, with an inverse of its Jacobian and a place near, is settled."""
STEPS = 6
"""Of Newton's method from the middles of boxes with at most one zero."""
AGAIN, CUT = 0.7, 0.4871
"""A contraction to less than this share is tried again; where boxes are split: no middle, where points like to lie."""
BESIDE = "±"
"""The state of a switch that is + or −, as its t is 1 or −1."""
GAP = 0.02
"""A share of an unknown without zeros at which a box is worth to be split."""
FINEST = 1e-11
"""Widths, in those of the window, to which a contraction does not go: there its gain would be rounding."""


@dataclass
class Step:
    """What a step makes of a crowd: crowds by their states; boxes for balls; boxes that are left undecided."""

    crowds: list[tuple[str, Ends]] = field(default_factory=list)
    single: list[Ends] = field(default_factory=list)
    left: list[Ends] = field(default_factory=list)


@np.errstate(all="ignore")
def advanced(
    system: System, states: str, boxes: Ends, free: Sequence[int], sizes: Numbers, floor: float, captured: Captured
) -> Step:
    """A step of the search. free: the x that are not fixed. sizes, floor: of the window, and how small boxes become."""
    n, step = system.n, Step()
    _, sides = system.values(boxes)
    finite = [np.isfinite(side).all(axis=0) for side in sides]
    signs = [np.where(sure, (side[0] > 0) * 1 - (side[1] < 0), 0) for side, sure in zip(sides, finite, strict=True)]
    alive = np.ones(boxes.shape[2], dtype=bool)
    for j, state in enumerate(states):
        if state in (BESIDE, "0"):
            alive &= (signs[n + j] == 0) | ((signs[n + j] == boxes[n + j, 0]) & (state == BESIDE))
    unknowns = [*free, *(n + j for j, state in enumerate(states) if state == "0")]
    for k in unknowns:
        alive &= signs[k] == 0
    if not unknowns:
        return step
    if "?" in states:
        turned = np.array([signs[n + j] if state == "?" else 0 * alive for j, state in enumerate(states)])
        for signed in np.unique(turned[:, alive], axis=1).T:
            group = alive & (turned == signed[:, None]).all(axis=0)
            if not signed.any():
                step.single.append(boxes[:, :, group])
                continue
            made, word = boxes[:, :, group], list(states)
            for j in np.flatnonzero(signed).tolist():
                word[j], made[n + j] = BESIDE, signed[j]
            step.crowds.append(("".join(word), made))
        return step
    sure = reduce(np.logical_and, (finite[k] for k in unknowns))
    step.single.append(boxes[:, :, alive & ~sure])
    if (alive & sure).any():
        _contracted(step, system, states, boxes[:, :, alive & sure], unknowns, sizes, floor, captured)
    return step


def _contracted(
    step: Step, system: System, states: str, boxes: Ends, unknowns: list[int], sizes: Numbers, floor: float,
    captured: Captured,
) -> None:  # fmt: skip
    settled = boxes.copy()  # as `Box.settled`
    settled[[system.n + j for j, state in enumerate(states) if state == "~"]] = 0
    jacobian, sides, at = _linear(system, settled, unknowns)
    sure = reduce(np.logical_and, (np.isfinite(e).all(axis=0) for e in [*sides, *(e for row in jacobian for e in row)]))
    step.single.append(boxes[:, :, ~sure])
    for i, k in enumerate(unknowns):
        if k >= system.n:  # nothing depends on this t: what lies here is found beside
            sure &= ~reduce(np.logical_and, ((row[i] == 0).all(axis=0) for row in jacobian))
    if not sure.any():
        return
    boxes, settled, at = boxes[:, :, sure], settled[:, :, sure], at[:, sure]
    jacobian, sides = [[e[:, sure] for e in row] for row in jacobian], [side[:, sure] for side in sides]
    narrow = Narrowing(boxes[unknowns], at, sizes[unknowns])
    narrow.by(jacobian, sides)
    inverse = _inverse(jacobian)
    size = range(len(unknowns))
    product = [[_sum(scaled(inverse[:, i, k][None], jacobian[k][j]) for k in size) for j in size] for i in size]
    regular = np.ones(boxes.shape[2], dtype=bool)
    for i in size:
        regular &= sum(np.abs(product[i][j] - (i == j)).max(axis=0) for j in size) < 1 - 1e-12
    right = [_sum(scaled(inverse[:, i, k][None], sides[k]) for k in size) for i in size]
    narrow.by(product, right, diagonal=True)
    done = narrow.empty.copy()
    alone = np.flatnonzero(regular & ~done)
    for k, place in zip(alone.tolist(), _nearer(system, settled[:, :, alone], unknowns).T, strict=True):
        done[k] = captured(boxes[:, :, k], inverse[k], place)
    made = boxes.copy()
    made[unknowns] = narrow.ends
    _split(step, states, made[:, :, ~done], unknowns, sizes, floor, [[e[:, ~done] for e in row] for row in jacobian],
           narrow, ~done)  # fmt: skip


def _nearer(system: System, boxes: Ends, unknowns: list[int]) -> Numbers:
    """Places (d, N) near the zeros of boxes, by Newton's method; the middles of boxes that it leaves."""
    middle = boxes.mean(axis=1)
    places, widths = middle.copy(), boxes[:, 1] - boxes[:, 0]
    for _ in range(STEPS if boxes.shape[2] else 0):
        jacobian, sides, _ = _linear(system, np.stack([places, places], axis=1), unknowns)
        moves = np.einsum("Nij,jN->iN", _inverse(jacobian), np.array([side.mean(axis=0) for side in sides]))
        places[unknowns] -= moves
    inside = (np.abs(places - middle) <= widths).all(axis=0)
    return np.where(inside, places, middle)


def _linear(system: System, boxes: Ends, unknowns: list[int]) -> tuple[Matrix, list[Ends], Numbers]:
    """J over the boxes and the equations at their middles, for the unknowns, and these middles."""
    jacobian, at = system.jacobian(boxes), boxes[unknowns].mean(axis=1)
    middle = boxes.copy()
    middle[unknowns] = at[:, None]
    return submatrix(jacobian, unknowns), chosen(system.values(middle)[1], unknowns), at


class Narrowing:
    """Boxes cut by the mean value form r + A·(x − c) = 0, an unknown from an equation at a time."""

    def __init__(self, ends: Ends, at: Numbers, sizes: Numbers) -> None:
        """ends, at: of the unknowns, (u, 2, N) and (u, N)."""
        self.before, self.ends, self.at = ends, ends.copy(), at
        # at least the next float, else a side without width is no unknown any more
        self.pads = np.maximum(
            FINEST * np.where(sizes > 0, sizes, 2.0)[:, None], 2 * np.spacing(np.abs(ends).max(axis=1))
        )
        self.steps = [minus(pair, np.stack([c, c])) for pair, c in zip(ends, at, strict=True)]
        self.empty = np.zeros(ends.shape[2], dtype=bool)
        self.gap = np.full(ends.shape[2], GAP)
        self.across = np.full(ends.shape[2], -1)
        self.until, self.since = np.zeros((2, ends.shape[2]))

    def by(self, matrix: Matrix, right: list[Ends], diagonal: bool = False) -> None:
        """Narrows by all equations. diagonal: each for its own unknown only."""
        for i, row in enumerate(matrix):
            terms = [times(entry, step) for entry, step in zip(row, self.steps, strict=True)]
            self.empty |= _signed(plus(right[i], _sum(terms)))
            for j in (i,) if diagonal else range(len(row)):
                rest = _sum([right[i], *(term for k, term in enumerate(terms) if k != j)])
                straight = (row[j][0] > 0) | (row[j][1] < 0)
                found = minus(np.stack([self.at[j]] * 2), over(rest, row[j]))
                low, high = found[0] - self.pads[j], found[1] + self.pads[j]
                low, high = np.where(straight, low, -math.inf), np.where(straight, high, math.inf)
                self.around(j, rest, row[j], low, high, ~straight & _signed(rest))
                before = self.ends[j]
                low, high = np.fmax(low, before[0]), np.fmin(high, before[1])
                self.empty |= low > high
                self.ends[j] = np.where(self.empty, before, np.stack([low, high]))
                self.steps[j] = minus(self.ends[j], np.stack([self.at[j]] * 2))
                terms[j] = times(row[j], self.steps[j])

    def around(self, j: int, rest: Ends, entry: Ends, low: Numbers, high: Numbers, open_: Mask) -> None:
        """What is left of an unknown by rest + entry·(x − c) = 0, 0 in `entry` and not in `rest`: not the middle."""
        if not open_.any():
            return
        before, at = self.ends[j], self.at[j]
        least = np.where(rest[1] < 0, -rest[1], -rest[0])
        first = np.where(least > 0, entry[0], entry[1])
        last = np.where(least > 0, entry[1], entry[0])
        below, above = outward(np.stack([least / last, least / first]))  # from c upwards, and downwards
        until = np.where(first == 0, -math.inf, np.nextafter(at + above, math.inf) + self.pads[j])
        since = np.where(last == 0, math.inf, np.nextafter(at + below, -math.inf) - self.pads[j])
        right, left = open_ & (before[0] > until), open_ & (before[1] < since)
        low[right] = np.maximum(low[right], since[right])
        left &= ~right
        high[left] = np.minimum(high[left], until[left])
        width = before[1] - before[0]
        both = open_ & ~right & ~left & (since - until > self.gap * width)
        self.gap[both] = ((since - until) / width)[both]
        self.across[both] = j
        self.until[both], self.since[both] = until[both], since[both]


def crowded(boxes: Sequence[Box]) -> tuple[str, Ends]:
    """Boxes of the same kinds of states as one array: those beside s = 0 lie where their t is."""
    return kinds_of(boxes[0].states), np.array([box.ends for box in boxes]).transpose(1, 2, 0)


def kinds_of(states: str) -> str:
    return states.replace("+", BESIDE).replace("-", BESIDE)


def placed(boxes: Ends, places: Numbers) -> Ends:
    """Boxes with places (n, N) for their first n coordinates, as `Box.at`."""
    made = boxes.copy()
    made[: len(places)] = places[:, None]
    return made


def centred(boxes: Ends, n: int) -> Ends:
    """Boxes with their middles for the first n coordinates."""
    return placed(boxes, boxes[:n, 0] + (boxes[:n, 1] - boxes[:n, 0]) / 2)


def boxed(kinds: str, boxes: Ends) -> list[Box]:
    """The boxes of an array, with the states of their switches: those that are not told lie where their t is."""

    def state(kind: str, t: tuple[float, float]) -> str:
        return kind if kind in "0~" else "+" if t[0] > 0 else "-" if t[1] < 0 else "?"

    first = len(boxes) - len(kinds)
    return [
        Box(tuple(map(tuple, sides)), "".join(map(state, kinds, sides[first:])))
        for sides in boxes.transpose(2, 0, 1).tolist()
    ]


def _split(
    step: Step, states: str, boxes: Ends, unknowns: list[int], sizes: Numbers, floor: float, jacobian: Matrix,
    narrow: Narrowing, kept: Mask,
) -> None:  # fmt: skip
    """Boxes that became small are tried again; others fall apart at a gap, or where the equations change most."""
    ends = boxes[unknowns]
    widths = ends[:, 1] - ends[:, 0]
    before = narrow.before[:, 1, kept] - narrow.before[:, 0, kept]
    again = (widths / before).min(axis=0) < AGAIN
    across, until, since = narrow.across[kept], narrow.until[kept], narrow.since[kept]
    every = np.arange(boxes.shape[2])
    gap = ~again & (across >= 0) & (ends[across, 0, every] < until) & (since < ends[across, 1, every])
    # across the coordinate over which the equations change most
    scale = np.where(sizes[unknowns] > 0, sizes[unknowns], 2.0)[:, None]
    shares = widths / scale
    best = shares.argmax(axis=0)
    radii = np.array(
        [reduce(np.maximum, ((row[j][1] - row[j][0]) / 2 for row in jacobian)) for j in range(len(unknowns))]
    )
    smear = radii * widths
    chosen = smear.argmax(axis=0)
    steep = smear[chosen, every]
    best = np.where(
        (shares[chosen, every] > 0.02 * shares[best, every]) & (steep > 0) & (steep < math.inf), chosen, best
    )
    low, high = ends[best, 0, every], ends[best, 1, every]
    cut = low + CUT * (high - low)
    parted = ~again & ~gap
    stuck = parted & ((widths <= floor * scale).all(axis=0) | ~((low < cut) & (cut < high)))
    step.left.append(boxes[:, :, stuck])
    parted &= ~stuck
    best, until, since = np.where(gap, across, best), np.where(gap, until, cut), np.where(gap, since, cut)
    parted |= gap
    first, last = boxes[:, :, parted], boxes[:, :, parted]
    places = np.array(unknowns)[best[parted]], np.arange(first.shape[2])
    first[places[0], 1, places[1]] = until[parted]
    last[places[0], 0, places[1]] = since[parted]
    halves = np.stack([first, last], axis=-1).reshape(*first.shape[:2], -1)
    step.crowds.append((states, np.concatenate([boxes[:, :, again], halves], axis=2)))


def _signed(a: Ends) -> Mask:
    found: Mask = (a[0] > 0) | (a[1] < 0)
    return found


def _sum(parts: Iterable[Ends]) -> Ends:
    return reduce(plus, parts)


def _inverse(jacobian: Matrix) -> Numbers:
    """The inverses of the middles, (N, u, u); I where there is none."""
    middle = np.array([[e.mean(axis=0) for e in row] for row in jacobian]).transpose(2, 0, 1)
    one = np.eye(len(jacobian))
    with np.errstate(all="ignore"):
        middle[~(np.abs(np.linalg.det(middle)) > 0)] = one
        found = np.linalg.inv(middle)
    found[~np.isfinite(found).all(axis=(1, 2))] = one
    return found

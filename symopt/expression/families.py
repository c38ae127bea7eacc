"""The indices of a family of variables x0, x1, x3, x4, x6 …: a union of arithmetic progressions, never listed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import gcd, lcm
from typing import Any, Protocol

import sympy
from sympy import Expr, Symbol

from symopt.expression.affine import Affine, affine, extremes

LONGEST = 2**16  # indices of a pattern that repeats
MOST = 4_096  # progressions that entries of two indices are made of


class Bounded(Protocol):
    """An index between bounds that are affine in those before it."""

    @property
    def symbol(self) -> Symbol: ...
    @property
    def first(self) -> Expr: ...
    @property
    def last(self) -> Expr: ...


@dataclass(frozen=True)
class Run:
    """The indices i of first ≤ i < stop with (i − first) mod period in offsets; before: how many come before them."""

    first: int
    stop: int
    period: int
    offsets: tuple[int, ...]
    before: int = 0

    @cached_property
    def ranks(self) -> dict[int, int]:
        """{offset: its number}."""
        return {offset: rank for rank, offset in enumerate(self.offsets)}

    def upto(self, i: int) -> int:
        """How many of the indices are below i."""
        whole, rest = divmod(min(max(i, self.first), self.stop) - self.first, self.period)
        return whole * len(self.offsets) + sum(offset < rest for offset in self.offsets)

    @property
    def size(self) -> int:
        return self.upto(self.stop)

    @cached_property
    def last(self) -> int:
        whole, rank = divmod(self.size - 1, len(self.offsets))
        return self.first + whole * self.period + self.offsets[rank]


class Indices(Sequence[int]):
    """Whole numbers in order, as runs of a pattern that repeats: those of some arithmetic progressions, each once."""

    def __init__(self, runs: Iterable[Run]) -> None:
        found, size = [], 0
        for run in runs:
            found.append(Run(run.first, run.stop, run.period, run.offsets, size))
            size += run.size
        self.runs, self.size = tuple(found), size

    @classmethod
    def of(cls, pieces: Iterable[range]) -> Indices | None:
        """The union of progressions; None where its pattern is too long."""
        pieces = {piece if len(piece) > 1 else range(piece[0], piece[0] + 1) for piece in pieces if piece}
        steps = lcm(*(piece.step for piece in pieces))
        span = max(p[-1] for p in pieces) + 1 - min(p.start for p in pieces)
        period = min(steps, span)
        size = sum(min(len(piece), period // piece.step + 1) for piece in pieces)
        return None if size > LONGEST else cls(_runs(pieces, period))

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return tuple(self[j] for j in range(*k.indices(self.size)))
        if not -self.size <= k < self.size:
            raise IndexError("no such index")
        k %= self.size
        run = self.runs[bisect_right(self.runs, k, key=lambda run: run.before) - 1]
        whole, rank = divmod(k - run.before, len(run.offsets))
        return run.first + whole * run.period + run.offsets[rank]

    def __iter__(self) -> Iterator[int]:
        for run in self.runs:
            for begin in range(run.first, run.stop, run.period):
                yield from (begin + offset for offset in run.offsets if begin + offset < run.stop)

    def run(self, i: int) -> Run | None:
        """The run that an index is in."""
        k = bisect_right(self.runs, i, key=lambda run: run.first) - 1
        run = self.runs[k] if k >= 0 else None
        return run if run is not None and i < run.stop and (i - run.first) % run.period in run.ranks else None

    def __contains__(self, i: object) -> bool:
        return isinstance(i, int) and self.run(i) is not None

    def index(self, i: int, *_: int) -> int:
        run = self.run(i)
        if run is None:
            raise ValueError(f"{i} is no index")
        whole, offset = divmod(i - run.first, run.period)
        return run.before + whole * len(run.offsets) + run.ranks[offset]

    def upto(self, i: int) -> int:
        """How many of the indices are below i."""
        k = bisect_right(self.runs, i, key=lambda run: run.first) - 1
        return self.runs[k].before + self.runs[k].upto(i) if k >= 0 else 0

    def __eq__(self, other: object) -> bool:
        return self.runs == other.runs if isinstance(other, Indices) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.runs)

    # where variables stand

    def place(self, at: Expr, over: Sequence[Bounded] | None) -> Expr | None:
        """The number of an index that is affine in others, affine in them too; None if it is not.

        over: all that the others run over, so that each value is one of these; None if some are beyond.
        """
        run = self.runs[0]
        if len(self.runs) > 1:
            ends = None if over is None else extent(at, over)
            found = None if ends is None else self.run(ends[0])
            if found is None or ends is None or ends[1] > found.last:
                return None
            run = found
        known = affine(at, Expr) or affine(sympy.expand(at), Expr)
        if known is None or any(factor % run.period for factor in known.factors.values()):
            return None
        whole, offset = divmod(known.constant - run.first, run.period)
        if offset not in run.ranks:
            return None
        count = len(run.offsets)
        factors = {symbol: factor // run.period * count for symbol, factor in known.factors.items()}
        return Affine(run.before + whole * count + run.ranks[offset], factors).expr

    def places(self, at: Any) -> Any:
        """The numbers of indices that are all among these, or the nearest, as numpy's whole numbers."""
        import numpy as np  # only where numbers are asked for

        firsts = np.array([run.first for run in self.runs])
        which = np.clip(np.searchsorted(firsts, at, side="right") - 1, 0, len(firsts) - 1)
        if all(run.period == 1 for run in self.runs):
            last, before = (np.array([getattr(run, what) for run in self.runs]) for what in ("last", "before"))
            return before[which] + np.clip(at, firsts[which], last[which]) - firsts[which]
        found = np.zeros(np.shape(at), dtype=np.int64)
        for k in np.unique(which):
            run, here = self.runs[k], which == k
            whole, rest = np.divmod(np.clip(at[here], run.first, run.last) - run.first, run.period)
            ranks = np.searchsorted(np.array(run.offsets), rest, side="right") - 1
            found[here] = run.before + whole * len(run.offsets) + ranks
        return found


def extent(at: Expr, indices: Sequence[Bounded]) -> tuple[int, int] | None:
    """The least and the greatest value of an affine index over an index set, at its corners; None over rows."""
    known = affine(at)
    return None if known is None else extremes(known, [(i.symbol, i.first, i.last) for i in reversed(indices)])


def _runs(pieces: Iterable[range], period: int) -> Iterator[Run]:
    """The runs of a union of progressions whose steps divide the period, or that is no longer than it."""
    pieces = sorted(pieces, key=lambda piece: piece.start)
    starts = sorted({p.start for p in pieces} | {p[-1] + 1 for p in pieces})
    begin = starts[0]
    there: set[int] = set()  # residues of what is there from begin on
    active: list[range] = []
    waiting = iter(pieces)
    coming = next(waiting, None)
    for a, b in pairwise(starts):
        active = [p for p in active if p[-1] >= a]
        while coming is not None and coming.start <= a:
            active.append(coming)
            coming = next(waiting, None)
        end = min(b, a + period)
        here = {i % period for p in active for i in range(a + (p.start - a) % p.step, min(end, p.stop), p.step)}
        gone = any((r - a) % period < end - a for r in there - here)
        if gone or any((r - begin) % period < a - begin for r in here - there):
            yield from _trimmed(begin, a, there, period)
            begin, there = a, here
        else:
            there |= here
    yield from _trimmed(begin, starts[-1], there, period)


def _trimmed(begin: int, end: int, there: set[int], period: int) -> Iterator[Run]:
    """The run of a pattern by residues, from its first index on; none where there is none."""
    places = sorted((r - begin) % period for r in there)
    if not places:
        return
    first = begin + places[0]
    offsets = [place - places[0] for place in places]
    for copies in range(len(offsets), 1, -1):
        if len(offsets) % copies == 0 and period % copies == 0:
            few, shorter = offsets[: len(offsets) // copies], period // copies
            if few[-1] < shorter and offsets == [o + k for k in range(0, period, shorter) for o in few]:
                period, offsets = shorter, few
                break
    run = Run(first, end, period, tuple(offsets))
    yield Run(first, run.last + 1, period, run.offsets)


def reached(at: Expr, boxes: Mapping[Any, tuple[int, int]]) -> list[range] | None:
    """The values of an index that is affine in others between bounds; None where they are too many progressions."""
    found = [range(v, v + 1) for v in (int(at.subs(dict.fromkeys(at.free_symbols, 0))),)]
    for symbol in sorted(at.free_symbols, key=lambda s: (-abs(at.coeff(s)), str(s))):
        low, high = boxes[symbol]
        step, count = int(at.coeff(symbol)), high - low + 1
        moved = []
        for piece in found:
            made = _summed(piece, step * low, step, count)
            if made is None:
                return None
            moved += made
        found = list(dict.fromkeys(moved))
        if len(found) > MOST:
            return None
    return found


def _summed(piece: range, begin: int, step: int, count: int) -> list[range] | None:
    """{p + begin + step·k: p in the piece, 0 ≤ k < count} as progressions."""
    begin, step = (begin, step) if step > 0 else (begin + step * (count - 1), -step)
    other = range(piece.start + begin, piece.start + begin + step * (count - 1) + 1, step)
    if len(piece) == 1:
        return [other]
    if count == 1:
        return [range(p + begin, piece[-1] + begin + 1, piece.step) for p in (piece.start,)]
    shared = gcd(piece.step, step)
    a, b = piece.step // shared, step // shared
    m = len(piece)
    # along the piece, one progression for each k, or for each residue of k: k and k + a differ by b steps of the piece
    along = a if m >= b else count
    across = b if count >= a else m
    if min(along, across, count, m) > MOST:
        return None
    if min(along, count) <= min(across, m):
        return [_chain(other[k], piece.step, m, b * piece.step, len(range(k, count, a)) if m >= b else 1)
                for k in range(min(along, count))]  # fmt: skip
    shifted = range(other.start, other.start + piece.step * (m - 1) + 1, piece.step)
    return [_chain(shifted[k], step, count, a * step, len(range(k, m, b)) if count >= a else 1)
            for k in range(min(across, m))]  # fmt: skip


def _chain(first: int, step: int, length: int, shift: int, copies: int) -> range:
    """A progression and its copies, each so far behind the other that they overlap or touch."""
    last = first + step * (length - 1) + shift * (copies - 1)
    return range(first, last + 1, step)

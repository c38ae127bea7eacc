"""The points of walks in lanes, as they are made: block by block, each with the lanes that were walked in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from symopt.judge.unfinished import MANY
from symopt.sweep import repeats
from symopt.sweep.repeats import EPS

_memory = threading.local()
SUSPECTED = ("cycles", "closing", "bounded")
"""What a walk that used all its steps and is not stalled may be, if it is more than unfinished."""


@dataclass(frozen=True, eq=False)
class Block:
    """Some steps of some lanes. ids: (M,) ascending. rows: (b, n, M). low, high: (n, M), of each lane and coordinate.

    still: (b, M), where a lane took no step.
    """

    begin: int
    ids: np.ndarray
    rows: np.ndarray
    low: np.ndarray
    high: np.ndarray
    still: np.ndarray | None

    def places(self, which: np.ndarray) -> Any:
        """Where lanes by number stand in it, some place if they do not; all, without a copy, where it has no others."""
        if np.array_equal(self.ids, which):
            return slice(None)
        return np.minimum(np.searchsorted(self.ids, which), len(self.ids) - 1)


class History:
    """All points of N walks in n variables, about `length` each; one at a time in each thread, which keeps its memory.

    Step k of a lane is row k, unless the lane rested before: `walks` leaves those rows out.
    """

    def __init__(self, N: int, n: int, length: int) -> None:
        self.blocks: list[Block] = []
        size = N * n * length
        kept: np.ndarray | None = getattr(_memory, "numbers", None)
        if kept is None or len(kept) < size:
            kept = _memory.numbers = np.empty(size)
        self._free = kept
        self.period, self.until = np.zeros(N, dtype=int), np.zeros(N, dtype=int)
        """Of lanes that repeat themselves bit by bit: their period, and the row up to which they were walked."""

    @property
    def rows(self) -> int:
        return self.blocks[-1].begin + len(self.blocks[-1].rows) if self.blocks else 0

    def room(self, size: int, n: int, M: int) -> np.ndarray:
        """Where the next points of lanes are to be written: (size, n, M)."""
        count = size * n * M
        numbers = self._free[:count] if count <= len(self._free) else np.empty(count)
        return numbers.reshape(size, n, M)

    def put(self, ids: np.ndarray, rows: np.ndarray, low: np.ndarray, high: np.ndarray, rests: bool) -> Block:
        """Keeps the next points of lanes, written into what `room` gave; rests: whether lanes may stay where they are.

        rows: (b, n, M). low, high: (n, M), the least and largest of them.
        """
        if np.may_share_memory(rows, self._free):
            self._free = self._free[rows.size :]
        still = None
        if rests:
            still = np.zeros((len(rows), len(ids)), dtype=bool)
            still[1:] = (rows[1:] == rows[:-1]).all(axis=1)
            if self.blocks:
                before = self.blocks[-1]
                still[0] = (rows[0] == before.rows[-1][:, np.searchsorted(before.ids, ids)]).all(axis=0)
        made = Block(self.rows, ids, rows, low, high, still)
        self.blocks.append(made)
        return made

    def walks(self, which: np.ndarray, steps: int, last: int | None = None) -> np.ndarray:
        """Points of lanes, by number, that took so many steps: (m, steps+1, n), each coordinate in a row.

        last: how many of the last points; None for all.
        """
        m, n = len(which), self.blocks[0].rows.shape[1]
        if any(block.still is not None and block.still.any() for block in self.blocks):
            return np.array([self._rested(lane, steps)[-last if last is not None else 0 :] for lane in which])
        periodic = np.flatnonzero(self.period[which])
        since = 0 if last is None or periodic.size else steps + 1 - last
        made = np.empty((m, n, steps + 1 - since))
        for block in self.blocks:
            begin, end = max(block.begin, since), min(block.begin + len(block.rows), steps + 1)
            if begin < end:
                rows = block.rows[begin - block.begin : end - block.begin, :, block.places(which)]
                made[:, :, begin - since : end - since] = rows.transpose(2, 1, 0)
        for until, period, own in self._alike(which[periodic]):
            same = periodic[own]
            made[same, :, until + 1 :] = made[same][:, :, _again(until, period, np.arange(until + 1, steps + 1))]
        return made[:, :, -last if last is not None else 0 :].transpose(0, 2, 1)

    def _alike(self, which: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
        """(until, period, which of some lanes that repeat themselves have these)."""
        keys = np.stack([self.until[which], self.period[which]])
        for until, period in np.unique(keys, axis=1).T.tolist():
            yield until, period, np.flatnonzero((keys[0] == until) & (keys[1] == period))

    def tails(self, which: np.ndarray, steps: int, last: int) -> np.ndarray:
        """The last points of lanes that have long repeated themselves: (m, last, n), each coordinate in a row."""
        made = np.empty((len(which), self.blocks[0].rows.shape[1], last))
        for until, period, own in self._alike(which):
            block = next(block for block in self.blocks if until < block.begin + len(block.rows))
            rows = block.rows[:, :, block.places(which[own])]
            again = _again(until, period, np.arange(steps + 1 - last, steps + 1)) - block.begin
            made[own] = rows[again].transpose(2, 1, 0)
        return made.transpose(0, 2, 1)

    def repeat(self, which: np.ndarray, period: int) -> None:
        """From their last point on lanes are what they were a period before."""
        self.period[which], self.until[which] = period, self.rows - 1

    def largest(self, which: np.ndarray) -> np.ndarray:
        """max |xᵢ| over all points of lanes, by number: (m,)."""
        most = np.zeros(len(which))
        for block in self.blocks:
            own = block.begin <= np.where(self.period[which] > 0, self.until[which], self.rows)
            places = block.places(which[own])
            most[own] = np.maximum(most[own], np.maximum(-block.low[:, places], block.high[:, places]).max(axis=0))
        return most

    def _rested(self, lane: int, steps: int) -> np.ndarray:
        """The points of a lane, without those at which it rested: (steps+1, n)."""
        found: list[np.ndarray] = []
        for block in self.blocks:
            if sum(map(len, found)) > steps:
                break
            assert block.still is not None
            place = int(np.searchsorted(block.ids, lane))
            found.append(block.rows[~block.still[:, place], :, place])
        return np.concatenate(found)[: steps + 1]

    def suspects(
        self, which: np.ndarray, steps: int, scale: np.ndarray, width: float, memoryless: bool
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """(which lanes of those that used all their steps are stalled, which others may be more than unfinished, by
        what they may be), (m,) each.

        What `sweep.repeats` asks, as far as it can be told from the lowest and highest point of each block, and from
        the last points.
        """
        if any(block.still is not None and block.still.any() for block in self.blocks):
            stalled = repeats.stalled(self.walks(which, steps, min(steps + 1, repeats.STANDS)), scale)
            return stalled, dict.fromkeys(SUSPECTED, ~stalled)
        parts = [(block, block.places(which)) for block in self.blocks]
        lows, highs = (
            np.stack([each[:, places] for each, places in bounds])
            for bounds in (
                [(block.low, places) for block, places in parts],
                [(block.high, places) for block, places in parts],
            )
        )
        most = min(repeats.MOST, steps // 8)
        late = self._late(parts, max(2 * most + 2, repeats.STANDS))
        end = late[0]
        largest = np.maximum(-lows.min(axis=0), highs.max(axis=0)).max(axis=0)
        stalled = np.abs(end - late[min(1, len(late) - 1)]).max(axis=0) <= 8 * EPS * np.maximum(
            largest, repeats.BESIDE_ZERO * scale
        )
        about = np.flatnonzero(stalled)
        stalled[about] = repeats.stalled(
            np.stack([point[:, about].T for point in late[repeats.STANDS - 1 :: -1]], axis=1), scale[about]
        )
        found = np.zeros(len(which), dtype=bool)
        if not memoryless:
            return stalled, dict.fromkeys(SUSPECTED, found)
        room = 64 * EPS * largest
        if most > 1:
            found = (repeats.nearest(late, 2, most) <= room) & ~stalled
        since = next((k for k in range(len(parts) - 1, 0, -1) if parts[k][0].begin <= steps - 2 * most), 0)
        wide = (highs[since:].max(axis=0) - lows[since:].min(axis=0)).max(axis=0)
        for (block, places), low, high in zip(parts, lows, highs, strict=True):
            upto = steps - max(most, 1) - block.begin  # rows that were not looked at yet
            if upto <= 0 or block.begin + len(block.rows) <= steps - steps // 2 - 1:
                continue
            inside = (low[0] - room <= end[0]) & (end[0] <= high[0] + room)
            for i in range(1, len(end)):
                inside &= (low[i] - room <= end[i]) & (end[i] <= high[i] + room)
            again = np.flatnonzero(inside & ~found & ~stalled)
            for i in range(len(end)):  # of few lanes all coordinates are the same again
                if again.size:
                    here = slice(None) if len(again) == len(which) else again
                    rows = block.rows[:upto, i, places][:, here]
                    again = again[(np.abs(rows - end[i, here]) <= room[here]).any(axis=0)]
            found[again] = True
        return stalled, {"cycles": found, "closing": repeats.nearing(late, steps, width, wide, ~stalled),
                         "bounded": ~stalled & self._bounded(lows, highs, steps)}  # fmt: skip

    def _bounded(self, lows: np.ndarray, highs: np.ndarray, steps: int) -> np.ndarray:
        """Whether a walk stays in its second half where it was since its first eighth: `sweep.repeats.bounded`."""
        if steps < MANY or lows.shape[1] > 2:
            return np.zeros(lows.shape[2], dtype=bool)
        begins = np.array([block.begin for block in self.blocks])
        first, last = (begins >= steps // 8) & (begins < steps // 2), begins >= steps // 2
        low, high = lows[last].min(axis=0), highs[last].max(axis=0)
        room = 0.1 * (high - low) * (1 + 1e-9)
        return ((low >= lows[first].min(axis=0) - room) & (high <= highs[first].max(axis=0) + room)).all(axis=0)

    @staticmethod
    def _late(parts: list[tuple[Block, Any]], count: int) -> list[np.ndarray]:
        """The last points of lanes, backwards, (n, m) each."""
        found: list[np.ndarray] = []
        for block, places in reversed(parts):
            if (left := count - len(found)) <= 0:
                break
            found += [*block.rows[::-1][:left, :, places]]
        return found


def _again(until: int, period: int, steps: np.ndarray) -> np.ndarray:
    """The rows, among the last of a period, at which points stood that come again at these steps."""
    first = until - period + 1
    return first + (steps - first) % period

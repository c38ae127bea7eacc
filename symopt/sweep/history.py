"""The points of walks in lanes, as they are made: block by block, each with the lanes that were walked in it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symopt.judge.unfinished import MANY
from symopt.sweep import repeats
from symopt.sweep.repeats import EPS

_memory = threading.local()


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
        """Where lanes by number stand in it; all, without a copy, where it has no others."""
        return slice(None) if np.array_equal(self.ids, which) else np.searchsorted(self.ids, which)


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
        self._last: np.ndarray | None = None

    @property
    def rows(self) -> int:
        return self.blocks[-1].begin + len(self.blocks[-1].rows) if self.blocks else 0

    def put(self, ids: np.ndarray, points: Sequence[np.ndarray], rests: bool) -> Block:
        """Keeps the next points (M, n) of lanes; rests: whether lanes may stay where they are."""
        M, n = points[0].shape
        size = len(points) * M * n
        numbers, self._free = (self._free[:size], self._free[size:]) if size <= len(self._free) else (
            np.empty(size), self._free)  # fmt: skip
        rows = numbers.reshape(len(points), n, M)
        low, high = np.full((n, M), np.inf), np.full((n, M), -np.inf)
        for row, point in zip(rows, points, strict=True):
            row[...] = point.T
            np.minimum(low, row, out=low)
            np.maximum(high, row, out=high)
        still = None
        if rests:
            still = np.zeros((len(rows), M), dtype=bool)
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
            made = np.array([self._rested(lane, steps) for lane in which])
            return made if last is None else made[:, -last:]
        since = 0 if last is None else steps + 1 - last
        made = np.empty((m, n, steps + 1 - since))
        for block in self.blocks:
            begin, end = max(block.begin, since), min(block.begin + len(block.rows), steps + 1)
            if begin < end:
                rows = block.rows[begin - block.begin : end - block.begin, :, block.places(which)]
                made[:, :, begin - since : end - since] = rows.transpose(2, 1, 0)
        return made.transpose(0, 2, 1)

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

    def suspects(self, which: np.ndarray, steps: int, scale: np.ndarray, width: float, memoryless: bool) -> np.ndarray:
        """Which lanes of those that used all their steps may be more than unfinished: (m,).

        What `sweep.repeats` asks, as far as it can be told from the lowest and highest point of each block, and from
        the last points.
        """
        if any(block.still is not None and block.still.any() for block in self.blocks):
            return np.ones(len(which), dtype=bool)
        parts = [(block, block.places(which)) for block in self.blocks]
        lows, highs = (
            np.stack([each[:, places] for each, places in bounds])
            for bounds in (
                [(block.low, places) for block, places in parts],
                [(block.high, places) for block, places in parts],
            )
        )
        late = self._late(parts, 2 * min(repeats.MOST, steps // 8) + 2)
        end = late[0]
        largest = np.maximum(-lows.min(axis=0), highs.max(axis=0)).max(axis=0)
        found = np.abs(end - late[min(1, len(late) - 1)]).max(axis=0) <= 8 * EPS * np.maximum(
            largest, repeats.BESIDE_ZERO * scale
        )
        if not memoryless:
            return found
        room = 64 * EPS * largest
        for (block, places), low, high in zip(parts, lows, highs, strict=True):
            upto = steps - 1 - block.begin  # rows of two steps before the end, and further back
            if upto <= 0 or block.begin + len(block.rows) <= steps - steps // 2 - 1:
                continue
            inside = (low[0] - room <= end[0]) & (end[0] <= high[0] + room)
            for i in range(1, len(end)):
                inside &= (low[i] - room <= end[i]) & (end[i] <= high[i] + room)
            again = np.flatnonzero(inside & ~found)
            for i in range(len(end)):  # of few lanes all coordinates are the same again
                if again.size:
                    here = slice(None) if len(again) == len(which) else again
                    rows = block.rows[:upto, i, places][:, here]
                    again = again[(np.abs(rows - end[i, here]) <= room[here]).any(axis=0)]
            found[again] = True
        found |= repeats.nearing(late, steps, width)
        return found | self._bounded(lows, highs, steps)

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

"""What a sweep will cost, told before it begins: from a few walks all over its grid. An estimate."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from symopt.program.sums.threads import alone, workers
from symopt.sweep.plan import MOST_LANES, NUMBERS, Plan
from symopt.sweep.walk import TAIL

BIG = 10**8
"""Steps of all walks together from which on a sweep is big."""
BASE, WALKING, COUNTING = 120 * 2**20, 2, 24
"""Bytes of the program; copies of its numbers that walking keeps; bytes a pixel while basins are counted."""


@dataclass(frozen=True)
class Cost:
    """walks, chunks: of all frames. seconds, bytes: about, on so many cores."""

    walks: int
    chunks: int
    cores: int
    seconds: float
    bytes: float


def big(plan: Plan, frames: int = 1) -> bool:
    return float(np.prod(plan.shape)) * plan.stop.steps * frames >= BIG


def cost(plan: Plan, frames: int = 1) -> Cost:
    """About what the sweep of a plan takes, from walks at pixels all over it."""
    pixels, n = int(np.prod(plan.shape)), plan.problem.n
    many = int(np.clip(NUMBERS // ((plan.stop.steps + 1) * n), 64, min(MOST_LANES, pixels)))
    drawn = np.unravel_index(np.random.default_rng(0).integers(pixels, size=many), plan.shape)
    plan.formula  # noqa: B018 compiled before the clock is asked
    begun = time.perf_counter()
    with alone():
        plan.ends({axis.name: axis.values[which] for axis, which in zip(plan.axes, drawn, strict=True)})
    each = (time.perf_counter() - begun) / many
    cores = min(workers(), len(plan.tiles) * frames)
    kept = 16 + 8 * n + 8 * plan.exponents + 8 * TAIL * (len(plan.shape) == 1) + COUNTING
    used = BASE + cores * WALKING * 8 * NUMBERS + kept * pixels
    return Cost(pixels * frames, len(plan.tiles) * frames, cores, each * pixels * frames / cores, used)

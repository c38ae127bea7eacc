"""Whether a walk that chance drives hovers: it stays about a place at a height, neither settling nor going anywhere.

Its last half is cut into six parts. If it hovers their means differ no more than what chance does to a walk that
forgets where it was well within a part: along every direction in which x may move, and in f. Compared are variances
between parts and within them, so that nothing depends on units; along the directions of Fisher's discriminant, so that
a crawl along a valley is not hidden by jitter across it.

Source of the comparison: R. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from symopt.methods.linear import eigen

PARTS = 6
LEAST = 40
"""Steps below which there is no telling."""
FAR = 0.4
"""Variance between the means of parts, in units of that within them, beyond which the walk is on its way."""
ALIKE = 4.0
"""How much wider one part may be than another."""
RARE = 0.1
"""The share of many coordinates that chance may let have it otherwise."""
JOINT = 8
"""Coordinates up to which every direction is looked at; of more each by itself."""


def hovering(xs: np.ndarray, fs: np.ndarray) -> dict[str, str]:
    """The heights between which f was in the last half of a walk of K steps that hovers, as text; else nothing.

    xs, fs: (K+1, n), (K+1,).
    """
    K = len(fs) - 1
    x, f = xs[K - K // 2 :], fs[K - K // 2 :]
    if K < LEAST or not np.isfinite(f).all() or not np.ptp(f) > 0:
        return {}
    moving = x[:, np.ptp(x, axis=0) > 0]
    if not _mixed(f[:, None], False) or not moving.size or not _mixed(moving, True):
        return {}
    low, high = between(float(f.min()), float(f.max()))
    return {"low": low, "high": high}


def _mixed(values: np.ndarray, alike: bool) -> bool:
    """Whether the parts of values (m, d) have one mean, and like widths if `alike`, as far as chance lets them."""
    values = values / np.abs(values).max(axis=0)
    parts = np.array_split(values - values.mean(axis=0), PARTS)
    means, widths = np.array([p.mean(axis=0) for p in parts]), np.array([p.std(axis=0) for p in parts])
    within = np.sqrt((widths**2).mean(axis=0))
    if not (within > 0).all():
        return False
    d = values.shape[1]
    if alike and (widths.max(axis=0) > ALIKE * widths.min(axis=0)).mean() > RARE:
        return False
    joint = d <= JOINT
    means /= within
    if joint:
        scatter = sum(((p - p.mean(axis=0)) / within).T @ ((p - p.mean(axis=0)) / within) for p in parts) / len(values)
        sizes, basis = eigen(scatter)
        kept = sizes > 1e-10 * sizes.max()
        means = (means @ basis)[:, kept] / np.sqrt(sizes[kept])
        apart = float(np.linalg.svd(means - means.mean(axis=0), compute_uv=False)[0] ** 2) / (PARTS - 1)
    else:
        apart = float(means.var(axis=0, ddof=1).max())
    directions = d if joint else 2 * math.log(d)  # of so many the farthest one is taken
    chance = (math.sqrt(directions) + math.sqrt(PARTS - 1)) ** 2 / ((PARTS - 1) * len(parts[0]))
    return apart <= FAR + chance


def between(low: float, high: float) -> tuple[str, str]:
    """Two numbers as text, rounded outwards: to a hundredth of what lies between them or finer, and to three digits."""
    apart = math.floor(math.log10(high / 2 - low / 2) + math.log10(2)) - 1
    return _text(low, apart, ROUND_FLOOR), _text(high, apart, ROUND_CEILING)


def _text(value: float, power: int, rounding: str) -> str:
    """A number rounded to a power of ten, or to three digits where that is finer."""
    own = math.floor(math.log10(abs(value))) - 2 if value else power
    rounded = float(Decimal(repr(value)).quantize(Decimal(1).scaleb(min(power, own)), rounding))
    short = f"{rounded:.9g}"
    return (short if float(short) == rounded else repr(rounded).removesuffix(".0")).replace("-", "−")

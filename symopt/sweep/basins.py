"""Numbers of basins: shares, entropy, the uncertainty exponent of the border, and how many steps walks take."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

BOX = 5
"""Pixels along a side of the boxes of the basin entropy."""
QUANTILES = (0.1, 0.5, 0.9)
LEAST = 5
"""Distances at which uncertainty has to be seen for its exponent."""


@dataclass(frozen=True)
class Row:
    """One ending: its share of the pixels, how many they are, and quantiles of their steps (10%, 50%, 90%)."""

    share: float
    pixels: int
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Numbers:
    """Numbers of a sweep. rows: one a label.

    entropy: the basin entropy S_b = mean over boxes of −Σ p·ln p, with p the shares of the labels in a box of 5 pixels
    a side; border_entropy: the mean over the boxes with more than one label (ln 2 and more tells a fractal border).
    A. Daza et al., Basin entropy, Scientific Reports 6, 31416, 2016. Both None where no box fits in.
    exponent, error: α and its standard error in f(ε) ~ ε^α, f the share of pixels of which one at distance ε along an
    axis has another label; the border has dimension d − α. C. Grebogi et al., Final state sensitivity, Physics Letters
    A 99, 1983. None where fewer than five distances see a border, or where the axes are not spaced evenly.
    """

    rows: tuple[Row, ...]
    entropy: float | None
    border_entropy: float | None
    exponent: float | None
    error: float | None

    @classmethod
    def of(cls, end: np.ndarray, steps: np.ndarray, count: int, even: bool = True) -> Numbers:
        """Of labels and steps in pixels, (N,) or (N, M); count: how many labels there are."""
        flat, many = end.reshape(-1), steps.reshape(-1)
        pixels = np.bincount(flat, minlength=count)
        order = np.argsort(flat, kind="stable") if count > 1 else np.arange(len(flat))
        parts = np.split(many[order], np.cumsum(pixels)[:-1])
        rows = tuple(
            Row(float(number / len(flat)), int(number),
                tuple(int(q) for q in np.quantile(part, QUANTILES, method="lower")) if number else (0, 0, 0))
            for number, part in zip(pixels.tolist(), parts, strict=True)
        )  # fmt: skip
        entropy, border = basin_entropy(end)
        exponent, error = uncertainty(end) if even else (None, None)
        return cls(rows, entropy, border, exponent, error)


def basin_entropy(end: np.ndarray, box: int = BOX) -> tuple[float | None, float | None]:
    """(S_b, S_bb) of labels (N,) or (N, M), from boxes of so many pixels a side; S_bb None without any border, and both
    where no box fits in."""
    sides = [size // box for size in end.shape]
    if not all(sides):
        return None, None
    cut = end[tuple(slice(0, many * box) for many in sides)]
    if end.ndim == 1:
        boxes = cut.reshape(sides[0], box)
    else:
        boxes = cut.reshape(sides[0], box, sides[1], box).transpose(0, 2, 1, 3).reshape(-1, box * box)
    mixed = boxes[(boxes != boxes[:, :1]).any(axis=1)]
    if not len(mixed):
        return 0.0, None
    total = np.zeros(len(mixed))
    for label in np.unique(mixed):
        share = (mixed == label).mean(axis=1)
        total -= np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0)
    return float(total.sum() / len(boxes)), float(total.mean())


def uncertainty(end: np.ndarray) -> tuple[float | None, float | None]:
    """(α, its standard error): the slope of ln f(ε) against ln ε by least squares, ε = 1, 2, 3, 4, 6, 8 … pixels.

    What parts pixels has dimension d − 1 at least, so that α ≤ 1: a slope above that, as of borders that come into view
    from the margin, is an error, and counted as one.
    """
    margin = min(end.shape) // 16
    steps = sorted({round(2 ** (k / 2)) for k in range(64)})
    seen = []
    for step in [each for each in steps if each <= margin]:
        shares = []
        for axis, size in enumerate(end.shape):
            inner = np.arange(margin, size - margin)  # the same pixels at every distance
            here = np.take(end, inner, axis=axis)
            beside = [np.take(end, inner + side * step, axis=axis) != here for side in (-1, 1)]
            shares.append((beside[0] | beside[1]).mean())
        share = float(np.mean(shares))
        if 0 < share < 0.9:
            seen.append((math.log(step), math.log(share)))
    if len(seen) < LEAST:
        return None, None
    x, y = np.array(seen).T
    x = x - x.mean()
    slope = float((x @ y) / (x @ x))
    left = y - y.mean() - slope * x
    error = float(np.sqrt((left @ left) / (len(x) - 2) / (x @ x)))
    return min(slope, 1.0), max(error, slope - 1)

"""What the formats share: which part of each image is new, and durations in whole units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

Box = tuple[slice, slice]
"""Rows and columns."""


def changes(images: Iterable[np.ndarray]) -> Iterator[tuple[np.ndarray, Box, np.ndarray]]:
    """Each image with the least box that holds all its changes, and which of its pixels they are: all of the first.

    The box of an image that changed nothing is its first pixel, for no format knows an empty one.
    """
    before: np.ndarray | None = None
    for image in images:
        packed = image.view("<u4")[..., 0]
        if before is None:
            before = packed.copy()
            yield image, (slice(0, image.shape[0]), slice(0, image.shape[1])), np.ones(packed.shape, bool)
            continue
        changed = packed != before
        rows = np.flatnonzero(changed.any(1))
        columns = np.flatnonzero(changed[rows[0] : rows[-1] + 1].any(0)) if rows.size else rows
        box = around(rows), around(columns)
        before[box] = packed[box]
        yield image, box, changed[box]


def flat(image: np.ndarray, paper: np.ndarray | None) -> np.ndarray:
    """The colours of an image, uint8 (height, width, 3), as they are seen on a paper (3,)."""
    if paper is None:
        return image[..., :3]
    share = image[..., 3:] / 255.0
    return np.rint(share * image[..., :3] + (1 - share) * paper).astype(np.uint8)


def around(numbers: np.ndarray) -> slice:
    """From the first to the last of some sorted numbers; 0 alone if there are none."""
    return slice(int(numbers[0]), int(numbers[-1]) + 1) if numbers.size else slice(0, 1)


def delays(seconds: Sequence[float], unit: float) -> list[int]:
    """How many whole units of a second each frame is seen, so rounded that the frames do not drift."""
    ends = np.rint(np.cumsum(seconds) * unit).astype(int)
    return [int(delay) for delay in np.diff(ends, prepend=0)]

"""Scales of colour in which equal steps look equal: straight pieces in OKLab (Björn Ottosson, 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ROOTS = np.array([
    [1, 0.3963377774, 0.2158037573],
    [1, -0.1055613458, -0.0638541728],
    [1, -0.0894841775, -1.2914855480],
])  # fmt: skip
LINEAR = np.array([
    [4.0767416621, -3.3077115913, 0.2309699292],
    [-1.2684380046, 2.6097574011, -0.3413193965],
    [-0.0041960863, -0.7034186147, 1.7076147010],
])  # fmt: skip
"""From lightness and the two colour axes to the cube roots of cone responses, and from those cubed to linear RGB."""

Anchor = tuple[float, float, float]
"""Lightness from 0 to 1, chroma, and hue in degrees."""


def scale(anchors: Sequence[Anchor], shares: np.ndarray) -> np.ndarray:
    """Colours (m, 3) of sRGB at shares (m,) of the way from the first anchor to the last."""
    light, chroma, hue = np.array(anchors).T
    corners = np.column_stack([light, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    places = along[-1] * shares
    lab = np.column_stack([np.interp(places, along, axis) for axis in corners.T])
    linear = np.clip((lab @ ROOTS.T) ** 3 @ LINEAR.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)

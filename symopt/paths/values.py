"""What came along with a path beside its points: how many digits they have, and whether the values of f are ours."""

from __future__ import annotations

import numpy as np

DIGITS = 9
LOOKED_AT, COLUMNS = 64, 32
SINGLE = float(np.finfo(np.float32).eps)
ALIKE, BESIDE = 1e-4, 1e-6
YOURS = "your loss values are"


def grain(xs: np.ndarray) -> np.ndarray:
    """By how much numbers (k, n) may be off that were rounded to decimals, to digits, or to single precision: (m,).

    0 for columns in full precision. The last rows are looked at; of many columns some, m of them.
    """
    last = xs[-LOOKED_AT:, :: -(-xs.shape[1] // COLUMNS)]
    with np.errstate(all="ignore"):
        return np.array([_grain(column[np.isfinite(column)]) for column in last.T])


def _grain(values: np.ndarray) -> float:
    largest = float(np.abs(values).max(initial=0.0))
    if not largest or (values == values.round()).all():
        return 0.0
    for digits in range(1, DIGITS + 1):
        if (np.round(values, digits) == values).all():
            return 0.5 * 10.0**-digits
    for digits in range(2, DIGITS + 1):
        if all(float(f"{value:.{digits - 1}e}") == value for value in values.tolist()):
            return largest * 0.5 * 10.0 ** (1 - digits)
    single = values.astype(np.float32)
    simple = np.round(values * 2.0**20) == values * 2.0**20  # halves, quarters …, which are exact in either precision
    return largest * SINGLE if (single == values).all() and not simple.all() else 0.0


def compared(name: str, values: np.ndarray, fs: np.ndarray) -> str:
    """A sentence where the values that came along, (K+1,), are not those of f, (K+1,); else nothing."""
    known = np.isfinite(values) & np.isfinite(fs)
    if not known.any():
        return ""
    with np.errstate(all="ignore"):
        spread = float(np.ptp(fs[known]))
        off = 3 * grain(values[:, None])[0] + BESIDE * spread
        if _alike(values[known], fs[known], off):
            return ""
        for shift, when in ((1, "one step before"), (-1, "one step after")):
            mine, ours = (values[1:], fs[:-1]) if shift == 1 else (values[:-1], fs[1:])
            both = np.isfinite(mine) & np.isfinite(ours)
            if both.sum() >= 2 and _alike(mine[both], ours[both], off):
                return f"the values in column {name} are those of f {when}"
        ks = np.flatnonzero(known)
        wrong = ~(np.abs(values - fs) <= ALIKE * np.maximum(np.abs(values), np.abs(fs)) + off)
        k = int(ks[wrong[ks]][0])
        both = values[ks], fs[ks]
        if fs[k] and 1e-3 <= abs(values[k] / fs[k]) <= 1e4:
            ratio = float(values[k] / fs[k])
            told = f"{YOURS} {_number(ratio)} times ours at step {k}"
            if len(ks) > 2 and _alike(both[0], ratio * both[1], off * abs(ratio)):
                return f"{told}, and throughout"
        else:
            told = f"{YOURS} not ours: {values[k]:.6g} and {fs[k]:.6g} at step {k}"
        apart = float(np.median(both[0] - both[1]))
        if len(ks) > 2 and _alike(both[0] - apart, both[1], off):
            return f"{YOURS} {abs(apart):.6g} {'above' if apart > 0 else 'below'} ours throughout"
    return told


def _alike(mine: np.ndarray, ours: np.ndarray, off: float) -> bool:
    return bool((np.abs(mine - ours) <= ALIKE * np.maximum(np.abs(mine), np.abs(ours)) + off).all())


def _number(ratio: float) -> str:
    """`2.0`, `0.5`, `12.3`."""
    text = f"{ratio:.3g}"
    return text if "." in text or "e" in text else f"{text}.0"

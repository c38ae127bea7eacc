"""Animated PNG, without loss, frame by frame.

Pillow's writer keeps every frame in memory and merges those that look alike; the chunks are few
and simple, so they are written here: of each frame the rectangle that changed, its unchanged pixels
transparent.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import IO

import numpy as np

from symopt.views.film.changes import changes, delays
from symopt.views.film.formats import Frames

MIME = "image/apng"
ALPHA = True

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGBA = (8, 6, 0, 0, 0)
"""Eight bits a channel, four channels, and the one way there is to compress, filter and interlace."""
KEEP, SOURCE, OVER = 0, 0, 1
"""A frame stays when its time is over; the next takes its place, or is laid over it."""
FOREVER = 0


def write(film: Frames, file: IO[bytes]) -> None:
    """Write every frame, looping for ever."""
    file.write(SIGNATURE)
    file.write(chunk(b"IHDR", struct.pack(">2I5B", film.width, film.height, *RGBA)))
    if film.made:
        file.write(chunk(b"iTXt", b"Comment\0\0\0\0\0" + film.made.encode()))
    file.write(chunk(b"acTL", struct.pack(">2I", len(film), FOREVER)))
    number = 0
    blend = OVER if film.paper is None else SOURCE
    for (image, box, changed), delay in zip(changes(film), delays(film.seconds, 1000), strict=True):
        rows, columns = box
        size = columns.stop - columns.start, rows.stop - rows.start
        control = struct.pack(">5I2H2B", number, *size, columns.start, rows.start, delay, 1000, KEEP, blend)
        file.write(chunk(b"fcTL", control))
        if not number:
            file.write(chunk(b"IDAT", compressed(image)))
            number = 1
        else:
            seen = changed[..., None] | (blend == SOURCE)
            file.write(chunk(b"fdAT", struct.pack(">I", number + 1) + compressed(image[box] * seen)))
            number += 2
    file.write(chunk(b"IEND", b""))


def lasts(seconds: Sequence[float]) -> float:
    """Seconds of one round, in thousandths."""
    return sum(delays(seconds, 1000)) / 1000


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG chunk: length, kind, content, checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def compressed(pixels: np.ndarray) -> bytes:
    """Rows of pixels, unfiltered (a zero before each), compressed: areas of one colour are best left as they are."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 4 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    return zlib.compress(rows.tobytes(), 6)

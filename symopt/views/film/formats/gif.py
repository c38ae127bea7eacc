"""GIF without any other program: one palette, exact nearest colours, and only the pixels that changed.

Each frame is one block: the rectangle that changed, its unchanged pixels transparent. Pillow
compresses the blocks; its own mapping of colours is 20 dB worse here, it stores whole rectangles,
and it merges frames that look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import numpy as np
from PIL import Image
from PIL.GifImagePlugin import getdata, getheader

from symopt.views.film.changes import changes, delays, flat
from symopt.views.film.formats import Frames

MIME = "image/gif"
ALPHA = True

CLEAR = 0
"""The transparent index, and in `Palette.known` a colour not met before."""
KEEP, REMOVE = 1, 2
"""What becomes of a block when its time is over."""
HALF = 64
"""The least opacity, of 255, that is seen."""
SAMPLES = 12
"""Frames that the palette is made from."""
MANY = 3000
"""Colours above which near ones are taken together before a palette is chosen."""
LEAST_DELAY = 2
"""Hundredths of a second; what is shorter, browsers show for ten."""


def write(film: Frames, file: IO[bytes]) -> None:
    """Write every frame as one block, looping for ever; without ground as wholes, each in place of the one before."""
    picks = np.unique(np.linspace(0, len(film) - 1, SAMPLES).round().astype(int))
    palette = Palette.of(solid(film.at(int(pick), keep=True), film.paper) for pick in picks)
    parts = blocks(film, palette) if film.paper is None else wholes(film, palette)
    leave = KEEP if film.paper is None else REMOVE
    first = Image.new("P", (film.width, film.height))
    first.putpalette(palette.colours.tobytes())
    file.writelines(getheader(first, info={"loop": 0, "duration": 1})[0])
    file.write(comment(film.made))
    for (block, corner), delay in zip(parts, delays(film.seconds, 100), strict=True):
        picture = Image.fromarray(block)
        picture.putpalette(palette.colours.tobytes())
        params = {"duration": 10 * max(LEAST_DELAY, delay), "disposal": leave, "transparency": CLEAR}
        file.writelines(getdata(picture, corner, **params))
    file.write(b";")


def comment(text: str) -> bytes:
    """A comment extension: blocks of at most 255 bytes, each behind its length; nothing for an empty text."""
    content = text.encode()
    parts = [content[at : at + 255] for at in range(0, len(content), 255)]
    return b"".join([b"!\xfe", *(bytes([len(part)]) + part for part in parts), b"\0"]) if parts else b""


def solid(image: np.ndarray, paper: np.ndarray | None) -> np.ndarray:
    """An image without half-transparent pixels: what is half there is as it is seen on the paper."""
    if paper is None:
        return image
    made = np.zeros_like(image)
    there = image[..., 3] >= HALF
    made[there, :3], made[there, 3] = flat(image, paper)[there], 255
    return made


def wholes(film: Frames, palette: Palette) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
    """Of each image all indices."""
    for image in film:
        shown = solid(image, film.paper)
        yield np.where(shown[..., 3] > 0, palette.indices(shown.view("<u4")[..., 0]), np.uint8(CLEAR)), (0, 0)


def lasts(seconds: Sequence[float]) -> float:
    """Seconds of one round: hundredths, and no frame is shorter than two."""
    return sum(max(LEAST_DELAY, delay) for delay in delays(seconds, 100)) / 100


def blocks(film: Iterable[np.ndarray], palette: Palette) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
    """Of each image the indices that turn the one before into it, and where (x, y) they go."""
    shown: np.ndarray | None = None
    for image, box, changed in changes(film):
        packed = image.view("<u4")[..., 0][box]
        if shown is None:
            shown = block = palette.indices(packed)
        else:
            block = np.full(packed.shape, CLEAR, np.uint8)
            indices = palette.indices(packed[changed])
            block[changed] = np.where(indices == shown[box][changed], np.uint8(CLEAR), indices)
            shown[box][changed] = indices
        yield block, (box[1].start, box[0].start)


class Palette:
    """Up to 255 colours, and for any colour the index of the nearest one.

    colours: uint8 (256, 3); row 0 is never shown.
    """

    def __init__(self, colours: np.ndarray) -> None:
        self.colours = np.zeros((256, 3), np.uint8)
        self.colours[1 : 1 + len(colours)] = colours
        self.points = colours.astype(np.float32)
        self.known = np.zeros(2**24, np.uint8)

    @classmethod
    def of(cls, images: Iterable[np.ndarray]) -> Palette:
        """The palette that serves the images with about the least squared error."""
        shown: np.ndarray = np.empty(0, np.uint32)
        seen: list[tuple[np.ndarray, np.ndarray]] = []
        since: list[int] = []
        for number, (image, box, changed) in enumerate(changes(images)):
            packed = image.view("<u4")[..., 0] & 0xFFFFFF
            if not number:
                shown = packed
                seen, since = [np.unique(shown, return_counts=True)], [0]
                continue
            for pixels, sign in ((shown, -1), (packed, 1)):  # what an image no longer has, and what it has
                met, times = np.unique(pixels[box][changed], return_counts=True)
                seen.append((met, sign * times))
                since.append(number)
            shown[box] = packed[box]
        met, which = np.unique(np.concatenate([colours for colours, _ in seen]), return_inverse=True)
        lasting = [(number + 1 - first) * times for first, (_, times) in zip(since, seen, strict=True)]
        counts = np.bincount(which, np.concatenate(lasting))
        return cls(choose(*merged(unpack(met[counts > 0]), counts[counts > 0])))

    def indices(self, packed: np.ndarray) -> np.ndarray:
        """uint8 indices of 32-bit pixels, each of the nearest colour there is."""
        packed = packed & 0xFFFFFF
        indices = self.known[packed]
        unknown = indices == CLEAR
        if unknown.any():
            met = np.unique(packed[unknown])
            self.known[met] = 1 + nearest(unpack(met), self.points)
            indices = self.known[packed]
        return indices


def unpack(packed: np.ndarray) -> np.ndarray:
    """float32 (…, 3) red, green, blue of packed colours."""
    return np.stack([packed & 255, packed >> 8 & 255, packed >> 16 & 255], -1).astype(np.float32)


def merged(colours: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Many colours and their counts as fewer: those that differ by less than four in each channel as their mean."""
    if len(colours) <= MANY:
        return colours, counts
    _, which = np.unique((colours // 4) @ [1, 64, 4096], return_inverse=True)
    together = np.bincount(which, counts)
    mean = np.stack([np.bincount(which, counts * channel) for channel in colours.T], -1) / together[:, None]
    return np.rint(mean).astype(np.float32), together


def nearest(colours: np.ndarray, points: np.ndarray) -> np.ndarray:
    """For each colour the number of the nearest point; |p|² − 2c·p is exact, for all are whole numbers below 256.

    A thousand at a time to bound the memory.
    """
    squares, across = (points**2).sum(1), -2 * points.T
    parts = [(colours[at : at + 1000] @ across + squares).argmin(1) for at in range(0, len(colours), 1000)]
    return np.concatenate(parts)


def choose(colours: np.ndarray, counts: np.ndarray, size: int = 255) -> np.ndarray:
    """At most `size` of the colours, or mixtures of near ones, for a small squared error over all pixels.

    Greedy: the colour that costs most where it is served worst comes next; then each chosen colour
    moves to the mean of those it serves. Large areas keep their colour exactly.
    """
    if len(colours) <= size:
        return colours
    squares, error = (colours**2).sum(1), np.full(len(colours), np.inf, np.float32)
    chosen = [int(counts.argmax())]
    for _ in range(size - 1):
        last = colours[chosen[-1]]
        np.minimum(error, squares - colours @ (2 * last) + last @ last, out=error)
        chosen.append(int((error * counts).argmax()))
    points = colours[chosen]
    for _ in range(3):
        serves = nearest(colours, points)
        weight = np.bincount(serves, counts, size)
        used = weight > 0
        for channel in range(3):
            mean = np.bincount(serves, counts * colours[:, channel], size)[used] / weight[used]
            points[used, channel] = np.rint(mean)
    return points

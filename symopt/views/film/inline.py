"""A picture, uint8 of shape (height, width, 3), as the bytes by which a terminal shows it at the cursor.

Sources: sw.kovidgoyal.net/kitty/graphics-protocol, iterm2.com/documentation-images.html, and the DEC VT340 reference
manual, chapter 14, for sixels.
"""

from __future__ import annotations

import base64
import re
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

ID, CHUNK = 31, 4096
COLOURS = 255
LEVELS = np.array([0, 95, 135, 175, 215, 255])
"""The cube of 6 × 6 × 6 colours that terminals with 256 have from number 16 on; 24 greys follow at 232."""
DARK = 150
"""The lightness, of 255, below which a pixel is ink where there are no colours."""


def resized(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """The picture in so many pixels."""
    if image.shape[:2] == (height, width):
        return image
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))


def kitty(image: np.ndarray) -> bytes:
    """Zipped pixels in chunks; an image with the number of one that is shown takes its place."""
    height, width, _ = image.shape
    data = base64.standard_b64encode(zlib.compress(np.ascontiguousarray(image).tobytes(), 1))
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    written = []
    for k, chunk in enumerate(chunks):
        head = f"a=T,f=24,o=z,s={width},v={height},i={ID},p=1,C=1," if k == 0 else ""
        written.append(b"\x1b_G%bq=2,m=%d;%b\x1b\\" % (head.encode(), k + 1 < len(chunks), chunk))
    return b"".join(written)


def iterm(image: np.ndarray) -> bytes:
    """A PNG in an operating system command."""
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG", compress_level=1)
    data = file.getvalue()
    head = f"File=inline=1;size={len(data)};doNotMoveCursor=1:"
    return b"\x1b]1337;" + head.encode() + base64.standard_b64encode(data) + b"\a"


def sixel(image: np.ndarray) -> bytes:
    """Bands of six rows, each once for every colour that is in it; colours in percent, as many as a VT340 had."""
    height, width, _ = image.shape
    few = Image.fromarray(image).quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(few.getpalette(), dtype=float).reshape(-1, 3)
    numbers = np.full((-(-height // 6) * 6, width), COLOURS, dtype=np.uint8)
    numbers[:height] = np.asarray(few)
    written = [f'\x1bP0;1q"1;1;{width};{height}']
    for number in np.unique(numbers[:height]):
        red, green, blue = np.rint(palette[number] / 2.55).astype(int)
        written.append(f"#{number};2;{red};{green};{blue}")
    powers = (1 << np.arange(6, dtype=np.uint8))[:, None]
    for band in numbers.reshape(-1, 6, width):
        lines = []
        for number in np.unique(band):
            if number < COLOURS:
                bits = ((band == number) * powers).sum(0, dtype=np.uint8) + 63
                lines.append(f"#{number}" + _runs(bits.astype(np.uint8).tobytes().decode("ascii").rstrip("?")))
        written.append("$".join(lines) + "-")
    return ("".join(written) + "\x1b\\").encode("ascii")


def _runs(text: str) -> str:
    """Four and more of the same sixel as one with a count."""
    return re.sub(r"(.)\1{3,}", lambda run: f"!{len(run[0])}{run[1]}", text)


def blocks(image: np.ndarray, colours: int) -> bytes:
    """Two rows of pixels in each line, as ▀ in the upper one's colour on the lower one's.

    colours: 2²⁴, 256, or 0: then what is dark is ink.
    """
    upper, lower = image[::2], image[1::2]
    if not colours:
        ink = image.mean(axis=-1) < DARK
        signs = np.array([" ", "▀", "▄", "█"])[ink[::2] + 2 * ink[1::2]]
        return "\r\x1b[B".join("".join(line) for line in signs).encode()
    lines = []
    if colours == 256:
        pairs = np.stack([_nearest(upper), _nearest(lower)], axis=-1)
        form = "\x1b[38;5;%d;48;5;%dm"
    else:
        pairs = np.concatenate([upper, lower], axis=-1)
        form = "\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm"
    changed = np.ones(pairs.shape[:2], dtype=bool)
    changed[:, 1:] = (pairs[:, 1:] != pairs[:, :-1]).any(-1)
    for cells, new in zip(pairs.tolist(), changed.tolist(), strict=True):
        lines.append("".join(form % tuple(c) + "▀" if n else "▀" for c, n in zip(cells, new, strict=True)) + "\x1b[0m")
    return "\r\x1b[B".join(lines).encode()


def _nearest(pixels: np.ndarray) -> np.ndarray:
    """The numbers of the nearest of 256 colours, (height, width)."""
    wanted = pixels.astype(int)
    places = np.abs(wanted[..., None] - LEVELS).argmin(-1)
    grey = np.clip((wanted.mean(-1) - 3) // 10, 0, 23).astype(int)
    cube = ((LEVELS[places] - wanted) ** 2).sum(-1)
    ramp = ((grey[..., None] * 10 + 8 - wanted) ** 2).sum(-1)
    return np.where(ramp < cube, 232 + grey, 16 + places @ np.array([36, 6, 1]))

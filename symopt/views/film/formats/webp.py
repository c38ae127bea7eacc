"""WebP without loss, through Pillow; libwebp merges frames that are equal, their durations with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any
from xml.sax.saxutils import escape

from PIL import Image, features

from symopt.errors import RenderError
from symopt.views.film.changes import delays
from symopt.views.film.formats import Frames

MIME = "image/webp"
ALPHA = True
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'
)
"""A description of the picture (EXIF knows no letters but those of ASCII)."""


def write(film: Frames, file: IO[bytes]) -> None:
    """Write the frames, looping for ever. Raises RenderError where Pillow was built without WebP."""
    if not features.check("webp"):
        raise RenderError("this Pillow was built without WebP", "write a .gif or an .apng", exit_code=3)
    channels = 3 if film.paper is None else 4
    Image.fromarray(film.at(0)[..., :channels]).save(
        file,
        format="WEBP",
        save_all=True,
        append_images=[Reel(film, channels)] if len(film) > 1 else [],
        duration=delays(film.seconds, 1000),
        loop=0,
        lossless=True,
        method=2,  # a sixth of the bytes of 0; more gains nothing
        quality=30,
        kmin=0,
        kmax=0,  # no key frames: they only make seeking faster
        xmp=XMP.format(escape(film.made)).encode() if film.made else b"",
    )


def lasts(seconds: Sequence[float]) -> float:
    """Seconds of one round, in thousandths."""
    return sum(delays(seconds, 1000)) / 1000


class Reel:
    """All frames but the first as one image of many frames, each drawn when Pillow turns to it.

    Pillow wants a list of images at once; with this one in it, no two frames are ever in memory.
    """

    def __init__(self, film: Frames, channels: int) -> None:
        self._channels = channels
        self.n_frames = len(film) - 1
        self._images = iter(film)
        next(self._images)

    def seek(self, index: int) -> None:
        self._image = Image.fromarray(next(self._images)[..., : self._channels])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._image, name)

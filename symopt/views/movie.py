"""From a picture and its frames to a file: the background drawn once, and on it only what moves."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from math import fsum
from pathlib import Path

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg

from symopt.views.formats import MOVING, STILL, check_path
from symopt.views.formats.atomic import replacing
from symopt.views.pacing import Frame
from symopt.views.picture import Moment, Picture
from symopt.views.sprites import Sprites

__all__ = ["Film", "Movie", "check_path", "save"]

MIME = {
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".apng": "image/apng",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
}


class Film:
    """A picture over its frames, drawn on demand: `for image in film`, or `film.at(index)`.

    Each image is uint8, (height, width, 4), opaque, and equal byte for byte to a full redraw of the
    figure at that moment. It is a view of the one canvas there is: the next image overwrites it.
    """

    def __init__(self, picture: Picture, frames: Sequence[Frame], progress: Callable[[int, int], None] | None = None):
        self.picture = picture
        self.frames = frames
        self.progress = progress
        figure = picture.figure
        self.canvas = FigureCanvasAgg(figure)
        self.width, self.height = self.canvas.get_width_height()
        self.seconds = [frame.seconds for frame in frames]

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[np.ndarray]:
        for index in range(len(self)):
            yield self.at(index)
            if self.progress:
                self.progress(index + 1, len(self))

    def at(self, index: int) -> np.ndarray:
        """The image of one frame."""
        return self.image(self.frames[index].moment)

    def image(self, moment: Moment) -> np.ndarray:
        """The image of any moment."""
        background = self._background
        self.picture.update(moment)
        self.canvas.restore_region(background)
        for artist in self._order:
            self._sprites.draw(artist)
        return self._sprites.pixels

    @cached_property
    def _background(self) -> object:
        # Axis labels ignore set_animated: what moves is hidden instead.
        settle(self.picture, self.frames[0].moment)
        seen = [artist.get_visible() for artist in self._order]
        for artist in self._order:
            artist.set_visible(False)
        self.canvas.draw()
        for artist, visible in zip(self._order, seen, strict=True):
            artist.set_visible(visible)
        return self.canvas.copy_from_bbox(self.picture.figure.bbox)

    @cached_property
    def _sprites(self) -> Sprites:
        return Sprites(self.canvas)

    @cached_property
    def _order(self) -> list[Artist]:
        rank = {id(artist): number for number, artist in enumerate(_in_drawing_order(self.picture.figure))}
        return sorted(self.picture.moving, key=lambda artist: rank[id(artist)])


@dataclass(frozen=True)
class Movie:
    """A file that was written; in Jupyter it shows itself.

    width, height: in pixels. frames: pictures in it, 1 of a still. seconds: one round, 0 of a still.
    bytes: of the file.
    """

    path: Path
    width: int
    height: int
    frames: int
    seconds: float
    bytes: int

    def __fspath__(self) -> str:
        return str(self.path)

    def _repr_html_(self) -> str:
        mime = MIME[self.path.suffix.lower()]
        data = f"data:{mime};base64,{base64.b64encode(self.path.read_bytes()).decode()}"
        if mime.startswith("video"):
            return f'<video width="{self.width}" controls autoplay loop muted src="{data}"></video>'
        if mime.startswith("image"):
            return f'<img width="{self.width}" src="{data}">'
        return f'<embed width="{self.width}" height="{self.height}" type="{mime}" src="{data}">'


def save(
    picture: Picture,
    frames: Sequence[Frame],
    path: str | os.PathLike[str],
    progress: Callable[[int, int], None] | None = None,
) -> Movie:
    """Write the frames as the kind of file that the suffix names; a still shows the last frame.

    progress: called with frames done and frames in all, after each.
    Raises RenderError, see `check_path`; a failed write leaves no partial file and keeps an old one.
    """
    path = check_path(path)
    suffix = path.suffix.lower()
    film = Film(picture, frames, progress)
    with replacing(path) as file:
        if suffix in STILL:
            from symopt.views.formats import still

            settle(picture, frames[-1].moment)
            still.write(picture.figure, suffix, file)
        else:
            import_module(f"symopt.views.formats.{MOVING[suffix]}").write(film, file)
    still_picture = suffix in STILL
    return Movie(
        path=path,
        width=film.width,
        height=film.height,
        frames=1 if still_picture else len(film),
        seconds=0.0 if still_picture else round(fsum(film.seconds), 6),
        bytes=path.stat().st_size,
    )


def settle(picture: Picture, moment: Moment) -> None:
    """Bring a picture to a moment with its layout done, so that no later draw moves the axes."""
    picture.update(moment)
    figure = picture.figure
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


def _in_drawing_order(artist: Artist) -> Iterator[Artist]:
    yield artist
    for child in sorted(artist.get_children(), key=lambda child: child.get_zorder()):
        yield from _in_drawing_order(child)

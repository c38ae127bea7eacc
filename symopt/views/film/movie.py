"""From a picture and its frames to a file: the background drawn once, and on it only what moves."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from io import BytesIO
from math import fsum
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from symopt import __version__
from symopt.errors import RenderError, public
from symopt.files import check_path, replacing
from symopt.views.drawing import unhinted
from symopt.views.film.formats import STILL, suffixes
from symopt.views.film.pacing import Frame
from symopt.views.film.sprites import Sprites
from symopt.views.sheet.picture import Moment, Picture

Content: TypeAlias = bytes
ROOM = 2**25
"""Bytes of images that are kept at most."""


class Stage:
    """A picture on a canvas of its own: its background drawn once, and on it what moves."""

    def __init__(self, picture: Picture, moment: Moment) -> None:
        self.picture = picture
        self.canvas = FigureCanvasAgg(picture.figure)
        rank = {id(artist): number for number, artist in enumerate(_in_drawing_order(picture.figure))}
        self.order = sorted(picture.moving, key=lambda artist: rank[id(artist)])
        settle(picture, moment)
        # Axis labels ignore set_animated: what moves is hidden instead.
        seen = [artist.get_visible() for artist in self.order]
        for artist in self.order:
            artist.set_visible(False)
        self.canvas.draw()
        for artist, visible in zip(self.order, seen, strict=True):
            artist.set_visible(visible)
        self.background = self.canvas.copy_from_bbox(picture.figure.bbox)
        self.sprites = Sprites(self.canvas)

    def image(self, moment: Moment) -> np.ndarray:
        """The picture at a moment."""
        self.picture.update(moment)
        self.canvas.restore_region(self.background)
        with unhinted():
            for artist in self.order:
                self.sprites.draw(artist)
        return self.sprites.pixels


class Film:
    """A picture over its frames, drawn on demand: `for image in film`, or `film.at(index)`.

    Each image is uint8, (height, width, 4), and equal byte for byte to a full redraw of the
    figure at that moment. It is a view of a canvas: the next image overwrites it.
    made: what made the movie, for its file.
    """

    def __init__(
        self, picture: Picture, frames: Sequence[Frame], progress: Callable[[int, int], None] | None = None,
        made: str = "",
    ) -> None:  # fmt: skip
        self.picture = picture
        self.frames = frames
        self.progress = progress
        self.made = made
        figure = picture.figure
        self.width, self.height = FigureCanvasAgg(figure).get_width_height()
        self.seconds = [frame.seconds for frame in frames]
        paper = getattr(figure, "paper", None)
        self.paper = None if paper is None else np.rint(255 * np.array(to_rgb(paper)))
        self._stage: Stage | None = None
        self._kept: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[np.ndarray]:
        for index in range(len(self)):
            yield self.at(index)
            if self.progress:
                self.progress(index + 1, len(self))

    def at(self, index: int, keep: bool = False) -> np.ndarray:
        """The image of one frame; keep: it will be asked for once more, and is not drawn then if there is room."""
        image = self._kept.pop(index, None)
        if image is None:
            image = self.image(self.frames[index].moment)
        if keep and (len(self._kept) + 1) * image.nbytes <= ROOM:
            self._kept[index] = image.copy()
        return image

    def still(self, step: int | None) -> Frame:
        """The frame of a step, None for the last, in the view that the film has then. Raises RenderError."""
        last = self.frames[-1]
        if step is None or step == last.moment.step:
            return last
        if step > last.moment.step:
            raise RenderError(f"there is no step {step}", f"the walk has the steps 0 to {last.moment.step}")
        view = [frame.moment.view for frame in self.frames if frame.moment.t <= step][-1]
        return Frame(Moment(step, view=view), last.seconds)

    def image(self, moment: Moment) -> np.ndarray:
        """The image of any moment."""
        if self._stage is None:
            self._stage = Stage(self.picture, self.frames[0].moment)
        return self._stage.image(moment)


@dataclass(frozen=True)
class Movie:
    """A movie or a still; in Jupyter it shows itself.

    path: its file, None if none was written: then `content` is the file, a GIF or, of a still, a PNG. width, height:
    in pixels. frames: pictures in it, 1 of a still. seconds: one round, 0 of a still. bytes: of the file.
    """

    path: Path | None
    width: int
    height: int
    frames: int
    seconds: float
    bytes: int
    content: Content = field(default=b"", repr=False)

    @property
    def suffix(self) -> str:
        """Of the file, which names its kind."""
        return self.path.suffix.lower() if self.path else ".gif" if self.seconds else ".png"

    @public
    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the movie as a file of its own kind, whole or not at all.

        Raises RenderError if the path is not one for it.
        """
        read = check_path(path, suffixes())
        if read.suffix.lower() != self.suffix:
            raise RenderError(f"this movie is a {self.suffix[1:].upper()}, and {read.suffix} is another kind of file",
                              f"save it as {read.stem}{self.suffix}, or animate(walk, {str(read)!r})")  # fmt: skip
        content = self._read()
        with replacing(read) as file:
            file.write(content)

    def __fspath__(self) -> str:
        if self.path is None:
            raise RenderError("this movie has no file", 'save("descent.gif") writes one')
        return str(self.path)

    def __repr__(self) -> str:
        where = f" in {str(self.path)!r}" if self.path else ""
        length = f", {self.frames} frames, {self.seconds:g} s" if self.seconds else ""
        return f"<{self.suffix[1:].upper()}{where}: {self.width}×{self.height}{length}, {self.bytes} bytes>"

    def _read(self) -> Content:
        if self.path is None:
            return self.content
        try:
            return self.path.read_bytes()
        except OSError as trouble:
            raise RenderError(f"{self.path} cannot be read: {trouble.strerror}", "animate writes it again",
                              exit_code=3) from None  # fmt: skip

    def _repr_html_(self) -> str:
        mime = _mime(self.suffix)
        data = f"data:{mime};base64,{base64.b64encode(self._read()).decode()}"
        if mime.startswith("video"):
            return f'<video width="{self.width}" controls autoplay loop muted src="{data}"></video>'
        if mime.startswith("image"):
            return f'<img width="{self.width}" src="{data}">'
        return f'<embed width="{self.width}" height="{self.height}" type="{mime}" src="{data}">'


def _format(suffix: str) -> Any:
    """The module of a moving format."""
    return import_module(f"symopt.views.film.formats.{suffix[1:]}")


def _mime(suffix: str) -> str:
    """The media type of a picture."""
    from symopt.views.film import still

    return still.MIME[suffix] if suffix in STILL else str(_format(suffix).MIME)


def save(
    picture: Picture,
    frames: Sequence[Frame],
    path: str | os.PathLike[str],
    progress: Callable[[int, int], None] | None = None,
    command: str = "",
) -> Movie:
    """Write the frames as the kind of file that the suffix names; a still shows the last frame.

    progress: called with frames done and frames in all, after each. command: what makes the movie again, which its
    file tells with the version. Raises RenderError, see `check_path`; a failed write leaves no partial file and keeps
    an old one.
    """
    path = check_path(path, suffixes())
    with replacing(path) as file:
        film = Film(picture, frames, progress, f"symopt {__version__}\n{command}" if command else "")
        made = _write(film, path.suffix.lower(), file)
    return replace(made, path=path, bytes=path.stat().st_size)


def kept(film: Film, suffix: str) -> Movie:
    """The same without a file: `.gif`, or `.png` for a still."""
    file = BytesIO()
    made = _write(film, suffix, file)
    return replace(made, bytes=len(file.getvalue()), content=file.getvalue())


def _write(film: Film, suffix: str, file: IO[Content]) -> Movie:
    if suffix in STILL:
        from symopt.views.film import still

        moment = film.frames[-1].moment
        settle(film.picture, moment)
        still.write(film.picture.figure, suffix, file, film.picture.caption)
        return Movie(None, film.width, film.height, 1, 0.0, 0)
    form = _format(suffix)
    form.write(film, file)
    seconds = getattr(form, "lasts", fsum)(film.seconds)
    return Movie(None, film.width, film.height, len(film), round(seconds, 6), 0)


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

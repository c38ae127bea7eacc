"""A still: the figure as it stands, as PNG, SVG or PDF, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import IO, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from symopt import __version__
from symopt.files import check_path, replacing
from symopt.views.film.formats import STILL
from symopt.views.sheet.sheet import settings

MIME = {".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf"}
ALTERNATIVE = {".png": "Description", ".svg": "Description", ".pdf": "Subject"}
"""Where a format keeps what the picture shows in words."""
POINTS = 72
"""Units of a PDF in an inch."""
METADATA: dict[str, dict[str, str | None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


HEAD = re.compile(rb'width="([\d.]+)pt" height="([\d.]+)pt" viewBox=')
MADE = {".png": ("Software", "Source"), ".svg": ("Creator", "Source"), ".pdf": ("Creator", "Keywords")}
"""Where a format keeps the program that made it, and the command."""


def write(figure: Figure, suffix: str, file: IO[bytes], caption: str = "", command: str = "") -> None:
    """Write the figure in its own size and resolution, with its caption as alternative text, and what made it."""
    metadata = METADATA[suffix] | ({ALTERNATIVE[suffix]: caption} if caption else {})
    if command:
        metadata |= zip(MADE[suffix], (f"symopt {__version__}", command), strict=True)
    scale = getattr(figure, "scale", 1.0)
    more: dict[str, Any] = {"format": suffix[1:], "dpi": figure.dpi, "metadata": metadata}
    with mpl.rc_context({"svg.hashsalt": "symopt", "pdf.fonttype": 42}):
        if suffix == ".png":
            figure.savefig(file, pil_kwargs={"dpi": (figure.dpi * scale,) * 2}, **more)
        elif scale == 1:
            figure.savefig(file, **more)
        elif suffix == ".svg":
            made = BytesIO()
            figure.savefig(made, **more)
            file.write(HEAD.sub(partial(_smaller, scale), made.getvalue(), count=1))
        else:
            _pdf(figure, file, scale, metadata)


def _smaller(scale: float, head: re.Match[bytes]) -> bytes:
    """The sides of an SVG in points, its own units left as they are."""
    width, height = (round(float(side) / scale, 4) for side in head.groups())
    return b'width="%gpt" height="%gpt" viewBox=' % (width, height)


def _pdf(figure: Figure, file: IO[bytes], scale: float, metadata: dict[str, str | None]) -> None:
    """A page so many times smaller, and all that is on it: what `FigureCanvasPdf.print_pdf` does, on such a page."""
    from matplotlib.backends.backend_mixed import MixedModeRenderer
    from matplotlib.backends.backend_pdf import Op, PdfFile, RendererPdf

    width, height = figure.get_size_inches()
    written, dpi = PdfFile(file, metadata=metadata), figure.dpi
    figure.dpi = POINTS
    try:
        written.newPage(width / scale, height / scale)
        written.width, written.height = width, height  # lines are cut there
        written.output(1 / scale, 0, 0, 1 / scale, 0, 0, Op.concat_matrix)
        painter = MixedModeRenderer(figure, width, height, dpi, RendererPdf(written, dpi, height, width))
        figure.draw(painter)
        painter.finalize()
        written.finalize()
    finally:
        figure.dpi = dpi
        written.close()


def save(draw: Callable[[], Figure], path: str, caption: str = "", command: str = "") -> str:
    """Draw and write a figure, replacing the file only when it is whole; returns the path."""
    target = check_path(path, STILL)
    with settings(), replacing(target) as file:
        write(draw(), target.suffix.lower(), file, caption, command)
    return path

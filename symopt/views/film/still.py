"""A still: the figure as it stands, as PNG, SVG or PDF, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

import matplotlib as mpl
from matplotlib.figure import Figure

from symopt import __version__
from symopt.files import check_path, replacing
from symopt.views.film.formats import STILL
from symopt.views.sheet.sheet import settings

MIME = {".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf"}
ALTERNATIVE = {".png": "Description", ".svg": "Description", ".pdf": "Subject"}
"""Where a format keeps what the picture shows in words."""
METADATA: dict[str, dict[str, str | None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


MADE = {".png": ("Software", "Source"), ".svg": ("Creator", "Source"), ".pdf": ("Creator", "Keywords")}
"""Where a format keeps the program that made it, and the command."""


def write(figure: Figure, suffix: str, file: IO[bytes], caption: str = "", command: str = "") -> None:
    """Write the figure in its own size and resolution, with its caption as alternative text, and what made it."""
    metadata = METADATA[suffix] | ({ALTERNATIVE[suffix]: caption} if caption else {})
    if command:
        metadata |= zip(MADE[suffix], (f"symopt {__version__}", command), strict=True)
    with mpl.rc_context({"svg.hashsalt": "symopt", "pdf.fonttype": 42}):
        figure.savefig(file, format=suffix[1:], dpi=figure.dpi, metadata=metadata)


def save(draw: Callable[[], Figure], path: str, caption: str = "", command: str = "") -> str:
    """Draw and write a figure, replacing the file only when it is whole; returns the path."""
    target = check_path(path, STILL)
    with settings(), replacing(target) as file:
        write(draw(), target.suffix.lower(), file, caption, command)
    return path

"""A still: the figure as it stands, as PNG, SVG or PDF, the same bytes each time."""

from __future__ import annotations

from typing import IO

import matplotlib as mpl
from matplotlib.figure import Figure

MIME = {".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf"}
METADATA: dict[str, dict[str, str | None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def write(figure: Figure, suffix: str, file: IO[bytes]) -> None:
    """Write the figure in its own size and resolution."""
    with mpl.rc_context({"svg.hashsalt": "symopt", "pdf.fonttype": 42}):
        figure.savefig(file, format=suffix[1:], dpi=figure.dpi, metadata=METADATA[suffix])

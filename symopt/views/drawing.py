"""A figure that shows itself."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

from symopt.loss import Loss

ON_A_LINE, ON_A_PLANE = 20_000, 2_000
"""Rows of data from which a landscape is drawn: all are too many for thousands of places."""


def landscape(loss: Loss) -> Loss:
    """The loss that a landscape is drawn from: over some of its rows, evenly taken, where it has many."""
    return loss.thinned(ON_A_LINE if loss.n == 1 else ON_A_PLANE)


def told(loss: Loss) -> str:
    """What a landscape leaves out, for whoever looks at it; empty where that is nothing."""
    drawn = landscape(loss).data
    if loss.data is None or drawn is None or drawn.rows == loss.data.rows:
        return ""
    return f"the landscape is drawn from {drawn.rows:,} of the {loss.data.rows:,} rows"


class Drawing(Figure):
    """A figure that Jupyter shows as a PNG, whether or not `%matplotlib inline` was said."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=self.dpi)
        return file.getvalue()

"""The page as a widget of a notebook: what its reader chooses is known to Python, and the other way."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from symopt.page.bundle import read
from symopt.page.frame import framed


class Widget(anywidget.AnyWidget):
    """A page in a notebook. start, methods, steps, letters and typed follow the page, and the page follows them.

    start: the point. methods: specs such as "gd:lr=0.5". steps: the most steps. letters: the values of open letters by
    their names. typed: a loss typed in the page, "" for its own. verdicts: how each walk ends, in words; to be read.
    """

    _esm = read("widget.js")
    html = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    start = traitlets.List(traitlets.Float()).tag(sync=True)
    methods = traitlets.List(traitlets.Unicode()).tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    letters = traitlets.Dict().tag(sync=True)
    typed = traitlets.Unicode().tag(sync=True)
    verdicts = traitlets.List(traitlets.Unicode()).tag(sync=True)

    @traitlets.validate("start")
    def _as_point(self, proposal: Any) -> list[float]:
        return [float(value) for value in proposal["value"]]

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and where none can be shown, as in a notebook that became a file, its page alone."""
        shown, more = super()._repr_mimebundle_(**options) or ({}, {})
        return {**shown, "text/html": framed(self.html)}, more

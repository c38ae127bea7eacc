"""The theme that a look asks for: light or dark, and on it what a matplotlib style sheet says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import style
from matplotlib.colors import is_color_like, to_hex, to_rgba

from symopt.errors import RenderError, meant
from symopt.views.look import Look
from symopt.views.sheet.theme import DARK, LIGHT, Theme

LINE, POINT = 1.5, 6.0
"""Widths of lines and sizes of markers that are usual in style sheets, in points."""


def themed(look: Look) -> Theme:
    """The theme of a look. Raises RenderError for a style sheet that is not there or cannot be read."""
    told = sheet(look.sheet) if look.sheet else {}
    base = DARK if look.dark else LIGHT
    paper = _colour(told, "axes.facecolor", "figure.facecolor")
    if paper is not None:
        base = DARK if replace(LIGHT, paper=paper).dark else LIGHT
    made: dict[str, Any] = {
        "paper": paper,
        "ink": _colour(told, "text.color", "axes.labelcolor"),
        "grey": _colour(told, "xtick.labelcolor", "xtick.color", "axes.labelcolor"),
        "pale": _colour(told, "axes.edgecolor"),
        "identities": _cycle(told),
        "fonts": _fonts(told),
        "grid": (_colour(told, "grid.color") or base.pale) if told.get("axes.grid") is True else None,
    }
    if made["paper"] is not None:
        made["ridge"] = made["field"] = made["paper"]
    if "lines.linewidth" in told:
        made["curve"] = max(0.5, base.curve * told["lines.linewidth"] / LINE)
    if "lines.markersize" in told:
        made["point"] = min(max(4.0, base.point * told["lines.markersize"] / POINT), 16.0)
    return replace(base, clear=look.transparent, **{name: value for name, value in made.items() if value is not None})


def names() -> list[str]:
    """The style sheets that have names."""
    return [name for name in style.library if not name.startswith("_")]


def found(name: str) -> bool:
    """Whether there is a style sheet of that name, or what may be a file of one."""
    return name in style.library or name.endswith(".mplstyle") or os.path.isfile(os.path.expanduser(name))


def sheet(named: str | os.PathLike[str]) -> Mapping[str, Any]:
    """What a style sheet sets, by its name or its file."""
    name = os.fspath(named)
    if name in style.library:
        return dict(style.library[name])
    if not found(name):
        raise RenderError(
            f"no style is called {name}", meant(name, names(), "a style sheet of matplotlib's, or a file")
        )
    path = Path(name).expanduser()
    try:
        path.read_text(encoding="utf-8")
        with _quietly():
            made = dict(matplotlib.rc_params_from_file(path, use_default_template=False))
    except (OSError, UnicodeDecodeError) as trouble:
        reason = getattr(trouble, "strerror", None) or "it is no text"
        raise RenderError(f"the style sheet {name} cannot be read: {reason}", "name a file of matplotlib's") from None
    if not made:
        raise RenderError(
            f"{name} is no matplotlib style sheet: it sets nothing", "lines such as axes.facecolor: white"
        )
    return made


def _quietly() -> Any:
    """Without matplotlib's log of lines that it does not know."""
    import logging
    from contextlib import contextmanager

    @contextmanager
    def quiet() -> Any:
        logger = logging.getLogger("matplotlib")
        before = logger.level
        logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            logger.setLevel(before)

    return quiet()


def _colour(told: Mapping[str, Any], *names: str) -> str | None:
    """The first of these colours that is set, without its transparency."""
    for name in names:
        value = told.get(name)
        if isinstance(value, str) and value not in ("auto", "inherit", "none", "None") and is_color_like(value):
            return to_hex(value) if to_rgba(value)[3] > 0 else None
    return None


def _cycle(told: Mapping[str, Any]) -> tuple[str, ...] | None:
    cycle = told.get("axes.prop_cycle")
    colours = [] if cycle is None else cycle.by_key().get("color", [])
    return tuple(map(to_hex, colours)) or None


def _fonts(told: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The families wanted that are installed; `sans-serif` and its kin stand for lists of their own."""
    from matplotlib.font_manager import fontManager

    wanted: list[str] = []
    for family in told.get("font.family", ["sans-serif"] if "font.sans-serif" in told else []):
        wanted += told.get(f"font.{family}", [] if family in ("sans-serif", "serif", "monospace") else [family])
    there = {entry.name for entry in fontManager.ttflist}
    return tuple(family for family in wanted if family in there) or None


__all__ = ["sheet", "themed"]

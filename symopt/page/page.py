"""Builds the page: programs as JavaScript, the facts as JSON, and the real files around them."""

from __future__ import annotations

import gzip
import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from symopt.errors import MethodError, RenderError, named, public
from symopt.language import language
from symopt.notebook import clipped
from symopt.page import typable
from symopt.page.bundle import brought, read, script, styles
from symopt.page.frame import HEIGHT, framed

if TYPE_CHECKING:
    from symopt.methods import Method
    from symopt.page.story import Story
    from symopt.page.widget import Widget
    from symopt.problem import ProblemLike

LIMIT = 45_000
"""Bytes below which a page stays, gzipped, unless its loss, methods and pieces come to more."""


@dataclass(frozen=True)
class Page:
    """A page, complete: `html` is the whole file."""

    html: str
    hosted: Callable[[], str]
    """The file for a host that follows what is chosen in it."""

    def __repr__(self) -> str:
        title = self.html.partition("<title>")[2].partition("</title>")[0]
        return f"<page {clipped(unescape(title))}: {len(self.html) // 1000} kB>"

    @property
    def zipped(self) -> int:
        """Its bytes as a server sends them, gzipped."""
        return len(gzip.compress(self.html.encode()))

    @public
    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the file, whole or not at all. Raises RenderError if the path is not one for a page."""
        from symopt.files import check_path, replacing

        with replacing(check_path(path, SUFFIXES)) as file:
            file.write(self.html.encode())

    @public
    def widget(self) -> Widget:
        """The page as a widget of Jupyter, marimo or VS Code, whose start, methods, steps and letters are Python's too.

        w = symopt.explore("x**2/50 - cos(x)").widget(); w.start = [-6]; w.verdicts
        Raises RenderError without anywidget.
        """
        try:
            from symopt.page.widget import Widget
        except ImportError:
            raise RenderError(
                "a widget needs anywidget, which is not installed", "pip install anywidget; without it the page shows "
                "itself in a frame that Python knows nothing of",
            ) from None  # fmt: skip
        return Widget(html=self.hosted(), height=HEIGHT)

    def _repr_html_(self) -> str:
        return framed(self.html)


SUFFIXES = (".html", ".htm")


@public
def explore(
    loss: ProblemLike,
    methods: Sequence[Method | str] | None = None,
    start: Any = None,
    *,
    ranges: Mapping[str, Sequence[float | str]] | None = None,
    window: Any = None,
    steps: int | None = None,
    gtol: float = 1e-8,
    story: Mapping[str, Story] | None = None,
    surface: bool = False,
) -> Page:
    """A page to play with a loss of one or two variables: it shows itself in Jupyter, and `.save(path)` writes it.

    methods: up to three to begin with, gd and newton unless told; the page offers every formula.
    loss, start, window, steps: as in `Problem.of`. ranges: letters of the loss left open, e.g.
    {"a": (0.1, 2)}; each becomes a slider, beginning at the loss's own value, else at 1, else in the
    middle.
    story: by its language, "en" or "zh", what is told beside it: `symopt.page.story`.
    surface: whether f of two variables is shown in space too, turned by a drag or by keys.
    Raises RenderError for a loss that a page cannot show, and what `descend` raises.

    >>> page = symopt.explore("x**2/50 - cos(x)")
    >>> page.html.startswith("<!doctype html>")
    True
    >>> page.save("page.html")
    """
    from symopt.methods import Method
    from symopt.page.facts import facts
    from symopt.problem import Problem
    from symopt.problem.points import read_number

    listed = [methods] if isinstance(methods, str | Method) else methods
    if listed is not None and (isinstance(listed, bytes) or not isinstance(listed, Iterable)):
        raise MethodError(f"methods are a list, not {named(listed)}", 'for example methods=["gd", "newton"]')
    gtol = read_number("gtol", gtol, example="for example gtol=1e-8")
    problem = Problem.of(loss, window=window, start=start, steps=steps, letters=ranges)
    data, functions = facts(problem, None if listed is None else list(listed), gtol, story, surface)
    return fitting(data, functions)


def fitting(data: Mapping[str, Any], functions: str) -> Page:
    """The page with what fits: where it comes to LIMIT it leaves out one of `typable.LEFT` after the other; where that
    is not enough, none."""
    pages = []
    for k in range(len(typable.LEFT) + 1):
        left = typable.LEFT[:k]
        page = Page(build(data, functions, left), partial(build, {**data, "host": 1}, functions, left))
        if page.zipped < LIMIT:
            return page
        pages.append(page)
    return pages[0]


def build(data: Mapping[str, Any], functions: str, left: Sequence[str] = ()) -> str:
    """The whole file, without what is left out. User text goes in as JSON and as escaped text, never as markup or
    script."""
    data = {name: fact for name, fact in data.items() if name not in left}
    n, more = len(data["names"]), brought(data)
    texts = "null" if "slopes" in left else "textOf"
    program = f"{functions}\n{typable.declared(left)}\nlet TEXTS={texts};"
    code = f'(()=>{{"use strict";\n{script(n, program, [*more, *data.keys() & {"columns"}])}\n}})();\n'
    style = styles(n, more)
    if "</" in code or "<!--" in code or "</" in style:  # pragma: no cover - our own text
        raise RenderError("the page's script cannot stand in a page", "please report this loss")
    facts = json.dumps(_short(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        facts = facts.replace(character, f"\\u{ord(character):04x}")
    pieces = {
        "{{policy}}": f"default-src 'none'; script-src '{_digest(code)}'; style-src '{_digest(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'",
        "{{language}}": language(),
        "{{title}}": escape(f"{data['text']} · symopt explore"),
        "{{text}}": escape(data["text"]),
        "{{style}}": style,
        "{{facts}}": facts,
        "{{script}}": code,
    }
    page, rest = [], read("template.html")
    while "{{" in rest:  # one pass, so that what is put in is never read as a place to put something
        before, _, after = rest.partition("{{")
        name, _, rest = after.partition("}}")
        page += [before, pieces["{{" + name + "}}"]]
    return "".join([*page, rest])


def _short(data: Any) -> Any:
    """The same data with whole numbers as JavaScript writes them, without a point."""
    if isinstance(data, Mapping):
        return {key: _short(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_short(value) for value in data]
    return int(data) if isinstance(data, float) and data.is_integer() and abs(data) < 1e15 else data


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()

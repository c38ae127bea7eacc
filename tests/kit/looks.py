"""Pictures of every kind in every look, each with its name and its faults: what `python -m tests.kit.layout` counts.

Of each loss of the gallery every third method walks, alone, a few together, from many starts and as a path from
outside; panels, surface and strips take turns, and in two variables a camera follows some. Title, size, resolution,
paper, style sheet, powers of ten and language are drawn for each picture by the checksum of its name. Analyses and
sweeps of a few losses are drawn in many looks.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import cycle
from typing import Any
from zlib import crc32

import numpy as np

import symopt
from symopt.descent import descend
from symopt.errors import RenderError, SymoptError
from symopt.gallery import GALLERY
from symopt.language import LANGUAGES, speaking
from symopt.loss import Loss
from symopt.methods.registry import registered
from symopt.sweep import Sweep
from symopt.trajectory import Trajectory
from symopt.trajectory.given import trajectory
from symopt.views.compose import Request, compose
from symopt.views.look import Look
from symopt.views.panels import panel
from symopt.views.scenes import analysis, critical, sweep
from symopt.views.scenes.strip import filmstrip
from symopt.views.sheet.paper import Paper
from tests.kit.layout import faults, of

PANELS: tuple[tuple[str, ...], ...] = (
    (), ("decay",), ("slope",), ("cobweb",), ("cobweb", "decay", "slope"), ("coordinates",), ("distance", "spectrum"),
    ("parallel",), ("line", "plane"), ("line",), ("coordinates", "distance", "spectrum", "parallel", "plane"),
)  # fmt: skip
TOGETHER = (
    ("gd", "newton"),
    ("newton", "momentum", "adam"),
    ("gd", "newton", "adam", "bfgs", "sign-gd"),
    ("gd", "newton", "adam", "bfgs", "polyak", "momentum", "rmsprop", "trust-region"),
)
TITLES = ("", "", "How it ends", "A rather long title that somebody wrote for a talk, with the loss, the method and "
          "the day on it, so that it needs two lines", "它到底停在哪里？一张图看清楚")  # fmt: skip
SIZES = (None, None, "480x320", "1600x900", "700x700", "12x7cm")
SHEETS = ("", "", "", "ggplot", "dark_background", "Solarize_Light2")
EVERY = 3
"""Of so many methods one walks each loss alone."""
ANALYSED = (
    "x**4 - 3*x**2 + x", "-cos(pi*x/20)", "abs(x-1/3) + x**2/9", "(x-1)**2*(x+2)**2/9", "exp(-x**2)",
    "(x**2+y-11)**2 + (x+y**2-7)**2", "x**2 - y**2 + y**4", "(4-2.1*x**2+x**4/3)*x**2 + x*y + (-4+4*y**2)*y**2",
)  # fmt: skip
SWEPT: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("x**4 - 3*x**2 + x", {"lr": (0.01, 0.4, 24), "x": (-2, 2, 24)}, {}),
    ("x**4 - 3*x**2 + x", {"lr": (0.01, 0.4, 60)}, {"start": -1}),
    ("(x**2+y-11)**2 + (x+y**2-7)**2", {"x": (-5, 5, 20), "y": (-5, 5, 20)}, {}),
)
LOOKS = 24
"""Pictures of each analysis and each sweep."""


def look(name: str, n: int = 2) -> tuple[dict[str, Any], str]:
    """What may be asked of the picture of that name but its content, and the language."""
    draw = np.random.default_rng(crc32(name.encode()))

    def one(choices: Sequence[Any]) -> Any:
        return choices[draw.integers(len(choices))]

    asked = Look(title=one(TITLES), size=one(SIZES), dark=one((False, False, True)), sheet=one(SHEETS),
                 transparent=one((False, False, False, True)), log=one((False, False, True)) and n == 1)  # fmt: skip
    return {"look": asked, "dpi": one((100, 100, 70, 220))}, one(LANGUAGES)


def said(asked: dict[str, Any], tongue: str) -> str:
    seen = asked["look"]
    options = {"title": seen.title[:9], "size": seen.size, "dark": seen.dark, "log": seen.log, "style": seen.sheet}
    chosen = [f"{key}={value}" for key, value in options.items() if value]
    return " ".join([*chosen, f"{asked['dpi']} dpi", tongue])


@cache
def panel_for(name: str, n: int) -> bool:
    """Whether a panel is for n variables."""
    try:
        panel(name, n, Loss.parse("+".join("xyz"[:n]) if n < 4 else f"sum(x[i], i, 1, {n})"))
    except SymoptError:
        return False
    return True


def requests(n: int) -> Iterator[dict[str, Any]]:
    """What may be asked of a picture of one walk."""
    for wanted in PANELS:
        if all(panel_for(name, n) for name in wanted):
            yield {"panels": wanted}
    if n == 2:
        yield {"surface": True}
    if n == 1:
        yield {"style": "plain"}


def walked(loss: str, method: str, steps: int = 100, **options: Any) -> Trajectory | None:
    """A walk of the gallery; None where the method cannot walk there."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return descend(loss, method, steps=steps, **options)
    except SymoptError:
        return None


def shown(name: str, walks: Sequence[Trajectory], request: dict[str, Any]) -> tuple[str, list[str]]:
    """The name and the faults of a picture of walks."""
    asked, tongue = look(name, 1 if walks[0].n == 1 and request.get("style") != "plain" else 2)
    with speaking(tongue):
        try:
            scene = compose(walks, Request(**request, **asked))
        except RenderError:  # f is not positive in the whole picture
            asked["look"] = replace(asked["look"], log=False)
            scene = compose(walks, Request(**request, **asked))
        return f"{name} {request} {said(asked, tongue)}", of(scene, walks, crc32(name.encode()) % 4 == 0)


def gallery(part: int = 0, parts: int = 1, only: str = "") -> Iterator[tuple[str, list[str]]]:
    """The pictures of walks."""
    for place, entry in enumerate(GALLERY):
        if place % parts != part or only not in ("", entry.name):
            continue
        names = [*registered()]
        alone = [*names[place % EVERY :: EVERY]]
        walks = {name: walk for name in dict.fromkeys([*alone, *TOGETHER[-1], "sign-gd"])
                 if (walk := walked(entry.name, name)) is not None}  # fmt: skip
        asked = list(requests(entry.n))
        for number, (name, walk) in enumerate(walks.items()):
            for turn in (number, number + len(asked) // 2):
                yield shown(f"{entry.name} {name} {turn}", [walk], asked[turn % len(asked)])
        for walk in list(walks.values())[:1]:
            steps = tuple(sorted({0, min(1, walk.steps), walk.steps // 2, walk.steps}))
            options, tongue = look(f"{entry.name} strip")
            with speaking(tongue):
                strip = filmstrip([walk], Request(at=steps, **options)).figure
                yield f"{entry.name} strip {said(options, tongue)}", faults(strip)
            if walk.n <= 20 and np.isfinite(walk.xs).all():
                path = trajectory(entry.name, walk.xs, name="an optimiser of somebody else")
                yield shown(f"{entry.name} path", [path, walk], {})
        together = [request for request in asked if "style" not in request]
        for names_, request in zip(TOGETHER, cycle(together), strict=False):
            some = [walks[name] for name in names_ if name in walks]
            if len(some) > 1:
                yield shown(f"{entry.name} {'+'.join(names_)}", some, request)
        if entry.n == 2:
            for names_ in (("gd",), ("newton",), *TOGETHER[1:3]):
                some = [walks[name] for name in names_ if name in walks]
                yield shown(f"{entry.name} {'+'.join(names_)} followed", some, {"follow": True})
        if entry.n <= 2:
            rng = np.random.default_rng(place)
            box = next(iter(walks.values())).window
            starts = [walked(entry.name, "newton", 30, start=x) for x in rng.uniform(*np.transpose(box), (12, entry.n))]
            many = [walk for walk in starts if walk is not None]
            if len(many) > 8:
                yield shown(f"{entry.name} many starts", many, {})


def studied(part: int = 0, parts: int = 1) -> Iterator[tuple[str, list[str]]]:
    """The pictures of analyses and sweeps."""
    for place, wanted in enumerate([*ANALYSED, *SWEPT]):
        if place % parts != part:
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            if isinstance(wanted, str):
                name, made = f"{wanted} analysis", symopt.analyze(wanted)
            else:
                text, over, options = wanted
                name, made = f"{text} sweep over {' '.join(over)}", symopt.sweep(text, "gd", over, steps=100, **options)
        for number in range(LOOKS):
            asked, tongue = look(f"{name} {number}")
            with speaking(tongue):
                if isinstance(made, Sweep):
                    figure = sweep.draw(made, ("end", "steps")[number % 2], asked["dpi"], None, asked["look"])
                else:
                    figure = (analysis if made.loss.n == 1 else critical).draw(
                        made, paper=Paper(asked["look"], asked["dpi"])
                    )
                yield f"{name} {number} {said(asked, tongue)}", faults(figure)

"""`symopt animate`: the walk as a movie, a still or a filmstrip."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from symopt.cli import options
from symopt.cli.completion import listed, outputs
from symopt.cli.fields import rate, steps, words
from symopt.cli.options import OUTPUT, PICTURE, choice, one_of, option
from symopt.cli.progress import progress
from symopt.cli.progress import size as written
from symopt.cli.request import Walks, walks
from symopt.cli.shown import endings
from symopt.cli.target import Target
from symopt.cli.terminal import note
from symopt.errors import SymoptError
from symopt.views import STYLES
from symopt.views.film.formats import STILL, check_clear, moving, suffixes
from symopt.views.look import DPI, FPS
from symopt.views.panels import names as panel_names


def _listed(endings: Sequence[str]) -> str:
    return ", ".join(suffix[1:] for suffix in endings)


NO_TERMINAL = "standard output is no terminal: there is nothing to show it on"
FRAMES = {"start": 0, "end": None}
FORMATS = tuple(suffix[1:] for suffix in suffixes())


@options.taking(options.Walking, options.Looking)
def animate(
    typed: options.Walking,
    looking: options.Looking,
    output: Annotated[
        str | None,
        option(
            "-o",
            "--output",
            group=OUTPUT,
            metavar="FILE",
            words=outputs(*suffixes()),
            help=f"{_listed(moving())}; {_listed(STILL)} for a still (descent.gif).",
        ),
    ] = None,
    show: Annotated[
        bool, option("--show", group=OUTPUT, help="Play it in the terminal; a file is written with -o only.")
    ] = False,
    form: Annotated[
        str | None,
        choice("--format", words=FORMATS, group=OUTPUT, help="The kind of picture, where no name tells it: -o -."),
    ] = None,
    at: Annotated[
        str | None,
        option("--at", group=PICTURE, metavar="K,K", help="A filmstrip of these steps; 0:50:10 is 0,10,…,50."),
    ] = None,
    size: options.Size = None,
    log: Annotated[bool, option("--log", group=PICTURE, help="f in powers of ten (one variable).")] = False,
    panel: Annotated[
        list[str] | None,
        option(
            "--panel",
            group=PICTURE,
            metavar="NAME",
            words=listed(panel_names()),
            help=f"What stands beside the picture: {' | '.join(panel_names())}. Repeatable.",
        ),
    ] = None,
    surface: Annotated[bool, option("--surface", group=PICTURE, help="A view in space (two variables).")] = False,
    follow: Annotated[
        bool, option("--follow", group=PICTURE, help="A camera goes from the whole to the end game (two variables).")
    ] = False,
    marks: Annotated[bool, option("--marks", group=PICTURE, help="Draw the critical points.")] = False,
    fps: Annotated[str | None, option("--fps", group=PICTURE, metavar="N", help="Steps a second.")] = None,
    dpi: options.Dpi = None,
    caption: options.Caption = False,
    poster: Annotated[
        list[str] | None,
        option(
            "--poster",
            group=OUTPUT,
            metavar="[FRAME=]FILE",
            words=outputs(*STILL),
            help="One picture of it as a still, too: that of a step, start or end (end). Repeatable.",
        ),
    ] = None,
    opened: options.Open = False,
) -> None:
    """Walk methods on a loss and draw the descent.

    symopt animate "-cos(pi*x/20)+x**2" --method newton
    """
    if form is not None:
        one_of("--format", form, FORMATS)
    if show and output is None and not sys.stdout.isatty():
        raise SymoptError(NO_TERMINAL, "write a file with -o descent.gif")
    if show and output is None and (opened or form):
        raise SymoptError("--show alone writes no file", "name one with -o")
    target = None if show and output is None else Target(output or "descent.gif", suffixes(), form)
    posters = [_poster(each) for each in poster or ()]
    if opened and target is not None and target.stream:
        raise SymoptError("--open needs a file", "name one with -o, or leave --open out")
    if caption and target is not None and target.stream:
        raise SymoptError("--caption needs standard output", "write the picture to a file with -o")
    look = looking.look(size, log, STYLES)
    style = looking.style if looking.style in STYLES else "full"
    panels = words("--panel", panel or (), panel_names())
    if style == "plain":
        typed = replace(typed, methods=typed.methods or (None if typed.paths else ["gd"]))
    if target is not None and look.transparent:
        check_clear(target.kind)
    pace, resolution = rate("--fps", fps, FPS), rate("--dpi", dpi, DPI)
    strip = tuple(steps(at)) if at is not None else ()
    from symopt.views import filmed
    from symopt.views.compose import Request
    from symopt.views.film.movie import save

    request = Request(style, tuple(panels), surface, (), look, pace, resolution, strip, follow)
    done = walks(typed, request.check)

    done.announce(typed.quiet)
    points, told = _marks(done, marks)
    with progress(typed.quiet) as advance:
        film = filmed(done.trajectories, replace(request, marks=tuple(points)), advance if target else None)
        stills = [(film.still(frame), still) for frame, still in posters]
        if target:
            with target.writing() as path:
                movie = save(film.picture, film.frames, path, film.progress)
        for frame, still in stills:
            with still.writing() as path:
                save(film.picture, [frame], path)
    if target:
        target.print()
    for _, still in posters:
        still.print()
    if caption:
        print(film.picture.caption)
    if target:
        frames = f", {movie.frames} frames, {movie.seconds:.1f} s" if movie.frames > 1 else ""
        note(f"{movie.width}×{movie.height}{frames}, {written(movie.bytes)}{target.replaced}", typed.quiet)
    if show and sys.stdout.isatty():
        from symopt.cli.screen.console import colours
        from symopt.cli.screen.console import opened as console
        from symopt.cli.screen.play import play

        with console() as terminal:
            play(film, terminal, colours())
    elif show:
        note(NO_TERMINAL, typed.quiet)
    for sentence, shade in endings(done):
        note(sentence, typed.quiet, shade)
    if told:
        note(f"marks: {told}", typed.quiet)
    if opened:
        typer.launch(output or "descent.gif")


def _poster(text: str) -> tuple[int | None, Target]:
    """The step of a still, None for the end, and where it goes."""
    frame, equals, name = text.partition("=")
    named = bool(equals) and (frame in FRAMES or frame.isdecimal())
    still = Target(name if named else text, STILL, option="--poster")
    if still.standard:
        raise SymoptError("--poster needs a file", "for example --poster end.png")
    return (FRAMES[frame] if frame in FRAMES else int(frame)) if named else None, still


def _marks(done: Walks, wanted: bool) -> tuple[list[tuple[Any, str]], str]:
    """The critical points to be drawn, and what is known of them; without a wish the minima known anyway."""
    if wanted:
        from symopt.analysis.proven import marked

        return marked(done.problem)
    return [(x, "minimum") for x in done.problem.minima] if done.problem.loss.n > 1 else [], ""

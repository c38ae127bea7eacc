"""`symopt sweep`: how walks from every pixel of a grid end, as a picture, a movie, as arrays, and in numbers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from symopt.cli import options
from symopt.cli.completion import outputs
from symopt.cli.fields import field, real, single, specs, whole
from symopt.cli.options import LOSS, OUTPUT, PICTURE, WALK, choice, one_of, option
from symopt.cli.progress import clock, progress, size
from symopt.cli.request import cluster as asked_cluster
from symopt.cli.request import sides
from symopt.cli.tables import Column, written
from symopt.cli.target import Target
from symopt.cli.terminal import note, width
from symopt.errors import MethodError, SymoptError
from symopt.files import temporary_folder
from symopt.language import told
from symopt.views.film.formats import STILL, check_clear, moving

if TYPE_CHECKING:
    from symopt.sweep import Sweep
    from symopt.sweep.change import Change
    from symopt.sweep.finer import Finer
    from symopt.sweep.plan import Plan
    from symopt.sweep.reel import Reel
    from symopt.views.look import Look

SHOWS = ("end", "steps", "f", "period", "exponent")
ARRAYS, FRAMES = (".npz", ".nc", ".zarr"), (".npz", ".zarr")
MOVIES = moving()
MOST_ROWS = 20
"""Endings of a table."""


@dataclass(frozen=True)
class Swept:
    """A loss, a method, and what is swept."""

    expr: options.Expr
    method: options.Methods = None
    starts: Annotated[
        str | None, option("-s", "--start", group=WALK, metavar="START", help="The start of what is not swept.")
    ] = None
    steps: options.Steps = None
    gtol: options.Gtol = "1e-8"
    windows: options.Windows = None
    variables: options.Vars = None
    settings: options.Set = None
    data: options.Table = None
    cluster: Annotated[
        str | None,
        option("--cluster", group=LOSS, metavar="ADDRESS", help="A dask scheduler: its workers walk chunks."),
    ] = None
    workers: Annotated[
        str | None, option("--workers", group=LOSS, metavar="N", help="Walk chunks in N processes of dask.")
    ] = None
    quiet: options.Quiet = False


@options.taking(Swept, options.Looking)
def sweep(
    typed: Swept,
    looking: options.Looking,
    over: Annotated[
        list[str] | None,
        option(
            "--over",
            group=WALK,
            metavar="NAME=LO:HI:N",
            help="Sweep a start, a parameter of the method or a letter; N values, …:Nlog by even factors. Up to two.",
        ),
    ] = None,
    side: Annotated[str, option("--size", group=WALK, metavar="N", help="Starts along a side without --over.")] = "512",
    animate: Annotated[
        str | None,
        option(
            "--animate",
            group=WALK,
            metavar="NAME=LO:HI:FRAMES",
            help="A movie: what changes from frame to frame, or zoom=FACTOR:FRAMES.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        option("--at", group=WALK, metavar="V,V", help="Where a zoom goes, along the axes (a border that it finds)."),
    ] = None,
    output: Annotated[
        list[str] | None,
        option(
            "-o",
            "--output",
            group=OUTPUT,
            metavar="FILE",
            words=outputs(*STILL, *ARRAYS, *MOVIES),
            help="A picture (png, svg, pdf), a movie (gif, mp4, …) or arrays (npz, nc, zarr). Repeatable.",
        ),
    ] = None,
    show: Annotated[str, choice("--show", words=SHOWS, group=PICTURE, help="What the picture shows.")] = "end",
    supersample: Annotated[
        str,
        option("--supersample", group=PICTURE, metavar="K", help="Walk pixels at borders K × K times, for pictures."),
    ] = "1",
    fps: Annotated[str | None, option("--fps", group=PICTURE, metavar="N", help="Frames of a movie a second.")] = None,
    dpi: Annotated[str, option("--dpi", group=PICTURE, metavar="N", help="Resolution of the picture.")] = "100",
    as_json: options.Json = False,
) -> None:
    """Walk from every pixel of a grid of starts, rates or letters, and map how each walk ends.

    symopt sweep "x**2/50 - cos(x)" -m gd --over lr=0.01:4:200 --over x=-20:20:200 -n 200 -o map.png
    """  # fmt: skip
    one_of("--show", show, SHOWS)
    wanted = Wanted.of(output or (), show, supersample, fps, dpi, as_json, animate is not None, looking.look())
    chosen = specs(typed.method or ("gd",))
    if len(chosen) > 1:
        raise MethodError(f"a sweep walks one method, here are {len(chosen)}", "choose one with -m")
    if at is not None and animate is None:
        raise SymoptError("--at says where a zoom goes", "for example --animate zoom=1000:60 --at 0.5,0.5")
    from symopt.expression import point
    from symopt.sweep.change import read_change
    from symopt.sweep.plan import read_plan

    given = {
        "variables": typed.variables, "constants": single(typed.settings or ()), "data": typed.data,
        "window": None if not typed.windows else list(typed.windows), "start": typed.starts,
        "steps": None if typed.steps is None else whole("--steps", typed.steps, 100_000),
    }  # fmt: skip
    expr = sys.stdin.read().strip() if typed.expr == "-" else typed.expr
    if typed.starts is not None:
        with field("-s", typed.starts):
            point(typed.starts)
    asked: dict[str, Any] = {
        **{name: value for name, value in given.items() if value not in (None, {}, [])},
        "size": whole("--size", side, 16384, 2), "gtol": real("--gtol", typed.gtol), "exponents": show == "exponent",
    }  # fmt: skip
    change = None
    if animate is None:
        plan = read_plan(expr, chosen[0], over or None, **asked)
    else:
        plan, change = read_change(expr, chosen[0], over or None, animate, at, **asked)
    _announce(plan, typed, change)
    begun, cluster = time.monotonic(), asked_cluster(typed.cluster, typed.workers)
    if change is None:
        walks = _sweep(plan, wanted, cluster, typed.quiet)
    else:
        walks = _film(plan, change, wanted, cluster, typed.quiet)
    note(f"{walks:,} walks, {clock(seconds) if (seconds := time.monotonic() - begun) >= 60 else f'{seconds:.1f} s'}",
         typed.quiet)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What is to be written: pictures, arrays, one folder of chunks at most, JSON instead of the table."""

    targets: list[Target]
    zarr: str | None
    show: str
    supersample: int
    fps: float | None
    dpi: float
    json: bool
    table: bool
    look: Look

    @classmethod
    def of(
        cls, output: Sequence[str], show: str, supersample: str, fps: str | None, dpi: str, as_json: bool, movie: bool,
        look: Look,
    ) -> Wanted:  # fmt: skip
        names = [name.rstrip("/") for name in output]
        zarr = [name for name in names if name.lower().endswith(".zarr")]
        if len(zarr) > 1:
            raise SymoptError("-o names two folders of chunks", "one is enough")
        if as_json and "-" in names:
            raise SymoptError("--json and -o - both want standard output", "give the picture a file")
        for name in names:
            if not movie and Path(name).suffix.lower() in set(MOVIES):
                raise SymoptError(f"{name} is a movie, and nothing changes from frame to frame",
                                  "say what, as in --animate a=0.5:2:60, or --animate zoom=1000:60")  # fmt: skip
            if movie and name.lower().endswith(".nc"):
                raise SymoptError("the frames of a movie do not go into NetCDF", "name a .npz or a .zarr")
        suffixes = (*MOVIES, *STILL, *FRAMES) if movie else (*STILL, *ARRAYS)
        resolution, rate = real("--dpi", dpi), None if fps is None else real("--fps", fps)
        if not 20 <= resolution <= 1200:
            raise SymoptError(f"--dpi {resolution:g} is not from 20 to 1200", "for example --dpi 200")
        if rate is not None and not (movie and 0 < rate <= 100):
            raise SymoptError(f"--fps {rate:g} is not from 0 to 100" if movie else "--fps is for movies",
                              "for example --fps 10" if movie else "--animate makes one")  # fmt: skip
        targets = [Target(name, suffixes) for name in names if name not in zarr]
        times = whole("--supersample", supersample, 8, 1)
        if times > 1 and show != "end":
            raise SymoptError("--supersample walks the borders of endings", f"leave it, or --show {show}, out")
        made = cls(targets, zarr[0] if zarr else None, show, times, rate, resolution, as_json, "-" not in names, look)
        if made.drawn:
            from symopt.views.sheet.styles import themed

            themed(look)
        elif look != options.Looking().look():
            raise SymoptError("how a picture looks is told, but no picture is wanted", "name its file with -o")
        for target in targets:
            if look.transparent and (suffix := target.kind) not in ARRAYS:
                check_clear(suffix)
        return made

    @property
    def drawn(self) -> bool:
        """Whether anything is a picture."""
        return any(target.kind not in ARRAYS for target in self.targets)


def _announce(plan: Plan, typed: Swept, change: Change | None) -> None:
    """What was chosen for the user, and what a big sweep will cost."""
    quiet, changing = typed.quiet, "" if change is None else change.name
    for line in plan.notes:
        note(line, quiet)
    for name, choice_ in plan.chosen.items():
        note(f"{name} = {choice_.value:g} for {plan.method.name}: {choice_.reason}", quiet)
    rest = [(name, x) for name, x in zip(plan.problem.loss.names, plan.problem.start, strict=True)
            if name not in (*plan.swept["start"], changing)]  # fmt: skip
    if typed.starts is None and rest:
        note(f"start {', '.join(f'{name} = {x:.6g}' for name, x in rest[:6])}{', …' * (len(rest) > 6)}", quiet)
    if not typed.windows:
        note(f"window {sides(plan.problem.window)}", quiet)
    frames = 1 if change is None else len(change)
    if quiet:
        return
    from symopt.sweep.cost import big, cost

    if big(plan, frames):
        some = cost(plan if change is None else change.plan(plan, 0) if change.name != "zoom" else plan, frames)
        cores = f"on {some.cores} core{'s' * (some.cores > 1)}, " if typed.cluster is None is typed.workers else ""
        lasts = f"about {clock(some.seconds)} {cores}" if cores else ""
        movie = f"{frames} frames, " * (frames > 1)
        note(f"{movie}{some.walks:,} walks of up to {plan.stop.steps:,} steps, {some.chunks:,} chunks: "
             f"{lasts}{some.bytes / 2**30:.1f} GiB of memory (estimate)")  # fmt: skip


def _sweep(plan: Plan, wanted: Wanted, cluster: Any, quiet: bool) -> int:
    from symopt.sweep.finer import finer
    from symopt.sweep.run import walked

    with stoppable(wanted.zarr, quiet) as advance:
        made = walked(plan, wanted.zarr, cluster, advance)
    again: Finer | None = None
    if wanted.supersample > 1 and wanted.drawn:
        again = finer(made.plan, made.labels, made.end, wanted.supersample)
        _resolved([again], quiet)
    for target in wanted.targets:  # before anything is printed: a reader of the table may have left
        with target.writing() as path:
            if path.suffix.lower() in ARRAYS:
                made.save(path)
            else:
                from symopt.views.scenes.sweep import save

                save(made, str(path), wanted.show, wanted.dpi, again, wanted.look)
        note(f"{target.output}{target.replaced}", quiet)
    _told(made, lambda: table(made, width()), wanted, quiet)
    return int(made.end.size)


def _film(plan: Plan, change: Change, wanted: Wanted, cluster: Any, quiet: bool) -> int:
    from symopt.sweep.film import filmed
    from symopt.sweep.finer import finer

    with temporary_folder() as folder:
        with stoppable(wanted.zarr, quiet) as advance:
            reel = filmed(plan, change, wanted.zarr or folder / "frames.zarr", cluster, advance)
            if wanted.zarr is not None:
                reel.keep(wanted.zarr)
        if reel.change.at is not None and change.at is None:
            place = zip(plan.axes, reel.change.place(plan.axes) or (), strict=True)
            note(f"zoom at {', '.join(f'{axis.name} = {value:.9g}' for axis, value in place)}, a border", quiet)
        again: list[Finer] = []
        if wanted.supersample > 1 and wanted.drawn:
            with progress(quiet, "borders") as advance:
                for k, made in enumerate(reel):
                    again.append(finer(made.plan, made.labels, made.end, wanted.supersample))
                    if advance is not None:
                        advance(k + 1, len(reel))
            _resolved(again, quiet)
        for target in wanted.targets:
            with target.writing() as path, progress(quiet, "frames") as advance:
                if path.suffix.lower() in ARRAYS:
                    reel.keep(path)
                    told = ""
                else:
                    from symopt.views.scenes.sweep import animate

                    movie = animate(reel, path, wanted.show, wanted.dpi, again, wanted.fps, advance, wanted.look)
                    lasts = f", {movie.frames} frames, {movie.seconds:.1f} s" if movie.frames > 1 else ""
                    told = f": {movie.width}×{movie.height}{lasts}, {size(movie.bytes)}"
            note(f"{target.output}{target.replaced}{told}", quiet)
        _told(reel, lambda: course(reel, width()), wanted, quiet)
        return int(reel[0].end.size) * len(reel)


def _told(made: Sweep | Reel, lines: Callable[[], list[str]], wanted: Wanted, quiet: bool) -> None:
    """The folder of the arrays, and what was asked for on standard output: the object, or a table."""
    if wanted.zarr is not None:
        note(wanted.zarr, quiet)
    if wanted.json:
        print(json.dumps(made.record(), allow_nan=False))
    elif wanted.table:
        print("\n".join(lines()))


def _resolved(again: Sequence[Finer], quiet: bool) -> None:
    share = sum(each.share for each in again) / len(again)
    note(f"{share:.2%} of the pixels lie at borders, and were walked {again[0].k} × {again[0].k} times more for the "
         "picture", quiet)  # fmt: skip


@contextmanager
def stoppable(zarr: str | None, quiet: bool) -> Iterator[Any]:
    """Progress; Ctrl-C is told, with what is kept."""
    done = [0, 0]
    try:
        with progress(quiet, "chunks") as shown:

            def advance(many: int, total: int) -> None:
                done[:] = many, total
                if shown is not None:
                    shown(many, total)

            yield advance
    except KeyboardInterrupt:
        kept = "the same command goes on from there" if zarr else "-o FILE.zarr keeps each chunk as it is done"
        raise SymoptError(f"stopped after {done[0]:,} of {done[1]:,} chunks, "
                          f"{f'which {zarr} keeps' if zarr else 'none of which is kept'}", kept,
                          exit_code=130) from None  # fmt: skip


def table(made: Sweep, room: int | None) -> list[str]:
    """How walks ended, how often, after how many steps; and below it numbers of the basins, and what theory says."""
    from symopt.sweep.result import told as numbers
    from symopt.sweep.theory import ESTIMATED

    rows = made.numbers.rows
    order, rest = largest([row.share for row in rows])
    shown = [told(made.words[k]) + (told(" (proved)") if made.labels[k].proved else "") for k in order]
    columns = [
        Column(told("ending"), shown, left=True, elastic=True),
        Column(told("share"), [f"{rows[k].share:.3%}" for k in order]),
        Column(told("pixels"), [f"{rows[k].pixels:,}" for k in order], spare=2),
        *(Column(told(head), [f"{rows[k].steps[i]:,}" for k in order], spare=spare)
          for i, (head, spare) in enumerate((("steps, 10%", 4), ("half", 1), ("90%", 3)))),
    ]  # fmt: skip
    lines, _ = written(columns, room)
    lines += rest
    lines += map(told, numbers(made))
    for tick in made.ticks:
        sign, digits = ("≈", 3) if tick.known == ESTIMATED else ("=", 9)
        lines.append(f"{tick.axis} {sign} {tick.value:.{digits}g}  {told(tick.text)} ({told(tick.known)})")
    return lines


def course(reel: Reel, room: int | None) -> list[str]:
    """The share of each ending in the first frame, in the middle and in the last, and how far it goes."""
    from symopt.sweep.change import told as frame

    order, rest = largest(reel.shares.mean(axis=0))
    shares = reel.shares[:, order]
    picks = sorted({0, len(reel) // 2, len(reel) - 1})
    columns = [
        Column(told("ending"), [told(reel.words[k]) for k in order], left=True, elastic=True),
        *(Column(frame(reel.change, k), [f"{share:.3%}" for share in shares[k]], spare=spare)
          for k, spare in zip(picks, (2, 1, 3), strict=False)),
        Column(told("least"), [f"{share:.3%}" for share in shares.min(axis=0)], spare=5),
        Column(told("most"), [f"{share:.3%}" for share in shares.max(axis=0)], spare=4),
    ]  # fmt: skip
    lines, _ = written(columns, room)
    return lines + rest


def largest(shares: Sequence[float]) -> tuple[list[int], list[str]]:
    """(which endings stand in a table, in order: those of the largest shares; a line on the others)."""
    most = len(shares) if len(shares) <= MOST_ROWS + 1 else MOST_ROWS
    first = sorted(range(len(shares)), key=lambda k: -shares[k])
    others = [shares[k] for k in first[most:]]
    line = f"and {len(others)} more endings, together {sum(others):.3%}: --json has them all"
    return sorted(first[:most]), [told(line)] * bool(others)


__all__: Sequence[str] = ["course", "sweep", "table"]

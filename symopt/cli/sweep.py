"""`symopt sweep`: how walks from every pixel of a grid end, as a picture, as arrays, and in numbers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from symopt.cli import options
from symopt.cli.completion import outputs
from symopt.cli.fields import field, real, single, specs, whole
from symopt.cli.options import LOSS, OUTPUT, WALK, choice, one_of, option
from symopt.cli.request import cluster as asked_cluster
from symopt.cli.request import sides
from symopt.cli.tables import Column, written
from symopt.cli.target import Target
from symopt.cli.terminal import note, width
from symopt.errors import MethodError, SymoptError

if TYPE_CHECKING:
    from symopt.sweep import Sweep

SHOWS = ("end", "steps", "f", "period", "exponent")
PICTURES, ARRAYS = (".png", ".svg", ".pdf"), (".npz", ".nc", ".zarr")


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


@options.taking(Swept)
def sweep(
    typed: Swept,
    over: Annotated[
        list[str] | None,
        option(
            "--over",
            group=WALK,
            metavar="NAME=LO:HI:N",
            help="Sweep a start, a parameter of the method or a letter; N values, …:Nlog by even factors. Up to two.",
        ),
    ] = None,
    size: Annotated[str, option("--size", group=WALK, metavar="N", help="Starts along a side without --over.")] = "512",
    output: Annotated[
        list[str] | None,
        option(
            "-o",
            "--output",
            group=OUTPUT,
            metavar="FILE",
            words=outputs(*PICTURES, *ARRAYS),
            help="A picture (png, svg, pdf) or arrays (npz, nc, zarr). Repeatable.",
        ),
    ] = None,
    show: Annotated[str, choice("--show", words=SHOWS, group=OUTPUT, help="What the picture shows.")] = "end",
    dpi: Annotated[str, option("--dpi", group=OUTPUT, metavar="N", help="Resolution of the picture.")] = "100",
    as_json: options.Json = False,
) -> None:
    """Walk from every pixel of a grid of starts, rates or letters, and map how each walk ends.

    symopt sweep "x**2/50 - cos(x)" -m gd --over lr=0.01:4:200 --over x=-20:20:200 -n 200 -o map.png
    """  # fmt: skip
    one_of("--show", show, SHOWS)
    files = list(output or ())
    names = [name.rstrip("/") for name in files]
    zarr = [name for name in names if name.lower().endswith(".zarr")]
    if len(zarr) > 1:
        raise SymoptError("-o names two folders of chunks", "one is enough")
    if as_json and "-" in files:
        raise SymoptError("--json and -o - both want standard output", "give the picture a file")
    targets = [Target(name, (*PICTURES, *ARRAYS)) for name in names if name not in zarr]
    chosen = specs(typed.method or ("gd",))
    if len(chosen) > 1:
        raise MethodError(f"a sweep walks one method, here are {len(chosen)}", "choose one with -m")
    from symopt.expression import point
    from symopt.sweep.plan import read_plan
    from symopt.sweep.run import walked

    tolerance, resolution = real("--gtol", typed.gtol), real("--dpi", dpi)
    if not 20 <= resolution <= 1200:
        raise SymoptError(f"--dpi {resolution:g} is not from 20 to 1200", "for example --dpi 200")
    given = {
        "variables": typed.variables, "constants": single(typed.settings or ()), "data": typed.data,
        "window": None if not typed.windows else list(typed.windows), "start": typed.starts,
        "steps": None if typed.steps is None else whole("--steps", typed.steps, 100_000),
    }  # fmt: skip
    expr = sys.stdin.read().strip() if typed.expr == "-" else typed.expr
    if typed.starts is not None:
        with field("-s", typed.starts):
            point(typed.starts)
    plan = read_plan(
        expr, chosen[0], over or None, size=whole("--size", size, 16384), gtol=tolerance,
        exponents=show == "exponent", **{name: value for name, value in given.items() if value not in (None, {}, [])},
    )  # fmt: skip
    for line in plan.notes:
        note(line, typed.quiet)
    for name, choice_ in plan.chosen.items():
        note(f"{name} = {choice_.value:g} for {plan.method.name}: {choice_.reason}", typed.quiet)
    rest = [(name, x) for name, x in zip(plan.problem.loss.names, plan.problem.start, strict=True)
            if name not in plan.swept["start"]]  # fmt: skip
    if typed.starts is None and rest:
        note(f"start {', '.join(f'{name} = {x:.6g}' for name, x in rest[:6])}{', …' * (len(rest) > 6)}", typed.quiet)
    if not typed.windows:
        note(f"window {sides(plan.problem.window)}", typed.quiet)
    begun = time.monotonic()
    with progress(typed.quiet) as advance:
        made = walked(plan, zarr[0] if zarr else None, asked_cluster(typed.cluster, typed.workers), advance)
    for target in targets:  # before anything is printed: a reader of the table may have left
        with target.writing() as path:
            made.save(path, show, resolution)
        note(f"{target.output}{target.replaced}", typed.quiet)
    for name in zarr:
        note(name, typed.quiet)
    if as_json:
        print(json.dumps(made.record(), allow_nan=False))
    elif "-" not in files:
        print("\n".join(table(made, width())))
    note(f"{made.end.size:,} walks, {time.monotonic() - begun:.1f} s", typed.quiet)


def table(made: Sweep, room: int | None) -> list[str]:
    """How walks ended, how often, after how many steps; and below it numbers of the basins, and what theory says."""
    from symopt.sweep.result import told
    from symopt.sweep.theory import ESTIMATED

    rows = made.numbers.rows
    order = range(len(rows))
    shown = [made.words[k] + (" (proved)" if made.labels[k].proved else "") for k in order]
    columns = [
        Column("ending", shown, left=True, elastic=True),
        Column("share", [f"{rows[k].share:.3%}" for k in order]),
        Column("pixels", [f"{rows[k].pixels:,}" for k in order], spare=2),
        *(Column(head, [f"{rows[k].steps[i]:,}" for k in order], spare=spare)
          for i, (head, spare) in enumerate((("steps, 10%", 4), ("half", 1), ("90%", 3)))),
    ]  # fmt: skip
    lines, _ = written(columns, room)
    lines += told(made)
    for tick in made.ticks:
        sign, digits = ("≈", 3) if tick.known == ESTIMATED else ("=", 9)
        lines.append(f"{tick.axis} {sign} {tick.value:.{digits}g}  {tick.text} ({tick.known})")
    return lines


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Chunks done and the time left on stderr, if that is a terminal; it leaves no trace."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    begun, first = time.monotonic(), -1

    def advance(done: int, total: int) -> None:
        nonlocal first
        first = done if first < 0 else first
        spent = time.monotonic() - begun
        left = spent / (done - first) * (total - done) if done > first else 0.0
        filled = 30 * done // max(total, 1)
        after = f", {_clock(left)} left" if left >= 1 else ""
        text = f"{'█' * filled}{'·' * (30 - filled)} {done}/{total}{after}"
        print(f"\r{text:70}", end="", file=sys.stderr, flush=True)

    try:
        yield advance
    finally:
        print("\r" + " " * 72 + "\r", end="", file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


__all__: Sequence[str] = ["sweep", "table"]

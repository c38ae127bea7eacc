"""`symopt run`: the walk as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import math
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from symopt.cli import options
from symopt.cli.request import Walks, walks
from symopt.cli.shown import endings, sparks, table
from symopt.cli.terminal import note, width
from symopt.errors import SymoptError

if TYPE_CHECKING:
    from symopt.loss import Loss
    from symopt.trajectory import Trajectory

MOST = 1_000  # variables whose every coordinate is printed


@options.taking(options.Walking)
def run(
    typed: options.Walking,
    as_json: options.Json = False,
    as_csv: Annotated[
        bool, options.option("--csv", group=options.OUTPUT, help="Comma-separated values, one row per point.")
    ] = False,
) -> None:
    """Walk methods on a loss and print every step.

    symopt run "-cos(pi*x/20)" -m newton
    """
    if as_json and as_csv:
        raise SymoptError("--json and --csv exclude each other", "choose one")
    done = walks(typed)
    done.announce(typed.quiet)
    if as_json:
        print(json.dumps(record(done), allow_nan=False))
    elif as_csv:
        _csv(done)
    else:
        text, gone = table(done, width())
        print("\n".join([text, *(sparks(done, room) if (room := width()) else [])]))
        if gone:
            note(f"left out to fit {width()} columns: {', '.join(gone)}; --json has all", typed.quiet)
    for sentence, shade in endings(done):
        note(sentence, typed.quiet, shade)
    if not (as_json or as_csv or typed.quiet):
        from symopt.analysis.proven import sentences

        for sentence in sentences(done.problem, done.trajectories):
            note(sentence)


def record(done: Walks) -> dict[str, Any]:
    """The walks as one JSON object of schema symopt.run/1; nan and inf are null.

    Of more than 1,000 variables their names, the window and the points between start and end are null, and of the
    gradients `slopes` has the lengths.
    """
    from symopt.analysis.records import plain
    from symopt.judge.sentences import sentence
    from symopt.methods import spec

    loss = done.problem.loss
    gradient, hessian = written(loss)
    crowded = loss.n > MOST
    return {
        "schema": "symopt.run/1",
        "loss": loss.text,
        "variables": None if crowded else list(loss.names),
        "gradient": gradient,
        "hessian": hessian,
        "window": None if crowded else plain(done.trajectories[0].window),
        "runs": [
            {
                "method": t.method.name,
                "spec": None if t.method.given else spec(t.method),
                "formula": None if t.method.given else t.method.formula,
                "parameters": {name: plain(value) for name, value in t.method.parameters.items()},
                "start": plain(t.xs[0]),
                "outcome": t.outcome.name.lower(),
                "kind": t.kind,
                "message": sentence(t.facts, "en"),
                "period": t.period,
                "steps": t.steps,
                "x": plain(t.xs[-1]),
                "f": plain(t.fs[-1]),
                "calls": counted(t),
                "path": None if crowded else plain(t.xs),
                "values": plain(t.fs),
                "gradients": None if crowded else plain(t.grads),
                **({"slopes": plain(t.slopes)} if crowded else {}),
                **({"best": best(t), "notes": list(t.notes), "evaluated": asked(t)} if t.method.given else {}),
            }
            for t in done.trajectories
        ],
    }


def counted(t: Trajectory) -> dict[str, float] | None:
    """The evaluations of a walk, null where they are not known."""
    return {what: many for what, many in asdict(t.calls).items() if many or what != "hv"} if t.calls.known else None


def best(t: Trajectory) -> dict[str, Any]:
    """The point of a given path at which f was least."""
    from symopt.analysis.records import plain

    place = None if t.thinned is not None else plain(t.xs[t.best])
    return {"step": t.best, "x": place, "f": plain(t.fs[t.best])}


def asked(t: Trajectory) -> list[str] | None:
    """What was evaluated at each point of a given path, letters of f, g, h; null where nobody says."""
    return list(getattr(t.method, "asked", ())) or None


def written(loss: Loss) -> tuple[list[str] | None, list[list[str]] | None]:
    """Gradient and Hessian as text; null above ten variables, or where they are too long to be read."""
    if loss.n > 10 or not loss.readable:
        return None, None
    from symopt.expression import deep

    with deep():
        return [str(g) for g in loss.gradient], [[str(h) for h in row] for row in loss.hessian]


def _csv(done: Walks) -> None:
    crowded = done.problem.n > MOST
    names = () if crowded else done.problem.loss.names
    rows = csv.writer(sys.stdout, lineterminator="\n")
    slopes = ["slope"] if crowded else ["df"] if len(names) == 1 else [f"df/d{name}" for name in names]
    rows.writerow(["run", "method", "k", *names, "f", *slopes])
    from symopt.methods import spec

    for number, t in enumerate(done.trajectories):
        for k in range(t.steps + 1):
            numbers = [t.fs[k], t.slopes[k]] if crowded else [*t.xs[k], t.fs[k], *t.grads[k]]
            rows.writerow([number, spec(t.method), k, *map(_cell, numbers)])


def _cell(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""

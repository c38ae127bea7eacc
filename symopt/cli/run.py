"""`symopt run`: the walk as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import math
import sys
from typing import TYPE_CHECKING, Annotated, Any

from symopt.cli import options
from symopt.cli.request import Walks, walks
from symopt.cli.terminal import note
from symopt.errors import SymoptError

if TYPE_CHECKING:
    from symopt.loss import Loss
    from symopt.trajectory import Trajectory

HEAD, TAIL = 16, 4


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
    for choice in done.choices:
        note(choice, typed.quiet)
    for warning in done.warnings:
        note(f"warning: {warning}", typed.quiet)
    if as_json:
        print(json.dumps(report(done), allow_nan=False))
    elif as_csv:
        _csv(done)
    else:
        print(table(done.trajectories[0], done) if len(done.trajectories) == 1 else comparison(done))
    for trajectory in done.trajectories:
        note(f"{trajectory.method.name}: {trajectory.message}", typed.quiet)


def report(done: Walks) -> dict[str, Any]:
    """The walks as one JSON object of schema symopt.run/1; nan and inf are null."""
    from symopt.methods import spec

    loss = done.problem.loss
    gradient, hessian = written(loss)
    return {
        "schema": "symopt.run/1",
        "loss": loss.text,
        "variables": list(loss.names),
        "gradient": gradient,
        "hessian": hessian,
        "window": _plain(done.trajectories[0].window),
        "runs": [
            {
                "method": t.method.name,
                "spec": spec(t.method),
                "formula": t.method.formula,
                "parameters": {name: _plain(value) for name, value in t.method.parameters.items()},
                "start": _plain(t.xs[0]),
                "outcome": t.outcome.name.lower(),
                "kind": t.kind,
                "message": t.message,
                "period": t.period,
                "steps": t.steps,
                "x": _plain(t.xs[-1]),
                "f": _plain(t.fs[-1]),
                "calls": {"f": t.calls.f, "g": t.calls.g, "h": t.calls.h},
                "path": _plain(t.xs),
                "values": _plain(t.fs),
                "gradients": _plain(t.grads),
            }
            for t in done.trajectories
        ],
    }


def written(loss: Loss) -> tuple[list[str] | None, list[list[str]] | None]:
    """Gradient and Hessian as text; null above ten variables, or where they are too long to be read."""
    if loss.n > 10 or not loss.readable:
        return None, None
    from symopt.expression import deep

    with deep():
        return [str(g) for g in loss.gradient], [[str(h) for h in row] for row in loss.hessian]


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _csv(done: Walks) -> None:
    names = done.problem.loss.names
    rows = csv.writer(sys.stdout, lineterminator="\n")
    slopes = ["df"] if len(names) == 1 else [f"df/d{name}" for name in names]
    rows.writerow(["run", "method", "k", *names, "f", *slopes])
    from symopt.methods import spec

    for number, t in enumerate(done.trajectories):
        for k in range(t.steps + 1):
            rows.writerow([number, spec(t.method), k, *map(_cell, [*t.xs[k], t.fs[k], *t.grads[k]])])


def _cell(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""


def table(t: Trajectory, done: Walks) -> str:
    """Every step of one walk: k, the point, f, the slope, and the right digits where the minimum is known."""
    names = done.problem.loss.names
    shown = names[:4]
    header = ["k", *shown, "f"]
    if len(names) == 1:
        curvature = done.problem.loss.hess(t.xs)[:, 0, 0]
        header += ["f′", "f″"]
    else:
        header += ["‖∇f‖"]
    minima = done.problem.minima
    if minima:
        header.append("digits")
    rows = []
    for k in _shown(t.steps):
        x, f, g = t.xs[k], t.fs[k], t.grads[k]
        mark = "" if k == 0 else "▲" if t.rose[k - 1] else "▼" if f < t.fs[k - 1] else " "
        row = [str(k), *(_number(value) for value in x[: len(shown)]), f"{_number(f)} {mark}".rstrip()]
        row += [_number(g[0]), _number(curvature[k])] if len(names) == 1 else [_number(t.slopes[k])]
        if minima:
            row.append(f"{right_digits(x, minima):.1f}")
        rows.append(row)
    left_out = t.steps + 1 - len(rows)
    text = _align(header, rows, {HEAD: f"… {left_out} more steps: --csv or --json has them all"} if left_out else {})
    hidden = f"   ({len(names) - len(shown)} more variables: --json has them)" if len(names) > len(shown) else ""
    from symopt.methods import spec

    return f"{spec(t.method)}   {t.method.formula}{hidden}\n{text}\n{t.verdict}"


def _shown(steps: int) -> list[int]:
    everything = list(range(steps + 1))
    return everything if steps + 1 <= HEAD + TAIL + 4 else everything[:HEAD] + everything[-TAIL:]


def right_digits(x: Any, minima: Any) -> float:
    """−log₁₀ of the error against the nearest known minimum, relative to max(1, |x*|), at most 16."""
    import numpy as np

    error = min(float(np.max(np.abs(x - np.array(m)))) / max(1.0, float(np.max(np.abs(m)))) for m in minima)
    return 16.0 if error <= 1e-16 else max(0.0, -math.log10(error)) if math.isfinite(error) else 0.0


def comparison(done: Walks) -> str:
    """One row per walk, ranked by the evaluations it needed to reach the tolerance: minima first.

    Behind them stand flat points of which it is not known whether they are minima; what stopped elsewhere has no rank.
    """
    from symopt.judge import Outcome
    from symopt.methods import spec
    from symopt.trajectory import point

    minima = done.problem.minima
    header = ["rank", "method", "start", "end", "steps", "f rose", "x", "f", "evaluations"] + ["digits"] * bool(minima)
    order = {"minimum": 0, "degenerate": 1, "plateau": 1}
    ranked = sorted(done.trajectories, key=lambda t: (order.get(t.kind or "", 2), t.calls.total))
    rows = []
    for place, t in enumerate(ranked, 1):
        end = str(t.kind) if t.outcome is Outcome.FLAT else t.outcome.name.lower().replace("_", " ")
        end = end if end == "minimum" else end.upper() if t.outcome is Outcome.FLAT else end
        calls = f"{t.calls.total} ({t.calls.f} f, {t.calls.g} g, {t.calls.h} h)"
        row = [str(place) if t.kind in order else "–", spec(t.method), point(t.xs[0]), end, str(t.steps), str(t.rises)]
        row += [point(t.xs[-1]), _number(t.fs[-1]), calls]
        if minima:
            row.append(f"{right_digits(t.xs[-1], minima):.1f}")
        rows.append(row)
    return _align(header, rows, {}, left={1, 3})


def _number(value: float) -> str:
    text = f"{value:.8g}"
    return text if len(text) <= 12 else f"{value:.5e}"


def _align(header: list[str], rows: list[list[str]], gaps: dict[int, str], left: set[int] | None = None) -> str:
    left = left or set()
    widths = [max(len(row[c]) for row in [header, *rows]) for c in range(len(header))]
    lines = []
    for number, row in enumerate([header, *rows]):
        if number - 1 in gaps:
            lines.append(gaps[number - 1])
        cells = [
            cell.ljust(w) if c in left else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)

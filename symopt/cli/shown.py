"""Walks as tables: every step of one, or a row for each of several."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symopt.cli.request import Walks
from symopt.cli.tables import Column, written
from symopt.cli.terminal import cut, paint, wrap
from symopt.errors import measure, pad
from symopt.language import told

if TYPE_CHECKING:
    import numpy as np

    from symopt.trajectory import Trajectory

HEAD, TAIL = 16, 4
VARIABLES = 4
FEW = 8
BLOCKS = "▁▂▃▄▅▆▇█"
RANKED = {"minimum": 0, "degenerate": 1, "plateau": 1}


def table(done: Walks, room: int | None = None) -> tuple[str, list[str]]:
    """The table of one walk or of several in so many columns of text, and the headings that did not fit."""
    return steps(done, room) if len(done.trajectories) == 1 else comparison(done, room)


def steps(done: Walks, room: int | None) -> tuple[str, list[str]]:
    """Every step of one walk: k, the point, f, the slope, and the right digits where the minimum is known.

    In a narrow terminal numbers get shorter, then f″, the last variables, the digits and the slope go, in this order.
    """
    from symopt.methods import spec

    (t,) = done.trajectories
    loss = done.problem.loss
    rows = _shown(t.steps)
    columns = [Column("k", [str(k) for k in rows])]
    for place, name in enumerate(loss.names[:VARIABLES]):
        columns.append(_numbers(name, [t.first(k)[place] for k in rows], spare=2 + place if place else 0))
    marks = [t.mark(k) for k in rows]
    f = _numbers("f", [t.fs[k] for k in rows])
    columns.append(Column("f", _with(f.cells, marks), short=_with(f.short, marks)))
    if loss.n == 1:
        curvature = loss.hess(t.xs)[:, 0, 0]
        columns.append(_numbers("f′", [t.grads[k, 0] for k in rows], spare=1))
        columns.append(_numbers("f″", [curvature[k] for k in rows], spare=9))
    else:
        columns.append(_numbers("‖∇f‖", [t.slopes[k] for k in rows], spare=1))
    if asked := getattr(t.method, "asked", ()):
        columns.append(Column(told("evaluated"), [asked[k].replace("h", "H") for k in rows], left=True, spare=3))
    if minima := done.problem.minima:
        columns.append(Column(told("digits"), [f"{right_digits(t.xs[k], minima):.1f}" for k in rows], spare=2))
    more = t.steps + 1 - len(rows)
    lines, gone = written(
        columns, room, {HEAD: told(f"… {more} more steps: --csv or --json has them all")} if more else {}
    )
    hidden = "   " + told(f"({loss.n - VARIABLES:,} more variables: --json has them)") if loss.n > VARIABLES else ""
    head = f"{t.method.name if t.method.given else spec(t.method)}   {told(t.method.formula)}{hidden}"
    verdict = paint(wrap(t.verdict, room, "  "), colour(t))
    return "\n".join([wrap(head, room, "  "), *lines, verdict]), gone


def comparison(done: Walks, room: int | None) -> tuple[str, list[str]]:
    """One row per walk, ranked by the evaluations it needed to reach the tolerance: minima first.

    Behind them stand flat points of which it is not known whether they are minima; what stopped elsewhere has no rank.
    In a narrow terminal evaluations are told by their sum and numbers get shorter; then start, f rose, rank, digits,
    evaluations and the last point go, in this order, and long methods are cut.
    """
    from symopt.methods import spec
    from symopt.trajectory import letters, point

    walks = sorted(done.trajectories, key=order)
    counted = [t.kind in RANKED and t.calls.known for t in walks]
    ranks = [str(sum(counted[: k + 1])) if known else "–" for k, known in enumerate(counted)]
    f = _numbers("f", [t.fs[-1] for t in walks])
    columns = [
        Column(told("rank"), ranks, spare=4),
        Column(told("method"), [spec(t.method) for t in walks], left=True, elastic=True),
        Column(told("start"), [point(t.xs[0]) for t in walks], spare=6),
        Column(told("end"), [told(end(t)) for t in walks], left=True, colours=[colour(t) for t in walks]),
        Column(told("steps"), [str(t.steps) for t in walks]),
        Column(told("f rose"), [str(t.rises) for t in walks], spare=5),
        Column(letters(done.problem.loss), [point(t.xs[-1]) for t in walks], spare=1),
        f,
        Column(
            told("evaluations"),
            [f"{t.calls.total} ({t.calls.listed})" if t.calls.known else told("not known") for t in walks],
            short=[str(t.calls.total) if t.calls.known else "–" for t in walks],
            spare=2,
        ),
    ]
    if minima := done.problem.minima:
        columns.append(Column(told("digits"), [f"{right_digits(t.xs[-1], minima):.1f}" for t in walks], spare=3))
    lines, gone = written(columns, room)
    return "\n".join(lines), gone


def sparks(done: Walks, room: int) -> list[str]:
    """For each walk log(f − best) over its steps as a line of blocks, best the least value that is known or was met."""
    import numpy as np

    walks = [t for t in done.trajectories[:FEW] if t.steps]
    known = [float(done.problem.loss(np.array(m))) for m in done.problem.minima]
    met = [float(np.nanmin(t.fs[np.isfinite(t.fs)], initial=np.inf)) for t in walks]
    if not walks or not math.isfinite(best := min([*known, *met])):
        return []
    names = [t.method.name for t in walks] if len(walks) > 1 else [""]
    left = max(map(measure, names))
    lines = []
    for name, t in zip(names, walks, strict=True):
        line, ends = spark(t.fs - best, room - left - 34)
        lines.append(f"{pad(name, left)}{' ' if name else ''}{told('log(f − best)')}  {line}  {ends}".rstrip())
    return [cut(line, room) for line in lines]


def spark(heights: np.ndarray, room: int) -> tuple[str, str]:
    """Heights on a log scale in at most so many blocks, each the last of its steps, and the first and last of them.

    What is not above 0 stands lowest, and what is no number is a gap.
    """
    import numpy as np

    many = max(1, min(len(heights), max(8, room)))
    shown = np.asarray(heights, dtype=float)[np.linspace(0, len(heights) - 1, many).round().astype(int)]
    above = np.isfinite(shown) & (shown > 0)
    logs = np.log10(np.where(above, shown, 1.0))
    low, high = (logs[above].min(), logs[above].max()) if above.any() else (0.0, 0.0)
    levels = np.rint((logs - low) / ((high - low) or 1.0) * (len(BLOCKS) - 1)).astype(int)
    signs = [BLOCKS[k] if up else BLOCKS[0] if math.isfinite(h) else " "
             for k, up, h in zip(levels, above, shown, strict=True)]  # fmt: skip
    return "".join(signs), f"{shown[0]:.2g} … {max(shown[-1], 0.0):.2g}" if math.isfinite(shown[-1]) else ""


def order(t: Trajectory) -> tuple[int, float]:
    """Minima first, then by evaluations; where those are not known behind the others."""
    return RANKED.get(t.kind or "", 2), t.calls.total if t.calls.known else math.inf


def endings(done: Walks) -> list[tuple[str, str]]:
    """A sentence for each walk with its colour; of more than eight walks, for each method how many came to what."""
    walks = done.trajectories
    if len(walks) <= FEW:
        return [(f"{t.method.name}: {t.message}", colour(t)) for t in walks]
    groups: dict[str, list[Trajectory]] = {}
    for t in walks:
        groups.setdefault(t.method.name, []).append(t)
    return [
        (f"{name}: {same[0].message}", colour(same[0])) if len(same) == 1 else (f"{name}: {counted(same)}", "")
        for name, same in groups.items()
    ]


def counted(walks: Sequence[Trajectory]) -> str:
    """How many walks came to what."""
    ends = Counter(map(end, walks)).most_common()
    listed = ", ".join(f"{many} {told(word)}" for word, many in ends)
    return f"{told(f'{len(walks)} walks')}: {listed}"


def end(t: Trajectory) -> str:
    """What a walk came to, in a word or two: in capitals where it is flat and no minimum."""
    from symopt.judge import Outcome

    word = t.judgement.word.replace("_", " ")
    return word.upper() if t.outcome is Outcome.FLAT and "minimum" not in word else word


def colour(t: Trajectory) -> str:
    """Green for a minimum, red for a maximum and for what has no end, yellow for other flat points."""
    word = t.judgement.word
    if "minimum" in word:
        return "green"
    if "maximum" in word or word.split()[0] in ("cycle", "ran_away", "left_domain", "no_step"):
        return "red"
    return "yellow" if t.kind else ""


def right_digits(x: Any, minima: Any) -> float:
    """−log₁₀ of the error against the nearest known minimum, relative to max(1, |x*|), at most 16."""
    import numpy as np

    error = min(float(np.max(np.abs(x - np.array(m)))) / max(1.0, float(np.max(np.abs(m)))) for m in minima)
    return 16.0 if error <= 1e-16 else max(0.0, -math.log10(error)) if math.isfinite(error) else 0.0


def _shown(steps: int) -> list[int]:
    everything = list(range(steps + 1))
    return everything if steps + 1 <= HEAD + TAIL + 4 else everything[:HEAD] + everything[-TAIL:]


def _with(cells: Any, marks: list[str]) -> list[str]:
    """Numbers with a mark behind each; one is as wide as none."""
    return [f"{cell} {mark or ' '}" for cell, mark in zip(cells, marks, strict=True)]


def _numbers(head: str, values: list[float], spare: int = 0) -> Column:
    return Column(head, [_number(v, 8) for v in values], short=[_number(v, 4) for v in values], spare=spare)


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    return text if len(text) <= digits + 4 else f"{value:.{digits - 3}e}"

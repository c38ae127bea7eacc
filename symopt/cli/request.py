"""From what was typed to problems and walks; heavy imports only when called."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symopt.cli.fields import field, real, single, specs, whole
from symopt.cli.options import Walking
from symopt.cli.terminal import note
from symopt.errors import MethodError, StartError, SymoptError

if TYPE_CHECKING:
    import numpy as np

    from symopt.loss import Loss
    from symopt.methods import Method
    from symopt.paths.columns import Points
    from symopt.problem import Problem
    from symopt.trajectory import Trajectory


WARNING = "warning: "


@dataclass(frozen=True)
class Walks:
    """The walks of a command, and the choices made for the user, in words."""

    problem: Problem
    trajectories: list[Trajectory]
    choices: list[str]
    warnings: list[str]

    def announce(self, quiet: bool) -> None:
        """What was chosen, and what to beware of, on stderr."""
        for line in [*self.choices, *(f"warning: {warning}" for warning in self.warnings)]:
            note(line, quiet)


def problem(
    expr: str,
    variables: str | None = None,
    settings: Sequence[str] | None = None,
    windows: Sequence[str] | None = None,
    starts: Sequence[str] | None = None,
    steps: str | None = None,
    letters: dict[str, Any] | None = None,
    data: str | None = None,
    cluster: str | int | None = None,
) -> Problem:
    """What is to be walked on: a name of the gallery, `-` for standard input, or a formula, and what goes with it."""
    if expr == data == "-":
        raise SymoptError("the loss and its data are both to come from standard input", "name a file")
    from symopt.problem import Problem

    made = Problem.of(
        sys.stdin.read().strip() if expr == "-" else expr,
        variables=variables,
        constants=single(settings or ()),
        letters=letters,
        data=data,
        cluster=cluster,
    )
    if windows:
        with field("-w", *windows):
            made = Problem.of(made, window=list(windows))
    if starts:
        with field("-s", *starts):
            made = Problem.of(made, starts=list(starts))
    return made if steps is None else Problem.of(made, steps=whole("--steps", steps, 1_000_000))


def cluster(address: str | None, workers: str | None) -> str | int | None:
    """What `--cluster` and `--workers` ask for."""
    if address is not None and workers is not None:
        raise SymoptError("--cluster and --workers exclude each other", "--workers starts processes on this machine")
    return address if workers is None else whole("--workers", workers, 512, 1)


def methods(several: Sequence[str], seed: int, fans: dict[str, str | None]) -> list[Method]:
    """The methods of `-m`, fanned out over the lists of `--lr` and `--alpha`."""
    from symopt.methods import method, settings, values

    found = [(method(spec, seed), settings(spec)) for spec in specs(several)]
    for name, typed in fans.items():
        if typed is None:
            continue
        if not any(name in m.parameters for m, _ in found):
            raise MethodError(f"none of the methods has {name}", f"leave --{name} out, or add a method that has it")
        if not any(name in m.parameters and name not in own for m, own in found):
            raise MethodError(f"{name} is given twice: in -m and by --{name}", "leave one of them out")
        with field(f"--{name}", typed):
            fan = values(name, typed)
        found = [
            (changed, own)
            for m, own in found
            for changed in (
                [m.with_parameters(**{name: v}) for v in fan] if name in m.parameters and name not in own else [m]
            )
        ]
    return [m for m, _ in found]


def walks(typed: Walking, fits: Callable[[Loss, int], None] = lambda loss, many: None) -> Walks:
    """Everything that `run` and `animate` share: the walks of every method from every start.

    fits: told of the loss and of how many walks there are before the first step; raises if that cannot be shown.
    """
    from symopt.auto import choices, resolve
    from symopt.descent import descend
    from symopt.problem import Problem
    from symopt.trajectory.given import judged

    if "-" in [typed.expr, typed.data] and any(split_path(path)[1] == "-" for path in typed.paths or ()):
        raise SymoptError("a path and something else are both to come from standard input", "name a file")
    tolerance = real("--gtol", typed.gtol)
    if tolerance < 0:
        raise StartError("--gtol is a length and not negative", "--gtol 0 walks every step")
    draws = whole("--seed", typed.seed, 2**63)
    this = problem(typed.expr, typed.variables, typed.settings, typed.windows, typed.starts, typed.steps,
                   data=typed.data, cluster=cluster(typed.cluster, typed.workers))  # fmt: skip
    brought = read_paths(typed.paths or (), this.loss)
    if brought and not typed.methods:
        alone(typed)
    usual = () if brought else ("gd", "newton")
    chosen = methods(typed.methods or usual, draws, {"lr": typed.lr, "alpha": typed.alpha})
    if brought:
        begins = unique([points.xs[0] for _, points in brought])
        seen = Problem.of(this, starts=unique([*this.given, *begins]))
        this = seen if not this.given else replace(this, box=seen.window)
    fits(this.loss, len(brought) + len(chosen) * max(1, len(this.given)))
    given = [judged(this, points, own(name, chosen), tolerance) for name, points in brought]
    place = this.loss, this.window, this.starts, this.steps  # one rate for a method, however many starts
    walked = [descend(each, resolve(m, *place), gtol=tolerance) for m in chosen for each in this.each()]
    trajectories = [*given, *walked]
    told = [note for t in given for note in t.notes]
    lines = (
        [note for note in told if not note.startswith(WARNING)]
        + where(this)
        + [
            f"{name} = {choice.value:g} for {m.name}: {choice.reason}"
            for m in chosen
            for name, choice in choices(m, *place).items()
        ]
    )
    return Walks(
        this,
        trajectories,
        lines if typed.methods or given else ["methods gd and newton", *lines],
        [note.removeprefix(WARNING) for note in told if note.startswith(WARNING)] + warnings(this.loss, trajectories),
    )


def split_path(typed: str) -> tuple[str, str]:
    """(the name, the file) of a `--path`; a file of that very name goes before."""
    name, equals, file = typed.partition("=")
    if not equals or not name.strip() or os.path.exists(typed):  # Path.exists raises for names too long
        return "", typed
    return name.strip(), file


def read_paths(typed: Sequence[str], loss: Loss) -> list[tuple[str, Points]]:
    """The paths of `--path` with their names, no two of which are the same."""
    if not typed:
        return []
    from symopt.paths.columns import points
    from symopt.paths.opening import in_file

    files = [split_path(each) for each in typed]
    if sum(file == "-" for _, file in files) > 1:
        raise SymoptError("two paths are both to come from standard input", "name a file")
    stems = [name or ("path" if file == "-" else Path(file).stem) for name, file in files]
    found: list[tuple[str, Points]] = []
    for (name, file), stem in zip(files, stems, strict=True):
        called = stem
        if not name and file != "-" and stems.count(stem) > 1 and Path(file).parent.name:
            called = f"{Path(file).parent.name}/{stem}"
        for table in in_file(file):
            whole = f"{called} {table.title}".strip()
            same = [each for each, _ in found].count(whole)
            found.append((f"{whole} ({same + 1})" if same else whole, points(table, loss)))
    return found


def alone(typed: Walking) -> None:
    """Raises MethodError for what belongs to methods where there are only paths."""
    named = {"-s": typed.starts, "-n": typed.steps, "--lr": typed.lr, "--alpha": typed.alpha}
    for option, value in named.items():
        if value:
            raise MethodError(f"{option} belongs to a method, and there are only paths", "add one, for example -m gd")


def own(name: str, chosen: Sequence[Method]) -> str:
    """The name of a path, told from those of methods."""
    return f"{name} (path)" if name in [m.name for m in chosen] else name


def unique(starts: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [x for k, x in enumerate(starts) if not any((x == y).all() for y in starts[:k])]


def where(this: Problem) -> list[str]:
    """Letters that are variables, start and window, where they were chosen for the user, in words."""
    from symopt.problem.problem import GIVEN, KNOWN

    shown = {"start": f"start {_show(this.start)}", "window": f"window {sides(this.window)}"}
    chosen = [
        text + " (gallery)" * (this.origin[it] == KNOWN) for it, text in shown.items() if this.origin[it] != GIVEN
    ]
    return [*rows(this), *letters(this), *chosen]


def rows(this: Problem) -> list[str]:
    """What to know of the data of a loss, one line; none without data."""
    return list(this.loss.data.notes) if this.loss.data is not None else []


def letters(this: Problem) -> list[str]:
    """One line where a letter is a variable that looks like a parameter."""
    from symopt.problem.letters import announcement

    line = None if this.entry else announcement(this.loss)
    return [line] if line else []


def sides(box: np.ndarray) -> str:
    """A window in words."""
    return " × ".join(f"[{low:.6g}, {high:.6g}]" for low, high in box[:3]) + " …" * (len(box) > 3)


def warnings(loss: Loss, trajectories: Sequence[Trajectory]) -> list[str]:
    """What can be known before walking, and what a reader of these walks should know of the numbers."""
    import numpy as np

    from symopt.analysis import warnings_before
    from symopt.precision import cancellation
    from symopt.problem.landmarks import wiggles
    from symopt.trajectory import point

    predicted = [warnings_before(loss, t.method, t.window, t.xs[0]) for t in trajectories[:8]]
    found = list(dict.fromkeys(each for sentences in predicted for each in sentences))
    if (sentence := wiggles(loss, trajectories[0].window)) is not None:
        found.append(sentence)
    for name in dict.fromkeys(t.method.name for t in trajectories if t.method.parameters.get("lr", 0) < 0):
        found.append(f"lr of {name} is negative: its steps go up the slope, so that f climbs")
    if loss.kinks:
        found.append(f"{', '.join(loss.kinks)}: at a kink one side's slope is taken, and f″ has no spike there")
    places = {point(x): x for t in trajectories[:8] for x in (t.xs[0], t.xs[-1])}
    for shown, x in places.items():
        if error := cancellation(loss, x, trajectories[0].window):
            digits = max(0, int(-np.log10(error)))
            found.append(f"near {shown} rounding leaves the gradient about {digits} right digits (cancellation in f′)")
    return found


def _show(x: np.ndarray) -> str:
    return ", ".join(f"{value:.6g}" for value in x[:6]) + (", …" if len(x) > 6 else "")

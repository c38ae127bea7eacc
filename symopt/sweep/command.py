"""The command that walks a sweep again: what its files tell of how they were made."""

from __future__ import annotations

import shlex

from symopt.sweep.change import Change
from symopt.sweep.plan import Plan


def command(plan: Plan, animate: Change | None = None) -> str:
    """A line for a shell, with all that was chosen written out; animate: of a movie, what changes.

    It names neither the files nor the workers, so that it is the same wherever the chunks were walked. Data that were
    no file are left out.
    """
    loss, names = plan.problem.loss, plan.problem.loss.names
    over = [word for axis in plan.axes for word in ("--over", axis.typed)]
    swept = {axis.name for axis in plan.axes}
    if animate is not None:
        over += ["--animate", animate.typed]
        swept.add(animate.name)
        if (point := animate.place(plan.axes)) is not None:
            over += ["--at", ",".join(map(repr, point))]
    words = ["symopt", "sweep", loss.text, "-m", plan.spec_without(swept), *over]
    if loss.declared:
        words += ["--vars", ",".join(names)]
    for name, value in loss.constants.items():
        if name not in swept:
            words += ["--set", f"{name}={value}"]
    if plan.table:
        words += ["--data", plan.table]
    if not swept.issuperset(names):
        words += ["-s", ",".join(repr(float(x)) for x in plan.problem.start)]
    for name, (low, high) in zip(names, plan.problem.window.tolist(), strict=True):
        words += ["-w", f"{name}={low!r},{high!r}"]
    words += ["-n", str(plan.stop.steps), "--gtol", repr(plan.stop.gtol)]
    if plan.exponents:
        words += ["--show", "exponent"]
    return shlex.join(words)

"""Which columns of a table are the points of a path, and which came along with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symopt.errors import DataError, did_you_mean
from symopt.paths.table import Table, simplified

if TYPE_CHECKING:
    import numpy as np

    from symopt.loss import Loss

STEPS = {"", "step", "steps", "k", "i", "it", "iter", "iteration", "iterations", "epoch", "n", "index", "unnamed: 0",
         "nit", "nfev", "time", "t", "seconds", "wall", "run", "date"}  # fmt: skip
VALUES = ("f", "loss", "fx", "f(x)", "fun", "fval", "value", "values", "objective", "obj", "cost", "energy",
          "train_loss")  # fmt: skip
BESIDES = {"kind", "method", "lr", "learning_rate", "step_size", "grad", "gradient", "grads", "gradients", "slope",
           "slopes", "df", "g", "h", "hessian", "grad_norm", "gnorm", "norm", "|g|", "name", "optimizer"}  # fmt: skip
POINTS = (
    "xs",
    "x",
    "path",
    "points",
    "iterates",
    "allvecs",
    "params",
    "theta",
    "w",
    "weights",
    "position",
    "positions",
)
SHOWN = 6
KINDS = {"f": "f", "fun": "f", "value": "f", "g": "g", "grad": "g", "gradient": "g", "jac": "g", "h": "h", "hess": "h",
         "hessian": "h"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Points:
    """The points of a path, and what came along.

    xs: (K+1, n), nan from where there are no numbers any more. values: (K+1,), of the column called `values_of`, None
    without one. asked: of each point what was evaluated there, letters of f, g and h; empty where nobody says. notes:
    what somebody who brings the path should know. where: a row, as it is told.
    """

    label: str
    xs: np.ndarray
    where: Callable[[int], str]
    values: np.ndarray | None = None
    values_of: str = ""
    asked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    title: str = ""


def points(table: Table, loss: Loss) -> Points:
    """The points in a table, its columns given to the variables of a loss by their names, else in order.

    Raises DataError where the columns do not fit, a coordinate is missing or no number, or there is a single row.
    """
    import numpy as np

    places, by_name = _places(table, loss)
    for k in places:
        if k in table.troubles:
            raise table.troubles[k]
    xs = table.numbers[:, places]
    notes = list(table.notes)
    kept, said = _whole(table, places, xs)
    notes += said
    xs = xs[:kept]
    if len(xs) < 2:
        rows = f"{len(xs)} row{'s' * (len(xs) != 1)}"
        raise DataError(f"{table.label} has {rows}, and a path at least two points", _one_row(xs, loss))
    if not np.isfinite(xs[0]).all():
        k = int(np.isfinite(xs[0]).argmin())
        raise DataError(f"{table.cell(0, places[k])}: the first point is {xs[0, k]:g}", "a path begins with numbers")
    if not by_name and table.names is not None:
        taken = ", ".join(table.column(k) for k in places[:SHOWN])
        notes.append(f"its columns {taken} are taken as {', '.join(loss.names[:SHOWN])}, in this order")
    grouped = {k for group in table.groups.values() for k in group}
    others = [k for k, name in enumerate(table.names or ()) if not _besides(name) and k not in {*places, *grouped}]
    if others:
        left = _listed([table.column(k) for k in others])
        notes.append(f"its columns that are no variable of the loss are left out: {left}")
    which = _values(table, places)
    values = None if which is None else table.numbers[:kept, which]
    asked, xs, values, said = _kinds(table, xs, values, kept)
    if len(xs) < 2:
        raise DataError(f"{table.label} stays at one point", "a path has at least two")
    return Points(table.label, np.ascontiguousarray(xs), _without(table.where, asked), values,
                  "" if which is None else table.column(which), asked, (*notes, *said), table.title)  # fmt: skip


def _places(table: Table, loss: Loss) -> tuple[list[int], bool]:
    """(the column of each variable, whether they were found by name)."""
    n, m = loss.n, table.numbers.shape[1]
    if table.names is None:
        if m == n:
            return list(range(n)), False
        raise _unfit(table, loss, f"{table.label} has {m} column{'s' * (m != 1)} without names")
    called: dict[str, list[int]] = {}
    for k, name in enumerate(table.names):
        called.setdefault(simplified(name), []).append(k)
    lowered: dict[str, list[int]] = {}
    for name, where in called.items():
        lowered.setdefault(name.casefold(), []).extend(where)
    found: dict[str, int] = {}
    for name in loss.names:
        same = called.get(simplified(name)) or (lowered.get(name.casefold()) if _alone(name, loss) else None) or []
        if len(same) > 1:
            at = " and ".join(str(k + 1) for k in same[:3])
            raise DataError(f"{table.label}: {name} is the name of the columns {at}", "give one another name")
        if same:
            found[name] = same[0]
    if len(found) == n:
        return [found[name] for name in loss.names], True
    groups = [name for name, columns in table.groups.items() if len(columns) == n]
    best = [name for name in POINTS if name in {each.lower() for each in groups}]
    if len(groups) == 1 or best:
        name = groups[0] if len(groups) == 1 else next(each for each in groups if each.lower() == best[0])
        return list(table.groups[name]), True
    if groups:
        error = _unfit(table, loss, f"{table.label} has several arrays of {n} columns: {', '.join(groups[:SHOWN])}")
        error.hint = "call the one with the points xs"
        raise error
    if found:
        missing = [name for name in loss.names if name not in found]
        error = _unfit(table, loss, f"{table.label} has no column {missing[0]}, and one for {next(iter(found))}")
        near = did_you_mean(missing[0], table.names) if len(missing[0]) > 1 else ""
        listed = _listed(table.names)
        error.hint = f"did you mean {near}? Its columns are {listed}" if near else f"its columns are {listed}"
        raise error
    others = [k for k, name in enumerate(table.names) if not _besides(name) and k not in table.troubles]
    if len(others) == n:
        return others, False
    for k, trouble in table.troubles.items():  # a coordinate with a word in it is told rather than its absence
        enough = len(others) < n <= len(others) + len(table.troubles) or "[" in trouble.text
        if enough and not _besides(table.names[k]):
            raise trouble
    raise _unfit(table, loss, f"{table.label} has the columns {_listed(table.names)}")


def _alone(name: str, loss: Loss) -> bool:
    """Whether no other variable differs from this one in capitals only."""
    return sum(each.casefold() == name.casefold() for each in loss.names) == 1


def _besides(name: str) -> bool:
    """Whether a column of this name is hardly a coordinate."""
    low = name.strip().lower()
    return low in STEPS or low in VALUES or low in BESIDES or bool(re.match(r"(df|d)/d?", low))


def _unfit(table: Table, loss: Loss, what: str) -> DataError:
    n, m = loss.n, table.numbers.shape[1]
    hint = f"put a line of names above, of which {n} {'is' if n == 1 else 'are'} {_listed(loss.names)}"
    if table.names is not None:
        hint = f"call {n} of them {_listed(loss.names)}"
    elif m == n + 1 and (table.numbers[:, 0] == range(len(table.numbers))).all():
        hint = f"is the first column the step? Put a line of names above: step,{','.join(loss.names[:SHOWN])}"
    elif len(table.numbers) == n < m - 1:
        hint = "it looks transposed: a row is a point"
    return DataError(f"{what}, and the loss has {n} variable{'s' * (n != 1)}, {_listed(loss.names)}", hint)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name.strip() or '""' for name in names[:SHOWN]) + ", …" * (len(names) > SHOWN)


def _whole(table: Table, places: Sequence[int], xs: np.ndarray) -> tuple[int, list[str]]:
    """(how many rows there are without empty ones at the end, what to say of them).

    Where numbers are missing in a row and come again later, they were lost. Raises DataError.
    """
    import numpy as np

    if table.gaps is None:
        return len(xs), []
    gaps = table.gaps[:, places]
    some = np.asarray(gaps.any(axis=1))
    if not some.any():
        return len(xs), []
    end = len(xs)
    blank = np.asarray(table.gaps.all(axis=1))
    while end and blank[end - 1]:
        end -= 1
    said = [] if end == len(xs) else [f"{len(xs) - end} empty rows at its end are left out"]
    if some[:end].any():
        first = int(some[:end].argmax())
        if not first or np.isfinite(xs[first:end]).any():
            k = int(gaps[first].argmax())
            raise DataError(f"{table.cell(first, places[k])}: a value is missing",
                            "leave such rows out, or fill them in")  # fmt: skip
    return end, said


def _one_row(xs: np.ndarray, loss: Loss) -> str:
    if len(xs) == 1 and loss.n > 1:
        return "each row is one point; a single vector is no path"
    return "keep each point, not only the last one"


def _values(table: Table, places: Sequence[int]) -> int | None:
    """The column that came along as values of f."""
    if table.names is None:
        return None
    called = {name.strip().lower(): k for k, name in reversed(list(enumerate(table.names)))}
    for name in VALUES:
        k = called.get(name)
        if k is not None and k not in places and k not in table.troubles:
            return k
    return None


def _kinds(
    table: Table, xs: np.ndarray, values: np.ndarray | None, kept: int
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray | None, list[str]]:
    """(what was evaluated at each point by the column `kind`, points and values without repetitions, notes)."""
    column = next((k for k in table.words if table.names and table.names[k].strip().lower() == "kind"), None)
    if column is None:
        return (), xs, values, []
    asked: list[str] = []
    chosen: list[int] = []
    for row, cell in enumerate(table.words[column][:kept]):
        found = _letters(cell)
        if found is None:
            return (), xs, values, [f"{table.cell(row, column)}: {cell!r} is none of f, g, H: kinds are not counted"]
        if row and (xs[row] == xs[row - 1]).all():
            asked[-1] += found
        else:
            asked.append(found)
            chosen.append(row)
    return tuple(asked), xs[chosen], None if values is None else values[chosen], []


def _letters(cell: str) -> str | None:
    """`f`, `fg`, `f+g`, `grad` as letters; None for anything else."""
    words = re.findall(r"[A-Za-z]+", cell)
    letters = ""
    for word in words:
        low = word.lower()
        if low in KINDS:
            letters += KINDS[low]
        elif set(low) <= set("fgh"):
            letters += low
        else:
            return None
    return letters


def _without(where: Callable[[int], str], asked: tuple[str, ...]) -> Callable[[int], str]:
    """How rows are told: by their lines, unless repeated ones were left out."""
    return where if not asked else lambda row: f"point {row}"

"""What a sweep goes over: start coordinates, parameters of the method, letters of the loss."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symopt.errors import ExpressionError, StartError, did_you_mean, named
from symopt.expression import number, split
from symopt.problem.points import End

START, METHOD, LETTER = "start", "method", "letter"
MOST, MOST_PIXELS = 2**20, 2**28
"""Values of one axis, and pixels of a sweep."""
EXAMPLE = 'for example over={"lr": (0.01, 4, 512)}'
SHELL = "for example --over lr=0.01:4:512, or --over lr=1e-4:4:512log"


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis: a name, what it is of (`start`, `method`, `letter`), its values (N,), spaced evenly or by a factor."""

    name: str
    role: str
    values: np.ndarray
    log: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        return float(self.values[0]), float(self.values[-1])

    def __len__(self) -> int:
        return len(self.values)

    @property
    def typed(self) -> str:
        """What --over takes: `lr=0.01:4.0:512log`."""
        low, high = self.ends
        return f"{self.name}={low!r}:{high!r}:{len(self)}{'log' * self.log}"

    def record(self) -> dict[str, Any]:
        low, high = self.ends
        return {"name": self.name, "role": self.role, "low": low, "high": high, "count": len(self), "log": self.log}


@dataclass(frozen=True)
class Range:
    """What was asked of an axis, before it is known what its name means."""

    low: float
    high: float
    count: int
    log: bool = False

    def values(self) -> np.ndarray:
        """(count,), the ends exactly as typed."""
        if not self.log:
            return np.linspace(self.low, self.high, self.count)
        made = np.geomspace(self.low, self.high, self.count)
        made[[0, -1]] = self.low, self.high
        return made


def read_over(over: Any) -> dict[str, Range]:
    """{name: Range} of {"lr": (0.01, 4, 512)}, {"lr": "0.01:4:512log"}, or of texts `lr=0.01:4:512`.

    Raises StartError for what is no range, ExpressionError for ends that cannot be read.
    """
    if isinstance(over, str):
        over = [over]
    if not isinstance(over, Mapping):
        if not isinstance(over, Sequence) or not all(isinstance(each, str) for each in over):
            raise StartError(f"a sweep goes over ranges by name, not over {named(over)}", EXAMPLE, shell=SHELL)
        pairs = [_cut(text) for text in over]
    else:
        pairs = [(str(name).strip(), value) for name, value in over.items()]
    found: dict[str, Range] = {}
    for name, value in pairs:
        if name in found:
            raise StartError(f"{name} is swept twice", "each axis has a name of its own")
        found[name] = read_range(name, value)
    if len(found) > 2:
        raise StartError(f"a sweep has two axes, here are {len(found)}: {', '.join(found)}",
                         "give one value to the others: starts with start=, letters with constants=",
                         shell="give one value to the others: -s, -m gd:lr=…, --set")  # fmt: skip
    if (many := int(np.prod([each.count for each in found.values()], dtype=float))) > MOST_PIXELS:
        raise StartError(f"this sweep has {many:,} walks, at most {MOST_PIXELS:,} are walked", "take fewer values")
    return found


def _cut(text: str) -> tuple[str, str]:
    name, equals, rest = text.partition("=")
    if not equals or not re.fullmatch(r"\s*\w+\s*", name):
        raise StartError(f"{text!r} is not NAME=LOW:HIGH:COUNT", EXAMPLE, shell=SHELL)
    return name.strip(), rest


def read_range(name: str, value: Any, example: str = EXAMPLE, shell: str = SHELL) -> Range:
    """LOW:HIGH:COUNT or (low, high, count), with `log` at the end for even factors."""
    log = False
    if isinstance(value, str):
        log = value.rstrip().endswith("log")
        pieces: list[Any] = [piece for _, piece in split(value.rstrip().removesuffix("log"), ":")]
    elif isinstance(value, Sequence):
        pieces = list(value)
        if len(pieces) == 4 and pieces[3] == "log":
            log, pieces = True, pieces[:3]
    else:
        pieces = []
    if len(pieces) != 3:
        raise StartError(f"{name}: {named(value)} is not LOW:HIGH:COUNT", example, shell=shell)
    try:
        low, high = (float(End(piece)) for piece in pieces[:2])
        count = number(pieces[2]) if isinstance(pieces[2], str) else float(pieces[2])
    except ExpressionError as error:
        error.hint, error.shell = example, shell
        raise
    except (TypeError, ValueError):
        raise StartError(f"{name}: {named(value)} is not LOW:HIGH:COUNT", example, shell=shell) from None
    if not (abs(low) <= 1e300 and abs(high) <= 1e300 and low < high):
        raise StartError(f"the low end of {name} must lie below its high end, both finite", example, shell=shell)
    if not 2 <= count <= MOST or count != int(count):
        raise StartError(f"{name} is swept over {count:,.10g} values: a whole number from 2 to {MOST:,} is wanted",
                         example, shell=shell)  # fmt: skip
    if log and low <= 0:
        raise StartError(f"{name} is spaced by a factor and begins at {low:g}", "a log axis has positive ends")
    return Range(low, high, int(count), log)


def role_of(name: str, variables: Sequence[str], parameters: Sequence[str], letters: Sequence[str]) -> str:
    """What a name is of. Raises StartError for one that is nothing here, and for one that is two things."""
    for role, known, what in ((START, variables, "variable"), (LETTER, letters, "letter"), (METHOD, parameters, "")):
        if name in known and role != METHOD and name in parameters:
            raise StartError(f"{name} is a {what} of the loss and a parameter of the method: either could be swept",
                             f"call the {what} something else in the loss")  # fmt: skip
        if name in known:
            return role
    near = did_you_mean(name, [*variables, *letters, *parameters])
    listed = [f"starts {', '.join(variables[:6])}"]
    listed += [f"parameters of the method {', '.join(parameters)}"] * bool(parameters)
    raise StartError(f"{name} is neither a variable, nor a letter of the loss, nor a parameter of the method",
                     f"did you mean {near}?" if near else "there are " + "; ".join(listed))  # fmt: skip

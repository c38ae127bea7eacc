"""What a check found, per component, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symopt.checking.refute import Witness
from symopt.errors import pad
from symopt.language import told
from symopt.notebook import clipped, preformatted

PROVED, DIFFERENT, UNDECIDED, AGREES = "proved", "different", "undecided", "agrees"
PARTIAL = "equal where defined"
LONG = 160
MOST = 6  # places that are listed
ROWS = 24  # components of each verdict that are listed
COORDINATES = 12


class WrongDerivative(AssertionError):
    """A derivative that is not what it should be; the message is the whole report."""


@dataclass(frozen=True)
class Line:
    """A line of a file: its number from 1, in a notebook that of a cell, and its text."""

    file: str
    number: int
    text: str
    cell: int | None = None

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.number}" if self.cell is None else f"{self.file}, cell {self.cell}, line {self.number}"
        )


@dataclass(frozen=True)
class Component:
    """One component of a gradient or a Hessian.

    of: "gradient" or "hessian"; index: its place, (i,) or (i, j); name: for people, e.g. ∂f/∂x.
    verdict: proved, different, undecided, equal where defined (and not defined where the derivative is), or agrees
    (callables: compared in numbers only).
    given, expected, difference: as text, difference = expected − given; None where there is no formula.
    witness: a point where the two differ, with both values; hidden_at: where they do not although they differ.
    diagnosis: what is wrong, proved; note: what else should be known. place: the witness's place in words, where it is
    no point alone. line: where a file gives it.
    """

    of: str
    index: tuple[int, ...]
    name: str
    verdict: str
    given: str | None = None
    expected: str | None = None
    difference: str | None = None
    witness: Witness | None = None
    hidden_at: tuple[float | str, ...] = ()
    diagnosis: str | None = None
    note: str = ""
    function: str = ""
    place: str = ""
    line: Line | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; nan and infinity are null."""
        names = "of index verdict given expected difference witness hidden_at diagnosis note".split()
        found = {name: getattr(self, name) for name in names}
        found |= {"index": list(self.index), "hidden_at": list(self.hidden_at), "note": self.note or None}
        if (w := self.witness) is not None:
            found["witness"] = {"x": list(w.x), "given": _finite(w.given), "expected": _finite(w.expected)}
            found["witness"] |= {} if w.data is None else {"data": dict(w.data)}
        if self.function:
            found["function"] = self.function
        if self.place:
            found["place"] = self.place
        if self.line is not None:
            found["file"] = self.line.file
            if self.line.cell is not None:
                found["cell"] = self.line.cell
            found["line"] = self.line.number
            found["code"] = self.line.text
        return found


@dataclass(frozen=True)
class Verdict:
    """The verdict on hand-written derivatives: one `Component` each, in order.

    data: the arrays that the file does not hold, with their shapes: what is proved holds for all of these shapes.
    lengths: for which n it holds, where a file takes any number of variables: "for every n ≥ 2", "for n = 2 … 6" or
    "different at n = 3, proved at n = 4".
    unchecked: functions of a file that are named as derivatives are, and of which nothing is known.
    `verdict` is "equal" if all are proved (or agree), else "different" if one differs, else "undecided" if one is, or
    if one is not checked, else "equal where defined".

    >>> verdict = symopt.check("x**2", "3*x")
    >>> verdict.equal, verdict.verdict
    (False, 'different')
    >>> print(verdict)
    f = x**2
    * f′  different  3*x
        expected    2*x
        difference  -x   (expected − given)
        at x = -0.567: given -1.701, expected -1.134
        hidden at x = 0
        → missing factor 2/3
    1 of 1 wrong
    """

    loss: str
    variables: tuple[str, ...]
    components: tuple[Component, ...]
    notes: tuple[str, ...] = field(default=())
    data: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lengths: str = ""
    unchecked: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        words = {component.verdict for component in self.components} | {UNDECIDED for _ in self.unchecked}
        return next((word for word in (DIFFERENT, UNDECIDED, PARTIAL) if word in words), "equal")

    @property
    def equal(self) -> bool:
        """Whether nothing differs, nothing is left undecided and every component is defined where the derivative is."""
        return self.verdict == "equal"

    @property
    def wrong(self) -> tuple[Component, ...]:
        return tuple(c for c in self.components if c.verdict == DIFFERENT)

    def passes(self, allow_undecided: bool = False, allow_partial: bool = False) -> bool:
        """Whether all is equal, but for what is allowed."""
        allowed = {PROVED, AGREES, *[UNDECIDED] * allow_undecided, *[PARTIAL] * allow_partial}
        return all(c.verdict in allowed for c in self.components) and (allow_undecided or not self.unchecked)

    def raise_if_wrong(self, allow_undecided: bool = False, allow_partial: bool = False) -> Verdict:
        """The verdict itself if it passes; raises WrongDerivative, an AssertionError, with the whole report."""
        if not self.passes(allow_undecided, allow_partial):
            raise WrongDerivative("\n" + self.report())
        return self

    def as_dict(self) -> dict[str, Any]:
        """The verdict as data of schema symopt.check/1."""
        found: dict[str, Any] = {
            "schema": "symopt.check/1",
            "loss": self.loss,
            "variables": list(self.variables),
            "verdict": self.verdict,
            "components": [component.as_dict() for component in self.components],
            "notes": list(self.notes),
        }
        if self.data:
            found["data"] = {name: list(shape) for name, shape in self.data.items()}
        if self.lengths:
            found["lengths"] = self.lengths
        if self.unchecked:
            found["unchecked"] = list(self.unchecked)
        return found

    def report(self) -> str:
        """The table: a line per component, the reasons below: * differs, ? is undecided, ~ is equal where defined."""
        functions = list(dict.fromkeys(c.function for c in self.components))
        lines: list[str] = [] if len(functions) > 1 else [f"f = {_short(self.loss)}"]
        for function in functions:
            part = [c for c in self.components if c.function == function]
            if len(functions) > 1:
                lines.append(f"{function}:")
            shown = [k for verdict in dict.fromkeys(c.verdict for c in part)
                     for k in [k for k, c in enumerate(part) if c.verdict == verdict][: ROWS]]  # fmt: skip
            width = max((len(part[k].name) for k in shown), default=0)
            for k in sorted(shown):
                c = part[k]
                mark = {DIFFERENT: "*", UNDECIDED: "?", PARTIAL: "~"}.get(c.verdict, " ")
                lines.append(f"{mark} {c.name:<{width}}  {pad(told(c.verdict), 9)}  {_short(c.given or '')}".rstrip())
                lines += [f"    {line}" for line in self.reasons(c)]
            if len(part) > len(shown):
                lines.append(f"  … {len(part) - len(shown)} more: --json has them")
        lines.append(self.count())
        if self.data:
            lines.append(f"for all {in_words(self.data)}")
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def reasons(self, c: Component) -> list[str]:
        """What is told below a component: its line, what differs and where, the slip, the note."""
        lines = []
        if c.line is not None and c.verdict in (DIFFERENT, UNDECIDED, PARTIAL):
            lines.append(f"{c.line}: {clipped(c.line.text)}")
        if c.verdict == DIFFERENT:
            if c.expected is not None:
                lines.append(f"expected    {_short(c.expected)}")
            if c.difference is not None:
                lines.append(f"difference  {_short(c.difference)}   (expected − given)")
            if c.witness is not None:
                place = c.place or place_of(self.variables, c.witness.x)
                for name, values in (c.witness.data or {}).items():
                    place += f", {name} = {_short(_array(values))}"
                lines.append(f"at {place}: given {_number(c.witness.given)}, "
                             f"expected {_number(c.witness.expected)}")  # fmt: skip
            if c.hidden_at:
                more = f" and {len(c.hidden_at) - MOST} more" if len(c.hidden_at) > MOST else ""
                lines.append("hidden at " + ", ".join(_hidden(self.variables, h) for h in c.hidden_at[:MOST]) + more)
            if c.diagnosis:
                lines.append(f"→ {c.diagnosis}")
        if c.note:
            lines.append(c.note)
        return lines

    def count(self) -> str:
        """How many of how many are wrong, in one line."""
        total = len(self.components)
        wrong, open_ = len(self.wrong), sum(c.verdict == UNDECIDED for c in self.components)
        parts = [f"{wrong} of {total} wrong"] if wrong else []
        if open_:
            parts.append(f"{open_} of {total} undecided")
        if partial := sum(c.verdict == PARTIAL for c in self.components):
            parts.append(f"{partial} of {total} equal where defined")
        if not parts:
            agrees = any(c.verdict == AGREES for c in self.components)
            parts = [f"all {total} agree in numbers" if agrees else f"all {total} proved" if total > 1 else "proved"]
        parts += [self.lengths] * bool(self.lengths)
        if self.unchecked:
            parts.append(f"{', '.join(self.unchecked)} not checked")
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        return f"<verdict on {clipped(self.loss)}: {self.verdict}, {self.count()}>"

    def _repr_html_(self) -> str:
        return preformatted(self.report())


def component_name(names: Sequence[str], index: tuple[int, ...]) -> str:
    """f′, ∂f/∂y, ∂²f/∂x∂y: a component by its place."""
    if len(names) == 1:
        return "f′" if len(index) == 1 else "f″"
    if len(index) == 1:
        return f"∂f/∂{names[index[0]]}"
    i, j = index
    return f"∂²f/∂{names[i]}²" if i == j else f"∂²f/∂{names[i]}∂{names[j]}"


def in_words(shapes: Mapping[str, tuple[int, ...]]) -> str:
    """X (5×2), y (5): arrays with their shapes."""
    return ", ".join(f"{name} ({'×'.join(map(str, shape))})" if shape else name for name, shape in shapes.items())


def _array(values: Any) -> str:
    return f"[{', '.join(map(_array, values))}]" if isinstance(values, list) else f"{values:.10g}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) < float("inf") else None


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]} … ({len(text)} characters)"


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.12g}"


def place_of(variables: Sequence[str], x: Sequence[float]) -> str:
    listed = [f"{name} = {value:.10g}" for name, value in zip(variables, x, strict=True)]
    more = [f"… {len(listed) - COORDINATES} more"] if len(listed) > COORDINATES else []
    return ", ".join([*listed[:COORDINATES], *more])


def _hidden(variables: Sequence[str], place: float | str) -> str:
    return place if isinstance(place, str) else f"{variables[0]} = {place:.10g}"

"""The verdict on the losses of a file and their derivatives."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import Expr

from symopt.checking.source.counted import hinted, of_many
from symopt.checking.source.defaults import for_every_value
from symopt.checking.source.lengths import at_lengths, spoken
from symopt.checking.source.lines import line_of
from symopt.checking.source.questions import Reading, unwarned
from symopt.checking.source.read import ONE_NUMBER, Read, Told, Unfilled
from symopt.checking.verdict import Component, Line, Verdict, place_of
from symopt.errors import meant
from symopt.expression import deep
from symopt.expression.parser import constant
from symopt.reading.guessed import Trio, defined, not_used, plainly, trios
from symopt.reading.letters import Shape, named_shapes
from symopt.reading.source import Source, SourceError, TooLong
from symopt.reading.walker import Interpreter
from symopt.work import report, spent

LAYERS = ("forward", "__call__", "evaluate")  # that may give several numbers


@report()
def check_source(
    source: Source,
    names: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
    constants: Mapping[str, str | float] | None = None,
    window: Any = None,
    seed: int = 0,
    shapes: Sequence[str] = (),
) -> Verdict:
    """Whether the derivatives that a Python file or a notebook defines are right; nothing in it is run.

    source: what `read` gives for a file. names: a loss and one or two derivatives; None finds them by their names.
    variables: names for the entries of the argument, and so their number.
    shapes: of data or arguments, as "X=5,2": what is proved holds for all data of that shape.
    Raises SourceError with the line that cannot be read.
    """
    settings = {name: constant(name, value).expr for name, value in (constants or {}).items()}
    checked = _Checked(source, names, variables, settings, named_shapes(shapes), window, seed)
    for place in range(len(checked.found)):
        checked.add(place)
    return checked.verdict()


class _Checked:
    """The losses of a file, one after the other, and what is said of them together."""

    def __init__(
        self,
        source: Source,
        names: Sequence[str] | None,
        variables: Sequence[str] | None,
        settings: Mapping[str, Expr],
        told: Mapping[str, Shape],
        window: Any,
        seed: int,
    ) -> None:
        self.source, self.names, self.variables, self.settings, self.told = source, names, variables, settings, told
        self.asked = window, seed
        with unwarned():
            self.found = trios(source, names)
        self.several = len(self.found) > 1
        self.known = defined(source, names or ())
        self.plain = _sensible(source, self.found, told, settings)
        self.components: list[Component] = []
        self.notes: list[str] = []
        self.reads: list[Read] = []
        self.lengths = ""
        self.looked: list[Trio] = []
        self.left: list[str] = []  # functions that may be derivatives and are not checked
        self.unread: list[str] = []
        self.layers: list[SourceError] = []
        self.failed: list[tuple[SourceError, set[str]]] = []  # of what only the others may use

    def add(self, place: int) -> None:
        """One loss of those found. Raises SourceError where it is the only one and cannot be read."""
        trio = self.found[place]
        try:
            this, components, self.lengths = self.read(trio)
        except SourceError as error:
            self.refused(trio, error)
            return
        names = this.loss.names[: this.count]
        label = trio.loss if len({t.loss for t in self.found}) == len(self.found) else f"{trio.loss} ({place + 1})"
        for component in components:
            line = _line(self.source, self.known, trio, component, names)
            made = _apart(replace(component, line=line, function=label if self.several else ""), this)
            self.components.append(_own_names(made, names) if self.several else made)
        self.reads.append(this)
        self.looked.append(trio)
        self.left += not_used(self.source, trio, this.walked)
        said = self.interpreter(trio).precision
        remarks = [*this.remarks, *[said] * bool(said)] + [
            f"{name} is taken as {', '.join(map(str, values))}: the code chooses by it"
            for name, values in this.fixed.items()
        ]
        self.notes += [f"{label}: {remark}" if self.several else remark for remark in remarks]
        if this.loss.kinks:
            self.notes.append(f"kinks ({', '.join(this.loss.kinks)}) are set aside")

    def read(self, trio: Trio) -> Told:
        """A loss with its components: at other lengths and for every value of its parameters, where it has them."""
        with deep(), unwarned():
            own = set(self.interpreter(trio).parameters(trio.loss))
        top = {name: shape for name, shape in self.told.items() if name in self.plain - own}
        asked = {name: shape for name, shape in self.told.items() if name not in top}
        reading = Reading(self.source, trio, self.variables, self.settings, top)
        try:
            with deep(), unwarned():
                this = reading.run(asked)
            told = this, this.check(*self.asked).run(), ""
        except SourceError as error:
            with unwarned():
                many = None if self.as_told(error) else of_many(self.source, trio, self.settings, *self.asked)
            if many is None:
                raise
            told = many
        else:
            if self.variables is None and (this.loose or this.guessed or this.count > 1):
                try:
                    told = at_lengths(reading, told, *self.asked)
                except TooLong:  # no work is left
                    vague = this.loose or this.any_length or this.guessed
                    told = *told[:2], spoken([this.count]) if vague else ""
        with unwarned():
            return for_every_value(reading, asked, told, *self.asked)

    def interpreter(self, trio: Trio) -> Interpreter:
        return Interpreter(self.source, trio.end, dict(self.settings))

    def as_told(self, error: SourceError) -> bool:
        """Whether the number of variables is not to be looked for in the code."""
        return bool(self.told) or self.variables is not None or isinstance(error, TooLong)

    def refused(self, trio: Trio, error: SourceError) -> None:
        """A loss that cannot be read; what may be no loss at all is passed over."""
        if self.names is None and self.several and trio.loss.split(".")[-1] in LAYERS:
            self.layers.append(error)
            self.left += trio.first.values()
        elif self.reads and (trio.loose or spent()):
            self.left += trio.first.values()
            self.unread += trio.first.values() if ONE_NUMBER not in error.message else []  # else it is no loss
        else:
            hint = error if self.as_told(error) else hinted(error, self.source)
            told = _located(hint, self.source, self.known, trio)
            if self.names is not None or not self.several:
                raise told from None
            self.failed.append((told, {trio.loss, *trio.first.values(), *trio.second.values()}))

    def verdict(self) -> Verdict:
        """Raises the SourceError of a loss that could not be read and that no other uses."""
        paths = [path for t in self.looked for path in (t.loss, *t.first.values(), *t.second.values())]
        checked = {path.split("[")[0].split(".")[-1] for path in paths}
        walked = {name for this in self.reads for name in this.walked}
        for error, parts in self.failed:
            if not parts <= walked:
                raise error
        others = [name for name in dict.fromkeys(self.left) if name not in checked]
        unchecked = tuple(n for n in others if (plainly(n) or n in self.unread) and n not in walked)
        notes = [*self.notes, *(f"{name} is not checked" for name in others if name not in unchecked),
                 *(f"{cell} could not be read and was skipped" for cell in self.source.broken)]  # fmt: skip
        if not self.reads:
            raise self.layers[0]
        first = self.reads[0]
        alone = len(self.reads) == 1
        text = first.loss.text if alone else "; ".join(this.loss.text for this in self.reads)
        data = {name: shape for this in self.reads for name, shape in this.shapes.items()}
        return Verdict(text, first.loss.names[: first.count], tuple(self.components), tuple(dict.fromkeys(notes)), data,
                       self.lengths if alone else "", unchecked)  # fmt: skip


def _sensible(
    source: Source, found: Sequence[Trio], told: Mapping[str, Shape], settings: Mapping[str, Expr]
) -> set[str]:
    """The names of the top level and of arguments. Raises SourceError for a shape of what is not there."""
    top = source.top
    own = {p for t in found for p in Interpreter(source, t.end, dict(settings)).parameters(t.loss)}
    parts = [part for s in source.statements for part in ast.walk(s)]
    arguments = {part.arg for part in parts if isinstance(part, ast.arg)}
    words = {getattr(part, "id", getattr(part, "value", None)) for part in parts
             if isinstance(part, (ast.Name, ast.Constant))}  # fmt: skip
    for name in told:
        if name not in {*top.places, *own, *arguments, *words}:
            known = sorted({*top.places, *arguments})
            raise SourceError(f"--shape {name}: {source.path} has no {name}",
                              meant(name, known, "name an argument or an array of the file"))  # fmt: skip
    return {*top.places, *arguments}


def _apart(component: Component, this: Read) -> Component:
    """A component whose witness tells the data apart from the variables."""
    witness = component.witness
    if witness is None or not this.shapes:
        return component
    data: dict[str, Any] = {}
    rest = list(witness.x[this.count :])
    for name, shape in this.shapes.items():
        count = int(np.prod([1, *shape]))
        data[name], rest = np.array(rest[:count]).reshape(shape).tolist(), rest[count:]
    return replace(component, witness=replace(witness, x=witness.x[: this.count], data=data))


def _own_names(component: Component, names: Sequence[str]) -> Component:
    """A component of one of several losses with its places in the variables of that loss."""
    hidden = tuple(h if isinstance(h, str) else place_of(names, [h]) for h in component.hidden_at)
    place = component.place
    if component.witness is not None and not place:
        place = place_of(names, component.witness.x)
    return replace(component, hidden_at=hidden, place=place)


def _located(error: SourceError, source: Source, known: Sequence[tuple[int, str, ast.AST]], trio: Trio) -> SourceError:
    """An error with the line that gives an entry without a value."""
    line = _line(source, known, trio, error, error.names) if isinstance(error, Unfilled) else None
    if line is None:
        return error
    label = f"line {line.number}" if line.cell is None else f"cell {line.cell}, line {line.number}"
    return SourceError(f"{label}: cannot read an entry that is never given a real value", error.hint, line.text)


def _line(
    source: Source,
    known: Sequence[tuple[int, str, ast.AST]],
    trio: Trio,
    component: Component | Unfilled,
    names: Sequence[str],
) -> Line | None:
    """Where the file gives a component."""
    of = {"gradient": trio.first, "hessian": trio.second}.get(component.of, {(): trio.loss})
    by = tuple(names[k] for k in component.index)
    path, _, part = (of[by] if by in of else of.get((), "")).partition("[")
    nodes = [node for place, name, node in known if name == path and place < trio.end]
    if not nodes:
        return None
    arrays = list(dict.fromkeys(name.partition("[")[0] for name in names))
    if len(arrays) > 1 and "[" in "".join(names) and () in of and component.of == "gradient" and not part:
        return line_of(source, nodes[-1], (), len(names), arrays.index(by[0].partition("[")[0]))
    return line_of(source, nodes[-1], component.index if () in of else (), len(names), int(part[:-1]) if part else None)

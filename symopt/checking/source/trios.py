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
from symopt.checking.source.read import ONE_NUMBER, Read, Unfilled
from symopt.checking.verdict import Component, Line, Verdict, place_of
from symopt.errors import meant
from symopt.expression import deep
from symopt.expression.parser import constant
from symopt.reading.guessed import Trio, defined, not_used, plainly, trios
from symopt.reading.letters import Letters, Shape, named_shapes
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
    told = named_shapes(shapes)
    with unwarned():
        found = trios(source, names)
    components: list[Component] = []
    notes: list[str] = []
    reads: list[Read] = []
    left: list[str] = []
    looked: list[Trio] = []
    unread: list[str] = []
    layers: list[SourceError] = []
    failed: list[tuple[SourceError, set[str]]] = []  # of what only the others may use
    known = defined(source, names or ())
    plain = _sensible(source, found, told, settings)
    for place, trio in enumerate(found):
        lengths = ""
        try:
            with deep(), unwarned():
                own = set(Interpreter(source, trio.end, dict(settings)).parameters(trio.loss))
                top = {name: shape for name, shape in told.items() if name in plain - own}
                asked = {name: shape for name, shape in told.items() if name not in plain - own}
                reading = Reading(source, trio, variables, settings, top)
                this = reading.run(asked)
            told_of = this.check(window, seed).run()
        except SourceError as error:
            alone = told or variables is not None or isinstance(error, TooLong)
            with unwarned():
                many = None if alone else of_many(source, trio, settings, window, seed)
            if many is not None:
                this, told_of, lengths = many
            elif names is None and len(found) > 1 and trio.loss.split(".")[-1] in LAYERS:
                layers.append(error)
                left += trio.first.values()
                continue
            elif reads and (trio.loose or spent()):
                left += trio.first.values()
                unread += trio.first.values() if ONE_NUMBER not in error.message else []  # else it is no loss
                continue
            else:
                told_error = _located(error if alone else hinted(error, source), source, known, trio)
                if names is not None or len(found) == 1:
                    raise told_error from None
                failed.append((told_error, {trio.loss, *trio.first.values(), *trio.second.values()}))
                continue
        if not lengths and variables is None and (this.loose or this.guessed or this.count > 1):
            try:
                this, told_of, lengths = at_lengths(reading, this, told_of, window, seed)
            except TooLong:  # no work is left
                lengths = spoken([this.count]) if this.loose or this.any_length or this.guessed else ""
        with unwarned():
            this, told_of, lengths = for_every_value(reading, asked, (this, told_of, lengths), window, seed)
        loss = this.loss
        label = trio.loss if len({t.loss for t in found}) == len(found) else f"{trio.loss} ({place + 1})"
        for component in told_of:
            line = _line(source, known, trio, component, loss.names[: this.count])
            made = _apart(replace(component, line=line, function=label if len(found) > 1 else ""), this)
            if len(found) > 1:
                made = _own_names(made, loss.names[: this.count])
            components.append(made)
        reads.append(this)
        looked.append(trio)
        left += not_used(source, trio, this.walked)
        said = reading.interpreter(Letters()).precision
        remarks = [*this.remarks, *[said] * bool(said)] + [
            f"{name} is taken as {', '.join(map(str, values))}: the code chooses by it"
            for name, values in this.fixed.items()
        ]
        notes += [r if len(found) == 1 else f"{label}: {r}" for r in remarks]
        if loss.kinks:
            notes.append(f"kinks ({', '.join(loss.kinks)}) are set aside")
    paths = [path for t in looked for path in (t.loss, *t.first.values(), *t.second.values())]
    checked = {path.split("[")[0].split(".")[-1] for path in paths}
    walked = {name for this in reads for name in this.walked}
    for unreadable, parts in failed:
        if not parts <= walked:
            raise unreadable
    others = [name for name in dict.fromkeys(left) if name not in checked]
    unchecked = tuple(name for name in others if (plainly(name) or name in unread) and name not in walked)
    notes += [f"{name} is not checked" for name in others if name not in unchecked]
    notes += [f"{cell} could not be read and was skipped" for cell in source.broken]
    if not reads:
        raise layers[0]
    losses = [this.loss for this in reads]
    text = losses[0].text if len(losses) == 1 else "; ".join(loss.text for loss in losses)
    data = {name: shape for this in reads for name, shape in this.shapes.items()}
    names_of = losses[0].names[: reads[0].count]
    lengths = lengths if len(reads) == 1 else ""
    return Verdict(text, names_of, tuple(components), tuple(dict.fromkeys(notes)), data, lengths, unchecked)


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

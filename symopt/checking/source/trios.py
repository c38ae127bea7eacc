"""The derivatives in a file against its loss: trios found, read as mathematics, and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Symbol

from symopt.checking.compare import Check
from symopt.checking.given import CheckError
from symopt.checking.source.arithmetic import size
from symopt.checking.source.library import Unreadable, array
from symopt.checking.source.reading import Source, SourceError, Trio, read, trios
from symopt.checking.source.walker import Interpreter, NeedsVector
from symopt.checking.verdict import Component, Verdict
from symopt.expression import deep, parse
from symopt.expression.parser import constant
from symopt.loss import Loss
from symopt.problem import Problem

FREE = 3
MOST = 60
LARGE = 60_000


def check_file(
    path: str | Path,
    names: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
    constants: Mapping[str, str | float] | None = None,
    window: Any = None,
    seed: int = 0,
) -> Verdict:
    """Whether the derivatives that a Python file or a notebook defines are right; nothing in it is run.

    names: a loss and one or two derivatives; None finds them by their names.
    variables: names for the entries of the argument, and so their number.
    Raises SourceError with the line that cannot be read.
    """
    return check_source(read(path), names, variables, constants, window, seed)


def check_source(
    source: Source,
    names: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
    constants: Mapping[str, str | float] | None = None,
    window: Any = None,
    seed: int = 0,
) -> Verdict:
    """The same for source that has been read."""
    settings = {name: constant(name, value).expr for name, value in (constants or {}).items()}
    found = trios(source, names)
    components: list[Component] = []
    notes: list[str] = []
    losses: list[Loss] = []
    for place, trio in enumerate(found):
        with deep():
            loss, entries, remarks = _read_trio(source, trio, variables, settings)
        problem = Problem.of(loss, window=window)
        label = trio.loss if len({t.loss for t in found}) == len(found) else f"{trio.loss} ({place + 1})"
        for component in Check(problem, entries, seed).run():
            components.append(component if len(found) == 1 else _labelled(component, label))
        losses.append(loss)
        notes += [r if len(found) == 1 else f"{label}: {r}" for r in remarks]
        if loss.kinks:
            notes.append(f"kinks ({', '.join(loss.kinks)}) are set aside")
    notes += [f"{cell} could not be read and was skipped" for cell in source.broken]
    text = losses[0].text if len(losses) == 1 else "; ".join(loss.text for loss in losses)
    return Verdict(text, losses[0].names, tuple(components), tuple(dict.fromkeys(notes)))


def _labelled(component: Component, label: str) -> Component:
    from dataclasses import replace

    return replace(component, function=label)


def _read_trio(
    source: Source, trio: Trio, names: Sequence[str] | None, settings: Mapping[str, Expr]
) -> tuple[Loss, list[tuple[str, tuple[int, ...], Expr]], list[str]]:
    n: int | None = len(names) if names is not None else None
    free = False
    parameters = Interpreter(source, trio.end, dict(settings)).parameters(trio.loss)
    apart = len(parameters) > 1
    if names is not None and n == 1:
        n = None
    if apart:
        n = None
    for _ in range(8):
        try:
            return _fitting(source, trio, names, settings, n, parameters, free)
        except NeedsVector as need:
            if apart:
                raise SourceError(
                    f"{trio.loss} takes {', '.join(parameters)}, and {parameters[0]} is a vector",
                    "give the others a value: " + " ".join(f"--set {p}=1" for p in parameters[1:]),
                ) from None
            if names is not None and n is not None and need.n is not None:
                raise SourceError(
                    f"{need.n} or more variables are used, {n} are declared", "--vars names all"
                ) from None
            guessed, free = free, need.n is None
            if names is not None:
                n = len(names)
            else:
                n = FREE if need.n is None else need.n if guessed or n is None else max(need.n, n)
    raise SourceError(f"it is not clear how many variables {trio.loss} has", "name them: --vars x,y")


def _fitting(
    source: Source, trio: Trio, names: Sequence[str] | None, settings: Mapping[str, Expr],
    n: int | None, parameters: Sequence[str], free: bool,
) -> tuple[Loss, list[tuple[str, tuple[int, ...], Expr]], list[str]]:  # fmt: skip
    """One attempt; where the number of variables is a guess, the first number that fits the arrays in the file."""
    try:
        return _attempt(source, trio, names, settings, n, parameters, free)
    except SourceError:
        for other in (2, 4, 5, 6, 1, 7, 8, 9, 10) if free else ():
            try:
                return _attempt(source, trio, names, settings, other, parameters, False)
            except (SourceError, NeedsVector):
                continue
        raise


def _attempt(
    source: Source, trio: Trio, names: Sequence[str] | None, settings: Mapping[str, Expr],
    n: int | None, parameters: Sequence[str], free: bool,
) -> tuple[Loss, list[tuple[str, tuple[int, ...], Expr]], list[str]]:  # fmt: skip
    if not parameters:
        raise SourceError(f"{trio.loss} has no argument to derive by", "def f(x): …")
    if len(parameters) > 1:
        chosen = list(names) if names is not None and len(names) == len(parameters) else list(parameters)
    elif n is None:
        chosen = list(names or parameters)
    else:
        chosen = list(names) if names is not None else [f"{parameters[0]}{k}" for k in range(n)]
    symbols = [Symbol(name, real=True) for name in chosen]
    arguments = _arguments(symbols, n)
    reader = Interpreter(source, trio.end, dict(settings))
    reader.variables = set(symbols)
    reader.lone = len(parameters) == 1 and n is None and names is None
    expr = _single(reader.call_named(trio.loss, arguments), f"{trio.loss} must return one number")
    if reader.unpacked and names is None and n is not None and len(set(reader.unpacked)) == n:
        renamed = [Symbol(name, real=True) for name in reader.unpacked]
    else:
        renamed = symbols
    change = dict(zip(symbols, renamed, strict=True))
    entries: list[tuple[str, tuple[int, ...], Expr]] = []
    count = len(symbols)
    for of, name in (("gradient", trio.first), ("hessian", trio.second)):
        if name is None:
            continue
        own = reader.parameters(name)
        if len(own) != len(parameters) and len(own) != 1:
            raise SourceError(
                f"{name} takes {len(own)} arguments, {trio.loss} takes {len(parameters)}", "the same arguments"
            )
        given = arguments if len(own) == len(parameters) else [array(symbols)]
        entries += _entries(of, name, reader.call_named(name, given), count, len(parameters) > 1)
    entries = [(of, index, given.xreplace(change)) for of, index, given in entries]
    expr = expr.xreplace(change)
    for part in (expr, *(given for _, _, given in entries)):
        unknown = part.free_symbols - set(renamed)
        if part.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I) or unknown:
            raise SourceError(
                "an entry is never given a value, or is not a real number", "fill every entry of the array"
            )
        if size(part) > LARGE:
            raise SourceError(f"more than {LARGE} operations when written out", "check smaller functions one by one")
    remarks = [f"{trio.loss} takes any number of variables; checked with {n}"] if free and n else []
    return Loss(str(expr) if size(expr) < 4000 else trio.loss, expr, tuple(renamed)), entries, remarks


def _arguments(symbols: Sequence[Symbol], n: int | None) -> list[Any]:
    if n is None:
        return list(symbols)
    out = np.empty(n, dtype=object)
    out[:] = list(symbols)
    return [out]


def _single(value: Any, message: str) -> Expr:
    if isinstance(value, (list, tuple, np.ndarray)):
        flat = _flat(value)
        if len(flat) == 1:
            return flat[0]
        raise SourceError(f"{message}, not {len(flat)}", "the loss is a number")
    if value is None:
        raise SourceError(message, "end it with return")
    return _flat(value)[0]


def _flat(value: Any) -> list[Expr]:
    try:
        return list(array(value).ravel())
    except (Unreadable, ValueError, TypeError):
        raise SourceError(
            f"a result that is no array of numbers: {type(value).__name__}", "return np.array([...])"
        ) from None


def _entries(of: str, name: str, value: Any, n: int, apart: bool) -> list[tuple[str, tuple[int, ...], Expr]]:
    flat = _flat(value) if value is not None else []
    if of == "gradient":
        if len(flat) == 1 and apart:
            return [(of, (0,), flat[0])]
        if len(flat) != n:
            raise SourceError(
                f"{name} returns {len(flat)} entries for {n} variable{'s' * (n > 1)}", "one for each variable"
            )
        return [(of, (k,), entry) for k, entry in enumerate(flat)]
    if len(flat) == 1 and apart:
        return [(of, (0, 0), flat[0])]
    if len(flat) != n * n:
        raise SourceError(
            f"{name} returns {len(flat)} entries; the Hessian of {n} variables has {n * n}", "rows of entries"
        )
    return [(of, (k // n, k % n), entry) for k, entry in enumerate(flat)]


__all__ = ["CheckError", "check_file", "check_source", "parse"]

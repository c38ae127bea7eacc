"""What is to be walked, read once: the problem, the method, the axes, and the grid cut into chunks.

A chunk is the unit of memory, of a core's work, of a cluster's task and of resuming; its numbers depend on nothing but
itself. Everything here can be pickled.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from os import PathLike
from typing import Any, TypeAlias

import numpy as np

from symopt.analysis.proven import PICTURE, Proven, proven
from symopt.auto import Choice, choices, resolve
from symopt.descent import Stop
from symopt.errors import MethodError, StartError
from symopt.loss import Loss
from symopt.methods import Method, Rule, settings
from symopt.methods import method as read_method
from symopt.problem import Problem
from symopt.problem.letters import USUAL
from symopt.problem.points import read_number, whole
from symopt.sweep.axes import LETTER, METHOD, START, Axis, Range, read_over, role_of
from symopt.sweep.formula import Formula
from symopt.sweep.labels import Table
from symopt.sweep.walk import TAIL, Ends, Walker

PIXELS, LEAST_PIXELS, CHUNKS = 2**16, 2**11, 8
"""Pixels of a chunk, at most and, where as many are walked together, at least; chunks of a sweep that has room for
them."""
NUMBERS, MOST_LANES, LEAST_LANES = 2**24, 2**14, 32
"""Numbers of the points of walks that are held at once; walks that are walked at once."""
MOST_STEPS = 100_000
SIZE = 512
"""Values of an axis that is not told."""
MOST_GROUPS = 4096
"""Values of what cannot be walked in lanes: letters of sums, and parameters of methods that are no formulas."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """What the pixels of a chunk came to, (r, c) or (r,). table: its labels, (rows, 2 + n); codes: the pixels' rows."""

    table: np.ndarray
    codes: np.ndarray
    steps: np.ndarray
    x: np.ndarray
    f: np.ndarray
    exponent: np.ndarray | None = None
    tail: np.ndarray | None = None


Task: TypeAlias = "int | Mapping[str, np.ndarray]"
"""The number of a chunk, or values of the axes, (N,) each, of pixels that lie anywhere."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A sweep to be walked. method: with what is not swept resolved; parameters that are swept are 1 in it.

    problem: with its window, its start and its steps. chosen: parameters that were chosen, with their reasons.
    table: the name of the file that data came from.
    """

    problem: Problem
    method: Method
    axes: tuple[Axis, ...]
    stop: Stop
    chosen: Mapping[str, Choice]
    notes: tuple[str, ...] = ()
    exponents: bool = False
    table: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle takes along: not the compiled programs."""
        return {part.name: getattr(self, part.name) for part in fields(self)} | {"tile": self.tile}

    @cached_property
    def proven(self) -> Proven | None:
        """The critical points of the window that are proved; None with swept letters, and where nothing is proved."""
        return proven(self.problem, PICTURE) if self.placed else None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(axis) for axis in self.axes)

    @property
    def together(self) -> int:
        """How many walks are walked at once."""
        return int(np.clip(NUMBERS // ((self.stop.steps + 1) * self.problem.n), LEAST_LANES, MOST_LANES))

    @cached_property
    def tile(self) -> tuple[int, ...]:
        """The shape of chunks: so many that all cores have some, none so small that its lanes are few.

        It hangs on what is swept alone, so that files have the same bytes on every machine.
        """
        pixels = min(PIXELS, max(-(-math.prod(self.shape) // CHUNKS), min(self.together, LEAST_PIXELS)))
        whole = 0 if self.axes[-1].name in self._apart else -1  # an axis that is cut last of all
        side = min(self.shape[whole], pixels)
        if len(self.shape) == 1:
            return (side,)
        other = max(1, min(self.shape[-1 - whole], pixels // side))
        return (side, other) if whole == 0 else (other, side)

    @cached_property
    def tiles(self) -> list[tuple[slice, ...]]:
        """Where the chunks lie, in order."""
        cuts = [[slice(k, min(k + t, m)) for k in range(0, m, t)] for m, t in zip(self.shape, self.tile, strict=True)]
        return [(a,) for a in cuts[0]] if len(cuts) == 1 else [(a, b) for a in cuts[0] for b in cuts[1]]

    @property
    def swept(self) -> dict[str, tuple[str, ...]]:
        """The names of the axes by their role."""
        return {role: tuple(a.name for a in self.axes if a.role == role) for role in (START, METHOD, LETTER)}

    @property
    def placed(self) -> bool:
        """Whether labels tell where walks ended: the loss is the same in all pixels."""
        return not self.swept[LETTER]

    @cached_property
    def formula(self) -> Formula:
        made = Formula(self.problem.loss, self.problem.general, () if self.grouped[1] else self.swept[LETTER])
        made.prepare()
        return made

    @cached_property
    def grouped(self) -> tuple[bool, bool]:
        """Whether parameters of the method, and letters, are walked group by group and not in lanes."""
        rule = isinstance(self.method, Rule)
        letters = bool(self.swept[LETTER]) and (not rule or self.problem.loss.sums is not None)
        return bool(self.swept[METHOD]) and not rule, letters

    @property
    def _apart(self) -> tuple[str, ...]:
        """The axes of which each value is a group."""
        method, letters = self.grouped
        return (*(self.swept[METHOD] if method else ()), *(self.swept[LETTER] if letters else ()))

    @property
    def operations(self) -> int:
        """Of a walk that uses all its steps, about."""
        return self.stop.steps * self.problem.loss.operations

    def lost(self) -> str:
        """What LEFT says: of a loss that has a value everywhere f is beyond 1e308 there."""
        return "f beyond 1e308" if self.formula.total() else "left the domain, or f beyond 1e308"

    def do(self, task: Task) -> Any:
        """A chunk, or the table of pixels."""
        return self.walk(task) if isinstance(task, int) else self.table_of(self.ends(task))

    def table_of(self, ends: Ends) -> Table:
        scale = float(np.ptp(self.problem.window, axis=1).max()) / 2
        return Table(ends.word, ends.period, ends.at, scale, self.placed)

    def walk(self, number: int) -> Chunk:
        """One chunk."""
        tile = self.tiles[number]
        own = [axis.values[part] for axis, part in zip(self.axes, tile, strict=True)]
        grid = np.meshgrid(*own, indexing="ij")
        shape = grid[0].shape
        columns = {axis.name: each.reshape(-1) for axis, each in zip(self.axes, grid, strict=True)}
        ends = self.ends(columns)
        table = self.table_of(ends)
        n = self.problem.n
        return Chunk(
            table.rows, table.codes.reshape(shape), ends.steps.astype(np.int32).reshape(shape),
            ends.x.reshape(*shape, n), ends.f.reshape(shape),
            None if ends.exponent is None else ends.exponent.reshape(shape),
            None if ends.tail is None else ends.tail.reshape(*shape, TAIL),
        )  # fmt: skip

    def ends(self, columns: Mapping[str, np.ndarray]) -> Ends:
        """What the pixels came to whose values of the axes are these, (N,) each."""
        N = len(next(iter(columns.values())))
        starts = np.tile(self.problem.start, (N, 1))
        for name in self.swept[START]:
            starts[:, self.problem.loss.names.index(name)] = columns[name]
        lanes = self.together
        made: list[tuple[np.ndarray, Ends]] = []
        for which in self._groups(columns, N):
            for k in range(0, len(which), lanes):
                some = which[k : k + lanes]
                made.append((some, self._together({name: c[some] for name, c in columns.items()}, starts[some])))
        return _joined(made, N)

    def _groups(self, columns: Mapping[str, np.ndarray], N: int) -> list[np.ndarray]:
        """The pixels that may be walked together."""
        if not self._apart:
            return [np.arange(N)]
        _, group = np.unique(np.array([columns[name] for name in self._apart]), axis=1, return_inverse=True)
        group = group.reshape(-1)
        return [np.flatnonzero(group == k) for k in range(group.max() + 1)]

    def _together(self, columns: Mapping[str, np.ndarray], starts: np.ndarray) -> Ends:
        rule = isinstance(self.method, Rule)
        values = {name: columns[name] for name in self.swept[METHOD]}
        method, formula = self.method, self.formula
        letters = self.swept[LETTER]
        if values and not rule:
            method = method.with_parameters(**{name: like(method, name, v[0]) for name, v in values.items()})
        if letters and self.grouped[1]:
            formula = Formula(self.at([float(columns[name][0]) for name in letters]), None, ())
            letters = ()

        def made(which: np.ndarray | None) -> Method:
            if not (values and rule):
                return method
            own = {name: (v if which is None else v[which])[:, None] for name, v in values.items()}
            return method.with_parameters(**own)

        walker = Walker(formula, self.problem.window, self.stop, method.memoryless, method.descends,
                        self.at if letters else lambda _: formula.loss, self.exponents,
                        len(self.axes) == 1)  # fmt: skip
        given = np.array([columns[name] for name in letters]).reshape(len(letters), len(starts))
        return walker.walk(made, given, starts)

    def at(self, values: Sequence[float]) -> Loss:
        """The loss with the swept letters at values."""
        if not self.swept[LETTER]:
            return self.problem.loss
        return _at(self.problem.general, self.swept[LETTER], tuple(values), _others(self.problem))

    def single(self, pixel: Sequence[int]) -> tuple[Loss, Method, np.ndarray]:
        """(loss, method, start) of a pixel: what `descend` walks alike, on the window of the sweep."""
        values = {axis.name: float(axis.values[k]) for axis, k in zip(self.axes, pixel, strict=True)}
        start = self.problem.start.copy()
        for name in self.swept[START]:
            start[self.problem.loss.names.index(name)] = values[name]
        own = {name: like(self.method, name, values[name]) for name in self.swept[METHOD]}
        method = self.method.with_parameters(**own) if own else self.method
        return self.at([values[name] for name in self.swept[LETTER]]), method, start

    @property
    def spec(self) -> str:
        """The method with its parameters, but for those that are swept."""
        return self.spec_without(self.swept[METHOD])

    def spec_without(self, names: Collection[str]) -> str:
        values = {name: value for name, value in self.method.parameters.items() if name not in names}
        shown = ",".join(f"{name}={str(value).removesuffix('.0')}" for name, value in values.items())
        return f"{self.method.name}:{shown}" if shown else self.method.name

    def record(self) -> dict[str, Any]:
        """What was walked, as plain values."""
        loss = self.problem.loss
        return {
            "loss": loss.text, "variables": list(loss.names), "method": self.spec,
            "over": [axis.record() for axis in self.axes],
            "start": self.problem.start.tolist(), "window": self.problem.window.tolist(),
            "steps": self.stop.steps, "gtol": self.stop.gtol,
        }  # fmt: skip


def read_plan(
    problem: Any,
    method: Method | str,
    over: Any,
    *,
    size: int | None = None,
    gtol: float = 1e-8,
    exponents: bool = False,
    along: Mapping[str, Range] | None = None,
    **given: Any,
) -> Plan:
    """The plan of what was asked; given: keywords of `Problem.of`, None for what was not.

    along: what changes from frame to frame of a movie. Its plan is that of the first frame, the letter left open.
    """
    given = {name: value for name, value in given.items() if value is not None}
    asked, along = read_over({} if over is None else over), along or {}
    walker = read_method(method)
    named = {**asked, **along}
    if isinstance(method, str) and (twice := [name for name in named if name in settings(method)]):
        raise MethodError(f"{twice[0]} is given twice: in the method, and as an axis", "leave one of them out")
    this, notes = _problem(problem, named, given, tuple(walker.parameters))
    if walker.stochastic:
        raise MethodError(f"{walker.name} draws its steps, so that a pixel has no one end", "choose another method")
    if this.n > 50:
        raise StartError(f"sweeps are of losses of up to 50 variables, here are {this.n:,}", "walk them with descend",
                         shell="symopt run walks them")  # fmt: skip
    many = SIZE if size is None else whole("size", size, 2, 2**14)
    if not asked:
        if this.n > 2:
            raise StartError(f"the starts of {this.n} variables fill no plane", "name one or two axes with over=",
                             shell="name one or two axes with --over")  # fmt: skip
        asked = {name: Range(float(side[0]), float(side[1]), many)
                 for name, side in zip(this.loss.names, this.window, strict=True)}  # fmt: skip
    axes = tuple(
        Axis(name, role_of(name, this.loss.names, tuple(walker.parameters), tuple(this.letters)), each.values(),
             each.log) for name, each in asked.items()
    )  # fmt: skip
    if this.steps > MOST_STEPS:
        raise StartError(f"{this.steps:,} steps a walk are too many for a sweep", f"at most {MOST_STEPS:,}")
    swept = {axis.name: axis.ends for axis in axes if axis.role == METHOD}
    for name, each in along.items():
        if role_of(name, this.loss.names, tuple(walker.parameters), tuple(this.letters)) == METHOD:
            swept[name] = (each.high, each.low)
    for name, ends in swept.items():
        for value in ends:
            walker = walker.with_parameters(**{name: like(walker, name, value)})
    starts = this.starts
    chosen = choices(walker, this.loss, this.window, starts, this.steps)
    walker = resolve(walker, this.loss, this.window, starts, this.steps)
    tolerance = read_number("gtol", gtol, example="for example gtol=1e-8")
    made = replace(this, given=(np.array(starts[0], dtype=float),), box=this.window)
    table = given.get("data")
    plan = Plan(made, walker, axes, Stop(this.steps, tolerance), chosen, notes, exponents,
                str(table) if isinstance(table, str | PathLike) else "")  # fmt: skip
    if any(plan.grouped):
        groups = [len(axis) for axis in axes if axis.role != START]
        if np.prod(groups) > MOST_GROUPS:
            raise StartError(f"{int(np.prod(groups)):,} values of {', '.join(a.name for a in axes if a.role != START)} "
                             "are walked one after the other here", f"at most {MOST_GROUPS:,}: the method is no formula"
                             ", or the loss has sums")  # fmt: skip
    return plan


def _problem(
    what: Any, asked: Mapping[str, Range], given: Mapping[str, Any], parameters: Sequence[str]
) -> tuple[Problem, tuple[str, ...]]:
    """The problem with the swept letters open, and starts all along swept coordinates."""
    given, notes = dict(given), []
    window, start = given.pop("window", None), given.pop("start", None)
    steps = given.pop("steps", None)
    declared = given.get("variables")
    names = declared.split(",") if isinstance(declared, str) else list(declared or ())
    names = [str(name).strip() for name in names]
    others = [name for name in asked if names and name not in (*names, *parameters)]
    if others:  # of declared variables all else that is swept is a letter
        given["letters"] = {name: (asked[name].low, asked[name].high) for name in others}
        given["constants"] = {n: v for n, v in (given.get("constants") or {}).items() if n not in others}
    this = Problem.of(what, **given)
    names = list(this.loss.names)
    constants = this.loss.constants
    if not isinstance(what, Problem) and not others:
        letters = [name for name in asked if name in constants]
        odd = [name for name in names if not USUAL.fullmatch(name)]
        if not this.loss.declared and len(odd) < len(names):
            letters += [name for name in asked if name in odd]
            notes += [f"{name} is taken for a letter of the loss: --vars {','.join(names)} makes it a variable"
                      for name in asked if name in odd]  # fmt: skip
        if letters:
            ends = {name: (asked[name].low, asked[name].high) for name in letters}
            source = this.entry.text if this.entry else what
            kept = {name: value for name, value in (given.pop("constants", None) or {}).items() if name not in ends}
            this = Problem.of(source, letters=ends, constants=kept, **given)
    names = list(this.loss.names)
    if window is not None:
        this = Problem.of(this, window=window)
    if start is not None or steps is not None:
        this = Problem.of(this, start=start, steps=steps)
    coordinates = {name: each for name, each in asked.items() if name in names}
    if coordinates:
        base = np.array(this.start, dtype=float) if len(coordinates) < this.n or this.given else np.zeros(this.n)
        points = np.tile(base, (16, 1))
        for place, (name, each) in enumerate(coordinates.items()):
            share = np.linspace(0, 1, 16) if place == 0 else np.arange(16) * 7 % 16 / 15
            points[:, names.index(name)] = each.low + share * (each.high - each.low)
        this = Problem.of(this, starts=[*points])
    return this, tuple(notes)


def like(method: Method, name: str, value: float) -> Any:
    """A value as the parameter takes it: whole numbers stay whole."""
    default = method.parameters[name]
    whole_one = isinstance(default, int | np.integer) and not isinstance(default, bool)
    if whole_one and not isinstance(method, Rule):
        if value != int(value):
            raise MethodError(f"{name} of {method.name} is a whole number, not {value:g}", "sweep over whole numbers")
        return int(value)
    return float(value)


def _others(problem: Problem) -> tuple[tuple[str, float], ...]:
    """Open letters that are not swept stay at the value that the problem has them at."""
    return tuple((name, problem.loss.constants[name]) for name in problem.letters)  # type: ignore[misc]


@lru_cache(maxsize=4096)
def _at(general: Loss | None, names: tuple[str, ...], values: tuple[float, ...], others: Any) -> Loss:
    assert general is not None
    return general.at({**dict(others), **{name: repr(value) for name, value in zip(names, values, strict=True)}})


def _joined(made: Sequence[tuple[np.ndarray, Ends]], N: int) -> Ends:
    if len(made) == 1:
        return made[0][1]
    first = made[0][1]

    def whole_of(name: str) -> Any:
        example = getattr(first, name)
        if example is None:
            return None
        array = np.empty((N, *example.shape[1:]), dtype=example.dtype)
        for which, part in made:
            array[which] = getattr(part, name)
        return array

    return Ends(*(whole_of(name) for name in ("word", "period", "at", "steps", "x", "f", "exponent", "tail")))

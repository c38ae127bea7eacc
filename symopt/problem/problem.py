"""What is walked on: a loss with its window, starts, steps and known minima, each as given, as known, or by rule.

The only place that decides them: commands, functions and pages ask a `Problem`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy

from symopt.data import opening
from symopt.errors import ExpressionError, StartError, SymoptError, did_you_mean, named, public
from symopt.expression.parser import constant, settings
from symopt.gallery import GALLERY, Entry, find
from symopt.loss import Loss
from symopt.notebook import clipped, table

if TYPE_CHECKING:
    import numpy as np

    from symopt.problem.points import End

STEPS, STEPS_IN_MORE = 100, 1000
COORDINATES = 10**8
"""Of all points of a walk together, from which on fewer steps are the rule, and never fewer than 100."""
GIVEN, KNOWN, RULE = "given", "known", "rule"

ProblemLike: TypeAlias = "Problem | Loss | sympy.Expr | str"
"""What `Problem.of` reads, and so every function that takes a loss."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A loss and all that a walk on it needs: `window` (n, 2), `starts` (k, n), `start` (n,), `steps`, `minima`.

    Made by `Problem.of`. `origin` says of window, start and steps whether they are as `given`, as `known` from the
    gallery, or by `rule`. `letters` are open letters of the loss with their ends; `general` is the loss with them as
    symbols, `loss` has them at a value.

    >>> problem = symopt.Problem.of("rosenbrock", window={"y": (-1, 5)})
    >>> problem.window.tolist()
    [[-2.0, 2.0], [-1.0, 5.0]]
    >>> problem.minima
    ((1.0, 1.0),)
    """

    loss: Loss
    entry: Entry | None = None
    letters: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    general: Loss | None = None
    sides: Mapping[str, tuple[End, End]] = field(default_factory=dict)
    given: tuple[np.ndarray, ...] = ()
    most: int | None = None
    box: np.ndarray | None = None
    whence: str = GIVEN

    @classmethod
    @public
    def of(
        cls,
        what: ProblemLike,
        *,
        window: Any = None,
        start: Any = None,
        starts: Any = None,
        steps: int | None = None,
        variables: Any = None,
        constants: Mapping[str, str | float] | None = None,
        letters: Mapping[str, Sequence[float | str]] | None = None,
        data: Any = None,
        cluster: Any = None,
    ) -> Problem:
        """What is to be walked on.

        what: a text such as `x**2 - cos(x)`, a name of the gallery, a sympy expression, a `Loss`, or a `Problem`.
        window: (low, high) for every variable, (n, 2), {"x": (low, high)} for some, or text as in `-2,2` and `x=-2,2`.
        start: (n,), a number in one variable, {"x": 1, "y": 2}, or text as in `1,pi/2`. starts: several of them, or
        texts, where `-2:2:9` is nine. steps: the most steps of a walk. variables, constants, data,
        cluster: as in `Loss.parse`, for a text. letters: ends of letters left open, {"a": (0.1, 2)}.

        Raises ExpressionError for a text that cannot be read, StartError for parts that do not fit the loss, DataError
        for data that cannot be used.
        """
        constants, letters = settings("constants", constants), settings("letters", letters)
        if cluster is not None:
            data = opening.opened(data, cluster)
        if isinstance(what, Problem):
            if variables is not None or constants or letters or data is not None:
                raise StartError("variables, constants, letters and data belong to a text, not to a Problem",
                                 "build the Problem from the text with them")  # fmt: skip
            made = what
        else:
            loss, entry, opened, general = _read(what, variables, constants, letters, data)
            made = cls(loss, entry, opened, general)
        if window is start is starts is steps is None:
            return made
        from symopt.problem.points import (  # numpy: to read a loss needs none
            read_point,
            read_points,
            read_steps,
            read_window,
        )

        if window is not None:
            sides = {**made.sides, **read_window(window, made.loss)}
            made = replace(made, sides=sides, box=None)
        if start is not None and starts is not None:
            raise StartError("start and starts are both given", "start is one point, starts are several")
        if start is not None:
            made = replace(made, given=(read_point(start, made.loss),))
        elif starts is not None:
            made = replace(made, given=tuple(read_points(starts, made.loss)))
        return made if steps is None else replace(made, most=read_steps(steps))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same loss with the same window, starts and steps."""
        return self._asked == other._asked if isinstance(other, Problem) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.loss, self.most))

    @property
    def _asked(self) -> tuple[Any, ...]:
        """All that was asked for, in parts that compare."""
        box = None if self.box is None else self.box.tolist()
        constants = {name: str(value) for name, value in self.loss.constants.items()}
        return (self.loss, constants, self.entry, dict(self.letters), self.general, dict(self.sides),
                [start.tolist() for start in self.given], self.most, box)  # fmt: skip

    def __repr__(self) -> str:
        start = f", start {clipped(str(self.given[0].tolist()))}" if self.given else ""
        return f"<problem {self.entry.name if self.entry else clipped(self.loss.text)}{start}, {self.steps} steps>"

    def _repr_html_(self) -> str:
        origin = self.origin
        rows = [("f", clipped(self.loss.text), ""), ("variables", clipped(", ".join(self.loss.names)), "")]
        try:
            rows.append(("window", clipped(str(self.window.tolist())), origin["window"]))
            rows.append(("start", clipped(str(self.starts.tolist())), origin["start"]))
        except SymoptError as error:
            rows.append(("start", error.message, ""))
        rows.append(("steps", str(self.steps), origin["steps"]))
        rows += [("least at", clipped(str(list(place))), KNOWN) for place in self.minima[:8]]
        return table(rows)

    @property
    def n(self) -> int:
        """How many variables."""
        return self.loss.n

    @cached_property
    def window(self) -> np.ndarray:
        """The box to look at, (n, 2)."""
        import numpy as np

        from symopt.problem.window import default_window, holding

        if self.box is not None:
            return self.box
        if len(self.sides) == self.n:
            return np.array([self.sides[name] for name in self.loss.names])
        if self.entry is not None:
            box = holding(np.array(self.entry.window), np.reshape(self.given, (-1, self.n)))
        else:
            box = default_window(self.loss, self.given, self.minima)
        for name, ends in self.sides.items():
            box[self.loss.names.index(name)] = ends
        return box

    @property
    def exact(self) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """The sides of the window exactly: as typed, else the decimals that their doubles print as."""
        from symopt.problem.points import End

        box = zip(self.loss.names, self.window, strict=True)
        ends = (tuple(map(End, row)) if self.box is not None else self.sides.get(name, tuple(map(End, row)))
                for name, row in box)  # fmt: skip
        return [(low.exact, high.exact) for low, high in ends]

    @cached_property
    def starts(self) -> np.ndarray:
        """Where walks begin, (k, n); one unless several are given."""
        import numpy as np

        from symopt.problem.window import default_start

        if self.given:
            return np.array(self.given)
        if self.entry is not None:
            return np.array([self.entry.start])
        return default_start(self.loss, self.window)[None]

    @property
    def start(self) -> np.ndarray:
        """Where a walk begins, (n,): the first of the starts."""
        first: np.ndarray = self.starts[0]
        return first

    @property
    def steps(self) -> int:
        """The most steps of a walk, unless given or known: 100 in one variable, 1000 in more.

        Of more than 10⁵ variables 10⁸/n, and at least 100.
        """
        if self.most is not None:
            return self.most
        more = max(STEPS, min(STEPS_IN_MORE, COORDINATES // self.n))
        return (self.entry and self.entry.steps) or (STEPS if self.n == 1 else more)

    @cached_property
    def minima(self) -> tuple[tuple[float, ...], ...]:
        """The least points that the gallery knows of this loss, by its name or by its text; else none."""
        known = self.entry or _same_text(self.loss)
        return known.minima if known is not None else ()

    @property
    def origin(self) -> dict[str, str]:
        """Of `window`, `start` and `steps`: `given`, `known` (the gallery) or `rule`."""
        known = KNOWN if self.entry is not None else RULE
        return {
            "window": GIVEN if self.sides else self.whence if self.box is not None else known,
            "start": GIVEN if self.given else known,
            "steps": GIVEN if self.most is not None else KNOWN if self.entry and self.entry.steps else RULE,
        }

    def each(self) -> Iterator[Problem]:
        """The same problem once from every start, all with the same window."""
        for x in self.starts:
            yield replace(self, given=(x,), box=self.window, whence=self.origin["window"])


def _read(
    what: Any,
    variables: Any,
    constants: Mapping[str, str | float] | None,
    letters: Mapping[str, Any] | None,
    data: Any,
) -> tuple[Loss, Entry | None, Mapping[str, tuple[float, float]], Loss | None]:
    """(the loss, its entry of the gallery if it was named, its open letters, the loss with them as symbols)."""
    if isinstance(what, Entry):
        what = what.name
    plain = variables is None and not constants and not letters and data is None
    if isinstance(what, str):
        if plain and (entry := find(what.strip())):
            return Loss.parse(entry.text), entry, {}, None
        try:
            return _opened(what, variables, constants, letters, data)
        except ExpressionError as error:
            raise _perhaps_a_name(what, error) from None
    if isinstance(what, Loss):
        if letters:
            names = None if not what.declared else [name for name in what.names if name not in letters]
            return _opened(what.text, names, what.constants, letters, what.data if data is None else data)
        if not plain:
            raise StartError("variables, constants and data belong to a text, not to a Loss", "Loss.parse takes them")
        return what, None, {}, None
    if isinstance(what, sympy.Expr):
        if data is not None:
            raise StartError("data belongs to a text: a sympy expression has no sum over rows",
                             'for example "mean((y - a*t)**2)"')  # fmt: skip
        loss = Loss.from_sympy(what, variables)
        return (
            _opened(loss.text, variables, constants, letters, None) if constants or letters else (loss, None, {}, None)
        )
    raise StartError(
        f"a loss is a text, a name of the gallery, a sympy expression or a Loss, not {named(what)}",
        'for example "x**2 - cos(x)"; a function of numbers shows no formula to be derived',
    )


def _opened(
    text: str, variables: Any, constants: Mapping[str, Any] | None, letters: Mapping[str, Any] | None, data: Any
) -> tuple[Loss, None, Mapping[str, tuple[float, float]], Loss | None]:
    """A text read once: with its letters as symbols, and with each at its own value, else 1, else in the middle."""
    if not letters:
        return Loss.parse(text, variables, constants, data=data), None, {}, None
    from symopt.problem.points import read_ends

    ends = {name: read_ends(name, pair) for name, pair in letters.items()}
    own = dict(constants or {})
    fixed = {name: value for name, value in own.items() if name not in ends}
    general = Loss.parse(text, variables, fixed, tuple(ends), data)
    here = {symbol.name for symbol in general.expr.free_symbols}
    if unused := [name for name in ends if name not in here]:
        raise StartError(f"the loss does not depend on {', '.join(unused)}", "leave the range out")
    values = {}
    for name, (low, high) in ends.items():
        chosen = float(constant(name, own[name]).number or 0.0) if name in own else beginning(low, high)
        values[name] = repr(min(max(chosen, low), high))
    return general.at(values), None, ends, general


def beginning(low: float, high: float) -> float:
    """The first value of a letter left open: 1 where that fits, else the middle."""
    return 1.0 if low <= 1 <= high else float(f"{(low + high) / 2:.4g}")


def _same_text(loss: Loss) -> Entry | None:
    """The gallery's loss of the same text, however it is spaced."""
    typed = "".join(loss.text.split())
    same = (e for e in GALLERY if "".join(e.text.split()) == typed and e.variables == loss.names and not loss.constants)
    return next(same, None)


def _perhaps_a_name(text: str, error: ExpressionError) -> SymoptError:
    """A misspelt name of the gallery gets its own did-you-mean."""
    word = text.strip()
    if entry := find(word):
        return SymoptError(
            f"{entry.name} is a loss of the gallery, with variables {', '.join(entry.variables)} of its own",
            f'leave variables, constants and data out, or give its formula: "{entry.text}"',
            shell=f'leave --vars and --set out (and --data), or type its formula: "{entry.text}"',
        )
    if len(word) > 4 and word.replace("-", "").isalnum() and (near := did_you_mean(word, [e.name for e in GALLERY])):
        return SymoptError(f"no loss is called {word!r}", f"did you mean {near}? symopt.losses() lists them",
                           shell=f"did you mean {near}? symopt losses lists them")  # fmt: skip
    return error

"""Parameters with a number for a default, `lambda_=1`: what is shown at the default is asked for every value.

At the default alone a slip that vanishes there is not seen: 2*x where 2*lambda_*x belongs. Where the loss and all of
its derivatives have the parameter, and their code can be read so, it becomes a letter among the data: any number, else
any number of its default's sign. Where the code needs a number (a count, an axis), it is its default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Expr

from symopt.checking.source.lengths import general
from symopt.checking.source.questions import Reading
from symopt.checking.source.read import Read, Told
from symopt.checking.verdict import DIFFERENT, PROVED
from symopt.expression import deep
from symopt.functions import FUNCTIONS
from symopt.reading.general.uniform import Uniform
from symopt.reading.letters import Letters, Shape
from symopt.reading.source import SourceError
from symopt.reading.walk.objects import NeedsVector


@dataclass(frozen=True)
class Numbers:
    """The numbers that are defaults of a loss and its derivatives; shared: those that all of them have alike."""

    values: Mapping[str, Any]
    shared: Sequence[str]

    @classmethod
    def of(cls, reading: Reading) -> Numbers:
        trio, reader = reading.trio, reading.interpreter(Letters())
        paths = dict.fromkeys([trio.loss, *trio.first.values(), *trio.second.values()])
        try:
            each = [{name: v for name, v in reader.defaults(path).items() if _number(v)} for path in paths]
            needed = [{*reader.parameters(path)} for path in paths]
        except SourceError:
            return cls({}, ())
        values = {name: v for defaults in each[::-1] for name, v in defaults.items() if name not in needed[0]}
        both = list(zip(each, needed, strict=True))
        shared = [name for name, v in each[0].items() if all(d[name] == v if name in d else name in n for d, n in both)]
        return cls(values, shared)

    def tries(self, fits: Callable[[Sequence[str]], bool]) -> Iterator[Sequence[str]]:
        """Which of them are made letters, one choice after the other: of whole numbers some may be counts, which do
        not fit.
        """
        yield self.shared
        fractions = [name for name in self.shared if not isinstance(self.values[name], int)]
        whole = [name for name in self.shared if name not in fractions and len(self.shared) > 1 and fits([name])]
        yield from filter(None, ([*fractions, *whole] if whole else [], fractions))

    def sign(self, name: str) -> int:
        return -1 if self.values[name] < 0 else 1

    def at(self, names: Sequence[str]) -> str:
        """lambda_ = 1, eps = 1e-08."""
        return ", ".join(f"{name} = {float(self.values[name]):.10g}" for name in names)

    def signed(self, name: str) -> str:
        value = self.values[name]
        return f"{name} {'<' if value < 0 else '>' if value > 0 else '≥'} 0"


def _number(value: Any) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, Expr) and value.is_number))


def for_every_value(reading: Reading, arguments: Mapping[str, Shape], told: Told, window: Any, seed: int) -> Told:
    """A reading, its components and the words for its lengths: with parameters as letters where that shows more."""
    numbers = Numbers.of(reading)
    if numbers.shared and all(c.verdict == PROVED for c in told[1]):

        def fits(names: Sequence[str]) -> bool:
            read = _read(reading, arguments, numbers, names, False)
            return read is not None and not _mean_more(read, names)

        tried = set()
        for names in numbers.tries(fits):
            if frozenset(names) not in tried and (
                found := _with_letters(reading, arguments, numbers, names, told, window, seed)):  # fmt: skip
                return found
            tried.add(frozenset(names))
    return _said(told, numbers.at([*numbers.values]))


def _said(told: Told, values: str) -> Told:
    this, components, lengths = told
    remarks = [f"at {values}, by default"] if values else []
    return replace(this, remarks=[*this.remarks, *remarks]), components, lengths


def _mean_more(read: Read, names: Sequence[str]) -> bool:
    """Whether a reading has a value in more places where a letter is a whole number: x**p, sinc(p, x)."""
    exprs = [read.loss.expr, *(given for _, _, given in read.entries)]
    return any(_means_more(part, names) for e in exprs for part in e.atoms(sympy.Pow, sympy.Function))


def _means_more(part: Any, names: Sequence[str]) -> bool:
    asked = part.exp if part.is_Pow else part.args[0]
    if not {s.name for s in asked.free_symbols} & {*names}:
        return False
    known = FUNCTIONS.get(part.func.__name__)
    return not part.base.is_nonnegative if part.is_Pow else known is not None and known.ordered


def _read(
    reading: Reading, arguments: Mapping[str, Shape], numbers: Numbers, names: Sequence[str], signed: bool
) -> Read | None:
    """A reading with parameters as letters; None if it cannot be read."""
    try:
        with deep():
            return replace(reading, free={name: numbers.sign(name) * signed for name in names}).run(arguments)
    except (SourceError, NeedsVector):
        return None


def _with_letters(
    reading: Reading, arguments: Mapping[str, Shape], numbers: Numbers, names: Sequence[str], told: Told, window: Any,
    seed: int,
) -> Told | None:  # fmt: skip
    this, _, lengths = told
    rest = numbers.at([name for name in numbers.values if name not in names])
    for signed in (False, True):
        if (read := _read(reading, arguments, numbers, names, signed)) is None:
            return None
        places = {k: numbers.sign(s.name) for k, s in enumerate(read.loss.variables) if s.name in names}
        made = read.check(window, seed, signs={} if signed else places).run()
        if any(c.verdict == DIFFERENT for c in made):
            remark = f"proved at {numbers.at(names)}, by default, and not for every value"
            return None if signed else _said((replace(read, remarks=[remark, *read.remarks]), made, ""), rest)
        if _mean_more(read, names):
            return None
        if all(c.verdict == PROVED for c in made):
            every = "for every " + ", ".join(numbers.signed(name) if signed else name for name in names)
            if lengths.startswith("for every n"):
                uniform = Uniform(reading.source, reading.trio.end, dict(reading.settings))
                whole = general(uniform, reading.trio, dict.fromkeys(names, 0))
                if whole is not None and whole.right and whole.defined:
                    words = f"for every n ≥ {whole.least} and {every.removeprefix('for ')}"
                    return _said((this, told[1], words), rest)
            if signed or lengths:
                words = f"{every} at n = {this.count}" if lengths else every
                return _said((replace(this, remarks=[*this.remarks, words]), told[1], lengths), rest)
            return _said((read, made, lengths), rest)
    return None

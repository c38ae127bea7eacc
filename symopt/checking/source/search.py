"""What the arguments of a loss may be: numbers, one vector of so many entries, arrays of shapes. One search for all.

A search is an order of attempts, the likeliest first, and the first that is taken ends it. What an attempt that fails
tells (an argument is a vector, has so many entries, is a dict) changes what comes next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symopt.checking.source.read import Read
from symopt.checking.verdict import in_words
from symopt.reading.exact.values import NeedsValues
from symopt.reading.hints import Group, Hints
from symopt.reading.letters import Letters, Open, Shape
from symopt.reading.source import Misfit, SourceError, TooLong
from symopt.reading.walk.objects import NeedsParts, NeedsVector, Sliced

FREE = 3  # entries of a vector of which nothing is known
LENGTHS = (2, 3, 4, 5, 6, 1, 7, 8, 9, 10)
LARGEST = 100  # entries, where only an array of the file tells their number
MET = 3  # arrays that a number meets
SIZES = (3, 2, 4, 5)  # of new dimensions, all different: what is right for one of them only is seen
MOST_RUNS = 600
MOST_STEPS = 100_000  # of all readings
MOST_LETTERS = 150
FITS = 6  # shapes with which all can be read, of which none makes the derivatives right
SHARE = 3  # of them with one shape of the array that is met first
AFTER = 40  # readings after the first that fits
SAME = 60  # readings in a row that end alike: then no shape helps


def valued(read: Callable[[dict[str, tuple[int, ...]]], Read], labels: dict[str, tuple[int, ...]]) -> Read:
    """A reading, with values for the arrays by whose entries the file chooses: labels, which are found on the way."""
    while True:
        try:
            return read(labels)
        except NeedsValues as needs:
            if needs.name in labels:
                raise SourceError(f"the values of {needs.name} are not known", "write them in the file") from None
            labels[needs.name] = needs.values


def first(search: Lengths | Shapes, read: Callable[[], Read]) -> Read:
    """What the first attempt gives that is taken; read: makes an attempt. Raises SourceError if none is."""
    while True:
        try:
            found = read()
        except (SourceError, NeedsVector) as error:
            more = search.failed(error)
        else:
            if search.taken(found):
                return found
            more = search.next()
        if not more:
            return search.ended()


class OtherShape(SourceError):
    """A gradient of another shape than the vector, or the numbers, that it is by."""

    def __init__(self, told: SourceError, shapes: Mapping[str, Shape]) -> None:
        super().__init__(told.message, told.hint, told.line)
        self.shapes = shapes


class Apart(Exception):
    """Several arguments that cannot all be numbers: the error, and whether one is needed as a vector."""

    def __init__(self, error: SourceError, needed: bool) -> None:
        super().__init__(str(error))
        self.error, self.needed = error, needed


class Lengths:
    """Numbers (n is None), or one vector of n entries: as many as are told, or the first number with which all fits.

    names: of the variables, if they are told. guess: whether nothing tells n; loose: whether other n seem possible.
    """

    def __init__(self, parameters: Sequence[str], names: Sequence[str] | None, loss: str, loose: bool) -> None:
        self.parameters, self.names, self.loss, self.loose = parameters, names, loss, loose
        self.n = len(names) if names and len(names) > 1 == len(parameters) else None
        self.guess = False
        self.waiting: list[int] = []
        self.tried: set[tuple[int, bool]] = set()
        self.kept: Read | None = None
        self.number: SourceError | None = None  # what is wrong with numbers
        self.vector: SourceError | None = None  # what is wrong with the first vector
        self.fitting: SourceError | None = None  # what cannot be read of a vector whose length fits

    def taken(self, found: Read) -> bool:
        if self.vector is not None and (found.empty or not found.loss.expr.free_symbols):
            self.kept = (
                self.kept or found
            )  # the momenta behind x[2:], a pair loop over one point: nothing to be checked
        elif self.n is None and found.met:  # a number that meets arrays may be a vector of their length
            self.kept, self.waiting, self.loose = found, sorted(found.met)[:MET], False
        else:
            return True
        return False

    def failed(self, error: SourceError | NeedsVector) -> bool:
        if isinstance(error, TooLong):
            raise error
        if len(self.parameters) > 1 and (self.names is None or isinstance(error, NeedsVector)):
            raise Apart(self.apart() if isinstance(error, NeedsVector) else error, isinstance(error, NeedsVector))
        if isinstance(error, NeedsParts) or (isinstance(error, SourceError) and self.names is not None):
            raise error
        later = self.vector is not None or self.kept is not None
        if isinstance(error, NeedsVector) and later:
            if self.vector is not None and error.n is not None and (error.n, False) not in self.tried:
                self.waiting.append(error.n)  # so many entries has the gradient
        elif isinstance(error, NeedsVector):
            self.number, self.loose = self.number or error.error, self.loose or isinstance(error, Sliced)
            self.waiting = [self.needed(error.n)]
            self.guess = error.n is None
            return self.next(self.guess)
        elif self.n is None:  # what is no number may be a vector
            self.number, self.waiting = error, [FREE]
            return self.next(True)
        elif not later:
            told = error.numbers if isinstance(error, Misfit) else ()  # numpy's sizes that differ
            lengths = [*LENGTHS, *(k for k in told if LENGTHS[-1] < k <= LARGEST)]
            self.vector, self.waiting = error, [k for k in lengths if self.guess or k > self.n]
        elif not isinstance(error, Misfit):
            self.fitting = self.fitting or error
        return self.next()

    def needed(self, known: int | None) -> int:
        """How many entries are tried where a vector is needed, of so many if that is known."""
        if self.names is not None:
            if self.n is not None and known is not None:
                raise SourceError(f"{known} or more variables are used, {self.n} are declared", "--vars names all")
            return len(self.names)
        return FREE if known is None else known if self.guess or self.n is None else max(known, self.n)

    def apart(self) -> SourceError:
        first, *rest = self.parameters
        return SourceError(
            f"{self.loss} takes {', '.join(self.parameters)}, and {first} is a vector",
            "give the others a value: "
            + " ".join(f"--set {p}=1" for p in rest)
            + f"; or a shape: --shape {rest[-1]}=5",
        )

    def next(self, guess: bool = False) -> bool:
        if not self.waiting:
            return False
        self.n, self.guess = self.waiting.pop(0), guess
        if (self.n, guess) in self.tried and self.vector is None:
            raise SourceError(f"it is not clear how many variables {self.loss} has", "name them: --vars x,y")
        self.tried.add((self.n, guess))
        return True

    def ended(self) -> Read:
        if self.kept is not None:
            return self.kept
        assert self.vector is not None
        raise self.number or (self.fitting if self.fitting and isinstance(self.vector, Misfit) else self.vector)


class Shapes:
    """Shapes of arrays, chosen as the code meets them; the last that was met takes its next one where all is refused.

    told: shapes that are known. thin: whether dimensions of 1, which numpy stretches, are tried too. flat: whether W
    is a vector first, too, as in X @ W + b, before anything is called wrong.
    """

    def __init__(self, told: Mapping[str, Shape], hints: Hints, parameters: Sequence[str], loss: str) -> None:
        self.told, self.hints, self.parameters, self.loss = told, hints, parameters, loss
        self.lengths: dict[str, Shape] = {}  # that derivatives tell
        self.recorded: Callable[[str, dict[str, Any]], Any] = lambda _, entries: entries
        self.first: Read | None = None
        self.odd = ""
        self.best: tuple[int, SourceError, str] | None = None
        self.thin = self.flat = False
        self.again()

    def again(self) -> None:
        """From the first choices on."""
        self.choices: list[int] = []
        self.labels: dict[str, tuple[int, ...]] = {}
        self.runs = self.steps = self.own = self.fits = self.same = 0
        self.jump = False  # whether the array that is met first is tried with its next shape
        self.most, self.last = MOST_RUNS, ""

    def begin(self, letters: Letters) -> None:
        """A new reading with the choices so far."""
        self.letters = letters
        self.opens: dict[str, Open] = {}
        self.met: list[tuple[str, list[Any]]] = []
        self.runs += 1

    def counted(self, steps: int) -> None:
        """The steps of a reading."""
        self.own, self.steps = steps, self.steps + steps

    def open(self, name: str) -> Open:
        return self.opens.setdefault(name, Open(name, self))

    def opened(self, value: Any) -> str:
        """The name of the array that a value is as a whole."""
        return next((name for name, each in self.opens.items() if each.found is value), "")

    # the order

    def taken(self, found: Read) -> bool:
        if found.plausible == 1:
            return True
        if self.usual():
            self.first = found if self.first is None or found.plausible > self.first.plausible else self.first
        else:  # y as a matrix, say: others may be meant, so that nothing is called wrong by it
            self.odd = self.odd or in_words(self.letters.made)
        self.fits += 1
        self.most = min(self.most, self.runs + AFTER)
        self.jump = self.fits % SHARE == 0
        return False

    def failed(self, error: SourceError | NeedsVector) -> bool:
        if isinstance(error, NeedsParts):
            if not error.name or not self.hints.needs(error.name, error.key, error.record):
                raise error.error or SourceError("an argument that has parts")
            self.choices = []
            return True
        if isinstance(error, OtherShape):  # the code knows how many variables it has
            before = {**self.lengths, **self.told}
            new = {name: shape for name, shape in error.shapes.items()
                   if name not in before or (before[name] and not shape and name not in self.told)}  # fmt: skip
            if new:
                self.lengths |= new
                self.choices = []
                return True
        known = error if isinstance(error, SourceError) else error.error or SourceError("a number is no array")
        if self.best is None or self.own > self.best[0]:
            self.best = self.own, known, in_words(self.letters.made)
        self.same = self.same + 1 if self.last == known.message else 0
        self.last = known.message
        return self.next()

    def next(self) -> bool:
        if self.same <= SAME and self.fits < FITS and self.runs < self.most and self.steps < MOST_STEPS:
            self.choices = self.choices[: len(self.met)] + [0] * (len(self.met) - len(self.choices))
            if self.jump:
                self.choices, self.jump = self.choices[:1], False
            while self.choices:
                if self.choices[-1] + 1 < len(self.met[len(self.choices) - 1][1]):
                    self.choices[-1] += 1
                    return True
                self.choices.pop()
        if self.first is not None:
            if self.flat or not any(map(self.weights, self.letters.made)):
                return False
            self.flat = True
            self.again()
            self.most = AFTER
            return True
        if self.thin:
            return False
        self.thin = True
        self.again()
        return True

    def weights(self, name: str) -> bool:
        """Whether an array is a matrix by its name alone, and not the data."""
        return self.hints.matrix(name) and not {name} & {*self.told, *self.hints.dimensions} and name[0] not in "XY"

    def ended(self) -> Read:
        """The first that makes most right. Raises the SourceError of the reading that came furthest."""
        if self.first is not None:
            return self.first
        if self.odd:
            raise SourceError(
                f"the shapes of the arguments of {self.loss} are not clear: right are none, and {self.odd} is odd",
                f"the shapes may be others: --shape {self.parameters[0]}=3 tells one",
            )
        assert self.best is not None
        _, error, shapes = self.best
        hint = (
            f"the shapes may be others than {shapes}: --shape X=5,2 tells one; or {error.hint}"
            if shapes
            else error.hint
        )
        raise SourceError(error.message, hint, error.line)

    def usual(self) -> bool:
        """Whether what has two dimensions is what is likely to have them, by its name or by what the text shows."""
        return all(len(shape) < 2 or name in self.told or self.hints.matrix(name) or name in self.hints.dimensions
                   for name, shape in self.letters.made.items())  # fmt: skip

    # choices

    def chosen(self, asked: Open) -> Any:
        options = self.options(asked)
        place = len(self.met)
        self.met.append((asked.name, options))
        picked = options[self.choices[place]] if place < len(self.choices) else options[0]
        if isinstance(picked, Group):
            asked.parts, asked.keyed = picked.names, picked.keyed
            parts = [self.open(name) for name in picked.names]
            if not picked.keyed:
                return tuple(parts)
            entries = dict(zip(picked.keys, parts, strict=True))
            return entries if picked.record is None else self.recorded(picked.record, entries)
        count = sum(math.prod(shape) for shape in self.letters.made.values())
        later = self.first is not None and len(picked) == 1 and picked[0] in SIZES[2:]
        if count + math.prod(picked) > MOST_LETTERS or (
            later
            and asked.name not in self.told
            and not any(picked[0] in shape for shape in self.letters.made.values())
        ):  # what can be read with 2 or 3 entries and is wrong is not right with 5
            raise ValueError("more letters than are tried")
        return self.letters.of(asked.name, picked)

    def options(self, asked: Open) -> list[Any]:
        """What an argument may be, the likeliest first: for a matrix, a matrix with new dimensions first."""
        if asked.name in self.told:
            return [self.told[asked.name]]
        if group := self.hints.groups.get(asked.name):
            return [(len(group.names),), group] if self.hints.numbers(asked.name) else [group]
        length = [self.lengths[asked.name], ()] if asked.name in self.lengths else []
        known = {**self.told, **self.letters.made}
        used = list(dict.fromkeys(n for name, shape in known.items() for n in shape
                                  if n > 1 and not self.hints.numbers(name)))[::-1]  # fmt: skip
        new = [n for n in (SIZES[:3] if self.hints.many() else SIZES) if n not in used]
        fresh, later = new[:1], new[1:2]
        wide = [(a, b) for a in fresh for b in later] + [(a, b) for a in used for b in fresh]
        pairs = [(a, b) for a in used for b in used if a != b]
        wide += sorted(pairs, key=math.prod) if self.hints.many() else pairs
        wide += [(a, b) for a in fresh for b in used] + [(a, a) for a in used]
        narrow = [(a,) for a in [*used, *new]]
        thin = [(a, 1) for a in [*used, *fresh]] + [(1, a) for a in [*used, *fresh]] if self.thin else []
        alone = [(1,)] if self.thin else []
        dimensions = self.hints.dimensions.get(asked.name)
        if dimensions is not None:
            possible: dict[int, list[Any]] = {0: [()], 1: narrow + alone, 2: wide + thin}
            return [*length, *possible.get(dimensions, [])]
        if self.hints.matrix(asked.name) and not (self.flat and self.weights(asked.name)):
            return [*length, *wide, *narrow, *thin, *alone, ()]
        return [*length, *narrow, (), *wide, *thin, *alone]

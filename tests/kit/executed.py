"""An oracle for `symopt check FILE.py`: numpy executes the file, and its derivative is held against differences.

    python -m tests.kit.executed            the table: every idiom and program, its truth, symopt's verdict, its time
    python -m tests.kit.executed --known    the same, and writes tests/checking/known.txt anew
    python -m tests.kit.executed --patient  the same with diagnoses
    python -m tests.kit.executed WORD …     those whose name has one of the words, each with its report

tensors/ holds programs in torch and jax, which are executed where these are installed.

A file of cases is Python in parts. A part begins with `# %% name`, then in brackets the length of the argument where
that is a vector, then the names of loss and derivatives where they are not f, df, ddf:

    # %% the second difference [3] f, df

Below a line `# -- executed as` stands what is executed in place of a text that cannot be (jax, torch), below
`# -- executed with` what is executed after it (f and df of a class, say). `# -- with a slip: old => new` stands for a
second case, with another text in the place of one.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from symopt.checking.compare import Check
from symopt.checking.source.trios import check_source
from symopt.checking.verdict import Component
from symopt.errors import SymoptError
from symopt.reading.source import read_text

HERE = Path(__file__).parents[1] / "checking"
KNOWN = HERE / "known.txt"
HEAD = re.compile(r"# %% (?P<name>[^\[\]\n]+?)\s*(\[(?P<n>\d+)\]\s*(?P<names>[\w.]+(, [\w.]+)+)?)?\s*")
TWIN = re.compile(r"^# -- executed (as|with)\n", flags=re.MULTILINE)
SLIP = re.compile(r"^# -- with a slip: (.+) => (.+)\n", flags=re.MULTILINE)
IMPORTS = "import math\nimport numpy as np\n"
POINTS, TRIES = 8, 80
BOXES = ((0.3, 2.2), (-2.0, 2.0), (-4.0, 4.0), (-1.0, 0.0))
RIGHT, WRONG = 1e-6, 1e-4  # relative: what lies between is too near to be judged, and a fault of the corpus
FAILS = "fails: "  # before the words on a derivative that gives no entries to be compared

Places = dict[tuple[str, tuple[int, ...]], str]


class Corpus(Exception):
    """A case that cannot be judged: the fault is the case's."""


@dataclass(frozen=True)
class Case:
    """One source text: what symopt reads, what is executed, the length of a vector argument, names, if any."""

    name: str
    text: str
    run: str
    n: int | None = None
    names: tuple[str, ...] = ()


def cases(folder: str) -> Iterator[Case]:
    """Every case of the files in a folder of tests/checking."""
    for path in sorted((HERE / folder).glob("*.py")):
        parts = re.split(r"^(?=# %% )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        for part in parts:
            first, _, text = part.partition("\n")
            match = HEAD.fullmatch(first)
            if match is None:
                raise Corpus(f"{path.name}: {first!r} is no head")
            names = tuple(match["names"].split(", ")) if match["names"] else ()
            for name, written in slipped(match["name"], text):
                read, how, twin = (*TWIN.split(written), "", "")[:3]
                read = read.strip("\n") + "\n"
                read = read if "import numpy" in read or folder == "tensors" else IMPORTS + read
                run = read + twin if how != "as" else IMPORTS + twin
                yield Case(name, read, run, int(match["n"]) if match["n"] else None, names)


def slipped(name: str, text: str) -> Iterator[tuple[str, str]]:
    """A text, and where it names a slip, the text with it."""
    slip = SLIP.search(text)
    text = SLIP.sub("", text)
    yield name, text
    if slip is not None:
        if slip[1] not in text:
            raise Corpus(f"{name}: {slip[1]} is not there")
        yield f"{name} with a slip", text.replace(slip[1], slip[2])


# what the file does


def truth(case: Case, n: int | None = None, also: Sequence[np.ndarray] = ()) -> Places:
    """Of each component that the file gives: "right", or why not, found by executing it at seeded points.

    The derivative is compared with central differences of f, extrapolated to step 0 (Ridders 1982), at points where
    their own error is small. n: the length of the vector, if other than the case's; also: more points. Raises Corpus.
    """
    scope: dict[str, Any] = {"__name__": "symopt"}  # dataclasses ask for a module that is loaded
    with quiet():
        try:
            exec(compile(case.run, case.name, "exec", dont_inherit=True), scope)
        except Exception as error:
            raise Corpus(f"{case.name}: {type(error).__name__}: {error}") from error
        names = case.names if case.names and all(name in scope for name in case.names) else ("f", "df", "ddf")
        if "f" not in scope and not case.names:
            raise Corpus(f"{case.name}: no f")
        loss = scope[names[0]]
        vector = case.n is not None
        size = n or case.n or count(loss)
        made = maker(case)
        called = of_vector(loss, vector, made)
        found: Places = {}
        for order, name in enumerate(names[1:], 1):
            if name in scope:
                function = of_vector(scope[name], vector or (count(scope[name]) == 1 and size > 1), made)
                found |= compared(case, called, function, size, order, also)
    if not found:
        raise Corpus(f"{case.name}: no derivative")
    return found


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def count(function: Callable[..., Any]) -> int:
    """How many arguments a function needs."""
    parameters = inspect.signature(function).parameters.values()
    return sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


def of_vector(function: Callable[..., Any], vector: bool, made: Any = np.array) -> Callable[[np.ndarray], Any]:
    if vector:
        return lambda x: function(made(np.array(x, dtype=float)))
    return lambda x: function(*(float(c) for c in x))


def maker(case: Case) -> Any:
    """What makes an array of the library that a case uses."""
    if "import torch" in case.run:
        import torch

        return torch.tensor
    if "import jax" in case.run:
        import jax

        jax.config.update("jax_enable_x64", True)
        return jax.numpy.array
    return np.array


def number(function: Callable[[np.ndarray], Any], x: np.ndarray) -> float:
    """f at a point as a number; nan where it has none."""
    try:
        value = np.asarray(function(x))
    except (ZeroDivisionError, OverflowError):
        return np.nan
    except Exception as error:
        raise Corpus(f"the loss raises {type(error).__name__}: {error}") from error
    if value.size != 1 or np.iscomplexobj(value):
        raise Corpus(f"the loss gives {value!r}")
    return float(value.ravel()[0])


def differences(f: Callable[[np.ndarray], Any], x: np.ndarray, index: tuple[int, ...]) -> tuple[float, float]:
    """∂f/∂xᵢ or ∂²f/∂xᵢ∂xⱼ by central differences, extrapolated; and an estimate of its error."""
    steps = np.eye(len(x))[list(index)]

    def at(h: float) -> float:
        if len(index) == 1:
            return (number(f, x + h * steps[0]) - number(f, x - h * steps[0])) / (2 * h)
        a, b = h * steps
        return (number(f, x + a + b) - number(f, x + a - b) - number(f, x - a + b) + number(f, x - a - b)) / (4 * h * h)

    h, best, error = 0.08, np.nan, np.inf
    row = [at(h)]
    for _ in range(9):
        h /= 1.5
        new, factor = [at(h)], 1.0
        for before in row:
            factor *= 1.5**2
            new.append((new[-1] * factor - before) / (factor - 1))
            guess = max(abs(new[-1] - new[-2]), abs(new[-1] - before))
            if guess < error:
                best, error = new[-1], guess
        if error <= 1e-9 * max(abs(best), 1e-2):
            break
        row = new
    return best, error


def compared(
    case: Case,
    f: Callable[[np.ndarray], Any],
    given: Callable[[np.ndarray], Any],
    n: int,
    order: int,
    also: Sequence[np.ndarray],
) -> Places:
    """The truth on each entry of one derivative, at random points and at others."""
    of = "gradient" if order == 1 else "hessian"
    indices = [(i,) for i in range(n)] if order == 1 else [(i, j) for i in range(n) for j in range(n)]
    wanted = POINTS if n <= 2 else POINTS - 3
    random = np.random.default_rng(20)
    said = dict.fromkeys(indices, "right")
    good = dict.fromkeys(indices, 0)
    near = 0.0
    for x in (*also, *(random.uniform(*BOXES[attempt % len(BOXES)], n) for attempt in range(TRIES))):
        if not np.isfinite(number(f, x)):
            continue
        slopes = {index: differences(f, x, index) for index in indices if good[index] < wanted}
        known = {k: v for k, (v, error) in slopes.items() if np.isfinite(v) and error <= 1e-7 * max(abs(v), 1e-2)}
        if not known:
            continue
        entries = evaluated(given, x, n**order)
        if isinstance(entries, str):
            return {(of, index): entries for index in indices}
        for index, slope in known.items():
            value = entries[index[0] if order == 1 else index[0] * n + index[1]]
            good[index] += 1
            gap = abs(value - slope) / max(abs(slope), 1e-2)
            if not np.isfinite(value):
                said[index] = f"{value} at {x}"
            elif gap > WRONG:
                said[index] = f"{value:.10g} where {slope:.10g} is right, at {x}"
            elif gap > RIGHT:
                near = max(near, gap)
        if all(g >= wanted for g in good.values()):
            break
    few = [index for index, g in good.items() if g < 3]
    if few:
        raise Corpus(f"{case.name}: too few points at which entry {few[0]} of the {of} can be judged")
    if near and all(word == "right" for word in said.values()):
        raise Corpus(f"{case.name}: off by {near:.1e}, neither right nor wrong")
    return {(of, index): word for index, word in said.items()}


def evaluated(given: Callable[[np.ndarray], Any], x: np.ndarray, size: int) -> np.ndarray | str:
    """The entries that a derivative gives, or why it gives none."""
    try:
        twice = [np.asarray(given(x), dtype=float).ravel() for _ in range(2)]
    except Exception as error:
        return f"{FAILS}{type(error).__name__}: {error}"
    if twice[0].size != size:
        return f"{FAILS}{twice[0].size} entries for {size}"
    return twice[0] if np.array_equal(*twice, equal_nan=True) else f"{FAILS}another value at each call"


# what symopt says of it


@dataclass(frozen=True)
class Outcome:
    """How symopt's verdict stands to the truth: right, false proved, false different, not read, undecided."""

    word: str
    why: str = ""
    correct: bool = True
    report: str = ""
    seconds: float = 0.0


def outcome(case: Case, patient: bool = False) -> Outcome:
    """The verdict of `check` on a case held against what numpy does; patient: with its diagnoses."""
    told = truth(case)
    correct = all(word == "right" for word in told.values())
    start = spent()
    try:
        with contextlib.nullcontext() if patient else brief():
            verdict = check_source(read_text(case.text, case.name), case.names or None)
    except SymoptError as error:
        word = "right" if all(w.startswith(FAILS) for w in told.values()) else "not read"  # numpy refuses as well
        return Outcome(word, str(error), correct, error.report(), spent() - start)
    seconds = spent() - start
    n = len(verdict.variables)
    fits = n == 1 + max(index[-1] for _, index in told)
    if case.n is not None and not fits:
        try:
            other = truth(case, n)
            fits = True
        except Corpus as error:  # the file is none for so many variables
            other = {(c.of, c.index): str(error) for c in verdict.components}
        if verdict.equal and not correct:
            why = f"said proved for {n} variables; for {case.n} numpy: {next(w for w in told.values() if w != 'right')}"
            return Outcome("false proved", why, correct, verdict.report(), seconds)
        told = other
    off = 1e-3 * np.random.default_rng(5).uniform(0.5, 1, n)  # from a kink, where central differences see no slope
    seen = [np.array(c.witness.x) + off for c in verdict.components if c.witness is not None]
    if seen and fits:  # a rare place may be where it is wrong
        told = truth(case, n if case.n is not None else None, seen)
        correct = all(word == "right" for word in told.values())
    said = {(c.of, c.index): c.verdict for c in verdict.components}
    words = {place: judged(said.get(place), word) for place, word in told.items()}
    worst = next(w for w in ("false proved", "false different", "not read", "undecided", "right")
                 if w in words.values())  # fmt: skip
    place = next(p for p, w in words.items() if w == worst)
    why = "" if worst == "right" else f"{place}: said {said.get(place, 'nothing')}, numpy: {told[place]}"
    return Outcome(worst, why, correct, verdict.report(), seconds)


@contextlib.contextmanager
def brief(*but: str) -> Iterator[None]:
    """`check` without diagnoses, but for components of these names."""
    explain = Check.explain

    def told(self: Check, component: Component, work: int) -> Component:
        return explain(self, component, work) if component.name in but else component

    with mock.patch.object(Check, "explain", told):
        yield


def spent() -> float:
    """CPU seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])


def judged(said: str | None, true: str) -> str:
    if said is None:
        return "not read" if true == "right" else "false proved"  # passed over in silence
    if said == "undecided":
        return "undecided"
    if said == "proved":
        return "right" if true == "right" else "false proved"
    if said == "different":
        return "false different" if true == "right" else "right"
    return "right" if true == "right" or true.startswith(("nan", "inf", "-inf")) else "false proved"


@cache
def known() -> dict[str, str]:
    """Today's failures, by name."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines() if KNOWN.exists() else []
    pairs = (line.rsplit(": ", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def main(words: list[str]) -> None:
    found: dict[str, Outcome] = {}
    keep, patient = "--known" in words, "--patient" in words
    words = [word for word in words if not word.startswith("--")]
    for folder in ("idioms", "programs", "tensors"):
        counts: dict[str, int] = {}
        times = []
        for case in cases(folder):
            if words and not any(word in case.name for word in words):
                continue
            if folder == "tensors" and not find_spec(case.name.split()[0]):
                continue
            if case.name in found:
                raise Corpus(f"two cases are called {case.name}")
            try:
                this = outcome(case, patient)
            except Corpus as error:
                this = Outcome("CORPUS", str(error))
            found[case.name] = this
            counts[this.word] = counts.get(this.word, 0) + 1
            times.append(this.seconds)
            kind = "correct" if this.correct else "a slip"
            print(f"{case.name:<50} {kind:<8} {this.word:<16} {this.seconds:6.2f} s  {this.why[:150]}")
            if words:
                print(case.text, this.report, sep="\n", end="\n\n")
        if times:
            rights = sum(found[c.name].correct for c in cases(folder) if c.name in found)
            print(f"{folder}: {len(times)} cases, {rights} of them correct; {counts}")
            print(f"{sum(times):.1f} s in all, median {np.median(times):.2f} s, longest {max(times):.2f} s")
    if keep and not words:
        lines = [f"{name}: {this.word}" for name, this in found.items() if this.word != "right"]
        text = "# What `check` does not yet judge rightly of idioms/ and programs/: tests/kit/executed.py writes it.\n"
        KNOWN.write_text(text + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

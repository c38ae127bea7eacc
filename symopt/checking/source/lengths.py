"""Losses of a vector of any length: what is proved for every n, and at which n the rest was looked at."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr

from symopt.checking.source.every import derives, somewhere
from symopt.checking.source.questions import Reading, unwarned
from symopt.checking.source.read import Read, Told
from symopt.checking.verdict import DIFFERENT, PROVED, UNDECIDED, Component
from symopt.expression import deep
from symopt.expression.general import Sigma
from symopt.reading.exact.values import NeedsValues
from symopt.reading.general.grids import Grid, ends, in_parts
from symopt.reading.general.order import LENGTH, Split
from symopt.reading.general.runs import Run
from symopt.reading.general.uniform import VECTOR, Uniform
from symopt.reading.general.vectors import product
from symopt.reading.guessed import Trio
from symopt.reading.letters import Letters, lettered
from symopt.reading.source import SourceError, Unreadable
from symopt.reading.walk.objects import NeedsVector

LENGTHS = (2, 3, 4, 5, 6)
MIDDLING = 150  # operations, beyond which fewer lengths are looked at


CHOOSING = "range min max minimum maximum clip abs fabs sign heaviside where islice".split()
LONGEST = 120
MANY, REASONS = 12, 3  # of so many wrong entries so few are explained
MARKED = 4  # lengths beside a whole number of the code
TERMS = 1000  # operations at the longest of them


def marked(statements: Sequence[ast.stmt], terms: int) -> list[int]:
    """Lengths from which on code may do something else: c and c + 2 for each c that is compared or counted with.

    terms: operations for each entry."""
    found: set[int] = set()
    for part in (part for s in statements for part in ast.walk(s)):
        inside: list[ast.AST] = []
        if isinstance(part, ast.Compare):
            inside = [part]
        elif isinstance(part, ast.Subscript):
            inside = [part.slice]
        elif isinstance(part, ast.BinOp) and isinstance(part.op, (ast.FloorDiv, ast.Mod)):
            inside = [part.right]
        elif isinstance(part, ast.Call) and ast.unparse(part.func).split(".")[-1] in CHOOSING:
            inside = [*part.args]
        found |= {p.value for i in inside for p in ast.walk(i) if isinstance(p, ast.Constant) and type(p.value) is int}
    lengths = sorted({n for c in found if c > LENGTHS[-1] - 2 for n in (c, c + 2)} - {*LENGTHS})
    return [n for n in lengths if n <= LONGEST and n * terms <= TERMS][:MARKED]


@dataclass(frozen=True)
class General:
    """What the general entry shows: from which n on it holds, and whether it is defined somewhere.

    right: whether all is. long: whether the loss depends on all of its entries, as few as they may be.
    """

    least: int
    right: bool
    defined: bool
    long: bool


def general(reader: Uniform, trio: Trio, free: Mapping[str, int]) -> General | None:
    """The verdict by the general entry; None where the functions do not treat all entries alike.

    A Hessian H is right if Hv is the derivative of vᵀ∇f for all v. free: as in `letters.lettered`.
    """
    loss, gradient, hessian = trio.loss, trio.first[()], trio.second.get((), "")
    order, more = reader.order, lettered(free, Letters())
    try:
        with deep():
            f = reader.call_named(loss, [reader.argument()], more)
            given = reader.call_named(gradient, [reader.argument()], more)
            if not isinstance(f, Expr) or not isinstance(given, Run) or given.order is not order:
                return None
            reader.lasting()
            if order.sign(given.length - reader.argument().length):
                return None
            right = derives(f, given, VECTOR, order)
            terms = [f, *(p.term for p in given.pieces)]
            if hessian and right:
                v = ends(order, LENGTH)[1]
                named, _ = reader.taken(hessian, more, {})
                second = in_parts(reader.call_named(hessian, [reader.argument(), v][: len(named)], more))
                reader.lasting()
                times = second.times(v) if isinstance(second, Grid) else second
                if not isinstance(times, Run) or (times is second and len(named) != 2) or times.order is not order:
                    return None
                if order.sign(times.length - LENGTH):
                    return None
                right = derives(product(v, given), times, VECTOR, order)
                terms += [p.term for p in times.pieces]
            defined = right and somewhere(terms, order)
            return General(order.least, right, defined, f.has(Sigma) or LENGTH in f.free_symbols)
    except (SourceError, Unreadable, NeedsVector, NeedsValues, Split, RecursionError, TypeError, ValueError):
        return None


def at_lengths(reading: Reading, found: Told, window: Any, seed: int) -> Told:
    """A loss of a vector of any length: for every length, or at several; the first at which something differs, else as
    told, and words for the lengths: at which it differs, too, where it is right at others.

    Beyond a length that dear proofs leave undecided they are not tried.
    """
    first, told, _ = found
    trio, proved = reading.trio, all(c.verdict == PROVED for c in told)
    parameters = reading.interpreter(Letters()).parameters(trio.loss)
    alike = len(parameters) == 1 and list(trio.first) == [()] and not (first.shapes or first.fixed)
    alike = alike and list(trio.second) in ([], [()]) and proved
    whole = general(Uniform(reading.source, trio.end, dict(reading.settings)), trio, {}) if alike else None
    sure = first.any_length or (whole is not None and whole.long)
    if not (sure or first.loose):
        return first, told, spoken([first.count]) if first.guessed else ""
    count = first.loss.expr.count_ops()
    if whole is not None and whole.right:
        asked = {*range(2, whole.least)}
    else:
        beside = marked(reading.source.statements[: trio.end], count // first.count + 1)
        asked = {*(LENGTHS if count <= MIDDLING else LENGTHS[:3]), *beside}
        asked |= {whole.least, whole.least + 1} if whole is not None else set()
    name = trio.loss
    said: dict[int, tuple[Read, list[Component]]] = {first.count: (first, told)}
    hopeless: dict[int, Read] = {}  # lengths that are looked at only where another is right
    unread: dict[int, str] = {}
    wrong, dear = _differs(told), True
    for n in sorted(asked - {first.count}) if proved or wrong else ():
        try:
            with deep(), unwarned():
                met = reading.attempt(n, parameters)
        except (SourceError, NeedsVector) as error:
            unread[n] = told_by(error)
            continue
        sure = True
        if wrong and met.plausible < 1:
            hopeless[n] = met
            continue
        made = met.check(window, seed).run(0 if wrong else REASONS if n > MANY else None, dear)
        said[n] = met, made
        wrong, dear = wrong or _differs(made), all(c.verdict != UNDECIDED for c in made)
    good = sorted(n for n, (_, found) in said.items() if all(c.verdict == PROVED for c in found))
    if not good:
        return first, told, ""
    if wrong:
        said |= {n: (met, met.check(window, seed).run(0, False)) for n, met in hopeless.items()}
        bad = [n for n, (_, found) in said.items() if _differs(found)]
        shown, components = next(said[n] for n in (first.count, *said) if n in bad)  # it has its reasons
        words = f"different at n = {listed(bad)}, proved at n = {listed(good)}"
        remark = f"{name} takes any number of variables: --vars names those that are meant"
        return replace(shown, remarks=[remark, *shown.remarks]), components, words
    if not sure:  # no other number can be read
        return first, told, ""
    words, remark = spoken(good), f"{name} takes any number of variables; checked at n = {listed(good)}"
    beyond = [n for n in unread if n > good[0]]  # for fewer than it needs it is no code
    if beyond:
        words = f"for n = {listed(good)} (not read at n = {listed(beyond)})"
    if whole is not None and whole.right:
        begin = next(n for n in range(whole.least, 0, -1) if n - 1 not in good)
        words = f"for every n ≥ {begin}"
        remark = f"{name} takes any number of variables: shown {words} by the general entry"
        remark += "" if whole.defined else f"; that it is defined somewhere, at n = {listed(good)} only"
    why = [f"{name} is not read at n = {listed(beyond)}: {unread[beyond[0]]}"] if beyond else []
    return replace(first, remarks=[remark, *why, *first.remarks]), told, words


def told_by(error: SourceError | NeedsVector) -> str:
    """Why a length cannot be read."""
    found = error if isinstance(error, SourceError) else error.error
    return found.message if found is not None else "the code takes another number of variables"


def _differs(found: Sequence[Component]) -> bool:
    return any(c.verdict == DIFFERENT for c in found)


def spoken(lengths: Sequence[int]) -> str:
    """For which lengths something is shown."""
    return f"for n = {listed(lengths)}" if len(lengths) > 1 else f"at length {lengths[0]}"


def listed(numbers: Sequence[int]) -> str:
    numbers = sorted(numbers)
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} … {numbers[-1]}"
    return ", ".join(map(str, numbers))

"""Losses of a vector of any length: what is proved for every n, and at which n the rest was looked at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr

from symopt.checking.source.every import Gap, gaps, somewhere
from symopt.checking.source.grids import Grid, ends, in_parts
from symopt.checking.source.guessed import Trio
from symopt.checking.source.letters import Letters, lettered
from symopt.checking.source.order import LENGTH, Split
from symopt.checking.source.reading import SourceError, Unreadable
from symopt.checking.source.runs import Run
from symopt.checking.source.uniform import VECTOR, Uniform
from symopt.checking.source.values import NeedsValues
from symopt.checking.source.vectors import product
from symopt.checking.source.walk.objects import NeedsVector
from symopt.checking.verdict import DIFFERENT, PROVED, Component
from symopt.expression import deep
from symopt.expression.general import Sigma

LENGTHS = (2, 3, 4, 5, 6)
MIDDLING = 150  # operations, beyond which fewer lengths are looked at


CHOOSING = "range min max minimum maximum clip abs fabs sign heaviside where islice".split()
LONGEST = 120
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

    gaps: where a derivative is not shown to be right, of: which one, a Hessian by its product with any vector.
    long: whether the loss depends on all of its entries, as few as they may be.
    """

    least: int
    of: str
    gaps: Sequence[Gap]
    defined: bool
    long: bool

    @property
    def right(self) -> bool:
        return not self.gaps


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
            of, wrong = "gradient", gaps(f, given, VECTOR, order)
            terms = [f, *(p.term for p in given.pieces)]
            if hessian and not wrong:
                v = ends(order, LENGTH)[1]
                named, _ = reader.taken(hessian, more, {})
                second = in_parts(reader.call_named(hessian, [reader.argument(), v][: len(named)], more))
                reader.lasting()
                times = second.times(v) if isinstance(second, Grid) else second
                if not isinstance(times, Run) or (times is second and len(named) != 2) or times.order is not order:
                    return None
                if order.sign(times.length - LENGTH):
                    return None
                of, wrong = "hessian", gaps(product(v, given), times, VECTOR, order)
                terms += [p.term for p in times.pieces]
            defined = not wrong and somewhere(terms, order)
            return General(order.least, of, wrong, defined, f.has(Sigma) or LENGTH in f.free_symbols)
    except (SourceError, Unreadable, NeedsVector, NeedsValues, Split, RecursionError, TypeError, ValueError):
        return None


def at_lengths(
    general_: General | None, name: str, first: int, told: list[Component], short: bool, marked: Sequence[int],
    check: Callable[[int, bool], list[Component] | None],
) -> tuple[str, str, int, list[Component]]:  # fmt: skip
    """(words for n, a remark, the n that is told of, its components) of a loss of n variables, of which one n is told.

    marked: lengths about which the code may do something else. check: the components at a length, by dear proofs too or
    not; None where it cannot be read. Beyond a length that dear proofs leave undecided they are not tried.
    """
    dear, good, every = True, [first], general_ is not None and general_.right
    if every:
        assert general_ is not None
        asked: Sequence[int] = range(2, general_.least)
    else:
        asked = [*(LENGTHS if short else LENGTHS[:3]), *marked]
        asked = [*asked, general_.least, general_.least + 1] if general_ is not None else asked
    for n in sorted({*asked} - {first}) if all(c.verdict == PROVED for c in told) else ():
        found = check(n, dear)
        if found is None:
            continue
        if any(c.verdict == DIFFERENT for c in found):
            words = f"{name} takes any number of variables: all is proved at n = {listed(good)}, and not at n = {n}"
            return "", words, n, found
        dear = all(c.verdict == PROVED for c in found)
        good += [n] * dear
    if not every:
        remark = f"{name} takes any number of variables; checked at n = {listed(good)}"
        return spoken(good), remark, first, told
    assert general_ is not None
    begin = general_.least
    while begin - 1 in good:
        begin -= 1
    words = f"for every n ≥ {begin}"
    remark = f"{name} takes any number of variables: shown {words} by the general entry"
    if not general_.defined:
        remark += f"; that it is defined somewhere, at n = {listed(good)} only"
    return words, remark, first, told


def spoken(lengths: Sequence[int]) -> str:
    """For which lengths something is shown."""
    return f"for n = {listed(lengths)}" if len(lengths) > 1 else f"at length {lengths[0]}"


def listed(numbers: Sequence[int]) -> str:
    numbers = sorted(numbers)
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} … {numbers[-1]}"
    return ", ".join(map(str, numbers))

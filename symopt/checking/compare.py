"""From a loss and hand-written derivatives to a verdict: cheap proofs, enclosures at points, dear proofs, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symopt.balls.tape import Refused
from symopt.checking.domains import also, implied, lost, nowhere, suspected
from symopt.checking.explain.case import Case
from symopt.checking.explain.constants import read_decimals
from symopt.checking.explain.search import diagnose
from symopt.checking.explain.shown import hidden, simplest
from symopt.checking.given import CheckError, Entry, gradient_entries, hessian_entries, once, pieces_of, twice
from symopt.checking.places import doubles, slope
from symopt.checking.prove.cases import by_cases
from symopt.checking.prove.equal import KINKS, QUICK, equal
from symopt.checking.prove.shifts import unshifted
from symopt.checking.prove.slope import by_slope
from symopt.checking.refute import Pair, Places, clarity
from symopt.checking.rows import for_all, general, over_rows, unseen
from symopt.checking.sums import SumsCheck
from symopt.checking.verdict import DIFFERENT, LONG, PARTIAL, PROVED, UNDECIDED, Component, Verdict, component_name
from symopt.errors import public
from symopt.expression import deep
from symopt.expression.guards import as_written, without_guards
from symopt.expression.sums import Sums, Unseen, listed, natural
from symopt.forms import nested, subexpressions
from symopt.loss import Loss
from symopt.problem import Problem, ProblemLike
from symopt.problem.points import whole
from symopt.work import TooLarge, Work, report, spend, spent, within

DIAGNOSIS = 4_000_000
HARD = 1_500_000
LEAST = 200_000  # units for each way of a proof
READY = 30  # units for an operation of a loss that is made ready
DERIVED = 20  # units for an operation of what is derived, and of what it becomes
SWOLLEN = 8_000
SHORT = 4_000  # operations of a loss whose first derivatives are written out
FEW = 12  # variables
ROUNDING = 1e-13
FORM = 100  # units for an operation of a difference that is written in several forms and searched for zeros
RELATED = 30_000
SPENT = "the work allowed ended before it was decided"
UNEXPLAINED = "the work that one report may take ended before a reason was found"
MOST_SHOWN = 8 * LONG  # nodes of an expression
ORDERED = 200  # nodes of an expression whose terms are sorted, which takes longer than all else in a long one
HIDDEN = 400  # operations of a difference whose zeros are looked for
EXPLAINED, WRITTEN = 6, 24  # kinks inside of kinks: sympy takes longer for each as for all those in it
UNSURE = "it is not decided whether the given one is defined wherever the derivative is"


@public
@report()
def check(
    loss: ProblemLike,
    gradient: Any = None,
    hessian: Any = None,
    *,
    variables: Iterable[str] | None = None,
    constants: Mapping[str, str | float] | None = None,
    window: Any = None,
    points: int = 200,
    seed: int = 0,
    data: Any = None,
    columns: Iterable[str] | None = None,
) -> Verdict:
    """Whether hand-written derivatives of a loss are right, and if not, what is wrong.

    loss: whatever `Problem.of` reads; `variables` and `constants` as in `Loss.parse`, for a text.
    gradient, hessian: text per component (rows of a Hessian as "a, b"), {"y": text}, {"x,y": text}, or
    a function of a point (a float in one variable) that numpy, jax or torch understands. Text is
    proved or refuted exactly; a function is compared in numbers at `points` seeded points.
    window: where to look for the places at which an error hides, as in `Problem.of`.
    data: as in `Loss.parse`. Derivatives of sums over rows are proved for all data, and without any: then `columns`
    names the columns, or they are the names inside of `sum(…)` and `mean(…)` by which no derivative is given.

    Raises ExpressionError for text that cannot be read, CheckError (a SymoptError) for the wrong number of components.

    >>> symopt.check("-cos(pi*x/20)", "sin(pi*x/20)").components[0].diagnosis
    'missing factor pi/20: the chain-rule factor, the derivative of pi*x/20'
    """
    if isinstance(loss, str) and data is None and over_rows(loss, columns):
        pieces = [piece for given in (gradient, hessian) for piece in ([] if given is None else pieces_of(given))]
        return _of_sums(unseen(loss, pieces, variables, constants, columns), gradient, hessian, seed)
    if columns is not None:
        raise CheckError("columns belong to sums over rows of data that nobody has brought",
                         "leave them out: the data has its columns")  # fmt: skip
    problem = Problem.of(loss, window=window, variables=variables, constants=constants, data=data)
    this = problem.loss
    texts = [given for given in (gradient, hessian) if given is not None]
    if isinstance(this.read, Sums) and not this.read.typed and texts and not any(map(callable, texts)) and (
        this.data is not None or this.unwritten or any(map(general, texts))
    ):  # fmt: skip
        return _of_sums(this, gradient, hessian, seed)
    if gradient is None and hessian is None:
        raise CheckError("nothing to check: neither a gradient nor a Hessian is given", 'for example gradient="2*x"')
    points = whole("points", points, 1, 1_000_000)
    seed = whole("seed", seed)
    components: list[Component] = []
    entries: list[Entry] = []
    for of, given in (("gradient", gradient), ("hessian", hessian)):
        if given is None:
            continue
        if callable(given) and not isinstance(given, Expr):
            from symopt.checking.functions import check_function

            components += check_function(this, of, given, problem.window, points, seed)
        else:
            entries += (gradient_entries if of == "gradient" else hessian_entries)(this, given)
    if entries:
        components += Check(problem, once(entries, this.names), seed).run()
    order = {"gradient": 0, "hessian": 1}
    components.sort(key=lambda c: (order[c.of], c.index))
    notes = (f"kinks ({', '.join(this.kinks)}) are set aside",) if this.kinks and entries else ()
    return Verdict(this.text, this.names, tuple(components), notes)


def _of_sums(loss: Loss, gradient: Any, hessian: Any, seed: int) -> Verdict:
    """The verdict on derivatives with Σ of a loss that is sums."""
    if gradient is None and hessian is None:
        raise CheckError("nothing to check: neither a gradient nor a Hessian is given", 'for example {"a": "2*a"}')
    kinks = loss.kinks if loss.data else ()
    given = [piece for each in (gradient, hessian) if each is not None for piece in pieces_of(each)]
    loss = for_all(loss, given)
    names = loss.read.columns if isinstance(loss.read, Sums) else ()
    checking = SumsCheck(loss, loss.data or (Unseen(names) if names else None), seed)
    found = [] if gradient is None else checking.gradient(gradient)
    found += [] if hessian is None else checking.hessian(hessian)
    for name in (c.name for k, c in enumerate(found) if any(c.name == other.name for other in found[:k])):
        raise twice(name)
    notes = (
        [f"{listed(sorted(names, key=natural))} {'is a column' if len(names) == 1 else 'are columns'} of any data"]
        if names
        else []
    )
    notes += [f"kinks ({', '.join(kinks)}) are set aside"] if kinks else []
    return Verdict(loss.text, loss.arguments, tuple(found), tuple(notes))


@dataclass
class Check:
    """One loss and the symbolic derivatives given for it.

    typed: f with what was typed besides, where that is no text of symopt's. signs: 1 or -1 of variables, by their
    places: only where they have them a difference counts.
    """

    problem: Problem
    entries: Sequence[Entry]
    seed: int
    typed: Expr | None = None
    signs: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known: dict[tuple[int, ...], Expr] = {}
        self.typed_texts = {(of, index): expr for of, index, expr in self.entries}
        self.texts = {key: without_guards(expr) for key, expr in self.typed_texts.items()}
        self.pairs: dict[tuple[str, tuple[int, ...]], Pair] = {}
        self.seen: dict[tuple[str, tuple[int, ...]], Component] = {}

    @property
    def loss(self) -> Loss:
        return self.problem.loss

    @property
    def window(self) -> np.ndarray:
        return self.problem.window

    @cached_property
    def plain(self) -> Expr:
        """f without the largest entries that are subtracted in it and do not count."""
        extremes = self.loss.expr.has(sympy.Max, sympy.Min) and self.kinks <= WRITTEN
        return unshifted(self.loss.expr) if extremes else self.loss.expr

    @cached_property
    def places(self) -> Places:
        typed = self.loss.typed if self.typed is None else self.typed
        return Places(self.loss, self.window, self.seed, typed, self.signs)

    @cached_property
    def symbolic(self) -> bool:
        """Whether the derivatives asked for are short enough to be written out and reasoned about."""
        if self.kinks > WRITTEN:
            return False
        if any(of == "hessian" for of, _, _ in self.entries):
            return self.short
        return self.plain.count_ops() <= SHORT or self.short or self.sizes[0] <= SWOLLEN

    @cached_property
    def kinks(self) -> int:
        """How many kinks of f stand inside one another."""
        return nested(self.loss.expr, KINKS)

    @cached_property
    def short(self) -> bool:
        """Whether all derivatives are so short that errors in them can be searched for."""
        return sum(self.sizes) <= SWOLLEN + 400 * self.loss.n**2

    @cached_property
    def sizes(self) -> tuple[int, int]:
        """How many operations the first and the second derivatives of `plain` have, written out."""
        same = self.plain is self.loss.expr
        return (self.loss if same else Loss("", self.plain, self.loss.variables)).written_sizes

    def run(self, reasons: int | None = None, dear: bool = True) -> list[Component]:
        """The components in the order of the entries: cheap proofs and numbers for all, then dear proofs, reasons.

        reasons: how many of the wrong ones are explained, if not all. dear: whether dear proofs are tried.
        """
        with report(), deep():
            with suppress(TooLarge):
                spend(READY * self.loss.expr.count_ops())
            found = [self.looked(of, index) for of, index in self.texts]
            share = max(1, sum(c.verdict == UNDECIDED for c in found))
            found = [self.proved(c, HARD // share) if dear and c.verdict == UNDECIDED else c for c in found]
            share = max(1, sum(c.verdict == DIFFERENT for c in found) // 2)
            share *= 1 if self.loss.n <= FEW else 4  # each operation takes longer
            asked = [k for k, c in enumerate(found) if c.verdict == DIFFERENT][:reasons]
            return [self.explain(c, DIAGNOSIS // share) if k in asked else c for k, c in enumerate(found)]

    # one component

    def expected(self, index: tuple[int, ...]) -> Expr:
        """The derivative by the variables of an index, formed as `Loss` forms it."""
        if index not in self.known:
            variables = self.loss.variables
            whole = self.plain if len(index) == 1 else self.expected((max(index),))
            spend(DERIVED * operations(whole))
            self.known[index] = _tidy(slope(whole, variables[index[0] if len(index) == 1 else min(index)]))
            spend(DERIVED * self.known[index].count_ops())
        return self.known[index]

    def looked(self, of: str, index: tuple[int, ...]) -> Component:
        """`compared`, once for an entry and its mirror that are given alike; undecided where the work ends before."""
        key, mirror = (of, index), (of, index[::-1])
        if mirror in self.seen and self.typed_texts[mirror] == self.typed_texts[key]:
            return replace(self.seen[mirror], index=index, name=self.name(index))
        try:
            self.seen[key] = self.compared(of, index)
        except TooLarge:
            given = written(self.texts[key])
            self.seen[key] = Component(of, index, self.name(index), UNDECIDED, given=given, note=SPENT)
        return self.seen[key]

    def compared(self, of: str, index: tuple[int, ...]) -> Component:
        """Proved if little work shows it, different if enclosures are apart, else undecided so far."""
        spend(1)
        given, typed = self.texts[of, index], self.typed_texts[of, index]
        blank = Component(of, index, self.name(index), UNDECIDED, given=written(as_written(typed)))
        try:
            expected = self.expected(index) if self.symbolic else None
        except (TypeError, ValueError):  # sympy fails on a few conditions of Piecewise
            expected, self.symbolic = None, False
        if expected is not None:
            blank = replace(blank, expected=written(expected))
        if given == expected and given is typed and not self.places.asks and self.places.somewhere:
            return replace(blank, verdict=PROVED)
        if why := self.nowhere(of, index):
            return replace(blank, note=why)
        try:
            pair = self.pair(of, index, expected)
        except Refused as refused:
            return replace(blank, note=f"{refused} has no enclosure here, and without numbers nothing is proved")
        alike = expected is not None and not pair.clearly_apart()
        if alike and equal(expected, self.unshifted(given), (), within(QUICK)):
            shown = self.shown(blank, pair)
            if shown.verdict != UNDECIDED:
                return shown
        found = pair.compared()
        if isinstance(found, str):
            return replace(blank, note=found)
        if expected is None:
            note = "the right one is not written out: f itself is derived in enclosures"
            return replace(blank, verdict=DIFFERENT, witness=found, note=note)
        if clarity(found) < ROUNDING and (read := read_decimals(given, least=15)) is not None:
            if equal(expected, read[0], (self.loss.expr,)):
                words = ", ".join(f"{decimal} as {constant}" for decimal, constant in read[1])
                return replace(blank, verdict=PROVED, note=f"reading {words}")
            return replace(blank, note="differs by no more than the rounding of the decimals in it")
        return replace(blank, verdict=DIFFERENT, witness=found)

    def pair(self, of: str, index: tuple[int, ...], expected: Expr | None) -> Pair:
        key = of, index
        if key not in self.pairs:
            self.pairs[key] = Pair(self.places, index, expected, self.texts[key], self.typed_texts[key])
        return self.pairs[key]

    def nowhere(self, of: str, index: tuple[int, ...]) -> str:
        """Why there is no point to be compared at all, as far as that is shown; else empty."""
        if why := nowhere(self.typed_texts[of, index]):
            return f"the given one has no value anywhere: {why}"
        return f"f has no value anywhere: {self.without}" if self.without else ""

    @cached_property
    def without(self) -> str:
        """Why f has no value anywhere, if that is shown; else empty."""
        return nowhere(self.places.typed)

    def unshifted(self, given: Expr) -> Expr:
        return given if self.plain is self.loss.expr else unshifted(given)

    def proved(self, component: Component, work: int) -> Component:
        """The same component as proved, if it can be shown with more work; by slopes too."""
        if not self.symbolic or component.expected is None or "rounding" in component.note:
            return component
        if self.nowhere(component.of, component.index):
            return component
        given, expected = self.texts[component.of, component.index], self.expected(component.index)
        first = within(work)
        with suppress(Refused, TooLarge):
            pair = self.pair(component.of, component.index, expected)
            brief = self.unshifted(given)
            if (
                equal(expected, brief, (self.plain,), first)
                or by_cases(expected, brief, within(max(work, LEAST)))
                or by_slope(expected, given, self.loss.variables, within(max(work, LEAST)))
            ):
                return self.shown(component, pair)
        ended = (first.left == 0 or spent()) and SPENT not in component.note
        return replace(component, note=f"{component.note}; {SPENT}") if ended else component

    def shown(self, component: Component, pair: Pair) -> Component:
        """Of two that are equal wherever both are defined: whether they are so anywhere, and whether that is all of it.

        Undecided, with the reason, where no point is found around which both are defined.
        """
        if pair.meet() is None:
            return replace(component, note="no point was found around which both are defined")
        assert pair.expected is not None
        if not implied(pair.typed, pair.expected, pair.places.typed):
            found = lost(pair)
            if found is None:
                return replace(component, verdict=UNDECIDED if suspected(pair) else PROVED, note=UNSURE)
            place, wide = found
            words = f"the given one is not defined at {place}, where the derivative is"
            return replace(component, verdict=PARTIAL if wide else PROVED, note=words)
        point = also(pair, pair.expected)
        words = "" if point is None else (
            f"equal where both are defined: the given one is also defined at {self.at(point)}, where the derivative is "
            "not")  # fmt: skip
        return replace(component, verdict=PROVED, note=words)

    # what is wrong

    def explain(self, component: Component, work: int) -> Component:
        """The difference, where it hides, and a diagnosis."""
        if component.expected is None or self.kinks > EXPLAINED or not self.short:
            return component
        key = (component.of, component.index)
        given, expected = self.texts[key], self.expected(component.index)
        difference = expected - given
        if spent():
            return replace(component, difference=written(difference), note=UNEXPLAINED)
        mine = within(work)
        size = int(sympy.count_ops(difference))
        places: tuple[float | str, ...] = ()
        with suppress(TooLarge):
            mine.spend(FORM * min(size, HIDDEN))
            difference = simplest(difference)
            if sympy.count_ops(difference) <= HIDDEN:
                places = hidden(difference, self.loss.variables, self.window)
        words = None
        with suppress(TooLarge):
            case = Case(
                given, expected, self.loss.expr, tuple(self.loss.variables[i] for i in component.index),
                self.loss.variables, tuple(self.others(component.index)), self.sample(expected, given), mine,
            )  # fmt: skip
            words = self.related(component.index, given, expected, diagnose(case), mine)
        if words is None and spent():
            component = replace(component, note=UNEXPLAINED)
        return replace(component, difference=written(difference), hidden_at=places, diagnosis=words)

    def related(self, index: tuple[int, ...], given: Expr, expected: Expr, words: str | None, work: Work) -> str | None:
        """What the other given components tell about this one."""
        if len(index) != 2:
            return words
        i, j = index
        mirror = self.texts.get(("hessian", (j, i)))
        parts = [words] if words else []

        def same(a: Expr, b: Expr) -> bool:
            return equal(a, b, (self.loss.expr,), work.part(RELATED))

        if i != j and mirror is not None and mirror != given and not same(mirror, given):
            right = same(mirror, expected)
            tail = f"its mirror entry {self.name((j, i))} is right, and this one must equal it" if right else (
                f"this entry and {self.name((j, i))} must be equal")  # fmt: skip
            parts.append(f"asymmetric Hessian: {tail}")
        first = self.texts.get(("gradient", (i,)))
        by = self.loss.variables[j]
        if first is None or first == self.expected((i,)):
            first, by = self.texts.get(("gradient", (j,))), self.loss.variables[i]
        if first is not None and sympy.count_ops(first) <= 400:
            carried = sympy.diff(first, by)
            if same(carried, given):
                parts.append("it follows from the first derivative given, which is wrong")
        return "; ".join(parts) or None

    def others(self, index: tuple[int, ...]) -> Iterable[tuple[Expr, str]]:
        """What could have been taken for this component, with the words for it."""
        variables, n = self.loss.variables, self.loss.n
        if n > FEW:
            name, _, place = self.loss.names[index[0]].partition("[")
            turned = f"{name}[{','.join(place[:-1].split(',')[::-1])}]"
            if len(index) == 1 and turned in self.loss.names and turned != self.loss.names[index[0]]:
                yield self.expected((self.loss.names.index(turned),)), f"transposed: this is the entry of {turned}"
            return
        by = [k for k in range(n) if k not in self.signs]
        f, named = self.loss.expr, (lambda *index: f" ({self.name(index)})" if n > 1 else "")
        if len(index) == 1:
            (i,) = index
            for k in by:
                if k != i:
                    words = f"derivative by another variable: {variables[k]} where {variables[i]} belongs"
                    yield self.expected((k,)), words
            for k in by:
                yield self.expected((i, k)), "the second derivative stands where the first belongs" + named(i, k)
            yield f, "this is f itself, not its derivative"
            yield -self.expected(index), "wrong sign (missing factor -1)"
            return
        for k in by:
            yield self.expected((k,)), "the first derivative stands where the second belongs" + named(k)
        for k in by:
            for m in range(k + 1):
                if {k, m} != set(index):
                    yield self.expected((k, m)), f"derivative by another variable: this is {self.name((m, k))}"
        yield f, "this is f itself, not its second derivative"
        if n == 1:
            yield sympy.diff(self.expected(index), variables[0]), "the third derivative stands where the second belongs"

    def sample(self, expected: Expr, given: Expr) -> tuple[tuple[float, ...], ...]:
        """A few points where everything is defined and of ordinary size, for the numbers of a diagnosis."""
        points = self.places.points
        compiled = doubles([expected, given, self.loss.expr], self.loss.variables)
        if compiled is not None:
            values = np.array(compiled(points))
            with np.errstate(all="ignore"):
                size = np.abs(np.log10(np.abs(values)))
            usable = np.isfinite(values).all(axis=0) & (np.where(np.isfinite(size), size, 9) < 12).all(axis=0)
            usable |= np.isfinite(values).all(axis=0) & (len(points[usable]) < 3)
            points = points[usable]
        return tuple(tuple(float(c) for c in point) for point in points[:3])

    # words

    def name(self, index: tuple[int, ...]) -> str:
        return component_name(self.loss.names, index)

    def at(self, point: np.ndarray) -> str:
        return ", ".join(f"{name} = {c:.6g}" for name, c in zip(self.loss.names, point, strict=True))


@lru_cache(maxsize=1024)
def operations(expr: Expr) -> int:
    """How many operations an expression has: the same one is derived by each of its variables."""
    return int(expr.count_ops())


@lru_cache(maxsize=1024)  # the given one and the right one are often the same
def written(expr: Expr) -> str:
    """An expression as text, a long one in the order that it has; a very long one is cut, and says so."""
    size = sum(1 for _ in islice(subexpressions(expr), MOST_SHOWN))
    if size == MOST_SHOWN:
        return f"(more than {MOST_SHOWN} symbols, numbers and operations: too long to be shown)"
    return str(sympy.sstr(expr, order="none" if size > ORDERED else None))


def _tidy(expr: Expr) -> Expr:
    if expr.has(sympy.DiracDelta):
        return expr.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    return expr

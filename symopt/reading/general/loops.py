"""Loops over n: walked once, with a letter for the turn.

What a turn adds to a number becomes Σ over the turns; what it writes into a vector at the place i + c becomes the
entries of a range, and what it adds there at any places the sum of all turns that meet a place. Turns that hang on each
other otherwise, or that may end the loop, are refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.expression.general import Entry, Sigma
from symopt.expression.general.partial import partial
from symopt.reading.exact.arrays import Exact
from symopt.reading.exact.values import is_condition, is_scalar
from symopt.reading.general.grids import Grid, Stack, Write
from symopt.reading.general.order import LENGTH, Order, Split
from symopt.reading.general.ranges import segments
from symopt.reading.general.runs import PLACE, Piece, Run, Store, kind_of, known, made, piece, scalar, summed, zipped
from symopt.reading.names import Scope
from symopt.reading.packages.objects import Stream
from symopt.reading.source import Unreadable
from symopt.reading.walk.objects import NOTHING, Mark, Poison, State, Turn
from symopt.reading.walker import Interpreter


@dataclass(eq=False)
class Turns:
    """What a loop goes through: an item for each whole number from first on and before last.

    once: of an iterator, which is at its end after the first loop, the loops over n in which it is made.
    """

    first: Expr
    last: Expr
    item: Callable[[Any], Any]
    once: Sequence[Any] | None = None
    spent: bool = False


def symbolic(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(symbolic, value))
    if isinstance(value, dict):
        return any(map(symbolic, value.values()))
    return isinstance(value, (Run, Turns, Grid, Stack))


def length_like(value: Any) -> bool:
    """Whether a size depends on n."""
    if isinstance(value, (list, tuple)):
        return any(map(length_like, value))
    if isinstance(value, Exact) and not value.ndim:
        value = value.plain[()]
    return isinstance(value, Expr) and bool(value.free_symbols)


def symbolic_names(step: ast.AST, scope: Scope) -> bool:
    """Whether a statement reads a vector or a length."""
    names = {part.id for part in ast.walk(step) if isinstance(part, ast.Name)}
    held = [holder.names[name] for name in names if (holder := scope.holder(name)) is not None]
    return any(symbolic(v) or length_like(v) for v in held)


class Loops(Interpreter):
    """Walks the loops of functions of a vector of n entries."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lone = False
        self.order = Order()
        self.writes: list[Write] = []
        self.touched = 0

    def through(self, value: Any) -> Turns | None:
        if isinstance(value, Turns):
            if value.spent or value.once not in (None, self.order.ranges):
                raise Unreadable("an iterator that has come to its end, or that a loop over n goes through")
            value.spent = value.once is not None
            return value
        return Turns(S.Zero, value.length, value.at) if isinstance(value, Run) else None

    def stream(self, value: Any) -> Stream:
        if symbolic(value) and not isinstance(value, (list, tuple)):
            raise Unreadable("a loop over a vector of any length here")
        return super().stream(value)

    def written_out(self, step: ast.For | ast.While, scope: Scope) -> list[Any] | None:
        if isinstance(step, ast.While):
            if symbolic_names(step, scope):
                raise Unreadable("a while loop")
            return super().written_out(step, scope)
        value = self.value(step.iter, scope)
        turns = self.through(value)
        if turns is None:
            return [Turn(step, self.stream(value)), Mark(True)]
        if step.orelse or any(isinstance(part, (ast.Break, ast.Return)) for part in ast.walk(step)):
            raise Unreadable("a loop over n that may end early")
        if scope.elsewhere:
            raise Unreadable("a loop over n with names from outside")
        if self.order.sign(turns.last - turns.first) > 0:
            self.looped(step, scope, turns, turns.first, turns.last)
        return []

    def looped(self, step: ast.For, scope: Scope, turns: Turns, first: Expr, last: Expr) -> None:
        """The turns from first on and before last, as one where they are alike."""
        if last - first == 1:
            self.turn(step, scope, turns.item(known(first)))
            return
        before, count = State(scope), len(self.writes)
        symbol = self.order.index()
        try:
            self.alike(step, scope, turns, symbol, first, last)
        except Split as split:
            parts = self.order.parted(split, symbol, first, last)
            before.restore()
            del self.writes[count:]
            for a, b in parts:
                self.looped(step, scope, turns, a, b)

    def turn(self, step: ast.For, scope: Scope, item: Any) -> None:
        self.assign(step.target, item, scope)
        if self.block([*step.body, Mark(False), Mark(True)], scope) is not NOTHING:
            raise Unreadable("a loop over n that may end early")

    def alike(self, step: ast.For, scope: Scope, turns: Turns, symbol: Symbol, first: Expr, last: Expr) -> None:
        names = {p.id for part in (*step.body, step.target) for p in ast.walk(part)
                 if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)}  # fmt: skip
        before = {name: scope.names[name] for name in names if name in scope.names}
        rest = State(scope)
        stale: dict[str, Dummy] = {}
        for name, value in before.items():
            if is_scalar(value) and not is_condition(value) and not isinstance(value, bool):
                scope.names[name] = stale[name] = Dummy(name, real=True)
            else:
                scope.names[name] = Poison(self.error(step, f"{name}, which is another in each turn"))
        count = len(self.writes)
        if not self.order.ranges:
            self.order.read.clear()
        with self.order.within(symbol, first, last):
            self.turn(step, scope, turns.item(symbol))
        if not rest.lasts(scope.names, names):
            raise Unreadable("a loop over n that changes more than its names and vectors")
        dummies = set(stale.values())
        if any(w.value.free_symbols & dummies or w.at.free_symbols & dummies for w in self.writes[count:]):
            raise Unreadable("a loop whose turns depend on each other")
        after = {name: scope.names[name] for name in names if name in scope.names}
        for name, value in after.items():
            scope.names[name] = self.left(name, value, before, stale, (symbol, first, last), dummies)
        if not self.order.ranges:
            self.applied()

    def left(self, name: str, value: Any, before: dict[str, Any], stale: dict[str, Dummy],
             turn: tuple[Symbol, Expr, Expr], dummies: set[Dummy]) -> Any:  # fmt: skip
        """What a name stands for after the turns of a loop."""
        symbol, first, last = turn
        if not is_scalar(value) or is_condition(value):
            return before[name] if name in before and value is before[name] else Poison(
                self.error(self.current, f"{name}, which a loop over n makes"))  # fmt: skip
        value = scalar(value)
        own = stale.get(name)
        if own is not None and own in value.free_symbols:
            added = sympy.expand(value - own, deep=False)
            if added.free_symbols & dummies:
                raise Unreadable("a loop whose turns depend on each other")
            return scalar(before[name]) + summed(added, symbol, first, last, self.order)
        if value.free_symbols & dummies:
            raise Unreadable("a loop whose turns depend on each other")
        return summed(value, symbol, sympy.expand(last - 1), last, self.order)

    def applied(self) -> None:
        """Does what a loop has written."""
        writes, self.writes = self.writes, []
        for store in dict.fromkeys(w.store for w in writes):
            if store in self.order.read:
                raise Unreadable("a vector that a loop reads and writes")
            own = [w for w in writes if w.store is store]
            if isinstance(store, Grid):
                store.apply(own)
            elif all(w.adds for w in own):
                self.added(store, own)
            else:
                self.set(store, own)

    def added(self, store: Store, writes: list[Write]) -> None:
        place = Symbol("·p", integer=True)
        total = sympy.Add(*(Sigma(w.value * Entry("·", w.at), w.ranges) for w in writes))
        found = [piece(a, b, term.xreplace({place: PLACE})) for a, b, term in segments(
            partial(total, Entry("·", place)), place, S.Zero, store.length, self.order)]  # fmt: skip
        whole_ = Run(store)
        whole_.write(zipped(lambda a, b: a + b, (whole_, made(self.order, found))))

    def set(self, store: Store, writes: list[Write]) -> None:
        ranges, at = writes[0].ranges, writes[0].at
        if any(w.ranges != ranges or w.at != at for w in writes) or len(ranges) != 1 or writes[0].adds:
            raise Unreadable("a loop in which several turns write one entry")
        symbol, first, last = ranges[0]
        shift = sympy.expand(at - symbol)
        if shift.has(symbol):
            raise Unreadable("a loop that does not write one entry after the other")
        value: Expr = S.Zero
        for w in writes:
            value = value + w.value if w.adds else w.value
        first, last = sympy.expand(first + shift), sympy.expand(last + 1 + shift)
        term = value.xreplace({symbol: PLACE})
        store.write(first, last, [piece(first, last, _moved(term, PLACE - shift))])

    def value_ListComp(self, node: ast.ListComp, scope: Scope) -> Any:
        turns, loop = self.comprehended(node, scope)
        return turns.rest() if isinstance(turns, Stream) else self.each(turns, self.element(node, loop, scope))

    def value_GeneratorExp(self, node: ast.GeneratorExp, scope: Scope) -> Any:
        turns, loop = self.comprehended(node, scope)
        if isinstance(turns, Stream):
            return turns
        element = self.element(node, loop, scope)
        return Turns(turns.first, turns.last, lambda i: element(turns.item(i)), once=[*self.order.ranges])

    def comprehended(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> tuple[Any, ast.comprehension]:
        """What a comprehension goes through: turns over n, or the generator that it is."""
        loop, before = node.generators[0], self.touched
        turns = self.through(self.value(loop.iter, scope))
        if turns is None:
            if self.touched != before:
                raise Unreadable("a loop over what changes a vector")
            return self.generator(node.elt, node.generators, scope), loop
        if loop.ifs or len(node.generators) > 1:
            raise Unreadable("a comprehension over n with conditions or loops inside")
        return turns, loop

    def element(self, node: ast.ListComp | ast.GeneratorExp, loop: ast.comprehension, scope: Scope) -> Any:
        def build(item: Any) -> Any:
            inner, before = Scope(outer=scope.around, comprehension=True), State(scope)
            self.assign(loop.target, item, inner)
            found = self.value(node.elt, inner)
            if not before.lasts():
                raise Unreadable("a comprehension over n that changes something")
            return found

        return build

    def each(self, turns: Turns, element: Callable[[Any], Any]) -> Run:
        """A list of what is made of each item."""
        found: list[Piece] = []
        kinds: set[str] = set()
        if self.order.sign(turns.last - turns.first) > 0:
            symbol = self.order.index()

            def term(a: Expr, b: Expr) -> Any:
                before = len(self.writes)
                item = element(turns.item(known(a) if b - a == 1 else symbol))
                if len(self.writes) != before:
                    raise Unreadable("a comprehension that changes a vector")
                kinds.add(kind_of(item))
                made_ = scalar(item)
                return made_ if b - a == 1 else _moved(made_.xreplace({symbol: PLACE}), PLACE + turns.first)

            for a, b, entry in self.order.alike(symbol, turns.first, turns.last, term):
                found.append(piece(a - turns.first, b - turns.first, entry))
        if len(kinds) > 1 and "b" in kinds:
            raise Unreadable("a list of numbers and conditions")
        return made(self.order, found, max(kinds, key="bif".index, default="f"), listed=True)


def _moved(term: Expr, place: Expr) -> Expr:
    return piece(S.Zero, LENGTH, term).at(place)

"""A file read once for every length n of its vector: what it does to all entries alike, and to a few at the ends.

The walk is that of `walker`, with vectors of `runs` in place of arrays. A loop over n is walked once, with a letter for
its turn: what it adds up becomes a sum, what it writes into a vector the entries of a range. What is not uniform (an
order of turns that counts, steps, choices of entries by their values) is refused, and the file is read at a few n.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol
from sympy.core.relational import Relational

from symopt.checking.source.arrays import Exact, array, where
from symopt.checking.source.every import segments
from symopt.checking.source.names import HARMLESS, MUTATORS, Scope
from symopt.checking.source.packages.objects import Partial, Type, Ufunc
from symopt.checking.source.packages.python import BUILTINS
from symopt.checking.source.packages.python import operate as python_operate
from symopt.checking.source.reading import Unreadable
from symopt.checking.source.runs import (
    LENGTH,
    PLACE,
    Order,
    Piece,
    Run,
    Split,
    Store,
    filled,
    joined,
    made,
    piece,
    scalar,
    summed,
    whole,
    zipped,
)
from symopt.checking.source.streams import Stream
from symopt.checking.source.values import is_condition, is_scalar, number
from symopt.checking.source.walk.expressions import COMPARISONS, OPERATORS
from symopt.checking.source.walk.objects import NOTHING, Class, Function, Instance, Mark, Poison, Turn
from symopt.checking.source.walker import Interpreter
from symopt.expression.general import Entry, Sigma
from symopt.expression.general.partial import partial

MODULES = ("numpy", "jax.numpy", "autograd.numpy", "cupy", "numpy.linalg", "scipy.linalg")
VECTOR = "x"


@dataclass(eq=False)
class Turns:
    """What a loop goes through: an item for each whole number from first on and before last.

    once: whether it is an iterator, at its end after the first loop.
    """

    first: Expr
    last: Expr
    item: Callable[[Expr], Any]
    once: bool = False
    spent: bool = False


@dataclass(frozen=True)
class Named:
    """A function of numpy by its name, and what it is of arrays of a known size."""

    name: str
    plain: Any


@dataclass
class Write:
    """What a loop does to one entry of a vector: its place, its value, whether that is added, in which turns."""

    store: Store
    at: Expr
    value: Expr
    adds: bool
    ranges: tuple[tuple[Symbol, Expr, Expr], ...]


def symbolic(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(symbolic, value))
    if isinstance(value, dict):
        return any(map(symbolic, value.values()))
    return isinstance(value, (Run, Turns))


def of_places(test: Relational) -> bool:
    """Whether a condition is one on n and indices alone."""
    letters = test.free_symbols
    return bool(letters) and not test.has(Entry, Sigma) and all(s.is_integer for s in letters)


def length_like(value: Any) -> bool:
    """Whether a size depends on n."""
    if isinstance(value, (list, tuple)):
        return any(map(length_like, value))
    if isinstance(value, Exact) and not value.ndim:
        value = value.plain[()]
    return isinstance(value, Expr) and bool(value.free_symbols)


class Uniform(Interpreter):
    """Reads the functions of one file for a vector of n entries."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lone = False
        self.order = Order()
        self.writes: list[Write] = []
        self.touched = 0
        self.direct: set[ast.AST] = set()  # generators that a call takes at once

    def argument(self) -> Run:
        """The argument: x[k] for 0 ≤ k < n, a new one at each call."""
        return filled(self.order, LENGTH, Entry(VECTOR, PLACE))

    # refusals

    def poison(self, step: ast.AST, scope: Scope, error: Exception) -> None:
        if not scope.top:
            raise self.as_error(step, error)
        super().poison(step, scope, error)

    def side_effect(self, step: ast.Expr, scope: Scope) -> None:
        call = step.value
        if not isinstance(call, ast.Call):
            return
        word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if scope.top or (word in HARMLESS and not self.own(word, scope)):
            super().side_effect(step, scope)
        else:
            self.value(call, scope)

    def both(self, test: Any, body: list[Any], orelse: list[Any], rest: list[Any], scope: Scope) -> Any:
        before = self.touched
        found = super().both(test, body, orelse, rest, scope)
        if self.touched != before:
            raise Unreadable("a vector that is changed where a condition on the variables holds")
        return found

    def deleted(self, target: ast.expr, scope: Scope) -> None:
        if self.order.ranges or not isinstance(target, ast.Name):
            raise Unreadable("del")
        super().deleted(target, scope)

    # conditions on n and on the turns of loops

    def truth(self, value: Any) -> Any:
        if isinstance(value, Exact) and value.size == 1:
            value = value.plain.reshape(-1)[0]
        if is_condition(value) and value not in (S.true, S.false):
            decided = {part: self.decided(part) for part in value.atoms(Relational) if of_places(part)}
            value = value.xreplace(decided)
        if isinstance(value, Expr) and length_like(value) and value.is_integer:
            return self.order.sign(value) != 0
        return super().truth(value)

    def decided(self, test: Any) -> Any:
        sign = self.order.sign(test.lhs - test.rhs)
        return S.true if bool(test.func(sign, 0)) else S.false

    def value_Compare(self, node: ast.Compare, scope: Scope) -> Any:
        if len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
            sides = [self.value(side, scope) for side in (node.left, node.comparators[0])]
            if any(isinstance(side, Run) for side in sides):
                compare = COMPARISONS[type(node.ops[0])]
                return zipped(lambda a, b: compare(array(a), array(b)), sides, "b")
            if any(isinstance(side, tuple) and symbolic_size(side) for side in sides):
                a, b = (side if isinstance(side, tuple) else (side,) for side in sides)
                pairs = zip(a, b, strict=True) if len(a) == len(b) else [(0, 1)]
                same = all(not self.order.sign(whole(u) - whole(v)) for u, v in pairs)
                return same == isinstance(node.ops[0], ast.Eq)
        return super().value_Compare(node, scope)

    # arithmetic

    def operate(self, op: ast.operator, left: Any, right: Any) -> Any:
        if not (isinstance(left, Run) or isinstance(right, Run)):
            found = super().operate(op, left, right)
            if isinstance(found, Expr) and length_like(found) and found.is_integer and not all(
                isinstance(side, int) or getattr(side, "is_integer", False) for side in (left, right)):  # fmt: skip
                raise Unreadable("a length that is divided and whole again, which rounding decides")
            return found
        listed = [isinstance(side, list) or (isinstance(side, Run) and side.listed) for side in (left, right)]
        if all(listed):
            if not isinstance(op, ast.Add):
                raise Unreadable("arithmetic with a list")
            found = joined(self.order, [p for s in (left, right) for p in (s if isinstance(s, list) else [s])])
            found.listed = True
            return found
        if any(listed) and not all(isinstance(side, Run) for side in (left, right)):
            raise Unreadable("arithmetic with a list")
        if isinstance(op, ast.MatMult):
            return self.dot(left, right)
        if type(op) not in OPERATORS:
            raise Unreadable(f"the operator {type(op).__name__}")
        name, sides = OPERATORS[type(op)], (left, right)
        kinds = {side.kind if isinstance(side, Run) else "i" if isinstance(side, int) else "f" for side in sides}
        kind = "i" if kinds == {"i"} and name in ("add", "sub", "mul") else "f"
        if kinds == {"i"} and name == "pow":
            raise Unreadable("powers of whole numbers")
        if "b" in kinds and name not in ("mul",):
            raise Unreadable("arithmetic with conditions")
        return zipped(lambda a, b: python_operate(name, number(a), number(b)), sides, kind)

    def value_UnaryOp(self, node: ast.UnaryOp, scope: Scope) -> Any:
        if isinstance(node.op, ast.USub):
            value = self.value(node.operand, scope)
            return zipped(lambda u: -u, [value], value.kind) if isinstance(value, Run) else super().operate(
                ast.Mult(), -1, value) if not isinstance(value, (Exact, bool, int)) else -value  # fmt: skip
        return super().value_UnaryOp(node, scope)

    def dot(self, left: Any, right: Any) -> Any:
        if not (isinstance(left, Run) and isinstance(right, Run)):
            raise Unreadable("a product of vectors and numbers")
        return zipped(lambda a, b: a * b, (left, right)).total()

    # places

    def value_Subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        if isinstance(owner, Run):
            index = self.value(node.slice, scope)
            self.current = node
            if isinstance(index, tuple) and len(index) == 1:
                index = index[0]
            if index is Ellipsis:
                return Run(owner.store, owner.start, owner.length)
            return owner.part(index) if isinstance(index, slice) else owner.at(index)
        return super().value_Subscript(node, scope)

    def joined(self, word: str, index: Any) -> Any:
        if word == "r" and symbolic(index):
            return joined(self.order, [p for part in index for p in (part if isinstance(part, list) else [part])])
        return super().joined(word, index)

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        if isinstance(target, ast.Subscript):
            owner = self.value(target.value, scope)
            if isinstance(owner, Run):
                index = self.value(target.slice, scope)
                self.current = target
                return self.stored(owner, index, value, adds=False)
        if self.order.ranges and isinstance(target, (ast.Subscript, ast.Attribute)):
            raise Unreadable(f"an assignment to {ast.unparse(target)} in a loop over n")
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, Run):
            raise Unreadable("a vector of any length taken apart")
        return super().assign(target, value, scope)

    def stored(self, owner: Run, index: Any, value: Any, adds: bool) -> None:
        """owner[index] = value, or (adds) += value."""
        self.touched += 1
        if isinstance(index, slice) or index is Ellipsis:
            view = owner if index is Ellipsis else owner.part(index)
            if view.store is not owner.store:
                raise Unreadable("an assignment to a slice with steps")
            view.write(zipped(lambda a, b: a + b, (view, value)) if adds else value)
            return
        at = owner.place(index) + owner.start
        value = number(scalar(value))
        if not self.order.ranges:
            Run(owner.store, at, S.One).write(Run(owner.store).at(at) + value if adds else value)
        elif owner.kind != "f":
            raise Unreadable("a vector of whole numbers")
        else:
            self.writes.append(Write(owner.store, sympy.expand(at), value, adds, tuple(self.order.ranges)))

    def augment(self, step: ast.AugAssign, scope: Scope) -> None:
        target = step.target
        if isinstance(target, ast.Subscript) and isinstance(step.op, (ast.Add, ast.Sub)):
            owner = self.value(target.value, scope)
            if isinstance(owner, Run):
                index, value = self.value(target.slice, scope), self.value(step.value, scope)
                self.current = step
                if isinstance(step.op, ast.Sub):
                    value = zipped(lambda u: -u, [value]) if isinstance(value, Run) else -number(scalar(value))
                return self.stored(owner, index, value, adds=True)
        if isinstance(target, ast.Name):
            read = copy(target)
            read.ctx = ast.Load()
            old = self.value(read, scope)
            if isinstance(old, Run):
                if old.listed:
                    raise Unreadable("a list that grows")
                self.touched += 1
                old.write(self.operate(step.op, old, self.value(step.value, scope)))
                return None
            if isinstance(old, (list, dict)) and self.order.ranges:
                raise Unreadable("a list that grows in a loop over n")
        return super().augment(step, scope)

    # names

    def member(self, module: str, name: str) -> Any:
        found = super().member(module, name)
        return Named(name, found) if module in MODULES and name in FUNCTIONS else found

    def attribute(self, owner: Any, name: str) -> Any:
        if isinstance(owner, Run):
            if name in ("shape", "size", "ndim", "T", "dtype"):
                return {"shape": (owner.length,), "size": owner.length, "ndim": 1, "T": owner,
                        "dtype": Type(owner.kind)}[name]  # fmt: skip
            if name in METHODS and not owner.listed:
                return lambda *a, **k: FUNCTIONS[name](self, owner, *a, **k)
            if name == "fill":
                return lambda value: self.stored(owner, Ellipsis, value, adds=False)
            raise Unreadable(f".{name} of a vector of any length")
        if self.order.ranges and isinstance(owner, (list, dict, set)) and name in MUTATORS:
            raise Unreadable(f".{name} in a loop over n")
        return super().attribute(owner, name)

    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        function = self.usable(function)
        word = next((w for w in OWN if BUILTINS.get(w) is function), None)
        given = [*arguments, *keywords.values()]
        unknown = any(map(symbolic, given))
        if isinstance(function, Named):
            if unknown or (function.name in SIZED and any(map(length_like, given))):
                return FUNCTIONS[function.name](self, *arguments, **keywords)
            return super().call(function.plain, arguments, keywords)
        if word and (unknown or any(isinstance(a, Expr) and a.free_symbols and a.is_integer for a in arguments)):
            return OWN[word](self, *arguments, **keywords)
        if not unknown or isinstance(function, (Function, Class, Instance, Partial)) or (
            callable(function) and getattr(function, "__qualname__", "").startswith(Uniform.__name__)
        ):  # fmt: skip
            return super().call(function, arguments, keywords)
        each = isinstance(function, Ufunc) or getattr(function, "__qualname__", "").startswith("elementwise.")
        if not each or keywords or any(isinstance(a, (list, tuple)) for a in arguments):
            raise Unreadable("this function of a vector of any length")
        if any(isinstance(a, Run) and a.listed for a in arguments):
            arguments = [a.copy() if isinstance(a, Run) else a for a in arguments]
        kind = "b" if isinstance(function, Ufunc) and any(t in ("d->?", "dd->?") for t in function.ufunc.types) else "f"
        return zipped(lambda *u: function(*u), arguments, kind)

    def value_Call(self, node: ast.Call, scope: Scope) -> Any:
        self.direct |= {part for part in node.args if isinstance(part, ast.GeneratorExp)}
        return super().value_Call(node, scope)

    # loops

    def through(self, value: Any) -> Turns | None:
        if isinstance(value, Turns):
            if value.spent:
                raise Unreadable("an iterator that has come to its end")
            value.spent = value.once
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
            self.turn(step, scope, turns.item(first))
            return
        before, count = dict(scope.names), len(self.writes)
        symbol = self.order.index()
        try:
            self.alike(step, scope, turns, symbol, first, last)
        except Split as split:
            parts = self.order.parted(split, symbol, first, last)
            scope.names.clear()
            scope.names.update(before)
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
            if all(w.adds for w in own):
                self.added(store, own)
            else:
                self.set(store, own)

    def added(self, store: Store, writes: list[Write]) -> None:
        place = Symbol("·p", integer=True)
        total = sympy.Add(*(_over(w.value * Entry("·", w.at), w.ranges) for w in writes))
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
        if node not in self.direct:
            raise Unreadable("a generator over n that is kept")
        run = self.each(turns, self.element(node, loop, scope))
        return Turns(S.Zero, run.length, run.at, once=True)

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
            inner = Scope(outer=scope, comprehension=True)
            self.assign(loop.target, item, inner)
            return self.value(node.elt, inner)

        return build

    def each(self, turns: Turns, element: Callable[[Any], Any]) -> Run:
        """A list of what is made of each item."""
        found: list[Piece] = []
        stack = [(turns.first, turns.last)] if self.order.sign(turns.last - turns.first) > 0 else []
        while stack:
            first, last = stack.pop()
            symbol, single, before = self.order.index(), last - first == 1, len(self.writes)
            with self.order.within(symbol, first, last):
                try:
                    term = scalar(element(turns.item(first if single else symbol)))
                except Split as split:
                    term = split
            if len(self.writes) != before:
                raise Unreadable("a comprehension that changes a vector")
            if isinstance(term, Split):
                stack += self.order.parted(term, symbol, first, last)[::-1]
                continue
            moved = term if single else _moved(term.xreplace({symbol: PLACE}), PLACE + turns.first)
            found.append(piece(first - turns.first, last - turns.first, moved))
        return made(self.order, found, "f", listed=True)


def _moved(term: Expr, place: Expr) -> Expr:
    return piece(S.Zero, LENGTH, term).at(place)


def _over(term: Expr, ranges: Sequence[tuple[Symbol, Expr, Expr]]) -> Expr:
    return Sigma(term, ranges)


def symbolic_size(value: tuple[Any, ...]) -> bool:
    return any(length_like(v) for v in value)


def symbolic_names(step: ast.AST, scope: Scope) -> bool:
    """Whether a statement reads a vector or a length."""
    names = {part.id for part in ast.walk(step) if isinstance(part, ast.Name)}
    held = [holder.names[name] for name in names if (holder := scope.holder(name)) is not None]
    return any(symbolic(v) or length_like(v) for v in held)


# what functions of numpy and of Python are of vectors of any length


def _run(me: Uniform, value: Any) -> Run:
    if isinstance(value, Run):
        return value
    if isinstance(value, Turns) and (turns := me.through(value)) is not None:
        return me.each(turns, lambda item: item)
    if isinstance(value, (list, tuple)) and symbolic(value):
        return joined(me.order, value)
    raise Unreadable("this function of what is no vector of any length")


def _axis(axis: Any) -> None:
    if axis not in (None, 0, -1):
        raise Unreadable("an axis of a vector")


def _dtype(dtype: Any) -> None:
    if dtype is not None and getattr(dtype, "kind", dtype) not in ("f", "float", "float64"):
        raise Unreadable("a vector of this kind of numbers")


def _size(shape: Any) -> Expr:
    if isinstance(shape, (list, tuple)):
        if len(shape) != 1:
            raise Unreadable("an array of two dimensions and any size")
        (shape,) = shape
    return whole(shape)


def _filled(value: Any) -> Callable[..., Any]:
    def build(me: Uniform, shape: Any, dtype: Any = None) -> Any:
        _dtype(dtype)
        return filled(me.order, _size(shape), value)

    return build


def _like(value: Any) -> Callable[..., Any]:
    def build(me: Uniform, model: Any, dtype: Any = None) -> Any:
        _dtype(dtype)
        return filled(me.order, _run(me, model).length, value, "f" if dtype is not None else _run(me, model).kind)

    return build


def _full(me: Uniform, shape: Any, value: Any, dtype: Any = None) -> Any:
    _dtype(dtype)
    if isinstance(value, int) and dtype is None:
        raise Unreadable("a vector of whole numbers")
    return filled(me.order, _size(shape), number(scalar(value)))


def _copy(me: Uniform, value: Any, dtype: Any = None, copy: Any = True) -> Any:
    _dtype(dtype)
    if copy is not True:
        return _seen(me, value, dtype)
    found = _run(me, value).copy()
    if dtype is not None:
        found.store.kind = "f"
    return found


def _seen(me: Uniform, value: Any, dtype: Any = None) -> Any:
    return value if isinstance(value, Run) and not value.listed and value.kind == "f" else _copy(me, value, dtype)


def _arange(me: Uniform, *bounds: Any, dtype: Any = None) -> Any:
    _dtype(dtype)
    first, last = (0, *bounds) if len(bounds) == 1 else bounds
    first, last = whole(first), whole(last)
    return filled(me.order, last - first, PLACE + first, "i" if dtype is None else "f")


def _sum(me: Uniform, value: Any, axis: Any = None) -> Any:
    _axis(axis)
    run = _run(me, value)
    return (zipped(number, [run]) if run.kind == "b" else run).total()


def _mean(me: Uniform, value: Any, axis: Any = None) -> Any:
    return _sum(me, value, axis) / _run(me, value).length


def _var(me: Uniform, value: Any, axis: Any = None, ddof: Any = 0) -> Any:
    run = _run(me, value)
    middle = _mean(me, run, axis)
    return zipped(lambda u: (u - middle) ** 2, [run]).total() / (run.length - whole(ddof))


def _dot(me: Uniform, a: Any, b: Any) -> Any:
    return me.dot(_run(me, a), _run(me, b))


def _norm(me: Uniform, value: Any, ord: Any = None) -> Any:
    run = _run(me, value)
    if ord == 1:
        return zipped(sympy.Abs, [run]).total()
    if ord not in (None, 2):
        raise Unreadable("this norm")
    return sympy.sqrt(zipped(lambda u: u**2, [run]).total())


def _diff(me: Uniform, value: Any, n: Any = 1) -> Any:
    run = _run(me, value)
    for _ in range(int(whole(n))):
        run = zipped(lambda a, b: a - b, (run.part(slice(1, None)), run.part(slice(None, -1))), run.kind)
    return run


def _roll(me: Uniform, value: Any, shift: Any, axis: Any = None) -> Any:
    _axis(axis)
    run, shift = _run(me, value), whole(shift)
    if not shift.is_Integer:
        raise Unreadable("np.roll by what depends on n")
    return joined(me.order, [run.part(slice(-shift, None)), run.part(slice(None, -shift))]) if shift else run.copy()


def _concatenate(me: Uniform, parts: Any, axis: Any = 0) -> Any:
    _axis(axis)
    flat: list[Any] = []
    for part in parts:
        flat += [part] if isinstance(part, Run) else list(part) if isinstance(part, (list, tuple)) else (
            list(part) if isinstance(part, Exact) and part.ndim == 1 else [part])  # fmt: skip
    return joined(me.order, flat)


def _append(me: Uniform, value: Any, more: Any, axis: Any = None) -> Any:
    return _concatenate(me, [value, more])


def _flip(me: Uniform, value: Any, axis: Any = None) -> Any:
    _axis(axis)
    return _run(me, value).reversed()


def _cumsum(me: Uniform, value: Any, axis: Any = None) -> Any:
    _axis(axis)
    run, before, found = _run(me, value), S.Zero, []
    for p in run.pieces:
        index = me.order.index()
        inner = p.term.xreplace({PLACE: index})
        term = p.term if p.single else Sigma(inner, [(index, p.first, PLACE)])
        found.append(piece(p.first, p.last, before + term))
        before += summed(p.term, PLACE, p.first, p.last, me.order)
    return made(me.order, found)


def _where(me: Uniform, test: Any, yes: Any, no: Any) -> Any:
    return zipped(lambda t, a, b: where(t, a, b), (test, yes, no))


def _clip(me: Uniform, value: Any, low: Any = None, high: Any = None) -> Any:
    def clipped(u: Any) -> Any:
        u = u if low is None else sympy.Max(u, number(scalar(low)), evaluate=False)
        return u if high is None else sympy.Min(u, number(scalar(high)), evaluate=False)

    return zipped(clipped, [value])


def _pad(me: Uniform, value: Any, width: Any, mode: Any = "constant") -> Any:
    run = _run(me, value)
    width = width if isinstance(width, tuple) else (width, width)
    if mode not in ("constant", "edge") or not all(isinstance(w, int) for w in width):
        raise Unreadable("np.pad in this mode")
    ends = (run.at(0), run.at(-1)) if mode == "edge" else (S.Zero, S.Zero)
    return joined(me.order, [*[ends[0]] * width[0], run, *[ends[1]] * width[1]])


def _range(me: Uniform, *bounds: Any) -> Turns:
    if len(bounds) > 2:
        raise Unreadable("a range with steps")
    first, last = (0, *bounds) if len(bounds) == 1 else bounds
    return Turns(whole(first), whole(last), lambda i: i)


def _total(me: Uniform, parts: Any, start: Any = 0) -> Any:
    return scalar(start) + _sum(me, parts)


def _enumerate(me: Uniform, value: Any, start: Any = 0) -> Turns:
    turns = me.through(value)
    if turns is None:
        raise Unreadable("enumerate")
    return Turns(
        turns.first, turns.last, lambda i: (sympy.expand(i - turns.first + whole(start)), turns.item(i)), once=True
    )


def _zip(me: Uniform, *values: Any) -> Turns:
    parts = [me.through(value) for value in values]
    if any(p is None for p in parts):
        raise Unreadable("zip of a list and of a vector of any length")
    known = [p for p in parts if p is not None]
    length = known[0].last - known[0].first
    for p in known[1:]:
        if me.order.sign(p.last - p.first - length) < 0:
            length = p.last - p.first
    return Turns(S.Zero, sympy.expand(length), lambda i: tuple(p.item(i + p.first) for p in known), once=True)


def _extreme(side: int) -> Callable[..., Any]:
    def build(me: Uniform, *values: Any) -> Any:
        if len(values) < 2 or any(not isinstance(v, (int, Expr)) for v in values):
            raise Unreadable("the largest entry of a vector of any length")
        best, *rest = map(whole, values)
        for value in rest:
            best = value if side * me.order.sign(value - best) > 0 else best
        return best

    return build


def _number(me: Uniform, value: Any) -> Any:
    if isinstance(value, Run):
        raise Unreadable("a number of a vector")
    return value


OWN: dict[str, Callable[..., Any]] = {
    "range": _range, "len": lambda me, value: _run(me, value).length, "sum": _total, "enumerate": _enumerate,
    "zip": _zip, "abs": lambda me, u: zipped(sympy.Abs, [u]) if isinstance(u, Run) else sympy.Abs(u),
    "max": _extreme(1), "min": _extreme(-1), "float": _number, "int": _number,
    "list": lambda me, u: made(me.order, _run(me, u).pieces, "f", listed=True),
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "zeros": _filled(S.Zero), "ones": _filled(S.One), "empty": _filled(S.NaN), "full": _full, "arange": _arange,
    "zeros_like": _like(S.Zero), "ones_like": _like(S.One), "empty_like": _like(S.NaN), "array": _copy, "copy": _copy,
    "asarray": _seen, "asanyarray": _seen, "ascontiguousarray": _seen, "atleast_1d": _seen, "ravel": _seen,
    "sum": _sum, "mean": _mean, "average": _mean, "var": _var, "dot": _dot, "inner": _dot, "vdot": _dot,
    "std": lambda me, *a, **k: sympy.sqrt(_var(me, *a, **k)), "matmul": _dot, "norm": _norm, "diff": _diff,
    "roll": _roll, "concatenate": _concatenate, "hstack": _concatenate, "append": _append, "flip": _flip,
    "cumsum": _cumsum, "where": _where, "clip": _clip, "pad": _pad, "size": lambda me, u: _run(me, u).length,
    "shape": lambda me, u: (_run(me, u).length,), "ndim": lambda me, u: 1, "nansum": _sum, "fsum": _sum,
    "flatten": _copy, "astype": _copy,
}  # fmt: skip
METHODS = set("sum mean var std dot copy flatten ravel astype clip cumsum".split())
SIZED = set("zeros ones empty full arange".split())


__all__ = ["Uniform"]

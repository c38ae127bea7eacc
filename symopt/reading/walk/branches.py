"""Conditions on the variables: both sides are walked, and what they leave is put together."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from sympy import And, Expr, Not, Or, S

from symopt.reading.exact.arrays import Exact, array, where
from symopt.reading.exact.covered import covered
from symopt.reading.exact.doubles import related
from symopt.reading.exact.nans import condition
from symopt.reading.exact.values import choose, is_condition, is_scalar
from symopt.reading.names import Scope
from symopt.reading.packages.objects import Stream
from symopt.reading.source import SourceError, Unreadable
from symopt.reading.walk.core import MAX_PATHS, READING
from symopt.reading.walk.expressions import Expressions
from symopt.reading.walk.objects import (
    MISSING,
    NOTHING,
    RAISES,
    Class,
    Function,
    Instance,
    Partly,
    Poison,
    State,
    base_of,
    memory,
    put,
)
from symopt.reading.words import said

MUTABLE = (Exact, list, dict)


class Join:
    """What two sides of a condition leave behind, put together.

    What a name is on one side, P, and on the other, Q, becomes a new object M: M = P where the condition holds, else
    M = Q. A change of M would change P or Q, and one of these M; so all three stay as they are, unless nothing but M
    stands for P and Q any more.
    """

    def __init__(self, walk: Branches, test: Any, before: State, after: State) -> None:
        self.walk, self.test, self.before, self.after = walk, test, before, after
        self.made: dict[tuple[int, int], tuple[Any, Any, Any]] = {}  # M, P and Q
        self.given: Any = None

    def contents(self, done: Scope | None) -> None:
        """Of all that was there before: arrays first, by which the rest is told."""
        for key, (value, _) in self.before.held.items():
            if isinstance(value, np.ndarray):
                yes, plain = self.after.held[key][1], value.view(np.ndarray)
                if any(a is not b for a, b in zip(yes.flat, plain.flat, strict=True)):
                    put(value, np.frompyfunc(choose, 3, 1)(self.test, yes, plain))
        for key, (value, _) in self.before.held.items():
            yes = self.after.held[key][1]
            if isinstance(value, np.ndarray) or (done is not None and value is done.names):
                continue
            if isinstance(value, Stream):
                value.left = value.left if yes == value.left else None
                continue
            if isinstance(value, set) and yes != value:
                raise Unreadable("a set that is another in each branch")
            if isinstance(value, list) and len(yes) != len(value):
                raise Unreadable("a list that has another length in each branch")
            if isinstance(value, set):
                continue
            for name in range(len(value)) if isinstance(value, list) else list({**yes, **value}):
                a, b = (side[name] if isinstance(side, list) else side.get(name, MISSING) for side in (yes, value))
                if a is not b:
                    try:
                        value[name] = self.of(a, b)
                    except (Unreadable, SourceError, *READING) as error:
                        value[name] = Poison(self.walk.as_error(self.walk.current, error), (a, b))

    def result(self, yes: Any, no: Any) -> Any:
        """The value that each side gives."""
        self.given = self.of(yes, no)
        return self.given

    def of(self, yes: Any, no: Any) -> Any:
        """yes where the condition holds, else no."""
        if any(side is MISSING or isinstance(side, Partly) for side in (yes, no)):
            return self.partly(yes, no)
        for side in (yes, no):
            if isinstance(side, Poison):
                return side
        if yes is no or (isinstance(yes, str) and yes == no):
            return yes
        if (key := (id(yes), id(no))) not in self.made:
            self.made[key] = self.new(yes, no), yes, no
        return self.made[key][0]

    def new(self, yes: Any, no: Any) -> Any:
        first = self.after.held.get(id(yes), (yes, yes))[1]
        if isinstance(yes, dict) and isinstance(no, dict) and first.keys() == no.keys():
            return {k: self.of(first[k], no[k]) for k in first}
        if isinstance(yes, (list, tuple)) and type(yes) is type(no) and len(first) == len(no):
            return type(yes)(self.of(a, b) for a, b in zip(first, no, strict=True))
        if not all(is_scalar(v) or isinstance(v, (Exact, list, tuple)) for v in (yes, no)):
            raise Unreadable(f"a choice between {said(yes)} and {said(no)}")
        if np.shape(array(yes)) != np.shape(array(no)):
            raise Unreadable("a choice between arrays of different shapes")
        return where(self.test, yes, no)

    def partly(self, yes: Any, no: Any) -> Any:
        """A name to which a branch gives no value, or not everywhere: what it is where it has one."""
        given = [
            (side.test, side.value) if isinstance(side, Partly) else (S.false if side is MISSING else S.true, side)
            for side in (yes, no)
        ]
        (there, a), (elsewhere, b) = given
        value = b if a is MISSING else a if b is MISSING else self.of(a, b)
        told = Or(And(self.test, there), And(Not(self.test), elsewhere))
        if isinstance(value, Poison) or covered(told):
            return value
        unread = Unreadable("a name that has a value in one branch only")
        return Partly(self.walk.as_error(self.walk.current, unread), (value,), told)

    def told_apart(self, *roots: Any) -> None:
        """Locks what is now one of two objects, and these, where they are known under other names too."""
        made = [trio for trio in self.made.values() if isinstance(trio[0], MUTABLE)]
        if not made:
            return
        alive = State(*roots, self.given)
        behind = [{id(part): part for part in map(memory, sides)} for _, *sides in made]
        times = Counter(key for parts in behind for key in parts)
        for trio, parts in zip(made, behind, strict=True):
            locked = any(map(self.walk.is_locked, (*trio[1:], *parts.values())))
            if locked or any(key in alive.held or times[key] > 1 for key in parts):
                views = [view for view in alive.arrays if id(base_of(view)) in parts]
                self.walk.lock(*trio, *map(memory, trio), *views)


class Branches(Expressions):
    def both(self, test: Any, body: list[Any], orelse: list[Any], rest: list[Any], scope: Scope) -> Any:
        """Both sides of a condition on the variables, and what they leave behind where each of them is taken."""
        self.paths += 1
        if self.paths > MAX_PATHS:
            raise Unreadable("more branches than are followed")
        step, before = self.current, State(scope, *rest)
        with self.assuming(test) as first:
            yes = self.block([*body, *rest], scope)
        after = before.restore()
        self.current = step
        with self.assuming(test, False) as second:
            no = self.block([*orelse, *rest], scope)
        self.raised |= first & second
        if yes is RAISES or no is RAISES:
            if no is RAISES and yes is not RAISES:
                after.restore()
            return no if yes is RAISES else yes
        with self.together(test, before, after, scope if yes is not NOTHING else None, rest) as join:
            if {id(yes), id(no)} <= {id(NOTHING), id(None)}:
                return NOTHING if yes is no is NOTHING else None
            if yes is NOTHING or no is NOTHING:
                self.current = step
                raise Unreadable("a branch that returns nothing")
            return join.result(yes, no)

    @contextmanager
    def assuming(self, test: Any, holds: bool = True) -> Iterator[set[Any]]:
        """Where a condition holds, or does not; as: see `within`."""
        before, self.assumed = self.assumed, (*self.assumed, test if holds else Not(test))
        try:
            with self.within(test) if holds else self.within(test, S.true) as raised:
                yield raised
        finally:
            self.assumed = before

    def implied(self, test: Any) -> Any:
        """A condition as True or False, if what holds on this side of the branches around decides it."""
        if isinstance(test, bool):
            return test
        others = [Not(a) for a in self.assumed if a.free_symbols & test.free_symbols]
        return True if others and covered(*others, test) else not (others and covered(*others, Not(test))) and test

    @contextmanager
    def together(
        self, test: Any, before: State, after: State, done: Scope | None = None, rest: Sequence[Any] = ()
    ) -> Iterator[Join]:
        """What two branches have left behind, put together; done: a scope that nobody looks at any more."""
        join = Join(self, test, before, after)
        join.contents(done)
        yield join
        join.told_apart(*(scope for scope in (*self.scopes, *self.active) if scope is not done), *rest)

    def one_of(self, test: Any, yes: Any, no: Any) -> Any:
        """One of two values that are there."""
        with self.together(test, State(), State()) as join:
            return join.result(yes, no)

    def value_IfExp(self, node: ast.IfExp, scope: Scope) -> Any:
        test = self.implied(self.truth(self.value(node.test, scope)))
        if isinstance(test, bool):
            return self.value(node.body if test else node.orelse, scope)
        before = State(scope)
        with self.assuming(test) as first:
            yes = self.value(node.body, scope)
        after = before.restore()
        with self.assuming(test, False) as second:
            no = self.value(node.orelse, scope)
        self.raised |= first & second
        with self.together(test, before, after) as join:
            return join.result(yes, no)

    def truth(self, value: Any) -> Any:
        """True or False if it is known, else a condition."""
        if isinstance(value, Exact):
            if value.size == 1:
                return self.truth(value.reshape(-1)[0] if value.ndim else condition(value.plain[()]))
            raise Unreadable("a condition on a whole array")
        if value in (S.true, S.false):  # Python's own among them
            return bool(value)
        if is_condition(value):
            return value
        if isinstance(value, Expr):
            if value.is_number:
                return related("!=", value, S.Zero)
            raise Unreadable("a number as a condition")
        if isinstance(value, (int, str, list, tuple, dict, type(None), Function, Class)):
            return bool(value)
        if isinstance(value, Instance):
            word = next((w for w in ("__bool__", "__len__") if value.of.find(w) is not MISSING), "")
            return self.truth(self.call(self.attribute(value, word), [], {})) if word else True
        raise Unreadable(f"{said(value)} as a condition")

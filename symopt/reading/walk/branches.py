"""Conditions on the variables: both sides are walked, and what they leave is put together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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
from symopt.reading.walk.objects import MISSING, NOTHING, RAISES, Class, Function, Partly, Poison, State
from symopt.reading.words import said


class Branches(Expressions):
    def both(self, test: Any, body: list[Any], orelse: list[Any], rest: list[Any], scope: Scope) -> Any:
        """Both sides of a condition on the variables, and what they leave behind where each of them is taken."""
        self.paths += 1
        if self.paths > MAX_PATHS:
            raise Unreadable("more branches than are followed")
        step, before = self.current, State(scope, *rest)
        with self.assuming(test) as first:
            yes = self.settled(self.block([*body, *rest], scope))
        after = before.restore()
        self.current = step
        with self.assuming(test, False) as second:
            no = self.settled(self.block([*orelse, *rest], scope))
        self.raised |= first & second
        if yes is RAISES or no is RAISES:
            if no is RAISES and yes is not RAISES:
                after.restore()
            return no if yes is RAISES else yes
        self.join(test, before, after, scope if yes is not NOTHING else None)
        if yes is NOTHING and no is NOTHING:
            return NOTHING
        if {id(yes), id(no)} <= {id(NOTHING), id(None)}:
            return None
        if yes is NOTHING or no is NOTHING:
            self.current = step
            raise Unreadable("a branch that returns nothing")
        return self.merged(test, yes, no, before)

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

    def settled(self, value: Any) -> Any:
        """A result that no later change reaches."""
        if isinstance(value, Exact):
            return value.copy()
        return type(value)(map(self.settled, value)) if isinstance(value, (list, tuple)) else value

    def join(self, test: Any, before: State, after: State, done: Scope | None) -> None:
        """What two branches have left behind, put together. done: a scope that nobody looks at any more."""
        for key, (value, _) in before.held.items():
            yes = after.held[key][1]
            if done is not None and value is done.names:
                continue
            if isinstance(value, np.ndarray):
                if any(a is not b for a, b in zip(yes.flat, value.view(np.ndarray).flat, strict=True)):
                    value.view(np.ndarray)[...] = np.frompyfunc(choose, 3, 1)(test, yes, value.view(np.ndarray))
                continue
            if isinstance(value, Stream):
                value.left = value.left if yes == value.left else None
                continue
            if isinstance(value, list) and len(yes) != len(value):
                raise Unreadable("a list that has another length in each branch")
            for name in range(len(value)) if isinstance(value, list) else list({**yes, **value}):
                a, b = (side[name] if isinstance(side, list) else side.get(name, MISSING) for side in (yes, value))
                if a is not b:
                    try:
                        value[name] = self.merged(test, a, b, before)
                    except (Unreadable, SourceError, *READING) as error:
                        value[name] = Poison(self.as_error(self.current, error))

    def merged(self, test: Any, yes: Any, no: Any, before: State) -> Any:
        """yes where the condition holds, else no."""
        if any(side is MISSING or isinstance(side, Partly) for side in (yes, no)):
            return self.partly(test, yes, no, before)
        for side in (yes, no):
            if isinstance(side, Poison):
                return side
        if yes is no:
            return yes
        if isinstance(yes, (list, tuple)) and type(yes) is type(no) and len(yes) == len(no):
            return type(yes)(self.merged(test, a, b, before) for a, b in zip(yes, no, strict=True))
        if isinstance(yes, dict) and isinstance(no, dict) and yes.keys() == no.keys():
            return {k: self.merged(test, yes[k], no[k], before) for k in yes}
        if isinstance(yes, str) and yes == no:
            return yes
        if not all(is_scalar(v) or isinstance(v, (Exact, list, tuple)) for v in (yes, no)):
            raise Unreadable(f"a choice between {said(yes)} and {said(no)}")
        if np.shape(array(yes)) != np.shape(array(no)):
            raise Unreadable("a choice between arrays of different shapes")
        found = where(test, yes, no)
        if isinstance(found, Exact) and any(isinstance(v, Exact) and before.has(v) for v in (yes, no)):
            found.flags.writeable = False  # writing would have to change one of the two
        return found

    def partly(self, test: Any, yes: Any, no: Any, before: State) -> Any:
        """A name to which a branch gives no value, or not everywhere: what it is where it has one."""
        given = [
            (side.test, side.value) if isinstance(side, Partly) else (S.false if side is MISSING else S.true, side)
            for side in (yes, no)
        ]
        (there, a), (elsewhere, b) = given
        value = b if a is MISSING else a if b is MISSING else self.merged(test, a, b, before)
        told = Or(And(test, there), And(Not(test), elsewhere))
        if isinstance(value, Poison) or covered(told):
            return value
        unread = Unreadable("a name that has a value in one branch only")
        return Partly(self.as_error(self.current, unread), told, value)

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
        self.join(test, before, after, None)
        return self.merged(test, yes, no, before)

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
        raise Unreadable(f"{said(value)} as a condition")

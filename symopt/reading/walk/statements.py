"""Statements of Python's language."""

from __future__ import annotations

import ast
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Any

import numpy as np
from sympy import Expr, S, Symbol

from symopt.reading.exact.arrays import Exact, array, keeping_kind
from symopt.reading.exact.chosen import Chosen, placed
from symopt.reading.names import CHANGES_ARGUMENT, HARMLESS, Scope, inside, mutates, stored
from symopt.reading.packages.objects import END, Stream, items
from symopt.reading.source import Shared, SourceError, TooLong, Unreadable
from symopt.reading.walk.branches import Branches
from symopt.reading.walk.core import MAX_TURNS, READING
from symopt.reading.walk.expressions import OPERATORS
from symopt.reading.walk.objects import (
    MISSING,
    NOTHING,
    RAISES,
    Class,
    Function,
    Imported,
    Instance,
    Mark,
    NeedsVector,
    Poison,
    State,
    Turn,
    base_of,
    put,
)
from symopt.reading.walk.sharing import alone
from symopt.reading.words import said

CHANGEABLE = (Exact, Chosen, list, dict, set, Instance, Function, Class, Stream)
MAY_HOLD = (Exact, list, dict, set, Instance, Stream)
LEAVING = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)


class Statements(Branches):
    def block(self, steps: list[Any], scope: Scope) -> Any:
        """Walks statements; the value returned, NOTHING, or RAISES."""
        place = 0
        while place < len(steps):
            step = steps[place]
            place += 1
            self.step()
            if isinstance(step, Mark):
                continue
            if isinstance(step, Turn):
                if (item := step.stream.next()) is END:
                    steps, place = [*step.loop.orelse, *steps[place + 1 :]], 0
                else:
                    self.assign(step.loop.target, item, scope)
                    steps, place = [*step.loop.body, Mark(False), *steps[place - 1 :]], 0
                continue
            self.current = step
            if isinstance(step, ast.Return):
                return None if step.value is None else self.value(step.value, scope)
            if isinstance(step, ast.Raise) or (
                isinstance(step, ast.Assert) and not scope.top and self.fails(step, scope)):  # fmt: skip
                return RAISES
            if isinstance(step, (ast.Break, ast.Continue)):
                stop = isinstance(step, ast.Break)
                place = next(
                    k for k in range(place, len(steps)) if isinstance(steps[k], Mark) and steps[k].last >= stop
                )
                continue
            if isinstance(step, ast.If):
                test = self.implied(self.truth(self.value(step.test, scope)))
                if isinstance(test, bool):
                    steps, place = [*(step.body if test else step.orelse), *steps[place:]], 0
                    continue
                if any(isinstance(p, (ast.Return, ast.Raise, ast.Break, ast.Continue)) for p in ast.walk(step)):
                    return self.both(test, step.body, step.orelse, steps[place:], scope)
                self.both(test, step.body, step.orelse, [], scope)
                continue
            if isinstance(step, (ast.For, ast.While)):
                written = self.written_out(step, scope)
                if written is not None:
                    steps, place = [*written, *steps[place:]], 0
                continue
            if isinstance(step, ast.Try) and not step.handlers and not self.left_early(step):
                steps, place = [*step.body, *step.orelse, *step.finalbody, *steps[place:]], 0
                continue
            if isinstance(step, ast.Match):
                steps, place = [*self.matched(step, scope), *steps[place:]], 0
                continue
            if isinstance(step, ast.With):
                words = {
                    part.id for item in step.items for part in ast.walk(item.context_expr) if isinstance(part, ast.Name)
                }
                if any(self.own(name, scope) or isinstance(self.held(scope, name), CHANGEABLE) for name in words):
                    raise Unreadable("a with statement of an object of the file")
                for name in {name for item in step.items if item.optional_vars for name in stored(item.optional_vars)}:
                    scope.names[name] = Poison(self.error(step, f"{name}, which a with statement makes"))
                steps, place = [*step.body, *steps[place:]], 0
                continue
            self.statement(step, scope)
        return NOTHING

    def written_out(self, step: ast.For | ast.While, scope: Scope) -> list[Any] | None:
        """A loop as its turns, one after the other; None if it cannot be read, its names poisoned."""
        if isinstance(step, ast.While):
            test = self.truth(self.value(step.test, scope))
            if not isinstance(test, bool):
                raise Unreadable("a while loop whose condition depends on the variables")
            self.turns += 1
            if self.turns > MAX_TURNS:
                raise self.too_long(f"a while loop that has not ended after {MAX_TURNS} turns")
            return [*step.body, Mark(False), step, Mark(True)] if test else list(step.orelse)
        try:
            values = self.value(step.iter, scope)
            if isinstance(values, Chosen):
                turns = [part for turn in values.turns() for part in (self.perhaps(step, *turn), Mark(False))]
                return [*turns, *step.orelse, Mark(True)]
            return [Turn(step, self.stream(values)), Mark(True)]
        except (Unreadable, SourceError) as error:
            self.poison(step, scope, error)
            return None

    @staticmethod
    def perhaps(loop: ast.For, item: Any, test: Any) -> ast.If:
        """A turn that is taken where a condition holds."""
        begin = ast.Assign([loop.target], ast.Constant(item))
        return ast.fix_missing_locations(ast.copy_location(
            ast.If(ast.Constant(test), [ast.copy_location(begin, loop), *loop.body], []), loop))  # fmt: skip

    def left_early(self, step: ast.Try) -> bool:
        """Whether what stands in `finally` is done although a try is left, or leaves it itself."""
        last = [part for part in step.finalbody if not isinstance(part, ast.Pass)]
        leaving = (*LEAVING, ast.Break, ast.Continue)
        return bool(last) and any(isinstance(part, leaving) for part in inside(step))

    def matched(self, step: ast.Match, scope: Scope) -> list[ast.stmt]:
        """The case of a match that fits; what it names has its value from then on."""
        subject = self.value(step.subject, scope)
        for case in step.cases:
            found: dict[str, Any] = {}
            if self.fits(case.pattern, subject, found, scope):
                scope.names.update(found)
                test = True if case.guard is None else self.truth(self.value(case.guard, scope))
                if not isinstance(test, bool):
                    raise Unreadable("a match that a condition on the variables decides")
                if test:
                    return case.body
        return []

    def fits(self, pattern: ast.pattern, subject: Any, found: dict[str, Any], scope: Scope) -> bool:
        """Whether a value has the form of a pattern; found: the names that it gives to parts."""
        if isinstance(pattern, ast.MatchOr):
            return any(self.fits(part, subject, found, scope) for part in pattern.patterns)
        if isinstance(pattern, ast.MatchAs):
            fits = pattern.pattern is None or self.fits(pattern.pattern, subject, found, scope)
            found |= {pattern.name: subject} if fits and pattern.name is not None else {}
            return fits
        if isinstance(pattern, (ast.MatchValue, ast.MatchSingleton)):
            if not isinstance(subject, (int, str, type(None))):
                raise Unreadable("a match on what is not a known number or text")
            if isinstance(pattern, ast.MatchSingleton):
                return subject is pattern.value
            return bool(subject == self.value(pattern.value, scope))
        if isinstance(pattern, ast.MatchSequence) and not isinstance(subject, Instance) and not any(
            isinstance(part, ast.MatchStar) for part in pattern.patterns):  # fmt: skip
            return isinstance(subject, (list, tuple)) and len(subject) == len(pattern.patterns) and all(
                self.fits(part, item, found, scope) for part, item in zip(pattern.patterns, subject, strict=True)
            )  # fmt: skip
        if isinstance(pattern, ast.MatchClass) and isinstance(of := self.value(pattern.cls, scope), Class):
            names = [*[*(of.fields or {})][: len(pattern.patterns)], *pattern.kwd_attrs]
            parts = [*pattern.patterns, *pattern.kwd_patterns]
            return isinstance(subject, Instance) and of in subject.of.order and len(names) == len(parts) and all(
                self.fits(part, self.attribute(subject, name), found, scope)
                for name, part in zip(names, parts, strict=True))  # fmt: skip
        raise Unreadable("a match with this pattern")

    def statement(self, step: ast.stmt, scope: Scope) -> None:
        try:
            if isinstance(step, ast.Assign):
                value = self.lazily(step.value, scope)
                if self.views and isinstance(value, Expr) and value.free_symbols and isinstance(step.value, ast.Call):
                    value = array(value)
                for target in step.targets:
                    self.assign(target, value, scope)
            elif isinstance(step, ast.AnnAssign):
                if step.value is not None:
                    self.assign(step.target, self.value(step.value, scope), scope)
            elif isinstance(step, ast.AugAssign):
                self.augment(step, scope)
            elif isinstance(step, ast.FunctionDef):
                if any(ast.unparse(d).endswith("property") for d in step.decorator_list):
                    raise Unreadable("a property outside of a class")
                scope.names[step.name] = self.decorated(step, self.defined(step, scope, step.name), scope)
            elif isinstance(step, ast.ClassDef):
                scope.names[step.name] = self.class_of(step, scope)
            elif isinstance(step, (ast.Import, ast.ImportFrom)):
                self.imported(step, scope)
            elif isinstance(step, ast.Expr):
                self.side_effect(step, scope)
            elif isinstance(step, ast.Nonlocal):
                for name in step.names:
                    if holder := scope.outer and scope.outer.holder(name):
                        scope.elsewhere[name] = holder
            elif isinstance(step, ast.Delete):
                for target in step.targets:
                    self.deleted(target, scope)
            elif isinstance(step, ast.Assert) and stored(step) | self.changed(step):
                self.value(step.test, scope)
            elif not isinstance(step, (ast.Pass, ast.Assert, ast.Global)):
                word = type(step).__name__.lower()
                raise Unreadable("a try with an except, or left before its finally" if word == "try" else word)
        except SourceError as error:
            if isinstance(error, TooLong | Shared) or "has no value" in error.message:
                raise
            self.poison(step, scope, error)
        except Unreadable as error:
            if not getattr(step, "lineno", 0):  # written for a package: a call that it refuses is not read
                raise
            self.poison(step, scope, error)
        except READING as error:
            if not scope.top:  # it would fail as well when the file runs
                if self.lone and isinstance(error, IndexError):
                    raise NeedsVector(None) from None
                raise self.misfit(self.current, error) from None
            self.poison(step, scope, error)

    def poison(self, step: ast.AST, scope: Scope, error: Exception) -> None:
        """What a statement that cannot be read may have changed is unknown from here on: names, and what they share."""
        if self.lone and isinstance(error, IndexError):
            raise NeedsVector(None)
        if self.letters.search is not None and isinstance(error, READING):
            raise self.as_error(step, error)
        self.lost = found = self.as_error(step, error)
        if any(isinstance(part, LEAVING) for part in inside(step)) or not (scope.top or self.idle(step, scope)):
            raise found  # it may end all that follows, with an error
        touched = {part.id for part in ast.walk(step) if isinstance(part, ast.Name)}
        longer = isinstance(step, ast.Expr) and not scope.top
        for name in touched - stored(step):
            holder = scope.holder(name)
            if holder is not None and isinstance(holder.names[name], (*MAY_HOLD, Poison)):
                self.spoil(holder.names[name], found, longer)
        changes = self.top.changes[self.now] if scope.top else self.changed(step)
        names = stored(step) | changes
        if scope.top:  # what is shared is changed by each of its names
            names |= {other for name in changes for other in self.top.groups.get(name, {name})}
        for name in names:
            holder = scope.holder(name)
            known = holder.names[name] if holder is not None else None
            if not scope.top and name in changes and (holder is None or isinstance(known, (Class, Function))):
                raise found  # whatever else has it sees the change
            if holder is not None:
                self.spoil(known, found, longer)
            scope.names[name] = Poison(found)

    def idle(self, step: ast.AST, scope: Scope) -> bool:
        """Whether what cannot be read of a statement is a text, or of a package that is taken to work."""
        return any(
            isinstance(part, ast.JoinedStr)
            or (isinstance(part, ast.Call) and self.foreign(part.func, scope))
            or (isinstance(part, ast.Attribute) and part.attr == "format")
            or (
                isinstance(part, ast.BinOp)
                and isinstance(part.op, ast.Mod)
                and isinstance(getattr(part.left, "value", None), str)
            )
            for part in ast.walk(step)
        )

    def fails(self, step: ast.Assert, scope: Scope) -> bool:
        """Whether it is known that what is asserted does not hold."""
        with suppress(SourceError, Unreadable, *READING):
            return self.truth(self.value(step.test, scope)) is False
        return False

    def spoil(self, value: Any, error: SourceError, longer: bool) -> None:
        """Makes what can be changed unknown; a list that may be longer cannot stay."""
        state = State(value)
        if isinstance(value, Poison) and not all(view.flags.writeable for view in state.arrays):
            raise error
        for view in state.arrays:
            put(base_of(view), S.NaN)
        for held, _ in state.held.values():
            if isinstance(held, Stream):
                held.left = None
            elif isinstance(held, set) or (isinstance(held, list) and longer):
                raise error
            elif not isinstance(held, np.ndarray):
                for name in range(len(held)) if isinstance(held, list) else list(held):
                    held[name] = Poison(error)

    def side_effect(self, step: ast.Expr, scope: Scope) -> None:
        call, changes = step.value, self.changed(step)
        if isinstance(call, ast.Constant):
            return
        if not isinstance(call, ast.Call):
            if not scope.top or stored(step) | changes or any(self.telling(part, scope) for part in ast.walk(call)):
                self.value(call, scope)
            return
        word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if word in HARMLESS and not self.own(word, scope):
            for value in self.listed([*call.args, *(k.value for k in call.keywords)], scope) if changes else ():
                parts = value.values() if isinstance(value, dict) else value
                if any(isinstance(part, (Instance, Stream, list, tuple, dict)) for part in (
                        parts if isinstance(value, (list, tuple, dict)) else [value])):  # fmt: skip
                    raise Unreadable(f"{word} of {said(value)}, by which more may change")
            return
        if word in ("append", "extend") and isinstance(call.func, ast.Attribute):
            quiet, owner = set(self.reads), self.value(call.func.value, scope)
            if isinstance(owner, list) and id(owner) in self.frozen:  # a list of what has happened
                self.reads = quiet
                if not scope.top:
                    self.changes.add(self.called(owner, call.func.value))
                return
        names = {part.id for part in ast.walk(step) if isinstance(part, ast.Name)}
        mutable = any(isinstance(value, CHANGEABLE) or (callable(value) and not isinstance(value, Expr))
                      for value in map(partial(self.held, scope), names))  # fmt: skip
        writes = mutates(word) or word in CHANGES_ARGUMENT
        own = getattr(step, "lineno", 0) == 0 or self.own(word, scope)  # what is written for packages guards itself
        if scope.top and not changes and not mutable and not own and (not writes or self.of_module(call.func, scope)):
            return
        try:
            chained = any(isinstance(part, ast.Call) for part in ast.walk(call.func))  # what is called is called once
            function = self.value(call if chained else call.func, scope)
        except (Unreadable, SourceError) as error:
            if not writes and not changes and self.foreign(call.func, scope):
                return
            raise error
        if function is not None and not chained:
            self.value(call, scope)

    def held(self, scope: Scope, name: str) -> Any:
        """What a name of the file stands for; None of what cannot be read, or is no name of the file."""
        if (holder := scope.holder(name)) is not None:
            return holder.names[name]
        with suppress(SourceError, Unreadable, NeedsVector, *READING):
            return self.top_level(name, self.now) if name in self.top.places else None
        return None

    @staticmethod
    def of_module(node: ast.expr, scope: Scope) -> bool:
        """Whether a function belongs to a module by its name, as jax.config.update does."""
        while isinstance(node, ast.Attribute):
            node = node.value
        holder = scope.holder(node.id) if isinstance(node, ast.Name) else None
        return holder is not None and isinstance(holder.names[node.id], Imported)  # type: ignore[attr-defined]

    def telling(self, part: ast.AST, scope: Scope) -> bool:
        """Whether a part of an expression that nobody takes may change something: next(it) + 1, 4 in it."""
        if isinstance(part, ast.Call):
            word = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            return word not in HARMLESS or self.own(word, scope)
        return isinstance(part, ast.Compare) and any(isinstance(op, (ast.In, ast.NotIn)) for op in part.ops)

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self.bounded(value)
            (scope.elsewhere.get(target.id) or scope).names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value, scope)
        elif isinstance(target, ast.Subscript):
            owner = self.value(target.value, scope)
            index = self.value(target.slice, scope)
            self.current = target
            self.put(owner, index, value, target)
        elif isinstance(target, ast.Attribute) and isinstance(owner := self.value(target.value, scope), Instance):
            if id(owner.names) in self.frozen:
                self.changes.add(f"{owner.of.name}.{target.attr}")
                self.set_now.add((id(owner.names), target.attr))
            owner.names[target.attr] = value
        else:
            raise Unreadable(f"an assignment to {ast.unparse(target)}")

    def put(self, owner: Any, index: Any, value: Any, target: ast.Subscript) -> None:
        """owner[index] = value."""
        if isinstance(owner, Expr) and owner in self.variables:
            raise NeedsVector(None)
        if isinstance(owner, Instance) and owner.of.find("__setitem__") is not MISSING:
            self.call(self.attribute(owner, "__setitem__"), [index, value], {})
            return
        if not isinstance(owner, (Exact, list, dict)):
            raise Unreadable(f"an assignment to {ast.unparse(target)}")
        if not isinstance(owner, Exact):
            self.may_change(owner, f"{ast.unparse(target)} = …")
            self.looked_up(index)
        if not (isinstance(owner, Exact) and placed(owner, index, value)):
            owner[index] = value

    def deleted(self, target: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            if not scope.top and target.id not in scope.names:
                raise Unreadable(f"del {target.id}, which is no name here")
            scope.names.pop(target.id, None)
            return
        owner = self.value(target.value, scope) if isinstance(target, ast.Subscript) else None
        if not isinstance(target, ast.Subscript) or not isinstance(owner, (list, dict)):
            raise Unreadable(f"del {ast.unparse(target)}")
        self.may_change(owner, f"del {ast.unparse(target)}")
        del owner[self.value(target.slice, scope)]

    def unpack(self, target: ast.Tuple | ast.List, value: Any, scope: Scope) -> None:
        count = len(target.elts)
        star = next((k for k, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        if isinstance(value, Expr) and value in self.variables:
            raise NeedsVector(count if star is None else None)
        values = self.iterated(self.usable(value))
        if star is not None:
            back = count - star - 1
            values = [*values[:star], values[star : len(values) - back], *values[len(values) - back :]]
        if len(values) != count:
            if values and all(map(self.is_variable, values)):
                raise NeedsVector(count)
            raise ValueError(f"{len(values)} values for {count} names")
        if not self.unpacked and all(map(self.is_variable, values)):
            names = [e.id for e in target.elts if isinstance(e, ast.Name)]
            self.unpacked = names if len(names) == count == len(self.variables) else []
        for part, item in zip(target.elts, values, strict=True):
            self.assign(part.value if isinstance(part, ast.Starred) else part, item, scope)

    def is_variable(self, value: Any) -> bool:
        """Whether a number, or an array of one without a dimension, is a variable."""
        one = value.plain[()] if isinstance(value, Exact) and not value.ndim else value
        return isinstance(one, Symbol) and one in self.variables

    def has_one_name(self, step: ast.AugAssign) -> bool:
        if step not in self.alone:
            self.alone[step] = alone(step, self.source.statements)
        return self.alone[step]

    def of_array_itself(self, target: ast.expr, scope: Scope) -> bool:
        """Whether what is changed is a part of an array, and no array that a list holds."""
        return isinstance(target, ast.Subscript) and isinstance(self.value(target.value, scope), Exact)

    def augment(self, step: ast.AugAssign, scope: Scope) -> None:
        target = step.target
        read = copy(target)
        read.ctx = ast.Load()
        old = self.value(read, scope)
        value = self.value(step.value, scope)
        self.current = step
        counted = isinstance(old, Exact) and not old.ndim and old.kind == "i"  # a number, or an array without dimension
        unsure = (counted and isinstance(target, ast.Name)) or (self.views and isinstance(old, Expr))
        if unsure and not self.has_one_name(step):
            told = f"a change in place of {ast.unparse(target)}, whose number other names may have, too"
            error = self.error(step, told, f"write {ast.unparse(target)} = {ast.unparse(target)} + …")
            raise Shared(error.message, error.hint, error.line)
        if isinstance(old, list) and isinstance(step.op, ast.Add):
            self.may_change(old, f"{ast.unparse(target)} += …")
            old.extend(items(value))
            return
        word = f"__i{OPERATORS[type(step.op)].strip('_')}__"
        if isinstance(old, Instance) and old.of.find(word) is not MISSING:
            self.assign(target, self.call(self.attribute(old, word), [value], {}), scope)
            return
        new = self.operate(step.op, old, value)
        if isinstance(old, Exact) and old.ndim and not self.immutable:
            keeping_kind(old, new)
        if counted or self.immutable or self.of_array_itself(target, scope) or not self.become(old, new):
            self.assign(target, new, scope)

    def become(self, old: Any, new: Any) -> bool:
        """What an array makes of itself in place, for all its names; False for what is no array."""
        if isinstance(old, Chosen):
            old.become(new)
            return True
        if not isinstance(old, Exact):
            return False
        if np.shape(new) != old.shape:
            raise ValueError("an array that would change its shape in place")
        old[...] = new
        return True

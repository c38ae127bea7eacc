"""Where a text has a value as it was typed: it is read with all that its parts ask for, cancelled or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import sympy
from sympy import Dummy, Expr, S

from symopt.expression.builder import Value
from symopt.expression.guards import Guard, Path, behind, guards, missing, with_guards
from symopt.expression.keep import Keeper
from symopt.expression.syntax import Node
from symopt.functions import Function


class Typed(Keeper):
    """A builder that remembers what each power and each call asks for, and in which branch it stands."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.packing = False
        self.asked: dict[Guard, None] = {}
        self.path: Path = ()
        self.tests: list[dict[Guard, None]] = []  # what conditions ask for whose choice is not read yet
        self.waiting: list[Iterator[dict[Guard, None]]] = []

    def build(self, node: Node) -> Expr:
        """The expression with what was typed besides; sums that stay sums without it, which `lost` then holds."""
        expr = super().build(node)
        shown = [g for part in (expr, *(t.term for t in self.totals.values())) for g in guards(part)]
        self.lost = missing(self.asked, shown) if self.asked else []
        return expr if self.whole else with_guards(expr, self.lost)

    def power(self, node: Node, base: Value, exponent: Value) -> Expr:
        self.ask(sympy.Pow, (base, exponent))
        return super().power(node, base, exponent)

    def applied(self, node: Node, known: Function, name: str, arguments: Sequence[Value]) -> Value:
        self.ask(known.build, arguments)
        return super().applied(node, known, name, arguments)

    def ask(self, build: Any, arguments: Sequence[Value]) -> None:
        """Keeps what a function of these arguments asks for, as it does for any."""
        if all(a.number is not None for a in arguments):
            return
        known = tuple(a.expr if a.expr.is_number else None for a in arguments)
        dummies, asked = _model(build, known, build is sympy.Pow and bool(arguments[-1].expr.is_positive))
        if asked:
            meant = {d: a.expr for d, a in zip(dummies, arguments, strict=True)}
            for gap, relation, path in asked:
                inner = tuple(tuple(c.xreplace(meant) for c in branch) for branch in path)
                self.asked[gap.xreplace(meant), relation, (*self.path, *inner)] = None

    def condition(self, node: Node) -> sympy.Basic:
        outside, self.asked = self.asked, {}
        before = len(self.tests)
        made = super().condition(node)
        for inner in self.tests[before:]:
            self.asked.update(inner)
        self.tests[before:] = [self.asked]
        self.asked = outside
        return made

    def choose(self, branches: list[tuple[Node, sympy.Basic]], name: str) -> Value:
        self.waiting.append(iter(self.tests))
        self.tests = []
        try:
            return super().choose(branches, name)
        finally:
            self.waiting.pop()

    def case(self, node: Node, name: str, conditions: Sequence[sympy.Basic]) -> Value:
        path, outside = self.path, self.asked
        never = S.true in conditions[:-1]
        for gap, relation, inner in next(self.waiting[-1], {}) if not never else {}:
            self.asked[gap, relation, (*behind(path, tuple(conditions[:-1])), *inner[len(path) :])] = None
        if never or conditions[-1] is S.false:
            self.asked = {}
        elif conditions != [S.true]:
            self.path = (*path, tuple(conditions))
        try:
            return super().case(node, name, conditions)
        finally:
            self.path, self.asked = path, outside


@lru_cache(maxsize=1024)
def _model(build: Any, known: tuple[Expr | None, ...], positive: bool) -> tuple[list[Dummy], list[Guard]]:
    """(dummies, what a function of them asks for), some of its arguments known numbers, the last perhaps positive."""
    dummies = [Dummy(real=True) for _ in known[:-1]] + [Dummy(real=True, positive=positive or None)]
    try:
        made = build(*(d if k is None else k for d, k in zip(dummies, known, strict=True)))
    except (ValueError, TypeError):
        return dummies, []
    return dummies, guards(made)

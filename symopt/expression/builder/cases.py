"""Cases and their conditions: Piecewise and where."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import sympy
from sympy import S

from symopt.expression.builder.calls import Calls
from symopt.expression.builder.values import Unfit, Value
from symopt.expression.syntax import Node
from symopt.expression.words import SPECIAL

MAX_BRANCHES = 20
JOINED = {"both": sympy.And, "And": sympy.And, "either": sympy.Or, "Or": sympy.Or}


class Cases(Calls):
    """Cases by conditions."""

    def call_Piecewise(self, node: Node) -> Value:
        branches = []
        if not 1 <= len(node.parts) <= MAX_BRANCHES:
            self.fail(
                node, f"Piecewise takes 1 to {MAX_BRANCHES} branches, got {len(node.parts)}", SPECIAL["Piecewise"]
            )
        for part in node.parts:
            if part.kind != "branch":
                self.fail(part, "each branch of Piecewise is a pair (value, condition)", SPECIAL["Piecewise"])
            if part.parts[1].kind == "always" and part is not node.parts[-1]:
                self.fail(part, "the branches behind True are never reached", "put True last")
            branches.append((part.parts[0], self.condition(part.parts[1])))
        if all(condition is not S.true for _, condition in branches):
            self.fail(node, "undefined where no condition holds: the last branch must be True", SPECIAL["Piecewise"])
        return self.choose(branches, "Piecewise")

    def call_where(self, node: Node) -> Value:
        if len(node.parts) != 3:
            self.fail(node, f"where takes 3 arguments, got {len(node.parts)}", SPECIAL["where"])
        condition, yes, no = node.parts
        return self.choose([(yes, self.condition(condition)), (no, S.true)], "where")

    def choose(self, branches: list[tuple[Node, sympy.Basic]], name: str) -> Value:
        """The branches up to the first whose condition surely holds; those surely left out may be undefined."""
        kept: list[tuple[Value, sympy.Basic]] = []
        outside = self.within
        for node, condition in branches:
            before, self.within = self.within, [*self.within, condition]
            conditions = [*(c for _, c in kept), condition]
            if condition is S.false or (kept and kept[-1][1] is S.true):
                with suppress(Unfit):
                    self.case(node, name, conditions)
            else:
                kept.append((self.case(node, name, conditions), condition))
            self.within = [*before, sympy.Not(condition)]
        self.within = outside
        if kept[0][1] is S.true:
            return kept[0][0]
        return Value(sympy.Piecewise(*((value.expr, condition) for value, condition in kept), evaluate=False))

    def case(self, node: Node, name: str, conditions: Sequence[sympy.Basic]) -> Value:
        """The value of a branch, of its condition behind those of the branches before it."""
        return self.plain(node, name)

    def condition(self, node: Node) -> sympy.Basic:
        if node.kind == "always":
            return S.true
        if node.parts and (kind := JOINED.get(node.word if node.kind == "call" else node.kind)) is not None:
            return kind(*(self.condition(part) for part in node.parts), evaluate=False).doit(deep=False)
        if node.kind == "call" and node.word in ("Eq", "Ne"):
            self.fail(
                node,
                f"{node.word} is not read: conditions use < <= > >=",
                "equality at a single point does not change a loss",
            )
        if node.kind != "compare":
            self.fail(node, "expected a condition such as x < 0", "conditions use < <= > >=")
        sides = [self.value(part) for part in node.parts]
        if any(side.expr.has(sympy.Piecewise) for side in sides):
            self.fail(node, "a condition cannot hold a Piecewise of its own", "join conditions with & and | instead")
        relations = [
            _relation(operator, left, right)
            for operator, left, right in zip(node.word.split(), sides, sides[1:], strict=False)
        ]
        return relations[0] if len(relations) == 1 else sympy.And(*relations)


def _relation(operator: str, left: Value, right: Value) -> sympy.Basic:
    kinds = {"<": sympy.StrictLessThan, "<=": sympy.LessThan, ">": sympy.StrictGreaterThan, ">=": sympy.GreaterThan}
    if left.expr.is_number and right.expr.is_number:
        return kinds[operator](left.expr, right.expr)
    return kinds[operator](left.expr, right.expr, evaluate=False)

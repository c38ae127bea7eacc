"""Sums that are typed term by term: terms of one shape are one sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sympy import Integer, S, Symbol

from symopt.expression.builder.values import Value
from symopt.expression.keep.totals import Totals
from symopt.expression.sums import Index, Slot
from symopt.expression.syntax import Node
from symopt.expression.words import CONSTANTS
from symopt.forms import real

KEPT = 16  # terms from which on a sum stays one


class Alike(Totals):
    """Terms of the same shape, as a total over their number."""

    def terms(self, node: Node) -> list[Value]:
        grouped = self.whole and not self.open and len(node.parts) >= KEPT
        alike, rest = self.alike(node.parts) if grouped else ([], list(node.parts))
        return [*(self.listed(group) for group in alike), *(self.value(part) for part in rest)]

    def alike(self, parts: Sequence[Node]) -> tuple[list[list[Node]], list[Node]]:
        """Terms of the same shape, if there are many of many variables, and the others: (groups, rest)."""
        groups: dict[Any, list[Node]] = {}
        for part in parts:
            groups.setdefault(self.shape(part), []).append(part)
        many = [g for g in groups.values() if len(g) >= KEPT and len({*self.leaves(g)}) >= KEPT]
        grouped = {id(part) for group in many for part in group}
        return many, [part for part in parts if id(part) not in grouped]

    def leaves(self, nodes: Iterable[Node]) -> Iterator[str]:
        """The variables in trees, each time that they stand there."""
        for node in nodes:
            if self.is_variable(node):
                yield self.typed(node)
            yield from self.leaves(node.parts)

    def is_variable(self, node: Node) -> bool:
        """Whether a piece is a variable: no constant, and no entry at a place that is to be computed."""
        if node.kind == "indexed":
            return node.parts[0].kind == "number" and f"{node.word}{node.parts[0].word}" not in self.constants
        return node.kind == "name" and node.word not in self.constants and node.word not in CONSTANTS

    def shape(self, node: Node) -> Any:
        """What a tree is but for its variables and its plain numbers."""
        if self.is_variable(node):
            return "variable"
        if node.kind == "number" and float(node.word):
            return "number"
        constant = not any(True for _ in self.leaves([node]))
        if constant and not (node.kind == "negative" and node.parts[0].kind == "number"):
            return self.typed(node)
        kept = node.kind not in ("add", "multiply", "negative", "group")  # there a number is not like any other
        parts = [
            self.typed(part) if kept and not any(True for _ in self.leaves([part])) else self.shape(part)
            for part in node.parts
        ]
        return node.kind, node.word, *parts

    def listed(self, group: list[Node]) -> Value:
        """The sum of terms of one shape, as a total over their number; what differs among them is looked up."""

        def ends(node: Node) -> Iterator[Node]:
            if self.is_variable(node) or node.kind == "number":
                yield node
            elif node.kind != "indexed":
                for part in node.parts:
                    yield from ends(part)

        index = Index(Symbol("#", integer=True), S.Zero, Integer(len(group) - 1))
        for k, column in enumerate(zip(*(ends(node) for node in group), strict=True)):
            values = [self.value(node) for node in column]
            if len({v.expr for v in values}) > 1:
                symbol = Symbol(f"#{len(self.slots)}.{k}", real=True)
                names = tuple(v.expr.name for v in values) if values[0].number is None else ()
                numbers = () if names else tuple(float(v.number or 0.0) for v in values)
                self.slots[symbol] = Slot(symbol, "", index.symbol, bool(numbers), names=names, numbers=numbers)
                self.standing[id(column[0])] = Value(symbol)
        self.open.append(index)
        try:
            term = real(self.value(group[0]).expr)
        finally:
            self.open.pop()
            self.standing.clear()
        return self.summed(group[0], group[0], term, index)

"""Linear predictors Σ w[j]·x[j] over columns: one symbol for each, where that changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Expr, S

from symopt.expression.builder.values import Value, letter
from symopt.expression.keep.places import Places
from symopt.expression.sums import ROW, Slot
from symopt.expression.syntax import Node
from symopt.expression.tokens import VARIABLE
from symopt.functions import Function

LINEAR = 3  # products from which on a linear predictor is one with a matrix of data
MOST_COLUMNS = 100_000  # of a sum of products of columns and parameters


class Predictors(Places):
    """Linear predictors, and where they keep to themselves."""

    def predictor(self, node: Node) -> list[Value] | None:
        """The terms of Σ w[j]*x[j] over columns x0, x1 … and parameters, made without reading each; None of others.

        One symbol stands for all of them where each predictor of a term keeps to itself.
        """
        body, index, first, last = node.parts
        in_a_row = self.row is None and any(i.rows for i in self.open)
        if self.wide or not (in_a_row and body.kind == "multiply" and len(body.parts) == 2):
            return None
        if not all(part.kind == "indexed" and part.parts[0][:2] == ("name", index.word) for part in body.parts):
            return None
        if any(part.word in self.columns for part in body.parts):
            return None  # single entries of a column
        begin, end = self.bound_of(body, first), self.bound_of(body, last)
        names = [[f"{part.word}{j}" for j in range(max(begin, 0), min(end, MOST_COLUMNS) + 1)] for part in body.parts]
        known = {*self.columns}
        if names[0] and names[0][0] in known:
            names.reverse()
        parameters, columns = names
        own = parameters[:1] and parameters[0] not in known and VARIABLE.fullmatch(parameters[0])
        if self.variables is not None or not own or not columns or not known.issuperset(columns):
            return None
        if len(columns) != end - begin + 1 or not {*parameters}.isdisjoint({*known, *self.constants}):
            return None
        self.counted.add(index.word)
        self.taken.update(columns)
        self.seen |= {parameter: letter(parameter) for parameter in parameters}
        products = tuple(zip(parameters, columns, strict=True))
        if self.packing and node.word != "prod" and len(products) >= LINEAR:
            if products not in self.predictors:
                symbol = self.predictors[products] = letter(f"η{parameters[0]}·{columns[0]}·{len(products)}")
                self.slots[symbol] = Slot(symbol, "", ROW, column=True, products=products)
            return [Value(self.predictors[products])]
        terms = []
        for parameter, column in products:
            x = letter(column)
            self.slots[x] = Slot(x, column, ROW, column=True)
            terms.append(Value(self.seen[parameter] * x))
        return terms

    def power(self, node: Node, base: Value, exponent: Value) -> Expr:
        self.mixed |= bool(self.predictors) and self.scaled(base.expr)
        return super().power(node, base, exponent)

    def product(self, node: Node, factors: list[Value]) -> Value:
        self.mixed |= bool(self.predictors) and any(self.scaled(factor.expr) for factor in factors)
        return super().product(node, factors)

    def applied(self, node: Node, known: Function, name: str, arguments: Sequence[Value]) -> Value:
        if self.predictors and name != "exp":
            self.mixed |= any(self.scaled(argument.expr) for argument in arguments)
        return super().applied(node, known, name, arguments)

    def scaled(self, expr: Expr) -> bool:
        """Whether an expression is a predictor times a number."""
        return expr.is_Mul and len(expr.args) == 2 and self.predicts(expr.args[1])

    def predicts(self, expr: Expr) -> bool:
        """Whether an expression is a predictor."""
        return expr.is_Symbol and expr in self.slots and bool(self.slots[expr].products)

    def apart(self, term: Expr) -> bool:
        """Whether each predictor keeps to itself: one in each sum, with no number but a sign, and none elsewhere."""
        waiting: list[tuple[Expr, Any]] = [(term, sympy.Add)]
        while waiting:
            expr, around = waiting.pop()
            if self.scaled(expr) and not (around in (sympy.Add, sympy.exp) and expr.args[0] is S.NegativeOne):
                return False
            found = [part for part in expr.args if self.one_with(part)] if expr.is_Add else []
            if len(found) > 1 and any(self.scaled(part) or self.predicts(part) for part in found):
                return False
            waiting.extend((part, expr.func) for part in expr.args if part.args)
        return True

    def one_with(self, part: Expr) -> bool:
        """Whether a summand is a predictor, or a column times a letter, which would be one with it."""
        named = [s for s in sympy.Mul.make_args(part) if not s.is_number]
        return self.predicts(named[0]) if len(named) == 1 else len(named) == 2 and any(
            s.is_Symbol and s in self.slots and self.slots[s].column for s in named
        )  # fmt: skip

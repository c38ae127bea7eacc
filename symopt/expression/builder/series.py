"""Sums, means and products, written out term by term: with them a text is built."""

from __future__ import annotations

import math

import sympy
from sympy import Expr, Rational, S

from symopt.expression.builder.cases import Cases
from symopt.expression.builder.names import MAX_VARIABLES
from symopt.expression.builder.values import MANY, MAX_BITS, MAX_NODES, Unfit, Value, bits, size, total
from symopt.expression.syntax import Node
from symopt.expression.words import SPECIAL


class Builder(Cases):
    """Builds the expression of one text; sums and products are written out, term by term."""

    def call_sum(self, node: Node) -> Value:
        terms = self.expand(node)
        expr = total([t.expr for t in terms])
        if any(t.number is None for t in terms):
            return Value(expr)
        if not expr.is_Rational:
            return Value(expr, math.fsum(t.number for t in terms if t.number is not None))
        number = expr.p / expr.q
        return Value(expr if bits(expr) <= 2 * MAX_BITS else Rational(repr(number)), number)

    def call_mean(self, node: Node) -> Value:
        whole, count = self.call_sum(node), self.count(node)
        if count.is_Integer and count < 1:
            self.fail(node, "a mean of no terms has no value", SPECIAL["mean"])
        return Value(
            sympy.Mul(whole.expr, sympy.Pow(count, -1)), None if whole.number is None else whole.number / float(count)
        )

    def call_prod(self, node: Node) -> Value:
        try:
            terms = self.expand(node)
        except Unfit:
            if len(self.seen) < MAX_VARIABLES:
                raise
            term, *bounds = map(self.typed, node.parts)
            self.fail(node, f"a product of more than {MAX_VARIABLES} variables whose factors may be 0 or negative",
                      f"its logarithm is a sum of any length: sum(log(abs({term})), {', '.join(bounds)}); factors that "
                      "are positive, as 1+x[i]**2, may be any number")  # fmt: skip
        return self.product(node, terms) if terms else Value(S.One, 1.0)

    def count(self, node: Node) -> Expr:
        """How many terms a sum has."""
        return self.value(node.parts[3]).expr - self.value(node.parts[2]).expr + 1

    def bound_of(self, node: Node, bound: Node) -> int:
        """A bound of a sum: a whole number."""
        expr = self.value(bound).expr
        if not expr.is_Integer and (letters := sorted(expr.free_symbols & {*self.seen.values()}, key=str)):
            which = letters[0].name
            raise Unfit(f"{which} is a bound of {node.word} and has no value", f'constants={{"{which}": 1000}} sets it',
                        self.text, bound.start, bound.end, shell=f"for example --set {which}=1000")  # fmt: skip
        return self.integer(bound, "a bound")

    def moves(self, *bounds: Node) -> bool:
        """Whether a bound moves with the index of a sum around: then a sum from i + 1 to i is 0, a product 1."""
        return any(
            (bound.kind in ("name", "indexed") and bound.word in self.bound) or self.moves(*bound.parts)
            for bound in bounds
        )

    def expand(self, node: Node) -> list[Value]:
        """The terms of sum(expr, i, a, b), one for each i from a to b."""
        name = node.word
        if len(node.parts) == 1 and name != "prod":
            message = (
                f"{name} takes 4 arguments (term, index, first, last); of one it runs over rows of data: there are none"
            )
            hint = f"data={{'x': [1, 2]}} brings rows, columns=['x'] names them; or {SPECIAL[name]}"
            shell = f"--data FILE brings rows; derive takes --columns x,y too; or {SPECIAL[name]}"
            raise Unfit(message, hint, self.text, node.start, node.end, shell=shell)
        if len(node.parts) != 4:
            self.fail(node, f"{name} takes 4 arguments (term, index, first, last), got {len(node.parts)}",
                      SPECIAL[name])  # fmt: skip
        body, index, first, last = node.parts
        if index.kind != "name":
            self.fail(index, f"the index of {name} is a name, such as i", SPECIAL[name])
        self.counted.add(index.word)
        begin, end = self.bound_of(node, first), self.bound_of(node, last)
        if end < begin and not self.moves(first, last):
            typed = end >= 0 and first.kind == last.kind == "number"
            turned = f"the first bound is the smaller: {f'{name}(…, {index.word}, {end}, {begin})'}"
            self.fail(node, f"{name} from {begin} to {end} has no terms",
                      turned if typed else "the last bound is below the first")  # fmt: skip
        if self.nodes + (end - begin + 1) * size(body) > MAX_NODES:
            raise self.too_many(node)
        outer, before = self.bound.get(index.word), self.many
        self.many = before or end - begin >= MANY
        terms = []
        try:
            for i in range(begin, end + 1):
                self.bound[index.word] = i
                terms.append(self.plain(body, name))
        finally:
            self.many = before
            self.bound.pop(index.word, None)
            if outer is not None:
                self.bound[index.word] = outer
        return terms

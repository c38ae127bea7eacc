"""Numbers, names and indexed names."""

from __future__ import annotations

import re
from fractions import Fraction

from sympy import Expr, Integer, Rational, S, Symbol

from symopt.expression.builder.costs import Costs
from symopt.expression.builder.values import TINIEST, Value, letter
from symopt.expression.suggest import unknown
from symopt.expression.syntax import Node
from symopt.expression.tokens import VARIABLE
from symopt.expression.words import CONSTANTS, SPECIAL

MAX_VARIABLES = 1_000
MAX_DIGITS = 60
MODEST_DIGITS = 16  # of whole numbers that are floats


class Names(Costs):
    """What numbers and names mean."""

    def build_number(self, node: Node) -> Value:
        """A number; the terms of a sum repeat theirs, so each is read once."""
        if node.word not in self.numbers:
            self.numbers[node.word] = self.read_number(node)
        return self.numbers[node.word]

    def read_number(self, node: Node) -> Value:
        if node.word.isdigit() and len(node.word) < MODEST_DIGITS:
            return Value(Integer(int(node.word)), float(node.word))
        digits = re.split("[eE]", node.word)[0].replace(".", "").strip("0")
        number = float(node.word)
        if number == float("inf"):
            self.fail(node, f"{node.word} is too large for floating point", "numbers reach to 1.8e308")
        if len(digits) > MAX_DIGITS:
            self.fail(node, f"a number with {len(digits)} digits", "floating point holds 17; write fewer")
        if number == 0 and digits:
            self.fail(node, f"{node.word} is too small for floating point", TINIEST)
        if not digits:
            return Value(S.Zero, 0.0)
        exact = Fraction(node.word)
        return Value(Rational(exact.numerator, exact.denominator), number)

    def build_name(self, node: Node) -> Value:
        name = node.word
        if name in self.bound:
            bound = self.bound[name]
            return Value(bound) if isinstance(bound, Symbol) else Value(Integer(bound), float(bound))
        if name in self.constants:
            self.used.add(name)
            return self.constants[name]
        if (column := self.column(node, name)) is not None:
            return column
        if self.variables is not None and name in self.variables:
            return self.variable(node, name)
        if self.accept is not None and self.accept(name):
            return self.variable(node, name)
        if name in CONSTANTS:
            return Value(*CONSTANTS[name])
        index = next((i for i in self.bound if name.endswith(i) and len(name) == len(i) + 1), "")
        if index and self.accept is None and self.variables is None:
            self.fail(node, f"{name} is a Greek letter: did you mean {name.removesuffix(index)}[{index}]?",
                      f"write {name.removesuffix(index)}[{index}]; if {name} is meant, declare it")  # fmt: skip
        if self.accept is None and self.variables is None and name != "I" and VARIABLE.fullmatch(name):
            return self.variable(node, name)
        raise unknown(self, node, name)

    def build_indexed(self, node: Node) -> Value:
        if self.accept is not None:
            self.fail(
                node, "there are no indices in a formula: it acts on all coordinates alike", "for example x - lr*g"
            )
        at = self.value(node.parts[0]).expr
        if (moving := self.entry(node, at)) is not None:
            return moving
        known = len(node.word) == 1 or node.word in (self.variables or ()) or VARIABLE.fullmatch(node.word)
        function = "" if known else _function(node.word, [*self.functions, *SPECIAL])
        if function:
            self.fail(node, f"{node.word}[…] is an index: functions take round parentheses",
                      f"write {function}({self.typed(node.parts[0])})")  # fmt: skip
        index = self.whole_number(node.parts[0], at, "an index")
        if index < 0:
            self.fail(node, f"the index {index} is negative", "indices begin at 0")
        name = f"{node.word}{index}"
        if name in self.constants:
            self.used.add(name)
            return self.constants[name]
        if (column := self.column(node, name)) is not None:
            return column
        if self.variables is None:
            if not VARIABLE.fullmatch(name):
                raise unknown(self, node, node.word)
        elif name not in self.variables:
            self.fail(node, f"unknown name {name!r}; declared variables: {', '.join(self.variables)}")
        return self.variable(node, name)

    def column(self, node: Node, name: str) -> Value | None:
        """What a name means that is a column of data; None where it is none."""
        return None

    def entry(self, node: Node, at: Expr) -> Value | None:
        """What an indexed name means whose index moves, or that is a column; None where neither is the case."""
        return None

    def variable(self, node: Node, name: str) -> Value:
        if name not in self.seen:
            if len(self.seen) >= MAX_VARIABLES:
                self.fail(node, f"more than {MAX_VARIABLES} variables",
                          "sums whose indices are such as i, i+1 or 2*i have any number, and so have products of "
                          "what is positive, as 1+x[i]**2")  # fmt: skip
            self.seen[name] = letter(name)
        return Value(self.seen[name])

    def inferred(self, name: str) -> bool:
        """Whether a name is a variable only because nothing else is known of it."""
        return (
            name not in (*(self.variables or ()), *self.constants, *self.bound, *CONSTANTS) and self.variables is None
        )


def _function(word: str, names: list[str]) -> str:
    """The function that a word names in small letters or large ones; "" where there is none."""
    return next((name for name in names if name.lower() == word.lower()), "")

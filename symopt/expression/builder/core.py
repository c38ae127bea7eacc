"""One text and what its names mean so far; a piece without a finite real value is refused at its own column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sympy
from sympy import Expr, S, Symbol

from symopt.expression.builder.values import (
    INFINITE,
    MAX_BITS,
    MAX_NODES,
    TINIEST,
    TooMany,
    Unfit,
    Value,
    bits,
    exponent_of,
    unreal,
)
from symopt.expression.syntax import Node
from symopt.expression.words import SPECIAL
from symopt.forms import real
from symopt.functions import FUNCTIONS, Function

MODEST = 10.0**15


@dataclass
class Core:
    """What is known while one text is built. Declared names win over everything; None lets names be inferred."""

    text: str
    variables: tuple[str, ...] | None = None
    constants: Mapping[str, Value] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)
    accept: Callable[[str], bool] | None = None

    def __post_init__(self) -> None:
        self.seen: dict[str, Symbol] = {}
        self.used: set[str] = set()
        self.columns: tuple[str, ...] = ()
        self.counted: set[str] = set()  # the indices of sums
        self.bound: dict[str, int | Symbol] = {}
        self.within: list[sympy.Basic] = []  # conditions that hold wherever what is read now counts
        self.numbers: dict[str, Value] = {}
        self.nodes = 0
        self.many = False
        self.long = False  # a factor has more digits than Python writes of its own accord

    def build(self, node: Node) -> Expr:
        """The expression of a whole tree; raises ExpressionError at the part that has no meaning."""
        expr = real(self.value(node).expr)
        if unreal(expr):
            self.fail(node, "this has no real value anywhere", "square roots and logarithms need something positive")
        return expr

    def fail(self, node: Node, message: str, hint: str = "") -> None:
        raise Unfit(message, hint, self.text, node.start, node.end)

    def too_many(self, node: Node) -> TooMany:
        message = f"the expression has more than {MAX_NODES} parts after expansion: too many terms"
        return TooMany(message, "use smaller bounds", self.text, node.start, node.end)

    def typed(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def value(self, node: Node) -> Value:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.too_many(node)
        built = getattr(self, "build_" + node.kind)(node)
        self.examine(node, built)
        return Value(built.expr, built.number) if built.nested and built.expr.is_Rational else built

    def plain(self, node: Node, name: str) -> Value:
        """An argument that is an expression and not a condition or a pair."""
        if node.kind in ("compare", "both", "either", "always"):
            self.fail(node, f"{name} takes an expression here, not a condition", "use where(x < 0, a, b)")
        if node.kind == "branch":
            hint = SPECIAL.get(name, "")
            self.fail(node, f"{name} takes an expression here, not a pair", f"write {hint}" if hint else "")
        return self.value(node)

    def integer(self, node: Node, what: str) -> int:
        return self.whole_number(node, self.value(node).expr, what)

    def whole_number(self, node: Node, expr: Expr, what: str) -> int:
        """The whole number that a part of the text is."""
        if not expr.is_Integer:
            self.fail(node, f"{what} must be a whole number", "for example sum(x[i]**2, i, 0, 9)")
        return int(expr)

    def examine(self, node: Node, built: Value) -> None:
        """Refuses what is no finite real number, at its own column."""
        number, expr = built.number, built.expr
        if expr.is_Symbol or node.kind == "group" or (number is not None and expr.is_Integer and abs(number) < MODEST):
            return
        if number is not None:
            if number == 0 and expr.is_Rational and expr is not S.Zero:
                self.fail(node, f"{self.typed(node)} is too small for floating point", TINIEST)
            if number != number or expr is S.NaN:
                self.fail(node, f"{self.typed(node)} is not a real number")
            if number in (float("inf"), float("-inf")):
                self.fail(node, f"{self.typed(node)} is too large for floating point")
        if type(expr) in INFINITE:
            if node.kind == "call" and self.value(node.parts[0]).expr is S.Zero:
                self.fail(node, f"{self.typed(node)} is {node.word}(0), which has no value",
                          "it is 0 inside for every x")  # fmt: skip
            self.fail(node, f"{self.typed(node)} divides by zero", "there is no number to compute with")
        if expr.is_Rational and bits(expr) > 2 * MAX_BITS:
            self.fail(node, "this constant has too many digits to be kept exactly", "write it as a decimal number")
        if not expr.is_Rational:
            self.factors(node, expr)
        if expr is S.ImaginaryUnit or (expr.is_Mul and S.ImaginaryUnit in expr.args):
            self.fail(node, f"{self.typed(node)} is not real: a loss has real values",
                      "square roots and logarithms need something positive")  # fmt: skip

    def factors(self, node: Node, expr: Expr) -> None:
        """Refuses constant factors, multiplied or added up by sympy, that no float holds."""
        for term in expr.args if expr.is_Add else (expr,):
            factor = term if term.is_Rational else term.args[0] if term.is_Mul else S.One
            if not factor.is_Rational or factor is S.Zero:
                continue
            self.long |= factor.p.bit_length() + factor.q.bit_length() > MAX_BITS
            size = exponent_of(factor) if abs(factor.p.bit_length() - factor.q.bit_length()) > 1000 else 0.0
            if size >= 1024 or size < -1074:
                much = "large" if size > 0 else "small"
                self.fail(node, f"the constant factors are together too {much} for floating point",
                          "numbers reach from 5e-324 to 1.8e308")  # fmt: skip

    def dear(self, node: Node, number: float | None, why: str = "has too many digits to be kept exactly") -> None:
        """Refuses a constant over which sympy would take long, and says what to write for it."""
        fits = number is not None and abs(number) < float("inf")
        self.fail(node, f"this constant {why}", f"write its value, {number:.17g}" if fits else "use smaller numbers")

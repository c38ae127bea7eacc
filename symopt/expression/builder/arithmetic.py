"""Sums with plus signs, products, quotients and powers: constants in floating point first, before sympy sees them."""

from __future__ import annotations

import re
from fractions import Fraction

import sympy
from sympy import Expr, Rational, S

from symopt.expression.builder.costs import SHALLOW
from symopt.expression.builder.names import Names
from symopt.expression.builder.values import MAX_BITS, TINIEST, Value, exponent_of
from symopt.expression.syntax import Node

MAX_EXPONENT = 1_000


class Arithmetic(Names):
    """Arithmetic on pieces."""

    def build_group(self, node: Node) -> Value:
        return self.value(node.parts[0])

    def build_add(self, node: Node) -> Value:
        terms = self.terms(node)
        number = None if any(t.number is None for t in terms) else sum(t.number for t in terms)  # type: ignore[misc]
        return Value(sympy.Add(*(t.expr for t in terms)), number, max(t.nested for t in terms))

    def terms(self, node: Node) -> list[Value]:
        """The terms of a sum with plus signs."""
        return [self.value(part) for part in node.parts]

    def build_multiply(self, node: Node) -> Value:
        if self.accept is None:
            for left, right in zip(node.parts, node.parts[1:], strict=False):
                self.silent(left, right)
        return self.product(node, [self.value(part) for part in node.parts])

    def silent(self, left: Node, right: Node) -> None:
        """Asks about a product that nobody would have meant: f(x) for a name that is used like a function only, 2i."""
        inner = right.parts[0] if right.kind == "power" else right
        if left.end != right.start:
            return
        if left.kind == "number" and inner.kind == "name" and inner.word in ("i", "j") and self.inferred(inner.word):
            self.fail(inner, f"{self.typed(left)}{inner.word}: the imaginary unit is not allowed, a loss is real",
                      f"write {self.typed(left)}*{inner.word} for a variable {inner.word}")  # fmt: skip
        if left.kind != "name" or inner.kind != "group" or not self.inferred(left.word):
            return
        content = inner.parts[0]
        if content.kind == "number" and content.word.isdigit():
            typed = self.typed(left)
            self.fail(left, f"is {typed}({content.word}) an index, a product or a function?",
                      f"write {left.word}[{content.word}], or {typed}*{content.word}")  # fmt: skip
        if content.kind == "name" and content.word in self.bound:
            self.fail(left, f"is {self.typed(left)}({content.word}) an index?", f"write {left.word}[{content.word}]")
        called = content.kind == "multiply" and len(content.parts) == 2 and content.parts[1].kind == "group"
        if (content.kind in ("name", "indexed") or called) and not re.search(
            rf"(?<![\w(]){re.escape(self.typed(left))}(?!\s*\(|\w)|\({re.escape(self.typed(left))}\)", self.text
        ):
            typed = self.typed(left)
            self.fail(left, f"unknown function {typed!r}, or is {typed} a variable?",
                      f"a product is written {typed}*{self.typed(inner)}; a function is written out")  # fmt: skip

    def product(self, node: Node, factors: list[Value]) -> Value:
        """The product; its constant factors together must be a float, whatever the variables are."""
        constant = 1.0
        for factor in factors:
            constant *= 1.0 if factor.number is None else factor.number
        if abs(constant) == float("inf"):
            self.fail(node, "the constant factors are together too large for floating point", "at most 1.8e308")
        if constant == 0 and not any(f.number == 0 for f in factors):
            self.fail(node, "the constant factors are together too small for floating point", "at least 5e-324")
        known = all(f.number is not None for f in factors)
        exprs = [f.expr for f in factors]
        plain = node.depth > SHALLOW and not known and any(e.is_Pow and not e.base.is_Atom for e in exprs)
        made = sympy.Mul(*exprs, evaluate=not plain)  # sympy looks at each power in a product anew
        return Value(made, constant if known else None, max(f.nested for f in factors))

    def build_negative(self, node: Node) -> Value:
        inner = self.value(node.parts[0])
        return Value(-inner.expr, None if inner.number is None else -inner.number, inner.nested)

    def build_inverse(self, node: Node) -> Value:
        inner = self.value(node.parts[0])
        zero = inner.number is not None and not inner.expr.is_Rational and inner.expr.is_zero
        if inner.number == 0 or inner.expr is S.Zero or zero:
            self.fail(node, "division by zero")
        if inner.number is not None and not inner.expr.is_Rational:
            self.side(node, inner.expr)
        number = None if inner.number is None else 1 / inner.number
        return Value(self.power(node, inner, Value(S.NegativeOne, -1.0)), number, inner.nested)

    def build_power(self, node: Node) -> Value:
        base, exponent = (self.value(part) for part in node.parts)
        number = None
        steep = exponent.number is not None and abs(exponent.number) > MAX_EXPONENT
        if steep and base.expr not in (S.Zero, S.One, S.Exp1):
            self.fail(node.parts[1], f"the exponent is too large: at most {MAX_EXPONENT}", "floating point ends sooner")
        if base.expr is S.Zero and exponent.expr.is_negative:
            self.fail(node, "division by zero: a negative power of 0")
        if base.number is not None and exponent.number is not None:
            try:
                power = base.number**exponent.number
            except ZeroDivisionError:
                self.fail(node, "division by zero: a negative power of 0")
            except OverflowError:
                self.fail(node, f"{self.typed(node)} is too large for floating point")
            if isinstance(power, complex):
                self.fail(node, f"{self.typed(node)} is not a real number", "cbrt(x) is the real cube root")
            if power == 0 and base.number:
                self.fail(node, f"{self.typed(node)} is too small for floating point", TINIEST)
            number = power
        return Value(self.power(node, base, exponent), number, self.nested(node, number, [base, exponent]))

    def power(self, node: Node, base: Value, exponent: Value) -> Expr:
        """base**exponent, after a look at how large sympy's own rewriting could make it."""
        self.unwound(node, exponent.expr)
        if exponent.expr.is_Rational:
            coefficient, rest = base.expr.as_coeff_Mul()
            if coefficient.is_Rational and coefficient not in (S.Zero, S.One, S.NegativeOne):
                if abs(exponent_of(coefficient) * exponent.expr) > 1020:
                    self.fail(node, "the constant factor leaves floating point under this power", "use smaller powers")
                bits = max(coefficient.p.bit_length(), coefficient.q.bit_length())
                if bits * abs(exponent.expr) > MAX_BITS and not (base.expr.is_Rational and abs(exponent.expr) <= 1):
                    decimal = base.number is not None and f"write its value, {base.number ** float(exponent.expr):.17g}"
                    self.fail(node, "this constant factor has too many digits to be kept exactly",
                              decimal or "use smaller powers")  # fmt: skip
            inner = rest.exp if rest.is_Pow else S.One
            if inner.is_Rational and abs(inner * exponent.expr) > MAX_EXPONENT:
                self.fail(node, f"the exponent is too large: at most {MAX_EXPONENT}", "floating point ends sooner")
        constant = base.expr.is_Rational and exponent.expr.is_Rational
        if constant and exponent.expr.is_Integer:
            exact = Fraction(base.expr.p, base.expr.q) ** int(exponent.expr)
            return Rational(exact.numerator, exact.denominator)
        plain = not constant and self.as_typed(node, base.expr, exponent.expr)
        return sympy.Pow(base.expr, exponent.expr, evaluate=not plain)

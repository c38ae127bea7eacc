"""A tree to sympy, through constructors only. Constants are tried in floating point before sympy sees them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import sympy
from sympy import Add, Expr, Integer, Mul, Rational, S, Symbol
from sympy.core.function import FunctionClass

from symopt.errors import ExpressionError
from symopt.expression.suggest import unknown
from symopt.expression.syntax import Node
from symopt.expression.tokens import VARIABLE
from symopt.expression.words import CONSTANTS, SPECIAL
from symopt.forms import holds, real
from symopt.functions import FUNCTIONS, Function, traits

MAX_NODES = 20_000
MAX_VARIABLES = 1_000
MAX_EXPONENT = 1_000
MAX_BRANCHES = 20
MAX_DIGITS = 60
MAX_BITS = 4_096
SHALLOW = 30  # deeper functions and powers are kept as typed: sympy's rewriting of nested ones takes exponential time
MANY = 200  # terms from which on functions in or of a sum are kept as typed: sympy looks at each for a millisecond
MAX_NESTED = 10  # functions in functions of a constant: more digits are asked of each one, and all below it
MAX_FACTORIAL = 1_000
MODEST_DIGITS = 16  # of whole numbers that are floats
MODEST = 10.0**15
TINIEST = "numbers reach down to 5e-324"
INFINITE = frozenset(map(type, (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity)))  # of one value each
UNREAL = INFINITE | {type(S.ImaginaryUnit)}


class Unfit(ExpressionError):
    """Known names that make no number here."""


class TooMany(Unfit):
    """More parts than anything that is written out may have."""


class Value(NamedTuple):
    """A built piece: its sympy form, and its value in floating point if it is a constant."""

    expr: Expr
    number: float | None = None
    nested: int = 0  # functions and powers in functions and powers, of a constant


@dataclass
class Builder:
    """Builds the expression of one text. Declared names win over everything; None lets names be inferred.

    Sums and products are written out, term by term.
    """

    text: str
    variables: tuple[str, ...] | None = None
    constants: Mapping[str, Value] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)
    accept: Callable[[str], bool] | None = None

    def __post_init__(self) -> None:
        self.seen: dict[str, Symbol] = {}
        self.used: set[str] = set()
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

    def dear(self, node: Node, number: float | None, why: str = "has too many digits to be kept exactly") -> None:
        """Refuses a constant over which sympy would take long, and says what to write for it."""
        fits = number is not None and abs(number) < float("inf")
        self.fail(node, f"this constant {why}", f"write its value, {number:.17g}" if fits else "use smaller numbers")

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
        if expr.is_Rational and _bits(expr) > 2 * MAX_BITS:
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
            size = _log2(factor) if abs(factor.p.bit_length() - factor.q.bit_length()) > 1000 else 0.0
            if size >= 1024 or size < -1074:
                much = "large" if size > 0 else "small"
                self.fail(node, f"the constant factors are together too {much} for floating point",
                          "numbers reach from 5e-324 to 1.8e308")  # fmt: skip

    # numbers and names

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
                self.fail(node, f"more than {MAX_VARIABLES} variables")
            self.seen[name] = letter(name)
        return Value(self.seen[name])

    def integer(self, node: Node, what: str) -> int:
        return self.whole_number(node, self.value(node).expr, what)

    def whole_number(self, node: Node, expr: Expr, what: str) -> int:
        """The whole number that a part of the text is."""
        if not expr.is_Integer:
            self.fail(node, f"{what} must be a whole number", "for example sum(x[i]**2, i, 0, 9)")
        return int(expr)

    # arithmetic

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

    def inferred(self, name: str) -> bool:
        """Whether a name is a variable only because nothing else is known of it."""
        return (
            name not in (*(self.variables or ()), *self.constants, *self.bound, *CONSTANTS) and self.variables is None
        )

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
                if abs(_log2(coefficient) * exponent.expr) > 1020:
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

    def build_absolute(self, node: Node) -> Value:
        return self.apply(node, FUNCTIONS["Abs"], "Abs")

    # calls

    def build_call(self, node: Node) -> Value:
        if node.word in SPECIAL:
            return getattr(self, "call_" + node.word)(node)
        if node.word not in self.functions:
            raise unknown(self, node, node.word, called=True)
        return self.apply(node, self.functions[node.word], node.word)

    def apply(self, node: Node, known: Function, name: str) -> Value:
        if not known.least <= len(node.parts) <= known.most:
            wanted = f"{known.least}" if known.least == known.most else f"{known.least} to {known.most}"
            plural = "" if wanted == "1" else "s"
            self.fail(node, f"{name} takes {wanted} argument{plural}, got {len(node.parts)}",
                      f"write {known.example or f'{name}(x)'}")  # fmt: skip
        return self.applied(node, known, name, [self.plain(part, name) for part in node.parts])

    def applied(self, node: Node, known: Function, name: str, arguments: Sequence[Value]) -> Value:
        """A function of arguments that are read."""
        number = None
        if all(a.number is not None for a in arguments):
            try:
                number = float(known.value(*(a.number for a in arguments)))
            except (ValueError, ZeroDivisionError):
                self.fail(node, f"{self.typed(node)} is not a real number: {name} is not defined there")
            except OverflowError:
                self.fail(node, f"{self.typed(node)} is too large for floating point")
        exprs = [a.expr for a in arguments]
        if number is not None and "extreme" in traits(name):
            return Value(next(a.expr for a in arguments if a.number == number), number)
        if number == 0 and "vanishing" in traits(name):
            self.fail(node, f"{self.typed(node)} is too small for floating point", TINIEST)
        if number is not None and "step" in traits(name):
            return Value(known.build(exprs[0] if exprs[0].is_Rational else self.side(node, exprs[0])), number)
        self.affordable(node, name, arguments, number)
        nested = self.nested(node, number, arguments)
        try:
            plain = self.as_typed(node, *exprs) or (number is not None and "slow" in traits(name))
            expr = _as_typed(known.build, *exprs) if plain else known.build(*exprs)
            # as the sign of what is known to be positive
            if number is None and not (moves(expr) or type(expr) in INFINITE):
                return Value(expr, float(sympy.re(expr.evalf(25))), 1)
            return Value(expr, number, nested)
        except ValueError as trouble:
            self.fail(node, f"{self.typed(node)}: {trouble}", f"write {known.example or f'{name}(x)'}")
            raise

    def nested(self, node: Node, number: float | None, parts: Sequence[Value]) -> int:
        """How deep functions stand in functions of a constant; sympy asks each for digits until all agree."""
        if number is None:
            return 0
        depth = 1 + max(part.nested for part in parts)
        if depth > MAX_NESTED:
            self.dear(node, number, f"has more than {MAX_NESTED} functions in one another")
        return depth

    def affordable(self, node: Node, name: str, arguments: Sequence[Value], number: float | None) -> None:
        """Refuses a call whose constant arguments sympy or mpmath would multiply or sum up to."""
        last = arguments[-1].number
        if "long" in traits(name) and last is not None and abs(last) > MAX_FACTORIAL:
            self.dear(node, number, f"is too far out: {name} is taken up to {MAX_FACTORIAL:,} of numbers")
        if "exponential" in traits(name):
            self.unwound(node, arguments[-1].expr)
        if name == "log" and len(arguments) == 2 and last is not None and (last <= 0 or math.log(last) == 0):
            self.fail(node.parts[1], "a logarithm has a positive base other than 1", "for example log(x, 2)")

    def unwound(self, node: Node, exponent: Expr) -> None:
        """Refuses an exponent n·log(r) that would be written out as the power rⁿ with more digits than can be kept."""
        for term in Add.make_args(exponent):
            coefficient, rest = term.as_coeff_Mul()
            for factor in Mul.make_args(rest):
                if isinstance(factor, sympy.log) and not rest.free_symbols:
                    numbers = factor.atoms(Rational)
                    bits = max((max(r.p.bit_length(), r.q.bit_length()) for r in numbers), default=0)
                    if bits * abs(coefficient) > MAX_BITS:
                        value = float(sympy.exp(term.evalf(25)))
                        self.dear(node, None if exponent.free_symbols else value)

    def side(self, node: Node, constant: Expr) -> Expr:
        """1 or −1, the side of 0 on which a constant lies; many digits may not tell."""
        try:
            value = constant.evalf(25)
        except (ZeroDivisionError, ValueError, OverflowError):
            value = None
        if getattr(value, "_prec", 1) == 1:
            self.fail(node.parts[0], f"{self.typed(node.parts[0])} cannot be told from 0", "write 0 if that is meant")
        return S.One if value > 0 else S.NegativeOne

    def as_typed(self, node: Node, *parts: Expr) -> bool:
        """Whether sympy would look too long at a function or power of these parts."""
        return node.depth > SHALLOW or self.many or any(len(part.args) > MANY for part in parts)

    def plain(self, node: Node, name: str) -> Value:
        """An argument that is an expression and not a condition or a pair."""
        if node.kind in ("compare", "both", "either", "always"):
            self.fail(node, f"{name} takes an expression here, not a condition", "use where(x < 0, a, b)")
        if node.kind == "branch":
            hint = SPECIAL.get(name, "")
            self.fail(node, f"{name} takes an expression here, not a pair", f"write {hint}" if hint else "")
        return self.value(node)

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
        if node.kind in ("both", "either"):
            kind = sympy.And if node.kind == "both" else sympy.Or
            return kind(*(self.condition(part) for part in node.parts), evaluate=False).doit(deep=False)
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

    def call_sum(self, node: Node) -> Value:
        terms = self.expand(node)
        expr = total([t.expr for t in terms])
        if any(t.number is None for t in terms):
            return Value(expr)
        if not expr.is_Rational:
            return Value(expr, math.fsum(t.number for t in terms if t.number is not None))
        number = expr.p / expr.q
        return Value(expr if _bits(expr) <= 2 * MAX_BITS else Rational(repr(number)), number)

    def call_mean(self, node: Node) -> Value:
        whole, count = self.call_sum(node), self.count(node)
        if count.is_Integer and count < 1:
            self.fail(node, "a mean of no terms has no value", SPECIAL["mean"])
        return Value(
            sympy.Mul(whole.expr, sympy.Pow(count, -1)), None if whole.number is None else whole.number / float(count)
        )

    def count(self, node: Node) -> Expr:
        """How many terms a sum has."""
        return self.value(node.parts[3]).expr - self.value(node.parts[2]).expr + 1

    def call_prod(self, node: Node) -> Value:
        terms = self.expand(node)
        return self.product(node, terms) if terms else Value(S.One, 1.0)

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
            self.fail(node, f"{name} from {begin} to {end} has no terms", SPECIAL[name])
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


@lru_cache(maxsize=4_096)
def letter(name: str) -> Symbol:
    """The symbol of a real variable."""
    return Symbol(name, real=True)


def moves(expr: sympy.Basic) -> bool:
    """Whether an expression has a symbol."""
    waiting: list[Any] = [expr]
    while waiting:
        part = waiting.pop()
        if part.is_Symbol:
            return True
        waiting.extend(part.args)
    return False


def unreal(expr: sympy.Basic) -> bool:
    """Whether an infinity or the imaginary unit stands anywhere in an expression."""
    return holds(expr, UNREAL)


def _function(word: str, names: list[str]) -> str:
    """The function that a word names in small letters or large ones; "" where there is none."""
    return next((name for name in names if name.lower() == word.lower()), "")


def _as_typed(build: Callable[..., Expr], *parts: Expr) -> Expr:
    """A function of these parts as it stands; sympy's switch for all its constructors empties its caches."""
    if isinstance(build, FunctionClass):
        return build(*parts, evaluate=False)
    with sympy.evaluate(False):
        return build(*parts)


def total(terms: list[Expr]) -> Expr:
    """The sum, many terms in groups: fractions without a common divisor grow with each one added."""
    while len(terms) > MANY:
        terms = [sympy.Add(*terms[k : k + 32]) for k in range(0, len(terms), 32)]
    return sympy.Add(*terms)


def _bits(number: Rational) -> int:
    return int(number.p.bit_length() + number.q.bit_length())


def _log2(value: Expr) -> float:
    """log₂ |p/q|, however long p and q are."""
    return math.log2(abs(value.p)) - math.log2(value.q)


def size(node: Node) -> int:
    """How many parts a tree has; an inner sum counts once."""
    return 1 + sum(size(part) for part in node.parts)


def _relation(operator: str, left: Value, right: Value) -> sympy.Basic:
    kinds = {"<": sympy.StrictLessThan, "<=": sympy.LessThan, ">": sympy.StrictGreaterThan, ">=": sympy.GreaterThan}
    if left.expr.is_number and right.expr.is_number:
        return kinds[operator](left.expr, right.expr)
    return kinds[operator](left.expr, right.expr, evaluate=False)

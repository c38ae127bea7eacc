"""What all languages share: operators, parentheses, names, common subexpressions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import sympy
from sympy import Expr, S, Symbol
from sympy.printing.str import StrPrinter

from symopt.errors import DerivativeError
from symopt.functions import FUNCTIONS, PREFIX, Function, row
from symopt.loss import Loss
from symopt.program import is_constant
from symopt.program.stable import rebuilt
from symopt.program.symbolic import Symbolic

SHARED = 80
WIDEST = 150  # variables, of which code writes a whole matrix
WIDE = 108
CALLED = re.compile(r"(?<![\w.])([A-Za-z]\w*)(?=\()")


class Writer(StrPrinter):
    """The text of expressions in one language, and of the functions around them.

    language: its name. column: of the table of functions, "" where it has none. prefix: what stands before a name by
    rule, where it is not the column's. texts: of functions, by name, where the column says nothing right; None where
    the language lacks one. helpers: functions that it lacks, written out in it.
    """

    language = column = ""
    prefix: str | None = None
    texts: Mapping[str, str | None] = {}
    helpers: Mapping[str, str] = {}
    reserved: frozenset[str] = frozenset()
    comment = "# {}"
    pi, e = "", ""

    def __init__(self, loss: Loss) -> None:
        super().__init__({"order": None})
        self.loss = loss
        self.used: set[str] = set()
        self.names: dict[Symbol, str] = {}

    def derive(self) -> None:
        """The loss and its derivatives, entry by entry."""
        loss = self.loss
        if reason := loss.unread or (loss.n > WIDEST and f"{loss.n**2:,} entries in the Hessian"):
            raise too_long(reason)
        self.names = self.safe_names()
        program = Symbolic(loss.variables)
        value = program.lower(loss.expr)
        n, zero = loss.n, program.constant(0)
        slopes = program.gradient(value, upto=n - 1)
        gradient = [slopes.get(i, zero) for i in range(n)]
        lower = [program.gradient(g, upto=i) for i, g in enumerate(gradient)]
        hessian = [lower[max(i, j)].get(min(i, j), zero) for i in range(n) for j in range(n)]
        self.value, *rest = program.formulas([value, *gradient, *hessian])
        self.gradient, self.hessian = rest[:n], rest[n:]

    @classmethod
    def write(cls, loss: Loss) -> str:
        """f, its gradient and its Hessian."""
        writer = cls(loss)
        writer.derive()
        return writer.source()

    def taken(self) -> set[str]:
        """The names that mean something in the language, or in what is written."""
        called = (CALLED.findall(self.text(known) or "") for known in FUNCTIONS.values())
        ours = FUNCTIONS if PREFIX.get(self.column) == "" else ()
        return {"f", "df", "ddf", "g", "h", "f_", *self.reserved, *self.helpers, *ours, *chain(*called)}

    def safe_names(self) -> dict[Symbol, str]:
        """The variables under names that mean nothing else in the language."""
        taken = self.taken()
        found: dict[Symbol, str] = {}
        for x in self.loss.variables:
            name = x.name
            while name in taken or (name in found.values()):
                name += "_"
            found[x] = name
        return found

    # expressions

    def _print(self, expr: Any, **settings: Any) -> str:
        known = row(expr) if isinstance(expr, Expr) else None
        return str(super()._print(expr, **settings)) if known is None else self.call(known, expr)

    def call(self, known: Function, expr: Any) -> str:
        """A function by its row."""
        arguments = list(known.given(expr))
        if known.folds and len(arguments) > 2:
            text = self.applied(known, [self.word(arguments[0]), self.word(arguments[1])])
            for other in arguments[2:]:
                text = self.applied(known, [text, self.word(other)])
            return text
        words = [self.word(u) for u in arguments]
        if known.ordered:
            words[0] = str(int(arguments[0]))
        return self.applied(known, words)

    def word(self, expr: Expr) -> str:
        """An argument of a function, or a value that is chosen."""
        return self._print(expr)

    def applied(self, known: Function, words: Sequence[str]) -> str:
        return self.filled_in(self.text(known), known, words)

    @classmethod
    def text(cls, known: Function) -> str | None:
        """A function's text with {0}, {1} for its arguments; None where the language lacks it."""
        if known.name in cls.texts:
            return cls.texts[known.name]
        return known.text(cls.column, cls.prefix)

    def filled_in(self, template: str | None, known: Function, words: Sequence[str]) -> str:
        if template is None and known.numpy is None:
            raise DerivativeError(
                f"{self.language} has no {known.name}", "Loss.grad and Loss.hess compute it in Python"
            )
        if template is None:
            raise DerivativeError(
                f"{self.language} has no {known.name}",
                'numpy code with scipy.special has it: derive(loss, "numpy")',
                shell="numpy code with scipy.special has it: --as numpy",
            )
        self.used |= {*re.findall(r"[A-Za-z]\w*\.(?=\w)", template), *CALLED.findall(template)}
        return template.format(*words)

    def function(self, name: str, *arguments: Expr) -> str:
        """A function of the table by its name."""
        return self.applied(FUNCTIONS[name], [self._print(u) for u in arguments])

    def needed_helpers(self) -> list[str]:
        """The texts of all helpers in use, each after those it calls."""
        found: list[str] = []

        def take(name: str) -> None:
            for inner in CALLED.findall(self.helpers[name]):
                if inner in self.helpers and inner != name:
                    take(inner)
            if name not in found:
                found.append(name)

        for name in self.helpers:
            if name in self.used:
                take(name)
        self.used |= {word for name in found for word in re.findall(r"[A-Za-z]\w*\.(?=\w)", self.helpers[name])}
        return [self.helpers[name] for name in found]

    def _print_Symbol(self, expr: Symbol) -> str:
        return self.names.get(expr, expr.name)

    _print_Dummy = _print_Symbol

    def _print_Exp1(self, expr: Any) -> str:
        return self.e

    def _print_Pi(self, expr: Any) -> str:
        self.used.add("pi")
        return self.pi

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        """A sum; a constant one whose terms cancel is written as its value."""
        if is_constant(expr):
            value = expr.evalf(25)
            if value.is_Float and abs(value) < max(abs(term.evalf(25)) for term in expr.args) / 8:
                return repr(float(value))
        return str(super()._print_Add(expr, order))

    def _print_Piecewise(self, expr: Any) -> str:
        text = self.word(expr.args[-1][0])
        for value, condition in reversed(expr.args[:-1]):
            text = self.choice(self.condition(condition), self.word(value), text)
        return text

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    conjunction, disjunction = " and ", " or "

    def condition(self, expr: Any) -> str:
        if expr is S.true or expr is S.false:
            return str(bool(expr))
        if isinstance(expr, (sympy.And, sympy.Or)):
            word = self.conjunction if isinstance(expr, sympy.And) else self.disjunction
            return word.join(f"({self.condition(part)})" for part in sorted(expr.args, key=str))
        if isinstance(expr, sympy.Not):
            return self.condition(expr.args[0].negated)
        operator = {sympy.Equality: "==", sympy.Unequality: "!="}.get(expr.func) or expr.rel_op
        return f"{self._print(expr.lhs)} {operator} {self._print(expr.rhs)}"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.base, expr.exp
        if base is S.Exp1:
            return self.function("exp", exponent)
        if _divides(expr):
            return self._print_Mul(expr)
        if exponent is S.Half:
            return self.function("sqrt", base)
        return self.power(base, exponent)

    def _print_Mul(self, expr: Any) -> str:
        """A product as it is computed: from left to right, neighbouring divisors in one."""
        coefficient, rest = expr.as_coeff_Mul()
        sign = "-" if coefficient.is_negative else ""
        p, q = sympy.Integer(abs(coefficient.p)), sympy.Integer(coefficient.q)
        text = "" if p == 1 else self._print(p)
        divisors = [] if q == 1 else [self._print(q)]
        factors = list(sympy.Mul.make_args(rest))
        for place, factor in enumerate(factors):
            if _divides(factor):
                inverse = factor.base if factor.exp == -1 else sympy.Pow(factor.base, -factor.exp, evaluate=False)
                divisors.append(self.parenthesize(inverse, 50))
                if place + 1 < len(factors) and _divides(factors[place + 1]):
                    continue
                text = f"{text or self._print(S.One)}/{_in_one(divisors)}"
                divisors = []
            else:
                first = not text and factor.is_Mul
                word = self._print(factor) if first else self.parenthesize(factor, 50)
                text = f"{text}*{word}" if text else word
        if divisors:
            text = f"{text or self._print(S.One)}/{_in_one(divisors)}"
        return sign + text

    def power(self, base: Expr, exponent: Expr) -> str:
        return str(super()._print_Pow(sympy.Pow(base, exponent, evaluate=False)))

    # the functions around the expressions

    def temporaries(self, expressions: Sequence[Expr]) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
        """Common subexpressions where they save enough, and what is left."""
        if sum(sympy.count_ops(e) for e in expressions if e) < SHARED:
            return [], list(expressions)
        taken = {*self.names.values(), *(x.name for x in self.loss.variables)}
        fresh = (Symbol(f"t{k}", real=True) for k in range(10**6) if f"t{k}" not in taken)
        return shared(expressions, fresh)

    def source(self) -> str:
        raise NotImplementedError


def too_long(reason: str) -> DerivativeError:
    return DerivativeError(
        f"too long to be written as code: {reason}", "Loss.grad and Loss.hess compute them in Python"
    )


def shared(expressions: Sequence[Expr], fresh: Iterable[Symbol]) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
    """Every part that stands at two places as a step of its own; what stands in one branch of a choice stays there.

    sympy's `cse` would simplify what it puts together again, and undo what `stable` made.
    """
    uses: Counter[Expr] = Counter()
    order: dict[sympy.Basic, None] = {}  # each after its parts
    stack = [(e, False) for e in reversed(expressions)]
    while stack:
        current, ready = stack.pop()
        if ready:
            order[current] = None
            continue
        uses[current] += 1
        if uses[current] == 1 and current.args and not is_constant(current):
            stack.append((current, True))
            if not isinstance(current, sympy.Piecewise):
                stack.extend((part, False) for part in reversed(current.args))
    names = iter(fresh)
    known: dict[sympy.Basic, sympy.Basic] = {}
    steps: list[tuple[Symbol, Expr]] = []

    def written(expr: sympy.Basic) -> sympy.Basic:
        if expr in known or not expr.args:
            return known.get(expr, expr)
        return rebuilt(expr, tuple(written(part) for part in expr.args))

    for expr in order:
        made = written(expr)
        if uses[expr] > 1 and isinstance(expr, Expr) and not _simple(expr):
            symbol = next(names)
            steps.append((symbol, made))
            made = symbol
        known[expr] = made
    return steps, [written(e) for e in expressions]


def _divides(factor: Expr) -> bool:
    """Whether a factor stands behind the stroke."""
    return factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative and factor.base is not S.Exp1


def _in_one(divisors: Sequence[str]) -> str:
    return divisors[0] if len(divisors) == 1 else f"({'*'.join(divisors)})"


def _simple(expr: Expr) -> bool:
    """Whether an expression is as short as a name for it: −x, 2x, x/3."""
    return expr.is_Mul and len(expr.args) == 2 and expr.args[0].is_Rational and not expr.args[1].args


def one_line(loss: Loss) -> str:
    """The loss for a comment: no line end, and nothing that would end the comment."""
    text = " ".join(loss.text.split())
    if loss.constants:
        text += " with " + ", ".join(f"{name} = {value}" for name, value in loss.constants.items())
    return text.replace("*/", "* /").replace("/*", "/ *")


def wrapped(texts: Iterable[str], begin: str, end: str) -> list[str]:
    """A list on one line if it fits, else an item per line."""
    items = list(texts)
    line = begin + ", ".join(items) + end
    if len(line) <= WIDE:
        return [line]
    indent = " " * (len(begin) - len(begin.lstrip()) + 4)
    return [begin, *(f"{indent}{item}," for item in items), begin[: len(begin) - len(begin.lstrip())] + end]

"""What all languages share: operators, parentheses, names, common subexpressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy
from sympy import Expr, S, Symbol
from sympy.logic.boolalg import Boolean
from sympy.printing.str import StrPrinter

from symopt.codegen.stable import stable, summands
from symopt.errors import DerivativeError
from symopt.loss import Loss

SHARED = 80
WIDE = 108


class Writer(StrPrinter):
    """The text of expressions in one language, and of the functions around them."""

    language = ""
    functions: dict[str, str] = {}  # noqa: RUF012  (tables of the class, never changed)
    reserved: frozenset[str] = frozenset()
    comment = "# {}"

    def __init__(self, loss: Loss) -> None:
        super().__init__({"order": None})
        self.loss = loss
        self.used: set[str] = set()
        self.names = self.safe_names()
        self.conditions: dict[Symbol, Any] = {}

    def safe_names(self) -> dict[Symbol, str]:
        """The variables under names that mean nothing else in the language."""
        taken = {"f", "df", "ddf", "g", "h", "f_", *self.reserved}
        found: dict[Symbol, str] = {}
        for x in self.loss.variables:
            name = x.name
            while name in taken or (name in found.values()):
                name += "_"
            found[x] = name
        return found

    def function(self, name: str, *arguments: Expr) -> str:
        self.used.add(name)
        return f"{name}({', '.join(self._print(a) for a in arguments)})"

    def refuse(self, what: str) -> str:
        raise DerivativeError(
            f"{self.language} has no {what}",
            'numpy code with scipy.special has it: derive(loss, "numpy")',
            shell="numpy code with scipy.special has it: --as numpy",
        )

    def _print_Symbol(self, expr: Symbol) -> str:
        return self.names.get(expr, expr.name)

    _print_Dummy = _print_Symbol

    def _print_Function(self, expr: Any) -> str:
        name = expr.func.__name__
        if name not in self.functions:
            self.refuse(name)
        return self.function(self.functions[name], *expr.args)

    def _print_cbrt(self, expr: Any) -> str:
        return self.function(self.functions["cbrt"], *expr.args)

    def _print_Abs(self, expr: Any) -> str:
        return self.function(self.functions["Abs"], *expr.args)

    def _print_exp(self, expr: Any) -> str:
        return self.function(self.functions["exp"], expr.args[0])

    def _print_Exp1(self, expr: Any) -> str:
        return self.functions["E"]

    def _print_Pi(self, expr: Any) -> str:
        self.used.add("pi")
        return self.functions["pi"]

    def _print_log(self, expr: Any) -> str:
        terms = summands(expr.args[0])
        if terms is not None:
            return self.log_of_sum(*terms)
        return self.function(self.functions["log"], expr.args[0])

    def log_of_sum(self, a: Expr, b: Expr) -> str:
        """log(exp(a) + exp(b)), by a helper `softplus`."""
        self.used.add("softplus")
        if a == 0:
            return f"softplus({self._print(b)})"
        if b == 0:
            return f"softplus({self._print(a)})"
        return f"({self._print(a)} + softplus({self._print(b - a)}))"

    def _print_sec(self, expr: Any) -> str:
        return self._print(1 / sympy.cos(expr.args[0], evaluate=False))

    def reciprocal(self, name: str, argument: Expr) -> str:
        return f"(1/{self.function(self.functions[name], argument)})"

    def _print_Max(self, expr: Any) -> str:
        return self.nested(self.functions["Max"], expr.args)

    def _print_Min(self, expr: Any) -> str:
        return self.nested(self.functions["Min"], expr.args)

    def nested(self, name: str, arguments: Sequence[Expr]) -> str:
        text = self._print(arguments[0])
        for other in arguments[1:]:
            text = f"{name}({text}, {self._print(other)})"
        return text

    def _print_Piecewise(self, expr: Any) -> str:
        text = self._print(expr.args[-1][0])
        for value, condition in reversed(expr.args[:-1]):
            text = self.choice(self.condition(condition), self._print(value), text)
        return text

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    conjunction, disjunction = " and ", " or "

    def condition(self, expr: Any) -> str:
        if expr is S.true or expr is S.false:
            return str(bool(expr))
        if expr in self.conditions:
            return self.condition(self.conditions[expr])
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
            return self.function(self.functions["exp"], exponent)
        if exponent is S.Half:
            return self.function(self.functions["sqrt"], base)
        if exponent == -S.Half:
            return f"1/{self.function(self.functions['sqrt'], base)}"
        return self.power(base, exponent)

    def power(self, base: Expr, exponent: Expr) -> str:
        return str(super()._print_Pow(sympy.Pow(base, exponent, evaluate=False)))

    # the functions around the expressions

    def temporaries(self, expressions: Sequence[Expr]) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
        """Common subexpressions where they save enough, and what is left."""
        safe = [stable(e) if e else e for e in expressions]
        if sum(sympy.count_ops(e) for e in safe if e) < SHARED:
            return [], safe
        taken = {*self.names.values(), *(x.name for x in self.loss.variables)}
        fresh = (Symbol(f"t{k}", real=True) for k in range(10**6) if f"t{k}" not in taken)
        steps, left = sympy.cse(safe, symbols=fresh, order="none")
        self.conditions.update((symbol, value) for symbol, value in steps if isinstance(value, Boolean))
        numbers = [(symbol, value) for symbol, value in steps if symbol not in self.conditions]
        return numbers, [stable(e) if e else e for e in left]

    def source(self) -> str:
        raise NotImplementedError


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

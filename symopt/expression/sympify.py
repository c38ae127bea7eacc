"""A sympy expression as the text that a person would type, or in words why it is no loss."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Symbol
from sympy.core.function import AppliedUndef
from sympy.printing.str import StrPrinter

from symopt.errors import ExpressionError, named
from symopt.expression.parser import deep, natural
from symopt.expression.written import readable

HINT = "a loss is one real expression of real variables, such as x**2 - cos(x)"
REFUSED: tuple[tuple[Any, str, str], ...] = (
    (sympy.Integral, "an integral", "work it out first: expr.doit()"),
    (sympy.Derivative, "a derivative", "work it out first: expr.doit()"),
    (sympy.Limit, "a limit", "work it out first: expr.doit()"),
    (sympy.Sum, "an unevaluated sum", "work it out first: expr.doit()"),
    (sympy.Product, "an unevaluated product", "work it out first: expr.doit()"),
    (sympy.Subs, "a substitution", "work it out first: expr.doit()"),
    (sympy.Indexed, "an indexed symbol", "use a plain symbol for each, such as x1 and x2"),
    (sympy.MatrixExpr, "a matrix", "write out the number that is made of it"),
    (sympy.MatrixBase, "a matrix", "write out the number that is made of it"),
    (sympy.matrices.expressions.matexpr.MatrixElement, "an entry of a matrix", "use a plain symbol for each"),
    (sympy.core.numbers.ImaginaryUnit, "the imaginary unit", "a loss has real values: expand it, or take Abs or re"),
    (sympy.core.numbers.NaN, "nan", "write a finite number"),
    (sympy.core.numbers.ComplexInfinity, "an infinity", "write a finite number"),
    (sympy.core.numbers.Infinity, "an infinity", "write a finite number"),
    (sympy.core.numbers.NegativeInfinity, "an infinity", "write a finite number"),
    (sympy.DiracDelta, "a DiracDelta", "it is no function of numbers"),
)


class _Typed(StrPrinter):
    """sympy's own text, with a Float of double precision as Python prints it."""

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr)) if expr._prec <= 53 and abs(expr) < 1e300 else str(super()._print_Float(expr))


def typed(expr: Any) -> tuple[str, list[str] | None]:
    """The text of an expression and the names of its symbols, in natural order; None without any.

    Raises ExpressionError for what is no loss.
    """
    if not isinstance(expr, Expr) or isinstance(expr, sympy.MatrixExpr):
        what = "an equation or a condition" if isinstance(expr, sympy.logic.boolalg.Boolean) else named(expr)
        raise ExpressionError(f"a loss is one sympy expression, not {what}", HINT)
    if not readable(expr):
        raise ExpressionError("the expression is too long or too deep for a loss", "take a part of it")
    for kind, word, hint in REFUSED:
        if found := expr.atoms(kind):
            raise ExpressionError(f"{word} is in the expression: {named(next(iter(found)))}", hint)
    if unknown := expr.atoms(AppliedUndef):
        raise ExpressionError(f"the function {next(iter(unknown)).func.__name__} has no formula",
                              "put one in its place: expr.subs or expr.replace")  # fmt: skip
    symbols = sorted(expr.free_symbols, key=lambda symbol: natural(str(symbol)))
    names = [symbol.name for symbol in symbols if isinstance(symbol, Symbol)]
    for name in names:
        if names.count(name) > 1:
            raise ExpressionError(f"two different symbols are called {name}",
                                  "they differ in their assumptions: make both with the same ones")  # fmt: skip
    words = {node.func.__name__ for node in expr.atoms(sympy.Function)}
    words |= {str(number) for number in expr.atoms(sympy.NumberSymbol)}
    if clash := sorted(words & {*names}):
        raise ExpressionError(f"{clash[0]} is a symbol and a function or constant at once", "rename the symbol")
    with deep():
        return _Typed().doprint(expr), names or None

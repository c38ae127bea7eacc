"""The text of a rule: `v = beta*v + g; x - lr*v`, its state, its parameters, and what it means in n dimensions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import sympy
from sympy import Expr, Function, Symbol

from symopt.errors import ExpressionError, MethodError
from symopt.expression.build import Builder
from symopt.expression.functions import CONSTANTS, FUNCTIONS, Known
from symopt.expression.parse import deep, split
from symopt.expression.syntax import read

GIVEN = ("x", "f", "g", "h", "t", "noise")
VECTORS = ("x", "g", "noise")
norm = Function("norm", real=True, nonnegative=True)
dot = Function("dot", real=True)
ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")


def _no_value(*_: float) -> float:
    raise ValueError


RULE_FUNCTIONS = {
    **FUNCTIONS,
    "norm": Known(1, 1, norm, lambda u: abs(u)),
    "dot": Known(2, 2, dot, lambda u, v: u * v),
}


@dataclass(frozen=True)
class Formula:
    """A rule as typed: statements in order, the last of them the next x.

    x is the point, f, g, h the value, gradient and Hessian there, t the step number from 1 and
    noise a standard normal. A name that is assigned is state, zero before the first step; every
    other name is a parameter.
    """

    text: str
    statements: tuple[tuple[str, Expr], ...]

    @cached_property
    def state(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.statements[:-1]))

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything that the formulas read."""
        return frozenset(symbol.name for _, expr in self.statements for symbol in expr.free_symbols)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters, in the order in which they are typed."""
        names = self.names - {*GIVEN, *self.state}
        return tuple(sorted(names, key=lambda name: re.search(rf"\b{name}\b", self.text).start()))  # type: ignore[union-attr]

    @property
    def memoryless(self) -> bool:
        """Whether the next point is a function of the point alone."""
        return not self.state and not self.names & {"t", "noise"}

    @cached_property
    def shift(self) -> Expr | None:
        """c, if the step is −g/(h + c) with c one number per lane; else None."""
        if len(self.statements) != 1 or "h" not in self.names:
            return None
        x, g, h = (Symbol(name, real=True) for name in "xgh")
        step = self.statements[0][1] - x
        numerator, denominator = step.as_numer_denom()
        if numerator == -g:
            c = denominator - h
        elif numerator == g:
            c = -denominator - h
        else:
            return None
        return None if _bare(c) & {*VECTORS, "h"} else c

    def require_linear(self) -> None:
        """Raises MethodError unless the rule means the same along any choice of eigenvectors."""
        if "h" not in self.names:
            return
        vectors = {Symbol(name, real=True) for name in (*VECTORS, *self.state)}
        zero = dict.fromkeys(vectors, sympy.S.Zero)
        for _, expr in self.statements:
            hidden, _ = _hide_numbers(expr)
            for vector in vectors:
                slope = sympy.diff(hidden, vector)
                if slope.free_symbols & vectors:
                    raise self._not_linear(vector.name)
            if hidden.xreplace(zero).free_symbols & {Symbol("h", real=True)}:
                raise self._not_linear("h")
            if hidden.xreplace(zero) != 0:
                raise self._not_linear("x")
        for _, expr in self.statements:
            if any("h" in _bare(argument) for call in _calls(expr) for argument in call.args):
                raise self._not_linear("h")

    def _not_linear(self, name: str) -> MethodError:
        return MethodError(
            f"in several variables {self.text!r} depends on the choice of eigenvectors: "
            f"with h, vectors must occur linearly ({name} does not)",
            "a formula with h acts along the Hessian's eigenvectors; keep x, g, noise and state linear there, "
            "or leave h out",
        )


def _calls(expr: Expr) -> set[Expr]:
    return {call for call in expr.atoms(sympy.Function) if call.func in (norm, dot)}


def _hide_numbers(expr: Expr) -> tuple[Expr, dict[Expr, Symbol]]:
    """The expression with norm(…) and dot(…) as plain symbols, since they are one number per lane."""
    hidden = {call: sympy.Dummy(real=True) for call in _calls(expr)}
    return expr.xreplace(hidden), hidden


def _bare(expr: Expr) -> set[str]:
    """Names that occur outside norm and dot."""
    return {symbol.name for symbol in _hide_numbers(expr)[0].free_symbols}


@lru_cache(maxsize=256)
def formula(text: str) -> Formula:
    """Reads a rule. Raises ExpressionError with the place in the whole text."""
    pieces = split(text, ";")
    if len(pieces) > 1 and not pieces[-1][1].strip():
        raise ExpressionError("the last statement is the next x; it is missing", "for example v = v + g; x - v", text,
                              len(text.rstrip()) - 1, len(text.rstrip()))  # fmt: skip
    assigned = [m.group(1) for _, piece in pieces[:-1] if (m := ASSIGNMENT.match(piece))]
    declared = {*GIVEN, *assigned}
    statements = []
    for number, (begin, piece) in enumerate(pieces):
        last = number == len(pieces) - 1
        match = ASSIGNMENT.match(piece)
        if not last and not match:
            raise ExpressionError("each statement but the last is name = formula", "for example v = beta*v + g", text,
                                  begin, begin + len(piece))  # fmt: skip
        name, body_at = (match.group(1), match.end()) if match else ("x", 0)
        if last and match:
            if name != "x":
                raise ExpressionError("the last statement is the next x, not an assignment", f"end with; x - {name}",
                                      text, begin, begin + match.end())  # fmt: skip
        elif match and (name in GIVEN or name in CONSTANTS or name in RULE_FUNCTIONS):
            raise ExpressionError(f"{name} has a meaning already and cannot be state", "choose another name", text,
                                  begin + match.start(1), begin + match.end(1))  # fmt: skip
        statements.append((name, _statement(text, begin + body_at, piece[body_at:], declared)))
    found = Formula(text.strip(), tuple(statements))
    if "x" not in {s.name for s in statements[-1][1].free_symbols}:
        raise ExpressionError("the next x does not depend on x", "for example x - lr*g", text, 0, len(text))
    return found


def _statement(text: str, begin: int, body: str, declared: set[str]) -> Expr:
    builder = Builder(body, variables=None, functions=RULE_FUNCTIONS, accept=lambda name: name not in CONSTANTS
                      and (name in declared or name not in RULE_FUNCTIONS))  # fmt: skip
    try:
        with deep():
            return builder.build(read(body, declared=declared, extra=("norm", "dot")))
    except ExpressionError as error:
        if error.text != body:
            raise
        raise ExpressionError(error.message, error.hint, text, begin + error.start, begin + error.end) from None

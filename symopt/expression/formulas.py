"""The text of a rule: `v = beta*v + g; x - lr*v`, its state, its parameters, and what it means in n dimensions."""

from __future__ import annotations

import re
from collections import ChainMap
from dataclasses import dataclass
from functools import cached_property, lru_cache

import sympy
from sympy import Expr, Symbol
from sympy.functions.elementary.piecewise import ExprCondPair

from symopt.errors import ExpressionError, MethodError
from symopt.expression.builder import Builder
from symopt.expression.parser import deep, split
from symopt.expression.syntax import Node, read
from symopt.expression.tokens import GREEK_NAMES, tokens
from symopt.expression.words import CONSTANTS
from symopt.forms import subexpressions
from symopt.functions import FUNCTIONS, Function

GIVEN = ("x", "f", "g", "h", "t", "epoch", "noise")
VECTORS = ("x", "g", "noise")
norm = sympy.Function("norm", real=True, nonnegative=True)
dot = sympy.Function("dot", real=True)
SETTINGS = re.compile(r"\s*([A-Za-z][A-Za-z-]+)[\s,;(]+((?:\w+\s*=\s*[^\s,;()=]+[\s,;]*)+)\)?\s*")
ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")


RULE_FUNCTIONS = ChainMap(
    {
        "norm": Function("norm", norm, abs, "‖u‖", example="norm(g)"),
        "dot": Function("dot", dot, lambda u, v: u * v, "u·v", least=2, most=2, example="dot(g, g)"),
    },
    FUNCTIONS,
)


@dataclass(frozen=True)
class Formula:
    """A rule as typed: statements in order, the last of them the next x.

    x is the point, f, g, h the value, gradient and Hessian there, t the step number from 1, epoch
    how often the whole loss was seen before the step, and noise a standard normal. A name that is
    assigned is state, zero before the first step, unless it is only an abbreviation, which is
    written out; every other name is a parameter.
    """

    text: str
    statements: tuple[tuple[str, Expr], ...]
    typed: tuple[tuple[str, Node], ...]
    """The statements as they were typed: names and trees, abbreviations not yet written out."""

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
        typed = [name for _, piece in split(self.text, ";") for name in _typed_names(piece)]
        return tuple(sorted(names, key=lambda name: (typed.index(name) if name in typed else len(typed), name)))

    @property
    def memoryless(self) -> bool:
        """Whether the next point is a function of the point alone."""
        return not self.state and not self.names & {"t", "epoch", "noise"}

    @cached_property
    def apart(self) -> bool:
        """Whether each coordinate's next value reads that coordinate of what is given alone."""
        across = {str(node.func) for _, expr in self.statements for node in subexpressions(expr)} & {"norm", "dot"}
        return not (across or self.names & {"f", "h", "noise"})

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
        return None if c.has(h) or _bare(c) & {*VECTORS} else c

    @cached_property
    def moves(self) -> bool:
        """Whether the next x is x plus something that does not read x, nor does any other statement."""
        x = Symbol("x", real=True)
        step = self.statements[-1][1] - x
        return not any(expr.has(x) for expr in (step, *(expr for _, expr in self.statements[:-1])))

    def require_linear(self) -> None:
        """Raises MethodError unless the rule means the same along any choice of eigenvectors.

        Every statement has to make a vector out of vectors (x, g, noise and state), none of them multiplied with
        another, inside a function or beside a plain number; norm(u) and dot(u, v) make numbers of them.
        """
        if "h" not in self.names:
            return
        vectors = {*VECTORS, *self.state}
        for name, expr in self.statements:
            try:
                kind = _kind(expr, vectors)
            except _NotLinear as reason:
                raise self._not_linear(name, str(reason)) from None
            if kind != "vector":
                raise self._not_linear(name, f"{name} becomes {expr}, which is no vector")

    def _not_linear(self, name: str, reason: str) -> MethodError:
        pieces = split(self.text, ";")
        begin, piece = next((p for p in pieces if p[1].partition("=")[0].strip() == name), pieces[-1])
        start = begin + len(piece) - len(piece.lstrip())
        return MethodError(
            f"in several variables this formula depends on the choice of eigenvectors: {reason}",
            "a formula with h acts along the Hessian's eigenvectors; there x, g, noise and state must occur linearly, "
            "with factors made of h and of numbers. Or leave h out",
            self.text, start, begin + len(piece.rstrip()),
        )  # fmt: skip


class _NotLinear(Exception):
    """Why an expression is not linear in its vectors."""


def _kind(expr: sympy.Basic, vectors: set[str]) -> str:
    """`vector` if linear in the vectors, `matrix` if a function of h, else `number`; raises _NotLinear."""
    if isinstance(expr, Symbol):
        return "vector" if expr.name in vectors else "matrix" if expr.name == "h" else "number"
    kinds = [_kind(part, vectors) for part in expr.args]
    found = kinds.count("vector")
    if isinstance(expr, Expr) and expr.func in (norm, dot):
        if 0 < found < len(kinds):
            raise _NotLinear(f"{expr} mixes a vector with numbers")
        return "number"
    if found and isinstance(expr, sympy.Piecewise | ExprCondPair):
        if isinstance(expr, ExprCondPair) and kinds[1] == "vector":
            raise _NotLinear(f"the condition {expr.cond} is asked of every coordinate")
        if found < len(kinds) and isinstance(expr, sympy.Piecewise):
            raise _NotLinear(f"{expr} is a vector in some cases only")
        return "vector"
    if found and expr.is_Add and found < len(kinds):
        other = next(part for part, kind in zip(expr.args, kinds, strict=True) if kind != "vector")
        raise _NotLinear(f"{other} is added to a vector")
    if found > 1 and expr.is_Mul:
        raise _NotLinear(f"{expr} multiplies vectors")
    if found and not (expr.is_Add or expr.is_Mul):
        raise _NotLinear(f"{expr} is not linear")
    return "vector" if found else "matrix" if "matrix" in kinds else "number"


def _bare(expr: Expr) -> set[str]:
    """Names that occur outside norm and dot, which are one number per lane."""
    calls = {call for call in expr.atoms(sympy.Function) if call.func in (norm, dot)}
    return {symbol.name for symbol in expr.xreplace(dict.fromkeys(calls, sympy.S.One)).free_symbols}


def _inline(statements: list[tuple[str, Expr]]) -> tuple[tuple[str, Expr], ...]:
    """The statements without those names that are only abbreviations: assigned before they are read, each step anew.

    What is left is the state, and the next x. A name stays if what it abbreviates changes before it is read.
    """
    kept: list[tuple[str, Expr]] = []
    meaning: dict[Symbol, Expr] = {}
    read: set[str] = set()
    assigned = [name for name, _ in statements]
    for k, (name, typed) in enumerate(statements):
        expr = typed.xreplace(meaning)
        names = {symbol.name for symbol in expr.free_symbols}
        read |= {symbol.name for symbol in typed.free_symbols}
        last = k == len(statements) - 1
        if last or name in read or assigned.count(name) > 1 or names & set(assigned[k:-1]):
            kept.append((name, expr))
        else:
            meaning[Symbol(name, real=True)] = expr
    return tuple(kept)


@lru_cache(maxsize=256)
def formula(text: str) -> Formula:
    """Reads a rule. Raises ExpressionError with the place in the whole text."""
    if match := SETTINGS.fullmatch(text):
        settings = ",".join(
            "".join(setting.split()) for setting in re.findall(r"\w+\s*=\s*[^\s,;()=]+", match.group(2))
        )
        raise ExpressionError("the parameters of a method stand behind a colon", f"write {match.group(1)}:{settings}",
                              text, match.start(2), match.end(2))  # fmt: skip
    pieces = split(text, ";")
    if len(pieces) > 1 and not pieces[-1][1].strip():
        raise ExpressionError("the last statement is the next x; it is missing", "for example v = v + g; x - v", text,
                              len(text.rstrip()) - 1, len(text.rstrip()))  # fmt: skip
    assigned = [m.group(1) for _, piece in pieces[:-1] if (m := ASSIGNMENT.match(piece))]
    declared = {*GIVEN, *assigned}
    statements, typed = [], []
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
        tree, expr = _statement(text, begin + body_at, piece[body_at:], declared)
        statements.append((name, expr))
        typed.append((name, tree))
    with deep():
        found = Formula(text.strip(), _inline(statements), tuple(typed))
    if "x" not in {s.name for s in statements[-1][1].free_symbols}:
        raise ExpressionError("the next x does not depend on x", "for example x - lr*g", text, 0, len(text))
    return found


def _typed_names(text: str) -> list[str]:
    """The names in a statement, as they are read (γ is gamma), in order."""
    body = ASSIGNMENT.sub("", text)
    return [str(token) for token in tokens(body, RULE_FUNCTIONS, ()) if token.type == "NAME"]


def _statement(text: str, begin: int, body: str, declared: set[str]) -> tuple[Node, Expr]:
    builder = Builder(body, variables=None, functions=RULE_FUNCTIONS, accept=lambda name: name not in CONSTANTS
                      and (name in declared or name in GREEK_NAMES or name not in RULE_FUNCTIONS))  # fmt: skip
    try:
        with deep():
            tree = read(body, declared=declared, extra=("norm", "dot"))
            return tree, builder.build(tree)
    except ExpressionError as error:
        if error.text != body:
            raise
        hint = error.hint
        if hint == error.EXAMPLE:
            hint = "a formula is typed like x - lr*g, with x the point, g the gradient and h the Hessian"
        hint = hint.partition("; if ")[0] if "variables=" in hint else hint
        raise ExpressionError(error.message, hint, text, begin + error.start, begin + error.end) from None

"""Functions of arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy
from sympy import Expr
from sympy.core.function import FunctionClass

from symopt.expression.builder.arithmetic import Arithmetic
from symopt.expression.builder.values import INFINITE, TINIEST, Value, moves
from symopt.expression.suggest import unknown
from symopt.expression.syntax import Node
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS, Function, traits


class Calls(Arithmetic):
    """Calls of functions, and absolute values."""

    def build_absolute(self, node: Node) -> Value:
        return self.apply(node, FUNCTIONS["Abs"], "Abs")

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


def _as_typed(build: Callable[..., Expr], *parts: Expr) -> Expr:
    """A function of these parts as it stands; sympy's switch for all its constructors empties its caches."""
    if isinstance(build, FunctionClass):
        return build(*parts, evaluate=False)
    with sympy.evaluate(False):
        return build(*parts)

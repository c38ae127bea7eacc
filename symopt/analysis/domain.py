"""Where a loss as typed has values: what sympy's constructors cancel is asked for all the same.

x**2/x is built as x and exp(log(x)) as x; as typed the one has no value at 0 and the other none below. The text is
read once more, and what stands in a denominator, under a root or in a function with a domain is kept as a guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Dummy, Expr

from symopt.analysis.kinks import Switch, switch_of
from symopt.balls.tape import Refused
from symopt.errors import ExpressionError
from symopt.expression.build import Builder, Value
from symopt.expression.parser import constant, deep
from symopt.expression.syntax import Node, read
from symopt.functions import Function, row


class _Guards(Builder):
    """A builder that remembers what each power and each call asks for, outside of branches."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.found: list[Switch] = []

    def power(self, node: Node, base: Value, exponent: Value) -> Expr:
        self.ask(sympy.Pow, base, exponent)
        return super().power(node, base, exponent)

    def apply(self, node: Node, known: Function, name: str) -> Value:
        built = super().apply(node, known, name)
        if built.number is None:
            self.ask(known.build, *(self.plain(part, name) for part in node.parts))
        return built

    def ask(self, build: Any, *arguments: Value) -> None:
        """The guards of a function of these arguments, as they are for any."""
        if self.within or all(a.number is not None for a in arguments):
            return
        dummies = [Dummy(real=True) if a.number is None else a.expr for a in arguments]
        try:
            made = build(*dummies)
        except (ValueError, TypeError):
            return
        meant = {d: a.expr for d, a in zip(dummies, arguments, strict=True) if a.number is None}
        for node in sympy.preorder_traversal(made):
            switch = switch_of(node)
            if switch is not None and switch.becomes is None:
                function = switch.function.xreplace(meant)
                self.found.append(Switch(function, None, switch.wants, True, switch.strict, switch.poles))


def guards(loss: Any) -> list[Switch]:
    """What must hold where a loss has a value, besides what its expression shows. Raises Refused."""
    given = {name: constant(name, value) for name, value in loss.constants.items()}
    builder = _Guards(loss.text, loss.names, given)
    try:
        with deep():
            builder.build(read(loss.text, declared={*loss.names, *given}))
    except ExpressionError:  # a sum of the general kind
        return []
    shown = set(_switches(loss.expr))
    found: dict[Expr, Switch] = {}
    for switch in builder.found:
        s = switch.function
        if s in shown or -s in shown or not s.free_symbols or _holds(switch):
            continue
        if any((known := row(node)) is not None and known.kink for node in sympy.preorder_traversal(s)):
            raise Refused(f"the domain of {loss.text}")
        found.setdefault(s, switch)
    return list(found.values())


def _switches(expr: Expr) -> Iterator[Expr]:
    for node in sympy.preorder_traversal(expr):
        switch = switch_of(node)
        if switch is not None and switch.becomes is None:
            yield switch.function


def _holds(switch: Switch) -> bool:
    """Whether a guard holds everywhere by what sympy knows of signs."""
    s = switch.function
    if not switch.strict:
        return bool(s.is_nonnegative)
    return bool(s.is_positive if switch.wants else s.is_nonzero)

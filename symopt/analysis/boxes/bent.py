"""What a certificate says of its loss: a text in a part of Python that a checker reads, and φ(x, t), smooth in x and t.

The text is the typed one where a checker can read that; else it is written by simpler functions, and with abs for every
kink: φ has t·s for each |s|, t ∈ [−1, 1].
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import sympy
from flint import arb
from sympy import Expr

from symopt.analysis.boxes.enclose import Ball, System, signed
from symopt.analysis.boxes.switches import Switched
from symopt.analysis.boxes.typed import Typed
from symopt.analysis.records import Interval
from symopt.balls.tape import Refused, Tape
from symopt.errors import SymoptError
from symopt.expression import deep
from symopt.forms import Asked
from symopt.functions import row
from symopt.loss import Loss

MOST_SIDES = 6
"""Variables and kinks together; so many sides have 3⁶ faces."""
FUNCTIONS = frozenset("sin cos exp log sqrt sinh cosh tanh atan asinh erf abs".split())
CONSTANTS = ("pi", "e", "E")
GRAMMAR = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.operator, ast.USub, ast.expr_context)
"""What a checker reads."""


@dataclass(frozen=True)
class Bent:
    """The text of a loss, φ(x, t) with t·s for each |s| in the text's order, each s, and each ∂φ/∂|s|."""

    text: str
    system: System
    sides: Tape
    lifts: Tape
    kinks: int

    @classmethod
    def of(cls, loss: Loss) -> Bent:
        """Raises SymoptError for a loss that has no place in a certificate."""
        try:
            with deep():
                switched = Switched.of(written(loss.expr))
                if not switched.switches:
                    none = Tape([], loss.variables)
                    return cls(plain(loss), System(switched.phi, loss.variables, smooth=True), none, none, 0)
                return cls._kinked(loss, switched)
        except Refused as refused:
            raise SymoptError(f"{refused} has no interval version, so that there is no certificate") from None

    @classmethod
    def plain(cls, loss: Loss, f: Clarke) -> Bent:
        """Of the least value alone: no t, |s| has all slopes between those of its sides. Raises SymoptError."""
        if any(not switch.kink for switch in f.switches):
            raise SymoptError("f may jump, so that there is no certificate")
        none = Tape([], loss.variables)
        return cls(plain(loss), f, none, none, 0)

    @classmethod
    def _kinked(cls, loss: Loss, switched: Switched) -> Bent:
        plain = all(switch.kink and not (switch.chosen or switch.inner) for switch in switched.switches)
        if not plain or loss.n + len(switched.switches) > MOST_SIDES:
            raise SymoptError(f"certificates have room for {MOST_SIDES} variables and kinks, none within another")
        held = {switch.held: sympy.Function("abs")(switch.s) for switch in switched.switches}
        text = _readable(loss, str(switched.top.xreplace(held)))
        named = {"".join(str(switch.s).split()): k for k, switch in enumerate(switched.switches)}
        order = [named[side] for side in _bends(text)]
        switches = [switched.switches[k] for k in order]
        every = [*loss.variables, *(switch.t for switch in switches)]
        return cls(
            text, System(switched.phi, every, smooth=True), Tape([switch.s for switch in switches], every),
            Tape([switched.lifts[k] for k in order], every), len(order),
        )  # fmt: skip


class Clarke(Typed):
    """f as a checker reads it, with Clarke's gradient, enclosed, and H where nothing switches."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss, written(loss.expr))

    def floor(self, box: Sequence[Interval]) -> float:
        """As for `Typed`; −∞ where a part may be infinite, for there a checker reads no value."""
        low = super().floor(box)
        return low if self._ranges.finite else -math.inf

    def with_signs(self, xs: Sequence[Ball]) -> list[Ball]:
        balls = [*xs[: self.n], *[arb(0, 1)] * self.m]
        for _ in range(2 if self.m else 0):  # those within others first
            sides = self.sides(balls)[1]
            balls[self.n :] = [arb(sign) if (sign := signed(s)) else arb(0, 1) for s in sides]
        return balls

    def values(self, xs: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
        value, sides = super().values(self.with_signs(xs))
        return value, sides[: self.n]

    def jacobian(self, xs: Sequence[Ball]) -> list[list[Ball]]:
        balls = self.with_signs(xs)
        if any(not ball.is_exact() for ball in balls[self.n :]):
            return [[arb("nan")] * self.n] * self.n
        return [row[: self.n] for row in super().jacobian(balls)[: self.n]]


def plain(loss: Loss) -> str:
    """A smooth loss as it was typed if a checker can read that, else by simpler functions and with all its signs.

    Raises SymoptError for functions that have no place in a certificate.
    """
    if not _unknown(loss.text, loss.names):
        return loss.text
    with deep():
        return _readable(loss, str(_bent(_defined(loss.expr))))


def _readable(loss: Loss, text: str) -> str:
    """The text, if a checker can read it. Raises SymoptError."""
    if found := _unknown(text, loss.names):
        raise SymoptError(f"{found} is beyond what certificates know: {', '.join(sorted(FUNCTIONS))}")
    if loss.typed.has(Asked):
        raise SymoptError("as it is typed f may have no value on a part of the window", "type it without fractions")
    return text


def _defined(expr: Expr) -> Expr:
    """An expression by the functions that certificates know."""
    return expr.replace(_simplified, lambda part: row(part).definition(*part.args))  # type: ignore


def _bent(expr: Expr) -> Expr:
    """An expression with abs for Max and Min."""
    bend = sympy.Function("abs")
    for kind, sign in ((sympy.Max, 1), (sympy.Min, -1)):
        expr = expr.replace(
            kind, lambda *parts, sign=sign: reduce(lambda a, b: (a + b + sign * bend(a - b)) / 2, parts)
        )
    return expr.replace(sympy.Abs, bend)


def written(expr: Expr) -> Expr:
    """An expression as a checker reads it, without values by convention: sinc(0), 0**v."""
    return _defined(expr).replace(
        lambda part: isinstance(part, sympy.Pow) and not part.exp.is_number,
        lambda part: sympy.exp(part.exp * sympy.log(part.base), evaluate=False),
    )


def _simplified(part: Expr) -> bool:
    known_ = row(part)
    return known_ is not None and known_.definition is not None and type(part).__name__ not in FUNCTIONS


def _bends(text: str) -> list[str]:
    """What stands in each abs of a text, in the order in which a checker meets them."""
    sides: dict[str, None] = {}

    def read(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            read(child)
        match node:
            case ast.Call(func=ast.Name(id="abs"), args=[side]):
                sides["".join((ast.get_source_segment(text, side) or "").split())] = None

    read(ast.parse(text, mode="eval"))
    return list(sides)


def _unknown(text: str, names: Sequence[str]) -> str:
    """What of a text is not in the language of certificates, which is a part of Python's; nothing if all is."""
    try:
        tree = ast.parse(text.replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return "its notation"
    letters = {*names, *FUNCTIONS, *CONSTANTS}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[_]) if name in FUNCTIONS:
                pass
            case ast.Call(func=ast.Name(id=name)):
                return name
            case ast.Name(id=name) if name not in letters:
                return name
            case _ if not isinstance(node, GRAMMAR):
                return "its notation"
    return ""

"""What a certificate says of its loss: a text in a part of Python that a checker reads, and φ(x, t), smooth in x and t.

The text is the typed one where a checker can read that; else it is written by simpler functions, and with abs for every
kink: φ has t·s for each |s|, t ∈ [−1, 1].
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr

from symopt.analysis.boxes.enclose import System
from symopt.analysis.boxes.switches import Switched
from symopt.balls.tape import Refused, Tape
from symopt.errors import SymoptError
from symopt.expression import deep
from symopt.forms import Asked
from symopt.functions import row
from symopt.loss import Loss

MOST_SIDES = 6
"""Variables and kinks together; so many sides have 3⁶ faces."""
FUNCTIONS = frozenset("sin cos exp log sqrt tanh tan cosh sinh atan asinh erf abs".split())
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
                switched = Switched.of(_defined(loss.expr))
                if not switched.switches:
                    none = Tape([], loss.variables)
                    return cls(plain(loss), System(switched.phi, loss.variables, smooth=True), none, none, 0)
                return cls._kinked(loss, switched)
        except Refused as refused:
            raise SymoptError(f"{refused} has no interval version, so that there is no certificate") from None

    @classmethod
    def _kinked(cls, loss: Loss, switched: Switched) -> Bent:
        for switch in switched.switches:
            if switch.inner:
                raise SymoptError("certificates have no room for kinks within kinks")
            if switch.chosen or not switch.kink:
                raise SymoptError(
                    f"certificates are for losses that switch by abs, Max and Min alone, not as here at {switch.s} = 0"
                )
        if loss.n + len(switched.switches) > MOST_SIDES:
            raise SymoptError(
                f"certificates have room for {MOST_SIDES} variables and kinks, not {loss.n + len(switched.switches)}"
            )
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


def plain(loss: Loss) -> str:
    """A smooth loss as it was typed if a checker can read that, else by simpler functions and with all its signs.

    Raises SymoptError for functions that have no place in a certificate.
    """
    if not _unknown(loss.text, loss.names):
        return loss.text
    with deep():
        return _readable(loss, str(_defined(loss.expr)))


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


def _simplified(part: Expr) -> bool:
    known_ = row(part)
    return known_ is not None and known_.definition is not None and type(part).__name__ not in FUNCTIONS


def _bends(text: str) -> list[str]:
    """What stands in each abs of a text, in the order in which a checker meets them."""
    calls = [node for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Call)]
    sides = [ast.get_source_segment(text, call.args[0]) or "" for call in calls if ast.unparse(call.func) == "abs"]
    return list(dict.fromkeys("".join(side.split()) for side in sides))


def _unknown(text: str, names: Sequence[str]) -> str:
    """What of a text is not in the language of certificates, which is a part of Python's; nothing if all is."""
    try:
        tree = ast.parse(text.replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return "its notation"
    letters = {*names, *FUNCTIONS, *CONSTANTS, "sum"}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[_, ast.Name(id=index), ast.Constant(), ast.Constant()]):
                if index in letters:
                    return "its notation"
                letters.add(index)
            case ast.Call(func=ast.Name(id=name), args=[_]) if name in FUNCTIONS:
                pass
            case ast.Call(func=ast.Name(id=name)):
                return name
            case ast.Name(id=name) if name not in letters:
                return name
            case _ if not isinstance(node, GRAMMAR):
                return "its notation"
    return ""

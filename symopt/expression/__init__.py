"""Text to expression: characters, tokens, syntax, functions, build; a rule's formula. Nothing is evaluated as code."""

from symopt.expression.formula import Formula, formula
from symopt.expression.functions import FUNCTIONS, SPECIAL, cbrt, real
from symopt.expression.parse import deep, number, parse, point, split
from symopt.expression.tokens import plain_name

__all__ = [
    "FUNCTIONS",
    "SPECIAL",
    "Formula",
    "cbrt",
    "deep",
    "formula",
    "number",
    "parse",
    "plain_name",
    "point",
    "real",
    "split",
]

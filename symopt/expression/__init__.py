"""Text to expression: characters, words, tokens, syntax, build; a rule's formula. Nothing is evaluated as code."""

from symopt.expression.formulas import Formula, formula
from symopt.expression.parser import exact_number, number, parse, point, split
from symopt.expression.room import deep
from symopt.expression.tokens import plain_name
from symopt.expression.words import SPECIAL
from symopt.forms import real
from symopt.functions import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "SPECIAL",
    "Formula",
    "deep",
    "exact_number",
    "formula",
    "number",
    "parse",
    "plain_name",
    "point",
    "real",
    "split",
]

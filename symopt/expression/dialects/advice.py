"""What to do about habits that have no counterpart here."""

from __future__ import annotations

import re

from symopt.expression.dialects.habits import LONGEST
from symopt.expression.words import ABSENT, INTEGRALS, SUMS

ADVICE = [
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"^\s*[\w./\\-]+\.(?:txt|py|json|csv|md|tex|nb|m|r|jl|xlsx?|ya?ml|toml)\s*$",
            "a loss is typed, not read from a file by its name",
        ),
        (r"∫|\\i*int(?![a-z])", INTEGRALS),
        (r"\\lim|\blim\b", "limits are not supported: write the loss itself"),
        (r"[∂∇]|\bd\w*\s*/\s*d\w|^\s*\w'+\s*(?:\(\w+\))?\s*(?:=|$)", "write the loss only: symopt derives it"),
        (r"∑|Σ|\\sum|\bsum_|\breduce_sum\b|\.sum\s*\(|\bsum\s*\([^,]*\)\s*$", SUMS),
        (r"∏|\\prod", "write products as prod(x[i], i, 0, 9)"),
        (r"\\begin\s*\{(?:cases|array)", "write where(x < 0, -x, x)"),
        (r"\\infty|∞", "infinity is no number that a loss can hold"),
        (r"[€£¥₤]", "units are left out: write the number alone"),
        (r"⌊|⌈", "whole parts have no useful derivative, so they are no part of a loss"),
        (r"\bin\s*\[|\bon\s*\[|\bfrom\s+\S+\s+to\b", "write the loss only: a window gives the range of x"),
        (r"@\s*-?\d|\|\s*\w\s*=|\blet\b", "put the value in"),
        *((rf"\b(?:{names.replace(' ', '|')})\s*[\[(]", words) for names, words in ABSENT),
        (r"\b(?:AND|And|OR|Or|NOT|Not)\s*[\[(]|&&", "conditions are joined by & and |, inside where(x < 0, a, b)"),
        (r"<>|!=|≠", "conditions use < <= > >=: equality at a single point does not change a loss"),
        (r"\b(?:where|for|if|when|subject\s+to|s\.t\.)\s*\w+\s*[<>]", "write where(x > 0, x^2, 0)"),
        (r"/\.|:>", "put the value in"),
        (r"[∈∀∃⊂ℝ]", "write the loss only: a window gives the range of x"),
        (
            r"^\s*(?:-*h(?:elp)?|\?+|quit|exit|q|man|usage|--?version)\s*$",
            "symopt --help lists the commands; a loss is x**2",
        ),
        (r"0[xXbBoO][\da-fA-F]", "write it in decimals: 0x10 is 16"),
        (r"\d\.\d+\.\d", "write one point only: 1000.5"),
        (r"[-+/^]\s*[*/^]|\*\s*[/^]", "one operator is too many: write x + y or x*y"),
        (r"^\s*[*/^]", "begin with a number or a name, for example 2*x"),
        (r"^\s*\w*\s*\w*\[[^]]*,", "functions take round parentheses: Max(x, 0); one index stands in brackets: x[0]"),
    )
]
GENERIC = re.compile(  # hints that say how losses are written, and not what this text should be
    r"^for example|is typed like|^known are|write x\[0\]|^(?:use )?variables=|"
    r"did you mean (?:arc|tan\b|sec\b|log\b|sinh\b|relu\b)|"
    r"^use Piecewise|\bof\*|\bbase\*|^an index is a whole number|^write (?:Max|Min)\(x"
)
ALSO = re.compile(  # hints that are true, and better with the text as it should be before them
    r"not TeX$|right-hand side|^remove|^drop the|"
    r"^use round parentheses: \( \)$|^write only the loss|numbers and names alone|"
    r"^names begin|is a variable, declare it|^declare it|^a product is|^write decimals|no modulo here, and"
)
ASKED = re.compile("right-hand side|^equality|^remove the :")  # in hints where an equation may stand


def advice(text: str, over_data: bool = False) -> str:
    """What to do about a habit that has no counterpart here, or nothing.

    over_data: whether sums run over rows, so that they need no index.
    """
    found = (words for pattern, words in ADVICE if pattern.search(text[:LONGEST]))
    return next((words for words in found if not (over_data and "x[i]" in words)), "")


def firm(text: str) -> str:
    """What to do about a text that asks for something else than a loss, whatever else could be read out of it."""
    asked = ADVICE[1:4]
    return next((words for pattern, words in asked if pattern.search(text[:LONGEST])), "")

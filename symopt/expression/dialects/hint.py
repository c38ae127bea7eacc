"""The hint of an error, with what a text in another notation would be here."""

from __future__ import annotations

import re
from collections.abc import Callable

from symopt.errors import ExpressionError
from symopt.expression.dialects.advice import ALSO, ASKED, GENERIC, advice, firm
from symopt.expression.dialects.habits import DOUBLED, LONGEST, meant

EQUATION = re.compile(r"^([^=<>!:]+?)\s*(?:=|==|:=)\s*([^=<>]+)$")


def equation(text: str, reads: Callable[[str], bool]) -> str:
    """The loss that is least where an equation holds, or nothing."""
    found = EQUATION.match(text.strip()[:LONGEST])
    if not found:
        return ""
    left, right = (meant(side, reads) or side.strip() for side in found.groups())
    left, right = (right, left) if left == "0" else (left, right)
    loss = f"({left})^2" if right == "0" else f"({left} - ({right}))^2"
    loss = DOUBLED.sub(r"\1", loss)
    return loss if reads(loss) else ""


def _averaged(text: str, reads: Callable[[str], bool]) -> str:
    """The mean over the rows of a text that is meant for each row, or nothing."""
    plain = re.sub(r"^\s*E\s*(?=[\[(])", "", text).strip()
    inner = plain[1:-1] if plain[:1] == "[" and plain[-1:] == "]" else plain
    found = f"mean({inner})"
    return found if len(text) <= LONGEST and "mean(" not in inner and "sum(" not in inner and reads(found) else ""


def suggest(
    error: ExpressionError, text: str, declared: bool, reads: Callable[[str], bool], over_data: bool = False
) -> None:
    """Puts into the hint of an error what a text in another notation would be here, if that can be read.

    declared: whether the variables were, so that a name unknown is no variable. over_data: whether there are rows.
    """
    old = error.hint
    vague = bool(GENERIC.search(old)) or bool(ALSO.search(old))
    if error.text == text and vague and (words := firm(text)):
        error.hint, error.shell = words, ""
    elif error.text == text and (other := meant(text, reads) or (over_data and _averaged(text, reads))):
        if over_data or GENERIC.search(error.hint) or other in error.hint:
            error.hint, error.shell = f"write {other}", ""
        elif ALSO.search(old):
            error.hint, error.shell = f"write {other}; {old}", f"write {other}; {error.shell}" * bool(error.shell)
        else:
            error.hint += f", or altogether {other}"
            error.shell += f", or altogether {other}" if error.shell else ""
    elif declared and "variables=" in error.hint:
        pass  # a name that is not declared: nothing else may be meant
    elif error.text == text and not over_data and ASKED.search(error.hint) and (other := equation(text, reads)):
        error.hint, error.shell = f"an equation holds where its square is least: write {other}; {old}", ""
    elif error.text == text and vague and (words := advice(text, over_data)):
        error.hint = words if GENERIC.search(old) else f"{words}; {old}"
        error.shell = ""

"""What a file holds and what goes wrong in it, in the words of somebody who writes Python: no class of symopt's."""

from __future__ import annotations

import ast
from typing import Any

from sympy import Expr
from sympy.logic.boolalg import Boolean

WORDS = {bool: "True or False", int: "a whole number", str: "a text", type(None): "None", list: "a list",
         tuple: "a tuple", dict: "a dict", set: "a set", slice: "a slice"}  # fmt: skip
LONGEST = 60
CHOSEN = "which changes what has another name where a condition holds, or belongs to the file"
"""Of arrays, lists and dicts that must stay as they are."""


def said(value: Any) -> str:
    """What a value is; classes say it of their objects."""
    if isinstance(value, Expr):
        return "a number"
    if isinstance(value, Boolean):
        return "a condition on the variables"
    own = getattr(value, "said", None) or WORDS.get(next((of for of in type(value).__mro__ if of in WORDS), object))
    return own if isinstance(own, str) else "a function" if callable(value) else "what is no number"


def why(error: Exception, node: ast.AST) -> str:
    """Why Python or numpy would refuse. What was found out about expressions and not about the file is left out."""
    place, text = error.__traceback__, str(error)
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    inner = place is not None and str(place.tb_frame.f_globals.get("__name__", "")).startswith("sympy")
    if "unexpected keyword argument" in text:
        option = text.rpartition(" ")[2].strip("'")
        return f"the option {option}= in {written(node)}"
    if "read-only" in text:
        return f"{written(node)}, {CHOSEN}"
    if "argument" in text and isinstance(error, TypeError):
        return f"{written(node)}, which does not take these arguments"
    if inner or isinstance(error, (TypeError, AttributeError, AssertionError, KeyError)):
        return f"{written(node)}, which does not take values of these kinds"
    return f"{written(node)} ({type(error).__name__}: {error})"


def written(node: ast.AST) -> str:
    """The text of a part of a file, the beginning of what is long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

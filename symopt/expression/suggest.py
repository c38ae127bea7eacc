"""A name without a meaning: what may have been meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symopt.errors import ExpressionError, did_you_mean
from symopt.expression.syntax import Node
from symopt.expression.tokens import GREEK_NAMES
from symopt.expression.words import CONSTANTS, ELSEWHERE, SPECIAL
from symopt.functions import FUNCTIONS

if TYPE_CHECKING:
    from symopt.expression.build import Builder

LONGEST = 40  # characters of a word that may be several names
MOST = 4  # names in a row


def unknown(builder: Builder, node: Node, name: str, called: bool = False) -> ExpressionError:
    """The error for a name without a meaning, with the nearest that has one."""
    opens_call = called or builder.text[node.end :].lstrip().startswith("(")
    known = [*(builder.variables or builder.seen), *builder.constants, *CONSTANTS, *builder.functions, *SPECIAL]
    hint, message = "", f"unknown name {name!r}"
    declared: list[str] = []
    split = _split(builder, name, opens_call)
    same = next((word for word in known if word.lower() == name.lower()), "")
    if opens_call:
        message = f"unknown function {name!r}"
    elif builder.variables:
        message += f"; declared variables: {', '.join(builder.variables)}"
    elif builder.variables is not None:
        message = f"{name!r} has no value, and a number is wanted here"
        known = [*builder.constants, *CONSTANTS]
    if name not in builder.functions and (name in ELSEWHERE or (name.lower() in ELSEWHERE and not same)):
        hint = ELSEWHERE.get(name) or ELSEWHERE[name.lower()]
    elif name in ("nan", "NaN", "inf", "oo", "infinity", "Infinity"):
        message, hint = f"{name} is not a number: nan and infinity are not allowed", "write a finite number"
    elif name in builder.functions or name in SPECIAL:
        known_function = builder.functions.get(name)
        behind = " ".join(builder.text[node.end :].split())
        rest = re.match(r"\s*(?:\^|\*\*)?\s*(\|[^|]*\||-?\s*[^\W\d]\w*(?:\([^()]*\))?|-?\s*[\d.]+\w*)", behind)
        example = SPECIAL.get(name) or (known_function.example if known_function else "")
        example = example or f"{name}({rest.group(1) if rest else 'x'})"
        if re.match(r"\s*(\^|\*\*)\s*\(?\s*-\s*1|⁻¹", behind):
            inverse = f", or a{name}(x) for the inverse function" if f"a{name}" in FUNCTIONS else ""
            example = f"1/{name}(x){inverse}"
        elif re.match(r"\s*((\^|\*\*)\s*\d|[²³⁴⁵⁶⁷⁸⁹])", behind):
            example = f"{name}(x)^2"
        message, hint = f"{name} is a function and needs an argument", f"write {example}"
        if not opens_call and builder.variables is None:
            hint, declared = f"{hint}; if {name} is a variable, declare it:", [name]
    elif name in ("I", "i", "j"):
        message += ": the imaginary unit is not allowed, a loss has real values"
        hint, declared = ("", []) if name == "I" else ("a variable of that name is declared:", [name])
    elif same:
        hint = f"did you mean {same}?"
    elif not opens_call and (product := _undeclared(builder, name)):
        hint, declared = product
    elif split:
        hint = f"did you mean {split}?"
    elif indexed := next((i for i in builder.bound if name.endswith(i) and name.removesuffix(i).rstrip("_")), ""):
        hint = f"write {name.removesuffix(indexed).rstrip('_')}[{indexed}]"
    elif near := did_you_mean(name, known):
        hint = f"did you mean {near}?"
        if near in (builder.variables or builder.seen) and not opens_call:
            hint, declared = f"{hint} Or declare both:", [*(builder.variables or sorted(builder.seen)), name]
    elif not opens_call and len(name) > 3 and builder.text.strip() == name:
        hint, declared = f"a loss is typed like x**2 - cos(x); if {name} is a variable, declare it:", [name]
    elif not opens_call:
        hint, declared = "declare it:", [*(builder.variables or sorted(builder.seen)), name]
    else:
        hint = f"known are sin, cos, exp, log, sqrt, abs and others; a product is written {name}*(…)"
    end = node.start + len(name) if called else node.end
    shell = f"{hint} --vars {','.join(declared)}" if declared else ""
    hint += f" variables={declared!r}" if declared else ""
    return ExpressionError(message, hint, builder.text, node.start, end, shell=shell)


def _split(builder: Builder, name: str, called: bool) -> str:
    """xy as x*y, sin2x as sin(2*x), xsin before a parenthesis as x*sin(…), if all its pieces are known."""
    functions = sorted(builder.functions, key=len, reverse=True)
    if len(name) > LONGEST or name in functions:
        return ""
    if called:
        for function in functions:
            if name.endswith(function) and (outer := _pieces(builder, name.removesuffix(function))):
                return f"{'*'.join(outer)}*{function}(…)"
        return ""
    found = _applied(name, functions, re.compile(_splitting(builder)))
    if found is None or any(len(factors) > MOST for _, factors in found):
        return ""
    pieces = [f"{function}({'*'.join(factors)})" if function else "*".join(factors) for function, factors in found]
    return "*".join(pieces) if len(found) > 1 or found[0][0] or len(found[0][1]) > 1 else ""


def _applied(name: str, functions: list[str], names: re.Pattern[str]) -> list[tuple[str, list[str]]] | None:
    """The pieces [(function, [its factors])], the first function empty for factors that stand alone, or None.

    Every place is looked at once in each state, so that no word takes long.
    """
    dead: set[tuple[int, bool]] = set()

    def walk(at: int, bare: bool) -> list[tuple[str, str]] | None:
        """The pieces from a place on; `bare` where a function still needs its argument."""
        if at == len(name):
            return None if bare else []
        if (at, bare) in dead:
            return None
        steps = [] if bare else [("function", f) for f in functions if name.startswith(f, at)]
        if match := names.match(name, at):
            steps.append(("name", match.group()))
        for kind, word in steps:
            rest = walk(at + len(word), kind == "function")
            if rest is not None:
                return [(kind, word), *rest]
        dead.add((at, bare))
        return None

    walked = walk(0, False)
    if walked is None:
        return None
    groups: list[tuple[str, list[str]]] = []
    for kind, word in walked:
        if kind == "function":
            groups.append((word, []))
        elif groups:
            groups[-1][1].append(word)
        else:
            groups.append(("", [word]))
    return groups


def _undeclared(builder: Builder, name: str) -> tuple[str, list[str]] | None:
    """ax as a*x, x2 as x*2 or x^2, where x is declared and the name is not; and the names to declare otherwise."""
    for variable in builder.variables or ():
        before, found, after = name.partition(variable)
        others = [other for other in (before, after) if other]
        fitting = all(len(other) == 1 or other.isdigit() for other in others)
        if not found or not others or not fitting or {*others} & {*builder.variables, *builder.constants}:  # type: ignore[misc]
            continue
        if after.isdigit() and not before:
            meant = f"{variable}*{after} and {variable}^{after} are written so"
            return f"{meant}; or declare it:", [*(builder.variables or ()), name]
        letters = [other for other in others if other.isalpha()]
        if len(letters) == len(others):
            product = "*".join(part for part in (before, variable, after) if part)
            return f"did you mean {product}? Then declare {letters[0]} too:", [*(builder.variables or ()), *letters]
    return None


def _pieces(builder: Builder, name: str) -> list[str]:
    """The known names and the numbers that a word consists of, or nothing."""
    pattern = re.compile(_splitting(builder))
    found, at = [], 0
    while match := pattern.match(name, at):
        found.append(match.group())
        at = match.end()
    return found if at == len(name) and len(found) <= MOST else []


def _splitting(builder: Builder) -> str:
    """A pattern of the names and numbers that a word may consist of, the longest first."""
    names = [*(builder.variables or [*builder.seen, *"xyztuvw", *GREEK_NAMES]), *builder.constants, "pi"]
    return "|".join([*map(re.escape, sorted(names, key=len, reverse=True)), r"\d++"])

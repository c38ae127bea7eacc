"""A name without a meaning: what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from sympy import Symbol

from symopt.errors import ExpressionError, did_you_mean
from symopt.expression.sums import listed, natural
from symopt.expression.syntax import Node
from symopt.expression.tokens import GREEK_NAMES
from symopt.expression.words import CONSTANTS, ELSEWHERE, SPECIAL
from symopt.functions import FUNCTIONS, Function

LONGEST = 40  # characters of a word that may be several names
MOST = 4  # names in a row


class Scope(Protocol):
    """A text, and the names that mean something in it; the variables are None where letters may become some."""

    text: str
    variables: tuple[str, ...] | None
    constants: Mapping[str, Any]
    functions: Mapping[str, Function]
    seen: dict[str, Symbol]
    bound: dict[str, int]
    columns: tuple[str, ...]


def unknown(scope: Scope, node: Node, name: str, called: bool = False) -> ExpressionError:
    """The error for a name without a meaning, with the nearest that has one."""
    opens_call = called or scope.text[node.end :].lstrip().startswith("(")
    known = [*(scope.variables or scope.seen), *scope.columns, *scope.constants, *CONSTANTS, *scope.functions, *SPECIAL]
    hint, message = "", f"unknown name {name!r}"
    declared: list[str] = []
    split = _split(scope, name, opens_call)
    same = next((word for word in known if word.lower() == name.lower()), "")
    if opens_call:
        message = f"unknown function {name!r}"
    elif scope.variables:
        variables, columns = listed(scope.variables), listed(sorted(scope.columns, key=natural))
        message = f"unknown name {name!r}; declared variables: {variables}"
        if columns:
            message = f"unknown name {name!r}; declared variables: {variables}; columns of the data: {columns}"
    elif scope.variables is not None:
        message = f"{name!r} has no value, and a number is wanted here"
        known = [*scope.constants, *CONSTANTS]
    if name not in scope.functions and (name in ELSEWHERE or (name.lower() in ELSEWHERE and not same)):
        hint = ELSEWHERE.get(name) or ELSEWHERE[name.lower()]
    elif name in ("nan", "NaN", "inf", "oo", "infinity", "Infinity"):
        message, hint = f"{name} is not a number: nan and infinity are not allowed", "write a finite number"
    elif name in scope.functions or name in SPECIAL:
        known_function = scope.functions.get(name)
        behind = " ".join(scope.text[node.end :].split())
        rest = re.match(r"\s*(?:\^|\*\*)?\s*(\|[^|]*\||-?\s*[^\W\d]\w*(?:\([^()]*\))?|-?\s*[\d.]+\w*)", behind)
        example = SPECIAL.get(name) or (known_function.example if known_function else "")
        example = example or f"{name}({rest.group(1) if rest else 'x'})"
        if re.match(r"\s*(\^|\*\*)\s*\(?\s*-\s*1|⁻¹", behind):
            inverse = f", or a{name}(x) for the inverse function" if f"a{name}" in FUNCTIONS else ""
            example = f"1/{name}(x){inverse}"
        elif re.match(r"\s*((\^|\*\*)\s*\d|[²³⁴⁵⁶⁷⁸⁹])", behind):
            example = f"{name}(x)^2"
        message, hint = f"{name} is a function and needs an argument", f"write {example}"
        if not opens_call and scope.variables is None:
            hint, declared = f"{hint}; if {name} is a variable, declare it:", [name]
    elif name in ("I", "i", "j"):
        message += ": the imaginary unit is not allowed, a loss has real values"
        hint, declared = ("", []) if name == "I" else ("a variable of that name is declared:", [name])
    elif same:
        hint = f"did you mean {same}?"
    elif not opens_call and (product := _undeclared(scope, name)):
        hint, declared = product
    elif split:
        hint = f"did you mean {split}?"
    elif indexed := next((i for i in scope.bound if name.endswith(i) and name.removesuffix(i).rstrip("_")), ""):
        hint = f"write {name.removesuffix(indexed).rstrip('_')}[{indexed}]"
    elif (near := did_you_mean(name, known)) and (not opens_call or _alike(name.lower(), near.lower())):
        hint = f"did you mean {near}?"
        if near in (scope.variables or scope.seen) and not opens_call:
            hint, declared = f"{hint} Or declare both:", [*(scope.variables or sorted(scope.seen)), name]
    elif not opens_call and len(name) > 3 and scope.text.strip() == name:
        hint, declared = f"a loss is typed like x**2 - cos(x); if {name} is a variable, declare it:", [name]
    elif not opens_call:
        hint, declared = "declare it:", [*(scope.variables or sorted(scope.seen)), name]
    else:
        usual = ", ".join(each.typed for each in dict.fromkeys(FUNCTIONS.values()) if each.spoken)
        hint = f"known are {usual} and others; a product is written {name}*(…)"
    end = node.start + len(name) if called else node.end
    shell = f"{hint} --vars {','.join(declared)}" if declared else ""
    hint += f" variables={declared!r}" if declared else ""
    return ExpressionError(message, hint, scope.text, node.start, end, shell=shell)


def _alike(word: str, near: str) -> bool:
    """Whether one function's name is likely to stand for another's: a slip seldom changes how a word begins."""
    return word[0] == near[0] or word[:2] == near[1::-1] or (len(near) > 3 and near in word)


def _split(scope: Scope, name: str, called: bool) -> str:
    """xy as x*y, sin2x as sin(2*x), xsin before a parenthesis as x*sin(…), if all its pieces are known."""
    functions = sorted(scope.functions, key=len, reverse=True)
    if len(name) > LONGEST or name in functions:
        return ""
    if called:
        for function in functions:
            if name.endswith(function) and (outer := _pieces(scope, name.removesuffix(function))):
                return f"{'*'.join(outer)}*{function}(…)"
        return ""
    found = _applied(name, functions, re.compile(_splitting(scope)))
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


def _undeclared(scope: Scope, name: str) -> tuple[str, list[str]] | None:
    """ax as a*x, x2 as x*2 or x^2, where x is declared and the name is not; and the names to declare otherwise."""
    for variable in scope.variables or ():
        before, found, after = name.partition(variable)
        others = [other for other in (before, after) if other]
        fitting = all(len(other) == 1 or other.isdigit() for other in others)
        if not found or not others or not fitting or {*others} & {*scope.variables, *scope.constants}:  # type: ignore[misc]
            continue
        if after.isdigit() and not before:
            meant = f"{variable}*{after} and {variable}^{after} are written so"
            return f"{meant}; or declare it:", [*(scope.variables or ()), name]
        letters = [other for other in others if other.isalpha()]
        if len(letters) == len(others):
            product = "*".join(part for part in (before, variable, after) if part)
            return f"did you mean {product}? Then declare {letters[0]} too:", [*(scope.variables or ()), *letters]
    return None


def _pieces(scope: Scope, name: str) -> list[str]:
    """The known names and the numbers that a word consists of, or nothing."""
    pattern = re.compile(_splitting(scope))
    found, at = [], 0
    while match := pattern.match(name, at):
        found.append(match.group())
        at = match.end()
    return found if at == len(name) and len(found) <= MOST else []


def _splitting(scope: Scope) -> str:
    """A pattern of the names and numbers that a word may consist of, the longest first."""
    names = [*(scope.variables or [*scope.seen, *"xyztuvw", *GREEK_NAMES]), *scope.constants, "pi"]
    return "|".join([*map(re.escape, sorted(names, key=len, reverse=True)), r"\d++"])

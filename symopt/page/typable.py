"""The functions that a reader may type in a page, as JavaScript: a row for each of `symopt.functions`."""

from __future__ import annotations

import json
import re
from functools import cache

import sympy

from symopt.expression.tokens import REFUSED
from symopt.expression.words import ELSEWHERE
from symopt.functions import FUNCTIONS, Function
from symopt.program.stable import stable

LONG = 44
SERIES = tuple({id(each): each for each in FUNCTIONS.values() if each.most == 1 and "{1}" in (each.js or "")}.values())
"""Functions of one argument whose text has the order of their derivative, too."""
U, V = ARGUMENTS = sympy.symbols("u v", real=True)
FOLDED = ("Max", "Min", "pow", "sqrt")
"""What the page reads as powers and cases, by name."""


@cache
def declared() -> str:
    """TABLE and HINTS as declarations.

    TABLE holds for every name: its row's name, how many arguments it takes, call, and its slopes in u and v as formulas
    of the same names; text in place of call where it is written by others; neither where a page cannot compute it.
    HINTS holds what to write for signs and names that are not read.
    """
    rows = {name: _row(function) for name, function in FUNCTIONS.items() if "_" not in name or function.js}
    for function in SERIES:
        rows |= {
            f"{function.name}_{k}": f'name:"{function.name}_{k}",least:1,most:1,{_order(function, k)}' for k in (1, 2)
        }
    lines = ",\n".join(f"{name}:{{{row}}}" for name, row in rows.items())
    return f"const TABLE={{{lines}}};\n{_hints()}"


def _hints() -> str:
    """HINTS by name, written by hint: each of them once; names in other languages and the longest are left out."""
    names: dict[str, list[str]] = {}
    for name, hint in {**ELSEWHERE, **REFUSED}.items():
        if len(hint) < LONG and not re.fullmatch(r"did you mean \w+\?", hint):
            names.setdefault(hint, []).append(name)
    grouped = json.dumps({" ".join(each): hint for hint, each in names.items()}, ensure_ascii=False,
                         separators=(",", ":"))  # fmt: skip
    return f"const HINTS={{}};for(const[k,v]of Object.entries({grouped}))for(const n of k.split(' '))HINTS[n]=v;"


def _row(function: Function) -> str:
    count = max(function.least, 2 if function.ordered else 1)
    head = f'name:"{function.name}",least:{function.least},most:{function.most}'
    if function.kink:
        head += ",kink:1"
    if function.name in FOLDED:
        return f"{head},call:1"
    if function in SERIES:
        return f"{head},{_order(function, 0)}"
    arguments = ARGUMENTS[:count]
    native = function.text("js") if function.forms else None
    if native:
        form = function.forms[-1] if function.forms else function.build
        slopes = [
            function.partial(*arguments, k) if function.partial else sympy.diff(form(*arguments), symbol)
            for k, symbol in enumerate(arguments)
        ]
        texts = json.dumps([str(stable(slope)) for slope in slopes], separators=(",", ":"))
        call = native.format(*map(str, arguments))
        return f"{head},call:({','.join(map(str, arguments))})=>{call},slopes:{texts}"
    text = _written(function, arguments)
    return f"{head},text:{json.dumps(text)}" if text else head


def _order(function: Function, k: int) -> str:
    """The k-th derivative of a function that takes the order of its derivative first."""
    assert function.js
    return f'call:(u)=>{function.js.format(k, "u")},slopes:["{function.name}_{k + 1}(u)"]'


def _written(function: Function, arguments: tuple[sympy.Symbol, ...]) -> str:
    """Its definition by functions that JavaScript has; empty where there is none."""
    if function.ordered:
        return ""
    expr = stable(function.build(*arguments))
    text = str(expr)
    used = {FUNCTIONS.get(name) for name in re.findall(r"([A-Za-z_]\w*)\(", text)}
    if function in used or any(each is None or not (each.text("js") or each.name in FOLDED) for each in used):
        return ""
    return text

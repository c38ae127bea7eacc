"""The functions that a reader may type in a page, as JavaScript: a row for each of `symopt.functions`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache

import sympy

from symopt.expression.tokens import PYTHON, REFUSED
from symopt.expression.words import ELSEWHERE
from symopt.functions import FUNCTIONS, Function
from symopt.program.stable import stable

LONG = 44
SERIES = tuple({id(each): each for each in FUNCTIONS.values() if each.most == 1 and "{1}" in (each.js or "")}.values())
"""Functions of one argument whose text has the order of their derivative, too."""
U, V = ARGUMENTS = sympy.symbols("u v", real=True)
OWN = re.compile(r",(\(|[a-z])")
"""What stands behind the names of a function that is written out here, or above."""
FOLDED = ("Max", "Min", "pow", "sqrt")
"""What the page reads as powers and cases, by name."""


LEFT = ("hints", "formulas", "slopes", "functions")
"""What a page leaves out that would be too large, first things first: what to write instead of names that are not read,
the field for formulas, the slopes of a typed loss as text, and functions that are seldom typed."""


@cache
def declared(left: Sequence[str] = ()) -> str:
    """TABLE and HINTS as declarations; left: what of `LEFT` is left out.

    Without hints there are those without which a name would be a letter; without functions those that JavaScript has,
    and what they and texts need.
    TABLE holds for every name: its row's name, how many arguments it takes, call, and its slopes in u and v as formulas
    of the same names; text in place of call where it is written by others; neither where a page cannot compute it.
    HINTS holds what to write for signs and names that are not read.
    """
    names: dict[str, list[str]] = {}
    for name, function in FUNCTIONS.items():
        if "_" not in name or function.js:
            names.setdefault(function.name, []).append(name)
    rows = {name: _row(FUNCTIONS[name]) for name in names}
    rows |= {f"{function.name}_{k}": f",{_order(function, k)}" for function in SERIES for k in (1, 2)}
    if "functions" in left:
        kept = [name for name, row in rows.items() if not OWN.match(row)]
        for name in kept:
            kept += {*re.findall(r"[a-z]\w*(?=\()", rows[name])} & rows.keys() - {*kept}
        rows = {name: rows[name] if name in kept else "" for name in names}
    told = [f'T("{" ".join(names.get(name, [name]))}"{row});' for name, row in rows.items()]
    return f"{ROW}\n{''.join(told)}\n{_hints('hints' not in left)}"


ROW = (
    "let TABLE={__proto__:null},T=(names,call,slopes,least=1,most=least,kink)=>"
    "names.split(' ').forEach((each,_,[name])=>"
    "{TABLE[each]=call?.big?{name,least,most,text:call}:{name,least,most,call:call||Math[name],slopes,kink}});"
)
"""Makes the rows of TABLE: one for each name, the first of which is the function's own; a text in place of `call`."""


def _hints(told: bool) -> str:
    """HINTS by name, written by hint: each of them once; names in other languages and the longest are left out."""
    names: dict[str, list[str]] = {}
    hints = {**ELSEWHERE, **REFUSED, **dict.fromkeys(sorted(PYTHON - {"lambda"}), "write only the loss")}
    hints["if"] = hints["else"] = hints["switch"]
    for name, hint in hints.items():
        small = name.lower()
        if len(hint) < LONG and (name == small or small not in hints) and not UNTOLD.fullmatch(hint):
            names.setdefault(_instead(hint), []).append(name)
    if not told:
        names = {hint: [name for name in each if name in NEEDED] for hint, each in names.items()}
    text = "¦".join(f"{hint}|{' '.join(each)}" for hint, each in names.items() if each)
    return (
        f"let HINTS={{__proto__:null}};for(let r of{json.dumps(text, ensure_ascii=False)}.split('¦'))"
        "{let[v,k]=r.split('|');for(let n of k.split(' '))HINTS[n]=v}"
    )


NEEDED = {"D", "Σ", "if", "else"}
"""Names of which a page always says what to write instead: without it they would be letters, or products of them."""
PHRASES = {
    "only": "write (the loss only|only the loss)", "radians": "angles", "equal": "conditions",
    "tex": "symopt reads", "round": "use round", "separate": "separate",
}  # fmt: skip
"""Hints that are no formula: names of the page's words, and how they begin."""
UNTOLD = re.compile(r"did you mean \w+\?|(units|write the opposite|names begin|remove the|write the loss only, for).*")
"""Hints that a page leaves out; it says that the name is unknown, or to remove the sign."""
BEFORE = "write|use|an?|the|sums|products|power|square|cube|of x|is|as|written"
"""Words that may stand before the formula of a hint."""


def _instead(hint: str) -> str:
    """A name of the page's words, else the formula that a hint tells to write."""
    for name, begins in PHRASES.items():
        if re.match(begins, hint):
            return name
    if found := re.match(r"did you mean (\w+)\?.* is (.+)", hint):
        return f"{found[1]}(x), {found[2]}"
    formula = re.sub(f"^(write it out: |write .: |(({BEFORE}) )+)", "", hint)
    return re.split(", which|, or ", formula)[0]


def _row(function: Function) -> str:
    """What follows the names, as long as it is not what `T` takes for granted."""
    count = max(function.least, 2 if function.ordered else 1)
    arguments = ARGUMENTS[:count]
    native = function.text("js") if function.forms else None
    call, slopes = "0", "0"
    if function.name in FOLDED:
        call = "1"
    elif function in SERIES:
        call, slopes = _order(function, 0).split(",", 1)
    elif native:
        form = function.forms[-1] if function.forms else function.build
        partials = [
            function.partial(*arguments, k) if function.partial else sympy.diff(form(*arguments), symbol)
            for k, symbol in enumerate(arguments)
        ]
        slopes = json.dumps([str(stable(slope)) for slope in partials], separators=(",", ":"))
        if any("_" in name and not FUNCTIONS[name].js for name in re.findall(r"([a-z]\w*)\(", slopes)):
            return ""  # its slope is a function that nobody types
        words = ", ".join(map(str, arguments))
        call = native.format(*map(str, arguments))
        plain = re.fullmatch(rf"([\w.]+)\({words}\)", call)
        call = "0" if call == f"Math.{function.name}({words})" else plain[1] if plain else f"({words})=>{call}"
    elif text := _written(function, arguments):
        call = json.dumps(text)
    row = [call, slopes, str(function.least), str(function.most), str(int(function.kink))]
    granted = ["0", "0", "1", str(function.least), "0"]
    while row and row[-1] == granted[len(row) - 1]:
        row.pop()
    return "".join(f",{part}" for part in row)


def _order(function: Function, k: int) -> str:
    """The k-th derivative of a function that takes the order of its derivative first."""
    assert function.js
    return f'(u)=>{function.js.format(k, "u")},["{function.name}_{k + 1}(u)"]'


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

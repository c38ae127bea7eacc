"""The page's script: the modules as `npm run build` has put them together, behind what is printed for one loss."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def script(n: int, functions: str, words: str = "") -> str:
    """All that a page of n variables runs; words: names of what not every page has."""
    named = " ".join([words, *re.findall(r"coded\(\w+\)|noise:\w+|batch:\w+|RESIDUALS=\w+|summed\(", functions)])
    return f"{prelude(functions)}\n{extras(named)}\n{read(f'built/{n}.js')}"


@cache
def optional() -> dict[str, str]:
    """What not every page has, by name: a function a line."""
    lines = [line for name in ("story", "methods", "sums") for line in read(f"built/{name}.js").splitlines()]
    return {re.split(r"\W+", line, maxsplit=2)[1]: line for line in lines}


def extras(text: str) -> str:
    """Those of the optional functions that a text names, and those that these name."""
    known, waiting = optional(), [text]
    found: dict[str, str] = {}
    while waiting:
        for name in {*re.findall(r"\w+", waiting.pop())} & known.keys() - found.keys():
            found[name] = known[name]
            waiting.append(known[name])
    return "\n".join(line for name, line in known.items() if name in found)


def prelude(functions: str) -> str:
    """What stands before the modules: Math's functions by name and those it lacks, then PROGRAM, RULES and the rest."""
    named = {name for row in FUNCTIONS.values() for name in re.findall(r"Math\.(\w+)", row.text("js") or "")}
    math = sorted(named & set(re.findall(r"(?<![\w.])([a-z]\w*)\(", functions)))
    helpers = [text for name, text in HELPERS["js"].items() if re.search(rf"\b{name}[(,]", functions)]
    numbers = re.sub(r"^(// .*\n|export )", "", read("numbers.js"), flags=re.M)
    return "\n".join([f"const {{ {', '.join(math)} }} = Math;", *helpers, numbers, functions])

"""The page's script: the modules as `npm run build` has put them together, behind what is printed for one loss."""

from __future__ import annotations

import re
from importlib.resources import files

from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def script(n: int, functions: str, extras: str = "") -> str:
    """All that a page of n variables runs; extras: what not every page has."""
    return f"{prelude(functions)}\n{extras}\n{read(f'built/{n}.js')}"


def prelude(functions: str) -> str:
    """What stands before the modules: Math's functions by name and those it lacks, then PROGRAM, RULES and the rest."""
    named = {name for row in FUNCTIONS.values() for name in re.findall(r"Math\.(\w+)", row.text("js") or "")}
    math = sorted(named & set(re.findall(r"(?<![\w.])([a-z]\w*)\(", functions)))
    helpers = [text for name, text in HELPERS["js"].items() if re.search(rf"\b{name}\(", functions)]
    numbers = re.sub(r"^(// .*\n|export )", "", read("numbers.js"), flags=re.M)
    return "\n".join([f"const {{ {', '.join(math)} }} = Math;", *helpers, numbers, functions])

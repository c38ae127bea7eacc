"""The page's script: the modules as `npm run build` has put them together, behind what is printed for one loss."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS
from symopt.page.words import declared

STYLED = ("story", "fit", "surface")


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def styles(n: int, pieces: Sequence[str]) -> str:
    """How a page of n variables looks, and those of its pieces that have a style."""
    return read(f"built/{n}.css") + "".join(read(f"built/{name}.css") for name in pieces if name in STYLED)


def script(n: int, functions: str, pieces: Sequence[str] = ()) -> str:
    """All that a page of n variables runs; pieces: what it is `brought`."""
    makers = (f"make{name.capitalize()}" for name in pieces)
    named = " ".join(
        [*makers, *re.findall(r"coded\(\w+\)|noise:\w+|batch:\w+|RESIDUALS=\w+|TEXTS=\w+|summed\(", functions)]
    )
    code = f"{extras(named, n)}\n{read(f'built/{n}.js')}"
    return f"{prelude(functions)}\n{declared(str(n), *pieces, code=functions + code)}\n{code}"


def brought(data: Mapping[str, Any]) -> list[str]:
    """Those of the facts that bring a piece of the page: makeStory for story."""
    return [name for name in data if f"make{name.capitalize()}" in optional()]


@cache
def optional(n: int = 2) -> dict[str, str]:
    """What not every page has, by name: a function a line; where n is 1, without what is for two variables."""
    lines = read("built/pieces.js").splitlines() + (read("built/pieces1.js").splitlines() if n == 1 else [])
    return {re.split(r"\W+", line, maxsplit=2)[1]: line for line in lines}


def extras(text: str, n: int = 2) -> str:
    """Those of the optional functions that a text names, and those that these name."""
    known, waiting = optional(n), [text]
    found: dict[str, str] = {}
    while waiting:
        for name in {*re.findall(r"\w+(?![\w$|\"])", waiting.pop())} & known.keys() - found.keys():
            found[name] = known[name]
            waiting.append(known[name])
    return "\n".join(line for name, line in known.items() if name in found)


def prelude(functions: str) -> str:
    """What stands before the modules: Math's functions by name and those it lacks, then PROGRAM, RULES and the rest."""
    named = {name for row in FUNCTIONS.values() for name in re.findall(r"Math\.(\w+)", row.text("js") or "")}
    wanted = [text for name, text in HELPERS["js"].items() if re.search(rf"\b{name}[(,]", functions)]
    named.update(*(re.findall(r"Math\.([a-z]\w*)", text) for text in wanted))
    helpers = [re.sub(r"Math\.(?=[a-z])", "", text) for text in wanted]
    math = sorted(named & set(re.findall(r"(?<![\w.])([a-z]\w*)\(", "".join([functions, *helpers]))))
    numbers = re.sub(r"^export ", "", read("numbers.js"), flags=re.M)
    bare = re.sub(r"^ *//.*\n", "", "\n".join([*helpers, numbers]), flags=re.M)
    short = re.sub(r"\s*([=+*/<>?:,;{}()&|]|\n)\s*", lambda sign: sign[1].strip(), bare)
    return f"let {{ {', '.join(math)} }} = Math;\n{short}\n{functions}"

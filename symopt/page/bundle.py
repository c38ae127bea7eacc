"""The page's modules as one script: as they are written, without comments, imports and the word `export`."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS

NUMBERS = ("numbers.js", "unfinished.js", "walk.js")
INTERFACE = ("words.js", "reader.js", "dom.js", "scale.js", "marks.js", "axes.js", "basins.js")
PICTURE = {1: ("graph.js", "curve.js"), 2: ("contours.js",)}
REST = ("decay.js", "state.js", "table.js", "controls.js", "save.js", "main.js")


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def modules(n: int) -> tuple[str, ...]:
    """The modules of a page for n variables, each after those it imports."""
    return (*NUMBERS, *INTERFACE, *PICTURE[n], *REST)


def bundle(names: tuple[str, ...], functions: str = "") -> str:
    """One script: Math's functions by name and those it lacks, PROGRAM, RULES and SENTENCES, then the modules.

    CALLS holds what a typed constant may call: the names here, and Math's.
    """
    texts = (re.sub(r"^(import .*;| *// .*)\n", "", read(name), flags=re.M) for name in names)
    source = re.sub(r"^export ", "", "\n".join(texts), flags=re.M)
    named = {name for row in FUNCTIONS.values() for name in re.findall(r"Math\.(\w+)", row.text("js") or "")}
    math = sorted(named & set(re.findall(r"(?<![\w.])([a-z]\w*)\(", functions)))
    matches = {name: re.fullmatch(r"Math\.(\w+)\(\{0\}\)", row.text("js") or "") for name, row in FUNCTIONS.items()}
    calls = json.dumps({name: match[1] for name, match in matches.items() if match}, separators=(",", ":"))
    helpers = [text for name, text in HELPERS["js"].items() if re.search(rf"\b{name}\(", functions)]
    return "\n".join([f"const {{ {', '.join(math)} }} = Math, CALLS = {calls};", *helpers, functions, source])

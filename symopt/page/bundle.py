"""The page's modules as one script: as they are written, without comments, each in a scope of its own."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from symopt.codegen.helpers import HELPERS
from symopt.functions import FUNCTIONS

PICTURE = {1: "curve.js", 2: "contours.js"}
"""The module that draws a loss of so many variables; others import it as the first of them."""
IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+\.js)";', re.M)


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def modules(*entries: str, n: int = 1) -> tuple[str, ...]:
    """The modules that are imported from here, directly or not, each after those that it imports itself."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        for _, imported in IMPORT.findall(read(name)):
            visit(PICTURE[n] if imported == PICTURE[1] else imported)
        found.setdefault(name)

    for name in entries:
        visit(name)
    return tuple(found)


def bundle(*entries: str, n: int = 1, functions: str = "") -> str:
    """One script: Math's functions by name and those it lacks, PROGRAM, RULES and SENTENCES, then all modules needed.

    Each module is a scope of its own, an object of what it exports. CALLS holds what a typed constant may call: the
    names here, and Math's.
    """
    named = {name for row in FUNCTIONS.values() for name in re.findall(r"Math\.(\w+)", row.text("js") or "")}
    math = sorted(named & set(re.findall(r"(?<![\w.])([a-z]\w*)\(", functions)))
    matches = {name: re.fullmatch(r"Math\.(\w+)\(\{0\}\)", row.text("js") or "") for name, row in FUNCTIONS.items()}
    calls = json.dumps({name: match[1] for name, match in matches.items() if match}, separators=(",", ":"))
    helpers = [text for name, text in HELPERS["js"].items() if re.search(rf"\b{name}\(", functions)]
    beside = "const { square, raise } = $numbers;"
    return "\n".join(
        [
            f"const {{ {', '.join(math)} }} = Math, CALLS = {calls};", *helpers, functions,
            _scope("numbers.js"), beside, *(_scope(name) for name in modules(*entries, n=n)),
        ]
    )  # fmt: skip


def scope(name: str) -> str:
    """What a module is called in the script."""
    return "$plot" if name in PICTURE.values() else "$" + name.removesuffix(".js")


def _scope(name: str) -> str:
    """A module as it is written, without comments, in a scope of its own."""
    text = re.sub(r"^ *// .*\n", "", read(name), flags=re.M)
    text = IMPORT.sub(lambda found: f"const {found[1]} = {scope(found[2])};", text)
    exported = re.findall(r"^export (?:async )?(?:function|const|let) (\w+)", text, flags=re.M)
    text = re.sub(r"^export ", "", text, flags=re.M)
    return f"const {scope(name)} = (() => {{\n{text}return {{ {', '.join(exported)} }};\n}})();"

"""The JavaScript files as one script: imports dropped, `export` dropped, comments and indentation dropped."""

from __future__ import annotations

import re
from importlib.resources import files

from symopt.page.javascript import MATH

MODULES = (
    "numbers.js", "walk.js", "words.js", "reader.js", "dom.js", "scale.js", "curve.js", "contours.js", "decay.js",
    "state.js", "table.js", "controls.js", "save.js", "main.js",
)  # fmt: skip


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def bundle(functions: str, modules: tuple[str, ...] = MODULES) -> str:
    """One script out of the modules, in order, with the functions of a loss and its methods in front.

    functions: declares PROGRAM and RULES.
    """
    parts = [f"const {{{','.join(MATH.split())}}}=Math;"]
    for name in modules:
        if name == "main.js":
            parts.append(functions)
        parts.append(squeeze(re.sub(r"^export ", "", re.sub(r"^import .*;\n", "", read(name), flags=re.M), flags=re.M)))
    if "main.js" not in modules:
        parts.append(functions)
    return "\n".join(parts)


def squeeze(text: str) -> str:
    """Without indentation, empty lines, and lines that are nothing but a comment."""
    lines = (line.strip() for line in re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.M | re.S).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))

"""The table of functions for people: `python -m tests.kit.functions_table` writes docs/functions.md anew."""

from pathlib import Path

import sympy

from symopt.functions import FUNCTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "functions.md"
LANGUAGES = ("python", "c", "js", "torch")
HEAD = """# The functions that may be typed

One row of `symopt/functions.py` each. *Where* says where a function is defined, if not everywhere; *lacking* names the
languages of `derive` in which it cannot be written.

| function | also typed | what it is | where | lacking |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    x, n = sympy.Symbol("x", real=True), sympy.Symbol("n", integer=True)
    lines = []
    for function in dict.fromkeys(FUNCTIONS.values()):
        where = ""
        if function.domain is not None:
            argument, relation = function.domain
            where = f"{argument(*((n, x) if function.ordered else (x,)))} {relation}"
        lacking = ", ".join(language for language in LANGUAGES if function.text(language) is None)
        call = function.example.split(",or")[0] or f"{function.name}(x)"
        cells = (f"`{call}`", f"`{function.aliases}`" if function.aliases else "", function.help, where, lacking)
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""The real files as one script and one sheet: imports and `export` dropped, comments and needless spaces dropped."""

from __future__ import annotations

import re
from importlib.resources import files

from symopt.page.javascript import MATH
from symopt.page.shorten import HOLE, shortened

NUMBERS = ("numbers.js", "walk.js")
INTERFACE = ("words.js", "reader.js", "dom.js", "scale.js", "marks.js", "axes.js", "basins.js")
PICTURE = {1: ("curve.js",), 2: ("contours.js",)}
REST = ("decay.js", "state.js", "table.js", "controls.js", "save.js", "main.js")

MEMBERS = {"J": "Number.isFinite", "Q": "Math.max", "W": "Math.abs", "Y": "Math.min"}  # the names are free

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<keep>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`
        |/(?=[^ /*=])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)
    |(?P<space>\s+)
    |(?P<word>[\w$]+)
    |(?P<sign>.)""",
    re.X | re.S,
)


def read(name: str) -> str:
    """A file that lies beside this one."""
    return files("symopt.page").joinpath(name).read_text(encoding="utf-8")


def modules(n: int) -> tuple[str, ...]:
    """The modules of a page for n variables, each after those it imports."""
    return (*NUMBERS, *INTERFACE, *PICTURE[n], *REST)


def bundle(names: tuple[str, ...], functions: str = "", short: bool = False) -> str:
    """One script: Math's functions by name, the loss and its methods (PROGRAM and RULES), then the modules.

    short: with the modules' own names shortened as well.
    """
    used = set(re.findall(r"[a-z]\w*", functions))
    texts = [re.sub(r"^import .*;\n", "", read(name), flags=re.M) for name in names]
    if short and names[0] == NUMBERS[0]:
        texts[0] = "".join(part for part in re.split(r"(?=^export )", texts[0], flags=re.M) if _name(part) in used)
    source = re.sub(r"^export ", "", "\n".join(texts), flags=re.M)
    if short:
        for name, member in MEMBERS.items():
            source = re.sub(rf"\b{member}\b", name, source)
    head = f"const {{{','.join(name for name in MATH.split() if name in used or not short)}}}=Math;"
    tokens = [(token.lastgroup or "", token[0]) for token in TOKEN.finditer(source)]
    if short:
        tokens = shortened(tokens, TOKEN, used)
        head = f"const M=Math,N=Number,F=Float64Array,{','.join(map('='.join, MEMBERS.items()))};{head}"
    return "\n".join([head, functions, squeeze(tokens)])


def _name(part: str) -> str:
    found = re.match(r"export function (\w+)", part)
    return found[1] if found else ""


def squeeze(tokens: list[tuple[str, str]]) -> str:
    """Tokens as text without comments and needless white space.

    Every statement of ours ends in a semicolon or a brace, division stands between spaces, and no template holds
    another; a line break stays where it might matter.
    """
    out: list[str] = []
    gap = ""
    for kind, text in tokens:
        if kind == "comment":
            continue
        if kind == "space":
            gap = "\n" if "\n" in text or gap == "\n" else " "
            continue
        if kind == "keep" and text[0] == "`":
            text = HOLE.sub(_squeezed_hole, text)
        if gap and out and _needed(out[-1][-1], text[0], gap):
            out.append(gap)
        gap = ""
        out.append(text)
    return "".join(out)


def _squeezed_hole(hole: re.Match[str]) -> str:
    return "${" + squeeze([(token.lastgroup or "", token[0]) for token in TOKEN.finditer(hole[1])]) + "}"


def _needed(before: str, after: str, gap: str) -> bool:
    if gap == "\n" and not (before in "{;,([=>?:&|+*" or after in "})].,?:&|"):
        return True
    word = "_$"
    if (before.isalnum() or before in word) and (after.isalnum() or after in word):
        return True
    return before + after in ("++", "--")


def squeeze_sheet(source: str) -> str:
    """A style sheet without comments and needless white space."""
    text = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r";}", "}", re.sub(r" ?([{};,>]) ?|(?<=[\w-]): (?=[^{}]*[;}])", lambda m: m[1] or ":", text)).strip()


def squeeze_markup(source: str) -> str:
    """A template without indentation."""
    return "\n".join(line.strip() for line in source.splitlines())

"""Every sentence that symopt shows to people, read off its source: constants, and f-strings with {names} for gaps."""

import ast
import re
from functools import cache
from pathlib import Path

import symopt

ROOT = Path(symopt.__file__).parent
SINKS = {  # functions that take sentences, and which of their arguments those are; None is all
    "note": [0], "told": [0], "chinese": [0], "meant": [2], "labelled": None, "aligned": None, "_trouble": None,
    "fail": None, "error": None, "Unreadable": None, "Choice": None, "Rounding": None, "_NotLinear": None,
    "TooMuch": None, "too_long": None, "_unfit": None, "Unfit": None, "dear": None, "_unseen": None,
    "_estimated": None, "TooLong": None, "Tick": None, "Class": [0], "warnings.append": None, "found.append": None,
    "notes.append": None, "said.append": None, "said.insert": None, "parts.append": None, "lines.append": None,
    "words.append": None, "rows.append": None, "said.add": None, "cuts.append": None,
}  # fmt: skip
KEYWORDS = {"help", "hint", "shell", "reason", "message", "note", "example"}
OUTSIDE = {"codegen", "gallery.py", "functions.py", "forms.py", "special.py", "language"}
"""Parts that write code, or data with words of their own."""
TELLERS = """
analysis/before analysis/proven analysis/steps analysis/along/report analysis/along/steps analysis/boxes/report
analysis/line/rates analysis/line/report
checking/verdict checking/explain/slips checking/explain/terms checking/explain/sizes
checking/explain/layers checking/explain/constants checking/compare sweep/theory sweep/result sweep/labels auto
views/scenes/analysis views/scenes/along views/scenes/critical views/scenes/sweep views/film/pacing
expression/dialects/advice expression/dialects/hint expression/suggest expression/syntax expression/tokens
problem/letters problem/landmarks
""".split()
"""Modules whose functions return sentences."""
TABLES = """
data/opening data/source data/text expression/dialects/advice expression/sympify expression/words loss
paths/columns paths/opening paths/values program/sums/fitting
""".split()
"""Modules with tables of sentences, and with sentences that are put together."""
SENTENCE = re.compile(r"(?=.*\b(?:a|an|the|is|are|it|no|of|write)\b)[^\\^|]*\b\w+,? \w+,? \w[^\\^|]*")
PROSE = re.compile(r"[A-Za-z]{2,}")


def name_of(node):
    func = node.func
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def gap(node, used):
    """A name for what stands in an f-string: its last word, or a letter."""
    inner = node.value
    while isinstance(inner, ast.Call | ast.Subscript) and not isinstance(inner, ast.Name):
        inner = inner.args[0] if isinstance(inner, ast.Call) and inner.args else getattr(inner, "value", None)
        if inner is None:
            break
    word = inner.id if isinstance(inner, ast.Name) else inner.attr if isinstance(inner, ast.Attribute) else ""
    if isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Mult):
        word = "s"
    if not re.fullmatch(r"[a-z]\w*", word) or word in used:
        word = next(c for c in "abcdefghijklmnopqrtuvwxyz" if c not in used)
    used.add(word)
    return "{" + word + "}"


class Reader:
    """Templates of one file."""

    def __init__(self, path):
        self.nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        self.found, self.seen = {}, {}
        self.assigned = {}
        for node in self.nodes:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign | ast.AugAssign)
                else []
            )
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    self.assigned.setdefault(target.id, []).append(node.value)
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for t, v in zip(target.elts, node.value.elts, strict=False):
                        if isinstance(t, ast.Name):
                            self.assigned.setdefault(t.id, []).append(v)
        self.functions = {n.name: n for n in self.nodes if isinstance(n, ast.FunctionDef)}

    def take(self, node, depth=0):
        """The templates that an expression may be."""
        if node is None or depth > 4 or self.seen.get(id(node), 9) <= depth:
            return
        self.seen[id(node)] = depth
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                self.add(node.value, node.lineno)
        elif isinstance(node, ast.JoinedStr):
            used = set()
            text = "".join(v.value if isinstance(v, ast.Constant) else gap(v, used) for v in node.values)
            self.add(text, node.lineno)
            for v in node.values:
                if isinstance(v, ast.FormattedValue):
                    self.inside(v.value, depth)
        elif isinstance(node, ast.IfExp):
            self.take(node.body, depth), self.take(node.orelse, depth)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                self.take(value, depth)
        elif (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)) or (
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
        ):
            self.take(node.left, depth), self.take(node.right, depth)
        elif isinstance(node, ast.Name):
            for value in self.assigned.get(node.id, ()):
                self.take(value, depth + 1)
        elif isinstance(node, ast.List | ast.Tuple):
            for value in node.elts:
                self.take(value, depth)
        elif isinstance(node, ast.Starred):
            self.take(node.value, depth)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                self.take(value, depth)
        elif isinstance(node, ast.Subscript):
            self.take(node.value, depth)
        elif isinstance(node, ast.Call):
            if name_of(node) == "get" and isinstance(node.func, ast.Attribute):
                self.take(node.func.value, depth)
                for value in node.args[1:]:
                    self.take(value, depth)
            elif name_of(node) == "join" and node.args:
                self.take(node.args[0], depth)
            elif isinstance(node.func, ast.Name) and node.func.id in self.functions:
                for each in ast.walk(self.functions[node.func.id]):
                    if isinstance(each, ast.Return):
                        self.take(each.value, depth + 1)
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            self.take(node.elt, depth)

    def inside(self, node, depth):
        """Words that fill a gap."""
        if isinstance(node, ast.IfExp | ast.BoolOp | ast.Name | ast.Subscript | ast.Call | ast.BinOp):
            self.take(node, depth + 1)

    def add(self, text, line):
        if "\n\n" in text:  # paragraphs are told one by one
            for paragraph in text.split("\n\n"):
                self.add(" ".join(paragraph.split()), line)
        elif PROSE.search(re.sub(r"\{\w+\}", "", text)) and text.strip():
            self.found.setdefault(text, line)

    def read(self):
        for node in self.nodes:
            if not isinstance(node, ast.Call):
                continue
            name = name_of(node)
            raised = name.endswith("Error") or name in ("NoLoss", "TooLong", "Refused", "Unreadable")
            if raised:
                for each in node.args[:2]:
                    self.take(each)
            elif (name if name in SINKS else ast.unparse(node.func)) in SINKS:
                wanted = SINKS[name if name in SINKS else ast.unparse(node.func)]
                for k, each in enumerate(node.args):
                    if wanted is None or k in wanted:
                        self.take(each)
            for keyword in node.keywords:
                if keyword.arg in KEYWORDS:
                    self.take(keyword.value)
        return self.found

    def tellers(self):
        """What the functions of a module that makes sentences return, yield or add to a line."""
        for node in self.nodes:
            if isinstance(node, ast.Return | ast.Yield | ast.AugAssign | ast.Assign | ast.AnnAssign):
                self.take(node.value)
        return self.found

    def tables(self):
        """Every constant and f-string that is a sentence, or looks like one, but docstrings."""
        passed = {id(n.value) for n in self.nodes if isinstance(n, ast.Expr)}
        passed |= {id(part) for n in self.nodes if isinstance(n, ast.JoinedStr) for part in n.values}
        for node in self.nodes:
            text = (
                node.value
                if isinstance(node, ast.Constant)
                else ast.unparse(node)
                if isinstance(node, ast.JoinedStr)
                else ""
            )
            if id(node) not in passed and isinstance(text, str) and SENTENCE.fullmatch(text):
                self.take(node)
        return self.found


@cache
def readers():
    """{path: its reader}."""
    paths = (path for path in sorted(ROOT.rglob("*.py")) if path.relative_to(ROOT).parts[0] not in OUTSIDE)
    return {path: Reader(path) for path in paths}


@cache
def templates():
    """{template: where} of all that is shown."""
    found = {}
    for path, reader in readers().items():
        reader.read()
        if path.relative_to(ROOT).with_suffix("").as_posix() in TELLERS:
            reader.tellers()
        if path.relative_to(ROOT).with_suffix("").as_posix() in TABLES:
            reader.tables()
        for text, line in reader.found.items():
            if not re.search(r"[a-z] [a-z]|[a-z]{3}", re.sub(r"\{\w+\}", "", text)):
                continue
            found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


CODE = re.compile(
    r"""^<.*>$|\{\w+\}|'[^']*'|"[^"]*"|`[^`]*`|--?[a-zA-Z][\w-]*|[\w.]+\([^)]*\)|\S*[=_/<>\[\]]\S*|[A-Z]{2,}\S*|\w+\.\w+"""
    r"|symopt [a-z]+|inf f″"
)


def worded(text):
    """Whether anything of a template is left to be translated when gaps, options and code are taken away."""
    return re.search(r"[a-z]{2,}[ ,:;]+[a-z]{2,}|[a-z]{3,} \{|\} [a-z]{3,}", CODE.sub(" ", text)) is not None


def normal(text):
    """A template whatever its gaps are called, without what joins it to others."""
    return re.sub(r"\{\w+\}", "{}", text.strip()).removeprefix("; ").removeprefix(", ").removeprefix(": ")


def constants():
    """Everything that stands in quotation marks in the source, in one text."""
    strings = (node.value for reader in readers().values() for node in reader.nodes if isinstance(node, ast.Constant))
    return "\n".join(" ".join(each.split()) for each in strings if isinstance(each, str))

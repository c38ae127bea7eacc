"""Classes of which a file makes no object, and whose objects need data: their methods as functions of the data too.

def loss(w, X, y): return Logistic(X, y).loss(w)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

Methods = dict[str, ast.FunctionDef]


def methods_of(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Methods:
    """The methods of a class, those of its bases in the file too."""
    found: Methods = {}
    waiting, seen = [node], set()
    while waiting:
        this = waiting.pop(0)
        seen.add(this.name)
        for part in this.body:
            if isinstance(part, ast.FunctionDef):
                found.setdefault(part.name, part)
        waiting += [classes[name] for base in this.bases
                    if (name := ast.unparse(base).split("[")[0]) in classes and name not in seen]  # fmt: skip
    return found


def unmade(statements: Sequence[ast.stmt]) -> dict[str, list[ast.FunctionDef]]:
    """{class: its public methods as functions}; none for names that the file gives to others too."""
    classes = {s.name: s for s in statements if isinstance(s, ast.ClassDef)}
    taken = {s.name for s in statements if isinstance(s, ast.FunctionDef)}
    called = {ast.unparse(part.func) for s in statements for part in ast.walk(s) if isinstance(part, ast.Call)}
    found: dict[str, list[ast.FunctionDef]] = {}
    for name, node in classes.items():
        methods = methods_of(node, classes)
        data = _needed(methods["__init__"])[1:] if "__init__" in methods else _fields(node)
        public = {m: f for m, f in methods.items() if not m.startswith("_") and not f.decorator_list and f.args.args}
        if (
            not (data and public)
            or name in called
            or taken & set(public)
            or any(set(data) & set(_all(f)) for f in public.values())
        ):
            continue
        found[name] = [_function(name, m, f, data) for m, f in public.items()]
        taken |= set(public)
    return found


def _function(owner: str, name: str, method: ast.FunctionDef, data: list[str]) -> ast.FunctionDef:
    own = _needed(method)[1:]
    text = f"def {name}({', '.join([*own, *data])}): return {owner}({', '.join(data)}).{name}({', '.join(own)})"
    made = ast.parse(text).body[0]
    assert isinstance(made, ast.FunctionDef)
    last = next((s for s in reversed(method.body) if isinstance(s, ast.Return)), method)
    for part in ast.walk(made):
        if hasattr(part, "lineno"):
            part.lineno = last.lineno
    return made


def _all(function: ast.FunctionDef) -> list[str]:
    return [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]


def _needed(function: ast.FunctionDef) -> list[str]:
    """The parameters without a default."""
    names = _all(function)
    return names[: len(names) - len(function.args.defaults)]


def _fields(node: ast.ClassDef) -> list[str]:
    """The fields of a dataclass without a default."""
    if not any("dataclass" in ast.unparse(d) for d in node.decorator_list):
        return []
    return [s.target.id for s in node.body
            if isinstance(s, ast.AnnAssign) and s.value is None and isinstance(s.target, ast.Name)]  # fmt: skip


__all__ = ["methods_of", "unmade"]

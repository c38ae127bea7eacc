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
        data, rest = _taken(methods["__init__"]) if "__init__" in methods else _fields(node)
        data = data[1:] if "__init__" in methods else data
        public = {m: f for m, f in methods.items() if not m.startswith("_") and not f.decorator_list and f.args.args}
        if (
            not (data and public)
            or name in called
            or taken & set(public)
            or any({*data, *rest} & set(_all(f)) for f in public.values())
        ):
            continue
        found[name] = [_function(name, m, f, data, rest) for m, f in public.items()]
        taken |= set(public)
    return found


def _function(
    owner: str, name: str, method: ast.FunctionDef, data: list[str], rest: dict[str, ast.expr]
) -> ast.FunctionDef:
    own, more = _taken(method)
    own = own[1:]
    parameters = [*own, *data, *(f"{n}={ast.unparse(v)}" for n, v in (more | rest).items())]
    arguments = [", ".join([*plain, *(f"{n}={n}" for n in named)]) for plain, named in ((data, rest), (own, more))]
    text = f"def {name}({', '.join(parameters)}): return {owner}({arguments[0]}).{name}({arguments[1]})"
    made = ast.parse(text).body[0]
    assert isinstance(made, ast.FunctionDef)
    placed(made, method)
    return made


def placed(made: ast.FunctionDef, function: ast.FunctionDef) -> None:
    """Puts what is made of a function onto the line on which that returns."""
    last = next((s for s in reversed(function.body) if isinstance(s, ast.Return)), function)
    for part in ast.walk(made):
        if hasattr(part, "lineno"):
            part.lineno = last.lineno


def _all(function: ast.FunctionDef) -> list[str]:
    return [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]


def _taken(function: ast.FunctionDef) -> tuple[list[str], dict[str, ast.expr]]:
    """The parameters without a default, and those that have a number."""
    names, defaults = _all(function), function.args.defaults
    needed = len(names) - len(defaults)
    return names[:needed], {n: v for n, v in zip(names[needed:], defaults, strict=True) if _number(v)}


def _fields(node: ast.ClassDef) -> tuple[list[str], dict[str, ast.expr]]:
    """The fields of a dataclass without a default, and those that have a number."""
    if not any("dataclass" in ast.unparse(d) for d in node.decorator_list):
        return [], {}
    fields = {s.target.id: s.value for s in node.body
              if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)}  # fmt: skip
    return [n for n, v in fields.items() if v is None], {n: v for n, v in fields.items() if v and _number(v)}


def _number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


__all__ = ["methods_of", "placed", "unmade"]

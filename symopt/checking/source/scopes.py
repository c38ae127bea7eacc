"""What statements of Python do to names, by their look alone."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np


def copied(scope: dict[str, Any]) -> dict[str, Any]:
    """The names of a function, its arrays and lists copied, so that two branches do not write into one another."""
    seen: dict[int, Any] = {}

    def copied(value: Any) -> Any:
        if isinstance(value, (np.ndarray, list)):
            if id(value) not in seen:
                seen[id(value)] = value.copy() if isinstance(value, np.ndarray) else [copied(v) for v in value]
            return seen[id(value)]
        return value

    return {name: value if name == "<outer>" else copied(value) for name, value in scope.items()}


def written(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement gives a value or may change."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(a.asname or a.name.split(".")[0]) if isinstance(statement, ast.Import) else (a.asname or a.name)
                for a in statement.names}  # fmt: skip
    return stored(statement)


def stored(node: ast.AST) -> set[str]:
    """Names assigned, or assigned into, anywhere in a statement."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        elif isinstance(part, (ast.Subscript, ast.Attribute)) and isinstance(part.ctx, ast.Store):
            root: ast.AST = part
            while isinstance(root, (ast.Subscript, ast.Attribute)):
                root = root.value
            if isinstance(root, ast.Name):
                found.add(root.id)
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            found.add(part.name)
        elif isinstance(part, (ast.Import, ast.ImportFrom)):
            found |= written(part)
    return found


def touched(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} | stored(node)


def writes_item(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(t, (ast.Subscript, ast.Attribute)) for t in targets)


def loaded(target: ast.expr) -> ast.expr:
    """The same place, to be read."""
    return ast.parse(ast.unparse(target), mode="eval").body


def all_whole(node: ast.expr) -> bool:
    """Whether an array literal holds only whole numbers, so that numpy makes it one of integers."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts) and all(all_whole(e) for e in node.elts)
    if isinstance(node, ast.UnaryOp):
        return all_whole(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)

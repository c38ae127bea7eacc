"""Whether a number of torch or cupy, which is an array in memory, surely has one name only: then += may change it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symopt.reading.names import root

FRESH = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare)
"""Expressions that make a new number."""
LOOKED_AT = (*FRESH[1:], ast.Return, ast.Subscript, ast.JoinedStr, ast.FormattedValue)
"""What only looks at its parts, or is the last to have them."""
NEW = frozenset("sum mean prod dot min max std var norm trace clone copy item".split())
"""Methods that make a new number."""
KEEPING_NONE = frozenset("float int abs len range sum min max print".split())
"""Functions of Python that keep none of their arguments."""


def alone(step: ast.AugAssign, statements: Sequence[ast.stmt]) -> bool:
    """Whether a name that is changed in place is given to nothing else, and got from nothing, in its function or file.

    Functions of packages keep none of their arguments. Of entries and attributes nothing is known.
    """
    if not isinstance(step.target, ast.Name):
        return False
    name = step.target.id
    imports = [s for s in statements if isinstance(s, ast.Import | ast.ImportFrom)]
    known = {(a.asname or a.name).split(".")[0] for s in imports for a in s.names} | KEEPING_NONE
    functions = [f for top in statements for f in ast.walk(top) if isinstance(f, ast.FunctionDef | ast.Lambda)]
    around = [f for f in functions if f.lineno <= step.lineno <= (f.end_lineno or f.lineno)]
    body: list[ast.AST] = [max(around, key=lambda f: f.lineno)] if around else list(statements)
    for top in body:
        for node in ast.walk(top):
            if isinstance(node, ast.arg) and node.arg == name:
                return False
            if isinstance(node, ast.Nonlocal | ast.Global) and name in node.names:
                return False
            for part in ast.iter_child_nodes(node):
                if isinstance(part, ast.Name) and part.id == name and not _harmless(part, node, known):
                    return False
    return True


def _harmless(name: ast.Name, node: ast.AST, known: set[str]) -> bool:
    if isinstance(node, (ast.AugAssign, *LOOKED_AT)):
        return True
    if isinstance(node, ast.Call):
        return name is not node.func and root(node.func) in known
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(name.ctx, ast.Store):
        made = node.value
        one = isinstance(node, ast.AnnAssign) or len(node.targets) == 1
        return one and (isinstance(made, FRESH) or (isinstance(made, ast.Call) and _makes(made.func, known)))
    return False


def _makes(function: ast.expr, known: set[str]) -> bool:
    return root(function) in known or (isinstance(function, ast.Attribute) and function.attr in NEW)

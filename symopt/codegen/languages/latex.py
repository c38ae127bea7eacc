"""LaTeX: f, its partial derivatives one below the other, and the Hessian as a matrix."""

from __future__ import annotations

from sympy import Expr

from symopt.codegen.writer import too_long
from symopt.expression import written
from symopt.loss import Loss

MATRIX = 10
"""Columns of the largest matrix that amsmath sets; above that the entries that are not zero are listed."""


def write(loss: Loss) -> str:
    if loss.general is not None:
        return "\\begin{alignat*}{2}\n" + loss.general.latex() + "\n\\end{alignat*}\n"
    if loss.unread:
        raise too_long(loss.unread)
    names = [written.latex(x) or str(x) for x in loss.variables]
    call = f"({', '.join(names)})"
    lines = [f"f{call} &= {short(loss.expr)}"]
    if loss.n == 1:
        lines += [f"f'{call} &= {short(loss.gradient[0])}", f"f''{call} &= {short(loss.hessian[0][0])}"]
    else:
        d = r"\partial"
        for name, g in zip(names, loss.gradient, strict=True):
            lines.append(rf"\frac{{{d} f}}{{{d} {name}}} &= {short(g)}")
        if loss.n <= MATRIX:
            rows = r" \\ ".join(" & ".join(map(short, row)) for row in loss.hessian)
            lines.append(rf"\nabla^2 f{call} &= \begin{{pmatrix}} {rows} \end{{pmatrix}}")
            names = []
        for i, a in enumerate(names):
            for j, b in enumerate(names[: i + 1]):
                below = rf"{d} {a}^2" if i == j else rf"{d} {b} \, {d} {a}"
                if loss.hessian[i][j] != 0:
                    lines.append(rf"\frac{{{d}^2 f}}{{{below}}} &= {short(loss.hessian[i][j])}")
    return "\\begin{align*}\n" + " \\\\\n".join(f"  {line}" for line in lines) + "\n\\end{align*}\n"


def short(expr: Expr) -> str:
    return written.latex(expr) or r"\text{too long to read}"

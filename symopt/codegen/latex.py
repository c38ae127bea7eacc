"""LaTeX: f and its derivatives, one below the other."""

from __future__ import annotations

import sympy
from sympy import Expr

from symopt.expression import written
from symopt.loss import Loss


def latex(loss: Loss) -> str:
    names = [sympy.latex(x) for x in loss.variables]
    call = f"({', '.join(names)})"
    lines = [f"f{call} &= {short(loss.expr)}"]
    if loss.n == 1:
        lines += [f"f'{call} &= {short(loss.gradient[0])}", f"f''{call} &= {short(loss.hessian[0][0])}"]
    else:
        d = r"\partial"
        for name, g in zip(names, loss.gradient, strict=True):
            lines.append(rf"\frac{{{d} f}}{{{d} {name}}} &= {short(g)}")
        for i, a in enumerate(names):
            for j, b in enumerate(names[: i + 1]):
                below = rf"{d} {a}^2" if i == j else rf"{d} {b} \, {d} {a}"
                lines.append(rf"\frac{{{d}^2 f}}{{{below}}} &= {short(loss.hessian[i][j])}")
    return "\\begin{align*}\n" + " \\\\\n".join(f"  {line}" for line in lines) + "\n\\end{align*}\n"


def short(expr: Expr) -> str:
    return written.latex(expr) or r"\text{too long to read}"

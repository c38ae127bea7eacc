"""`symopt derive`: the derivatives of a loss, to read or to paste."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from symopt.cli.options import Expr, Set, Vars
from symopt.cli.request import subject

if TYPE_CHECKING:
    from symopt.loss import Loss


class Language(StrEnum):
    """What `--as` writes."""

    text = "text"
    latex = "latex"
    numpy = "numpy"
    python = "python"
    c = "c"
    js = "js"


def derive(
    expr: Expr,
    language: Annotated[Language, typer.Option("--as", help="text, or code in a language.")] = Language.text,
    variables: Vars = None,
    settings: Set = None,
) -> None:
    """Derive a loss: f, its gradient and its Hessian.

    symopt derive "-cos(pi*x/20) + x**2"
    """
    loss = subject(expr, variables, settings).loss
    if language is Language.text:
        print(written(loss))
    else:
        from symopt.codegen import derive as code

        print(code(loss, language.value).rstrip("\n"))


def written(loss: Loss) -> str:
    """The loss and its derivatives as text, one line each; what is too long is said, not printed."""
    lines = [(f"f({', '.join(loss.names)})", str(loss.expr))]
    if not loss.readable:
        gradient, hessian = loss.written_sizes
        lines.append(("∇f", f"too long to read: {gradient} operations when written out"))
        lines.append(("∇²f", f"too long to read: {hessian} operations when written out"))
    elif loss.n == 1:
        lines += [("f′", str(loss.gradient[0])), ("f″", str(loss.hessian[0][0]))]
    else:
        names = loss.names
        lines += [(f"∂f/∂{name}", str(g)) for name, g in zip(names, loss.gradient, strict=True)]
        for i, a in enumerate(names):
            for j, b in enumerate(names[: i + 1]):
                if loss.n <= 10 or loss.hessian[i][j] != 0:
                    lines.append((f"∂²f/∂{b}∂{a}" if i != j else f"∂²f/∂{a}²", str(loss.hessian[i][j])))
    width = max((len(left) for left, _ in lines if len(left) <= 30), default=0)
    return "\n".join(f"{left:<{width}} = {right}" for left, right in lines)

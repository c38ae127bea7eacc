"""`symopt derive`: the derivatives of a loss, to read or to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from symopt.cli.options import OUTPUT, Typed, choice, one_of, taking
from symopt.cli.request import problem

if TYPE_CHECKING:
    from sympy import Expr

    from symopt.loss import Loss


LANGUAGES = ("text", "latex", "numpy", "python", "c", "js")


@taking(Typed)
def derive(
    typed: Typed,
    language: Annotated[
        str, choice("--as", words=LANGUAGES, group=OUTPUT, help="Text, or code in a language.")
    ] = "text",
) -> None:
    """Derive a loss: f, its gradient and its Hessian.

    symopt derive "-cos(pi*x/20) + x**2"
    """
    one_of("--as", language, LANGUAGES)
    loss = problem(typed.expr, typed.variables, typed.settings).loss
    if language == "text":
        print(written(loss))
    else:
        from symopt.codegen import derive as code

        print(code(loss, language).rstrip("\n"))


def written(loss: Loss) -> str:
    """The loss and its derivatives as text, one line each; what is too long is said, not printed."""
    from symopt.expression.written import text

    def short(expr: Expr) -> str:
        return text(expr) or "too long to read"

    lines = [(f"f({', '.join(loss.names)})", loss.written)]
    if loss.unread:
        lines += [("∇f", f"too long to read: {loss.unread}"), ("∇²f", "too long to read")]
    elif loss.n == 1:
        lines += [("f′", short(loss.gradient[0])), ("f″", short(loss.hessian[0][0]))]
    else:
        names = loss.names
        lines += [(f"∂f/∂{name}", short(g)) for name, g in zip(names, loss.gradient, strict=True)]
        for i, a in enumerate(names):
            for b, entry in zip(names, loss.hessian[i][: i + 1], strict=False):
                if entry or loss.n <= 10:
                    lines.append((f"∂²f/∂{b}∂{a}" if a != b else f"∂²f/∂{a}²", short(entry)))
    width = max((len(left) for left, _ in lines if len(left) <= 30), default=0)
    return "\n".join(f"{left:<{width}} = {right}" for left, right in lines)

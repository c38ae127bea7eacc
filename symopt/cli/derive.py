"""`symopt derive`: the derivatives of a loss, to read or to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from symopt.cli.options import Typed, choice, one_of, taking
from symopt.cli.request import problem

if TYPE_CHECKING:
    from symopt.loss import Loss


LANGUAGES = ("text", "latex", "numpy", "python", "c", "js")


@taking(Typed)
def derive(
    typed: Typed,
    language: Annotated[str, choice("--as", words=LANGUAGES, help="Text, or code in a language.")] = "text",
) -> None:
    """Derive a loss: f, its gradient and its Hessian.

    symopt derive "-cos(pi*x/20) + x**2"
    """
    one_of("--as", language, LANGUAGES)
    loss = problem(typed.expr, typed.variables, typed.settings).loss
    if language == "text":
        from symopt.expression import deep

        with deep():
            print(written(loss))
    else:
        from symopt.codegen import derive as code

        print(code(loss, language).rstrip("\n"))


def written(loss: Loss) -> str:
    """The loss and its derivatives as text, one line each; what is too long is said, not printed."""
    lines = [(f"f({', '.join(loss.names)})", str(loss.expr))]
    from symopt.loss import DEEPEST

    if loss.nesting > DEEPEST:
        lines.append(("∇f", f"too long to read: functions {loss.nesting} deep inside functions"))
    elif not loss.readable:
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

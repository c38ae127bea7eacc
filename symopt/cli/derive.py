"""`symopt derive`: the derivatives of a loss, to read or to paste."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

from symopt.cli.fields import single
from symopt.cli.options import LOSS, OUTPUT, Json, Typed, choice, one_of, option, taking
from symopt.cli.request import problem
from symopt.cli.terminal import note
from symopt.codegen.languages import names
from symopt.errors import SymoptError

if TYPE_CHECKING:
    from sympy import Expr

    from symopt.loss import Loss


NAMES = 20
"""Variables that are named in one line."""
MATRIX = 100
"""Rows of the largest Hessian that is put in JSON."""
LANGUAGES = ("text", *names())


@taking(Typed)
def derive(
    typed: Typed,
    language: Annotated[
        str, choice("--as", words=LANGUAGES, group=OUTPUT, help="Text, or code in a language.")
    ] = "text",
    columns: Annotated[
        str | None,
        option("--columns", group=LOSS, metavar="x,y", help="Letters that are columns of data, for any data."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Derive a loss: f, its gradient and its Hessian.

    symopt derive "-cos(pi*x/20) + x**2"
    """
    one_of("--as", language, ("text", *names()))
    if as_json and language != "text":
        raise SymoptError("--json and --as exclude each other", "choose one")
    loss = over(columns, typed) if columns is not None else problem(
        typed.expr, typed.variables, typed.settings, data=typed.data
    ).loss  # fmt: skip
    for line in () if loss.data is None else loss.data.notes:
        note(line)
    if as_json:
        print(json.dumps(record(loss)))
    elif language == "text":
        print(written(loss))
    else:
        from symopt.codegen import derive as code

        print(code(loss, language).rstrip("\n"))


def over(columns: str, typed: Typed) -> Loss:
    """The loss over columns that have names and no numbers."""
    from symopt.loss import Loss

    if typed.data is not None:
        raise SymoptError("--columns and --data exclude each other", "the file names its columns")
    text = sys.stdin.read().strip() if typed.expr == "-" else typed.expr
    return Loss.parse(text, typed.variables, single(typed.settings or ()), columns=columns)


def record(loss: Loss) -> dict[str, Any]:
    """The loss and its derivatives as one JSON object of schema symopt.derive/1; what is too long to read is null."""
    from symopt.expression.written import text

    head = {
        "schema": "symopt.derive/1",
        "loss": loss.text,
        "variables": list(loss.names if loss.general is None else loss.arguments),
        "constants": {name: str(value) for name, value in loss.constants.items()},
    }
    if loss.general is not None:
        return {**head, **loss.general.as_dict()}
    readable = not loss.unread
    return {
        **head,
        "f": text(loss.expr),
        "gradient": [text(g) for g in loss.gradient] if readable else None,
        "hessian": [[text(h) for h in row] for row in loss.hessian] if readable and loss.n <= MATRIX else None,
    }


def written(loss: Loss) -> str:
    """The loss and its derivatives as text, one line each; what is too long is said, not printed."""
    from symopt.expression.written import text

    def short(expr: Expr) -> str:
        return text(expr) or "too long to read"

    if loss.general is not None:
        return loss.general.text()
    names = loss.arguments if loss.n <= NAMES else (*loss.names[:3], "…", loss.names[-1])
    lines = [(f"f({', '.join(names)})", " ".join(loss.text.split()) if loss.unread else loss.written)]
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

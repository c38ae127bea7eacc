"""A loss and its derivatives as code to paste, a file for each language.

One printer per language over sympy's own text printer, since `-cos(pi*x/20) + x**2` is how people
write; long derivatives get common subexpressions. What is printed is the stable form that the numbers of the loss
come from, its derivatives derived from that form and made stable again.
"""

from __future__ import annotations

from typing import Any

from symopt.codegen.c import CWriter
from symopt.codegen.js import JsWriter
from symopt.codegen.julia import JuliaWriter
from symopt.codegen.latex import latex
from symopt.codegen.numpy import JaxWriter, NumpyWriter, TorchWriter
from symopt.codegen.python import PythonWriter
from symopt.codegen.writer import Writer
from symopt.errors import DerivativeError, did_you_mean, named, public
from symopt.expression import deep
from symopt.notebook import clipped, preformatted
from symopt.problem import Problem, ProblemLike

__all__ = ["LANGUAGES", "derive"]

WIDEST = 150  # variables, of which code writes a whole matrix
WRITERS: dict[str, type[Writer]] = {
    writer.language: writer
    for writer in (NumpyWriter, PythonWriter, CWriter, JsWriter, TorchWriter, JaxWriter, JuliaWriter)
}
LANGUAGES = ("latex", *WRITERS)


class Code(str):
    """Code of a loss and its derivatives: a text, which shows itself.

    language: as `derive` was asked. loss: the loss as typed.
    """

    language: str
    loss: str

    def __new__(cls, text: str, language: str = "", loss: str = "") -> Code:
        made = super().__new__(cls, text)
        made.language, made.loss = language, loss
        return made

    def __repr__(self) -> str:
        return f"<{self.language} code of {clipped(self.loss)}: {len(self.splitlines())} lines>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self).rstrip())

    def _repr_latex_(self) -> str | None:
        return str(self) if self.language == "latex" else None

    def _repr_html_(self) -> str | None:
        return None if self.language == "latex" else preformatted(str(self))


@public
def derive(loss: ProblemLike, language: str = "numpy") -> Code:
    """f, its gradient and its Hessian as code.

    language: numpy, torch or jax (f(x), df(x), ddf(x) over any leading axes), python (plain floats and `math`, which
    raises where numpy has inf or nan), c, js, julia or latex.
    Raises DerivativeError for another language, for a function that the language does not have, and for
    derivatives that are too long to be written out.
    """
    this = Problem.of(loss).loss
    if not isinstance(language, str) or language not in LANGUAGES:
        near = did_you_mean(language, LANGUAGES) if isinstance(language, str) else ""
        raise DerivativeError(
            f"no code is written in {named(language)}", f"did you mean {near}?" if near else ", ".join(LANGUAGES)
        )
    if reason := this.unread or (this.n > WIDEST and language != "latex" and f"{this.n**2:,} entries in the Hessian"):
        raise DerivativeError(
            f"too long to be written as code: {reason}", "Loss.grad and Loss.hess compute them in Python"
        )
    with deep():
        text = latex(this) if language == "latex" else WRITERS[language](this).source()
    return Code(text, language, this.text)

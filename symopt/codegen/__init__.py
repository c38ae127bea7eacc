"""A loss and its derivatives as code to paste, a file for each language: latex, numpy, python, c, js.

One printer per language over sympy's own text printer, since `-cos(pi*x/20) + x**2` is how people
write; long derivatives get common subexpressions. `log(exp(a) + exp(b))` and quotients of
exponentials are written in forms that do not overflow.
"""

from __future__ import annotations

from symopt.codegen.c import CWriter
from symopt.codegen.js import JsWriter
from symopt.codegen.latex import latex
from symopt.codegen.numpy import NumpyWriter
from symopt.codegen.python import PythonWriter
from symopt.codegen.writer import Writer
from symopt.errors import DerivativeError, did_you_mean
from symopt.expression import deep
from symopt.loss import Loss

__all__ = ["LANGUAGES", "derive"]

LANGUAGES = ("latex", "numpy", "python", "c", "js")
WIDEST = 150  # variables, of which code writes a whole matrix
WRITERS: dict[str, type[Writer]] = {"numpy": NumpyWriter, "python": PythonWriter, "c": CWriter, "js": JsWriter}


def derive(loss: Loss | str, language: str = "numpy") -> str:
    """f, its gradient and its Hessian as code.

    language: numpy (f(x), df(x), ddf(x) over any leading axes), python (plain floats and `math`), c, js or latex.
    Raises DerivativeError for another language, for a function that the language does not have, and for
    derivatives that are too long to be written out.
    """
    this = loss if isinstance(loss, Loss) else Loss.parse(loss)
    if language not in LANGUAGES:
        near = did_you_mean(language, LANGUAGES)
        raise DerivativeError(
            f"no code is written in {language!r}", f"did you mean {near}?" if near else ", ".join(LANGUAGES)
        )
    if reason := this.unread or (this.n > WIDEST and language != "latex" and f"{this.n**2:,} entries in the Hessian"):
        raise DerivativeError(
            f"too long to be written as code: {reason}", "Loss.grad and Loss.hess compute them in Python"
        )
    with deep():
        return latex(this) if language == "latex" else WRITERS[language](this).source()

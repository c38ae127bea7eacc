"""A loss and its derivatives as code to paste; `languages/` holds a file for each language.

What is printed is the program that the numbers of the loss come from, operation by operation: no language overflows or
cancels where another does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symopt.codegen.languages import language as found
from symopt.errors import public
from symopt.notebook import clipped, preformatted

if TYPE_CHECKING:
    from symopt.problem import ProblemLike

__all__ = ["derive"]


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
    raises ValueError or ZeroDivisionError where numpy has nan, or inf at a pole), c, js, julia or latex, or another
    module of `symopt/codegen/languages`.
    Of a loss whose sums stay sums python, c, js and julia have loops, columns of data as arguments, and ddf(x, v) =
    ∇²f(x)·v in the place of the matrix; numpy has lines over whole arrays at one point, columns as arguments, and a
    ddf that is what its first line says: ∇²f(x) dense or sparse, (S, U, C) with ∇²f(x) = S + U·C·Uᵀ, or ∇²f(x)·v;
    jax and torch have such an f, and df and ddf(x, v) by derivatives of their own.
    Raises DerivativeError for another language, for a function that the language does not have, and for
    derivatives that are too long to be written out.

    >>> code = symopt.derive("x**2 - cos(x)", "python")
    >>> [line.strip() for line in code.splitlines() if "return" in line]
    ['return (x*x) - math.cos(x)', 'return 2*x + math.sin(x)', 'return math.cos(x) + 2']
    """
    from symopt.expression import deep
    from symopt.problem import Problem

    this = Problem.of(loss).loss
    write = found(language)
    with deep():
        return Code(write(this), language, this.text)

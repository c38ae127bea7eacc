"""numpy: code over arrays with any leading axes."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import Any

from sympy import Expr, Symbol

from symopt.codegen.arrays import ArraysCode, stays
from symopt.codegen.gathered import by_place
from symopt.codegen.helpers import HELPERS
from symopt.codegen.writer import Writer, one_line, wrapped
from symopt.functions import Function
from symopt.loss import Loss


class NumpyWriter(Writer):
    """Code over arrays: the last axis holds the variables, the axes before it are free."""

    language = column = "numpy"
    helpers = HELPERS["numpy"]
    reserved = frozenset({"np", "special", "math", *keyword.kwlist})
    pi, e = "np.pi", "np.e"
    conjunction, disjunction = " & ", " | "
    unpacked = "np.moveaxis(x, -1, 0)"
    imported = ("import numpy as np", "from scipy import special")

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"np.where({condition}, {yes}, {no})"

    def _print_Integer(self, expr: Any) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) > 2**31 else str(int(expr))

    def _print_Rational(self, expr: Any) -> str:
        return f"{int(expr.p)}/{int(expr.q)}" if abs(int(expr.p)) < 2**31 else f"{int(expr.p)}.0/{int(expr.q)}"

    def power(self, base: Expr, exponent: Expr) -> str:
        if base.is_Integer and not exponent.is_number:
            # numpy refuses whole numbers to negative whole powers
            return f"{int(base)}.0**{self.parenthesize(exponent, 60)}"
        return super().power(base, exponent)

    def source(self) -> str:
        body = [*self.define("f", [self.value]), *self.define("df", self.gradient), *self.define("ddf", self.hessian)]
        helpers = [line for text in self.needed_helpers() for line in ("", "", text)]
        head = [self.comment.format(f"f = {one_line(self.loss)}, its gradient and its Hessian"), *self.imports()]
        if self.loss.n > 1:
            head.insert(1, self.comment.format(f"x holds ({', '.join(self.loss.names)}) in its last axis"))
        return "\n".join([*head, *helpers, *body]) + "\n"

    def imports(self) -> list[str]:
        lines = ["import math"] if "math." in self.used else []
        lines.append(self.imported[0])
        return [*lines, self.imported[1]] if "special." in self.used else lines

    def opening(self, name: str, steps: Sequence[tuple[Symbol, Expr]]) -> list[str]:
        """The head of a function, its coordinates, and the subexpressions that it shares."""
        one = self.loss.n == 1
        names = list(self.names.values())
        lines = ["", "", f"def {name}({names[0] if one else 'x'}):"]
        if not one:
            lines.append(f"    {', '.join(names)} = {self.unpacked}")
        return [*lines, *(f"    {symbol.name} = {self._print(value)}" for symbol, value in steps)]

    @property
    def first(self) -> str:
        return self.names[self.loss.variables[0]]

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        n = self.loss.n
        steps, left = self.temporaries(expressions)
        lines = self.opening(name, steps)
        if name == "f" or n == 1:
            return [*lines, f"    return {self.filled(left[0])}"]
        return [*lines, *self.entries(name, left)]

    def entries(self, name: str, left: list[Expr]) -> list[str]:
        """The gradient or the Hessian as an array."""
        n = self.loss.n
        if name == "df" and all(e.free_symbols for e in left):
            return wrapped([self._print(e) for e in left], "    return np.stack([", "], axis=-1)")
        letter = "g" if name == "df" else "h"
        shape = f"({n},)" if name == "df" else f"({n}, {n})"
        lines = [f"    {letter} = np.zeros(np.shape({self.first}) + {shape})"]
        for place, expr in enumerate(left):
            i, j = divmod(place, n)
            if expr == 0 or (name == "ddf" and j > i):
                continue
            targets = [f"g[..., {place}]"] if name == "df" else [f"h[..., {i}, {j}]"]
            if name == "ddf" and i != j:
                targets.insert(0, f"h[..., {j}, {i}]")
            lines.append(f"    {' = '.join(targets)} = {self._print(expr)}")
        return [*lines, f"    return {letter}"]

    def filled(self, expr: Expr) -> str:
        if expr.free_symbols:
            return self._print(expr)
        return f"np.full_like({self.first}, {self._print(expr)}, dtype=float)"


class WholeArrays(NumpyWriter):
    """The same for sums over whole arrays."""

    helpers = HELPERS["arrays"]

    def applied(self, known: Function, words: Sequence[str]) -> str:
        if known.folds and known.array is not None:  # log(exp(a) + exp(b)), slow in numpy
            return self.filled_in("softplus({1})" if words[0] == "0" else "logaddexp({0}, {1})", known, words)
        return super().applied(known, words)


def write(loss: Loss) -> str:
    """Sums that stay sums as lines over whole arrays, at one point; any other loss entry by entry."""
    loss = by_place(loss)
    return ArraysCode(WholeArrays(loss), loss).source() if stays(loss) else NumpyWriter.write(loss)

"""Python with its standard library alone."""

from __future__ import annotations

import keyword
from types import MappingProxyType

from sympy import Expr

from symopt.codegen.helpers import HELPERS
from symopt.codegen.languages.numpy import NumpyWriter
from symopt.codegen.loops import InLoops
from symopt.codegen.writer import Writer, wrapped
from symopt.functions import FUNCTIONS
from symopt.program import is_constant

OVERFLOWING = [  # helpers in the place of functions of `math` that raise where they are too large
    name
    for name in HELPERS["python"]
    if name in FUNCTIONS and (FUNCTIONS[name].text("python") or "").startswith("math.")
]


class PythonWriter(NumpyWriter, InLoops):
    """Code over plain floats with the standard library alone.

    What is too large is inf, as elsewhere; a number outside the domain raises ValueError or ZeroDivisionError.
    """

    language = column = "python"
    helpers = HELPERS["python"]
    texts = MappingProxyType({name: f"{name}({{0}})" for name in OVERFLOWING})
    reserved = frozenset(
        {"math", "abs", "max", "min", "float", "int", "len", "range", "OverflowError", *keyword.kwlist}
    )
    pi, e = "math.pi", "math.e"
    conjunction, disjunction = " and ", " or "
    unpacked = "x"
    choice = Writer.choice

    def power(self, base: Expr, exponent: Expr) -> str:
        if exponent.is_Integer and 0 < exponent <= 4 and base.is_Symbol:
            return "(" + "*".join([self._print(base)] * int(exponent)) + ")"
        if is_constant(base) and is_constant(exponent):
            return super().power(base, exponent)
        self.used.add("power")
        return f"power({self._print(base)}, {self._print(exponent)})"  # ** raises where it overflows

    def imports(self) -> list[str]:
        return ["import math"]

    def filled(self, expr: Expr) -> str:
        return self._print(expr)

    def entries(self, name: str, left: list[Expr]) -> list[str]:
        n = self.loss.n
        texts = [self._print(e) for e in left]
        if name == "df":
            return wrapped(texts, "    return [", "]")
        rows = [f"[{', '.join(texts[i * n : (i + 1) * n])}]" for i in range(n)]
        return ["    return [", *(f"        {row}," for row in rows), "    ]"]


write = PythonWriter.write

"""Python with its standard library alone."""

from __future__ import annotations

import keyword

from sympy import Expr

from symopt.codegen.helpers import HELPERS
from symopt.codegen.languages.numpy import NumpyWriter
from symopt.codegen.writer import Writer, wrapped


class PythonWriter(NumpyWriter):
    """Code over plain floats with the standard library alone, which raises where others give inf or nan."""

    language = column = "python"
    helpers = HELPERS["python"]
    reserved = frozenset({"math", "abs", "max", "min", *keyword.kwlist})
    pi, e = "math.pi", "math.e"
    conjunction, disjunction = " and ", " or "
    unpacked = "x"
    choice = Writer.choice

    def power(self, base: Expr, exponent: Expr) -> str:
        if exponent.is_Integer or base.is_positive:
            return super().power(base, exponent)
        return self.function("pow", base, exponent)  # ** of a negative number is complex

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

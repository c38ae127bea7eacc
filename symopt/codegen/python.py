"""Python with its standard library alone."""

from __future__ import annotations

import keyword
from typing import Any

from sympy import Expr

from symopt.codegen.numpy import NumpyWriter
from symopt.codegen.writer import Writer, wrapped


class PythonWriter(NumpyWriter):
    """Code over plain floats with the standard library alone."""

    language = "python"
    reserved = frozenset({"math", "abs", "max", "min", *keyword.kwlist})
    functions = {  # noqa: RUF012
        **{
            name: f"math.{name}"
            for name in (
                "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log sqrt cbrt atan2 erf erfc gamma"
            ).split()
        },
        "Abs": "abs",
        "Max": "max",
        "Min": "min",
        "pi": "math.pi",
        "E": "math.e",
        "loggamma": "math.lgamma",
    }
    conjunction, disjunction = " and ", " or "

    log_of_sum = Writer.log_of_sum
    unpacked = "x"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    def _print_sign(self, expr: Any) -> str:
        u = self._print(expr.args[0])
        return f"(1.0 if {u} > 0 else -1.0 if {u} < 0 else 0.0)"

    def _print_Heaviside(self, expr: Any) -> str:
        u = self._print(expr.args[0])
        return f"(1.0 if {u} > 0 else 0.0 if {u} < 0 else 0.5)"

    def _print_sinc(self, expr: Any) -> str:
        u = self._print(expr.args[0])
        return f"(math.sin({u})/({u}) if {u} != 0 else 1.0)"

    def _print_polygamma(self, expr: Any) -> str:
        return self.refuse("polygamma")

    def imports(self) -> list[str]:
        lines = ["import math"]
        if "softplus" in self.used:
            lines += ["", "", "def softplus(u):",
                      "    return u + math.log1p(math.exp(-u)) if u > 0 else math.log1p(math.exp(u))"]  # fmt: skip
        return lines

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        n = self.loss.n
        steps, left = self.temporaries(expressions)
        lines = self.opening(name, steps)
        texts = [self._print(e) for e in left]
        if name == "f" or n == 1:
            return [*lines, f"    return {texts[0]}"]
        if name == "df":
            return [*lines, *wrapped(texts, "    return [", "]")]
        rows = [f"[{', '.join(texts[i * n : (i + 1) * n])}]" for i in range(n)]
        return [*lines, "    return [", *(f"        {row}," for row in rows), "    ]"]

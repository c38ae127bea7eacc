"""numpy, over any leading axes."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Expr, S, Symbol

from symopt.codegen.writer import Writer, one_line, wrapped


class NumpyWriter(Writer):
    """Code over arrays: the last axis holds the variables, the axes before it are free."""

    language = "numpy"
    reserved = frozenset({"np", "special", *keyword.kwlist})
    functions = {  # noqa: RUF012
        **{name: f"np.{name}" for name in "sin cos tan sinh cosh tanh exp log sqrt cbrt sign".split()},
        **{"a" + name: f"np.arc{name}" for name in "sin cos tan sinh cosh tanh".split()},
        "atan2": "np.arctan2", "Abs": "np.abs", "Max": "np.maximum", "Min": "np.minimum", "pi": "np.pi", "E": "np.e",
        "erf": "special.erf", "erfc": "special.erfc", "gamma": "special.gamma", "loggamma": "special.gammaln",
    }  # fmt: skip
    conjunction, disjunction = " & ", " | "

    unpacked = "np.moveaxis(x, -1, 0)"

    def log_of_sum(self, a: Expr, b: Expr) -> str:
        return self.function("np.logaddexp", a, b)

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"np.where({condition}, {yes}, {no})"

    def _print_polygamma(self, expr: Any) -> str:
        order, u = expr.args
        return self.function("special.digamma", u) if order == 0 else self.function("special.polygamma", order, u)

    def _print_Heaviside(self, expr: Any) -> str:
        return self.function("np.heaviside", expr.args[0], S.Half)

    def _print_sinc(self, expr: Any) -> str:
        return self.function("np.sinc", expr.args[0] / sympy.pi)

    def _print_sec(self, expr: Any) -> str:
        return self.reciprocal("cos", expr.args[0])

    def _print_csc(self, expr: Any) -> str:
        return self.reciprocal("sin", expr.args[0])

    def _print_cot(self, expr: Any) -> str:
        return self.reciprocal("tan", expr.args[0])

    def _print_sech(self, expr: Any) -> str:
        return self.reciprocal("cosh", expr.args[0])

    def _print_csch(self, expr: Any) -> str:
        return self.reciprocal("sinh", expr.args[0])

    def _print_coth(self, expr: Any) -> str:
        return self.reciprocal("tanh", expr.args[0])

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
        loss = self.loss
        n = loss.n
        body: list[str] = []
        body += self.define("f", [loss.expr])
        body += self.define("df", list(loss.gradient))
        body += self.define("ddf", [entry for row in loss.hessian for entry in row])
        head = [self.comment.format(f"f = {one_line(loss)}, its gradient and its Hessian"), *self.imports()]
        if n > 1:
            head.insert(1, self.comment.format(f"x holds ({', '.join(loss.names)}) in its last axis"))
        return "\n".join([*head, *body]) + "\n"

    def imports(self) -> list[str]:
        lines = ["import numpy as np"]
        if any(name.startswith("special.") for name in self.used):
            lines.append("from scipy import special")
        return lines

    def opening(self, name: str, steps: Sequence[tuple[Symbol, Expr]]) -> list[str]:
        """The head of a function, its coordinates, and the subexpressions that it shares."""
        one = self.loss.n == 1
        names = list(self.names.values())
        lines = ["", "", f"def {name}({names[0] if one else 'x'}):"]
        if not one:
            lines.append(f"    {', '.join(names)} = {self.unpacked}")
        return [*lines, *(f"    {symbol.name} = {self._print(value)}" for symbol, value in steps)]

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        n = self.loss.n
        steps, left = self.temporaries(expressions)
        first = self.names[self.loss.variables[0]]
        lines = self.opening(name, steps)
        if name == "f" or n == 1:
            return [*lines, f"    return {self.filled(left[0])}"]
        if name == "df" and all(self.moving(e, steps) for e in left):
            return [*lines, *wrapped([self._print(e) for e in left], "    return np.stack([", "], axis=-1)")]
        letter = "g" if name == "df" else "h"
        shape = f"({n},)" if name == "df" else f"({n}, {n})"
        lines.append(f"    {letter} = np.zeros(np.shape({first}) + {shape})")
        for place, expr in enumerate(left):
            i, j = divmod(place, n)
            if expr == 0 or (name == "ddf" and j > i):
                continue
            targets = [f"g[..., {place}]"] if name == "df" else [f"h[..., {i}, {j}]"]
            if name == "ddf" and i != j:
                targets.insert(0, f"h[..., {j}, {i}]")
            lines.append(f"    {' = '.join(targets)} = {self._print(expr)}")
        return [*lines, f"    return {letter}"]

    def moving(self, expr: Expr, steps: Sequence[tuple[Symbol, Expr]]) -> bool:
        return bool(expr.free_symbols)

    def filled(self, expr: Expr) -> str:
        if expr.free_symbols:
            return self._print(expr)
        first = self.names[self.loss.variables[0]]
        return f"np.full_like({first}, {self._print(expr)}, dtype=float)"

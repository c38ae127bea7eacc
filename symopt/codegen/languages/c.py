"""C99."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, S

from symopt.codegen.helpers import HELPERS
from symopt.codegen.loops import InLoops
from symopt.codegen.writer import one_line


class CWriter(InLoops):
    """C99: double f(double x) in one variable, else f(const double *x), df(x, g), ddf(x, h) with h row by row."""

    language = column = "c"
    helpers = HELPERS["c"]
    comment = "/* {} */"
    reserved = frozenset(
        "auto break case char const continue default do double else enum extern float for goto if inline int long "
        "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
        "y0 y1 yn j0 j1 jn main INFINITY NAN HUGE_VAL HUGE_VALF HUGE_VALL FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL "
        "FP_NORMAL MATH_ERRNO MATH_ERREXCEPT math_errhandling MAXFLOAT M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 "
        "M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 linux unix".split()  # object-like macros of <math.h>, gcc's
    )
    pi, e = "pi", "exp(1.0)"
    conjunction, disjunction = " && ", " || "

    @property
    def point(self) -> str:
        """A name for the whole point that is none of its coordinates."""
        return next(name for name in ("x", "p", "point", "point_") if name not in self.names.values())

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({condition} ? {yes} : {no})"

    def condition(self, expr: Any) -> str:
        if expr is S.true or expr is S.false:
            return "1" if expr is S.true else "0"
        return super().condition(expr)

    def _print_Integer(self, expr: Any) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) < 10**22 else repr(float(expr))

    def _print_Rational(self, expr: Any) -> str:
        return f"{self._print_Integer(sympy.Integer(expr.p))}/{self._print_Integer(sympy.Integer(expr.q))}"

    _print_Half = _print_Rational
    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def power(self, base: Expr, exponent: Expr) -> str:
        if exponent.is_Integer and exponent <= 4 and (base.is_Symbol or base is S.Pi):
            return "(" + "*".join([self._print(base)] * int(exponent)) + ")"
        return self.function("pow", base, exponent)

    def source(self) -> str:
        body: list[str] = []
        for name, expressions in (("f", [self.value]), ("df", self.gradient), ("ddf", self.hessian)):
            body += ["", *self.define(name, expressions)]
        return "\n".join([*self.head(), *body]) + "\n"

    def head(self) -> list[str]:
        loss = self.loss
        lines = [self.comment.format(f"f = {one_line(loss)}, its gradient and its Hessian")]
        if loss.n > 1:
            lines.append(self.comment.format(f"{self.point} holds ({', '.join(loss.names)}); h is written row by row"))
        helpers = self.needed_helpers()
        return [*lines, "#include <math.h>", *([""] if helpers else []), *helpers]

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        loss = self.loss
        steps, left = self.temporaries(expressions)
        lines = []
        if loss.n == 1:
            lines.append(f"double {name}(double {self.names[loss.variables[0]]}) {{")
        elif name == "f":
            lines.append(f"double f(const double *{self.point}) {{")
        else:
            lines.append(f"void {name}(const double *{self.point}, double *{'g' if name == 'df' else 'h'}) {{")
        if loss.n > 1:
            needed = set().union(*(e.free_symbols for e in left), *(v.free_symbols for _, v in steps))
            lines += [
                f"    const double {self.names[v]} = {self.point}[{k}];"
                for k, v in enumerate(loss.variables)
                if v in needed
            ]
        lines += [f"    const double {symbol.name} = {self._print(value)};" for symbol, value in steps]
        if loss.n == 1 or name == "f":
            lines.append(f"    return {self._print(left[0])};")
        else:
            letter = "g" if name == "df" else "h"
            lines += [f"    {letter}[{k}] = {self._print(e)};" for k, e in enumerate(left)]
        return [*lines, "}"]


write = CWriter.write

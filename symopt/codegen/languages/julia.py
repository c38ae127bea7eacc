"""Julia."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Symbol

from symopt.codegen.helpers import HELPERS
from symopt.codegen.loops import InLoops
from symopt.codegen.writer import one_line


class JuliaWriter(InLoops):
    """Julia: functions of a number in one variable, else of a vector; the Hessian is a matrix."""

    language = column = "julia"
    helpers = HELPERS["julia"]
    reserved = frozenset(
        "baremodule begin break catch const continue do else elseif end export false finally for function global if "
        "import let local macro module quote return struct true try using while in isa pi length zeros float".split()
    )
    pi, e = "pi", "exp(1)"
    conjunction, disjunction = " && ", " || "

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({condition} ? {yes} : {no})"

    def condition(self, expr: Any) -> str:
        return super().condition(expr).replace("True", "true").replace("False", "false")

    def _print_Integer(self, expr: Any) -> str:
        return str(int(expr)) if abs(int(expr)) < 2**53 else repr(float(expr))

    def _print_Rational(self, expr: Any) -> str:
        return f"{self._print_Integer(expr.p)}/{self._print_Integer(expr.q)}"

    def power(self, base: Expr, exponent: Expr) -> str:
        return super().power(base, exponent).replace("**", "^")

    def source(self) -> str:
        body: list[str] = []
        for name, expressions in (("f", [self.value]), ("df", self.gradient), ("ddf", self.hessian)):
            body += ["", *self.define(name, expressions)]
        lines = [self.comment.format(f"f = {one_line(self.loss)}, its gradient and its Hessian")]
        if self.loss.n > 1:
            lines.append(self.comment.format(f"x holds ({', '.join(self.loss.names)})"))
        helpers = self.needed_helpers()
        using = ["import SpecialFunctions"] if "SpecialFunctions." in self.used else []
        return "\n".join([*lines, *using, *([""] if helpers else []), *helpers, *body]) + "\n"

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        n = self.loss.n
        steps: list[tuple[Symbol, Expr]]
        steps, left = self.temporaries(expressions)
        texts = [self._print(e) for e in left]
        names = ", ".join(self.names.values())
        lines = [f"function {name}({names if n == 1 else 'x'})"]
        if n > 1:
            lines.append(f"    {names} = x")
        lines += [f"    {symbol.name} = {self._print(value)}" for symbol, value in steps]
        if n == 1 or name == "f":
            return [*lines, f"    return {texts[0]}", "end"]
        if name == "df":
            return [*lines, f"    return [{', '.join(texts)}]", "end"]
        rows = [f"        {' '.join(f'({t})' for t in texts[i * n : (i + 1) * n])}" for i in range(n)]
        return [*lines, "    return [", *rows, "    ]", "end"]


write = JuliaWriter.write

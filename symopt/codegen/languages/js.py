"""JavaScript."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from symopt.codegen.helpers import HELPERS
from symopt.codegen.languages.c import CWriter
from symopt.codegen.writer import one_line, wrapped


class JsWriter(CWriter):
    """JavaScript: functions of a number in one variable, else of an array; the Hessian is an array of rows."""

    language = column = "js"
    helpers = HELPERS["js"]
    comment = "// {}"
    reserved = frozenset(
        "await break case catch class const continue debugger default delete do else enum export extends false finally "
        "for function if implements import in instanceof interface let new null package private protected public "
        "return "
        "static super switch this throw true try typeof var void while with yield arguments eval undefined NaN "
        "Infinity Math Array".split()
    )
    pi, e = "Math.PI", "Math.E"

    def condition(self, expr: Any) -> str:
        return super().condition(expr).replace(" == ", " === ").replace(" != ", " !== ")

    def _print_Integer(self, expr: Any) -> str:
        return str(int(expr)) if abs(int(expr)) < 10**21 else repr(float(expr))

    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def head(self) -> list[str]:
        loss = self.loss
        lines = [self.comment.format(f"f = {one_line(loss)}, its gradient and its Hessian")]
        if loss.n > 1:
            lines.append(self.comment.format(f"{self.point} holds [{', '.join(loss.names)}]"))
        helpers = self.needed_helpers()
        return [*lines, *([""] if helpers else []), *helpers]

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        loss = self.loss
        steps, left = self.temporaries(expressions)
        n = loss.n
        lines = [f"function {name}({self.names[loss.variables[0]] if n == 1 else self.point}) {{"]
        if n > 1:
            lines.append(f"  const [{', '.join(self.names[v] for v in loss.variables)}] = {self.point};")
        lines += [f"  const {symbol.name} = {self._print(value)};" for symbol, value in steps]
        texts = [self._print(e) for e in left]
        if n == 1 or name == "f":
            lines.append(f"  return {texts[0]};")
        elif name == "df":
            lines += wrapped(texts, "  return [", "];")
        else:
            rows = [f"    [{', '.join(texts[i * n : (i + 1) * n])}]," for i in range(n)]
            lines += ["  return [", *rows, "  ];"]
        return [*lines, "}"]


write = JsWriter.write

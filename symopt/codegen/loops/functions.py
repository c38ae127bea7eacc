"""A body of code as a function of the point and the columns of data, in each language that has loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symopt.codegen.loops.statements import GRAMMARS, WORD

TABLES = {"c": "const double *const {}[] = {{{}}};", "js": "const {} = [{}];"}


@dataclass(frozen=True)
class Signature:
    """What the functions of one loss take and return.

    n: the number of variables. x, v, rows: the names of the point, the direction and the number of rows. out: of what
    a function fills, by the function. columns: {column: its name in the code}. tables: {base: (name of the table of
    its columns, first, last)}. free: whether for however many rows.
    """

    language: str
    n: int
    x: str
    v: str
    rows: str
    out: Mapping[str, str]
    columns: Mapping[str, str]
    tables: Mapping[str, tuple[str, int, int]]
    free: bool

    def function(self, name: str, body: Sequence[str]) -> str:
        """f, df or ddf with this body, as text."""
        body = [*self.tabled(body), *body]
        opened, last = getattr(self, self.language)(name, any(self.rows in line for line in body))
        return "\n".join([*opened, *body, *last])

    def tabled(self, body: Sequence[str]) -> list[str]:
        """The columns x0, x1 … as one table, for the bodies that read them by a number."""
        read = WORD.findall(" ".join(body))
        return [
            self.tab + TABLES.get(self.language, "{} = [{}]").format(
                table, ", ".join(self.columns[f"{base}{k}"] for k in range(first, last + 1)))
            for base, (table, first, last) in self.tables.items() if table in read
        ]  # fmt: skip

    @property
    def tab(self) -> str:
        return GRAMMARS[self.language].indent

    def given(self, name: str) -> list[str]:
        return [self.x, *([self.v] if name == "ddf" else []), *self.columns.values()]

    def scripted(self, name: str, rows: bool, *texts: str) -> tuple[list[str], list[str]]:
        """The lines before and after a body, from what opens it, counts rows, makes what is filled, returns it."""
        head, counted, made, returned = texts
        out, first = self.out.get(name, ""), next(iter(self.columns.values()), "")
        opened = [head.format(name, ", ".join(self.given(name)))]
        opened += [self.tab + counted.format(self.rows, first)] if rows else []
        opened += [self.tab + made.format(out, self.n)] if out else []
        return opened, [self.tab + returned.format(out)] if out else []

    def python(self, name: str, rows: bool) -> tuple[list[str], list[str]]:
        return self.scripted(name, rows, "def {}({}):", "{} = len({})", "{} = [0.0] * {}", "return {}")

    def js(self, name: str, rows: bool) -> tuple[list[str], list[str]]:
        texts = "function {}({}) {{", "const {} = {}.length;", "const {} = new Array({}).fill(0);", "return {};"
        opened, last = self.scripted(name, rows, *texts)
        return opened, [*last, "}"]

    def julia(self, name: str, rows: bool) -> tuple[list[str], list[str]]:
        opened, last = self.scripted(name, rows, "function {}({})", "{} = length({})", "{} = zeros({})", "return {}")
        return opened, [*last, "end"]

    def c(self, name: str, rows: bool) -> tuple[list[str], list[str]]:
        out = self.out.get(name, "")
        given = [f"const double *{word}" for word in self.given(name)]
        given += [f"long {self.rows}"] if self.columns and self.free else []
        given += [f"double *{out}"] if out else []
        opened = [f"{'void' if out else 'double'} {name}({', '.join(given)}) {{"]
        opened += [f"{self.tab}(void){self.rows};"] if self.columns and self.free and not rows else []
        opened += [f"{self.tab}for (long k = 0; k < {self.n}; k++) {out}[k] = 0.0;"] if out else []
        return opened, ["}"]

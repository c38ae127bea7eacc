"""What the variables, columns and indices of a loss that is sums are called, and how each entry is written."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Symbol

from symopt.codegen.loops.statements import GRAMMARS
from symopt.codegen.writer import Writer
from symopt.expression.general.tree import ROW, Entry, Sigma, tree
from symopt.expression.sums import COUNT, Index, Sums, Variables
from symopt.loss import Loss


class Words:
    """The names and texts of one loss in one language: of its variables, columns, indices and their entries."""

    def __init__(self, writer: Writer, loss: Loss) -> None:
        self.writer, self.loss = writer, by_columns(loss, loss.for_any_data())
        self.grammar = GRAMMARS[writer.language]
        assert isinstance(self.loss.read, Sums)
        self.sums = self.loss.read
        rows = COUNT if self.loss.data is None else self.loss.data.rows
        self.f = single(tree(self.sums, rows))
        self.words = (writer.taken() - {"g", "h"}) | self.indices(self.f)
        plain = writer.language == "c"  # whose compilers do not all take letters of other scripts
        self.columns = {
            name: self.free(f"c{k}" if plain and not name.isascii() else name)
            for k, name in enumerate(self.sums.columns, 1)
        }
        self.tables = {
            base: (self.free(f"{base}s" if base.isascii() else "columns"), first, last)
            for base, (first, last) in across(self.sums).items()
        }
        self.x, self.v = self.free("x", "p", "point"), self.free("v", "along", "along_")
        self.out = {"df": self.free("g", "gradient"), "ddf": self.free("h", "product")}
        self.rows = self.free("rows", "rows_")
        self.names = self.variables().names
        self.open: list[Index] = []  # of the loops around
        self.count = 0

    def variables(self) -> Variables:
        if isinstance(self.loss.variables, Variables):
            return self.loss.variables
        return Variables(self.sums.single, self.sums.families)

    def indices(self, expr: Expr) -> set[str]:
        return {s.name for sigma in expr.atoms(Sigma) for s in sigma.symbols if s != ROW}

    def free(self, *wanted: str) -> str:
        name = next((w for w in wanted if w not in self.words), wanted[-1])
        while name in self.words:
            name += "_"
        self.words.add(name)
        return name

    def new(self, letter: str) -> str:
        self.count += 1
        return self.free(f"{letter}{self.count}")

    def index(self, expr: Expr, ahead: int = 0) -> str:
        """An index as text."""
        names = {s: Symbol(self.row) for s in expr.free_symbols if s == ROW}
        entries = {e: Symbol(self.looked_up(e)) for e in expr.atoms(Entry)}
        return str(sympy.expand(expr.xreplace({**entries, **names}) + ahead)).replace(str(COUNT), self.rows)

    @property
    def row(self) -> str:
        return "row_" if "row" in self.indices(self.f) or "row" in self.columns.values() else "row"

    def looked_up(self, entry: Entry) -> str:
        text = self.grammar.entry.format(self.columns[entry.base], self.index(entry.at, self.grammar.ahead))
        return {"c": "(long){}", "js": "{}", "python": "int({})", "julia": "Int({})"}[self.writer.language].format(text)

    def place(self, node: Expr) -> str:
        """Where a variable stands in the point."""
        ahead = self.grammar.ahead
        if isinstance(node, Entry):
            begin, indices = self.names.family(node.base)
            place = indices.place(node.at, self.open)
            assert place is not None
            return self.index(place + begin, ahead)
        return str(self.names.index(node.name) + ahead)

    def text(self, node: Expr, along: bool = False) -> str:
        """A variable, a column's entry, or the number of an index."""
        entry, ahead = self.grammar.entry, self.grammar.ahead
        if isinstance(node, Entry) and node.args[2:]:
            table, first, _ = self.tables[node.base]
            return entry.format(entry.format(table, self.index(node.at - first, ahead)), self.index(ROW, ahead))
        if isinstance(node, Entry) and node.base in self.columns:
            return entry.format(self.columns[node.base], self.index(node.at, ahead))
        return self.grammar.entry.format(self.v if along else self.x, self.place(node))

    def moves(self, node: Expr) -> bool:
        return not (isinstance(node, Entry) and (node.base in self.columns or node.args[2:]))


def across(sums: Sums) -> dict[str, tuple[int, int]]:
    """Of columns that are read by a number, as x[j] of x0, x1 …, the first and the last."""
    found = {}
    for base in {slot.base for total in sums.totals for slot in total.slots if slot.across}:
        own = [int(k) for name in sums.columns if (k := name.removeprefix(base)).isdigit() and name != k]
        found[base] = min(own), max(own)
    return found


def by_columns(loss: Loss, free: Loss) -> Loss:
    """A loss over any data with its sums over many columns as loops, where these are x0, x1 … without a gap."""
    wide = free.wide
    if free is loss or wide is free or loss.general is None or not loss.general.derived.sums.wide:
        return free
    assert isinstance(wide.read, Sums)
    whole = all(
        f"{base}{k}" in wide.read.columns for base, (a, b) in across(wide.read).items() for k in range(a, b + 1)
    )
    return wide if whole and [*wide.names] == [*loss.names] else free


def single(expr: Any) -> Any:
    """The expression with sums over several indices as sums of sums."""
    if isinstance(expr, Sigma):
        made = single(expr.term)
        for index in reversed(expr.indices):
            made = Sigma(made, [index])
        return made
    if not expr.args or not expr.has(Sigma):
        return expr
    return expr.func(*map(single, expr.args))

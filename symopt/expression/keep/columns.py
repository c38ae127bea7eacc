"""Columns of data: what their names mean in a row."""

from __future__ import annotations

from sympy import Rational

from symopt.expression.builder.values import Value, letter
from symopt.expression.keep.state import State
from symopt.expression.sums import ROW, Slot
from symopt.expression.syntax import Node
from symopt.expression.words import CONSTANTS


class ColumnNames(State):
    """Names that are columns."""

    def column(self, node: Node, name: str) -> Value | None:
        if name not in self.columns:
            family = self.entries(node.word) if node.kind == "indexed" and self.variables is None else []
            if family:
                self.no_column(node, name)
            return None
        known = self.columned.get(name)
        if known is not None and known.expr in self.slots and self.row is None and any(i.rows for i in self.open):
            return known
        if name in CONSTANTS:
            self.fail(node, f"{name} is a column of the data, and the constant {float(CONSTANTS[name][1]):.6g}",
                      "give the column another name")  # fmt: skip
        if self.row is not None and self.data is not None:
            return self.known(self.data.entry(name, self.row))
        if not any(index.rows for index in self.open):
            self.fail(
                node, f"{name} is a column of data: it stands inside sum(…) or mean(…)", f"for example mean({name})"
            )
        self.taken.add(name)
        symbol = letter(name)
        self.slots[symbol] = Slot(symbol, name, ROW, column=True)
        self.columned[name] = Value(symbol)
        return self.columned[name]

    def no_column(self, node: Node, name: str) -> None:
        family = self.entries(node.word)
        listed = ", ".join([*family[:8], "…"][: len(family)]) + (" are" if family[1:] else " is")
        self.fail(node, f"{name} is no column of the data, though {listed}",
                  "other bounds may leave it out; variables have another letter")  # fmt: skip

    def entries(self, base: str) -> list[str]:
        """The columns that are called as entries of a family, x0, x1 …"""
        if base not in self.bases:
            self.bases[base] = [c for c in self.columns if entry_of(base, c) is not None]
        return self.bases[base]

    def known(self, number: float) -> Value:
        """A number of data, exactly as it is printed."""
        return Value(Rational(repr(number)), number)

    def moves(self, *bounds: Node) -> bool:
        return any(b.kind == "name" and b.word in self.columns for b in bounds) or super().moves(*bounds)


def entry_of(base: str, name: str) -> int | None:
    """The index of an entry of a family, as 7 of x7."""
    digits = name.removeprefix(base)
    return int(digits) if name.startswith(base) and digits.isdigit() and str(int(digits)) == digits else None

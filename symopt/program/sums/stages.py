"""A loss of sums cut into stages: what is summed over rows stands apart from what is made of the sums.

With s the totals of the whole loss, f(x) = F(x, s) with s_k = G_k(x, s of the stages before). Each stage is one
function Σ λ_k G_k of (x, s, λ), with λ numbers that are not derived by: its values, gradients and Hessians over some
of the rows add up to those over all of them, wherever these rows are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy import Symbol

from symopt.errors import DerivativeError
from symopt.expression.families import Indices
from symopt.expression.sums import ROW, Names, Slot, Sums, Total

HINT = "without a cluster it works"


@dataclass(frozen=True)
class Stage:
    """Totals that depend on those of earlier stages alone; `far` if they run over rows.

    sums: Σ λ_k G_k. own, weights: where the totals and their λ stand among the names, one behind the other.
    """

    sums: Sums
    totals: tuple[Symbol, ...]
    far: bool
    own: slice
    weights: slice
    depth: int


@dataclass(frozen=True)
class Stages:
    """A loss cut apart: F and its stages, all of the same names: x (n), s (m), λ (m)."""

    last: Sums
    stages: tuple[Stage, ...]
    names: Names
    given: frozenset[str]
    n: int
    m: int

    @property
    def linear(self) -> bool:
        """Whether F is a number times each total and whatever of x: then nothing needs to know the totals' values."""
        one = all(stage.depth == 1 for stage in self.stages)
        return one and all(self.last.expr.diff(s).is_number for stage in self.stages for s in stage.totals)


def staged(sums: Sums, names: Names) -> Stages:
    """Cuts a loss at its totals of the whole, and at those over rows. Raises DerivativeError where that cannot be."""
    cut = [total for total in sums.totals if total.outer == 0 or total.rows]
    for total in sums.totals:
        for slot in total.slots:
            if slot.column and (slot.at != ROW or not total.over_rows):
                raise DerivativeError(f"{slot.symbol} asks for single entries of a column, which may lie in any "
                                      "partition of the data", HINT)  # fmt: skip
        if total in cut and total.outer:
            first, *more = total.indices[: total.outer]
            if more or not (first.first.is_Integer and first.last.is_Integer):
                raise DerivativeError(f"a sum over rows inside sums over {_list(total)} is not evaluated by partitions",
                                      HINT)  # fmt: skip
    depths: dict[Symbol, int] = {}
    for total in sums.totals:
        inside = max((depths[s] for s in total.term.free_symbols if s in depths), default=0)
        depths[total.symbol] = inside + (total in cut)
    groups: dict[tuple[int, bool], list[Total]] = {}
    for total in cut:
        groups.setdefault((depths[total.symbol], total.over_rows), []).append(total)
    order = [(key, total) for key, group in sorted(groups.items()) for total in group]
    parts = [(total.symbol.name, _range(total)) for _, total in order]
    weights = [(_weight(total).name, _range(total)) for _, total in order]
    extended = names.followed([*parts, *weights])
    n, m = len(names), (len(extended) - len(names)) // 2
    stages, place = [], n
    for (depth, far), group in sorted(groups.items()):
        size = sum(1 if (r := _range(total)) is None else len(r) for total in group)
        stages.append(
            Stage(
                _weighted(group, sums, cut),
                tuple(t.symbol for t in group),
                far,
                slice(place, place + size),
                slice(place + m, place + m + size),
                depth,
            )
        )
        place += size
    last = Sums(sums.expr, (), {}, ())
    return Stages(last, tuple(stages), extended, frozenset(name for name, _ in weights), n, m)


def _range(total: Total) -> Indices | None:
    """The indices of a total that there are several of."""
    return Indices.of([range(int(total.indices[0].first), int(total.indices[0].last) + 1)]) if total.outer else None


def _weight(total: Total) -> Symbol:
    return Symbol(f"{total.symbol.name}′", real=True)


def _list(total: Total) -> str:
    return " and ".join(str(index.symbol) for index in total.indices[: total.outer])


def _weighted(group: Sequence[Total], sums: Sums, cut: Sequence[Total]) -> Sums:
    """Σ λ_k G_k with whatever it reads; totals of earlier stages are variables."""
    earlier = {total.symbol: total for total in cut if total not in group}
    wanted = {total.symbol for total in group}
    for total in reversed(sums.totals):
        if total.symbol in wanted:
            wanted |= total.term.free_symbols - earlier.keys()
    kept = [_read(total, earlier) for total in sums.totals if total.symbol in wanted]
    expr = sympy.Integer(0)
    for total in group:
        weight, product = _weight(total), total.symbol * _weight(total)
        if total.outer:
            index = total.indices[0]
            symbol = Symbol(f"{weight.name}′", real=True)
            kept.append(Total(symbol, (index,), 0, product, (Slot(weight, weight.name, index.symbol),)))
            product = symbol
        expr += product
    return Sums(expr, tuple(kept), {}, ())


def _read(total: Total, earlier: dict[Symbol, Total]) -> Total:
    """A total that reads those of earlier stages as variables, one for each index where there are several."""
    several = [s for s in total.term.free_symbols if s in earlier and earlier[s].outer]
    slots = tuple(Slot(s, s.name, total.indices[0].symbol) for s in several)
    return Total(total.symbol, total.indices, total.outer, total.term, (*total.slots, *slots))

"""Gathers whose indices have gaps, a[g] of g = 3, 17, 40 …: in code a column tells where its entries stand."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import cast

from sympy import Expr, Symbol

from symopt.expression.families import Indices
from symopt.expression.sums import Slot, Sums, Total, Variables, placed
from symopt.loss import Loss


@dataclass(frozen=True)
class ByPlace(Loss):
    """A loss of the same variables numbered from 0, and columns that tell for each row where an entry stands.

    whole: the loss itself. told: {column: (the entry as it is typed, the entries of its family)}.
    """

    whole: Loss | None = field(default=None, compare=False)
    told: dict[str, tuple[str, str]] = field(default_factory=dict, compare=False)

    @property
    def arguments(self) -> tuple[str, ...]:
        assert self.whole is not None
        return self.whole.arguments


def by_place(loss: Loss) -> Loss:
    """The loss by places where its indices have gaps; itself where code computes them, or no column can tell them."""
    sums = loss.read
    if not isinstance(sums, Sums) or loss.general is None or not isinstance(loss.variables, Variables) or placed(sums):
        return loss
    taken = {*sums.columns, *sums.single, *sums.families, *loss.constants, *loss.letters}
    names: dict[tuple[str, Expr], str] = {}

    def slot(each: Slot, total: Total) -> Slot | None:
        if each.column or each.base not in loss.general.derived.gaps:  # type: ignore[union-attr]
            return each
        over = None if each.clipped else total.indices
        if (place := sums.families[each.base].place(each.at, over)) is not None:
            return replace(each, at=place)
        if any(s.is_integer for s in each.at.free_symbols):  # it moves with an index too
            return None
        if (key := (each.base, each.at)) not in names:
            name = f"{each.base}_at"
            while name in taken:
                name += "_"
            names[key] = name
            taken.add(name)
        return replace(each, at=Symbol(names[key], real=True))

    totals = []
    for total in sums.totals:
        slots = [slot(each, total) for each in total.slots]
        if None in slots:
            return loss
        totals.append(replace(total, compact=total.term, moving=tuple(cast("list[Slot]", slots))))
    gaps = loss.general.derived.gaps
    families = {
        base: Indices.of([range(len(indices))]) if base in gaps else indices for base, indices in sums.families.items()
    }
    numbered = cast("dict[str, Indices]", families)
    made = replace(sums, totals=tuple(totals), families=numbered, columns=(*sums.columns, *names.values()))
    if not (names and placed(made)):
        return loss
    told = {name: (f"{base}[{at}]".replace(" ", ""), _listed(base, sums.families[base]))
            for (base, at), name in names.items()}  # fmt: skip
    same = {part.name: getattr(loss, part.name) for part in fields(Loss)}
    variables = cast("tuple[Symbol, ...]", Variables(sums.single, numbered))
    return ByPlace(**{**same, "read": made, "variables": variables}, whole=loss, told=told)


def holding(loss: Loss) -> list[str]:
    """What stands in the columns that tell places, a line each."""
    if not isinstance(loss, ByPlace):
        return []
    return [f"{name} is for each row the number of {entry} among {all_}, from 0 on"
            for name, (entry, all_) in loss.told.items()]  # fmt: skip


def _listed(base: str, indices: Indices) -> str:
    return f"{base}{indices[0]}, {base}{indices[1]}, …, {base}{indices[-1]}"

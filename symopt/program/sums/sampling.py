"""A loss as a sum of N items, some of which stand for all: mini-batches.

The items of a loss over data are its rows; what is no sum over rows is there with each batch, in full. Of any other
loss they are the values of the outermost index of each sum, and the other summands. With f linear in what is sampled,
N/b times the items of a batch of b, drawn without regard to their size, is an estimate of f, ∇f and ∇²f without bias.

Source: L. Bottou, F. Curtis, J. Nocedal, Optimization methods for large-scale machine learning, SIAM Review 60, 2018,
section 3.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol
from sympy.functions.elementary.piecewise import ExprCondPair

from symopt.errors import MethodError, named
from symopt.expression.sums import Index, Names, Sums, Total
from symopt.program.sums.domain import Only
from symopt.program.sums.inputs import Fixed, Gathered, Strided
from symopt.program.sums.numbers import SumNumbers
from symopt.program.sums.partitions import PartitionedNumbers

if TYPE_CHECKING:
    from symopt.data.columns import Data

WHOLE = "gd, momentum, adam … without batch take the whole gradient"


class Batch:
    """A loss over some of its items, as a method sees it. share: what part of all items they are, as (b, N)."""

    def __init__(self, numbers: SumNumbers, share: tuple[int, int]) -> None:
        self.numbers, self.share, self.n, self.operations = numbers, share, numbers.n, numbers.operations

    def __call__(self, x: Any) -> Any:
        return self.numbers.value(x)

    def grad(self, x: Any) -> np.ndarray:
        return self.numbers.grad(x)

    def hess(self, x: Any) -> np.ndarray:
        return self.numbers.hess(x)

    def hessp(self, x: Any, v: Any) -> np.ndarray:
        return self.numbers.hessp(x, v)

    def hess_parts(self, x: Any) -> tuple[Any, np.ndarray, np.ndarray]:
        return self.numbers.parts(x)

    def block(self, x: Any) -> np.ndarray | None:
        """∇²f at one point in the variables that the items move with; None where an item moves with many."""
        inputs = [t.inputs[k] for t in self.numbers.totals.values() for pair in t.curvatures for k in pair]
        if not all(isinstance(each, Fixed | Strided | Gathered) for each in inputs):
            return None
        sparse, wide, _ = self.numbers.parts(x)
        rows = np.unique(sparse.nonzero())
        return None if wide.size else sparse[rows][:, rows].toarray()


def chosen(which: Any, count: int) -> np.ndarray:
    """The numbers of some of `count` items; raises MethodError where they are none."""
    which = np.asarray(which)
    if which.ndim != 1 or not which.size or which.dtype.kind not in "iu" or which.min() < 0 or which.max() >= count:
        what = f"a batch is numbers of items from 0 to {count - 1}, at least one"
        raise MethodError(f"{what}, not {named(which.tolist())}", "for example loss.sampling.batch([0])")
    return which


class Rows:
    """The rows of data as items. Raises MethodError where f is not linear in its sums over them."""

    def __init__(self, numbers: SumNumbers | PartitionedNumbers, count: int, text: str) -> None:
        self.numbers, self.count = numbers, count
        totals, depends = numbers.sums.totals, moved(numbers.sums, numbers.names)
        sampled = {t.symbol for t in totals if t.rows and t.symbol in depends}
        inside = {t.symbol for t in totals if t.over_rows}
        require_linear(numbers.sums, sampled, inside, text)
        if isinstance(numbers, PartitionedNumbers) and any(t.rows and t.symbol not in depends for t in totals):
            raise MethodError(f"{text} has a sum over rows without a variable, which batches from a cluster lack",
                              "without the cluster it works")  # fmt: skip

    def batch(self, which: np.ndarray) -> Batch:
        """The loss over some rows, by their numbers."""
        which = chosen(which, self.count)
        return Batch(self.numbers.batch(which), (len(which), self.count))


class Items:
    """The values of the outermost index of each sum, and the other summands, as items numbered from 0.

    Raises MethodError where f is not linear in its sums.
    """

    def __init__(self, sums: Sums, names: Names, data: Data | None, text: str) -> None:
        depends = moved(sums, names)
        coefficient, rest = sums.expr.as_coeff_Mul()
        totals, kept = list(sums.totals), []
        for k, part in enumerate(sympy.Add.make_args(rest)):
            if not is_moved(part, depends, names) or part.free_symbols & depends:
                kept.append(part)
            else:  # a sum of one term
                symbol, one = Symbol(f"Σ{k}", real=True), Index(Symbol(f"ι{k}", integer=True), S.Zero, S.Zero)
                totals.append(Total(symbol, (one,), 0, part, ()))
                kept.append(symbol)
                depends.add(symbol)
        expr = sympy.Add(*(coefficient * part for part in kept))
        made = replace(sums, expr=expr, totals=tuple(totals))
        sampled = [t for t in totals if t.symbol in expr.free_symbols & depends]
        parts = {t.symbol: [i for i in inner_of(t, totals) if i.outer] for t in sampled}
        inside = [t.symbol for found in parts.values() for t in found]
        if len({*inside}) < len(inside):
            raise MethodError(f"sums of {text} share a sum inside them, and their terms cannot be taken apart", WHOLE)
        require_linear(made, {t.symbol for t in sampled}, {t.symbol for t in sampled} | {*inside}, text)
        self.numbers = SumNumbers(made, names, data)
        self.count = 0
        self.places = []
        for total in sampled:
            size = self.numbers.totals[total.symbol].domain.outermost
            several = [total.symbol, *(t.symbol for t in parts[total.symbol])]
            self.places.append((several, total.indices[0].symbol, self.count, self.count + size))
            self.count += size

    def batch(self, which: np.ndarray) -> Batch:
        """The loss over some items."""
        which, some = chosen(which, self.count), {}
        for several, index, begin, end in self.places:
            only = Only(index, which[(which >= begin) & (which < end)] - begin)
            some.update(dict.fromkeys(several, only))
        return Batch(self.numbers.over(some, self.count / len(which)), (len(which), self.count))


def items_of(
    read: Expr | Sums, names: Names, data: Any, numbers: SumNumbers | PartitionedNumbers | None, text: str
) -> Rows | Items:
    """What batches of a loss are drawn from. Raises MethodError where f is not linear in its sums."""
    sums = read if isinstance(read, Sums) else Sums(read, (), {}, ())
    depends = moved(sums, names)
    if numbers is not None and any(t.rows and t.symbol in depends for t in sums.totals):
        return Rows(numbers, data.rows, text)
    return Items(sums, names, data if isinstance(read, Sums) else None, text)


def moved(sums: Sums, names: Names) -> set[Symbol]:
    """The totals that depend on variables."""
    found: set[Symbol] = set()
    for total in sums.totals:
        variables = any(not slot.column and not slot.numbers for slot in total.slots)
        if variables or is_moved(total.term, found, names):
            found.add(total.symbol)
    return found


def is_moved(expr: Expr, depends: set[Symbol], names: Names) -> bool:
    """Whether an expression of variables and totals depends on a variable."""
    return any(s in depends or s.name in names for s in expr.free_symbols)


def inner_of(total: Total, totals: Collection[Total]) -> list[Total]:
    """The totals that one reads, and that these read."""
    known = {t.symbol: t for t in totals}
    found: dict[Symbol, Total] = {}
    waiting = [total]
    while waiting:
        for symbol in waiting.pop().term.free_symbols:
            if (inner := known.get(symbol)) is not None and symbol not in found:
                found[symbol] = inner
                waiting.append(inner)
    return list(found.values())


def require_linear(sums: Sums, sampled: set[Symbol], inside: set[Symbol], text: str) -> None:
    """Raises MethodError where f is not linear in sampled totals, or one is read inside what is sampled itself."""
    depends = set(sampled)
    for total in (*sums.totals, None):
        term = sums.expr if total is None else total.term
        if not term.free_symbols & depends:
            continue
        if (total is not None and total.symbol in inside) or not linear(term, depends):
            raise MethodError(f"{text} is not linear in its sums: a batch would be a biased estimate of it",
                              "batches are for sums and means of terms; " + WHOLE)  # fmt: skip
        if total is not None:
            depends.add(total.symbol)


def linear(expr: sympy.Basic, symbols: set[Symbol]) -> bool:
    """Whether an expression is linear in symbols, all at once."""
    if not expr.free_symbols & symbols or isinstance(expr, Symbol):
        return True
    if isinstance(expr, sympy.Mul):
        several = [part for part in expr.args if part.free_symbols & symbols]
        return len(several) == 1 and linear(several[0], symbols)
    if isinstance(expr, ExprCondPair):
        return not expr.cond.free_symbols & symbols and linear(expr.expr, symbols)
    return isinstance(expr, sympy.Add | sympy.Piecewise) and all(linear(part, symbols) for part in expr.args)

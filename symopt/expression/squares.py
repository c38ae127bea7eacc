"""Losses that are sums of squares: f = c + Σ ‖r‖², told from the expression, with r as totals of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from symopt.expression.sums import Slot, Sums, Total

Moves = Callable[[sympy.Basic], bool]


@dataclass(frozen=True)
class Squares:
    """The residuals of f = c + Σ w·r², c and the w free of variables.

    sums: what the residuals read. residuals: √w·r as totals that are not summed, once for each tuple of their indices.
    weights: those w whose sign is not known from the expression, as totals of the same sort: none may be negative.
    """

    sums: Sums
    residuals: tuple[Total, ...]
    weights: tuple[Total, ...]


def squares(read: Expr | Sums, variables: Sequence[Symbol], letters: Collection[str] = ()) -> Squares | None:
    """The residuals of a loss; None where it is not written as a sum of squares. letters: those that stay open.

    A square is an even power, or a product of even powers, of exponentials beside one, and of factors that hold no
    variable: 100*(y-x**2)**2, x**2*exp(-2*y), w*(y-a*t)**4.
    """
    sums = read if isinstance(read, Sums) else Sums(read, (), {}, tuple(s.name for s in variables))
    moving: set[Symbol] = set()

    def moves(expr: sympy.Basic, still: frozenset[Symbol] = frozenset()) -> bool:
        return any(
            s in moving if sums.total(s) is not None else s not in still and s.name not in letters
            for s in expr.free_symbols
            if isinstance(s, Symbol)
        )

    for total in sums.totals:
        if moves(total.term, total.still):
            moving.add(total.symbol)
    found: list[tuple[Expr, Expr, Total | None]] = []
    for part in sympy.Add.make_args(sums.expr):
        if not moves(part):
            continue
        factor, symbol = part.as_independent(*moving, as_Add=False) if part.free_symbols & moving else (part, part)
        whole = sums.total(symbol) if isinstance(symbol, Symbol) else None
        if whole is None:
            pieces = _squares(part, moves)
            if pieces is None:
                return None
            found += [(w, r, None) for w, r in pieces]
            continue
        still = whole.still
        pieces = _squares(whole.term, lambda expr, still=still: moves(expr, still))  # type: ignore[misc]
        if moves(factor) or whole.outer or pieces is None:
            return None
        found += [(factor * w, r, whole) for w, r in pieces]
    if not found:
        return None
    residuals, weights = [], []
    for k, (w, r, over) in enumerate(found, 1):
        if w.is_negative:
            return None
        residuals.append(_unsummed(f"r{k}", sympy.sqrt(w) * r, over))
        if not w.is_nonnegative:
            weights.append(_unsummed(f"w{k}", w, over))
    return Squares(sums, tuple(residuals), tuple(weights))


def _unsummed(name: str, term: Expr, total: Total | None) -> Total:
    symbol = Symbol(f"{name}ρ", real=True)
    if total is None:
        return Total(symbol, (), 0, term, ())
    slots: tuple[Slot, ...] = total.slots
    return Total(symbol, total.indices, len(total.indices), term, slots)


def _squares(expr: Expr, moves: Moves) -> list[tuple[Expr, Expr]] | None:
    """(w, r) of every square in a sum of them, expr = Σ w·r²; None where there is another sort of summand."""
    found: list[tuple[Expr, Expr]] = []
    for part in sympy.Add.make_args(expr):
        factors = sympy.Mul.make_args(part)
        w = sympy.Mul(*(factor for factor in factors if not moves(factor)))
        rest = [factor for factor in factors if moves(factor)]
        if not rest:
            if expr is part or not moves(part):
                continue
            return None
        if len(rest) == 1 and rest[0].is_Add:
            inner = _squares(rest[0], moves)
            if inner is None:
                return None
            found += [(w * inner_w, r) for inner_w, r in inner]
            continue
        roots = [_root(factor) for factor in rest]
        if any(root is None for root in roots) or all(isinstance(factor, sympy.exp) for factor in rest):
            return None
        found.append((w, sympy.Mul(*roots)))
    return found


def _root(factor: Expr) -> Expr | None:
    """The square root of an even power or an exponential."""
    if isinstance(factor, sympy.exp):
        return sympy.exp(factor.args[0] / 2)
    if factor.is_Pow and factor.exp.is_Integer and factor.exp % 2 == 0:
        return factor.base ** (factor.exp / 2)
    return None

"""The derivative of an expression with sums by a general entry: a sum of parts, each where its conditions hold.

∂/∂x[k] Σᵢ T(x[a(i)], …) = Σᵢ ∂T/∂x[a(i)]·[a(i) = k]: the equation a(i) = k is solved for an index, whose bounds then
become conditions on k and bounds of the others. What cannot be solved, as g[i] = k of a gather, stays a condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol, Tuple

from symopt.expression.general.tree import ROW, Entry, Sigma, nodes
from symopt.expression.slopes import slopes


@dataclass(frozen=True)
class Part:
    """An expression that counts where each of `zero` is 0 and each of `least` is at least 0."""

    expr: Expr
    zero: tuple[Expr, ...] = ()
    least: tuple[Expr, ...] = ()


def partial(expr: Expr, target: Expr) -> list[Part]:
    """∂expr/∂target as parts that add up; the conditions are affine in the letters of the target and of `expr`."""
    stands = {node: Dummy(f"u{k}", real=True) for k, node in enumerate(nodes(expr))}
    flat = expr.xreplace(stands)
    wanted: list[tuple[Expr, Symbol]] = [(node, stands[node]) for node in stands if _reads(node, target)]
    if isinstance(target, Symbol) and target in flat.free_symbols:
        wanted.append((target, target))
    wanted.sort(key=lambda pair: str(pair[0]))
    back = {symbol: node for node, symbol in stands.items()}
    found: list[Part] = []
    for (node, _), slope in zip(wanted, slopes(flat, [symbol for _, symbol in wanted]), strict=True):
        if slope == 0:
            continue
        outer = slope.xreplace(back)
        if isinstance(node, Sigma):
            found += [Part(outer * part.expr, part.zero, part.least) for part in _summed(node, target)]
        elif isinstance(node, Entry) and isinstance(target, Entry):
            zero = solvable(node.at - target.at)
            if zero is not None:
                found.append(Part(outer, (zero,) if zero != 0 else ()))
        else:
            found.append(Part(outer))
    return found


def _reads(node: Expr, target: Expr) -> bool:
    """Whether a node may move with the target."""
    if isinstance(node, Entry):
        return isinstance(target, Entry) and node.base == target.base
    assert isinstance(node, Sigma)
    if isinstance(target, Symbol) and target in node.term.free_symbols:
        return True
    return any(_reads(inner, target) for inner in nodes(node.term))


def solvable(equation: Expr) -> Expr | None:
    """The equation u = 0 of whole numbers with its common divisor taken out; None if it never holds."""
    equation = sympy.expand(equation)
    constant, rest = equation.as_coeff_Add()
    factors = [term.as_coeff_Mul()[0] for term in sympy.Add.make_args(rest)] if rest != 0 else []
    if not factors:
        return S.Zero if constant == 0 else None
    divisor = 0
    for factor in factors:
        divisor = gcd(divisor, int(factor))
    return None if constant % divisor else sympy.expand(equation / divisor)


def _summed(sigma: Sigma, target: Expr) -> list[Part]:
    found = []
    for part in partial(sigma.term, target):
        made = _solved(part, list(sigma.indices), list(sigma.conditions))
        if made is not None:
            found.append(made)
    return found


def _bound(expr: Expr, symbols: set[Symbol]) -> bool:
    return bool(expr.free_symbols & symbols)


def _within(expr: Expr) -> set[Symbol]:
    """The indices that stand inside of entries: they are not solved for."""
    return set().union(*(node.free_symbols for node in expr.atoms(Entry)))


def _solved(part: Part, indices: list[Tuple], conditions: list[Expr]) -> Part | None:
    """Σ of a part over indices: equations solved for indices, the rest as bounds and conditions; None if never."""
    expr, zero, least = part.expr, list(part.zero), list(part.least)
    while (pair := _unit(zero, indices)) is not None:
        equation, index = pair
        symbol = index[0]
        value = sympy.expand(symbol - equation / equation.coeff(symbol))
        zero.remove(equation)
        least += [value - low for low in candidates(index[1], sympy.Max)]
        least += [high - value for high in candidates(index[2], sympy.Min)]
        place = {symbol: value}
        indices = [Tuple(s, a.xreplace(place), b.xreplace(place)) for s, a, b in indices if s != symbol]
        expr, conditions = expr.xreplace(place), [c.xreplace(place) for c in conditions]
        solved = [solvable(e.xreplace(place)) for e in zero]
        if None in solved:
            return None
        zero = [e for e in solved if e is not None and e != 0]
        least = [sympy.expand(e.xreplace(place)) for e in least]
    symbols = {index[0] for index in indices}
    outside = [e for e in zero if not _bound(e, symbols)]
    for left, right in (_sides(e) for e in zero if _bound(e, symbols)):
        same = next((c for c in conditions if isinstance(c, sympy.Eq) and c.lhs == left), None)
        if same is None:
            conditions.append(sympy.Eq(left, right, evaluate=False))
            expr = expr.xreplace({left: right}) if isinstance(left, Entry) else expr
        elif (tie := solvable(same.rhs - right)) is None:
            return None
        elif tie != 0:
            outside.append(tie)
    free: list[Expr] = []
    for constraint in least:
        if not _bound(constraint, symbols):
            free.append(constraint)
            continue
        k = max(k for k, index in enumerate(indices) if constraint.has(index[0]))
        symbol, first, last = indices[k]
        factor = constraint.coeff(symbol)
        limit = sympy.expand(symbol - constraint / factor)
        if factor == 1:
            indices[k] = Tuple(symbol, higher(first, limit), last)
        elif factor == -1:
            indices[k] = Tuple(symbol, first, lower(last, limit))
        else:
            conditions.append(sympy.Ge(constraint, 0, evaluate=False))
    for _, first, last in indices:
        if not (_bound(first, symbols) or _bound(last, symbols)):
            free += [b - a for a in candidates(first, sympy.Max) for b in candidates(last, sympy.Min)]
    kept: list[Expr] = []
    for constraint in free:
        constraint = sympy.expand(constraint)
        if constraint.is_number and constraint.is_Integer:
            if constraint < 0:
                return None
        elif constraint not in kept and not _rows(constraint):
            kept.append(constraint)
    return Part(_sum(expr, indices, conditions), tuple(outside), tuple(kept))


def _sum(expr: Expr, indices: Sequence[Tuple], conditions: Sequence[Expr]) -> Expr:
    """Σ expr; of what is the same at all tuples as often as there are some."""
    symbols = {index[0] for index in indices}
    moves = _bound(expr, symbols) or any(
        _bound(e, symbols) or e.has(sympy.Max, sympy.Min) for i in indices for e in i[1:]
    )
    if conditions or moves:
        return Sigma(expr, indices, conditions)
    return sympy.Mul(expr, *(sympy.expand(last - first + 1) for _, first, last in indices))


def _rows(constraint: Expr) -> bool:
    """Whether a condition only says that there are rows of data."""
    return all(symbol.is_positive for symbol in constraint.free_symbols)


def _sides(equation: Expr) -> tuple[Expr, Expr]:
    """An equation u = 0 with the entries and indices of its sum at the left, as g[i] = k."""
    entries = equation.atoms(Entry)
    left = sum((term for term in sympy.Add.make_args(equation) if term.has(*entries)), S.Zero) if entries else S.Zero
    if left == 0:
        return equation, S.Zero
    sign = -1 if left.as_coeff_Mul()[0].is_negative else 1
    return sympy.expand(sign * left), sympy.expand(sign * (left - equation))


def _unit(zero: Sequence[Expr], indices: Sequence[Tuple]) -> tuple[Expr, Tuple] | None:
    """An equation and the last index that it can be solved for in whole numbers."""
    for index in reversed(indices):
        if index[0] == ROW:
            continue
        for equation in zero:
            if abs(equation.coeff(index[0])) == 1 and index[0] not in _within(equation):
                return equation, index
    return None


def candidates(bound: Expr, kind: Any) -> tuple[Expr, ...]:
    """Of a bound max(a, b) the a and b."""
    return tuple(bound.args) if isinstance(bound, kind) else (bound,)


def higher(*bounds: Expr) -> Expr:
    return _extreme(sympy.Max, bounds)


def lower(*bounds: Expr) -> Expr:
    return _extreme(sympy.Min, bounds)


def _extreme(kind: Any, bounds: Sequence[Expr]) -> Expr:
    left: list[Expr] = []
    for bound in (part for each in bounds for part in candidates(each, kind)):
        for k, other in enumerate(left):
            difference = sympy.expand(bound - other)
            if difference.is_Integer:
                if (difference > 0) == (kind is sympy.Max):
                    left[k] = bound
                break
        else:
            left.append(bound)
    return left[0] if len(left) == 1 else kind(*left, evaluate=False)

"""Equality of expressions with sums: Σ T = Σ T′ over the same indices follows from T = T′, every entry a symbol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.checking.prove.equal import equal
from symopt.expression.general import Entry, Sigma
from symopt.expression.general.tree import ROW, nodes


def same(first: Expr, second: Expr) -> bool:
    """Whether two expressions with sums are shown to be equal."""
    if first == second:
        return True
    first, second = _canonical(first), _canonical(second)
    if first == second:
        return True
    return _by_terms(first, second) or any(_by_symbols(first, second, form) for form in (_factored, _expanded))


def _canonical(expr: Any) -> Any:
    """The expression with its sums from 0 on and over indices of common names."""

    def walked(part: Any, depth: int) -> Any:
        if isinstance(part, Sigma):
            place: dict[Symbol, Expr] = {}
            indices = []
            for level, (symbol, low, high) in enumerate(part.indices):
                first, last = low.xreplace(place), high.xreplace(place)
                if symbol == ROW:
                    indices.append((ROW, first, last))
                    continue
                name = Symbol(f"·{depth + level}", integer=True)
                place[symbol] = name + first
                indices.append((name, S.Zero, sympy.expand(last - first)))
            term = walked(_moved(part.term, place), depth + len(indices))
            return Sigma(term, indices, [c.xreplace(place) for c in part.conditions])
        if not part.args or isinstance(part, Entry):
            return part
        return part.func(*(walked(each, depth) for each in part.args)) if part.has(Sigma) else part

    return walked(expr, 0)


def _moved(expr: Expr, place: Mapping[Symbol, Expr]) -> Expr:
    made = expr.xreplace(place)
    return made.replace(lambda e: isinstance(e, Entry), lambda e: Entry(e.args[0], sympy.expand(e.at)))


def _sums(expr: Expr) -> list[Sigma]:
    return [node for node in nodes(expr) if isinstance(node, Sigma)]


def _by_terms(first: Expr, second: Expr) -> bool:
    """Whether both are linear in their sums, and agree in the terms over each index set and in the rest."""
    found: list[dict[Any, Expr]] = []
    for expr in (first, second):
        sums = _sums(expr)
        names = {sigma: Dummy(f"s{k}", real=True) for k, sigma in enumerate(sums)}
        flat = sympy.expand(expr.xreplace(names), deep=False) if sums else expr
        groups: dict[Any, Expr] = {}
        rest = flat.xreplace(dict.fromkeys(names.values(), S.Zero))
        for sigma, name in names.items():
            factor = sympy.diff(flat, name)
            if factor.free_symbols & set(names.values()):
                return False
            key = (sigma.args[1], sigma.args[2])
            groups[key] = groups.get(key, S.Zero) + factor * sigma.term
        groups[None] = rest
        found.append(groups)
    one, other = found
    return all(_equal_terms(one.get(key, S.Zero), other.get(key, S.Zero)) for key in {*one, *other})


def _equal_terms(first: Expr, second: Expr) -> bool:
    if first == second:
        return True
    if _sums(first) or _sums(second):
        return _by_terms(first, second) or any(_by_symbols(first, second, f) for f in (_factored, _expanded))
    names = {node: Dummy(f"v{k}", real=True) for k, node in enumerate(nodes(first + second))}
    return equal(first.xreplace(names), second.xreplace(names))


def _by_symbols(first: Expr, second: Expr, form: Callable[[Sigma], Expr]) -> bool:
    """Whether the two are equal with each sum a symbol, after what does not move is taken out of it."""
    names: dict[Sigma, Symbol] = {}

    def named(expr: Any) -> Any:
        found = {}
        for sigma in _sums(expr):
            made = form(sigma)
            for inner in _sums(made):
                if inner not in names:
                    twin = next((name for other, name in names.items() if _twins(other, inner)), None)
                    names[inner] = twin or Dummy(f"s{len(names)}", real=True)
            found[sigma] = made.xreplace({inner: names[inner] for inner in _sums(made)})
        return expr.xreplace(found)

    pair = named(first), named(second)
    entries = {node: Dummy(f"v{k}", real=True) for k, node in enumerate(nodes(pair[0] + pair[1]))}
    return equal(*(e.xreplace(entries) for e in pair))


def _twins(first: Sigma, second: Sigma) -> bool:
    return first.args[1:] == second.args[1:] and _equal_terms(first.term, second.term)


def _outside(term: Expr, sigma: Sigma) -> tuple[Expr, Expr]:
    """(what does not move with the indices, the rest) of a product."""
    factors = sympy.Mul.make_args(term)
    still = [f for f in factors if not f.free_symbols & sigma.symbols]
    return sympy.Mul(*still), sympy.Mul(*(f for f in factors if f not in still))


def _factored(sigma: Sigma) -> Expr:
    still, rest = _outside(sympy.factor_terms(sigma.term), sigma)
    return still * Sigma(rest, sigma.indices, sigma.conditions)


def _expanded(sigma: Sigma) -> Expr:
    found = []
    for term in sympy.Add.make_args(sympy.expand(sigma.term)):
        still, rest = _outside(term, sigma)
        found.append(still * Sigma(rest, sigma.indices, sigma.conditions))
    return sympy.Add(*found)

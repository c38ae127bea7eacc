"""Equality of expressions with sums: both are brought to one form, in which what is linear in sums is written so.

Σ is linear, so a sum is one of products: Σ (a·T + b·U) = a Σ T + b Σ U, Σ c = N·c over N values of its indices, a sum
inside of a product is one over its indices too, and Σᵢ Σⱼ Tᵢ·Uⱼ = (Σᵢ Tᵢ)·(Σⱼ Uⱼ). Then Σ T = Σ T′ over the same
indices follows from T = T′, every entry a symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import sympy
from sympy import Dummy, Expr, Integer, S, Symbol, Tuple

from symopt.checking.prove.cases import by_cases
from symopt.checking.prove.equal import WORK, equal
from symopt.expression.general import Entry, Sigma
from symopt.expression.general.tree import ROW, nodes
from symopt.work import within

MOST = 300  # products that a term may become
WRITTEN = 16  # terms of a sum that is written out
NAMED = 3  # indices of a sum whose order is looked at


def same(first: Expr, second: Expr) -> bool:
    """Whether two expressions with sums are shown to be equal."""
    if first == second:
        return True
    for form in (_canonical, linear, lambda expr: linear(written_out(expr))):
        pair = form(first), form(second)
        if pair[0] == pair[1] or _by_terms(*pair) or _by_symbols(*pair):
            return True
    return False


# one form


def _canonical(expr: Any, name: Callable[[int], Symbol] = lambda depth: Symbol(f"·{depth}", integer=True)) -> Any:
    """The expression with its sums from 0 on, and over indices that are called by how deep they stand."""

    def walked(part: Any, depth: int) -> Any:
        if isinstance(part, Sigma):
            place: dict[Symbol, Expr] = {}
            indices = []
            for level, (symbol, low, high) in enumerate(part.indices):
                first, last = low.xreplace(place), high.xreplace(place)
                if symbol == ROW:
                    indices.append((ROW, first, last))
                    continue
                called = name(depth + level)
                place[symbol] = called + first
                indices.append((called, S.Zero, sympy.expand(last - first)))
            term = walked(_moved(part.term, place), depth + len(indices))
            return Sigma(term, indices, [c.xreplace(place) for c in part.conditions])
        if not part.args or isinstance(part, Entry):
            return part
        return part.func(*(walked(each, depth) for each in part.args)) if part.has(Sigma) else part

    return walked(expr, 0)


def _moved(expr: Expr, place: Mapping[Symbol, Expr]) -> Expr:
    made = expr.xreplace(place)
    return made.replace(lambda e: isinstance(e, Entry), lambda e: Entry(e.args[0], sympy.expand(e.at), *e.args[2:]))


def written_out(expr: Any) -> Any:
    """The expression with short sums over numbers written out."""
    if not expr.args or isinstance(expr, Entry) or not expr.has(Sigma):
        return expr
    expr = expr.func(*map(written_out, expr.args))
    if not isinstance(expr, Sigma) or expr.conditions:
        return expr
    term, kept = expr.term, list(expr.indices)
    for index in expr.indices[::-1]:
        symbol, first, last = index
        short = symbol != ROW and first.is_Integer and last.is_Integer and last - first < WRITTEN
        if short and not any(bound.has(symbol) for other in kept for bound in other[1:]):
            kept.remove(index)
            term = sympy.Add(*(_moved(term, {symbol: Integer(k)}) for k in range(int(first), int(last) + 1)))
    return Sigma(term, kept) if kept else term


def linear(expr: Any) -> Any:
    """The expression with its sums as sums of products of what moves with their indices."""

    def walked(part: Any) -> Any:
        if not part.args or isinstance(part, Entry) or not part.has(Sigma):
            return part
        if not isinstance(part, Sigma):
            return part.func(*map(walked, part.args))
        return sympy.Add(*(_product(each, part) for each in _products(walked(part.term))))

    return walked(_canonical(expr, lambda _: Dummy(integer=True)))


def _products(term: Expr) -> Sequence[Expr]:
    """The products that a term is a sum of."""
    return sympy.Add.make_args(sympy.expand(term) if _size(term) <= MOST else sympy.factor_terms(term))


def _size(expr: Any) -> int:
    """How many products an expression is expanded to, or what stands inside of it."""
    if not expr.args or isinstance(expr, Entry | Sigma):
        return 1
    sizes = [min(_size(part), MOST + 1) for part in expr.args]
    if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
        return int(min(sizes[0] ** min(int(expr.exp), 9), MOST + 1))
    return sum(sizes) if expr.is_Add else int(sympy.prod(sizes)) if expr.is_Mul else max(sizes)


def _product(term: Expr, sigma: Sigma) -> Expr:
    """Σ of a product, as products of sums over the indices that hang together."""
    indices, conditions = list(sigma.indices), sigma.conditions
    still, moving = S.One, list[Expr]()
    waiting = list(sympy.Mul.make_args(term))
    while waiting:
        factor = waiting.pop()
        base, times = factor.as_base_exp() if factor.is_Pow else (factor, S.One)
        if not factor.free_symbols & {index[0] for index in indices}:
            still *= factor
        elif isinstance(base, Sigma) and not base.conditions and times in (1, 2, 3) and (
            ROW not in base.symbols or (times == 1 and all(index[0] != ROW for index in indices))
        ):  # fmt: skip
            for _ in range(times):
                place = {symbol: Dummy(integer=True) for symbol in base.symbols - {ROW}}
                indices += [Tuple(place.get(s, s), a.xreplace(place), b.xreplace(place)) for s, a, b in base.indices]
                waiting += sympy.Mul.make_args(base.term.xreplace(place))
        else:
            moving.append(factor)
    found = [still]
    for part, own in _apart(moving, indices, bool(conditions)):
        count = sympy.expand(own[0][2] - own[0][1] + 1)
        if not part and len(own) == 1 and (own[0][0] == ROW or (count.is_Integer and count >= 0)):
            found.append(count)
        else:
            found.append(_named(sympy.Mul(*part), own, conditions))
    return sympy.Mul(*found)


def _apart(
    factors: Sequence[Expr], indices: Sequence[Tuple], together: bool
) -> Iterator[tuple[list[Expr], list[Tuple]]]:
    """The factors and indices that hang together, by what moves with what."""
    known = {index[0] for index in indices}
    links = [known] if together else [known & part.free_symbols for part in (*factors, *indices)]
    joined: list[set[Symbol]] = []
    for link in links:
        touched = [group for group in joined if group & link]
        joined = [group for group in joined if group not in touched] + [link.union(*touched)]
    for group in joined:
        yield [f for f in factors if f.free_symbols & group], [index for index in indices if index[0] in group]


def _named(term: Expr, indices: Sequence[Tuple], conditions: Sequence[Any]) -> Sigma:
    """A sum with names for its indices that depend on nothing but what it is."""
    inner = [s.name for part in term.atoms(Sigma) for s in part.symbols if s != ROW]
    begin = max((int(name[1:]) + 1 for name in inner), default=0)
    own = [index for index in indices if index[0] != ROW]
    free = all(index[1].is_Integer and index[2].is_Integer for index in own) and len(own) <= NAMED
    found = []
    for order in permutations(own) if free else [own]:
        place = {index[0]: Symbol(f"·{begin + k}", integer=True) for k, index in enumerate(order)}
        rows = [index for index in indices if index[0] == ROW]
        made = [Tuple(place.get(s, s), a.xreplace(place), b.xreplace(place)) for s, a, b in (*rows, *order)]
        found.append(Sigma(term.xreplace(place), made, [c.xreplace(place) for c in conditions]))
    return found[0] if len(found) == 1 else min(found, key=str)


# equality


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
        return _by_terms(first, second) or _by_symbols(first, second)
    return _equal(first, second)


def _by_symbols(first: Expr, second: Expr) -> bool:
    """Whether the two are equal with each sum a symbol."""
    names: dict[Expr, Symbol] = {}
    for sigma in (*_sums(first), *_sums(second)):
        if sigma not in names:
            twin = next((name for other, name in names.items() if _twins(other, sigma)), None)
            names[sigma] = twin or Dummy(f"s{len(names)}", real=True)
    return bool(names) and _equal(first.xreplace(names), second.xreplace(names))


def _equal(first: Expr, second: Expr) -> bool:
    names = {node: Dummy(f"v{k}", real=True) for k, node in enumerate(nodes(first + second))}
    pair = first.xreplace(names), second.xreplace(names)
    return equal(*pair) or by_cases(*pair, within(WORK))


def _twins(first: Any, second: Any) -> bool:
    return first.args[1:] == second.args[1:] and _equal_terms(first.term, second.term)

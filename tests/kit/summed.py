"""Expressions with sums as numbers: every sum is a loop, every entry is looked up."""

import math
from functools import cache

import sympy
from sympy import Dummy

from symopt.expression.general.tree import Entry, Sigma, nodes


def number(expr, values, data=None, letters=None):
    """The value of an expression; values: {name: number}, data: {column: numbers}, letters: {symbol: whole number}."""
    letters = letters or {}
    data = data or {}

    def index(at):
        return round(number(at, values, data, letters))

    def entry(node):
        place = index(node.at)
        if node.args[2:]:  # x[j] of a row
            return float(data[f"{node.base}{place}"][index(node.args[2])])
        return (
            float(data[node.base][place]) if node.base in data else float(values.get(f"{node.base}{place}", math.nan))
        )

    parts, function = compiled(expr)
    given = []
    for node in parts:
        if isinstance(node, Entry):
            given.append(entry(node))
        elif isinstance(node, Sigma):
            given.append(loop(node, values, data, letters))
        else:
            given.append(letters[node] if node in letters else values[node.name])
    return float(function(*given))


@cache
def compiled(expr):
    """What an expression reads, its entries, sums and symbols, and it as a function of these."""
    stands = {node: Dummy(f"u{k}", real=True) for k, node in enumerate(nodes(expr))}
    flat = expr.xreplace(stands)
    symbols = sorted(flat.free_symbols - set(stands.values()), key=str)
    return [*stands, *symbols], sympy.lambdify([*stands.values(), *symbols], flat, "math")


def loop(sigma, values, data, letters):
    def over(indices, letters):
        if not indices:
            if all(holds(c, values, data, letters) for c in sigma.conditions):
                yield number(sigma.term, values, data, letters)
            return
        (symbol, first, last), *rest = indices
        a, b = (round(number(e, values, data, letters)) for e in (first, last))
        for i in range(a, b + 1):
            yield from over(rest, letters | {symbol: i})

    return math.fsum(over(sigma.indices, letters))


def holds(condition, values, data, letters):
    left, right = (number(side, values, data, letters) for side in (condition.lhs, condition.rhs))
    return {"==": left == right, ">=": left >= right, "<=": left <= right}[condition.rel_op]

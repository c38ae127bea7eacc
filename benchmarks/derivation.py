"""Gradient and Hessian ready to evaluate, against what people do with sympy today.

Every job begins with sympy's expression (casadi's and symengine's with their own, made beforehand) and
ends when both functions can be called; sympy's cache and ours are emptied before each.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

import sympy
from sympy import Expr, Symbol
from sympy.core.cache import clear_cache

import symopt.program.lower
from benchmarks.measure import Row, Times, cpu
from symopt import Loss
from symopt.expression import deep
from symopt.program.lower import slope
from symopt.program.numpy import written

SIZES = (10, 20, 50, 100, 200, 500)
NODES = (100, 300, 1000, 3000, 10_000)
DEAR = {"sympy, term by term": 200, "sympy, diff twice": 3000}  # no larger than this, to keep the run short


def chain_text(n: int) -> str:
    """Rosenbrock's chain in n variables."""
    return f"sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, {n - 2})"


def long_loss(nodes: int) -> Loss:
    """A loss of one variable with about so many different operations: nothing in it can be shared or cancelled."""
    x = Symbol("x", real=True)
    terms = [sympy.sin(sympy.Rational(k, 7) * x + k) ** 2 for k in range(1, nodes // 4 + 1)]
    return Loss("…", sympy.Add(*terms), (x,))


def nested(depth: int) -> str:
    return "sin(" * depth + "x" + ")" * depth


# each way: derive, and compile into functions of one array


def ours(loss: Loss) -> Callable[[], Any]:
    """A new loss of the same expression, so that nothing is left from before."""

    def work() -> Any:
        fresh = Loss(loss.text, loss.expr, loss.variables)
        numbers = fresh._numbers
        nodes = numbers.gradient_nodes, numbers.hessian_nodes()
        return [written(numbers.program, list(found.values())) for found in nodes]

    return work


def sympy_sparse(loss: Loss) -> Callable[[], Any]:
    """Each term differentiated by its own variables only, the entries that are not zero lambdified with cse."""

    def work() -> Any:
        order = {symbol: i for i, symbol in enumerate(loss.variables)}
        gradient: dict[int, list[Expr]] = {}
        hessian: dict[tuple[int, int], list[Expr]] = {}
        for term in sympy.Add.make_args(loss.expr):
            own = sorted(term.free_symbols, key=order.__getitem__)
            for a in own:
                slope = sympy.diff(term, a)
                gradient.setdefault(order[a], []).append(slope)
                for b in own:
                    if order[b] <= order[a] and b in slope.free_symbols:
                        hessian.setdefault((order[a], order[b]), []).append(sympy.diff(slope, b))
        first = [sympy.Add(*terms) for terms in gradient.values()]
        second = [sympy.Add(*terms) for terms in hessian.values()]
        return sympy.lambdify([loss.variables], first, "numpy"), sympy.lambdify([loss.variables], second, "numpy")

    return work


def sympy_twice(loss: Loss) -> Callable[[], Any]:
    """`diff` twice, `lambdify` twice: the textbook way in one variable."""

    def work() -> Any:
        (x,) = loss.variables
        with deep():  # Python's own compiler needs room for a sum of a thousand terms
            slope = sympy.diff(loss.expr, x)
            return sympy.lambdify(x, slope, "numpy"), sympy.lambdify(x, sympy.diff(slope, x), "numpy")

    return work


def casadi_chain(n: int) -> Callable[[], Any]:
    import casadi

    x = casadi.SX.sym("x", n)
    f = sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(n - 1))

    def work() -> Any:
        hessian, gradient = casadi.hessian(f, x)
        return casadi.Function("g", [x], [gradient]), casadi.Function("h", [x], [hessian])

    return work


def symengine_sparse(loss: Loss) -> Callable[[], Any]:
    """As `sympy_sparse`, with symengine's diff and Lambdify."""
    import symengine

    expr = symengine.sympify(loss.expr)
    variables = [symengine.sympify(symbol) for symbol in loss.variables]

    def work() -> Any:
        order = {symbol: i for i, symbol in enumerate(variables)}
        gradient: dict[int, list[Any]] = {}
        hessian: dict[tuple[int, int], list[Any]] = {}
        for term in expr.args:
            own = sorted(term.free_symbols, key=order.__getitem__)
            for a in own:
                slope = term.diff(a)
                gradient.setdefault(order[a], []).append(slope)
                for b in own:
                    if order[b] <= order[a] and b in slope.free_symbols:
                        hessian.setdefault((order[a], order[b]), []).append(slope.diff(b))
        first = [symengine.Add(*terms) for terms in gradient.values()]
        second = [symengine.Add(*terms) for terms in hessian.values()]
        return symengine.Lambdify(variables, first), symengine.Lambdify(variables, second)

    return work


def seconds(work: Callable[[], Any], repeat: int = 1) -> Callable[[], float]:
    """A job: the CPU seconds of the work, begun with empty caches."""

    def job() -> float:
        clear_cache()
        slope.cache_clear()
        return cpu(work, repeat)

    return job


def parsing(text: str) -> Callable[[], Any]:
    return lambda: Loss.parse(text)


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table."""
    n, half, nodes = (20, 10, 100) if quick else (500, 50, 5000)
    middle = 20 if quick else 200
    sines, depth = (10, 10) if quick else (50, 200)
    Loss.parse("x**2")  # the grammar is read once in a process
    chains = {size: Loss.parse(chain_text(size)) for size in sorted({half, middle, n})}
    small = {text: Loss.parse(text) for text in ("x**2", "-cos(pi*x/20)+x**2")}
    long = long_loss(nodes)
    jobs = {
        "chain, ours": seconds(ours(chains[middle])),
        "chain, sympy": seconds(sympy_sparse(chains[middle])),
        "chain, parse": seconds(parsing(chain_text(middle))),
        "half": seconds(ours(chains[half])),
        "large": seconds(ours(chains[n])),
        "long, ours": seconds(ours(long)),
        "long, sympy": seconds(sympy_twice(long)),
        "long, unshared": seconds(unshared(long_loss(nodes // 10))),
        "long, tenth": seconds(ours(long_loss(nodes // 10))),
        "product": seconds(ours(Loss.parse(f"prod(sin(i*x), i, 1, {sines})"))),
        "product, sympy": seconds(sympy_twice(Loss.parse(f"prod(sin(i*x), i, 1, {sines})"))),
        "nested": seconds(ours(Loss.parse(nested(depth)))),
    }
    for text, loss in small.items():
        jobs[f"{text}, ours"] = seconds(ours(loss))
        jobs[f"{text}, sympy"] = seconds(sympy_twice(loss))
    if find_spec("casadi"):
        jobs["casadi"] = seconds(casadi_chain(middle), 10)
    if find_spec("symengine"):
        jobs["symengine"] = seconds(symengine_sparse(chains[middle]))
    times = Times(jobs, pairs)
    ratio = times.ratio
    rows = [
        Row(f"chain, n = {middle}: sympy per term, sparse, over ours", ratio("chain, sympy", "chain, ours"), "≥ 20"),
        Row(f"chain, n = {n} over n = {half}", ratio("large", "half"), "≤ 15"),
        Row("entries of that Hessian which are formed, over n", len(chains[n]._derived[3]) / n, "≤ 2"),
        Row(
            f"one variable, {nodes:,} nodes: diff twice, lambdify over ours", ratio("long, sympy", "long, ours"), "≥ 20"
        ),
        Row(f"product of {sines} sines: diff twice + lambdify over ours", ratio("product, sympy", "product")),
        Row(f"{depth} nested sines (beyond sympy's recursion) over that product", ratio("nested", "product")),
    ]
    rows += [Row(f"{text}: ours over diff twice + lambdify", times.ratio(f"{text}, ours", f"{text}, sympy"), "≤ 1")
             for text in small]  # fmt: skip
    rows.append(Row(f"earned: partials once per kind of function, {nodes // 10} nodes",
                    times.ratio("long, unshared", "long, tenth"), "≥ 1.1"))  # fmt: skip
    rows.append(Row(f"reading the text over deriving and compiling, chain, n = {middle}",
                    times.ratio("chain, parse", "chain, ours")))  # fmt: skip
    rows += [Row(f"chain, n = {middle}: ours over {name}", times.ratio("chain, ours", name))
             for name in ("casadi", "symengine") if name in jobs]  # fmt: skip
    return rows


def unshared(loss: Loss) -> Callable[[], Any]:
    """As `ours`, but the partials of a kind of function are asked of sympy each time."""
    work = ours(loss)

    def slow() -> None:
        with patch.object(symopt.program.lower, "slope", slope.__wrapped__):
            work()

    return slow


def curves(quick: bool = False) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """The curves of the scaling page, {plot: {way: [(size, seconds)]}}: against variables and against nodes."""
    variables: dict[str, list[tuple[float, float]]] = {}
    for n in SIZES[: 1 if quick else None]:
        loss = Loss.parse(chain_text(n))
        jobs = {"symopt": seconds(ours(loss)), "sympy, term by term": seconds(sympy_sparse(loss))}
        if find_spec("casadi"):
            jobs["CasADi"] = seconds(casadi_chain(n), 5)
        if find_spec("symengine"):
            jobs["symengine"] = seconds(symengine_sparse(loss))
        collect(variables, n, n, jobs, quick)
    nodes: dict[str, list[tuple[float, float]]] = {}
    for count in NODES[: 1 if quick else None]:
        loss = long_loss(count)
        jobs = {"symopt": seconds(ours(loss)), "sympy, diff twice": seconds(sympy_twice(loss))}
        collect(nodes, count, len(loss._program[0].nodes), jobs, quick)
    return {"variables": variables, "nodes": nodes}


def collect(curve: dict[str, list[tuple[float, float]]], size: int, at: int, jobs: dict[str, Any], quick: bool) -> None:
    """Puts the jobs' seconds at a size into a plot's curves, but for those that would take minutes."""
    jobs = {name: job for name, job in jobs.items() if size <= DEAR.get(name, size)}
    times = Times(jobs, 3 if size <= 100 and not quick else 1)
    for name in jobs:
        curve.setdefault(name, []).append((at, times[name]))

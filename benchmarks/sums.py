"""Losses that are sums, beside CasADi's vectorised form and numpy written by hand.

`ours` begins with the text and ends when f, ∇f and ∇²f can be called (a program's first call runs it operation by
operation, the second one compiles its text: the rows "derived and evaluated" have that call too); CasADi begins with
its own symbols. The shapes:
Rosenbrock's chain; Lukšan and Vlček's first problem with its constraints as a penalty; Broyden's tridiagonal problem;
a potential of all pairs (n is the number of pairs); logistic regression with ten parameters (n is the number of rows).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from math import isqrt
from typing import Any

import numpy as np

from benchmarks.measure import Row, Times, cpu
from symopt import Loss

SIZES = (200, 10_000, 1_000_000)
PARAMETERS = 10
LARGEST = {
    "Rosenbrock's chain": 10**6,
    "Lukšan-Vlček 1": 10**5,
    "Broyden tridiagonal": 10**5,
    "all pairs": 10**4,
    "logistic": 10**6,
}  # for which CasADi has room, and minutes are enough
PIECE = 2**15  # rows that fit the cache
Rows = dict[str, np.ndarray]


def pairs_of(n: int) -> int:
    """How many particles have about n pairs."""
    return (1 + isqrt(1 + 8 * n)) // 2


TEXTS: dict[str, Callable[[int], str]] = {
    "Rosenbrock's chain": lambda n: f"sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, {n - 2})",
    "Lukšan-Vlček 1": lambda n: (
        f"sum(100*(x[i]**2-x[i+1])**2 + (x[i]-1)**2, i, 0, {n - 2}) + sum((3*x[i+1]**3 + 2*x[i+2] - 5 "
        f"+ sin(x[i+1]-x[i+2])*sin(x[i+1]+x[i+2]) + 4*x[i+1] - x[i]*exp(x[i]-x[i+1]) - 3)**2, i, 0, {n - 3})"
    ),
    "Broyden tridiagonal": lambda n: (
        f"((3-2*x[0])*x[0]-2*x[1]+1)**2 + ((3-2*x[{n - 1}])*x[{n - 1}]-x[{n - 2}]+1)**2 "
        f"+ sum(((3-2*x[i])*x[i]-x[i-1]-2*x[i+1]+1)**2, i, 1, {n - 2})"
    ),
    "all pairs": lambda n: f"sum(sum(1/((x[i]-x[j])**2+1), j, 0, i-1), i, 1, {pairs_of(n) - 1})",
    "logistic": lambda n: f"mean(log(1+exp(-y*sum(w[j]*x[j], j, 0, {PARAMETERS - 1}))))",
}


def data(n: int) -> Rows:
    random = np.random.default_rng(0)
    x = random.normal(size=(PARAMETERS, n))
    y = np.where(x[0] + random.normal(size=n) > 0, 1.0, -1.0)
    return {**{f"x{j}": column for j, column in enumerate(x)}, "y": y}


def parsed(shape: str, n: int, rows: Any) -> Loss:
    return Loss.parse(TEXTS[shape](n), data=rows if shape == "logistic" else None)


def ours(shape: str, n: int, rows: Any) -> Callable[[], Any]:
    def work() -> Any:
        loss = parsed(shape, n, rows)
        assert loss.sums is not None
        return [
            (t.value, t.gradient, t.curvatures and t.hessian)
            for t in (term.derived for term in loss.sums.totals.values())
        ]

    return work


def casadi(shape: str, n: int, rows: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """(a job that derives, what it made)."""
    import casadi as ca

    made: list[Any] = []

    def work() -> Any:
        size = {"all pairs": pairs_of(n), "logistic": PARAMETERS}.get(shape, n)
        kind = ca.MX if shape == "logistic" else ca.SX  # a matrix of data is an operand of MX; SX is faster elsewhere
        x = kind.sym("x", size)
        if shape == "Rosenbrock's chain":
            f = ca.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
        elif shape == "Lukšan-Vlček 1":
            a, b, c = x[:-2], x[1:-1], x[2:]
            r = 3 * b**3 + 2 * c - 5 + ca.sin(b - c) * ca.sin(b + c) + 4 * b - a * ca.exp(a - b) - 3
            f = ca.sum1(100 * (x[:-1] ** 2 - x[1:]) ** 2 + (x[:-1] - 1) ** 2) + ca.sum1(r**2)
        elif shape == "Broyden tridiagonal":
            r = (3 - 2 * x) * x + 1
            r[1:] -= x[:-1]
            r[:-1] -= 2 * x[1:]
            f = ca.sum1(r**2)
        elif shape == "all pairs":
            upper = ca.triu(ca.DM.ones(size, size), False).sparsity()
            i, j = upper.get_triplet()
            f = ca.sum1(1 / ((x[i] - x[j]) ** 2 + 1))
        else:
            matrix = ca.DM(np.array([rows[f"x{j}"] for j in range(PARAMETERS)]).T)
            f = ca.sum1(ca.log1p(ca.exp(-ca.DM(rows["y"]) * (matrix @ x)))) / n
        hessian, gradient = ca.hessian(f, x)
        made[:] = [ca.Function("f", [x], [f]), ca.Function("g", [x], [gradient]), ca.Function("H", [x], [hessian])]

    return work, lambda: made


def rosenbrock_by_hand(x: np.ndarray) -> tuple[Callable[[], Any], ...]:
    """f, ∇f and the two bands of ∇²f as somebody who knows numpy writes them."""
    n = len(x)

    def value() -> Any:
        a, b = x[:-1], x[1:]
        return (100 * (b - a**2) ** 2 + (1 - a) ** 2).sum()

    def gradient() -> Any:
        a, b = x[:-1], x[1:]
        d, g = b - a * a, np.zeros(n)
        g[:-1] = -400 * a * d - 2 * (1 - a)
        g[1:] += 200 * d
        return g

    def bands() -> Any:
        a, b = x[:-1], x[1:]
        bands = np.zeros((3, n))
        bands[1, :-1] = 1200 * a * a - 400 * b + 2
        bands[1, 1:] += 200
        bands[0, 1:] = bands[2, :-1] = -400 * a
        return bands

    return value, gradient, bands


def logistic_by_hand(rows: Rows, w: np.ndarray) -> Callable[[], Any]:
    """f, ∇f and ∇²f together, stable, with numpy's BLAS."""
    x, y = np.ascontiguousarray(np.array([rows[f"x{j}"] for j in range(PARAMETERS)]).T), rows["y"]

    def work() -> Any:
        m = y * (x @ w)
        e = np.exp(-np.abs(m))
        f = (np.log1p(e) + np.maximum(-m, 0)).mean()
        s = np.where(m >= 0, e, 1.0) / (1 + e)
        return f, -(x.T @ (y * s)) / len(y), (x.T @ (x * (s * (1 - s))[:, None])) / len(y)

    return work


def run(pairs: int, quick: bool) -> list[Row]:
    sizes = SIZES[:1] if quick else SIZES
    rivals = find_spec("casadi") is not None
    with threads(1):
        rows = [row for shape in TEXTS for row in derivations(shape, sizes, pairs, rivals)]
        rows += numbers(sizes[-1], pairs, rivals, 1 if quick else max(1, 10**6 // sizes[-1]))
        rows += regression(sizes[-1], pairs)
    return rows


def derivations(shape: str, sizes: tuple[int, ...], pairs: int, rivals: bool) -> list[Row]:
    rows, last = [], sizes[-1]
    brought = {n: data(n) if shape == "logistic" else None for n in sizes}
    from symopt.data.given import Given

    held = {n: None if columns is None else Given(columns).load(tuple(columns)) for n, columns in brought.items()}
    ours(shape, sizes[0], held[sizes[0]])()
    jobs = {str(n): lambda n=n: cpu(ours(shape, n, held[n]), 5) for n in sizes}  # type: ignore[misc]
    times = Times(jobs, pairs)
    if last != sizes[0]:
        rows.append(
            Row(f"{shape}: derive n = {last:,} over n = {sizes[0]}", times.ratio(str(last), str(sizes[0])), "≤ 1.2")
        )
    if rivals:
        for n in (*(n for n in sizes if n < LARGEST[shape]), *([LARGEST[shape]] if last > sizes[0] else [])):
            work, _ = casadi(shape, n, brought.get(n))
            repeat = 1 if n > sizes[0] else 5
            both = Times(
                {"casadi": lambda w=work, r=repeat: cpu(w, r), "ours": lambda n=n: cpu(ours(shape, n, held.get(n)), 5)},
                1 if n >= 10**5 else pairs,
            )  # type: ignore[misc]
            goal = {sizes[0]: "≥ 2", 10**6: "≥ 1000"}.get(n, "")
            rows.append(Row(f"{shape}: derive, CasADi over ours, n = {n:,}", both.ratio("casadi", "ours"), goal))
        n = sizes[0]
        both = Times({"casadi": lambda: cpu(evaluated(shape, n, brought[n], rival=True), 5),
                      "ours": lambda: cpu(evaluated(shape, n, held[n]), 5)}, pairs)  # fmt: skip
        rows.append(Row(f"{shape}: derived and evaluated, CasADi over ours, n = {n:,}", both.ratio("casadi", "ours")))
    return rows


def evaluated(shape: str, n: int, rows: Any, rival: bool = False) -> Callable[[], Any]:
    """A job that derives, and computes f, ∇f and ∇²f at one point."""
    x = np.linspace(-0.5, 0.5, parsed(shape, n, rows).n)

    def work() -> Any:
        if rival:
            job, made = casadi(shape, n, rows)
            job()
            return [function(x) for function in made()]
        loss = parsed(shape, n, rows)
        return loss(x), loss.grad(x), loss.sparse_hess(x)

    return work


def numbers(n: int, pairs: int, rivals: bool, repeat: int) -> list[Row]:
    """One evaluation of Rosenbrock's chain, the mean of `repeat`."""
    loss = parsed("Rosenbrock's chain", n, None)
    x = np.random.default_rng(0).normal(size=n)
    value, gradient, bands = rosenbrock_by_hand(x)
    jobs = {
        "f": (lambda: loss(x), value), "∇f": (lambda: loss.grad(x), gradient),
        "∇²f": (lambda: loss.sparse_hess(x), bands),
    }  # fmt: skip
    made: list[Any] = []
    if rivals:
        work, get = casadi("Rosenbrock's chain", n, None)
        work()
        made = get()
    rows = []
    for k, (name, (own, hand)) in enumerate(jobs.items()):
        times = Times({"ours": lambda w=own: cpu(w, repeat), "hand": lambda w=hand: cpu(w, repeat)}, pairs)  # type: ignore[misc]
        rows.append(Row(f"{name} of the chain over numpy by hand, n = {n:,}", times.ratio("ours", "hand"), "≤ 1.2"))
        if made:
            rival = made[k]
            times = Times({"ours": lambda w=own: cpu(w), "casadi": lambda c=rival: cpu(lambda: c(x))}, pairs)  # type: ignore[misc]
            rows.append(Row(f"{name} of the chain, CasADi over ours, n = {n:,}", times.ratio("casadi", "ours"), "≥ 1"))
    return rows


def regression(n: int, pairs: int) -> list[Row]:
    """f, ∇f and ∇²f of the logistic loss: CPU on one thread, and the time on the clock on two."""
    brought, w = data(n), np.linspace(-0.5, 0.5, PARAMETERS)
    loss = parsed("logistic", n, brought)
    hand = logistic_by_hand(brought, w)

    def all_of_it() -> Any:
        return loss(w), loss.grad(w), loss.hess(w)

    times = Times({"ours": lambda: cpu(all_of_it), "hand": lambda: cpu(hand)}, pairs)
    rows = [
        Row(
            f"f + ∇f + ∇²f of the logistic loss over numpy with BLAS, {n:,} rows", times.ratio("ours", "hand"), "≤ 1.2"
        ),
    ]
    if (os.cpu_count() or 1) > 1:

        def clock(count: int) -> float:
            with threads(count):
                begun = time.perf_counter()
                all_of_it()
                return time.perf_counter() - begun

        def used(count: int) -> float:
            with threads(count):
                return cpu(all_of_it)

        times = Times({"one": lambda: used(1), "two": lambda: used(2)}, pairs)
        rows.append(Row("the same in CPU time, two threads over one", times.ratio("two", "one"), "≤ 1.2"))
        times = Times({"one": lambda: clock(1), "two": lambda: clock(2)}, pairs)
        rows.append(Row("the same on one thread over two, on the clock", times.ratio("one", "two"), "≥ 1.6"))
        times = Times({"one": lambda: halves(brought, w, 1), "two": lambda: halves(brought, w, 2)}, pairs)
        rows.append(Row("numpy by hand, pieces that fit the cache, one thread over two", times.ratio("one", "two")))
    return rows + network(max(n // 10, 200), pairs)


def halves(rows: Rows, w: np.ndarray, count: int) -> float:
    """Seconds on the clock of numpy by hand on pieces of the rows, in so many threads: what the machine gives."""
    size = len(rows["y"])
    parts = [slice(k, min(k + PIECE, size)) for k in range(0, size, PIECE)]
    work = [logistic_by_hand({name: column[part] for name, column in rows.items()}, w) for part in parts]
    with ThreadPoolExecutor(count) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda job: job(), work))
        return time.perf_counter() - begun


def network(n: int, pairs: int) -> list[Row]:
    """f and ∇f of a layer of 16 tanh of four columns, typed as a sum inside a mean."""
    random, wide, deep = np.random.default_rng(0), 4, 16
    x, y = random.normal(size=(wide, n)), random.normal(size=n)
    inside = " + ".join(f"x{d}*w[{wide}*h+{d}]" for d in range(wide))
    loss = Loss.parse(f"mean((y - sum(v[h]*tanh({inside}), h, 0, {deep - 1}))**2)",
                      data={**{f"x{d}": column for d, column in enumerate(x)}, "y": y})  # fmt: skip
    point, matrix = random.normal(size=loss.n) * 0.3, np.ascontiguousarray(x.T)
    v, w = point[:deep], point[deep:].reshape(deep, wide)

    def hand() -> Any:
        z = np.tanh(matrix @ w.T)
        r = y - z @ v
        slopes = (1 - z * z) * v * r[:, None]
        return (r @ r) / n, np.concatenate([r @ z, (slopes.T @ matrix).ravel()]) * (-2 / n)

    np.testing.assert_allclose(loss.grad(point), hand()[1], rtol=1e-9, atol=1e-12)
    times = Times({"ours": lambda: cpu(lambda: (loss(point), loss.grad(point))), "hand": lambda: cpu(hand)}, pairs)
    return [Row(f"f + ∇f of 16 tanh typed as a sum over numpy with BLAS, {n:,} rows", times.ratio("ours", "hand"))]


class threads:
    """So many threads of symopt for a while."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> None:
        self.before = os.environ.get("SYMOPT_THREADS")
        os.environ["SYMOPT_THREADS"] = str(self.count)

    def __exit__(self, *_: object) -> None:
        if self.before is None:
            del os.environ["SYMOPT_THREADS"]
        else:
            os.environ["SYMOPT_THREADS"] = self.before

"""What the inputs of a term are of the variables: u = J·x at the tuples of an index set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Symbol

from symopt.data.columns import Beside
from symopt.program.sums.domain import Domain, Part

UNTHREADED = 2**18  # multiplications
KEPT = 2**22  # tuples whose places are kept: 32 MiB


class Input:
    """An input of a term at the tuples of a domain; `moves` if it depends on the variables."""

    moves = True

    def take(self, x: np.ndarray, part: Part) -> Any:
        """u at a part: (L, n) → (L, d), or what numpy makes of it."""
        raise NotImplementedError

    def flat(self, x: np.ndarray, part: Part) -> Any:
        """The same at each tuple by itself: (L, n) → (L, d), or what numpy makes of it."""
        return self.take(x, part)

    def collected(self, w: np.ndarray, part: Part) -> np.ndarray:
        """What `put` asks for of w (L, d): the part of Jᵀ w that needs no g."""
        return w

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        """g += Jᵀ w, g (L, n), of what was collected of w."""
        raise NotImplementedError

    def add(self, g: np.ndarray, w: np.ndarray, part: Part) -> None:
        """g += Jᵀ w, g (L, n), w (L, d)."""
        self.put(g, self.collected(w, part), part)

    def places(self, part: Part) -> np.ndarray:
        """Where J has its one entry in each row of a part, (d,)."""
        raise NotImplementedError

    def matrix(self, part: Part, n: int) -> Any:
        """J at a part, (d, n), sparse."""
        count = part[1] - part[0]
        return sparse(np.ones(count), np.arange(count), self.places(part), (count, n))

    def over(self, domain: Domain) -> Input:
        """The same input at some of the tuples."""
        return self


class Fixed(Input):
    """A variable that stands still."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.variables = np.array([place])

    def take(self, x: np.ndarray, part: Part) -> Any:
        return x[:, self.place, None]

    def collected(self, w: np.ndarray, part: Part) -> np.ndarray:
        return np.asarray(w.sum(axis=-1))

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        g[:, self.place] += collected

    def places(self, part: Part) -> np.ndarray:
        return np.full(part[1] - part[0], self.place)


class Strided(Input):
    """A variable whose place is an affine function of the tuple's number."""

    def __init__(self, start: int, stride: int) -> None:
        self.start, self.stride = start, stride

    def where(self, part: Part) -> slice:
        begin, end = self.start + self.stride * part[0], self.start + self.stride * part[1]
        return slice(begin, end if end >= 0 else None, self.stride)

    def ends(self, part: Part) -> tuple[int, int]:
        """The first and the last place of a part."""
        return self.start + self.stride * part[0], self.start + self.stride * (part[1] - 1)

    def places(self, part: Part) -> np.ndarray:
        return self.start + self.stride * np.arange(*part)

    def take(self, x: np.ndarray, part: Part) -> Any:
        return x[:, self.where(part)]

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        g[:, self.where(part)] += collected

    def over(self, domain: Domain) -> Input:
        return Gathered(lambda own, part: self.start + self.stride * own.numbers(part), domain)


class Gathered(Input):
    """A variable whose place is looked up; the places of so many tuples as memory spares are looked up once."""

    def __init__(self, looked_up: Callable[[Domain, Part], np.ndarray], domain: Domain) -> None:
        self.looked_up, self.domain = looked_up, domain
        self.kept: np.ndarray | None = None

    def places(self, part: Part) -> np.ndarray:
        if self.domain.size > KEPT:
            return self.looked_up(self.domain, part)
        if self.kept is None:
            self.kept = self.looked_up(self.domain, (0, self.domain.size))
        return self.kept[slice(*part)]

    def over(self, domain: Domain) -> Input:
        return Gathered(self.looked_up, domain)

    def take(self, x: np.ndarray, part: Part) -> Any:
        return np.take(x, self.places(part), axis=1)

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        places = self.places(part)
        for row, weights in zip(g, collected, strict=True):
            if len(row) <= 4 * len(places):
                row += np.bincount(places, weights, len(row))
            else:
                np.add.at(row, places, weights)


class Predictor(Input):
    """A row of data times parameters: X·(c∘θ)."""

    def __init__(self, data: np.ndarray | Beside, variables: Any, factors: Any) -> None:
        self.data, self.variables, self.factors = data, np.array(variables), np.array(factors)

    def take(self, x: np.ndarray, part: Part) -> Any:
        return (x[:, self.variables] * self.factors) @ self.data[slice(*part)].T

    def collected(self, w: np.ndarray, part: Part) -> np.ndarray:
        return np.asarray((w @ self.data[slice(*part)]) * self.factors)

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        g[:, self.variables] += collected

    def dense(self, part: Part) -> np.ndarray:
        """J's columns at a part, (d, its variables)."""
        return self.data[slice(*part)] * self.factors

    def matrix(self, part: Part, n: int) -> Any:
        count = part[1] - part[0]
        rows = np.repeat(np.arange(count), len(self.variables))
        values = self.data[slice(*part)] * self.factors
        return sparse(values.ravel(), rows, np.tile(self.variables, count), (count, n))

    def over(self, domain: Domain) -> Input:
        return Predictor(self.data[domain.numbers((0, domain.size))], self.variables, self.factors)


class Number(Input):
    """What does not depend on the variables: an index, a column of data."""

    moves = False

    def __init__(self, values: Callable[[Domain, Part], Any], domain: Domain) -> None:
        self.values, self.domain = values, domain

    def take(self, x: np.ndarray, part: Part) -> Any:
        return self.values(self.domain, part)

    def over(self, domain: Domain) -> Input:
        return Number(self.values, domain)


class Inner(Input):
    """Another total, once for each tuple of the indices that it depends on."""

    def __init__(self, symbol: Symbol, domain: Domain, length: int) -> None:
        self.symbol, self.domain, self.length = symbol, domain, length

    def places(self, part: Part) -> Any:
        return self.domain.prefix(part, self.length)

    def collected(self, w: np.ndarray, part: Part) -> np.ndarray:
        return w if self.length else np.asarray(w.sum(axis=-1, keepdims=True))

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        if self.length:
            gather(g, collected, self.places(part))
        else:
            g += collected

    def over(self, domain: Domain) -> Input:
        return Inner(self.symbol, domain, self.length)


class Along(Input):
    """An input over two indices, as many of the last beside each of the first, that moves with one of them alone.

    It is taken once for each value of that index: (L, d, 1) of the first, (L, 1, d) of the last, or what numpy makes
    of it.
    """

    def __init__(self, alone: Input, axis: int, domain: Domain) -> None:
        self.alone, self.axis, self.domain = alone, axis, domain
        self.moves = alone.moves

    @property
    def width(self) -> int:
        return self.domain.width

    def flat(self, x: np.ndarray, part: Part) -> Any:
        full = (len(x), (part[1] - part[0]) // self.width, self.width)
        return np.broadcast_to(self.take(x, part), full).reshape(len(x), -1)

    def part(self, part: Part) -> Part:
        """The values of its own index at a part."""
        return (0, self.width) if self.axis else (part[0] // self.width, part[1] // self.width)

    def take(self, x: np.ndarray, part: Part) -> Any:
        taken = self.alone.take(x, self.part(part))
        return taken[..., None, :] if self.axis else taken[..., :, None]

    def collected(self, w: np.ndarray, part: Part) -> np.ndarray:
        return self.alone.collected(self.summed(w, part), self.part(part))

    def put(self, g: np.ndarray, collected: np.ndarray, part: Part) -> None:
        self.alone.put(g, collected, self.part(part))

    def summed(self, w: np.ndarray, part: Part) -> np.ndarray:
        """w (…, d) summed over the other index."""
        grid = w.reshape(*w.shape[:-1], -1, self.width)
        return np.asarray(grid.sum(axis=-2 if self.axis else -1))

    def places(self, part: Part) -> np.ndarray:
        own = self.alone.places(self.part(part))
        count = (part[1] - part[0]) // self.width
        return np.tile(own, count) if self.axis else np.repeat(own, self.width)

    def over(self, domain: Domain) -> Input:
        own = domain.along(self.axis)
        return Along(self.alone if own.kept is None else self.alone.over(own), self.axis, domain)


def gather(into: np.ndarray, values: np.ndarray, places: Any) -> None:
    """into (L, m) += Σ of values (L, d) that have the same place, which never falls from one to the next."""
    if len(places):
        starts = np.concatenate([[0], np.flatnonzero(np.diff(places)) + 1])
        into[:, places[starts]] += np.add.reduceat(values, starts, axis=1)


def block(a: Input, b: Input, w: np.ndarray, part: Part) -> np.ndarray | None:
    """Jₐᵀ diag(w) J_b of inputs that move with few variables, (L, their variables); None of others."""
    if not (isinstance(a, Fixed | Predictor) and isinstance(b, Fixed | Predictor)):
        return None
    if isinstance(a, Fixed):
        return np.asarray(b.collected(w, part)).reshape(len(w), 1, -1)
    if isinstance(b, Fixed):
        return a.collected(w, part)[:, :, None]
    left, right = a.data[slice(*part)], b.data[slice(*part)]
    return np.array([_weighed(left, each, right) for each in w]) * np.outer(a.factors, b.factors)


def _weighed(left: np.ndarray, w: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Leftᵀ·diag(w)·right, so few rows at a time that BLAS starts no threads of its own beside those that work here.

    OpenBLAS, interface/gemm.c: products of up to 2¹⁸ multiplications are done by one thread.
    """
    length = max(UNTHREADED // (left.shape[1] * right.shape[1]), 64)
    total = np.zeros((left.shape[1], right.shape[1]))
    for k in range(0, len(w), length):
        part = slice(k, k + length)
        total += (left[part].T * w[part]) @ right[part]
    return total


def sparse(values: Any, rows: Any, columns: Any, shape: tuple[int, int]) -> Any:
    from scipy.sparse import coo_array  # only losses that are sums need it

    return coo_array((values, (rows, columns)), shape=shape).tocsr()

"""What the inputs of a term are of the variables: u = J·x at the tuples of an index set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Symbol

from symopt.data.columns import Beside
from symopt.program.sums.domain import Domain, Part

KEPT = 2**22  # tuples whose places are kept: 32 MiB


class Input:
    """An input of a term at the tuples of a domain; `moves` if it depends on the variables."""

    moves = True

    def take(self, x: np.ndarray, part: Part) -> Any:
        """u at a part: (L, n) → (L, d), or what numpy makes of it."""
        raise NotImplementedError

    def add(self, g: np.ndarray, w: np.ndarray, part: Part) -> None:
        """g += Jᵀ w, g (L, n), w (L, d)."""
        raise NotImplementedError

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

    def take(self, x: np.ndarray, part: Part) -> Any:
        return x[:, self.place, None]

    def add(self, g: np.ndarray, w: np.ndarray, part: Part) -> None:
        g[:, self.place] += w.sum(axis=-1)

    def places(self, part: Part) -> np.ndarray:
        return np.full(part[1] - part[0], self.place)


class Strided(Input):
    """A variable whose place is an affine function of the tuple's number."""

    def __init__(self, start: int, stride: int) -> None:
        self.start, self.stride = start, stride

    def where(self, part: Part) -> slice:
        begin, end = self.start + self.stride * part[0], self.start + self.stride * part[1]
        return slice(begin, end if end >= 0 else None, self.stride)

    def places(self, part: Part) -> np.ndarray:
        return self.start + self.stride * np.arange(*part)

    def take(self, x: np.ndarray, part: Part) -> Any:
        return x[:, self.where(part)]

    def add(self, g: np.ndarray, w: np.ndarray, part: Part) -> None:
        g[:, self.where(part)] += w

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

    def add(self, g: np.ndarray, w: np.ndarray, part: Part) -> None:
        places = self.places(part)
        for row, weights in zip(g, w, strict=True):
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

    def add(self, g: np.ndarray, w: np.ndarray, part: Part) -> None:
        g[:, self.variables] += (w @ self.data[slice(*part)]) * self.factors

    def dense(self, part: Part) -> np.ndarray:
        return self.data[slice(*part)]

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

    def over(self, domain: Domain) -> Input:
        return Inner(self.symbol, domain, self.length)


def sparse(values: Any, rows: Any, columns: Any, shape: tuple[int, int]) -> Any:
    from scipy.sparse import coo_array  # only losses that are sums need it

    return coo_array((values, (rows, columns)), shape=shape).tocsr()

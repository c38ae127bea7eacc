"""x[mask] where the mask is made of conditions on the variables: how many entries it has is not known.

Entries that are chosen alike are combined one by one; sums and products over them leave out the others:
X[m].T @ y[m] is Σᵢ mᵢ X[i] y[i]. What would need their places is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import S

from symopt.reading.exact.arrays import Exact, array, cast, put_where, unknown_mask, where
from symopt.reading.exact.kept import shown
from symopt.reading.source import Unreadable

MANY = 10_007  # stands for a length that is not known, and is none of another axis


@dataclass(frozen=True)
class Chosen:
    """Entries of an array along an axis, which is counted from the end, each with the condition that chooses it."""

    said = "entries that conditions choose"
    __iter__ = None  # Python would ask for one entry after the other

    whole: Exact
    mask: Exact  # of one dimension
    axis: int

    @classmethod
    def of(cls, owner: Exact, mask: Exact) -> Chosen:
        """owner[mask]."""
        if owner.shape[: mask.ndim] != mask.shape:
            raise IndexError("boolean index did not match indexed array")
        whole = array(owner.reshape(mask.size, *owner.shape[mask.ndim :]).copy())
        return cls(whole, array(mask.reshape(-1).copy()), -whole.ndim)

    @property
    def rest(self) -> tuple[int, ...]:
        """The shape, with MANY for what is not known."""
        shape = [*self.whole.shape]
        shape[self.axis] = MANY
        return tuple(shape)

    @property
    def count(self) -> Any:
        """How many entries are chosen."""
        return array(np.sum(self.mask))

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(self.count if size == MANY else size for size in self.rest)

    @property
    def ndim(self) -> int:
        return self.whole.ndim

    @property
    def size(self) -> Any:
        return self.count * (self.whole.size // len(self.mask))

    @property
    def T(self) -> Chosen:
        return self.moved(np.transpose)

    def moved(self, function: Callable[[Any], Any]) -> Chosen:
        """What a function of numpy makes of it that moves entries, and keeps the axis of those that are chosen."""
        axis = self.kept(function)
        return Chosen(array(function(self.whole)), self.mask, axis)

    def kept(self, function: Callable[[Any], Any]) -> int:
        """Where the axis of those that are chosen is, in the order in which they are, in what numpy makes of it."""
        places = np.arange(MANY).reshape(-1, *(1,) * (-1 - self.axis))
        moved = function(np.broadcast_to(places, self.rest))
        axis = moved.shape.index(MANY) - moved.ndim if moved.shape.count(MANY) == 1 else 0
        if not axis or np.any(np.moveaxis(moved, axis, -1) != places.reshape(-1)):
            raise Unreadable("the place of an entry among those that conditions choose")
        return axis

    def __getitem__(self, index: Any) -> Chosen:
        """Entries, or those among them that further conditions choose: x[m][x[m] < 1]."""
        first, *rest = index if isinstance(index, tuple) else (index,)
        if isinstance(first, Chosen) and first.whole.kind == "b" and first.ndim == 1 and self.axis == -self.ndim:
            self.alike(first)
            some = Chosen(self.whole.copy(), array(np.logical_and(self.mask, first.whole)), self.axis)
            return some[(slice(None), *rest)] if rest else some
        if not all(isinstance(part, (int, slice)) or part in (None, Ellipsis) for part in (first, *rest)):
            raise Unreadable("an index that is itself an array, of entries that conditions choose")
        return self.moved(lambda a: a[index])

    def turns(self) -> list[tuple[Any, Any]]:
        """What a loop goes through, each with the condition that it does."""
        if self.axis != -self.ndim:
            raise Unreadable("a loop over rows of which conditions choose the columns")
        return [(self.whole[k], self.mask[k]) for k in range(len(self.mask))]

    def alike(self, other: Chosen) -> None:
        if other.mask.plain.tolist() != self.mask.plain.tolist():
            raise Unreadable("entries that different conditions choose, together")

    def combined(self, function: Callable[..., Any], *others: Any) -> Chosen:
        """A function of each entry, of this and of what fits: entries that are chosen alike, and what is broadcast."""
        parts = []
        for other in others:
            if isinstance(other, Chosen):
                self.alike(other)
                if other.axis != self.axis:
                    raise Unreadable("entries that conditions choose along different axes, together")
                other = other.whole
            elif np.ndim(other) >= -self.axis and np.shape(other)[self.axis] != 1:
                raise Unreadable("entries that conditions choose, together with an array")
            parts.append(other)
        return Chosen(array(function(*parts)), self.mask, self.axis)

    def filled(self, value: Any = S.Zero) -> Exact:
        """The whole array, with a number in place of what is not chosen."""
        return array(where(self.mask.reshape(-1, *(1,) * (-1 - self.axis)), self.whole, value))

    def reduced(self, function: Callable[..., Any], neutral: Any, axis: Any = None, keepdims: Any = False) -> Any:
        """A sum (product) of entries, along one axis or of all."""
        if axis is None or axis in (self.axis, self.axis + self.ndim):
            return function(self.filled(neutral), axis=axis, keepdims=keepdims)
        kept = self.kept(lambda a: np.max(a, axis=axis, keepdims=keepdims))
        return Chosen(array(function(self.whole, axis=axis, keepdims=keepdims)), self.mask, kept)

    def become(self, other: Any) -> None:
        """What `y *= 2` does, for all names of the same entries."""
        if not isinstance(other, Chosen) or (other.whole.shape, other.axis) != (self.whole.shape, self.axis):
            raise ValueError("an array that would change its shape in place")
        if "bif".index(other.whole.kind) > "bif".index(self.whole.kind):
            raise TypeError("an array that would change its kind of numbers in place")
        self.whole[...] = other.whole

    def sum(self, axis: Any = None, keepdims: Any = False) -> Any:
        return self.reduced(np.sum, S.Zero, axis, keepdims)

    def prod(self, axis: Any = None, keepdims: Any = False) -> Any:
        return self.reduced(np.prod, S.One, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: Any = False) -> Any:
        many = self.size if axis is None else self.shape[axis]
        total = self.sum(axis, keepdims)
        return total.combined(np.divide, total, many) if isinstance(total, Chosen) else np.divide(array(total), many)

    def var(self, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
        many = self.size if axis is None else self.shape[axis]
        middle = self.mean(axis, keepdims=True)
        total = self.combined(lambda u, v: np.square(u - v), self, middle).sum(axis, keepdims)
        count = np.subtract(array(many), ddof)
        return total.combined(np.divide, total, count) if isinstance(total, Chosen) else np.divide(array(total), count)

    def std(self, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
        found = self.var(axis, ddof, keepdims)
        return found.combined(np.sqrt, found) if isinstance(found, Chosen) else np.sqrt(array(found))

    def dot(self, other: Any) -> Any:
        return product(self, other)

    def copy(self) -> Chosen:
        return Chosen(self.whole.copy(), self.mask, self.axis)


REDUCING = ("sum", "prod", "mean", "var", "std")
METHODS = ("shape", "size", "ndim", "T", "dot", "copy", *REDUCING)
KEPT = ("abs", "transpose", "squeeze", "expand_dims", "reshape")


def product(left: Any, right: Any) -> Any:
    """left @ right, one of which or both are chosen."""
    inner = [isinstance(left, Chosen) and left.axis == -1,
             isinstance(right, Chosen) and right.axis == (-1 if right.ndim == 1 else -2)]  # fmt: skip
    if all(inner):
        left.alike(right)
        if left.whole.kind == right.whole.kind == "b":
            return np.matmul(left.whole, right.whole)  # which is refused
        plain = not any(map(shown, right.whole.plain.flat))  # else 0 times what has no value has none
        return left.filled() @ (right.whole if plain else right.filled())
    if any(inner) or (isinstance(left, Chosen) and isinstance(right, Chosen)):
        raise Unreadable("entries that conditions choose, together with an array")
    if isinstance(left, Chosen):
        return Chosen(array(left.whole @ array(right)), left.mask, -1 if np.ndim(right) == 1 else -2)
    return Chosen(array(array(left) @ right.whole), right.mask, -1)


def chosen(owner: Exact, index: Any) -> Chosen | None:
    """owner[index], where conditions on the variables choose along one axis."""
    if isinstance(index, Chosen):
        return Chosen.of(owner, places(index))
    if (mask := unknown_mask(index)) is not None:
        return Chosen.of(owner, mask) if mask.ndim else None
    if not isinstance(index, tuple):
        return None
    found = [(k, m) for k, part in enumerate(index) if (m := axis_mask(part)) is not None]
    if not found:
        return None
    if len(found) > 1 or found[0][1].ndim > 1 or not all(
        isinstance(part, (int, slice)) or part in (None, Ellipsis) for k, part in enumerate(index) if k != found[0][0]
    ):  # fmt: skip
        raise Unreadable("the entries where a condition on the variables holds")
    ((k, mask),) = found
    return Chosen(array(owner[with_axis(index, k)]).copy(), mask.copy(), axis_of(owner.shape, index, k))


def axis_mask(part: Any) -> Exact | None:
    if isinstance(part, Chosen):
        return places(part)
    return unknown_mask(part) if isinstance(part, (Exact, list)) and np.ndim(part) else None


def places(index: Chosen) -> Exact:
    """The mask of the places that np.where(mask)[0] gives."""
    if index.whole.plain.tolist() != [*range(len(index.mask))]:
        raise Unreadable("an index that depends on the variables")
    return index.mask


def with_axis(index: tuple[Any, ...], k: int) -> tuple[Any, ...]:
    """An index with all entries along the axis of its part k."""
    return (*index[:k], slice(None), *index[k + 1 :])


def axis_of(shape: tuple[int, ...], index: tuple[Any, ...], k: int) -> int:
    """Where the axis of part k of an index is in what it gives, counted from the end."""
    if any(isinstance(part, int) for part in index) and len(shape) > 2:
        raise Unreadable("the entries where a condition on the variables holds")
    later = index[k + 1 :]
    if Ellipsis in later or Ellipsis in index[:k]:
        raise Unreadable("the entries where a condition on the variables holds")
    taken = sum(part is not None for part in index)
    return -(1 + sum(not isinstance(part, int) for part in later) + len(shape) - taken)


def nonzero(test: Any) -> Chosen | None:
    """np.flatnonzero(mask) for conditions on the variables along one axis; None for what is known."""
    test = array(test)
    if test.ndim != 1 or test.kind != "b" or test.known:
        return None
    return Chosen(array([*range(len(test))]), test.copy(), -1)


def extracted(test: Any, owner: Any) -> Chosen | None:
    """np.extract(mask, a) for conditions on the variables; None for what is known."""
    mask = unknown_mask(array(test))
    return None if mask is None else Chosen.of(array(array(owner).reshape(-1)), array(mask.reshape(-1)))


def applied(name: str, arguments: list[Any], options: dict[str, Any]) -> Any:
    """numpy's function of a name, of entries that are chosen."""
    first, *more = arguments
    if name in (*REDUCING, "copy") and isinstance(first, Chosen):
        return getattr(first, name)(*more, **options)
    if name in ("dot", "inner", "vdot", "matmul") and len(more) == 1 and not options:
        return product(first, more[0])
    if name in ("shape", "size", "ndim") and not more and not options:
        return getattr(first, name)
    if name in KEPT and isinstance(first, Chosen):
        return first.moved(lambda a: getattr(np, name)(a, *more, **options))
    if name == "clip":
        return first.combined(lambda *parts: np.clip(*parts, **options), *arguments)
    raise Unreadable(f"np.{name} of entries that conditions choose")


def placed(owner: Exact, index: Any, value: Any) -> bool:
    """owner[index] = value of entries, or at places, that conditions on the variables choose; whether it is that."""
    split = isinstance(index, tuple)
    parts = index if split else (index,)
    masks = [axis_mask(part) for part in parts]
    if not (split and any(mask is not None for mask in masks)) and not any(
        isinstance(part, Chosen) for part in (value, *parts)
    ):
        return False
    view, mask, each = owner, masks[0] if not split else None, False
    if split and (found := chosen(owner, index)) is not None:
        place = next(k for k, mask in enumerate(masks) if mask is not None)
        view, mask = np.moveaxis(owner[with_axis(index, place)], found.axis, 0), found.mask
    if isinstance(value, Chosen):
        if split:
            value = Chosen(array(np.moveaxis(value.whole, value.axis, 0)), value.mask, -value.ndim)
        if mask is None or value.mask.plain.tolist() != mask.plain.reshape(-1).tolist() or value.axis != -value.ndim:
            raise Unreadable("an assignment of entries that other conditions choose")
        value, each = value.whole.reshape(mask.shape + value.whole.shape[1:]), True
    assert mask is not None
    stored = cast(array(value), view.kind, "stores")
    put_where(view, mask, stored, each)
    return True

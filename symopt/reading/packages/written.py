"""What names of packages stand for, written in Python: read as a file is, by the same walk; and what that text asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from functools import cache
from typing import Any

import numpy as np
import sympy
from sympy import S

from symopt.forms import AskedPositive, AskedWithin
from symopt.reading.exact.arrays import array, wrap
from symopt.reading.exact.doubles import plain
from symopt.reading.packages.algebra import JAXS as JAXLINALG
from symopt.reading.packages.algebra import NUMPYS, SCIPYS, TORCHS
from symopt.reading.packages.jax import JAX, LAX, TREES
from symopt.reading.packages.layers import FUNCTIONAL, JAXS, LAYERS
from symopt.reading.packages.linalg import sign_of
from symopt.reading.packages.stats import STATS
from symopt.reading.source import Unreadable

FUNCTOOLS = """
lru_cache(*function, **options) = function[0] if function else lambda inner: inner
cache = lru_cache
"""
TORCH = """
class Pair(NamedTuple):
    values: float
    indices: float

max(input, dim=None, keepdim=False) = _extreme(input, dim, keepdim, np.max, np.maximum, np.argmax)
min(input, dim=None, keepdim=False) = _extreme(input, dim, keepdim, np.min, np.minimum, np.argmin)

def _extreme(input, dim, keepdim, of, between, at):
    if dim is None:
        return of(input)
    if not isinstance(dim, int):
        return between(input, dim)
    place = at(input, axis=dim)
    return Pair(of(input, axis=dim, keepdims=keepdim), np.expand_dims(place, dim) if keepdim else place)

def sort(input, dim=-1, descending=False):
    if descending:
        return Pair(-np.sort(-input, axis=dim), np.argsort(-input, axis=dim))
    return Pair(np.sort(input, axis=dim), np.argsort(input, axis=dim))

def median(input):
    return np.sort(input, axis=None)[(np.size(input) - 1) // 2]

def var(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    known(not isinstance(dim, bool))
    rest = correction if correction is not None else 1 if unbiased else 0
    return np.var(input, axis=dim, ddof=rest, keepdims=keepdim)

std(input, *how, **options) = np.sqrt(var(input, *how, **options))

def norm(input, p="fro", dim=None, keepdim=False):
    order = 2 if p == "fro" else p
    if dim is None:
        known(not keepdim)
        return np.linalg.norm(np.ravel(input), order)
    known(isinstance(dim, int) or order == 2)
    return np.linalg.norm(input, order if isinstance(dim, int) else None, dim, keepdim)

def split(input, size, dim=0):
    count = input.shape[dim]
    if isinstance(size, int):
        size = [size] * (count // size) + ([count % size] if count % size else [])
    return tuple(np.split(input, [sum(size[:k]) for k in range(1, len(size))], axis=dim))

chunk(input, chunks, dim=0) = split(input, -(-input.shape[dim] // chunks), dim)

def meshgrid(*tensors, indexing="ij"):
    tensors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    return np.meshgrid(*tensors, indexing=indexing)

flip(input, *dims) = np.flip(input, dims[0] if len(dims) == 1 else dims).copy()
fliplr(input) = np.fliplr(input).copy()
flipud(input) = np.flipud(input).copy()
rot90(input, k=1, dims=(0, 1)) = np.rot90(input, k, dims).copy()
repeat(input, *sizes) = np.tile(input, sizes[0] if len(sizes) == 1 and not isinstance(sizes[0], int) else sizes)
repeat_interleave(input, repeats, dim=None) = np.repeat(input, repeats, axis=dim)
masked_fill(input, mask, value) = np.where(mask, value, input)
index_select(input, dim, index) = np.take(input, index, axis=dim)
addmm(input, a, b, *, beta=1, alpha=1) = beta * input + alpha * (a @ b)
bmm(a, b) = a @ b
lerp(input, end, weight) = input + weight * (end - input)
rsqrt(input) = 1 / np.sqrt(input)
frac(input) = input - np.trunc(input)
addcmul(input, a, b, *, value=1) = input + value * a * b
addcdiv(input, a, b, *, value=1) = input + value * a / b
permute(input, *axes) = np.transpose(input, axes[0] if len(axes) == 1 else axes)
unbind(x, dim=0) = [*np.moveaxis(x, dim, 0)]

def flatten(input, start_dim=0, end_dim=-1):
    first, last = start_dim % input.ndim, end_dim % input.ndim
    return input.reshape(input.shape[:first] + (-1,) + input.shape[last + 1:])

def unflatten(x, dim, sizes):
    place = dim % x.ndim
    return x.reshape(x.shape[:place] + tuple(sizes) + x.shape[place + 1:])
"""
NUMPY = """
def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = np.moveaxis(np.asarray(y), axis, -1)
    steps = dx if x is None else np.diff(x)
    return np.sum((y[..., 1:] + y[..., :-1]) / 2 * steps, axis=-1)

trapz = trapezoid

def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    rows = np.atleast_2d(m)
    rows = rows.T if not rowvar and np.ndim(m) != 1 else rows
    if y is not None:
        other = np.atleast_2d(y)
        rows = np.concatenate((rows, other.T if not rowvar and other.shape[0] != 1 else other))
    rest = rows - np.mean(rows, axis=1, keepdims=True)
    count = rows.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    return np.squeeze(rest @ rest.T / count)

def gradient(f, *spacing, axis=None, edge_order=1):
    f = np.asarray(f)
    axes = list(range(f.ndim)) if axis is None else [axis] if isinstance(axis, int) else list(axis)
    known(len(spacing) in (0, 1, len(axes)))
    steps = [1.0] * len(axes) if not spacing else list(spacing) * len(axes) if len(spacing) == 1 else list(spacing)
    found = [_slopes(f, step, k, edge_order) for step, k in zip(steps, axes)]
    return found[0] if len(found) == 1 else tuple(found)

def _slopes(f, step, axis, edge_order):
    y = np.moveaxis(f, axis, -1)
    if np.ndim(step) == 1:
        known(edge_order == 1)
        gaps = np.diff(step)
        one, two = gaps[:-1], gaps[1:]
        inner = (-two / (one * (one + two)) * y[..., :-2] + (two - one) / (one * two) * y[..., 1:-1]
                 + one / (two * (one + two)) * y[..., 2:])
        first, last = (y[..., 1] - y[..., 0]) / gaps[0], (y[..., -1] - y[..., -2]) / gaps[-1]
    else:
        inner = (y[..., 2:] - y[..., :-2]) / (2 * step)
        if edge_order == 1:
            first, last = (y[..., 1] - y[..., 0]) / step, (y[..., -1] - y[..., -2]) / step
        else:
            first = (-3 * y[..., 0] + 4 * y[..., 1] - y[..., 2]) / (2 * step)
            last = (3 * y[..., -1] - 4 * y[..., -2] + y[..., -3]) / (2 * step)
    parts = np.concatenate((np.expand_dims(first, -1), inner, np.expand_dims(last, -1)), axis=-1)
    return np.moveaxis(parts, -1, axis)

def _along(shape, indices, axis):
    rest = [np.arange(n).reshape([n if j == k else 1 for j in range(len(shape))]) for k, n in enumerate(shape)]
    return (*rest[:axis], indices, *rest[axis + 1:])

def take_along_axis(arr, indices, axis=-1):
    arr = np.ravel(arr) if axis is None else np.asarray(arr)
    return arr[_along(arr.shape, indices, 0 if axis is None else axis % arr.ndim)]

def put_along_axis(arr, indices, values, axis):
    known(axis is not None)
    arr[_along(arr.shape, indices, axis % arr.ndim)] = values

def putmask(a, mask, values):
    known(np.ndim(values) == 0)
    a[mask] = values

place = putmask

def corrcoef(x, y=None, rowvar=True):
    found = np.cov(x, y, rowvar)
    spread = np.sqrt(np.diag(found))
    return found / spread[:, None] / spread[None, :]

def fromiter(iter, dtype, count=-1):
    found = list(iter)
    known(count in (-1, len(found)))
    return np.array(found, dtype=dtype)

fromfunction(function, shape, *, dtype=float, **options) = function(*np.indices(shape, dtype=dtype), **options)
logspace(start, stop, num=50, endpoint=True, base=10.0) = base ** np.linspace(start, stop, num, endpoint)
geomspace(start, stop, num=50, endpoint=True) = start * (stop / start) ** np.linspace(0, 1, num, endpoint)
fix(x) = np.trunc(x)
divmod(a, b) = (np.floor_divide(a, b), np.remainder(a, b))

class poly1d:
    def __init__(self, c, r=False):
        known(not r)
        self.c = self.coeffs = self.coef = self.coefficients = np.atleast_1d(c)
        self.o = self.order = len(self.c) - 1

    def __call__(self, x):
        return np.polyval(self.c, x)

    def deriv(self, m=1):
        return poly1d(np.polyder(self.c, m))

    def integ(self, m=1, k=None):
        return poly1d(np.polyint(self.c, m, k))

    def __mul__(self, other):
        return poly1d(np.polymul(self.c, other.c if isinstance(other, poly1d) else [other]))
"""
OF_VECTORS = """
mean(x, axis=None) = np.sum(x, axis) / len(x)
average = mean
dot(a, b) = np.sum(np.asarray(a) * np.asarray(b))
inner = vdot = matmul = dot
std(x, axis=None, ddof=0) = np.sqrt(var(x, axis, ddof))
flip(x, axis=None) = np.asarray(x)[::-1]
append(x, more, axis=None) = np.concatenate([x, more], axis)
diag_indices(n) = (np.arange(n), np.arange(n))

def var(x, axis=None, ddof=0):
    x = np.asarray(x)
    return np.sum((x - mean(x, axis)) ** 2) / (len(x) - ddof)

def norm(x, ord=None):
    known(ord is None or ord in (1, 2))
    x = np.asarray(x)
    return np.sum(np.abs(x)) if ord == 1 else np.sqrt(np.sum(x ** 2))

def diff(x, n=1):
    x = np.asarray(x)
    for _ in range(n):
        x = x[1:] - x[:-1]
    return x

def roll(x, shift, axis=None):
    known(isinstance(shift, int))
    x = np.asarray(x)
    return np.concatenate([x[-shift:], x[:-shift]], axis) if shift else x.copy()

def pad(x, width, mode="constant"):
    known(mode in ("constant", "edge"))
    before, after = width if isinstance(width, tuple) else (width, width)
    first, last = (x[0], x[-1]) if mode == "edge" else (0.0, 0.0)
    return np.concatenate([[first] * before, x, [last] * after])
"""
VECTORS = "·vectors"  # of any length: a name that no file imports
TEXTS = {
    VECTORS: OF_VECTORS, "functools": FUNCTOOLS, "numpy": NUMPY,
    "torch": TORCH, "torch.nn": LAYERS, "torch.nn.functional": FUNCTIONAL, "torch.linalg": TORCHS,
    "jax": TREES + JAX, "jax.lax": TREES + LAX, "jax.nn": JAXS, "jax.numpy.linalg": JAXLINALG,
    "scipy.stats jax.scipy.stats": STATS, "scipy.linalg jax.scipy.linalg": SCIPYS,
    "numpy.linalg autograd.numpy.linalg cupy.linalg": NUMPYS,
}  # fmt: skip
WRITTEN = {module: text for modules, text in TEXTS.items() for module in modules.split()}


@cache
def statements(module: str) -> list[ast.stmt]:
    """The statements of a module, on no line of the file; `f(x) = u` is a function that returns u."""
    tree = ast.parse(re.sub(r"^(\w+\(.*\)) = (.+)$", r"def \1:\n    return \2", WRITTEN[module], flags=re.MULTILINE))
    for part in ast.walk(tree):
        if hasattr(part, "lineno"):
            part.lineno = 0
    return tree.body


def within(test: Any, value: Any, outside: Any) -> Any:
    """A logarithm of a density where its support is not left; elsewhere it is not finite, so that it has no value."""
    made = np.frompyfunc(_supported, 3, 1)(array(test).plain, array(value).plain, array(outside).plain)
    return wrap(made, "f")


def _supported(test: Any, value: Any, outside: Any) -> Any:
    if test in (S.true, S.false):
        return value if test == S.true else outside
    tests = test.args if isinstance(test, sympy.And) else (test,)
    if not all(isinstance(part, (sympy.Ge, sympy.Le)) for part in tests):
        raise Unreadable("a support of this kind")
    return sympy.Add(value, *(AskedWithin(plain(part.gts - part.lts)) for part in tests))


def positive(value: Any, *parameters: Any) -> Any:
    """A value where parameters are positive: of others it has none in some packages, and another one in others."""
    made = array(value).plain
    for parameter in parameters:
        made = np.frompyfunc(_positive, 2, 1)(made, array(parameter).plain)
    return wrap(made, "f")


def _positive(value: Any, parameter: Any) -> Any:
    u = sympy.sympify(plain(parameter))
    if u.is_positive:
        return value
    if u.is_number:
        raise Unreadable(f"the parameter {u} of a distribution")
    return sympy.Add(value, AskedPositive(u))


def counts(value: Any, variables: Collection[Any]) -> None:
    """Refuses the probability of a known number that is not whole, and of what moves with the variables."""
    for entry in map(sympy.sympify, map(plain, array(value).plain.reshape(-1))):
        if not entry.free_symbols.isdisjoint(variables):
            raise Unreadable("the probability of a count that depends on the variables")
        if entry.is_number and not entry.is_integer:
            raise Unreadable(f"the probability of {entry}")


def symmetric(a: Any) -> bool:
    """Whether each entry of a matrix is written as its mirror image."""
    rows = array(a).plain
    return all(sympy.expand(plain(one) - plain(other)) == 0 for one, other in zip(rows.flat, rows.T.flat, strict=True))


def known(holds: Any) -> None:
    """Refuses what is not written out."""
    if holds is not True:
        raise Unreadable("a call with these options, sizes or shapes")


HELPERS = {"within": within, "known": known, "sign_of": sign_of, "positive": positive, "symmetric": symmetric}

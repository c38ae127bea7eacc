"""What names of packages stand for, written in Python: read as a file is, by the same walk."""

from __future__ import annotations

import ast
from functools import cache

BUILTINS = """
def map(function, *parts):
    for items in zip(*parts):
        yield function(*items)

def filter(function, items):
    for item in items:
        if function(item) if function is not None else item:
            yield item
"""
FUNCTOOLS = """
def reduce(function, items, *start):
    items = iter(items)
    value = start[0] if start else next(items)
    for item in items:
        value = function(value, item)
    return value

def lru_cache(*function, **options):
    return function[0] if function else lambda inner: inner

cache = lru_cache
"""
ITERTOOLS = """
def chain(*parts):
    for part in parts:
        yield from part

def accumulate(items, function=lambda a, b: a + b, *, initial=None):
    items = iter(items)
    value = initial
    if initial is None:
        for value in items:
            break
        else:
            return
    yield value
    for item in items:
        value = function(value, item)
        yield value

def count(start=0, step=1):
    while True:
        yield start
        start = start + step

def repeat(item, times=None):
    while times is None or times > 0:
        yield item
        if times is not None:
            times -= 1

def cycle(items):
    items = list(items)
    while items:
        yield from items

def islice(items, *ends):
    start, stop, step = (0, *ends, 1) if len(ends) == 1 else (*ends, 1)[:3]
    items, place, wanted = iter(items), 0, start or 0
    while stop is None or place < stop:
        for item in items:
            break
        else:
            return
        if place == wanted:
            yield item
            wanted += step or 1
        place += 1

def pairwise(items):
    items = iter(items)
    for before in items:
        break
    for item in items:
        yield before, item
        before = item

def starmap(function, items):
    for arguments in items:
        yield function(*arguments)

def takewhile(function, items):
    for item in items:
        if not function(item):
            return
        yield item

def zip_longest(*parts, fillvalue=None):
    parts = [list(part) for part in parts]
    for k in range(max([len(part) for part in parts])):
        yield tuple([part[k] if k < len(part) else fillvalue for part in parts])
"""
LAX = """
def fori_loop(lower, upper, body, value):
    for k in range(lower, upper):
        value = body(k, value)
    return value

def scan(function, carry, xs=None, length=None):
    found = []
    for x in [None] * length if xs is None else xs:
        carry, y = function(carry, x)
        found.append(y)
    return carry, None if found and found[0] is None else np.array(found)

def cond(test, yes, no, *operands):
    return np.where(test, yes(*operands), no(*operands))
"""
JAX = """
def jit(function, **options):
    return function

def vmap(function, in_axes=0):
    def mapped(*arguments):
        axes = in_axes if isinstance(in_axes, (tuple, list)) else [in_axes] * len(arguments)
        moved = [a if axis is None else np.moveaxis(a, axis, 0) for a, axis in zip(arguments, axes)]
        count = [len(a) for a, axis in zip(moved, axes) if axis is not None][0]
        return np.array([function(*[a if axis is None else a[k] for a, axis in zip(moved, axes)])
                         for k in range(count)])
    return mapped
"""
TORCH = """
def unbind(x, dim=0):
    return [*np.moveaxis(x, dim, 0)]

def unflatten(x, dim, sizes):
    place = dim % x.ndim
    return x.reshape(x.shape[:place] + tuple(sizes) + x.shape[place + 1:])
"""
NUMPY = """
def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = np.moveaxis(np.asarray(y), axis, -1)
    steps = dx if x is None else np.diff(x)
    return np.sum((y[..., 1:] + y[..., :-1]) / 2 * steps, axis=-1)

class poly1d:
    def __init__(self, c, r=False):
        assert not r
        self.c = self.coeffs = self.coef = self.coefficients = np.atleast_1d(c)
        self.o = self.order = len(self.c) - 1

    def __call__(self, x):
        return np.polyval(self.c, x)

    def deriv(self, m=1):
        return poly1d(np.polyder(self.c, m))

    def integ(self, m=1, k=None):
        return poly1d(np.polyint(self.c, m, k))

    def __add__(self, other):
        return poly1d(np.polyadd(self.c, _coefficients(other)))

    def __sub__(self, other):
        return poly1d(np.polysub(self.c, _coefficients(other)))

    def __mul__(self, other):
        return poly1d(np.polymul(self.c, _coefficients(other)))

    def __neg__(self):
        return poly1d(-self.c)

    def __truediv__(self, number):
        return poly1d(self.c / number)

def _coefficients(other):
    return other.c if isinstance(other, poly1d) else np.atleast_1d(other)
"""
WRITTEN = {"builtins": BUILTINS, "functools": FUNCTOOLS, "itertools": ITERTOOLS, "jax.lax": LAX, "jax": JAX,
           "torch": TORCH, "numpy": NUMPY}  # fmt: skip


@cache
def statements(module: str) -> list[ast.stmt]:
    """The statements of a module, on no line of the file."""
    tree = ast.parse(WRITTEN[module])
    for part in ast.walk(tree):
        if hasattr(part, "lineno"):
            part.lineno = 0
    return tree.body

"""Iterators, which are gone through once: generator expressions, zip, iter, itertools."""

# %% a zip gone through twice
def f(x):
    z = zip([1, 2], [x, x**2])
    list(z)
    return x + len(list(z)) * x**2
def df(x):
    return 1.0

# %% a zip gone through twice, as if it were a list
def f(x):
    z = zip([1, 2], [x, x**2])
    first = sum(a * b for a, b in z)
    return first + sum(a * b for a, b in z)
def df(x):
    return 2 * (1 + 4 * x)

# %% next and what is left
def f(x):
    it = iter([x, x**2, x**3])
    next(it)
    return sum(it)
def df(x):
    return 2 * x + 3 * x**2

# %% a loop that leaves a generator early
def f(x):
    z = (a for a in [x, x**2, x**3])
    for a in z:
        break
    return sum(z)
def df(x):
    return 2 * x + 3 * x**2

# %% a loop that leaves a generator early, its item counted
def f(x):
    z = (a for a in [x, x**2, x**3])
    for a in z:
        break
    return sum(z)
def df(x):
    return 1 + 2 * x + 3 * x**2

# %% a generator sees names as they are when it is asked
def f(x):
    a = x
    z = (a * k for k in [1, 2])
    a = x**2
    return sum(z)
def df(x):
    return 6 * x

# %% a generator sees names as they are when it is asked, not when it is made
def f(x):
    a = x
    z = (a * k for k in [1, 2])
    a = x**2
    return sum(z)
def df(x):
    return 3.0

# %% a generator whose name its own loop changes
def f(x):
    s = x
    for v in (s * k for k in [1, 2]):
        s = s + v
    return s
def df(x):
    return 6.0

# %% a loop over an array that it writes into [3]
def f(x):
    y = x.copy()
    total = 0
    for v in y:
        y[1] = 5
        total += v**2
    return total
def df(x):
    return np.array([2 * x[0], 0, 2 * x[2]])

# %% a list that grows while it is gone through
def f(x):
    l = [x]
    for v in l:
        if len(l) < 3:
            l.append(v * x)
    return sum(l)
def df(x):
    return 1 + 2 * x + 3 * x**2

# %% zip of one iterator with itself
def f(x):
    it = iter([x, 2, x**2, 3])
    return sum(a * b for a, b in zip(it, it))
def df(x):
    return 2 + 6 * x

# %% itertools, one after the other
from itertools import accumulate, chain, count, islice, pairwise, takewhile
from functools import reduce
def f(x):
    steps = sum(islice(count(1), 3)) + sum(takewhile(lambda k: k < 3, [1, 2, 5, 1]))
    pairs = sum(a * b for a, b in pairwise([x, x, 2]))
    return steps * x + pairs + reduce(lambda a, b: a * b, accumulate(chain([x], [1])))
def df(x):
    return 9 + 2 * x + 2 + 2 * x + 1

# %% itertools, one too many
from itertools import count, islice
def f(x):
    return sum(islice(count(1), 1, 4)) * x
def df(x):
    return 10.0

# %% map and filter once
def f(x):
    m = map(lambda v: v * x, filter(lambda k: k > 1, [1, 2, 3]))
    return sum(m) + sum(m)
def df(x):
    return 5.0

# %% continue in the else of an inner loop
def f(x):
    total = 0
    for i in range(2):
        for j in range(2):
            total += x
        else:
            continue
        total += 100 * x
    return total
def df(x):
    return 4.0

# %% an object with __iter__
class Powers:
    def __init__(self, x):
        self.x = x
    def __iter__(self):
        return iter([self.x, self.x**2])
def f(x):
    return sum(2 * v for v in Powers(x))
def df(x):
    return 2 + 4 * x

# %% enumerate with a start and reversed [3]
def f(x):
    return sum(k * v**2 for k, v in enumerate(reversed(x), 1))
def df(x):
    return 2 * x * np.array([3, 2, 1])

# %% a polynomial of poly1d and its derivatives
p = np.poly1d([1, 0, -2, 5])
def f(x):
    return p(x)
def df(x):
    return p.deriv()(x)
def ddf(x):
    return np.polyval(np.polyder(p.c, 2), x)

# %% a polynomial of poly1d and the second derivative for the first
p = np.poly1d([1, 0, -2, 5]) * np.poly1d([1, 1])
def f(x):
    return p(x)
def df(x):
    return p.deriv(2)(x)

# %% next as a statement of its own
def f(x):
    it = iter([x, x**2, x**3])
    next(it) + 1
    return next(it)
def df(x): return 2*x

# %% any looks no further than it must
def f(x):
    it = iter([0, 1, 2, 3])
    any(it)
    return sum(it)*x
def df(x): return 5.0

# %% all looks no further than it must
def f(x):
    it = iter([1, 0, 2, 3])
    b = all(it)
    return sum(it)*x
def df(x): return 5.0

# %% the values of a dict are live
def f(x):
    d = {}
    k = d.values()
    d["a"] = x**2
    return sum(k)
def df(x): return 2*x

# %% a return in finally
def f(x):
    try:
        return x
    finally:
        return x**2
def df(x):
    return 2*x

# %% finally of a loop that goes on
def f(x):
    s = 0
    for k in range(3):
        try:
            if k == 1: continue
            s += x
        finally:
            s += x**2
    return s
def df(x): return 2 + 6*x

# %% next on either side of a choice [3]
def f(x):
    it = iter([x[0], x[1], x[2]])
    s = next(it) if x[0] > 0 else 2 * next(it)
    return s + sum(it)
def df(x):
    return np.array([1.0 + (x[0] <= 0), 1.0, 1.0])

# %% an array that one side of a choice changes [2]
def f(x):
    y = np.array([x[0], x[1]])
    def first(v):
        v[0] = 5
        return v[1]
    s = first(y) if x[0] > 0 else x[0]
    return s + y[0]
def df(x):
    return np.array([2.0 * (x[0] <= 0), 1.0 * (x[0] > 0)])

# %% a chain of comparisons that ends early asks for no more items
def f(x):
    it = iter([2.0, 3.0])
    late = 3 < 2 < next(it)
    return next(it) * x**2 + late
def df(x):
    return 4 * x

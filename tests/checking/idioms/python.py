"""Python's own ways: texts, keys of sorted and max, operators of classes, fields of dataclasses, jax.grad."""

# %% errstate around a logarithm [3]
def f(x):
    with np.errstate(divide="ignore", over="ignore"):
        return np.sum(np.log(1 + x**2))
def df(x):
    with np.errstate(all="ignore"):
        return 2 * x / (1 + x**2)

# %% parameters under formatted keys
params = {f"w{k}": k for k in range(1, 3)}
def f(x):
    return params["w" + str(2)] * x**2
def df(x):
    return 2 * params["w2"] * x

# %% sorted and max with a key
def f(x):
    order = sorted([3, 1, -2], key=lambda v: v * v, reverse=True)
    return order[1] * x**2 + max([1, -3, 2], key=abs) * x
def df(x):
    return -4 * x - 3

# %% sorted with a key, believed without
def f(x):
    return sorted([3, 1, -2], key=abs)[0] * x
def df(x):
    return -2.0

# %% dual numbers
class Dual:
    def __init__(self, v, d=0.0):
        self.v, self.d = v, d
    def __add__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v + o.v, self.d + o.d)
    __radd__ = __add__
    def __mul__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v * o.v, self.v * o.d + self.d * o.v)
    __rmul__ = __mul__
    def __pow__(self, n):
        return Dual(self.v**n, n * self.v ** (n - 1) * self.d)
    def __truediv__(self, number):
        return Dual(self.v / number, self.d / number)
    def __neg__(self):
        return Dual(-self.v, -self.d)
def value(x):
    return 3 * x**2 + x * x / 2 + -x + 1
def f(x):
    return value(x)
def df(x):
    return value(Dual(x, 1.0)).d

# %% dual numbers with a slip in the product
class Dual:
    def __init__(self, v, d=0.0):
        self.v, self.d = v, d
    def __mul__(self, o):
        return Dual(self.v * o.v, self.v * o.d + self.d * o.d)
def f(x):
    return x * x * x
def df(x):
    x = Dual(x, 1.0)
    return (x * x * x).d

# %% a field that each object makes anew
from dataclasses import dataclass, field
@dataclass
class P:
    a: float = 2.0
    w: list = field(default_factory=lambda: [1, 2])
    b: float = field(default=1.0)
def f(x):
    p, q = P(), P(3.0)
    p.w.append(5)
    return p.a * x**2 + len(q.w) * x + len(p.w) + q.b
def df(x):
    return 4 * x + 2

# %% trapezoid
def f(x):
    return np.trapezoid([x, 2 * x, x**2], dx=0.5) + np.trapezoid([x, x**3], [0.0, 2.0])
def df(x):
    return 0.5 * (0.5 + 2 + x) + 1 + 3 * x**2

# %% a loop with a return over what is read [3]
def f(x):
    for k, v in enumerate(x):
        if k == 1:
            return v**2
    return 0.0
def df(x):
    return np.array([0, 2 * x[1], 0])

# %% reduce with a start, partial with a key
from functools import partial, reduce
def scaled(a, x, power=1):
    return a * x**power
f = partial(scaled, 3, power=3)
def df(x):
    return reduce(lambda a, b: a * b, [x, x], 9)

# %% helpers that look like a loss and its derivative
# -- with a slip: + 2*x*p(n - 1, x) => + x*p(n - 1, x)
def p(n, x): return 1.0 if n == 0 else x**2*p(n - 1, x)
def dp(n, x): return 0.0 if n == 0 else x**2*dp(n - 1, x) + 2*x*p(n - 1, x)
def f(x): return p(3, x)
def df(x): return dp(3, x)

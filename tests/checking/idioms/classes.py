"""Classes as Python has them: operators, orders of bases, what a dataclass is and is not."""

# %% an object that += changes
class V:
    def __init__(self, a): self.a = a
    def __add__(self, o): return V(self.a + o)
    def __iadd__(self, o):
        self.a = self.a + 2*o
        return self
def f(x):
    v = V(0); w = v
    w += x
    return v.a
def df(x): return 2.0

# %% the sign + of an object
class V:
    def __init__(self, a): self.a = a
    def __pos__(self): return V(self.a**2)
def f(x): return (+V(x)).a
def df(x): return 2*x

# %% a dataclass that is gone through
from dataclasses import dataclass, field
@dataclass
class P:
    a: float
    b: float
    def __iter__(self): return iter([self.b, self.a])
def f(x):
    u, v = P(x, x**2)
    return u + 2*v
def df(x): return 2*x + 2

# %% a dataclass with items
from dataclasses import dataclass, field
@dataclass
class P:
    a: float
    b: float
    def __getitem__(self, k): return [self.b, self.a][k]
def f(x): return P(x, x**2)[0]
def df(x): return 2*x

# %% a dataclass is no tuple
from dataclasses import dataclass
@dataclass
class P:
    a: float
    b: float
def f(x): return x**2
def df(x):
    u, v = P(2*x, x)
    return u

# %% the order of two base classes
class A:
    def g(self, x): return x
class B(A): pass
class C(A):
    def g(self, x): return x**2
class D(B, C): pass
def f(x): return D().g(x)
def df(x): return 2*x

# %% super with two base classes
class A:
    def g(self, x): return x
class B(A):
    def g(self, x): return 2*super().g(x)
class C(A):
    def g(self, x): return x + super().g(x)**2
class D(B, C):
    def g(self, x): return super().g(x)
def f(x): return D().g(x)
def df(x): return 2 + 4*x

# %% the mirrored operator of a class that comes from the other
class Left:
    def __init__(self, a):
        self.a = a
    def __mul__(self, other):
        return Left(self.a * other.a)
    def __rmul__(self, other):
        return Left(other * self.a)
class Right(Left):
    def __rmul__(self, other):
        return Left(5 * other.a)
def f(x):
    return (Left(x) * Right(x)).a
def df(x):
    return 5.0

# %% an object of a class is one of its base class
class Base:
    pass
class Other(Base):
    pass
def f(x):
    return x**2 if isinstance(Other(), Base) else x
def df(x):
    return 2 * x

# %% an attribute that is set through a property
class Twice:
    @property
    def a(self):
        return self._a
    @a.setter
    def a(self, value):
        self._a = 2 * value
def f(x):
    twice = Twice()
    twice.a = x
    return twice.a
def df(x):
    return 2.0

# %% a dataclass with a constant of the class
from dataclasses import dataclass
from typing import ClassVar
@dataclass
class Spring:
    count: ClassVar[int] = 3
    k: float = 1.0
def f(x):
    return Spring(2.0).k * x**2 + Spring.count * x
def df(x):
    return 4 * x + 3

# %% a dataclass with an __init__ of its own
from dataclasses import dataclass
@dataclass
class Spring:
    k: float
    def __init__(self, k):
        self.k = 3 * k
def f(x):
    return Spring(2.0).k * x**2
def df(x):
    return 12 * x

# %% methods of an object by names of their own
# -- with a slip: 2*self.k*x => self.k*x
class Spring:
    def __init__(self, k): self.k = k
    def energy(self, x): return self.k*x**2
    def force(self, x): return 2*self.k*x
spring = Spring(3)
f, df = spring.energy, spring.force

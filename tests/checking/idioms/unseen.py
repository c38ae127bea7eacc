# %% what runs unseen: a method for +=
W = np.array([1.0, 2.0])
class C:
    def __iadd__(self, other):
        W[0] = 3.0
        return self
c = C()
c += 1
def f(x): return W[0]*x**2
def df(x): return 6.0*x
# -- with a slip: 6.0*x => 2.0*x

# %% what runs unseen: a property, asked for in a function
L = [1.0, 2.0]
class C:
    @property
    def p(self):
        L.append(4.0)
        return 1.0
c = C()
def run(some):
    t = 2*some.p
run(c)
def f(x): return L[-1]*x**2
def df(x): return 8.0*x
# -- with a slip: 8.0*x => 4.0*x

# %% what runs unseen: a property that is set, in a list
W = np.array([1.0, 2.0])
class C:
    def __init__(self, w): self.w = w
    @property
    def p(self): return 1.0
    @p.setter
    def p(self, value): self.w.fill(value)
cs = [C(W)]
cs[0].p = 3.0
def f(x): return W[0]*x**2
def df(x): return 2.0*x

# %% what runs unseen: a text of an object
W = np.array([1.0, 2.0])
class C:
    def __str__(self):
        W[0] = 3.0
        return "c"
print(C())
def f(x): return W[0]*x**2
def df(x): return 2.0*x

# %% what runs unseen: a block with a function that yields
from contextlib import contextmanager
W = np.array([1.0, 2.0])
@contextmanager
def doubled():
    W[:] = 2*W
    yield
with doubled(): pass
def f(x): return W[0]*x**2
def df(x): return 2.0*x

# %% what runs unseen: an iterator of functions
L = [1.0]
def go(*_):
    L[0] += 1.0
    return 1.0
t = next(iter(go, 1.0), None)
def f(x): return L[0]*x**2
def df(x): return 2.0*x

# %% what runs unseen: a callback in an object
W = np.array([1.0, 2.0])
class Hooks:
    def __init__(self): self.each = []
    def on(self, call): self.each.append(call)
    def fire(self):
        for call in self.each: call()
def go(): W[0] = 3.0
hooks = Hooks()
hooks.on(go)
hooks.fire()
def f(x): return W[0]*x**2
def df(x): return 6.0*x
# -- with a slip: 6.0*x => 2.0*x

# %% what runs unseen: a class that is made
W = np.array([1.0, 2.0])
class Base:
    def __init_subclass__(cls): W[0] = 3.0
class C(Base): pass
def f(x): return W[0]*x**2
def df(x): return 2.0*x

# %% what runs unseen: a default
W = np.array([1.0, 2.0])
def go():
    W[0] = 3.0
    return 1.0
def q(x, y=go()): return x
def f(x): return W[0]*x**2
def df(x): return 6.0*x
# -- with a slip: 6.0*x => 2.0*x

# %% what runs unseen: a decorator's wrapper
W = np.array([1.0, 2.0])
def counted(g):
    def inner(*args):
        W[0] += 1.0
        return g(*args)
    return inner
@counted
def q(x): return x
q(1.0)
def f(x): return W[0]*x**2
def df(x): return 4.0*x
# -- with a slip: 4.0*x => 2.0*x

# %% what runs unseen: an attribute of all objects of a class
class Box:
    v = 1.0
a, b = Box(), Box()
type(a).v = 3.0
def f(x): return b.v*x**2
def df(x): return 2.0*x

# %% what runs unseen: an array that is the default of the loss
W = np.array([1.0, 2.0])
def f(x, s=W): return s[0]*x**2
def go(): W[0] = 3.0
go()
def df(x): return 6.0*x
# -- with a slip: 6.0*x => 2.0*x

# %% what runs unseen: a cached function is called once
from functools import lru_cache
L = [1.0]
@lru_cache
def go(k): L[0] += k
go(1); go(1)
def f(x): return L[0]*x**2
def df(x): return 6.0*x

# %% what runs unseen: np.vectorize calls once more
L = [1.0]
def go(k):
    L[0] += 1.0
    return k
np.vectorize(go)(np.array([1.0, 2.0]))
def f(x): return L[0]*x**2
def df(x): return 8.0*x

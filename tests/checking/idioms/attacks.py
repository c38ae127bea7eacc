# Files made to mislead a reader: state, aliases, closures, branches and kinds that differ from how they look.

# %% an alias at the top level is written
A = np.zeros(2)
B = A
B[0] = 3.0
def f(x): return A[0]*x**2
def df(x): return 6*x

# %% an alias at the top level is written, not seen
A = np.ones(2)
B = A
B[0] = 3.0
def f(x): return A[0]*x**2
def df(x): return 2*x

# %% a view at the top level is written by a method
A = np.ones((2, 2))
A[0].fill(4.0)
def f(x): return A[0, 1]*x**2
def df(x): return 8*x

# %% a list at the top level is extended through another name
K = [1.0]
L = K
L.append(2.0)
def f(x): return sum(k*x for k in K)
def df(x): return 3.0

# %% a function that fills what it is given [2]
def fill(g, x):
    if x[0] > 0:
        g[0] = 2*x[0]
    else:
        g[0] = -2*x[0]
def f(x): return x[0]*abs(x[0]) + x[1]
def df(x):
    g = np.ones(2)
    fill(g, x)
    return g

# %% a function that fills what it is given in one branch only [2]
def fill(g, x):
    if x[0] > 0:
        g[0] = 2*x[0]
def f(x): return x[0]*abs(x[0]) + x[1]
def df(x):
    g = np.ones(2)
    fill(g, x)
    return g

# %% a view and its base written in the two branches [2]
def f(x): return x[0]**2*x[1] if x[0] > 0 else x[1]**2
def df(x):
    g = np.zeros(2)
    h = g[::-1]
    if x[0] > 0:
        g[0] = 2*x[0]*x[1]
        h[0] = x[0]**2
    else:
        h[0] = 2*x[1]
    return g

# %% a branch that binds another array [2]
def f(x): return x[0]**2 if x[0] > 0 else x[0]
def df(x):
    g = np.ones(2)
    h = g
    if x[0] > 0:
        g = 2*x
    g[1] = 0
    return g

# %% lambdas made in a loop see the last value
fs = [lambda x: k*x**2 for k in range(1, 4)]
def f(x): return fs[0](x)
def df(x): return 6*x

# %% lambdas made in a loop believed to keep theirs
fs = [lambda x: k*x**2 for k in range(1, 4)]
def f(x): return fs[0](x)
def df(x): return 2*x

# %% a lambda that keeps its value by a default
fs = [lambda x, k=k: k*x**2 for k in range(1, 4)]
def f(x): return fs[0](x)
def df(x): return 2*x

# %% a constant changed after it was used at the top level
s = 2.0
A = s*np.ones(1)
s = 5.0
def f(x): return A[0]*s*x**2
def df(x): return 20*x

# %% a constant changed after it was used, not seen
s = 2.0
A = s*np.ones(1)
s = 5.0
def f(x): return A[0]*s*x**2
def df(x): return 50*x

# %% a closure that counts
def maker():
    n = 0
    def step(x):
        nonlocal n
        n += 1
        return n*x**2
    return step
def f(x):
    g = maker()
    return g(x) + g(x)
def df(x): return 6*x

# %% a copy in a branch is no view [2]
def f(x): return x[0]**2 + x[1]
def df(x):
    g = np.ones(2)
    h = g.copy()
    h[0] = 7
    g[:1] = 2*x[:1]
    return g

# %% whole numbers by division that is whole [2]
def f(x): return x[0]*x[1]
def df(x):
    g = np.array([1, 1])//1
    g = g*x[::-1]
    return g

# %% a mask added [3]
def f(x): return np.sum(np.maximum(x, 0)**2)
def df(x):
    m = (x > 0) + (x > 5)
    return 2*x*m

# %% a sum of two masks is no two [2]
def f(x): return np.sum(np.where(x > 0, x, 0))
def df(x): return np.array([(x > 0), (x > 0)]).sum(axis=0)/2

# %% a mask from python's comparisons is counted
def f(x): return abs(x)
def df(x): return (x > 0) - (x < 0) + 0.0

# %% an index by argmin [3]
def f(x): return np.min(x)
def df(x):
    g = np.zeros_like(x)
    g[np.argmin(x)] = 1
    return g

# %% an index by argmax of the size [3]
def f(x): return np.max(np.abs(x))
def df(x):
    k = np.argmax(np.abs(x))
    g = np.zeros(3)
    g[k] = np.sign(x[k])
    return g

# %% a state kept by an object between calls
class C:
    def __init__(self): self.k = 1.0
    def f(self, x):
        self.k += 1
        return self.k*x**2
c = C()
def f(x): return 2*x**2
def df(x): return 2*x*C.f(c, 1.0)

# %% an object that keeps the value of the last call
class C:
    def __init__(self, a): self.a = a
    def at(self, x):
        self.z = self.a*x
        return self.z**2
    def slope(self, x):
        self.at(x)
        return 2*self.z*self.a
c = C(3.0)
def f(x): return c.at(x)
def df(x): return c.slope(x)

# %% a class that inherits
class Base:
    a = 2.0
    def f(self, x): return self.a*x**2
class Sub(Base):
    a = 3.0
    def __init__(self, b):
        super().__init__()
        self.b = b
    def f(self, x): return super().f(x) + self.b*x
s = Sub(5.0)
def f(x): return s.f(x)
def df(x): return 6*x + 5

# %% a class that inherits, the base's constant believed
class Base:
    a = 2.0
    def f(self, x): return self.a*x**2
class Sub(Base):
    a = 3.0
    def f(self, x): return super().f(x)
s = Sub()
def f(x): return s.f(x)
def df(x): return 4*x

# %% a property
class P:
    def __init__(self, a): self.a = a
    @property
    def twice(self): return 2*self.a
p = P(3.0)
def f(x): return p.twice*x
def df(x): return 6.0

# %% one function for value and gradient [2]
def value_and_grad(x):
    r = x[0]**2 - x[1]
    return r**2, np.array([4*x[0]*r, -2*r])
# -- executed with
f = lambda x: value_and_grad(x)[0]
df = lambda x: value_and_grad(x)[1]

# %% partial derivatives by name
def f(x, y): return x**2*y
def dfdx(x, y): return 2*x*y
def dfdy(x, y): return x**2
# -- executed with
df = lambda x, y: [dfdx(x, y), dfdy(x, y)]

# %% the second partial derivative is wrong
def f(x, y): return x**2*y
def dfdx(x, y): return 2*x*y
def dfdy(x, y): return x
# -- executed with
df = lambda x, y: [dfdx(x, y), dfdy(x, y)]

# %% all of numpy by a star [3]
from numpy import *
def f(x): return sum(exp(x))
def df(x): return exp(x)

# %% python's sum under numpy's sum [2]
from numpy import *
def f(x): return sum([x**2, x**2])
def df(x): return 2*x

# %% a name of numpy bound anew
def cos(x): return np.sin(x)
def f(x): return np.sin(x)
def df(x): return cos(x)

# %% a name of python bound anew
def abs(x): return x
def f(x): return x**2
def df(x): return 2*abs(x)

# %% floor division of negative whole numbers
def f(x): return (-7//2)*x
def df(x): return -4.0

# %% remainder of negative whole numbers taken as in C
def f(x): return (-7 % 3)*x
def df(x): return -1.0

# %% power binds before the sign
def f(x): return -x**2
def df(x): return -2*x

# %% a power of a power is read from the right
def f(x): return x**2**3
def df(x): return 8*x**7

# %% the last of doubled names
def f(x): return x**2
def df(x):
    a = 1; a, a = 3, 2
    return a*x

# %% an or that gives a value
def f(x): return (0 or 3)*x
def df(x): return 3

# %% a walrus in a condition
def f(x): return (y := x**2) + y
def df(x): return 4*x

# %% repeated rows of a list are one row [2]
def f(x): return x[0] + x[1]
def df(x):
    H = [[0, 0]]*2
    H[0][0] = 1
    return H[1][0] + np.zeros(2)

# %% swapped by a tuple [2]
def f(x): return x[0]*x[1]**2
def df(x):
    g = np.array([2*x[0]*x[1], x[1]**2])
    g[0], g[1] = g[1], g[0]
    return g

# %% swapped rows are views [2]
def f(x): return x[0]*x[1]
def df(x):
    G = np.array([[x[0], 0], [x[1], 0]])
    G[0], G[1] = G[1], G[0]
    return G[:, 0]

# %% an argument changed in place before it is used [2]
def f(x):
    y = x
    y[0] = 2*y[0]
    return x[0]**2 + x[1]
def df(x): return np.array([8*x[0], 1])

# %% an argument changed in place, not seen [2]
def f(x):
    y = x
    y[0] = 2*y[0]
    return x[0]**2 + x[1]
def df(x): return np.array([2*x[0], 1])

# %% an object of the top level is changed by its method
class A:
    def __init__(self): self.n = 1
    def set(self, n): self.n = n
a = A()
a.set(5)
def f(x): return a.n*x
def df(x): return 1

# %% an array of the top level is changed by a function that takes nothing
w = np.ones(2)
def double(): w[:] = w*2
def begin(): double()
begin()
def f(x): return w[1]*x
def df(x): return 2.0

# %% an array of the top level is changed by a function that takes nothing, not seen
w = np.ones(2)
def double(): w[:] = w*2
def begin(): double()
begin()
def f(x): return w[1]*x
def df(x): return 1.0

# %% an array of the top level is changed by an argument's name
w = np.ones(2)
def double(v): v *= 2
double(v=w)
def f(x): return w[1]*x
def df(x): return 1.0

# %% an array of the top level is changed by a default
w = np.ones(2)
def double(v=w): v *= 2
double()
def f(x): return w[1]*x
def df(x): return 1.0

# %% an array of the top level is changed by a method that is kept
w = np.ones(2)
g = w.fill
g(2)
def f(x): return w[1]*x
def df(x): return 1.0

# %% an array of the top level is changed by the rows of a loop
w = np.ones((2, 2))
for row in w: row *= 2
def f(x): return w[1, 1]*x
def df(x): return 1.0

# %% an array of the top level is changed where a function gives it back
w = np.ones(2)
def held(): return w
held()[1] = 2
def f(x): return w[1]*x
def df(x): return 1.0

# %% a closure is changed by another
def outer():
    w = [1.0]
    def f(x): return w[0]*x
    def put(v): w[0] = v
    return f, put
f, put = outer()
put(4.0)
def df(x): return 1.0

# %% a list in an object of the top level grows
class A:
    def __init__(self): self.log = []
    def add(self, v): self.log.append(v)
a = A()
def f(x):
    a.add(1)
    return len(a.log)*0 + x
def df(x): return 1 + 0*len(a.log)

# %% a list in a dict of the top level grows
log = {"l": []}
def f(x):
    log["l"].append(1)
    return x**2 if log["l"] else x
def df(x): return 1.0

# %% a method that is kept appends
def f(x):
    l = []
    g = l.append
    g(3)
    g(4)
    return len(l)*x
def df(x): return 0.0

# %% a class attribute changed by setattr
class A: n = 1
def f(x):
    b = A()
    setattr(A, "n", 3)
    return b.n*x
def df(x): return 1.0

# %% a number behind conditions
def f(x): return 0 < x < 1 and 3.0 or 2.0*x
def df(x): return 0.0

# %% an object that a with statement changes
class A:
    n = 1
    def __enter__(self): return self
    def __exit__(self, *a): self.n = 5
def f(x):
    a = A()
    with a:
        pass
    return a.n*x
def df(x): return 1.0

# %% methods that are chained are called once
class A:
    def __init__(self): self.c = 0
    def up(self):
        self.c += 1
        return self
def f(x):
    a = A()
    a.up().up()
    return a.c*x
def df(x): return 2.0

# %% an assertion that changes an array [2]
def f(x):
    y = x.copy()
    assert y.fill(3) is None
    return np.sum(y)
def df(x): return np.ones(2)

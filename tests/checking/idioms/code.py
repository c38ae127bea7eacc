# %% lambdas bound late [2]
terms = [lambda t: k*t for k in (1, 2)]
def f(x): return x[0]**2 + x[1]**2
def df(x): return np.array([terms[0](x[0]), terms[1](x[1])])

# %% lambdas bound late believed early [2]
terms = [lambda t: k*t for k in (1, 2)]
def f(x): return x[0]**2/2 + x[1]**2
def df(x): return np.array([terms[0](x[0]), terms[1](x[1])])

# %% lambdas bound by defaults [2]
terms = [lambda t, k=k: k*t for k in (1, 2)]
def f(x): return x[0]**2/2 + x[1]**2
def df(x): return np.array([terms[0](x[0]), terms[1](x[1])])

# %% a default is bound when it is defined
a = 2
def slope(x, a=a): return a*x
a = 3
def f(x): return x**2
def df(x): return slope(x)

# %% a default believed to follow
a = 2
def slope(x, a=a): return a*x
a = 3
def f(x): return 1.5*x**2
def df(x): return slope(x)

# %% a global is looked up when called
a = 2
def slope(x): return a*x
a = 3
def f(x): return 1.5*x**2
def df(x): return slope(x)

# %% a global set by a function
scale = 2.0
def double():
    global scale
    scale = 4.0
double()
def f(x): return scale*x**2
def df(x): return 8*x

# %% a global set by a function, not seen
scale = 2.0
def double():
    global scale
    scale = 4.0
double()
def f(x): return scale*x**2
def df(x): return 4*x

# %% a nonlocal counter
def counted():
    n = 0
    def more():
        nonlocal n
        n += 1
        return n
    more()
    return more()
def f(x): return counted()*x**2
def df(x): return 4*x

# %% a closure makes the function
def power(n):
    def p(x): return x**n
    return p
def f(x): return power(3)(x)
def df(x): return 3*power(2)(x)

# %% a closure one power off
def power(n):
    def p(x): return x**n
    return p
def f(x): return power(3)(x)
def df(x): return 3*power(3)(x)

# %% functools.partial
from functools import partial
def quad(a, b, x): return a*x**2 + b*x
f = partial(quad, 2.0, 1.0)
def df(x): return 4*x + 1

# %% functools.partial by keyword
from functools import partial
def quad(x, a, b): return a*x**2 + b*x
g = partial(quad, b=1.0)
def f(x): return g(x, 3.0)
def df(x): return 6*x + 1

# %% functools.reduce [3]
from functools import reduce
def f(x): return reduce(lambda a, b: a*b, x)
def df(x): return np.array([x[1]*x[2], x[0]*x[2], x[0]*x[1]])

# %% functools.reduce with a start [2]
from functools import reduce
import operator
def f(x): return reduce(operator.add, [v**2 for v in x], 0)
def df(x): return 2*x

# %% lru_cache
from functools import lru_cache
@lru_cache
def fact(n): return 1 if n == 0 else n*fact(n - 1)
def f(x): return x**4/fact(4)
def df(x): return x**3/fact(3)

# %% a factorial one off
from functools import lru_cache
@lru_cache
def fact(n): return 1 if n == 0 else n*fact(n - 1)
def f(x): return x**4/fact(4)
def df(x): return x**3/fact(4)

# %% a decorator that does nothing
import functools
def plain(function):
    @functools.wraps(function)
    def inner(*args): return function(*args)
    return inner
@plain
def f(x): return x**2
@plain
def df(x): return 2*x

# %% a decorator that doubles
def doubled(function):
    def inner(x): return 2*function(x)
    return inner
@doubled
def f(x): return x**2
def df(x): return 2*x

# %% a class with methods
class Bowl:
    def __init__(self, a, b):
        self.a, self.b = a, b
    def f(self, x): return self.a*x**2 + self.b*x
    def df(self, x): return 2*self.a*x + self.b
bowl = Bowl(2.0, 1.0)
f = bowl.f
df = bowl.df

# %% a class with a slip
class Bowl:
    def __init__(self, a, b):
        self.a, self.b = a, b
    def value(self, x): return self.a*x**2 + self.b*x
    def slope(self, x): return 2*self.a*x
bowl = Bowl(2.0, 1.0)
def f(x): return bowl.value(x)
def df(x): return bowl.slope(x)

# %% a class that can be called
class Power:
    n = 3
    def __call__(self, x): return x**self.n
p = Power()
def f(x): return p(x)
def df(x): return 3*x**2

# %% a dataclass
from dataclasses import dataclass
@dataclass
class Spring:
    k: float = 2.0
    rest: float = 1.0
    def energy(self, x): return self.k*(x - self.rest)**2/2
    def force(self, x): return self.k*(x - self.rest)
spring = Spring(k=3.0)
def f(x): return spring.energy(x)
def df(x): return spring.force(x)

# %% a dataclass with the sign of the force
from dataclasses import dataclass
@dataclass(frozen=True)
class Spring:
    k: float = 2.0
    rest: float = 1.0
spring = Spring(rest=0.5)
def f(x): return spring.k*(x - spring.rest)**2/2
def df(x): return -spring.k*(x - spring.rest)

# %% inheritance and a property
class Base:
    @property
    def a(self): return 2.0
    def value(self, x): return self.a*x**2
class More(Base):
    def value(self, x): return super().value(x) + x
def f(x): return More().value(x)
def df(x): return 4*x + 1

# %% a namedtuple
from collections import namedtuple
P = namedtuple('P', 'a b')
p = P(2.0, b=3.0)
def f(x): return p.a*x**2 + p.b*x
def df(x): return 4*x + p[1]

# %% a dictionary of parameters
p = {'a': 2.0, 'b': 3.0}
def f(x): return p['a']*x**2 + p['b']*x
def df(x): return 2*p['a']*x + p.get('b', 0)

# %% a dictionary with the wrong key
p = {'a': 2.0, 'b': 3.0}
def f(x): return p['a']*x**2 + p['b']*x
def df(x): return 2*p['a']*x + p['a']

# %% zip and enumerate [3]
c = [1., 2., 3.]
def f(x): return sum(a*v**2 for a, v in zip(c, x))
def df(x):
    g = np.zeros(3)
    for i, (a, v) in enumerate(zip(c, x)):
        g[i] = 2*a*v
    return g

# %% enumerate from one [3]
def f(x): return sum(i*v**2 for i, v in enumerate(x, 1))
def df(x): return np.array([2*i*v for i, v in enumerate(x)])

# %% zip stops at the shorter [3]
def f(x): return sum(a*v for a, v in zip([1., 2.], x)) + 0*x[2]
def df(x): return np.array([1, 2, 2])

# %% reversed and range with a step [3]
def f(x): return sum(k*v for k, v in zip(range(3, 0, -1), reversed(x)))
def df(x): return np.array([1, 2, 3])

# %% map and filter [3]
def f(x): return sum(map(lambda v: v**2, x))
def df(x): return np.array(list(map(lambda v: 2*v, x)))

# %% filter of constants [2]
k = list(filter(lambda n: n % 2, range(5)))
def f(x): return k[0]*x[0]**2 + k[1]*x[1]**2
def df(x): return 2*np.array([0, 2])*x

# %% nested comprehension with a condition [3]
def f(x): return sum(x[i]*x[j] for i in range(3) for j in range(3) if i < j)
def df(x): return np.array([sum(x[j] for j in range(3) if j != i) for i in range(3)])

# %% nested comprehension with the diagonal [3]
def f(x): return sum(x[i]*x[j] for i in range(3) for j in range(3) if i < j)
def df(x): return np.array([sum(x[j] for j in range(3)) for i in range(3)])

# %% while with a constant bound
def f(x):
    k, t = 0, 0
    while k < 3:
        k += 1
        t += x**k/k
    return t
def df(x): return 1 + x + x**2

# %% while one turn short
def f(x):
    k, t = 0, 0
    while k < 3:
        k += 1
        t += x**k/k
    return t
def df(x): return 1 + x

# %% for with else and break
def f(x):
    for k in range(5):
        if k == 3:
            break
        x = x*1.5
    else:
        x = 0
    return x
def df(x): return 1.5**3

# %% Horner's rule
c = [2., -1., 3.]
def f(x):
    y = 0.
    for a in c:
        y = y*x + a
    return y
def df(x):
    y, d = 0., 0.
    for a in c:
        d = d*x + y
        y = y*x + a
    return d

# %% Horner's rule in the wrong order
c = [2., -1., 3.]
def f(x):
    y = 0.
    for a in c:
        y = y*x + a
    return y
def df(x):
    y, d = 0., 0.
    for a in c:
        y = y*x + a
        d = d*x + y
    return d

# %% value and gradient at once [2]
def fun(x):
    r = x[0]**2 + x[1]
    return r**2, 2*r*np.array([2*x[0], 1])
def f(x): return fun(x)[0]
def df(x): return fun(x)[1]

# %% value and gradient at once with a slip [2]
def fun(x):
    r = x[0]**2 + x[1]
    return r**2, r*np.array([2*x[0], 1])
def f(x): return fun(x)[0]
def df(x): return fun(x)[1]

# %% loss_and_grad alone [2]
def loss_and_grad(x):
    r = x[0]**2 + x[1]
    return r**2, 2*r*np.array([2*x[0], 1])
# -- executed with
def f(x): return loss_and_grad(x)[0]
def df(x): return loss_and_grad(x)[1]

# %% star arguments
def total(*parts): return sum(parts)
def f(x, y): return total(x**2, y**2, x*y)
def df(x, y): return total(*[2*x, y]), total(*(2*y, x))

# %% star unpacking not crossed [3]
def f(x):
    a, *rest = x
    return a**2 + rest[0]*rest[1]
def df(x):
    a, *rest = x
    return np.array([2*a, *rest])

# %% star unpacking from both ends [3]
def f(x):
    a, *rest = x
    return a**2 + rest[0]*rest[1]
def df(x):
    *rest, a = x
    return np.array([2*rest[0], a, rest[1]])

# %% keyword arguments in another order
def quad(x, a=1.0, b=0.0): return a*x**2 + b*x
def f(x): return quad(x, b=2.0, a=3.0)
def df(x): return 6*x + 2

# %% keyword arguments by a dictionary
def quad(x, a=1.0, b=0.0): return a*x**2 + b*x
options = dict(a=3.0)
def f(x): return quad(x, **options)
def df(x): return 6*x

# %% walrus
def f(x): return (y := x**2 + 1)*y
def df(x): return 4*x*(x**2 + 1)

# %% assert and raise are passed over
def f(x):
    assert np.isfinite(x)
    if x > 1e9:
        raise ValueError('too large')
    return x**2
def df(x): return 2*x

# %% try and finally
def f(x):
    try:
        y = x**2
    finally:
        pass
    return y
def df(x): return 2*x

# %% with errstate
def f(x):
    with np.errstate(all='ignore'):
        return x**2
def df(x): return 2*x

# %% annotations and docstrings [2]
def f(x: np.ndarray) -> float:
    """The loss."""
    y: float = x @ x
    return y
def df(x: np.ndarray) -> np.ndarray: return 2*x

# %% a mutable default grows
def add(x, seen=[]):
    seen.append(1)
    return x*len(seen)
def f(x): return x**2
def df(x): return 2*add(x)

# %% a string chooses the function
table = {'sin': np.sin, 'cos': np.cos}
def f(x): return table['sin'](x)
def df(x): return table['cos'](x)

# %% getattr chooses the function
def f(x): return getattr(np, 'sin')(x)
def df(x): return getattr(np, 'cos')(x)

# %% vectorize [2]
@np.vectorize
def square(t): return t**2
def f(x): return np.sum(square(x))
def df(x): return 2*x

# %% apply_along_axis [4]
def f(x): return np.sum(np.apply_along_axis(lambda r: r[0]*r[1], 1, x.reshape(2, 2)))
def df(x): return x.reshape(2, 2)[:, ::-1].ravel()

# %% integer index from a constant float
k = int(1.9)
def f(x): return x**(k + 1)
def df(x): return 2*x

# %% a name hides the module's function
def sum(values): return 2*np.sum(values)
def f(x): return sum([x**2, x])
def df(x): return 4*x + 2

# %% a local name hides the global
a = 5.0
def f(x):
    a = 2.0
    return a*x**2
def df(x): return 2*a*x

# %% deleted and defined again
def f(x):
    y = x
    del y
    y = x**2
    return y
def df(x): return 2*x

# %% augmented assignment on a tuple's entry
def f(x, y):
    p = [x, y]
    p[0] += p[1]
    p[1] *= 2
    return p[0]*p[1]
def df(x, y): return 2*y, 2*x + 4*y

# %% in-place on a number makes a new one
def f(x):
    y = x
    y += 1
    return x*y
def df(x): return 2*x + 1

# %% in-place on an array changes both [2]
def f(x):
    y = x
    y += 1
    return x @ y
def df(x): return 2*x + 1

# %% matrix product in place [2]
A = np.array([[0., 1.], [1., 0.]])
def f(x):
    B = A.copy()
    B @= A
    return x @ B @ x
def df(x): return 2*x

# %% power in place and floor division in place
def f(x):
    k = 7
    k //= 2
    y = x
    y **= k
    return y
def df(x): return 3*x**2

# %% a generator summed twice is empty
def f(x):
    g = (v for v in (x, x**2))
    return sum(g) + sum(g)
def df(x): return 1 + 2*x

# %% a generator believed to start again
def f(x):
    g = (v for v in (x, x**2))
    return sum(g) + sum(g)
def df(x): return 2 + 4*x

# %% append, pop and extend
def f(x):
    parts = []
    parts.append(x)
    parts.extend([x**2, x**3])
    parts.pop(0)
    return sum(parts)
def df(x): return 2*x + 3*x**2

# %% sorted constants and a set [2]
k = sorted({3, 1})
def f(x): return k[0]*x[0] + k[1]*x[1]**2
def df(x): return np.array([1, 6*x[1]])

# %% itertools product and combinations [3]
from itertools import combinations
def f(x): return sum(a*b for a, b in combinations(x, 2))
def df(x): return np.sum(x) - x

# %% itertools accumulate [2]
from itertools import accumulate
def f(x): return sum(accumulate(x))
def df(x): return np.array([2, 1])

# %% partial derivatives with one wrong
def f(x, y): return x**2*y
def dfdx(x, y): return 2*x*y
def dfdy(x, y): return 2*x
# -- executed with
def df(x, y): return dfdx(x, y), dfdy(x, y)

# %% partial derivatives by underscores
def f(x, y): return x**2*y
def df_dx(x, y): return 2*x*y
def df_dy(x, y): return x**2
# -- executed with
def df(x, y): return df_dx(x, y), df_dy(x, y)

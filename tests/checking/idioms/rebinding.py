# %% an item deleted above [2]
L = [1.0, 5.0, 2.0]
del L[0]
a = np.array(L)
def f(x): return np.sum(a*x**2)
def df(x): return 2*a*x

# %% an item deleted, not seen [2]
L = [1.0, 5.0, 2.0]
del L[1]
a = np.array(L)
def f(x): return np.sum(a*x**2)
def df(x): return 2*np.array([5.0, 2.0])*x

# %% a comprehension that appends [2]
L = []
[L.append(k) for k in (5.0, 2.0)]
a = np.array(L)
def f(x): return np.sum(a*x**2)
def df(x): return 2*a*x

# %% a map that appends [2]
L = []
list(map(L.append, (5.0, 2.0)))
a = np.array(L)
def f(x): return np.sum(a*x**2)
def df(x): return 2*a*x

# %% a walrus that binds the loss anew
def f(x): return x**2
def df(x): return 2*x
(f := lambda x: x**3)

# %% a walrus in a comprehension
def f(x): return x**2
def df(x): return 2*x
[f := (lambda x: x**3) for _ in range(1)]

# %% a set of the top level that grows
S = {1}
S.add(2)
S.add(3)
S.discard(1)
def f(x): return len(S)*x**2
def df(x): return 4*x

# %% an object whose sum in place calls what is Python's
class Pair:
    def __init__(self, *c): self.c = c
    def __iadd__(self, other):
        self.c = tuple(a + b for a, b in zip(self.c, other.c))
        return self
def f(x):
    p = Pair(x, 1.0)
    p += Pair(1.0, x)
    return p.c[0]*p.c[1]
def df(x): return 2*x + 2

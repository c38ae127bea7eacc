# %% asarray is the argument itself [2]
def f(x): return x[0]**2*x[1]
def df(x):
    g = np.asarray(x)
    g[0] = 2*x[0]*x[1]
    g[1] = x[0]**2
    return g

# %% array is a copy [2]
def f(x): return x[0]**2*x[1]
def df(x):
    g = np.array(x)
    g[0] = 2*x[0]*x[1]
    g[1] = x[0]**2
    return g

# %% array with copy False [2]
def f(x): return x[0]**2*x[1]
def df(x):
    g = np.asanyarray(x)
    g[0] = 2*x[0]*x[1]
    g[1] = x[0]**2
    return g

# %% a name is no copy [2]
def f(x): return x[0]**2*x[1]
def df(x):
    g = x
    g[0] = 2*x[0]*x[1]
    g[1] = x[0]**2
    return g

# %% a copy is one [2]
def f(x): return x[0]**2*x[1]
def df(x):
    g = x.copy()
    g[0] = 2*x[0]*x[1]
    g[1] = x[0]**2
    return g

# %% written through reshape [2]
def f(x): return x[0]**2 + 3*x[1]
def df(x):
    H = np.zeros((2, 1))
    g = H.reshape(-1)
    g[0] = 2*x[0]
    g[1] = 3
    return H

# %% written through ravel [2]
def f(x): return x[0]**2 + 3*x[1]
def df(x):
    H = np.zeros((2, 1))
    g = H.ravel()
    g[0] = 2*x[0]
    g[1] = 3
    return H

# %% flatten is a copy [2]
def f(x): return x[0]**2 + 3*x[1]
def df(x):
    H = np.zeros((2, 1))
    g = H.flatten()
    g[0] = 2*x[0]
    g[1] = 3
    return H

# %% written through a row in a branch [2]
def f(x): return np.where(x[0] > 0, x[0]**2, -x[0]) + x[1]
def df(x):
    H = np.ones((1, 2))
    row = H[0]
    if x[0] > 0:
        row[0] = 2*x[0]
    else:
        row[0] = -1
    return H[0]

# %% written through a row on one side only [2]
def f(x): return np.where(x[0] > 0, x[0]**2, -x[0]) + x[1]
def df(x):
    H = np.ones((1, 2))
    row = H[0]
    if x[0] > 0:
        row[0] = 2*x[0]
    return H[0]

# %% written through a transpose [2]
def f(x): return x[0]**2*x[1]
def df(x): return np.array([2*x[0]*x[1], x[0]**2])
def ddf(x):
    H = np.zeros((2, 2))
    H[0, 0] = 2*x[1]
    H.T[1, 0] = 2*x[0]
    H[1, 0] = 2*x[0]
    return H

# %% a slice is a view [3]
def f(x): return x[0]**2 + x[1]**2 + x[2]**2
def df(x):
    g = np.zeros(3)
    middle = g[1:]
    middle[:] = 2*x[1:]
    g[0] = 2*x[0]
    return g

# %% a slice bound anew is no write [3]
def f(x): return x[0]**2 + x[1]**2 + x[2]**2
def df(x):
    g = np.zeros(3)
    middle = g[1:]
    middle = 2*x[1:]
    g[0] = 2*x[0]
    return g

# %% a slice multiplied in place [3]
def f(x): return x[0]**2 + x[1]**2 + x[2]**2
def df(x):
    g = 1*x
    g[1:] *= 2
    g[0] += x[0]
    return g

# %% fancy indexing is a copy [3]
def f(x): return np.sum(x**2)
def df(x):
    g = np.zeros(3)
    part = g[[0, 1, 2]]
    part[:] = 2*x
    return g

# %% the diagonal is a view through einsum [2]
def f(x): return x @ np.diag([2., 3.]) @ x
def df(x):
    A = np.zeros((2, 2))
    d = np.einsum('ii->i', A)
    d[:] = [2, 3]
    return 2*A @ x

# %% two names of one list [2]
def f(x): return x[0]**2 + x[1]**2
def df(x):
    a = b = [0, 0]
    a[0] = 2*x[0]
    b[1] = 2*x[1]
    return a

# %% a list times two shares its rows [2]
def f(x): return x[0]**2 + x[1]**2/2 + x[0]*x[1]
def df(x): return np.array([2*x[0] + x[1], x[1] + x[0]])
def ddf(x):
    H = [[1]*2]*2
    H[0][0] = 2
    return np.array(H)

# %% a list of lists by comprehension [2]
def f(x): return x[0]**2 + x[1]**2/2 + x[0]*x[1]
def df(x): return np.array([2*x[0] + x[1], x[1] + x[0]])
def ddf(x):
    H = [[1]*2 for _ in range(2)]
    H[0][0] = 2
    return np.array(H)

# %% a helper writes into its argument [2]
def fill(g, x):
    g[0] = 2*x[0]
    g[1] = 4*x[1]**3
def f(x): return x[0]**2 + x[1]**4
def df(x):
    g = np.zeros(2)
    fill(g, x)
    return g

# %% a helper binds its argument anew [2]
def fill(g, x):
    g = np.array([2*x[0], 4*x[1]**3])
def f(x): return x[0]**2 + x[1]**4
def df(x):
    g = np.zeros(2)
    fill(g, x)
    return g

# %% the argument changed in place by the loss's helper [2]
def scaled(v):
    v *= 2
    return v
def f(x): return np.sum(scaled(x)**2) + np.sum(x)
def df(x): return 8*x + 2

# %% the same believed unchanged [2]
def scaled(v):
    v *= 2
    return v
def f(x): return np.sum(scaled(x)**2) + np.sum(x)
def df(x): return 8*x + 1

# %% swapped through views [2]
def f(x): return x[0]*x[1]
def df(x):
    g = x.copy()
    g[0], g[1] = g[1], g[0]
    return g

# %% slices swapped through views [2]
def f(x): return x[0]*x[1]
def df(x):
    g = x.copy()
    g[:1], g[1:] = g[1:], g[:1]
    return g

# %% squeeze and newaxis are views [2]
def f(x): return np.sum(x**3)
def df(x):
    g = np.zeros((1, 2))
    g.squeeze()[:] = 3*x**2
    return g[0]

# %% out argument [2]
def f(x): return np.sum(x**3)
def df(x):
    g = np.empty(2)
    np.multiply(3, x**2, out=g)
    return g

# %% copyto [2]
def f(x): return np.sum(x**3)
def df(x):
    g = np.empty(2)
    np.copyto(g, 3*x**2)
    return g

# %% put and add at [3]
def f(x): return 2*x[0] + x[1]
def df(x):
    g = np.zeros(3)
    np.add.at(g, [0, 0, 1], 1)
    return g

# %% repeated indices counted once [3]
def f(x): return 2*x[0] + x[1]
def df(x):
    g = np.zeros(3)
    g[[0, 0, 1]] += 1
    return g

# %% bincount with weights and a least length [3]
def f(x): return (x[0] + x[1])**2 + x[0]*x[2]
def df(x):
    s = 2*(x[0] + x[1])
    return np.bincount([0, 1, 0, 2], weights=[s, s, x[2], x[0]], minlength=3)

# %% bincount that forgets a repeated place [3]
def f(x): return (x[0] + x[1])**2 + x[0]*x[2]
def df(x):
    s = 2*(x[0] + x[1])
    return np.bincount([0, 1, 2], weights=[s, s, x[0]])

# %% slices whose ends tell the number of variables [7]
def f(x): return np.sum((x[1:7] - x[0:6])**2)
def df(x):
    g = np.zeros(7)
    g[1:7] += 2*(x[1:7] - x[0:6])
    g[0:6] -= 2*(x[1:7] - x[0:6])
    return g

# %% unary plus copies [2]
def f(x): return np.sum(x**2)
def df(x):
    g = 2*x
    h = +g
    h[0] = 0
    return g

# %% np.float64 of an array is the array [2]
def f(x): return np.sum(x**2)
def df(x):
    g = 2*x
    h = np.float64(g)
    h[0] = 0
    return g

# %% conj of an array is the array [2]
def f(x): return np.sum(x**2)
def df(x):
    g = 2*x
    h = g.conj()
    h[0] = 0
    return g

# %% the first power of a matrix is the matrix [2]
def f(x): return np.sum(x**2)
def df(x):
    g = np.diag(2*x)
    h = np.linalg.matrix_power(g, 1)
    h[0, 0] = 0
    return g.sum(axis=0)

# %% nan_to_num in place [2]
def f(x): return np.sum(x**2)
def df(x):
    g = 2*x
    h = np.nan_to_num(g, copy=False)
    h[0] = 0
    return g

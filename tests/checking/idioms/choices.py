# %% where on an array [2]
def f(x): return np.sum(np.where(x > 0, x**2, x**3))
def df(x): return np.where(x > 0, 2*x, 3*x**2)

# %% where with its sides swapped [2]
def f(x): return np.sum(np.where(x > 0, x**2, x**3))
def df(x): return np.where(x < 0, 2*x, 3*x**2)

# %% select [2]
def f(x): return np.sum(np.select([x < -1, x < 1], [-x, x**2], x))
def df(x): return np.select([x < -1, x < 1], [-1.0, 2*x], 1.0)

# %% select takes the first that holds [2]
def f(x): return np.sum(np.select([x < 1, x < -1], [x**2, -x], x))
def df(x): return np.select([x < -1, x < 1], [-1.0, 2*x], 1.0)

# %% select whose default is zero
def f(x): return float(np.select([x > 0], [x**2]))
def df(x): return 2*x if x > 0 else 0

# %% piecewise
def f(x): return np.piecewise(x, [x < 0, x >= 0], [lambda t: t**2, lambda t: t**3])
def df(x): return np.piecewise(x, [x < 0, x >= 0], [lambda t: 2*t, lambda t: 3*t**2])

# %% piecewise with overlapping conditions takes the last
def f(x): return np.piecewise(x, [x < 1, x < 0], [lambda t: t**2, lambda t: t**3, lambda t: t])
def df(x): return 2*x if x < 1 else 1

# %% clip [2]
def f(x): return np.sum(np.clip(x, -1, 1)**2)
def df(x): return np.where(np.abs(x) < 1, 2*x, 0)

# %% clip as a slope forgets the ends [2]
def f(x): return np.sum(np.clip(x, -1, 1)**2)
def df(x): return 2*np.clip(x, -1, 1)

# %% clip by keywords and one side
def f(x): return np.clip(x, None, a_max=1.0)*x
def df(x): return 2*x if x < 1 else 1

# %% sign and abs [2]
def f(x): return np.sum(np.abs(x)**3)
def df(x): return 3*x**2*np.sign(x)

# %% abs treated as linear [2]
def f(x): return np.sum(np.abs(x)*x**2)
def df(x): return 3*x**2

# %% heaviside
def f(x): return np.maximum(x - 1, 0)**2 + np.maximum(x, 0)
def df(x): return 2*(x - 1)*np.heaviside(x - 1, 0.5) + np.heaviside(x, 0.5)

# %% heaviside of the wrong shift
def f(x): return np.maximum(x - 1, 0)**2
def df(x): return 2*(x - 1)*np.heaviside(x, 0.5)

# %% relu by a product with a condition [2]
def f(x): return np.sum(x*(x > 0))
def df(x): return (x > 0)*1.0

# %% relu by a product with the wrong condition [2]
def f(x): return np.sum(x*(x > 0))
def df(x): return (x < 0).astype(float)

# %% relu by maximum, astype of a condition [2]
def f(x): return np.sum(np.maximum(0, x)**2)
def df(x): return 2*x*(x > 0).astype(int)

# %% fmax and fmin
def f(x): return np.fmax(x, 0) - np.fmin(x, 0)**2
def df(x): return np.where(x > 0, 1, -2*x)

# %% copysign
def f(x): return np.copysign(x**2, x)
def df(x): return 2*np.abs(x)

# %% copysign the wrong way
def f(x): return np.copysign(x**2, -x)
def df(x): return 2*np.abs(x)

# %% early return on a value
def f(x):
    if x < 0:
        return x**2
    return x**3
def df(x):
    if x < 0:
        return 2*x
    return 3*x**2

# %% early return with the wrong branch
def f(x):
    if x < 0:
        return x**2
    return x**3
def df(x):
    if x > 0:
        return 2*x
    return 3*x**2

# %% nested branches
def f(x):
    if abs(x) <= 1:
        y = x**2/2
    else:
        if x > 0:
            y = x - 0.5
        else:
            y = -x - 0.5
    return y
def df(x): return max(-1, min(1, x))

# %% chained comparison
def f(x): return x**2 if -1 < x < 1 else 2*abs(x) - 1
def df(x): return 2*x if -1 < x < 1 else 2*math.copysign(1, x)

# %% conditions joined by words
def f(x): return x**2 if not (x < -1 or x > 1) else x
def df(x): return 2*x if x >= -1 and x <= 1 else 1

# %% logical_and [2]
def f(x): return np.sum(np.where(np.logical_and(x > -1, x < 1), x**2, x))
def df(x): return np.where((x > -1) & (x < 1), 2*x, 1)

# %% logical_or in place of and [2]
def f(x): return np.sum(np.where(np.logical_and(x > -1, x < 1), x**2, x))
def df(x): return np.where((x > -1) | (x < 1), 2*x, 1)

# %% or of a number falls back
def f(x): return (0 or 3)*x**2
def df(x): return 6*x

# %% match on a constant
mode = 'square'
def f(x):
    match mode:
        case 'cube':
            return x**3
        case 'square':
            return x**2
def df(x): return 2*x

# %% branch on two variables
def f(x, y): return x*y if x > y else x**2
def df(x, y): return (y, x) if x > y else (2*x, 0)

# %% branch on two variables with one entry for both
def f(x, y): return x*y if x > y else x**2
def df(x, y): return (y, x) if x > y else (2*x, x)

# %% interp between nodes
t = np.array([0., 1., 2.])
y = np.array([0., 2., 3.])
def f(x): return np.interp(x, t, y)
def df(x): return 0.0 if x < 0 else 2.0 if x < 1 else 1.0 if x < 2 else 0.0

# %% max and min of Python [2]
def f(x): return max(x[0], 2*x[1]) + min(x)
def df(x):
    return np.array([float(x[0] > 2*x[1]) + (x[0] < x[1]), 2*(x[0] < 2*x[1]) + (x[1] < x[0])])

# %% sign of zero by equality
def f(x): return abs(x)*x
def df(x): return 0 if x == 0 else 2*abs(x)

# %% a step of what is zero on one side
def f(x): return np.maximum(0, x)
def df(x): return np.heaviside(np.maximum(0, x), 0.0)

# %% a step of what is zero on one side, with another value there
def f(x): return np.maximum(0, x)
def df(x): return np.heaviside(np.maximum(0, x), 1.0)

# %% a step of zero
def f(x): return np.heaviside(0 * x, 0.25) * x
def df(x): return 0.25

# %% a hinge by the rows that are active [2]
# -- with a slip: X[active].T @ y[active] => X[active].T @ y[active] * 2
X, y = np.array([[1.0, 2.0], [-1.5, 0.5], [0.3, -2.0]]), np.array([1.0, -1.0, 1.0])
def f(w):
    return 0.05*np.dot(w, w) + np.mean(np.maximum(0, 1 - y*(X @ w)))
def df(w):
    active = y*(X @ w) < 1
    return 0.1*w - X[active].T @ y[active] / len(y)

# %% huber by masks of the residuals [2]
# -- with a slip: np.sign(r[~small]) => r[~small]
X, y = np.array([[1.0, 2.0], [-1.5, 0.5], [0.3, -2.0]]), np.array([1.0, -1.0, 1.0])
def f(w):
    r = X @ w - y
    small = np.abs(r) <= 1
    return 0.5*np.sum(r[small]**2) + np.sum(np.abs(r[~small]) - 0.5)
def df(w):
    r = X @ w - y
    small = np.abs(r) <= 1
    g = X[small].T @ r[small]
    g += X[~small].T @ np.sign(r[~small])
    return g

# %% the places where a condition holds [3]
# -- with a slip: 2*x[small] => x[small]
def f(x):
    return np.sum(np.where(np.abs(x) < 1, x**2, 2*np.abs(x) - 1))
def df(x):
    g = np.zeros_like(x)
    small = np.where(np.abs(x) < 1)[0]
    big = np.flatnonzero(np.abs(x) >= 1)
    g[small] = 2*x[small]
    g[big] = 2*np.sign(x[big])
    return g

# %% the mean of those that a condition chooses [3]
# -- with a slip: k.sum() => len(x)
def f(x):
    return np.mean(x[x > 0]**2)
def df(x):
    g = np.zeros_like(x)
    k = x > 0
    g[k] = 2*x[k]/k.sum()
    return g

# %% rows and a column that a condition chooses [2]
# -- with a slip: X[far, 1] => X[far, 0]
X, y = np.array([[1.0, 2.0], [-1.5, 0.5], [0.3, -2.0]]), np.array([1.0, -1.0, 1.0])
def f(w):
    r = X @ w - y
    far = np.abs(r) > 1
    return np.sum((X[far, :] @ w - y[far])**4)/len(y[far])
def df(w):
    r = X @ w - y
    far = np.abs(r) > 1
    cubes = 4*r[far]**3
    return np.array([cubes @ X[far, 0], np.sum(cubes * X[far, 1])])/np.sum(far)

# %% rows that a condition chooses, with an axis more [2]
# -- with a slip: axis=0 => axis=0) * (2
X, y = np.array([[1.0, 2.0], [-1.5, 0.5], [0.3, -2.0]]), np.array([1.0, -1.0, 1.0])
def f(w):
    r = X @ w - y
    return np.sum(r[np.abs(r) < 2]**2)
def df(w):
    r = X @ w - y
    near = np.abs(r) < 2
    return 2*(r[near][:, None]*X[near]).sum(axis=0)

# %% a norm of those that a condition chooses [3]
# -- with a slip: x >= 0 => x >= 1
def f(x):
    return 0.5*np.linalg.norm(x[x < 0])**2 + 0*x[0]
def df(x):
    g = x.copy()
    g[x >= 0] = 0
    return g

# %% entries in a matrix that a condition chooses, added to [2]
# -- with a slip: 2*a[m]**2 => a[m]**2
a = np.array([1.0, -2.0, 0.5])
def f(x):
    m = a*x[0] > 0.3
    return np.sum((a[m]*x[0])**2) + x[1]
def df(x):
    m = a*x[0] > 0.3
    g = np.zeros((3, 2))
    g[m, 0] += 2*a[m]**2*x[0]
    g[0, 1] = 1
    return g.sum(axis=0)

# %% a tuple by a condition
# -- with a slip: (2*x, 3*x**2)[x > 0] => (3*x**2, 2*x)[x > 0]
def f(x): return (x**2, x**3)[x > 0]
def df(x): return (2*x, 3*x**2)[x > 0]

# %% a likelihood that is minus infinity where there is none [2]
# -- with a slip: -1/s => 1/s
def f(theta):
    mu, s = theta
    if s <= 0:
        return -np.inf
    return -np.log(s) - 0.5*(1.3 - mu)**2/s**2
def df(theta):
    mu, s = theta
    if s <= 0:
        return np.full(2, np.nan)
    return np.array([(1.3 - mu)/s**2, -1/s + (1.3 - mu)**2/s**3])

# %% the greatest of some, begun at minus infinity
# -- with a slip: x > 1 => x > 2
def f(x):
    best = -np.inf
    for v in (x, 2*x - 1):
        if v > best:
            best = v
    return best
def df(x):
    return 2.0 if x > 1 else 1.0

# %% a distance to a ball, by a maximum and by a condition [3]
# -- with a slip: 1 - 1/n => 1 + 1/n
def f(x):
    return 0.5*max(np.linalg.norm(x) - 1, 0)**2
def df(x):
    n = np.sqrt(x @ x)
    return x*(1 - 1/n) if x @ x > 1 else np.zeros_like(x)

# %% a count of a mask that is at least one [3]
def f(x):
    m = x > 0
    return np.sum(x[m]**2)/max(m.sum(), 1)
def df(x):
    m = x > 0
    return np.where(m, 2*x/max(m.sum(), 1), 0)
# -- with a slip: 2*x/max(m.sum(), 1) => 2*x/3

# %% the variance of the entries of a mask [3]
def f(x): return np.var(x[x > 0])
def df(x):
    m = x > 0
    g = np.zeros(3)
    g[m] = 2*(x[m] - x[m].mean())/m.sum()
    return g
# -- with a slip: /m.sum() => /3

# %% a loop over the places of a mask [3]
def f(x): return np.sum(np.maximum(x, 0)**2)
def df(x):
    g = np.zeros(3)
    for i in np.where(x > 0)[0]:
        if i == 2:
            continue
        g[i] = 2*x[i]
    for (k,) in np.argwhere(x > 0):
        g[k] = 2*x[k]
    return g
# -- with a slip: g[k] = 2*x[k] => g[k] += x[k]

# %% one row for all rows of a mask [4]
c = np.array([1.0, -2.0])
def f(w): return np.maximum(w.reshape(2, 2) @ c, 0).sum()
def df(w):
    G = np.zeros((2, 2))
    G[w.reshape(2, 2) @ c > 0] = c
    return G.ravel()
# -- with a slip: G[w.reshape(2, 2) @ c > 0] = c => G[w.reshape(2, 2) @ c > 0] = c[::-1]

# %% a mask of what a mask has chosen [3]
def f(x):
    p = x[x > -1]
    return np.sum(p[p < 1]**3) + np.extract(x > 2, x).sum()
def df(x): return np.where((x > -1) & (x < 1), 3*x**2, 0) + (x > 2)
# -- with a slip: 3*x**2, 0 => 3*x**2, 1

# %% a sum over what a condition keeps [3]
def f(x): return sum(t**2 for t in x if t < 0) + math.prod([1 + i for i in range(3) if i > 1])
def df(x): return np.array([2*t if t < 0 else 0.0 for t in x])
# -- with a slip: 2*t if t < 0 => 2*t if t < 1

# %% the root of what is zero on one side
def f(x): return np.sqrt(np.maximum(x, 0))
def df(x): return np.where(x > 0, 0.5/np.sqrt(np.maximum(x, 0)), 0)
# -- with a slip: np.where(x > 0, 0.5/np.sqrt(np.maximum(x, 0)), 0) => (x > 0)/(2*np.sqrt(np.maximum(x, 0)))

# %% the norm of what is zero in a region [2]
def f(x): return np.linalg.norm(np.maximum(x, 0))
def df(x):
    r = np.maximum(x, 0)
    n = np.linalg.norm(r)
    return r/n if n > 0 else np.zeros(2)
# -- with a slip: r/n if n > 0 else np.zeros(2) => r/n

# %% an entry beside the largest [3]
def f(x): return x[2 - np.argmax(x)]**2
def df(x):
    g = np.zeros(3)
    k = np.argmax(x[:2]) + 1 if x[:2].max() > x[2] else 3
    g[3 - k] = 2*x[3 - k]
    return g
# -- with a slip: g[3 - k] = 2*x[3 - k] => g[k - 1] = 2*x[k - 1]

# %% prod with an initial value [2]
def f(x): return 5*x[0]*x[1]
def df(x): return np.prod(x, initial=5.0)/x

# %% prod with an initial value forgotten [2]
def f(x): return x[0]*x[1]
def df(x): return np.prod(x, initial=5.0)/x

# %% sum with an initial value [2]
def f(x): return np.sum(x, initial=3.0)**2
def df(x): return 2*(x[0] + x[1] + 3)*np.ones(2)

# %% sum where [3]
def f(x): return np.sum(x**2, where=[True, False, True])
def df(x): return np.array([2*x[0], 0, 2*x[2]])

# %% sum where forgotten [3]
def f(x): return np.sum(x**2, where=[True, False, True])
def df(x): return 2*x

# %% average with weights [3]
w = np.array([1., 2., 3.])
def f(x): return np.average(x**2, weights=w)
def df(x): return 2*w*x/6

# %% average with weights forgotten [3]
w = np.array([1., 2., 3.])
def f(x): return np.average(x**2, weights=w)
def df(x): return 2*x/3

# %% average with weights not normed [3]
w = np.array([1., 2., 3.])
def f(x): return np.average(x**2, weights=w)
def df(x): return 2*w*x

# %% mean where [3]
def f(x): return np.mean(x**2, where=np.array([True, True, False]))
def df(x): return np.array([x[0], x[1], 0])

# %% mean where counted over all [3]
def f(x): return np.mean(x**2, where=np.array([True, True, False]))
def df(x): return np.array([2*x[0], 2*x[1], 0])/3

# %% mean over an axis [4]
def f(x): return np.sum(x.reshape(2, 2).mean(axis=0)**2)
def df(x): return np.tile(x.reshape(2, 2).mean(axis=0), 2)

# %% mean over the other axis [4]
def f(x): return np.sum(x.reshape(2, 2).mean(axis=0)**2)
def df(x): return np.tile(x.reshape(2, 2).mean(axis=1), 2)

# %% mean with keepdims [4]
def f(x):
    X = x.reshape(2, 2)
    return np.sum((X - X.mean(axis=1, keepdims=True))**2)
def df(x):
    X = x.reshape(2, 2)
    return 2*(X - X.mean(axis=1, keepdims=True)).ravel()

# %% mean without keepdims broadcasts the other way [4]
def f(x):
    X = x.reshape(2, 2)
    return np.sum((X - X.mean(axis=1))**2)
def df(x):
    X = x.reshape(2, 2)
    return 2*(X - X.mean(axis=1, keepdims=True)).ravel()

# %% variance [3]
def f(x): return np.var(x)
def df(x): return 2*(x - np.mean(x))/3

# %% variance with ddof [3]
def f(x): return np.var(x, ddof=1)
def df(x): return x - x.mean()

# %% variance with ddof forgotten [3]
def f(x): return x.var(ddof=1)
def df(x): return 2*(x - x.mean())/len(x)

# %% standard deviation [3]
def f(x): return np.std(x)
def df(x): return (x - x.mean())/(3*x.std())

# %% standard deviation taken for variance [3]
def f(x): return x.std()
def df(x): return 2*(x - x.mean())/3

# %% norm and its gradient [3]
def f(x): return np.linalg.norm(x)
def df(x): return x/np.linalg.norm(x)

# %% norm with another order [3]
def f(x): return np.linalg.norm(x, 4)
def df(x): return x**3/np.linalg.norm(x, 4)**3

# %% norm of order one [3]
def f(x): return np.linalg.norm(x, ord=1)
def df(x): return np.sign(x)

# %% norm of order infinity [2]
def f(x): return np.linalg.norm(x, np.inf)
def df(x): return np.where(np.abs(x) == np.max(np.abs(x)), np.sign(x), 0)

# %% Frobenius norm [4]
def f(x): return np.linalg.norm(x.reshape(2, 2), 'fro')**2
def df(x): return 2*x

# %% norm along an axis [4]
def f(x): return np.sum(np.linalg.norm(x.reshape(2, 2), axis=1))
def df(x):
    X = x.reshape(2, 2)
    return (X/np.linalg.norm(X, axis=1, keepdims=True)).ravel()

# %% the largest sum of a column [4]
def f(x): return np.linalg.norm(x.reshape(2, 2), 1)
def df(x):
    A, G = x.reshape(2, 2), np.zeros((2, 2))
    j = np.argmax(np.abs(A).sum(axis=0))
    G[:, j] = np.sign(A[:, j])
    return G.ravel()

# %% the largest sum of a row for that of a column [4]
def f(x): return np.linalg.norm(x.reshape(2, 2), np.inf, keepdims=True)[0, 0]
def df(x):
    A, G = x.reshape(2, 2), np.zeros((2, 2))
    j = np.argmax(np.abs(A).sum(axis=0))
    G[:, j] = np.sign(A[:, j])
    return G.ravel()

# %% the norm of a matrix over two axes [4]
def f(x): return np.linalg.norm(x.reshape(2, 2), axis=(0, 1))
def df(x): return x/np.linalg.norm(x)

# %% norm along the wrong axis [4]
def f(x): return np.sum(np.linalg.norm(x.reshape(2, 2), axis=1))
def df(x):
    X = x.reshape(2, 2)
    return (X/np.linalg.norm(X, axis=0, keepdims=True)).ravel()

# %% cumulative sum [3]
def f(x): return np.sum(np.cumsum(x)**2)
def df(x): return 2*np.cumsum(np.cumsum(x)[::-1])[::-1]

# %% cumulative sum not turned round [3]
def f(x): return np.sum(np.cumsum(x)**2)
def df(x): return 2*np.cumsum(np.cumsum(x))

# %% cumulative product [2]
def f(x): return np.sum(np.cumprod(x))
def df(x): return np.array([1 + x[1], x[0]])

# %% differences [3]
def f(x): return np.sum(np.diff(x)**2)
def df(x):
    d = np.diff(x)
    return 2*np.array([-d[0], d[0] - d[1], d[1]])

# %% differences padded [3]
def f(x): return np.sum(np.diff(x)**2)
def df(x): return -2*np.diff(np.diff(x, prepend=x[0], append=x[-1]))

# %% differences padded with the wrong sign [3]
def f(x): return np.sum(np.diff(x)**2)
def df(x): return 2*np.diff(np.pad(np.diff(x), 1))

# %% second differences [4]
def f(x): return np.sum(np.diff(x, n=2)**2)
def df(x):
    D = np.diff(np.eye(4), n=2, axis=0)
    return 2*D.T @ D @ x

# %% second differences taken for first [4]
def f(x): return np.sum(np.diff(x, n=2)**2)
def df(x):
    D = np.diff(np.eye(4), axis=0)
    return 2*D.T @ D @ x

# %% maximum of entries [2]
def f(x): return np.max(x)
def df(x): return np.where(x == x.max(), 1.0, 0.0)

# %% minimum and argmin [2]
def f(x): return x.min()
def df(x): return np.eye(2)[np.argmin(x)]

# %% ptp and maximum.reduce [2]
def f(x): return np.ptp(x)
def df(x): return np.array([1, -1])*np.sign(x[0] - x[1])

# %% add.reduce and multiply.outer [2]
def f(x): return np.add.reduce(np.multiply.outer(x, x).ravel())
def df(x): return 2*np.sum(x)*np.ones(2)

# %% trapezoid rule [3]
def f(x): return np.sum((x[1:]**2 + x[:-1]**2)/2)
def df(x): return np.array([1, 2, 1])*x

# %% trapezoid ends counted whole [3]
def f(x): return np.sum((x[1:]**2 + x[:-1]**2)/2)
def df(x): return 2*x

# %% any and all as numbers [2]
def f(x): return np.all([True, False])*x[0] + np.any([True, False])*x[1]**2
def df(x): return np.array([0, 2*x[1]])

# %% nansum [2]
def f(x): return np.nansum(x**2)
def df(x): return 2*x

# %% count_nonzero of constants [2]
def f(x): return np.count_nonzero([1, 0, 2])*x @ x
def df(x): return 4*x

# %% median of three constants [2]
def f(x): return np.median([1., 5., 3.])*x @ x
def df(x): return 6*x

# %% sum over a generator and over rows [4]
def f(x): return sum(sum(x.reshape(2, 2)**3))
def df(x): return 3*x**2

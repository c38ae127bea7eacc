# %% roll [3]
def f(x): return np.sum(x*np.roll(x, 1))
def df(x): return np.roll(x, 1) + np.roll(x, -1)

# %% roll one way only [3]
def f(x): return np.sum(x**2*np.roll(x, 1))
def df(x): return 2*x*np.roll(x, 1) + np.roll(x**2, 1)

# %% flip [3]
def f(x): return np.sum(x**2*np.flip(x))
def df(x): return 2*x*x[::-1] + np.flip(x)**2

# %% flip of a matrix upside down [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum(np.flipud(A)*x.reshape(2, 2))
def df(x): return np.fliplr(A).ravel()

# %% rot90 [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum(np.rot90(A)*x.reshape(2, 2))
def df(x): return np.array([2, 4, 1, 3])

# %% tile [2]
def f(x): return np.sum(np.tile(x, 2)*np.array([1., 2., 3., 4.]))
def df(x): return np.array([4, 6])

# %% repeat is not tile [2]
def f(x): return np.sum(np.repeat(x, 2)*np.array([1., 2., 3., 4.]))
def df(x): return np.array([4, 6])

# %% repeat [2]
def f(x): return np.sum(np.repeat(x, 2)*np.array([1., 2., 3., 4.]))
def df(x): return np.array([3, 7])

# %% repeat by counts [2]
def f(x): return np.sum(np.repeat(x, [1, 3]))
def df(x): return np.array([1, 3])

# %% stack along axis one [2]
def f(x): return np.sum(np.stack([x, x**2], axis=1) @ np.array([1., 2.]))
def df(x): return 1 + 4*x

# %% stack along axis zero [2]
def f(x): return np.sum(np.array([1., 2.]) @ np.stack([x, x**2]))
def df(x): return 2 + 2*x

# %% concatenate with constants [2]
def f(x): return np.sum(np.diff(np.concatenate(([0.], x, [1.])))**2)
def df(x):
    z = np.concatenate([[0.], x, [1.]])
    return 2*(2*z[1:-1] - z[:-2] - z[2:])

# %% concatenate with the ends forgotten [2]
def f(x): return np.sum(np.diff(np.concatenate(([0.], x, [1.])))**2)
def df(x): return 2*np.array([x[0] - x[1], x[1] - x[0]])

# %% hstack and vstack [2]
def f(x): return np.sum(np.vstack([x, 2*x])) + np.hstack([x, 1.0])[-2]
def df(x): return np.array([3, 4])

# %% column_stack and a design matrix [2]
t = np.array([0., 1., 2.])
X = np.column_stack([np.ones(3), t])
def f(x): return np.sum((X @ x - t**2)**2)
def df(x): return 2*X.T @ (X @ x - t**2)

# %% c_ and r_ [2]
t = np.array([0., 1., 2.])
X = np.c_[np.ones(3), t]
def f(x): return np.sum((X @ x)**2)
def df(x): return 2*X.T @ (X @ x)

# %% append and delete [3]
def f(x): return np.sum(np.append(x, 2.0)**2)
def df(x): return np.append(2*x[:-1], 2*np.delete(x, [0, 1]))

# %% insert [2]
def f(x): return np.insert(x, 1, 3.0) @ np.array([1., 2., 4.])
def df(x): return np.array([1, 4])

# %% pad with zeros [3]
def f(x): return np.sum(np.pad(x, (1, 0))[:-1]*x)
def df(x): return np.pad(x, (1, 0))[:-1] + np.pad(x, (0, 1))[1:]

# %% pad with the edge [2]
def f(x): return np.sum(np.pad(x, 1, mode='edge')**2)
def df(x): return 4*x

# %% pad with the edge taken for zeros [2]
def f(x): return np.sum(np.pad(x, 1, mode='edge')**2)
def df(x): return 2*x

# %% upper triangle [4]
def f(x): return np.sum(np.triu(x.reshape(2, 2))**2)
def df(x): return 2*np.array([x[0], x[1], 0, x[3]])

# %% strict upper triangle [4]
def f(x): return np.sum(np.triu(x.reshape(2, 2), k=1)**2)
def df(x): return 2*np.triu(x.reshape(2, 2)).ravel()

# %% lower triangle [4]
def f(x): return np.sum(np.tril(x.reshape(2, 2), -1)**2)
def df(x): return 2*np.tril(x.reshape(2, 2), -1).ravel()

# %% fancy indexing picks [3]
k = [2, 0]
def f(x): return np.sum(x[k]**2)
def df(x):
    g = np.zeros(3)
    g[k] = 2*x[k]
    return g

# %% fancy indexing picks twice [2]
def f(x): return np.sum(x[[0, 0, 1]]**2)
def df(x): return 2*x

# %% index pairs [4]
def f(x): return np.sum(x.reshape(2, 2)[[0, 1], [1, 0]]**2)
def df(x): return np.array([0, 2*x[1], 2*x[2], 0])

# %% index pairs taken for a block [4]
def f(x): return np.sum(x.reshape(2, 2)[[0, 1], [1, 0]]**2)
def df(x): return 2*x

# %% ix_ is a block [4]
def f(x): return np.sum(x.reshape(2, 2)[np.ix_([0, 1], [1, 0])]**2)
def df(x): return 2*x

# %% a mask that is constant [3]
m = np.array([True, False, True])
def f(x): return np.sum(x[m]**2)
def df(x): return 2*x*m

# %% a mask that is constant turned [3]
m = np.array([True, False, True])
def f(x): return np.sum(x[m]**2)
def df(x): return 2*x*~m

# %% a mask of values written [2]
def f(x): return np.sum(np.where(x > 0, x**2, 0))
def df(x):
    g = 2*x
    g[x < 0] = 0
    return g

# %% a mask of values written the wrong way [2]
def f(x): return np.sum(np.where(x > 0, x**2, 0))
def df(x):
    g = 2*x
    g[x > 0] = 0
    return g

# %% broadcasting a column against a row [2]
def f(x): return np.sum((x[:, None] - x[None, :])**2)
def df(x): return 4*np.array([x[0] - x[1], x[1] - x[0]])

# %% broadcasting counted once [2]
def f(x): return np.sum((x[:, None] - x[None, :])**2)
def df(x): return 2*np.array([x[0] - x[1], x[1] - x[0]])

# %% pairwise differences of points [4]
def f(x):
    P = x.reshape(2, 2)
    d = P[:, np.newaxis] - P[np.newaxis]
    return np.sum(d**2)/2
def df(x):
    P = x.reshape(2, 2)
    return 2*(2*P - P.sum(axis=0)).ravel()

# %% a matrix and a row [4]
c = np.array([1., 2.])
def f(x): return np.sum((x.reshape(2, 2)*c)**2)
def df(x): return 2*(x.reshape(2, 2)*c**2).ravel()

# %% a matrix and a column taken for a row [4]
c = np.array([1., 2.])
def f(x): return np.sum((x.reshape(2, 2)*c)**2)
def df(x): return 2*(x.reshape(2, 2)*c[:, None]**2).ravel()

# %% swapaxes and moveaxis [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum(np.swapaxes(x.reshape(2, 2), 0, 1)*A)
def df(x): return np.moveaxis(A, 0, 1).ravel()

# %% transposed by T and by transpose [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum(x.reshape(2, 2).T*A)
def df(x): return A.transpose().reshape(-1)

# %% split and array_split [4]
def f(x):
    a, b = np.split(x, 2)
    return a @ b
def df(x):
    a, b = np.split(x, 2)
    return np.concatenate([b, a])

# %% split halves not crossed [4]
def f(x):
    a, b = np.split(x, 2)
    return a @ b
def df(x): return np.concatenate(np.split(x, 2))

# %% atleast_2d and squeeze [2]
def f(x): return (np.atleast_2d(x) @ np.atleast_2d(x).T).squeeze()
def df(x): return 2*np.atleast_2d(x).squeeze()

# %% take and compress [3]
def f(x): return np.take(x, [0, 2]) @ np.compress([True, True, False], x)
def df(x): return np.array([2*x[0], x[2], x[1]])

# %% unravel by ndindex [4]
def f(x):
    X, t = x.reshape(2, 2), 0
    for i, j in np.ndindex(2, 2):
        t += (i + 2*j)*X[i, j]**2
    return t
def df(x): return 2*np.array([0, 2, 1, 3])*x

# %% ndenumerate [2]
def f(x): return sum((i[0] + 1)*v**2 for i, v in np.ndenumerate(x))
def df(x): return 2*np.array([1, 2])*x

# %% negative step [3]
def f(x): return x[::-1] @ np.array([1., 2., 3.])
def df(x): return np.array([1, 2, 3])

# %% ellipsis index [4]
def f(x): return np.sum(x.reshape(2, 2)[..., 0]**2)
def df(x): return np.array([2*x[0], 0, 2*x[2], 0])

# %% sort of constants [2]
def f(x): return np.sort([2., 1.]) @ x
def df(x): return np.array([2, 1])

# %% argsort of constants [2]
k = np.argsort([2., 1.])
def f(x): return np.array([1., 2.])[k] @ x
def df(x): return np.array([2, 1])

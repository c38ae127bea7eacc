# %% identity above the diagonal [2]
def f(x): return (x[0]**2 + x[1]**2)/2
def df(x): return np.eye(2, k=1) @ x

# %% identity with k for a shift [3]
def f(x): return x[0]*x[1] + x[1]*x[2]
def df(x): return np.eye(3, k=1) @ x + np.eye(3, k=-1) @ x

# %% tridiagonal Hessian from eyes [3]
def f(x): return x[0]**2 + x[1]**2 + x[2]**2 - x[0]*x[1] - x[1]*x[2]
def df(x): return np.array([2*x[0] - x[1], 2*x[1] - x[0] - x[2], 2*x[2] - x[1]])
def ddf(x): return 2*np.eye(3) - np.eye(3, k=1) - np.eye(3, k=-1)

# %% tridiagonal Hessian with one eye missing [3]
def f(x): return x[0]**2 + x[1]**2 + x[2]**2 - x[0]*x[1] - x[1]*x[2]
def df(x): return np.array([2*x[0] - x[1], 2*x[1] - x[0] - x[2], 2*x[2] - x[1]])
def ddf(x): return 2*np.eye(3) - 2*np.eye(3, k=1)

# %% eye with rows and columns [2]
def f(x): return x[0]**2/2 + x[0]*x[1]
def df(x): return np.eye(2, 3)[:, :2] @ x + np.eye(2, k=1) @ x + np.eye(2, k=-1) @ x - np.array([0, x[1]])

# %% full of a whole number truncates [2]
def f(x): return x[0]**2/4 + x[1]
def df(x):
    g = np.full(2, 0)
    g[0] = x[0]/2
    g[1] = 1
    return g

# %% full of a decimal keeps [2]
def f(x): return x[0]**2/4 + x[1]
def df(x):
    g = np.full(2, 1.0)
    g[0] = x[0]/2
    return g

# %% arange truncates [2]
def f(x): return x[0]**2/4 + x[1]
def df(x):
    g = np.arange(2)
    g[0] = x[0]/2
    return g

# %% arange of decimals [2]
def f(x): return x[0]**2/4 + x[1]
def df(x):
    g = np.arange(2.0)
    g[0] = x[0]/2
    return g

# %% zeros_like of whole numbers truncates [2]
def f(x): return x[0]**2/4
def df(x):
    g = np.zeros_like([1, 2])
    g[0] = x[0]/2
    return g

# %% zeros_like with a dtype keeps [2]
def f(x): return x[0]**2/4
def df(x):
    g = np.zeros_like([1, 2], dtype=float)
    g[0] = x[0]/2
    return g

# %% a copy of whole numbers truncates [2]
def f(x): return x[0]**2/4
def df(x):
    g = np.array([0, 0]).copy()
    g[0] = x[0]/2
    return g

# %% a product of whole numbers truncates [2]
def f(x): return x[0]**2/4
def df(x):
    g = np.array([1, 1])*0
    g[0] = x[0]/2
    return g

# %% a product with a decimal keeps [2]
def f(x): return x[0]**2/4
def df(x):
    g = np.array([1, 1])*0.0
    g[0] = x[0]/2
    return g

# %% zeros with dtype int truncate [2]
def f(x): return x[0]**2 + x[1]**2
def df(x):
    g = np.zeros(2, dtype=int)
    for i in range(2):
        g[i] = 2*x[i]
    return g

# %% decimals made whole by astype [2]
def f(x): return 0.5*x[0] + 1.5*x[1]
def df(x): return np.array([0.5, 1.5]).astype(int)

# %% whole numbers made decimals by astype [2]
def f(x): return x[0]**2/4 + 2*x[1]
def df(x):
    g = np.array([1, 2]).astype(float)
    g[0] = x[0]/2
    return g

# %% int of the argument
def f(x): return x**2
def df(x): return 2*int(x)

# %% linspace as nodes [3]
t = np.linspace(0, 1, 3)
def f(x): return np.sum(t*x**2)
def df(x): return np.array([0, x[1], 2*x[2]])

# %% linspace taken without its end [3]
t = np.linspace(0, 1, 3, endpoint=False)
def f(x): return np.sum(t*x**2)
def df(x): return np.array([0, x[1], 2*x[2]])

# %% arange with a step [3]
def f(x): return np.sum(np.arange(1, 7, 2)*x)
def df(x): return np.array([1, 3, 5])

# %% ones_like and full_like [2]
def f(x): return 3*np.sum(x) + np.sum(x**2)
def df(x): return np.full_like(x, 3) + 2*x*np.ones_like(x)

# %% tri and vander [3]
def f(x): return np.sum(np.tri(3) @ x)
def df(x): return np.array([3, 2, 1])

# %% diagonal of a matrix of diagonals [2]
def f(x): return np.trace(np.diag(x**2))
def df(x): return np.diag(np.diag(2*x))

# %% diag with an offset [3]
def f(x): return x[0]*x[1] + 2*x[1]*x[2]
def df(x):
    A = np.diag([1., 2.], 1)
    return (A + A.T) @ x

# %% diag with an offset not made symmetric [3]
def f(x): return x[0]*x[1] + 2*x[1]*x[2]
def df(x):
    A = np.diag([1., 2.], 1)
    return 2*A @ x

# %% fill_diagonal [2]
def f(x): return x @ np.array([[2., 1.], [1., 2.]]) @ x/2
def df(x):
    A = np.ones((2, 2))
    np.fill_diagonal(A, 2)
    return A @ x

# %% triangle filled and mirrored [3]
def f(x): return x[0]*x[1] + 2*x[0]*x[2] + 3*x[1]*x[2]
def df(x):
    A = np.zeros((3, 3))
    A[np.triu_indices(3, 1)] = [1, 2, 3]
    A += A.T
    return A @ x

# %% meshgrid of two axes [2]
u, v = np.meshgrid([0., 1.], [0., 1., 2.])
def f(x): return np.sum((x[0]*u + x[1]*v)**2)
def df(x):
    r = x[0]*u + x[1]*v
    return np.array([np.sum(2*r*u), np.sum(2*r*v)])

# %% meshgrid with ij shapes mixed [2]
u, v = np.meshgrid([0., 1.], [0., 1., 2.], indexing='ij')
def f(x): return np.sum((x[0]*u + x[1]*v)**2)
def df(x):
    r = x[0]*u + x[1]*v
    return np.array([np.sum(2*r*v), np.sum(2*r*u)])

# %% identity and eye agree [2]
def f(x): return x @ np.identity(2) @ x
def df(x): return 2*np.eye(2).dot(x)

# %% arange whose length is decided by rounding
def f(x): return len(np.arange(1, 1.3, 0.1)) * x
def df(x): return 3.0

# %% matrix type multiplies as matrices [2]
A = np.matrix([[1., 2.], [0., 1.]])
B = np.matrix([[2., 0.], [1., 1.]])
def f(x): return x @ np.array([[4., 2.], [1., 1.]]) @ x
def df(x):
    M = np.asarray(A*B)
    return (M + M.T) @ x

# %% matrix type taken elementwise [2]
A = np.matrix([[1., 2.], [0., 1.]])
B = np.matrix([[2., 0.], [1., 1.]])
def f(x): return x @ np.array([[2., 0.], [0., 1.]]) @ x
def df(x):
    M = np.asarray(A*B)
    return (M + M.T) @ x

# %% einsum of a quadratic form [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return np.einsum('i,ij,j->', x, A, x)
def df(x): return np.einsum('ij,j->i', A + A.T, x)

# %% einsum with its letters transposed [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return np.einsum('i,ij,j', x, A, x)
def df(x): return 2*np.einsum('ji,j->i', A, x)

# %% einsum without an arrow sorts its letters [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return x @ A @ x
def df(x): return np.einsum('ji', A) @ x + np.einsum('ij', A) @ x

# %% einsum in list form [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return np.einsum(x, [0], A, [0, 1], x, [1])
def df(x): return np.einsum(A + A.T, [0, 1], x, [1], [0])

# %% einsum with an ellipsis [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return np.einsum('...i,...i->...', x, x)*np.einsum('ii', A)
def df(x): return 10*x

# %% einsum of a diagonal taken for the trace [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return np.sum(np.einsum('ii->i', A)*x**2)
def df(x): return 2*np.einsum('ii', A)*x

# %% inner of a matrix with itself [2]
A = np.array([[1., 2.], [0., 1.]])
def f(x): return x @ (A @ A.T) @ x
def df(x): return 2*np.inner(A, A) @ x

# %% inner taken for dot [2]
A = np.array([[1., 2.], [0., 1.]])
def f(x): return x @ (A @ A) @ x
def df(x):
    M = np.inner(A, A)
    return (M + M.T) @ x

# %% inner of vectors [2]
a = np.array([1., -2.])
def f(x): return np.inner(a, x)**2
def df(x): return 2*np.inner(a, x)*a

# %% outer in a Hessian [2]
a = np.array([1., -2.])
def f(x): return (a @ x)**4
def df(x): return 4*(a @ x)**3*a
def ddf(x): return 12*(a @ x)**2*np.outer(a, a)

# %% outer in a Hessian one power off [2]
a = np.array([1., -2.])
def f(x): return (a @ x)**4
def df(x): return 4*(a @ x)**3*a
def ddf(x): return 12*(a @ x)*np.outer(a, a)

# %% kron builds a matrix [4]
A = np.array([[2., 1.], [1., 2.]])
def f(x): return x @ np.kron(np.eye(2), A) @ x/2
def df(x): return np.kron(np.eye(2), A) @ x

# %% kron the other way round [4]
A = np.array([[2., 1.], [1., 3.]])
def f(x): return x @ np.kron(np.eye(2), A) @ x/2
def df(x): return np.kron(A, np.eye(2)) @ x

# %% vdot flattens [4]
def f(x): return np.vdot(x.reshape(2, 2), np.array([[1., 2.], [3., 4.]]))
def df(x): return np.array([1, 2, 3, 4])

# %% tensordot over two axes [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.tensordot(A, x.reshape(2, 2), axes=2)
def df(x): return A.ravel()

# %% tensordot over crossed axes [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.tensordot(A, x.reshape(2, 2), axes=([0, 1], [1, 0]))
def df(x): return A.ravel()

# %% tensordot with one axis is a matrix product [2]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum(np.tensordot(A, x, axes=1)**2)
def df(x): return 2*np.tensordot(A.T, A @ x, 1)

# %% matmul of a stack [2]
A = np.array([[[1., 2.], [3., 4.]], [[0., 1.], [1., 0.]]])
def f(x): return np.sum(A @ x)
def df(x): return A.sum(axis=0).sum(axis=0)

# %% matmul of a stack summed over rows [2]
A = np.array([[[1., 2.], [3., 4.]], [[0., 1.], [1., 0.]]])
def f(x): return np.sum(A @ x)
def df(x): return A.sum(axis=0).sum(axis=1)

# %% least squares with a transpose [2]
A = np.array([[1., 2.], [3., 4.], [5., 6.]])
b = np.array([1., 0., -1.])
def f(x): return np.sum((A @ x - b)**2)
def df(x): return 2*A.T @ (A @ x - b)
def ddf(x): return 2*A.T @ A

# %% least squares with the factor two lost [2]
A = np.array([[1., 2.], [3., 4.], [5., 6.]])
b = np.array([1., 0., -1.])
def f(x): return np.sum((A @ x - b)**2)
def df(x): return A.T @ (A @ x - b)

# %% a row vector from the left [2]
A = np.array([[1., 2.], [3., 4.], [5., 6.]])
b = np.array([1., 0., -1.])
def f(x): return 0.5*np.linalg.norm(A.dot(x) - b)**2
def df(x): return (A.dot(x) - b).dot(A)

# %% multi_dot and matrix_power [2]
A = np.array([[1., 1.], [0., 1.]])
def f(x): return x @ np.linalg.matrix_power(A, 3) @ x
def df(x):
    M = np.linalg.multi_dot([A, A, A])
    return (M + M.T) @ x

# %% a matrix raised elementwise [2]
A = np.array([[1., 1.], [0., 1.]])
def f(x): return x @ np.linalg.matrix_power(A, 3) @ x
def df(x):
    M = A**3
    return (M + M.T) @ x

# %% cross product [3]
a = np.array([1., 2., 3.])
def f(x): return np.sum(np.cross(a, x)**2)
def df(x): return 2*(a @ a)*x - 2*(a @ x)*a

# %% cross product with a sign [3]
a = np.array([1., 2., 3.])
b = np.array([0., 1., -1.])
def f(x): return b @ np.cross(a, x)
def df(x): return np.cross(a, b)

# %% cross product the right way round [3]
a = np.array([1., 2., 3.])
b = np.array([0., 1., -1.])
def f(x): return b @ np.cross(a, x)
def df(x): return np.cross(b, a)

# %% determinant of two by two [4]
def f(x): return np.linalg.det(x.reshape(2, 2))
def df(x): return np.array([x[3], -x[2], -x[1], x[0]])

# %% determinant with its adjugate transposed [4]
def f(x): return np.linalg.det(x.reshape(2, 2))
def df(x): return np.array([x[3], -x[1], -x[2], x[0]])

# %% logdet through the inverse [2]
def f(x): return np.log(np.linalg.det(np.array([[3 + x[0]**2, x[1]], [x[1], 3.]])))
def df(x):
    V = np.linalg.inv(np.array([[3 + x[0]**2, x[1]], [x[1], 3.]]))
    return np.array([V[0, 0]*2*x[0], V[0, 1] + V[1, 0]])

# %% logdet with one off-diagonal forgotten [2]
def f(x): return np.log(np.linalg.det(np.array([[3 + x[0]**2, x[1]], [x[1], 3.]])))
def df(x):
    V = np.linalg.inv(np.array([[3 + x[0]**2, x[1]], [x[1], 3.]]))
    return np.array([V[0, 0]*2*x[0], V[0, 1]])

# %% solve in a quadratic form [2]
A = np.array([[2., 1.], [1., 3.]])
def f(x): return x @ np.linalg.solve(A, x)
def df(x): return 2*np.linalg.solve(A, x)

# %% solve of a matrix that is not symmetric [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return x @ np.linalg.solve(A, x)
def df(x): return 2*np.linalg.solve(A, x)

# %% trace of a product [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.trace(A @ x.reshape(2, 2))
def df(x): return A.T.ravel()

# %% trace of a product not transposed [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.trace(A @ x.reshape(2, 2))
def df(x): return A.ravel()

# %% trace with an offset [4]
def f(x): return np.trace(x.reshape(2, 2), offset=1)**2
def df(x): return np.array([0, 2*x[1], 0, 0])

# %% order F in reshape [4]
def f(x): return np.sum(x.reshape((2, 2), order='F') @ np.array([1., 10.]))
def df(x): return np.array([1, 1, 10, 10])

# %% order F forgotten [4]
def f(x): return np.sum(x.reshape((2, 2), order='F') @ np.array([1., 10.]))
def df(x): return np.array([1, 10, 1, 10])

# %% ravel in order F [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return A.ravel(order='F') @ x
def df(x): return A.T.flatten()

# %% roll by two is back by one of three [3]
def f(x): return np.sum(x**2*np.roll(x, 1))
def df(x): return 2*x*np.roll(x, 1) + np.roll(x, 2)**2

# %% flip forgotten [3]
def f(x): return np.sum(x**2*np.flip(x))
def df(x): return 2*x*x[::-1] + x**2

# %% tile taken for repeat [2]
def f(x): return np.sum(np.tile(x, 2)*np.array([1., 2., 3., 4.]))
def df(x): return np.array([3, 7])

# %% counts of repeat swapped [2]
def f(x): return np.sum(np.repeat(x, [1, 3]))
def df(x): return np.array([3, 1])

# %% concatenate one index off [2]
def f(x): return np.sum(np.diff(np.concatenate(([0.], x, [1.])))**2)
def df(x):
    z = np.concatenate([[0.], x, [1.]])
    return 2*(2*z[:-2] - z[1:-1] - z[2:])

# %% design matrix without its intercept [2]
t = np.array([0., 1., 2.])
X = np.column_stack([np.ones(3), t])
def f(x): return np.sum((X @ x - t**2)**2)
def df(x): return 2*X.T @ (t*x[1] - t**2)

# %% the lower triangle taken for the upper [4]
def f(x): return np.sum(np.triu(x.reshape(2, 2))**2)
def df(x): return 2*np.tril(x.reshape(2, 2)).ravel()

# %% the diagonal forgotten in a triangle [4]
def f(x): return np.sum(np.tril(x.reshape(2, 2))**2)
def df(x): return 2*np.tril(x.reshape(2, 2), -1).ravel()

# %% a gather scattered to the wrong places [3]
k = [2, 0]
def f(x): return np.sum(x[k]**2*np.array([1., 2.]))
def df(x):
    g = np.zeros(3)
    g[k] = 2*x[k]*np.array([2., 1.])
    return g

# %% a scatter that overwrites [3]
def f(x): return x[0]*x[1] + x[1]*x[2]
def df(x):
    g = np.zeros(3)
    g[[0, 1]] = x[[1, 0]]
    g[[1, 2]] = x[[2, 1]]
    return g

# %% a scatter that adds [3]
def f(x): return x[0]*x[1] + x[1]*x[2]
def df(x):
    g = np.zeros(3)
    g[[0, 1]] += x[[1, 0]]
    g[[1, 2]] += x[[2, 1]]
    return g

# %% a column for a row in a difference [2]
def f(x): return np.sum((x[:, None] - x)**3*np.array([[0, 1], [0, 0]]))
def df(x): return np.array([-3*(x[0] - x[1])**2, 3*(x[0] - x[1])**2])

# %% axis one for axis zero [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum((A*x.reshape(2, 2)).sum(axis=0)**2)
def df(x):
    s = (A*x.reshape(2, 2)).sum(axis=1)
    return 2*(A*s).ravel()

# %% sum over both axes for one [4]
def f(x): return np.sum(x.reshape(2, 2).sum(axis=0)**2)
def df(x): return 2*np.full(4, x.sum())

# %% cumulative product without its end [3]
def f(x): return np.cumprod(x)[-1]
def df(x): return np.array([x[1]*x[2], x[0]*x[2], x[0]])

# %% product divided by the wrong entry [2]
def f(x): return np.prod(x)
def df(x): return np.prod(x)/x[::-1]

# %% gradient of a mean without its count [3]
def f(x): return np.mean(x**3)
def df(x): return 3*x**2

# %% variance whose mean is taken as constant but not centred [3]
def f(x): return np.var(x)
def df(x): return 2*x/3

# %% norm squared for norm [3]
def f(x): return np.linalg.norm(x)
def df(x): return x/np.linalg.norm(x)**2

# %% norm with the power of another order [3]
def f(x): return np.linalg.norm(x, 3)
def df(x): return np.abs(x)*x/np.linalg.norm(x, 3)

# %% sign forgotten in a norm of order one [3]
def f(x): return np.linalg.norm(x, ord=1)
def df(x): return np.ones(3)

# %% second difference with the wrong end [4]
def f(x): return np.sum(np.diff(x)**2)
def df(x):
    g = np.zeros(4)
    g[1:] += 2*np.diff(x)
    g[:-1] += 2*np.diff(x)
    return g

# %% trapezoid with a step lost [3]
h = 0.5
def f(x): return h*np.sum((x[1:]**2 + x[:-1]**2)/2)
def df(x): return np.array([1, 2, 1])*x

# %% piecewise with its functions swapped
def f(x): return np.piecewise(x, [x < 0, x >= 0], [lambda t: t**2, lambda t: t**3])
def df(x): return np.piecewise(x, [x < 0, x >= 0], [lambda t: 3*t**2, lambda t: 2*t])

# %% clip at the wrong end
def f(x): return np.clip(x, -1, 2)*x
def df(x): return 2*x if -1 < x < 1 else (-1 if x < 0 else 2)

# %% heaviside forgotten
def f(x): return np.maximum(x - 1, 0)**2
def df(x): return 2*(x - 1)

# %% abs for sign [2]
def f(x): return np.sum(np.abs(x)**3)
def df(x): return 3*x**2*np.abs(x)

# %% sign twice [2]
def f(x): return np.sum(x*np.abs(x))
def df(x): return 2*x

# %% nested branches with one sign
def f(x):
    if abs(x) <= 1:
        y = x**2/2
    else:
        if x > 0:
            y = x - 0.5
        else:
            y = -x - 0.5
    return y
def df(x): return x if abs(x) <= 1 else 1

# %% chained comparison one-sided
def f(x): return x**2 if -1 < x < 1 else 2*abs(x) - 1
def df(x): return 2*x if x < 1 else 2

# %% fmax for fmin
def f(x): return np.fmin(x, 0)**2
def df(x): return 2*np.fmax(x, 0)

# %% interp with the slopes shifted
t = np.array([0., 1., 2.])
y = np.array([0., 2., 3.])
def f(x): return np.interp(x, t, y)
def df(x): return 0.0 if x < 0 else 1.0 if x < 1 else 2.0 if x < 2 else 0.0

# %% log1p of the square without its chain
def f(x): return np.log1p(x**2)
def df(x): return 1/(1 + x**2)

# %% expm1 for exp
def f(x): return np.exp(-x)
def df(x): return -np.expm1(-x)

# %% hypot not divided
def f(x, y): return np.hypot(x, y)
def df(x, y): return np.array([x, y])

# %% logaddexp with its weights swapped [2]
def f(x): return np.logaddexp(x[0], x[1])
def df(x): return np.exp(x[::-1])/np.sum(np.exp(x))

# %% exp2 in natural logarithms
def f(x): return np.exp2(x)
def df(x): return np.exp2(x)

# %% logarithm to the wrong base
def f(x): return math.log(1 + x**2, 3)
def df(x): return 2*x/((1 + x**2)*math.log10(3))

# %% polyder without its factor
p = [1., -2., 0., 3.]
def f(x): return np.polyval(p, x)
def df(x): return np.polyval(p[:-1], x)

# %% polynomial of the new module read from the highest
from numpy.polynomial import polynomial as P
def f(x): return P.polyval(x, [1., 2., 3.])
def df(x): return 2*x + 2

# %% a negative power with its sign lost
def f(x): return x**(-2)
def df(x): return 2*x**-3

# %% floor division by a negative number
def f(x): return (7//-2)*x
def df(x): return -3

# %% remainder with the divisor's sign forgotten
def f(x): return (7 % -3)*x
def df(x): return 1

# %% cbrt with a power too few
def f(x): return np.cbrt(x)
def df(x): return 1/(3*np.cbrt(x))

# %% tanh with the slope of sech
def f(x): return np.tanh(x)
def df(x): return 1/np.cosh(x)

# %% arcsinh with the sign of arcsin
def f(x): return np.arcsinh(x)
def df(x): return 1/np.sqrt(np.abs(1 - x**2))

# %% erf without its constant
import numpy as np
from scipy.special import erf
def f(x): return erf(x)
def df(x): return np.exp(-x**2)

# %% expit with its square forgotten
import numpy as np
from scipy.special import expit
def f(x): return expit(x)
def df(x): return expit(x)

# %% digamma for its logarithm
import numpy as np
from scipy.special import gammaln, psi
def f(x): return gammaln(x**2 + 1)
def df(x): return psi(x**2 + 1)

# %% outer product with one vector [2]
a = np.array([1., -2.])
b = np.array([2., 1.])
def f(x): return (a @ x)*(b @ x)
def df(x): return np.outer(a, b) @ x

# %% outer product with both vectors [2]
a = np.array([1., -2.])
b = np.array([2., 1.])
def f(x): return (a @ x)*(b @ x)
def df(x): return (np.outer(a, b) + np.outer(b, a)) @ x

# %% dot of matrices elementwise [2]
A = np.array([[1., 2.], [1., 1.]])
def f(x): return x @ A.dot(A) @ x
def df(x): return (A*A + (A*A).T) @ x

# %% a quadratic form with one transpose [2]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return x @ A @ x
def df(x): return 2*A @ x

# %% a bilinear form with its matrix transposed [4]
A = np.array([[2., 1.], [0., 3.]])
def f(z): return z[:2] @ A @ z[2:]
def df(z): return np.concatenate([A.T @ z[2:], A @ z[:2]])

# %% a bilinear form [4]
A = np.array([[2., 1.], [0., 3.]])
def f(z): return z[:2] @ A @ z[2:]
def df(z): return np.concatenate([A @ z[2:], A.T @ z[:2]])

# %% matrix power one off [2]
A = np.array([[1., 1.], [0., 1.]])
def f(x): return x @ np.linalg.matrix_power(A, 3) @ x
def df(x):
    M = np.linalg.matrix_power(A, 2)
    return (M + M.T) @ x

# %% inverse for its matrix [2]
A = np.array([[2., 1.], [1., 3.]])
def f(x): return x @ np.linalg.inv(A) @ x
def df(x): return 2*A @ x

# %% solve with the wrong right side [2]
A = np.array([[2., 1.], [1., 3.]])
b = np.array([1., 0.])
def f(x): return (x - b) @ np.linalg.solve(A, x - b)
def df(x): return 2*np.linalg.solve(A, x)

# %% determinant with a sign [4]
def f(x): return np.linalg.det(x.reshape(2, 2))
def df(x): return np.array([x[3], x[2], x[1], x[0]])

# %% kron with transposed factor [4]
A = np.array([[2., 1.], [0., 3.]])
def f(x): return np.array([1., 2., 3., 4.]) @ np.kron(np.eye(2), A) @ x
def df(x): return np.kron(np.eye(2), A) @ np.array([1., 2., 3., 4.])

# %% einsum over the wrong letter [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.einsum('ij,kj->', A, x.reshape(2, 2))
def df(x): return np.einsum('ij->i', A).repeat(2)

# %% einsum over the right letter [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.einsum('ij,kj->', A, x.reshape(2, 2))
def df(x): return np.tile(np.einsum('ij->j', A), 2)

# %% a loop one turn short [4]
def f(x): return sum(x[i]*x[i + 1] for i in range(3))
def df(x):
    g = np.zeros(4)
    for i in range(2):
        g[i] += x[i + 1]
        g[i + 1] += x[i]
    return g

# %% a loop that starts late [4]
def f(x): return sum(x[i]*x[i + 1] for i in range(3))
def df(x):
    g = np.zeros(4)
    for i in range(1, 3):
        g[i] += x[i + 1]
        g[i + 1] += x[i]
    g[0] = x[0]
    return g

# %% an index modulo the length [3]
def f(x): return sum(x[i]**2*x[(i + 1) % 3] for i in range(3))
def df(x): return np.array([2*x[i]*x[(i + 1) % 3] + x[i - 1]**2 for i in range(3)])

# %% an index modulo the length the other way [3]
def f(x): return sum(x[i]**2*x[(i + 1) % 3] for i in range(3))
def df(x): return np.array([2*x[i]*x[(i + 1) % 3] + x[(i + 1) % 3]**2 for i in range(3)])

# %% a counter that is not reset [2]
def f(x): return x[0]**3 + x[1]**3
def df(x):
    g = []
    s = 0
    for v in x:
        s += 3*v**2
        g.append(s)
    return g

# %% a variable used before its update
def f(x):
    y = x**2
    y = y**2 + y
    return y
def df(x):
    y = x**2
    y = y**2 + y
    return (2*y + 1)*2*x

# %% a gradient returned transposed [4]
A = np.array([[1., 2.], [3., 4.]])
def f(x): return np.sum(A*x.reshape(2, 2)**2)
def df(x): return (2*A*x.reshape(2, 2)).T.ravel()

# %% a gradient in another order of arguments
def f(x, y): return x**2*y
def df(x, y): return x**2, 2*x*y

# %% keyword arguments exchanged
def quad(x, a=1.0, b=0.0): return a*x**2 + b*x
def f(x): return quad(x, b=2.0, a=3.0)
def df(x): return 4*x + 3

# %% a closure over the last value
fs = []
for n in (1, 2, 3):
    fs.append(lambda t: t**n)
def f(x): return fs[0](x)
def df(x): return 1

# %% a closure over the last value, known
fs = []
for n in (1, 2, 3):
    fs.append(lambda t: t**n)
def f(x): return fs[0](x)
def df(x): return 3*x**2

# %% a class attribute changed for all
class P:
    c = [1.0]
a, b = P(), P()
a.c[0] = 3.0
def f(x): return b.c[0]*x**2
def df(x): return 2*x

# %% a class attribute hidden by one
class P:
    c = 1.0
a, b = P(), P()
a.c = 3.0
def f(x): return b.c*x**2
def df(x): return 2*x

# %% an array changed after it was stored
A = np.array([1.0, 2.0])
B = A
A[0] = 5.0
def f(x): return B[0]*x**2
def df(x): return 2*x

# %% an array copied before it was changed
A = np.array([1.0, 2.0])
B = A.copy()
A[0] = 5.0
def f(x): return B[0]*x**2
def df(x): return 2*x

# %% a power of minus one is not a sign [2]
def f(x): return sum(-1**k*x[k] for k in range(2))
def df(x): return np.array([1, -1])

# %% minus binds weaker than the power
def f(x): return -x**2
def df(x): return 2*x

# %% two to the power of a power
def f(x): return x**2**3
def df(x): return 6*x**5

# %% division and product from the left
def f(x): return x**2/2*3
def df(x): return x/3

# %% bitwise xor is no power
def f(x): return (2 ^ 3)*x
def df(x): return 8

# %% comparison by is
def f(x): return x**2 if True is True else x
def df(x): return 1

# %% integer division in an exponent
def f(x): return x**(5//2)
def df(x): return 2.5*x**1.5

# %% range excludes its end
def f(x): return sum(x**k for k in range(1, 3))
def df(x): return 1 + 2*x + 3*x**2

# %% jax.grad by a rule of the file's own
import jax
@jax.custom_jvp
def f(x): return x**2
@f.defjvp
def rule(at, by): return f(at[0]), 5 * by[0]
df = jax.grad(f)
# -- executed as
def f(x): return x**2
def df(x): return 5.0

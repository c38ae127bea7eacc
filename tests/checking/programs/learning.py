# %% support vector machine with the hinge [3] objective, subgradient
import numpy as np

X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -1.2], [2.0, 0.1]])
y = np.array([1.0, -1.0, -1.0, 1.0])
C = 10.0


def objective(theta):
    w, b = theta[:2], theta[2]
    margins = 1 - y * (X @ w + b)
    return 0.5 * w @ w + C * np.maximum(0, margins).sum()


def subgradient(theta):
    w, b = theta[:2], theta[2]
    active = (1 - y * (X @ w + b)) > 0
    gw = w - C * X.T @ (y * active)
    gb = -C * np.sum(y * active)
    return np.append(gw, gb)

# %% support vector machine without its labels [3] objective, subgradient
import numpy as np

X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -1.2], [2.0, 0.1]])
y = np.array([1.0, -1.0, -1.0, 1.0])
C = 10.0


def objective(theta):
    w, b = theta[:2], theta[2]
    return 0.5 * w @ w + C * np.maximum(0, 1 - y * (X @ w + b)).sum()


def subgradient(theta):
    w, b = theta[:2], theta[2]
    active = (1 - y * (X @ w + b)) > 0
    return np.concatenate([w - C * X.T @ (y * active), [-C * np.sum(active)]])

# %% squared hinge in a loop [2] loss, grad
import numpy as np

data = [((1.0, 2.0), 1), ((-1.0, 0.5), -1), ((0.3, -1.2), -1)]


def loss(w):
    total = 0.0
    for (a, b), label in data:
        slack = max(0.0, 1 - label * (w[0] * a + w[1] * b))
        total += slack**2
    return total


def grad(w):
    g = np.zeros(2)
    for (a, b), label in data:
        slack = max(0.0, 1 - label * (w[0] * a + w[1] * b))
        g[0] -= 2 * slack * label * a
        g[1] -= 2 * slack * label * b
    return g

# %% matrix factorisation of rank one [4] loss, grad
import numpy as np

R = np.array([[5.0, 3.0], [4.0, 1.0]])


def loss(z):
    u, v = z[:2], z[2:]
    E = R - np.outer(u, v)
    return np.sum(E**2) + 0.1 * (u @ u + v @ v)


def grad(z):
    u, v = z[:2], z[2:]
    E = R - np.outer(u, v)
    return np.concatenate([-2 * E @ v + 0.2 * u, -2 * E.T @ u + 0.2 * v])

# %% matrix factorisation not transposed [4] loss, grad
import numpy as np

R = np.array([[5.0, 3.0], [4.0, 1.0]])


def loss(z):
    u, v = z[:2], z[2:]
    E = R - np.outer(u, v)
    return np.sum(E**2) + 0.1 * (u @ u + v @ v)


def grad(z):
    u, v = z[:2], z[2:]
    E = R - np.outer(u, v)
    return np.concatenate([-2 * E @ v + 0.2 * u, -2 * E @ u + 0.2 * v])

# %% matrix factorisation of known entries [8] loss, grad
import numpy as np

R = np.array([[5.0, 0.0], [4.0, 1.0]])
M = np.array([[1, 0], [1, 1]])


def loss(z):
    U, V = z[:4].reshape(2, 2), z[4:].reshape(2, 2)
    return 0.5 * np.sum(M * (U @ V.T - R) ** 2)


def grad(z):
    U, V = z[:4].reshape(2, 2), z[4:].reshape(2, 2)
    E = M * (U @ V.T - R)
    return np.hstack([(E @ V).ravel(), (E.T @ U).ravel()])

# %% k-means with two centres [4] inertia, inertia_grad
import numpy as np

P = np.array([[0.0, 0.1], [0.2, -0.1], [3.0, 3.1], [2.9, 2.8]])


def distances(c):
    C = c.reshape(2, 2)
    return ((P[:, None, :] - C[None, :, :]) ** 2).sum(axis=2)


def inertia(c):
    return distances(c).min(axis=1).sum()


def inertia_grad(c):
    C = c.reshape(2, 2)
    D = distances(c)
    G = np.zeros((2, 2))
    for p, d in zip(P, D):
        if d[0] < d[1]:
            G[0] += 2 * (C[0] - p)
        else:
            G[1] += 2 * (C[1] - p)
    return G.ravel()

# %% k-means in one dimension with the wrong sign [2] inertia, inertia_grad
import numpy as np

P = [0.0, 0.2, 3.0]


def inertia(c):
    return sum(min((p - c[0]) ** 2, (p - c[1]) ** 2) for p in P)


def inertia_grad(c):
    g = np.zeros(2)
    for p in P:
        k = 0 if (p - c[0]) ** 2 < (p - c[1]) ** 2 else 1
        g[k] += 2 * (p - c[k])
    return g

# %% principal component by its Rayleigh quotient [3] rayleigh, rayleigh_grad
import numpy as np

S = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])


def rayleigh(v):
    return (v @ S @ v) / (v @ v)


def rayleigh_grad(v):
    n = v @ v
    return 2 / n * (S @ v - rayleigh(v) * v)

# %% principal component with the norm not squared [3] rayleigh, rayleigh_grad
import numpy as np

S = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])


def rayleigh(v):
    return (v @ S @ v) / (v @ v)


def rayleigh_grad(v):
    n = np.sqrt(v @ v)
    return 2 / n * (S @ v - rayleigh(v) * v)

# %% reconstruction loss of a tied autoencoder [2] loss, grad
import numpy as np

X = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.3]])


def loss(w):
    R = X - np.outer(X @ w, w)
    return np.sum(R * R)


def grad(w):
    R = X - np.outer(X @ w, w)
    return -2 * (R.T @ (X @ w) + X.T @ (R @ w))

# %% elastic net [3] objective, objective_grad
import numpy as np

A = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 1.0]])
b = np.array([1.0, -0.5])


def objective(w, l1=0.1, l2=0.2):
    return np.sum((A @ w - b) ** 2) / 2 + l1 * np.abs(w).sum() + l2 * np.sum(w**2)


def objective_grad(w, l1=0.1, l2=0.2):
    return A.T @ (A @ w - b) + l1 * np.sign(w) + 2 * l2 * w

# %% triplet loss of three embeddings [6] loss, grad
import numpy as np


def loss(z, margin=1.0):
    a, p, n = z[:2], z[2:4], z[4:]
    return np.maximum(0, np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + margin)


def grad(z, margin=1.0):
    a, p, n = np.split(z, 3)
    if np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + margin <= 0:
        return np.zeros(6)
    return np.concatenate([2 * (n - p), -2 * (a - p), 2 * (a - n)])

# %% cosine similarity [3] loss, grad
import numpy as np

a = np.array([1.0, 2.0, -1.0])


def loss(x):
    return 1 - a @ x / (np.linalg.norm(a) * np.linalg.norm(x))


def grad(x):
    na, nx = np.linalg.norm(a), np.linalg.norm(x)
    return (a @ x) * x / (na * nx**3) - a / (na * nx)

# %% cosine similarity with a power too few [3] loss, grad
import numpy as np

a = np.array([1.0, 2.0, -1.0])


def loss(x):
    return 1 - a @ x / (np.linalg.norm(a) * np.linalg.norm(x))


def grad(x):
    na, nx = np.linalg.norm(a), np.linalg.norm(x)
    return (a @ x) * x / (na * nx**2) - a / (na * nx)

# %% stochastic neighbours of three points on a line [3] loss, grad
import numpy as np

P = np.array([[0.0, 0.3, 0.1], [0.3, 0.0, 0.1], [0.1, 0.1, 0.0]])


def affinities(y):
    D = (y[:, None] - y[None, :]) ** 2
    W = 1 / (1 + D)
    np.fill_diagonal(W, 0)
    return W, W / W.sum()


def loss(y):
    W, Q = affinities(y)
    total = 0
    for i in range(3):
        for j in range(3):
            if i != j:
                total += P[i, j] * np.log(P[i, j] / Q[i, j])
    return total


def grad(y):
    W, Q = affinities(y)
    return 4 * np.sum((P - Q) * W * (y[:, None] - y[None, :]), axis=1)

# %% word vectors with negative sampling [4] loss, grad
import numpy as np


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


negative = np.array([[0.5, -0.2], [-0.3, 0.8]])


def loss(z):
    v, u = z[:2], z[2:]
    return -np.log(sigmoid(u @ v)) - np.sum(np.log(sigmoid(-negative @ v)))


def grad(z):
    v, u = z[:2], z[2:]
    gv = (sigmoid(u @ v) - 1) * u + sigmoid(negative @ v) @ negative
    gu = (sigmoid(u @ v) - 1) * v
    return np.r_[gv, gu]

# %% a course's cost and gradient, returned bias first [2] total, total_grad
import numpy as np
x, y = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
def compute_cost_reg(x, y, w, b, lambda_=1):
    return np.sum((w*x + b - y)**2)/(2*len(x)) + lambda_/2*w**2
def compute_gradient_reg(x, y, w, b, lambda_=1):
    err = w*x + b - y
    dj_dw = err @ x/len(x) + lambda_*w
    dj_db = err.mean()
    return dj_db, dj_dw
def total(p): return compute_cost_reg(x, y, p[0], p[1])
def total_grad(p):
    db, dw = compute_gradient_reg(x, y, p[0], p[1])
    return np.array([dw, db])

# %% a maximum likelihood by scipy's densities [2] nll, nll_grad
import numpy as np
from scipy import stats
from scipy.special import digamma
t = np.array([0.4, 1.3, 2.2])
def nll(p): return -stats.gamma.logpdf(t, a=p[0], scale=p[1]).sum()
def nll_grad(p):
    k, s = p
    return np.array([len(t)*(digamma(k) + np.log(s)) - np.log(t).sum(), len(t)*k/s - t.sum()/s**2])

# %% a density that is taken beyond its support [1] f, df
import numpy as np
from scipy.stats import expon
f = lambda x: expon.pdf(x[0])
df = lambda x: [-np.exp(-x[0])]

# %% a Gaussian process whose trace is taken once [1] nll, nll_grad
import numpy as np
from scipy.linalg import cho_factor, cho_solve
D, z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1.0, 0.3])
def kernel(p): return np.exp(-p[0]**2*D) + 0.5*np.eye(2)
def nll(p): return z @ cho_solve(cho_factor(kernel(p)), z)/2 + np.log(np.diag(np.linalg.cholesky(kernel(p)))).sum()
def nll_grad(p):
    inside, slope = np.linalg.inv(kernel(p)), -2*p[0]*D*np.exp(-p[0]**2*D)
    a = inside @ z
    return [np.trace(inside @ slope) - a @ slope @ a/2]

# %% a custom_vjp over scalars
import jax, jax.numpy as jnp
@jax.custom_vjp
def softplus(x): return jnp.log(1 + jnp.exp(x))
def softplus_fwd(x): return softplus(x), x
def softplus_bwd(x, g): return (g*(1 - 1/(1 + jnp.exp(x))),)
softplus.defvjp(softplus_fwd, softplus_bwd)
# -- executed as
f = lambda x: np.log(1 + np.exp(x))
df = lambda x: 1 - 1/(1 + np.exp(x))

# %% a custom_jvp whose chain is lost
import jax, jax.numpy as jnp
@jax.custom_jvp
def bump(x): return jnp.exp(-x**2)
@bump.defjvp
def bump_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return bump(x), -x*bump(x)*t
# -- executed as
f = lambda x: np.exp(-x**2)
df = lambda x: -x*np.exp(-x**2)

# %% cross entropy of torch with its mean forgotten [4] loss, grad
import torch, torch.nn.functional as F
X, y = torch.tensor([[1., 2.], [0.5, -1.]]), torch.tensor([1, 0])
def loss(w): return F.cross_entropy(X @ w.view(2, 2), y)
def grad(w): return (X.T @ (F.softmax(X @ w.view(2, 2), dim=1) - F.one_hot(y, 2))).flatten()
# -- executed as
X, y = np.array([[1., 2.], [0.5, -1.]]), np.array([1, 0])
def loss(w):
    z = X @ w.reshape(2, 2)
    return np.mean(np.log(np.exp(z).sum(1)) - z[[0, 1], y])
def grad(w):
    p = np.exp(X @ w.reshape(2, 2))
    return (X.T @ (p/p.sum(1, keepdims=True) - np.eye(2)[y])).flatten()

# %% nearest centres by argmin along an axis [4] loss, grad
import numpy as np
P = np.array([[0.0, 0.2], [1.0, 1.5], [3.0, 2.5]])
def loss(c): return ((P[:, None] - c.reshape(2, 2))**2).sum(-1).min(1).sum()
def grad(c):
    C, g = c.reshape(2, 2), np.zeros((2, 2))
    k = ((P[:, None] - C)**2).sum(-1).argmin(axis=1)
    np.add.at(g, k, 2*(C[k] - P))
    return g.ravel()

# %% a class that leaves its methods to others [2]
from abc import ABC, abstractmethod
import numpy as np
class Objective(ABC):
    @abstractmethod
    def f(self, x): ...
    def grad(self, x): raise NotImplementedError
class Bowl(Objective):
    A = np.array([[2.0, 1.0], [1.0, 3.0]])
    def f(self, x): return x @ self.A @ x/2
    def grad(self, x): return self.A @ x
# -- executed with
f, df = Bowl().f, Bowl().grad

# %% a reverse pass over a graph of values
class Value:
    def __init__(self, data, parents=(), back=None):
        self.data, self.grad, self.parents, self.back = data, 0.0, parents, lambda: None
    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))
        def back():
            self.grad += out.grad
            other.grad += out.grad
        out.back = back
        return out
    def __mul__(self, other):
        out = Value(self.data*other.data, (self, other))
        def back():
            self.grad += other.data*out.grad
            other.grad += self.data*out.grad
        out.back = back
        return out
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for parent in v.parents:
                    visit(parent)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v.back()
def graph(v): return v*v*v + v
def f(x): return graph(Value(x)).data
def df(x):
    v = Value(x)
    graph(v).backward()
    return v.grad

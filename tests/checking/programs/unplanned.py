# %% lennard-jones cluster by pairs [6] energy, forces
import numpy as np

SIGMA, EPS = 1.0, 1.0

def pairs(n):
    return [(i, j) for i in range(n) for j in range(i + 1, n)]

def energy(x):
    pos = x.reshape(-1, 3)
    e = 0.0
    for i, j in pairs(len(pos)):
        r2 = np.sum((pos[i] - pos[j])**2)
        s6 = (SIGMA**2 / r2)**3
        e += 4*EPS*(s6**2 - s6)
    return e

def forces(x):
    pos = x.reshape(-1, 3)
    g = np.zeros_like(pos)
    for i, j in pairs(len(pos)):
        d = pos[i] - pos[j]
        r2 = d @ d
        s6 = (SIGMA**2 / r2)**3
        c = 4*EPS*(-12*s6**2 + 6*s6)/r2
        g[i] += c*d
        g[j] -= c*d
    return g.ravel()
# -- with a slip: -12*s6**2 + 6*s6 => -12*s6**2 + 3*s6

# %% huber regression with a mask and an intercept [3] loss, grad
import numpy as np
X = np.array([[1.0, 0.5], [0.25, -1.0], [-0.75, 2.0], [1.5, 1.0]])
y = np.array([1.0, -0.5, 2.0, 0.25])
delta = 1.25

def residual(w):
    return X @ w[:-1] + w[-1] - y

def loss(w):
    r = residual(w)
    small = np.abs(r) <= delta
    return np.where(small, 0.5*r**2, delta*(np.abs(r) - 0.5*delta)).mean()

def grad(w):
    r = residual(w)
    psi = r.copy()
    psi[r > delta] = delta
    psi[r < -delta] = -delta
    return np.append(X.T @ psi, psi.sum())/len(y)
# -- with a slip: psi[r < -delta] = -delta => psi[r < -delta] = delta

# %% gaussian process marginal likelihood of two points [2] nll, dnll
import numpy as np
x = np.array([0.0, 1.0])
y = np.array([0.5, -0.25])

def kernel(theta):
    ell, s = np.exp(theta)
    d2 = (x[:, None] - x[None, :])**2
    return s**2*np.exp(-0.5*d2/ell**2) + 0.1*np.eye(2)

def nll(theta):
    K = kernel(theta)
    alpha = np.linalg.solve(K, y)
    return 0.5*y @ alpha + 0.5*np.log(np.linalg.det(K))

def dnll(theta):
    ell, s = np.exp(theta)
    d2 = (x[:, None] - x[None, :])**2
    base = s**2*np.exp(-0.5*d2/ell**2)
    K = kernel(theta)
    Ki = np.linalg.inv(K)
    a = Ki @ y
    parts = [base*d2/ell**2, 2*base]
    return np.array([0.5*np.trace(Ki @ dK) - 0.5*a @ dK @ a for dK in parts])
# -- with a slip: parts = [base*d2/ell**2, 2*base] => parts = [base*d2/ell**3, 2*base]

# %% recursive horner with derivative [1] p, dp
import numpy as np
COEFFS = (2.0, -1.0, 0.5, 3.0)

def horner(c, x):
    if len(c) == 1:
        return c[0]
    return c[0] + x*horner(c[1:], x)

def slopes(c):
    return tuple(k*v for k, v in enumerate(c))[1:]

def p(x):
    return horner(COEFFS, x)

def dp(x):
    return horner(slopes(COEFFS), x)
# -- with a slip: enumerate(c))[1:] => enumerate(c, 1))[1:]

# %% a class with cached data and a hessian [2] LogReg.fun, LogReg.jac, LogReg.hess
import numpy as np

class LogReg:
    """Two features, ridge."""

    def __init__(self, lam=0.5):
        self.X = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.25]])
        self.t = np.array([1.0, 0.0, 1.0])
        self.lam = lam

    def _prob(self, w):
        return 1/(1 + np.exp(-self.X @ w))

    def fun(self, w):
        z = self.X @ w
        return np.sum(np.logaddexp(0, z) - self.t*z) + 0.5*self.lam*w @ w

    def jac(self, w):
        return self.X.T @ (self._prob(w) - self.t) + self.lam*w

    def hess(self, w):
        p = self._prob(w)
        return (self.X.T*(p*(1 - p))) @ self.X + self.lam*np.eye(len(w))
# -- executed with
m = LogReg()
f, df, ddf = m.fun, m.jac, m.hess
# -- with a slip: self.lam*np.eye(len(w)) => 2*self.lam*np.eye(len(w))

# %% closure that makes an objective [2] objective, gradient
import numpy as np

def make(A, b):
    def value(x):
        r = A @ x - b
        return np.log1p(r @ r)

    def slope(x):
        r = A @ x - b
        return 2*A.T @ r/(1 + r @ r)

    return value, slope

objective, gradient = make(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([1.0, -1.0]))
# -- with a slip: return 2*A.T @ r/(1 + r @ r) => return A.T @ r/(1 + r @ r)

# %% einsum attention score [4] score, dscore
import numpy as np
Q = np.array([[1.0, 0.5], [0.25, -1.0]])

def score(w):
    W = w.reshape(2, 2)
    s = np.einsum('ij,jk,lk->il', Q, W, Q)
    return np.einsum('il,il->', s, s)

def dscore(w):
    W = w.reshape(2, 2)
    s = Q @ W @ Q.T
    return 2*np.einsum('ij,il,lk->jk', Q, s, Q).ravel()
# -- with a slip: 'ij,il,lk->jk' => 'ij,il,lk->kj'

# %% jax vmap over samples [3] loss, grad_loss
import jax
import jax.numpy as jnp

XS = jnp.array([[1.0, 2.0], [0.5, -1.0], [1.5, 0.5]])
YS = jnp.array([1.0, 0.0, 2.0])

def model(w, x):
    return jnp.tanh(w[:2] @ x) + w[2]

def loss(w):
    pred = jax.vmap(lambda x: model(w, x))(XS)
    return jnp.mean((pred - YS)**2)

def grad_loss(w):
    def one(x, y):
        t = jnp.tanh(w[:2] @ x)
        e = t + w[2] - y
        return jnp.concatenate([2*e*(1 - t**2)*x, jnp.array([2*e])])
    return jnp.mean(jax.vmap(one)(XS, YS), axis=0)
# -- executed as
import numpy as np
XS = np.array([[1.0, 2.0], [0.5, -1.0], [1.5, 0.5]])
YS = np.array([1.0, 0.0, 2.0])
def loss(w): return np.mean((np.tanh(XS @ w[:2]) + w[2] - YS)**2)
def grad_loss(w):
    out = []
    for x, y in zip(XS, YS):
        t = np.tanh(w[:2] @ x)
        e = t + w[2] - y
        out.append(np.concatenate([2*e*(1 - t**2)*x, np.array([2*e])]))
    return np.mean(out, axis=0)
# -- with a slip: (1 - t**2)*x => (1 - t)*x

# %% jax scan through a recurrence [3] cost, dcost
import jax.numpy as jnp
from jax import lax

T = 4

def cost(u):
    def step(s, uk):
        s = 0.5*s + uk
        return s, s**2 + 0.1*uk**2
    _, costs = lax.scan(step, 1.0, u)
    return costs.sum()

def dcost(u):
    n = u.shape[0]
    states = []
    s = 1.0
    for k in range(n):
        s = 0.5*s + u[k]
        states.append(s)
    lam = 0.0
    g = []
    for k in reversed(range(n)):
        lam = 2*states[k] + 0.5*lam
        g.append(lam + 0.2*u[k])
    return jnp.array(g[::-1])
# -- executed as
import numpy as np
def cost(u):
    s, c = 1.0, 0.0
    for uk in u:
        s = 0.5*s + uk
        c += s**2 + 0.1*uk**2
    return c
def dcost(u):
    n = u.shape[0]
    states = []
    s = 1.0
    for k in range(n):
        s = 0.5*s + u[k]
        states.append(s)
    lam = 0.0
    g = []
    for k in reversed(range(n)):
        lam = 2*states[k] + 0.5*lam
        g.append(lam + 0.2*u[k])
    return np.array(g[::-1])
# -- with a slip: g.append(lam + 0.2*u[k]) => g.append(lam + 0.1*u[k])

# %% sparse laplacian energy with scipy [5] energy, denergy
import numpy as np
from scipy.sparse import diags_array
n = 5
L = diags_array([-np.ones(n - 1), 2*np.ones(n), -np.ones(n - 1)], offsets=[-1, 0, 1]).tocsr()
f = np.linspace(0, 1, n)

def energy(u):
    return 0.5*u @ (L @ u) + 0.25*np.sum(u**4) - f @ u

def denergy(u):
    return L @ u + u**3 - f
# -- with a slip: u**3 - f => u**2 - f

# %% weibull likelihood with censoring [2] nll, score
import numpy as np
t = np.array([1.0, 2.5, 0.75, 3.0])
event = np.array([1, 0, 1, 1])

def nll(theta):
    k, lam = np.exp(theta[0]), np.exp(theta[1])
    z = (t/lam)**k
    logf = np.log(k) - k*np.log(lam) + (k - 1)*np.log(t)
    return -np.sum(event*logf) + np.sum(z)

def score(theta):
    k, lam = np.exp(theta[0]), np.exp(theta[1])
    u = np.log(t/lam)
    z = np.exp(k*u)
    dk = -np.sum(event*(1 + k*u)) + np.sum(z*k*u)
    dl = k*event.sum() - k*z.sum()
    return np.array([dk, dl])
# -- with a slip: dl = k*event.sum() - k*z.sum() => dl = event.sum() - k*z.sum()

# %% double pendulum lagrangian gradient [4] lagrangian, dL
import numpy as np
m1, m2, l1, l2, g = 1.0, 2.0, 1.0, 0.5, 9.8125

def lagrangian(q):
    t1, t2, w1, w2 = q
    T = 0.5*(m1 + m2)*l1**2*w1**2 + 0.5*m2*l2**2*w2**2 + m2*l1*l2*w1*w2*np.cos(t1 - t2)
    V = -(m1 + m2)*g*l1*np.cos(t1) - m2*g*l2*np.cos(t2)
    return T - V

def dL(q):
    t1, t2, w1, w2 = q
    s, c = np.sin(t1 - t2), np.cos(t1 - t2)
    return np.array([
        -m2*l1*l2*w1*w2*s - (m1 + m2)*g*l1*np.sin(t1),
        m2*l1*l2*w1*w2*s - m2*g*l2*np.sin(t2),
        (m1 + m2)*l1**2*w1 + m2*l1*l2*w2*c,
        m2*l2**2*w2 + m2*l1*l2*w1*c,
    ])
# -- with a slip: m2*l1*l2*w1*w2*s - m2*g*l2*np.sin(t2) => -m2*l1*l2*w1*w2*s - m2*g*l2*np.sin(t2)

# %% soft dtw by a table [3] soft_dtw, dsoft_dtw
import numpy as np
ref = [0.0, 1.0]
gamma = 1.0

def softmin(a, b):
    return -gamma*np.log(np.exp(-a/gamma) + np.exp(-b/gamma))

def soft_dtw(x):
    first = [(x[i] - ref[0])**2 for i in range(3)]
    total = first[0]
    up = total
    best = total + (x[0] - ref[1])**2
    for i in range(1, 3):
        up = up + first[i]
        best = softmin(best, up) + (x[i] - ref[1])**2
    return best

def dsoft_dtw(x):
    up, dup = (x[0] - ref[0])**2, np.array([2*(x[0] - ref[0]), 0.0, 0.0])
    best = up + (x[0] - ref[1])**2
    dbest = dup + np.array([2*(x[0] - ref[1]), 0.0, 0.0])
    for i in range(1, 3):
        e = np.zeros(3)
        e[i] = 1.0
        up = up + (x[i] - ref[0])**2
        dup = dup + 2*(x[i] - ref[0])*e
        wa, wb = np.exp(-best/gamma), np.exp(-up/gamma)
        dbest = (wa*dbest + wb*dup)/(wa + wb) + 2*(x[i] - ref[1])*e
        best = softmin(best, up) + (x[i] - ref[1])**2
    return dbest
# -- with a slip: (wa*dbest + wb*dup) => (wb*dbest + wa*dup)

# %% torch module with manual backward [6] Net.forward, Net.manual_grad
import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = torch.tensor([1.0, -0.5])
        self.act = nn.Tanh()

    def forward(self, p):
        W = p[:4].reshape(2, 2)
        v = p[4:]
        h = self.act(W @ self.x)
        return (v*h).sum()**2

    def manual_grad(self, p):
        W = p[:4].reshape(2, 2)
        v = p[4:]
        h = torch.tanh(W @ self.x)
        out = (v*h).sum()
        dv = 2*out*h
        dW = 2*out*torch.outer(v*(1 - h**2), self.x)
        return torch.cat([dW.flatten(), dv])
# -- executed as
import numpy as np
x = np.array([1.0, -0.5])
def f(p):
    h = np.tanh(p[:4].reshape(2, 2) @ x)
    return (p[4:]*h).sum()**2
def df(p):
    W = p[:4].reshape(2, 2)
    v = p[4:]
    h = np.tanh(W @ x)
    out = (v*h).sum()
    dv = 2*out*h
    dW = 2*out*np.outer(v*(1 - h**2), x)
    return np.concatenate([dW.ravel(), dv])
# -- with a slip: (1 - h**2) => (1 + h**2)

# %% fisher information of a softmax by its hessian [3] lse, dlse, d2lse
import numpy as np
c = np.array([0.25, 1.0, -0.5])

def lse(z):
    m = z.max()
    return m + np.log(np.exp(z - m).sum()) - c @ z

def dlse(z):
    e = np.exp(z - z.max())
    return e/e.sum() - c

def d2lse(z):
    e = np.exp(z - z.max())
    p = e/e.sum()
    return np.diag(p) - np.outer(p, p)
# -- with a slip: np.diag(p) - np.outer(p, p) => np.diag(p) + np.outer(p, p)

# %% pairwise ranking hinge [3] rank_loss, rank_grad
import numpy as np
F = np.array([[1.0, 0.0, 2.0], [0.5, 1.5, -1.0], [2.0, -1.0, 0.5]])
better = [(0, 1), (2, 1), (0, 2)]

def rank_loss(w):
    s = F @ w
    return sum(max(0.0, 1 - (s[i] - s[j]))**2 for i, j in better)

def rank_grad(w):
    s = F @ w
    g = np.zeros(3)
    for i, j in better:
        m = 1 - (s[i] - s[j])
        if m > 0:
            g -= 2*m*(F[i] - F[j])
    return g
# -- with a slip: if m > 0: => if m < 0:

# %% kepler two body hamiltonian [4] H, dH
import numpy as np

def H(z):
    q, p = z[:2], z[2:]
    return 0.5*np.dot(p, p) - 1/np.linalg.norm(q)

def dH(z):
    q, p = np.split(z, 2)
    return np.hstack([q/np.linalg.norm(q)**3, p])
# -- with a slip: **3, p] => **2, p]

# %% tikhonov with a first difference operator [4] J, dJ, HJ
import numpy as np
n = 4
D = np.eye(n - 1, n, k=1) - np.eye(n - 1, n)
b = np.array([1.0, 2.0, 0.5, -1.0])
alpha = 0.75

def J(x):
    return 0.5*np.linalg.norm(x - b)**2 + 0.5*alpha*np.linalg.norm(D @ x)**2

def dJ(x):
    return x - b + alpha*D.T @ (D @ x)

def HJ(x):
    return np.eye(n) + alpha*D.T @ D
# -- with a slip: np.eye(n) + alpha*D.T @ D => np.eye(n) + alpha*np.eye(n)

# %% chained rosenbrock of any length [4] f, grad_f
import numpy as np

def f(x):
    return np.sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)

def grad_f(x):
    g = np.zeros_like(x)
    t = x[1:] - x[:-1]**2
    g[:-1] = -400*x[:-1]*t - 2*(1 - x[:-1])
    g[1:] += 200*t
    return g
# -- with a slip: g[1:] += 200*t => g[1:] = 200*t

# %% discrete elastica with wraparound [5] bending, dbending
import numpy as np

def bending(x):
    c = np.roll(x, -1) - 2*x + np.roll(x, 1)
    return 0.5*np.sum(c**2) + np.sum(np.cosh(x))

def dbending(x):
    c = np.roll(x, -1) - 2*x + np.roll(x, 1)
    return np.roll(c, 1) - 2*c + np.roll(c, -1) + np.sinh(x)
# -- with a slip: - 2*c + => + 2*c +

# %% poisson regression with offset and exposure [2] nll, grad_nll, hess_nll
import math
import numpy as np
X = [[1.0, 0.5], [1.0, -1.0], [1.0, 2.0]]
counts = [2, 0, 5]
exposure = [1.0, 2.0, 1.5]

def rate(beta, i):
    return exposure[i]*math.exp(sum(b*v for b, v in zip(beta, X[i])))

def nll(beta):
    total = 0
    for i, k in enumerate(counts):
        mu = rate(beta, i)
        total += mu - k*math.log(mu) + math.lgamma(k + 1)
    return total

def grad_nll(beta):
    out = [0.0, 0.0]
    for i, k in enumerate(counts):
        mu = rate(beta, i)
        for j in range(2):
            out[j] += (mu - k)*X[i][j]
    return out

def hess_nll(beta):
    out = [[0.0]*2 for _ in range(2)]
    for i in range(3):
        mu = rate(beta, i)
        for j in range(2):
            for l in range(2):
                out[j][l] += mu*X[i][j]*X[i][l]
    return out
# -- with a slip: out[j][l] += mu*X[i][j]*X[i][l] => out[j][l] += mu*X[i][j]*X[i][j]

# %% dataclass of springs [4] Chain.potential, Chain.gradient
from dataclasses import dataclass, field
import numpy as np

@dataclass
class Spring:
    i: int
    j: int
    k: float
    rest: float = 1.0

@dataclass
class Chain:
    springs: list = field(default_factory=lambda: [Spring(0, 1, 2.0), Spring(1, 2, 1.0, 0.5), Spring(2, 3, 3.0)])

    def potential(self, x):
        return sum(0.5*s.k*(x[s.j] - x[s.i] - s.rest)**2 for s in self.springs)

    def gradient(self, x):
        g = np.zeros(len(x))
        for s in self.springs:
            t = s.k*(x[s.j] - x[s.i] - s.rest)
            g[s.i] -= t
            g[s.j] += t
        return g
# -- executed with
m = Chain()
f, df = m.potential, m.gradient
# -- with a slip: g[s.i] -= t => g[s.i] = -t

# %% beta binomial through gammaln [2] nll, dnll
import numpy as np
from scipy.special import gammaln, digamma
k, n = 3, 10

def nll(theta):
    a, b = np.exp(theta)
    return -(gammaln(k + a) + gammaln(n - k + b) - gammaln(n + a + b)
             + gammaln(a + b) - gammaln(a) - gammaln(b))

def dnll(theta):
    a, b = np.exp(theta)
    common = digamma(a + b) - digamma(n + a + b)
    da = digamma(k + a) - digamma(a) + common
    db = digamma(n - k + b) - digamma(b) + common
    return -np.array([da*a, db*b])
# -- with a slip: -np.array([da*a, db*b]) => -np.array([da, db])

# %% hessian vector product of a quartic [3] phi, dphi, hessp
import numpy as np
A = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])

def phi(x):
    return 0.25*(x @ A @ x)**2

def dphi(x):
    return (x @ A @ x)*(A @ x)

def hessp(x, v):
    Ax = A @ x
    return 2*Ax*(Ax @ v) + (x @ Ax)*(A @ v)
# -- executed as
import numpy as np
A = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])
def f(x): return 0.25*(x @ A @ x)**2
def df(x): return (x @ A @ x)*(A @ x)
def hessp(x, v):
    Ax = A @ x
    return 2*Ax*(Ax @ v) + (x @ Ax)*(A @ v)
def ddf(x): return np.array([hessp(x, e) for e in np.eye(3)])
# -- with a slip: 2*Ax*(Ax @ v) => Ax*(Ax @ v)

# %% bilinear interpolation of an image [2] sample, dsample
import numpy as np
img = np.array([[0.0, 1.0, 4.0], [2.0, 3.0, 1.0], [5.0, 2.0, 0.5]])

def weights(t, k):
    return max(0.0, 1 - abs(t - k))

def sample(p):
    u, v = p
    return sum(img[i, j]*(1 - u + i*(2*u - 1))*(1 - v + j*(2*v - 1)) for i in range(2) for j in range(2))

def dsample(p):
    u, v = p
    du = sum(img[i, j]*(2*i - 1)*(1 - v + j*(2*v - 1)) for i in range(2) for j in range(2))
    dv = sum(img[i, j]*(1 - u + i*(2*u - 1))*(2*j - 1) for i in range(2) for j in range(2))
    return np.array([du, dv])
# -- with a slip: (2*i - 1)*(1 - v => (2*i + 1)*(1 - v

# %% lqr cost through matrix powers [2] cost, dcost
import numpy as np
A = np.array([[1.0, 0.5], [0.0, 1.0]])
Q = np.diag([1.0, 0.25])

def cost(x0):
    total = 0.0
    for k in range(4):
        xk = np.linalg.matrix_power(A, k) @ x0
        total += xk @ Q @ xk
    return total

def dcost(x0):
    P = np.zeros((2, 2))
    for k in range(4):
        Ak = np.linalg.matrix_power(A, k)
        P += Ak.T @ Q @ Ak
    return 2*P @ x0
# -- with a slip: P += Ak.T @ Q @ Ak => P += Ak @ Q @ Ak.T

# %% contrastive loss with cosine similarity [4] contrastive, dcontrastive
import numpy as np

def contrastive(z):
    a, b = z[:2], z[2:]
    cos = a @ b/(np.linalg.norm(a)*np.linalg.norm(b))
    return (1 - cos)**2

def dcontrastive(z):
    a, b = z[:2], z[2:]
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    cos = a @ b/(na*nb)
    da = b/(na*nb) - cos*a/na**2
    db = a/(na*nb) - cos*b/nb**2
    return -2*(1 - cos)*np.concatenate((da, db))
# -- with a slip: - cos*b/nb**2 => - cos*b/nb

# %% quaternion rotation error [4] err, derr
import numpy as np
v = np.array([1.0, 0.5, -0.25])
target = np.array([0.0, 1.0, 0.5])

def rotate(q):
    w, r = q[0], q[1:]
    t = 2*np.cross(r, v)
    return v + w*t + np.cross(r, t)

def jac_rotate(q):
    w, r = q[0], q[1:]
    cols = [2*np.cross(r, v)]
    for e in np.eye(3):
        dt = 2*np.cross(e, v)
        cols.append(w*dt + np.cross(e, 2*np.cross(r, v)) + np.cross(r, dt))
    return np.stack(cols, axis=1)

def err(q):
    d = rotate(q) - target
    return 0.5*d @ d

def derr(q):
    return jac_rotate(q).T @ (rotate(q) - target)
# -- with a slip: + np.cross(r, dt)) => - np.cross(r, dt))

# %% batch norm backward of a column [3] out, dout
import numpy as np
w = np.array([0.5, -1.0, 2.0])
eps = 0.125

def out(x):
    mu, var = x.mean(), x.var()
    xhat = (x - mu)/np.sqrt(var + eps)
    return w @ xhat

def dout(x):
    n = x.size
    mu, var = x.mean(), x.var()
    inv = 1/np.sqrt(var + eps)
    xhat = (x - mu)*inv
    return inv/n*(n*w - w.sum() - xhat*(w @ xhat))
# -- with a slip: - xhat*(w @ xhat)) => + xhat*(w @ xhat))

# %% market equilibrium with a try and a fallback [2] welfare, dwelfare
import numpy as np

PARAMS = {"elastic": 0.5, "shift": 2.0}

def demand(p, *, elastic, shift):
    return shift*p**(-elastic)

def welfare(p):
    try:
        q = [demand(v, **PARAMS) for v in np.exp(p)]
    finally:
        pass
    return sum(q) + np.exp(p).sum()

def dwelfare(p):
    e = PARAMS["elastic"]
    return np.exp(p) - e*PARAMS["shift"]*np.exp(-e*p)
# -- with a slip: np.exp(p) - e*PARAMS => np.exp(p) - PARAMS

# %% functools reduce over layers [3] deep, ddeep
from functools import reduce
import numpy as np
LAYERS = (1.5, -0.5, 0.75)

def deep(x):
    h = reduce(lambda h, a: np.tanh(a*h), LAYERS, x)
    return np.prod(h)

def ddeep(x):
    h, d = x, np.ones_like(x)
    for a in LAYERS:
        h = np.tanh(a*h)
        d = d*a*(1 - h*h)
    return np.array([d[k]*np.prod(np.delete(h, k)) for k in range(x.size)])
# -- with a slip: d = d*a*(1 - h*h) => d = d*(1 - h*h)

# %% garch(1,1) likelihood by recursion [3] nll, dnll
import numpy as np
r = np.array([0.5, -1.0, 0.25, 0.75])

def nll(p):
    omega, alpha, beta = p
    h = 1.0
    out = 0.0
    for t in range(len(r)):
        out += 0.5*(np.log(h) + r[t]**2/h)
        h = omega + alpha*r[t]**2 + beta*h
    return out

def dnll(p):
    omega, alpha, beta = p
    h, dh = 1.0, np.zeros(3)
    g = np.zeros(3)
    for t in range(len(r)):
        g += 0.5*(1/h - r[t]**2/h**2)*dh
        dh = np.array([1.0, r[t]**2, h]) + beta*dh
        h = omega + alpha*r[t]**2 + beta*h
    return g
# -- with a slip: np.array([1.0, r[t]**2, h]) + beta*dh => np.array([1.0, r[t]**2, h])

# %% hmm forward algorithm in logs [4] loglik, dloglik
import numpy as np
from scipy.special import logsumexp, softmax

obs = [0, 1, 1]
logB = np.log(np.array([[0.5, 0.5], [0.25, 0.75]]))
logpi = np.log(np.array([0.5, 0.5]))

def loglik(theta):
    logA = theta.reshape(2, 2)
    a = logpi + logB[:, obs[0]]
    for o in obs[1:]:
        a = logB[:, o] + logsumexp(a[:, None] + logA, axis=0)
    return logsumexp(a)

def dloglik(theta):
    logA = theta.reshape(2, 2)
    alphas = [logpi + logB[:, obs[0]]]
    for o in obs[1:]:
        alphas.append(logB[:, o] + logsumexp(alphas[-1][:, None] + logA, axis=0))
    g = np.zeros((2, 2))
    w = softmax(alphas[-1])
    for t in range(len(obs) - 1, 0, -1):
        back = softmax(alphas[t - 1][:, None] + logA, axis=0)*w[None, :]
        g += back
        w = back.sum(axis=1)
    return g.ravel()
# -- with a slip: w = back.sum(axis=1) => w = back.sum(axis=0)

# %% kalman filter innovations [2] nll, dnll
import numpy as np
ys = [1.0, 0.5, 1.5]

def nll(theta):
    q, r = np.exp(theta)
    m, P, total = 0.0, 1.0, 0.0
    for y in ys:
        P = P + q
        S = P + r
        v = y - m
        total += 0.5*(np.log(S) + v**2/S)
        K = P/S
        m = m + K*v
        P = (1 - K)*P
    return total

def dnll(theta):
    q, r = np.exp(theta)
    m, P = 0.0, 1.0
    dm, dP = np.zeros(2), np.zeros(2)
    g = np.zeros(2)
    for y in ys:
        P = P + q
        dP = dP + np.array([q, 0.0])
        S, dS = P + r, dP + np.array([0.0, r])
        v, dv = y - m, -dm
        g = g + 0.5*(dS/S + 2*v*dv/S - v**2*dS/S**2)
        K = P/S
        dK = dP/S - P*dS/S**2
        m, dm = m + K*v, dm + dK*v + K*dv
        P, dP = (1 - K)*P, (1 - K)*dP - dK*P
    return g
# -- with a slip: (1 - K)*dP - dK*P => (1 - K)*dP + dK*P

# %% inverse kinematics of an arm of three links [3] ik, dik
import numpy as np
lengths = np.array([1.0, 0.75, 0.5])
goal = np.array([1.0, 0.5])

def fk(q):
    a = np.cumsum(q)
    return np.array([np.sum(lengths*np.cos(a)), np.sum(lengths*np.sin(a))])

def jacobian(q):
    a = np.cumsum(q)
    J = np.empty((2, q.size))
    for i in range(q.size):
        J[0, i] = -np.sum((lengths*np.sin(a))[i:])
        J[1, i] = np.sum((lengths*np.cos(a))[i:])
    return J

def ik(q):
    return 0.5*np.sum((fk(q) - goal)**2)

def dik(q):
    return jacobian(q).T.dot(fk(q) - goal)
# -- with a slip: J[1, i] = np.sum((lengths*np.cos(a))[i:]) => J[1, i] = np.sum((lengths*np.cos(a))[:i + 1])

# %% cox partial likelihood [2] cox, dcox
import numpy as np
times = np.array([3.0, 1.0, 2.0, 4.0])
events = np.array([True, True, False, True])
Z = np.array([[1.0, 0.0], [0.5, 1.0], [-1.0, 0.5], [0.25, -0.5]])

def cox(beta):
    eta = Z @ beta
    out = 0.0
    for i in np.where(events)[0]:
        risk = times >= times[i]
        out -= eta[i] - np.log(np.exp(eta[risk]).sum())
    return out

def dcox(beta):
    w = np.exp(Z @ beta)
    g = np.zeros(2)
    for i in np.flatnonzero(events):
        risk = times >= times[i]
        g -= Z[i] - (w[risk, None]*Z[risk]).sum(axis=0)/w[risk].sum()
    return g
# -- with a slip: (w[risk, None]*Z[risk]).sum(axis=0)/w[risk].sum() => (w[risk, None]*Z[risk]).mean(axis=0)

# %% gaussian mixture negative log likelihood [4] gmm, dgmm
import numpy as np
data = np.array([-1.0, 0.5, 2.0])

def parts(theta):
    mu, ls = theta[:2], theta[2:4]
    z = (data[:, None] - mu)/np.exp(ls)
    return z, -0.5*z**2 - ls - 0.5*np.log(2*np.pi) + np.log(0.5)

def gmm(theta):
    _, l = parts(theta)
    return -np.log(np.exp(l).sum(axis=1)).sum()

def dgmm(theta):
    z, l = parts(theta)
    p = np.exp(l)
    r = p/p.sum(axis=1, keepdims=True)
    dmu = -(r*z).sum(0)/np.exp(theta[2:4])
    dls = -(r*(z**2 - 1)).sum(0)
    return np.r_[dmu, dls]
# -- with a slip: (z**2 - 1) => (z**2 + 1)

# %% black scholes call and delta [1] call, delta
import numpy as np
from scipy.stats import norm
K, T, r, sigma = 1.0, 1.0, 0.125, 0.5

def d1(S):
    return (np.log(S/K) + (r + 0.5*sigma**2)*T)/(sigma*np.sqrt(T))

def call(S):
    d = d1(S)
    return S*norm.cdf(d) - K*np.exp(-r*T)*norm.cdf(d - sigma*np.sqrt(T))

def delta(S):
    return norm.cdf(d1(S))
# -- with a slip: return norm.cdf(d1(S)) => return norm.cdf(d1(S) - sigma*np.sqrt(T))

# %% runge kutta shooting with tangent [2] miss, dmiss
import numpy as np
h = 0.25

def rhs(y):
    return np.array([y[1], -np.sin(y[0])])

def jac(y):
    return np.array([[0.0, 1.0], [-np.cos(y[0]), 0.0]])

def step(y):
    k1 = rhs(y)
    k2 = rhs(y + h/2*k1)
    return y + h*k2

def dstep(y):
    A1 = jac(y)
    A2 = jac(y + h/2*rhs(y)) @ (np.eye(2) + h/2*A1)
    return np.eye(2) + h*A2

def miss(y0):
    y = y0
    for _ in range(2):
        y = step(y)
    return 0.5*(y[0] - 1)**2

def dmiss(y0):
    y, M = y0, np.eye(2)
    for _ in range(2):
        M = dstep(y) @ M
        y = step(y)
    return (y[0] - 1)*M[0]
# -- with a slip: M = dstep(y) @ M => M = M @ dstep(y)

# %% finite element bar assembled with ix_ [4] potential, residual, tangent
import numpy as np
nodes = np.array([0.0, 0.5, 1.0, 2.0])
elements = [(0, 1), (1, 2), (2, 3)]
load = np.array([0.0, 0.0, 0.0, 1.0])

def strain(u, e):
    i, j = e
    return (u[j] - u[i])/(nodes[j] - nodes[i])

def potential(u):
    W = 0.0
    for e in elements:
        L = nodes[e[1]] - nodes[e[0]]
        s = strain(u, e)
        W += L*(0.5*s**2 + 0.25*s**4)
    return W - load @ u

def residual(u):
    R = -load.copy()
    for e in elements:
        s = strain(u, e)
        f = s + s**3
        R[list(e)] += f*np.array([-1.0, 1.0])
    return R

def tangent(u):
    K = np.zeros((4, 4))
    k0 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    for e in elements:
        L = nodes[e[1]] - nodes[e[0]]
        K[np.ix_(e, e)] += (1 + 3*strain(u, e)**2)/L*k0
    return K
# -- with a slip: (1 + 3*strain(u, e)**2)/L*k0 => (1 + 3*strain(u, e)**2)*k0

# %% t-sne gradient of three points [6] kl, dkl
import numpy as np
P = np.array([[0.0, 0.25, 0.125], [0.25, 0.0, 0.125], [0.125, 0.125, 0.0]])

def affinities(Y):
    D = np.square(Y[:, None, :] - Y[None, :, :]).sum(-1)
    num = 1/(1 + D)
    np.fill_diagonal(num, 0)
    return num, num/num.sum()

def kl(y):
    num, Q = affinities(y.reshape(3, 2))
    total = 0.0
    for i in range(3):
        for j in range(3):
            if i != j:
                total += P[i, j]*np.log(P[i, j]/Q[i, j])
    return total

def dkl(y):
    Y = y.reshape(3, 2)
    num, Q = affinities(Y)
    PQ = (P - Q)*num
    return (4*(np.diag(PQ.sum(axis=1)) - PQ) @ Y).ravel()
# -- with a slip: return (4*( => return (2*(

# %% b-spline by cox de boor [4] fit, dfit
import numpy as np
knots = [0, 0, 0, 1, 2, 2, 2]
xs = [0.25, 0.75, 1.5]
ys = [1.0, 0.0, 2.0]

def basis(i, k, x):
    if k == 0:
        return 1.0 if knots[i] <= x < knots[i + 1] else 0.0
    left = 0.0
    if knots[i + k] != knots[i]:
        left = (x - knots[i])/(knots[i + k] - knots[i])*basis(i, k - 1, x)
    right = 0.0
    if knots[i + k + 1] != knots[i + 1]:
        right = (knots[i + k + 1] - x)/(knots[i + k + 1] - knots[i + 1])*basis(i + 1, k - 1, x)
    return left + right

N = np.array([[basis(i, 2, x) for i in range(4)] for x in xs])

def fit(c):
    return np.sum((N @ c - ys)**2)

def dfit(c):
    return 2*N.T @ (N @ c - ys)
# -- with a slip: return 2*N.T @ (N @ c - ys) => return N.T @ (N @ c - ys)

# %% layernorm and gelu unit [3] unit, dunit
import numpy as np
gamma = np.array([1.0, 0.5, -1.0])
c0 = 0.5

def unit(x):
    m = np.mean(x)
    v = np.mean((x - m)**2)
    n = (x - m)*(v + c0)**-0.5
    return float(np.sum(gamma*n*np.tanh(n))) if False else np.sum(gamma*n*np.tanh(n))

def dunit(x):
    N = len(x)
    m = np.mean(x)
    v = np.mean((x - m)**2)
    s = (v + c0)**-0.5
    n = (x - m)*s
    dn = gamma*(np.tanh(n) + n*(1 - np.tanh(n)**2))
    return s*(dn - dn.mean() - n*np.mean(dn*n))
# -- with a slip: - n*np.mean(dn*n)) => - n*np.mean(dn))

# %% convolution layer by np.convolve [3] conv_loss, dconv_loss
import numpy as np
signal = np.array([1.0, 2.0, -1.0, 0.5, 3.0])
target = np.array([0.5, 1.0, 0.0])

def conv_loss(k):
    out = np.convolve(signal, k, mode='valid')
    return 0.5*np.sum((out - target)**2)

def dconv_loss(k):
    e = np.convolve(signal, k, mode='valid') - target
    return np.convolve(e[::-1], signal, mode='valid') if False else np.correlate(signal, e, mode='valid')[::-1]
# -- with a slip: mode='valid')[::-1] => mode='valid')

# %% entropic optimal transport dual [4] dual, ddual
import numpy as np
a = np.array([0.5, 0.5])
b = np.array([0.25, 0.75])
C = np.array([[0.0, 1.0], [1.0, 0.5]])
eps = 0.5

def plan(f, g):
    return np.exp((f[:, np.newaxis] + g[np.newaxis, :] - C)/eps)

def dual(u):
    f, g = u[:2], u[2:]
    return -(f @ a + g @ b - eps*plan(f, g).sum())

def ddual(u):
    f, g = u[:2], u[2:]
    P = plan(f, g)
    return np.concatenate([P.sum(axis=1) - a, P.sum(axis=0) - b])
# -- with a slip: P.sum(axis=0) - b] => P.sum(axis=1) - b]

# %% word2vec negative sampling [6] sgns, dsgns
import numpy as np

def sigmoid(t):
    return 1.0/(1.0 + np.exp(-t))

def sgns(params):
    v, u_pos, u_neg = np.split(params, 3)
    return -np.log(sigmoid(u_pos @ v)) - np.log(sigmoid(-u_neg @ v))

def dsgns(params):
    v, u_pos, u_neg = params.reshape(3, -1)
    gp = sigmoid(u_pos @ v) - 1
    gn = sigmoid(u_neg @ v)
    return np.vstack([gp*u_pos + gn*u_neg, gp*v, gn*v]).flatten()
# -- with a slip: gn*u_neg, gp*v, gn*v => gn*u_neg, gp*v, -gn*v

# %% factorization machine [6] fm_loss, fm_grad
import numpy as np
x = np.array([1.0, 2.0, -1.0])
y = 0.5

def fm(V):
    s = V.T @ x
    return 0.5*np.sum(s**2 - (V**2).T @ x**2)

def fm_loss(v):
    return (fm(v.reshape(3, 2)) - y)**2

def fm_grad(v):
    V = v.reshape(3, 2)
    dV = np.outer(x, V.T @ x) - V*(x**2)[:, None]
    return (2*(fm(V) - y)*dV).ravel()
# -- with a slip: - V*(x**2)[:, None] => - V*x[:, None]

# %% pinball loss with several quantiles [2] pinball, dpinball
import numpy as np
obs = np.array([1.0, 2.5, -0.5])
taus = (0.25, 0.75)

def pinball(q):
    total = 0
    for tau, v in zip(taus, q):
        e = obs - v
        total += np.sum(np.maximum(tau*e, (tau - 1)*e))
    return total

def dpinball(q):
    return np.array([np.sum(np.where(obs > v, -tau, 1 - tau)) for tau, v in zip(taus, q)])
# -- with a slip: np.where(obs > v, -tau, 1 - tau) => np.where(obs > v, -tau, tau)

# %% smoothed total variation of an image [6] tv, dtv
import numpy as np

def tv(u, beta=0.5):
    U = u.reshape(2, 3)
    dx, dy = np.diff(U, axis=1), np.diff(U, axis=0)
    return np.sum(np.sqrt(dx**2 + beta)) + np.sum(np.sqrt(dy**2 + beta))

def dtv(u, beta=0.5):
    U = u.reshape(2, 3)
    dx, dy = np.diff(U, axis=1), np.diff(U, axis=0)
    px, py = dx/np.sqrt(dx**2 + beta), dy/np.sqrt(dy**2 + beta)
    G = np.zeros_like(U)
    G[:, 1:] += px
    G[:, :-1] -= px
    G[1:, :] += py
    G[:-1, :] -= py
    return G.ravel()
# -- with a slip: G[:-1, :] -= py => G[:-1, :] += py

# %% covariance through its cholesky factor [3] nll, dnll
import numpy as np
S = np.array([[2.0, 0.5], [0.5, 1.0]])

def unpack(t):
    L = np.zeros((2, 2))
    L[np.tril_indices(2)] = t
    L[0, 0], L[1, 1] = np.exp(L[0, 0]), np.exp(L[1, 1])
    return L

def nll(t):
    L = unpack(t)
    Li = np.linalg.inv(L)
    return 2*np.sum(np.log(np.diag(L))) + np.trace(Li.T @ Li @ S)

def dnll(t):
    L = unpack(t)
    Li = np.linalg.inv(L)
    G = -2*Li.T @ (Li @ S @ Li.T)
    G[0, 0] = G[0, 0]*L[0, 0] + 2
    G[1, 1] = G[1, 1]*L[1, 1] + 2
    return G[np.tril_indices(2)]
# -- with a slip: G[1, 1]*L[1, 1] + 2 => G[1, 1] + 2

# %% bundle adjustment of one point [3] reproj, dreproj
from collections import namedtuple
import numpy as np

Camera = namedtuple("Camera", "focal center")
cams = [Camera(2.0, (0.0, 0.0)), Camera(1.5, (1.0, -0.5))]
seen = [(0.5, 0.25), (-0.25, 0.75)]

def project(cam, p):
    x, y, z = p
    return np.array([cam.focal*(x - cam.center[0])/z, cam.focal*(y - cam.center[1])/z])

def reproj(p):
    return sum(np.sum((project(c, p) - np.array(s))**2) for c, s in zip(cams, seen))

def dreproj(p):
    x, y, z = p
    g = np.zeros(3)
    for c, s in zip(cams, seen):
        e = project(c, p) - np.array(s)
        J = c.focal*np.array([[1/z, 0, -(x - c.center[0])/z**2], [0, 1/z, -(y - c.center[1])/z**2]])
        g += 2*J.T @ e
    return g
# -- with a slip: -(x - c.center[0])/z**2 => -(x - c.center[0])/z

# %% dirichlet likelihood with digamma [3] dirichlet, ddirichlet, hdirichlet
import numpy as np
from scipy.special import gammaln, psi, polygamma
logp = np.array([-1.0, -0.5, -2.0])

def dirichlet(a):
    return np.sum(gammaln(a)) - gammaln(a.sum()) - np.dot(a - 1, logp)

def ddirichlet(a):
    return psi(a) - psi(a.sum()) - logp

def hdirichlet(a):
    return np.diag(polygamma(1, a)) - polygamma(1, a.sum())
# -- with a slip: np.diag(polygamma(1, a)) - polygamma(1, a.sum()) => np.diag(polygamma(1, a)) - np.eye(3)*polygamma(1, a.sum())

# %% gru cell step [3] gru, dgru
import numpy as np

def sig(t):
    return 1/(1 + np.exp(-t))

class Cell:
    wz, wr, wh = 0.5, -1.0, 2.0

    @staticmethod
    def gates(h, x):
        z = sig(Cell.wz*x + h)
        r = sig(Cell.wr*x - h)
        return z, r

    @classmethod
    def step(cls, h, x):
        z, r = cls.gates(h, x)
        n = np.tanh(cls.wh*x + r*h)
        return (1 - z)*n + z*h

def gru(x):
    h = 0.0
    for xt in x:
        h = Cell.step(h, xt)
    return h**2

def dgru(x):
    hs = [0.0]
    for xt in x:
        hs.append(Cell.step(hs[-1], xt))
    dh = 2*hs[-1]
    out = np.zeros(len(x))
    for t in range(len(x))[::-1]:
        h, xt = hs[t], x[t]
        z, r = Cell.gates(h, xt)
        n = np.tanh(Cell.wh*xt + r*h)
        dz = dh*(h - n)*z*(1 - z)
        da = dh*(1 - z)*(1 - n**2)
        dr = da*h*r*(1 - r)
        out[t] = dz*Cell.wz + da*Cell.wh + dr*Cell.wr
        dh = dh*z + dz + da*r - dr
    return out
# -- with a slip: dh = dh*z + dz + da*r - dr => dh = dh*z + dz + da*r + dr

# %% markowitz with a log barrier and a dict of settings [3] port, dport, hport
import numpy as np
cfg = {"mu": np.array([0.125, 0.0625, 0.25]), "risk": 2.0, "t": 0.5}
Sigma = np.array([[1.0, 0.25, 0.0], [0.25, 0.5, 0.125], [0.0, 0.125, 2.0]])

def port(w):
    slack = 8 - w.sum()
    return (0.5*cfg["risk"]*w.T @ Sigma @ w - cfg["mu"] @ w
            - cfg["t"]*(np.log(w).sum() + np.log(slack)))

def dport(w):
    slack = 8 - w.sum()
    return cfg["risk"]*Sigma @ w - cfg["mu"] - cfg["t"]*(1/w - 1/slack)

def hport(w):
    slack = 8 - w.sum()
    return cfg["risk"]*Sigma + cfg["t"]*(np.diag(w**-2.0) + np.ones((3, 3))/slack**2)
# -- with a slip: (1/w - 1/slack) => (1/w + 1/slack)

# %% thomson energy on a sphere by angles [4] thomson, dthomson
import numpy as np

def embed(a):
    th, ph = a[0::2], a[1::2]
    return np.stack([np.sin(th)*np.cos(ph), np.sin(th)*np.sin(ph), np.cos(th)], axis=-1)

def thomson(a):
    X = embed(a)
    E = 0.0
    for i in range(len(X)):
        for j in range(i):
            E += 1/np.linalg.norm(X[i] - X[j])
    return E

def dthomson(a):
    X = embed(a)
    th, ph = a[0::2], a[1::2]
    dth = np.stack([np.cos(th)*np.cos(ph), np.cos(th)*np.sin(ph), -np.sin(th)], axis=-1)
    dph = np.stack([-np.sin(th)*np.sin(ph), np.sin(th)*np.cos(ph), 0*th], axis=-1)
    g = np.zeros_like(a)
    for i in range(len(X)):
        F = np.zeros(3)
        for j in range(len(X)):
            if j != i:
                d = X[i] - X[j]
                F -= d/np.linalg.norm(d)**3
        g[2*i] = F @ dth[i]
        g[2*i + 1] = F @ dph[i]
    return g
# -- with a slip: F -= d/np.linalg.norm(d)**3 => F += d/np.linalg.norm(d)**3

# %% implicit heat step by solve and its adjoint [3] tracking, dtracking
import numpy as np
n, dt = 3, 0.25
A = np.eye(n) + dt*(2*np.eye(n) - np.diag(np.ones(n - 1), 1) - np.diag(np.ones(n - 1), -1))
goal = np.array([0.5, 1.0, 0.5])

def tracking(u0):
    u = u0
    for _ in range(2):
        u = np.linalg.solve(A, u)
    return 0.5*np.sum((u - goal)**2)

def dtracking(u0):
    u = u0
    for _ in range(2):
        u = np.linalg.solve(A, u)
    lam = u - goal
    for _ in range(2):
        lam = np.linalg.solve(A.T, lam)
    return lam
# -- with a slip: lam = np.linalg.solve(A.T, lam) => lam = A.T @ lam

# %% torch functional cross entropy by logits [3] ce, ce_backward
import torch
import torch.nn.functional as F

target = torch.tensor(1)

def ce(logits):
    return F.cross_entropy(logits.unsqueeze(0), target.unsqueeze(0))

def ce_backward(logits):
    p = F.softmax(logits, dim=-1)
    return p - F.one_hot(target, num_classes=3)
# -- executed as
import numpy as np
def ce(z): return np.log(np.exp(z).sum()) - z[1]
def ce_backward(z):
    F = __import__('types').SimpleNamespace(one_hot=lambda t, num_classes: np.array([0, 1, 0]))
    target, p = 1, np.exp(z)/np.exp(z).sum()
    return p - F.one_hot(target, num_classes=3)
# -- with a slip: return p - F.one_hot(target, num_classes=3) => return p + F.one_hot(target, num_classes=3)

# %% jax lax fori loop power iteration [2] rayleigh, grad_rayleigh
import jax.numpy as jnp
from jax import lax, jit

A = jnp.array([[2.0, 1.0], [1.0, 3.0]])

@jit
def rayleigh(v):
    w = lax.fori_loop(0, 2, lambda i, u: A @ u, v)
    return w @ w

@jit
def grad_rayleigh(v):
    B = A @ A
    return 2*B.T @ (B @ v)
# -- executed as
import numpy as np
A = np.array([[2.0, 1.0], [1.0, 3.0]])
def rayleigh(v):
    w = A @ (A @ v)
    return w @ w
def grad_rayleigh(v):
    B = A @ A
    return 2*B.T @ (B @ v)
# -- with a slip: return 2*B.T @ (B @ v) => return 2*A.T @ (B @ v)

# %% triplet loss with a margin and normalised rows [6] triplet, dtriplet
import numpy as np

def unit(v):
    return v/np.sqrt((v**2).sum(axis=-1, keepdims=True))

def triplet(x, margin=0.5):
    a, p, n = unit(x.reshape(3, 2))
    return max(np.sum((a - p)**2) - np.sum((a - n)**2) + margin, 0)

def dtriplet(x, margin=0.5):
    X = x.reshape(3, 2)
    r = np.sqrt((X**2).sum(axis=1, keepdims=True))
    a, p, n = U = X/r
    if np.sum((a - p)**2) - np.sum((a - n)**2) + margin <= 0:
        return np.zeros(6)
    G = np.array([2*(n - p), -2*(a - p), 2*(a - n)])
    return ((G - U*(G*U).sum(axis=1, keepdims=True))/r).reshape(-1)
# -- with a slip: 2*(n - p), -2*(a - p) => 2*(a - p), -2*(a - p)

# %% exponential smoothing with pandas style lists [2] sse, dsse
series = [3.0, 5.0, 4.0, 6.0]

def sse(params):
    alpha, level = params
    total = 0
    for obs in series:
        err = obs - level
        total += err**2
        level += alpha*err
    return total

def dsse(params):
    alpha, level = params
    dl = [0.0, 1.0]
    grad = [0.0, 0.0]
    for obs in series:
        err = obs - level
        grad = [g - 2*err*d for g, d in zip(grad, dl)]
        dl = [dl[0] + err - alpha*dl[0], dl[1]*(1 - alpha)]
        level = level + alpha*err
    return grad
# -- with a slip: dl = [dl[0] + err - alpha*dl[0] => dl = [dl[0] + err

# %% multiclass hinge with an argmax [4] mc_hinge, dmc_hinge
import numpy as np
x = np.array([1.0, -0.5])
label = 0

def mc_hinge(w):
    s = w.reshape(2, 2) @ x
    margins = np.maximum(0, s - s[label] + 1)
    margins[label] = 0
    return margins.sum()

def dmc_hinge(w):
    s = w.reshape(2, 2) @ x
    active = (s - s[label] + 1 > 0).astype(float)
    active[label] = 0
    active[label] = -active.sum()
    return np.outer(active, x).ravel()
# -- with a slip: active[label] = -active.sum() => active[label] = active.sum()

# %% implicit layer derivative of a fixed point unrolled [2] fixed, dfixed
import numpy as np

def fixed(p):
    a, b = p
    z = 0.0
    for _ in range(3):
        z = np.cos(a*z) + b
    return z

def dfixed(p):
    a, b = p
    z, za, zb = 0.0, 0.0, 0.0
    for _ in range(3):
        s = -np.sin(a*z)
        z, za, zb = np.cos(a*z) + b, s*(z + a*za), s*a*zb + 1
    return za, zb
# -- with a slip: s*(z + a*za) => s*(a*za)

# %% any length dixon price with weights [4] dixon, grad_dixon
import numpy as np

def dixon(x):
    i = np.arange(2, len(x) + 1)
    return (x[0] - 1)**2 + np.sum(i*(2*x[1:]**2 - x[:-1])**2)

def grad_dixon(x):
    n = x.shape[0]
    i = np.arange(2, n + 1)
    t = 2*x[1:]**2 - x[:-1]
    g = np.zeros(n)
    g[0] = 2*(x[0] - 1)
    g[1:] = 8*i*x[1:]*t
    g[:-1] -= 2*i*t
    return g
# -- with a slip: g[:-1] -= 2*i*t => g[:-1] -= i*t

# %% planar arm inverse kinematics [3] cost, cost_grad
import numpy as np
L = np.array([1.0, 0.7, 0.4])
TARGET = np.array([1.1, 0.6])
def forward(q):
    a = np.cumsum(q)
    return np.array([np.sum(L*np.cos(a)), np.sum(L*np.sin(a))])
def jacobian(q):
    a = np.cumsum(q)
    J = np.zeros((2, 3))
    for j in range(3):
        J[0, j] = -np.sum(L[j:]*np.sin(a[j:]))
        J[1, j] = np.sum(L[j:]*np.cos(a[j:]))
    return J
def cost(q, damping=0.1):
    e = forward(q) - TARGET
    return 0.5*e @ e + 0.5*damping*q @ q
def cost_grad(q, damping=0.1):
    return jacobian(q).T @ (forward(q) - TARGET) + damping*q

# %% quaternion rotation fit with a slip [4] loss, grad
import numpy as np
v = np.array([1.0, 0.0, 0.0])
w = np.array([0.0, 1.0, 0.0])
def rotate(q, v):
    u, s = q[1:], q[0]
    return 2*np.dot(u, v)*u + (s*s - np.dot(u, u))*v + 2*s*np.cross(u, v)
def loss(q):
    d = rotate(q, v) - w
    return 0.5*np.dot(d, d)
def grad(q):
    u, s = q[1:], q[0]
    d = rotate(q, v) - w
    ds = 2*s*v + 2*np.cross(u, v)
    g = np.empty(4)
    g[0] = d @ ds
    for k in range(3):
        e = np.eye(3)[k]
        du = 2*v[k]*u + 2*(u @ v)*e - u[k]*v + 2*s*np.cross(e, v)
        g[k + 1] = d @ du
    return g

# %% total variation of an image [9] tv, tv_grad
import numpy as np
def tv(u):
    u = u.reshape(3, 3)
    dx = np.diff(u, axis=1)[:-1, :]
    dy = np.diff(u, axis=0)[:, :-1]
    return np.sum(np.sqrt(dx**2 + dy**2 + 0.01))
def tv_grad(u):
    u = u.reshape(3, 3)
    dx = np.diff(u, axis=1)[:-1, :]
    dy = np.diff(u, axis=0)[:, :-1]
    n = np.sqrt(dx**2 + dy**2 + 0.01)
    g = np.zeros_like(u)
    g[:-1, 1:] += dx/n
    g[1:, :-1] += dy/n
    g[:-1, :-1] -= (dx + dy)/n
    return g.ravel()

# %% InfoNCE over a batch with a slip [6] loss, grad
import numpy as np
KEYS = np.array([[1.0, 0.2], [-0.3, 0.8], [0.5, -0.6]])
def loss(z, tau=0.5):
    S = z.reshape(3, 2) @ KEYS.T/tau
    S = S - S.max(axis=1, keepdims=True)
    return -np.mean(np.diag(S) - np.log(np.exp(S).sum(axis=1)))
def grad(z, tau=0.5):
    S = z.reshape(3, 2) @ KEYS.T/tau
    P = np.exp(S - S.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    return ((P - np.eye(3)) @ KEYS*tau/3).ravel()

# %% EM bound of a mixture in its means [2] bound, bound_grad
import numpy as np
x = np.array([-1.0, 0.3, 1.8, 2.2])
R = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.1, 0.9]])
PI = np.array([0.5, 0.5])
def bound(mu, sigma=0.7):
    logp = np.log(PI) - 0.5*np.log(2*np.pi*sigma**2) - 0.5*(x[:, None] - mu)**2/sigma**2
    return -np.sum(R*(logp - np.log(R)))
def bound_grad(mu, sigma=0.7):
    return -np.sum(R*(x[:, None] - mu), axis=0)/sigma**2

# %% Huber regression with a scale with a slip [3] fun, jac
import numpy as np
X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0]])
y = np.array([0.3, 4.0, -1.0])
def fun(p, eps=1.35):
    w, s = p[:2], p[2]
    z = (y - X @ w)/s
    out = np.abs(z) > eps
    h = np.where(out, 2*eps*np.abs(z) - eps**2, z**2)
    return len(y)*s + s*h.sum()
def jac(p, eps=1.35):
    w, s = p[:2], p[2]
    z = (y - X @ w)/s
    psi = np.where(np.abs(z) > eps, 2*eps*np.sign(z), 2*z)
    h = np.where(np.abs(z) > eps, 2*eps*np.abs(z) - eps**2, z**2)
    return np.append(-X.T @ psi, len(y) + h.sum() + (psi*z).sum())

# %% CRF forward algorithm [4] nll, nll_grad
import numpy as np
from scipy.special import logsumexp
E = np.array([[0.5, -0.2], [0.1, 0.9], [-0.6, 0.3]])
tags = [0, 1, 1]
def forward(T):
    alpha = E[0]
    for e in E[1:]:
        alpha = logsumexp(alpha[:, None] + T, axis=0) + e
    return alpha
def nll(t):
    T = t.reshape(2, 2)
    s = E[0, tags[0]]
    for k in range(1, 3):
        s += T[tags[k-1], tags[k]] + E[k, tags[k]]
    return logsumexp(forward(T)) - s
def nll_grad(t):
    T = t.reshape(2, 2)
    A = [E[0]]
    for e in E[1:]:
        A.append(logsumexp(A[-1][:, None] + T, axis=0) + e)
    Z = logsumexp(A[-1])
    B = [np.zeros(2)]
    for e in E[:0:-1]:
        B.insert(0, logsumexp(T + e + B[0], axis=1))
    G = np.zeros((2, 2))
    for k in range(1, 3):
        G += np.exp(A[k-1][:, None] + T + E[k] + B[k] - Z)
        G[tags[k-1], tags[k]] -= 1
    return G.ravel()

# %% Sinkhorn dual with a slip [4] dual, dual_grad
import numpy as np
C = np.array([[0.0, 1.0], [1.5, 0.2]])
a, b = np.array([0.4, 0.6]), np.array([0.7, 0.3])
def dual(z, eps=0.5):
    f, g = z[:2], z[2:]
    K = np.exp((f[:, None] + g[None, :] - C)/eps)
    return -(f @ a + g @ b - eps*K.sum())
def dual_grad(z, eps=0.5):
    f, g = z[:2], z[2:]
    K = np.exp((f[:, None] + g[None, :] - C)/eps)
    return -np.concatenate([a - K.sum(axis=1), b - K.sum(axis=1)])

# %% LQR cost of a gain [2] J, dJ
import numpy as np
A = np.array([[1.0, 0.1], [0.0, 1.0]])
B = np.array([0.0, 0.1])
Q = np.diag([1.0, 0.5])
N = 3
def J(K, r=0.2):
    x = np.array([1.0, -0.5])
    c = 0.0
    for _ in range(N):
        u = -(K @ x)
        c += x @ Q @ x + r*u**2
        x = A @ x + B*u
    return c + x @ Q @ x
def dJ(K, r=0.2):
    xs, us = [np.array([1.0, -0.5])], []
    for _ in range(N):
        us.append(-(K @ xs[-1]))
        xs.append(A @ xs[-1] + B*us[-1])
    lam = 2*Q @ xs[-1]
    g = np.zeros(2)
    for t in range(N - 1, -1, -1):
        du = 2*r*us[t] + B @ lam
        g -= du*xs[t]
        lam = 2*Q @ xs[t] + A.T @ lam - K*du
    return g

# %% Plackett Luce ranking with a slip [3] nll, nll_grad
import numpy as np
ranking = [2, 0, 1]
def nll(s):
    out = 0.0
    for i in range(3):
        rest = ranking[i:]
        out += np.log(np.sum(np.exp(s[rest]))) - s[ranking[i]]
    return out
def nll_grad(s):
    g = np.zeros(3)
    for i in range(3):
        rest = ranking[:i + 1]
        e = np.exp(s[rest])
        g[rest] += e/e.sum()
        g[ranking[i]] -= 1
    return g

# %% GARCH likelihood [3] nll, nll_grad
import numpy as np
r = np.array([0.5, -1.0, 0.8])
def nll(p):
    w, a, b = p
    h = 1.0
    s = 0.0
    for t in range(1, len(r)):
        h = w + a*r[t-1]**2 + b*h
        s += 0.5*(np.log(h) + r[t]**2/h)
    return s
def nll_grad(p):
    w, a, b = p
    h, dh, g = 1.0, np.zeros(3), np.zeros(3)
    for t in range(1, len(r)):
        dh = np.array([1.0, r[t-1]**2, h]) + b*dh
        h = w + a*r[t-1]**2 + b*h
        g += 0.5*(1/h - r[t]**2/h**2)*dh
    return g

# %% Nash Sutcliffe of a linear reservoir [2] loss, loss_grad
import numpy as np
rain = [1.0, 0.0, 2.0]
flow = [0.3, 0.2, 0.7]
def loss(p):
    k, S = p
    err = 0
    for P, q in zip(rain, flow):
        S = S + P - k*S
        err += (k*S - q)**2
    return err/len(flow)
def loss_grad(p):
    k, S = p
    gk, dSk, dS0, g0 = 0.0, 0.0, 1.0, 0.0
    for P, q in zip(rain, flow):
        dSk = dSk*(1 - k) - S
        dS0 = dS0*(1 - k)
        S = S + P - k*S
        gk += 2*(k*S - q)*(S + k*dSk)
        g0 += 2*(k*S - q)*k*dS0
    return np.array([gk, g0])/3

# %% focal loss with a slip [2] loss, grad
import numpy as np
y = np.array([1.0, 0.0])
def loss(z, gamma=2.0, alpha=0.25):
    p = 1/(1 + np.exp(-z))
    pt = np.where(y == 1, p, 1 - p)
    return np.sum(-alpha*(1 - pt)**gamma*np.log(pt))
def grad(z, gamma=2.0, alpha=0.25):
    p = 1/(1 + np.exp(-z))
    pt = np.where(y == 1, p, 1 - p)
    s = np.where(y == 1, 1.0, -1.0)
    dpt = s*p*(1 - p)
    return alpha*(gamma*(1 - pt)**(gamma)*np.log(pt) - (1 - pt)**gamma/pt)*dpt

# %% order statistics by sorting [3] gini, gini_grad
import numpy as np
def gini(x):
    s = np.sort(x)
    k = np.arange(1, 4)
    return np.sum((2*k - 4)*s)/3
def gini_grad(x):
    rank = np.argsort(np.argsort(x)) + 1
    return (2*rank - 4)/3

# %% conditional value at risk by sorting with a slip [3] cvar, cvar_grad
import numpy as np
def cvar(x):
    return np.sort(x**2)[-2:].mean()
def cvar_grad(x):
    top = np.argsort(x**2)[-2:]
    g = np.zeros(3)
    g[top] = 2*x[top]
    return g

# %% strided wavelet energy with a slip [6] E, dE
import numpy as np
def E(x):
    d = (x[::2] - x[1::2])/np.sqrt(2)
    a = (x[::2] + x[1::2])/np.sqrt(2)
    return np.sum(d**4) + 0.5*np.sum(a**2)
def dE(x):
    d = (x[::2] - x[1::2])/np.sqrt(2)
    a = (x[::2] + x[1::2])/np.sqrt(2)
    g = np.empty_like(x)
    g[::2] = (4*d**3 + a)/np.sqrt(2)
    g[1::2] = (4*d**3 + a)/np.sqrt(2)
    return g

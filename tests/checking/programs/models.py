# %% Rosenbrock in two variables [2] rosenbrock, rosenbrock_grad, rosenbrock_hess
import numpy as np


def rosenbrock(v, a=1.0, b=100.0):
    x, y = v
    return (a - x) ** 2 + b * (y - x**2) ** 2


def rosenbrock_grad(v, a=1.0, b=100.0):
    x, y = v
    return np.array([-2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)])


def rosenbrock_hess(v, a=1.0, b=100.0):
    x, y = v
    return np.array([[2 - 4 * b * y + 12 * b * x**2, -4 * b * x], [-4 * b * x, 2 * b]])

# %% Rosenbrock with a missing factor in its Hessian [2] rosenbrock, rosenbrock_grad, rosenbrock_hess
import numpy as np


def rosenbrock(v, a=1.0, b=100.0):
    x, y = v
    return (a - x) ** 2 + b * (y - x**2) ** 2


def rosenbrock_grad(v, a=1.0, b=100.0):
    x, y = v
    return np.array([-2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)])


def rosenbrock_hess(v, a=1.0, b=100.0):
    x, y = v
    return np.array([[2 - 4 * b * y + 8 * b * x**2, -4 * b * x], [-4 * b * x, 2 * b]])

# %% Rosenbrock as a chain on slices [4] rosen, rosen_der
import numpy as np


def rosen(x):
    """A chain of valleys."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0)


def rosen_der(x):
    d = x[1:] - x[:-1] ** 2
    g = np.zeros(x.shape)
    g[:-1] = -400 * x[:-1] * d - 2 * (1 - x[:-1])
    g[1:] += 200 * d
    return g

# %% Rosenbrock as a chain that overwrites [4] rosen, rosen_der
import numpy as np


def rosen(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0)


def rosen_der(x):
    d = x[1:] - x[:-1] ** 2
    g = np.zeros(x.shape)
    g[:-1] = -400 * x[:-1] * d - 2 * (1 - x[:-1])
    g[1:] = 200 * d
    return g

# %% Himmelblau's function [2] fun, jac, hess
import numpy as np

fun = lambda p: (p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2
jac = lambda p: np.array([
    4 * p[0] * (p[0] ** 2 + p[1] - 11) + 2 * (p[0] + p[1] ** 2 - 7),
    2 * (p[0] ** 2 + p[1] - 11) + 4 * p[1] * (p[0] + p[1] ** 2 - 7),
])
hess = lambda p: np.array([
    [12 * p[0] ** 2 + 4 * p[1] - 42, 4 * (p[0] + p[1])],
    [4 * (p[0] + p[1]), 12 * p[1] ** 2 + 4 * p[0] - 26],
])

# %% Rastrigin with the wrong inner factor [3] fun, jac
import numpy as np


def fun(x):
    return 10 * len(x) + np.sum(x**2 - 10 * np.cos(2 * np.pi * x))


def jac(x):
    return 2 * x + 10 * np.sin(2 * np.pi * x)

# %% value and gradient for minimize with jac True [2]
import numpy as np


def objective(x, sign=-1.0):
    value = sign * (2 * x[0] * x[1] + 2 * x[0] - x[0] ** 2 - 2 * x[1] ** 2)
    dfdx0 = sign * (-2 * x[0] + 2 * x[1] + 2)
    dfdx1 = sign * (2 * x[0] - 4 * x[1])
    return value, np.array([dfdx0, dfdx1])


f = lambda x: objective(x)[0]
df = lambda x: objective(x)[1]

# %% barrier of two constraints [2] merit, merit_grad
import numpy as np

mu = 0.1


def merit(x):
    return (x[0] - 2) ** 2 + (x[1] - 1) ** 2 - mu * (np.log(x[0] + 5) + np.log(8 - x[0] - x[1]))


def merit_grad(x):
    slack = 8 - x[0] - x[1]
    return np.array([
        2 * (x[0] - 2) - mu / (x[0] + 5) + mu / slack,
        2 * (x[1] - 1) + mu / slack,
    ])

# %% barrier with its inner sign forgotten [2] merit, merit_grad
import numpy as np

mu = 0.1


def merit(x):
    return (x[0] - 2) ** 2 + (x[1] - 1) ** 2 - mu * (np.log(x[0] + 5) + np.log(8 - x[0] - x[1]))


def merit_grad(x):
    slack = 8 - x[0] - x[1]
    return np.array([
        2 * (x[0] - 2) - mu / (x[0] + 5) - mu / slack,
        2 * (x[1] - 1) - mu / slack,
    ])

# %% augmented Lagrangian of one constraint [2] lagrangian, lagrangian_grad
import numpy as np

LAM, RHO = 0.7, 10.0


def constraint(x):
    return x[0] ** 2 + x[1] ** 2 - 1


def lagrangian(x):
    c = constraint(x)
    return x[0] + x[1] + LAM * c + RHO / 2 * c**2


def lagrangian_grad(x):
    c = constraint(x)
    return np.ones(2) + (LAM + RHO * c) * 2 * x

# %% natural log likelihood of a normal [2] nll, nll_grad
import numpy as np

data = np.array([1.2, 0.7, 2.3, 1.9])


def nll(theta):
    mu, logs = theta
    return np.sum(0.5 * ((data - mu) / np.exp(logs)) ** 2 + logs + 0.5 * np.log(2 * np.pi))


def nll_grad(theta):
    mu, logs = theta
    z = (data - mu) / np.exp(logs)
    return np.array([-np.sum(z) / np.exp(logs), np.sum(1 - z**2)])

# %% natural log likelihood with sigma not squared [2] nll, nll_grad
import numpy as np

data = np.array([1.2, 0.7, 2.3, 1.9])


def nll(theta):
    mu, s = theta[0], np.exp(theta[1])
    return np.sum((data - mu) ** 2 / (2 * s**2)) + len(data) * np.log(s)


def nll_grad(theta):
    mu, s = theta[0], np.exp(theta[1])
    return np.array([-np.sum(data - mu) / s, len(data) - np.sum((data - mu) ** 2) / s**2])

# %% mixture of two normals
import numpy as np

data = [0.3, 1.8, 2.1]


def f(m):
    total = 0
    for d in data:
        total -= np.log(0.5 * np.exp(-((d - m) ** 2) / 2) + 0.5 * np.exp(-((d + m) ** 2) / 2))
    return total


def df(m):
    total = 0
    for d in data:
        total += m - d * np.tanh(d * m)
    return total

# %% Gaussian process of two points [2] nll, nll_grad
import numpy as np

x = np.array([0.0, 1.0])
y = np.array([0.5, -0.2])
D2 = (x[:, None] - x[None, :]) ** 2


def kernel(theta):
    return np.exp(theta[0]) * np.exp(-D2 / 2) + np.exp(theta[1]) * np.eye(2)


def nll(theta):
    K = kernel(theta)
    return 0.5 * y @ np.linalg.solve(K, y) + 0.5 * np.log(np.linalg.det(K))


def nll_grad(theta):
    Ki = np.linalg.inv(kernel(theta))
    alpha = Ki @ y
    parts = [np.exp(theta[0]) * np.exp(-D2 / 2), np.exp(theta[1]) * np.eye(2)]
    return np.array([0.5 * np.trace((Ki - np.outer(alpha, alpha)) @ dK) for dK in parts])

# %% Gaussian process without its determinant [2] nll, nll_grad
import numpy as np

x = np.array([0.0, 1.0])
y = np.array([0.5, -0.2])
D2 = (x[:, None] - x[None, :]) ** 2


def kernel(theta):
    return np.exp(theta[0]) * np.exp(-D2 / 2) + np.exp(theta[1]) * np.eye(2)


def nll(theta):
    K = kernel(theta)
    return 0.5 * y @ np.linalg.inv(K) @ y + 0.5 * np.log(np.linalg.det(K))


def nll_grad(theta):
    alpha = np.linalg.inv(kernel(theta)) @ y
    parts = [np.exp(theta[0]) * np.exp(-D2 / 2), np.exp(theta[1]) * np.eye(2)]
    return np.array([-0.5 * alpha @ dK @ alpha for dK in parts])

# %% Kalman smoothing of a random walk [3] cost, cost_grad, cost_hess
import numpy as np

z = np.array([0.2, 0.5, 0.1])
q, r = 0.3, 0.8


def cost(x):
    return np.sum((x - z) ** 2) / (2 * r) + np.sum(np.diff(x) ** 2) / (2 * q)


def cost_grad(x):
    g = (x - z) / r
    steps = np.diff(x) / q
    g[1:] += steps
    g[:-1] -= steps
    return g


def cost_hess(x):
    D = np.array([[-1.0, 1.0, 0.0], [0.0, -1.0, 1.0]])
    return np.eye(3) / r + D.T @ D / q

# %% Kalman smoothing with its weights swapped [3] cost, cost_grad
import numpy as np

z = np.array([0.2, 0.5, 0.1])
q, r = 0.3, 0.8


def cost(x):
    return np.sum((x - z) ** 2) / (2 * r) + np.sum(np.diff(x) ** 2) / (2 * q)


def cost_grad(x):
    g = (x - z) / q
    g[1:] += np.diff(x) / r
    g[:-1] -= np.diff(x) / r
    return g

# %% Kalman update of one measurement [2] cost, cost_grad
import numpy as np

P = np.array([[2.0, 0.5], [0.5, 1.0]])
H = np.array([[1.0, 0.0]])
m = np.array([0.1, -0.2])


def cost(x):
    d = x - m
    return 0.5 * d @ np.linalg.inv(P) @ d + 0.5 * ((0.7 - H @ x) ** 2).item() / 0.4


def cost_grad(x):
    return np.linalg.solve(P, x - m) - H.T @ (0.7 - H @ x) / 0.4

# %% Huber loss of residuals [2] loss, grad
import numpy as np

x = np.array([0.0, 1.0, 2.0])
y = np.array([0.1, 0.9, 7.0])
DELTA = 1.5


def loss(p):
    r = p[0] + p[1] * x - y
    small = np.abs(r) <= DELTA
    return np.sum(np.where(small, 0.5 * r**2, DELTA * (np.abs(r) - 0.5 * DELTA)))


def grad(p):
    r = p[0] + p[1] * x - y
    psi = np.clip(r, -DELTA, DELTA)
    return np.array([psi.sum(), psi @ x])

# %% Huber loss with delta forgotten outside [2] loss, grad
import numpy as np

x = np.array([0.0, 1.0, 2.0])
y = np.array([0.1, 0.9, 7.0])
DELTA = 1.5


def loss(p):
    r = p[0] + p[1] * x - y
    small = np.abs(r) <= DELTA
    return np.sum(np.where(small, 0.5 * r**2, DELTA * (np.abs(r) - 0.5 * DELTA)))


def grad(p):
    r = p[0] + p[1] * x - y
    psi = np.where(np.abs(r) <= DELTA, r, np.sign(r))
    return np.array([psi.sum(), psi @ x])

# %% Cauchy loss
import numpy as np

C = 2.3


def f(r):
    return C**2 / 2 * np.log(1 + (r / C) ** 2)


def df(r):
    return r / (1 + (r / C) ** 2)


def ddf(r):
    u = (r / C) ** 2
    return (1 - u) / (1 + u) ** 2

# %% Tukey's biweight
import numpy as np

C = 4.0


def f(r):
    if abs(r) <= C:
        return C**2 / 6 * (1 - (1 - (r / C) ** 2) ** 3)
    return C**2 / 6


def df(r):
    return r * (1 - (r / C) ** 2) ** 2 if abs(r) <= C else 0.0

# %% Tukey's biweight with a power too few
import numpy as np

C = 4.0


def f(r):
    if abs(r) <= C:
        return C**2 / 6 * (1 - (1 - (r / C) ** 2) ** 3)
    return C**2 / 6


def df(r):
    return r * (1 - (r / C) ** 2) if abs(r) <= C else 0.0

# %% quantile loss [1] loss, grad
import numpy as np

y = np.array([0.1, 0.9, 7.0])
TAU = 0.3


def loss(q):
    r = y - q[0]
    return np.sum(np.maximum(TAU * r, (TAU - 1) * r))


def grad(q):
    r = y - q[0]
    return np.array([np.sum(np.where(r > 0, -TAU, 1 - TAU))])

# %% cubic spline through its second moments
import numpy as np

knots = [0.0, 1.0, 2.0]
a = [1.0, 0.5, 2.0]


def basis(t):
    t = abs(t)
    if t < 1:
        return (4 - 6 * t**2 + 3 * t**3) / 6
    if t < 2:
        return (2 - t) ** 3 / 6
    return 0


def slope(t):
    s = 1 if t > 0 else -1
    t = abs(t)
    if t < 1:
        return s * (-12 * t + 9 * t**2) / 6
    if t < 2:
        return -s * (2 - t) ** 2 / 2
    return 0


def f(x):
    return sum(c * basis(x - k) for c, k in zip(a, knots))


def df(x):
    return sum(c * slope(x - k) for c, k in zip(a, knots))

# %% cubic spline whose sign is lost
import numpy as np


def basis(t):
    t = abs(t)
    if t < 1:
        return (4 - 6 * t**2 + 3 * t**3) / 6
    if t < 2:
        return (2 - t) ** 3 / 6
    return 0


def slope(t):
    t = abs(t)
    if t < 1:
        return (-12 * t + 9 * t**2) / 6
    if t < 2:
        return -((2 - t) ** 2) / 2
    return 0


def f(x):
    return 2 * basis(x) + basis(x - 1)


def df(x):
    return 2 * slope(x) + slope(x - 1)

# %% Bezier curve to a point
import numpy as np

B = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 3.0], [4.0, 0.0]])
target = np.array([2.0, 1.0])


def curve(t):
    u = 1 - t
    return u**3 * B[0] + 3 * u**2 * t * B[1] + 3 * u * t**2 * B[2] + t**3 * B[3]


def velocity(t):
    u = 1 - t
    return 3 * (u**2 * (B[1] - B[0]) + 2 * u * t * (B[2] - B[1]) + t**2 * (B[3] - B[2]))


def f(t):
    return np.sum((curve(t) - target) ** 2)


def df(t):
    return 2 * np.dot(curve(t) - target, velocity(t))

# %% portfolio with risk and return [3] utility, utility_grad, utility_hess
import numpy as np

mu = np.array([0.10, 0.07, 0.03])
Sigma = np.array([[0.04, 0.01, 0.0], [0.01, 0.02, 0.0], [0.0, 0.0, 0.001]])
GAMMA = 3.0


def utility(w):
    return -(w @ mu) + GAMMA / 2 * w @ Sigma @ w + 5 * (w.sum() - 1) ** 2


def utility_grad(w):
    return -mu + GAMMA * Sigma @ w + 10 * (w.sum() - 1)


def utility_hess(w):
    return GAMMA * Sigma + 10 * np.ones((3, 3))

# %% portfolio whose risk is counted twice [3] utility, utility_grad
import numpy as np

mu = np.array([0.10, 0.07, 0.03])
Sigma = np.array([[0.04, 0.01, 0.0], [0.01, 0.02, 0.0], [0.0, 0.0, 0.001]])
GAMMA = 3.0


def utility(w):
    return -(w @ mu) + GAMMA / 2 * w @ Sigma @ w + 5 * (w.sum() - 1) ** 2


def utility_grad(w):
    return -mu + 2 * GAMMA * Sigma @ w + 10 * (w.sum() - 1)

# %% total variation smoothed [4] tv, tv_grad
import numpy as np

EPS = 0.01


def tv(u):
    return np.sum(np.sqrt(np.diff(u) ** 2 + EPS))


def tv_grad(u):
    d = np.diff(u)
    w = d / np.sqrt(d**2 + EPS)
    g = np.zeros_like(u)
    g[1:] += w
    g[:-1] -= w
    return g

# %% image denoising with a sign [4] loss, grad
import numpy as np

noisy = np.array([[0.1, 0.9], [0.2, 0.8]])


def loss(u):
    U = u.reshape(noisy.shape)
    dx = U[:, 1:] - U[:, :-1]
    dy = U[1:, :] - U[:-1, :]
    return np.sum((U - noisy) ** 2) + 0.5 * (np.sum(dx**2) + np.sum(dy**2))


def grad(u):
    U = u.reshape(noisy.shape)
    G = 2 * (U - noisy)
    dx = U[:, 1:] - U[:, :-1]
    dy = U[1:, :] - U[:-1, :]
    G[:, 1:] += dx
    G[:, :-1] -= dx
    G[1:, :] += dy
    G[:-1, :] += dy
    return G.ravel()

# %% reaction kinetics by Euler's steps [2] loss, grad
import numpy as np

dt, y0, measured = 0.1, 1.0, [0.9, 0.85]


def loss(p):
    k1, k2 = p
    y, total = y0, 0.0
    for m in measured:
        y = y + dt * (-k1 * y + k2)
        total += (y - m) ** 2
    return total


def grad(p):
    k1, k2 = p
    y, s, g = y0, np.zeros(2), np.zeros(2)
    for m in measured:
        s = s + dt * (np.array([-y, 1.0]) - k1 * s)
        y = y + dt * (-k1 * y + k2)
        g += 2 * (y - m) * s
    return g

# %% robot arm to a target [2] cost, cost_grad
import numpy as np

l1, l2 = 1.0, 0.8
target = np.array([1.2, 0.5])


def hand(q):
    return np.array([l1 * np.cos(q[0]) + l2 * np.cos(q[0] + q[1]), l1 * np.sin(q[0]) + l2 * np.sin(q[0] + q[1])])


def jac_hand(q):
    s12, c12 = np.sin(q[0] + q[1]), np.cos(q[0] + q[1])
    return np.array([[-l1 * np.sin(q[0]) - l2 * s12, -l2 * s12], [l1 * np.cos(q[0]) + l2 * c12, l2 * c12]])


def cost(q):
    e = hand(q) - target
    return e @ e / 2


def cost_grad(q):
    return jac_hand(q).T @ (hand(q) - target)

# %% robot arm with its Jacobian not transposed [2] cost, cost_grad
import numpy as np

l1, l2 = 1.0, 0.8
target = np.array([1.2, 0.5])


def hand(q):
    return np.array([l1 * np.cos(q[0]) + l2 * np.cos(q[0] + q[1]), l1 * np.sin(q[0]) + l2 * np.sin(q[0] + q[1])])


def jac_hand(q):
    s12, c12 = np.sin(q[0] + q[1]), np.cos(q[0] + q[1])
    return np.array([[-l1 * np.sin(q[0]) - l2 * s12, -l2 * s12], [l1 * np.cos(q[0]) + l2 * c12, l2 * c12]])


def cost(q):
    e = hand(q) - target
    return e @ e / 2


def cost_grad(q):
    return jac_hand(q) @ (hand(q) - target)

# %% data that are drawn at random [2] loss, grad
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 2))
y = rng.normal(size=5)


def loss(w):
    return np.sum((X @ w - y) ** 2)


def grad(w):
    return 2 * X.T @ (X @ w - y)

# %% data that are drawn at random with a slip [2] loss, grad
import numpy as np

np.random.seed(0)
X = np.random.randn(5, 2)
y = np.random.rand(5)


def loss(w):
    return np.mean((X @ w - y) ** 2)


def grad(w):
    return 2 * X.T @ (X @ w - y)

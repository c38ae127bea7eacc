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

# %% one neuron with tanh [3] loss, backward
import numpy as np

X = np.array([[0.5, -1.0], [1.5, 0.3]])
t = np.array([0.2, -0.4])


def loss(p):
    w, b = p[:2], p[2]
    a = np.tanh(X @ w + b)
    return 0.5 * np.sum((a - t) ** 2)


def backward(p):
    w, b = p[:2], p[2]
    a = np.tanh(X @ w + b)
    delta = (a - t) * (1 - a**2)
    return np.append(X.T @ delta, delta.sum())

# %% one neuron with the slope of the sigmoid [3] loss, backward
import numpy as np

X = np.array([[0.5, -1.0], [1.5, 0.3]])
t = np.array([0.2, -0.4])


def loss(p):
    w, b = p[:2], p[2]
    a = np.tanh(X @ w + b)
    return 0.5 * np.sum((a - t) ** 2)


def backward(p):
    w, b = p[:2], p[2]
    a = np.tanh(X @ w + b)
    delta = (a - t) * a * (1 - a)
    return np.append(X.T @ delta, delta.sum())

# %% two layers with tanh [9] loss, grad
import numpy as np

x = np.array([0.5, -1.0])
target = 0.3


def unpack(p):
    return p[:4].reshape(2, 2), p[4:6], p[6:8], p[8]


def loss(p):
    W1, b1, w2, b2 = unpack(p)
    h = np.tanh(W1 @ x + b1)
    return (w2 @ h + b2 - target) ** 2


def grad(p):
    W1, b1, w2, b2 = unpack(p)
    h = np.tanh(W1 @ x + b1)
    dy = 2 * (w2 @ h + b2 - target)
    dh = dy * w2
    dz = dh * (1 - h**2)
    return np.concatenate([np.outer(dz, x).ravel(), dz, dy * h, [dy]])

# %% two layers with the outer product turned round [9] loss, grad
import numpy as np

x = np.array([0.5, -1.0])
target = 0.3


def unpack(p):
    return p[:4].reshape(2, 2), p[4:6], p[6:8], p[8]


def loss(p):
    W1, b1, w2, b2 = unpack(p)
    h = np.tanh(W1 @ x + b1)
    return (w2 @ h + b2 - target) ** 2


def grad(p):
    W1, b1, w2, b2 = unpack(p)
    h = np.tanh(W1 @ x + b1)
    dy = 2 * (w2 @ h + b2 - target)
    dz = dy * w2 * (1 - h**2)
    return np.concatenate([np.outer(x, dz).ravel(), dz, dy * h, [dy]])

# %% a layer with relu [6] loss, grad
import numpy as np

x = np.array([0.5, -1.0])


def loss(p):
    W, v = p[:4].reshape(2, 2), p[4:]
    return v @ np.maximum(W @ x, 0)


def grad(p):
    W, v = p[:4].reshape(2, 2), p[4:]
    z = W @ x
    h = np.maximum(z, 0)
    dz = v * (z > 0)
    return np.concatenate([np.outer(dz, x).flatten(), h])

# %% a layer with relu whose mask is forgotten [6] loss, grad
import numpy as np

x = np.array([0.5, -1.0])


def loss(p):
    W, v = p[:4].reshape(2, 2), p[4:]
    return v @ np.maximum(W @ x, 0)


def grad(p):
    W, v = p[:4].reshape(2, 2), p[4:]
    return np.concatenate([np.outer(v, x).flatten(), np.maximum(W @ x, 0)])

# %% softmax and cross-entropy on logits [3] loss, grad, hess
import numpy as np

label = 1


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def loss(z):
    return -np.log(softmax(z)[label])


def grad(z):
    g = softmax(z)
    g[label] -= 1
    return g


def hess(z):
    p = softmax(z)
    return np.diag(p) - np.outer(p, p)

# %% softmax Hessian without its outer product [3] loss, grad, hess
import numpy as np

label = 1


def softmax(z):
    e = np.exp(z)
    return e / np.sum(e)


def loss(z):
    return -np.log(softmax(z)[label])


def grad(z):
    g = softmax(z)
    g[label] -= 1
    return g


def hess(z):
    p = softmax(z)
    return np.diag(p * (1 - p))

# %% label smoothing with a temperature [3] loss, grad
import numpy as np

q = np.array([0.8, 0.1, 0.1])
T = 2.0


def loss(z):
    logp = z / T - np.log(np.sum(np.exp(z / T)))
    return -np.sum(q * logp)


def grad(z):
    p = np.exp(z / T) / np.sum(np.exp(z / T))
    return (p - q) / T

# %% temperature forgotten in the slope [3] loss, grad
import numpy as np

q = np.array([0.8, 0.1, 0.1])
T = 2.0


def loss(z):
    logp = z / T - np.log(np.sum(np.exp(z / T)))
    return -np.sum(q * logp)


def grad(z):
    p = np.exp(z / T) / np.sum(np.exp(z / T))
    return p - q

# %% batch normalisation of three values [3] loss, grad
import numpy as np

EPS = 1e-5
w = np.array([1.0, -2.0, 0.5])


def loss(x):
    mu, var = x.mean(), x.var()
    xhat = (x - mu) / np.sqrt(var + EPS)
    return w @ xhat


def grad(x):
    n = len(x)
    mu, var = x.mean(), x.var()
    inv = 1 / np.sqrt(var + EPS)
    xhat = (x - mu) * inv
    return inv / n * (n * w - w.sum() - xhat * (w @ xhat))

# %% batch normalisation without the variance's share [3] loss, grad
import numpy as np

EPS = 1e-5
w = np.array([1.0, -2.0, 0.5])


def loss(x):
    mu, var = x.mean(), x.var()
    return w @ ((x - mu) / np.sqrt(var + EPS))


def grad(x):
    inv = 1 / np.sqrt(x.var() + EPS)
    return inv * (w - w.mean())

# %% attention of one query over two keys [2] loss, grad
import numpy as np

K = np.array([[1.0, 0.5], [-0.3, 0.8]])
V = np.array([2.0, -1.0])


def weights(q):
    s = K @ q / np.sqrt(2)
    e = np.exp(s)
    return e / e.sum()


def loss(q):
    return weights(q) @ V


def grad(q):
    a = weights(q)
    return K.T @ (a * (V - a @ V)) / np.sqrt(2)

# %% attention not scaled in its slope [2] loss, grad
import numpy as np

K = np.array([[1.0, 0.5], [-0.3, 0.8]])
V = np.array([2.0, -1.0])


def weights(q):
    s = K @ q / np.sqrt(2)
    e = np.exp(s)
    return e / e.sum()


def loss(q):
    return weights(q) @ V


def grad(q):
    a = weights(q)
    return K.T @ (a * (V - a @ V))

# %% attention of two tokens on themselves [4] loss, grad
import numpy as np

C = np.array([[1.0, -0.5], [0.3, 2.0]])


def loss(x):
    X = x.reshape(2, 2)
    S = X @ X.T
    E = np.exp(S)
    A = E / E.sum(axis=1, keepdims=True)
    return np.sum(C * (A @ X))


def grad(x):
    X = x.reshape(2, 2)
    E = np.exp(X @ X.T)
    A = E / E.sum(axis=1, keepdims=True)
    dA = C @ X.T
    dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
    return (A.T @ C + dS @ X + dS.T @ X).ravel()

# %% residual block with swish [2] loss, grad
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(x):
    return np.sum((x + x * sigmoid(x)) ** 2)


def grad(x):
    s = sigmoid(x)
    return 2 * (x + x * s) * (1 + s + x * s * (1 - s))

# %% gelu by tanh
import numpy as np

C = np.sqrt(2 / np.pi)


def f(x):
    return 0.5 * x * (1 + np.tanh(C * (x + 0.044715 * x**3)))


def df(x):
    t = np.tanh(C * (x + 0.044715 * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * C * (1 + 3 * 0.044715 * x**2)

# %% gelu by tanh with a factor lost
import numpy as np

C = np.sqrt(2 / np.pi)


def f(x):
    return 0.5 * x * (1 + np.tanh(C * (x + 0.044715 * x**3)))


def df(x):
    t = np.tanh(C * (x + 0.044715 * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * C * (1 + 0.044715 * x**2)

# %% recurrent cell unrolled three steps [3] loss, grad
import numpy as np

inputs = [1.0, -0.5, 0.2]


def loss(p):
    w, u, b = p
    h = 0.0
    for x in inputs:
        h = np.tanh(w * h + u * x + b)
    return h**2


def grad(p):
    w, u, b = p
    hs = [0.0]
    for x in inputs:
        hs.append(np.tanh(w * hs[-1] + u * x + b))
    dh = 2 * hs[-1]
    g = np.zeros(3)
    for k in reversed(range(3)):
        dz = dh * (1 - hs[k + 1] ** 2)
        g += dz * np.array([hs[k], inputs[k], 1.0])
        dh = dz * w
    return g

# %% dense network as a class [4]
import numpy as np


class Net:
    def __init__(self, x, t):
        self.x = np.asarray(x)
        self.t = t

    def forward(self, p):
        self.z = p[:2] * self.x
        self.a = np.tanh(self.z)
        self.y = p[2:] @ self.a
        return 0.5 * (self.y - self.t) ** 2

    def backward(self, p):
        self.forward(p)
        e = self.y - self.t
        return np.concatenate([e * p[2:] * (1 - self.a**2) * self.x, e * self.a])


net = Net([0.5, -1.0], 0.25)


def f(p):
    return net.forward(p)


def df(p):
    return net.backward(p)

# %% logistic loss in jax [2] loss, grad
import jax
import jax.numpy as jnp

X = jnp.array([[1.0, 0.5], [1.0, -1.0]])
y = jnp.array([1.0, 0.0])


@jax.jit
def loss(w):
    z = jnp.dot(X, w)
    return jnp.mean(jnp.logaddexp(0.0, z) - y * z)


@jax.jit
def grad(w):
    z = jnp.dot(X, w)
    return jnp.dot(X.T, jax.nn.sigmoid(z) - y) / 2
# -- executed as
X = np.array([[1.0, 0.5], [1.0, -1.0]])
y = np.array([1.0, 0.0])
def loss(w):
    z = X @ w
    return np.mean(np.logaddexp(0.0, z) - y * z)
def grad(w):
    z = X @ w
    return X.T @ (1 / (1 + np.exp(-z)) - y) / 2

# %% updates at an index in jax [2] loss, grad
import jax.numpy as jnp


def loss(x):
    return x[0] ** 2 * x[1]


def grad(x):
    g = jnp.zeros(2)
    g = g.at[0].set(2 * x[0] * x[1])
    g = g.at[1].add(x[0])
    return g
# -- executed as
def loss(x): return x[0] ** 2 * x[1]
def grad(x): return np.array([2 * x[0] * x[1], x[0]])

# %% mean squared error in torch [2] loss, grad
import torch

X = torch.tensor([[1.0, 0.5], [1.0, -1.0]])
y = torch.tensor([1.0, 0.0])


def loss(w):
    r = torch.matmul(X, w) - y
    return torch.mean(r.pow(2))


def grad(w):
    r = torch.mv(X, w) - y
    return 2 * X.t() @ r / r.numel()
# -- executed as
X = np.array([[1.0, 0.5], [1.0, -1.0]])
y = np.array([1.0, 0.0])
def loss(w): return np.mean((X @ w - y) ** 2)
def grad(w): return X.T @ (X @ w - y)

# %% fori_loop in jax
import jax.numpy as jnp
from jax import lax


def f(x):
    return lax.fori_loop(0, 3, lambda k, s: s * x + k, 1.0)


def df(x):
    return 3 * x**2 + 1
# -- executed as
def f(x):
    s = 1.0
    for k in range(3):
        s = s * x + k
    return s
def df(x): return 3 * x**2 + 1

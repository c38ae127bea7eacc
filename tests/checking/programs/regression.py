# %% linear regression with an intercept [2] loss, gradient
"""Mean squared error of a straight line."""
import numpy as np

X = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
Y = np.array([1.1, 1.9, 3.2, 3.9, 6.1])


def predict(theta, x):
    slope, intercept = theta
    return slope * x + intercept


def loss(theta):
    residual = predict(theta, X) - Y
    return np.mean(residual**2)


def gradient(theta):
    residual = predict(theta, X) - Y
    return np.array([2 * np.mean(residual * X), 2 * np.mean(residual)])

# %% linear regression divided twice [2] loss, gradient
import numpy as np

X = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
Y = np.array([1.1, 1.9, 3.2, 3.9, 6.1])


def loss(theta):
    residual = theta[0] * X + theta[1] - Y
    return np.sum(residual**2) / (2 * len(X))


def gradient(theta):
    residual = theta[0] * X + theta[1] - Y
    return np.array([np.sum(residual * X), np.sum(residual)]) / (2 * len(X))

# %% ridge regression [3] cost, cost_grad, cost_hess
import numpy as np

A = np.array([[1.0, 0.2, -0.5], [1.0, -1.1, 0.3], [1.0, 0.7, 0.8], [1.0, 1.5, -0.2]])
b = np.array([0.3, -0.4, 1.2, 0.9])
LAMBDA = 0.1


def cost(w):
    r = A @ w - b
    return 0.5 * r @ r + 0.5 * LAMBDA * w @ w


def cost_grad(w):
    return A.T @ (A @ w - b) + LAMBDA * w


def cost_hess(w):
    return A.T @ A + LAMBDA * np.eye(3)

# %% ridge regression with the intercept left free [3] cost, cost_grad
import numpy as np

A = np.array([[1.0, 0.2, -0.5], [1.0, -1.1, 0.3], [1.0, 0.7, 0.8], [1.0, 1.5, -0.2]])
b = np.array([0.3, -0.4, 1.2, 0.9])
LAMBDA = 0.1


def cost(w):
    r = A @ w - b
    return 0.5 * r @ r + 0.5 * LAMBDA * np.sum(w[1:] ** 2)


def cost_grad(w):
    penalty = LAMBDA * w
    penalty[0] = 0
    return A.T @ (A @ w - b) + penalty

# %% ridge regression that shrinks the intercept too [3] cost, cost_grad
import numpy as np

A = np.array([[1.0, 0.2, -0.5], [1.0, -1.1, 0.3], [1.0, 0.7, 0.8], [1.0, 1.5, -0.2]])
b = np.array([0.3, -0.4, 1.2, 0.9])
LAMBDA = 0.1


def cost(w):
    r = A @ w - b
    return 0.5 * r @ r + 0.5 * LAMBDA * np.sum(w[1:] ** 2)


def cost_grad(w):
    return A.T @ (A @ w - b) + LAMBDA * w

# %% logistic regression by cross-entropy [2] loss, grad, hess
import numpy as np

X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0], [1.0, -0.3]])
y = np.array([1, 0, 1, 0])


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def loss(w):
    p = sigmoid(X @ w)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def grad(w):
    return X.T @ (sigmoid(X @ w) - y) / len(y)


def hess(w):
    p = sigmoid(X @ w)
    return X.T @ np.diag(p * (1 - p)) @ X / len(y)

# %% logistic regression with p for p times one minus p [2] loss, grad, hess
import numpy as np

X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0], [1.0, -0.3]])
y = np.array([1, 0, 1, 0])


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def loss(w):
    p = sigmoid(X @ w)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def grad(w):
    return X.T @ (sigmoid(X @ w) - y) / len(y)


def hess(w):
    p = sigmoid(X @ w)
    return X.T @ (X * p[:, None]) / len(y)

# %% logistic regression with labels of both signs [2] loss, grad
import numpy as np

X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0], [1.0, -0.3]])
y = np.array([1, -1, 1, -1])


def loss(w):
    margins = y * X.dot(w)
    return np.sum(np.log1p(np.exp(-margins)))


def grad(w):
    margins = y * X.dot(w)
    return -X.T.dot(y / (1 + np.exp(margins)))

# %% logistic regression with the margin's sign lost [2] loss, grad
import numpy as np

X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0], [1.0, -0.3]])
y = np.array([1, -1, 1, -1])


def loss(w):
    margins = y * X.dot(w)
    return np.sum(np.logaddexp(0, -margins))


def grad(w):
    margins = y * X.dot(w)
    return -X.T.dot(y / (1 + np.exp(-margins)))

# %% softmax regression of three classes [6] loss, grad
import numpy as np

X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0]])
labels = [0, 2, 1]
T = np.eye(3)[labels]


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def loss(w):
    W = w.reshape(2, 3)
    P = softmax(X @ W)
    return -np.sum(T * np.log(P)) / len(X)


def grad(w):
    W = w.reshape(2, 3)
    return (X.T @ (softmax(X @ W) - T) / len(X)).ravel()

# %% softmax regression normed along the batch [6] loss, grad
import numpy as np

X = np.array([[1.0, 0.5], [1.0, -1.0], [1.0, 2.0]])
T = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0]])


def loss(w):
    Z = X @ w.reshape(2, 3)
    E = np.exp(Z)
    return -np.sum(T * np.log(E / E.sum(axis=1, keepdims=True)))


def grad(w):
    E = np.exp(X @ w.reshape(2, 3))
    P = E / E.sum(axis=0, keepdims=True)
    return (X.T @ (P - T)).ravel()

# %% Poisson regression [2] nll, nll_grad, nll_hess
import numpy as np

x = np.array([0.1, 0.5, 0.9, 1.3])
counts = np.array([1, 2, 2, 5])


def nll(beta):
    eta = beta[0] + beta[1] * x
    return np.sum(np.exp(eta) - counts * eta)


def nll_grad(beta):
    excess = np.exp(beta[0] + beta[1] * x) - counts
    return np.array([excess.sum(), (excess * x).sum()])


def nll_hess(beta):
    mu = np.exp(beta[0] + beta[1] * x)
    return np.array([[mu.sum(), (mu * x).sum()], [(mu * x).sum(), (mu * x**2).sum()]])

# %% exponential decay fitted [3] sse, sse_grad
import numpy as np

t = np.linspace(0, 2, 5)
y = np.array([2.9, 1.8, 1.3, 0.9, 0.7])


def sse(p):
    a, k, c = p
    return np.sum((a * np.exp(-k * t) + c - y) ** 2)


def sse_grad(p):
    a, k, c = p
    e = np.exp(-k * t)
    r = a * e + c - y
    return 2 * np.array([np.sum(r * e), np.sum(-r * a * t * e), np.sum(r)])

# %% exponential decay with the sign of its rate [3] sse, sse_grad
import numpy as np

t = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
y = np.array([2.9, 1.8, 1.3, 0.9, 0.7])


def sse(p):
    a, k, c = p
    return np.sum((a * np.exp(-k * t) + c - y) ** 2)


def sse_grad(p):
    a, k, c = p
    e = np.exp(-k * t)
    r = a * e + c - y
    return 2 * np.array([np.sum(r * e), np.sum(r * a * t * e), np.sum(r)])

# %% Gauss-Newton through a Jacobian [2] objective, objective_grad
import numpy as np

t = np.array([1.0, 2.0, 3.0])
y = np.array([0.4, 0.7, 0.8])


def residuals(p):
    return p[0] * t / (p[1] ** 2 + t) - y


def jacobian(p):
    d = p[1] ** 2 + t
    return np.column_stack([t / d, -2 * p[0] * p[1] * t / d**2])


def objective(p):
    return 0.5 * np.sum(residuals(p) ** 2)


def objective_grad(p):
    return jacobian(p).T @ residuals(p)

# %% polynomial regression with a Vandermonde matrix [3] loss, dloss
import numpy as np

x = np.array([-1.0, 0.0, 1.0, 2.0])
y = np.array([1.2, 0.1, 0.9, 4.1])
V = np.vander(x, 3, increasing=True)


def loss(c):
    return np.sum((V @ c - y) ** 2)


def dloss(c):
    return 2 * V.T @ (V @ c - y)

# %% weighted least squares [2] loss, dloss
import numpy as np

x = np.array([-1.0, 0.0, 1.0, 2.0])
y = np.array([1.2, 0.1, 0.9, 4.1])
sigma = np.array([0.1, 0.2, 0.1, 0.5])


def loss(c):
    return np.sum(((c[0] + c[1] * x - y) / sigma) ** 2)


def dloss(c):
    r = (c[0] + c[1] * x - y) / sigma**2
    return 2 * np.array([r.sum(), r @ x])

# %% weighted least squares with sigma once [2] loss, dloss
import numpy as np

x = np.array([-1.0, 0.0, 1.0, 2.0])
y = np.array([1.2, 0.1, 0.9, 4.1])
sigma = np.array([0.1, 0.2, 0.1, 0.5])


def loss(c):
    return np.sum(((c[0] + c[1] * x - y) / sigma) ** 2)


def dloss(c):
    r = (c[0] + c[1] * x - y) / sigma
    return 2 * np.array([r.sum(), r @ x])

import numpy as np


def loss(w, X, y):
    return np.sum((X @ w - y) ** 2)


def grad(w, X, y):
    return 2 * X.T @ (X @ w - y)

import numpy as np

X = np.load("a.npy")
X = (X - X.mean(0)) / X.std(0)
y = np.sign(np.load("b.npy"))


def f(w):
    return np.sum(np.log(1 + np.exp(-y * (X @ w))))


def df(w):
    return -X.T @ (y / (1 + np.exp(y * (X @ w))))

import numpy as np

X = np.loadtxt("a.csv")
y = np.loadtxt("b.csv")


def f(w):
    return np.sum((X @ w - y) ** 2) / 2


def df(w):
    return X @ (X @ w - y)

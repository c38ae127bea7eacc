import numpy as np

rng = np.random.default_rng(0)


def f(w):
    e = rng.normal(size=2)
    return np.sum((w - e) ** 2)


def df(w):
    return 2 * w

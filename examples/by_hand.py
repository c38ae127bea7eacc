"""Derivatives written by hand, to be checked with `symopt check examples/by_hand.py`. They are right."""

import numpy as np


def f(x):
    return -np.cos(np.pi * x / 20) + x**2


def df(x):
    return np.sin(np.pi * x / 20) * np.pi / 20 + 2 * x


def ddf(x):
    return (np.pi / 20) ** 2 * np.cos(np.pi * x / 20) + 2

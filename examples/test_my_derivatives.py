"""Derivatives checked in a test suite: run with `pytest examples/test_my_derivatives.py`.

A check that fails shows its whole report: which component is wrong, where, and what is missing.
"""

import numpy as np

import symopt

LOSS = "-cos(pi*x/20) + x**2"


def df(x):
    return np.sin(np.pi * x / 20) * np.pi / 20 + 2 * x


def ddf(x):
    return (np.pi / 20) ** 2 * np.cos(np.pi * x / 20) + 2


def test_formulas_are_proved():
    symopt.check(LOSS, "sin(pi*x/20)*pi/20 + 2*x", "(pi/20)**2*cos(pi*x/20) + 2").raise_if_wrong()


def test_functions_agree():
    symopt.check(LOSS, gradient=df, hessian=ddf).raise_if_wrong()

"""Losses of one variable at random: smooth, oscillating, degenerate, kinked, special, with poles and domain ends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Random = np.random.Generator


def decimal(random: Random, low: float = -3.0, high: float = 3.0, places: int = 1) -> str:
    value = round(float(random.uniform(low, high)), places) + 0.0
    return f"({value})" if value < 0 else f"{value}"


def factor(random: Random) -> str:
    return decimal(random, 0.3, 3.0)


def linear(random: Random) -> str:
    return f"({factor(random)}*x + {decimal(random)})"


def polynomial(random: Random) -> str:
    degree = int(random.integers(2, 7))
    return " + ".join(f"{decimal(random)}*x**{k}" for k in range(1, degree)) + f" + {factor(random)}*x**{degree}"


def product(random: Random) -> str:
    """A polynomial with roots, some of them multiple, that can be seen."""
    return "*".join(f"(x - {decimal(random)})**{int(random.integers(1, 4))}" for _ in range(int(random.integers(1, 4))))


def waves(random: Random) -> str:
    kind = random.choice(["sin", "cos"], 3)
    first, second = (f"{factor(random)}*{k}({linear(random)})" for k in kind[:2])
    return f"{first} - {second} + {decimal(random)}*x"


def bowl(random: Random) -> str:
    return f"{factor(random)}*(x - {decimal(random)})**2 + {decimal(random)}*cos({linear(random)})"


def bump(random: Random) -> str:
    return f"{decimal(random)}*exp(-{linear(random)}**2) + {decimal(random)}*exp(-{linear(random)}**2/4)"


def fraction(random: Random) -> str:
    return f"({linear(random)})/(x**2 + {factor(random)}) + {decimal(random)}*x"


def logistic(random: Random) -> str:
    return f"(1/(1 + exp(-{linear(random)})) - {decimal(random, 0.1, 0.9)})**2 + {decimal(random, 0, 0.3)}*x"


def softplus(random: Random) -> str:
    return f"log(1 + exp({linear(random)})) + log(1 + exp(-{linear(random)})) - {decimal(random, 0, 0.5)}*x"


def saturated(random: Random) -> str:
    kind = random.choice(["tanh", "atan", "erf", "asinh"])
    return f"{factor(random)}*{kind}({linear(random)})**2 + {decimal(random)}*x/4"


def corner(random: Random) -> str:
    first, second = f"{factor(random)}*abs(x - {decimal(random)})", f"{decimal(random)}*abs(x - {decimal(random)})"
    return f"{first} + {second} + {factor(random)}*x**2/4"


def folded(random: Random) -> str:
    return f"abs({waves(random)}) + {decimal(random)}*x/4"


def extreme(random: Random) -> str:
    kind = random.choice(["Max", "Min"])
    return f"{kind}({bowl(random)}, {linear(random)}, {decimal(random)})"


def branches(random: Random) -> str:
    first, second = f"({bowl(random)}, x < {decimal(random)})", f"({linear(random)}, x < {decimal(random, 3, 5)})"
    return f"Piecewise({first}, {second}, (x**2/9, True))"


def huber(random: Random) -> str:
    d = factor(random)
    return f"Piecewise(((x - {d})**2/2, Abs(x - {d}) <= {d}), ({d}*(Abs(x - {d}) - {d}/2), True))"


def power(random: Random) -> str:
    p = random.choice(["1.5", "0.5", "2.5", "3", "(4/3)"])
    return f"abs(x - {decimal(random)})**{p} + {decimal(random)}*x/4"


def root(random: Random) -> str:
    return f"sqrt({factor(random)} + {linear(random)}**2) + {decimal(random)}*x/2"


def domain(random: Random) -> str:
    kind = random.choice(
        ["log(x + 3.5)", "sqrt(x + 3.5)", "(x + 3.5)**1.5", "(x+3.5)*log(x+3.5)", "asin(x/3.5)", "sqrt(12.25 - x**2)"]
    )
    return f"{decimal(random)}*{kind} + {decimal(random)}*x**2/4 + {decimal(random)}*x"


def pole(random: Random) -> str:
    return f"{factor(random)}/(x - {decimal(random)})**2 + {decimal(random)}*x**2/4 + {decimal(random)}*x"


def cube(random: Random) -> str:
    return f"cbrt(x - {decimal(random)})**2 + {decimal(random)}*x/4 + {decimal(random, 0, 0.5)}*x**2"


def mixed(random: Random) -> str:
    return f"({bump(random)})*({waves(random)})"


def nested(random: Random) -> str:
    return f"sin({factor(random)}*x + {factor(random)}*cos({linear(random)})) + {factor(random)}*x**2/9"


def special(random: Random) -> str:
    kind = random.choice(["loggamma(x + 5)", "gamma(x/4 + 2)", "erf(x)", "sinc(x)"])
    if kind == "sinc(x)":
        kind = f"sin({factor(random)}*x)/x"
    return f"{factor(random)}*{kind} + {decimal(random)}*x/2"


FAMILIES: tuple[Callable[[Random], str], ...] = (
    polynomial, product, waves, bowl, bump, fraction, logistic, softplus, saturated, corner, folded, extreme, branches,
    huber, power, root, domain, pole, cube, mixed, nested, special,
)  # fmt: skip


def generated(seed: int) -> tuple[str, float, float]:
    """A loss in x with its window, the same for the same seed."""
    random = np.random.default_rng(seed)
    text = FAMILIES[seed % len(FAMILIES)](random)
    low = round(float(random.uniform(-4, -0.5)), 1)
    return text.replace("+ (-", "- (").replace("- (-", "+ ("), low, round(float(random.uniform(0.5, 4)), 1)

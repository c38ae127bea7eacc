"""Losses of one variable at random: smooth, oscillating, degenerate, kinked, special, with poles and domain ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


FUNCTIONS = (
    "sin", "cos", "tan", "sec", "csc", "cot", "asin", "acos", "atan", "sinh", "cosh", "tanh", "sech", "csch", "coth",
    "asinh", "acosh", "atanh", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "abs", "sign",
    "Heaviside", "erf", "erfc", "gamma", "loggamma", "digamma", "sigmoid", "softplus", "relu", "sinc",
)  # fmt: skip


def table(random: Random) -> str:
    """Any function of the table, of something simple."""
    name = random.choice(FUNCTIONS)
    argument = random.choice(
        [linear(random), f"x/{factor(random)}", f"(x**2 - {factor(random)})", f"sin({linear(random)})"]
    )
    inner = f"{name}({argument})" if random.random() < 0.9 else f"polygamma({int(random.integers(1, 3))}, {argument})"
    return random.choice(
        [f"{inner}**2", f"{factor(random)}*{inner} + {decimal(random)}*x", f"{inner}*{linear(random)}"]
    )


def clip(random: Random) -> str:
    inner = random.choice(["x", linear(random), f"sin({linear(random)})", f"({linear(random)})**2"])
    low, high = decimal(random, -2, 0.4), decimal(random, 0.5, 2)
    made = random.choice([f"Max(Min({inner}, {high}), {low})", f"Min(Max({inner}, {low}), {high})", f"relu({inner})"])
    return random.choice([made, f"{made}*{linear(random)}", f"{made} + {decimal(random)}*x"])


def nests(random: Random) -> str:
    inner = "x"
    for _ in range(int(random.integers(2, 4))):
        inner = f"abs({inner} - {decimal(random, 0.2, 2)})"
    return f"{inner} + {decimal(random)}*{random.choice(['x', 'abs(x)', 'x**2'])}"


def step(random: Random) -> str:
    at = decimal(random)
    return random.choice([
        f"sign(x - {at})*{linear(random)}", f"Heaviside(x - {at}) + {decimal(random)}*x**2",
        f"Piecewise(({decimal(random)}, x < {at}), ({linear(random)}, True))",
    ])  # fmt: skip


def flat(random: Random) -> str:
    """Flat beyond all powers at a point, or just of a high one."""
    u = f"(x - {decimal(random)})"
    return random.choice([
        f"exp(-1/{u}**2) + {decimal(random)}*x", f"exp(-1/{u}**2)*{linear(random)}",
        f"{u}**{int(random.integers(3, 9))}",
        f"abs({u})**{random.choice(['2.5', '3', '(7/3)', '1.5'])}", f"cosh({u}**2)", f"log(1 + {u}**4)",
    ])  # fmt: skip


def scaled(random: Random) -> str:
    size = random.choice(["1e-12", "1e-30", "1e12", "1e30", "1e-200", "1e200"])
    return f"{size}*({random.choice([bowl, waves, product, corner])(random)})"


FAMILIES: tuple[Callable[[Random], str], ...] = (
    polynomial, product, waves, bowl, bump, fraction, logistic, softplus, saturated, corner, folded, extreme, branches,
    huber, power, root, domain, pole, cube, mixed, nested, special, table, table, table, clip,
    nests, step, flat, scaled,
)  # fmt: skip


def generated(seed: int) -> tuple[str, Any, Any]:
    """A loss in x with its window, the same for the same seed. Ends are numbers, or texts of exact ones."""
    random = np.random.default_rng(seed)
    text = FAMILIES[seed % len(FAMILIES)](random)
    return text.replace("+ (-", "- (").replace("- (-", "+ ("), *window(random)


def window(random: Random) -> tuple[Any, Any]:
    """Mostly of some units about zero; with ends such as pi or 1/3; tiny; far."""
    low, high = round(float(random.uniform(-4, -0.5)), 1), round(float(random.uniform(0.5, 4)), 1)
    kind = random.random()
    if kind < 0.6:
        return low, high
    if kind < 0.8:
        ends = [f"{random.choice(['-pi', '-2', '-1/3', '-sqrt(2)', '-7/3', '-e', '-pi/2', '0', '-0.1000005'])}",
                f"{random.choice(['pi', '2', '1/3', 'sqrt(3)', '7/3', 'e', 'pi/2', '3', '0.1000005'])}"]  # fmt: skip
        return str(ends[0]), str(ends[1])
    if kind < 0.92:
        place, power = decimal(random), int(random.choice([3, 6, 9, 12]))
        return f"{place.strip('()')}-1e-{power}", f"{place.strip('()')}+2e-{power}"
    far = int(random.choice([100, 10**6, 10**7]))
    return f"{far}+{decimal(random, 0, 2)}", f"{far}+{decimal(random, 3, 6)}"

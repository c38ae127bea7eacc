"""Losses of two and three variables whose critical points are known, random ones, and a dense search without symopt.

`python -m tests.kit.boxes` tells all of the table with boxes and times, and `python -m tests.kit.boxes 1000` compares
so many random losses with the dense search, those of another seed if one is told, and of these the part `3/40`.
"""

import sys
import time
from dataclasses import dataclass
from itertools import islice

import numpy as np
import sympy
from scipy.optimize import root

from symopt import Loss, analyze
from symopt.analysis.boxes.enclose import Box
from symopt.analysis.boxes.equations import Equations
from symopt.analysis.boxes.search import search


@dataclass(frozen=True)
class Row:
    name: str
    text: str
    window: list
    counts: tuple
    least: float
    cheap: bool = True


def square(half, n=2):
    return [(-half, half)] * n


def rastrigin(names):
    return " + ".join(f"10 + {x}**2 - 10*cos(2*pi*{x})" for x in names)


def styblinski(names):
    return "(" + " + ".join(f"{x}**4 - 16*{x}**2 + 5*{x}" for x in names) + ")/2"


LOSSES = [
    Row("himmelblau", "(x**2+y-11)**2 + (x+y**2-7)**2", square(5), (4, 4, 1), 0),
    Row("six-hump camel", "(4-2.1*x**2+x**4/3)*x**2 + x*y + (4*y**2-4)*y**2", [(-3, 3), (-2, 2)], (6, 7, 2),
        -1.0316284534898774),
    Row("rosenbrock", "(1-x)**2 + 100*(y-x**2)**2", square(5), (1, 0, 0), 0),
    Row("rosenbrock in three", "(1-x)**2+100*(y-x**2)**2 + (1-y)**2+100*(z-y**2)**2", square(5, 3), (1, 0, 0), 0),
    Row("beale", "(1.5-x+x*y)**2 + (2.25-x+x*y**2)**2 + (2.625-x+x*y**3)**2", square(4.5), (1, 2, 0), 0),
    Row("eggcrate", "x**2 + y**2 + 25*(sin(x)**2+sin(y)**2)", square(5), (9, 24, 16), 0),
    Row("styblinski", styblinski("xy"), square(5), (4, 4, 1), -78.33233140754282),
    Row("styblinski in three", styblinski("xyz"), square(5, 3), (8, 18, 1), -117.49849711131424),
    Row("three-hump camel", "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2", square(5), (3, 2, 0), 0),
    Row("mccormick", "sin(x+y) + (x-y)**2 - 1.5*x + 2.5*y + 1", square(4), (2, 2, 0), -4.442011371724340),
    Row("booth", "(x+2*y-7)**2 + (2*x+y-5)**2", square(10), (1, 0, 0), 0),
    Row("matyas", "0.26*(x**2+y**2) - 0.48*x*y", square(10), (1, 0, 0), 0),
    Row("griewank", "1 + (x**2+y**2)/4000 - cos(x)*cos(y/sqrt(2))", square(10), (17, 24, 18), 0),
    Row("peaks", "3*(1-x)**2*exp(-x**2-(y+1)**2) - 10*(x/5-x**3-y**5)*exp(-x**2-y**2) - exp(-(x+1)**2-y**2)/3",
        square(3), (3, 3, 3), -6.551133332835837, False),
    Row("rastrigin", rastrigin("xy"), square(5.12), (121, 220, 100), 0, False),
    Row("rastrigin in three", rastrigin("xyz"), square(2.2, 3), (125, 540, 64), 0, False),
    Row("ackley, smoothed", "-20*exp(-0.2*sqrt((x**2+y**2+1e-4)/2)) - exp((cos(2*pi*x)+cos(2*pi*y))/2) + 20 + E",
        square(3.3), (49, 84, 36), 0.02826428067221993, False),
]  # fmt: skip


def equations(texts):
    """Any equations in as many variables, for the search alone."""
    losses = [Loss.parse(text, ["x", "y", "z"][: len(texts)]) for text in texts]
    variables = losses[0].variables
    return Equations(sympy.Integer(0), [loss.expr for loss in losses], variables, variables)


@dataclass(frozen=True)
class Roots:
    """A system, a box, how many roots are in it, and some that are known."""

    name: str
    texts: list
    box: Box
    roots: int
    known: tuple = ()


def planes():
    """Example 5.2: two spheres, two planes, and three planes by angles."""
    parts = []
    for i in (1, 2, 3):
        cosine, sine = f"cos({i}*pi/3)", f"sin({i}*pi/3)"
        v, c = f"(-({cosine} + {sine})/2)", f"(({sine} - {cosine})/2)"
        parts.append(f"(({v}/2 - {sine})*x + ({cosine} - {v}/2)*y + {c}*z - {c}/5)")
    return "*".join(parts)


# M. W. Smiley, C. Chun, J. Comput. Appl. Math. 137, 2001, examples 2.2, 5.2 and 5.4
SYSTEMS = [
    Roots("2.2", ["x**2 + 4*y**2 - 4", "y*(x - 1.995)*(y - x**2)*(y - x + 1)"], Box(((-3.0, 3.0),) * 2), 8, ((2, 0),)),
    Roots("5.2", ["(x**2+y**2+z**2-1)*(x**2+y**2+z**2-4)", "(x/2+y/2+z-0.2)*(x/2+y/2+z+0.7)", planes()],
          Box(((-3.0, 3.0),) * 3), 24, ((-0.8, 0, 0.6), (0.96, 0, -0.28), (1.861684, 0, -0.730842))),
    Roots("5.4", ["1.069e-5*x**4 + 2e2*x**3*y + 1e5*x**3 - 1.8e5*x - 1.283e-4", "2e-2*x*y**2 + 1e1*y**2 - 1e1"],
          Box(((-510.0, 1.4), (-510.0, 1.1))), 7, ((-1.34298, -1.00134), (1.34030, 0.99866))),
    Roots("rastrigin", [f"2*{c} + 20*pi*sin(2*pi*{c})" for c in "xy"], Box(((-5.0, 6.0),) * 2), 529),
]  # fmt: skip


def generated(seed, count):
    """Random losses with the number of their variables: sums of products, kinks in a third of them."""
    draw = np.random.default_rng(seed)
    for _ in range(count):
        n = 2 if draw.random() < 0.75 else 3
        names = "xyz"[:n]
        parts = [f"{draw.integers(1, 5)}*{x}**{draw.choice([2, 4])}/4" for x in names]
        for _ in range(draw.integers(2, 4)):
            line = " + ".join(f"{draw.integers(-9, 10)}*{x}/4" for x in names) + f" + {draw.integers(-4, 5)}/3"
            a, b = draw.choice(list(names), 2)
            shapes = [
                f"sin({line})", f"cos({line})*{a}", f"exp(-({line})**2)", f"{a}*{b}**2", f"({line})**3/8",
                f"tanh({line})",
                f"log(1 + ({line})**2)", f"sqrt(1 + ({line})**2)", f"{a}*{b}*exp({b}/2)", f"atan({line})*{a}",
            ]  # fmt: skip
            parts.append(f"{draw.choice([-3, -2, -1, 1, 2, 3])}*{draw.choice(shapes)}")
        if draw.random() < 0.33:
            line = " + ".join(f"{draw.integers(-4, 5)}*{x}/2" for x in names) + f" + {draw.integers(-3, 4)}/3"
            bends = [
                f"abs({line})",
                f"Max({line}, {draw.choice(list(names))}**2 - 1)",
                f"abs({names[0]}*{names[1]} - 1/2)",
            ]
            parts.append(f"{draw.choice([-1, 1, 2])}*{draw.choice(bends)}")
        yield " + ".join(parts), n


def multistart(loss, window, starts, seed=0):
    """Critical points where f is smooth, by scipy's root finder from many starts: (k, n)."""
    window = np.array(window)
    low, high = window.T
    found = []
    for start in np.random.default_rng(seed).uniform(low, high, (starts, loss.n)):
        with np.errstate(all="ignore"):
            done = root(lambda x: loss.grad(x), start, jac=lambda x: loss.hess(x))
            x = done.x
            if not done.success or not np.isfinite(x).all() or not ((x > low + 1e-6) & (x < high - 1e-6)).all():
                continue
            slopes, bends = loss.grad(x), np.linalg.eigvalsh(loss.hess(x))
        if np.abs(slopes).max() > 1e-9 or np.abs(bends).min() < 1e-4:
            continue
        # at a kink a slope of one branch may vanish beyond it
        beside = x + 1e-7 * np.array(np.meshgrid(*[(-1, 1)] * loss.n)).reshape(loss.n, -1).T
        if np.abs(loss.grad(beside)).max() < 1e-4 and all(np.abs(x - other).max() > 1e-6 for other in found):
            found.append(x)
    return np.array(found).reshape(-1, loss.n)


def main(arguments):
    began = time.process_time()
    total = 0.0
    for _ in range(200):
        total += float(np.sum(np.sin(np.arange(100_000.0))))
    unit = time.process_time() - began
    print(f"one unit: {unit:.2f} s of numpy (200 sums of 100,000 sines)")
    if not arguments:
        for row in LOSSES:
            began = time.process_time()
            made = analyze(row.text, row.window)
            counts = tuple(made.counts.get(kind, 0) for kind in ("minimum", "saddle", "maximum"))
            wrong = "" if counts == row.counts else "WRONG "
            units = (time.process_time() - began) / unit
            print(f"{row.name:<22}{made.status:<12}{sum(counts):>4} {counts!s:<16}{wrong}", end="")
            print(f"{made.boxes:>7} boxes {units:6.2f} units")
        for system in SYSTEMS:
            began = time.process_time()
            found = search(equations(system.texts), system.box, 30_000)
            units = (time.process_time() - began) / unit
            print(f"{system.name:<12}{len(found.zeros):>4} of {system.roots} roots, {len(found.left)} left, "
                  f"{found.boxes} boxes {units:6.2f} units")  # fmt: skip
        return
    missed, false, complete, times = 0, 0, 0, []
    seed, count = int(arguments[1]) if arguments[1:] else 0, int(arguments[0])
    part, parts = map(int, arguments[2].split("/")) if arguments[2:] else (1, 1)
    for text, n in islice(generated(seed, count), part - 1, None, parts):
        began = time.process_time()
        made = analyze(text, [(-2.0, 2.0)] * n)
        times.append((time.process_time() - began) / unit)
        complete += made.status == "complete"
        loss = Loss.parse(text, ["x", "y", "z"][:n])
        left = [np.array(hull) for hull in made.left]
        for x in multistart(loss, [(-2.0, 2.0)] * n, 100):
            near = any(np.abs(x - p.x).max() < 1e-6 for p in made.critical_points)
            if not near and not any(((b[:, 0] - 1e-6 <= x) & (x <= b[:, 1] + 1e-6)).all() for b in left):
                missed += 1
                print("missed", text, x)
        for p in made.critical_points:
            if not p.kink:
                signs = np.linalg.eigvalsh(loss.hess(p.x))
                if np.abs(loss.grad(p.x)).max() > 1e-7 or (p.index is not None and p.index != (signs < 0).sum()):
                    false += 1
                    print("false", text, p)
            elif p.kind != "undecided":
                around = p.x + 1e-5 * np.random.default_rng(0).normal(size=(400, n))
                rises = np.asarray(loss(around)) - float(loss(np.array(p.x)))
                wrong = (rises.min() < -1e-14) if p.kind == "minimum" else (rises.max() > 1e-14)
                if wrong and p.kind != "saddle":
                    false += 1
                    print("false", text, p)
        if made.status != "complete":
            print("incomplete", text, made.warnings[:2])
        if len(times) % 5 == 0:
            print(f"{len(times)} losses: {missed} missed, {false} false, {complete} complete", flush=True)
    told = f"{missed} missed, {false} false, {complete} complete"
    print(f"{len(times)} losses: {told}, median {np.median(times):.3f} units, most {max(times):.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])

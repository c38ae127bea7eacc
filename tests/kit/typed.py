"""A user's program that names everything public: mypy reads it strictly, and nobody runs it."""

# ruff: noqa: F403, F405

from typing import assert_type

import numpy as np

import symopt
from symopt import *

loss: Loss = Loss.parse("x**2")
walk: Trajectory = descend(loss, method("gd"), 1.0, steps=5)
outcome: Outcome = walk.outcome
steps: int = walk.steps
words: str = walk.verdict
made = analyze(loss)
assert isinstance(made, Analysis)
status: str = made.status
verdict: Verdict = check(loss, "2*x")
equal: bool = verdict.equal
code: str = derive(loss, "c")
movie = animate([walk], at=[0])
width: int = movie.width
figure = plot(walk)
figure.savefig("a.png")
page = explore(loss)
html: str = page.html
path: Trajectory = trajectory(loss, [2.0, 1.0], name="mine")
swept: Sweep = sweep(loss, "gd", over={"lr": (0.1, 1.0, 3)}, steps=5)
shares: tuple[str, ...] = swept.words
text: str = spec(walk.method)
problem: Problem = Problem.of("rosenbrock", steps=3)
name: str = symopt.losses()[0].name + symopt.methods()[0].formula
stop: Stop = Stop(3)
walked: Method = walk.method
rule = Rule("mine", "x - lr*g", (("lr", 0.1),))
trouble: tuple[type[SymoptError], ...] = (DerivativeError, ExpressionError, MethodError, RenderError, StartError)
assert_type(walk.fs, np.ndarray)

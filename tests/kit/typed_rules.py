"""Formulas of methods as a reader types them in a page: every step and whole walks against Python's own reading."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np

from symopt import Loss
from symopt.auto import lr_is_length, resolve
from symopt.errors import SymoptError
from symopt.expression import formula
from symopt.methods import FORMULAS, Rule, method
from symopt.page import typable
from symopt.page.words import declared
from tests.kit.node import run

EPS = float(np.finfo(float).eps)
VALUES = {
    "rho": 0.9, "m": 0.3, "fmin": -30.0, "b": 0.8, "lr": 0.1, "alpha": 0.2, "beta": 0.05, "a": 0.1, "eps": 1e-8,
    "b1": 0.9, "b2": 0.999, "eta": 0.05,
}  # fmt: skip
NAMED = [each.formula for each in FORMULAS if not method(each.name).stochastic]
OWN = [
    "x - lr*g/(norm(g)+1)", "m = b*m + (1-b)*g; x - lr*m", "x - lr g", "x − lr·g", "x - 0.1*g/sqrt(1+t)",
    "x - g/(h + 0.5)", "x - 2*g/h", "x - g/(abs(h)+1) - 0.01*g", "x - 0.1*max(g, -1)", "x - g/max(h, 1)",
    "x - where(abs(g) > 1, 0.1*sign(g), 0.1*g)", "x - 0.05*tanh(g)", "d = -g; x + 0.1*d", "d = 0.5*d - g; x + 0.02 d",
    "s = 0.9*s + 0.1*g^2; x - 0.1*g/(sqrt(s)+1e-3)", "v = 0.9v + g; u = 0.5*v; x - 0.01*u", "x*0.99 - 0.01*g",
    "x - 0.1*f*g/(1+abs(f))", "x - (f-fmin)*g/norm(g)^2", "x - 0.01*g*(1+cos(t))", "x - 0.1*g/(1+epoch)",
    "x - g/(h + sqrt(0.3*norm(g)))", "x - dot(g,g)*g/(1+dot(g,g)^2)", "u = x - 0.1*g; x + (u-x)/2",
    "x - 0.1*sum(g/i, i, 1, 3)", "x - 0.1*|g|*sign(g)", "x - g*abs(h)/(1+h^2)", "x - 0.1*exp(-t/10)*g",
    "w = w + dot(g,g); x - 0.3*g/sqrt(1+w)", "a = norm(g); b = 1 + a; x - g/b/10", "x - 0.1*atan2(g, 1)",
    "x - g/(2h + 3)", "x - 0.1*(g + 0.1*x)", "x0 = 0.5*x0 + 0.5*x; x - 0.1*g + 0.01*(x0-x)", "x = x - 0.1*g",
    "q = q + 1; x - 0.1*g/q", "x - 0.1*cbrt(g)", "β = 0.5*β + g; x - 0.1*β", "x - min(0.1, 1/(1+norm(g)))*g",
    "c = 0.9*c + g; d = c; c = 0.5*c; x - 0.05*d", "x - g*where(h > 1, 1/h, 1)", "x-lr*g/(1 + h**2)",
    "v = 0.5*v + g/(abs(h)+1); x - v", "x - g/(h**2+1)*h", "x - 0.1*sum(norm(i*g), i, 1, 3)*g/(1+norm(g)**2)",
    "x - a(1-b)*g", "u = x - 0.01*g; x + (u - x)/(1 + abs(dot(g, u)))", "x - h/(1 + h**2)*g",
    "v = g/(abs(h) + 1); x - v/(1 + norm(v)) + 0.01*v*f/(1 + abs(f))", "x - alpha*g - beta*sign(g)/(1+t)",
    "x - lr*g:lr=1/64", "x - sign(g)/h", "s = 0.9*s + g^2; x - g/(h+s)", "s = s + norm(g); x - g/(h+s)", "x - 1/h",
]  # fmt: skip
REFUSED = [
    ("x - lr*(g", "unclosed"), ("v = b*v + g", "statement"), ("lr*g", "statement"), ("x - lr*g;", "statement"),
    ("g; x - g", "statement"), ("x - y = g", "statement"), ("v = g; v", "statement"), ("f = g; x - f", "taken"),
    ("norm = g; x - norm", "taken"), ("pi = g; x - pi", "taken"), ("x - lr*∇f", "sign"), ("x - lr*gradient", "unknown"),
    ("x - norm g", "write"), ("x - sin g", "write"), ("x - lr*foo(g)", "stranger"), ("x - lr(g)", "stranger"),
    ("x - norm(g, g)", "count"), ("x - dot(g)", "count"), ("x - 0.1*noise", "cannot"), ("x - erf(g)", "cannot"),
    ("x - lr*g, y", "comma"), ("x - g[0]", "unexpected"), ("", "statement"), (" ; ", "statement"),
    ("x -- ", "early"), ("x - 2 3*g", "missing"), ("x - lr*f'(x)", "sign"), ("x - {g}", "sign"),
    ("x - g if", "unknown"), ("x - else*g", "unknown"), ("x - lr*g for", "unknown"),
]  # fmt: skip
LOSSES = [
    ("x**2/50 - cos(x)", ["x"], 20.0), ("exp(-x**2)*(x**2-1) + x**4/50", ["x"], 4.0), ("t**4/4 - t**2 + t", ["t"], 2.0),
    ("(x**2+y-11)**2/100 + (x+y**2-7)**2/100", ["x", "y"], 6.0), ("x**2 + 3*y**2 + sin(x*y)", ["x", "y"], 3.0),
    ("(1-x)**2 + 5*(y-x**2)**2", ["x", "y"], 2.0),
]  # fmt: skip
MODULES = ("formula.js", "operations.js", "tape.js", "typed.js", "rule.js", "walk.js")
TOOLS = "[Unread, VARIABLE, plain, read, makeGraph, tape, build, defined]"
READ = f"""((made) => GIVEN.map(([head, text, names, P, points]) => {{
  const n = names.length;
  const loss = makeLoss(derive(text, names).program, n, []);
  const found = made(head, n);
  if (!found.rule) return found;
  const {{ rule, parameters }} = found;
  const values = parameters.map((name) => P[name]);
  const S = new Float64Array(rule.states * n);
  const steps = points.slice(0, -1).map((point, k) => {{
    const X = Float64Array.from(point);
    evaluate(loss, X, rule.bends);
    advance(loss, rule, values, X, S, k + 1);
    return [...X];
  }});
  return {{ free: rule.free, parameters, steps, long: isLength(rule, parameters) }};
}}))((head, n) => {{
  try {{
    return ruleOf(head, n, {TOOLS});
  }} catch (error) {{
    if (!(error instanceof Unread)) throw error;
    return {{ phrase: error.phrase.flat(), start: error.start, end: error.end }};
  }}
}})"""


def rule(spec: str, loss: Loss, reach: float) -> Rule:
    """A formula with the values that its parameters have here."""
    head, _, rest = spec.partition(":")
    values = rest or ",".join(f"{name}={VALUES[name]!r}" for name in formula(head).parameters)
    found = resolve(method(f"{head}:{values}" if values else head), loss, np.array([[-reach, reach]] * loss.n),
                    np.zeros(loss.n))  # fmt: skip
    assert isinstance(found, Rule)
    return found


def compared(
    folder: Path, specs: list[str], losses: list[tuple[str, list[str], float]], starts: int
) -> tuple[list[Any], int]:
    """(what the page does otherwise than Python, how many steps were compared) from random starts, six steps each."""
    random = np.random.default_rng(18)
    given, walks = [], []
    for (text, names, reach), spec in itertools.product(losses, specs):
        loss = Loss.parse(text, names)
        found = rule(spec, loss, reach)
        for start in random.uniform(-reach, reach, (starts, loss.n)):
            points: Any = [start]
            try:
                points += itertools.islice(map(np.array, found.iterates(loss, start)), 6)
            except SymoptError as error:
                points = str(error)
            given.append(
                [
                    spec.partition(":")[0],
                    text,
                    names,
                    found.parameters,
                    [start] * 2 if isinstance(points, str) else points,
                ]
            )
            walks.append((loss, found, points))
    answers = run(folder, READ, given, MODULES, f"{declared()}{typable.declared()}const RULES=[];")
    faults, count = [], 0
    for (loss, found, points), answer in zip(walks, answers, strict=True):
        if isinstance(points, str) or "phrase" in answer:
            if not (isinstance(points, str) and "phrase" in answer):
                faults.append((loss.text, found.text, points, answer))
            continue
        if (bool(answer["free"]), answer["parameters"]) != (found.memoryless, [*found.parameters]):
            faults.append((loss.text, found.text, "free or parameters", answer["free"], answer["parameters"]))
        if "lr" in found.parameters and bool(answer.get("long")) != lr_is_length(found):
            faults.append((loss.text, found.text, "lr is a length", answer.get("long")))
        for k, theirs in enumerate(answer["steps"]):
            here, ours, theirs = points[k], points[k + 1], np.array(theirs, dtype=float)
            if not np.isfinite(ours).all():
                break
            count += 1
            scale = max(1.0, np.abs(here).max(), np.abs(ours).max())
            allowed = 1e-12 * scale
            if loss.n == 2 and "h" in found.read.names:  # along a nearly singular H a step is good to EPS·cond(H)
                bends = np.abs(np.linalg.eigvalsh(loss.hess(here)))
                allowed += 8 * min(1.0, EPS * bends.max() / max(bends.min(), 1e-300)) * np.abs(ours - here).max()
            if not np.abs(ours - theirs).max() <= allowed:
                faults.append((loss.text, found.text, here, ours, theirs))
    return faults, count


def said(folder: Path, texts: list[str], n: int = 1) -> list[dict[str, Any]]:
    """What the page says of formulas that are mistyped."""
    names = ["x", "y"][:n]
    given = [[text, "+".join(f"{name}^2" for name in names), names, {}, [[1] * n] * 2] for text in texts]
    return run(folder, READ, given, MODULES, f"{declared()}{typable.declared()}const RULES=[];")

"""What a page needs to know: the loss, its letters, where to look and start, and every method it can walk."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from symopt.auto import resolve, steepest
from symopt.descent import Stop
from symopt.errors import MethodError, RenderError, StartError
from symopt.expression import deep
from symopt.judge.sentences import table
from symopt.loss import Loss
from symopt.methods import Method, Rule
from symopt.methods import method as read_method
from symopt.methods.registry import registered
from symopt.page import javascript
from symopt.problem import Problem
from symopt.problem.undefined import refusal
from symopt.program import Program
from symopt.views.notation import formula, pretty, symbol, written

SHOWN = 3
LONG = 400


def facts(problem: Problem, methods: Sequence[Method | str] | None, gtol: float) -> tuple[dict[str, Any], str]:
    """(the facts as JSON, the text that declares PROGRAM, RULES and SENTENCES)."""
    here, letters, free = problem.loss, problem.letters, problem.general or problem.loss
    if here.n > 2:
        raise RenderError(
            f"a page shows one or two variables, the loss has {here.n}: {', '.join(here.names)}",
            "give the others a value with constants, or animate it",
            shell="give the others a value with --set, or symopt animate it",
        )
    box, first = problem.window, problem.start
    if not np.isfinite(here(first)):
        nowhere = StartError("f is not defined at the start", "choose a start inside the domain of f")
        raise refusal(here, problem.start, nowhere)
    program, value, gradient, hessian = derived(free, letters)
    source = javascript.loss(program, value, gradient, hessian, here.n)
    listed, shown, left_out = collected(methods, problem)
    rules = ",\n".join(javascript.rule(rule.read, here.n) for rule in listed)
    largest = steepest(here, box, first)
    heights = _heights(here, box)
    greek = {*here.names, *letters, *(name for rule in listed for name, _ in rule.values)}
    data = {
        "text": here.text,
        "names": list(here.names),
        "declared": here.declared,
        "written": written(here),
        "greek": {name: symbol(name) for name in sorted(greek) if symbol(name) != name},
        "derivatives": _derivatives(free) if here.readable else [],
        "letters": [_letter(name, pair, here.constants[name]) for name, pair in letters.items()],
        "constants": {name: str(v) for name, v in here.constants.items() if name not in letters},
        "window": box.tolist(),
        "start": first.tolist(),
        "steps": problem.steps,
        "gtol": gtol,
        "radius": Stop().radius,
        "methods": [
            {
                "name": rule.name,
                "written": formula(rule.read, here.n),
                "parameters": [{"name": name, **_slider(name, v, largest, heights)} for name, v in rule.values],
            }
            for rule in listed
        ],
        "shown": shown,
        "leftOut": left_out,
    }
    return data, f"const PROGRAM={source};\nconst RULES=[{rules}];\n{sentences()}"


def sentences() -> str:
    """The judge's table as a declaration."""
    return f"const SENTENCES={json.dumps(table(), ensure_ascii=False, separators=(',', ':'))};"


def derived(free: Loss, letters: Mapping[str, Any]) -> tuple[Program, int, dict[int, int], dict[tuple[int, int], int]]:
    """A program of variables and letters, differentiated by the variables alone."""
    program = Program([*free.variables, *(sympy.Symbol(name, real=True) for name in letters)])
    last = free.n - 1
    with deep():
        value = program.lower(free.expr)
    gradient = program.gradient(value, upto=last)
    hessian = {(i, j): node for i, g in gradient.items() for j, node in program.gradient(g, upto=i).items()}
    return program, value, gradient, hessian


def collected(
    methods: Sequence[Method | str] | None, problem: Problem
) -> tuple[list[Rule], list[dict[str, Any]], list[str]]:
    """(every method of the page, those shown first, the names of those left out)."""
    where = problem.loss, problem.window, problem.start, problem.steps
    listed: list[Rule] = []
    left_out = []
    for name in registered():
        found = read_method(name)
        if isinstance(found, Rule) and not found.stochastic:
            listed.append(resolve(found, *where))  # type: ignore[arg-type]
        else:
            left_out.append(name)
    chosen = [resolve(read_method(each), *where) for each in methods or ("gd", "newton")]
    if len(chosen) > SHOWN:
        raise MethodError(
            f"a page compares at most {SHOWN} methods, not {len(chosen)}", "its reader can change them there"
        )
    shown = []
    for each in chosen:
        if not isinstance(each, Rule):
            raise MethodError(
                f"{each.name} is code, not a formula, and a page walks formulas",
                "animate draws it",
                shell="symopt animate walks it",
            )
        if each.batch:
            raise MethodError(f"{each.name} with batches draws terms at random, which a page leaves out",
                              "animate draws it", shell="symopt animate walks it")  # fmt: skip
        javascript.rule(each.read, problem.n)  # says by name what cannot be printed
        place = next((k for k, rule in enumerate(listed) if rule.name == each.name), None)
        if place is None:
            place = len(listed)
            listed.append(each)
        shown.append({"method": place, "values": [v for _, v in each.values]})
    return listed, shown, left_out


def _derivatives(free: Loss) -> list[list[str]]:
    """[name, text] of what there is to read above the picture."""
    slopes = [str(g) for g in free.gradient]
    if free.n == 1:
        rows = [["f′", slopes[0]], ["f″", str(free.hessian[0][0])]]
    else:
        rows = [[f"∂f/∂{symbol(name)}", text] for name, text in zip(free.names, slopes, strict=True)]
    return [[name, pretty(text)] for name, text in rows if len(text) <= LONG]


def _letter(name: str, ends: tuple[float, float], value: Any) -> dict[str, Any]:
    return {"name": name, "value": float(value), "low": ends[0], "high": ends[1]}


def _slider(name: str, value: float, largest: float, heights: tuple[float, float]) -> dict[str, Any]:
    """Where a parameter begins, and how far its slider goes; its field takes any number."""
    low, high, log = value / 1000, value * 1000, True
    if name in ("beta", "rho") or (name.startswith("b") and 0 < value < 1):
        low, high, log = 0.0, 1.0, False
    elif name == "eps":
        low, high = 1e-12, 1.0
    elif name == "lr":
        low, high = value / 100, value * 100
    elif name == "alpha":
        top = max(4 * value, largest if math.isfinite(largest) else 0.0, 1e-3)
        low, high, log = 0.0, float(f"{top:.1g}"), False
    elif name == "fmin":
        low, high, log = *heights, False
    elif value <= 0:
        reach = max(1.0, 2 * abs(value))
        low, high, log = -reach, reach, False
    low, high = (float(f"{end:.6g}") for end in (low, high))
    ends = {"value": value, "low": min(low, value), "high": max(high, value)}
    return {**ends, "log": True} if log and low > 0 else ends


def _heights(loss: Loss, box: np.ndarray) -> tuple[float, float]:
    """Below the least value seen on the window, and the middle one: where fmin may be looked for."""
    t = np.linspace(0, 1, 201)
    lines = [box[:, 0] + t[:, None] * (box[:, 1] - box[:, 0])]
    values = loss(np.concatenate(lines))
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    low, middle = float(values.min()), float(np.median(values))
    spread = max(middle - low, 1e-3)
    return float(f"{low - spread:.2g}"), float(f"{middle:.2g}") if middle > low else low + spread

"""What a page needs to know: the loss, its letters, where to look and start, and every method it can walk."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symopt.analysis.proven import NONE, PICTURE, proven
from symopt.auto import lr_is_length, resolve, steepest
from symopt.descent import Stop
from symopt.errors import MethodError, RenderError, StartError
from symopt.expression.tokens import GREEK_NAMES
from symopt.judge.sentences import fill
from symopt.language import chinese
from symopt.loss import Loss
from symopt.methods import Method, Rule
from symopt.methods import method as read_method
from symopt.methods.registry import registered
from symopt.page import javascript
from symopt.page.fit import picture
from symopt.page.printed import SQUARES, program
from symopt.page.story import Story, checked
from symopt.problem import Problem
from symopt.problem.undefined import refusal
from symopt.views.notation import formula, pretty, prose, symbol, written

SHOWN = 3
LONG = 400
LETTER = re.compile(r"[A-Za-z](_?\d+)?")
MARKED, FEW, LONGEST = 500, 60, 200
"""Critical points up to which they are marked, and are large; operations of a loss up to which they are looked for."""
SIGNS = {
    1: {"minimum": ("▽", "m-5 -4h10l-5 8Z"), "maximum": ("△", "m-5 4h10l-5 -8Z"), "other": ("|", "m0 -5v10")},
    2: {
        "minimum": ("+", "m-6 0h12m-6 -6v12"), "saddle": ("×", "m-4 -4l8 8m0 -8l-8 8"),
        "maximum": ("△", "m-5 4h10l-5 -8Z"), "other": ("□", "m-4 -4h8v8h-8Z"),
    },
}  # fmt: skip
"""How critical points are marked in so many variables."""


def facts(
    problem: Problem,
    methods: Sequence[Method | str] | None,
    gtol: float,
    story: Mapping[str, Story] | None = None,
    surface: bool = False,
) -> tuple[dict[str, Any], str]:
    """(the facts as JSON, the text that declares PROGRAM, RULES and RESIDUALS).

    story: what is told in each language; where there is one alone, in it. surface: whether f is shown in space too.
    """
    here, letters, free = problem.loss, problem.letters, problem.general or problem.loss
    if here.n > 2:
        raise RenderError(
            f"a page shows one or two variables, the loss has {here.n}: {', '.join(here.arguments)}",
            "give the others a value with constants, or animate it",
            shell="give the others a value with --set, or symopt animate it",
        )
    if surface and here.n != 2:
        raise RenderError("a surface needs two variables, the loss has one", "leave it out")
    box, first = problem.window, problem.start
    if not np.isfinite(here(first)):
        nowhere = StartError("f is not defined at the start", "choose a start inside the domain of f")
        raise refusal(here, problem.start, nowhere)
    listed, shown = collected(methods, problem)
    formulas = all(isinstance(each, Rule) and not each.stochastic for each in listed)
    source = program(free, here, letters, listed)
    residuals = "squaresOf" if any(each.name in SQUARES for each in listed) else "null"
    rules = ",\n".join(javascript.method(each, here.n) for each in listed)
    largest = steepest(here, box, first)
    heights = _heights(here, box)
    items = here.sampling.count if any("batch" in each.parameters for each in listed) else 1
    greek = {*here.names, *letters, *(name for each in listed for name in each.parameters)}
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
                "name": each.name,
                "written": formula(each.read, here.n) if isinstance(each, Rule) else prose(each.formula, here.n),
                "parameters": [
                    {"name": name, **_slider(name, v, largest, heights, items), **_long(name, each)}
                    for name, v in each.parameters.items()
                ],
            }
            for each in listed
        ],
        "shown": shown,
        "points": _points(problem),
        **({"formulas": 1} if formulas else {}),
    }
    drawn = None
    if here.data is not None:
        drawn = picture(free, letters)
        data["columns"] = [name for name in here.data.names if LETTER.fullmatch(name) or name in GREEK_NAMES]
        data["table"] = label if "." in (label := here.data.origin.label) else "FILE"
    if surface:
        data["surface"] = 1
    if story:
        for each in story.values():
            checked(each, data["methods"], here.names, [*letters])
        told = {language: [scene.facts() for scene in each.scenes] for language, each in story.items()}
        only = next(iter(told.values()))
        data["story"] = {language: told.get(language, only) for language in ("en", "zh")}
    if drawn is not None:
        data["fit"] = drawn[0]
    declared = f"let PROGRAM={source};\nlet RULES=[{rules}],RESIDUALS={residuals};"
    return data, "\n".join([declared, drawn[1] if drawn else ""])


def collected(methods: Sequence[Method | str] | None, problem: Problem) -> tuple[list[Method], list[dict[str, Any]]]:
    """(every method of the page, those shown first).

    Every formula, and of the methods that are code those that are asked for.
    """
    where = problem.loss, problem.window, problem.start, problem.steps
    listed: list[Method] = []
    for name in registered():
        found = read_method(name)
        if isinstance(found, Rule) and not found.stochastic:
            listed.append(resolve(found, *where))
    chosen = [resolve(read_method(each), *where) for each in methods or ("gd", "newton")]
    if len(chosen) > SHOWN:
        raise MethodError(
            f"a page compares at most {SHOWN} methods, not {len(chosen)}", "its reader can change them there"
        )
    shown: list[dict[str, Any]] = []
    for each in chosen:
        javascript.method(each, problem.n)  # says by name what cannot be printed
        place = next((k for k, rule in enumerate(listed) if rule.name == each.name), len(listed))
        if place < len(listed) and [*listed[place].parameters] != [*each.parameters]:  # by batches, or not
            place = len(listed) if any(at["method"] == place for at in shown) else place
            listed[place : place + 1] = [each]
        elif place == len(listed):
            listed.append(each)
        shown.append({"method": place, "values": [*each.parameters.values()]})
    return listed, shown


def _derivatives(free: Loss) -> list[list[str]]:
    """[name, text] of what there is to read above the picture."""
    slopes = [str(g) for g in free.gradient]
    if free.n == 1:
        rows = [["f′", slopes[0]], ["f″", str(free.hessian[0][0])]]
    else:
        rows = [[f"∂f/∂{symbol(name)}", text] for name, text in zip(free.names, slopes, strict=True)]
    return [[name, pretty(text)] for name, text in rows if len(text) <= LONG]


def _points(problem: Problem) -> dict[str, Any] | None:
    """The critical points that are proved: [path, places, kind] for each kind, and what is said of them."""
    found = proven(problem, PICTURE, LONGEST)
    if found is None or len(found.points) > MARKED or not (found.points or found.complete):
        return None
    if not found.points:
        return {"signs": [], "en": NONE, "zh": chinese(NONE)}
    size = 1 if len(found.points) <= FEW else 0.6
    signs, told = [], []
    for kind in dict.fromkeys(mark.kind for mark in found.points):
        sign, path = SIGNS[problem.n].get(kind, SIGNS[problem.n]["other"])
        places = [[float(f"{c:.7g}") for c in mark.x] for mark in found.points if mark.kind == kind]
        signs.append([re.sub(r"-?\d+", lambda part: f"{int(part[0]) * size:g}", path), places, kind])
        told.append((f"{sign} {kind}", f"{sign} {chinese(kind)}"))
    en, zh = (", ".join(words) for words in zip(*told, strict=True))
    if found.complete:
        said = "{points}: no other critical point in the window (proved)"
    else:
        said = "{points}: proved, there may be others"
    return {"signs": signs, "en": fill(said, {"points": en}), "zh": fill(chinese(said), {"points": zh})}


def _letter(name: str, ends: tuple[float, float], value: Any) -> dict[str, Any]:
    return {"name": name, "value": float(value), "low": ends[0], "high": ends[1]}


def _slider(name: str, value: float, largest: float, heights: tuple[float, float], items: int) -> dict[str, Any]:
    """Where a parameter begins, and how far its slider goes; its field takes any number. The page widens that of lr.

    items: what batches are drawn from.
    """
    low, high, log = value / 1000, value * 1000, True
    if name == "seed":
        return {"value": value, "low": 0, "high": max(99, value), "whole": True}
    if name == "batch":
        return {"value": value, "low": 1, "high": max(items, value), "whole": True}
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


def _long(name: str, method: Method) -> dict[str, int]:
    """Told of a rate that is a length."""
    return {"long": 1} if name == "lr" and isinstance(method, Rule) and lr_is_length(method) else {}


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

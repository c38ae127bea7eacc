"""An oracle for comparisons with nan: programs whose conditions numpy asks of what has no value, right and with slips.

    python -m tests.kit.nans [first [last]]     the programs of these numbers, each with its truth and symopt's verdict

The truth is told by numpy alone: the program is executed at points of all regions, and its derivative held against
central differences, beside kinks nowhere.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from symopt.checking.source.trios import check_source
from symopt.errors import SymoptError
from symopt.reading.source import read_text
from tests.kit.executed import brief, quiet

NAN = ["np.sqrt(x)", "np.log(x)", "np.sqrt(1 - x)", "np.arcsin(x)", "np.log(x + 1) + 1", "x**1.5", "np.sqrt(np.log(x))",
       "np.log1p(x)", "np.sqrt(x)*x", "np.arccosh(x)", "np.power(x, 0.3) + 0.5", "np.sqrt(x)**2"]  # fmt: skip
TESTS = ["{u} > 0.7", "{u} <= 0.7", "not ({u} > 0.7)", "{u} != 0.7", "not ({u} != 0.7)", "{u} < 0.7 or x > 2",
         "{u} > 0.3 and x < 2", "0.3 < {u} < 0.9", "{u} > x", "bool({u})", "np.isnan({u})", "not np.isfinite({u})",
         "np.logical_not({u} > 0.7)", "~({u} > 0.7)", "np.any(np.array([{u}, x]) > 0.7)", "({u} > 0.7) ^ (x > 0)",
         "np.all(np.array([{u}, x]) > 0.3)", "np.greater({u}, 0.7)", "np.where({u} > 0.7, x, -x) > 0.5",
         "max({u}, 0.7) > 0.8", "max(0.7, {u}) > 0.8", "np.fmax({u}, 0.7) > 0.8", "np.maximum({u}, 0.7) > 0.8",
         "min({u}, x) > 0.1", "np.clip({u}, 0, 1) > 0.5", "np.sign({u}) > 0", "np.nan_to_num({u}) > 0.5",
         "np.nansum(np.array([{u}, x])) > 0.5", "np.heaviside({u}, 0.5) < 0.6", "abs({u} - 1) < 0.3"]  # fmt: skip
FORMS = [
    "if {c}:\n        return {a}\n    else:\n        return {b}",
    "if {c}:\n        return {a}\n    return {b}",
    "return {a} if {c} else {b}",
    "return np.where({c}, {a}, {b})",
    "y = {b}\n    if {c}:\n        y = {a}\n    return y",
    "m = np.array([{c}])\n    out = np.array([{b}])\n    out[m] = {a}\n    return out[0]",
    "return np.select([np.array({c}), np.array(x > 1)], [{a}, {b}], {b})",
    "m = np.array({c}) * 1.0\n    return m * ({a}) + (1 - m) * ({b})",
]
VALUES = [("x**2", "2*x"), ("x**3 + x", "3*x**2 + 1"), ("np.exp(x)", "np.exp(x)"), ("np.sin(x)", "np.cos(x)"),
          ("5*x", "5.0"), ("0*x", "0*x")]  # fmt: skip
SLIPS = ["{d}", "({d}) * np.where(x < -0.5, 3, 1)", "({d}) + np.where(x > 1.6, x, 0)",
         "({d}) + np.where(x > 1.2, 0.5, 0) * (x < 3)", "{d}", "({d}) - (x < 0)*x"]  # fmt: skip
POINTS = np.concatenate([np.linspace(-3.9, 4.1, 161), [-50.3, 37.7, 0.013, -0.017]]) + 0.00137


def program(number: int) -> str:
    """A program by its number: a condition, a form, two values and a slip, or none."""
    random = np.random.default_rng(number)
    u, form = (str(random.choice(some)) for some in (NAN, FORMS))
    test = TESTS[number % len(TESTS)].format(u=u)
    (a, da), (b, db) = (VALUES[k] for k in random.choice(len(VALUES), 2, replace=False))
    first, second = (SLIPS[k] for k in random.choice(len(SLIPS), 2, p=[0.3, 0.1, 0.1, 0.1, 0.3, 0.1]))
    lines = ["import numpy as np", "", "def f(x):", f"    {form.format(c=test, a=a, b=b)}", "", "def df(x):",
             f"    {form.format(c=test, a=first.format(d=da), b=second.format(d=db))}"]  # fmt: skip
    return "\n".join(lines) + "\n"


def truth(text: str, also: Sequence[float] = ()) -> str:
    """ "right", "smaller" where the derivative has no value in places, or where it is wrong; also: more points."""
    scope: dict[str, Any] = {}
    with quiet():
        exec(text, scope)
        f = lambda t: float(scope["f"](np.float64(t)))  # noqa: E731
        smaller = False
        for x in (*also, *POINTS):
            slopes = [(f(x + h) - f(x - h)) / (2 * h) for h in (1e-5, 5e-6)]
            sides = [abs(f(x + h) - f(x - h)) for h in (1e-5, 5e-6)]
            if not np.isfinite(slopes).all() or abs(slopes[0] - slopes[1]) > 1e-6 * (1 + abs(slopes[0])):
                continue
            if sides[0] and not 1.5 < sides[0] / max(sides[1], 1e-300) < 2.5 and sides[0] > 1e-9:
                continue  # a jump
            given = float(scope["df"](np.float64(x)))
            if not np.isfinite(given):
                smaller = True
            elif abs(given - slopes[0]) > 1e-4 * (1 + abs(given)):
                return f"wrong at {x:.5g}: {given:.6g}, {slopes[0]:.6g} is right"
    return "smaller" if smaller else "right"


def judged(number: int) -> tuple[str, str]:
    """(right, false …, undecided or not read; why)."""
    text = program(number)
    try:
        true = truth(text)
    except (TypeError, ValueError) as error:
        return "not judged", str(error)
    try:
        with brief():
            verdict = check_source(read_text(text, "program.py"))
    except SymoptError as error:
        return "not read", str(error)
    said = verdict.verdict
    seen = [c.witness.x[0] for c in verdict.components if c.witness is not None]
    true = truth(text, seen) if true == "right" and seen else true
    fits = {"equal": "right", "equal where defined": "smaller", "different": "wrong"}.get(said)
    if fits is None:
        return "undecided", str(verdict)
    return ("right" if true.startswith(fits) else f"false {said}"), f"{true}\n{verdict}"


def main(first: int = 0, last: int = 240) -> None:
    counts: Counter[str] = Counter()
    for number in range(first, last):
        word, why = judged(number)
        counts[word] += 1
        if word != "right":
            print(f"{number}: {word}: {why}\n{program(number)}")
    print(dict(counts))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

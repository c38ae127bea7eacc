"""The picture of a fit in the page: some rows of the data, and the model as JavaScript."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from sympy import Symbol

from symopt.expression import deep
from symopt.language import chinese
from symopt.loss import Loss
from symopt.page.javascript import Script
from symopt.program import Program
from symopt.program.sums import Fitted, fitted
from symopt.views.notation import minus, pretty, symbol

CURVE, BORDER, AGAINST = "curve", "border", "against"
CAPTIONS = {
    CURVE: "the data and the model at the step shown; thin: at steps 0, 1, 2, 4 …",
    BORDER: "the data, and where the model gives both classes the same probability",
    AGAINST: "the model over the data at the step shown: on the diagonal both are equal",
}
"""What the picture shows, by its kind."""
DRAWN = "drawn: {few} of {rows} rows, by a fixed seed; f is of all rows"
CHANCE = "probability that {what}"


def picture(free: Loss, letters: Collection[str]) -> tuple[dict[str, Any], str] | None:
    """(what the page draws, its declaration of FIT) of a loss that fits a model to data; None of any other.

    FIT(C, U) is the model at coordinates and letters C and at inputs U. kind: a curve over one input, the border of two
    classes over two inputs, else the model against the response.
    """
    names = free._names.followed([(name, None) for name in letters])
    found = fitted(free.read, names, free.data)
    if isinstance(found, str) or len(found.numbers.sums.totals) > 1 or not found.numbers.free:
        return None
    inputs = found.inputs or {"row": np.arange(len(found.response), dtype=float)}
    classes = found.classes is not None
    kind = CURVE if len(inputs) == 1 else BORDER if len(inputs) == 2 and classes else AGAINST
    response = (found.response == found.classes[1]).astype(float) if found.classes else found.response
    rows = np.isfinite(response)
    told = {language: _words(found, kind, say) for language, say in (("en", str), ("zh", chinese))}
    data = {
        "kind": kind,
        "inputs": [symbol(name) for name in inputs],
        "columns": [_short(values[rows]) for values in inputs.values()],
        "response": _short(response[rows]),
        "classes": classes,
        **told,
    }
    return data, f"let FIT={_model(found, [*free.names, *letters], [*inputs])};"


def _words(found: Fitted, kind: str, say: Any) -> list[str]:
    """[the caption, what stands up, what stands across] in a language."""
    name = pretty(found.name)
    low, high = (minus(f"{name} = {value:g}") for value in found.classes or (0, 0))
    caption = say(CAPTIONS[kind])
    if found.classes and kind != AGAINST:
        caption += f" · ● {low}, + {high}"
    if len(found.response) < found.rows:
        caption += " · " + say(DRAWN).format(few=len(found.response), rows=f"{found.rows:,}")
    chance = found.classes and say(CHANCE).format(what=high)
    inputs = [symbol(each) for each in found.inputs] or ["#"]
    if kind == BORDER:
        return [caption, inputs[1], inputs[0]]
    return [caption, chance or (name if kind == CURVE else say("model")), inputs[0] if kind == CURVE else name]


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.7g}") for value in values]


def _model(found: Fitted, names: Collection[str], inputs: list[str]) -> str:
    """The model as a function of C and U."""
    total = found.numbers.sums.totals[-1]
    columns = {slot.symbol.name: slot.symbol for slot in total.slots if slot.column}
    symbols = [Symbol(name, real=True) for name in names]
    symbols += [columns.get(name, Symbol(name, real=True)) for name in inputs]
    words = [(f"C[{k}]",) for k in range(len(names))] + [(f"U[{k}]",) for k in range(len(inputs))]
    program = Program(symbols)
    with deep():
        place = program.lower(total.term)
    script = Script(1)
    ((word,),) = script.write(program, [place], words)
    return f"(C,U)=>{{{''.join(script.lines)}return {word}}}"

"""`symopt words`: what the words of verdicts and tables mean."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from symopt.cli import completion
from symopt.cli.terminal import width, wrap
from symopt.errors import SymoptError, did_you_mean

HEADINGS = {
    "k": "The number of a step; 0 is the start.",
    "digits": "How many digits of x are right, where a minimum is known: −log₁₀ of the distance to the nearest one, "
    "relative to max(1, |x*|), at most 16.",
    "rank": "The order of the walks of a table: what ended at a minimum first, by the evaluations it needed; then flat "
    "points that may be none. What stopped elsewhere has no rank (–).",
    "end": "What a walk ended at: the kind of its flat point, or how it stopped otherwise.",
    "evaluations": "How often the method asked for f, for the gradient g and for the Hessian h.",
    "f rose": "In how many steps f rose by more than rounding can make it seem so. In a walk's table ▲ marks them, ▼ "
    "the steps in which f fell.",
    "‖∇f‖": "The length of the gradient; where it is no more than --gtol, the point is flat and the walk ends.",
    "f′": "The slope: the first derivative. f″ is the curvature, the second.",
    "lr": "The learning rate: by how much of the gradient gd moves.",
    "alpha": "What a regularised method adds to the Hessian: the larger, the shorter and the safer are its steps.",
    "auto": "A parameter chosen by rule from the curvature; what was chosen is printed.",
    "proved": "A theorem in exact arithmetic, not an observation in floating point.",
    "undecided": "Neither shown to be true nor shown to be false.",
}
"""Words of tables and notes."""

ENDS = {
    "minimum": "f is least here among all points near by: the gradient is zero and the Hessian positive definite, or "
    "f rises on both sides of a kink.",
    "maximum": "f is greatest here among all points near by. A method that only looks for a zero of the gradient, as "
    "Newton's does, may climb to it.",
    "saddle": "The gradient is zero, f is least along some directions and greatest along others.",
    "inflection": "f′ and f″ are zero, and f goes on falling behind the point: no minimum.",
    "degenerate": "The gradient is zero and so is an eigenvalue of the Hessian, as x**4 has it at 0: second "
    "derivatives cannot tell what the point is. Where higher ones or values of f can, it is called a degenerate "
    "minimum, maximum or saddle.",
    "plateau": "The slope is no longer than --gtol, but no point with slope zero is confirmed near by.",
    "kink": "f is continuous and its slope jumps, as |x| at 0. It is a minimum there if f falls towards it and rises "
    "behind it.",
    "jump": "f itself jumps; slopes tell nothing of what it is there.",
    "constant": "f has one and the same value around the point.",
    "cycle": "The points repeat with this period to rounding: the walk would never converge.",
    "stalled": "The steps are below rounding although the gradient is longer than --gtol: x cannot get nearer in "
    "floating point.",
    "exhausted": "All steps (-n) were used; a remark says what the walk was doing.",
    "ran away": "The points went far beyond the window, without an end in sight.",
    "left the domain": "f is not defined at the next point, or is too large for a number there.",
    "no next point": "The method's formula gives no finite number: it divides by zero, or the slope is none.",
}
"""Words for the ends of walks."""

ALSO = {
    "flat": "minimum", "no step": "no next point", "left domain": "left the domain", "climbed": "f rose",
    "gradient": "‖∇f‖", "f″": "f′", "▲": "f rose", "▼": "f rose", "estimated": "proved",
}  # fmt: skip
"""Words that are explained with another."""


def words(
    word: Annotated[
        str | None, typer.Argument(metavar="WORD", help="The word to explain.", autocompletion=completion.words)
    ] = None,
) -> None:
    """Explain the words of verdicts and tables: all of them, or one.

    symopt words degenerate
    """
    if word is None:
        print("\n\n".join(explained(name) for name in glossary()))
        return
    name = find(word)
    if name is None:
        near = did_you_mean(word, [*glossary(), *ALSO])
        raise SymoptError(
            f"no entry is called {word!r}", f"did you mean {near}?" if near else "symopt words lists them all"
        )
    print(explained(name))


def glossary() -> dict[str, str]:
    """Every word with what it means, in a sentence or two."""
    from symopt.judge.sentences import GLOSSARY

    return {**ENDS, **{word: text.en for word, text in GLOSSARY.items()}, **HEADINGS}


def explained(name: str) -> str:
    """An entry, in as many lines as the terminal needs."""
    room = width(sys.stdout)
    text = glossary()[name]
    return wrap(f"{name}\n  {text[0].upper()}{text[1:]}", room, "  ")


def find(word: str) -> str | None:
    """The entry for a word or phrase as it is printed: itself, or the longest entry that stands in it."""
    table = {name.lower(): name for name in glossary()} | {name.lower(): to for name, to in ALSO.items()}
    typed = " ".join(re.sub(r"\d+-cycle", "cycle", word.lower().replace("_", " ")).split())
    if typed in table:
        return table[typed]
    inside = [name for name in table if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", typed) and len(name) > 2]
    return table[max(inside, key=len)] if inside else None

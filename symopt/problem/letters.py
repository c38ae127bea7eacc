"""Letters that were read as variables though they look like parameters: said in one line, with what would fix them."""

from __future__ import annotations

import re

from symopt.loss import Loss

USUAL = re.compile(r"([stuvwxyz]|theta|phi)[_\d]*")
"""Names that nobody takes for a parameter's."""
MOST = 6


def announcement(loss: Loss) -> str | None:
    """`variables a, x: --set a=… makes a a parameter`, where some letters look like parameters; None elsewhere.

    Nothing is said of variables that were declared, nor where all names, or none, are unusual.
    """
    names = loss.names
    seen = (
        names if isinstance(names, tuple) else [name for name, _ in names.parts]
    )  # of a family its name stands for all
    odd = [name for name in seen if not USUAL.fullmatch(name)]
    if loss.declared or not odd or len(odd) == len(seen):
        return None
    listed = ", ".join(loss.names[:MOST]) + ", …" * (loss.n > MOST)
    first, *others = odd
    more = f" (as with {', '.join(others[:MOST])})" if others else ""
    return f"variables {listed}: --set {first}=… makes {first} a parameter{more}"

"""Names for columns that can be typed in a loss."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from symopt.errors import DataError
from symopt.expression.tokens import PYTHON, WORDS, plain_name
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS


def typable(headers: Sequence[str]) -> tuple[str, ...]:
    """A name for each header, in order: itself where it is one, `body_mass_g` for `body mass (g)`, theta for θ.

    A header that begins with a digit gets a c in front, one that is the name of a function a _ behind; one without
    a letter or digit of ASCII, or with letters of other scripts, is called by its place: c1 for the first.
    """
    return tuple(_name(header.strip(), place) for place, header in enumerate(headers, 1))


def _name(header: str, place: int) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain_name(header)) if not unicodedata.combining(c))
    name = "_".join(re.findall("[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)*", plain))
    if not name or any(c.isalpha() and not c.isascii() for c in plain):
        return f"c{place}"
    if name[0].isdigit():
        return f"c{name}"
    taken = name in FUNCTIONS or name in SPECIAL or name in WORDS or name in PYTHON
    return f"{name}_" if taken else name


def renamed(headers: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """{header: its name} of those that are called otherwise."""
    return {h.strip(): name for h, name in zip(headers, names, strict=True) if h.strip() != name}


def twice(headers: Sequence[str], names: Sequence[str], where: str) -> dict[str, DataError]:
    """What is wrong with names that several columns have."""
    found = {}
    for name in dict.fromkeys(names):
        same = [k for k, each in enumerate(names) if each == name]
        if len(same) > 1:
            shown = " and ".join(f"{k + 1} ({headers[k].strip()})" for k in same[:3])
            found[name] = DataError(f"{where}: {name} is the name of the columns {shown}", "give one another name")
    return found

"""Names for columns that can be typed in a loss."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from symopt.errors import DataError
from symopt.expression.tokens import PYTHON, WORDS, is_name, plain_name
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS


def typable(headers: Sequence[str]) -> tuple[str, ...]:
    """A name for each header, in order: itself where it is one, in whatever script, `body_mass_g` for `body mass (g)`,
    theta for θ.

    A header that begins with a digit gets a c in front, one that is the name of a function a _ behind; one without a
    letter or digit is called by its place: c1 for the first.
    """
    return tuple(_name(header.strip(), place) for place, header in enumerate(headers, 1))


def _name(header: str, place: int) -> str:
    word = plain_name(header)
    if not is_name(word):
        plain = unicodedata.normalize("NFKC", word)
        fits = "".join(c if c == "_" or is_name(f"a{c}") else " " for c in plain)
        word = plain_name("_".join(part for piece in fits.split() if (part := piece.strip("_"))))
        word = word if word.isascii() or is_name(word) else f"c{word}"
    if not word:
        return f"c{place}"
    if word[0].isdigit():
        return f"c{word}"
    taken = word in FUNCTIONS or word in SPECIAL or word in WORDS or word in PYTHON
    return f"{word}_" if taken else word


def renamed(headers: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """{header: its name} of those that are called otherwise."""
    pairs = ((header.strip(), name) for header, name in zip(headers, names, strict=True))
    return {header: name for header, name in pairs if unicodedata.normalize("NFC", header) != name}


def twice(headers: Sequence[str], names: Sequence[str], where: str) -> dict[str, DataError]:
    """What is wrong with names that several columns have."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    found = {}
    for name, same in places.items():
        if len(same) > 1:
            shown = " and ".join(f"{k + 1} ({headers[k].strip()})" for k in same[:3])
            found[name] = DataError(f"{where}: {name} is the name of the columns {shown}", "give one another name")
    return found

"""`symopt words`: what the words of verdicts and tables mean."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from symopt.cli import completion
from symopt.cli.glossary import ALSO, GLOSSARY, sentence
from symopt.cli.terminal import width, wrap
from symopt.errors import SymoptError, meant
from symopt.language import told


def words(
    word: Annotated[
        str | None, typer.Argument(metavar="WORD", help="The word to explain.", autocompletion=completion.words)
    ] = None,
) -> None:
    """Explain the words of verdicts and tables: all of them, or one.

    symopt words degenerate
    """
    if word is None:
        print("\n\n".join(explained(name) for name in GLOSSARY))
        return
    name = find(word)
    if name is None:
        hint = meant(word, [*GLOSSARY, *ALSO], "symopt words lists them all")
        raise SymoptError(f"no entry is called {word!r}", hint)
    print(explained(name))


def explained(name: str) -> str:
    """An entry, in as many lines as the terminal needs."""
    room = width(sys.stdout)
    title = told(name) if told(name) == name else f"{told(name)}  ({name})"
    return wrap(f"{title}\n  {sentence(told(GLOSSARY[name]))}", room, "  ")


def find(word: str) -> str | None:
    """The entry for a word or phrase as it is printed: itself, or the longest entry that stands in it."""
    table = {name.lower(): name for name in GLOSSARY} | {name.lower(): to for name, to in ALSO.items()}
    typed = " ".join(re.sub(r"\d+-cycle", "cycle", word.lower().replace("_", " ")).split())
    if typed in table:
        return table[typed]
    inside = [name for name in table if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", typed) and len(name) > 2]
    return table[max(inside, key=len)] if inside else None

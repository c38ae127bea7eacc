"""The page's words in both languages: rows of symopt/language/page.txt, and what the judge says of walks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from symopt.judge.sentences import table

UNSAID = re.compile(r"ends (.* (given|kinks|constant|valley|zero|far|lost|slope)|left_domain)$")
"""Ends of walks that a page does not tell: those of points that are given, and what its doubles do not decide."""
CODED = {"ends stalled search": "coded(", "ends no_step batch": "batch:"}
"""Ends that a page tells only where a method has a search, or batches."""


@cache
def rows(*kinds: str) -> dict[str, tuple[str, str]]:
    """(English, Chinese) by name; of those that not every page says the ones of some kinds, all unless told."""
    found = {}
    for line in files("symopt.language").joinpath("page.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, english, chinese, *only = line.split(" | ")
            if not kinds or {*only} <= {*kinds}:
                found[name] = english, chinese
    return found


def sentences() -> Iterator[tuple[str, tuple[str, str]]]:
    """Those of the judge's table that a page tells, by the part of the table and their name there."""
    for part, named in table().items():
        for name, told in named.items():
            if not UNSAID.match(f"{part} {name}"):
                yield f"{part} {name}", (told[0], told[1])


def declared(*kinds: str, code: str | None = None) -> str:
    """WORDS by language and name as a declaration: of `rows` and of ends those that a code names, all unless told.

    What is its own name in English, or the same in both languages, is not written twice.
    """
    told = {**rows(*kinds), **dict(sentences())}
    if code is not None:
        named = {"ends", *re.findall(r"\w+", code), *re.findall("[a-z_]+", code.lower())}
        told = {
            name: row
            for name, row in told.items()
            if CODED.get(name, "") in code and (re.match("remarks|parts ", name) or {*name.split()} <= named)
        }
    lines = (
        "|".join((name, "" if name == f"remarks {english}" else english, "" if chinese == english else chinese))
        for name, (english, chinese) in told.items()
    )
    text = "\n".join(lines)
    return (
        f"let WORDS={{en:{{}},zh:{{}}}};for(let r of`{text}`.split('\\n'))"
        "{let[k,e,z]=r.split('|');WORDS.en[k]=e||k.slice(8);WORDS.zh[k]=z||e}"
    )

"""A catalogue of phrases: pairs of lines, an English one and its translation, in `symopt/language/zh/*.txt`.

Pairs stand apart by empty lines; a line that begins with # is a heading. `{name}` is what a program fills in. A text
that is finished is looked up whole, then against the phrases with gaps, those first that leave least open; what fills
a gap is looked up in turn. So an error is raised in English, as the source has it, and told in another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise

GAP = re.compile(r"\{(\w+)\}")
WIDE = {". ": "。", "; ": "；", ", ": "，", ": ": "："}
"""Marks between the parts of a text, the coarsest first."""
FILLED = "verdicts.txt"
SEVERAL = re.compile(r"[;:.] |, .*[a-z]{3} [a-z]{2}|[a-z]{3} [a-z]{2}.*, ")
"""What looks like more than one part of a text."""
NUMBER = r"[\d,.]+"
"""What {n} stands for; other gaps take anything."""
VERBATIM = "verbatim"
"""The gap that stays as it is: a reference, not words."""
LEAST = 2
"""Letters that a phrase with gaps must have to be recognised in a finished text."""
EDGES = " \t→"
DEPTH = 4
SHORT, LONG = 12, 24
"""Letters below which a phrase with gaps is short, and from which it is taken before the text is parted."""
TWO = re.compile(r"[a-z]{2} [a-z]{2}")
NAME = re.compile(r"(reg\. )?\S+")


class Phrase:
    """A phrase with gaps, and its translation."""

    def __init__(self, english: str, other: str) -> None:
        self.english, self.other = english, other
        self.size = len(GAP.sub("", english))
        self.letters = len(re.sub(r"[^A-Za-z]", "", GAP.sub("", english)))
        self.anchor = max(re.split(GAP.pattern, english)[::2], key=len)

    @cached_property
    def form(self) -> re.Pattern[str]:
        pieces = GAP.split(self.english)
        written, seen = re.escape(pieces[0]), set[str]()
        for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
            kind = NUMBER if name == "n" else ".*?"
            written += f"(?P={name})" if name in seen else f"(?P<{name}>{kind})"
            seen.add(name)
            written += re.escape(text)
        return re.compile(written, re.DOTALL)


class Catalogue:
    """Phrases by their English, and how a finished text is told."""

    def __init__(self, phrases: Mapping[str, str], filled: Mapping[str, str]) -> None:
        """phrases: of finished texts. filled: those that the program fills itself; nothing is matched with them."""
        self.phrases = {**filled, **phrases}
        gapped = [Phrase(english, other) for english, other in phrases.items() if GAP.search(english)]
        self.gapped = sorted((p for p in gapped if p.letters >= LEAST), key=lambda p: (-p.size, p.english.count("{")))
        self.said = lru_cache(4096)(self._said)

    @classmethod
    def of(cls, code: str) -> Catalogue:
        """The catalogue of a language."""
        phrases: dict[str, str] = {}
        filled: dict[str, str] = {}
        for file in sorted(files("symopt.language").joinpath(code).iterdir(), key=lambda each: each.name):
            if file.name.endswith(".txt"):
                (filled if file.name == FILLED else phrases).update(pairs(file.read_text(encoding="utf-8")))
        return cls(phrases, filled)

    def _said(self, text: str) -> str:
        lines = [self._told(line) or line for line in text.split("\n")]
        return "\n".join(lines)

    def _told(self, text: str, depth: int = 0) -> str | None:
        """The text in the language; None where nothing of it is known."""
        bare = text.strip(EDGES)
        if not bare or depth > DEPTH or not re.search(r"[^\W\d_]", bare):
            return None
        found = self.phrases.get(text)
        if found is not None:
            return found
        found = (
            self.phrases.get(bare)
            or self._labelled(bare, depth)
            or self._matched(bare, depth, SEVERAL)
            or self._matched(bare, depth, least=LONG)
            or self._parts(bare, depth, all)
            or self._matched(bare, depth)
            or self._named(bare, depth)
            or self._parts(bare, depth, any)
        )
        if found is None:
            return None
        at = text.index(bare)
        behind = text[at + len(bare) :]
        return text[:at] + found + ("" if found[-1:] in WIDE.values() and behind.isspace() else behind)

    def _labelled(self, text: str, depth: int) -> str | None:
        """`warning: …` and its like."""
        label, mark, rest = text.partition(": ")
        known = self.phrases.get(label + ":") if mark else None
        return None if known is None else known + (self._told(rest, depth) or rest)

    def _named(self, text: str, depth: int) -> str | None:
        """`newton: …`: what is said of something that has a name."""
        name, mark, rest = text.partition(": ")
        told = self._told(rest, depth + 1) if mark and NAME.fullmatch(name) else None
        return None if told is None else f"{name}: {told}"

    def _matched(self, text: str, depth: int, unless: re.Pattern[str] | None = None, least: int = LEAST) -> str | None:
        """By the phrase that fits and leaves least open, its gaps filled; by none that has such words in a gap.

        In a short phrase two words in a gap are a phrase of their own: `{a} for {b}` fits many a sentence.
        """
        for phrase in self.gapped:
            if phrase.letters >= least and phrase.anchor in text and (match := phrase.form.fullmatch(text)):
                gaps = match.groupdict()
                told = [value for name, value in gaps.items() if name != VERBATIM]
                if unless is not None and any(map(unless.search, told)):
                    continue
                if phrase.letters < SHORT and any(TWO.search(v) and v not in self.phrases for v in told):
                    continue
                values = {n: v if n == VERBATIM else self._told(v, depth + 1) or v for n, v in gaps.items()}
                return filled(phrase.other, values)
        return None

    def _parts(self, text: str, depth: int, enough: Callable[[list[str | None]], bool]) -> str | None:
        """Sentences joined by a program, each by itself; marks between two that are known become wide.

        enough: whether so many of them are known.
        """
        for mark, wide in WIDE.items():
            pieces = parts(text, mark)
            heads: list[str | None] = [None]
            if len(pieces) > 1:
                heads = [self._told(piece, depth + 1) for piece in pieces]
            if enough(heads):
                shown = heads[0] or pieces[0]
                for (before, after), piece in zip(pairwise(heads), pieces[1:], strict=True):
                    shown += (wide if before and after else mark) + (after or piece)
                return shown
        return None


def parts(text: str, mark: str) -> list[str]:
    """The text parted at a mark, but not in brackets nor in a list of numbers, where it has other such marks."""
    pieces = text.split(mark)
    outer = pieces[:1]
    for piece in pieces[1:]:
        before = outer[-1]
        if before.count("(") > before.count(")") or (before[-1:].isdigit() and piece[:1].isdigit()):
            outer[-1] += mark + piece
        else:
            outer.append(piece)
    return outer if len(outer) > 1 else pieces


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with {name} as values[name]."""
    return GAP.sub(lambda gap: values[gap[1]], text)


def pairs(text: str) -> dict[str, str]:
    """The pairs of a file; two lines, as they are."""
    found: dict[str, str] = {}
    for block in re.split(r"\n{2,}", text.strip("\n")):
        lines = [line for line in block.split("\n") if not line.startswith("#")]
        if lines:
            english, other = lines
            found[english] = other
    return found

"""Pages that a program writes, in another language: unit by unit from `docs/<language>/phrases/<page>.txt`, or from
the catalogue of the program itself, `symopt/language/<language>/<page>.txt`.

That file has pairs of lines, an English one and its translation, apart by empty lines. A unit is a heading, a paragraph
or an item of a list, on one line, or a cell of a table. `{a}` stands for anything, and a number that both lines have
for any number: so a page that is measured anew needs no new translation. Blocks and what has no words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DOCS = Path(__file__).parent
SPOKEN = DOCS.parent / "symopt" / "language"
"""What the program says itself, in the words of its own catalogue."""
GAP = re.compile(r"\{\w\}|(?<![\w.])\d(?:[\d.,]*\d)?(?:e[-+]?\d+)?(?!\w)")
LETTER = re.compile(r"[^\W\d_]{2}")
BREAKS = re.compile(r"(, |: |; )")  # what joins the parts of a cell
WIDE = {": ": "：", "; ": "；"}


@cache
def pairs(page: str, language: str) -> dict[str, str]:
    """The lines of a page with their translations, as the file has them."""
    own = DOCS / language / "phrases" / f"{page}.txt"
    text = (own if own.exists() else SPOKEN / language / f"{page}.txt").read_text(encoding="utf-8")
    return dict(pair.split("\n") for pair in re.split(r"\n\n+", text.strip()))


@cache
def phrases(page: str, language: str) -> list[tuple[re.Pattern[str], list[str]]]:
    """The pairs of a page, those without a gap first: a pattern, and the other line with numbers of groups in it."""
    found = []
    for english, other in pairs(page, language).items():
        pieces, gaps, form, begin = re.split(f"({GAP.pattern})", other), 0, "", 0
        for gap in GAP.finditer(english):
            form += re.escape(english[begin : gap.start()])
            begin = gap.end()
            if gap[0] in pieces:
                gaps += 1
                pieces[pieces.index(gap[0])] = f"\0{gaps}"
                form += "(.+?)" if gap[0].startswith("{") else r"(\d[\d.,]*(?:e[-+]?\d+)?)"
            else:
                form += re.escape(gap[0])
        found.append((re.compile(form + re.escape(english[begin:])), pieces))
    return sorted(found, key=lambda pair: len([piece for piece in pair[1] if piece.startswith("\0")]))


def phrase(unit: str, page: str, language: str, whole: bool = False) -> str | None:
    """A unit in the language; None where no pair fits. whole: of pairs in which nothing but numbers is left open."""
    if unit in pairs(page, language):
        return pairs(page, language)[unit]
    for form, pieces in phrases(page, language):
        if (match := form.fullmatch(unit)) and not (whole and "(.+?)" in form.pattern):
            return "".join(match[int(piece[1:])] if piece.startswith("\0") else piece for piece in pieces)
    return None


def cell(text: str, page: str, language: str) -> str:
    """A cell of a table: whole, or part by part; what is not known, as a formula or a name, stays."""
    whole = phrase(text, page, language, whole=True)
    if whole is not None or not LETTER.search(text) or "`" in text:
        return text if whole is None else whole
    return "".join(WIDE.get(part) or phrase(part, page, language) or part for part in BREAKS.split(text))


class Untranslated(Exception):
    """Units without a pair."""


def translated(page: str, language: str) -> str:
    """The page in the language; raises Untranslated with all units of prose that have no pair."""
    lacking: list[str] = []

    def told(unit: str) -> str:
        other = phrase(unit, page, language)
        if other is None and LETTER.search(re.sub(r"`[^`]*`", "", unit)):
            lacking.append(unit)
        return other or unit

    lines = []
    for mark, text in units((DOCS / f"{page}.md").read_text(encoding="utf-8")):
        if mark == "raw":
            lines.append(text)
        elif mark == "|":
            cells = [cell(c.strip(), page, language) for c in re.split(r"(?<!\\)\|", text.strip().strip("|"))]
            lines.append("| " + " | ".join(cells) + " |")
        else:
            lines.append(mark + told(text))
    if lacking:
        raise Untranslated(f"{language}/phrases/{page}.txt lacks\n\n" + "\n\n".join(lacking))
    whole = "\n".join(lines).rstrip("\n") + "\n"
    return re.sub(r"\]\((?!https?:|#)(?![\w-]+\.md)([^)]+)\)", r"](../\1)", whole)  # pictures lie one folder further up


def units(text: str) -> Iterator[tuple[str, str]]:
    """(what a unit begins with, the unit on one line); "raw" for what is no prose, "|" for a row of a table."""
    within, kept = False, ("", "")
    for line in [*text.split("\n"), ""]:
        begins = re.match(r"#+ |- |\|", line)
        code = within or line.startswith(("```", "    "))
        if kept[1] and (begins or code or not line.strip()):
            yield kept
            kept = ("", "")
        if line.startswith("```"):
            within = not within
        if code or not line.strip():
            yield "raw", line
        elif line.startswith("|"):
            yield ("raw", line) if set(line) <= set("|- ") else ("|", line)
        elif begins and begins[0].startswith("#"):
            yield begins[0], line[len(begins[0]) :]
        elif begins:
            kept = begins[0], line[2:].strip()
        else:
            kept = kept[0], f"{kept[1]} {line.strip()}".strip()

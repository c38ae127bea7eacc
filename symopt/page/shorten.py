"""Shorter names for what the page's own modules declare, so that the file stays small. Nothing is parsed: a name is
left alone unless it is plain to see that every place it stands in is the same kind of place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product

Token = tuple[str, str]

# Properties of our own objects that no string, no JSON and no browser knows by name.
OWN = {
    "state", "words", "outcome", "element", "found", "change", "active", "walks", "problem", "pretty", "colour", "told",
    "sees", "headline", "tone", "restart", "prepare", "remark", "period", "frame",
}  # fmt: skip
SAME = {"const": "let", "Math": "M", "Number": "N", "Float64Array": "F"}
HOLE = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def shortened(tokens: list[Token], split: re.Pattern[str], reserved: set[str]) -> list[Token]:
    """The tokens with short names.

    split: what cuts the expressions inside of templates into tokens. reserved: names that others know or use.
    """
    plain = [token for token in _opened(tokens, split) if token[0] not in ("space", "comment")]
    words = Counter(text for kind, text in plain if kind == "word")
    names = ((_declared(plain) - _fixed(plain)) | OWN) - reserved
    by_gain = sorted((name for name in names if len(name) > 2), key=lambda name: (-words[name] * len(name), name))
    free = (
        a + b for a, b in product(LETTERS, LETTERS) if a + b not in {*words, *reserved, "do", "if", "in", "of", "as"}
    )
    table = {**SAME, **dict(zip(by_gain, free, strict=False))}

    def renamed(some: list[Token]) -> list[Token]:
        out = []
        for kind, text in some:
            if kind == "word":
                text = table.get(text, text)
            elif kind == "keep" and text[0] == "`":
                text = HOLE.sub(lambda hole: "${" + "".join(t for _, t in renamed(_cut(hole[1], split))) + "}", text)
            out.append((kind, text))
        return out

    return _indexed(renamed(tokens), free)


def _indexed(tokens: list[Token], free: Iterator[str]) -> list[Token]:
    """`.textContent` as `[xy]` with xy the word, declared in front, for every property where that is shorter."""
    places = [
        k
        for k in range(1, len(tokens))
        if tokens[k][0] == "word" and tokens[k - 1][1] == "." and (k < 2 or tokens[k - 2][1] not in (".", "?"))
    ]
    uses = Counter(tokens[k][1] for k in places)
    table = {word: next(free) for word, many in uses.most_common() if many * (len(word) - 3) > len(word) + 6}
    out = list(tokens)
    for k in places:
        if (word := tokens[k][1]) in table:
            out[k - 1], out[k] = ("sign", "["), ("keep", f"{table[word]}]")
    declared = ",".join(f'{name}="{word}"' for word, name in table.items())
    return [("keep", f"const {declared};"), *out]


def _cut(text: str, split: re.Pattern[str]) -> list[Token]:
    return [(token.lastgroup or "", token[0]) for token in split.finditer(text)]


def _opened(tokens: list[Token], split: re.Pattern[str]) -> Iterator[Token]:
    """The tokens, and those inside of templates."""
    for kind, text in tokens:
        if kind == "keep" and text[0] == "`":
            for hole in HOLE.finditer(text):
                yield ("sign", "(")
                yield from _cut(hole[1], split)
                yield ("sign", ")")
        yield (kind, text)


def _declared(tokens: list[Token]) -> set[str]:
    """Names after const, let and function, and parameters."""
    found = set()
    openings: list[int] = []
    for k, (kind, text) in enumerate(tokens):
        before = tokens[k - 1][1] if k else ""
        if kind == "word" and before in ("const", "let", "function"):
            found.add(text)
        elif kind == "sign" and text in "([{":
            openings.append(k)
        elif kind == "sign" and text in ")]}":
            begin = openings.pop()
            left = tokens[begin - 1][1] if begin else ""
            arrow = text == ")" and [t for _, t in tokens[k + 1 : k + 3]] == ["=", ">"]
            function = text == ")" and begin > 1 and tokens[begin - 2][1] == "function"
            if arrow or function or (text == "]" and left in ("const", "let")):
                found |= set(_listed(tokens[begin + 1 : k]))
    return found


def _listed(tokens: list[Token]) -> Iterator[str]:
    """The names between commas, outside of any inner bracket."""
    depth = 0
    for k, (kind, text) in enumerate(tokens):
        if kind == "sign" and text in "([{":
            depth += 1
        elif kind == "sign" and text in ")]}":
            depth -= 1
        elif kind == "word" and depth == 0 and (k == 0 or tokens[k - 1][1] in (",", ".")):
            yield text


def _fixed(tokens: list[Token]) -> set[str]:
    """Names that stand as a property, a key, or in short notation somewhere."""
    found = set()
    inside: list[str] = []
    for k, (kind, text) in enumerate(tokens):
        if kind == "sign" and text in "([{":
            inside.append(text)
        elif kind == "sign" and text in ")]}":
            inside.pop()
        if kind != "word":
            continue
        before, after = tokens[k - 1][1] if k else "", tokens[k + 1][1] if k + 1 < len(tokens) else ""
        spread = before == "." and k > 1 and tokens[k - 2][1] == "."
        if before == "." and not spread:
            found.add(text)
        if inside and inside[-1] == "{" and (after == ":" or (before in "{," and after in ",}=(")):
            found.add(text)
    return found

"""Characters to tokens: what was typed, one character at a time, with its place in the user's own text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from lark import Token

from symopt.errors import ExpressionError

MAX_CHARACTERS = 4000

GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma "
        "tau upsilon phi chi psi omega").split(), strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(), strict=True)),
    "ϑ": "theta", "ϕ": "phi", "ϵ": "epsilon", "µ": "mu",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values()) - {"pi"}

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SAME = {
    **dict.fromkeys("−–—‐‑‒﹣", "-"), **dict.fromkeys("×·⋅∙•∗", "*"), **dict.fromkeys("÷∕⁄", "/"),
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "∣": "|", "∧": "&", "∨": "|",
}  # fmt: skip

REFUSED = {
    "∞": "infinity is not a number that a loss can hold",
    "∑": "write sums as sum(x[i]**2, i, 0, 9)",
    "Σ": "write sums as sum(x[i]**2, i, 0, 9)",
    "∏": "write products as prod(x[i], i, 0, 9)",
    "√": "write sqrt(x), or cbrt(x) for the cube root",
    "∫": "integrals are not supported: write the loss itself",
    "∂": "write the loss only: symopt derives it",
    "∇": "write the loss only: symopt derives it",
    "。": "remove the final 。",
    "、": "separate with a comma: ,",
    "%": "% is not supported: write 50% as 0.5",
    ";": "remove the ; and everything behind it",
    "!": "there are no factorials here: gamma(x + 1) is x!",
    "=": "write only the right-hand side; conditions use < <= > >=",
    "~": "write the opposite comparison instead",
    "@": "matrices are not supported: write the sum out",
    "$": "remove the $: symopt reads x^2, not TeX",
    "\\": "symopt reads x^2 and sqrt(x), not TeX",
    "{": "use round parentheses: ( )",
    "}": "use round parentheses: ( )",
    "#": "remove the #",
    "`": "remove the `",
    ":": "remove the :",
    "?": "use Piecewise((x**2, x > 0), (-x, True))",
    "_": "names begin with a letter",
}

VARIABLE = re.compile(rf"(?:[A-Za-z]|{'|'.join(sorted(GREEK_NAMES, key=len, reverse=True))})(?:_?\d+)?")
CONSTANT_NAMES = frozenset({"pi", "e", "E"})
NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
RADIX = re.compile(r"0[xXbBoO][0-9a-fA-F]")
COMPARE = re.compile(r"<=|>=|<|>")
SINGLE = {
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "DIVIDE", "^": "POWER", ",": "COMMA", "&": "AND",
    "(": "LPAREN", ")": "RPAREN", "[": "LSQUARE", "]": "RSQUARE",
}  # fmt: skip
WORDS = {"and": "AND", "or": "OR", "True": "TRUE", "true": "TRUE", "otherwise": "TRUE"}
OPERAND_ENDS = {"NUMBER", "NAME", "RPAREN", "RSQUARE", "CLOSEBAR", "CALL", "TRUE"}
CLOSERS = {"(": ")", "[": "]", "|": "|"}
LAMBDA = re.compile(r"(?:\s*[A-Za-z_]\w*\s*,)*\s*(?:[A-Za-z_]\w*)?\s*:")  # the rest of Python's lambda; else λ
PYTHON = frozenset("def return lambda if else elif for while import from not is in del class print "
                   "None False yield with assert pass global raise try except exec eval".split())  # fmt: skip


def tokens(text: str, functions: Collection[str], declared: Collection[str]) -> Iterator[Token]:
    """The tokens of a text. A name before a parenthesis is a CALL if it is a function and not declared.

    Raises ExpressionError at the first character that cannot be meant.
    """
    return _Scanner(text, functions, declared).run()


def plain_name(word: str) -> str:
    """A name as it is read in a text: θ is theta, x₁ is x1; the word itself where it is no single name."""
    if word.isascii():
        return word
    try:
        found = [*tokens(word, (), ())]
    except ExpressionError:
        return word
    return str(found[0]) if [token.type for token in found] == ["NAME"] else word


class _Scanner:
    def __init__(self, text: str, functions: Collection[str], declared: Collection[str]) -> None:
        self.text = text
        self.functions = functions
        self.declared = declared
        self.open: list[Token] = []
        self.last: Token | None = None

    def run(self) -> Iterator[Token]:
        text = self.text
        if len(text) > MAX_CHARACTERS:
            self.fail(
                f"the expression has {len(text)} characters; at most {MAX_CHARACTERS} are read",
                MAX_CHARACTERS, len(text), "write repeated terms as sum(…, i, a, b)",
            )  # fmt: skip
        self.plain, self.places = _plain(text)
        self.at = 0
        while self.at < len(self.plain):
            if self.plain[self.at] == " ":
                self.at += 1
                continue
            for token in self.scan():
                self.last = token
                yield token
        if self.open:
            bracket = self.open[-1]
            self.fail(
                f"this {bracket} is never closed", bracket.start_pos, bracket.end_pos, f"add a {CLOSERS[bracket[0]]!r}"
            )

    def scan(self) -> Iterator[Token]:
        plain, at = self.plain, self.at
        character = plain[at]
        origin = self.text[self.places[at]]
        if origin in SUPERSCRIPTS:
            yield from self.superscript()
        elif (match := NUMBER.match(plain, at)) and origin not in SUBSCRIPTS:
            if RADIX.match(plain, at):
                self.fail("only decimal numbers are read", at, at + 3, places=True)
            if self.last is not None and self.last.type in OPERAND_ENDS:
                self.number_behind(match.group(), at, match.end())
            yield self.token("NUMBER", match.group(), match.end())
        elif origin in GREEK and origin not in REFUSED:
            stop = at + len(GREEK[origin])
            while stop < len(plain) and plain[stop] in "0123456789_":
                stop += 1
            yield self.name(plain[at:stop], stop)
        elif match := NAME.match(plain, at):
            stop = match.end()
            for place in range(at + 1, stop):  # x followed by a Greek letter is two names
                if self.text[self.places[place]] in GREEK:
                    stop = place
                    break
            yield self.name(plain[at:stop], stop)
        elif match := COMPARE.match(plain, at):
            if plain[match.end() : match.end() + 1] == character:
                self.fail("shifts are not arithmetic", at, match.end() + 1, places=True)
            yield self.token("COMPARE", match.group(), match.end())
        elif character == "*" and plain.startswith("**", at):
            if plain.startswith("***", at):
                self.fail("an operator needs something on its left: too many *", at, at + 3, "x**2 is x²", places=True)
            yield self.token("POWER", "**", at + 2)
        elif character == "|":
            yield self.bar()
        elif character in SINGLE:
            token = self.token(SINGLE[character], character, at + 1)
            self.match_brackets(token)
            yield token
        else:
            self.refuse(character, origin)

    def token(self, kind: str, value: str, stop: int) -> Token:
        begin = self.at
        self.at = stop
        end = self.places[stop - 1] + 1
        return Token(kind, value, start_pos=self.places[begin], end_pos=end)

    def name(self, word: str, stop: int) -> Token:
        begin = self.at
        if word in self.declared:
            return self.token("NAME", word, stop)
        if word in WORDS:
            return self.token(WORDS[word], word, stop)
        rest = self.plain[stop:].lstrip()
        greek = self.text[self.places[begin]] in GREEK
        if word in PYTHON and not greek and (word != "lambda" or LAMBDA.match(rest)):
            hints = {
                "if": "use Piecewise((x**2, x > 0), (-x, True)), or where(x > 0, x**2, -x)",
                "else": "use Piecewise((x**2, x > 0), (-x, True))",
                "not": "write the opposite comparison instead",
            }
            if word == "print" and rest.startswith("("):
                self.fail("unknown function print", begin, stop, "write only the loss, for example x**2", places=True)
            hint = hints.get(word, "write only the loss, for example x**2")
            self.fail(f"{word!r} is Python, not part of an expression", begin, stop, hint, places=True)
        if self.plain[stop : stop + 1] == "." and self.plain[stop + 1 : stop + 2].isalpha():
            member = NAME.match(self.plain, stop + 1)
            hint = f"drop the {word + '.'!r} prefix: {member.group() if member else ''}"
            self.fail("'.' does not reach into names here: there are no attributes", begin, stop + 1, hint, places=True)
        called = rest.startswith("(") and word not in CONSTANT_NAMES
        if called and (word in self.functions or not VARIABLE.fullmatch(word)):
            return self.token("CALL", word, stop)
        return self.token("NAME", word, stop)

    def superscript(self) -> Iterator[Token]:
        if self.last is None or self.last.type not in OPERAND_ENDS:
            self.fail("a superscript needs something on its left", self.at, self.at + 1, places=True)
        stop = self.at
        while stop < len(self.plain) and self.text[self.places[stop]] in SUPERSCRIPTS:
            stop += 1
        digits = "".join(SUPERSCRIPTS[c] for c in self.plain[self.at : stop])
        if not re.fullmatch(r"[+-]?\d+", digits):
            self.fail(f"the superscript {digits} is not a number", self.at, stop, places=True)
        start, end = self.places[self.at], self.places[stop - 1] + 1
        self.at = stop
        yield Token("POWER", "**", start_pos=start, end_pos=end)
        if digits[0] in "+-":
            yield Token("MINUS" if digits[0] == "-" else "PLUS", digits[0], start_pos=start, end_pos=end)
        yield Token("NUMBER", digits.lstrip("+-"), start_pos=start, end_pos=end)

    @property
    def conditional(self) -> bool:
        """Whether a condition may stand here: somewhere inside the parentheses of Piecewise or where."""
        return any(token.type == "CONDITIONAL" for token in self.open)

    def bar(self) -> Token:
        """| opens where an operand can begin, closes one that is open, and is `or` in a condition."""
        after_operand = self.last is not None and self.last.type in OPERAND_ENDS
        closes = bool(self.open) and self.open[-1] == "|"
        if not after_operand or not (closes or self.conditional):
            token = self.token("OPENBAR", "|", self.at + 1)
            self.open.append(token)
            return token
        if closes:
            self.open.pop()
            return self.token("CLOSEBAR", "|", self.at + 1)
        return self.token("OR", "|", self.at + 1)

    def match_brackets(self, token: Token) -> None:
        if token.type in ("LPAREN", "LSQUARE"):
            switch = self.last is not None and self.last.type == "CALL" and self.last in ("Piecewise", "where")
            kind = "CONDITIONAL" if switch else token.type
            self.open.append(Token(kind, str(token), start_pos=token.start_pos, end_pos=token.end_pos))
        elif token.type in ("RPAREN", "RSQUARE"):
            if not self.open:
                self.fail(f"{str(token)!r} has no matching opening bracket", token.start_pos, token.end_pos)
            opened = self.open.pop()
            wanted = CLOSERS[opened[0]]
            if wanted != token:
                self.fail(f"{str(token)!r} where {wanted!r} was expected", token.start_pos, token.end_pos,
                          f"the {opened} before it is closed by {wanted}")  # fmt: skip

    def number_behind(self, number: str, at: int, stop: int) -> None:
        assert self.last is not None
        left = self.text[self.last.start_pos : self.last.end_pos]
        if self.last.type in ("RPAREN", "RSQUARE", "CLOSEBAR"):
            self.fail(f"missing operator between {left} and {number}", at, stop, f"write …{left}*{number}", places=True)
        if self.plain[at] == "." and self.last.type == "NUMBER":
            self.fail("a number has one decimal point only", at, stop, places=True)
        self.fail(
            f"missing operator between {left} and {number}",
            at,
            stop,
            f"{left}*{number} or {left}^{number}?",
            places=True,
        )

    def refuse(self, character: str, origin: str) -> None:
        at = self.at
        if character in "'\"“”‘’«»":
            self.fail("quotes are not part of an expression", at, at + 1, "remove the quotes", places=True)
        if character == ".":
            if self.text.rstrip()[-1:] == "." and at == len(self.plain.rstrip()) - 1 and at:
                self.fail("a lone '.' is not a number", at, at + 1, "remove the final '.'", places=True)
            self.fail("a lone '.' is not a number", at, at + 1, "write decimals as 0.5", places=True)
        if self.plain.startswith(("==", "!="), at):
            self.fail(
                f"{self.plain[at : at + 2]!r} is not read: conditions use < <= > >=", at, at + 2,
                "equality at a single point does not change a loss", places=True,
            )  # fmt: skip
        hint = REFUSED.get(origin) or REFUSED.get(character)
        if character == "=" and self.inside_call("Piecewise"):
            self.fail("'=' is no condition: conditions use < <= > >=", at, at + 1, "for example x < 0", places=True)
        if hint:
            self.fail(f"{origin!r} is not allowed here", at, at + 1, hint, places=True)
        if ord(origin) < 128 and origin.isprintable():
            self.fail(f"{origin!r} is not allowed here", at, at + 1, places=True)
        name = unicodedata.name(origin, "no name")
        looks = _lookalike(origin)
        self.fail(
            f"the character {origin if origin.isprintable() else ' '!r} (U+{ord(origin):04X}, {name}) is not allowed",
            at, at + 1, f"it only looks like {looks}: retype it" if looks else "remove it, or write it in ASCII",
            places=True,
        )  # fmt: skip

    def inside_call(self, name: str) -> bool:
        return name in self.text[: self.places[self.at]]

    def fail(self, message: str, start: int, end: int, hint: str = "", places: bool = False) -> None:
        if places:
            start, end = self.places[start], self.places[min(end, len(self.places)) - 1] + 1
        raise ExpressionError(message, hint, self.text, start, end)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in ASCII where a character has one meaning, and for each of its characters the place typed."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character in SAME:
            meaning = SAME[character]
        elif "！" <= character <= "～":
            meaning = chr(ord(character) - 0xFEE0)
        elif character in GREEK and character not in REFUSED:
            meaning = GREEK[character]
        elif character in SUBSCRIPTS:
            meaning = SUBSCRIPTS[character]
        elif character in "\t\n\r" or unicodedata.category(character) == "Zs":
            meaning = " "
        else:
            meaning = character
        plain.append(meaning)
        places.extend([place] * len(meaning))
    return "".join(plain), places


def _lookalike(character: str) -> str:
    cyrillic = dict(zip("асеорхуіАВЕКМНОРСТХУ", "aceopxyiABEKMHOPCTXY", strict=True))
    return cyrillic.get(character, "")

"""Characters to tokens: what was typed, one character at a time, with its place in the user's own text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import NamedTuple

from symopt.errors import ExpressionError
from symopt.expression.words import ELSEWHERE
from symopt.functions import FUNCTIONS

MAX_CHARACTERS = 4000

GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma "
        "tau upsilon phi chi psi omega").split(), strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(), strict=True)),
    "ϑ": "theta", "ϕ": "phi", "ϵ": "epsilon", "µ": "mu",
}  # fmt: skip
APART = re.compile(rf"((?<=\w)[{''.join(GREEK)}]|(?<=[{''.join(GREEK)}])[A-Za-z])")
GREEK_NAMES = frozenset(GREEK.values()) - {"pi", "Pi"}

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SAME = {
    **dict.fromkeys("−–—‐‑‒﹣", "-"), **dict.fromkeys("×·⋅∙•∗⨯", "*"), **dict.fromkeys("÷∕⁄➗", "/"), "ˆ": "^",
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "∣": "|", "∧": "&", "∨": "|",
}  # fmt: skip

OWN = "a variable is a letter such as a or θ"
FOREIGN = "remove it, or write it in ASCII"
DERIVED = "write the loss only: symopt derives it"
RIGHT_SIDE = "write only the right-hand side; conditions use < <= > >="
REFUSED = {
    "∞": "infinity is not a number that a loss can hold",
    "∑": "write sums as sum(x[i]**2, i, 0, 9)",
    "Σ": "write sums as sum(x[i]**2, i, 0, 9)",
    "∏": "write products as prod(x[i], i, 0, 9)",
    **{known.mark: f"write {known.name}(x)" for known in FUNCTIONS.values() if known.mark not in ("", "|", *GREEK)},
    "∜": "write x^(1/4)",
    "‖": "write sqrt(x^2 + y^2), or |x| for one number",
    "≠": "conditions use < <= > >=: equality at a single point does not change a loss",
    "≈": "conditions use < <= > >=",
    "→": "write only the loss, for example x^2",
    "↦": "write only the loss, for example x^2",
    "∆": "write Delta, or Δ",
    "°": "angles are in radians: 30 degrees are pi/6",
    "ᵀ": "matrices are not supported: write the sum out",
    "∫": "integrals are not supported: write the loss itself",
    "∂": DERIVED,
    "∇": DERIVED,
    "。": "remove the final 。",
    "、": "separate with a comma: ,",
    "%": "there is no modulo here, and 50% is written 0.5",
    ";": "remove the ; and everything behind it",
    "!": "write factorial(x), which is gamma(x + 1)",
    "=": RIGHT_SIDE,
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

PHRASES = (  # what begins a text that is more than a loss: pattern with the place, message, hint
    (re.compile(r"\s*[A-Za-z]\w*\s*\([\w\s,]*\)\s*(=)(?!=)"), "'=' is not allowed here", RIGHT_SIDE),
    (
        re.compile(r".*?(?<!\w)(d(?:\^2|²)?\s*[A-Za-z]?\s*/\s*d[A-Za-z](?:\^2|²)?)(?!\w)"),
        "this asks for a derivative",
        DERIVED,
    ),
    (re.compile(r"[\w\s,():]*?(->)"), "an arrow is not part of an expression", RIGHT_SIDE),
)
MEMBERS = {  # what stands behind the point of an object
    "T": "matrices are not supported: write the sum out",
    "sum": "write sums as sum(x[i], i, 0, 9)",
    "prod": "write products as prod(x[i], i, 0, 9)",
    "dot": "write the sum out: sum(x[i]*y[i], i, 0, 9)",
    "mean": "write sum(x[i], i, 0, 9)/10",
}

VARIABLE = re.compile(rf"(?:[A-Za-z]|{'|'.join(sorted(GREEK_NAMES, key=len, reverse=True))})(?:_?\d+)?")
CONSTANT_NAMES = frozenset({"pi", "e", "E"})
NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
ANY_NAME = re.compile(r"[^\W\d][^\W¹²³⁰-₉]*")  # of whatever script
DOTTED = re.compile(r"\w+(?:\.[A-Za-z]\w*)*")
RADIX = re.compile(r"0[xXbBoO][0-9a-fA-F]")
BLANKS = "\t\n\r\v\f\x85\u2028\u2029"
WHITE = re.compile(r"[\t-\r]")
LINE_END = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
FILE = re.compile(r"\s*[\w/-]+\.(?:txt|py|json|csv|md|tex|nb|m|r|R|jl|xlsx?|ya?ml|toml|ipynb|dat)\s*")
COMPARE = re.compile(r"<=|>=|<|>")
SINGLE = {
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "DIVIDE", "^": "POWER", ",": "COMMA", "&": "AND",
    "(": "LPAREN", ")": "RPAREN", "[": "LSQUARE", "]": "RSQUARE",
}  # fmt: skip
WORDS = {"and": "AND", "or": "OR", "True": "TRUE", "true": "TRUE", "otherwise": "TRUE"}
OPERAND_ENDS = {"NUMBER", "NAME", "RPAREN", "RSQUARE", "CLOSEBAR", "CALL", "TRUE"}
CLOSERS = {"(": ")", "[": "]", "|": "|"}
LAMBDA = re.compile(r"(?:\s*[A-Za-z_]\w*\s*,)*\s*(?:[A-Za-z_]\w*)?\s*:")  # the rest of Python's lambda; else λ
OPENS = {"Piecewise": "CONDITIONAL", "where": "CONDITIONAL", "sum": "SERIES", "prod": "SERIES"}
PYTHON = frozenset("def return lambda if else elif for while import from not is in del class print "
                   "None False yield with assert pass global raise try except exec eval".split())  # fmt: skip


ORDINARY = re.compile(r"(?:[A-Za-z0-9_.+\-*/^,()\[\]]| (?! ))*")
PIECE = re.compile(r"(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[A-Za-z]\w*|\*\*|\S)(?= *(\()?)")
UNUSUAL = re.compile(rf"\*\*\*|0[xXbBoO][0-9a-fA-F]|\.(?!\d)|(?<!\w)d.*/|(?<![\w.])_|^{FILE.pattern}$")
KEYWORDS = PYTHON | WORDS.keys()


def tokens(text: str, functions: Collection[str], declared: Collection[str]) -> Iterator[Token]:
    """The tokens of a text. A name before a parenthesis is a CALL if it is a function and not declared.

    Raises ExpressionError at the first character that cannot be meant.
    """
    return _Scanner(text, functions, declared).run()


_token = tuple.__new__  # as Token._make, without a call of Python's


def ordinary(text: str, functions: Collection[str], declared: Collection[str]) -> list[Token] | None:
    """The same tokens in one go, of a text of plain numbers, names, operators and closed brackets; None of others."""
    if len(text) > MAX_CHARACTERS or not ORDINARY.fullmatch(text) or UNUSUAL.search(text):
        return None
    found: list[Token] = []
    opened: list[str] = []
    operand = False  # whether one ends here
    for match in PIECE.finditer(text):
        word = match[1]
        kind = SINGLE.get(word, "")
        if not kind:
            first = word[0]
            if first.isalpha():
                if word in KEYWORDS:
                    return None
                called = match[2] and word not in CONSTANT_NAMES and word not in declared
                kind = "CALL" if called and (word in functions or not VARIABLE.fullmatch(word)) else "NAME"
            elif first == "*":
                kind = "POWER"
            elif operand:
                return None
            else:
                kind = "NUMBER"
        elif word in "([":
            opened.append(word)
        elif word in ")]" and (not opened or CLOSERS[opened.pop()] != word):
            return None
        operand = kind in OPERAND_ENDS
        found.append(_token(Token, (kind, word, *match.span(1))))
    return None if opened else found


def plain_name(word: str) -> str:
    """A name as it is read in a text: θ is theta, x₁ is x1, 价格 itself; a word that is no single name as it stands."""
    if word.isascii():
        return word
    try:
        found = [*tokens(word, (), ())]
    except ExpressionError:
        found = []
    if [token.type for token in found] == ["NAME"]:
        return found[0].word
    return _known_as(word) if run(word) == len(word) else word


def is_name(word: str) -> bool:
    """Whether a word can name a column: letters of any script, digits and _, a letter first."""
    return bool(word) and run(word) == len(word) and plain_name(word) == word


def run(text: str, at: int = 0) -> int:
    """Where the run of letters, digits, marks and _ ends that begins at a place of a text with a letter."""
    if at >= len(text) or not _in_a_name(text[at], first=True):
        return at
    return next((k for k in range(at + 1, len(text)) if not _in_a_name(text[k])), len(text))


def base_of(name: str) -> str:
    """The letter of a name that ends in a number: x of x12."""
    return name.rstrip("0123456789")


def mentioned(text: str, names: Collection[str]) -> set[str]:
    """Those of some names that a text may mean: x0, x1 … also by x[j], 价格 also in a价格."""
    plain, spelled = _plain(APART.sub(r" \1", text))[0], _known_as(text)
    words = {*re.findall(r"[A-Za-z]\w*", plain)}
    indexed = {*re.findall(r"([A-Za-z]\w*)\s*\[", plain)}
    indexed |= {base for base in {base_of(name) for name in names if not name.isascii()}
                if re.search(rf"{re.escape(base)}\s*\[", spelled)}  # fmt: skip
    entries = (n for n in names if any(n.startswith(b) and n[len(b) :].isdigit() for b in indexed))
    return {*entries, *(n for n in names if n in words or (not n.isascii() and n in spelled))}


def _in_a_name(character: str, first: bool = False) -> bool:
    if character.isascii():
        return character.isalpha() or (not first and (character.isdigit() or character == "_"))
    if first:
        return character.isidentifier()
    return character in SUBSCRIPTS or (character not in SAME and f"a{character}".isidentifier())


def _known_as(word: str) -> str:
    """One spelling for all that look the same, as Python has it for its names (NFKC)."""
    return unicodedata.normalize("NFKC", word)


class Token(NamedTuple):
    """A piece of the text: what it is, the word itself, and where it stands."""

    type: str
    word: str
    start_pos: int
    end_pos: int

    def __str__(self) -> str:
        return self.word


class _Scanner:
    def __init__(self, text: str, functions: Collection[str], declared: Collection[str]) -> None:
        self.text = text
        self.functions = functions
        self.declared = {*declared}
        foreign = {name for name in self.declared if not name.isascii()}
        self.foreign = foreign | set(map(base_of, foreign))  # 价格 of 价格[j] too
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
        for pattern, message, hint in PHRASES:
            if (match := pattern.match(self.plain)) and not self.declared & {*NAME.findall(match.group(1))}:
                self.fail(message, match.start(1), match.end(1), hint, places=True)
        while self.at < len(self.plain):
            if self.plain[self.at] == " ":
                self.blank()
                continue
            for token in self.scan():
                self.last = token
                yield token
        if self.open:
            bracket = self.open[-1]
            self.fail(
                f"this {bracket} is never closed",
                bracket.start_pos,
                bracket.end_pos,
                f"add a {CLOSERS[bracket.word]!r}",
            )

    def blank(self) -> None:
        """Blanks part names; the end of a line ends a loss that could end there, outside of brackets."""
        self.at += 1
        if self.at == len(self.plain) or self.open or self.last is None or self.last.type not in OPERAND_ENDS:
            return
        begin, end = self.last.end_pos, self.places[self.at]
        if not LINE_END.search(self.text, begin, end):
            return
        first, second = self.text[:begin].strip().splitlines()[-1], self.text[end:].strip().splitlines()[0]
        self.fail(
            f"two lines, {shortened(first)!r} and {shortened(second)!r}: is it one loss or two?", end, len(self.text),
            "give one loss at a time; one that goes over several lines stands in parentheses: ( … )",
        )  # fmt: skip

    def scan(self) -> Iterator[Token]:
        plain, at = self.plain, self.at
        character = plain[at]
        origin = self.text[self.places[at]]
        stop = run(self.text, self.places[at]) if self.foreign else 0
        word = _known_as(self.text[self.places[at] : stop])
        if word in self.foreign:
            yield self.token("NAME", word, bisect_left(self.places, stop))
        elif character in SINGLE and not plain.startswith("**", at):
            token = self.token(SINGLE[character], character, at + 1)
            self.match_brackets(token)
            yield token
        elif origin in SUPERSCRIPTS:
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
        elif character == "*":
            if plain.startswith("***", at):
                self.fail("an operator needs something on its left: too many *", at, at + 3, "x**2 is x²", places=True)
            yield self.token("POWER", "**", at + 2)
        elif character == "|":
            yield self.bar()
        else:
            self.refuse(character, origin)

    def token(self, kind: str, value: str, stop: int) -> Token:
        begin = self.at
        self.at = stop
        end = self.places[stop - 1] + 1
        return Token(kind, value, self.places[begin], end)

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
                "for": "write sums as sum(x[i], i, 0, 9)",
            }
            if word == "print" and rest.startswith("("):
                self.fail("unknown function print", begin, stop, "write only the loss, for example x**2", places=True)
            hint = hints.get(word, "write only the loss, for example x**2")
            self.fail(f"{word!r} is Python, not part of an expression", begin, stop, hint, places=True)
        if FILE.fullmatch(self.plain):
            self.fail(f"{self.plain.strip()!r} looks like the name of a file", 0, len(self.plain),
                      "a loss is typed, not read from a file by its name", places=True)  # fmt: skip
        if self.plain[stop : stop + 1] == "." and self.plain[stop + 1 : stop + 2].isalpha():
            *prefix, member = DOTTED.match(self.plain, begin).group().split(".")  # type: ignore[union-attr]
            known = VARIABLE.fullmatch(word) is not None
            product = f"a product is {word}*{member}" if VARIABLE.fullmatch(member) else "write numbers and names alone"
            hint = MEMBERS.get(member, product) if known else f"drop the '{'.'.join(prefix)}.' prefix: {member}"
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
        yield Token("POWER", "**", start, end)
        if digits[0] in "+-":
            yield Token("MINUS" if digits[0] == "-" else "PLUS", digits[0], start, end)
        yield Token("NUMBER", digits.lstrip("+-"), start, end)

    @property
    def conditional(self) -> bool:
        """Whether a condition may stand here: somewhere inside the parentheses of Piecewise or where."""
        return any(token.type == "CONDITIONAL" for token in self.open)

    @property
    def series(self) -> bool:
        """Whether this is inside the parentheses of sum or prod."""
        return any(token.type == "SERIES" for token in self.open)

    def bar(self) -> Token:
        """| opens where an operand can begin, closes one that is open, and is `or` in a condition."""
        after_operand = self.last is not None and self.last.type in OPERAND_ENDS
        closes = bool(self.open) and self.open[-1].word == "|"
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
            call = self.last.word if self.last is not None and self.last.type == "CALL" else ""
            kind = OPENS.get(call, token.type)
            self.open.append(Token(kind, token.word, token.start_pos, token.end_pos))
        elif token.type in ("RPAREN", "RSQUARE"):
            if not self.open:
                self.fail(f"{str(token)!r} has no matching opening bracket", token.start_pos, token.end_pos)
            opened = self.open.pop()
            wanted = CLOSERS[opened.word]
            if wanted != token.word:
                self.fail(f"{str(token)!r} where {wanted!r} was expected", token.start_pos, token.end_pos,
                          f"the {opened} before it is closed by {wanted}")  # fmt: skip

    def number_behind(self, number: str, at: int, stop: int) -> None:
        assert self.last is not None
        left = self.text[self.last.start_pos : self.last.end_pos]
        if self.last.type in ("RPAREN", "RSQUARE", "CLOSEBAR"):
            self.fail(f"missing operator between {left} and {number}", at, stop, f"write …{left}*{number}", places=True)
        if self.plain[at] == "." and self.last.type == "NUMBER":
            self.fail("a number has one decimal point only", at, stop, places=True)
        if self.last.type == "NUMBER" and len(number) == 3 and number.isdigit():
            self.fail("a number is written without spaces", at, stop, f"write {left}{number}", places=True)
        if left in self.functions:
            rest = re.match(r"[\w.*]+", self.plain[at:])
            raise ExpressionError(f"{left} needs its argument in parentheses", f"write {left}({rest and rest.group()})",
                                  self.text, self.last.start_pos, self.last.end_pos)  # fmt: skip
        if left in ELSEWHERE and not VARIABLE.fullmatch(left):
            raise ExpressionError(f"unknown name {left!r}", ELSEWHERE[left],
                                  self.text, self.last.start_pos, self.last.end_pos)  # fmt: skip
        self.fail(
            f"missing operator between {left} and {number}",
            at,
            stop,
            f"{left}*{number} or {left}^{number}?",
            places=True,
        )

    def refuse(self, character: str, origin: str) -> None:
        at = self.at
        behind = self.last is not None and self.last.type in OPERAND_ENDS
        if character in "_'’" and behind and self.last.type == "NUMBER":  # type: ignore[union-attr]
            whole = "".join(re.findall(r"\d+", self.plain[: at + 4])[-2:])
            self.fail("a number is written in digits alone", at, at + 1, f"write {whole}", places=True)
        if character in "'’′″" and behind:
            self.fail(f"{character!r} does not derive here", at, at + 1, DERIVED, places=True)
        if character in "'\"“”‘’«»":
            self.fail("quotes are not part of an expression", at, at + 1, "remove the quotes", places=True)
        if character == ".":
            if behind and (operator := re.match(r"\*\*|[*/^]", self.plain[at + 1 :])):
                self.fail("there are no operators of elements here", at, at + 2,
                          f"drop the point: write {operator.group()}", places=True)  # fmt: skip
            if self.text.rstrip()[-1:] == "." and at == len(self.plain.rstrip()) - 1 and at:
                self.fail("a lone '.' is not a number", at, at + 1, "remove the final '.'", places=True)
            self.fail("a lone '.' is not a number", at, at + 1, "write decimals as 0.5", places=True)
        if self.plain.startswith(("==", "!="), at):
            self.fail(
                f"{self.plain[at : at + 2]!r} is not read: conditions use < <= > >=", at, at + 2,
                "equality at a single point does not change a loss", places=True,
            )  # fmt: skip
        hint = REFUSED.get(origin) or REFUSED.get(character)
        if character == "!" and behind and self.last.type in ("NAME", "NUMBER"):  # type: ignore[union-attr]
            hint = f"write factorial({self.last}), which is gamma({self.last} + 1)"
        if character == "=" and self.conditional:
            turned = {"<": "write <=", ">": "write >="}.get(self.plain[at + 1 : at + 2], "for example x < 0")
            self.fail("'=' is no condition: conditions use < <= > >=", at, at + 1, turned, places=True)
        if character == "=" and self.series:
            self.fail("'=' is not allowed here", at, at + 1, "write sum(x[i], i, 0, 9)", places=True)
        if hint:
            self.fail(f"{origin!r} is not allowed here", at, at + 1, hint, places=True)
        if ord(origin) < 128 and origin.isprintable():
            self.fail(f"{origin!r} is not allowed here", at, at + 1, places=True)
        if self.foreign and (stop := run(self.text, self.places[at])) > self.places[at]:
            word = _known_as(self.text[self.places[at] : stop])
            self.fail(f"unknown name {word!r}", self.places[at], stop, OWN)
        name = unicodedata.name(origin, "no name")
        meant = _replacement(origin)
        self.fail(
            f"the character {origin if origin.isprintable() else ' '!r} (U+{ord(origin):04X}, {name}) is not allowed",
            at, at + 1, meant or FOREIGN, places=True,
        )  # fmt: skip

    def fail(self, message: str, start: int, end: int, hint: str = "", places: bool = False) -> None:
        if places:
            start, end = self.places[start], self.places[min(end, len(self.places)) - 1] + 1
        raise ExpressionError(message, hint, self.text, start, end)


def shortened(text: str, most: int = 24) -> str:
    """A text, or its beginning and …, to be quoted in a message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def blank(text: str) -> bool:
    """Whether there is nothing but blanks in a text, and marks that no one sees."""
    return not (text.isascii() and text.strip()) and not _plain(text)[0].strip()


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in ASCII where a character has one meaning, and for each of its characters the place typed."""
    if text.isascii() and "  " not in text and not WHITE.search(text):
        return text, list(range(len(text)))
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
        elif character in BLANKS or (character == "\ufeff" and not place) or unicodedata.category(character) == "Zs":
            meaning = "" if plain and plain[-1] == " " else " "  # a run of them is one blank
        else:
            meaning = character
        if meaning:
            plain.append(meaning)
        places.extend([place] * len(meaning))
    return "".join(plain), places


def _replacement(character: str) -> str:
    """What to write for a character that looks like others, or is made of them."""
    cyrillic = dict(zip("асеорхуіАВЕКМНОРСТХУ", "aceopxyiABEKMHOPCTXY", strict=True))
    if character in cyrillic:
        return f"it only looks like {cyrillic[character]}: retype it"
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/").replace("−", "-")
    if plain == character or not plain.isascii() or not plain.isprintable() or not plain.strip():
        return ""
    raised = "^" if unicodedata.decomposition(character).startswith("<super>") else ""
    return f"write {raised}({plain})" if "/" in plain else f"write {raised}{plain}"

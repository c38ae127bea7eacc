"""Tokens to a tree: the grammar by recursive descent, and errors that say what was expected.

    sum         product (("+" | "-") product)*
    product     signed ("*" signed | "/" signed | juxtaposed)*
    juxtaposed  word ("^" signed)?
    signed      ("+" | "-") signed | (NUMBER | word) ("^" signed)?
    word        NAME ("[" sum "]")? | CALL "(" (argument ("," argument)*)? ")" | "(" sum ")" | "|" sum "|"
    argument    sum | condition | "(" sum "," (sum | condition) ")"
    condition   conjunction ("or" conjunction)*
    conjunction statement ("and" statement)*
    statement   sum (("<" | "<=" | ">" | ">=") sum)+ | "True" | "(" condition ")"

The tokens come from `tokens`, which has already decided by table what is a call and what a product, and which | opens
and which closes. One token ahead decides everything, so the first one that cannot go on is the one that is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import NamedTuple, TypeVar

from symopt.errors import ExpressionError
from symopt.expression.room import deep
from symopt.expression.tokens import MAX_CHARACTERS, Token, blank, ordinary, tokens
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS

MAX_DEPTH = 250
KNOWN = frozenset({*FUNCTIONS, *SPECIAL})
CONDITIONS = frozenset({"always", "compare", "both", "either"})
Found = TypeVar("Found")
SIDES = ("NAME", "CALL", "LPAREN", "OPENBAR")  # what begins a factor that stands beside another without *


class Node(NamedTuple):
    """A piece of the text: what it is, its parts, and where it stands. n-ary where the grammar is a chain."""

    kind: str
    word: str
    parts: tuple[Node, ...]
    start: int
    end: int
    depth: int = 1
    operator: int = 0


class _TooDeep(Exception):
    """Raised inside the reader; carries the node's place."""

    def __init__(self, start: int, end: int) -> None:
        self.place = (start, end)


class _Unexpected(Exception):
    """A token that cannot stand where it does."""

    def __init__(self, token: Token) -> None:
        self.token = token


class _Ambiguous(Exception):
    """a/b c: raised inside the reader."""

    def __init__(self, left: Node, divisor: Node, right: Node) -> None:
        self.left, self.divisor, self.right = left, divisor, right


def _node(kind: str, parts: tuple[Node, ...], start: int, end: int, word: str = "", operator: int = -1) -> Node:
    depth = 0
    for part in parts:
        if part.depth > depth:
            depth = part.depth
    if depth >= MAX_DEPTH:
        raise _TooDeep(start, end)
    return Node(kind, word, parts, start, end, depth + 1, start if operator < 0 else operator)


class _Reader:
    """One method a rule of the grammar, over the token that comes next. plain: without conditions."""

    def __init__(self, found: Iterator[Token], end: Token, plain: bool = False) -> None:
        self.found, self.end, self.plain = found, end, plain
        self.next = next(found, end)
        self.inside = 0  # parentheses, signs and exponents that are open

    def take(self) -> Token:
        """The token that comes next; the one behind it comes next then."""
        token = self.next
        self.next = next(self.found, self.end)
        return token

    def wanted(self, kind: str) -> Token:
        if self.next.type != kind:
            raise _Unexpected(self.next)
        return self.take()

    def whole(self) -> Node:
        found = self.sum()
        if self.next is not self.end:
            raise _Unexpected(self.next)
        return found

    def sum(self, first: Node | None = None) -> Node:
        """A sum, whose first operand may have been read."""
        left = self.product(first)
        if self.next.type not in ("PLUS", "MINUS"):
            return left
        terms = [left]
        while self.next.type in ("PLUS", "MINUS"):
            operator = self.take()
            term = self.product()
            if operator.type == "MINUS":
                term = _node("negative", (term,), operator.start_pos, term.end)
            terms.append(term)
        return _node("add", tuple(terms), left.start, terms[-1].end)

    def product(self, first: Node | None = None) -> Node:
        left = self.signed() if first is None else first
        kind = self.next.type
        if kind not in ("TIMES", "DIVIDE") and kind not in SIDES:
            return left
        factors = [left]
        while True:
            kind = self.next.type
            if kind == "TIMES":
                self.take()
                factors.append(self.signed())
            elif kind == "DIVIDE":
                operator = self.take()
                divisor = self.signed()
                factors.append(_node("inverse", (divisor,), operator.start_pos, divisor.end))
            elif kind in SIDES:
                right = self.raised(self.word())
                if factors[-1].kind == "inverse":
                    raise _Ambiguous(left, factors[-1].parts[0], right)
                factors.append(right)
            else:
                return _node("multiply", tuple(factors), left.start, factors[-1].end)

    def signed(self) -> Node:
        kind = self.next.type
        if kind == "NUMBER":
            token = self.take()
            return self.raised(Node("number", token.word, (), token.start_pos, token.end_pos, 1, token.start_pos))
        if kind in ("PLUS", "MINUS"):
            operator = self.take()
            operand = self.deeper(self.signed, operator)
            if kind == "PLUS":
                return operand
            return _node("negative", (operand,), operator.start_pos, operand.end)
        return self.raised(self.word())

    def raised(self, base: Node) -> Node:
        """An operand with its exponent, where it has one."""
        if self.next.type != "POWER":
            return base
        operator = self.take()
        exponent = self.deeper(self.signed, operator)
        return _node("power", (base, exponent), base.start, exponent.end, operator=operator.start_pos)

    def word(self) -> Node:
        kind = self.next.type
        if kind == "NAME":
            token = self.take()
            if self.next.type != "LSQUARE":
                return Node("name", token.word, (), token.start_pos, token.end_pos, 1, token.start_pos)
            index = self.deeper(self.sum, self.take())
            close = self.wanted("RSQUARE")
            return _node("indexed", (index,), token.start_pos, close.end_pos, token.word)
        if kind == "CALL":
            token = self.take()
            arguments = self.deeper(self.arguments, self.wanted("LPAREN"))
            close = self.wanted("RPAREN")
            return _node("call", arguments, token.start_pos, close.end_pos, token.word)
        if kind == "LPAREN":
            opened = self.take()
            return self.group(opened, self.deeper(self.sum, opened))
        if kind == "OPENBAR":
            opened = self.take()
            inner = self.deeper(self.sum, opened)
            return _node("absolute", (inner,), opened.start_pos, self.wanted("CLOSEBAR").end_pos)
        raise _Unexpected(self.next)

    def group(self, opened: Token, inner: Node) -> Node:
        """What stands in parentheses; those of a condition are no node of their own."""
        close = self.wanted("RPAREN")
        if inner.kind in CONDITIONS:
            return inner
        return _node("group", (inner,), opened.start_pos, close.end_pos)

    def arguments(self) -> tuple[Node, ...]:
        if self.next.type == "RPAREN":
            return ()
        found = [self.argument()]
        while self.next.type == "COMMA":
            self.take()
            found.append(self.argument())
        return tuple(found)

    def argument(self) -> Node:
        """A sum, a condition, or a pair (value, condition)."""
        if self.plain:
            return self.sum()
        if self.next.type != "LPAREN":
            return self.anything()
        opened = self.take()
        inner = self.deeper(self.anything, opened)
        if self.next.type == "COMMA" and inner.kind not in CONDITIONS:
            self.take()
            condition = self.deeper(self.anything, opened)
            return _node("branch", (inner, condition), opened.start_pos, self.wanted("RPAREN").end_pos)
        return self.anything(self.group(opened, inner))

    def anything(self, first: Node | None = None) -> Node:
        """A sum or a condition, whose first group may have been read."""
        return self.joined("either", "OR", self.conjunction, first)

    def conjunction(self, first: Node | None = None) -> Node:
        return self.joined("both", "AND", self.statement, first)

    def joined(self, kind: str, operator: str, rule: Callable[..., Node], first: Node | None) -> Node:
        """One part as it is, or conditions with this operator between them."""
        left = rule(first)
        if self.next.type != operator or left.kind not in CONDITIONS:
            return left
        parts = [*left.parts] if left.kind == kind else [left]
        while self.next.type == operator:
            self.take()
            parts.append(self.stated(rule()))
        return _node(kind, tuple(parts), left.start, parts[-1].end)

    def stated(self, found: Node) -> Node:
        """The condition that has to stand here."""
        if found.kind not in CONDITIONS:
            raise _Unexpected(self.next)
        return found

    def statement(self, first: Node | None = None) -> Node:
        if first is None and self.next.type == "TRUE":
            token = self.take()
            return Node("always", "", (), token.start_pos, token.end_pos, 1, token.start_pos)
        if first is None and self.next.type == "LPAREN":
            opened = self.take()
            first = self.group(opened, self.deeper(self.anything, opened))
        if first is not None and first.kind in CONDITIONS:
            return first
        left = self.sum(None if first is None else self.raised(first))
        if self.next.type != "COMPARE":
            return left
        sides, operators = [left], list[str]()
        while self.next.type == "COMPARE":
            operators.append(self.take().word)
            sides.append(self.sum())
        return _node("compare", tuple(sides), left.start, sides[-1].end, " ".join(operators))

    def deeper(self, rule: Callable[[], Found], opened: Token) -> Found:
        """What a rule reads inside something that is open; refuses what Python itself would not come back from."""
        self.inside += 1
        if self.inside > 4 * MAX_DEPTH:
            raise _TooDeep(opened.start_pos, opened.end_pos)
        found = rule()
        self.inside -= 1
        return found


def read(text: str, declared: Collection[str] = (), extra: Collection[str] = ()) -> Node:
    """The tree of a text; `extra` names are functions besides the usual ones.

    Raises ExpressionError with the place of whatever cannot be read.
    """
    if blank(text[:MAX_CHARACTERS]):
        raise ExpressionError("the expression is empty", 'for example "x**2 - cos(x)"', text)
    functions = KNOWN.union(extra) if extra else KNOWN
    finish = Token("END", "", len(text), len(text))
    if (found := ordinary(text, functions, declared)) is not None:
        with suppress(_TooDeep, _Ambiguous, _Unexpected), deep():
            return _Reader(iter(found), finish, plain=True).whole()
    seen: list[Token] = []

    def listen() -> Iterator[Token]:
        for token in tokens(text, functions, declared):
            seen.append(token)
            yield token

    try:
        with deep():
            return _Reader(listen(), finish).whole()
    except _TooDeep as trouble:
        start, end = trouble.place
        raise ExpressionError(f"nested more than {MAX_DEPTH} deep", "", text, start, end) from None
    except _Ambiguous as trouble:
        raise _ambiguous(text, trouble) from None
    except _Unexpected as trouble:
        raise _unexpected(text, seen, trouble.token, functions, declared) from None


def _ambiguous(text: str, trouble: _Ambiguous) -> ExpressionError:
    left = text[trouble.left.start : trouble.divisor.start].rstrip()
    divisor = text[trouble.divisor.start : trouble.divisor.end]
    right = text[trouble.right.start : trouble.right.end]
    return ExpressionError(
        "a product without * right after a division has two readings",
        f"write {left}{divisor}*{right} or {left}({divisor}*{right})",
        text, trouble.left.start, trouble.right.end,
    )  # fmt: skip


def _unexpected(
    text: str, seen: list[Token], token: Token, functions: Collection[str], declared: Collection[str]
) -> ExpressionError:
    """Says what is wrong at the token where the reader stopped."""
    ended = token.type == "END"
    before = seen[-1] if ended else (seen[-2] if len(seen) > 1 else None)
    start, end = (len(text.rstrip()), len(text.rstrip()) + 1) if ended else (token.start_pos, token.end_pos)
    typed = text[start:end]

    def error(message: str, hint: str = 'for example "x**2 - cos(x)"', at: Token | None = None) -> ExpressionError:
        place = (at.start_pos, at.end_pos) if at is not None else (start, end)
        return ExpressionError(message, hint, text, *place)

    word = before.word if before is not None else ""
    lone_function = before is not None and before.type == "NAME" and word in functions and word not in declared
    if lone_function and token.type in ("NUMBER", "NAME", "CALL", "POWER", "MINUS", "OPENBAR"):
        rest = text[start:].split()[0] if not ended else "x"
        if token.type == "POWER":
            return error(f"{word} needs its argument first", f"write {word}(x)^2", before)
        if token.type == "MINUS":
            rest = "-" + (text[end:].split() or ["x"])[0]
        return error(f"{word} needs its argument in parentheses", f"write {word}({rest})", before)
    if token.type == "NUMBER":
        return error(f"missing operator between {word} and {typed}", f"{word}*{typed} or {word}^{typed}?")
    inside = next((t for t in reversed(_opened(seen, token)) if t.type == "CALL"), None)
    if token.type == "COMMA" and not _opened(seen, token):
        number = before is not None and before.type == "NUMBER" and text[end : end + 1].isdigit()
        if number:
            digits = "".join(_leading_digits(text[end:]))
            if len(digits) == 3:
                return error(
                    "a comma between digits", f"write {word}{digits}, or {word}.{digits} if you mean a decimal"
                )
            return error("a comma between digits", f"use a point for decimals: {word}.{digits}")
        return error("a comma outside a function's parentheses", "a loss is one expression")
    if token.type in ("COMPARE", "AND", "OR", "TRUE"):
        if token.type == "OR" and typed == "|" and inside is None:
            return error("a | with nothing to close", "write a product with a bar as 2*|x|")
        if inside is None or inside.word not in ("Piecewise", "where"):
            hint = "use Piecewise((x**2, x < 0), (x, True)) to switch between two losses; where(x < 0, 1, 0) is 1 or 0"
            return error("a comparison is not a loss: conditions stand in Piecewise and where only", hint)
        bar = "write a product with a bar as 2*|x|; " if typed == "|" else ""
        return error(f"{typed!r} does not fit here", bar + SPECIAL[inside.word])
    if ended:
        operator = before is not None and before.type not in ("RPAREN", "NAME", "NUMBER")
        missing = f"something is missing behind {word}" if operator else "something is missing"
        return error(f"the expression ends too early: {missing}")
    if token.type in ("RPAREN", "RSQUARE", "CLOSEBAR"):
        if before is not None and before.type in ("LPAREN", "LSQUARE"):
            shown = "parentheses" if token.type == "RPAREN" else "brackets"
            return error(f"unexpected {typed!r}: these {shown} are empty", "write something between them", before)
        return error(f"{typed!r} was not expected here: something is missing before it")
    if token.type == "DIVIDE" and before is not None and before.type == "DIVIDE":
        return error("// is no operator here: there is no whole division", "write x/2")
    if token.type in ("TIMES", "DIVIDE", "POWER"):
        return error(f"the operator {typed} has nothing before it: it needs something on its left")
    example = SPECIAL.get(str(inside)) or f"write {inside}(x)"
    if token.type == "LSQUARE" and before is not None and before.type in ("RSQUARE", "RPAREN", "CLOSEBAR", "NUMBER"):
        return error("'[' was not expected here", "an index stands right behind a name: x[0] is x0")
    if token.type == "LSQUARE":
        plain = "use round parentheses: ( ); a loss is one number, not a list"
        return error("'[' was not expected here", SPECIAL.get(str(inside), plain))
    innermost = _opened(seen, token)[-1:]
    place = seen.index(innermost[0]) if innermost and innermost[0].type == "LPAREN" else 0
    if token.type == "COMMA" and place and seen[place - 1].type == "NAME":
        name = seen[place - 1]
        return error(f"unknown function {name.word!r}", f"a product is written {name}*(…)", name)
    if token.type == "COMMA" and innermost[0].type == "LSQUARE":
        return error("',' was not expected here: there is one index in brackets", "write x[0]")
    if token.type == "COMMA" and before is not None and before.type in ("LPAREN", "COMMA"):
        return error("something is missing before the ','", example if inside is not None else "a loss is one number")
    if token.type == "COMMA" and inside is None:
        return error("',' was not expected here: a loss is one number", "write one expression, for example x^2 + y^2")
    if token.type == "COMMA":
        return error(f"',' was not expected here: {inside} takes no such group", example)
    return error(f"{typed!r} was not expected here")


def _opened(seen: list[Token], stop: Token) -> list[Token]:
    """The calls and parentheses open before a token, the innermost last; a call stands for its parenthesis."""
    stack: list[Token] = []
    previous: Token | None = None
    for token in seen:
        if token is stop:
            break
        if token.type in ("LPAREN", "LSQUARE"):
            stack.append(previous if previous is not None and previous.type == "CALL" else token)
        elif token.type in ("RPAREN", "RSQUARE") and stack:
            stack.pop()
        previous = token
    return stack


def _leading_digits(text: str) -> Iterator[str]:
    for character in text:
        if not character.isdigit():
            return
        yield character

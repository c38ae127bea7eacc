"""Tokens to a tree: lark's parser over our own tokens, and errors that say what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, UnexpectedInput, UnexpectedToken, v_args
from lark.lexer import Lexer
from lark.visitors import Transformer

from symopt.errors import ExpressionError
from symopt.expression.tokens import MAX_CHARACTERS, blank, tokens
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS

MAX_DEPTH = 250


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of the text: what it is, its parts, and where it stands. n-ary where the grammar is a chain."""

    kind: str
    word: str
    parts: tuple[Node, ...]
    start: int
    end: int
    depth: int
    operator: int = 0


class TooDeep(Exception):
    """Raised inside the parser; carries the node's place."""

    def __init__(self, start: int, end: int) -> None:
        self.place = (start, end)


def _node(kind: str, parts: Iterable[Node], start: int, end: int, word: str = "", operator: int = 0) -> Node:
    parts = tuple(parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise TooDeep(start, end)
    return Node(kind, word, parts, start, end, depth, operator or start)


def _chain(kind: str, left: Node, right: Node) -> Node:
    """left ∘ right as one node with many parts, so that a long sum is wide and not deep."""
    parts = (*left.parts, right) if left.kind == kind else (left, right)
    return _node(kind, parts, left.start, right.end)


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Builds nodes from the bottom up while lark reduces; nothing here recurses."""

    def number(self, token: Token) -> Node:
        return _node("number", (), token.start_pos, token.end_pos, str(token))

    def name(self, token: Token) -> Node:
        return _node("name", (), token.start_pos, token.end_pos, str(token))

    def indexed(self, token: Token, _open: Token, index: Node, close: Token) -> Node:
        return _node("indexed", (index,), token.start_pos, close.end_pos, str(token))

    def call(self, token: Token, _open: Token, *rest: Any) -> Node:
        arguments = rest[0] if len(rest) == 2 else ()
        return _node("call", arguments, token.start_pos, rest[-1].end_pos, str(token))

    def arguments(self, *items: Any) -> tuple[Node, ...]:
        return tuple(item for item in items if isinstance(item, Node))

    def group(self, opened: Token, inner: Node, close: Token) -> Node:
        if inner.kind in ("always", "compare", "both", "either"):
            return inner
        return _node("group", (inner,), opened.start_pos, close.end_pos)

    def absolute(self, opened: Token, inner: Node, close: Token) -> Node:
        return _node("absolute", (inner,), opened.start_pos, close.end_pos)

    def branch(self, opened: Token, value: Node, _comma: Token, condition: Node, close: Token) -> Node:
        return _node("branch", (value, condition), opened.start_pos, close.end_pos)

    def add(self, left: Node, _operator: Token, right: Node) -> Node:
        return _chain("add", left, right)

    def subtract(self, left: Node, operator: Token, right: Node) -> Node:
        return _chain("add", left, _node("negative", (right,), operator.start_pos, right.end))

    def multiply(self, left: Node, _operator: Token, right: Node) -> Node:
        return _chain("multiply", left, right)

    def divide(self, left: Node, operator: Token, right: Node) -> Node:
        return _chain("multiply", left, _node("inverse", (right,), operator.start_pos, right.end))

    def juxtapose(self, left: Node, right: Node) -> Node:
        last = left.parts[-1] if left.kind == "multiply" else left
        if last.kind == "inverse":
            raise _Ambiguous(left, last.parts[0], right)
        return _chain("multiply", left, right)

    def positive(self, _operator: Token, operand: Node) -> Node:
        return operand

    def negative(self, operator: Token, operand: Node) -> Node:
        return _node("negative", (operand,), operator.start_pos, operand.end)

    def power(self, base: Node, operator: Token, exponent: Node) -> Node:
        return _node("power", (base, exponent), base.start, exponent.end, operator=operator.start_pos)

    def comparison(self, *items: Any) -> Node:
        return _node("compare", items[::2], items[0].start, items[-1].end, " ".join(map(str, items[1::2])))

    def both(self, left: Node, _operator: Token, right: Node) -> Node:
        return _chain("both", left, right)

    def either(self, left: Node, _operator: Token, right: Node) -> Node:
        return _chain("either", left, right)

    def always(self, token: Token) -> Node:
        return _node("always", (), token.start_pos, token.end_pos)


class _Ambiguous(Exception):
    """a/b c: raised inside the parser."""

    def __init__(self, left: Node, divisor: Node, right: Node) -> None:
        self.left, self.divisor, self.right = left, divisor, right


class _Ready(Lexer):
    """Hands lark the tokens that are already made."""

    def __init__(self, _configuration: Any) -> None:
        pass

    def lex(self, data: Iterator[Token]) -> Iterator[Token]:
        return data


@cache
def parser() -> Lark:
    """The grammar, read once; `debug` would print its conflicts, of which there are none."""
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Ready, transformer=_Tree())


def read(text: str, declared: Collection[str] = (), extra: Collection[str] = ()) -> Node:
    """The tree of a text; `extra` names are functions besides the usual ones.

    Raises ExpressionError with the place of whatever cannot be read.
    """
    if blank(text[:MAX_CHARACTERS]):
        raise ExpressionError("the expression is empty", 'for example "x**2 - cos(x)"', text)
    functions = {*FUNCTIONS, *SPECIAL, *extra}
    seen: list[Token] = []

    def listen() -> Iterator[Token]:
        for token in tokens(text, functions, declared):
            seen.append(token)
            yield token

    try:
        return parser().parse(listen())
    except TooDeep as trouble:
        start, end = trouble.place
        raise ExpressionError(f"nested more than {MAX_DEPTH} deep", "", text, start, end) from None
    except _Ambiguous as trouble:
        raise _ambiguous(text, trouble) from None
    except UnexpectedToken as trouble:
        raise _unexpected(text, seen, trouble, functions, declared) from None
    except UnexpectedInput:  # pragma: no cover - our own tokens leave nothing else
        raise ExpressionError("this cannot be read", "", text, 0, len(text)) from None


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
    text: str, seen: list[Token], trouble: UnexpectedToken, functions: Collection[str], declared: Collection[str]
) -> ExpressionError:
    """Says what is wrong at the token where the parser stopped."""
    token = trouble.token
    ended = token.type == "$END"
    before = seen[-1] if ended else (seen[-2] if len(seen) > 1 else None)
    start, end = (len(text.rstrip()), len(text.rstrip()) + 1) if ended else (token.start_pos, token.end_pos)
    typed = text[start:end]

    def error(message: str, hint: str = 'for example "x**2 - cos(x)"', at: Token | None = None) -> ExpressionError:
        place = (at.start_pos, at.end_pos) if at is not None else (start, end)
        return ExpressionError(message, hint, text, *place)

    word = str(before) if before is not None else ""
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
        if inside is None or inside not in ("Piecewise", "where"):
            hint = "use Piecewise((x**2, x < 0), (x, True)) to switch between two losses"
            return error("a comparison is not a loss: conditions stand in Piecewise and where only", hint)
        bar = "write a product with a bar as 2*|x|; " if typed == "|" else ""
        return error(f"{typed!r} does not fit here", bar + SPECIAL[inside])
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
        return error(f"unknown function {str(name)!r}", f"a product is written {name}*(…)", name)
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

"""The reader against the grammar in another's hands: lark's LALR(1) tables over the same tokens, right and wrong."""

import io
import logging
import random
from pathlib import Path

import pytest
from lark import Lark, Transformer, UnexpectedToken, v_args
from lark import Token as LarkToken
from lark import logger as lark_logger
from lark.lexer import Lexer

from symopt.errors import ExpressionError
from symopt.expression.syntax import CONDITIONS, _Reader, _Unexpected, read
from symopt.expression.tokens import Token, tokens
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS

GRAMMAR = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
KINDS = {
    "NUMBER": "2", "NAME": "x", "CALL": "f", "TRUE": "True", "PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDE": "/",
    "POWER": "^", "COMPARE": "<", "AND": "&", "OR": "|", "COMMA": ",", "LPAREN": "(", "RPAREN": ")", "LSQUARE": "[",
    "RSQUARE": "]", "OPENBAR": "|", "CLOSEBAR": "|",
}  # fmt: skip
PIECES = (
    "NUMBER", "NAME", "NAME LSQUARE NAME RSQUARE", "CALL LPAREN NAME RPAREN", "CALL LPAREN RPAREN",
    "LPAREN NAME RPAREN", "OPENBAR NAME CLOSEBAR", "CALL LPAREN NAME COMPARE NUMBER COMMA NAME RPAREN",
    "NAME COMPARE NUMBER", "TRUE",
    "CALL LPAREN LPAREN NAME COMMA NAME COMPARE NUMBER RPAREN COMMA LPAREN NAME COMMA TRUE RPAREN RPAREN",
    "CALL LPAREN LPAREN NAME COMPARE NUMBER RPAREN AND LPAREN NAME COMPARE NUMBER OR TRUE RPAREN RPAREN",
)  # fmt: skip


class Ready(Lexer):
    """Hands lark the tokens that are already made."""

    def __init__(self, _configuration):
        pass

    def lex(self, data):
        return data


def chained(kind, left, right):
    parts = (*left[1], right) if left[0] == kind else (left, right)
    return (kind, parts, left[2], right[3], "")


@v_args(inline=True)
class Tree(Transformer):
    """(kind, parts, start, end, word) from the bottom up."""

    def number(self, token):
        return ("number", (), token.start_pos, token.end_pos, str(token))

    def name(self, token):
        return ("name", (), token.start_pos, token.end_pos, str(token))

    def always(self, token):
        return ("always", (), token.start_pos, token.end_pos, "")

    def indexed(self, token, _open, index, close):
        return ("indexed", (index,), token.start_pos, close.end_pos, str(token))

    def call(self, token, _open, *rest):
        return ("call", rest[0] if len(rest) == 2 else (), token.start_pos, rest[-1].end_pos, str(token))

    def arguments(self, *items):
        return tuple(item for item in items if isinstance(item, tuple))

    def group(self, opened, inner, close):
        return inner if inner[0] in CONDITIONS else ("group", (inner,), opened.start_pos, close.end_pos, "")

    def absolute(self, opened, inner, close):
        return ("absolute", (inner,), opened.start_pos, close.end_pos, "")

    def branch(self, opened, value, _comma, condition, close):
        return ("branch", (value, condition), opened.start_pos, close.end_pos, "")

    def add(self, left, _operator, right):
        return chained("add", left, right)

    def subtract(self, left, operator, right):
        return chained("add", left, ("negative", (right,), operator.start_pos, right[3], ""))

    def multiply(self, left, _operator, right):
        return chained("multiply", left, right)

    def divide(self, left, operator, right):
        return chained("multiply", left, ("inverse", (right,), operator.start_pos, right[3], ""))

    def juxtapose(self, left, right):
        return chained("multiply", left, right)

    def positive(self, _operator, operand):
        return operand

    def negative(self, operator, operand):
        return ("negative", (operand,), operator.start_pos, operand[3], "")

    def power(self, base, _operator, exponent):
        return ("power", (base, exponent), base[2], exponent[3], "")

    def comparison(self, *items):
        return ("compare", items[::2], items[0][2], items[-1][3], " ".join(map(str, items[1::2])))

    def both(self, left, _operator, right):
        return chained("both", left, right)

    def either(self, left, _operator, right):
        return chained("either", left, right)


LALR = Lark(GRAMMAR, parser="lalr", lexer=Ready, transformer=Tree())


def by_lark(found):
    """The tree, or the place of the token that cannot stand there; None at the end."""
    try:
        return LALR.parse(iter([LarkToken(t.type, str(t), start_pos=t.start_pos, end_pos=t.end_pos) for t in found]))
    except UnexpectedToken as trouble:
        return None if trouble.token.type == "$END" else trouble.token.start_pos


def plain(node):
    return (node.kind, tuple(map(plain, node.parts)), node.start, node.end, node.word)


def by_reader(found):
    end = Token("END", "", -1, -1)
    try:
        return plain(_Reader(iter(found), end).whole())
    except _Unexpected as trouble:
        return None if trouble.token is end else trouble.token.start_pos


def typed(kinds):
    return [Token(kind, KINDS[kind], k, k + 1) for k, kind in enumerate(kinds)]


def ambiguous(kinds):
    """a/b c has two readings for lark, of which it takes one; the reader asks."""
    for k, kind in enumerate(kinds):
        if kind == "DIVIDE" and any(other in ("NAME", "CALL", "LPAREN", "OPENBAR") for other in kinds[k + 2 :]):
            return True
    return False


def test_the_reader_follows_the_grammar_on_random_tokens():
    draw = random.Random(0)
    read_whole = refused = 0
    for _ in range(4000):
        joined = []
        for _ in range(draw.randrange(1, 5)):
            joined += draw.choice(PIECES).split()
            joined += [draw.choice(("PLUS", "MINUS", "TIMES", "POWER", "DIVIDE", "COMPARE", "COMMA"))]
        kinds = joined[:-1]
        if draw.random() < 0.5:
            kinds = ["CALL", "LPAREN", *kinds, "RPAREN"]
        for _ in range(draw.randrange(3)):
            place = draw.randrange(len(kinds) + 1)
            kinds[place : place + draw.randrange(2)] = [draw.choice(list(KINDS))] * draw.randrange(2)
        if ambiguous(kinds):
            continue
        found = typed(kinds)
        expected = by_lark(found)
        assert by_reader(found) == expected, " ".join(kinds)
        read_whole += isinstance(expected, tuple)
        refused += not isinstance(expected, tuple)
    assert read_whole > 500
    assert refused > 500


@pytest.mark.parametrize("text", [
    "1/(1+exp(-x)) - 2x^-3y", "where((x < 0) & (y > 1 | z < x < 2), |x|, -x)", "Piecewise((x, (x < 0)), ((x)^2, True))",
    "-x^-y^2", "x_1[2i+1](y)", "where(((x) < 1) | (True & (y)+1 < 2), f(), 2)",
])  # fmt: skip
def test_the_tree_of_a_text_is_the_grammars(text):
    functions = {*FUNCTIONS, *SPECIAL, "f"}
    assert plain(read(text, extra=("f",))) == by_lark(list(tokens(text, functions, ())))


def conflicts(grammar):
    """What lark logs, or raises, of conflicts that it would otherwise resolve in silence."""
    log = io.StringIO()
    handler, level = logging.StreamHandler(log), lark_logger.level
    lark_logger.addHandler(handler)
    lark_logger.setLevel(logging.DEBUG)
    try:
        Lark(grammar, parser="lalr", lexer=Ready, debug=True)
    except Exception as trouble:
        return str(trouble)
    finally:
        lark_logger.removeHandler(handler)
        lark_logger.setLevel(level)
    return log.getvalue()


def test_the_grammar_has_no_conflicts():
    assert conflicts(GRAMMAR) == ""
    assert "onflict" in conflicts(GRAMMAR.replace("?juxtaposed: word", "?juxtaposed: word | MINUS word"))


@pytest.mark.parametrize("opened", ["(", "-", "sin(", "x^", "|", "x[", "where(("])
def test_nothing_is_too_deep_to_be_refused(opened):
    with pytest.raises(ExpressionError):
        read(opened * (3999 // len(opened)))

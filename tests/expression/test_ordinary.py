"""Texts of plain characters are taken apart in one go: the tokens are those of the scanner of any text."""

import random

from symopt.errors import ExpressionError
from symopt.expression.tokens import ordinary, tokens
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS
from symopt.gallery import GALLERY

FUNCTIONS_OF_TEXTS = {*FUNCTIONS, *SPECIAL}
PIECES = ["sin", "x", "2.", "..", ".5", "**", "***", "e5", "1e", "(", ")", "[", "]", " ", "  ", "0x1", "and", "lambda",
          "x_1", "_a", "pi", "E", "d/dx", "-", "x.T", "3 4", "x 2", "2and", "α", "²", "|", "<", "\n"]  # fmt: skip


def told(found):
    return [(token.type, str(token), token.start_pos, token.end_pos) for token in found]


def test_a_plain_text_has_the_tokens_of_any():
    choose, quick = random.Random(0), 0
    for k in range(4_000):
        text = list(choose.choice(GALLERY).text if k % 2 else "mean(log(1+exp(-y*sum(w[j]*x[j], j, 0, 9))))")
        for _ in range(choose.randint(0, 3)):
            at = choose.randrange(len(text) + 1)
            text[at : at + choose.randint(0, 1)] = choose.choice(PIECES)
        declared = choose.choice([(), ("x",), ("and", "y"), ("alpha", "x0", "sin")])
        found = ordinary("".join(text), FUNCTIONS_OF_TEXTS, declared)
        if found is None:
            continue
        quick += 1
        try:
            expected = told(tokens("".join(text), FUNCTIONS_OF_TEXTS, declared))
        except ExpressionError as error:
            expected = error
        assert told(found) == expected, "".join(text)
    assert quick > 1_000

"""One rule for each habit of another notation: what a text would be here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from symopt.expression.dialects.functions import renamed
from symopt.expression.words import SPECIAL
from symopt.functions import FUNCTIONS

LONGEST = 200  # characters of a text that is looked at in other notations
KNOWN = "|".join(sorted({*FUNCTIONS, *SPECIAL} - {"sum", "prod"}, key=len, reverse=True))
INVERTED = [name for name in FUNCTIONS if f"a{name}" in FUNCTIONS]
ATOM = r"(?:\d+(?:\.\d+)?|[A-Za-z]\w*(?:\([^()]*\))?|\([^()]*\)|\|[^|]*\|)"
ROWS = tuple(dict.fromkeys(FUNCTIONS.values()))
SPOKEN = [
    (
        rf"\b(?:the\s+)?{word}\s+of\s+(\w+(?:\([^()]*\))?)" if word.isascii() else rf"{word}\s*([A-Za-z0-9]+)",
        rf"{known.typed}(\1)",
    )
    for known in ROWS
    for word in known.spoken.replace("_", r"\s*").split()
]
REWRITE = [
    (re.compile(pattern), new)
    for pattern, new in (
        # marks that are no part of the formula
        (r"[\u200b-\u200f\u2060\ufeff\u00ad]", ""),
        (r"^\s*[>»:]+\s*", ""),
        (r"\s+(?:#|//|%|--\s).*$", ""),
        (r"/\*.*?\*/", ""),
        (r"^\s*[fr](?=[\"'].*[\"']\s*$)", ""),
        (r"^\s*[\"'“”‘’«»`]+|[\"'“”‘’«»`]+\s*$", ""),
        (r"[;；,，.。、]+\s*$", ""),
        (r"^\s*\\\(\s*\w+\s*\)\s*(?=\w)", ""),
        (r"^\s*(?:\d+|[a-z])\)\s+|^\s*•\s*|^\s*(?:In|Out)\s*\[\d+\]\s*:?=?\s*", ""),
        (r"(?<![\^_\w}\]])\{([A-Za-z]\w*)\}(?=\*\*|\^|[-+*/ ]|$)", r"\1"),
        (r"\$+|\\[()\[\]]", ""),
        (r"^\s*=(?!=)", ""),
        # heads: f(x) = …, y = …, x -> …, @(x) …, lambda x: …, function(x) …
        (r"^\s*(?:def\s+)?[A-Za-z]\w*\s*\([\w\s,]*\)\s*:?=\s*(?!=)", ""),
        (r"^\s*[A-Za-zλ]\w*\s*:?=\s*(?!=)", ""),
        (r"^\s*def\s+\w+\s*\([\w\s,]*\)\s*:\s*return\s+", ""),
        (r"^\s*return\s+", ""),
        (r"^\s*[A-Za-z]\w*\s*:\s+", ""),
        (r"^\s*(.+?)\s*\|>\s*(\w+)\s*$", r"\2(\1)"),
        (r"^\s*(?:@\s*\([\w\s,]*\)|function\s*\([\w\s,]*\)|(?:lambda|λ)\s*[\w\s,]*[:.])", ""),
        (r"^\s*\(?[\w\s,]*\)?\s*(?:\|?->|=>|→|↦)\s*", ""),
        (r"\s*(?:\|?->|=>|→|↦)\s*[\w\s]*$", ""),
        (
            r"^\s*\\?(?:arg)?(?:min|max)_\{?[a-z]\}?\s*|^\s*(?:minimi[sz]e|maximi[sz]e|argmin)\s+(?=\()|"
            r"^\s*(?:please\s+)?(?:minimi[sz]e|maximi[sz]e|argmin|find|plot|graph|draw|derive|descend|let|set|the|function|loss|"
            r"minimum\s+of|min\s+of|min|max|eval|print)\b(?!\s*\()\s*(?:the\s+|minimum\s+|of\s+)*[:=]?\s*",
            "",
        ),
        (r"^\s*(?:print|eval|float|simplify|expand|Expr|Function|sympify|parse_expr)\((.*)\)$", r"\1"),
        (
            r"\b(?:np|numpy|math|Math|torch|tf|jnp|jax|sp|sympy|scipy|special|cmath|F|K|nn|functional|keras|std)\.(?:\w+\.)*(?=[A-Za-z])",
            "",
        ),
        # TeX
        (r"\\(?:left|right|displaystyle|big|Big|bigl|bigr|limits|quad|qquad)(?![a-z])|\\[,;!: ]", " "),
        (r"\\\{", "("),
        (r"\\\}", ")"),
        (r"\\\|", "|"),
        (r"(?<![A-Za-z])([a-z])_\{?([ijk])\}?(?!\w)", r"\1[\2]"),
        (
            r"(?:\\sum|∑|Σ|\bsum)\s*_\s*[\{(]?\s*(\w)\s*=\s*(\w+)\s*[\})]?\s*\^\s*\{?(\w+)\}?\s*(.+)$",
            r"sum(\4, \1, \2, \3)",
        ),
        (rf"(?:\\sum(?![a-z_])|[∑Σ])\s*({ATOM}(?:\s*(?:[²³⁴]|(?:\^|\*\*)\s*\d+))?)", r"sum(\1)"),
        (r"\blog_loss\s*\(", "bce("),
        (r"均方误差\s*\(", "mse("),
        (r"(?:平均值?|均值)\s*\(", "mean("),
        (r"(?:求和|总和)\s*\(", "sum("),
        (r"^\s*(.+)\.(mean|sum)\(\)\s*$", r"\2(\1)"),
        (rf"\\?\blog\s*_\s*\{{?(\w+?)\}}?\s*({ATOM})", r"log(\2, \1)"),
        (r"\|\|([^|]+)\|\|(?:_2)?", r"abs(\1)"),
        (r"\|([^|]+)\|_[12]", r"abs(\1)"),
        (r"\\[dt]?frac\s*(\d)\s*([A-Za-z])", r"(\1/\2)"),
        (r"\\[dt]?frac\s+(\w)\s+(\w)", r"(\1/\2)"),
        (r"\\[dt]?frac\s*(\d)\s*(\d)", r"(\1/\2)"),
        (r"\\sqrt\s*\[3\]\s*\{([^{}]*)\}", r"cbrt(\1)"),
        (r"\\sqrt\s*\[(\w+)\]\s*\{([^{}]*)\}", r"(\2)^(1/\1)"),
        (r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)"),
        (r"\\sqrt\s*(\w)", r"sqrt(\1)"),
        (r"\\(?:operatorname|mathrm|text|mathbf|mathit|boldsymbol|vec|hat|bar)\*?\s*\{(\w+)\}", r"\1"),
        (r"\^\s*\{([^{}]*)\}", r"^(\1)"),
        (r"_\s*\{?(\d+)\}?", r"\1"),
        (r"_\s*\{([a-z])\}", r"[\1]"),
        (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))"),
        (r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)"),
        (r"\\(?:cdot|times|ast|star)(?![a-z])", "*"),
        (r"\\div(?![a-z])", "/"),
        (r"\\(?:lvert|rvert|vert|mid)(?![a-z])", "|"),
        (r"\\(?:le|leq|leqslant)(?![a-z])", "<="),
        (r"\\(?:ge|geq|geqslant)(?![a-z])", ">="),
        (r"\\(?:exp)\s*\{([^{}]*)\}", r"exp(\1)"),
        (r"\\([A-Za-z]+)", r"\1 "),
        # Mathematica
        (r"\b(?:Sum|Product|NSum)\s*\[(.*),\s*\{\s*(\w+)\s*,\s*([^{},]+),\s*([^{},]+)\}\s*\]", r"sum(\1, \2, \3, \4)"),
        (r"\bLog\s*\[([^][,]+),([^][]+)\]", r"log(\2, \1)"),
        (r"\bPower\s*\[([^][,]+),([^][,]+)\]", r"(\1)^(\2)"),
        (r"\bSurd\s*\[([^][,]+),\s*3\s*\]", r"cbrt(\1)"),
        (r"\bPiecewise\s*\[\s*\{(.*)\}\s*\]", r"Piecewise[\1]"),
        (r"\b([A-Z][A-Za-z]*)\s*\[([^][]*)\]", r"\1(\2)"),
        (r"\b([A-Z][A-Za-z]*)\s*\[([^][]*)\]", r"\1(\2)"),
        (r"\{([^{},]+),([^{}]*[<>][^{}]*)\}", r"(\1,\2)"),
        (r"\{([^{},]+),\s*(?:True|true|otherwise)\s*\}", r"(\1, True)"),
        # operators
        (r"^\s*(\w+)\s*([-+*/])=\s*(.+)$", r"\1 \2 \3"),
        (r"\b([a-z])\s*\{(\d+)\}", r"\1[\2]"),
        (r"\b([a-z])\((\d+)\)", r"\1[\2]"),
        (rf"\barc\s+({'|'.join(INVERTED)})\b", r"a\1"),
        (r"\b([A-Za-z]\w*|\([^()]*\))\.pow\(([^()]+)\)", r"\1^(\2)"),
        (r"\b([A-Za-z]\w*)\.([a-z]\w*)\(\)", r"\2(\1)"),
        (r"\.([*/^(])", r"\1"),
        (r"\^\s*\^|\*\*\s*\*\*", "^"),
        (r"\^\*|\*\^", "^"),
        (r"÷", "/"),
        (r"\^\s*([²³⁴-⁹])", r"\1"),
        (r"(?<=[\w)])\s*'\s*(?=[*\w(]|$)", ""),
        (r"==", "="),
        (r"\^\s*-\s*([A-Za-z(])", r"^-\1"),
        (r"&&", "&"),
        (r"\|\|(?=[^|]*[<>])", "|"),
        (r"(?<=\d)_(?=\d{3})", ""),
        (r"(?<![\w.])(\d+),(?!\d{3}(?!\d))(\d+)(?!\d*\s*[,)\]])", r"\1.\2"),
        (r"(?<![\w.])(\d+),(\d{3})(?!\d)", r"\1\2"),
        (r"\b(\d+)\s*%(?!\s*[\w(])", r"(\1/100)"),
        # choices
        (r"^\s*\(([^()]*[<>][^()]*)\)\s*\*\s*(.+?)\s*$", r"where(\1, \2, 0)"),
        (r"^\s*(.+?)\s*\*\s*\(([^()]*[<>][^()]*)\)\s*$", r"where(\2, \1, 0)"),
        (r"^\s*(\w+)\s*\[([^][]*[<>][^][]*)\]\s*$", r"where(\2, \1, 0)"),
        (r"^\s*if\s*\((.+?[<>].+?)\)\s*(.+?)\s+else\s+(.+?)\s*$", r"where(\1, \2, \3)"),
        (r"^\s*(.+?)\s+if\s+(.+?)\s+else\s+(.+?)\s*$", r"where(\2, \1, \3)"),
        (r"^\s*if\s+(.+?)\s+then\s+(.+?)\s+else\s+(.+?)\s*$", r"where(\1, \2, \3)"),
        (r"^\s*\(?\s*(.+?[<>].+?)\s*\)?\s*\?\s*(.+?)\s*:\s*(.+?)\s*$", r"where(\1, \2, \3)"),
        # roots, inverse functions and powers of functions
        *(
            (rf"{re.escape(known.mark)}\s*({ATOM})", rf"{known.typed}(\1)")
            for known in ROWS
            if known.mark not in ("", "|")
        ),
        (rf"∜\s*({ATOM})", r"(\1)^(1/4)"),
        (r"½", "(1/2)"),
        (r"⅓", "(1/3)"),
        (r"¼", "(1/4)"),
        (r"¾", "(3/4)"),
        (r"⅔", "(2/3)"),
        (r"ℯ", "e"),
        (r"\b(?:exp|Exp)\s*\^\s*(-?\s*\w+)", r"exp(\1)"),
        # words
        (r"\b(?:the\s+)?square\s+of\s+(\w+)", r"\1^2"),
        (r"\b(?:the\s+)?cube\s+of\s+(\w+)", r"\1^3"),
        (r"\blog(?:arithm)?\s+base\s+(\w+)\s+of\s+(\w+)", r"log(\2, \1)"),
        *SPOKEN,
        (r"\s+raised\s+to(?:\s+the)?(?:\s+power)?(?:\s+of)?\s+", "^"),
        (r"\s+to\s+the\s+(?:power\s+(?:of\s+)?)?(?=-?\w)", "^"),
        (r"\^\s*(?:second|2nd)(?:\s+power)?\b", "^2"),
        (r"\^\s*(?:third|3rd)(?:\s+power)?\b", "^3"),
        (r"\^\s*(?:fourth|4th)(?:\s+power)?\b", "^4"),
        (r"\s+power\s+(?=\d)", "^"),
        (r"\s*\bsquared?\b(?!\s*\()", "^2"),
        (r"\s*\bcubed?\b(?!\s*\()", "^3"),
        (r"\s+(?:multiplied\s+by|times)\s+", "*"),
        (r"\s+(?:divided\s+by|over)\s+", "/"),
        (r"\s+plus\s+", " + "),
        (r"\s+minus\s+", " - "),
        (r"^\s*minus\s+", "-"),
        (r"\bhalf\s+(?:of\s+)?", "1/2*"),
        (r"\btwice\s+", "2*"),
        (r"\bone\b", "1"),
        (r"\btwo\b", "2"),
        (r"\bthree\b", "3"),
        (r"\bfour\b", "4"),
        (r"\bfive\b", "5"),
        (r"\bten\b", "10"),
        (r"最小值|最大值|极小值|最小化|最大化", ""),
        (r"一(?=次)", "1"),
        (r"[二两](?=次)", "2"),
        (r"三(?=次)", "3"),
        (r"四(?=次)", "4"),
        (r"(\w+)\s*的平方根", r"sqrt(\1)"),
        (r"([A-Za-z0-9]+)\s*的?\s*([A-Za-z0-9]+)次方", r"\1^\2"),
        (r"(\w+?)\s*的平方", r"\1^2"),
        (r"(\w+?)\s*的立方", r"\1^3"),
        (r"平方", "^2"),
        (r"立方", "^3"),
        (r"乘以?", "*"),
        (r"除以", "/"),
        (r"加", "+"),
        (r"减", "-"),
        (r"最小化|求|函数", ""),
        (r"负", "-"),
        # functions without parentheses: sin x, sin^2 x, sin 2x
        (rf"\b({KNOWN})\s+([A-Za-z]\w*\s*(?:\^|\*\*)\s*[\w.]+)", r"\1(\2)"),
        (rf"\b({KNOWN})\s+([A-Za-z]\w*[²³⁴-⁹]+)", r"\1(\2)"),
        (rf"\b({KNOWN})\s*(?:\^|\*\*)\s*\(?-\s*1\)?\s*\(([^()]*)\)", r"a\1(\2)"),
        (rf"\b({KNOWN})\s*(?:\^|\*\*)\s*\(?(\d+)\)?\s*(\([^()]*\))", r"\1\3^\2"),
        (rf"\b({KNOWN})\s*([²³⁴-⁹])\s*(\([^()]*\))", r"\1\3\2"),
        (rf"\b({KNOWN})\s*(?:\^|\*\*)\s*(\d+)\s*([A-Za-z]\w*)", r"\1(\3)^\2"),
        (rf"\b({KNOWN})\s*([²³⁴-⁹])\s*([A-Za-z]\w*)", r"\1(\3)\2"),
        (rf"\b({KNOWN})\s+(-?\d*\.?\d*\s?[A-Za-z]\w*)(?![\w(\[])", r"\1(\2)"),
        (rf"\b({KNOWN})\s*(\|[^|]*\|)", r"\1(\2)"),
        # sums
        (
            r"\bsum\s*\((.*),\s*\(?(\w)\s*(?:=|,|in)\s*(\w+)\s*(?:,|\.\.|:|to)\s*([\w+-]+)\s*\)?\s*\)",
            r"sum(\1, \2, \3, \4)",
        ),
        (r"\bsum\s*\((.*)\s+for\s+(\w)\s+in\s+range\((\w+)\)\s*\)", r"sum(\1, \2, 0, \3-1)"),
        (r"\bsum\s*\(\s*(\w)\s*,\s*(\w+)\s*,\s*(\w+)\s*,\s*(.*\[\1\].*)\)", r"sum(\4, \1, \2, \3)"),
        (r"\bsum\s*\((.*),\s*\{(\w)\s*,\s*(\w+)\s*,\s*(\w+)\}\s*\)", r"sum(\1, \2, \3, \4)"),
    )
]
LAST = (
    (re.compile(r"(?<![\w\])])\[([^][]*)\]"), r"(\1)"),
    (re.compile(r"\{"), "("),
    (re.compile(r"\}"), ")"),
    (re.compile(r"^([^[]*)\]([^[]*)$"), r"\1)\2"),
)
DOUBLED = re.compile(
    r"(?<![\w\])])(?<![\w\])]\s)\((\w+)\)(?=\s*(?:[-+*/^),]|$))"
)  # parentheses around one name or number


def meant(text: str, reads: Callable[[str], bool]) -> str:
    """The text as it would be typed here, or nothing if no reading of it can be read."""
    if len(text) > LONGEST:
        return ""
    for candidate in _candidates(text):
        tidy = DOUBLED.sub(r"\1", " ".join(candidate.split()))
        if tidy and _spaced(tidy) != _spaced(text) and reads(tidy):
            return tidy
    return ""


def _spaced(text: str) -> str:
    """The text with its blanks in one way."""
    return re.sub(r"\s*,\s*", ", ", " ".join(text.split()))


def _candidates(text: str) -> Iterator[str]:
    plain = "".join(_letter(c) for c in text.strip())
    if plain != text.strip():
        yield plain
    for _ in range(3):
        before = plain
        for pattern, new in REWRITE:
            rewritten = pattern.sub(new, plain)
            if rewritten != plain:
                plain = rewritten.strip()
                yield plain
        named = renamed(plain)
        if named != plain:
            plain = named
            yield plain
        if plain == before:
            break
    for pattern, new in LAST:
        plain = pattern.sub(new, plain)
    yield plain
    yield plain + ")" * (plain.count("(") - plain.count(")"))
    yield plain.rstrip("+-*/^= ")
    yield re.sub(r"(Piecewise\(.*\),\s*\([^()]*),[^(),]*[<>][^(),]*\)\)$", r"\1, True))", plain)
    if plain.count(")") > plain.count("("):
        yield plain.rstrip(") ") + ")" * (plain.rstrip(") ").count("(") - plain.rstrip(") ").count(")"))


def _letter(character: str) -> str:
    """A letter of a mathematical alphabet, or a full-width one, as the plain letter."""
    if character.isascii() or unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>")):
        return character
    plain = unicodedata.normalize("NFKC", character)
    return (
        plain
        if len(plain) == 1 and plain.isascii()
        else {"，": ",", "；": ";", "【": "(", "】": ")"}.get(character, character)
    )

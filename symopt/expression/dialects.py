"""What a text in another notation would be here: Mathematica, TeX, a spreadsheet, MATLAB, R, Julia, words, Chinese.

Each rule rewrites one habit. What comes out is offered only if it can be read, so that a hint never misleads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from symopt.errors import ExpressionError
from symopt.expression.tokens import GREEK_NAMES
from symopt.expression.words import ABSENT, INTEGRALS, MEANT, SPECIAL, SUMS
from symopt.functions import FUNCTIONS

LONGEST = 200  # characters of a text that is looked at in other notations
KNOWN = "|".join(sorted({*FUNCTIONS, *SPECIAL} - {"sum", "prod"}, key=len, reverse=True))
ANY_CASE = {
    **{name.lower(): name for name in (*FUNCTIONS, *SPECIAL)},
    **{known.typed.lower(): known.typed for known in FUNCTIONS.values()},
}
INVERTED = [name for name in FUNCTIONS if f"a{name}" in FUNCTIONS]
ELSEWHERE = {
    **{other.lower(): name for name, others in MEANT.items() for other in others.split()},
    **dict.fromkeys("if iif ifelse if_else ifthenelse cond ifelse_".split(), "where"),
    "product": "prod",
    **dict.fromkeys(("total", "summe", "somme"), "sum"),
    **dict.fromkeys(("avg", "average", "moyenne", "mittelwert", "expectation"), "mean"),
}


def _gap(measured: str, model: str) -> str:
    return f"({measured})" if model == "0" else f"({measured} - ({model}))"


def _target(c: str, p: str) -> tuple[str, str]:
    """(classes, probabilities) in whichever order: the classes are a name alone."""
    return (p, c) if p.isidentifier() and not c.isidentifier() else (c, p)


def _entropy(c: str, p: str) -> str:
    return f"mean(-({c})*log({p}) - (1 - ({c}))*log(1 - ({p})))"


def _logits(c: str, z: str) -> str:
    return f"mean(softplus({z}) - ({c})*({z}))"


def _huber(u: str, d: str) -> str:
    return (
        f"where(abs({u}) < {d}, ({u})^2/2, {'' if d == '1' else f'{d}*'}(abs({u}) - {'1/2' if d == '1' else f'{d}/2'}))"
    )


def _pinball(u: str, q: str) -> str:
    return f"Max({q}*({u}), ({q} - 1)*({u}))"


WRITTEN_OUT: dict[str, Callable[..., str]] = {
    "square": lambda u: f"({u})^2",
    "sq": lambda u: f"({u})^2",
    "sqr": lambda u: f"({u})^2",
    "cube": lambda u: f"({u})^3",
    "reciprocal": lambda u: f"1/({u})",
    "negative": lambda u: f"-({u})",
    "clip": lambda u, a, b: f"Min(Max({u}, {a}), {b})",
    "clamp": lambda u, a, b: f"Min(Max({u}, {a}), {b})",
    "exp2": lambda u: f"2^({u})",
    "exp10": lambda u: f"10^({u})",
    "logit": lambda u: f"log(({u})/(1 - ({u})))",
    "swish": lambda u: f"({u})*sigmoid({u})",
    "silu": lambda u: f"({u})*sigmoid({u})",
    "elu": lambda u: f"where({u} > 0, {u}, exp({u}) - 1)",
    "gelu": lambda u: f"({u})*(1 + erf(({u})/sqrt(2)))/2",
    "leaky_relu": lambda u: f"Max({u}, 0.01*({u}))",
    "leakyrelu": lambda u: f"Max({u}, 0.01*({u}))",
    "rsqrt": lambda u: f"1/sqrt({u})",
    "huber": lambda u, d="1": _huber(u, d),
    **dict.fromkeys(
        ("huber_loss", "huberloss", "smooth_l1_loss", "smoothl1loss"),
        lambda y, p, d="1": _huber(_gap(y, p), d.rpartition("=")[2]),
    ),
    "pseudo_huber": lambda u, d="1": f"sqrt(({u})^2 + ({d})^2) - ({d})",
    "cauchy": lambda u: f"log(1 + ({u})^2)",
    **dict.fromkeys(
        ("pinball", "pinball_loss", "quantile_loss", "tilted_loss", "check_loss"),
        lambda y, p, q="": _pinball(_gap(y, p) if q else y, q or p),
    ),
    **dict.fromkeys(("hinge_loss", "hingeloss"), lambda y, p: f"Max(0, 1 - ({y})*({p}))"),
    "squared_hinge": lambda y, p: f"Max(0, 1 - ({y})*({p}))^2",
    **dict.fromkeys(
        ("poisson_nll", "poisson_nll_loss", "poisson_loss", "poisson"), lambda y, m: f"({m}) - ({y})*log({m})"
    ),
    **dict.fromkeys(
        ("gaussian_nll", "gaussian_nll_loss", "normal_nll"),
        lambda y, m, s="1": f"{_gap(y, m)}^2/(2*({s})^2) + log({s})",
    ),
    **dict.fromkeys(
        ("binary_cross_entropy_with_logits", "bcewithlogitsloss", "bce_with_logits"),
        lambda c, p: _logits(*_target(c, p)),
    ),
    **dict.fromkeys(("logcosh", "log_cosh_loss", "logcoshloss"), lambda y, p="0": f"log_cosh({_gap(y, p)})"),
    "sumxmy2": lambda y, p: f"sum({_gap(y, p)}^2)",
    **dict.fromkeys(
        ("sumproduct", "nansum", "rowsum", "colsums"), lambda u, v="1": f"sum({u if v == '1' else f'({u})*({v})'})"
    ),
    **dict.fromkeys(("nanmean", "rowmeans", "colmeans"), lambda u: f"mean({u})"),
    "sumabs2": lambda u: f"sum(({u})^2)",
    "logsumexp": lambda u: f"log(sum(exp({u})))",
    **dict.fromkeys(("std", "stdev", "stddev", "sd"), lambda u: f"sqrt(mean(({u} - mean({u}))^2))"),
    **dict.fromkeys(("dist", "distance"), lambda u, v: f"sqrt(sum({_gap(u, v)}^2))"),
    "root": lambda u, k="2": f"({u})^(1/({k}))",
    "nthroot": lambda u, k="2": f"({u})^(1/({k}))",
    "surd": lambda u, k="2": f"({u})^(1/({k}))",
    "xor": lambda *_: "",
    "divide": lambda u, v: f"({u})/({v})",
    "multiply": lambda u, v: f"({u})*({v})",
    "add": lambda u, v: f"({u}) + ({v})",
    "plus": lambda u, v: f"({u}) + ({v})",
    "times": lambda u, v: f"({u})*({v})",
    "subtract": lambda u, v: f"({u}) - ({v})",
    "minus": lambda u, v: f"({u}) - ({v})",
    "pi": lambda: "pi",
    **dict.fromkeys(("mse", "mean_squared_error", "mseloss", "mse_loss"), lambda y, p="0": f"mean({_gap(y, p)}^2)"),
    **dict.fromkeys(("rmse", "rmsd"), lambda y, p="0": f"sqrt(mean({_gap(y, p)}^2))"),
    **dict.fromkeys(("mae", "mean_absolute_error", "l1loss", "l1_loss"), lambda y, p="0": f"mean(abs({_gap(y, p)}))"),
    **dict.fromkeys(("sse", "rss", "sumsq", "ssr"), lambda y, p="0": f"sum({_gap(y, p)}^2)"),
    "mape": lambda y, p: f"mean(abs({_gap(y, p)}/({y})))",
    "var": lambda u: f"mean(({u} - mean({u}))^2)",
    "norm": lambda u: f"sqrt(sum(({u})^2))",
    "hinge": lambda u, s="1": f"Max(0, 1 - ({u})*({s}))" if s != "1" else f"Max(0, 1 - ({u}))",
    **dict.fromkeys(
        "logloss log_loss bce bceloss binary_crossentropy binary_cross_entropy crossentropy cross_entropy".split(),
        lambda c, p: _entropy(*_target(c, p)),
    ),
    "haversine": lambda u: f"sin(({u})/2)^2",
    "cis": lambda *_: "",
}
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
ADVICE = [
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"^\s*[\w./\\-]+\.(?:txt|py|json|csv|md|tex|nb|m|r|jl|xlsx?|ya?ml|toml)\s*$",
            "a loss is typed, not read from a file by its name",
        ),
        (r"∫|\\i*int(?![a-z])", INTEGRALS),
        (r"\\lim|\blim\b", "limits are not supported: write the loss itself"),
        (r"[∂∇]|\bd\w*\s*/\s*d\w|^\s*\w'+\s*(?:\(\w+\))?\s*(?:=|$)", "write the loss only: symopt derives it"),
        (r"∑|Σ|\\sum|\bsum_|\breduce_sum\b|\.sum\s*\(|\bsum\s*\([^,]*\)\s*$", SUMS),
        (r"∏|\\prod", "write products as prod(x[i], i, 0, 9)"),
        (r"\\begin\s*\{(?:cases|array)", "write where(x < 0, -x, x)"),
        (r"\\infty|∞", "infinity is no number that a loss can hold"),
        (r"[€£¥₤]", "units are left out: write the number alone"),
        (r"⌊|⌈", "whole parts have no useful derivative, so they are no part of a loss"),
        (r"\bin\s*\[|\bon\s*\[|\bfrom\s+\S+\s+to\b", "write the loss only: a window gives the range of x"),
        (r"@\s*-?\d|\|\s*\w\s*=|\blet\b", "put the value in"),
        *((rf"\b(?:{names.replace(' ', '|')})\s*[\[(]", words) for names, words in ABSENT),
        (r"\b(?:AND|And|OR|Or|NOT|Not)\s*[\[(]|&&", "conditions are joined by & and |, inside where(x < 0, a, b)"),
        (r"<>|!=|≠", "conditions use < <= > >=: equality at a single point does not change a loss"),
        (r"\b(?:where|for|if|when|subject\s+to|s\.t\.)\s*\w+\s*[<>]", "write where(x > 0, x^2, 0)"),
        (r"/\.|:>", "put the value in"),
        (r"[∈∀∃⊂ℝ]", "write the loss only: a window gives the range of x"),
        (
            r"^\s*(?:-*h(?:elp)?|\?+|quit|exit|q|man|usage|--?version)\s*$",
            "symopt --help lists the commands; a loss is x**2",
        ),
        (r"0[xXbBoO][\da-fA-F]", "write it in decimals: 0x10 is 16"),
        (r"\d\.\d+\.\d", "write one point only: 1000.5"),
        (r"[-+/^]\s*[*/^]|\*\s*[/^]", "one operator is too many: write x + y or x*y"),
        (r"^\s*[*/^]", "begin with a number or a name, for example 2*x"),
        (r"^\s*\w*\s*\w*\[[^]]*,", "functions take round parentheses: Max(x, 0); one index stands in brackets: x[0]"),
    )
]
GENERIC = re.compile(  # hints that say how losses are written, and not what this text should be
    r"^for example|is typed like|^known are|write x\[0\]|^(?:use )?variables=|"
    r"did you mean (?:arc|tan\b|sec\b|log\b|sinh\b|relu\b)|"
    r"^use Piecewise|\bof\*|\bbase\*|^an index is a whole number|^write (?:Max|Min)\(x"
)
ALSO = re.compile(  # hints that are true, and better with the text as it should be before them
    r"not TeX$|right-hand side|^remove|^drop the|"
    r"^use round parentheses: \( \)$|^write only the loss|numbers and names alone|"
    r"^names begin|is a variable, declare it|^declare it|^a product is|^write decimals|no modulo here, and"
)
ASKED = re.compile("right-hand side|^equality|^remove the :")  # in hints where an equation may stand
CALLED = re.compile(r"(?<![\w.])([A-Za-z]\w*)\s*\(")


DOUBLED = re.compile(
    r"(?<![\w\])])(?<![\w\])]\s)\((\w+)\)(?=\s*(?:[-+*/^),]|$))"
)  # parentheses around one name or number
EQUATION = re.compile(r"^([^=<>!:]+?)\s*(?:=|==|:=)\s*([^=<>]+)$")


def equation(text: str, reads: Callable[[str], bool]) -> str:
    """The loss that is least where an equation holds, or nothing."""
    found = EQUATION.match(text.strip()[:LONGEST])
    if not found:
        return ""
    left, right = (meant(side, reads) or side.strip() for side in found.groups())
    left, right = (right, left) if left == "0" else (left, right)
    loss = f"({left})^2" if right == "0" else f"({left} - ({right}))^2"
    loss = DOUBLED.sub(r"\1", loss)
    return loss if reads(loss) else ""


def meant(text: str, reads: Callable[[str], bool]) -> str:
    """The text as it would be typed here, or nothing if no reading of it can be read."""
    if len(text) > LONGEST:
        return ""
    for candidate in _candidates(text):
        tidy = DOUBLED.sub(r"\1", " ".join(candidate.split()))
        if tidy and _spaced(tidy) != _spaced(text) and reads(tidy):
            return tidy
    return ""


def _averaged(text: str, reads: Callable[[str], bool]) -> str:
    """The mean over the rows of a text that is meant for each row, or nothing."""
    plain = re.sub(r"^\s*E\s*(?=[\[(])", "", text).strip()
    inner = plain[1:-1] if plain[:1] == "[" and plain[-1:] == "]" else plain
    found = f"mean({inner})"
    return found if len(text) <= LONGEST and "mean(" not in inner and "sum(" not in inner and reads(found) else ""


def _spaced(text: str) -> str:
    """The text with its blanks in one way."""
    return re.sub(r"\s*,\s*", ", ", " ".join(text.split()))


def advice(text: str, over_data: bool = False) -> str:
    """What to do about a habit that has no counterpart here, or nothing.

    over_data: whether sums run over rows, so that they need no index.
    """
    found = (words for pattern, words in ADVICE if pattern.search(text[:LONGEST]))
    return next((words for words in found if not (over_data and "x[i]" in words)), "")


def firm(text: str) -> str:
    """What to do about a text that asks for something else than a loss, whatever else could be read out of it."""
    asked = ADVICE[1:4]
    return next((words for pattern, words in asked if pattern.search(text[:LONGEST])), "")


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
        named = _named(plain)
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


def _named(text: str) -> str:
    """Every function under the name that it has here, or written out."""
    at = 0
    while match := CALLED.search(text, at):
        name, low = match.group(1), match.group(1).lower()
        at = match.end()
        if name in FUNCTIONS or name in SPECIAL or name in GREEK_NAMES:
            continue
        close, arguments = _arguments(text, match.end())
        if low in WRITTEN_OUT and close:
            try:
                new = WRITTEN_OUT[low](*arguments)
            except TypeError:
                continue
            alone = new[-1:] == ")" and CALLED.match(new) and _arguments(new, new.index("(") + 1)[0] == len(new)
            new = new if alone else f"({new})"
            text = text[: match.start()] + new + text[close:] if new != "()" else text
        elif (here := ELSEWHERE.get(low) or ANY_CASE.get(low)) and here != name:
            text = text[: match.start()] + here + text[match.end() - 1 :]
            at = match.start() + len(here)
    return text


def _arguments(text: str, begin: int) -> tuple[int, list[str]]:
    """Where the parenthesis that opened before a place closes, and what stands between its commas."""
    depth, pieces, last = 1, [], begin
    for place in range(begin, len(text)):
        if text[place] in "([{":
            depth += 1
        elif text[place] in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and text[place] == ","):
            pieces.append(text[last:place].strip())
            last = place + 1
        if depth == 0:
            return last, [piece for piece in pieces if piece or len(pieces) > 1]
    return 0, []


def suggest(
    error: ExpressionError, text: str, declared: bool, reads: Callable[[str], bool], over_data: bool = False
) -> None:
    """Puts into the hint of an error what a text in another notation would be here, if that can be read.

    declared: whether the variables were, so that a name unknown is no variable. over_data: whether there are rows.
    """
    old = error.hint
    vague = bool(GENERIC.search(old)) or bool(ALSO.search(old))
    if error.text == text and vague and (words := firm(text)):
        error.hint, error.shell = words, ""
    elif error.text == text and (other := meant(text, reads) or (over_data and _averaged(text, reads))):
        if over_data or GENERIC.search(error.hint) or other in error.hint:
            error.hint, error.shell = f"write {other}", ""
        elif ALSO.search(old):
            error.hint, error.shell = f"write {other}; {old}", f"write {other}; {error.shell}" * bool(error.shell)
        else:
            error.hint += f", or altogether {other}"
            error.shell += f", or altogether {other}" if error.shell else ""
    elif declared and "variables=" in error.hint:
        pass  # a name that is not declared: nothing else may be meant
    elif error.text == text and not over_data and ASKED.search(error.hint) and (other := equation(text, reads)):
        error.hint, error.shell = f"an equation holds where its square is least: write {other}; {old}", ""
    elif error.text == text and vague and (words := advice(text, over_data)):
        error.hint = words if GENERIC.search(old) else f"{words}; {old}"
        error.shell = ""

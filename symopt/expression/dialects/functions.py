"""Functions under the names that other languages give them, and those that are written out here."""

from __future__ import annotations

import re
from collections.abc import Callable

from symopt.expression.tokens import GREEK_NAMES
from symopt.expression.words import MEANT, SPECIAL
from symopt.functions import FUNCTIONS

ANY_CASE = {
    **{name.lower(): name for name in (*FUNCTIONS, *SPECIAL)},
    **{known.typed.lower(): known.typed for known in FUNCTIONS.values()},
}
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
    "cov": lambda u, v: f"mean(({u} - mean({u}))*({v} - mean({v})))",
    "dot": lambda u, v: f"sum(({u})*({v}))",
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
CALLED = re.compile(r"(?<![\w.])([A-Za-z]\w*)\s*\(")


def renamed(text: str) -> str:
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

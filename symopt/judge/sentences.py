"""The one table of what is said of a walk: badges, sentences, remarks and their parts.

A row has texts with {names} that are filled with numbers and parts; their Chinese stands in the catalogue, and the page
gets both as JSON and fills them in the same way. A row of ENDS is called by the kind of a flat point, or by the
outcome, in some cases with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from symopt.language import chinese
from symopt.language import language as spoken


class Row(NamedTuple):
    """A headline, and a sentence."""

    badge: str
    sentence: str


ENDS: dict[str, Row] = {
    "minimum": Row(
        "minimum{place}{higher} {after}",
        "a minimum at {where}",
    ),
    "maximum": Row(
        "MAXIMUM{place}{climbed} {after}",
        "a MAXIMUM at {where}{climb}",
    ),
    "saddle": Row(
        "SADDLE{place}{climbed} {after}",
        "a SADDLE at {where}: a minimum along some directions, a maximum along others",
    ),
    "inflection": Row(
        "INFLECTION{place}{climbed} {after}",
        "an INFLECTION at {where}: f′ and f″ are zero, f falls to one side and rises to the other{rate}",
    ),
    "degenerate": Row(
        "DEGENERATE{place}{climbed} {after}, kind unknown",
        "a critical point at {where} where the second derivatives cannot tell what it is{rate}",
    ),
    "degenerate minimum": Row(
        "degenerate minimum{place}{higher} {after}",
        "at the degenerate minimum {where}{rate}",
    ),
    "degenerate maximum": Row(
        "DEGENERATE MAXIMUM{place}{climbed} {after}",
        "at the DEGENERATE MAXIMUM {where}{rate}{climb}",
    ),
    "degenerate saddle": Row(
        "DEGENERATE SADDLE{place}{climbed} {after}",
        "at the DEGENERATE SADDLE {where}{rate}: f rises along some directions and falls along others",
    ),
    "degenerate valley": Row(
        "DEGENERATE{place}{climbed} {after}: flat along a valley",
        "a critical point at {where}: a minimum along some directions, while f does not change along others",
    ),
    "minimum kink": Row(
        "minimum{place} at a kink{higher} {after}",
        "a minimum at a kink, {where}: f has slope {left} before it and {right} behind it",
    ),
    "maximum kink": Row(
        "MAXIMUM{place} at a kink{climbed} {after}",
        "a MAXIMUM at a kink, {where}: f has slope {left} before it and {right} behind it{climb}",
    ),
    "degenerate kink": Row(
        "KINK{place}, no minimum, {after}",
        "a kink at {where}, no minimum: f has slope {left} before it and {right} behind it",
    ),
    "minimum kinks": Row(
        "minimum at a kink{higher} {after}",
        "a minimum at a kink, {where}: along {name} f has slope {left} before it and {right} behind it",
    ),
    "maximum kinks": Row(
        "MAXIMUM at a kink{climbed} {after}",
        "a MAXIMUM at a kink, {where}: along {name} f has slope {left} before it and {right} behind it{climb}",
    ),
    "degenerate kinks": Row(
        "KINK, no minimum, {after}",
        "a kink at {where}, from which f falls along some directions and rises along others: no minimum",
    ),
    "degenerate jump": Row(
        "JUMP OF f{place} {after}",
        "f jumps at {where}, where its slope fades: no slope tells what it is",
    ),
    "degenerate constant": Row(
        "FLAT{place} {after}: f is constant here",
        "f is constant around {where}",
    ),
    "plateau": Row(
        "PLATEAU{near}{place}, no critical point confirmed",
        "a plateau at {where}: the slope is tiny ({slope}), but no critical point is confirmed near it",
    ),
    "cycle": Row(
        "{period}-CYCLE, never converges",
        "the points repeat for ever: a {period}-cycle, which never converges",
    ),
    "cycle given": Row(
        "{period}-CYCLE at the end",
        "the points repeat up to the end of the path: a {period}-cycle",
    ),
    "stalled": Row(
        "STALLED{place}, steps below rounding",
        "the steps are below rounding at {where}, where ‖∇f‖ = {slope}",
    ),
    "stalled search": Row(
        "STALLED{place}, no lower point found",
        "the method finds no lower point from {where}, where ‖∇f‖ = {slope}",
    ),
    "exhausted": Row(
        "{steps} used{remark}",
        "the limit of {steps} was reached{doing}; ‖∇f‖ = {slope}",
    ),
    "ran_away": Row(
        "RAN AWAY {after}",
        "the points ran away, far beyond the window, by step {k}",
    ),
    "left_domain": Row(
        "LEFT THE DOMAIN at step {k}",
        "f is not defined at the next point, {where}",
    ),
    "left_domain overflow": Row(
        "f BEYOND 1e308 at step {k}",
        "f, or a number on the way to it, is beyond 1e308 at the next point, {where}: too large to be computed",
    ),
    "left_domain unknown": Row(
        "NO NUMBER FOR f at step {k}",
        "f gives no number at the next point, {where}: it is not defined there, or too large on the way",
    ),
    "no_step": Row(
        "NO NEXT POINT after step {k}: no finite number",
        "the method has no next point at {where}: its formula gives no finite number there",
    ),
    "no_step given": Row(
        "NO NUMBERS after step {k}",
        "no numbers follow {where}: the path diverged, or was broken off",
    ),
    "no_step zero": Row(
        "NO NEXT POINT after step {k}: {bend} = 0",
        "the method has no next point at {where}: it divides by {bend}, which is 0 there",
    ),
    "no_step far": Row(
        "NO NEXT POINT after step {k}: too far",
        (
            "the method has no next point at {where}: the slope is {slope} and {bend} only {size}, so that the next "
            "point lies beyond all numbers"
        ),
    ),
    "no_step lost": Row(
        "NO NEXT POINT after step {k}: {bend} lost",
        (
            "the method has no next point at {where}: it divides by {bend}, which is {size} there, so small beside "
            "the numbers it is computed from that it comes out as 0"
        ),
    ),
    "no_step squares": Row(
        "NO NEXT POINT after step {k}: no sum of squares",
        "the method is for sums of squares, and this loss is not written as one: c + sum(w*(…)**2) with w ≥ 0",
    ),
    "no_step batch": Row(
        "NO NEXT POINT after step {k}: nothing to draw",
        "the loss is read whole here, there are no batches of its terms to draw: symopt animate draws them",
    ),
    "no_step slope": Row(
        "NO NEXT POINT after step {k}: no slope",
        "the method has no next point at {where}: f has no finite slope there",
    ),
}

HOVERING = "hovering, f between {low} and {high}"
"""A remark on walks that chance drives; those of the page are not."""
REMARKS = (
    "still descending",
    "creeping",
    "climbing",
    "descending in waves",
    "closing in",
    "closing in, by {factor} a step",
    "oscillating and closing in",
    "oscillating and closing in, by {factor} a step",
    "closing in on a {period}-cycle",
    "oscillating",
    "oscillating without closing in",
    "oscillating ever wider",
    "bounded, no limit seen (chaos)",
    HOVERING,
    "moving off",
    "no trend seen",
)
"""What an unfinished walk was doing."""

PARTS = {
    "step": "{k} step",
    "steps": "{k} steps",
    "after": "in {steps}",
    "start": "at the start",
    "place": " {letter} = {x}",
    "near": " near",
    "climbed": ", climbed",
    "higher": ", higher than the start,",
    "climb": ": the method climbed to it",
    "where": "{letter} = {x}",
    "point": "{x} after {steps}",
    "remark": ", {text}",
    "doing": ": {text}",
    "rate": ", closing in linearly by {rate}, still {gap} away",
    "crawl": ", closing in ever more slowly, still {gap} away",
    "rose": "; f rose in {rises} of {steps}",
    "rose unseen": "; f was not seen to rise in {steps}",
    "rose at least": "; f rose in at least {rises} of {steps}",
    "best": "; its best point was step {best}, f = {least}",
    "best start": "; its best point was the start, f = {least}",
    "slope": "‖∇f‖ = {slope}",
}
SENTENCES_ONLY = {"where", "point", "climb", "doing", "rate", "crawl", "best", "best start"}
"""Parts of sentences, which the page does not say."""


class Facts(NamedTuple):
    """What is known of a walk's end, without words. The page makes the same of its own walks.

    word: a row of ENDS. n, k: variables and steps. letter: the variable, of one. x: the last point, or the critical
    point found. climbed: f ended higher than it began, as by a jump over a pole. rises: in how many steps f rose.
    slope: ‖∇f‖ at the end. remark: a row of REMARKS. more: numbers that a row names, as text; `rate` is the factor by
    which the walk closed in.
    """

    word: str
    n: int
    k: int
    letter: str
    x: str
    climbed: bool
    rises: int
    slope: str
    remark: str = ""
    more: Mapping[str, str] = {}


def badge(facts: Facts, language: str | None = None) -> str:
    """The headline, in the language that is spoken unless another is asked for."""
    tongue = language or spoken()
    return fill(_in(tongue, ENDS[facts.word].badge), _values(facts, tongue))


def sentence(facts: Facts, language: str | None = None) -> str:
    """How the walk ended, in how many steps f rose, and where it was best if that is not its end."""
    tongue = language or spoken()
    values = _values(facts, tongue)
    best = _in(tongue, PARTS["best start" if facts.more.get("best") == "0" else "best"])
    text = fill(_in(tongue, ENDS[facts.word].sentence), values) + values["rose"]
    return text + (fill(best, values) if "best" in facts.more else "")


def remark(text: str, more: Mapping[str, str], language: str = "en") -> str:
    """A remark with its numbers."""
    return fill(_in(language, text), more) if text else ""


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with {name} as values[name]; the article before a number that begins with a vowel is an."""

    def put(found: re.Match[str]) -> str:
        value = str(values[found[2]])
        return ("an " if found[1] and re.match(r"8|1[18]\b", value) else found[1] or "") + value

    return re.sub(r"(\ba )?\{(\w+)\}", put, text)


def _in(language: str, text: str) -> str:
    return chinese(text) if language == "zh" else text


def _values(facts: Facts, language: str) -> dict[str, Any]:
    values: dict[str, Any] = {**facts._asdict(), **facts.more}

    def part(name: str, wanted: bool = True) -> str:
        return fill(_in(language, PARTS[name]), values) if wanted else ""

    values["steps"] = part("step" if facts.k == 1 else "steps")
    values["after"] = part("after" if facts.k else "start")
    values["place"], values["near"] = part("place", facts.n == 1), part("near", facts.n == 1)
    values["where"] = part("where" if facts.n == 1 else "point")
    for name in ("climbed", "higher", "climb"):
        values[name] = part(name, facts.climbed)
    values["rate"] = part("rate" if facts.more.get("rate") else "crawl", "rate" in facts.more)
    values["text"] = remark(facts.remark, facts.more, language)
    values["remark"], values["doing"] = part("remark", bool(facts.remark)), part("doing", bool(facts.remark))
    values["rose"] = part("rose", facts.k > 0)
    return values


def table() -> dict[str, Any]:
    """What the page reads: headlines, remarks and parts, each as [English, Chinese]."""
    return {
        "ends": {word: _both(row.badge) for word, row in ENDS.items()},
        "remarks": {text: _both(text) for text in REMARKS if text != HOVERING},
        "parts": {name: _both(text) for name, text in PARTS.items() if name not in SENTENCES_ONLY},
    }


def _both(text: str) -> list[str]:
    return [text, chinese(text)]

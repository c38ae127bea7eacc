"""The proved table: least values of the gallery's losses and of the literature's test functions, with their errata.

`python -m tests.kit.minima` analyses all of them in as many processes as there are cores and writes docs/minima.md;
names behind it are analysed and printed, and nothing is written.
"""

import math
import re
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from symopt import analyze
from symopt.analysis.words import digits
from symopt.errors import SymoptError
from symopt.gallery import GALLERY
from tests.kit.literature import CLAIMS, OTHERS, SOURCES, Claim

PAGE = Path(__file__).parents[2] / "docs" / "minima.md"
BUDGET = 10.0
TWELVE = 1e-12
MOST_PLACES = 4
LAST = 1e-5
UNIT = "Himmelblau"
HEAD = """
# Minima of the literature, proved

The least value on the closed window, sides and corners included, of test functions that are handed on from list to
list, beside what the lists say. Made by

    python -m tests.kit.minima

from `tests/data/literature.txt` and the gallery, each by `symopt analyze`
([what its words mean](analysis.md)). The command runs for some twenty minutes, so this page is its result and not part
of the suite, which proves a cheap part of it anew.

- *Least value*: to the digits shown, from an enclosure that is no wider than 1e-12 (times its size above 1). It is
  taken at the places named and at no other. A place has the digits that are enclosed; ± where these are few.
- *COMPLETE*: every critical point inside the window is proved, and there is no other. *INCOMPLETE*: those counted are
  proved, and others may lie in boxes left (H singular, curves of minima, tips of cones, poles, or the budget). The
  least value does not lean on this list.
- *Claimed*: as printed in the source. An erratum is a claim that the proof excludes by more than a unit of its last
  digit.
- All is said of the functions *as typed here*: where sources print different formulas, that one was chosen which the
  claimed minimum belongs to. Those of Gavana's list were compared at sixty random points each with the code that SciPy
  keeps; they agree, to a relative 1e-7 at least.
- Claims marked J, S and M were written down from memory and have not been compared with these sources: a contradiction
  to one of them may be an error of this page and not of the source.
"""


@dataclass(frozen=True)
class Answer:
    """What the analysis proves of one loss; why it does not, if it does not."""

    claim: Claim
    status: str = "refused"
    low: float = float("nan")
    high: float = float("nan")
    places: tuple = ()
    counts: str = ""
    seconds: float = 0.0
    why: str = ""

    @property
    def proved(self):
        """Whether the least value is enclosed to twelve digits."""
        return self.high - self.low <= TWELVE * max(1.0, abs(self.high))


def gallery():
    """The gallery's losses of one to three variables, as claims; those without a least value claim none."""
    for entry in GALLERY:
        if entry.n <= 3:
            window = ";".join(f"{low!r},{high!r}" for low, high in entry.window)
            place = ",".join(map(repr, entry.minima[0])) if entry.minima else ""
            value = "" if entry.fmin is None else repr(entry.fmin)
            yield Claim(entry.name, entry.text, window, value, place, entry.reference)


def sides(claim, n):
    """The window of each variable as typed."""
    found = [tuple(side.split(",")) for side in claim.window.split(";")]
    return found * n if len(found) == 1 else found


def answered(claim, budget=BUDGET):
    """The proof of one least value: of one variable by the analysis of the line, from its list and its ends."""
    began = time.process_time()
    try:
        n = len(set(re.findall(r"\b(?:x1|x2|x3|x|y|z)\b", claim.text)))
        made = analyze(claim.text, sides(claim, n), budget=budget)
    except SymoptError as error:
        return Answer(claim, why=str(error), seconds=time.process_time() - began)
    if n == 1:
        return line(claim, made, time.process_time() - began)
    low, high = made.minimum
    counts = ", ".join(f"{many} {kind}" for kind, many in made.counts.items())
    places = tuple(where(claim, made, place) for place in made.at[:MOST_PLACES]) + tuple(
        (place.x, place.enclosure) for place in made.at[MOST_PLACES:]
    )
    return Answer(claim, made.status, low, high, places, counts, time.process_time() - began)


def touch(one, other):
    """Whether two boxes have a point in common."""
    return all(a <= d and c <= b for (a, b), (c, d) in zip(one, other, strict=True))


def torn(made, box):
    """Whether something is left undecided in a box."""
    return made.status != "complete" and (not made.left or any(touch(box, left) for left in made.left))


def where(claim, made, place):
    """A place with the narrowest enclosure that is proved: that of the critical point, or of the one along its side."""
    inside = all(low > a and high < b for (low, high), (a, b) in zip(place.enclosure, made.window, strict=True))
    near = [point for point in made.critical_points if touch(point.enclosure, place.enclosure)]
    if inside and len(near) == 1 and near[0].proved and not torn(made, place.enclosure):
        return near[0].x, near[0].enclosure
    free = [k for k, (low, high) in enumerate(place.enclosure) if low < high]
    if len(free) != 1 or len(place.x) == 1:
        return place.x, place.enclosure
    text, typed = claim.text, sides(claim, len(place.x))
    for k, name in enumerate(made.loss.names):
        if k not in free:
            end = typed[k][0 if place.x[k] == made.window[k][0] else 1]
            text = re.sub(rf"\b{name}\b", f"({end})", text)
    low, high = place.enclosure[free[0]]
    made = analyze(text, [low - (high - low), high + (high - low)], budget=BUDGET)
    if made.status != "complete" or len(made.critical_points) != 1:
        return place.x, place.enclosure
    point = made.critical_points[0]
    enclosure = tuple(point.enclosure[0] if k in free else side for k, side in enumerate(place.enclosure))
    return tuple(point.x[0] if k in free else c for k, c in enumerate(place.x)), enclosure


def line(claim, made, seconds):
    """As `answered`, of one variable."""
    low, high = made.minimum
    counts = {}
    for point in made.critical_points:
        counts[point.kind] = counts.get(point.kind, 0) + 1
    places = tuple(
        ((at,), next((p.enclosure for p in made.critical_points if p.x == (at,)), ((at, at),))) for at in made.at
    )
    told = ", ".join(f"{many} {kind}" for kind, many in counts.items())
    return Answer(claim, made.status, float(low), float(high), places, told, seconds)


def number(text):
    """A claimed number as typed, and one unit of its last digit; whole numbers and parts of pi are meant exactly."""
    if "pi" in text:
        return eval(text, {"__builtins__": {}, "pi": math.pi}), 0.0
    read = Decimal(text)
    exact = read == read.to_integral_value()
    return float(read), 0.0 if exact else 10.0 ** read.as_tuple().exponent


def judged(answer, value, place):
    """What a proof says against a claim: nothing, a wrong last digit, or more."""
    said = []
    if value and not math.isnan(answer.high):
        told, unit = number(value)
        slack = unit + TWELVE * max(1.0, abs(told))
        off = max(answer.low - told, told - answer.high)
        if off > slack:
            small = off <= LAST * max(1.0, abs(told))
            lower = "f takes lower values" if told > answer.high else "f does not go as low"
            said.append("last digits of the value" if small else f"the value: {lower}")
    if place and answer.places:
        spot = [number(part) for part in place.split(",")]
        far = min(distance(spot, enclosure) for _, enclosure in answer.places)
        if far > 0:
            small = far <= LAST * max(1.0, *(abs(c) for c, _ in spot))
            said.append("last digits of the place" if small else "the place: f is larger there than its least value")
    return "; ".join(said)


def distance(spot, enclosure):
    """How far a claimed place, with its units, lies from a box at least; 0 within rounding."""
    apart = max(max(low - c - unit, c - unit - high) for (c, unit), (low, high) in zip(spot, enclosure, strict=True))
    return apart if apart > TWELVE else 0.0


def shown(low, high):
    """A number by the digits that its enclosure allows, twelve at most."""
    if low <= 0 <= high and high - low <= TWELVE:
        return "0"
    for count in range(12, 3, -1):
        if digits(low, count) == digits(high, count):
            return digits(low, count)
    return f"{digits((low + high) / 2, 6)} ± {(high - low) / 2:.0e}" if high > low else digits(low, 12)


def value(answer):
    """The least value in the table."""
    low, high = answer.low, answer.high
    if answer.status == "refused":
        return answer.why
    if answer.proved:
        return digits(0.0 if low <= 0 <= high else high, 12)
    if math.isinf(low):
        return f"≤ {digits(high, 6, 1)}; no lower bound is shown" if math.isfinite(high) else "not shown"
    return f"between {digits(low, 6, -1)} and {digits(high, 6, 1)}"


def at(places):
    """The first two places, and how many more there are."""
    told = ["(" + ", ".join(shown(*side) for side in enclosure) + ")" for _, enclosure in places[:2]]
    return "; ".join(told) + (f" and {len(places) - 2} more" if len(places) > 2 else "")


def claimed(value, place):
    spot = f"({place.replace(',', ', ')})" if place else ""
    return " at ".join(part for part in (value, spot) if part) or "–"


def row(answer):
    """A line of the table."""
    claim = answer.claim
    window = " × ".join(f"[{side.replace(',', ', ')}]" for side in claim.window.split(";"))
    cells = [
        claim.name, f"`{claim.text}`", window, value(answer), at(answer.places) if answer.proved else "",
        f"{answer.status.upper()}: {answer.counts or 'none'}", claimed(claim.value, claim.place),
        claim.source,
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def errata(answers):
    """The claims that a proof contradicts, with the answer and what is wrong."""
    found = []
    for answer in answers:
        claims = [answer.claim, *(other for other in OTHERS if other.name == answer.claim.name)]
        found += [(answer, claim, said) for claim in claims if (said := judged(answer, claim.value, claim.place))]
    return found


def summed(answers, title):
    """A line of the counts."""
    proved = sum(answer.proved for answer in answers)
    complete = sum(answer.status == "complete" for answer in answers)
    many = len(answers)
    return f"| {title} | {many} | {proved} ({proved / many:.0%}) | {complete} ({complete / many:.0%}) |"


def page(answers):
    """docs/minima.md."""
    literature = [answer for answer in answers if answer.claim in CLAIMS]
    ours = [answer for answer in answers if answer.claim not in CLAIMS]
    unit = next(answer.seconds for answer in literature if answer.claim.name == UNIT)
    times = sorted(answer.seconds / unit for answer in literature)
    wrong = errata(answers)
    gross = [entry for entry in wrong if ":" in entry[-1]]
    slight = [f"{answer.claim.name} ({claim.source})" for answer, claim, said in wrong if ":" not in said]
    lines = [
        HEAD.strip(), "", "## Counts",
        "| losses | number | least value proved to 12 digits | all critical points |", "|---|---|---|---|",
        summed(literature, "literature, two variables"), summed(ours, "gallery, one to three variables"), "",
        f"Time of one function of the literature, in times that of {UNIT}'s: median {statistics.median(times):.1f}, "
        f"95% at most {times[int(0.95 * len(times))]:.0f}, most {times[-1]:.0f}.", "",
        "## Errata", "Claims that the proof contradicts, for the functions as typed here; sources at the end.", "",
        "| function | claimed | proved | what is wrong | source |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for answer, claim, said in gross:
        proved = f"{value(answer)} at {at(answer.places)}" if answer.proved else value(answer)
        lines.append(f"| {claim.name} | {claimed(claim.value, claim.place)} | {proved} | {said} | {claim.source} |")
    lines += ["", f"In {len(slight)} more claims the last digits are wrong, by less than one part in "
              f"{1 / LAST:,.0f}: {', '.join(slight)}."]  # fmt: skip
    for title, part in (("The literature", literature), ("The gallery", ours)):
        lines += ["", f"## {title}",
                  "| function | loss as typed | window | least value | where | critical points | claimed | source |",
                  "|---|---|---|---|---|---|---|---|", *map(row, part)]  # fmt: skip
    lines += ["", "## Sources", *(f"- {key}: {words}" for key, words in SOURCES.items())]
    return "\n".join(lines) + "\n"


def main(names):
    every = [*CLAIMS, *gallery()]
    chosen = [claim for claim in every if claim.name in names] if names else every
    with ProcessPoolExecutor() as pool:
        answers = list(pool.map(answered, chosen))
    if names:
        for answer in answers:
            print(row(answer), judged(answer, answer.claim.value, answer.claim.place))
    else:
        PAGE.write_text(page(answers), encoding="utf-8")
        print(f"{PAGE.name}: {len(answers)} losses, {sum(a.proved for a in answers)} proved to twelve digits")


if __name__ == "__main__":
    main(sys.argv[1:])

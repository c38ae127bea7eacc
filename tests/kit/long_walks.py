"""Whether the words for unfinished walks stay true when the walk goes on to forty times its steps.

    python -m tests.kit.long_walks [COUNT] [--seed N] [--jobs N] [--show]

walks COUNT unfinished walks at random (3,000 unless told), and prints for each word how often it was said and how
often the longer walk contradicts it. What contradicts a word stands beside it below, in terms of the points of the
longer walk alone; nothing here is shared with the judge.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from symopt.descent import Stop, descend
from symopt.errors import SymoptError
from symopt.gallery import GALLERY
from symopt.loss import Loss
from symopt.methods import method, registered
from symopt.trajectory import Trajectory
from tests.kit.tally import printed, tally

LONGER = 40
ONE = (
    "{a}*(x-{b})**2", "{a}*x**4+{b}*x**2+{c}*x", "x**4-3*x**2+{b}*x", "{a}*x**2+{d}*cos({e}*x+{b})", "(x-{b})**4",
    "{a}*x**6-x**2", "x**8", "log(1+exp({e}*x))+x**2/{e}", "cosh({a}*x)", "exp({a}*x)-x", "sqrt(1+{e}*x**2)",
    "x**2/(1+x**2)", "1-exp(-{a}*x**2)", "x*sin({e}*x)", "sin(x)+sin(10*x/3+{b})", "x**2+{d}*sin({e}*x)", "exp(-{a}*x)",
    "tanh({a}*x)", "x**2-log(x**2+{a})", "log(cosh({e}*x-{b}))", "abs(x-{b})", "abs(x)**1.5+{b}*x/3", "atan(x)**2",
    "where(abs(x)<1,x**2/2,abs(x)-1/2)", "x**2+{d}*abs(x-{b})", "cos({e}*x)", "sin(x)**2+x**2/{e}/10", "max(x,-{a}*x)",
    "3*x-2", "1/(1+x**4)", "x**3-3*x", "{a}*x**2-{d}*exp(-(x-{b})**2)", "(x**2-1)**2", "x+1/(1+exp(-x))", "x**2/2",
    "log(x**2+1)", "1/x+{a}*x", "x-log(x)", "exp(x**2)", "sin(x)/x", "x**2*(1+{d}*sin({e}*x)**2)",
    "sqrt(abs(x))+x**2/9",
)  # fmt: skip
TWO = (
    "x**2+{e}*y**2", "x**2+{e}**4*y**2", "x**2+{d}*x*y+y**2", "{e}**3*(y-x**2)**2+({b}-x)**2", "x**4+y**4-{e}*x*y",
    "(x**2+y-11)**2+(x+y**2-7)**2", "sin(x)*sin(y)+(x**2+y**2)/{e}/5", "x**2-y**2+y**4/{e}",
    "log(exp(x)+exp(-x)+exp(y)+exp(-y))",
    "exp(x+{e}*y-1/10)+exp(x-{e}*y-1/10)+exp(-x-1/10)", "(x-{b})**2+x**2*y**2", "x**2+y**2+{d}*cos({e}*x)*cos({e}*y)",
    "abs(x)+{e}*abs(y-{b})", "(x+y)**2+(x-y)**2/{e}**2+sin(x)", "(x*y-1)**2+{a}*(x-y)**2", "x**2*y**2+{a}*y**2",
    "log(1+x**2+{e}*y**2)", "x**4+{a}*(y-x)**2", "sqrt(1+x**2+y**2)+{b}*x/4", "1-exp(-x**2-{e}*y**2)", "x*y",
    "max(x**2,y)+abs(y)", "(x-y)**4+{a}*(x+y)**2", "cos(x)+cos({e}*y)", "x**3-3*x*y**2+(x**2+y**2)**2/{e}",
    "exp(-x)+y**2",
)  # fmt: skip
FIVE = (
    "sum({e}**i*x[i]**2, i, 0, 4)", "sum((x[i]-i)**4, i, 0, 4)", "sum(10*(x[i+1]-x[i]**2)**2+(1-x[i])**2, i, 0, 3)",
    "sum(x[i]**2+{d}*cos({e}*x[i]), i, 0, 4)", "sum(log(1+exp(x[i]))-x[i]/{f}, i, 0, 4)+sum((x[i+1]-x[i])**2, i, 0, 3)",
    "sum((x[i+1]-x[i])**2, i, 0, 3)+x[0]**4/4", "sum(x[i]**4-x[i]**2*{e}, i, 0, 4)+sum(x[i]*x[i+1], i, 0, 3)",
    "sum(abs(x[i]-i/3), i, 0, 4)", "sqrt(1+sum((i+1)*x[i]**2, i, 0, 4))",
    "sum(sin(x[i]*x[i+1])+x[i]**2/9, i, 0, 3)+x[4]**2",
)  # fmt: skip
STEPS = (100, 100, 100, 100, 5, 17, 60, 60, 300, 1000)
SMALL = (5, 17, 17, 60, 60, 100)
LENGTHS = ("adam", "rmsprop", "adagrad", "sign-gd", "normalized-gd")  # their lr is a length
OFTEN = ("gd", "momentum", "nesterov", "adam")


@dataclass(frozen=True)
class Case:
    """A loss with a window, a start, a method with its rate (None: its default), and how many steps."""

    text: str
    names: tuple[str, ...]
    window: np.ndarray
    start: np.ndarray
    method: str
    rate: float | None
    steps: int


@dataclass(frozen=True)
class Long:
    """A walk of K steps, what was said of it, and the walk that goes on: points (M, n), values, gradients (M, n)."""

    case: Case
    word: str
    method: str
    xs: np.ndarray
    fs: np.ndarray
    grads: np.ndarray
    ended: str


def cases(seed: int = 0, steps: tuple[int, ...] = STEPS) -> Iterator[Case]:
    """Losses of the families or the gallery, any method, any rate, any start, for ever and always the same."""
    for k in itertools.count():
        yield case(np.random.default_rng([seed, k]), steps)


def case(random: np.random.Generator, steps: tuple[int, ...]) -> Case:
    """One case; its rate is relative to 2/L, or to half the window where lr is a length: from 1/3000 to 4."""
    if random.random() < 0.15:
        small = [entry for entry in GALLERY if entry.n <= 5]
        entry = small[random.integers(len(small))]
        text, names, window = entry.text, entry.variables, np.array(entry.window, float)
    else:
        n, family = [(1, ONE), (2, TWO), (5, FIVE)][random.choice(3, p=(0.55, 0.35, 0.1))]
        drawn = {
            "a": 10 ** random.uniform(-1, 1), "b": random.uniform(-3, 3), "c": random.uniform(-3, 3),
            "d": random.uniform(0.2, 4), "e": random.uniform(1.2, 6), "f": random.uniform(1.5, 4),
        }  # fmt: skip
        text = family[random.integers(len(family))].format(**{name: f"({value:.2g})" for name, value in drawn.items()})
        names = ("x", "y")[:n] if n <= 2 else tuple(f"x{i}" for i in range(5))
        half = 10 ** random.uniform(0, 1.3)
        window = np.array([[-half, half]] * n)
        if random.random() < 0.15:
            text = f"{10.0 ** random.integers(-6, 7):g}*({text})"
    known = [name for name in registered() if name != "gauss-newton"]  # which takes sums of squares only
    name = OFTEN[random.integers(4)] if random.random() < 0.35 else known[random.integers(len(known))]
    rate = 10 ** (random.uniform(-0.4, 0.6) if random.random() < 0.3 else random.uniform(-3.5, 0))
    start = random.uniform(window[:, 0], window[:, 1])
    default = random.random() < 0.25
    return Case(text, names, window, start, name, None if default else rate, int(steps[random.integers(len(steps))]))


def walked(case: Case, longer: int = LONGER) -> Long | None:
    """The walk of a case and the one that goes on; None where the walk ends by itself, or cannot begin."""
    try:
        loss = Loss.parse(case.text, case.names)
        rule = method(case.method)
        if "lr" in rule.unresolved and case.rate is not None:
            rule = rule.with_parameters(lr=_rate(case, loss))
        short = descend(loss, rule, case.start, Stop(case.steps), case.window)
        if short.outcome.name not in ("EXHAUSTED", "CYCLE", "STALLED"):
            return None
        whole = descend(loss, rule, case.start, Stop(longer * case.steps), case.window)
    except (SymoptError, np.linalg.LinAlgError):
        return None
    return Long(case, said(short), str(short.method), whole.xs, whole.fs, whole.grads, whole.outcome.name)


def said(walk: Trajectory) -> str:
    """The word for a walk, as its headline has it."""
    return {"CYCLE": f"{walk.period}-CYCLE", "STALLED": "STALLED"}.get(walk.outcome.name, walk.remark)


def _rate(case: Case, loss: Loss) -> float:
    if case.method in LENGTHS:
        return float(f"{case.rate * np.ptp(case.window, axis=1).max() / 2:.3g}")
    random = np.random.default_rng(0)
    points = random.uniform(case.window[:, 0], case.window[:, 1], (64, len(case.names)))
    points = case.start[None] if case.rate > 0.3 else points
    bends = loss.hess(points)
    bends = bends[np.isfinite(bends).all(axis=(1, 2))]
    largest = np.abs(np.linalg.eigvalsh(bends)).max(initial=0.0)
    return float(f"{case.rate * 2 / largest:.3g}") if 1e-300 < largest < 1e300 else 0.1


# What each word promises. The short walk has the steps 0 … K, `soon` is the step 2K, `end` the last step, `late` the
# last tenth of the long walk; soon and end are earlier where it ended by itself.


class Seen:
    """The long walk, cut where the short one ended."""

    def __init__(self, walk: Long) -> None:
        K = walk.case.steps
        usable = np.isfinite(walk.fs) & np.isfinite(walk.grads).all(axis=1)
        count = len(usable) if usable.all() else int(usable.argmin())  # a point outside the domain is none
        self.xs, self.fs, self.K, self.end = walk.xs[:count], walk.fs[:count], K, count - 1
        self.soon = min(2 * K, self.end)
        self.late = self.xs[max(K + 1, min(self.end - self.end // 10, self.end - 12)) :]
        self.width = _diameter(self.xs[K - max(K // 3, 2) : K + 1])  # of the short walk's last third
        self.window = float(np.ptp(walk.case.window, axis=1).max())
        self.rounding = 1e-13 * float(np.abs(self.xs[: K + 1]).max() + np.abs(self.xs[-1]).max())
        self.left = walk.ended in ("RAN_AWAY", "LEFT_DOMAIN", "NO_STEP")
        self.rests = walk.ended in ("FLAT", "STALLED")
        self.cycles = walk.ended == "CYCLE"
        change = np.diff(self.fs[: K + 1])
        noise = 1e-14 * np.abs(self.fs[: K + 1]).max()
        self.rises, self.falls = float((change > noise).mean()), float((change < -noise).mean())


def _diameter(points: np.ndarray) -> float:
    return float(np.ptp(points, axis=0).max()) if len(points) else 0.0


def descending(s: Seen) -> bool:
    """f is lower at step 2K and at the end than at step K, and rose in at most a fifth of the K steps."""
    return s.rises <= 0.2 and bool(s.fs[s.soon] < s.fs[s.K] and s.fs[s.end] < s.fs[s.K])


def climbing(s: Seen) -> bool:
    """f is higher at step 2K and at the end than at step K, and fell in at most a fifth of the K steps."""
    return s.falls <= 0.2 and bool(s.fs[s.soon] > s.fs[s.K] and s.fs[s.end] > s.fs[s.K])


def creeping(s: Seen) -> bool:
    """As for `still descending`; and the K steps to come lead no further than a fifth of the window."""
    return descending(s) and np.abs(s.xs[s.soon] - s.xs[s.K]).max() < 0.2 * s.window


def closing(s: Seen, rate: float | None = None) -> bool:
    """The walk stays within three diameters of its last half from where it ends, and comes to rest.

    It comes to rest if it ends flat or stalled, or if its last tenth is at most half as wide as the last sixth of the
    K steps (at a rate: as narrow as half the steps at that rate would make it, where that is more). A rate is kept, to
    15% of its logarithm, until the steps are a tenth as long.
    """
    away = np.abs(s.xs[s.K :] - s.xs[s.end]).max(axis=1)
    if s.left or away.max() > max(3 * _diameter(s.xs[s.K // 2 : s.K + 1]), s.rounding):
        return False
    if rate is not None:
        lengths = np.abs(np.diff(s.xs[s.K - 1 :], axis=0)).max(axis=1)
        m = int((lengths > max(0.1 * lengths[0], 100 * s.rounding)).argmin()) or len(lengths) - 1
        if lengths[m] <= lengths[0] / 2 and abs(np.log(lengths[m] / lengths[0]) / m / np.log(rate) - 1) > 0.15:
            return False
    late = _diameter(s.late)
    promised = 0.5 if rate is None else max(0.5, rate ** (0.5 * (s.end - s.K)))
    return s.rests or late <= s.rounding or late < promised * _diameter(s.xs[s.K - max(s.K // 6, 2) : s.K + 1])


def keeping(s: Seen) -> bool:
    """The walk does not end flat, stalled or away, and its last tenth is a quarter to four times as wide as before."""
    return not s.left and not s.rests and s.width / 4 < _diameter(s.late) < 4 * s.width


def widening(s: Seen) -> bool:
    """A step up to step 2K is longer than any before; and the walk leaves, or ends half as wide again or wider."""
    lengths = np.abs(np.diff(s.xs[: s.soon + 1], axis=0)).max(axis=1)
    grows = lengths[s.K :].max(initial=0) > lengths[: s.K].max()
    return s.left or bool(grows and _diameter(s.late) > 1.5 * s.width)


def turning(s: Seen) -> bool:
    """More than half of the steps up to step 2K turn back on the one before."""
    steps = np.diff(s.xs[s.K : s.soon + 1], axis=0)
    back = (steps[1:] * steps[:-1]).sum(axis=1) < 0
    return len(back) < 2 or bool(back.mean() > 0.5)


def waving(s: Seen) -> bool:
    """f never again exceeds its peak of the last quarter up to step 2K, and stays below it in the last tenth."""
    peak = s.fs[s.K - max(s.K // 4, 2) : s.K + 1].max()
    late = s.fs[len(s.fs) - len(s.late) :]
    return bool(s.fs[s.K : s.soon + 1].max() <= peak and late.max(initial=-np.inf) < peak)


def chaotic(s: Seen) -> bool:
    """The walk does not end by itself or in a cycle, stays in the box it was in with as much room on each side, and
    its last tenth is a quarter as wide as before or wider and has no period up to 64."""
    low, high = s.xs[: s.K + 1].min(axis=0), s.xs[: s.K + 1].max(axis=0)
    room = high - low
    inside = ((s.xs >= low - room) & (s.xs <= high + room)).all()
    over = s.left or s.rests or s.cycles
    return bool(not over and inside and _diameter(s.late) > s.width / 4 and not _repeats(s, range(2, 65), 1e-6))


def repeating(s: Seen, period: int) -> bool:
    """The end repeats with that period, to 1e-4 of its diameter, and no smaller one, and is half as wide as it was
    or wider."""
    before = _diameter(s.xs[max(s.K - 2 * period, 0) : s.K + 1])
    wide = not (s.left or s.rests) and _diameter(s.late) >= before / 2
    return wide and _repeats(s, range(period, period + 1), 1e-4) and not _repeats(s, range(1, period), 1e-3)


def _repeats(s: Seen, periods: range, share: float) -> bool:
    tail = s.xs[max(s.K, s.end - 300) :]
    allowed = max(share * _diameter(tail[-100:]), s.rounding)
    return any(len(tail) > 3 * p and np.abs(tail[-2 * p :] - tail[-3 * p : -p]).max() <= allowed for p in periods)


def hovering(s: Seen, low: float, high: float) -> bool:
    """The median of f lies between the heights that were told, in the K steps to come and in the last tenth."""
    late = s.fs[len(s.fs) - len(s.late) :]
    return not s.left and all(low <= np.median(fs) <= high for fs in (s.fs[s.K : s.soon + 1], late))


def leaving(s: Seen) -> bool:
    """The walk is further from its start at step 2K and at the end than at step K."""
    away = np.abs(s.xs - s.xs[0]).max(axis=1)
    return bool(away[s.soon] > away[s.K] < away[s.end])


def staying(s: Seen) -> bool:
    """No later point is further than rounding, 2e-12 of its size, from step K, or from the end of a walk that rests."""
    K = min(s.K, s.end)
    return (K == s.K or s.rests) and bool(np.abs(s.xs[K:] - s.xs[K]).max() <= 10 * s.rounding)


PROMISES: dict[str, Callable[..., bool]] = {
    "hovering": hovering,
    "still descending": descending,
    "climbing": climbing,
    "creeping": creeping,
    "closing in": closing,
    "oscillating and closing in": closing,
    "oscillating without closing in": keeping,
    "oscillating ever wider": widening,
    "oscillating": turning,
    "descending in waves": waving,
    "bounded, no limit seen (chaos)": chaotic,
    "moving off": leaving,
    "STALLED": staying,
}
NOTHING = ("", "no trend seen")  # what promises nothing


def holds(walk: Long) -> bool:
    """Whether the long walk bears out the word said of its first K steps; a word that is not known raises."""
    s = Seen(walk)
    head, _, rate = walk.word.removesuffix(" a step").partition(", by ")
    if head in NOTHING:
        return True
    if head.startswith("hovering"):
        low, high = re.findall(r"between (\S+) and (\S+)$", head.replace("−", "-"))[0]
        return hovering(s, float(low), float(high))
    if head.lower().endswith("-cycle"):
        return repeating(s, int(head.lower().removesuffix("-cycle").rpartition(" ")[2]))
    if rate:
        rest = rate.removeprefix("1 − ").replace("e−", "e-")
        return closing(s, 1 - float(rest) if rate.startswith("1 − ") else float(rest))
    return PROMISES[head](s)


def family(word: str) -> str:
    """The word without its rate, period or heights."""
    head, by, _ = word.partition(", f between")[0].partition(", by ")
    stem, cycle, _ = head.partition("-cycle")
    return stem.rstrip("0123456789") + "n-cycle" if cycle else head + (", by r a step" if by else "")


def judged(case: Case) -> tuple[str, str] | None:
    """(the word, without its numbers; what contradicts it); None for a walk that came to an end."""
    walk = walked(case, LONGER)
    if walk is None:
        return None
    with np.errstate(all="ignore"):
        fault = "" if holds(walk) else f"{walk.word}, {walk.method}, then {walk.ended} after {len(walk.fs) - 1} steps"
    return family(walk.word), fault and f"{case} {fault}"


def main() -> None:
    said, wrong = tally("Words for unfinished walks against walks forty times as long.", 3000, cases, judged)
    printed(said, wrong, "contradicted", NOTHING)
    claims = said.total() - sum(said[word] for word in NOTHING)
    print(f"\n{wrong.total()} contradicted: {wrong.total() / said.total():.1%} of {said.total()} walks, "
          f"{wrong.total() / claims:.1%} of the {claims} whose word promises something")  # fmt: skip


if __name__ == "__main__":
    main()

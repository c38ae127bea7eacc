"""What is said of finished walks, against a judge of its own: values of f in 80 digits, from the text of the loss.

    python -m tests.kit.random_walks [COUNT] [--seed N] [--jobs N] [--show]

walks COUNT losses of the families below at random (4,000 unless told), by every method from every sort of start, and
prints how often each word was said, and how often it is false. The judge evaluates the text as Python with mpmath's
functions; it shares nothing with symopt, neither its parser nor its derivatives nor its judge.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp

from symopt.descent import Stop, descend
from symopt.errors import SymoptError
from symopt.loss import Loss
from symopt.methods import method, registered
from symopt.trajectory import Trajectory
from tests.kit.tally import printed, tally

DIGITS = 80
ONE = (
    # smooth, with minima, maxima, inflections, and multiple zeros of the slope
    "{a}*(x-{b})**2", "(x-{b})**4", "{a}*(x-{b})**6", "(x-{b})**8", "x**3", "1-{a}*(x-{b})**5", "(x-{b})**3*(x+1)",
    "{a}*x**4+{b}*x**2+{c}*x", "x**3-3*x", "(x**2-1)**2", "{a}*x**2+{d}*cos({e}*x+{b})", "x*sin({e}*x)", "-x**2-x**4",
    "log(1+exp({e}*x))+x**2/{e}", "cosh({a}*x)", "exp({a}*x)-x", "sqrt(1+{e}*x**2)", "x**2/(1+x**2)", "-1/(1+x**4)",
    "1-exp(-{a}*x**2)", "exp(-{a}*x)", "tanh({a}*x)", "atan(x-{b})**2", "log(x**2+{a})", "log(cosh({e}*x-{b}))",
    "sin(x)**2+x**2/{e}/10", "sin(x)+sin(10*x/3+{b})", "x**2*(1+{d}*sin({e}*x)**2)", "exp(x**2)", "3*x-{b}",
    "sin(x)**3", "(x-sin(x))**2", "(1-cos(x-{b}))**2", "x**2*(x-{b})**4", "(x-{b})**2*exp(-x)",
    # f far from where it is computed exactly
    "sin(x)/x", "{a}*sinh(x)/x", "x/sin(x)+x**2/4", "-(x-sin(x))/x**3", "(1-cos(x))/x**2", "(cosh(x)-1)/x**2+cos(x)",
    # kinks: nested abs, Max, Piecewise
    "abs(x-{b})", "abs(x-{b})*abs(x+1/2)", "{a}*x**2+{d}*abs(x-{b})", "abs(abs(x-{b})-1)", "abs(abs(abs(x)-2)-{a})",
    "Max(x-{b},-{a}*x)", "Max(x**2,{e}*x)", "Max(x+2,0)*Max({b}-x,0)", "x**2-abs(x-{b})", "abs(sin(x))+x**2/{e}/9",
    "Min((x-1)**2,(x+1)**2+{a}/9)", "relu(x-{b})**2+x**2/9", "relu(1-x)+x**2/{e}", "abs(x**2-{a})",
    "Piecewise((x**2/2,x<1),(x-1/2,True))", "Piecewise((-x,x<{b}),(x**2-{b}**2-{b},True))",
    "Piecewise(((x-{b})**2,x<{b}),({a}*(x-{b})**4,True))", "Piecewise((x**2,x<{b}),(x**2+1,True))",
    "Piecewise((0,x<{b}),((x-{b})**2,True))", "Max(0,abs(x-{b})-{a}/2)", "abs(x-{b})**3", "abs(x)**3+x**2*(x-{b})**2",
    # roots, poles, ends of the domain
    "abs((x-{b})/(2+x**2))**(5/2)", "abs(x-{b})**(3/2)", "sqrt(abs(x-{b}))+x**2/9", "1/(x-{b})**2+x**2", "x-log(x)",
    "1/((x-1)*(x-3))+exp(x/2)", "1/x+{a}*x", "x*log(x)", "sqrt(x)+1/x", "x**2-log(x-{b})", "tan(x-{b})**2",
    "tan(x-{b})", "log(x)**2", "sqrt(4-x**2)+x/{e}", "-sqrt(9-x**2)", "exp(exp(x/{e}))-x", "(x-{b})**2+1/(x-{b})",
    # special functions
    "erf(x-{b})**2", "gamma(x)", "gamma(1+x**2)", "digamma(2+x**2)", "loggamma(x)", "x**2*erfc(x-{b})", "besselj(0,x)",
    "lambertw(1+x**2)", "sigmoid(x)*(x-{b})", "softplus(x)-x/3", "erf(x)*exp(-x**2)",
    # flat at a point where all derivatives vanish
    "exp(-1/(x-{b})**2)", "exp(-1/x**2)*cos(x)",
)  # fmt: skip
TWO = (
    "x**2+{e}*y**2", "(x-{b})**2+{a}*(y-{c})**2", "x**2+{d}*x*y+y**2", "100*(y-x**2)**2+({b}-x)**2",
    "x**4+y**4-{e}*x*y",
    "(x**2+y-11)**2+(x+y**2-7)**2", "sin(x)*sin(y)+(x**2+y**2)/{e}/5", "x**2-y**2", "x**2-y**2+y**4/{e}", "x*y",
    "(x-{b})**2+x**2*y**2", "(x-{b})**2+(y-{c})**4", "(x-{b})**4-{a}*(y-{c})**4", "x**2+y**3", "x**2-y**4",
    "(x-y)**4+{a}*(x+y)**2", "x**3-3*x*y**2", "x**2*y**2+{a}*y**2", "(y-x**2)*(y-3*x**2)", "(x+{a}*y)**2",
    "cos(x)+cos({e}*y)",
    "log(1+x**2+{e}*y**2)", "1-exp(-x**2-{e}*y**2)", "exp(x+{e}*y-1/10)+exp(x-{e}*y-1/10)+exp(-x-1/10)", "exp(-x)+y**2",
    "abs(x-{b})+{e}*(y-{c})**2", "abs(x)+{e}*abs(y-{b})", "abs(x)-abs(y)", "Max(x**2,y)+abs(y)",
    "Max(x+y,-x,-y)+x**2/9",
    "abs(x-{b})+abs(x+y)**(3/2)", "Piecewise((x**2+y**2,x<{b}),(x**2+{e}*y**2+x-{b},True))", "sqrt(x**2+y**2)",
    "sqrt(1+x**2+y**2)+{b}*x/4", "(x+y)**2+(x-y)**2/10+sin(x)", "1/(x**2+y**2)+x**2+{a}*y**2", "x*log(x)+y**2",
    "erf(x)**2+y**2",
    "(1-x)**2+abs(y-x**2)", "relu(1-x-y)+(x**2+y**2)/{e}",
)  # fmt: skip
FIVE = (
    "+".join(f"{{e}}**{i}*x{i}**2" for i in range(5)), "+".join(f"(x{i}-{i})**4" for i in range(5)),
    "+".join(f"10*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(4)),
    "+".join(f"x{i}**2+{{d}}*cos({{e}}*x{i})" for i in range(5)),
    "+".join(f"(x{i + 1}-x{i})**2" for i in range(4)) + "+x0**4/4", "+".join(f"abs(x{i}-{i}/4)" for i in range(5)),
    "sqrt(1+" + "+".join(f"{i + 1}*x{i}**2" for i in range(5)) + ")", "x0**2+x1**2-x2**2+x3**4+x4**2",
    "+".join(f"sin(x{i}*x{i + 1})+x{i}**2/9" for i in range(4)) + "+x4**2",
)  # fmt: skip
ARGUMENTS = {"gd": (1, 4), "momentum": (1, 2)}


@dataclass(frozen=True)
class Case:
    """A loss with a window, a start, and a method as a spec."""

    text: str
    names: tuple[str, ...]
    window: tuple[tuple[float, float], ...]
    start: tuple[float, ...]
    spec: str
    steps: int


def cases(seed: int = 0) -> Iterator[Case]:
    """Losses of the families, any method, any start, for ever and always the same."""
    for k in itertools.count():
        yield case(np.random.default_rng([seed, k]))


def case(random: np.random.Generator) -> Case:
    """One case: constants are fractions; f is scaled by up to 1e±10, x shifted by up to 1e6, both now and then."""
    n, family = [(1, ONE), (2, TWO), (5, FIVE)][random.choice(3, p=(0.65, 0.28, 0.07))]
    drawn = {
        "a": (1, 32, 8), "b": (-24, 24, 10), "c": (-24, 24, 10), "d": (2, 32, 8), "e": (10, 48, 8),
    }  # fmt: skip
    values = {name: f"({random.integers(low, high + 1)}/{part})" for name, (low, high, part) in drawn.items()}
    text = family[random.integers(len(family))].format(**values)
    names = ("x", "y")[:n] if n <= 2 else tuple(f"x{i}" for i in range(5))
    half = 10.0 ** random.choice((-1, 0, 0, 0.5, 0.5, 1, 1.3))
    middle = np.round(random.uniform(-2, 2, n) if random.random() < 0.5 else np.zeros(n), 3)
    start = middle + random.uniform(-half, half, n)
    sort = random.random()
    if sort < 0.15:
        start = np.round(start)
    elif sort < 0.4:
        start = np.round(start, 3)
    window = np.stack([np.minimum(middle - half, start - 1e-3), np.maximum(middle + half, start + 1e-3)], axis=1)
    if random.random() < 0.06 and n <= 2:
        text = re.sub(r"\b([xy])\b", r"(\1-1000000)", text)
        start, window = start + 1e6, window + 1e6
    if random.random() < 0.2:
        power = int(random.integers(-10, 11))
        text = f"10**({power})*({text})"
    chosen = [name for name in registered() if name != "gauss-newton"]  # which takes sums of squares only
    name = ("gd", "newton", chosen[random.integers(len(chosen))])[random.choice(3, p=(0.15, 0.12, 0.73))]
    spec = name
    if name in ARGUMENTS and random.random() < 0.3:
        low, high = ARGUMENTS[name]
        spec = f"{name}:lr={random.integers(low, high * 4)}/{2 ** random.integers(0, 7)}"
    steps = int(random.choice((30, 100, 300, 1000), p=(0.2, 0.5, 0.2, 0.1)))
    box = tuple((float(a), float(b)) for a, b in window)
    return Case(text, names, box, tuple(map(float, start)), spec, steps)


# f, once more


def _piecewise(*rows: tuple[Any, Any]) -> Any:
    return next(value for value, held in rows if held)


FUNCTIONS: dict[str, Any] = {
    **{name: getattr(mp, name) for name in (
        "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "exp", "log", "sqrt", "erf", "erfc", "gamma", "digamma",
        "loggamma", "besselj", "lambertw",
    )},
    "Max": max, "Min": min, "abs": abs, "relu": lambda u: max(u, mp.zero), "Piecewise": _piecewise,
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)), "softplus": lambda u: mp.log(1 + mp.exp(u)), "M": mp.mpf,
}  # fmt: skip


class Value:
    """f as Python reads its text, every number in many digits: nan where it is not defined."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        numbers = re.sub(r"(?<![\w.])\d+", lambda found: f"M({found[0]})", text)
        self.code, self.names = compile(numbers, "loss", "eval"), names

    def __call__(self, x: Any) -> Any:
        try:
            value = eval(self.code, FUNCTIONS, dict(zip(self.names, x, strict=True)))
        except (ZeroDivisionError, ValueError, OverflowError, TypeError):
            return mp.nan
        return value if isinstance(value, mp.mpf) and mp.isfinite(value) else mp.nan

    def slope(self, x: Any, i: int = 0) -> Any:
        """∂f/∂xᵢ by a central difference, exact to thirty digits where f is smooth."""
        h = mp.mpf(10) ** -25
        ahead, behind = ([c + s * h * (k == i) for k, c in enumerate(x)] for s in (1, -1))
        return (self(ahead) - self(behind)) / (2 * h)

    def bend(self, x: Any, i: int, j: int) -> Any:
        h = mp.mpf(10) ** -18
        corners = [[c + (s * (k == i) + t * (k == j)) * h for k, c in enumerate(x)] for s in (1, -1) for t in (1, -1)]
        a, b, c, d = map(self, corners)
        return (a - b - c + d) / (4 * h * h)


# What each word promises. Each function gives what is wrong, or nothing.


def complaint(case: Case, walk: Trajectory) -> str:
    """What is false in what is said of a walk; empty if nothing."""
    f = Value(case.text, case.names)
    with mp.workdps(DIGITS):
        return _end(f, case, walk) or _rises(f, walk) or _climbed(f, walk)


def _rises(f: Value, walk: Trajectory) -> str:
    if not walk.steps or walk.steps > 300:
        return ""
    found = [f([mp.mpf(c) for c in x.tolist()]) for x in walk.xs]
    sure = possible = 0
    for k, (before, after) in enumerate(itertools.pairwise(found)):
        size = max(abs(before), abs(after))
        if not (mp.isfinite(before) and mp.isfinite(after)) or not np.isfinite(walk.fs[k + 1]):
            possible += 1
            continue
        possible += after > before or abs(after - before) <= size * mp.mpf(2) ** -50
        x = walk.xs[k + 1]
        unit = sum(abs(mp.mpf(g)) * abs(mp.mpf(c)) for g, c in zip(walk.grads[k + 1].tolist(), x.tolist(), strict=True))
        shown = walk.fs[k + 1] >= walk.fs[k]  # where the numbers in the table fall, no rise is told
        sure += shown and after - before > size * mp.mpf(2) ** -49 + unit * mp.mpf(2) ** -51  # the last place of x
    told = walk.rises
    return "" if sure <= told <= possible else f"f rose in {told} steps, truly in {sure} to {possible}"


def _climbed(f: Value, walk: Trajectory) -> str:
    said = any(word in walk.verdict for word in (", climbed", ", higher than the start"))
    if not said and "climbed to it" not in walk.message:
        return ""
    first, last = (f([mp.mpf(c) for c in x.tolist()]) for x in walk.xs[[0, -1]])
    return "" if last > first else "climbed, and ended no higher"


def _end(f: Value, case: Case, walk: Trajectory) -> str:
    x = [mp.mpf(c) for c in walk.xs[-1].tolist()]
    word, half = walk.judgement.word, mp.mpf(max(b - a for a, b in case.window) / 2)
    half = max(half, *(abs(c - mp.mpf(a + b) / 2) for c, (a, b) in zip(x, case.window, strict=True)))
    if word.startswith("left_domain"):
        there = f(x)
        if word == "left_domain" and mp.isfinite(there):
            return f"left the domain where f is {mp.nstr(there, 5)}"
        if word == "left_domain overflow" and mp.isnan(there):
            return "overflow where f is not defined"
        return ""
    if word == "ran_away":
        away = max(abs(c - mp.mpf(a + b) / 2) / (b - a) for c, (a, b) in zip(x, case.window, strict=True))
        return "" if away > 4e5 else "ran away to a place nearby"
    if word == "cycle":
        return _cycle(f, walk)
    if walk.outcome.name != "FLAT":
        return ""
    if word == "plateau":
        return _plateau(f, x, half)
    with mp.workdps(DIGITS if walk.n > 1 else 3 * DIGITS):  # beside a hole terms cancel
        return _one(f, walk, half) if walk.n == 1 else _many(f, walk, half)


def _cycle(f: Value, walk: Trajectory) -> str:
    period = walk.period or 0
    last = walk.xs[-period:]
    size = float(np.abs(last).max())
    if np.abs(walk.xs[-1] - walk.xs[-1 - period]).max() > 1e-12 * size:
        return "a cycle that does not close"
    if any(np.abs(walk.xs[-1] - walk.xs[-1 - p]).max() <= 1e-13 * size for p in range(1, period)):
        return "a cycle with a shorter period"
    if walk.method.name == "gd" and walk.n == 1:
        x, lr = mp.mpf(float(walk.xs[-1, 0])), mp.mpf(walk.method.parameters["lr"])
        with mp.workdps(50):
            for _ in range(10 * period):  # longer, and an unstable cycle shows the judge's own rounding
                x -= lr * f.slope([x])
        width = float(np.ptp(last))
        if not min(abs(float(x) - last[:, 0])) <= 1e-3 * width:
            return "a cycle that the exact walk leaves"
    return ""


def _plateau(f: Value, x: list[Any], half: Any) -> str:
    """A simple zero of the slope close by is no plateau: in one variable it changes its sign, bending as it should."""
    if len(x) > 1:
        return ""
    far = half * mp.mpf(10) ** -9
    left, right = f.slope([x[0] - far]), f.slope([x[0] + far])
    bent = abs((left + right) / 2) < abs(right - left)
    return "a plateau at a critical point" if left * right < 0 and bent else ""


def _printed(walk: Trajectory) -> list[str]:
    found = re.search(r"\(([^()]*)\) after|x = (\S+?)(?=[,:;]|$| )", walk.message)
    if not found:
        return []
    return [text.replace("−", "-") for text in (found[1] or found[2]).split(", ") if text != "…"]


def _misprinted(walk: Trajectory, z: list[Any], half: Any, known: Any) -> str:
    """Whether a printed coordinate is not that of the critical point, to half a unit of its last digit."""
    for text, c in zip(_printed(walk), z, strict=False):
        mantissa, _, power = text.partition("e")
        unit = mp.mpf(10) ** (int(power or 0) - len(mantissa.partition(".")[2]))
        if "." not in mantissa and mantissa not in ("0", "-0"):
            digits = mantissa.lstrip("-")
            unit *= mp.mpf(10) ** max(0, len(digits) - 6)
        off = abs(mp.mpf(text) - c)
        allowed = known + (unit / 2 * (1 + mp.mpf(10) ** -6) if mp.mpf(text) else mp.mpf(10) ** -14 * half)
        if off > allowed:
            return f"prints {text} for {mp.nstr(c, 10)}"
    return ""


def _turn(left: int, right: int) -> str:
    """A side on which f is constant turns with the other."""
    return {1: "minimum", -1: "maximum", 2: "minimum", -2: "maximum"}.get(left + right, "")


def _one(f: Value, walk: Trajectory, half: Any) -> str:
    word = walk.judgement.word
    at = mp.mpf(float(walk.judgement.place.at[0]))
    if word in ("degenerate constant", "degenerate jump"):
        r = half * mp.mpf(10) ** -12
        left, right, a, b = (f([at + s * r]) for s in (-2, 2, -1, 1))
        if word == "degenerate constant":
            return "" if left == a or right == b else "constant where f changes"
        return "" if not abs(left - right) <= 100 * max(abs(left - a), abs(right - b)) else "a jump where there is none"
    tiny = half * mp.mpf(10) ** -9
    z = _extremum(f, at, tiny, word) if "min" in word or "max" in word else at
    if mp.isnan(f([at])):
        z = at
    if word == "inflection":
        z = _least(lambda t: abs(f.slope([t])), at - tiny, at + tiny)
    sides, orders = [], []
    for s in (-1, 1):
        values = [f([z + s * half * mp.mpf(10) ** -k]) for k in (5, 6, 7)]
        centre = f([z])
        if mp.isnan(centre):  # a hole in the domain: what f tends to
            centre = (f([z - half * mp.mpf(10) ** -12]) + f([z + half * mp.mpf(10) ** -12])) / 2
        if any(mp.isnan(v) for v in (*values, centre)):
            return "" if word.startswith("degenerate") else f"{word} where f ends"
        rises = [v - centre for v in values]
        sides.append(int(mp.sign(rises[-1])))
        orders.append(mp.log(abs(rises[1] / rises[2]), 10) if rises[2] else mp.inf)
    turn, order = _turn(*sides), [float(o) for o in orders]
    simple = all(abs(o - 2) < 0.05 for o in order)
    if any("kink" in w for w in (word,)):
        if not any(o < 1.05 for o in order):
            return f"a kink where f is smooth, orders {order}"
        kept = word.split()[0]
        return "" if (turn or "degenerate") == kept else f"{word} at a {turn or 'mere kink'}"
    if any(o < 1.05 for o in order):
        return f"{word} at a point that has a slope, orders {order}"
    if word in ("minimum", "maximum"):
        wrong = "" if turn == word and simple else f"{word} at a {turn}, orders {order}"
    elif word == "inflection":
        wrong = "" if not turn and min(order) > 2.05 else f"{word} at a {turn}, orders {order}"
    elif word.startswith("degenerate"):
        kept = word.partition(" ")[2]
        fits = turn == kept if kept else True
        wrong = "" if fits and not (simple and turn and _even(f, z, half)) else f"{word} at a {turn}, orders {order}"
    else:
        wrong = f"{word} in one variable"
    return wrong or _misprinted(walk, [z], half, mp.zero)


def _even(f: Value, z: Any, half: Any) -> bool:
    """Whether f bends alike on both sides."""
    r = half * mp.mpf(10) ** -9
    left, right = f([z - r]) - f([z]), f([z + r]) - f([z])
    return bool(abs(left / right - 1) < mp.mpf(10) ** -3)


def _extremum(f: Value, at: Any, far: Any, word: str) -> Any:
    sign = -1 if "max" in word else 1
    return _least(lambda t: sign * f([t]), at - far, at + far)


def _least(f: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """The least value's place between two ends, by thirds."""
    for _ in range(120):
        a, b = low + (high - low) * mp.mpf("0.382"), low + (high - low) * mp.mpf("0.618")
        at_a, at_b = f(a), f(b)
        if at_a == at_b:
            low, high = a, b
        elif at_a < at_b or mp.isnan(at_b):
            high = b
        else:
            low = a
    return (low + high) / 2


def _many(f: Value, walk: Trajectory, half: Any) -> str:
    word = walk.judgement.word
    z = [mp.mpf(c) for c in walk.judgement.place.at.tolist()]
    n = len(z)
    kinked = "kink" in word or word in ("degenerate jump", "degenerate constant")
    bends = None
    if not kinked:
        for _ in range(4):
            g = mp.matrix([f.slope(z, i) for i in range(n)])
            bends = mp.matrix(n, n)
            for i, j in itertools.combinations_with_replacement(range(n), 2):
                bends[i, j] = bends[j, i] = f.bend(z, i, j)
            if any(mp.isnan(v) for v in (*g, *bends)):
                return "" if word == "degenerate" else f"{word} where f ends"
            try:
                step = mp.lu_solve(bends, g)
            except ZeroDivisionError:
                break
            if word not in ("minimum", "maximum", "saddle") or mp.norm(step) > half * mp.mpf(10) ** -8:
                break
            z = [c - s for c, s in zip(z, step, strict=True)]
        values = list(mp.eigsy(bends, eigvals_only=True))
        ends = [f([c + half / 100 * (k == i) for k, c in enumerate(z)]) - f(z) for i in range(n)]
        least = max((abs(v) for v in ends if mp.isfinite(v)), default=mp.zero) / half**2 * mp.mpf(10) ** -4
        largest = max(*map(abs, values), least) or mp.one
        signs = {int(mp.sign(v)) for v in values if abs(v) > largest * mp.mpf(10) ** -24}
        null = [v for v in values if abs(v) <= largest * mp.mpf(10) ** -10]
        if word in ("minimum", "maximum", "saddle"):
            meant = {"minimum": {1}, "maximum": {-1}, "saddle": {1, -1}}[word]
            if signs != meant or any(abs(v) <= largest * mp.mpf(10) ** -24 for v in values):
                return f"{word} with eigenvalues {[mp.nstr(v, 3) for v in values]}"
            if mp.norm(g) > half * largest * mp.mpf(10) ** -12:
                return f"{word} where the slope is {mp.nstr(mp.norm(g), 3)}"
            return _misprinted(walk, z, half, mp.mpf(10) ** -15 * half)
        if word.startswith("degenerate") and not null and mp.norm(g) < half * largest * mp.mpf(10) ** -20:
            return f"{word} with eigenvalues {[mp.nstr(v, 3) for v in values]}"
    random = np.random.default_rng(0)
    directions = np.concatenate([np.eye(n), -np.eye(n), random.standard_normal((60, n))])
    rises = []
    here = f(z)
    for v in directions:
        r = half * mp.mpf(10) ** -4 / mp.mpf(float(np.linalg.norm(v)))
        rises.append(f([c + r * mp.mpf(d) for c, d in zip(z, v.tolist(), strict=True)]) - here)
    least, most = min(rises), max(rises)
    noise = max(map(abs, rises)) * mp.mpf(10) ** -10
    kept = word.split()[-1] if word.startswith("degenerate") else word.split()[0]
    if kept in ("minimum", "valley") and least < -noise:
        return f"{word}, but f falls"
    if kept == "maximum" and most > noise:
        return f"{word}, but f rises"
    if kept == "constant" and most != least:
        return f"{word}, but f changes"
    if word == "degenerate saddle" and not _both(f, z, half, rises, here):
        return f"{word}, but f {'falls' if most <= 0 else 'rises'} only"
    return _misprinted(walk, z, half, mp.mpf(10) ** -11 * half)


def _both(f: Value, z: list[Any], half: Any, rises: list[Any], here: Any) -> bool:
    """Whether f both rises and falls around z; curved ways down are looked for too."""
    if min(rises) < 0 < max(rises):
        return True
    if len(z) > 2:
        return True
    for r in (mp.mpf(10) ** -2, mp.mpf(10) ** -3):
        for k in range(720):
            angle = 2 * mp.pi * k / 720
            for bent in (1, 2, 3):
                point = [z[0] + half * r * mp.cos(angle), z[1] + half * mp.sin(angle) * r**bent]
                rises = [*rises, f(point) - here]
        if min(rises) < 0 < max(rises):
            return True
    return False


def walked(case: Case) -> Trajectory | None:
    """The walk of a case; None where it cannot begin."""
    try:
        loss = Loss.parse(case.text, case.names)
        return descend(loss, method(case.spec), case.start, Stop(case.steps), case.window)
    except (SymoptError, np.linalg.LinAlgError):
        return None


def judged(case: Case) -> tuple[Case, str, str] | None:
    """(case, the word, what is false in what is said)."""
    walk = walked(case)
    if walk is None:
        return None
    with np.errstate(all="ignore"):
        return case, walk.judgement.word, (wrong := complaint(case, walk)) and f"{wrong} [{walk.message}]"


def main() -> None:
    said, wrong = tally("What is said of walks against values of f in many digits.", 4000, cases, _tallied)
    printed(said, wrong, "false")
    print(f"\n{wrong.total()} of {said.total()} walks with a false word: {wrong.total() / said.total():.2%}")


def _tallied(case: Case) -> tuple[str, str] | None:
    found = judged(case)
    return found and (found[1], found[2] and f"{found[2]}\n    {case}")


if __name__ == "__main__":
    main()

"""The functions that may be typed: one table, a row for each, and all that is known of it.

Whoever reads, lowers, evaluates, prints, checks or encloses a function asks its row: `FUNCTIONS` by any of its names,
`row` by what stands for it in an expression. To add a function, add a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import sympy
from sympy import Expr, S

from symopt.forms import (
    AskedNonzero,
    AskedNoPole,
    AskedPositive,
    AskedWithin,
    bose_einstein,
    cbrt,
    expm1,
    extreme,
    hypot,
    hypotm1,
    log1mexp,
    log1p,
    log_cosh,
    log_gamma,
    logaddexp,
    polygamma,
    sigmoid,
    sinc,
)
from symopt.special import (
    bose_einstein_value,
    csch,
    log_gamma_positive,
    log_gamma_right,
    log_of_cosh,
    log_of_coshs,
    log_one_minus_exp,
    log_one_minus_exps,
    log_sum,
    log_sum_everywhere,
    logistic,
    psi,
    psi_everywhere,
    root_above_one,
    sech,
    sine_over,
)

HALF = sympy.Rational(1, 2)
INFINITE = (-math.inf, math.inf)
HALF_PI = math.nextafter(math.pi / 2, math.inf)  # π/2 lies between this double and the one below


def waves(u: Expr) -> Expr:
    """sin(πu): zero just where u is whole; its sign is that of Γ(u) left of 0."""
    return sympy.sin(S.Pi * u, evaluate=False)


POSITIVE, WITHIN, NONZERO, NO_POLE = "> 0", "≥ 0", "≠ 0", "≠ 0, −1, −2 …"
PREFIX = {"numpy": "np.", "python": "math.", "c": "", "js": "Math.", "torch": "torch.", "julia": ""}
RULE = ""  # the text by rule: the language's prefix and the function's name


@dataclass(frozen=True)
class Function:
    """What is known of one function.

    build: its sympy form, of its arguments. value: its float, raising ValueError or OverflowError where there is none.
    forms: the sympy classes that stand for it in an expression; none where build makes it of other functions.
    meant: its names in other languages. spoken: what is said for it before "of x", or in Chinese before x. mark: what
    is written for it before x. traits: what reading it has to mind, see `expression.builder.calls` and `costs`.
    ordered: whether its first argument is a whole number that belongs to its name, as in polygamma(1, x).
    folds: whether any number of arguments is taken two at a time.

    numpy … julia: its text there, {0} for the first argument; "" by rule, None where the language lacks it; other
    languages read one of these columns with a prefix of their own. inverse: the function of which it is 1/, for text.
    array: (np, *arrays) → array, where numpy has no text for it or a slow one; else `value` is taken of each element.
    ball: (series, *arguments) → series in the arithmetic of `balls.series`.

    definition: the same by simpler functions, for proofs. partial: (*arguments, k) → ∂/∂argument k, where sympy's loses
    digits. domain: an expression of the arguments and what it must be. rises: its domain and its limits there as
    intervals, where it never falls. within: the ends of its values, where it does fall. ends: (`analysis.beside`,
    order, interval) → the interval of its values, whose ends may be infinite. crowd: (`balls.crowd`, intervals) → those
    of its values, where numpy has it and it falls somewhere. log_ball: as ball, of its logarithm,
    where that would overflow. reciprocal_ball: of 1/itself, smooth at its poles. shifted: (*arguments, m) → itself by
    its value at an argument larger by m. poles: (log, argument) → itself by logarithms, where it has poles at ±1.
    rooted: (argument, ±1) → itself by the root of the argument's distance from 1 or −1, in which it is smooth there.
    unwinds: {h: (k, ±1)} where g(h(u)) rises or falls as u does where k(u) > 0, and the other way where k(u) < 0.
    kink: whether its slope jumps somewhere. sides: (argument, ±1 or 0) → what it is where its argument has that sign.

    proof: (prover, *arguments) → its polynomial in the arithmetic of `checking.prove`, where it is more than a name.
    foreign: what numpy and its kin mean by its name, where that is another function.
    mistakes: derivatives that people remember instead, with their words. mistaken: the functions it is taken for.

    stable: what numbers are computed by instead. beside: {k: 1 + k·g(u)} where the two cancel.
    odd: whether g(−u) = −g(u). reciprocal: 1/g(u). over: {h: g(u)/h(u)}. logarithm: log g(u).
    """

    name: str
    build: Callable[..., Expr]
    value: Callable[..., float]
    help: str
    forms: tuple[Any, ...] = ()
    aliases: str = ""
    meant: str = ""
    least: int = 1
    most: int = 1
    example: str = ""
    traits: str = ""
    ordered: bool = False
    folds: bool = False
    spoken: str = ""
    mark: str = ""
    numpy: str | None = RULE
    python: str | None = RULE
    c: str | None = RULE
    js: str | None = RULE
    torch: str | None = RULE
    julia: str | None = RULE
    inverse: str = ""
    array: Callable[..., Any] | None = None
    ball: Callable[..., Any] | None = None
    definition: Callable[..., Expr] | None = None
    partial: Callable[..., Expr] | None = None
    domain: tuple[Callable[..., Expr], str] | None = None
    rises: tuple[tuple[float, float], tuple[float, float]] | None = None
    within: tuple[float, float] | None = None
    ends: Callable[..., Any] | None = None
    crowd: Callable[..., Any] | None = None
    log_ball: Callable[..., Any] | None = None
    reciprocal_ball: Callable[..., Any] | None = None
    shifted: Callable[..., Expr] | None = None
    poles: Callable[[Callable[[Expr], Expr], Expr], Expr] | None = None
    rooted: Callable[[Expr, int], Expr] | None = None
    unwinds: dict[Any, tuple[Any, int]] = field(default_factory=dict, compare=False)
    kink: bool = False
    sides: Callable[[Expr, int], Expr] | None = None
    proof: Callable[..., Any] | None = None
    foreign: Callable[..., Expr] | None = None
    mistakes: tuple[tuple[str, Callable[[Expr], Expr]], ...] = ()
    mistaken: str = ""
    stable: Callable[..., Expr] | None = None
    beside: dict[int, Callable[[Expr], Expr]] = field(default_factory=dict, hash=False)
    odd: bool = False
    reciprocal: Callable[[Expr], Expr] | None = None
    over: tuple[Any, Any] | None = None
    logarithm: Callable[[Expr], Expr] | None = None

    def text(self, column: str, prefix: str | None = None) -> str | None:
        """Its text by a column, "" for the rule alone, with {0}, {1} for the arguments; None if the language lacks it.

        prefix: what stands where the column has its own.
        """
        usual = PREFIX.get(column, "")
        given = getattr(self, column) if column else RULE
        if given:
            return str(given).replace(usual, prefix) if usual and prefix is not None else str(given)
        if given is None:
            return None
        if self.inverse:
            return f"(1/{FUNCTIONS[self.inverse].text(column, prefix)})"
        words = ", ".join(f"{{{k}}}" for k in range(max(self.least, 2 if self.ordered else 1)))
        return f"{usual if prefix is None else prefix}{self.name}({words})"

    def given(self, expr: Expr) -> tuple[Any, ...]:
        """The arguments with which it stands in an expression; sympy keeps the value at a step as another."""
        return expr.args[:1] if "step" in self.traits else expr.args

    @property
    def typed(self) -> str:
        """The name under which hints write it: abs, although sympy and all that is printed say Abs."""
        return self.names[-1] if self.mark == "|" else self.name

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases.split())


FUNCTIONS: dict[str, Function] = {}
FORMS: dict[Any, Function] = {}


def add(function: Function) -> None:
    """Enters a row under all its names and forms."""
    FUNCTIONS.update(dict.fromkeys(function.names, function))
    FORMS.update(dict.fromkeys(function.forms, function))


def row(expr: Any) -> Function | None:
    """The row of an expression's outermost function; None for sums, powers, conditions and what is unknown."""
    return FORMS.get(expr.func)


def form(name: str) -> Any:
    """What stands for a function where numbers are computed."""
    return FUNCTIONS[name].forms[-1]


@cache
def traits(name: str) -> frozenset[str]:
    """The traits of the function of a name."""
    return frozenset(FUNCTIONS[name].traits.split() if name in FUNCTIONS else ())


def _log(x: Expr, base: Expr | None = None) -> Expr:
    return sympy.log(x) if base is None else sympy.log(x) / sympy.log(base)


def _logistic(x: Expr) -> Expr:
    return 1 / (1 + sympy.exp(-x))


def _within(u: Expr) -> Expr:
    return 1 - u**2


def _polygamma_shifted(n: Expr, u: Expr, m: int) -> Expr:
    """ψₙ(u) as ψₙ(u + m) − (−1)ⁿ·n!·Σ (u + k)⁻ⁿ⁻¹, k < m."""
    poles = sympy.Add(*((u + k) ** -(n + 1) for k in range(m)))
    return sympy.polygamma(n, u + m, evaluate=False) - (-1) ** n * sympy.factorial(n) * poles


def _polygamma_value(order: float, x: float) -> float:
    return psi(int(order), x) if order in range(21) else 0.0  # the order is refused when it is built


def _half_root(w: Expr) -> Expr:
    return sympy.sqrt(sympy.factor_terms(sympy.expand(w / 2)))


_MINUS = ("1/(1 − u²)", lambda u: 1 / (1 - u**2))
_ROOT_PLUS = ("1/√(1 + u²)", lambda u: 1 / sympy.sqrt(1 + u**2))

for _row in (
    Function(
        "sin", sympy.sin, math.sin, "sine of an angle in radians", (sympy.sin,), meant="sen seno sinus sine",
        ball=lambda s, u: s.sin(u), crowd=lambda c, a: c.sine(a),
        traits="angle wave", proof=lambda n, u: n.sine(u), mistaken="cos tan sinh",
        mistakes=(("sin", sympy.sin),),
        within=(-1.0, 1.0),
        spoken="sine sin 正弦",
    ),
    Function(
        "cos", sympy.cos, math.cos, "cosine of an angle in radians", (sympy.cos,), meant="cosinus cosine coseno",
        ball=lambda s, u: s.cos(u), crowd=lambda c, a: c.cosine(a),
        beside={-1: lambda u: 2 * sympy.sin(u * HALF) ** 2},
        traits="angle", proof=lambda n, u: n.cosine(u), mistaken="sin tan cosh",
        mistakes=(("cos", sympy.cos),),
        within=(-1.0, 1.0),
        spoken="cosine cos 余弦",
    ),
    Function(
        "tan", sympy.tan, math.tan, "tangent, sin(x)/cos(x)", (sympy.tan,), meant="tg tangent tangente",
        ball=lambda s, u: u.sin() / u.cos(), definition=lambda u: sympy.sin(u) / sympy.cos(u),
        domain=(sympy.cos, NONZERO), crowd=lambda c, a: c.tangent(a),
        traits="angle", mistaken="sin cos tanh",
        mistakes=(("1/cos", lambda u: 1 / sympy.cos(u)), ("sec²", lambda u: 1 / sympy.sin(u) ** 2)),
        spoken="tangent tan 正切",
    ),
    Function(
        "sec", sympy.sec, lambda x: 1 / math.cos(x), "secant, 1/cos(x)", (sympy.sec,), meant="secant", inverse="cos",
        ball=lambda s, u: 1 / u.cos(), definition=lambda u: 1 / sympy.cos(u), domain=(sympy.cos, NONZERO),
        traits="angle",
    ),
    Function(
        "csc", sympy.csc, lambda x: 1 / math.sin(x), "cosecant, 1/sin(x)", (sympy.csc,), meant="cosec cosecant",
        inverse="sin", ball=lambda s, u: 1 / u.sin(), definition=lambda u: 1 / sympy.sin(u),
        domain=(sympy.sin, NONZERO),
        traits="angle",
    ),
    Function(
        "cot", sympy.cot, lambda x: 1 / math.tan(x), "cotangent, cos(x)/sin(x)", (sympy.cot,),
        meant="ctg cotg cotangent cotan", inverse="tan", ball=lambda s, u: u.cos() / u.sin(),
        definition=lambda u: sympy.cos(u) / sympy.sin(u), domain=(sympy.sin, NONZERO),
        traits="angle",
    ),
    Function(
        "asin", sympy.asin, math.asin, "inverse sine, from −π/2 to π/2", (sympy.asin,), "arcsin", "arcsen asen arcsine",
        numpy="np.arcsin({0})",
        ball=lambda s, u: s.inverted(u[0].asin(), u.derivative(), (1 - s.raised(u, 2)).sqrt()),
        domain=(_within, WITHIN), rises=((-1.0, 1.0), (-HALF_PI, HALF_PI)),
        unwinds={sympy.sin: (sympy.cos, 1), sympy.cos: (sympy.sin, -1)},
        rooted=lambda u, side: side * (S.Pi / 2 - 2 * sympy.asin(_half_root(1 - side * u))),
        odd=True, mistaken="acos atan", mistakes=(_ROOT_PLUS, _MINUS),
    ),
    Function(
        "acos", sympy.acos, math.acos, "inverse cosine, from 0 to π", (sympy.acos,), "arccos", "arccosine",
        numpy="np.arccos({0})", traits="positive",
        ball=lambda s, u: s.inverted(u[0].acos(), -u.derivative(), (1 - s.raised(u, 2)).sqrt()),
        crowd=lambda c, a: c.falling(c.np.arccos, a), domain=(_within, WITHIN),
        unwinds={sympy.sin: (sympy.cos, -1), sympy.cos: (sympy.sin, 1)},
        rooted=lambda u, side: S.Pi * (1 - side) / 2 + 2 * side * sympy.asin(_half_root(1 - side * u)),
        definition=lambda u: S.Pi / 2 - sympy.asin(u), mistaken="asin atan",
    ),
    Function(
        "atan", sympy.atan, math.atan, "inverse tangent, from −π/2 to π/2", (sympy.atan,), "arctan",
        "arctg arctangent", numpy="np.arctan({0})", partial=lambda u, _k: hypot(u, S.One) ** -2,
        ball=lambda s, u: s.integrated(u[0].atan(), u.derivative() / (1 + s.raised(u, 2))),
        rises=(INFINITE, (-HALF_PI, HALF_PI)),
        odd=True, mistaken="asin acos", mistakes=(_MINUS, _ROOT_PLUS),
    ),
    Function(
        "atan2", sympy.atan2, math.atan2, "the angle of the point (x, y), from −π to π", (sympy.atan2,), "", "arctan2",
        least=2, most=2, example="atan2(y, x)", partial=lambda y, x, k: (x, -y)[k] / hypot(y, x) / hypot(y, x),
        numpy="np.arctan2({0}, {1})", julia="atan({0}, {1})", ball=lambda s, y, x: s.angle(y, x),
    ),
    Function(
        "sinh", sympy.sinh, math.sinh, "hyperbolic sine", (sympy.sinh,), meant="sh",
        ball=lambda s, u: s.sinh(u), reciprocal_ball=lambda s, u: s.csch(u), rises=(INFINITE, INFINITE),
        reciprocal=sympy.csch,
        over=(sympy.cosh, sympy.tanh), logarithm=lambda u: u + log1mexp(2 * u) - sympy.log(2),
        proof=lambda n, u: n.of((sympy.exp(u) - sympy.exp(-u)) / 2), mistaken="cosh tanh sin",
        mistakes=(("−cosh", lambda u: -sympy.cosh(u)), ("cos", sympy.cos)),
    ),
    Function(
        "cosh", sympy.cosh, math.cosh, "hyperbolic cosine", (sympy.cosh,), meant="ch", traits="positive logconvex",
        ball=lambda s, u: s.cosh(u), reciprocal_ball=lambda s, u: s.sech(u),
        beside={-1: lambda u: -2 * sympy.sinh(u * HALF) ** 2}, reciprocal=sympy.sech,
        over=(sympy.sinh, sympy.coth),
        logarithm=log_cosh,
        proof=lambda n, u: n.of((sympy.exp(u) + sympy.exp(-u)) / 2), mistaken="sinh tanh cos",
        mistakes=(("−sinh", lambda u: -sympy.sinh(u)), ("sin", sympy.sin)),
        log_ball=lambda s, u: s.log_cosh(u), crowd=lambda c, a: c.monotone(c.np.cosh, (1.0, c.math.inf), c.sizes(a)),
    ),
    Function(
        "tanh", sympy.tanh, math.tanh, "hyperbolic tangent", (sympy.tanh,), meant="th", ball=lambda s, u: s.tanh(u),
        definition=lambda u: sympy.sinh(u) / sympy.cosh(u), rises=(INFINITE, (-1.0, 1.0)),
        partial=lambda u, _k: sympy.sech(u) ** 2,  # 1 − tanh² cancels
        beside={-1: lambda u: 2 * sigmoid(-2 * u), 1: lambda u: 2 * sigmoid(2 * u)}, odd=True,
        mistaken="sinh cosh tan",
        mistakes=(("1 + tanh²", lambda u: 1 + sympy.tanh(u) ** 2), ("1 − tanh", lambda u: 1 - sympy.tanh(u))),
        logarithm=lambda u: log1mexp(2 * u) - logaddexp(S.Zero, -2 * u),
    ),
    Function(
        "sech", sympy.sech, sech, "1/cosh(x)", (sympy.sech,), traits="vanishing positive", inverse="cosh",
        python="sech({0})", ball=lambda s, u: s.sech(u), definition=lambda u: 1 / sympy.cosh(u),
    ),
    Function(
        "csch", sympy.csch, csch, "1/sinh(x)", (sympy.csch,), traits="vanishing", inverse="sinh",
        python="csch({0})", ball=lambda s, u: s.csch(u), definition=lambda u: 1 / sympy.sinh(u),
        domain=(lambda u: u, NONZERO),
    ),
    Function(
        "coth", sympy.coth, lambda x: 1 / math.tanh(x), "1/tanh(x)", (sympy.coth,), inverse="tanh",
        ball=lambda s, u: 1 / s.tanh(u), definition=lambda u: sympy.cosh(u) / sympy.sinh(u),
        partial=lambda u, _k: -(sympy.csch(u) ** 2), domain=(lambda u: u, NONZERO),
    ),
    Function(
        "asinh", sympy.asinh, math.asinh, "inverse hyperbolic sine", (sympy.asinh,), "arcsinh",
        partial=lambda u, _k: 1 / hypot(u, S.One),
        numpy="np.arcsinh({0})", rises=(INFINITE, INFINITE),
        ball=lambda s, u: s.integrated(s.monotone(u[0], "asinh"), u.derivative() / (1 + s.raised(u, 2)).sqrt()),
        odd=True, proof=lambda n, u: n.of(sympy.log(u + sympy.sqrt(u**2 + 1))),
        meant="arsinh",
    ),
    Function(
        "acosh", sympy.acosh, math.acosh, "inverse hyperbolic cosine, from 0 up", (sympy.acosh,), "arccosh",
        numpy="np.arccosh({0})", traits="positive",
        domain=(lambda u: u - 1, WITHIN), rises=((1.0, math.inf), (0.0, math.inf)),
        rooted=lambda u, _side: 2 * sympy.asinh(_half_root(u - 1)),
        ball=lambda s, u: s.inverted(u[0].acosh(), u.derivative(), (u - 1).sqrt() * (u + 1).sqrt()),
        proof=lambda n, u: n.of(sympy.log(u + sympy.sqrt(u - 1) * sympy.sqrt(u + 1))),
        meant="arcosh",
    ),
    Function(
        "atanh", sympy.atanh, math.atanh, "inverse hyperbolic tangent", (sympy.atanh,), "arctanh",
        numpy="np.arctanh({0})", domain=(_within, POSITIVE), rises=((-1.0, 1.0), INFINITE),
        ball=lambda s, u: s.integrated(u[0].atanh(), u.derivative() / (1 - s.raised(u, 2))),
        odd=True, proof=lambda n, u: n.of((sympy.log(1 + u) - sympy.log(1 - u)) / 2),
        poles=lambda log, u: (log(1 + u) - log(1 - u)) / 2, meant="artanh",
    ),
    Function(
        "exp", sympy.exp, math.exp, "e to a power", (sympy.exp,), traits="exponential vanishing positive",
        ball=lambda s, u: u.exp(), rises=(INFINITE, (0.0, math.inf)), logarithm=lambda u: u,
        beside={-1: lambda u: -expm1(u)},
        proof=lambda n, u: n.algebra.exponential(n.of(u)), mistaken="log",
        spoken="exponential exp",
    ),
    Function(
        "expm1", lambda x: sympy.exp(x) - 1, math.expm1, "exp(x) − 1", (expm1,), traits="exponential",
        ball=lambda s, u: s.replaced(u.exp() - 1, u[0].expm1()),
        beside={1: sympy.exp}, reciprocal=bose_einstein, logarithm=lambda u: u + log1mexp(u),
    ),
    Function(
        "bose_einstein", lambda x: 1 / (sympy.exp(x) - 1), bose_einstein_value, "1/(exp(x) − 1)",
        (bose_einstein,), inverse="expm1", python="(1/expm1({0}))",
        beside={1: lambda u: -bose_einstein(-u), 2: lambda u: sympy.coth(u * HALF)},
        traits="exponential", domain=(lambda u: u, NONZERO),
        ball=lambda s, u: 1 / s.replaced(u.exp() - 1, u[0].expm1()),
    ),
    Function(
        "log_cosh", lambda x: sympy.log(sympy.cosh(x)), log_of_cosh, "log(cosh(x))", (log_cosh,), traits="exponential",
        numpy="log_cosh({0})", python="log_cosh({0})", c="log_cosh({0})", js="log_cosh({0})", torch="log_cosh({0})",
        julia="log_cosh({0})", array=log_of_coshs,
        ball=lambda s, u: s.log_cosh(u),
    ),
    Function(
        "log1mexp", lambda x: sympy.log(1 - sympy.exp(-x)), log_one_minus_exp, "log(1 − exp(−x)), for x > 0",
        (log1mexp,), traits="exponential", domain=(lambda u: u, POSITIVE), numpy="log1mexp({0})",
        python="log1mexp({0})", c="log1mexp({0})", js="log1mexp({0})", torch="log1mexp({0})", julia="log1mexp({0})",
        array=log_one_minus_exps,
        ball=lambda s, u: s.replaced(1 - (-u).exp(), -((-u)[0].expm1())).log(),
    ),
    Function(
        "log", _log, math.log, "natural logarithm; log(x, b) has the base b", (sympy.log,), "", "log_e logarithm",
        1, 2, "log(x), or log(x, 2)", ball=lambda s, u: u.log(), domain=(lambda u: u, POSITIVE),
        rises=((0.0, math.inf), INFINITE),
        proof=lambda n, u: n.algebra.logarithm(n.of(u)), mistaken="exp",
        mistakes=(("log", sympy.log), ("1/u²", lambda u: 1 / u**2)),
        spoken="natural_logarithm natural_log logarithm log",
    ),
    Function("ln", sympy.log, math.log, "natural logarithm", js="Math.log({0})"),
    Function("log2", lambda x: sympy.log(x) / sympy.log(2), math.log2, "logarithm to the base 2", meant="lb ld log_2"),
    Function(
        "log10", lambda x: sympy.log(x) / sympy.log(10), math.log10, "logarithm to the base 10", meant="lg log_10"
    ),
    Function(
        "log1p", lambda x: sympy.log(1 + x), math.log1p, "log(1 + x)", (log1p,),
        domain=(lambda u: 1 + u, POSITIVE), ball=lambda s, u: s.replaced((1 + u).log(), u[0].log1p()),
    ),
    Function(
        "sqrt", sympy.sqrt, math.sqrt, "square root", meant="squareroot sqr realsqrt",
        spoken="square_root sqrt root 根号 开方", mark="√",
    ),
    Function(
        "hypot", lambda x, y: sympy.sqrt(x**2 + y**2), math.hypot, "sqrt(x**2 + y**2)", (hypot,), least=2, most=2,
        example="hypot(x, y)", ball=lambda s, u, v: (s.raised(u, 2) + s.raised(v, 2)).sqrt(),
    ),
    Function(
        "hypotm1", lambda x: sympy.sqrt(1 + x**2) - 1, lambda x: x * (x / (1 + math.hypot(1, x))),
        "sqrt(1 + x**2) − 1", (hypotm1,), numpy="hypotm1({0})", python="hypotm1({0})",
        c="hypotm1({0})", js="hypotm1({0})", torch="hypotm1({0})", julia="hypotm1({0})", array=root_above_one,
        beside={1: lambda u: hypot(u, S.One)},
        ball=lambda s, u: s.raised(u, 2) / (1 + (1 + s.raised(u, 2)).sqrt()),
    ),
    Function(
        "cbrt", cbrt, math.cbrt, "real cube root, below 0 too", (cbrt,), meant="cuberoot curt",
        torch="cbrt({0})", ball=lambda s, u: s.third_root(u), rises=(INFINITE, INFINITE),
        proof=lambda n, u: n.cube_root(u), mistaken="sqrt",
        mistakes=(("the derivative of sqrt", lambda u: 1 / (2 * sympy.sqrt(u))),),
        sides=lambda u, side: side * sympy.Pow(side * u, sympy.Rational(1, 3)),
        spoken="cube_root cbrt", mark="∛",
    ),
    Function(
        "pow", sympy.Pow, math.pow, "a power", least=2, most=2, example="x**2", traits="exponential",
        meant="power",
    ),
    Function(
        "Abs", sympy.Abs, abs, "absolute value, |x|", (sympy.Abs,), "abs", "absolute fabs modulus module",
        traits="slow", kink=True, numpy="np.abs({0})", python="abs({0})", c="fabs({0})", js="Math.abs({0})",
        torch="torch.abs({0})", julia="abs({0})", partial=lambda u, _k: sympy.sign(u),
        proof=lambda n, u: n.algebra.absolute(n.of(u)), ball=lambda s, u: s.absolute(u),
        crowd=lambda c, a: c.sizes(a), sides=lambda u, side: u * side,
        spoken="absolute_value modulus abs 绝对值", mark="|",
    ),
    Function(
        "sign", sympy.sign, lambda x: float((x > 0) - (x < 0)), "−1, 0 or 1", (sympy.sign,), meant="sgn signum",
        traits="step", kink=True, python="sign({0})", c="sign({0})", partial=lambda u, _k: S.Zero,
        proof=lambda n, u: n.sign(u), ball=lambda s, u: s.sign(u),
        sides=lambda u, side: sympy.Integer(side),
    ),
    Function(
        "Heaviside", sympy.Heaviside, lambda x: 0.5 if x == 0 else float(x > 0), "0 below 0, 1 above, 1/2 at 0",
        (sympy.Heaviside,), "", "step heaviside unitstep heavisidetheta hvsde stepfunction theta_",
        traits="step", kink=True, numpy="np.heaviside({0}, 0.5)",
        python="heaviside({0})", c="heaviside({0})", js="heaviside({0})", torch="heaviside({0})",
        julia="heaviside({0})", partial=lambda u, *_: S.Zero,
        proof=lambda n, u, *_: n.step(u), ball=lambda s, u: s.step(u),
        sides=lambda u, side: sympy.Rational(side + 1, 2),
    ),
    Function(
        "Max", extreme(sympy.Max), lambda *u: max(u), "the largest of up to eight", (sympy.Max,), "max",
        "maximum fmax pmax amax", 1, 8, "Max(x, 0)", "extreme", folds=True, kink=True,
        numpy="np.maximum({0}, {1})", python="max({0}, {1})", c="fmax({0}, {1})", js="Math.max({0}, {1})",
        torch="torch.maximum({0}, {1})", julia="max({0}, {1})",
        proof=lambda n, *u: n.extreme(1, *u), ball=lambda s, *u: s.largest(*u),
        crowd=lambda c, *a: c.reduce(c.np.maximum, a),
    ),
    Function(
        "Min", extreme(sympy.Min), lambda *u: min(u), "the least of up to eight", (sympy.Min,), "min",
        "minimum fmin pmin amin",
        1, 8, "Min(x, 1)", "extreme", folds=True, kink=True, numpy="np.minimum({0}, {1})", python="min({0}, {1})",
        c="fmin({0}, {1})", js="Math.min({0}, {1})", torch="torch.minimum({0}, {1})", julia="min({0}, {1})",
        proof=lambda n, *u: n.extreme(-1, *u), ball=lambda s, *u: s.least(*u),
        crowd=lambda c, *a: c.reduce(c.np.minimum, a),
    ),
    Function(
        "erf", sympy.erf, math.erf, "error function", (sympy.erf,), traits="slow", js=None, numpy="special.erf({0})",
        ball=lambda s, u: s.integrated(s.monotone(u[0], "erf"), s.bell(u)), rises=(INFINITE, (-1.0, 1.0)),
        beside={-1: lambda u: sympy.erfc(u, evaluate=False), 1: lambda u: sympy.erfc(-u, evaluate=False)}, odd=True,
        mistaken="erfc", mistakes=(("exp(−u²)/√π", lambda u: sympy.exp(-(u**2)) / sympy.sqrt(S.Pi)),),
        julia="SpecialFunctions.erf({0})",
    ),
    Function(
        "erfc", sympy.erfc, math.erfc, "1 − erf(x)", (sympy.erfc,), traits="slow vanishing positive", js=None,
        numpy="special.erfc({0})", ball=lambda s, u: s.integrated(s.monotone(u[0], "erfc"), -s.bell(u)),
        definition=lambda u: 1 - sympy.erf(u),
        mistaken="erf",
        julia="SpecialFunctions.erfc({0})",
    ),
    Function(
        "gamma", sympy.gamma, math.gamma, "Γ(x), which extends the factorial: Γ(n + 1) = n!", (sympy.gamma,),
        traits="long vanishing alternating", js=None, numpy="special.gamma({0})", c="tgamma({0})", torch=None,
        ball=lambda s, u: u.gamma(),
        reciprocal_ball=lambda s, u: s.reciprocal_gamma(u), ends=lambda e, u: e.between_poles(u),
        domain=(lambda u: u, NO_POLE), logarithm=log_gamma,
        proof=lambda n, u: n.rising_product(u),
        shifted=lambda u, m: sympy.gamma(u + m, evaluate=False) / sympy.Mul(*(u + k for k in range(m))),
        mark="Γ",
        julia="SpecialFunctions.gamma({0})",
    ),
    Function(
        "loggamma", sympy.loggamma, log_gamma_right, "log Γ(x), for x > 0", (sympy.loggamma,), "lgamma",
        traits="slow long", js=None, numpy="loggamma({0})", python="loggamma({0})", c="loggamma({0})",
        torch="loggamma({0})", ball=lambda s, u: u.lgamma(), domain=(lambda u: u, POSITIVE),
        shifted=lambda u, m: sympy.loggamma(u + m, evaluate=False) - sympy.Add(*(sympy.log(u + k) for k in range(m))),
        ends=lambda e, u: e.before_pole(u),
        proof=lambda n, u: n.rising_logarithm(u),
        meant="gammaln",
        julia="SpecialFunctions.loggamma({0})",
    ),
    Function(
        "log_gamma", lambda x: sympy.log(sympy.gamma(x)), log_gamma_positive, "log Γ(x), wherever Γ(x) > 0",
        (log_gamma,), traits="long", js=None, numpy="log_gamma({0})", python="log_gamma({0})",
        c="log_gamma({0})", torch="log_gamma({0})", julia="log_gamma({0})",
        ball=lambda s, u: s.log_gamma(u),
    ),
    Function(
        "digamma", lambda x: sympy.polygamma(0, x), lambda x: psi(0, x), "the slope of log Γ(x)",
        traits="slow long", numpy="special.psi({0})",
        meant="psi", js=None,
    ),
    Function(
        "polygamma", polygamma, _polygamma_value, "the (n + 1)-th derivative of log Γ(x)", (sympy.polygamma,),
        least=2, most=2, example="polygamma(1, x)", traits="slow long", ordered=True, js=None, python=None, c=None,
        numpy="special.polygamma({0}, {1})", array=psi_everywhere,
        ball=lambda s, n, u: s.polygamma(int(n), u), domain=(lambda n, u: u, NO_POLE),
        proof=lambda n, k, u: n.rising_poles(k, u),
        shifted=_polygamma_shifted, ends=lambda e, n, u: e.psi(int(n), u),
        julia="SpecialFunctions.polygamma({0}, {1})",
    ),
    Function(
        "logaddexp", lambda a, b: sympy.log(sympy.exp(a) + sympy.exp(b)), log_sum, "log(exp(a) + exp(b))",
        (logaddexp,), least=2, most=2, example="logaddexp(x, y)", traits="exponential", folds=True,
        array=log_sum_everywhere,
        python="logaddexp({0}, {1})", c="logaddexp({0}, {1})", js="logaddexp({0}, {1})", julia="logaddexp({0}, {1})",
        ball=lambda s, *u: s.log_sum(*u),
    ),
    Function(
        "softplus", lambda x: sympy.log(1 + sympy.exp(x)), lambda x: log_sum(0.0, x), "log(1 + exp(x))",
        traits="exponential", js="logaddexp({0}, 0)",
    ),
    Function(
        "sigmoid", _logistic, lambda x: 0.5 * (1 + math.tanh(x / 2)), "the logistic function, 1/(1 + exp(−x))",
        (sigmoid,), meant="logistic sigm expit", traits="exponential", array=logistic,
        numpy="sigmoid({0})", python="sigmoid({0})", c="sigmoid({0})", js="sigmoid({0})", julia="sigmoid({0})",
        ball=lambda s, u: s.sigmoid(u),
        rises=(INFINITE, (0.0, 1.0)), beside={-1: lambda u: sigmoid(-u), -2: lambda u: -sympy.tanh(u * HALF)},
        logarithm=lambda u: -logaddexp(S.Zero, -u), reciprocal=lambda u: 1 + sympy.exp(-u),
    ),
    Function(
        "relu", lambda x: extreme(sympy.Max)(x, S.Zero), lambda x: max(x, 0.0), "Max(x, 0)",
        meant="rectifier", js="Math.max({0}, 0)",
    ),
    Function(
        "sinc", sympy.sinc, lambda x: math.sin(x) / x if x else 1.0, "sin(x)/x, and 1 at 0", (sympy.sinc, sinc),
        ordered=True, numpy="sinc({0}, {1})", python="sinc({0}, {1})", c="sinc({0}, {1})", js="sinc({0}, {1})",
        torch="sinc({0}, {1})", julia="sinc({0}, {1})", array=sine_over,
        ball=lambda s, *u: s.sinc(*u), crowd=lambda c, *u: c.cardinal(*u), definition=lambda u: sympy.sin(u) / u,
        stable=lambda *u: None if u[1:] else sinc(0, *u),
        foreign=lambda u: sympy.sin(S.Pi * u) / (S.Pi * u),
    ),
    Function(
        "factorial", lambda x: sympy.gamma(x + 1), lambda x: math.gamma(x + 1), "x!, which is Γ(x + 1)",
        traits="long vanishing", js=None,
    ),
):  # fmt: skip
    add(_row)


ASKED = {POSITIVE: AskedPositive, WITHIN: AskedWithin, NONZERO: AskedNonzero, NO_POLE: AskedNoPole}
FORMS.update({  # they are never typed
    form: Function(
        form.__name__, form, lambda _: 0.0, f"0 where it is {relation}", domain=(lambda u: u, relation),
        ball=partial(lambda relation, s, u: s.asked(u, relation), relation),
    )
    for relation, form in ASKED.items()
})  # fmt: skip

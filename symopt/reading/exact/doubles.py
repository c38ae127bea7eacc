"""Known numbers with the doubles that Python has for them.

A decimal is exact here and rounded in Python: 0.1 + 0.2 is 3/10 and 0.30000000000000004. A number that is known keeps
both: its exact value, and the least and greatest double that it may be. Arithmetic between single doubles is Python's
own; sums and products of arrays, whose order is numpy's affair, have bounds (Higham 2002, §3.1), and so have functions
that are rounded in another way from machine to machine. Where a number decides something the doubles must all give the
answer that the exact value gives. Of a number that came of an expression in the variables nothing is known but its
exact value: it decides nothing.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from sympy import AtomicExpr, Basic, Expr, S

from symopt.reading.source import Unreadable

Ends = tuple[float, float]
LOST: Ends = (-math.inf, math.inf)
FAR = 1e-9  # relative: a constant that rounding changes by more is another
CLEAR = 1e-3  # relative: numbers so far apart compare alike in doubles, even where letters between them have cancelled
ULPS = 4  # by which functions of libraries may be off
EPS = 2.0**-52
HUGE = 1e300  # stands for numbers of which nothing is known


@dataclass(frozen=True)
class Rounds:
    """How a file rounds.

    single: to single precision, somewhere; all_single: unless told otherwise, so that decimals are read as written.
    tensors: whether torch makes such tensors in a file that computes in doubles. largest: beyond which whole numbers of
    numpy overflow. back: letters that arithmetic has given back, as x*0.1*10 gives x: in doubles they may be others.
    nan: whether what has no value is nan, as numpy has it. raised: guards (as in `expression.guards`) without which
    `math` raises an error, each with the branches in which it does so.
    """

    single: bool = False
    all_single: bool = False
    tensors: bool = False
    largest: int = 2**63
    back: set[Any] = field(default_factory=set)
    nan: bool = False
    raised: set[Any] = field(default_factory=set)


ROUNDS: ContextVar[Rounds] = ContextVar("rounds", default=Rounds())  # noqa: B039 - set anew for each file

OTHERS = (Expr, int, float, np.number)  # with which a number is added


class Rounding(Unreadable):
    """What the rounding of doubles decides."""

    hint = (
        "write numbers that are compared, counted or rounded as integers or fractions of powers of 2, such as 29 or 0.5"
    )

    def __init__(self, what: str) -> None:
        super().__init__(f"what rounding decides: {what}")


class Known(AtomicExpr):
    """A number whose double is not its exact value, or is not known."""

    __slots__ = ("exact", "high", "low")
    is_number = True
    is_real = True
    is_commutative = True
    _op_priority = 30.0

    exact: Expr
    low: float
    high: float

    def __new__(cls, exact: Expr, low: float, high: float) -> Known:
        found = AtomicExpr.__new__(cls)
        found.exact, found.low, found.high = exact, low, high
        return found

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.exact, self.low, self.high

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.exact, self.low, self.high

    def _sympystr(self, printer: Any) -> str:
        return str(printer.doprint(self.exact))

    def _eval_is_positive(self) -> Any:
        return self.exact.is_positive

    def _eval_is_negative(self) -> Any:
        return self.exact.is_negative

    def _eval_is_zero(self) -> Any:
        return self.exact.is_zero

    def _eval_evalf(self, prec: int) -> Any:
        return self.exact._eval_evalf(prec)

    def __neg__(self) -> Any:
        return Known(-self.exact, -self.high, -self.low)

    def __abs__(self) -> Any:
        low, high = magnitude((self.low, self.high))
        return held(abs(self.exact), low, high)

    def __bool__(self) -> bool:
        return related("!=", self, S.Zero)


# a number and its doubles


def double_of(value: Any) -> float | None:
    """The double that is a number exactly, if there is one."""
    if not value.is_Rational or value.q & (value.q - 1):
        return None
    try:
        found = value.p / value.q
    except OverflowError:
        return None
    if found.as_integer_ratio() != (value.p, value.q) or (ROUNDS.get().single and float(np.float32(found)) != found):
        return None
    return float(found)


def ends(value: Any) -> Ends:
    """The least and the greatest double that a known number may be."""
    if isinstance(value, Known):
        return value.low, value.high
    if value is S.Infinity or value is S.NegativeInfinity:
        return (math.inf, math.inf) if value is S.Infinity else (-math.inf, -math.inf)
    found = double_of(value)
    return LOST if found is None else (found, found)


def held(exact: Any, low: float, high: float) -> Any:
    """A known number between two doubles. Raises Unreadable beyond them."""
    if low == high and double_of(exact) == low:
        return exact
    if not exact.is_Rational and not exact.is_real:
        return exact
    if ROUNDS.get().single or math.isnan(low) or math.isnan(high):
        low, high = LOST
    if (low, high) != LOST and (math.isinf(low) or math.isinf(high)):
        raise Unreadable("a number beyond the largest double")
    return Known(exact, low, high)


def nearest(value: Any) -> Any:
    """A number that Python rounds to the nearest double: one that is written, or divides two whole numbers."""
    if not value.is_number or not value.is_finite or isinstance(value, Known):
        return value
    try:
        found = value.p / value.q if value.is_Rational else float(value)
    except (OverflowError, TypeError):
        raise Unreadable("a number beyond the largest double") from None
    return held(value, found, found)


def narrowed(value: Any, to: type[np.floating[Any]]) -> Any:
    """A known number as numpy stores it in fewer digits; whatever else as it is."""
    if not value.is_number or not value.is_finite:
        return value
    low, high = ends(value)
    if (low, high) == LOST:
        near = float(value.exact if isinstance(value, Known) else value)
        low, high = math.nextafter(near, -math.inf), math.nextafter(near, math.inf)
    with np.errstate(all="ignore"):
        first, last = float(to(low)), float(to(high))
    if first != last or math.isinf(first):
        raise Rounding(f"{shown(value)} as {np.dtype(to)}")
    return held(sympy.Rational(*first.as_integer_ratio()), first, last)


def lost(value: Any) -> Any:
    """A number of which only the exact value is known."""
    value = plain(value)
    return held(value, *LOST) if isinstance(value, Expr) and value.is_number else value


def plain(value: Any) -> Any:
    """The exact value of a number. Raises Rounding where its double is far off."""
    if not isinstance(value, Known):
        return value
    if (value.low, value.high) != LOST:
        exact = float(value.exact)
        if max(abs(value.low - exact), abs(value.high - exact)) > FAR * max(1.0, abs(exact)):
            raise Rounding(f"{value.exact} is {shown(value)} in doubles")
    return value.exact


def undoubled(value: Any) -> Any:
    """A whole number, which no double stands for."""
    return value.exact if isinstance(value, Known) else value


def bare(expr: Any) -> Any:
    """An expression without what is known of the doubles of its numbers."""
    if isinstance(expr, Known):
        return plain(expr)
    return expr.xreplace({k: plain(k) for k in expr.atoms(Known)}) if expr.has(Known) else expr


def either(a: Any, b: Any) -> Any:
    """One of two numbers that are equal, nobody knows which."""
    (low, high), (least, most) = ends(a), ends(b)
    return held(plain(a), min(low, least), max(high, most))


def shown(value: Any) -> str:
    low, high = ends(value)
    if low == high:
        return repr(low)
    exact = value.exact if isinstance(value, Known) else value
    return f"not known for {exact}" if (low, high) == LOST else f"between {low!r} and {high!r}"


# operations


def twinned(
    build: Callable[..., Any], twin: Callable[..., Ends] | None, difference: bool = False
) -> Callable[..., Any]:
    """A function of exact expressions, with the doubles of its value where all are known numbers.

    twin: the ends of the value by the ends of each argument; without it nothing is known of the doubles.
    difference: whether it subtracts: a letter less itself is 0 in doubles, too.
    """

    def apply(*given: Any) -> Any:
        arguments = tuple(map(_written, given))
        if not all(a.is_number for a in arguments):
            if difference and arguments[0] == arguments[1] and itself(arguments[0]):
                return S.Zero
            made = build(*map(plain, arguments))
            given_back(made, arguments)
            return lost(made) if getattr(made, "is_number", False) and S.Zero not in arguments else made
        exact = build(*(a.exact if isinstance(a, Known) else a for a in arguments))
        if twin is None:
            return lost(exact)
        if not isinstance(exact, Expr) or not (exact.is_Rational or exact.is_real):
            return exact
        parts = [ends(a) for a in arguments]
        return held(exact, *(LOST if LOST in parts else twin(*parts)))

    return apply


def itself(value: Any) -> bool:
    """Whether an expression is a letter as the file has been given it."""
    return isinstance(value, sympy.Symbol) and value not in ROUNDS.get().back


def given_back(made: Any, arguments: Sequence[Any]) -> None:
    """Remembers a letter that came of arithmetic with anything but 0, 1 and itself."""
    if isinstance(made, sympy.Symbol) and not all(a == made or a is S.Zero or a is S.One for a in arguments):
        ROUNDS.get().back.add(made)


def corners(op: Callable[..., float]) -> Callable[..., Ends]:
    """The ends of a function that rises or falls in each argument, and is rounded correctly."""

    def twin(*parts: Ends) -> Ends:
        try:
            values = [op(*part) for part in itertools.product(*(dict.fromkeys(p) for p in parts))]
        except OverflowError:
            raise Unreadable("a number beyond the largest double") from None
        return min(values), max(values)

    return twin


def magnitude(part: Ends) -> Ends:
    low, high = sorted((abs(part[0]), abs(part[1])))
    return (0.0 if part[0] <= 0 <= part[1] else low), high


def squared(part: Ends) -> Ends:
    low, high = magnitude(part)
    return low * low, high * high


MONOTONE = set(
    """exp expm1 exp2 log log2 log10 log1p cbrt sinh tanh arcsinh asinh arctan atan erf sqrt
deg2rad radians rad2deg degrees float_power pow power expit""".split()
)


SLOPING = {"sin", "cos"}  # by no more than their argument moves


def library(function: Callable[..., Any], name: str) -> Callable[..., Ends]:
    """The ends of a function of numpy or math, called on doubles."""

    def twin(*parts: Ends) -> Ends:
        if any(low != high for low, high in parts) and name not in MONOTONE | SLOPING:
            return LOST
        values = []
        for at in itertools.product(*(dict.fromkeys(p) for p in parts)):
            try:
                with np.errstate(all="ignore"):
                    values.append(float(function(*at)))
            except (ValueError, OverflowError, ZeroDivisionError) as error:
                raise Rounding(f"{name}{at if len(at) > 1 else f'({at[0]})'} raises {type(error).__name__}") from None
            if math.isnan(values[-1]):
                raise Rounding(f"{name}{at if len(at) > 1 else f'({at[0]})'} has no value in doubles")
        low, high = min(values), max(values)
        if name in SLOPING:
            wide = parts[0][1] - parts[0][0]
            low, high = low - wide, high + wide
        return (low, high) if name == "sqrt" else widened(low, high, ULPS)

    return twin


def widened(low: float, high: float, ulps: float) -> Ends:
    return low - ulps * math.ulp(low), high + ulps * math.ulp(high)


def exactly(build: Callable[..., Any], function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function of a library with its doubles; where the library gives the exact value itself, that."""
    general = twinned(build, library(function, name))

    def apply(*given: Any) -> Any:
        arguments = tuple(map(_written, given))
        if all(a.is_Rational for a in arguments):
            exact, points = build(*arguments), [double_of(a) for a in arguments]
            with suppress(ValueError, OverflowError, ZeroDivisionError), np.errstate(all="ignore"):
                double = float(function(*points)) if None not in points else math.nan
                if double.is_integer() and not exact.is_Rational and abs(double) < 2**53:
                    whole = sympy.Integer(int(double))
                    gap = sympy.simplify(sympy.expand_log(exact - whole, force=True, factor=True))
                    exact = whole if gap == 0 else exact
                if exact.is_Rational and double_of(exact) == double:
                    return exact
        return general(*arguments)

    return apply


def _written(a: Any) -> Any:
    return a if isinstance(a, Basic) else sympy.sympify(a)


def dividing(build: Callable[..., Any]) -> Callable[..., Any]:
    """A division, of which rounding must not decide whether it is one by zero."""
    inner = twinned(build, corners(operator.truediv))

    def apply(a: Any, b: Any) -> Any:
        if isinstance(b, Known) and ends(b) != LOST and b.low <= 0 <= b.high and b.exact != 0:
            raise Rounding(f"{b.exact}, which divides, may be 0 in doubles")
        return inner(a, b)

    return apply


def raising(build: Callable[..., Any]) -> Callable[..., Any]:
    """A power, of which rounding must not decide whether the exponent is a whole number."""

    def doubles(a: float, b: float) -> float:
        with np.errstate(all="ignore"):
            return float(np.power(a, b))

    inner = exactly(build, doubles, "power")

    def apply(a: Any, b: Any) -> Any:
        if isinstance(b, Known) and not (a.is_number and ends(a)[0] > 0):
            low, high = ends(b)
            inside = low == -math.inf or math.floor(high) >= math.ceil(low)
            if inside != bool(b.exact.is_integer) or (inside and low != high):
                raise Rounding(f"the exponent {b.exact} is {shown(b)} in doubles")
        if b is S.One or b is S.Zero:
            return a if b is S.One else build(plain(a), b)
        return inner(a, b)

    return apply


def _operators(name: str, op: Callable[..., Any]) -> None:
    """Gives known numbers an operator, and the one with its sides exchanged."""
    for side, order in (("", 1), ("r", -1)):

        def apply(*sides: Any, order: int = order) -> Any:
            return op(*map(_written, sides[::order])) if isinstance(sides[1], OTHERS) else NotImplemented

        setattr(Known, f"__{side}{name}__", apply)


for _op in (operator.add, operator.sub, operator.mul):
    _operators(_op.__name__, twinned(_op, corners(_op), _op is operator.sub))
_operators("truediv", dividing(operator.truediv))
_operators("pow", raising(operator.pow))


# sums and products of many numbers, in whatever order


def total(parts: Sequence[Any], exact: Any) -> Any:
    """The sum of some parts, exact in itself, in whatever order the doubles are added."""
    return products(lambda a: a.sum(), [np.array([*parts, S.Zero], dtype=object)], exact)


def products(function: Callable[..., Any], arrays: Sequence[Any], found: Any) -> Any:
    """What a function that adds up products of the entries of arrays has found, with its doubles."""
    entries = found.reshape(-1) if isinstance(found, np.ndarray) else [found]
    parts = [part for array in arrays for part in array.flat]
    for entry in entries:
        given_back(entry, parts)
    if not any(getattr(entry, "is_number", False) for entry in entries):
        return found
    sizes, moved, unit = _measures(arrays)
    count = max(a.size for a in arrays)
    with np.errstate(all="ignore"):
        plain_sizes = np.asarray(function(*(m - d for m, d in zip(sizes, moved, strict=True))), dtype=float)
        whole = np.asarray(function(*sizes), dtype=float)
    out = np.empty(np.shape(found), dtype=object)
    for place, (entry, most, size) in enumerate(zip(entries, whole.flat, plain_sizes.flat, strict=True)):
        out.flat[place] = _within(entry, float(most), float(size), unit, count) if entry.is_number else entry
    return out if isinstance(found, np.ndarray) else out[()]


def _measures(arrays: Sequence[np.ndarray]) -> tuple[list[np.ndarray], list[np.ndarray], Fraction]:
    """Bounds of the entries of each array, how far their doubles may be from them, and what divides all products."""
    sizes, moved, unit = [], [], Fraction(1)
    for part in arrays:
        size, shift = np.zeros(part.shape), np.zeros(part.shape)
        divisor = 1
        for place, entry in enumerate(part.flat):
            if not entry.is_number or ends(entry) == LOST:
                size.flat[place] = shift.flat[place] = HUGE
                continue
            if isinstance(entry, Known):
                low, high = ends(entry)
                number = float(entry.exact)
                shift.flat[place] = max(abs(low - number), abs(high - number)) + math.ulp(number)
                divisor = 0
            else:
                number = float(entry)
                divisor = divisor and max(divisor, entry.q)
            size.flat[place] = abs(number) + shift.flat[place]
        sizes.append(size)
        moved.append(shift)
        unit = unit * Fraction(1, divisor) if divisor and unit else Fraction(0)
    return sizes, moved, unit


def _within(exact: Any, whole: float, size: float, unit: Fraction, count: int) -> Any:
    """An exact sum; whole: of the greatest sizes of its terms, size: of their exact sizes; unit: what divides all."""
    if not whole < HUGE / 2**52:
        return lost(exact)
    if unit and whole < unit * 2 ** (23 if ROUNDS.get().single else 52):
        return exact  # every partial sum is a double
    error = (whole - size) + (count + 4) * EPS * whole
    number = float(plain(exact))
    return held(plain(exact), *widened(number - error, number + error, 1))


# decisions

HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
for _sign in ("<", "<=", ">", ">="):
    setattr(Known, f"__{HOLDS[_sign].__name__}__", lambda u, v, sign=_sign: related(sign, u, v))


def _same(x: Any, y: Any) -> bool | None:
    found = (x - y).is_zero
    return sympy.simplify(x - y).is_zero if found is None else found


def related(sign: str, a: Any, b: Any) -> bool:
    """Whether a relation holds between two known numbers. Raises Rounding where the doubles say another thing."""
    a, b = _written(a), _written(b)
    x, y = (v.exact if isinstance(v, Known) else v for v in (a, b))
    if sign in ("==", "!="):
        same = x == y
        if not same and not (x.is_Rational and y.is_Rational):
            gap = abs((x - y).evalf(30))
            same = (gap.is_comparable and gap > 1e-20 * (1 + abs(x.evalf(30)))) is not S.true and _same(x, y)
        exact = None if same is None else same == (sign == "==")
    else:
        found = HOLDS[sign](x, y)
        exact = bool(found) if found in (S.true, S.false) else None
    (low, high), (least, most) = ends(a), ends(b)
    if exact is None:
        raise Unreadable(f"a comparison of {x} and {y}")
    apart = (low == high and least == most) or high < least or low > most
    answers = {HOLDS[sign](low, most)} if apart else {True, False}
    clear = not ROUNDS.get().single and LOST in ((low, high), (least, most))
    if clear and abs(x - y) > CLEAR * max(S.One, abs(x)):
        answers = {exact}
    if answers != {exact}:
        if len(answers) == 1:
            text = f"{shown(a)} {sign} {shown(b)} is {answers.pop()} in doubles and {exact} in exact numbers"
        else:
            text = f"{x} {sign} {y} is {exact} in exact numbers; the doubles are {shown(a)} and {shown(b)}"
        raise Rounding(text)
    return exact


def jumping(function: Callable[..., Any], twin: Callable[..., float], name: str) -> Callable[..., Any]:
    """A function of known numbers that jumps, and rises or falls in each between: floor and its kin."""

    def apply(*arguments: Any) -> Any:
        if not all(a.is_number for a in arguments):
            raise Unreadable(f"{name} of the variables")
        exact = function(*(a.exact if isinstance(a, Known) else a for a in arguments))
        if not exact.is_Integer:
            return exact
        parts = [ends(a) for a in arguments]
        said: set[Any] = set()
        for at in itertools.product(*(dict.fromkeys(p) for p in parts)):
            try:
                said.add(int(twin(*at)))
            except (OverflowError, ValueError, ZeroDivisionError):
                said.add("no number")
        if len(parts) > 1 and parts[1][0] <= 0 <= parts[1][1]:
            said.add("no number")
        if said != {int(exact)}:
            words = " or ".join(sorted(map(str, said))) if LOST not in parts else "not known"
            asked = f"{name}({', '.join(map(shown, arguments))})"
            raise Rounding(f"{asked} is {words} in doubles and {exact} in exact numbers")
        return exact

    return apply


class Ordered:
    """A known number as numpy's and Python's own functions compare it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Any) -> bool:
        return related("<", self.value, _value(other))

    def __bool__(self) -> bool:
        return related("!=", self.value, S.Zero)

    __hash__ = None  # type: ignore[assignment]


for _sign in ("<=", ">", ">=", "==", "!="):
    setattr(Ordered, f"__{HOLDS[_sign].__name__}__", lambda u, v, sign=_sign: related(sign, u.value, _value(v)))


def _value(other: Any) -> Any:
    return other.value if isinstance(other, Ordered) else other


def ordered(value: Any) -> Any:
    """A key by which something is sorted."""
    if isinstance(value, tuple):
        return tuple(map(ordered, value))
    return Ordered(sympy.sympify(value)) if isinstance(value, (int, Expr)) else value


def distinct(values: Iterable[Any]) -> None:
    """Raises Rounding where rounding decides whether two numbers are one."""
    for a, b in itertools.pairwise(sorted(map(Ordered, values))):
        _ = a == b

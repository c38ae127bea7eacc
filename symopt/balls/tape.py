"""Expressions as lists of operations on truncated power series whose coefficients are balls.

f(c + t·v) = Σ aₖ tᵏ. Of one coefficient it is a value: at a point, or over a box if the balls are wide. Of more it is
f with its derivatives along a line, and with a wide ball for c each coefficient encloses them over all of it. Numbers
are exact: a decimal is its rational, π is a ball as narrow as the working precision.

A value is a series, or UNDEFINED where the expression is shown to have none. A series whose first coefficient is not
finite says nothing, and each rule makes nan of nan: what is finite is defined on all of the box. A choice (Piecewise,
Max, abs, sign, …) whose switch has no sure sign is the hull of its branches, without derivatives. A power u**v with an
exponent that moves is exp(v·log(u)): it asks for u > 0, or u = 0 < v.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66(8),
2017; W. Tucker, Validated Numerics, 2011, chapter 4 (Taylor arithmetic).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial, reduce
from operator import add, mul
from typing import Any

import flint
import sympy
from flint import arb, arb_series, fmpq
from sympy import Dummy, Expr, S, Symbol
from sympy.core.relational import Equality, GreaterThan, LessThan, Relational, StrictGreaterThan, StrictLessThan

from symopt.balls import series
from symopt.balls.series import PLAIN, ball_power, raised, unknown, working
from symopt.balls.work import spend, uncounted
from symopt.expression.guards import in_turn
from symopt.forms import reciprocal_gamma
from symopt.functions import NO_POLE, NONZERO, POSITIVE, Function, row

Ball = Any
Series = Any
Rule = Callable[..., Any]
Guard = Callable[..., bool]


SLOW, LONG = 6, 20
"""Sums of two balls in the time of erf, and of gamma and its kin, as measured."""


class Refused(Exception):
    """A function without an interval version; the message is its name."""


class Undefined:
    """The value of what has none; see UNDEFINED."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()
UNKNOWN = object()  # of a condition: its sides may have no value

NUMBERS: dict[Any, Callable[[], Ball]] = {
    S.Pi: arb.pi,
    S.Exp1: arb.const_e,
    S.EulerGamma: arb.const_euler,
    S.Catalan: arb.const_catalan,
    S.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
}


def number(value: Expr) -> Ball:
    """A sympy number as a ball at the working precision; Refused if a function in it has no interval version."""
    return _number(value, flint.ctx.prec)


@lru_cache(maxsize=4096)
def _number(value: Expr, precision: int) -> Ball:
    if value.is_Float:
        value = sympy.Rational(value)
    if value.is_Rational:
        return arb(fmpq(int(value.p), int(value.q)))
    if value in NUMBERS:
        return NUMBERS[value]()
    with working(precision, 1), uncounted():
        (found,) = Tape([value], ()).at(())
    return arb("nan") if found is UNDEFINED else found


class Tape:
    """Expressions of the same variables, equal parts computed once."""

    def __init__(self, exprs: Sequence[Expr], variables: Sequence[Symbol]) -> None:
        self.variables = tuple(variables)
        self.rules: list[Rule | None] = []
        self.parts: list[tuple[int, ...]] = []
        self.guards: dict[int, Guard] = {}
        self.choices: dict[int, Choice] = {}
        self.places: dict[Expr, int] = {}
        self.numbers: list[tuple[int, Expr]] = []
        self.loaded: dict[tuple[int, int], list[Any]] = {}
        for symbol in self.variables:
            self._put(symbol, None, ())
        self.tops = [self.lower(expr) for expr in exprs]

    def lower(self, expr: Expr) -> int:
        """The place of an expression's value. Raises Refused."""
        stack: list[tuple[Any, bool]] = [(expr, False)]
        while stack:
            current, ready = stack.pop()
            if current in self.places:
                continue
            if current.is_Atom:
                self._constant(current)
                continue
            if isinstance(current, sympy.Piecewise):
                choice = self.choice(current)
                parts: Sequence[Expr] = choice.operands
                if ready:
                    self.choices[self._put(current, None, self._placed(parts))] = choice
            else:
                rule, parts, guard = self.operation(current)
                if ready:
                    place = self._put(current, rule, self._placed(parts))
                    if guard is not None:
                        self.guards[place] = guard
            if not ready:
                stack.append((current, True))
                stack.extend((part, False) for part in parts if part not in self.places)
        return self.places[expr]

    def operation(self, expr: Expr) -> tuple[Rule, Sequence[Expr], Guard | None]:
        """The rule of an expression's outermost operation, what it acts on, and what shows that it has no value."""
        return operation(expr)

    def choice(self, expr: sympy.Piecewise) -> Choice:
        return Choice.of(expr)

    def _placed(self, parts: Sequence[Expr]) -> tuple[int, ...]:
        return tuple(self.places[part] for part in parts)

    def _constant(self, value: Expr) -> None:
        known = value.is_Rational or value.is_Float or value in NUMBERS
        if not known:
            raise Refused(str(value))
        self.numbers.append((len(self.rules), value))
        self._put(value, None, ())

    def _put(self, expr: Expr, rule: Rule | None, parts: tuple[int, ...]) -> int:
        self.places[expr] = len(self.rules)
        self.rules.append(rule)
        self.parts.append(parts)
        return len(self.rules) - 1

    def run(self, inputs: Sequence[Series]) -> list[Any]:
        """The values over a series for each variable, at the working precision and order."""
        spend(self.cost)
        values = self._start(inputs, flint.ctx.cap)
        for place, rule in enumerate(self.rules):
            if values[place] is None:
                parts = self.parts[place]
                if rule is None:
                    made = self.choices[place].made(*[values[k] for k in parts])
                    values[place] = unknown() if made is UNDEFINED else made  # told below
                    continue
                try:
                    values[place] = rule(*[values[k] for k in parts])
                except (ValueError, ZeroDivisionError):
                    values[place] = unknown()
        found = [values[top] for top in self.tops]
        if not all(value[0].is_finite() for value in found):
            self._settle(values)
            found = [values[top] for top in self.tops]
        return found

    def at(self, inputs: Sequence[Ball]) -> list[Ball]:
        """The values over a ball for each variable, at the working precision: finite, not finite, or UNDEFINED."""
        spend(self.cost / 2)
        values = self._start(inputs, 0)
        for place, step, i, j in self.steps:
            values[place] = step(values[i], values[j]) if j >= 0 else step(values[i]) if i >= 0 else step(values)
        found = [values[top] for top in self.tops]
        if all(value.is_finite() for value in found):
            return found
        return [value if value is UNDEFINED else value[0] for value in self.run([arb_series([x]) for x in inputs])]

    @cached_property
    def cost(self) -> float:
        """What a run counts, in operations."""
        return sum(map(cost, self.places))

    @cached_property
    def steps(self) -> list[tuple[int, Callable[..., Ball], int, int]]:
        """The operations on balls: a place, and what is done with one or two others there, or −1, with all."""
        found: list[tuple[int, Callable[..., Ball], int, int]] = []
        direct = type(self) is Tape  # else its rules may be others
        for expr, place in self.places.items():
            parts, rule = self.parts[place], self.rules[place]
            alone = _direct(expr) if direct and len(parts) == 1 else None
            if direct and len(parts) > 1 and (expr.is_Add or expr.is_Mul):
                step, first = (add if expr.is_Add else mul), parts[0]
                for part in parts[1:]:
                    found.append((place, step, first, part))
                    first = place
            elif alone is not None:
                found.append((place, alone, parts[0], -1))
            elif parts:
                made = rule or self.choices[place].made
                found.append((place, partial(_wrapped, made, parts), -1, -1))
        return found

    def _start(self, inputs: Sequence[Any], length: int) -> list[Any]:
        """Places for all values, with the inputs and the numbers: series, or of length 0 balls."""
        settings = flint.ctx.prec, length
        loaded = self.loaded.get(settings)
        if loaded is None:
            loaded = [None] * len(self.rules)
            for place, value in self.numbers:
                loaded[place] = arb_series([number(value)]) if length else number(value)
            self.loaded[settings] = loaded
        values = loaded.copy()
        values[: len(self.variables)] = inputs
        return values

    def _settle(self, values: list[Any]) -> None:
        """Finds the parts that are shown to have no value, and what they leave without one."""
        for place, parts in enumerate(self.parts):
            if not parts:
                continue
            inputs = [values[k] for k in parts]
            if place in self.choices:
                values[place] = self.choices[place].made(*inputs)
            elif any(value is UNDEFINED for value in inputs):
                values[place] = UNDEFINED
            elif not values[place][0].is_finite():
                guard = self.guards.get(place)
                if guard is not None and guard(*(value[0] for value in inputs)):
                    values[place] = UNDEFINED
                elif any(k in self.choices for k in parts) or not all(value[0].is_finite() for value in inputs):
                    values[place] = self._again(place, inputs)

    def _again(self, place: int, inputs: list[Any]) -> Any:
        try:
            rule = self.rules[place]
            assert rule is not None
            return rule(*inputs)
        except (ValueError, ZeroDivisionError):
            return unknown()


class Choice:
    """A Piecewise: its operands are the values of its branches and the differences that its conditions compare."""

    def __init__(self) -> None:
        self.operands: list[Expr] = []
        self.branches: list[tuple[int, Any]] = []

    @classmethod
    def of(cls, expr: sympy.Piecewise) -> Choice:
        made = cls()
        for value, condition in expr.args:
            made.branches.append((made._operand(value), made._condition(condition)))
        return made

    def _operand(self, expr: Expr) -> int:
        self.operands.append(expr)
        return len(self.operands) - 1

    def _condition(self, condition: Any) -> Any:
        if condition in (S.true, S.false):
            return condition is S.true
        if isinstance(condition, (sympy.And, sympy.Or)):
            return (type(condition), *(self._condition(part) for part, _ in in_turn(condition)))
        if isinstance(condition, (sympy.Not, sympy.ITE)):
            return (type(condition), *map(self._condition, condition.args))
        if isinstance(condition, Relational):
            return (condition.func, self._operand(condition.lhs), self._operand(condition.rhs))
        raise Refused(type(condition).__name__)

    def made(self, *values: Any) -> Any:
        """The branch that holds; the hull of those that may; UNDEFINED if it is shown that none has a value."""
        found, smooth = [], True
        for place, condition in self.branches:
            holds, sharp = _truth(condition, values)
            if holds is UNDEFINED:
                found.append(UNDEFINED)
                break
            if holds is UNKNOWN:
                return unknown()
            smooth = smooth and sharp
            if holds is not False:
                found.append(values[place])
            if holds is True:
                break
        else:
            found.append(UNDEFINED)
        if all(value is UNDEFINED for value in found):
            return UNDEFINED
        if len(found) == 1 and smooth:
            return found[0]
        if any(value is UNDEFINED for value in found):
            return unknown()
        total = found[0][0]
        for value in found[1:]:
            total = total.union(value[0])
        return series.blunt(total)


def _truth(condition: Any, values: Sequence[Any]) -> tuple[Any, bool]:
    """(True, False, None if neither is shown, UNDEFINED, UNKNOWN if it may be; whether it stays so around)."""
    if isinstance(condition, bool):
        return condition, True
    kind, *parts = condition
    if kind is sympy.Not:
        holds, sharp = _truth(parts[0], values)
        return (not holds if isinstance(holds, bool) else holds), sharp
    if kind is sympy.ITE:
        holds, sharp = _truth(parts[0], values)
        if isinstance(holds, bool):
            word, firm = _truth(parts[1 if holds else 2], values)
            return word, sharp and firm
        if holds is not None:
            return holds, sharp
        words = [_truth(part, values)[0] for part in parts[1:]]
        if not all(isinstance(word, bool) or word is None for word in words):
            return UNKNOWN, False
        return words[0] if words[0] == words[1] else None, False
    if kind in (sympy.And, sympy.Or):
        stops = kind is sympy.Or
        found: bool | None = not stops
        sharp = True
        for part in parts:  # in turn: what comes behind the one that decides may have no value
            holds, firm = _truth(part, values)
            sharp = sharp and firm
            if holds is UNDEFINED or holds is UNKNOWN:
                return (holds if found is not None else UNKNOWN), sharp
            if holds is stops:
                return stops, sharp
            found = None if holds is None else found
        return found, sharp
    left, right = values[parts[0]], values[parts[1]]
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED, True
    gap = left[0] - right[0]
    if gap > 0:
        return kind in (StrictGreaterThan, GreaterThan, sympy.Unequality), True
    if gap < 0:
        return kind in (StrictLessThan, LessThan, sympy.Unequality), True
    if gap.is_zero():
        return kind in (GreaterThan, LessThan, Equality), False
    return None if gap.is_finite() else UNKNOWN, False


# operations


def cost(expr: Expr) -> int:
    """What an expression's outermost operation takes, in sums of two balls."""
    known = row(expr)
    if known is None:
        return 1
    return LONG if known.ordered or "long" in known.traits else SLOW if "slow" in known.traits else 1


def operation(expr: Expr) -> tuple[Rule, Sequence[Expr], Guard | None]:
    """The rule of an expression's outermost operation, what it acts on, and what shows that it has no value."""
    if expr.is_Add:
        return lambda *parts: reduce(add, parts), expr.args, None
    if expr.is_Mul:
        return _product, expr.args, None
    if expr.is_Pow:
        return _power(*expr.args)
    if isinstance(expr, sympy.log):
        inner = row(expr.args[0])
        if inner is not None and inner.log_ball is not None:
            return partial(inner.log_ball, series), expr.args[0].args, None
        if (terms := exponentials(expr.args[0])) is not None:
            (a, u), (b, v) = terms
            return (lambda u, v: series.log_sum(u + number(a), v + number(b))), (u, v), None
    if isinstance(expr, sympy.zeta) and len(expr.args) == 1:
        return series.zeta, expr.args, None
    if isinstance(expr, reciprocal_gamma):
        return series.reciprocal_gamma, expr.args, None
    known = row(expr)
    if known is None or known.ball is None:
        raise Refused(expr.func.__name__)
    if known.ordered and len(expr.args) > 1:
        if not expr.args[0].is_Integer:
            raise Refused(str(expr))
        rule, arguments = partial(known.ball, series, int(expr.args[0])), expr.args[1:]
    else:
        rule, arguments = partial(known.ball, series), known.given(expr)
    if known.domain is None:
        return rule, arguments, None
    return rule, arguments, partial(_outside, known, expr.args[0] if len(arguments) < len(expr.args) else None)


def _direct(expr: Expr) -> Callable[[Ball], Ball] | None:
    """What an operation does to one ball, where that is told without a series."""
    if expr.is_Pow:
        if expr.exp.is_Integer:
            return partial(ball_power, n=int(expr.exp))
        return arb.exp if expr.base is S.Exp1 else None
    known = row(expr)
    return PLAIN.get(known.name) if known else None


def _wrapped(rule: Rule, parts: Sequence[int], values: Sequence[Ball]) -> Ball:
    """What a rule for series says of balls; nan of what has no value, or none that is known."""
    try:
        made = rule(*[arb_series([values[k]]) for k in parts])
    except (ValueError, ZeroDivisionError):
        return arb("nan")
    return arb("nan") if made is UNDEFINED else made[0]


def _power(base: Expr, exponent: Expr) -> tuple[Rule, Sequence[Expr], Guard | None]:
    if exponent.is_Integer:
        n = int(exponent)
        return (lambda u: raised(u, n)), (base,), (lambda u: u.is_zero()) if n < 0 else None
    if base is S.Exp1:
        return (lambda u: u.exp()), (exponent,), None
    if exponent.is_Rational:
        rule = series.root(int(exponent.p), int(exponent.q))
        return series.from_zero(rule) if exponent > 0 and base.is_nonnegative else rule, (base,), (
            (lambda u: u < 0) if exponent > 0 else (lambda u: u <= 0))  # fmt: skip
    return series.power, (base, exponent), (lambda u, v: u < 0 or (u.is_zero() and v <= 0))


def _outside(known: Function, order: Expr | None, *arguments: Ball) -> bool:
    """Whether the arguments of a function are shown to lie outside of its domain."""
    assert known.domain is not None
    if known.domain[1] == NO_POLE:
        return bool(arguments[0].is_integer() and arguments[0] <= 0)
    (gap,) = _guard(known, order).at(arguments)
    if gap is UNDEFINED or not gap.is_finite():
        return False
    relation = known.domain[1]
    return bool(gap <= 0 if relation == POSITIVE else gap.is_zero() if relation == NONZERO else gap < 0)


@lru_cache(maxsize=256)
def _guard(known: Function, order: Expr | None) -> Tape:
    assert known.domain is not None
    dummies = [Dummy(real=True) for _ in range(known.least - (order is not None))]
    return Tape([known.domain[0](*([] if order is None else [order]), *dummies)], dummies)


def exponentials(expr: Expr) -> list[tuple[Expr, Expr]] | None:
    """[(log a, u), (log b, v)] for a·exp(u) + b·exp(v) with positive numbers a and b, either u or v perhaps 0."""
    if not expr.is_Add or len(expr.args) != 2:
        return None
    found = []
    for term in expr.args:
        coefficient, rest = term.as_coeff_Mul()
        if term.is_number:
            coefficient, rest = term, S.One
        if not (rest is S.One or isinstance(rest, sympy.exp)) or not coefficient.is_positive:
            return None
        found.append((sympy.log(coefficient), S.Zero if rest is S.One else rest.args[0]))
    return found if any(not u.is_number for _, u in found) else None


def _product(*parts: Series) -> Series:
    total = reduce(mul, parts)
    if not total.length() and not all(part[0].is_finite() for part in parts):
        return unknown()  # the library's product with nothing is nothing
    return total

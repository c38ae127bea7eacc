"""What is wrong with a derivative that is wrong, in words, each proved before it is said.

Every suspicion is an expression that the given one would have to equal. Most are refuted by their
numbers at three points; one that is not must be proved equal, or it is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from time import monotonic
from typing import Any

import sympy
from mpmath import mp
from sympy import Expr, S, Symbol

from symopt.checking.explain.slips import derivative, name_of, slips
from symopt.checking.places import exact
from symopt.checking.precise import DIGITS, Beyond, Point, Undefined
from symopt.checking.prove.equal import equal
from symopt.expression import deep
from symopt.functions import FUNCTIONS, row

SMALL = 400
PROOF = 60_000


@dataclass(frozen=True)
class Case:
    """One wrong component: what was given and expected, the loss, the variables that it is derived by.

    others: expressions that could have been taken for it, with their names.
    points: a few places where everything is defined; until: the moment at which to give up.
    """

    given: Expr
    expected: Expr
    loss: Expr
    by: tuple[Symbol, ...]
    variables: tuple[Symbol, ...]
    others: tuple[tuple[Expr, str], ...]
    points: tuple[tuple[float, ...], ...]
    until: float

    @cached_property
    def places(self) -> list[Point]:
        with mp.workdps(DIGITS):
            return [Point(dict(zip(self.variables, exact(p), strict=True))) for p in self.points]

    @cached_property
    def inner(self) -> list[Expr]:
        return inner_derivatives(self)

    def values(self, expr: Expr) -> list[Any] | None:
        """The numbers of an expression at the points; None if one is missing."""
        with mp.workdps(DIGITS), deep():
            try:
                return [place.of(expr) for place in self.places]
            except (Undefined, Beyond, ZeroDivisionError):
                return None

    @cached_property
    def given_values(self) -> list[Any]:
        return self.values(self.given) or []

    @cached_property
    def expected_values(self) -> list[Any]:
        return self.values(self.expected) or []

    def is_given(self, suspect: Expr) -> bool:
        """Whether the given derivative is shown to be this expression."""
        return self.same(self.given, self.given_values, suspect)

    def same(self, expr: Expr, numbers: list[Any], suspect: Expr) -> bool:
        if monotonic() > self.until:
            return False
        return _alike(numbers, self.values(suspect)) and equal(expr, suspect, (self.loss,), PROOF)


def diagnose(case: Case) -> str | None:
    """The first explanation that is proved, from the plainest to the farthest; None if there is none."""
    if not case.points or not case.given_values or not case.expected_values:
        return None
    with deep(), mp.workdps(DIGITS):
        rounded = next(decimals(case), None)
        if rounded is not None:
            return rounded
        taken, factor = next(confused(case), None), next(whole(case), None)
        if factor is not None:
            return f"{factor}; {taken}" if taken is not None else factor
        if taken is not None:
            chained = next((words for words in derivation(case) if "chain-rule factor" in words), None)
            return f"{chained}; {taken}" if chained is not None else taken
        for search in SEARCHES:
            if monotonic() > case.until:
                return None
            found = next(search(case), None)
            if found is not None:
                return found
    return None


# whole derivatives taken for another


def confused(case: Case) -> Iterator[str]:
    """Another derivative, or f itself, in the place of this one."""
    for other, text in case.others:
        if case.is_given(other):
            yield text


def whole(case: Case) -> Iterator[str]:
    """A constant factor of everything, or the sign."""
    if case.given == 0:
        yield f"missing term {name_of(case.expected)}: it is zero here"
        return
    found = factor_between(case, case.expected, case.given, constant=True)
    if found is not None:
        yield factor_words(case, *found, "")


def whole_factor(case: Case) -> Iterator[str]:
    """A factor of everything that is not constant."""
    found = factor_between(case, case.expected, case.given, constant=False)
    if found is not None:
        yield factor_words(case, *found, "")


def factor_between(case: Case, right: Expr, wrong: Expr, constant: bool | None = None) -> tuple[Expr, bool] | None:
    """(c, False) with right = c·wrong, or (c, True) with wrong = c·right, whichever c is the simpler; proved."""
    a, b = case.values(right), case.values(wrong)
    if a is None or b is None or any(v == 0 for v in (*a, *b)):
        return None
    with mp.workdps(DIGITS):
        ratios = [p / q for p, q in zip(a, b, strict=True)]
        if constant is not None and _constant(ratios) != constant:
            return None
        if _constant(ratios):
            forward = recognised(ratios[0], case)
            backward = recognised(1 / ratios[0], case)
            both = [(c, turned) for c, turned in ((forward, False), (backward, True)) if c is not None]
            both.sort(key=lambda pair: _awkward(pair[0], wrong if pair[1] else right))
            for c, turned in both:
                ok = equal(wrong, c * right, (case.loss,), PROOF) if turned else (
                    equal(right, c * wrong, (case.loss,), PROOF))  # fmt: skip
                if ok:
                    return c, turned
            return None
        for candidate in case.inner:
            numbers = case.values(candidate)
            if numbers is None or any(v == 0 for v in numbers):
                continue
            if _alike(ratios, numbers) and equal(right, candidate * wrong, (case.loss,), PROOF):
                return candidate, False
            if _alike([1 / r for r in ratios], numbers) and equal(wrong, candidate * right, (case.loss,), PROOF):
                return candidate, True
    return None


def factor_words(case: Case, c: Expr, extra: bool, where: str) -> str:
    """'missing factor pi/20 in the term …', 'wrong sign …', and the chain rule where it explains the factor."""
    place = f" in the term {where}" if where else ""
    if c == -1:
        return f"wrong sign{' of the term ' + where if where else ''} (missing factor -1)"
    kind = "extra" if extra else "missing"
    inverse = f" (missing factor {name_of(1 / c)})" if extra and c.is_number else ""
    text = f"{kind} factor {name_of(c)}{inverse}{place}"
    for base in (10, 2):
        if c in (sympy.log(base), 1 / sympy.log(base)):
            text += f" (log{base} for log, or log for log{base})"
    if c in (sympy.pi / 180, 180 / sympy.pi):
        text += " (degrees for radians)"
    for argument in arguments(case.loss):
        for x in case.by:
            slope = derivative(argument, x)
            if slope == c or slope == -c:
                if c.is_number:
                    return f"{text}: the chain-rule factor, the derivative of {name_of(argument)}"
                return f"{kind} chain-rule factor {name_of(c)}{place}, the derivative of {name_of(argument)}"
            if slope != 0 and c.is_number and not extra and slope**2 == c:
                return f"{text}: the chain-rule factor of {name_of(argument)}, squared"
    if c.is_number and c.is_negative:
        text += " (wrong sign too)"
    return text


def arguments(expr: Expr) -> list[Expr]:
    """The inner functions of an expression: what stands inside calls and powers."""
    found: dict[Expr, None] = {}
    for part in sympy.preorder_traversal(expr):
        if len(found) > 40:
            break
        if isinstance(part, sympy.Pow):
            for inner in part.args:
                if inner.free_symbols and not inner.is_Symbol:
                    found[inner] = None
        elif isinstance(part, sympy.Function) and not isinstance(part, sympy.Piecewise):
            for inner in part.args:
                if isinstance(inner, Expr) and inner.free_symbols and not inner.is_Symbol:
                    found[inner] = None
    return list(found)


def inner_derivatives(case: Case) -> list[Expr]:
    """Factors that the chain rule asks for, and those that powers leave behind."""
    found: dict[Expr, None] = {}
    for argument in arguments(case.loss):
        for x in case.by:
            slope = derivative(argument, x)
            for candidate in (slope, -slope, slope**2):
                if candidate.free_symbols:
                    found[candidate] = None
            if slope.free_symbols:
                constant, rest = slope.as_independent(*slope.free_symbols, as_Add=False)
                if constant != 1:
                    found[rest] = None
        found[argument] = None
    for x in case.variables:
        for n in (1, 2, 3):
            found[x**n] = None
    for part in sympy.preorder_traversal(case.loss):
        if isinstance(part, (sympy.Function, sympy.Pow)) and part.free_symbols and len(found) < 120:
            found[part] = None
    return list(found)


# constants


def recognised(number: Any, case: Case) -> Expr | None:
    """A number of fifty digits as a rational, times powers of π, square roots and the constants of the loss."""
    forms: list[Expr] = [S.One]
    forms += [sympy.pi**k for k in (1, -1, 2, -2, 3, -3, 4, -4)]
    forms += [sympy.sqrt(m) for m in (2, 3, 5, 6, 7, 10, 11, 13)]
    forms += [sympy.sqrt(sympy.pi), 1 / sympy.sqrt(sympy.pi), sympy.sqrt(2 * sympy.pi), 1 / sympy.sqrt(2 * sympy.pi)]
    forms += [f for m in (2, 10, 3) for f in (sympy.log(m), 1 / sympy.log(m))]
    forms += [sympy.E, sympy.exp(-1), sympy.log(2) / sympy.log(10)]
    own: dict[Expr, None] = {}
    for expr in (case.expected, case.given, case.loss):
        for part in sympy.preorder_traversal(expr):
            if isinstance(part, Expr) and part.is_number and not part.is_Rational and len(own) < 12:
                own[part] = None
            elif part.is_Mul:
                constant = sympy.Mul(*(a for a in part.args if a.is_number))
                if not constant.is_Rational and len(own) < 12:
                    own[constant] = None
    for constant in own:
        forms += [constant, 1 / constant, constant**2]
    for form in dict.fromkeys(forms):
        with mp.workdps(DIGITS):
            try:
                size = Point({}).of(form)
            except (Undefined, Beyond):
                continue
            rational = _fraction(number / size)
        if rational is not None:
            return sympy.Rational(rational.numerator, rational.denominator) * form
    return None


def _fraction(number: Any) -> Fraction | None:
    """The rational with a small denominator that a number is to 35 digits."""
    limit = mp.mpf(10) ** -35
    a = number
    p, q, p_before, q_before = 1, 0, 0, 1
    for _ in range(20):
        whole = int(mp.floor(a))
        p, q, p_before, q_before = whole * p + p_before, whole * q + q_before, p, q
        if q > 10**7 or abs(p) > 10**9:
            return None
        if abs(mp.mpf(p) / q - number) <= limit * abs(number):
            return Fraction(p, q)
        if a == whole:
            return None
        a = 1 / (a - whole)
    return None


def _awkward(c: Expr, of: Expr) -> tuple[bool, bool, int]:
    """A key that puts first the way of naming a factor that people would choose: one that is seen, or whole."""
    seen = of.as_independent(*of.free_symbols, as_Add=False)[0] if of.free_symbols else of
    natural = c.has(sympy.pi) and not sympy.denom(c).has(sympy.pi)
    return (seen != c, sympy.denom(c) != 1 and not natural, len(str(c)))


# single terms


def term_lists(expr: Expr, case: Case) -> list[list[Expr]]:
    """The ways in which a derivative is a sum: as it stands, expanded, by the terms of the loss."""
    lists = []
    if expr.is_Add:
        lists.append(list(expr.args))
    if sympy.count_ops(expr) <= SMALL:
        expanded = sympy.expand_mul(expr)
        if expanded.is_Add and list(expanded.args) not in lists:
            lists.append(list(expanded.args))
        expanded = sympy.expand(expr)
        if expanded.is_Add and list(expanded.args) not in lists:
            lists.append(list(expanded.args))
    return [terms for terms in lists if len(terms) <= 60]


def loss_terms(case: Case) -> list[Expr]:
    if not case.loss.is_Add or len(case.loss.args) > 60:
        return []
    return [d for d in (derivative(t, *case.by) if len(case.by) == 1 else sympy.diff(t, *case.by)
                        for t in case.loss.args) if d != 0]  # fmt: skip


def single_terms(case: Case) -> Iterator[str]:
    """One term that is missing, too many, or has a wrong sign or a wrong constant factor."""
    yield from _terms(case, constant=True)


def single_factors(case: Case) -> Iterator[str]:
    """One term with a wrong factor that is not constant, or in the place of another."""
    yield from _terms(case, constant=False)


def _terms(case: Case, constant: bool) -> Iterator[str]:
    expected_lists = [*term_lists(case.expected, case), loss_terms(case)]
    given_lists = term_lists(case.given, case) or [[case.given]]
    gap = case.given - case.expected
    gaps = [g - e for g, e in zip(case.given_values, case.expected_values, strict=True)]
    size = sympy.nsimplify(gap) if gap.is_number else sympy.expand(gap) if constant and case.expected.is_Add else gap
    if constant and size.is_Rational and size != 0 and case.expected.free_symbols:
        own = [t for terms in expected_lists for t in terms if t.is_number]
        if not any(_simple((t + size) / t) for t in own) and equal(gap, size, (case.loss,), PROOF):
            yield f"extra term {size}" if size > 0 else f"missing term {-size}"
    for terms in expected_lists if constant else []:
        for term in terms:
            numbers = case.values(term)
            if numbers is not None and _alike([-g for g in gaps], numbers) and equal(gap, -term, (case.loss,), PROOF):
                yield f"missing term {name_of(term)}"
    for terms in given_lists if constant else []:
        for term in terms:
            numbers = case.values(term)
            if numbers is not None and _alike(gaps, numbers) and equal(gap, term, (case.loss,), PROOF):
                yield f"extra term {name_of(term)}"
    for terms in expected_lists:
        for term in terms:
            found = factor_between(case, term, gap + term, constant)
            if found is not None:
                yield factor_words(case, *found, name_of(term))
    for wrongs in given_lists if not constant else []:
        for rights in expected_lists:
            if len(wrongs) * len(rights) > 400:
                continue
            right_numbers = [(t, case.values(t)) for t in rights]
            for wrong in wrongs:
                wrong_numbers = case.values(wrong)
                for right, numbers in right_numbers:
                    if wrong_numbers is None or numbers is None:
                        continue
                    if _alike(gaps, [a - b for a, b in zip(wrong_numbers, numbers, strict=True)]) and equal(
                        gap, wrong - right, (case.loss,), PROOF
                    ):
                        yield replaced(wrong, right)


def _simple(ratio: Expr) -> bool:
    """Whether a ratio is 0, ±1, ±2, … or one over that."""
    return bool(ratio == 0 or ratio.is_Integer or (1 / ratio).is_Integer)


def replaced(wrong: Expr, right: Expr) -> str:
    """The words for a term in the place of another, with the factor between them where it is short."""
    text = f"the term {name_of(wrong)} stands where {name_of(right)} belongs"
    ratio = right / wrong
    if sympy.count_ops(ratio) <= 6:
        text += f" (missing factor {name_of(ratio)})"
    return text


def several_terms(case: Case) -> Iterator[str]:
    """Two or three terms with constant factors of their own."""
    for rights in [*term_lists(case.expected, case), loss_terms(case)]:
        for wrongs in [*term_lists(case.given, case), [case.given]]:
            if not 2 <= len(rights) <= 24 or len(wrongs) > 24:
                continue
            words = matched(case, rights, wrongs)
            if words and len(words) <= 3:
                yield "; ".join(words)


def matched(case: Case, rights: Sequence[Expr], wrongs: Sequence[Expr]) -> list[str] | None:
    """Each given term beside the expected one that it is a multiple of: the differences, or None."""
    left = [(t, case.values(t)) for t in wrongs]
    if any(v is None or any(x == 0 for x in v) for _, v in left):
        return None
    words: list[str] = []
    pairs: list[tuple[Expr, Expr | None, Expr]] = []
    for right in rights:
        numbers = case.values(right)
        if numbers is None:
            return None
        options = []
        for k, (wrong, values) in enumerate(left):
            ratios = [a / b for a, b in zip(numbers, values or [], strict=True)]
            if _constant(ratios):
                options.append((abs(ratios[0] - 1), k, wrong, ratios[0]))
        if not options:
            pairs.append((right, None, S.Zero))
            continue
        _, k, wrong, ratio = min(options, key=lambda o: o[0])
        left.pop(k)
        c = recognised(ratio, case)
        if c is None or not equal(right, c * wrong, (case.loss,), PROOF):
            return None
        pairs.append((right, wrong, c))
    for right, wrong, c in pairs:
        if wrong is None:
            words.append(f"missing term {name_of(right)}")
        elif c != 1:
            found = factor_between(case, right, wrong)
            if found is None:
                return None
            words.append(factor_words(case, *found, name_of(right)))
    words += [f"extra term {name_of(wrong)}" for wrong, _ in left]
    return words


# slips of the derivation


def derivation(case: Case) -> Iterator[str]:
    """One rule broken on the way from f to f′, or from f′ to f″."""
    starts: list[tuple[Expr, Symbol, str]] = []
    if len(case.by) == 1:
        starts.append((case.loss, case.by[0], ""))
    else:
        for first, second in {(case.by[0], case.by[1]), (case.by[1], case.by[0])}:
            starts.append((derivative(case.loss, first), second, ""))
    for start, x, tail in starts:
        if sympy.count_ops(start) > SMALL:
            continue
        for wrong, reason in slips(start, x):
            if case.is_given(wrong):
                yield reason + tail
    if len(case.by) == 2 and sympy.count_ops(case.loss) <= SMALL // 4:
        for wrong, reason in slips(case.loss, case.by[0]):
            if case.is_given(derivative(wrong, case.by[1])):
                yield f"{reason}, in the first derivative"


def _angle(expr: sympy.Basic) -> bool:
    """Whether an expression is a function of an angle."""
    known = row(expr)
    return known is not None and "angle" in known.traits


def angles(case: Case) -> Iterator[str]:
    """Degrees for radians, a logarithm to another base."""
    degree = sympy.pi / 180
    loss, by = case.loss, case.by
    for right in dict.fromkeys((case.expected, derivative(case.loss, *by) if len(by) == 1 else case.expected)):
        if any(map(_angle, sympy.preorder_traversal(right))):
            for factor, words in ((degree, "degrees for radians: the angle is read in degrees"),
                                  (1 / degree, "degrees for radians: the angle is turned to degrees")):  # fmt: skip
                turned = right.replace(_angle, lambda e, f=factor: e.func(e.args[0] * f))
                if case.is_given(turned):
                    yield words
                other = loss.replace(_angle, lambda e, f=factor: e.func(e.args[0] * f))
                if case.is_given(sympy.diff(other, *by)):
                    yield words
                for scale in (factor, factor**2):
                    if case.is_given(right * scale):
                        yield words
        if right.has(sympy.log):
            yield from logarithms(case, right, (case.given, case.given_values))
    if loss.has(sympy.log):
        for base in (10, 2):
            wrong = loss.replace(
                sympy.log, lambda u, b=base: sympy.log(u) / sympy.log(b) if u.free_symbols else sympy.log(u)
            )
            if case.is_given(sympy.diff(wrong, *by)):
                yield f"log{base} for log: the loss has the natural logarithm"
            for part in loss.atoms(sympy.log):
                if part.free_symbols and case.is_given(sympy.diff(loss.xreplace({part: part / sympy.log(base)}), *by)):
                    yield f"log{base} for log in {name_of(part)}: missing factor log({base})"
                if part.free_symbols and case.is_given(sympy.diff(loss.xreplace({part: part * sympy.log(base)}), *by)):
                    yield f"log for log{base} in {name_of(part)}: missing factor 1/log({base})"


def logarithms(case: Case, right: Expr, target: tuple[Expr, list[Any]]) -> Iterator[str]:
    for base in (10, 2):
        logs = [part for part in right.atoms(sympy.log) if part.free_symbols]
        for chosen in [logs, *([part] for part in logs)] if len(logs) <= 8 else [logs]:
            wrong = right.xreplace({part: part / sympy.log(base) for part in chosen})
            if case.same(*target, wrong):
                yield f"log{base} for log" + ("" if chosen is logs else f" in {name_of(chosen[0])}")


def exchanged(case: Case) -> Iterator[str]:
    """Two variables, or two functions, one for the other."""
    variables = [v for v in case.variables if v in case.expected.free_symbols | case.given.free_symbols]
    if len(case.variables) <= 6:
        for i, x in enumerate(case.variables):
            for y in case.variables[:i]:
                moving = x in variables or y in variables
                if moving and case.is_given(case.expected.xreplace({x: y, y: x})):
                    yield f"{y} and {x} are exchanged"
    if sympy.count_ops(case.expected) > SMALL:
        return
    for part in list(dict.fromkeys(sympy.preorder_traversal(case.expected)))[:60]:
        if part.is_Symbol and part in case.variables:
            for y in case.variables:
                if y != part and case.is_given(case.expected.xreplace({part: y})):
                    yield f"{y} stands where {part} belongs"
        known = row(part)
        for name in () if known is None else known.mistaken.split():
            if case.is_given(case.expected.xreplace({part: FUNCTIONS[name].build(part.args[0])})):
                yield f"{name} stands where {part.func.__name__} belongs, at {name_of(part)}"
        if (_angle(part) or isinstance(part, (sympy.exp, sympy.log, sympy.Pow))) and part.free_symbols:
            if isinstance(part, sympy.exp) and case.is_given(case.expected.xreplace({part: sympy.exp(-part.args[0])})):
                yield f"wrong sign in the exponent of {name_of(part)}"
            if case.is_given(case.expected.xreplace({part: S.One})):
                yield f"missing factor {name_of(part)}"
            if case.is_given(case.expected.xreplace({part: part**2})):
                yield f"extra factor {name_of(part)}"
        if part.is_Add and part.free_symbols and len(part.args) <= 12:
            for k, term in enumerate(part.args):
                rest = sympy.Add(*part.args[:k], *part.args[k + 1 :])
                if case.is_given(case.expected.xreplace({part: rest})):
                    yield f"missing term {name_of(term)} in {name_of(part)}"
                if case.is_given(case.expected.xreplace({part: rest - term})):
                    yield f"wrong sign of {name_of(term)} in {name_of(part)}"


def decimals(case: Case) -> Iterator[str]:
    """Constants written with too few digits."""
    swapped = read_decimals(case.given)
    if swapped is not None and case.same(case.expected, case.expected_values, swapped[0]):
        yield "rounded constants: " + ", ".join(f"{a} for {b}" for a, b in swapped[1])
    swapped = read_decimals(case.expected)
    if swapped is not None and case.is_given(swapped[0]):
        yield "not the constants of the loss: " + ", ".join(f"{b} for {a}" for a, b in swapped[1])


def read_decimals(expr: Expr, least: int = 3) -> tuple[Expr, list[tuple[str, str]]] | None:
    """The expression with decimals of at least so many figures read as what they round; None if there are none."""
    found: dict[Expr, Expr] = {}
    for number in expr.atoms(sympy.Rational):
        text = decimal(number)
        figures = len(re.sub(r"^0+", "", text.replace(".", "").lstrip("-"))) if text else 0
        if not text or figures < least:
            continue
        better = known_constant(number, figures)
        if better is not None:
            found[number] = better
    if not found:
        return None
    return expr.xreplace(found), [(decimal(a), str(b)) for a, b in found.items()]


def decimal(number: sympy.Rational) -> str:
    """The decimal that a rational was typed as, '' if its denominator has other primes than 2 and 5."""
    p, q = int(number.p), int(number.q)
    places = 0
    while (q % 10 and q != 1 and places < 40) or q > 1:
        p, places = p * 10, places + 1
        if p % q == 0:
            p, q = p // q, 1
        if places > 40:
            return ""
    digits = f"{abs(p):0{places + 1}d}"
    text = digits[:-places] + "." + digits[-places:] if places else digits
    return ("-" if number < 0 else "") + text if places else ""


def known_constant(number: sympy.Rational, figures: int) -> Expr | None:
    """The constant that a decimal of so many figures rounds: a multiple of π or of a root, a third, …"""
    with mp.workdps(DIGITS):
        value = mp.mpf(int(number.p)) / int(number.q)
        slack = mp.mpf(10) ** (1 - figures)
        forms: Iterable[Expr] = (sympy.pi, S.One, 1 / sympy.pi, sympy.pi**2, sympy.sqrt(2), sympy.sqrt(3),
                                 sympy.sqrt(sympy.pi), 1 / sympy.sqrt(sympy.pi), sympy.E, sympy.log(2), sympy.log(10),
                                 1 / sympy.log(10), 1 / sympy.log(2))  # fmt: skip
        for form in forms:
            size = Point({}).of(form)
            for q in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 40, 50, 60, 90, 100, 180, 200, 360, 400):
                p = mp.nint(value / size * q)
                if p == 0 or abs(p) > 400:
                    continue
                close = p / q * size
                if close != value and abs(close - value) <= slack * abs(value):
                    return sympy.Rational(int(p), q) * form
    return None


def numbers(case: Case) -> Iterator[str]:
    """One number of the right derivative changed: a coefficient or an exponent."""
    if sympy.count_ops(case.expected) > SMALL // 2:
        return
    for tried, (path, number) in enumerate(_numbers(case.expected)):
        if tried >= 30:
            return
        for delta in (1, -1, 2, -2):
            other = number + delta
            if case.is_given(_at(case.expected, path, other)):
                yield f"{name_of(other)} stands where {name_of(number)} belongs"
        for other in (2 * number, number / 2, -number, 1 / number if number else number):
            if other != number and case.is_given(_at(case.expected, path, other)):
                yield f"{name_of(other)} stands where {name_of(number)} belongs"


def _numbers(expr: Expr, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Expr]]:
    for k, part in enumerate(expr.args):
        if isinstance(part, sympy.Rational):
            yield (*path, k), part
        elif isinstance(part, Expr):
            yield from _numbers(part, (*path, k))


def _at(expr: Expr, path: tuple[int, ...], value: Expr) -> Expr:
    if not path:
        return value
    parts = list(expr.args)
    parts[path[0]] = _at(parts[path[0]], path[1:], value)
    return expr.func(*parts)


SEARCHES = (angles, single_terms, derivation, whole_factor, single_factors, exchanged, several_terms, numbers)


def _alike(a: list[Any] | None, b: list[Any] | None) -> bool:
    """Whether two lists of numbers agree to 30 digits."""
    if not a or not b or len(a) != len(b):
        return False
    with mp.workdps(DIGITS):
        limit = mp.mpf(10) ** -30
        return all(abs(p - q) <= limit * max(abs(p), abs(q)) for p, q in zip(a, b, strict=True))


def _constant(ratios: Sequence[Any]) -> bool:
    with mp.workdps(DIGITS):
        limit = mp.mpf(10) ** -30
        return all(abs(r - ratios[0]) <= limit * abs(ratios[0]) for r in ratios)

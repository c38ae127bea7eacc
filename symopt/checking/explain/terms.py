"""The terms and factors of a derivative: which of them is missing, too many, or has a wrong sign or factor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy
from sympy import Expr, S

from symopt.balls.working import working_digits
from symopt.checking.explain.case import DIGITS, SMALL, Case, alike, arguments, steady
from symopt.checking.explain.constants import recognised
from symopt.checking.explain.sizes import TERMS, expanded, term_count
from symopt.checking.explain.slips import name_of


def whole(case: Case, constant: bool = True) -> Iterator[str]:
    """A factor of everything, constant (as the sign is) or not."""
    if case.given == 0:
        yield f"missing term {name_of(case.expected)}: it is zero here"
    elif (found := factor_between(case, case.expected, case.given, constant)) is not None:
        yield factor_words(case, *found, "")


def factor_between(case: Case, right: Expr, wrong: Expr, constant: bool | None = None) -> tuple[Expr, bool] | None:
    """(c, False) with right = c·wrong, or (c, True) with wrong = c·right, whichever c is the simpler; proved."""
    a, b = case.values(right), case.values(wrong)
    if a is None or b is None or any(v == 0 for v in (*a, *b)):
        return None
    with working_digits(DIGITS):
        ratios = [p / q for p, q in zip(a, b, strict=True)]
        if constant is not None and steady(ratios) != constant:
            return None
        if steady(ratios):
            forward = recognised(ratios[0], case)
            backward = recognised(1 / ratios[0], case)
            both = [(c, turned) for c, turned in ((forward, False), (backward, True)) if c is not None]
            both.sort(key=lambda pair: _awkward(pair[0], wrong if pair[1] else right))
            for c, turned in both:
                ok = case.proved(wrong, c * right) if turned else (
                    case.proved(right, c * wrong))  # fmt: skip
                if ok:
                    return c, turned
            return None
        for candidate in case.inner:
            numbers = case.values(candidate)
            if numbers is None or any(v == 0 for v in numbers):
                continue
            if alike(ratios, numbers) and case.proved(right, candidate * wrong):
                return candidate, False
            if alike([1 / r for r in ratios], numbers) and case.proved(wrong, candidate * right):
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
            slope = sympy.diff(argument, x)
            if slope == c or slope == -c:
                if c.is_number:
                    return f"{text}: the chain-rule factor, the derivative of {name_of(argument)}"
                return f"{kind} chain-rule factor {name_of(c)}{place}, the derivative of {name_of(argument)}"
            if slope != 0 and c.is_number and not extra and slope**2 == c:
                return f"{text}: the chain-rule factor of {name_of(argument)}, squared"
    if c.is_number and c.is_negative:
        text += " (wrong sign too)"
    return text


def _awkward(c: Expr, of: Expr) -> tuple[bool, bool, int]:
    """A key that puts first the way of naming a factor that people would choose: one that is seen, or whole."""
    seen = of.as_independent(*of.free_symbols, as_Add=False)[0] if of.free_symbols else of
    natural = c.has(sympy.pi) and not sympy.denom(c).has(sympy.pi)
    return (seen != c, sympy.denom(c) != 1 and not natural, len(str(c)))


def term_lists(expr: Expr, case: Case) -> list[list[Expr]]:
    """The ways in which a derivative is a sum: as it stands, expanded, by the terms of the loss."""
    lists = []
    if expr.is_Add:
        lists.append(list(expr.args))
    if sympy.count_ops(expr) <= SMALL and term_count(expr) <= TERMS:
        for form in (sympy.expand_mul(expr), sympy.expand(expr)):
            if form.is_Add and list(form.args) not in lists:
                lists.append(list(form.args))
    return [found for found in lists if len(found) <= 60]


def loss_terms(case: Case) -> list[Expr]:
    if not case.loss.is_Add or len(case.loss.args) > 60:
        return []
    return [d for term in case.loss.args if (d := sympy.diff(term, *case.by)) != 0]


def single_terms(case: Case, constant: bool = True) -> Iterator[str]:
    """One term that is missing, too many, or has a wrong sign or a wrong constant factor.

    constant=False: one with a wrong factor that is not constant, or in the place of another.
    """
    expected_lists = [*term_lists(case.expected, case), loss_terms(case)]
    given_lists = term_lists(case.given, case) or [[case.given]]
    gap = case.given - case.expected
    gaps = [g - e for g, e in zip(case.given_values, case.expected_values, strict=True)]
    if gap.is_number:
        size = sympy.nsimplify(gap) if sympy.count_ops(gap) <= SMALL // 10 else gap
    else:
        size = expanded(gap) if constant and case.expected.is_Add else gap
    if constant and size.is_Rational and size != 0 and case.expected.free_symbols:
        own = [t for terms in expected_lists for t in terms if t.is_number]
        if not any(_simple((t + size) / t) for t in own) and case.proved(gap, size):
            yield f"extra term {size}" if size > 0 else f"missing term {-size}"
    for terms in expected_lists if constant else []:
        for term in terms:
            numbers = case.values(term)
            if numbers is not None and alike([-g for g in gaps], numbers) and case.proved(gap, -term):
                yield f"missing term {name_of(term)}"
    for terms in given_lists if constant else []:
        for term in terms:
            numbers = case.values(term)
            if numbers is not None and alike(gaps, numbers) and case.proved(gap, term):
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
                    if alike(gaps, [a - b for a, b in zip(wrong_numbers, numbers, strict=True)]) and case.proved(
                        gap, wrong - right
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
            if steady(ratios):
                options.append((abs(ratios[0] - 1), k, wrong, ratios[0]))
        if not options:
            pairs.append((right, None, S.Zero))
            continue
        _, k, wrong, ratio = min(options, key=lambda o: o[0])
        left.pop(k)
        c = recognised(ratio, case)
        if c is None or not case.proved(right, c * wrong):
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

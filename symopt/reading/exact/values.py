"""Numbers, conditions and what Python's operators make of them: everything exact.

An int or a bool of the file is Python's own, a float an expression (0.1 is 1/10, with its double beside it), a
comparison of expressions a condition; only what numpy keeps as an array is one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S
from sympy.logic.boolalg import Boolean

from symopt.forms import folded
from symopt.reading.exact.covered import covered
from symopt.reading.exact.doubles import ROUNDS, either, held, itself, nearest, plain, related
from symopt.reading.exact.ties import tied
from symopt.reading.source import Unreadable
from symopt.reading.words import said
from symopt.work import spend

MAX_SIZE = 40_000  # entries of an array, items of a list
MIDDLING, SHORT = 2_000, 200  # operations up to which comparisons are looked at, and tried at points
MAX_DIGITS = 20_000  # bits of a whole number
OPENED = 5_000  # units for a case of a condition


NOTHING = S.ComplexInfinity  # the nan that a file names; S.NaN is what nobody has given a value


class Narrow(str):
    """The kind, i or f, of numbers of fewer digits than those of Python; width: numpy's dtype."""

    width: np.dtype

    def __new__(cls, width: Any) -> Narrow:
        found = super().__new__(cls, "f" if np.dtype(width).kind == "f" else "i")
        found.width = np.dtype(width)
        return found


class Whole(int):
    """A whole number of numpy, which overflows."""


class NeedsValues(Exception):
    """The entries of an array of letters decide what is read: the values that stand for them, one after the other."""

    def __init__(self, name: str, values: tuple[int, ...]) -> None:
        super().__init__(name)
        self.name, self.values = name, values


def array_of(letter: Any) -> str:
    """The array to which a letter of data belongs; none for whatever else."""
    return str(letter.name).partition("[")[0] if getattr(letter, "is_Symbol", False) and "[" in letter.name else ""


def exact(value: Any) -> Any:
    """A number of Python or numpy as an exact one; whatever else as it is."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, np.integer):
        return Whole(value)
    if isinstance(value, int):
        return value if type(value) in (int, Whole) else int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if number != number:
            return NOTHING
        if number in (float("inf"), float("-inf")):
            return S.Infinity if number > 0 else S.NegativeInfinity
        return held(sympy.Rational(repr(number)), number, number)
    if isinstance(value, (complex, np.complexfloating)):
        raise Unreadable("complex numbers")
    return value


def is_condition(value: Any) -> bool:
    """Whether a value is true or false, and no number (to sympy a symbol may be both)."""
    return isinstance(value, Boolean) and not isinstance(value, Expr)


def is_scalar(value: Any) -> bool:
    return isinstance(value, (bool, int, float, Expr, Boolean, np.generic))


def kind(value: Any) -> str:
    """b, i or f: what numpy would make of a number."""
    return "b" if isinstance(value, bool) or is_condition(value) else "i" if isinstance(value, int) else "f"


def expression(value: Any) -> Any:
    """A number or a condition as sympy has it."""
    value = exact(value)
    if isinstance(value, bool):
        return S.true if value else S.false
    if isinstance(value, int):
        if value.bit_length() > 1023:
            raise Unreadable("a whole number beyond the largest double")
        return sympy.Integer(int(value))
    if isinstance(value, (Expr, Boolean)):
        return value
    raise Unreadable(f"{said(value)} where a number is needed")


def number(value: Any) -> Any:
    """A condition in arithmetic: 1 where it holds, 0 where it does not."""
    if value in (S.true, S.false):
        return S.One if value == S.true else S.Zero
    return choose(value, S.One, S.Zero) if is_condition(value) else value


def scalar(value: Any, of: str) -> Any:
    """An entry of an array of a kind as Python has it; None if only an array of no dimension can tell its kind."""
    if of == "i":
        return Whole(value) if value.is_Integer else None
    return bool(value) if value in (S.true, S.false) else value


def each(function: Callable[[Any], Any], entries: np.ndarray) -> np.ndarray:
    """An array of what a function makes of each entry."""
    return np.asarray(np.frompyfunc(function, 1, 1)(entries), dtype=object)


def whole(value: Any) -> int:
    """A whole number that is known."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.view(np.ndarray).reshape(-1)[0]
    if isinstance(value, (int, np.integer)) or getattr(value, "is_Integer", False):
        return int(value)
    raise Unreadable(f"{value} where a whole number must be known")


SIGNS = {sympy.StrictLessThan: "<", sympy.LessThan: "<=", sympy.StrictGreaterThan: ">", sympy.GreaterThan: ">=",
         sympy.Equality: "==", sympy.Unequality: "!="}  # fmt: skip


def relation(of: Any) -> Callable[[Any, Any], Any]:
    def compare(a: Any, b: Any) -> Any:
        a, b = number(a), number(b)
        if {a, b} & {S.NaN, NOTHING}:
            raise Unreadable("a comparison with what has no value")
        if a.is_number and b.is_number and a.is_finite is not False and b.is_finite is not False:
            return S.true if related(SIGNS[of], a, b) else S.false
        if of in (sympy.Equality, sympy.Unequality):
            for side, other in ((a, b), (b, a)):
                if (name := array_of(side)) and a != b:
                    raise NeedsValues(name, _labels(other))
        a, b = plain(a), plain(b)
        if not (a.is_number and b.is_number):
            untied(a, b)
        return between(of, a, b)

    return compare


def between(of: Any, a: Any, b: Any) -> Any:
    """A comparison as it stands; what is no number yet is finite."""
    infinite = (S.Infinity, S.NegativeInfinity)
    if a in infinite or b in infinite:
        return of(*(side if side in infinite else S.Zero for side in (a, b)))
    return of(a, b, evaluate=bool(a.is_number and b.is_number))


def untied(a: Any, b: Any = S.Zero) -> None:
    """Raises Rounding where rounding decides how two expressions in the variables are compared."""
    if a == b and itself(a):
        return
    operations = size(a) + size(b)
    if operations < MIDDLING:
        tied(a, b, operations < SHORT)


def _labels(met: Any) -> tuple[int, ...]:
    """Labels among which one is equal to a number, and one is not."""
    value = int(met) if getattr(met, "is_Integer", False) and abs(met) < 20 else 1
    return {0: (0, 1), 1: (1, 0), -1: (-1, 1)}.get(value, (*range(value + 1),) if value > 0 else (value, 1))


def power(a: Any, b: Any) -> Any:
    if (b.is_number and b.is_real and abs(b) > 1000) or (
        a.is_Rational and b.is_Integer and abs(b) * max(a.p.bit_length(), a.q.bit_length()) > MAX_DIGITS
    ):
        raise Unreadable(f"a power with the exponent {b}")
    if a == 0 and b.is_number and b.is_negative:
        raise Unreadable("a division by zero")
    return a**b


def divide(a: Any, b: Any) -> Any:
    if b == 0:
        raise Unreadable("a division by zero")
    return a / b


def choose(test: Any, yes: Any, no: Any) -> Any:
    """yes where the condition holds, else no; what both add stands outside."""
    if test in (S.true, S.false):  # Python's own among them
        return yes if test == S.true else no
    if yes == no:
        return yes
    if is_condition(yes) and is_condition(no):
        return sympy.Or(sympy.And(test, yes), sympy.And(sympy.Not(test), no))
    yes, no = number(yes), number(no)
    if yes.is_number and no.is_number and plain(yes) == plain(no):
        return either(yes, no)
    yes, no, test = plain(yes), plain(no), opened(test)
    if test in (S.true, S.false):
        return yes if test == S.true else no
    shared = set(sympy.Add.make_args(yes)) & set(sympy.Add.make_args(no)) if yes.is_Add or no.is_Add else ()
    no = filled(no, test)
    if shared:
        common = sympy.Add(*shared)
        yes, no = yes - common, no - common
        return common + sympy.Piecewise((yes, test), (no, True), evaluate=False)
    return sympy.Piecewise((yes, test), (no, True), evaluate=False)


def filled(value: Any, *before: Any) -> Any:
    """A choice without its last case, in which nothing was stored, if that or one of the cases before always holds."""
    if not isinstance(value, sympy.Piecewise):
        return value
    *cases, (last, _) = value.args
    tests = (*before, *(case for _, case in cases))
    rest = filled(last, *tests)
    if last is S.NaN and covered(*tests):
        *cases, (rest, _) = cases
    return value if rest is last else sympy.Piecewise(*cases, (rest, True), evaluate=False) if cases else rest


def opened(test: Any, asks: Callable[[Any], Any] = lambda test: test) -> Any:
    """A condition with no choice inside: (u if c else v) > w is (c and u > w) or (not c and v > w).

    asks: the condition that stands for each that is left, which may be of expressions as well.
    """
    spend(OPENED)
    choices = test.atoms(sympy.Piecewise)
    if not choices:
        return asks(test)
    choice = max(choices, key=sympy.Piecewise.count_ops)  # none of the others holds it
    found, before = [], S.true
    for value, case in choice.args:
        if value is S.NaN:
            raise Unreadable("a comparison with what has no value")
        value = S.NaN if value is NOTHING and test not in (choice, sympy.Tuple(choice)) else value
        try:
            there = replaced(test, choice, value)
        except (TypeError, ValueError):  # sympy compares no nan
            raise Unreadable("a comparison with what has no value") from None
        found.append(sympy.And(before, case, opened(there, asks)))
        before = sympy.And(before, sympy.Not(case))
    return sympy.Or(*found)


def replaced(expr: Any, old: Any, new: Any) -> Any:
    """The expression with another part; what is the largest of some numbers is not simplified, which takes long."""
    seen = {old: new}

    def of(part: Any) -> Any:
        if part not in seen:
            args = [of(a) for a in part.args]
            same = all(a is b for a, b in zip(args, part.args, strict=True))
            make = extreme(part.func) if part.func in (sympy.Max, sympy.Min) else part.func
            seen[part] = part if same else make(*args)
        return seen[part]

    return of(expr)


def extreme(of: Any) -> Callable[..., Any]:
    """The largest (least) of some numbers."""

    def build(*arguments: Any) -> Any:
        for nan in (S.NaN, NOTHING):
            if any(a is nan for a in arguments):
                return nan
        parts = [part for a in map(number, arguments) for part in (a.args if isinstance(a, of) else (a,))]
        none = S.NegativeInfinity if of is sympy.Max else S.Infinity  # np.clip(x, 0, np.inf) has no upper end
        different = [part for part in dict.fromkeys(parts) if part is not none] or [none]
        if len(different) == 1 or all(part.is_number for part in different):
            return of(*different)
        return of(*different, evaluate=False)

    return build


def size(expr: Expr, sizes: dict[Any, int] | None = None) -> int:
    """How many operations an expression has when it is written out; shared parts count each time."""
    return folded(expr, lambda _, parts: min(1 + sum(parts), 10**12), sizes)


def height(expr: Expr, heights: dict[Any, int] | None = None) -> int:
    """How many operations stand on each other in an expression."""
    return folded(expr, lambda _, parts: 1 + max(parts, default=0), heights)


def _bits(a: Any) -> int:
    return abs(int(a)).bit_length()


def of_whole(name: str, a: int, b: int) -> Any:
    """Python's operators between whole numbers."""
    if name in ("truediv", "floordiv", "mod") and b == 0:
        raise Unreadable("a division by zero")
    if isinstance(a, bool) and isinstance(b, bool) and name in ("add", "sub", "mul"):
        raise Unreadable("arithmetic of two conditions, in which Python's and numpy's differ")
    if name == "truediv":
        return nearest(sympy.Rational(int(a), int(b)))
    numpys = isinstance(a, Whole) or isinstance(b, Whole)
    if name == "pow" and b < 0:
        if numpys:
            raise Unreadable("a whole number of numpy to a negative power, which numpy refuses")
        return nearest(power(sympy.Integer(int(a)), sympy.Integer(int(b))))
    if (name == "lshift" and b + _bits(a) > MAX_DIGITS) or _bits(a) + _bits(b) > 2 * MAX_DIGITS:
        raise Unreadable("a whole number of too many digits")
    found = exact(_raised(a, b) if name == "pow" else getattr(operator, name)(int(a), int(b)))
    return bounded(found) if numpys and not isinstance(found, bool) else found


def bounded(value: int) -> Whole:
    """A whole number of numpy. Raises Unreadable where it overflows."""
    if not -ROUNDS.get().largest <= value < ROUNDS.get().largest:
        raise Unreadable("whole numbers of numpy that overflow")
    return Whole(value)


def _raised(a: int, b: int) -> int:
    if _bits(a) * b > MAX_DIGITS:
        raise Unreadable(f"a power with the exponent {b}")
    return int(a) ** int(b)

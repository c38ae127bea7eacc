"""What must hold for an expression to have a value, and for the text as it was typed, of which sympy cancels parts.

exp(log(x)) is built as x and 0*log(x) as 0; what was typed has a value for x > 0 only. What has so been lost is kept
as a guard, and added to the expression as a term that is 0 where the guard holds and has no value elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import sympy
from sympy import Expr, S
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair

from symopt.forms import Asked
from symopt.functions import ASKED, NONZERO, POSITIVE, WITHIN, row

Path = tuple[Any, ...]
Guard = tuple[Expr, str, Path]
"""(an expression, what it must be: > 0, ≥ 0, ≠ 0 or no pole of Γ, the branches it stands in).

A branch is its condition behind those of the branches before it, which do not hold there."""


NOWHERE = ASKED[WITHIN](S.NegativeOne)
"""What has no value."""


def parts(expr: sympy.Basic) -> Iterator[tuple[Any, Path]]:
    """An expression and all that it is made of, with the branches that it stands in, each once."""
    stack: list[tuple[Any, Path]] = [(expr, ())]
    seen = set(stack)
    while stack:
        current, path = stack.pop()
        yield current, path
        inner: list[tuple[Any, Path]] = [(part, path) for part in current.args]
        if isinstance(current, sympy.Piecewise):
            conditions = tuple(condition for _, condition in current.args)
            inner = [(value, (*path, conditions[: k + 1])) for k, (value, _) in enumerate(current.args)]
            inner += [(c, behind(path, conditions[:k])) for k, c in enumerate(conditions)]
        elif isinstance(current, (sympy.And, sympy.Or)):
            inner = [(part, (*path, *met)) for part, met in in_turn(current)]
        for part in inner:
            if part not in seen:
                seen.add(part)
                stack.append(part)


@lru_cache(maxsize=10_000)
def in_turn(condition: Any) -> list[tuple[Any, Path]]:
    """The parts of And or Or in the order in which they are asked, what asks for less first; each where it counts.

    x >= 0 and sqrt(x) > 1 does not hold at −1, though there is no sqrt(−1).
    """
    stops = isinstance(condition, sympy.Or)
    asking = {part: len(guards(part)) for part in condition.args}
    ordered = sorted(condition.args, key=asking.__getitem__)
    if not asking[ordered[-1]]:
        return [(part, ()) for part in ordered]
    met = [(before, S.true) if stops else (before,) for before in ordered]
    return [(part, tuple(met[:k])) for k, part in enumerate(ordered)]


def behind(path: Path, conditions: Path) -> Path:
    """The branch in which none of some conditions holds."""
    return (*path, (*conditions, S.true)) if conditions else path


def guards(expr: Expr) -> list[Guard]:
    """All guards of an expression, without those of its numbers that hold."""
    found: dict[Guard, None] = {}
    for part, path in parts(expr):
        if (asked := asks(part)) is not None:
            found[(*asked, path)] = None
    return list(found)


def asks(part: Any) -> tuple[Expr, str] | None:
    """What the outermost operation of an expression asks for."""
    if isinstance(part, sympy.Pow):
        gap, exponent = part.args
        if exponent.is_integer and exponent.is_number:  # abs(2) is one
            relation = NONZERO if exponent.is_negative else ""
        elif gap is S.Exp1:
            relation = ""
        else:
            relation = WITHIN if exponent.is_positive else POSITIVE
    else:
        known = row(part)
        if known is None or known.domain is None:
            return None
        gap, relation = known.domain[0](*part.args), known.domain[1]
    return (gap, relation) if relation and (gap.free_symbols or gap.is_negative) else None


def true(gap: Expr, relation: str) -> bool:
    """Whether what is asked for holds everywhere, by what sympy knows of signs."""
    if relation == WITHIN:
        return bool(gap.is_nonnegative)
    return bool(gap.is_positive or (relation == NONZERO and gap.is_nonzero))


def term(guard: Guard) -> Expr:
    """0 where a guard holds; no value elsewhere."""
    gap, relation, path = guard
    return inside(ASKED[relation](gap), path, S.Zero)


def inside(expr: Expr, path: Path, elsewhere: Expr) -> Expr:
    """An expression in a branch, another elsewhere."""
    for branch in reversed(path):
        cases = [(elsewhere, condition) for condition in branch[:-1]] + [(expr, branch[-1])]
        expr = sympy.Piecewise(*cases, (elsewhere, S.true), evaluate=False)
    return expr


def with_guards(expr: Expr, lost: Iterable[Guard]) -> Expr:
    """An expression with what it asks for besides."""
    return sympy.Add(expr, *map(term, lost))


def without_guards(expr: Expr) -> Expr:
    """An expression without what was added to it."""
    if not expr.has(Asked):
        return expr
    made: dict[Any, Any] = {}
    stack: list[tuple[Any, bool]] = [(expr, False)]
    while stack:
        node, ready = stack.pop()
        if node in made:
            continue
        if isinstance(node, Asked):
            made[node] = S.Zero
        elif not node.args or not node.has(Asked):
            made[node] = node
        elif not ready:
            stack.append((node, True))
            stack.extend((part, False) for part in node.args)
        elif isinstance(node, sympy.Piecewise):
            cases = [tuple(made.get(part, part) for part in case.args) for case in node.args]
            plain = all(value == cases[0][0] for value, _ in cases)
            made[node] = cases[0][0] if plain else sympy.Piecewise(*cases, evaluate=False)
        elif isinstance(node, ExprCondPair):
            made[node] = node
        else:
            options = {"evaluate": False} if isinstance(node, (sympy.Max, sympy.Min, Relational)) else {}
            made[node] = node.func(*(made[part] for part in node.args), **options)
    return made[expr]


def as_written(expr: Expr) -> Expr:
    """An expression without what was added to it, and nan where it has no value by itself."""
    return without_guards(expr.xreplace({NOWHERE: sympy.Symbol("nan")}) if expr.has(NOWHERE) else expr)


def missing(wanted: Iterable[Guard], shown: Iterable[Guard]) -> list[Guard]:
    """The guards that an expression with others does not show, and of which sympy does not know that they hold."""
    told = {known for guard in shown for known in _weaker(_normal(guard))}
    found: dict[Guard, None] = {}
    for guard in wanted:
        for normal in _factored(guard):
            gap, relation, path = normal
            if not any((gap, relation, path[:k]) in told for k in range(len(path) + 1)) and not true(gap, relation):
                found[normal] = None
    return [g for g in found if not (g[1] != POSITIVE and (g[0], POSITIVE, g[2]) in found)]


def _normal(guard: Guard) -> Guard:
    """A guard without factors of its expression that do not count."""
    gap, relation, path = guard
    factor, rest = gap.as_coeff_Mul()
    if rest.is_Mul:
        rest = sympy.Mul(*(part for part in rest.args if not part.is_positive))
    if relation == NONZERO and rest.is_Pow and rest.exp.is_Rational:
        rest = rest.base
    if not rest.free_symbols or not factor:
        return guard
    return (-rest if factor.is_negative and relation != NONZERO else rest), relation, path


def _factored(guard: Guard) -> Iterator[Guard]:
    gap, relation, path = _normal(guard)
    if relation == NONZERO and gap.is_Mul:
        for factor in gap.args:
            yield from _factored((factor, relation, path))
    else:
        yield gap, relation, path


def _weaker(guard: Guard) -> Iterator[Guard]:
    """A guard and what follows from it."""
    gap, relation, path = guard
    yield guard
    if relation == POSITIVE:
        yield gap, WITHIN, path
        yield from _weaker(_normal((gap, NONZERO, path)))
    if relation == NONZERO and gap.is_Mul:
        for factor in gap.args:
            yield from _weaker(_normal((factor, NONZERO, path)))

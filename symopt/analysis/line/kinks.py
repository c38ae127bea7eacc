"""Pieces: where every Abs, Max, Piecewise, root and pole has chosen its side, so that the loss is one smooth formula.

Each switching function (u of |u|, u − v of Max(u, v), both sides of a condition, what stands under a root, in a
logarithm or in a denominator) is itself analysed on the pieces known so far, innermost first; its zeros divide them.
On each piece the choice is written into the expression. What cannot be divided with proof is handed on as lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import sympy
from flint import arb
from sympy import Expr, S, Symbol
from sympy.core.relational import Relational

from symopt.analysis.exact import at_place, closed_form, vanishes
from symopt.analysis.interval import FINE, ORDER, Jets
from symopt.analysis.line.isolate import isolate
from symopt.analysis.line.signs import Edge, Zero
from symopt.balls.series import above, below, working
from symopt.balls.tape import number
from symopt.balls.work import READ, spend, spent
from symopt.expression import deep
from symopt.expression.guards import guards, term
from symopt.forms import Asked
from symopt.functions import ASKED, FORMS, NO_POLE, NONZERO, POSITIVE, WITHIN, row, waves

MOST_PIECES = 4000
REBUILT = 5_000.0  # operations for |u| of another u: sympy looks for signs everywhere in it
LOST = "lost"
UNDEFINED = "undefined"
VALUE, EMPTY, SMOOTH, UNTOLD = "a value", "no value", "smooth", "not told"
STEPS = tuple(form for form, known in FORMS.items() if "step" in known.traits)


@dataclass(frozen=True)
class Piece:
    """A part of the window between two edges on which f is one smooth formula; `trouble` where it is not."""

    first: Edge
    last: Edge
    expr: Expr
    known: Mapping[Expr, int] = field(default_factory=dict)
    trouble: str = ""

    @property
    def low(self) -> float:
        return self.first.low

    @property
    def high(self) -> float:
        return self.last.high


@dataclass(frozen=True)
class Switch:
    """What decides at a node: the function whose sign it is, what the node becomes by sign, and f's domain.

    becomes: sign (−1, 0, 1) → expression; None where nothing is replaced. wants: the sign without
    which f is not defined, 0 if both do. singular: derivatives may be infinite at the zero. strict: f has no value
    at the zero. poles: nor where the function is a negative whole number. exponent: of a base, at whose zero the power
    is 0 if the exponent is positive there. cut: what must be positive at the zero for f to go on smoothly (atan2).
    """

    function: Expr
    becomes: Callable[[int], Any] | None
    wants: int
    singular: bool
    strict: bool = False
    poles: bool = False
    exponent: Expr | None = None
    cut: Expr | None = None

    def pending(self, known: Mapping[Expr, int]) -> Switch | None:
        """What is still to be decided here where some signs are known; None for nothing."""
        sign = known.get(self.function, 0)
        if self.poles and sign < 0:
            whole = waves(self.function)
            return None if known.get(whole) else Switch(whole, None, 0, True, True)
        return None if sign and (not self.wants or sign == self.wants) else self


class Where(sympy.Function):
    """Its second part where the first is 0; no number where that is none. The first chooses before the second."""

    nargs = 2

    @classmethod
    def eval(cls, first: Expr, second: Expr) -> Expr | None:
        return second if first == 0 else S.NaN if first is S.NaN else None


def pieces(expr: Expr, x: Symbol, first: Edge, last: Edge, until: float, continuous: bool) -> list[Piece]:
    """The loss divided between two edges, left to right. Raises Refused for a function without an interval version.

    continuous: whether f is so wherever it has a value.
    """
    work = deque([Piece(first, last, expr)])
    done: list[Piece] = []
    while work:
        piece = work.popleft()
        switch, node = None, next(unsettled(piece.expr, x, piece.known), None)
        if node is not None and (switch := switch_of(node)) is not None and switch.becomes is None:
            switch = switch.pending(piece.known)
        if switch is None:
            piece = replace(piece, expr=unwound(piece, x))
            done.append(_tempered(piece, Jets(piece.expr, x)))
        elif spent() > until or len(work) + len(done) > MOST_PIECES:
            done.append(Piece(piece.first, piece.last, piece.expr, piece.known, LOST))
        else:
            for part in divide(piece, node, switch, x, until):
                (done if part.trouble else work).append(part)
    return merged(sorted(done, key=lambda p: (p.low, p.high)), continuous)


def merged(parts: list[Piece], continuous: bool) -> list[Piece]:
    """Neighbours between which nothing changes as one piece; both sides of a point agree on what it is."""
    kept: list[Piece] = []
    for part in parts:
        before = kept[-1] if kept else None
        if before is not None:
            singular = before.last.singular or part.first.singular
            hole = before.last.empty or part.first.empty or _hole(part)
            same = before.expr == part.expr and before.trouble == part.trouble == ""
            plain = continuous or before.last.at is None or before.last.at == part.expr
            if same and plain and not (singular or hole):
                shared = {s: sign for s, sign in part.known.items() if before.known.get(s) == sign}
                kept[-1] = Piece(before.first, part.last, part.expr, shared, part.trouble)
                continue
            if singular and not (before.last.singular and part.first.singular):
                kept[-1] = replace(before, last=_singular(before.last))
                part = replace(part, first=_singular(part.first))
        kept.append(part)
    return kept


def _hole(part: Piece) -> bool:
    """Whether the formula has no value at the piece's first edge although it goes on smoothly behind it."""
    if part.first.exact is None:
        return False
    with deep():
        free = list(part.expr.free_symbols)
        value = at_place(part.expr, {free[0]: part.first.exact}) if len(free) == 1 else part.expr
    return value is None or not (value.is_number and value.is_finite)


def _tempered(piece: Piece, jets: Jets) -> Piece:
    """The piece with its singular edges made plain where every derivative is bounded across them, as for sin(x)/x."""
    ends = []
    for edge in (piece.first, piece.last):
        margin = 2.0**-30 * (piece.high - piece.low)
        if edge.singular:
            series = jets.over(edge.low - margin, edge.high + margin)
            if series is not None and all(series[k].is_finite() for k in range(ORDER)):
                edge = replace(edge, singular=False)
        ends.append(edge)
    return Piece(ends[0], ends[1], piece.expr, piece.known)


def divide(piece: Piece, node: Expr | None, switch: Switch, x: Symbol, until: float) -> Iterator[Piece]:
    """A piece cut at the zeros of one node's switching function, the node settled on each part."""
    s = switch.function
    jets = Jets(s, x)
    if s in piece.known:
        sides = [piece.first, piece.last]
        if switch.singular:
            sides = [e if jets.at(e.ball, 0) > 0 or jets.at(e.ball, 0) < 0 else _singular(e) for e in sides]
        yield settled(piece, sides[0], sides[1], node, switch, piece.known[s])
        return
    plain = _tempered(replace(piece, expr=s), jets)  # what is singular there is another part of the loss
    signs = isolate(jets, 0, plain.first, plain.last, piece.known, until)
    if signs.flat:
        flat = settled(piece, piece.first, piece.last, node, switch, 0)
        yield flat if switch.cut is None else replace(flat, trouble=LOST)
        return
    ends = [piece.first, piece.last]
    if any(not z.narrow and any(z.ball.overlaps(end.ball) for end in ends) for z in signs.zeros):
        yield Piece(piece.first, piece.last, piece.expr, piece.known, LOST)
        return
    inner: list[tuple[Edge, Edge]] = []
    for zero in signs.zeros:
        exact = _closed(jets, zero) if spent() < until else zero.exact
        at = replaced(piece.expr, node, switch, 0)
        edge = Edge(_sharp(zero.ball, exact), exact, switch.singular, at, frozenset([s]))
        told = _told(switch, edge, x)
        if told == SMOOTH:
            continue
        edge = replace(edge, empty=told == EMPTY or at is S.NaN)
        touched = [k for k, end in enumerate(ends) if edge.ball.overlaps(end.ball)]
        if len(touched) == 2:
            yield replace(piece, trouble=LOST)
            return
        if touched:
            (k,) = touched
            joint = None if told == UNTOLD else _together(ends[k], edge, x, switch)
            if joint is None:  # of what lies between the end and the other side of the zero nothing is told
                joint = Edge(arb((above, below)[k](ends[k].ball.union(edge.ball))))
                pair = (ends[0], joint) if k == 0 else (joint, ends[1])
                yield replace(piece, first=pair[0], last=pair[1], trouble=LOST)
            ends[k] = joint
        elif told == UNTOLD:
            sides = [Edge(arb(end(edge.ball))) for end in (below, above)]
            yield replace(piece, first=sides[0], last=sides[1], trouble=LOST)
            inner.append((sides[0], sides[1]))
        else:
            inner.append((edge, edge))
    first, last = ends
    if not first.ball < last.ball:
        yield replace(piece, first=first, last=last, trouble=LOST)
        return
    piece = replace(piece, first=first, last=last)
    undecided = signs.undecided
    for (_, left), (right, _) in pairwise([(first, first), *inner, (last, last)]):
        lows = [r for r in undecided if r.low < right.high and r.high > left.low]
        signed = {r.sign for r in signs.regions if r.sign and r.low < right.low and r.high > left.high}
        if not lows and len(signed) == 1:
            yield settled(piece, left, right, node, switch, signed.pop())
            continue
        yield from _around(piece, left, right, node, switch, signs.regions)


def _told(switch: Switch, edge: Edge, x: Symbol) -> str:
    """Whether f has a value at the zero of a switching function, goes on smoothly there, or neither is shown."""
    if switch.cut is not None:
        return SMOOTH if Jets(switch.cut, x).at(edge.ball, 0, FINE) > 0 else UNTOLD
    if switch.exponent is not None:
        power = Jets(switch.exponent, x).at(edge.ball, 0, FINE)
        return VALUE if power > 0 else UNTOLD if power.contains(0) and not power.is_zero() else EMPTY
    return EMPTY if switch.strict else VALUE


def _together(old: Edge, new: Edge, x: Symbol, switch: Switch) -> Edge | None:
    """An edge that is also a zero of another switching function; None where it is not shown to be the same point."""
    s = switch.function
    if not (s in old.zeros or -s in old.zeros or _same(old, new, x, s)):
        return None
    return replace(
        old,
        singular=old.singular or new.singular,
        zeros=old.zeros | {s},
        exact=old.exact if old.exact is not None else new.exact,
    )


def _same(old: Edge, new: Edge, x: Symbol, s: Expr) -> bool:
    if old.exact is not None and new.exact is not None:
        return bool(old.exact == new.exact or sympy.simplify(old.exact - new.exact) == 0)
    if (old.exact is not None and vanishes(s, {x: old.exact})) or old.put(s) == 0:
        return True
    return any(not (ratio := sympy.factor_terms(s / u)).has(x) and ratio.is_nonzero for u in old.zeros)


def _around(piece: Piece, left: Edge, right: Edge, node: Expr | None, switch: Switch, regions: Any) -> Iterator[Piece]:
    """The decided parts between two edges as pieces, the others as lost."""
    inside = [r for r in regions if r.low < right.high and r.high > left.low]
    at = left
    for place, region in enumerate(inside):
        end = right if place == len(inside) - 1 else Edge(arb(region.high), None, True)
        if region.sign:
            yield settled(piece, at, end, node, switch, region.sign)
        else:
            yield Piece(at, end, piece.expr, piece.known, LOST)
        at = end
    if not inside:
        yield Piece(left, right, piece.expr, piece.known, LOST)


def _singular(edge: Edge) -> Edge:
    return replace(edge, singular=True)


def _sharp(ball: Any, exact: Expr | None) -> Any:
    if exact is None:
        return ball
    with working(FINE, 1):
        return number(exact)


def _closed(jets: Jets, zero: Zero) -> Expr | None:
    if zero.exact is not None:
        return zero.exact
    return closed_form(jets, 0, zero.ball)


def settled(piece: Piece, left: Edge, right: Edge, node: Expr | None, switch: Switch, sign: int) -> Piece:
    """The piece between two edges with one node decided."""
    known = {**piece.known, switch.function: sign} if sign else dict(piece.known)
    if node is not None and sign and not (switch.poles and sign < 0):
        own = row(node)
        if own is not None and "alternating" in own.traits:
            known[node] = sign
    expr = replaced(piece.expr, node, switch, sign)
    if (switch.wants and sign and sign != switch.wants) or (not sign and switch.becomes is None) or expr is S.NaN:
        return Piece(left, right, piece.expr, known, UNDEFINED)
    return Piece(left, right, expr, known)


def replaced(expr: Expr, node: Expr | None, switch: Switch, sign: int) -> Expr:
    """The expression with one node as it is for a sign of its switching function."""
    if switch.becomes is None or node is None:
        return expr
    chosen: list[Expr] = []
    with deep():
        made = _rebuilt(expr, node, switch.becomes(sign), chosen)
        asked = [term(each) for branch in chosen for each in guards(branch)]
        kept = {term(each) for each in guards(made)} if asked else set()
        return Where(sympy.Add(*(each for each in asked if each not in kept)), made)


def _rebuilt(expr: Any, node: Any, new: Any, chosen: list[Expr]) -> Any:
    """One node replaced everywhere; a Piecewise whose first condition is decided becomes that branch.

    chosen: takes these branches, for 1/x in one is no longer seen where it meets a factor x.
    """
    if expr == node:
        return new
    if not expr.args or not expr.has(node):
        return expr
    if isinstance(expr, sympy.Piecewise):
        branches = []
        for value, condition in expr.args:
            rebuilt = _rebuilt(condition, node, new, chosen)
            if rebuilt is S.false:
                continue
            branches.append((_rebuilt(value, node, new, chosen), rebuilt))
            if rebuilt is S.true:
                break
        if branches and branches[0][1] is S.true:
            chosen.append(branches[0][0])
            return branches[0][0]
        return sympy.Piecewise(*branches, evaluate=False) if branches else S.NaN
    parts = [_rebuilt(part, node, new, chosen) for part in expr.args]
    if isinstance(expr, (sympy.Max, sympy.Min)):
        return extreme(expr.func, parts)
    spend(REBUILT if isinstance(expr, sympy.Abs) else READ)
    return expr.func(*parts)


def extreme(func: Any, parts: Iterable[Expr]) -> Expr:
    """The largest or least of some; of numbers it is a number."""
    kept = list(dict.fromkeys(parts))
    if all(part.is_number for part in kept):
        return func(*kept)
    return kept[0] if len(kept) == 1 else func(*kept, evaluate=False)


def unsettled(expr: Any, x: Symbol, known: Mapping[Expr, int]) -> Iterator[Any]:
    """The nodes that still have to choose, innermost first; of a Piecewise only its conditions."""
    with deep():
        yield from _unsettled(expr, x, known)


def _unsettled(expr: Any, x: Symbol, known: Mapping[Expr, int]) -> Iterator[Any]:
    if not expr.args or not expr.has(x):
        return
    parts = [c for _, c in expr.args] if isinstance(expr, sympy.Piecewise) else expr.args
    for part in parts:
        yield from _unsettled(part, x, known)
    switch = switch_of(expr)
    plain = switch is not None and switch.becomes is None and switch.pending(known) is None
    if switch is not None and switch.function.has(x) and not plain:
        if switch.becomes is not None and switch.becomes(1) == expr:
            return
        yield expr
    elif switch is not None and not switch.function.has(x):
        yield expr


def switch_of(node: Any) -> Switch | None:
    """What decides at a node; None where nothing does."""
    if isinstance(node, Relational):
        return Switch(node.lhs - node.rhs, lambda sign: S.true if _holds(node, sign) else S.false, 0, False)
    if isinstance(node, (sympy.Max, sympy.Min)):
        a, b, *rest = node.args
        larger = 1 if isinstance(node, sympy.Max) else -1

        def chosen(sign: int) -> Expr:
            return extreme(node.func, [a if sign * larger >= 0 else b, *rest])

        return Switch(a - b, chosen, 0, False)
    if node.is_Pow:
        return _power(node)
    if isinstance(node, sympy.atan2):
        y, x = node.args
        return None if x.is_positive or y.is_nonzero else Switch(y, None, 0, True, cut=x)
    if isinstance(node, Asked):
        return Switch(node.args[0], partial(met, node), 0, True)
    if (turns := turning(node)) is not None:
        return Switch(turns[0], None, 0, False)
    known = row(node)
    if known is not None and known.sides is not None:
        return Switch(node.args[0], partial(known.sides, node.args[0]), 0, not known.kink)
    if known is None or known.domain is None:
        return None
    function, relation = known.domain
    return guard(function(*node.args), relation)


def turning(node: Any) -> tuple[Expr, int] | None:
    """What is zero where an arc function of a wave turns, and the sign of its slope where that is > 0; else None."""
    known = row(node)
    if known is None or (found := known.unwinds.get(node.args[0].func)) is None:
        return None
    return found[0](*node.args[0].args), found[1]


def unwound(piece: Piece, x: Symbol) -> Expr:
    """The piece's formula with arc functions of waves, which do not turn on it, as ±u + π·k/2."""
    straight: dict[Expr, Expr] = {}
    for node in piece.expr.atoms(sympy.Function):
        if (found := turning(node)) is not None and (sign := piece.known.get(found[0])):
            u = sign * found[1] * node.args[0].args[0]
            middle = (piece.first.ball + piece.last.ball) / 2
            turns = Jets(2 * (node - u) / sympy.pi, x).at(middle, 0).unique_fmpz()
            straight |= {} if turns is None else {node: u + int(turns) * sympy.pi / 2}
    return piece.expr.xreplace(straight)


def guard(function: Expr, relation: str) -> Switch:
    """That a function is positive, not negative, or not zero."""
    poles = relation == NO_POLE
    return Switch(function, None, 0 if poles or relation == NONZERO else 1, True, relation != WITHIN, poles)


def _holds(relation: Relational, sign: int) -> bool:
    return bool({
        sympy.StrictLessThan: sign < 0, sympy.LessThan: sign <= 0, sympy.StrictGreaterThan: sign > 0,
        sympy.GreaterThan: sign >= 0, sympy.Equality: sign == 0, sympy.Unequality: sign != 0,
    }[relation.func])  # fmt: skip


def met(node: Asked, sign: int | None = None) -> Expr | None:
    """0 if what is asked for holds for a sign, no number if not, None if neither; what is negative may yet be whole.

    sign: of its argument; None for what sympy knows of that.
    """
    gap, relation = node.args[0], row(node).domain[1]  # type: ignore[union-attr, index]
    if sign is None:
        sign = 1 if gap.is_positive else -1 if gap.is_negative else 0 if gap.is_zero else None
    if relation == NO_POLE and sign == -1:
        return ASKED[NONZERO](waves(gap))
    holds = {POSITIVE: (1,), WITHIN: (0, 1), NONZERO: (-1, 1)}.get(relation, (1,))
    return None if sign is None else S.Zero if sign in holds else S.NaN


def _power(node: Expr) -> Switch | None:
    base, exponent = node.args
    if exponent.is_Integer:
        return guard(base, NONZERO) if exponent < 0 else None
    if base.is_number and base.is_positive:
        return None
    if exponent.is_number:
        return guard(base, WITHIN if exponent.is_positive else POSITIVE)
    return replace(guard(base, POSITIVE), exponent=exponent)

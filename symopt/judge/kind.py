"""What a flat point is: minimum, maximum, saddle, inflection, degenerate, or a plateau; and where it lies exactly.

Nothing is believed because a double says 0: f, ∇f and ∇²f are asked in as many digits as it takes. From the point of
the walk Newton's method goes on in those digits to the critical point x* close by, over multiple zeros of the
gradient too: beside a zero of order m the Newton step is (x − x*)/m. What x* is, is then told by both its sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from mpmath import mp

from symopt.judge.many import place_of_many
from symopt.judge.place import MOST, PLATEAU, Place
from symopt.loss import Loss
from symopt.methods.factor import LARGE
from symopt.methods.linear import eigen
from symopt.special import Beyond

EPS = float(np.finfo(float).eps)
NEAR = 1e-6
DIGITS, MANY = 120, 260
ROUNDS = 60
SMALL = mp.mpf(10) ** -20
SMALLER = mp.mpf(10) ** -26
KNOWN = 1e-28
CLOSE = mp.mpf(10) ** -16
FADED = 0.5
BISECTIONS = 120
FAINT = 1e-40  # of what f does in a quadratic way, or along other directions: below it nothing is said
FEW = 8  # variables for which a linear system is solved in many digits
COST = 20_000
"""Operations of f and ∇f beyond which more digits are not asked for."""
BUDGET = 100_000
"""Operations that may be spent on directions."""

Vector: TypeAlias = list[Any]


def place_of(loss: Loss, x: np.ndarray, scale: float, near: float = NEAR, multiple: bool = True) -> Place:
    """What a flat point is: (n,) → Place.

    It is a plateau unless there is a critical point within near^(1/m) of the scale, m the order of its zero, and the
    gradient between there and x behaves like one of that order. scale: the half-width of what is looked at. multiple:
    whether a multiple zero may be told from here, or is still too far.
    """
    if loss.sums is not None and loss.n > LARGE:
        return place_of_many(loss, x, scale, near, multiple)
    try:
        if loss.n == 1:
            return _on_a_line(loss, x, scale, near, multiple)
        return _in_space(loss, x, scale, near, multiple)
    except (Beyond, OverflowError, ValueError):
        return PLATEAU


# one variable


def _on_a_line(loss: Loss, x: np.ndarray, scale: float, near: float, multiple: bool) -> Place:
    if loss.in_digits.cost > COST:
        return _in_space(loss, x, scale, near, multiple)
    begin, s = mp.mpf(float(x[0])), mp.mpf(scale)
    with mp.workdps(MANY):
        z = begin
        if (slope := loss.in_digits.grad([begin])[0]) != 0:
            bend = _bend(loss, begin)
            if not mp.isfinite(slope) or not mp.isfinite(bend):
                return PLATEAU
            found = _zero(loss, begin, s, near) if bend else None
            if found is None:
                found = _turned(lambda t: loss.in_digits.grad([t], MANY)[0], begin, s) if loss.kinks else None
                slope = mp.zero
            if found is None:
                return PLATEAU
            z = found
        left, right = _Side(loss, z, -s), _Side(loss, z, s)
        if not (left.defined or right.defined):
            return PLATEAU
        orders = [side.order for side in (left, right) if side.order is not None]
        m = max(orders, default=mp.one)
        gap = abs(begin - z)
        if gap > s * mp.mpf(near) ** (1 / max(m, 1)) or (m > 1.1 and gap and not multiple):
            return PLATEAU
        if gap and slope != 0 and abs(m * slope / (bend * (begin - z)) - 1) > mp.mpf("0.2"):
            return PLATEAU
        made = _between(left, right)
        if made.kind == "degenerate" and made.reason in ("constant", "jump"):
            return replace(made, at=np.array([float(z)]), error=np.zeros(1))
        error = scale * KNOWN + _error(loss, z, right if right.order is not None else left, m)
        return replace(made, at=np.array([float(z)]), error=np.array([error]), power=float(m))


def _bend(loss: Loss, z: Any, digits: int = 0) -> Any:
    entries = loss.in_digits.hess([z], digits)
    return mp.nan if entries is None else entries.get((0, 0), mp.zero)


def _zero(loss: Loss, begin: Any, s: Any, near: float) -> Any:
    """The zero of f′ close by, by Newton on u = f′/f″, whose zeros are all simple: x − u/u′; None if there is none."""
    z = begin
    far = s * mp.mpf(near) ** (mp.one / MOST)
    for _ in range(ROUNDS):
        slope = loss.in_digits.grad([z], MANY)[0]
        if slope == 0 or (z != begin and not mp.isfinite(slope)):  # its sides tell what is there
            return z
        bend = _bend(loss, z, MANY)
        if not (mp.isfinite(slope) and mp.isfinite(bend)) or bend == 0:
            return None
        u = slope / bend
        e = abs(u) * SMALL
        if z + e == z:
            return z
        beside, bend_beside = loss.in_digits.grad([z + e], MANY)[0], _bend(loss, z + e, MANY)
        if not (mp.isfinite(beside) and mp.isfinite(bend_beside)) or bend_beside == 0:
            return None
        rate = (beside / bend_beside - u) / e
        if not rate > mp.mpf(1) / (2 * MOST):
            return z if abs(u) < s * SMALL**3 else None  # so near that the rate is lost in rounding
        z = z - u / rate
        if abs(z - begin) > far:
            return None
        if abs(u / rate) < s * CLOSE:
            return z
    return None


def _turned(slope: Callable[[Any], Any], begin: Any, s: Any) -> Any:
    """Where a slope changes its sign within rounding of a number, as at a kink; None if it does not."""
    low, high = begin - 8 * mp.mpf(EPS) * s, begin + 8 * mp.mpf(EPS) * s
    falls, rises = slope(low), slope(high)
    if not falls * rises < 0:
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if not (there := slope(middle)) * falls > 0:
            high = middle
        else:
            low = middle
        if there == 0:
            return middle
    return (low + high) / 2


class _Side:
    """A side of z, looked at very close to it: `rise`, the slope of f going outwards, and whether it fades."""

    def __init__(self, loss: Loss, z: Any, s: Any) -> None:
        steps = (s * SMALL, s * SMALLER)
        self.values = [loss.in_digits.value([z + h], MANY) for h in steps]
        slopes = [loss.in_digits.grad([z + h], MANY)[0] * mp.sign(s) for h in steps]
        self.defined = all(mp.isfinite(v) for v in (*self.values, *slopes))
        self.rise = slopes[1] if self.defined else mp.nan
        self.flat = self.defined and slopes == [0, 0]
        self.straight = self.defined and not self.flat and bool(abs(slopes[1]) > FADED * abs(slopes[0]))
        self.order = None
        if self.defined and not self.flat and not self.straight and slopes[1] != 0:
            self.order = mp.log(abs(slopes[0] / slopes[1])) / mp.log(steps[0] / steps[1])
        self.strength = abs(slopes[0]) / abs(steps[0]) ** self.order if self.order is not None else mp.zero

    @property
    def sign(self) -> int:
        return 0 if self.flat else int(mp.sign(self.rise))


def _between(left: _Side, right: _Side) -> Place:
    """What lies between two sides."""
    if not (left.defined and right.defined):
        return Place("degenerate")
    jumps = [abs(a - b) for a, b in zip(left.values, right.values, strict=True)]
    changes = [abs(side.values[1] - side.values[0]) for side in (left, right)]
    if jumps[1] > max(FADED * jumps[0], *changes):  # and no rounding of what cancels
        return Place("degenerate", "jump")
    if left.flat and right.flat:
        return Place("degenerate", "constant")
    turn = _turn([left.sign, right.sign])
    if left.straight or right.straight:
        slopes = {
            name: _shown(float(rise))
            for name, rise in (("left", -left.rise if left.straight else 0), ("right", right.rise * right.straight))
        }
        return Place(turn, "kink", more=slopes) if turn else Place("degenerate", "kink", more=slopes)
    simple = all(side.order is not None and abs(side.order - 1) < 0.05 for side in (left, right))
    if simple:
        return Place(turn or "degenerate")
    return Place("degenerate", turn) if turn else Place("inflection")


def _shown(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _turn(signs: list[int]) -> str:
    """minimum where f falls nowhere, maximum where it rises nowhere, else empty."""
    if not any(signs):
        return ""
    return "minimum" if min(signs) >= 0 else "maximum" if max(signs) <= 0 else ""


def _error(loss: Loss, z: Any, side: _Side, m: Any) -> float:
    """How far off the zero of order m may be since constants were rounded."""
    if side.order is None or not side.strength:
        return 0.0
    slopes = [loss.in_digits.grad([z], DIGITS, jitter)[0] for jitter in (0, 1, -1)]
    noise = max(abs(slope - slopes[0]) for slope in slopes)
    return float((noise / side.strength) ** (1 / m)) if mp.isfinite(noise) else 0.0


# several variables


class _Local:
    """∇f and ∇²f around a point as arrays in units of the largest entry of ∇²f, in many digits where possible."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        try:
            digits = loss.in_digits
        except Beyond:
            self.precise = False
        else:
            second = digits.hessian_of
            self.precise = digits.cost <= COST and second is not None and second[1].cost <= 4 * COST

    def at(self, z: Vector) -> tuple[np.ndarray, np.ndarray, Any]:
        """(∇f/c, ∇²f/c, c) with c = max |∇²f|, or 1 if that is 0."""
        if not self.precise:
            x = np.array([float(c) for c in z])
            g_here, h_here = self.loss.grad(x), self.loss.hess(x)
            size = float(np.abs(h_here).max()) or 1.0
            return g_here / size, h_here / size, size
        g, entries = self.loss.in_digits.grad(z), self.loss.in_digits.hess(z)
        assert entries is not None
        c = max((abs(bend) for bend in entries.values()), default=mp.zero) or mp.one
        h = np.zeros((len(z), len(z)))
        for (i, j), bend in entries.items():
            h[i, j] = h[j, i] = _float(bend / c)
        return np.array([_float(v / c) for v in g]), h, c

    def exact_step(self, z: Vector) -> np.ndarray | None:
        """H⁻¹∇f of a few variables in many digits; None where H is singular or there are more."""
        if not self.precise or len(z) > FEW:
            return None
        g, entries = self.loss.in_digits.grad(z), self.loss.in_digits.hess(z) or {}
        units = [1 / mp.sqrt(abs(entries.get((i, i), 0))) if entries.get((i, i)) else mp.one for i in range(len(z))]
        h = mp.zeros(len(z), len(z))
        for (i, j), bend in entries.items():
            h[i, j] = h[j, i] = bend * units[i] * units[j]
        try:
            scaled = mp.lu_solve(h, mp.matrix([a * unit for a, unit in zip(g, units, strict=True)]))
            return np.array([a * unit for a, unit in zip(scaled, units, strict=True)], dtype=object)
        except (ZeroDivisionError, ValueError):
            return None

    def slopes(self, z: Vector, digits: int) -> Vector:
        if self.precise:
            return self.loss.in_digits.grad(z, digits)
        return [mp.mpf(v) for v in self.loss.grad(np.array([float(c) for c in z])).tolist()]

    def value(self, z: Vector, digits: int) -> Any:
        if self.precise:
            return self.loss.in_digits.value(z, digits)
        return mp.mpf(float(self.loss(np.array([float(c) for c in z]))))


def _float(value: Any) -> float:
    """The nearest float, but none is 0 that is not."""
    found = float(value)
    return float(mp.sign(value)) * 1e-300 if found == 0 and value else found


def _in_space(loss: Loss, x: np.ndarray, scale: float, near: float, multiple: bool) -> Place:
    local = _Local(loss)
    with mp.workdps(DIGITS):
        begin = [mp.mpf(c) for c in x.tolist()]
        found = _critical(local, begin, scale, near) or (_at_kinks(local, begin, scale) if loss.kinks else None)
        if found is None:
            return PLATEAU
        z, m = found
        gap = max(abs(float(a - b)) for a, b in zip(z, begin, strict=True))
        if gap > scale * near ** (1 / m) or (m > 1.1 and gap and not multiple):
            return PLATEAU
        at = np.array([float(c) for c in z])
        _, h, _ = local.at(z)
        if not np.isfinite(h).all():
            return Place("degenerate", at=at, error=np.zeros(len(x)))
        if loss.kinks and (made := _at_a_kink(local, z, scale, h)) is not None:
            return replace(made, at=at, error=_errors(local, z, h, scale))
        values, null, basis = _inertia(local, z, begin, h, m, scale)
        error = _errors(local, z, h, scale) + 1e-24 * scale
        if not null.any():
            word = "minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle"
            return Place(word, at=at, error=error, power=m)
        reason = _along_null(local, z, values, null, basis, scale)
        return Place("degenerate", reason, at=at, error=np.maximum(error, 1e-12 * scale), power=m)


def _critical(local: _Local, begin: Vector, scale: float, near: float) -> tuple[Vector, float] | None:
    """(the critical point close by, the order of its zero), None where there is none.

    Newton's method; where its steps shrink by a steady share 1 − 1/m, as beside a zero of order m, the rest of the way
    is taken at once.
    """
    z, before, order, last = begin, None, 1.0, np.inf
    done = 1e-25 if local.precise else 1e-10
    for _ in range(ROUNDS):
        g, h, _ = local.at(z)
        if not (np.isfinite(g).all() and np.isfinite(h).all()):
            return None
        step = local.exact_step(z)
        p = _newton(g, h) if step is None else step
        if p is None:
            return None
        length = float(max(map(abs, p.tolist())))
        if step is not None and length > last and (shorter := _newton(g, h)) is not None:
            p, length = shorter, float(np.abs(shorter).max())  # what the step is longer by is rounding over a zero
        last = length
        if length <= done * scale:
            return z, order
        share, m = 0.0, 1.0
        if before is not None:
            share = float((p @ before) / (before @ before))
            if share >= 1 - 0.5 / MOST or share < -0.5:
                return None
            if share > 0.1:
                m = order = 1 / (1 - share)
        elif length > 2 * scale * near ** (1 / MOST):
            return None
        z = [c - m * mp.mpf(part) for c, part in zip(z, p.tolist(), strict=True)]
        if max(abs(float(a - b)) for a, b in zip(z, begin, strict=True)) > 2 * scale * near ** (1 / MOST):
            return None
        before = p if m == 1.0 else None
    return None


def _at_kinks(local: _Local, begin: Vector, scale: float) -> tuple[Vector, float] | None:
    """A point within rounding at which the slope along every axis is 0 or changes its sign; None if there is none."""
    z = list(begin)
    for i, slope in enumerate(local.slopes(z, DIGITS)):
        if slope == 0:
            continue

        def along(t: Any, i: int = i) -> Any:
            return local.slopes([*z[:i], t, *z[i + 1 :]], DIGITS)[i]

        found = _turned(along, z[i], mp.mpf(scale))
        if found is None:
            return None
        z[i] = found
    return z, 1.0


def _units(h: np.ndarray) -> np.ndarray:
    """What every variable is measured in: its own curvature is 1 then."""
    diagonal = np.abs(np.diag(h))
    return np.asarray(1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0)))


def _newton(g: np.ndarray, h: np.ndarray) -> np.ndarray | None:
    """H⁻¹g without the directions in which both are zero; None where only H is."""
    units = _units(h)
    values, basis = eigen(units[:, None] * h * units)
    along = basis.T @ (units * g)
    zero = np.abs(values) <= 4 * len(g) * EPS * np.abs(values).max()
    if (np.abs(along[zero]) > 4 * len(g) * EPS * float(np.abs(units * g).max())).any():
        return None
    return np.asarray(units * (basis @ np.where(zero, 0.0, along / np.where(zero, 1.0, values))))


def _inertia(
    local: _Local, z: Vector, begin: Vector, h: np.ndarray, m: float, scale: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(eigenvalues, which of them are zero, eigenvectors).

    Zero is what is lost in rounding with every variable in units of its own curvature (which changes no sign:
    Sylvester), what changes as much within the distance to which z is known, and, where the zero of ∇f is multiple,
    what has faded on the way to it.
    """
    values, basis = eigen(h)
    units = _units(h)
    scaled, _ = eigen(units[:, None] * h * units)
    count = int((np.abs(scaled) <= 4 * len(h) * EPS * np.abs(scaled).max(initial=0.0)).sum())
    null = np.zeros(len(values), dtype=bool)
    null[np.argsort(np.abs(values), kind="stable")[:count]] = True
    if local.precise:
        _, _, c = local.at(z)
        beside = [
            a + mp.mpf(1e-20 * scale * r) for a, r in zip(z, np.random.default_rng(0).random(len(z)), strict=True)
        ]
        for point, share in ((beside, 0.1), (begin, 1e3)):
            if point is begin and m <= 1.1:
                continue
            _, there, c_there = local.at(point)
            other = float(c_there / c) * there if c_there / c < 1e300 else np.full_like(there, np.inf)
            change = np.abs(np.einsum("ij,ik,kj->j", basis, other - h, basis))
            null |= change > (10 if share == 0.1 else share) * np.abs(values)
    return (np.sort(scaled) if not null.any() else values), null, basis


def _errors(local: _Local, z: Vector, h: np.ndarray, scale: float) -> np.ndarray:
    """How far off each coordinate of the critical point may be since constants were rounded."""
    if not local.precise:
        return np.full(len(z), 1e-9 * scale)
    _, _, c = local.at(z)
    slopes = [local.loss.in_digits.grad(z, 60, jitter) for jitter in (0, 1, -1)]
    noise = [max(abs(float((b - a) / c)), abs(float((d - a) / c))) for a, b, d in zip(*slopes, strict=True)]
    return np.asarray(np.abs(np.linalg.pinv(h, rcond=4 * len(z) * EPS)) @ np.nan_to_num(noise))


def _directions(n: int, basis: np.ndarray, count: int) -> np.ndarray:
    """Unit vectors (k, n) in the span of the columns of a basis (n, d): both senses of each, then others at random."""
    d = basis.shape[1]
    whole = np.concatenate([basis.T, -basis.T])
    if d > 1:
        mixed = np.random.default_rng(0).standard_normal((count, d)) @ basis.T
        whole = np.concatenate([whole, mixed / np.linalg.norm(mixed, axis=1, keepdims=True)])
    return whole.reshape(-1, n)


def _at_a_kink(local: _Local, z: Vector, scale: float, h: np.ndarray) -> Place | None:
    """What a kink or a jump is, by f and its slopes away from it in many directions; None where ∇²f says all."""
    if not local.precise:
        return None
    n, s = len(z), mp.mpf(scale)
    _, basis = eigen(h)
    many = max(8, min(64, BUDGET // (8 * local.loss.in_digits.cost)))
    directions = _directions(n, np.concatenate([np.eye(n), basis], axis=1), many)
    here = local.value(z, DIGITS)
    rises, sizes = [], []
    slopes: dict[str, str] = {}
    for axis, v in enumerate(directions.tolist()):
        rise, slope, seen = _away(local, z, v, s, here)
        if seen in ("jump", "nowhere"):
            return Place("degenerate", "jump" if seen == "jump" else "")
        rises.append(rise)
        if seen == "kink":
            sizes.append(slope)
            if axis < n:
                backward = _away(local, z, [-c for c in v], s, here)[1]
                slopes = slopes or {"name": local.loss.names[axis], "left": _shown(-backward), "right": _shown(slope)}
    turn = _turn(rises)
    if sizes:
        return Place(turn or "degenerate", "kinks", more=slopes)
    bends = np.einsum("ki,ij,kj->k", directions, h, directions)
    sure = np.abs(bends) > 1e-6
    return None if (np.sign(bends)[sure] == np.array(rises)[sure]).all() else Place("degenerate")


def _away(local: _Local, z: Vector, v: list[float], s: Any, here: Any) -> tuple[int, float, str]:
    """(sign of f's rise, its slope, what is there) from z in the direction v: a kink, a jump, nowhere, or nothing."""
    changes, breaks, slopes = [], [], []
    for step in (s * SMALL, s * SMALLER):
        ahead, behind = ([c + sign * step * mp.mpf(d) for c, d in zip(z, v, strict=True)] for sign in (1, -1))
        changes.append(local.value(ahead, DIGITS) - here)
        one, other = (
            mp.fsum(a * mp.mpf(b) for a, b in zip(local.slopes(x, DIGITS), v, strict=True)) for x in (ahead, behind)
        )
        breaks.append(abs(one - other))
        slopes.append(one)
    if not all(mp.isfinite(value) for value in (*changes, *breaks)):
        return 0, 0.0, "nowhere"
    if abs(changes[1]) > FADED * abs(changes[0]):
        return 0, 0.0, "jump"
    kink = breaks[1] > FADED * breaks[0]
    return int(mp.sign(slopes[1] if kink and slopes[1] else changes[0])), float(slopes[1]), "kink" if kink else ""


def _along_null(local: _Local, z: Vector, values: np.ndarray, null: np.ndarray, basis: np.ndarray, scale: float) -> str:
    """What f does along the directions in which ∇²f is zero: minimum, maximum, saddle, valley, or nothing known.

    Along each, the others are followed to where f is stationary in them (the splitting lemma): what is left of f there
    has the sign that decides. In more than one such direction this is a sample.
    """
    if not local.precise:
        return ""
    curved = values[~null]
    each = local.loss.in_digits.value_of.cost * 2 + (12 * local.loss.in_digits.cost if len(curved) else 0)
    most = max(8, BUDGET // each)
    vectors = _directions(len(z), basis[:, null], min(64, most))
    vectors = vectors[:: -(-len(vectors) // most)]
    here = local.value(z, DIGITS)
    normal = basis[:, ~null]
    along: list[list[Any]] = []
    for v in vectors:
        seen = []
        for t in (1e-3, 2.5e-4):
            point = [c + mp.mpf(t * scale * d) for c, d in zip(z, v.tolist(), strict=True)]
            if len(curved):
                point = _settled(local, point, normal)
            seen.append(local.value(point, DIGITS) - here)
        if not all(mp.isfinite(rise) for rise in seen):
            return ""
        along.append(seen)
    if len(curved):
        size = local.at(z)[2] * mp.mpf(np.abs(curved).max() * scale**2)
    else:
        size = max(abs(rise) for seen in along for rise in seen)
    pairs = [[0 if abs(r) <= mp.mpf(FAINT) * size else int(mp.sign(r)) for r in seen] for seen in along]
    if any(first != second for first, second in pairs):
        return ""
    signs = [first for first, _ in pairs]
    if not any(signs):
        return "valley" if len(curved) and (curved > 0).all() else "constant" if not len(curved) else ""
    turn = _turn(signs)
    if not turn:
        return "saddle"
    if not len(curved):
        return turn if all(signs) else ""
    if (curved > 0).all() == (turn == "minimum") and (curved < 0).all() == (turn == "maximum"):
        return turn if all(signs) else ""
    return "saddle"


def _settled(local: _Local, point: Vector, normal: np.ndarray) -> Vector:
    """The point moved along `normal` (n, d) to where f is stationary in those directions."""
    for _ in range(6):
        g, h, _ = local.at(point)
        move = normal @ np.linalg.solve(normal.T @ h @ normal, normal.T @ g)
        point = [c - mp.mpf(step) for c, step in zip(point, move.tolist(), strict=True)]
    return point

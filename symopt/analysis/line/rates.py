"""How fast each method comes to each minimum, what it would take from the start, and which walks repeat for ever.

Near x* with f″ = f″(x*) > 0 an error e becomes
  gradient descent       |1 − lr·f″|·e: the minimum repels if lr·f″ > 2;
  Newton                 |f‴/2f″|·e², or |f⁗/3f″|·e³ if f‴ = 0; (1 − 1/m)·e at a zero of f′ of multiplicity m;
  regularised Newton     alpha/(f″ + alpha)·e.

Source: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, sections 3.3 and 11.1; J. Ortega, W. Rheinboldt,
Iterative Solution of Nonlinear Equations in Several Variables, 1970, section 10.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from flint import arb
from sympy import Expr, Rational, Symbol

from symopt.analysis.exact import vanishes
from symopt.analysis.interval import FINE, Jets
from symopt.analysis.line.landscape import Landscape, SmoothPiece
from symopt.analysis.records import CriticalPoint, Interval, Rate
from symopt.analysis.words import digits
from symopt.balls.series import above, below, working
from symopt.expression import deep

LONGEST = 10_000_000
READABLE = 40  # characters of an exact number
OBSERVED = 1_000
NEAR = 1e-4
MOST = 200


def rates(
    land: Landscape, points: list[CriticalPoint], loss: Any, start: float, lr: float, alpha: float, gtol: float
) -> list[Rate]:
    """The law of gradient descent, Newton and regularised Newton at each minimum, up to 200 nearest to the start."""
    places = tuple(p.x[0] for p in points if not p.flat)
    walks = WalkOfEach(loss, start, lr, alpha, gtol, np.array([[land.low, land.high]]), places)
    found: list[Rate] = []
    minima = [p for p in points if p.lowest and not p.flat and p.proved]
    for point in sorted(sorted(minima, key=lambda p: abs(p.x[0] - start))[:MOST], key=lambda p: p.x):
        if land.late:
            break
        inside = [p for p in land.parts if p.jets and p.first.ball < point.ball < p.last.ball]
        if point.kink or not inside or inside[0].jets is None:
            found += _at_kink(land, point)
            continue
        found += _smooth(inside[0], point, walks, start, lr, alpha, gtol)
    return found


def _at_kink(land: Landscape, point: CriticalPoint) -> list[Rate]:
    if not point.kink:
        return []
    across = point.slopes is not None and point.slopes[0][1] < 0 < point.slopes[1][0]
    text = "f′ jumps here, and Newton's law does not hold"
    if across:
        text = "f′ jumps here over 0: gradient descent with a fixed lr steps over it unless a step ends on it"
    return [Rate(point.x, "gd", "kink", None, text)]


def _smooth(
    part: SmoothPiece, point: CriticalPoint, walks: WalkOfEach, start: float, lr: float, alpha: float, gtol: float
) -> list[Rate]:
    jets = part.jets
    assert jets is not None
    if point.multiplicity > 1:
        return _degenerate(jets, point, walks, start)
    with working(FINE, 1):
        curve = jets.at(point.ball, 2, FINE)
        factor = abs(1 - arb(lr) * curve)
        lasting = arb(alpha) / (curve + arb(alpha))
    size = float(curve.mid())
    if not 0 < size < math.inf or not math.isfinite(lr * size) or not factor.is_finite():
        return []
    tolerance = gtol / size
    error = abs(start - point.x[0])
    repels = factor > 1
    text = f"lr·f″ ≈ {_about(1 + factor, 2)} > 2: the minimum repels" if repels else (
        f"with lr = {digits(lr)} the error shrinks by |1 − lr·f″| ≈ {_about(factor, 1)} a step")  # fmt: skip
    if factor.contains(0):
        text = f"lr {'=' if factor == 0 else '≈'} 1/f″ = {digits(lr)}: near the minimum the error is squared at least"
        text = text if factor == 0 else text.replace("is squared at least", "is squared, or nearly so")
    made = [
        Rate(point.x, "gd", "repels" if repels else "linear", ends(factor), text,
             *_steps(walks["gd"], point, _linear(float(factor.mid()), error, tolerance))),
        _newton(jets, point, walks["newton"], curve, error, tolerance),
    ]  # fmt: skip
    if alpha > 0:
        text = f"with alpha = {digits(alpha)} the error shrinks by alpha/(f″ + alpha) ≈ {_about(lasting, 1)} a step"
        predicted = _linear(float(lasting.mid()), error, tolerance)
        made.append(Rate(point.x, "regularized-newton", "linear", ends(lasting), text,
                         *_steps(walks["regularized-newton"], point, predicted)))  # fmt: skip
    return made


def _degenerate(jets: Jets, point: CriticalPoint, walks: WalkOfEach, start: float) -> list[Rate]:
    m = point.multiplicity
    with working(FINE, 1):
        factor = ends(1 - 1 / arb(m))
    text = (
        f"f′ has a zero of multiplicity {m}: the error shrinks by 1 − 1/{m} ≈ {digits(1 - 1 / m)} a step, only linear"
    )
    slow = "f″ = 0 here: the error shrinks ever more slowly, by no fixed factor"
    return [
        Rate(point.x, "gd", "sublinear", (1.0, 1.0), slow),
        Rate(point.x, "newton", "linear", factor, text, None, _observed(walks["newton"], point)),
    ]


def _newton(jets: Jets, point: CriticalPoint, walk: Walked, curve: Any, error: float, tolerance: float) -> Rate:
    """Quadratic, or at least cubic where f‴ = 0 is shown."""
    with deep():
        straight = jets.derivative(3) == 0
    if straight:
        text = "f is quadratic here: one step"
        return Rate(point.x, "newton", "exact", (0.0, 0.0), text, *_steps(walk, point, 1 if error > tolerance else 0))
    third = jets.at(point.ball, 3, FINE)
    form = point.form if third.contains(0) else None
    cubic = form is not None and vanishes(jets.derivative(3), {jets.x: form})
    with working(FINE, 1):
        constant = abs(jets.at(point.ball, 4, FINE) / (3 * curve) if cubic else third / (2 * curve))
    size = float(constant.mid())
    predicted = None if constant.contains(0) else _power(size, 3 if cubic else 2, error, tolerance)
    text = f"quadratic, e⁺ ≈ |f‴/2f″|·e² = {digits(size, 4)}·e²"
    if cubic:
        text = f"f‴ = 0 here: at least cubic, e⁺ ≈ {digits(size, 4)}·e³"
    if constant.contains(0):
        text = "f‴ = 0 here: at least cubic" if cubic else "at least quadratic"
    law = "cubic" if cubic else "quadratic"
    return Rate(point.x, "newton", law, ends(constant), text, *_steps(walk, point, predicted))


def _about(ball: Any, whole: int) -> str:
    """A number near a whole one, as its distance from that where six digits do not tell it."""
    with working(FINE, 1):
        apart = ball - whole
    text = digits(float(ball.mid()))
    if text != str(whole) or apart.contains(0):
        return text
    return f"{whole} {'+' if apart > 0 else '−'} {digits(abs(float(apart.mid())), 3)}"


def ends(ball: Any) -> Interval:
    return max(0.0, below(ball)), above(ball)


# predictions and observations


def _linear(factor: float, error: float, tolerance: float) -> int | None:
    """k with factorᵏ·error ≤ tolerance."""
    if error <= tolerance:
        return 0
    if not 0 < factor < 1 or not tolerance > 0:
        return None if factor else 1
    k = math.ceil(math.log(tolerance / error) / math.log(factor))
    return k if k <= LONGEST else None


def _power(constant: float, order: int, error: float, tolerance: float) -> int | None:
    """Steps of e ← constant·eᵒʳᵈᵉʳ to the tolerance; None where the law does not shrink the error from the start."""
    if not (math.isfinite(constant) and error < 1e100 and tolerance > 0) or constant * error ** (order - 1) >= 1:
        return None
    k = 0
    while error > tolerance:
        error, k = constant * error**order, k + 1
    return k


@dataclass(frozen=True)
class Walked:
    """Where a walk ended, after how many steps, whether f was flat there, and which critical points there are."""

    x: float
    steps: int
    flat: bool
    width: float
    places: tuple[float, ...]

    def ends_at(self, point: CriticalPoint, share: float) -> bool:
        """Whether it ended within a share of the window of a point, and nearer to it than to any other."""
        apart = abs(self.x - point.x[0])
        others = [abs(self.x - y) for y in self.places if y != point.x[0]]
        return apart <= share * self.width and all(apart < other for other in others)


class WalkOfEach:
    """One walk for each method from the start, walked when it is asked for."""

    def __init__(
        self, loss: Any, start: float, lr: float, alpha: float, gtol: float, window: np.ndarray,
        places: tuple[float, ...],
    ) -> None:  # fmt: skip
        self.loss, self.start, self.gtol, self.window, self.places = loss, start, gtol, window, places
        self.parameters = {"gd": {"lr": lr}, "newton": {}, "regularized-newton": {"alpha": alpha}}
        self.walked: dict[str, Walked] = {}

    def __getitem__(self, name: str) -> Walked:
        from symopt.descent import Stop, descend
        from symopt.judge import Outcome
        from symopt.methods import method

        if name not in self.walked:
            each = method(name).with_parameters(**self.parameters[name])
            steps = 100 if name == "newton" else OBSERVED
            walk = descend(self.loss, each, [self.start], Stop(steps, self.gtol), self.window)
            flat, width = walk.outcome is Outcome.FLAT, float(np.ptp(self.window))
            self.walked[name] = Walked(float(walk.xs[-1, 0]), walk.steps, flat, width, self.places)
        return self.walked[name]


def _observed(walk: Walked, point: CriticalPoint) -> int | None:
    """Steps after which the walk was flat at this minimum; None if it was not."""
    return walk.steps if walk.flat and walk.ends_at(point, NEAR) else None


def _steps(walk: Walked, point: CriticalPoint, predicted: int | None) -> tuple[int | None, int | None]:
    """Prediction and observation, both None at a minimum to which the walk does not go."""
    return (predicted if walk.ends_at(point, 0.05) else None), _observed(walk, point)


# walks that repeat for ever


def cycles(land: Landscape, lr: float) -> list[str]:
    """Proved sentences about maps with T(T(x)) = x."""
    found = []
    whole = [p for p in land.inside if p.jets is not None]
    if len(whole) == 1 and len(land.inside) == 1 and whole[0].piece.expr == land.expr:
        jets = whole[0].jets
        assert jets is not None
        curve = jets.derivative(2)
        rates_ = [Rational(repr(lr))]
        if curve.is_Rational and curve > 0 and 2 / curve != rates_[0] and len(str(2 / curve)) <= READABLE:
            rates_.append(2 / curve)
        for rate in rates_:
            if curve.is_Rational and rate * curve == 2 and involution(land.x - rate * jets.derivative(1), land.x):
                centre = sympy.solve(jets.derivative(1), land.x)[0]
                found.append(
                    f"gd with lr = {rate}: every start but {centre} jumps to the other side and back for ever, "
                    "T(T(x)) = x (proved)"
                )
    if len(whole) == 2 and whole[0].last.exact is not None and whole[0].last.exact == whole[1].first.exact:
        c = whole[0].last.exact
        if all(_mirrors(part, land.x, c, side) for part, side in zip(whole, (-1, 1), strict=True)):
            found.append(
                f"newton: every start but {c} whose mirror image lies in the window jumps there and back for ever, "
                "T(T(x)) = x (proved)"
            )
    return found


def involution(step: Expr, x: Symbol) -> bool:
    """Whether T(T(x)) = x, by algebra."""
    with deep():
        return bool(sympy.expand(step.subs(x, step) - x) == 0)


def _mirrors(part: SmoothPiece, x: Symbol, c: Expr, side: int) -> bool:
    """Whether Newton's step takes c + t to c − t on a piece on one side of c."""
    jets = part.jets
    assert jets is not None
    t = Symbol("_t", positive=True)
    for sample in (0.37, 1.3):
        at = arb(float(c)) + side * sample
        slope, curve = jets.at(at, 1), jets.at(at, 2)
        if not (slope / curve - 2 * side * sample).contains(0) or not slope.is_finite() or curve.contains(0):
            return False
    with deep():
        here = c + side * t
        slope, curve = (jets.derivative(k).subs(x, here) for k in (1, 2))
        return bool(sympy.simplify(slope / curve - 2 * side * t) == 0)


__all__ = ["cycles", "rates"]

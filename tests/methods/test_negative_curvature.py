"""From where f bends downwards: newton goes to a maximum or saddle, the methods made for it to minima."""

import numpy as np
import pytest

from symopt.descent import Stop, descend
from symopt.loss import Loss
from symopt.methods import method

COSINE = Loss.parse("-cos(pi*x/20)")
HIMMELBLAU = Loss.parse("(x**2 + y - 11)**2 + (x + y**2 - 7)**2")
CAMEL = Loss.parse("(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2")
SIZES = {  # what f's terms add up to in magnitude: its rounding is in proportion
    "cosine": lambda x: np.ones_like(x),
    "himmelblau": lambda x, y: (x**2 + y + 11) ** 2 + (x + y**2 + 7) ** 2,
    "camel": lambda x, y: (4 + 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 + 4) * y**2,
}
LEAVING = ("saddle-free-newton", "trust-region", "modified-newton", "levenberg-marquardt", "cubic-newton")


def bent(loss, low, high, count):
    """Seeded starts at which the Hessian has a negative eigenvalue."""
    x = np.random.default_rng(0).uniform(low, high, (20 * count, loss.n))
    return x[np.linalg.eigvalsh(loss.hess(x))[:, 0] < 0][:count]


STARTS = {
    "cosine": (COSINE, bent(COSINE, [-19.9], [19.9], 400)),
    "himmelblau": (HIMMELBLAU, bent(HIMMELBLAU, [-3, -3], [3, 3], 400)),
    "camel": (CAMEL, bent(CAMEL, [-2, -1], [2, 1], 400)),
}


@pytest.mark.parametrize(("loss", "start", "kind"), [
    (COSINE, -15.0, "maximum"),
    (HIMMELBLAU, (-0.3, -0.9), "maximum"),
    (CAMEL, (0.1, 0.1), "saddle"),
    (CAMEL, (1.1, 0.8), "saddle"),
])  # fmt: skip
def test_newton_is_reported_where_it_climbs(loss, start, kind):
    t = descend(loss, "newton", start)
    assert t.kind == kind
    assert kind.upper() in t.verdict
    for name in LEAVING:
        t = descend(loss, name, start)
        assert t.kind == "minimum", (name, t.message)
        assert not (method(name).descends and t.rises)


@pytest.mark.parametrize("where", STARTS)
@pytest.mark.parametrize("name", LEAVING)
def test_the_others_end_at_minima_from_everywhere(name, where):
    loss, x = STARTS[where]
    assert len(x) == 400
    flat = np.zeros(len(x), dtype=bool)
    walk = method(name).iterates(loss, x)
    for _ in range(100):
        before, x = x, next(walk)
        rise = loss(x) - loss(before)
        size = SIZES[where](*np.abs(before.T))
        if method(name).descends:
            assert (flat | (rise <= 4 * np.finfo(float).eps * size)).all()
        flat |= np.linalg.norm(loss.grad(x), axis=-1) <= 1e-8
        if flat.all():
            break
    assert flat.all()
    assert (np.linalg.eigvalsh(loss.hess(x))[:, 0] > 0).all()


def test_in_an_exact_valley_of_symmetry_they_leave_too():
    """On the ridge the slope has no part along the negative curvature: the hard case, met by a real walk."""
    loss = Loss.parse("(x**2 - 1)**2 + y**2")
    for name in ("trust-region", "cubic-newton"):
        t = descend(loss, name, (0.0, 2.0), Stop(steps=100))
        assert t.kind == "minimum", name
        assert abs(t.xs[-1, 0]) == pytest.approx(1)

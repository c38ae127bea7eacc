"""Methods × gallery: who finds a minimum from the usual start, and what each one cannot do, by name."""

import functools

import numpy as np
import pytest

from symopt.descent import Stop, descend
from symopt.errors import MethodError
from symopt.gallery import GALLERY
from symopt.gallery import find as problem
from symopt.loss import Loss
from symopt.methods import registered
from symopt.methods.registry import find
from tests.kit.share import share

SMALL = (
    "quadratic", "perturbed-quadratic", "cosine", "log-cosh", "double-well", "pseudo-huber", "himmelblau", "booth",
    "three-hump-camel", "logistic-regression", "rosenbrock", "sum-squares",
)  # fmt: skip
SLOW = "too slow for 1,000 steps of its default length"
CYCLES = "ends in a cycle of its step's length"
CLIMBS = "the Hessian at the start is not positive definite, and it looks for any critical point"
LEAPS = "convex, but Newton overshoots more with each step, and no alpha or line search holds it"
FMIN = "its least value is not 0, and fmin says it is"

CANNOT = {  # method: {loss: why}
    "gd": dict.fromkeys(("logistic-regression", "rosenbrock"), SLOW),
    "newton": {
        **dict.fromkeys(("cosine", "double-well", "himmelblau"), CLIMBS),
        **dict.fromkeys(("log-cosh", "pseudo-huber"), LEAPS),
    },
    "regularized-newton": {"log-cosh": LEAPS, "pseudo-huber": LEAPS, "rosenbrock": SLOW},
    "saddle-free-newton": {"log-cosh": LEAPS, "pseudo-huber": LEAPS},
    "momentum": {"rosenbrock": SLOW},
    "nesterov": {"rosenbrock": SLOW},
    "adagrad": dict.fromkeys(SMALL, SLOW),
    "rmsprop": dict.fromkeys(("booth", "three-hump-camel", "logistic-regression", "rosenbrock"), CYCLES),
    "adam": {"rosenbrock": SLOW},
    "sign-gd": dict.fromkeys(
        ("double-well", "booth", "himmelblau", "three-hump-camel", "logistic-regression", "rosenbrock"), CYCLES
    ),
    "normalized-gd": dict.fromkeys(
        ("double-well", "himmelblau", "booth", "three-hump-camel", "logistic-regression", "rosenbrock", "sum-squares"),
        CYCLES,
    ),
    "polyak": {
        **dict.fromkeys(("perturbed-quadratic", "cosine", "logistic-regression"), FMIN),
        "rosenbrock": SLOW,
    },
    "gradient-regularized-newton": {"himmelblau": CLIMBS},
    "noisy-gd": dict.fromkeys(SMALL, "the noise goes on"),
    "backtracking": {"rosenbrock": SLOW},
    "coordinate-descent": dict.fromkeys(("three-hump-camel", "logistic-regression", "rosenbrock"), SLOW),
    "gauss-newton": dict.fromkeys(
        (
            "perturbed-quadratic",
            "cosine",
            "log-cosh",
            "pseudo-huber",
            "three-hump-camel",
            "logistic-regression",
        ),
        "not written as a sum of squares",
    ),
    "sgd": dict.fromkeys(
        ("three-hump-camel", "logistic-regression", "rosenbrock"),
        "too slow, or its terms do not share a minimum",
    ),
}

# the strong ones, on a third of the gallery each
STRONG = (
    "bfgs", "l-bfgs", "conjugate-gradient", "trust-region", "cubic-newton", "levenberg-marquardt", "modified-newton",
    "line-search-newton", "newton-cg",
)  # fmt: skip
NO_MINIMUM = {"inflection", "staircase", "soft-ramp", "saddle", "monkey-saddle"}
KINK = {"bukin-6": "no derivatives along its valley"}
LINEAR = "the Hessian vanishes at the minimum: it stops where the gradient is below the tolerance, not near enough"
SYMMETRY = "the start's symmetry leads to a saddle where the Hessian is singular"
SINGULAR = "ends where ∂r/∂x is singular: the linear model of the residuals shows no way on"
FAR = "the first steps leap to a plateau"
INFLECTION = "closes in on an inflection of order two, where slope and curvature vanish together"
MAY_FAIL = {  # losses on which rounding or a default decides, and how it ends
    "bfgs": {**KINK, "forrester": INFLECTION, "biggs-exp6": SYMMETRY, "quartic": LINEAR},
    "l-bfgs": {**KINK, "forrester": INFLECTION, "biggs-exp6": SYMMETRY, "dixon-price": SYMMETRY, "quartic": LINEAR},
    "conjugate-gradient": {
        **KINK,
        **dict.fromkeys(("biggs-exp6", "box-3d"), SYMMETRY),
        "peaks": FAR,
        "powell-badly-scaled": "its last points are flat, and the curvature there drowns in rounding",
        **dict.fromkeys(("watson", "rosenbrock-chain"), SLOW),
    },
    "trust-region": {**KINK, "quartic": LINEAR},
    "cubic-newton": {**KINK, "forrester": INFLECTION},
    "levenberg-marquardt": {**KINK, "quartic": LINEAR, **dict.fromkeys(("biggs-exp6", "dixon-price"), SINGULAR)},
    "newton-cg": {**KINK, "powell-badly-scaled": SLOW},
    "modified-newton": {**KINK, "quartic": LINEAR, "powell-badly-scaled": SLOW},
    "line-search-newton": {
        **KINK,
        **dict.fromkeys(("kowalik-osborne", "rosenbrock-chain"), FAR),
        "quartic": LINEAR,
        "biggs-exp6": SYMMETRY,
        "wood": SLOW,
        **dict.fromkeys(("goldstein-price", "levy"), "a descent direction of an indefinite Hessian leads to a saddle"),
    },
}  # fmt: skip
RESTLESS = ("sign-gd", "normalized-gd", "noisy-gd")


@functools.cache
def parsed(name):
    known = problem(name)
    return Loss.parse(known.text, known.variables)


def reaches(trajectory, p):
    """Whether a walk ended at a minimum: by its verdict, or within 1e-3 of a known one."""
    if trajectory.lowest:
        return True
    known = np.array(p.minima + p.local_minima)
    x = trajectory.xs[-1]
    if not len(known) or not np.isfinite(x).all():
        return False
    return bool((np.abs(known - x).max(axis=1) <= 1e-3 * (1 + np.abs(known).max(axis=1))).any())


@pytest.mark.parametrize("name", CANNOT)
def test_every_other_method_on_a_small_zoo(name):
    failed, small = set(), share(SMALL, 3, [*CANNOT].index(name))
    for loss in small:
        p = problem(loss)
        try:
            t = descend(parsed(loss), name, p.start, Stop(steps=300 if name in RESTLESS else 1000), p.window)
        except MethodError:
            failed.add(loss)
            continue
        if not t.lowest:
            failed.add(loss)
    assert failed == {*CANNOT[name]} & {*small}


@pytest.mark.parametrize("name", STRONG)
def test_the_strong_ones_on_an_eighth_of_the_gallery_each(name):
    wrong = {}
    for p in share(GALLERY, 12, STRONG.index(name)):
        t = descend(parsed(p.name), name, p.start, Stop(steps=200), p.window)
        if p.name in NO_MINIMUM:
            assert t.kind != "minimum", p.name
        elif not reaches(t, p) and p.name not in MAY_FAIL[name]:
            wrong[p.name] = t.message
        if t.method.descends and (np.diff(t.fs) > t.loss.rounding(t.xs[1:]) + t.loss.rounding(t.xs[:-1])).any():
            wrong[p.name] = "f rose"
    assert not wrong


def test_every_method_is_in_the_zoo():
    assert set(registered()) == {*CANNOT, *STRONG}


def test_a_letter_alone_is_no_abbreviation():
    for letter in "abcdefghijklmnopqrstuvwxyz":
        assert find(letter) is None, letter
    assert find("mome") == "momentum"
    assert find("newt") is None  # or newton-cg?

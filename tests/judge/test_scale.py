"""Multiplying f, or stretching or shifting x with window and start, changes no word: a part of the gallery."""

from fractions import Fraction

import pytest

from symopt.gallery import GALLERY
from symopt.methods import method
from tests.kit.scaled_walks import Scaled, changes

NAMES = ("quadratic", "quartic", "cosine", "log-cosh", "himmelblau", "booth")
SPECS = (
    "gd",
    "newton",
    "adam",
    "momentum",
    "bfgs",
    "conjugate-gradient",
    "trust-region",
    "cubic-newton",
    "backtracking",
)
SCALES = (Scaled(c=Fraction(10) ** -12), Scaled(c=Fraction(10) ** 12), Scaled(stretch=Fraction(10) ** 3))


@pytest.mark.parametrize("name", NAMES)
def test_no_word_changes(name):
    found, count = changes([entry for entry in GALLERY if entry.name == name], [method(s) for s in SPECS], SCALES)
    assert found == []
    assert count == len(SPECS) * len(SCALES)

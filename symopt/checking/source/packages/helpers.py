"""What the packages that are written in Python ask besides numpy and scipy.special."""

from __future__ import annotations

from typing import Any

from symopt.checking.source.arrays import array, where
from symopt.checking.source.packages.linalg import sign_of
from symopt.checking.source.reading import Unreadable


def within(test: Any, value: Any, outside: Any) -> Any:
    """A density, where a known condition on the support decides; of what is not known the formula inside."""
    tests = array(test)
    return where(tests, value, outside) if tests.known else value


def known(holds: Any) -> None:
    """Refuses what is not written out."""
    if holds is not True:
        raise Unreadable("a call with these options, sizes or shapes")


HELPERS = {"within": within, "known": known, "sign_of": sign_of}

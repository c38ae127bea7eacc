"""What the packages that are written in Python ask besides numpy and scipy.special."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
from sympy import S

from symopt.checking.source.arrays import array, wrap
from symopt.checking.source.doubles import plain
from symopt.checking.source.packages.linalg import sign_of
from symopt.checking.source.reading import Unreadable
from symopt.forms import AskedWithin


def within(test: Any, value: Any, outside: Any) -> Any:
    """A logarithm of a density where its support is not left; elsewhere it is not finite, so that it has no value."""
    made = np.frompyfunc(_supported, 3, 1)(array(test).plain, array(value).plain, array(outside).plain)
    return wrap(made, "f")


def _supported(test: Any, value: Any, outside: Any) -> Any:
    if test in (S.true, S.false):
        return value if test == S.true else outside
    tests = test.args if isinstance(test, sympy.And) else (test,)
    if not all(isinstance(part, (sympy.Ge, sympy.Le)) for part in tests):
        raise Unreadable("a support of this kind")
    return sympy.Add(value, *(AskedWithin(plain(part.gts - part.lts)) for part in tests))


def known(holds: Any) -> None:
    """Refuses what is not written out."""
    if holds is not True:
        raise Unreadable("a call with these options, sizes or shapes")


HELPERS = {"within": within, "known": known, "sign_of": sign_of}

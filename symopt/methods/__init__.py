"""Methods: formulas in `rule.py`, code in a file of its own each; the folder is scanned for them.

`symopt.methods` is this package, and `symopt.methods()` lists what is in it. An import of any of its modules sets the
attribute `methods` of symopt to the package, so that a function of that name would be gone after the first walk:
the package answers the call itself.
"""

import sys
from types import ModuleType

from symopt.methods.base import AUTO, BEST, Method, Smooth
from symopt.methods.registry import find, method, methods, registered, settings, spec, unknown, values
from symopt.methods.rule import FORMULAS, Named, Rule
from symopt.notebook import Listing

__all__ = [
    "AUTO", "BEST", "FORMULAS", "Method", "Named", "Rule", "Smooth", "find", "method", "methods", "registered",
    "settings", "spec", "unknown", "values",
]  # fmt: skip


class _Methods(ModuleType):
    """The package as a function."""

    def __call__(self) -> Listing[Named]:
        """Every method, as records that print as a table."""
        return methods()


sys.modules[__name__].__class__ = _Methods

"""Sweeps: what every start, every rate and every letter does, each pixel judged as a single walk is.

`symopt.sweep` is this package, and `symopt.sweep(…)` walks: the package answers the call itself, for an import of any
of its modules sets the attribute `sweep` of symopt to the package.
"""

import sys
from types import ModuleType
from typing import Any

from symopt.sweep.film import frames
from symopt.sweep.reel import Reel
from symopt.sweep.result import Sweep
from symopt.sweep.run import sweep

__all__ = ["Reel", "Sweep", "frames", "sweep"]


class _Sweep(ModuleType):
    """The package as a function."""

    def __call__(self, *given: Any, **named: Any) -> Sweep:
        """Walks a grid; see `symopt.sweep.run.sweep`."""
        return sweep(*given, **named)


sys.modules[__name__].__class__ = _Sweep

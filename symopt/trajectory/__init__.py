"""Walks: the record of one, and how somebody else's path becomes one.

`symopt.trajectory` is this package, and `symopt.trajectory(…)` judges a path: the package answers the call itself, for
an import of any of its modules sets the attribute `trajectory` of symopt to the package.
"""

import sys
from types import ModuleType
from typing import Any

from symopt.trajectory.given import trajectory
from symopt.trajectory.record import Calls, Trajectory, count, letters, number, point

__all__ = ["Calls", "Trajectory", "count", "letters", "number", "point", "trajectory"]


class _Trajectory(ModuleType):
    """The package as a function."""

    def __call__(self, *given: Any, **named: Any) -> Trajectory:
        """Judges a path; see `symopt.trajectory.given.trajectory`."""
        return trajectory(*given, **named)


sys.modules[__name__].__class__ = _Trajectory

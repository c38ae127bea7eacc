"""Type a loss. See how it descends. Know why.

from symopt import descend, animate
animate(descend("-cos(pi*x/20)", "newton"), "descent.gif")
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names as below, for type checkers and editors
    from symopt.analysis import Analysis as Analysis
    from symopt.analysis import analyze as analyze
    from symopt.checking import Verdict as Verdict
    from symopt.checking import check as check
    from symopt.codegen import derive as derive
    from symopt.descent import Stop as Stop
    from symopt.descent import descend as descend
    from symopt.errors import DerivativeError as DerivativeError
    from symopt.errors import ExpressionError as ExpressionError
    from symopt.errors import MethodError as MethodError
    from symopt.errors import RenderError as RenderError
    from symopt.errors import StartError as StartError
    from symopt.errors import SymoptError as SymoptError
    from symopt.gallery import losses as losses
    from symopt.judge import Outcome as Outcome
    from symopt.loss import Loss as Loss
    from symopt.methods import Method as Method
    from symopt.methods import Rule as Rule
    from symopt.methods import spec as spec
    from symopt.methods.registry import method as method
    from symopt.methods.registry import methods as methods
    from symopt.page import explore as explore
    from symopt.problem import Problem as Problem
    from symopt.sweep import Sweep as Sweep
    from symopt.sweep import sweep as sweep
    from symopt.trajectory import Trajectory as Trajectory
    from symopt.trajectory import trajectory as trajectory
    from symopt.views import animate as animate
    from symopt.views import plot as plot

_NAMES = {
    "symopt.analysis": "Analysis analyze",
    "symopt.checking": "Verdict check",
    "symopt.codegen": "derive",
    "symopt.descent": "Stop descend",
    "symopt.errors": "DerivativeError ExpressionError MethodError RenderError StartError SymoptError",
    "symopt.gallery": "losses",
    "symopt.judge": "Outcome",
    "symopt.loss": "Loss",
    "symopt.methods": "Method Rule method methods spec",  # methods is the package itself, which may be called
    "symopt.page": "explore",
    "symopt.problem": "Problem",
    "symopt.sweep": "Sweep sweep",  # sweep is the package itself, which may be called
    "symopt.trajectory": "Trajectory trajectory",  # trajectory is the package itself, which may be called
    "symopt.views": "animate plot",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}
__all__ = [
    "Analysis", "DerivativeError", "ExpressionError", "Loss", "Method", "MethodError", "Outcome", "Problem",
    "RenderError", "Rule", "StartError", "Stop", "Sweep", "SymoptError", "Trajectory", "Verdict", "analyze", "animate",
    "check", "derive", "descend", "explore", "losses", "method", "methods", "plot", "spec", "sweep",
    "trajectory",
]  # fmt: skip
__version__ = "0.1.0"

if not TYPE_CHECKING:

    def __getattr__(name):
        """Public names are imported when they are first used, so that `import symopt` costs nothing."""
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module 'symopt' has no attribute {name!r}")
        home = import_module(_HOMES[name])
        value = home if home.__name__ == f"symopt.{name}" else getattr(home, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__

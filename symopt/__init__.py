"""Type a loss. See how it descends. Know why.

from symopt import descend, animate
animate(descend("-cos(pi*x/20)", "newton"), "descent.gif")
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Loss": "symopt.loss",
    "Method": "symopt.methods",
    "Rule": "symopt.methods",
    "method": "symopt.methods",
    "spec": "symopt.methods",
    "Problem": "symopt.problem",
    "Stop": "symopt.descent",
    "descend": "symopt.descent",
    "Trajectory": "symopt.trajectory",
    "Outcome": "symopt.judge",
    "animate": "symopt.views",
    "plot": "symopt.views",
    "explore": "symopt.page",
    "check": "symopt.checking",
    "Verdict": "symopt.checking",
    "derive": "symopt.codegen",
    "analyze": "symopt.analysis",
    "Analysis": "symopt.analysis",
    "SymoptError": "symopt.errors",
    "ExpressionError": "symopt.errors",
    "MethodError": "symopt.errors",
    "StartError": "symopt.errors",
    "DerivativeError": "symopt.errors",
    "RenderError": "symopt.errors",
}
__all__ = sorted(_HOMES)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used, so that `import symopt` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symopt' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

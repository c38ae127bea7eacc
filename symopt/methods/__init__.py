"""Methods: formulas in `rule.py`, code in a file of its own each; the folder is scanned for them."""

from symopt.methods.method import AUTO, BEST, Method, Smooth
from symopt.methods.registry import candidates, find, method, registry, settings, spec, values
from symopt.methods.rule import FORMULAS, Named, Rule

__all__ = [
    "AUTO", "BEST", "FORMULAS", "Method", "Named", "Rule", "Smooth", "candidates", "find", "method", "registry",
    "settings", "spec", "values",
]  # fmt: skip

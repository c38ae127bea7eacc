"""Derivatives of losses that are sums, for people: by a general entry x[k], with Σ, whatever the number of terms."""

from symopt.expression.general.derivatives import Derivatives
from symopt.expression.general.tree import Entry, Mean, Sigma

__all__ = ["Derivatives", "Entry", "Mean", "Sigma"]

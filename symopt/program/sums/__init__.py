"""Losses that are sums: numbers from the program of one term, whatever the number of terms."""

from symopt.program.sums.fitting import Fitted, fitted
from symopt.program.sums.numbers import SumNumbers

__all__ = ["Fitted", "SumNumbers", "fitted"]

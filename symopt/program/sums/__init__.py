"""Losses that are sums: numbers from the program of one term, whatever the number of terms."""

from symopt.program.sums.fitting import Fitted, fitted
from symopt.program.sums.numbers import SumNumbers
from symopt.program.sums.partitions import PartitionedNumbers
from symopt.program.sums.residuals import Residuals

__all__ = ["Fitted", "PartitionedNumbers", "Residuals", "SumNumbers", "fitted"]

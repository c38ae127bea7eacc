"""Losses that are sums: numbers from the program of one term, whatever the number of terms."""

from symopt.program.sums.fitting import Fitted, fitted
from symopt.program.sums.numbers import SumNumbers
from symopt.program.sums.partitions import PartitionedNumbers
from symopt.program.sums.residuals import Residuals
from symopt.program.sums.sampling import Batch, Items, Rows, items_of

__all__ = [
    "Batch",
    "Fitted",
    "Items",
    "PartitionedNumbers",
    "Residuals",
    "Rows",
    "SumNumbers",
    "fitted",
    "items_of",
]

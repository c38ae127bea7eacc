"""Sums that stay sums, built once however many terms they have, and columns of data: one layer above another."""

from symopt.expression.keep.alike import KEPT
from symopt.expression.keep.keeper import Keeper
from symopt.expression.keep.predictors import LINEAR
from symopt.expression.keep.state import WrittenOut

__all__ = ["KEPT", "LINEAR", "Keeper", "WrittenOut"]

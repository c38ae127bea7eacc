"""A tree to sympy, through constructors only: what each kind of piece means, one layer above another."""

from symopt.expression.builder.series import Builder
from symopt.expression.builder.values import TooMany, Value

__all__ = ["Builder", "TooMany", "Value"]

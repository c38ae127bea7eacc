"""What a text in another notation would be here: Mathematica, TeX, a spreadsheet, MATLAB, R, Julia, words, Chinese.

Each rule rewrites one habit. What comes out is offered only if it can be read, so that a hint never misleads.
"""

from symopt.expression.dialects.habits import meant
from symopt.expression.dialects.hint import suggest

__all__ = ["meant", "suggest"]

"""The judge: from the points of a walk to the words for how it ended. The loop walks, the judge judges."""

from symopt.judge.ending import Judgement, Outcome, judge
from symopt.judge.kind import kind_of
from symopt.judge.rises import rose

__all__ = ["Judgement", "Outcome", "judge", "kind_of", "rose"]

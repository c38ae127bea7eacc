"""The judge: from the points of a walk to the words for how it ended. The loop walks, the judge judges."""

from symopt.judge.ending import Judgement, Outcome, judge
from symopt.judge.flat import Flat
from symopt.judge.kind import place_of
from symopt.judge.rises import above, directions

__all__ = ["Flat", "Judgement", "Outcome", "above", "directions", "judge", "place_of"]

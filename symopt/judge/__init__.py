"""The judge: from the points of a walk to the words for how it ended. The loop walks, the judge judges."""

from symopt.judge.ending import Judgement, Outcome, judge
from symopt.judge.flat import Flat
from symopt.judge.kind import place_of
from symopt.judge.rises import above, directions
from symopt.judge.thinned import MOST, Recorder, Thinned

__all__ = ["MOST", "Flat", "Judgement", "Outcome", "Recorder", "Thinned", "above", "directions", "judge", "place_of"]

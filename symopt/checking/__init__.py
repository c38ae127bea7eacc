"""Hand-written derivatives: proved, refuted with a witness and a diagnosis, or left undecided in so many words."""

from symopt.checking.compare import check
from symopt.checking.verdict import Verdict

__all__ = ["Verdict", "check"]

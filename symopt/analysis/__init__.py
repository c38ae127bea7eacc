"""What a loss of one to three variables does, known before a walk: critical points, curvature, safe steps, rates."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symopt.analysis.along.report import LetterAnalysis as LetterAnalysis
    from symopt.analysis.along.steps import StepAnalysis as StepAnalysis
    from symopt.analysis.before import warnings_before as warnings_before
    from symopt.analysis.boxes.report import BoxAnalysis as BoxAnalysis
    from symopt.analysis.line.report import Analysis as Analysis
    from symopt.analysis.proven import marks as marks
    from symopt.analysis.records import CriticalPoint as CriticalPoint
    from symopt.analysis.records import Rate as Rate
    from symopt.analysis.study import analyze as analyze

_HOMES = {
    "analyze": "symopt.analysis.study",
    "Analysis": "symopt.analysis.line.report",
    "BoxAnalysis": "symopt.analysis.boxes.report",
    "LetterAnalysis": "symopt.analysis.along.report",
    "StepAnalysis": "symopt.analysis.along.steps",
    "CriticalPoint": "symopt.analysis.records",
    "Rate": "symopt.analysis.records",
    "marks": "symopt.analysis.proven",
    "warnings_before": "symopt.analysis.before",
}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Names are imported when they are first used."""
        if name not in _HOMES:
            raise AttributeError(f"module 'symopt.analysis' has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

"""The helpers of this folder are modules beside the tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """No answer depends on how busy the machine is: the budget is ten minutes unless a test sets its own."""
    pytest.importorskip("flint")
    import symopt.analysis.study as study

    monkeypatch.setitem(study.analyze.__kwdefaults__, "budget", 600.0)

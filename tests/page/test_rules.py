"""Formulas of methods typed in the page: the same steps as Python's, and words where they cannot be read."""

from symopt.page.words import rows
from tests.kit.typed_rules import LOSSES, NAMED, OWN, REFUSED, compared, said


def test_steps_of_typed_formulas_are_numpys(tmp_path):
    faults, count = compared(tmp_path, [*NAMED, *OWN][::4], LOSSES[::3], 1)
    assert not faults, faults[:5]
    assert count > 150


def test_mistyped_formulas_are_refused_in_words(tmp_path):
    for (text, phrase), found in zip(REFUSED, said(tmp_path, [text for text, _ in REFUSED]), strict=True):
        assert found.get("phrase", ["read"])[0] == phrase, (text, found)
        assert phrase in rows()
        assert 0 <= found["start"] <= found["end"] <= max(len(text), 1) + 1, (text, found)

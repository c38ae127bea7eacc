"""The verdicts on Python files, held against what numpy itself does when it executes them.

The cases stand in idioms/ and programs/; what `check` cannot yet do is one list, known.txt, which can only shrink:
`python -m tests.kit.executed --known` prints the table and writes it.
"""

import pytest

from tests.kit.executed import Case, cases, known, outcome, truth

LONG = {  # seconds each: `python -m tests.kit.executed` has them, and nine tenths of the others
    "softmax and cross-entropy on logits",
    "an index by argmin",
    "an index by argmax of the size",
    "norm of order infinity",
    "maximum of entries",
    "logsumexp by its own maximum",
    "softmax regression of three classes",
    "triplet loss of three embeddings",
    "triplet loss with a margin and normalised rows",
    "t-sne gradient of three points",
    "functools reduce over layers",
    "huber regression with a mask and an intercept",
    "gru cell step",
    "gru cell step with a slip",
}
ALL = [*cases("idioms"), *cases("programs")]
CASES = [case for case in ALL if case.name not in LONG][::23]
PART = 20


@pytest.mark.parametrize("start", range(0, len(CASES), PART))
def test_verdicts_are_what_numpy_shows(start):
    said, wanted = {}, {}
    for case in CASES[start : start + PART]:
        found = outcome(case)
        said[case.name] = f"{found.word}  {found.why}".strip()
        wanted[case.name] = known().get(case.name, "right")
    wrong = {name: word for name, word in said.items() if not word.startswith(wanted[name])}
    assert not wrong, f"known.txt, or else right, is {[wanted[name] for name in wrong]}"


def test_names_are_unique_and_the_list_names_cases():
    names = [case.name for case in ALL]
    assert len(set(names)) == len(names)
    assert set(known()) | LONG <= set(names)


def test_the_oracle_tells_right_from_wrong():
    text = "def f(x): return x[0]**2*x[1]\ndef df(x): return {}\n"
    right = text.format("[2*x[0]*x[1], x[0]**2]")
    wrong = text.format("[2*x[0]*x[1], x[0]**2 + 1e-3]")
    assert set(truth(Case("right", right, right, 2)).values()) == {"right"}
    found = truth(Case("wrong", wrong, wrong, 2))
    assert found["gradient", (0,)] == "right"
    assert "is right, at" in found["gradient", (1,)]

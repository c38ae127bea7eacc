"""Finished walks on random losses: no false word, by a judge of its own."""

from itertools import islice

from tests.kit.random_walks import cases, complaint, judged, walked


def test_no_word_is_false():
    found = [judged(case) for case in islice(cases(seed=77), 60)]
    assert [row for row in found if row and row[2]] == []
    assert sum(row is not None for row in found) > 50
    assert len({row[1] for row in found if row}) > 6


def test_the_judge_sees_a_false_kind():
    case = next(case for case in cases(seed=77) if (walk := walked(case)) and walk.judgement.word == "minimum")
    walk = walked(case)
    for word in ("maximum", "saddle", "inflection", "degenerate maximum"):
        object.__setattr__(walk.judgement, "kind", word.split()[0])
        object.__setattr__(walk.judgement, "reason", word.partition(" ")[2])
        assert complaint(case, walk), word

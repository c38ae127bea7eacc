"""The glossary explains every word that the judge says, and every heading of a table."""

import re

import pytest

from symopt.cli.glossary import GLOSSARY
from symopt.cli.words import find
from symopt.judge.sentences import ENDS, REMARKS
from symopt.sweep.labels import WORDS as SWEPT


@pytest.mark.parametrize("word", [*ENDS, *REMARKS])
def test_every_word_of_the_judge_is_explained(word):
    assert find(re.sub(r"\{\w+\}", "2", word)) is not None


@pytest.mark.parametrize(
    "word",
    [
        "k",
        "f rose",
        "digits",
        "rank",
        "evaluations",
        "end",
        "‖∇f‖",
        "f′",
        "f″",
        "lr",
        "alpha",
        "auto",
        "proved",
        "share",
        "basin entropy",
        "uncertainty exponent",
        *map(str.lower, SWEPT),
    ],
)
def test_every_heading_is_explained(word):
    assert find(word) is not None


@pytest.mark.parametrize(
    ("word", "entry"),
    [
        ("MAXIMUM", "maximum"),
        ("SADDLE", "saddle"),
        ("left_domain", "left the domain"),
        ("RAN AWAY", "ran away"),
        ("2-CYCLE", "cycle"),
        ("12-cycle", "cycle"),
        ("no_step", "no next point"),
        ("minimum at a kink", "minimum"),
        ("▲", "f rose"),
    ],
)
def test_words_are_found_as_they_are_printed(word, entry, cli):
    done = cli("words", word)
    assert (done.code, done.err) == (0, "")
    assert done.out.lower().startswith(entry)


def test_the_list_and_the_mistakes(cli):
    listed = cli("words").out
    for name, text in GLOSSARY.items():
        told = text if text[0] in "fα" else text[0].upper() + text[1:]  # f is f at the beginning too
        assert f"{name}\n  {told}\n" in listed
        assert len(text) < 400
        assert text.endswith(".")
    done = cli("words", "minimun")
    assert done.code == 2
    assert "did you mean minimum?" in done.err
    assert "symopt words lists them" in cli("words", "qwertz").err

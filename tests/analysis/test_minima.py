"""The proved table: its data, a cheap part of it proved anew, and all of it against values by numpy alone."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.kit.literature import CLAIMS, OTHERS, SOURCES
from tests.kit.minima import Answer, answered, gallery, judged, row, shown, sides

PAGE = (Path(__file__).parents[2] / "docs" / "minima.md").read_text(encoding="utf-8")
ROWS = {line.split(" | ")[0].removeprefix("| "): line for line in PAGE.splitlines() if line.count(" | ") == 7}
BY_NAME = {claim.name: claim for claim in [*CLAIMS, *gallery()]}
CHEAP = ["Booth", "Bukin 2", "Adjiman", "Matyas", "Schwefel 2.20", "gramacy-lee", "McCormick"]
NUMPY = {name: getattr(np, name) for name in ("sin", "cos", "tan", "exp", "log", "log10", "sqrt", "abs", "pi")}
NUMPY |= {"E": np.e, "Max": np.maximum}


def test_the_data():
    assert len(CLAIMS) >= 160
    assert len(BY_NAME) == len(CLAIMS) + len(list(gallery()))
    assert {claim.source for claim in [*CLAIMS, *OTHERS]} <= set(SOURCES)
    assert {claim.name for claim in OTHERS} <= set(BY_NAME)


def test_the_page_has_a_row_for_each():
    assert set(BY_NAME) <= set(ROWS)
    for claim in BY_NAME.values():
        assert f"`{claim.text}`" in ROWS[claim.name]


@pytest.mark.parametrize("name", CHEAP)
def test_proved_anew(name):
    assert row(answered(BY_NAME[name])) == ROWS[name]


def test_nothing_is_lower_than_what_is_proved():
    compared = 0
    for claim in CLAIMS:
        if "sum(" in claim.text or "Piecewise" in claim.text or "sinc" in claim.text:
            continue
        told = ROWS[claim.name].split(" | ")[3].replace("−", "-")
        if not re.fullmatch(r"-?[0-9.]+(e[+-]?\d+)?", told):
            continue
        low, high = np.array([[float(eval(end, NUMPY)) for end in side] for side in sides(claim, 2)]).T
        x, y = np.random.default_rng(16).uniform(low, high, (4000, 2)).T
        with np.errstate(all="ignore"):
            found = np.nanmin(eval(claim.text, {**NUMPY, "x": x, "y": y}))
        assert found >= float(told) - 1e-9 * max(1, abs(float(told))), claim.name
        compared += 1
    assert compared >= 100


def test_a_wrong_claim_is_told():
    claim = BY_NAME["Booth"]
    answer = Answer(claim, "complete", -1e-20, 1e-20, (((1.0, 3.0), ((0.9999999, 1.0000001), (2.9999999, 3.0000001))),))
    assert judged(answer, "0", "1,3") == ""
    assert judged(answer, "", "") == ""
    assert judged(answer, "0.5", "1,3") == "the value: f takes lower values"
    assert judged(answer, "-0.25", "1,3") == "the value: f does not go as low"
    assert judged(answer, "-0.0000012", "1,3") == "last digits of the value"
    assert judged(answer, "0.1", "1,3") == ""  # good to a unit of its last digit
    assert judged(answer, "0", "1,2") == "the place: f is larger there than its least value"
    assert judged(answer, "0", "1,3.000004") == "last digits of the place"
    assert judged(replace(answer, high=float("nan"), low=float("nan"), places=()), "5", "1,2") == ""


def test_only_enclosed_digits_are_shown():
    assert shown(0.1057834694517, 0.1057834694518) == "0.105783469452"
    assert shown(0.1057, 0.1058) == "0.10575 ± 5e-05"
    assert shown(-1e-13, 1e-13) == "0"
    assert shown(2.0, 2.0) == "2"

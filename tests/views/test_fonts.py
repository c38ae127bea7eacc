"""Letters of other scripts in pictures."""

import warnings

import pytest
from matplotlib import font_manager

from symopt import Loss, animate, descend
from symopt.views.sheet import fonts

FIT = "mean((销量 - a*价格 - b)**2)"
SHOP = {"价格": [1.0, 2, 3, 4], "销量": [2, 3.9, 6.2, 7.8]}


@pytest.fixture
def forgotten():
    """Nothing known of fonts, before and after."""

    def forget():
        fonts._others.cache_clear()
        fonts._told.clear()

    forget()
    with warnings.catch_warnings():
        yield
    forget()


def test_letters_that_no_font_has_are_told_once(forgotten, monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "_installed", lambda: iter(()))
    walk = descend(Loss.parse(FIT, data=SHOP), method="newton")
    with pytest.warns(UserWarning, match="no installed font") as told:
        animate([walk], tmp_path / "fit.png", panels=["fit"])
    said = " ".join(str(each.message) for each in told)
    assert all(said.count(letter) == 1 for letter in "价格销量")
    assert (tmp_path / "fit.png").exists()


def test_each_letter_is_drawn_by_a_font_that_has_it(forgotten):
    kept = [e.name for e in font_manager.fontManager.ttflist]
    assert fonts.families("x² − cos(πx/20), é, Ж, θ") == ["DejaVu Sans"]
    if "Droid Sans Fallback" not in kept:
        pytest.skip("no font with Chinese letters")
    for family in fonts.families("价格")[1:]:
        assert "价" in fonts._letters(family)

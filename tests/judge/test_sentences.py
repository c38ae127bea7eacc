"""Sentences speak of the loss's own letters, and of what was seen."""

import re

import numpy as np
import pytest
from matplotlib.text import Text

from symopt import Loss, descend, plot
from symopt.judge.sentences import ENDS, Facts, badge, sentence
from symopt.methods.newton_cg import products, truncated
from symopt.page.words import declared
from tests.kit.node import run

ALL = {
    "period": "2", "bend": "f″", "size": "1", "left": "−1", "right": "1", "name": "t", "rate": "1/2", "gap": "0.1",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("word", ENDS)
def test_no_sentence_says_x_of_a_loss_in_t(word, language):
    facts = Facts(word, 1, 3, "t", "0.5", True, 1, "1", "oscillating", ALL)
    for text in (badge(facts, language), sentence(facts, language)):
        assert not re.search(r"\bx\b|\{|\}", text), text


@pytest.mark.parametrize(("text", "method", "start"), [
    ("(t-3)**2", "gd", -5), ("-(t-3)**2 + t**4/100", "newton", 3), ("abs(t)", "gd:lr=best", 1), ("log(t)", "gd", 1),
    ("t**3", "newton", 0), ("Heaviside(t)+t**2", "gd", -1), ("exp(-t)", "newton", 30),
])  # fmt: skip
def test_walks_and_their_tables_speak_of_the_letter(text, method, start):
    walk = descend(text, method, start)
    for said in (walk.verdict, walk.message, walk._repr_html_().replace(text, "").replace(walk.method.formula, "")):
        assert not re.search(r"\bx\b", said), said
    assert ">t<" in walk._repr_html_()


def test_points_of_several_variables_stand_under_their_names(cli):
    done = cli("run", "(a-1)**2 + b**2", "-m", "gd,newton")
    assert re.search(r"f rose +\(a, b\) +f ", done.out), done.out


@pytest.mark.parametrize("panel", ["cobweb", "slope"])
def test_pictures_speak_of_the_letter(panel):
    figure = plot(descend("theta**2 + theta**4", "gd:lr=0.3", 4, 3), panels=panel)
    said = [text.get_text() for text in figure.findobj(Text)]
    assert not [line for line in said if re.search(r"\bx (=|against)", line)]
    assert ("thick: next θ against θ" in said) is (panel == "cobweb")
    assert [line for line in said if line.startswith("θ =")]


def test_the_page_does_not_count_rises_that_it_cannot_see(tmp_path):
    """f stays within its rounding while x moves: Python looks at more digits, the page says what it sees."""
    body = """GIVEN.map(([fs]) => {
      const w = { outcome: "EXHAUSTED", kind: null, reason: "", n: 1, K: fs.length - 1, fs, remark: "",
                  xs: fs.map((_, k) => k), gs: fs.map(() => 1), at: null };
      return remarks(w, 1, "en");
    })"""
    answers = run(tmp_path, body, [[[1.0, 1.0, 1.0]], [[1.0, 1.0, 2.0]], [[2.0, 1.0, 0.5]]],
                  modules=("words.js",), functions=declared())  # fmt: skip
    assert answers == [
        "‖∇f‖ = 1; f was not seen to rise in 2 steps", "‖∇f‖ = 1; f rose in at least 1 of 2 steps",
        "‖∇f‖ = 1; f rose in 0 of 2 steps",
    ]  # fmt: skip


def test_a_method_that_finds_no_lower_point_says_so():
    """It stays beside the kink of |x|, where its direction leads across, and y could still fall."""
    walk = descend("abs(x)+y**2", "newton-cg", (-1, 2))
    assert "no lower point" in walk.verdict
    assert "no lower point" in walk.message


@pytest.mark.parametrize("start", [(-3.354, 2.208), (-1, 2), (3, 0.5)])
def test_truncated_newton_is_not_thrown_by_curvature_that_is_rounding(start):
    """h of |x| + y² is singular: along x there is no curvature, and what d·h·d shows of it is rounding."""
    loss = Loss.parse("abs(x)+y**2")
    p = truncated(products(loss, np.array(start)), loss.grad(start), np.array(0.0), -loss.grad(start))
    assert np.abs(p).max() < 1e3
    assert Loss.parse("abs(x)+y**2")(descend(loss, "newton-cg", start).xs[-1]) < 1e-4


@pytest.mark.parametrize(
    ("text", "spec", "start", "told"),
    [
        ("10**6*cosh(x/8)", "gd:lr=5/64", -2.7, "NO NUMBER FOR f at step 2"),  # cosh of 1e186
        ("cosh(x)", "gd:lr=-30", 5, "f BEYOND 1e308 at step 1"),
        ("log(1+x**3)", "gd:lr=1e20", 2, "LEFT THE DOMAIN at step 1"),
    ],
)
def test_what_is_too_large_is_not_said_to_be_undefined(text, spec, start, told):
    assert descend(text, spec, start, steps=9).verdict == told

"""`symopt analyze`: the answer on standard output, JSON with exactly the agreed keys, the picture, the errors."""

import json

import pytest


def test_it_works_as_typed_with_a_leading_minus(cli):
    done = cli("analyze", "-cos(pi*x/20)", "-w", "-20,20")
    assert done.code == 0
    assert "COMPLETE: 3 critical points" in done.out
    assert "x = −20" in done.out
    assert " s" in done.err


def test_json_is_one_object(cli):
    done = cli("analyze", "-cos(pi*x/20)+x**2", "--json", "-q")
    record = json.loads(done.out)
    assert record["schema"] == "symopt.analyze/1"
    assert record["window"] == [[-20.0, 20.0]]
    assert record["status"] == "complete"
    assert record["safe_lr"] == pytest.approx(0.98781, abs=5e-6)
    assert done.err == ""


def test_start_lr_and_alpha_reach_the_rates(cli):
    done = cli("analyze", "-cos(pi*x/20)", "-s", "-15", "--lr", "16", "--alpha", "2**-8*20", "--json")
    rates = {rate["method"]: rate for rate in json.loads(done.out)["rates"]}
    assert rates["gd"]["factor"][0] == pytest.approx(0.605, abs=5e-4)
    assert rates["regularized-newton"]["factor"][0] == pytest.approx(0.760, abs=5e-4)


def test_two_variables_have_a_table_a_record_and_a_picture(cli):
    done = cli("analyze", "(x**2+y-11)**2+(x+y**2-7)**2", "-w", "-5,5", "--plot", "why.svg")
    assert done.code == 0
    assert (
        "COMPLETE: 9 critical points in the window, and no other (proved): 4 minima, 4 saddles, 1 maximum" in done.out
    )
    assert "−2.805118087" in done.out
    assert (done.folder / "why.svg").read_text(encoding="utf8").lstrip().startswith("<?xml")
    record = json.loads(cli("analyze", "x*y", "-w", "-1,1", "--json").out)
    assert record["schema"] == "symopt.analyze-n/1"
    assert record["counts"] == {"saddle": 1}


def test_a_picture_is_written(cli):
    done = cli("analyze", "x**3-3*x", "-w", "-2,2", "--plot", "why.svg")
    assert done.code == 0
    text = (done.folder / "why.svg").read_text(encoding="utf8")
    assert text.lstrip().startswith("<?xml")
    assert sorted(path.name for path in done.folder.iterdir()) == ["why.svg"]
    assert "why.svg" in done.err


def test_a_range_of_lr_has_the_picture_of_its_orbits(cli):
    done = cli("analyze", "x**4/4-x**2/2", "-w", "-2,2", "-s", "1.2", "--lr", "0.5:1.5", "--plot", "orbits.svg")
    assert done.code == 0
    assert "a stable 2-cycle is born" in done.out
    text = (done.folder / "orbits.svg").read_text(encoding="utf8")
    assert "2-cycle is born" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x**2+y**2+z**2+w**2"], "one, two or three variables"),
        (["x**2+y**2+z**2", "--plot", "why.png"], "one or two variables"),
        (["x**2+y**2", "--lr", "0.1"], "lr"),
        (["x**2+y**2", "-s", "1,1"], "-s"),
        (["zeta(x)+y**2"], "zeta"),
        (["x**2+y**2", "-w", "2,-2"], "low end"),
        (["x**2", "--plot", "why.gif"], ".gif"),
        (["x**2", "--budget", "0"], "budget"),
        (["x**2", "--lr", "-1"], "--lr"),
        (["x**2", "-w", "2,-2"], "low end"),
        (["sin(", "--json"], "error"),
    ],
)
def test_what_the_user_can_fix_is_exit_2(cli, arguments, words):
    done = cli("analyze", *arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_a_loss_of_the_gallery_brings_its_window_and_a_letter_its_value(cli):
    assert cli("analyze", "a*x**2", "--set", "a=1/4", "--json").code == 0
    assert "on [−20, 20]" in cli("analyze", "cosine").out


def test_a_letter_with_a_range_is_followed(cli):
    done = cli("analyze", "x**4/4 - x**2/2 + a*x", "-w", "-2,2", "--set", "a=-1:1", "--plot", "along.svg")
    assert done.code == 0
    assert "COMPLETE: 2 folds, and no other (proved)" in done.out
    assert "0.3849001795" in done.out
    assert (done.folder / "along.svg").read_text(encoding="utf8").lstrip().startswith("<?xml")
    done = cli("analyze", "b*x**2 + x**4*c", "--set", "b=-1:1", "--set", "c=2", "-w", "-1,1", "--json")
    record = json.loads(done.out)
    assert record["letter"] == "b"
    assert record["counts"] == {"pitchfork": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a*b*x**2", "--set", "a=0:1", "--set", "b=1:2"], "--set b=1"),
        (["a*x**2 + y**2", "--set", "a=0:1"], "in one variable"),
        (["a*x**2", "--set", "a=1:0"], "must begin below its end"),
        (["a*x**2", "--set", "a=1:1"], "must begin below its end"),
        (["x**2", "--set", "a=0:1"], "the loss has no a"),
        (["a*x**2", "--set", "a=0:1", "--lr", "0.1"], "open letters"),
        (["a*x**2", "--set", "a=0:1", "-s", "1"], "without open letters"),
        (["sign(x - a)*x", "--set", "a=0:1"], "--set a=0"),
        (["a*x**2", "--set", "a=0:1:3"], "neither a value nor a range"),
    ],
)
def test_letters_that_cannot_be_followed_are_refused(cli, arguments, words):
    done = cli("analyze", *arguments)
    assert done.code == 2
    assert words in done.err
    assert "hint" in done.err


def test_the_ends_of_a_letter_are_exact(cli):
    done = cli("analyze", "x**3/3 - cos(a)*x", "--set", "a=pi/2:2", "-w", "0,1/3")
    assert "on [0, 1/3], a from pi/2 to 2" in done.out
    assert "COMPLETE: 1 fold, 1 exit, and no other (proved)" in done.out

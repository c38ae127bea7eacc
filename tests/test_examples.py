"""Every example runs, in an empty folder, without a word on stderr."""

import re
from pathlib import Path

import pytest

from tests.kit import forked
from tests.kit.share import share

EXAMPLES = Path(__file__).parent.parent / "examples"
OTHERWISE = ("test_", "article", "fits", "sweeps", "contact_sheet")  # run below, or by pytest
SCRIPTS = sorted(path for path in EXAMPLES.glob("*.py") if not path.name.startswith(OTHERWISE))


def ran(script, folder, *arguments):
    """What it says, with warnings as errors, as everywhere in the tests."""
    program = (
        f"import runpy, sys; sys.argv = {[script, *arguments]!r}; sys.path.insert(0, {str(EXAMPLES)!r}); "
        f"runpy.run_path({str(EXAMPLES / script)!r}, run_name='__main__')"
    )
    done = forked.Process(program, folder).ended(240)
    assert (done.code, done.err) == (0, b"")
    return done.out.decode()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_runs(script, tmp_path):
    ran(script.name, tmp_path, *["banana.png"] * (script.name == "compare.py"))  # one of its movie's frames


def test_the_scenes_end_as_the_lesson_says(tmp_path):
    said = dict(line.split(": ", 1) for line in ran("article.py", tmp_path, ".", "png").splitlines())
    assert len(list(tmp_path.glob("*.png"))) == len(said) == 8
    assert "2-CYCLE" in said["3-for-ever"]
    assert said["5-newton"].startswith("minimum")
    assert said["6-newton-climbs"].startswith("MAXIMUM")
    assert said["8-regularized"].startswith("minimum")


def test_the_sheet_shows_pictures_with_their_commands_and_words(tmp_path):
    chosen = ("two-cycle", "chinese-many", "proved-in", "sweep-of-rates")
    ran("contact_sheet.py", tmp_path, ".", *chosen)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == len(chosen) == len(list(tmp_path.glob("*-*.png")))
    assert "2-CYCLE, never converges" in page
    assert (tmp_path / "sheet.png").stat().st_size > 10_000


def test_the_sweeps_are_drawn(tmp_path):
    names = share("perturbed cosine quadratic newton wells logistic edge network".split(), 3, 1)
    said = ran("sweeps.py", tmp_path, ".", "8", *names)
    assert sorted(line.split()[0] for line in said.splitlines()) == sorted(names)
    assert {path.stem for path in tmp_path.glob("*.png")} == set(names)


def test_the_fits_come_down_to_the_noise_of_their_data(tmp_path):
    said = ran("fits.py", tmp_path, ".", "png")
    lowest = {}
    for name, method, f in re.findall(r"^(\w+) +(\w+) +f = ([\d.e-]+):", said, re.MULTILINE):
        lowest[name, method] = float(f)
    assert {path.stem for path in tmp_path.glob("*.png")} == {name for name, _ in lowest}
    assert lowest["decay", "bfgs"] < 0.003
    assert lowest["logistic", "newton"] < 0.33
    assert lowest["network", "bfgs"] < 0.004

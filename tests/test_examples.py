"""Every example runs, in an empty folder, without a word on stderr."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SCRIPTS = sorted(
    path for path in EXAMPLES.glob("*.py") if not path.name.startswith(("test_", "fits", "sweeps", "contact_sheet"))
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_runs(script, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_the_scenes_end_as_the_lesson_says(tmp_path):
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "article.py"), "."], cwd=tmp_path, capture_output=True, text=True
    )
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert len(list(tmp_path.glob("*.gif"))) == len(said) == 8
    assert "2-CYCLE" in said["3-for-ever"]
    assert said["5-newton"].startswith("minimum")
    assert said["6-newton-climbs"].startswith("MAXIMUM")
    assert said["8-regularized"].startswith("minimum")


def test_the_sheet_shows_pictures_with_their_commands_and_words(tmp_path):
    script = str(EXAMPLES / "contact_sheet.py")
    chosen = ("two-cycle", "chinese-many", "proved-in", "sweep-of-rates")
    done = subprocess.run(
        [sys.executable, "-W", "error", script, ".", *chosen], cwd=tmp_path, capture_output=True, text=True, timeout=240
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == len(chosen) == len(list(tmp_path.glob("*-*.png")))
    assert "2-CYCLE, never converges" in page
    assert (tmp_path / "sheet.png").stat().st_size > 10_000


def test_the_sweeps_are_drawn(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / "sweeps.py"), ".", "8"],
        cwd=tmp_path, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.glob("*.png"))) == len(done.stdout.splitlines()) == 8
    assert "saddle" in done.stdout


def test_the_fits_come_down_to_the_noise_of_their_data(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / "fits.py"), "."],
        cwd=tmp_path, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lowest = {}
    for name, method, f in re.findall(r"^(\w+) +(\w+) +f = ([\d.e-]+):", done.stdout, re.MULTILINE):
        lowest[name, method] = float(f)
    assert {path.stem for path in tmp_path.glob("*.gif")} == {name for name, _ in lowest}
    assert all(path.stat().st_size < 300_000 for path in tmp_path.glob("*.gif"))
    assert lowest["decay", "bfgs"] < 0.003
    assert lowest["logistic", "newton"] < 0.33
    assert lowest["network", "bfgs"] < 0.004

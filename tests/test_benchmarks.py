"""Every benchmark runs under the one runner; `--quick` keeps nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import TITLES
from tests.kit import browser

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", [*TITLES, "scaling"])
def test_the_benchmarks_still_run(name):
    before = (ROOT / "docs" / "scaling.md").read_bytes()
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    heads = {line.rpartition("ratio")[0].strip() for line in said.splitlines() if line.endswith("goal")}
    measured = name in TITLES and (name != "page" or browser.found())
    assert heads == ({TITLES[name]} if measured else set())
    assert "written: scaling.md" in said
    assert (ROOT / "docs" / "scaling.md").read_bytes() == before


def test_every_benchmark_is_run_by_the_runner():
    run = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8")}
    assert run == set(TITLES)

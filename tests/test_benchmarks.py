"""Every benchmark runs under the one runner; `--quick` keeps nothing."""

import subprocess
import sys
from pathlib import Path

from benchmarks.__main__ import TITLES
from tests.kit import browser

ROOT = Path(__file__).resolve().parents[1]


def test_the_benchmarks_still_run():
    before = (ROOT / "docs" / "scaling.md").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    heads = {line.rpartition("ratio")[0].strip() for line in done.stdout.splitlines() if line.endswith("goal")}
    assert heads == set(TITLES.values()) - (set() if browser.found() else {"The page"})
    assert "written: scaling.md" in done.stdout
    assert (ROOT / "docs" / "scaling.md").read_bytes() == before


def test_every_benchmark_is_run_by_the_runner():
    run = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8")}
    assert run == set(TITLES)

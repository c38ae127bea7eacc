"""Benchmarks run under the one runner, the long ones by `python -m benchmarks --quick` alone; it keeps nothing."""

import gc
from pathlib import Path

import pytest

from benchmarks.__main__ import TITLES, main
from tests.kit import browser

ROOT = Path(__file__).resolve().parents[1]
LONG = {"sums", "cluster", "animation", "derivation", "sweeps", "lanes", "analysis"}  # and curves: see above


@pytest.mark.parametrize("name", [name for name in TITLES if name not in LONG])
def test_the_benchmarks_still_run(name, capsys):
    gc.freeze()  # before each measurement the collector would look through all that the tests before have left
    before = (ROOT / "docs" / "scaling.md").read_bytes()
    main(["--quick", "--only", name])
    said = capsys.readouterr().out
    heads = {line.rpartition("ratio")[0].strip() for line in said.splitlines() if line.endswith("goal")}
    measured = name in TITLES and (name != "page" or browser.found())
    assert heads == ({TITLES[name]} if measured else set())
    assert "written: scaling.md" in said
    assert (ROOT / "docs" / "scaling.md").read_bytes() == before


def test_every_benchmark_is_run_by_the_runner():
    run = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8")}
    assert run == set(TITLES)

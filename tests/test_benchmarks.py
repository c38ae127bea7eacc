import subprocess
import sys
from pathlib import Path


def test_the_benchmarks_still_run():
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    for title in ("Derivation", "Walks", "Start-up"):
        assert title in done.stdout
